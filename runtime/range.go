package runtime

import (
	"iter"
	"math"
)

// newRange gives the range lo..hi, or lo..=hi, by steps that are not 0.
func newRange(lo, hi, step int64, inclusive bool) Value {
	return (&rangeObject{header{KindRange}, lo, hi, step, inclusive}).value()
}

func (r *rangeObject) value() Value { return Value{ref: &r.header} }

// count gives how many numbers r has; one less for all 2^64 ints.
func (r *rangeObject) count() uint64 {
	first, last, step := r.lo, r.hi, uint64(r.step)
	if r.step < 0 {
		first, last, step = r.hi, r.lo, -step
	}
	switch {
	case first > last, first == last && !r.inclusive:
		return 0
	case r.inclusive:
		n := (uint64(last) - uint64(first)) / step
		return min(n, math.MaxUint64-1) + 1
	}
	return (uint64(last)-uint64(first)-1)/step + 1
}

// at gives number i, for 0 <= i < count.
func (r *rangeObject) at(i uint64) int64 { return int64(uint64(r.lo) + i*uint64(r.step)) }

// has tells whether n is one of the numbers.
func (r *rangeObject) has(n int64) bool {
	distance, step := uint64(n)-uint64(r.lo), uint64(r.step)
	if r.step < 0 {
		if n > r.lo || n < r.hi || n == r.hi && !r.inclusive {
			return false
		}
		return -distance%-step == 0
	}
	if n < r.lo || n > r.hi || n == r.hi && !r.inclusive {
		return false
	}
	return distance%step == 0
}

// sameNumbers tells whether two ranges give the same numbers in the same order.
func (r *rangeObject) sameNumbers(s *rangeObject) bool {
	n := r.count()
	return n == s.count() && (n == 0 || r.lo == s.lo && (n == 1 || r.step == s.step))
}

// part gives the range of numbers i to before j, for 0 <= i <= j <= count.
func (r *rangeObject) part(i, j uint64) Value {
	if i == j {
		return newRange(r.lo, r.lo, r.step, false)
	}
	if i == 0 && j == r.count() {
		return r.value()
	}
	if r.step == 1 && r.at(j-1) < math.MaxInt64 {
		return newRange(r.at(i), r.at(j-1)+1, 1, false)
	}
	return newRange(r.at(i), r.at(j-1), r.step, true)
}

// stepped gives every n-th number; for a negative n the same ones backwards.
func (r *rangeObject) stepped(n int64) (Value, *Error) {
	if n == 0 {
		return Nil, Fail("value", "a range cannot step by 0")
	}
	count := r.count()
	if count == 0 {
		return r.value(), nil
	}
	times := magnitude(n)
	last := r.at((count - 1) / times * times)
	step, ok := mulInt(r.step, n)
	switch {
	case times >= count: // only the first number is left
		return newRange(r.lo, r.lo, 1, true), nil
	case !ok:
		return Nil, Fail("arithmetic", "%d steps of %d are too large for an int", n, r.step)
	case n < 0:
		return newRange(last, r.lo, step, true), nil
	}
	return newRange(r.lo, r.hi, step, r.inclusive), nil
}

// all gives the numbers in order.
func (r *rangeObject) all() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		n := r.lo
		for range r.count() {
			if !yield(n) {
				return
			}
			n += r.step
		}
	}
}

// numbers gives all of it as a list, if that is not absurdly long.
func (r *rangeObject) numbers() (*list, *Error) {
	if err := r.finite(); err != nil {
		return nil, err
	}
	out := emptyList(int(r.count()))
	for n := range r.all() {
		out.push(Int(n))
	}
	return out, nil
}

// finite is the error of a range that is too long to be a list.
func (r *rangeObject) finite() *Error {
	if r.count() > maxElements {
		return Fail("limit", "%s has more than %d elements", r.value(), maxElements)
	}
	return nil
}
