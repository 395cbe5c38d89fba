package runtime

import (
	"cmp"
	"math"
	"slices"
)

// sorted gives the elements of a list in order, each by its key; keys is nil
// where they are their own. Equal ones keep their order, NaN comes last, both
// also where desc is true. The list is not changed, and the handles are those
// in it.
func sorted(l, keys *list, desc bool) (*list, *Error) {
	own := keys == nil
	if own {
		keys = l
	}
	var order []int
	switch kind := keys.commonKind(); {
	case own && (kind == KindInt || kind == KindDuration || kind == KindFloat && !strange(l)):
		return sortedWords(l, desc), nil
	case kind == KindInt || kind == KindDuration:
		order = sortedBy(keys, Value.int, desc)
	case kind == KindString:
		order = sortedBy(keys, Value.str, desc)
	case kind == KindFloat && !strange(keys):
		order = sortedBy(keys, Value.float, desc)
	default:
		var err *Error
		if order, err = sortedMixed(keys, desc); err != nil {
			return nil, err
		}
	}
	out := emptyList(l.len())
	for _, at := range order {
		out.push(l.at(at))
	}
	return out, nil
}

// strange tells whether one of a list's floats is NaN or -0, whose order their
// bits do not tell.
func strange(floats *list) bool {
	for i := range floats.len() {
		if x := floats.at(i).float(); x != x || x == 0 && math.Signbit(x) {
			return true
		}
	}
	return false
}

// sortedWords is for values of one kind of which equal ones cannot be told
// apart: what is sorted is number words, turned so that their order as
// unsigned numbers is that of the values.
func sortedWords(l *list, desc bool) *list {
	out := emptyList(l.len())
	for i := range l.len() {
		out.push(l.at(i))
	}
	words := out.words()
	floats := out.packed == KindFloat
	for i, w := range words {
		if floats && int64(w) < 0 {
			words[i] = ^w
		} else {
			words[i] = w ^ 1<<63
		}
	}
	slices.Sort(words)
	for i, w := range words {
		if floats && int64(w) >= 0 {
			words[i] = ^w
		} else {
			words[i] = w ^ 1<<63
		}
	}
	if desc {
		slices.Reverse(words)
	}
	return out
}

// sortedBy gives the positions of values in the order of their payloads.
// Sorting by key and position is stable and faster than a stable sort.
func sortedBy[K cmp.Ordered](values *list, payload func(Value) K, desc bool) []int {
	type keyed struct {
		key K
		at  int
	}
	all := make([]keyed, values.len())
	for i := range all {
		all[i] = keyed{payload(values.at(i)), i}
	}
	sign := 1
	if desc {
		sign = -1
	}
	slices.SortFunc(all, func(a, b keyed) int {
		if order := cmp.Compare(a.key, b.key); order != 0 {
			return order * sign
		}
		return a.at - b.at
	})
	order := make([]int, len(all))
	for i := range all {
		order[i] = all[i].at
	}
	return order
}

// sortedMixed is sortedBy for values that may be of any type; those that
// cannot be compared are an error.
func sortedMixed(values *list, desc bool) ([]int, *Error) {
	order := make([]int, values.len())
	for i := range order {
		order[i] = i
	}
	sign := 1
	if desc {
		sign = -1
	}
	var failure *Error
	slices.SortFunc(order, func(a, b int) int {
		if failure != nil {
			return 0
		}
		o, err := compareAt(values.at(a), values.at(b), sign, &walk{})
		if err != nil {
			failure = err
		}
		if o != 0 {
			return o * sign
		}
		return a - b
	})
	return order, failure
}
