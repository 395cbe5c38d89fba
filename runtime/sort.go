package runtime

import (
	"cmp"
	"math"
	"slices"
)

// sorted gives items in order, each by its key; keys is nil where they are
// their own. Equal ones keep their order, NaN comes last, both also where desc
// is true. Items are not changed, and the handles are those in it.
func sorted(items, keys []Value, desc bool) ([]Value, *Error) {
	own := keys == nil
	if own {
		keys = items
	}
	var order []int
	switch kind := commonKind(keys); {
	case own && (kind == KindInt || kind == KindDuration):
		return sortedInts(items, desc), nil
	case kind == KindInt || kind == KindDuration:
		order = sortedBy(keys, Value.int, desc)
	case kind == KindString:
		order = sortedBy(keys, Value.str, desc)
	case kind == KindFloat && !slices.ContainsFunc(keys, func(v Value) bool { return math.IsNaN(v.float()) }):
		order = sortedBy(keys, Value.float, desc)
	default:
		var err *Error
		if order, err = sortedMixed(keys, desc); err != nil {
			return nil, err
		}
	}
	out := make([]Value, len(items))
	for i, at := range order {
		out[i] = items[at]
	}
	return out, nil
}

// sortedInts is for values of which equal ones cannot be told apart.
func sortedInts(items []Value, desc bool) []Value {
	numbers := make([]int64, len(items))
	for i, v := range items {
		numbers[i] = v.int()
	}
	slices.Sort(numbers)
	if desc {
		slices.Reverse(numbers)
	}
	out := make([]Value, len(items))
	for i, n := range numbers {
		out[i] = Value{items[0].ref, uint64(n)}
	}
	return out
}

// commonKind gives the kind that all values have; KindNil if they differ.
func commonKind(values []Value) Kind {
	if len(values) == 0 {
		return KindNil
	}
	kind := values[0].Kind()
	for _, v := range values[1:] {
		if v.Kind() != kind {
			return KindNil
		}
	}
	return kind
}

// sortedBy gives the positions of values in the order of their payloads.
// Sorting by key and position is stable and faster than a stable sort.
func sortedBy[K cmp.Ordered](values []Value, payload func(Value) K, desc bool) []int {
	type keyed struct {
		key K
		at  int
	}
	all := make([]keyed, len(values))
	for i, v := range values {
		all[i] = keyed{payload(v), i}
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
func sortedMixed(values []Value, desc bool) ([]int, *Error) {
	order := make([]int, len(values))
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
		o, err := compareAt(values[a], values[b], sign, &walk{})
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
