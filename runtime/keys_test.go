package runtime

import (
	"fmt"
	"testing"
)

// Maps of Keys are those that NewMap makes, and what changes one leaves the
// others as they are.
func TestKeys(t *testing.T) {
	for _, n := range []int{0, 1, 5, scanEntries, scanEntries + 1, 40} {
		var names []string
		var values []Value
		var entries []Named
		var pairs []Value
		for i := range n {
			name := fmt.Sprint("column number ", i)
			names, values = append(names, name), append(values, Int(int64(i)))
			entries = append(entries, Named{name, values[i]})
			pairs = append(pairs, String(name), values[i])
		}
		want := NewMap(entries...)
		keys, cache := NewKeys(names...), new(KeyCache)
		first := keys.Map(values...)
		for _, m := range []Value{first, keys.Map(values...), cache.Map(pairs), cache.Map(pairs)} {
			if !Equal(m, want) || m.Literal() != want.Literal() {
				t.Errorf("%d keys: %s, want %s", n, m, want)
			}
			m.mapping().putString("one more", Nil)
			if n > 0 {
				m.mapping().delete(String(names[0]))
			}
		}
		if m := keys.Map(values...); !Equal(m, want) {
			t.Errorf("%d keys: %s, want %s after another was changed", n, m, want)
		}
		if m := cache.Map(pairs); !Equal(m, want) {
			t.Errorf("%d keys: %s, want %s after another was changed", n, m, want)
		}
	}
}

// Of two equal keys the last counts, whatever was read before.
func TestKeyCacheEqualKeys(t *testing.T) {
	cache := new(KeyCache)
	for range 3 {
		a, b := String("a"), String("a")
		if m := cache.Map([]Value{a, Int(1), b, Int(2)}); m.Literal() != "{a: 2}" {
			t.Errorf("%s, want {a: 2}", m)
		}
		if m := cache.Map([]Value{a, Int(1), String("b"), Int(2)}); m.Literal() != "{a: 1, b: 2}" {
			t.Errorf("%s, want {a: 1, b: 2}", m)
		}
	}
}
