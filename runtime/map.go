package runtime

import (
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync/atomic"
)

// mapping is a map: its entries in the order of insertion. A small one looks
// at each, and has its values apart from a layout that has their keys; from
// scanEntries on the entries are in a table.
//
// Many maps can have one layout: all that one literal of constant keys makes,
// and the copies of a map, which so are made of the values alone. Such a layout
// never changes; a map that gets or loses a key then takes one of its own.
type mapping struct {
	header
	common bool    // the layout is not only its own
	layout *layout // without keys for a map that has a table
	table  *table  // nil for a small map
	values []Value // of a small map: as many as there are keys
}

// layout has the keys of a small map.
type layout struct{ keys []hashed }

// hashed is a normal key with its hash.
type hashed struct {
	key  Value
	hash uint32
}

// scanEntries is how many entries are found faster by looking at each.
const scanEntries = 8

// firstEntries is for how many entries an empty map makes room when it gets the
// first: room for one is no sooner made.
const firstEntries = 3

// noKeys is the layout of empty maps and of those that have a table.
var noKeys = new(layout)

// newMap gives an empty map with room for n entries.
func newMap(n int) *mapping {
	if n == 0 || n > scanEntries {
		m := newRecord(noKeys)
		if n > 0 {
			m.table = newTable(n)
		}
		return m
	}
	m := sizedMap(n)
	m.layout, m.values = newLayout(n), m.values[:0]
	return m
}

// newLayout gives a layout with room for n keys.
func newLayout(n int) *layout {
	l, keys := withRoom[layout, hashed](n)
	l.keys = keys[:0]
	return l
}

// layoutOf gives a layout of some names.
func layoutOf(names ...string) *layout {
	l := newLayout(len(names))
	for _, name := range names {
		key := String(name)
		l.keys = append(l.keys, hashed{key, hashKey(key)})
	}
	return l
}

// newRecord gives a map that has a layout in common with others, with nil for
// each key, to be replaced.
func newRecord(l *layout) *mapping {
	m := sizedMap(len(l.keys))
	m.common, m.layout = true, l
	return m
}

// sizedMap gives what is to be a small map of n entries, without their keys.
func sizedMap(n int) *mapping {
	m, values := withRoom[mapping, Value](n)
	m.kind, m.values = KindMap, values
	return m
}

// value gives a handle to m, which must be the only one.
func (m *mapping) value() Value { return Value{ref: &m.header} }

func (m *mapping) len() int {
	if m.table != nil {
		return m.table.live
	}
	return len(m.values)
}

// canBeKey tells whether v can be a key.
func canBeKey(v Value) bool {
	switch v.Kind() {
	case KindString, KindInt, KindBool, KindDuration, KindTime:
		return true
	case KindFloat:
		return !math.IsNaN(v.float())
	}
	return false
}

// checkKey tells why v cannot be a key, nil if it can.
func checkKey(v Value) *Error { return checkFor("key", v) }

// checkFor is checkKey in other words: for "a label".
func checkFor(role string, v Value) *Error {
	switch {
	case canBeKey(v):
		return nil
	case v.isFloat():
		return Fail("value", "nan cannot be a %s: it is unequal to itself", role)
	}
	return Fail("type", "%s cannot be a %s", withArticle(typeName(v)), role)
}

// normalKey gives a key that checkKey let pass as the map keeps it: a float
// with an int's value is that int, so 1 and 1.0 are one key.
func normalKey(k Value) Value {
	if k.isFloat() {
		if x := k.float(); x == math.Trunc(x) && x >= -1<<63 && x < 1<<63 {
			return Int(int64(x))
		}
	}
	return k
}

var (
	numberSeed1 = rand.Uint64()
	numberSeed2 = rand.Uint64() | 1
)

func hashNumber(n uint64) uint32 {
	hi, lo := bits.Mul64(n^numberSeed1, numberSeed2)
	return uint32(hi ^ lo ^ lo>>32)
}

// hashKey gives the hash of a normal key.
func hashKey(k Value) uint32 {
	switch k.Kind() {
	case KindString:
		return k.text().sum()
	case KindTime:
		t := k.time()
		return hashNumber(uint64(t.Unix())*1e9 + uint64(t.Nanosecond()))
	default:
		return hashNumber(k.num)
	}
}

// sameKey tells whether two normal keys with the same hash are one.
func sameKey(a, b Value) bool {
	switch {
	case a == b:
		return true
	case a.ref == nil || b.ref == nil || a.ref.kind != b.ref.kind:
		return false
	case a.ref.kind == KindString:
		return a.text().s == b.text().s
	case a.ref.kind == KindTime:
		return a.time().Equal(b.time())
	}
	return false
}

// position gives where the entry of a normal key is, -1 if there is none.
func (m *mapping) position(key Value, hash uint32) int {
	if m.table != nil {
		return m.table.position(key, hash)
	}
	keys := m.layout.keys
	for i := range keys {
		if k := &keys[i]; k.hash == hash && (k.key == key || sameKey(k.key, key)) {
			return i
		}
	}
	return -1
}

// find gives the position of a key, -1 if it is not there.
func (m *mapping) find(key Value) int {
	key = normalKey(key)
	return m.position(key, hashKey(key))
}

// findString is find for a name whose hash is known.
func (m *mapping) findString(s string, hash uint32) int {
	if m.table != nil {
		return m.table.positionOf(s, hash)
	}
	keys := m.layout.keys
	for i := range keys {
		if k := &keys[i]; k.hash == hash && k.key.is(KindString) && k.key.text().s == s {
			return i
		}
	}
	return -1
}

// find is mapping.find, which in a table looks first where the thread found
// something last: a program that changes an entry has mostly just read it, or
// asked whether it is there. The key that is there may be another text of the same
// characters. (wordcount: 1.15 times as fast than with a second search)
func (f *frame) find(m *mapping, key Value) int {
	if m.table == nil {
		return m.find(key)
	}
	t, there := f.t, key
	if key.ref == t.sought {
		there.ref = t.found
	}
	if recent := int(t.recent); m.table.holds(recent, there) {
		return recent
	}
	pos := m.find(key)
	if pos >= 0 {
		t.recent = int32(pos)
		if key.is(KindString) {
			if found := m.table.keys.items[pos].ref; found != key.ref {
				t.sought, t.found = key.ref, found
			}
		}
	}
	return pos
}

// hint is where a site in the program found the entry of its name last. Most
// maps that a site sees are made alike and have it at the same position.
type hint struct{ pos atomic.Uint32 }

// findHinted is find for a text that a site looks for each time.
func (m *mapping) findHinted(key Value, h *hint) int {
	keys := m.layout.keys
	if pos := h.pos.Load(); uint64(pos) < uint64(len(keys)) && keys[pos].key.ref == key.ref {
		return int(pos)
	}
	return m.findAnew(key, h)
}

// field gives where the value of a text that a site looks for stands, where that
// is found at a glance: in a small map that has it where the site found it last.
// Else it gives nil.
func (m *mapping) field(key Value, h *hint) *Value {
	keys := m.layout.keys
	if pos := h.pos.Load(); uint64(pos) < uint64(len(keys)) && keys[pos].key.ref == key.ref {
		return &m.values[pos]
	}
	return nil
}

// findAnew is findHinted where the entry is not where it was, or has a key that
// is another text of the same characters.
func (m *mapping) findAnew(key Value, h *hint) int {
	before, keys := h.pos.Load(), m.layout.keys
	if uint64(before) < uint64(len(keys)) && sameKey(keys[before].key, key) {
		return int(before)
	}
	if m.table != nil && m.table.holds(int(before), key) {
		return int(before)
	}
	pos := m.position(key, key.text().sum())
	if pos >= 0 && uint32(pos) != before {
		h.pos.Store(uint32(pos))
	}
	return pos
}

// A position that find gave is good until an entry is added or taken out.

func (m *mapping) valueAt(pos int) Value {
	if m.table != nil {
		return m.table.values.at(pos)
	}
	return m.values[pos]
}

// setAt replaces the value at a position.
func (m *mapping) setAt(pos int, v Value) {
	if m.table != nil {
		m.table.values.set(pos, v)
		return
	}
	m.values[pos] = v
}

// insideAt gives where the value at a position stands, to go on to what is in
// it: see list.place. Values are replaced by setAt.
func (m *mapping) insideAt(pos int) *Value {
	if m.table != nil {
		return m.table.values.place(pos)
	}
	return &m.values[pos]
}

// get gives the value of a key as it stands in the map: see elem.
func (m *mapping) get(key Value) (Value, bool) {
	if i := m.find(key); i >= 0 {
		return m.valueAt(i), true
	}
	return Nil, false
}

// getString is get for a name.
func (m *mapping) getString(s string) (Value, bool) {
	if i := m.findString(s, hashString(s)); i >= 0 {
		return m.valueAt(i), true
	}
	return Nil, false
}

// has tells whether a key is there.
func (m *mapping) has(key Value) bool { return m.find(key) >= 0 }

// first is the first position, if there is one, and span is one more than the
// last; at gives what is at each.
func (m *mapping) first() int {
	if m.table != nil {
		return m.table.first
	}
	return 0
}

func (m *mapping) span() int {
	if m.table != nil {
		return m.table.keys.len()
	}
	return len(m.values)
}

// at gives the entry at a position; ok is false for a gap.
func (m *mapping) at(pos int) (key, value Value, ok bool) {
	if t := m.table; t != nil {
		return t.keys.at(pos), t.values.at(pos), !t.isGap(pos)
	}
	return m.layout.keys[pos].key, m.values[pos], true
}

// all gives the entries in order.
func (m *mapping) all() iter.Seq2[Value, Value] {
	return func(yield func(key, value Value) bool) {
		for i := m.first(); i < m.span(); i++ {
			if k, v, ok := m.at(i); ok && !yield(k, v.share()) {
				return
			}
		}
	}
}

// markAll marks the values as held elsewhere too: see elements.
func (m *mapping) markAll() {
	if m.table != nil {
		m.table.values.markAll()
		return
	}
	for i := range m.values {
		if v := &m.values[i]; v.isContainer() && v.num != shared {
			v.num = shared
		}
	}
}

// set gives a key a value; a new key comes last. The error is that of
// checkKey.
func (m *mapping) set(key, value Value) *Error {
	if !key.is(KindString) {
		if err := checkKey(key); err != nil {
			return err
		}
	}
	m.put(key, value)
	return nil
}

// put is set for what can be a key.
func (m *mapping) put(key, value Value) {
	if i, fresh := m.enter(key, value); !fresh {
		m.setAt(i, value)
	}
}

// enter gives the position of what can be a key; one that is fresh gets a
// value.
func (m *mapping) enter(key, value Value) (pos int, fresh bool) {
	key = normalKey(key)
	if pos = m.position(key, hashKey(key)); pos >= 0 {
		return pos, false
	}
	m.add(key, value)
	return m.span() - 1, true
}

// putString is put for a name.
func (m *mapping) putString(name string, value Value) { m.put(String(name), value) }

// merge sets what other holds.
func (m *mapping) merge(other *mapping) {
	for k, v := range other.all() {
		m.put(k, v)
	}
}

// add appends the entry of a normal key that is not there.
func (m *mapping) add(key, value Value) {
	if m.table == nil && len(m.values) == scanEntries {
		t := newTable(2 * scanEntries)
		for k, v := range m.all() {
			t.add(k, v)
		}
		m.clear()
		m.table = t
	}
	if m.table != nil {
		m.table.add(key, value)
		return
	}
	if m.layout == noKeys {
		m.layout, m.common, m.values = newLayout(firstEntries), false, make([]Value, 0, firstEntries)
	}
	m.ownLayout(1)
	m.layout.keys = append(m.layout.keys, hashed{key, hashKey(key)})
	m.values = append(m.values, value)
}

// ownLayout makes the layout of a small map its own, with room for more keys
// where it was not.
func (m *mapping) ownLayout(extra int) {
	if m.common {
		l := newLayout(len(m.layout.keys) + extra)
		l.keys = append(l.keys, m.layout.keys...)
		m.layout, m.common = l, false
	}
}

// delete takes a key out and gives its value.
func (m *mapping) delete(key Value) (Value, bool) {
	i := m.find(key)
	if i < 0 {
		return Nil, false
	}
	return m.deleteAt(i), true
}

// deleteAt takes the entry at a position out and gives its value.
func (m *mapping) deleteAt(i int) Value {
	old := m.valueAt(i)
	switch {
	case m.len() == 1:
		m.clear()
	case m.table != nil:
		m.table.delete(i)
	default:
		m.ownLayout(0)
		m.layout.keys = slices.Delete(m.layout.keys, i, i+1)
		m.values = slices.Delete(m.values, i, i+1)
	}
	return old
}

// clear takes everything out.
func (m *mapping) clear() {
	m.layout, m.common, m.table, m.values = noKeys, true, nil, nil
}

// twin gives a map with the same entries, whose values are shared, of one that
// nobody changes any more.
func (m *mapping) twin() *mapping {
	if m.table != nil {
		return m.clone(0)
	}
	c := newRecord(m.layout)
	for i, v := range m.values {
		c.values[i] = v.share()
	}
	return c
}

// clone is twin of a map that may still change, with room for more entries.
func (m *mapping) clone(extra int) *mapping {
	if m.table != nil {
		c := newMap(0)
		c.table = m.table.clone(extra)
		return c
	}
	c := newMap(len(m.values) + extra)
	for k, v := range m.all() {
		c.add(k, v)
	}
	return c
}
