package runtime

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// model is a map as one would write it without thinking of speed.
type model struct {
	keys   []string
	values map[string]int64
}

func (m *model) set(k string, v int64) {
	if _, ok := m.values[k]; !ok {
		m.keys = append(m.keys, k)
	}
	m.values[k] = v
}

func (m *model) delete(k string) {
	if _, ok := m.values[k]; ok {
		m.keys = slices.Delete(m.keys, slices.Index(m.keys, k), slices.Index(m.keys, k)+1)
		delete(m.values, k)
	}
}

func (m *model) check(t *testing.T, got *mapping) {
	t.Helper()
	if got.len() != len(m.keys) {
		t.Fatalf("%d entries, want %d", got.len(), len(m.keys))
	}
	i := 0
	for k, v := range got.all() {
		if k.String() != m.keys[i] || v.int() != m.values[m.keys[i]] {
			t.Fatalf("entry %d is %v: %v, want %s: %d", i, k, v, m.keys[i], m.values[m.keys[i]])
		}
		i++
	}
}

func TestMapAgainstModel(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		keys, steps, checks := 1+random.IntN(60), int64(400), 1
		if seed%10 == 9 {
			keys, steps, checks = 2000, 10_000, 200
		}
		key := func() (Value, string) {
			n := random.IntN(keys)
			// Ints, texts, or, in between, both.
			if seed%3 == 0 || seed%3 == 1 && n%2 == 0 {
				return Int(int64(n)), fmt.Sprint(n)
			}
			return String(fmt.Sprint("k", n)), fmt.Sprint("k", n)
		}
		got, want := newMap(random.IntN(20)), &model{values: map[string]int64{}}
		// What a map is copied from never changes again, whatever the copy does.
		type past struct {
			got  *mapping
			want *model
		}
		var before []past
		remove := func(k Value, s string) {
			old, was := got.delete(k)
			if n, ok := want.values[s]; ok != was || ok && old.int() != n {
				t.Fatalf("delete gave %v, want %d", old, n)
			}
			want.delete(s)
		}
		end := func(i int) { // takes out the first or the last
			k, _, _ := got.at(i)
			remove(k, k.String())
		}
		for step := range steps {
			k, s := key()
			v := Int(step)
			if seed%4 == 0 && random.IntN(100) == 0 {
				v = Duration(time.Duration(step)) // which no list of ints can hold
			}
			switch random.IntN(8) {
			case 0, 1, 2:
				if err := got.set(k, v); err != nil {
					t.Fatal(err)
				}
				want.set(s, step)
			case 3, 4:
				remove(k, s)
			case 5:
				if got.len() > 0 && seed%5 == 0 {
					end(got.span() - 1)
				}
			case 6:
				if got.len() > 0 && seed%5 == 1 {
					end(got.first())
				}
			case 7:
				v, ok := got.get(k)
				if n, there := want.values[s]; ok != there || ok && v.int() != n {
					t.Fatalf("get gave %v, want %d", v, n)
				}
			}
			switch random.IntN(80) {
			case 0:
				got = got.clone(random.IntN(10))
			case 1:
				before = append(before, past{got, &model{slices.Clone(want.keys), maps.Clone(want.values)}})
				got = got.twin()
			}
			if random.IntN(checks) == 0 {
				want.check(t, got)
			}
		}
		for _, b := range before {
			b.want.check(t, b.got)
		}
	}
}

// One that is filled and emptied at its end, or always with the same key, has
// room in its index for ever.
func TestMapIndexIsCleared(t *testing.T) {
	m := newMap(0)
	for i := range int64(1000) {
		m.put(Int(i), Nil)
	}
	size := len(m.table.index)
	for i := range int64(100_000) {
		m.put(Int(1000+i), Nil)
		m.put(Int(-1), Nil)
		m.delete(Int(-1))
		m.delete(Int(1000 + i))
		if m.has(Int(1000 + i)) {
			t.Fatal("found what was deleted")
		}
	}
	if m.len() != 1000 || m.span() != 1000 || len(m.table.index) > 2*size {
		t.Errorf("%d entries take %d places and an index of %d", m.len(), m.span(), len(m.table.index))
	}
}

func TestMapKeys(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	m := newMap(0)
	for i, k := range []Value{Int(1), Bool(true), String("1"), Float(1.5), Duration(1), Time(now)} {
		if err := m.set(k, Int(int64(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i, k := range []Value{Float(1), Bool(true), String("1"), Float(1.5), Duration(1), Time(now.In(time.FixedZone("x", 3600)))} {
		if v, ok := m.get(k); !ok || v.int() != int64(i) {
			t.Errorf("%v: %v", k, v)
		}
	}
	m.put(Float(1), Int(10))
	if k, _, _ := m.at(0); !k.isInt() {
		t.Errorf("1.0 was kept as %v", k)
	}
	m.put(Float(math.Copysign(0, -1)), Int(0))
	if !m.has(Int(0)) {
		t.Error("-0.0 and 0 are two keys")
	}
	for want, bad := range map[string]Value{
		"nil cannot be a key":                          Nil,
		"a list cannot be a key":                       newList(nil),
		"a map cannot be a key":                        newMap(0).value(),
		"nan cannot be a key: it is unequal to itself": Float(math.NaN()),
		"an error cannot be a key":                     Fail("x", "y").value(),
		"bytes cannot be a key":                        Bytes(nil),
		"a range cannot be a key":                      newRange(0, 1, 1, false),
	} {
		if err := m.set(bad, Nil); err == nil || err.Message != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A site's hint is only a guess, whatever map it is used on.
func TestMapHints(t *testing.T) {
	var h hint
	key := String("key")
	for n := range 30 {
		m := newMap(0)
		for i := range n {
			m.putString("before "+itoa(i), Nil)
		}
		if pos := m.findHinted(key, &h); pos != -1 {
			t.Errorf("found at %d of %d, where it is not", pos, n)
		}
		m.putString("key", Int(1)) // another text of the same characters
		m.putString("after", Nil)
		for range 2 {
			if pos := m.findHinted(key, &h); pos != n {
				t.Errorf("found at %d, not at %d", pos, n)
			}
		}
		if n > 0 {
			m.delete(String("before 0"))
		}
		if pos := m.findHinted(key, &h); m.valueAt(pos) != Int(1) {
			t.Errorf("found %v", m.valueAt(pos))
		}
		m.delete(key)
		if pos := m.findHinted(key, &h); pos != -1 {
			t.Error("found what was deleted")
		}
	}
}

// A queue whose first entry is deleted while others are added stays small.
func TestMapAsQueue(t *testing.T) {
	m := newMap(0)
	for i := range int64(100_000) {
		m.put(Int(i), Nil)
		if i >= 50 {
			m.delete(Int(i - 50))
		}
	}
	if m.len() != 50 || m.span() > 400 || len(m.table.index) > 1024 {
		t.Errorf("%d entries take %d places and an index of %d", m.len(), m.span(), len(m.table.index))
	}
}

func BenchmarkMapCount(b *testing.B) {
	keys := make([]Value, 1000)
	for i := range keys {
		keys[i] = String(fmt.Sprint("key", i))
	}
	m := newMap(0)
	for i := range b.N {
		at, _ := m.enter(keys[i%1000], Int(0))
		m.setAt(at, Int(m.valueAt(at).int()+1))
	}
}
