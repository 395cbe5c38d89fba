package runtime

import "slices"

// listOf gives a list of copies of items, which stay where they are too.
func listOf(items ...Value) Value {
	out := make([]Value, len(items))
	for i, v := range items {
		out[i] = v.share()
	}
	return newList(out)
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

func (l *list) len() int { return len(l.items) }

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
func elem(l Value, i int) Value { return copyOut(l, &l.list().items[i]) }

// entryOf gives the value at a position of a map.
func entryOf(m Value, pos int) Value { return copyOut(m, &m.mapping().entries[pos].value) }

// elements gives the elements of a list for reading: those that are copied
// from it must be shared, as Value.share does. It marks them once for all, so
// that a method need not think of the handle it was called with.
func elements(l Value) []Value {
	items := l.list().items
	if l.num != shared {
		for i := range items {
			if v := &items[i]; v.isContainer() && v.num != shared {
				v.num = shared
			}
		}
	}
	return items
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
	items := slices.Clone(p.list().items)
	for i := range items {
		items[i] = items[i].share()
	}
	*p = newList(items)
}
