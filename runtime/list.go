package runtime

import "slices"

// list is the object behind a list. How it holds its elements is known to this
// file alone; the others go through the methods here.
//
// Those that change it are for who owns it: who has just made it, or has made
// its place one that may be changed (see own).
type list struct {
	header
	items []Value
}

// newList gives a list of items, which become its own.
func newList(items []Value) Value { return (&list{header{KindList}, items}).value() }

// emptyList gives a list to add to, with room for some elements.
func emptyList(room int) *list {
	return &list{header: header{KindList}, items: make([]Value, 0, room)}
}

// listOf gives a list of copies of items, which stay where they are too.
func listOf(items ...Value) Value {
	out := emptyList(len(items))
	for _, v := range items {
		out.push(v.share())
	}
	return out.value()
}

// textList gives a list of texts. They are allocated together: parts of one
// text, as they are here, keep each other alive anyway.
func textList(texts []string) Value {
	out, block := make([]Value, len(texts)), make([]text, len(texts))
	for i, s := range texts {
		if len(s) < 2 {
			out[i] = String(s)
			continue
		}
		t := &block[i]
		t.kind, t.s = KindString, s
		out[i] = Value{ref: &t.header}
	}
	return newList(out)
}

func (l *list) value() Value { return Value{ref: &l.header} }

func (l *list) len() int { return len(l.items) }

// at gives element i as its place holds it; whoever keeps it elsewhere too
// shares it (see copyAt, elem).
func (l *list) at(i int) Value { return l.items[i] }

// copyAt gives element i as it may be held elsewhere, of a list whose handle
// is shared or whose elements are.
func (l *list) copyAt(i int) Value { return l.at(i).share() }

// offset gives the element that an index names, counted from the end if it is
// negative.
func (l *list) offset(index Value) (i int, ok bool) {
	n := index.int()
	if n < 0 {
		n += int64(l.len())
	}
	return int(n), index.isInt() && n >= 0 && n < int64(l.len())
}

// place gives where element i stands.
func (l *list) place(i int) *Value { return &l.items[i] }

func (l *list) set(i int, v Value) { l.items[i] = v }

func (l *list) push(v Value) { l.items = append(l.items, v) }

// pushCopies adds elements lo to before hi of another list, which stay there
// too.
func (l *list) pushCopies(of *list, lo, hi int) {
	for _, v := range of.items[lo:hi] {
		l.items = append(l.items, v.share())
	}
}

func (l *list) insert(i int, v Value) { l.items = slices.Insert(l.items, i, v) }

// remove takes element i out and gives it.
func (l *list) remove(i int) Value {
	old := l.items[i]
	l.items = slices.Delete(l.items, i, i+1)
	return old
}

func (l *list) reverse() { slices.Reverse(l.items) }

// become gives l the elements of another list, which is given up.
func (l *list) become(other *list) { l.items = other.items }

// part gives a list of copies of elements lo to before hi.
func (l *list) part(lo, hi int) *list {
	out := emptyList(hi - lo)
	out.pushCopies(l, lo, hi)
	return out
}

// appendTo appends copies of the elements.
func (l *list) appendTo(out []Value) []Value {
	for _, v := range l.items {
		out = append(out, v.share())
	}
	return out
}

// markAll marks the elements as held elsewhere too, so that copies of them can
// be made without a thought to the handle they are reached by.
func (l *list) markAll() {
	for i := range l.items {
		if v := &l.items[i]; v.isContainer() && v.num != shared {
			v.num = shared
		}
	}
}

// commonKind gives the kind that all elements have; KindNil if they differ.
func (l *list) commonKind() Kind {
	if l.len() == 0 {
		return KindNil
	}
	kind := l.items[0].Kind()
	for _, v := range l.items[1:] {
		if v.Kind() != kind {
			return KindNil
		}
	}
	return kind
}

// snapshot gives the elements for a host, which does not change them. Where
// nobody else will either, frozen, they need not be copied.
func (l *list) snapshot(frozen bool) []Value {
	unshared := func(e Value) bool { return e.isContainer() && e.num != shared }
	if frozen && !slices.ContainsFunc(l.items, unshared) {
		return slices.Clip(l.items)
	}
	return l.appendTo(make([]Value, 0, l.len()))
}

// copyOut gives what stands at a place inside the container with the handle
// owner, as it may be held elsewhere too: the handle in the place is marked
// with it, unless owner is shared, for then nobody writes behind it.
func copyOut(owner Value, place *Value) Value {
	v := *place
	if v.isContainer() && v.num != shared {
		v.num = shared
		if owner.num != shared {
			*place = v
		}
	}
	return v
}

// elem gives element i of a list, for 0 <= i < len.
func elem(l Value, i int) Value { return copyOut(l, l.list().place(i)) }

// entryOf gives the value at a position of a map.
func entryOf(m Value, pos int) Value { return copyOut(m, &m.mapping().entries[pos].value) }

// elements gives a list for reading: what is copied from it must be shared, as
// copyAt does. It marks the elements once for all, so that a method need not
// think of the handle it was called with.
func elements(l Value) *list {
	if l.num != shared {
		l.list().markAll()
	}
	return l.list()
}

// entriesOf is elements for a map; it has gaps.
func entriesOf(m Value) []entry {
	entries := m.mapping().entries
	if m.num != shared {
		for i := range entries {
			if v := &entries[i].value; v.isContainer() && v.num != shared {
				v.num = shared
			}
		}
	}
	return entries
}

// own makes the list or map at a place one that may be changed: where its
// handle is shared the place gets a shallow copy.
func own(p *Value) {
	if !p.isContainer() || p.num != shared {
		return
	}
	if p.ref.kind == KindMap {
		*p = p.mapping().clone(0).value()
		return
	}
	l := p.list()
	*p = l.part(0, l.len()).value()
}
