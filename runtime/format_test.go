package runtime

import (
	"math"
	"strconv"
	"testing"
	"time"
)

func TestLiteral(t *testing.T) {
	m := newMap(0)
	for i, k := range []Value{String("a"), String("b c"), Bool(true), Int(-1), Float(1.5), Duration(5 * time.Second), String("if"), String("")} {
		m.put(k, Int(int64(i)))
	}
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Nil, "nil"},
		{Float(2), "2.0"},
		{Float(-0.5), "-0.5"},
		{Float(1e20), "100000000000000000000.0"},
		{Float(1e21), "1e21"},
		{Float(1.5e300), "1.5e300"},
		{Float(0.000001), "0.000001"},
		{Float(1.25e-7), "1.25e-7"},
		{Float(0.1), "0.1"},
		{Float(math.NaN()), "nan"},
		{Float(math.Inf(-1)), "-inf"},
		{String("a\"b\\\n\t\r\x00\x1b$ ${x} é\u200b"), `"a\"b\\\n\t\r\0\x1b$ \${x} é\u{200B}"`},
		{Duration(0), "0s"},
		{Duration(90 * time.Second), "1m30s"},
		{Duration(2 * time.Hour), "2h"},
		{Duration(2*time.Hour + 5*time.Second), "2h5s"},
		{Duration(250 * time.Millisecond), "250ms"},
		{Duration(-1500 * time.Millisecond), "-1.5s"},
		{Duration(time.Minute + time.Millisecond), "1m0.001s"},
		{Duration(10 * time.Microsecond), "10us"},
		{Duration(7), "7ns"},
		{Duration(math.MinInt64), "-2562047h47m16.854775808s"},
		{Time(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), "2026-01-02T03:04:05Z"},
		{newRange(0, 3, 1, false), "0..3"},
		{newRange(0, 3, 1, true), "0..=3"},
		{newRange(4, 0, -2, true), "(0..=4).step(-2)"},
		{newList([]Value{Int(1), String("a"), Nil, newList(nil)}), `[1, "a", nil, []]`},
		{m.value(), `{a: 0, "b c": 1, [true]: 2, -1: 3, [1.5]: 4, [5s]: 5, if: 6, "": 7}`},
		{newList([]Value{Fail("x", "no %s", "way").value()}), `[error("no way")]`},
		{newHost(&Type{Name: "channel"}, nil), "<channel>"},
	} {
		if got, err := literalOf(c.v); err != nil || got != c.want {
			t.Errorf("got %s %v, want %s", got, err, c.want)
		}
	}
	if s := Fail("x", "no way").value().String(); s != "no way" {
		t.Errorf("an error prints as %s", s)
	}
}

func TestFloatsReadBack(t *testing.T) {
	for _, x := range []float64{0, 1, 0.1, 1e-6, 9.99e-7, 1e21, 1e22, math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53, 123456789.125} {
		s := string(appendFloat(nil, x))
		if back, err := strconv.ParseFloat(s, 64); err != nil || back != x {
			t.Errorf("%v is written %s", x, s)
		}
	}
}

func nested(depth int) Value {
	v := Nil
	for range depth {
		v = newList([]Value{v})
	}
	return v
}

func TestNestingIsBounded(t *testing.T) {
	fine, deep := nested(maxNesting), nested(maxNesting+1)
	if _, err := literalOf(fine); err != nil {
		t.Error(err)
	}
	if same, err := equal(fine, nested(maxNesting)); !same || err != nil {
		t.Error(same, err)
	}
	for _, err := range []*Error{
		second(literalOf(deep)), second(equal(deep, nested(maxNesting+1))), second(hash(deep)), second(compare(deep, nested(maxNesting+1))),
	} {
		if err == nil || err.Kind != "limit" {
			t.Errorf("%v, want a limit", err)
		}
	}
	if deep.String() != "<list>" || Equal(deep, deep) {
		t.Error("what is exported fails otherwise")
	}
}

// A value that is small in memory may be endless as a tree.
func TestWalksAreBounded(t *testing.T) {
	v := newList([]Value{Int(1)})
	for range 60 {
		v = newList([]Value{v.share(), v.share()})
	}
	most := func() *walk { return &walk{seen: maxWalk - 10_000} } // not to wait for all of it
	for _, err := range []*Error{second(equalAt(v, v, most())), second(compareAt(v, v, 0, most())), second(hashAt(v, most()))} {
		if err == nil || err.Kind != "limit" {
			t.Errorf("%v, want a limit", err)
		}
	}
	if _, err := natural(v, most()); err == nil {
		t.Error("decoded")
	}
}

func second[T any](_ T, err *Error) *Error { return err }

func TestEqualValuesHaveEqualHashes(t *testing.T) {
	a, b := newMap(0), newMap(0)
	a.putString("x", Int(1))
	a.putString("y", newList([]Value{Float(2)}))
	b.putString("y", newList([]Value{Int(2)}))
	b.putString("x", Float(1))
	for _, pair := range [][2]Value{
		{a.value(), b.value()},
		{Int(3), Float(3)},
		{newRange(0, 3, 1, false), newRange(0, 2, 1, true)},
		{newRange(5, 5, 1, false), newRange(0, -1, 1, true)},
		{Fail("a", "b").value(), Fail("a", "b").value()},
		{concat(nil, String("a"), String("b")), String("ab")},
	} {
		x, _ := hash(pair[0])
		y, _ := hash(pair[1])
		if !Equal(pair[0], pair[1]) || x != y {
			t.Errorf("%v and %v", pair[0], pair[1])
		}
	}
}
