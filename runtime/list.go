package runtime

import (
	"cmp"
	"math"
	"slices"

	"github.com/tgscript/tgscript/lexer"
)

// list is the object behind a list. How it holds its elements is known to this
// file alone; the others go through the methods here.
//
// A list whose elements are all bools, ints, floats or durations may be packed:
// it holds their number words alone, 8 bytes each, nothing in them for the
// collector to look at. Then packed is their kind and the field items is the
// slice of words in disguise (see words); else packed is KindNil. The two have
// the same length and capacity, so that a list takes no more than it would
// without, and a small one is often all a program makes.
//
// A list gets packed as it is filled: by the first element of one that is
// empty, or as a tiny one grows. It is unpacked when another kind of value is
// put in, and then stays so, for a list that went to and fro would be copied
// each time. Nothing ever depends on whether a list is packed.
//
// The methods that change it, and packing and unpacking with them, are for who
// owns it: who has just made it, or has made its place one that may be changed
// (see own). What lies behind a shared handle is never written.
type list struct {
	header
	packed Kind
	room   uint32  // how many elements the first one makes room for; of a view: all that it keeps alive
	items  []Value // only to be used where packed is KindNil
}

// tiny is how long a list is at most whose elements are looked at, to see
// whether it can be packed, when it grows.
const tiny = 8

// tags are those of the kinds that can be packed.
var tags = [8]*header{KindBool: tagBool, KindInt: tagInt, KindFloat: tagFloat, KindDuration: tagDuration}

// packable gives the kind of v if a list of such values can be packed, else
// KindNil.
func packable(v Value) Kind {
	if k := v.Kind(); k < Kind(len(tags)) && tags[k] != nil {
		return k
	}
	return KindNil
}

// newList gives a list of items, which become its own.
func newList(items []Value) Value {
	return (&list{header: header{KindList}, items: items}).value()
}

// emptyList gives a list to add to, with room for some elements.
func emptyList(room int) *list {
	return &list{header: header{KindList}, room: uint32(room)}
}

// sizedList gives a list of n nils, not packed, to be replaced.
func sizedList(n int) *list {
	l, items := withRoom[list, Value](n)
	l.kind, l.items = KindList, items
	return l
}

// newPair gives a list of two values.
func newPair(a, b Value) Value {
	l := sizedList(2)
	l.items[0], l.items[1] = a, b
	return l.value()
}

// listOf gives a list of copies of items, which stay where they are too.
func listOf(items ...Value) Value {
	out := emptyList(len(items))
	for _, v := range items {
		out.push(v.share())
	}
	return out.value()
}

func (l *list) value() Value { return Value{ref: &l.header} }

func (l *list) len() int { return len(l.items) }

// bytes gives how much room its elements have.
func (l *list) bytes() int {
	if l.packed != KindNil {
		return 8 * cap(l.items)
	}
	return valueBytes * cap(l.items)
}

// tag is that of all elements of a packed list.
func (l *list) tag() *header { return tags[l.packed%8] }

// at gives element i as its place holds it; whoever keeps it elsewhere too
// shares it (see copyAt, elem).
func (l *list) at(i int) Value {
	if l.packed != KindNil {
		return Value{l.tag(), l.words()[i]}
	}
	return l.items[i]
}

// copyAt gives element i as it may be held elsewhere, of a list whose handle
// is shared or whose elements are.
func (l *list) copyAt(i int) Value {
	if l.packed != KindNil {
		return Value{l.tag(), l.words()[i]}
	}
	return l.items[i].share()
}

// simpleAt gives element i where that is no list or map, so that nobody need know
// who holds it.
func (l *list) simpleAt(i uint64) (v Value, ok bool) {
	if i >= uint64(len(l.items)) {
		return Nil, false
	}
	if l.packed != KindNil {
		return Value{l.tag(), l.words()[i]}, true
	}
	v = l.items[i]
	return v, !v.isContainer()
}

// offset gives the element that an index names, counted from the end if it is
// negative.
func (l *list) offset(index Value) (i int, ok bool) {
	n := index.int()
	if n < 0 {
		n += int64(l.len())
	}
	return int(n), index.isInt() && uint64(n) < uint64(l.len())
}

// place gives where element i stands, to go on to what is in it. What a packed
// list holds has nothing in it: it is a copy. Elements are replaced by set.
func (l *list) place(i int) *Value {
	if l.packed != KindNil {
		v := l.at(i)
		return &v
	}
	return &l.items[i]
}

// set replaces element i.
func (l *list) set(i int, v Value) {
	if l.packed != KindNil && v.ref == l.tag() {
		l.words()[i] = v.num
		return
	}
	l.setItem(i, v)
}

func (l *list) setItem(i int, v Value) {
	if l.packed != KindNil {
		l.unpack(0)
	}
	l.items[i] = v
}

// push adds v at the end.
func (l *list) push(v Value) {
	if l.packed != KindNil && v.ref == l.tag() || l.admit(v) {
		words := l.words()
		if len(words) == cap(words) {
			words = roomier(words)
		}
		l.setWords(append(words, v.num))
		return
	}
	if len(l.items) == cap(l.items) {
		l.items = roomier(l.items)
	}
	l.items = append(l.items, v)
}

// roomier gives a full slice with room for more: as much again, and half as much
// where that is many. It copies less often than append does by itself, which
// makes a large list a third faster to fill, and unlike slices.Grow it clears no
// memory that is clear.
func roomier[T any](s []T) []T {
	const many = 1 << 12
	n := max(2*len(s), 4)
	if len(s) >= many {
		n = len(s) + len(s)/2
	}
	out := make([]T, len(s), n)
	copy(out, s)
	return out
}

// admit makes the list ready to get v, as a word of a packed list if it gives
// true, else as an item.
func (l *list) admit(v Value) bool {
	kind := packable(v)
	switch {
	case l.packed != KindNil && l.packed == kind:
	case l.packed != KindNil:
		l.unpack(1)
	case cap(l.items) == 0 && kind != KindNil:
		l.packed = kind
		if l.room > 0 {
			l.setWords(make([]uint64, 0, l.room))
		}
	case cap(l.items) == 0 && l.room > 0:
		l.items = make([]Value, 0, l.room)
	case kind != KindNil && l.len() == cap(l.items) && l.len() <= tiny && l.commonKind() == kind:
		l.pack()
	}
	return l.packed != KindNil
}

// pack packs the elements, which are all of a kind.
func (l *list) pack() {
	words := make([]uint64, len(l.items), 2*len(l.items))
	for i, v := range l.items {
		words[i] = v.num
	}
	l.packed = packable(l.items[0])
	l.setWords(words)
}

// unpack makes items of the words, with room for more.
func (l *list) unpack(more int) {
	items := make([]Value, l.len(), l.len()+max(more, cap(l.items)-l.len()))
	for i, w := range l.words() {
		items[i] = Value{l.tag(), w}
	}
	l.packed, l.items = KindNil, items
}

// expect makes room for n more elements.
func (l *list) expect(n int) {
	switch {
	case cap(l.items) == 0:
		l.room = max(l.room, uint32(n))
	case l.packed != KindNil:
		l.setWords(slices.Grow(l.words(), n))
	default:
		l.items = slices.Grow(l.items, n)
	}
}

// pushCopies adds elements lo to before hi of another list, which stay there
// too.
func (l *list) pushCopies(of *list, lo, hi int) {
	if lo == hi {
		return
	}
	l.expect(hi - lo)
	if of.packed != KindNil && l.admit(of.at(lo)) {
		l.setWords(append(l.words(), of.words()[lo:hi]...))
		return
	}
	if l.packed != KindNil {
		for i := lo; i < hi; i++ {
			l.push(of.copyAt(i))
		}
		return
	}
	// A copy of what is not packed is not either: it may hold anything.
	if l.items == nil {
		l.items = make([]Value, 0, l.room)
	}
	for i := lo; i < hi; i++ {
		l.items = append(l.items, of.copyAt(i))
	}
}

func (l *list) insert(i int, v Value) {
	if l.admit(v) {
		l.setWords(slices.Insert(l.words(), i, v.num))
		return
	}
	l.items = slices.Insert(l.items, i, v)
}

// remove takes element i out and gives it.
func (l *list) remove(i int) Value {
	old := l.at(i)
	if l.packed != KindNil {
		l.setWords(slices.Delete(l.words(), i, i+1))
	} else {
		l.items = slices.Delete(l.items, i, i+1)
	}
	return old
}

// vacate lets go of what element i is, whose place stays.
func (l *list) vacate(i int) {
	if l.packed == KindNil {
		l.items[i] = Nil
	}
}

// truncate takes out all elements from the n-th on.
func (l *list) truncate(n int) {
	if l.packed != KindNil {
		l.setWords(l.words()[:n])
		return
	}
	clear(l.items[n:])
	l.items = l.items[:n]
}

// removeAll takes out the elements at the positions for which out says so.
func (l *list) removeAll(out func(i int) bool) {
	n := 0
	for i := range l.len() {
		if out(i) {
			continue
		}
		if l.packed != KindNil {
			l.words()[n] = l.words()[i]
		} else {
			l.items[n] = l.items[i]
		}
		n++
	}
	l.truncate(n)
}

// position gives where the first element equal to v is; -1 if there is none.
func (l *list) position(v Value) (int, *Error) {
	if l.packed != KindNil {
		return l.wordPosition(v), nil
	}
	for i := range l.len() {
		same, err := equal(l.at(i), v)
		if err != nil {
			return -1, err
		}
		if same {
			return i, nil
		}
	}
	return -1, nil
}

// wordPosition is position for a packed list.
func (l *list) wordPosition(v Value) int {
	if l.packed != KindFloat {
		if v = normalKey(v); l.packed != v.Kind() {
			return -1
		}
		return slices.Index(l.words(), v.num)
	}
	x, ok := number(v)
	if !ok || v.isInt() && compareIntFloat(v.int(), x) != 0 { // an int that no float is equal to
		return -1
	}
	return slices.IndexFunc(l.words(), func(w uint64) bool { return math.Float64frombits(w) == x })
}

// subtotal adds up as many elements, from the first, as are of one kind and
// give no overflow: what they give together, which is 0 for none, and where to
// go on.
func (l *list) subtotal() (sum Value, next int) {
	switch l.packed {
	case KindInt, KindDuration:
		n := int64(0)
		for i, w := range l.words() {
			more, ok := addInt(n, int64(w))
			if !ok {
				return Value{l.tag(), uint64(n)}, i
			}
			n = more
		}
		if l.len() > 0 {
			return Value{l.tag(), uint64(n)}, l.len()
		}
	case KindFloat:
		if l.len() > 0 {
			x := math.Float64frombits(l.words()[0]) // 0 + -0 is another 0
			for _, w := range l.words()[1:] {
				x += math.Float64frombits(w)
			}
			return Float(x), l.len()
		}
	}
	return Int(0), 0
}

// extreme gives the position of the smallest (sign -1) or largest (1) element
// of a packed list of numbers or durations, as the function extreme does.
func (l *list) extreme(sign int) (at int, ok bool) {
	switch l.packed {
	case KindInt, KindDuration:
		for i, w := range l.words() {
			if cmp.Compare(int64(w), int64(l.words()[at])) == sign {
				at = i
			}
		}
		return at, true
	case KindFloat:
		best := math.Float64frombits(l.words()[0])
		for i, w := range l.words() {
			switch x := math.Float64frombits(w); {
			case x != x:
				return i, true
			case sign < 0 && x < best, sign > 0 && x > best:
				at, best = i, x
			}
		}
		return at, true
	}
	return 0, false
}

func (l *list) reverse() {
	if l.packed != KindNil {
		slices.Reverse(l.words())
	} else {
		slices.Reverse(l.items)
	}
}

// become gives l the elements of another list, which is given up.
func (l *list) become(other *list) {
	l.packed, l.room, l.items = other.packed, other.room, other.items
}

// part gives a list of copies of elements lo to before hi.
func (l *list) part(lo, hi int) *list {
	if n := hi - lo; l.packed == KindNil && 0 < n && n <= tiny {
		out := sizedList(n)
		for i := range n {
			out.items[i] = l.items[lo+i].share()
		}
		return out
	}
	out := emptyList(hi - lo)
	out.pushCopies(l, lo, hi)
	return out
}

// view gives elements lo to before hi as a list that has them in common with l,
// which nobody changes any more; ok is false where they are better copied, since
// they are few, or would keep alive more than as many others. (a recursion over
// xs[1..]: 10 times as fast with 100 elements)
func (l *list) view(lo, hi int) (v Value, ok bool) {
	whole, n := max(l.len(), int(l.room)), hi-lo
	if n <= tiny || 2*n < whole {
		return Nil, false
	}
	out := &list{header: l.header, packed: l.packed, room: uint32(whole)}
	if l.packed != KindNil {
		out.setWords(l.words()[lo:hi:hi])
	} else {
		out.items = l.items[lo:hi:hi]
	}
	return Value{&out.header, shared}, true
}

// rest gives the elements from the n-th on, if there are any, of a list that
// nobody changes any more.
func (f *frame) rest(l *list, n int, at lexer.Pos) Value {
	n = min(n, l.len())
	if !f.t.metered() {
		if v, ok := l.view(n, l.len()); ok {
			return v
		}
	}
	return f.new(l.part(n, l.len()).value(), at)
}

// repeated gives a list of n times copies of all elements, of which there are
// some.
func (l *list) repeated(n int) *list {
	out := emptyList(l.len() * n)
	if kind := l.commonKind(); n > 0 && kind != KindNil && kind == packable(l.at(0)) {
		words := make([]uint64, l.len()*n)
		for i := range l.len() {
			words[i] = l.at(i).num
		}
		out.packed = kind
		out.setWords(fill(words, l.len()))
		return out
	}
	items := make([]Value, l.len()*n)
	if n > 0 {
		l.appendTo(items[:0])
	}
	out.items = fill(items, l.len())
	return out
}

// fill repeats the first n elements of a slice to its end.
func fill[T any](s []T, n int) []T {
	for ; n < len(s); n *= 2 {
		copy(s[n:], s[:n])
	}
	return s
}

// appendTo appends copies of the elements.
func (l *list) appendTo(out []Value) []Value {
	for i := range l.len() {
		out = append(out, l.copyAt(i))
	}
	return out
}

// markAll marks the elements as held elsewhere too, so that copies of them can
// be made without a thought to the handle they are reached by.
func (l *list) markAll() {
	if l.packed != KindNil {
		return
	}
	for i := range l.items {
		if v := &l.items[i]; v.isContainer() && v.num != shared {
			v.num = shared
		}
	}
}

// commonKind gives the kind that all elements have; KindNil if they differ.
func (l *list) commonKind() Kind {
	if l.packed != KindNil || l.len() == 0 {
		return l.packed
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
// nobody else will either, frozen, those of a list that is not packed need not
// be copied.
func (l *list) snapshot(frozen bool) []Value {
	unshared := func(e Value) bool { return e.isContainer() && e.num != shared }
	if frozen && l.packed == KindNil && !slices.ContainsFunc(l.items, unshared) {
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
func elem(l Value, i int) Value {
	o := l.list()
	if o.packed != KindNil {
		return Value{o.tag(), o.words()[i]}
	}
	return copyOut(l, &o.items[i])
}

// entryOf gives the value at a position of a map.
func entryOf(m Value, pos int) Value {
	v := m.mapping().valueAt(pos)
	if v.isContainer() && v.num != shared {
		v.num = shared
		if m.num != shared {
			m.mapping().setAt(pos, v)
		}
	}
	return v
}

// elements gives a list for reading: what is copied from it must be shared, as
// copyAt does. It marks the elements once for all, so that a method need not
// think of the handle it was called with.
func elements(l Value) *list {
	if l.num != shared {
		l.list().markAll()
	}
	return l.list()
}

// entriesOf is elements for a map; its values must be shared.
func entriesOf(m Value) *mapping {
	if m.num != shared {
		m.mapping().markAll()
	}
	return m.mapping()
}

// own makes the list or map at a place one that may be changed: where its
// handle is shared the place gets a shallow copy.
func (f *frame) own(p *Value) {
	if p.num == shared && p.isContainer() {
		f.copyInPlace(p)
	}
}

func (f *frame) copyInPlace(p *Value) {
	if p.ref.kind == KindMap {
		*p = p.mapping().twin().value()
	} else {
		l := p.list()
		*p = l.part(0, l.len()).value()
	}
	if f.t.metered() {
		f.made(*p, 1)
	}
}
