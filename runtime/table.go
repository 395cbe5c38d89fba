package runtime

import "math/bits"

// table holds the entries of a map that has too many to look at each: a column
// of keys and one of values, in the order of insertion, and an index of them by
// hash. The columns are lists, so numbers of one kind take 8 bytes each and are
// nothing for the collector to look at.
//
// Deleting leaves a gap, which the next rebuilding closes; those at the
// beginning and at the end are left out at once.
type table struct {
	keys, values list
	// index is an open-addressed table of positions + 1, 0 where it is empty.
	// Its size is a power of two, and there are always fewer entries: a position
	// takes the low bits, and the others are the same bits of the key's hash,
	// so that what is not looked for is passed by without a look at its key.
	index []uint32
	used  int      // slots of the index that are not empty
	gaps  []uint64 // a bit for each position, set where there is a gap; nil: there is none
	first int      // no entry is before it
	live  int      // entries that are no gaps
}

// vacated is a slot of the index whose entry was deleted. Its position is one
// that no entry has.
const vacated = ^uint32(0)

// newTable gives an empty table with room for n entries.
func newTable(n int) *table {
	t := &table{keys: *emptyList(n), values: *emptyList(n)}
	t.reindex(n)
	return t
}

func (t *table) isGap(pos int) bool {
	return t.gaps != nil && t.gaps[pos/64]>>(pos%64)&1 != 0
}

// position gives where the entry of a normal key is, -1 if there is none.
func (t *table) position(key Value, hash uint32) int {
	mask := uint32(len(t.index) - 1)
	if t.keys.packed != KindNil {
		if key.ref != t.keys.tag() {
			return -1
		}
		words := t.keys.words()
		for slot := hash & mask; ; slot = (slot + 1) & mask {
			at := t.index[slot]
			if at == 0 {
				return -1
			}
			if pos := at&mask - 1; (at^hash)&^mask == 0 && pos < uint32(len(words)) && words[pos] == key.num {
				return int(pos)
			}
		}
	}
	if key.is(KindString) {
		return t.positionOf(key.text().s, hash)
	}
	keys := t.keys.items
	for slot := hash & mask; ; slot = (slot + 1) & mask {
		at := t.index[slot]
		if at == 0 {
			return -1
		}
		if pos := at&mask - 1; (at^hash)&^mask == 0 && pos < uint32(len(keys)) && sameKey(keys[pos], key) {
			return int(pos)
		}
	}
}

// positionOf is position for a text.
func (t *table) positionOf(name string, hash uint32) int {
	if t.keys.packed != KindNil {
		return -1
	}
	mask, keys := uint32(len(t.index)-1), t.keys.items
	for slot := hash & mask; ; slot = (slot + 1) & mask {
		at := t.index[slot]
		if at == 0 {
			return -1
		}
		if pos := at&mask - 1; (at^hash)&^mask == 0 && pos < uint32(len(keys)) {
			if k := keys[pos]; k.is(KindString) && k.text().s == name {
				return int(pos)
			}
		}
	}
}

// holds tells whether the entry at a position, if there is one, is that of a
// normal key. A text must be the same object.
func (t *table) holds(pos int, key Value) bool {
	return uint(pos) < uint(t.keys.len()) && t.keys.at(pos) == key && !t.isGap(pos)
}

// add appends the entry of a normal key that is not there.
func (t *table) add(key, value Value) {
	if max(t.used, t.keys.len()) >= roomOf(len(t.index)) {
		t.compact()
		t.reindex(t.live + t.live/2) // twice the size it had, if nothing was deleted
	}
	pos := t.keys.len()
	t.keys.push(key)
	t.values.push(value)
	if t.gaps != nil && pos/64 >= len(t.gaps) {
		t.gaps = append(t.gaps, 0)
	}
	t.live++
	t.enter(hashKey(key), pos)
}

// enter puts a position into the index.
func (t *table) enter(hash uint32, pos int) {
	mask := uint32(len(t.index) - 1)
	slot := hash & mask
	for t.index[slot] != 0 && t.index[slot] != vacated {
		slot = (slot + 1) & mask
	}
	if t.index[slot] == 0 {
		t.used++
	}
	t.index[slot] = hash&^mask | uint32(pos+1)
}

// roomOf gives how many entries an index of some size is good for.
func roomOf(size int) int { return size / 4 * 3 }

// reindex builds the index for n entries, from those that are there, which have
// no gaps.
func (t *table) reindex(n int) {
	size := max(1<<bits.Len(uint(n+n/3)), 2*scanEntries)
	if len(t.index) == size {
		clear(t.index)
	} else {
		t.index = make([]uint32, size)
	}
	t.used = 0
	if t.keys.packed != KindNil {
		for i, w := range t.keys.words() {
			t.enter(hashNumber(w), i)
		}
		return
	}
	for i, k := range t.keys.items {
		t.enter(hashKey(k), i)
	}
}

// compact closes the gaps. The index is wrong afterwards.
func (t *table) compact() {
	if t.gaps == nil {
		return
	}
	gap := t.isGap
	t.keys.removeAll(gap)
	t.values.removeAll(gap)
	t.gaps, t.first = nil, 0
}

// delete takes the entry at a position out. There is another one.
func (t *table) delete(pos int) {
	mask := uint32(len(t.index) - 1)
	slot := hashKey(t.keys.at(pos)) & mask
	for t.index[slot]&mask != uint32(pos+1) {
		slot = (slot + 1) & mask
	}
	t.index[slot] = vacated
	t.live--
	if t.gaps == nil {
		t.gaps = make([]uint64, (t.keys.len()+63)/64)
	}
	t.gaps[pos/64] |= 1 << (pos % 64)
	// What a gap held must not be kept alive by it.
	t.keys.vacate(pos)
	t.values.vacate(pos)
	for t.isGap(t.first) {
		t.first++
	}
	end := t.keys.len()
	for t.isGap(end - 1) {
		end--
		t.gaps[end/64] &^= 1 << (end % 64)
	}
	t.keys.truncate(end)
	t.values.truncate(end)
	if end > 2*t.live && end > 2*scanEntries {
		t.compact()
		t.reindex(t.live)
	}
}

// clone gives a table with the same entries, whose values are shared, and with
// room for more.
func (t *table) clone(extra int) *table {
	n := t.live + extra
	c := &table{keys: *emptyList(n), values: *emptyList(n), live: t.live}
	c.keys.pushCopies(&t.keys, 0, t.keys.len())
	c.values.pushCopies(&t.values, 0, t.values.len())
	if t.gaps == nil && n <= roomOf(len(t.index)) {
		c.index, c.used = append([]uint32(nil), t.index...), t.used
		return c
	}
	c.gaps = t.gaps
	c.compact()
	c.reindex(n)
	return c
}
