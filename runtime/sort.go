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
	case kind == KindInt || kind == KindDuration || kind == KindFloat && !strange(keys):
		order = sortedByNumber(keys, kind == KindFloat, desc)
	case kind == KindString:
		order = sortedBy(keys, Value.str, desc)
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
		words[i] = rising(w, floats)
	}
	words, _ = sortWords(words, nil)
	out.setWords(words)
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

// rising turns the number word of an int, duration or float that is not strange
// so that the order as unsigned numbers is that of the values.
func rising(w uint64, floats bool) uint64 {
	if floats && int64(w) < 0 {
		return ^w
	}
	return w ^ 1<<63
}

// sortedByNumber gives the positions of numbers or durations in their order.
func sortedByNumber(values *list, floats, desc bool) []int {
	if values.len() < manyWords {
		return sortedBy(values, func(v Value) uint64 { return rising(v.num, floats) }, desc)
	}
	words, order := make([]uint64, values.len()), make([]int, values.len())
	for i := range words {
		w := rising(values.at(i).num, floats)
		if desc {
			w = ^w
		}
		words[i], order[i] = w, i
	}
	_, order = sortWords(words, order)
	return order
}

// manyWords is from how many words on sorting them digit by digit takes less
// than comparing does; for 100,000 it is a quarter.
const manyWords = 256

// sortWords sorts words and, if there are any, what is at the same positions of
// others; equal ones keep their order. What it gives may be what it got.
func sortWords(words []uint64, others []int) ([]uint64, []int) {
	switch {
	case slices.IsSorted(words):
		return words, others
	case len(words) < manyWords && len(others) == 0:
		slices.Sort(words)
		return words, nil
	}
	var counts [8][256]int // of each byte's values
	for _, w := range words {
		for d := range counts {
			counts[d][byte(w>>(8*d))]++
		}
	}
	toWords, toOthers := make([]uint64, len(words)), make([]int, len(others))
	for d := range counts {
		count, sum := &counts[d], 0
		if count[byte(words[0]>>(8*d))] == len(words) {
			continue // it is the same in all
		}
		for i, n := range count {
			count[i], sum = sum, sum+n
		}
		for i, w := range words {
			at := &count[byte(w>>(8*d))]
			toWords[*at] = w
			if len(others) > 0 {
				toOthers[*at] = others[i]
			}
			*at++
		}
		words, toWords = toWords, words
		others, toOthers = toOthers, others
	}
	return words, others
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
