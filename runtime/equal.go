package runtime

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"strings"
)

// maxNesting is how deep values may be nested where they are walked.
const maxNesting = 10_000

func tooDeep(doing string) *Error {
	return Fail("limit", "cannot %s values that are nested more than %d deep", doing, maxNesting)
}

// walk bounds the way through a value: how deep it is nested, and how many
// values there are in all, since a small value that holds itself twice, sixty
// times over, is a tree of 2^60.
type walk struct{ depth, seen int }

const maxWalk = 1 << 26

// down enters a list or map of n values; the caller leaves it with up.
func (w *walk) down(n int, doing string) *Error {
	w.depth++
	w.seen += n
	switch {
	case w.depth > maxNesting:
		return tooDeep(doing)
	case w.seen > maxWalk:
		return Fail("limit", "cannot %s more than %d values at once", doing, maxWalk)
	}
	return nil
}

func (w *walk) up() { w.depth-- }

// Equal tells whether two values are equal as == has it: structural, values
// of different types unequal, but for int and float. Values that are nested
// too deep for == are unequal.
func Equal(a, b Value) bool {
	same, err := equal(a, b)
	return same && err == nil
}

// equal computes a == b; the error is that of too deep a nesting.
func equal(a, b Value) (bool, *Error) { return equalAt(a, b, &walk{}) }

func equalAt(a, b Value, w *walk) (bool, *Error) {
	ka, kb := a.Kind(), b.Kind()
	if ka != kb {
		switch {
		case ka == KindInt && kb == KindFloat:
			return compareIntFloat(a.int(), b.float()) == 0, nil
		case ka == KindFloat && kb == KindInt:
			return compareIntFloat(b.int(), a.float()) == 0, nil
		}
		return false, nil
	}
	switch ka {
	case KindNil:
		return true, nil
	case KindBool, KindInt, KindDuration:
		return a.num == b.num, nil
	case KindFloat:
		return a.float() == b.float(), nil
	case KindString:
		return a.text().s == b.text().s, nil
	case KindBytes:
		return bytes.Equal(a.bytes(), b.bytes()), nil
	case KindTime:
		return a.time().Equal(b.time()), nil
	case KindRange:
		return a.span().sameNumbers(b.span()), nil
	case KindList:
		return equalLists(a.list(), b.list(), w)
	case KindMap:
		return equalMaps(a.mapping(), b.mapping(), w)
	case KindError:
		return equalErrors(a.err(), b.err(), w)
	}
	return a.ref == b.ref, nil // functions and host objects: by identity
}

func equalLists(a, b *list, w *walk) (bool, *Error) {
	n := a.len()
	if n != b.len() {
		return false, nil
	}
	if err := w.down(n, "compare"); err != nil {
		return false, err
	}
	defer w.up()
	if a.packed != KindNil && a.packed == b.packed && a.packed != KindFloat {
		return slices.Equal(a.words(), b.words()), nil
	}
	for i := range n {
		if same, err := equalAt(a.at(i), b.at(i), w); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func equalMaps(a, b *mapping, w *walk) (bool, *Error) {
	if a.len() != b.len() {
		return false, nil
	}
	if err := w.down(a.len(), "compare"); err != nil {
		return false, err
	}
	defer w.up()
	for i := a.first(); i < a.span(); i++ {
		k, v, ok := a.at(i)
		if !ok {
			continue // a gap
		}
		at := i
		if a.layout != b.layout || a.table != nil {
			if at = b.find(k); at < 0 {
				return false, nil
			}
		}
		if same, err := equalAt(v, b.valueAt(at), w); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// equalErrors compares what was failed with, not where.
func equalErrors(a, b *Error, w *walk) (bool, *Error) {
	switch {
	case a == b:
		return true, nil
	case a.Kind != b.Kind || a.Message != b.Message || a.Child != b.Child || (a.Cause == nil) != (b.Cause == nil):
		return false, nil
	}
	if err := w.down(1, "compare"); err != nil {
		return false, err
	}
	defer w.up()
	if same, err := equalAt(a.Data, b.Data, w); !same || err != nil || a.Cause == nil {
		return same, err
	}
	return equalErrors(a.Cause, b.Cause, w)
}

// unordered is what compare gives where NaN is involved: neither is below,
// and they are not equal.
const unordered = 2

// compare orders two numbers, strings, durations, times or lists: -1, 0, 1 or
// unordered. Anything else is an error of kind type.
func compare(a, b Value) (int, *Error) { return compareAt(a, b, 0, &walk{}) }

// compareAt compares; nan is the side of all numbers that NaN is on: 1 above,
// -1 below, 0 unordered.
func compareAt(a, b Value, nan int, w *walk) (int, *Error) {
	ka, kb := a.Kind(), b.Kind()
	switch {
	case ka == KindInt && kb == KindInt, ka == KindDuration && kb == KindDuration:
		return cmp.Compare(a.int(), b.int()), nil
	case isNumber(a) && isNumber(b):
		return compareNumbers(a, b, nan), nil
	case ka != kb:
	case ka == KindString:
		return strings.Compare(a.text().s, b.text().s), nil
	case ka == KindTime:
		return a.time().Compare(b.time()), nil
	case ka == KindList:
		return compareLists(a.list(), b.list(), nan, w)
	}
	if ka == kb {
		return 0, Fail("type", "cannot order two values of type %s", typeName(a))
	}
	return 0, Fail("type", "cannot compare %s and %s", typeName(a), typeName(b))
}

func compareLists(a, b *list, nan int, w *walk) (int, *Error) {
	n := min(a.len(), b.len())
	if err := w.down(n, "compare"); err != nil {
		return 0, err
	}
	defer w.up()
	for i := range n {
		if order, err := compareAt(a.at(i), b.at(i), nan, w); order != 0 || err != nil {
			return order, err
		}
	}
	return cmp.Compare(a.len(), b.len()), nil
}

func compareNumbers(a, b Value, nan int) int {
	aNaN := a.isFloat() && math.IsNaN(a.float())
	bNaN := b.isFloat() && math.IsNaN(b.float())
	switch {
	case aNaN || bNaN:
		switch {
		case nan == 0:
			return unordered
		case aNaN && bNaN:
			return 0
		case aNaN:
			return nan
		}
		return -nan
	case a.isInt():
		return compareIntFloat(a.int(), b.float())
	case b.isInt():
		return -compareIntFloat(b.int(), a.float())
	}
	return cmp.Compare(a.float(), b.float())
}

// compareIntFloat compares exactly, without rounding the int to a float; NaN
// gives unordered.
func compareIntFloat(n int64, x float64) int {
	switch {
	case x != x:
		return unordered
	case x >= 1<<63:
		return -1
	case x < -1<<63:
		return 1
	}
	whole := math.Trunc(x)
	if order := cmp.Compare(n, int64(whole)); order != 0 {
		return order
	}
	return cmp.Compare(whole, x)
}

// hash gives equal hashes for equal values, of any type.
func hash(v Value) (uint64, *Error) { return hashAt(v, &walk{}) }

func hashAt(v Value, w *walk) (uint64, *Error) {
	const prime = 1099511628211
	kind := v.Kind()
	sum := uint64(kind) + 1
	switch kind {
	case KindNil:
		return sum, nil
	case KindBool, KindInt, KindFloat, KindDuration, KindString, KindTime:
		return uint64(hashKey(normalKey(v))), nil
	case KindBytes:
		return sum<<32 | uint64(hashString(string(v.bytes()))), nil
	case KindRange:
		r := v.span()
		n := r.count()
		if n == 0 {
			return sum, nil
		}
		return sum ^ n*prime ^ uint64(hashNumber(uint64(r.lo))), nil
	case KindList:
		l := v.list()
		if err := w.down(l.len(), "hash"); err != nil {
			return 0, err
		}
		defer w.up()
		for i := range l.len() {
			h, err := hashAt(l.at(i), w)
			if err != nil {
				return 0, err
			}
			sum = (sum ^ h) * prime
		}
		return sum, nil
	case KindMap:
		m := v.mapping()
		if err := w.down(m.len(), "hash"); err != nil {
			return 0, err
		}
		defer w.up()
		for k, v := range m.all() {
			h, err := hashAt(v, w)
			if err != nil {
				return 0, err
			}
			sum += (uint64(hashKey(k)) ^ h) * prime // the order must not matter
		}
		return sum, nil
	case KindError:
		e := v.err()
		return sum ^ uint64(hashString(e.Kind))<<32 ^ uint64(hashString(e.Message)), nil
	}
	return sum ^ maphash.Comparable(hashSeed, v.ref), nil
}
