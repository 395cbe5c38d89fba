package runtime

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// However many they are, and whatever their digits have in common, numbers are
// sorted as by comparing them.
func TestSortNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, number := range map[string]func() Value{
		"small ints": func() Value { return Int(random.Int64N(100) - 50) },
		"large ints": func() Value { return Int(int64(random.Uint64())) },
		"one int":    func() Value { return Int(7) },
		"durations":  func() Value { return Duration(time.Duration(random.IntN(1000)) * time.Hour) },
		"floats":     func() Value { return Float(random.NormFloat64() * 1e9) },
		"infinities": func() Value { return Float(1 / float64(random.IntN(3)) * float64(1-2*random.IntN(2))) },
	} {
		for _, n := range []int{0, 1, 2, 100, manyWords - 1, manyWords, 1000} {
			for _, desc := range []bool{false, true} {
				keys, items := emptyList(0), emptyList(0)
				order := make([]int, n)
				for i := range order {
					keys.push(number())
					items.push(Int(int64(i)))
					order[i] = i
				}
				slices.SortStableFunc(order, func(i, j int) int {
					c, err := compareAt(keys.at(i), keys.at(j), 1, &walk{})
					if err != nil {
						t.Fatal(err)
					}
					if desc {
						c = -c
					}
					return c
				})
				byKey, err := sorted(items, keys, desc)
				if err != nil {
					t.Fatal(err)
				}
				own, err := sorted(keys, nil, desc)
				if err != nil {
					t.Fatal(err)
				}
				for i, at := range order {
					if byKey.at(i).int() != int64(at) {
						t.Fatalf("%d %s, desc %v: at %d by key is %v, want %d", n, name, desc, i, byKey.at(i), at)
					}
					if own.at(i) != keys.at(at) {
						t.Fatalf("%d %s, desc %v: at %d is %v, want %v", n, name, desc, i, own.at(i), keys.at(at))
					}
				}
				if own.len() != n || byKey.len() != n {
					t.Fatalf("%d of %d are left", own.len(), n)
				}
			}
		}
	}
}
