package runtime

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type base struct {
	ID   int `json:"id"`
	Note string
}

type item struct {
	base
	Name   string         `json:"name"`
	Tags   []string       `json:"tags,omitempty"`
	Price  *float64       `json:"price"`
	Secret string         `json:"-"`
	hidden int            //nolint:unused // must be left out
	Wait   time.Duration  `json:"wait"`
	At     time.Time      `json:"at"`
	More   map[string]any `json:"more"`
	Raw    []byte         `json:"raw"`
	Any    any            `json:"any"`
	Value  Value          `json:"value"`
}

func sample() item {
	price := 1.5
	return item{
		base: base{ID: 7, Note: "n"}, Name: "x", Tags: []string{"a"}, Price: &price, Secret: "s",
		Wait: time.Second, At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), More: map[string]any{"b": int64(1), "a": nil},
		Raw: []byte("hi"), Any: []any{"q", true}, Value: Int(3),
	}
}

func TestValueOf(t *testing.T) {
	cycle := &struct{ Next any }{}
	cycle.Next = cycle
	for _, c := range []struct {
		x    any
		want string
	}{
		{nil, "nil"},
		{uint8(3), "3"},
		{float32(0.1), "0.1"},
		{[]int{1, 2}, "[1, 2]"},
		{[2]bool{true, false}, "[true, false]"},
		{[]byte("a"), `"a".bytes()`},
		{map[int]string{2: "b", 1: "a"}, `{1: "a", 2: "b"}`},
		{map[string]int{"b": 1, "a": 2}, "{a: 2, b: 1}"},
		{"a\xff", `"a` + "\uFFFD" + `"`},
		{(*int)(nil), "nil"},
		{[]int(nil), "[]"},
		{5 * time.Second, "5s"},
		{[]error{errors.New("no")}, `[error("no")]`},
		{sample(), `{id: 7, Note: "n", name: "x", tags: ["a"], price: 1.5, wait: 1s, at: 2026-01-02T00:00:00Z, more: {a: nil, b: 1}, raw: "hi".bytes(), any: ["q", true], value: 3}`},
		{struct {
			A int   `json:"a,omitzero"`
			B []int `json:",omitempty"`
		}{}, "{}"},
		{uint64(math.MaxUint64), "value: 18446744073709551615 is too large for an int"},
		{map[string]any{"a b": []any{make(chan int)}}, `value: ["a b"][0]: no value holds a Go chan int`},
		{cycle, "deep, or in a cycle"},
	} {
		v, err := ValueOf(c.x)
		got := quoted(v)
		if err != nil {
			e := err.(*Error)
			got = e.Kind + ": " + e.Message
		}
		if got != c.want && !strings.HasSuffix(got, c.want) {
			t.Errorf("ValueOf(%v) = %s, want %s", c.x, got, c.want)
		}
		if v.isContainer() && v.num != shared {
			t.Errorf("%s could be changed in place", got)
		}
	}
}

func TestDecodeGivesBackWhatValueOfTook(t *testing.T) {
	in := sample()
	v, err := ValueOf(in)
	if err != nil {
		t.Fatal(err)
	}
	var out item
	if err := Decode(v, &out); err != nil {
		t.Fatal(err)
	}
	out.Secret = in.Secret
	if !reflect.DeepEqual(in, out) {
		t.Errorf("%+v\n%+v", in, out)
	}
	var natural any
	if err := Decode(v, &natural); err != nil {
		t.Fatal(err)
	}
	m := natural.(map[string]any)
	if m["id"] != int64(7) || m["wait"] != time.Second || !reflect.DeepEqual(m["tags"], []any{"a"}) {
		t.Errorf("%v", m)
	}
}

func TestDecodeErrors(t *testing.T) {
	list := func(v ...Value) Value { return NewList(v) }
	named := func(name string, v Value) Value { return NewMap(Named{name, v}) }
	for _, c := range []struct {
		v    Value
		into any
		want string
	}{
		{named("items", list(named("name", Int(1)))), new(struct {
			Items []item `json:"items"`
		}), "items[0].name: want string, got int"},
		{Int(300), new(int8), "300 is too large for int8"},
		{Int(-1), new(uint), "-1 is out of range for uint"},
		{Float(1), new(int), "want int, got float"},
		{Nil, new(string), "want string, got nil"},
		{list(Int(1)), new([2]int), "want 2 elements, got 1"},
		{String("a"), new([]byte), "want bytes, got string"},
		{named("a b", String("x")), new(map[string]int), `["a b"]: want int, got string`},
		{Int(1), new(chan int), "cannot decode into a Go chan int"},
		{Int(1), 5, "Decode needs a pointer to decode into"},
	} {
		err := Decode(c.v, c.into)
		if err == nil || err.Error() != c.want {
			t.Errorf("Decode(%v, %T): %v, want %s", c.v, c.into, err, c.want)
		}
	}
}

func TestDecodeFindsFields(t *testing.T) {
	var out struct {
		Name string
		Port int `json:"port"`
		*base
	}
	v := NewMap(Named{"NAME", String("n")}, Named{"port", Int(80)}, Named{"id", Int(5)}, Named{"other", Nil})
	if err := Decode(v, &out); err == nil && (out.Name != "n" || out.Port != 80) {
		t.Errorf("%+v", out)
	}
	var mixed any
	m := MapBuilder{}
	if err := m.SetKey(Int(1), String("a")); err != nil {
		t.Fatal(err)
	}
	if err := m.SetKey(Nil, String("a")); err == nil {
		t.Error("nil became a key")
	}
	if err := Decode(m.Map(), &mixed); err != nil || !reflect.DeepEqual(mixed, map[any]any{int64(1): "a"}) {
		t.Errorf("%v %v", mixed, err)
	}
}

// Nothing that a host got or gave may change through a script.
func TestHostsHoldCopies(t *testing.T) {
	inner := newList([]Value{Int(1)})
	outer := newList([]Value{inner})
	held := outer.List()
	testFrame.own(&outer)
	testFrame.own(outer.list().place(0))
	outer.list().at(0).list().set(0, Int(2))
	outer.list().push(Nil)
	if len(held) != 1 || held[0].String() != "[1]" {
		t.Errorf("%v", held)
	}
	for _, v := range []Value{NewList(nil), NewMap(), (&MapBuilder{}).Map()} {
		if v.num != shared {
			t.Errorf("%v could be changed in place", v)
		}
	}
}

func TestAt(t *testing.T) {
	for _, c := range []struct {
		v    Value
		i    int
		want Value
		ok   bool
	}{
		{newList([]Value{Int(1), String("a")}), 1, String("a"), true},
		{newList([]Value{Int(1)}).list().repeated(20).value(), 19, Int(1), true},
		{newList([]Value{Int(1)}), 1, Nil, false},
		{newList([]Value{Int(1)}), -1, Nil, false},
		{newRange(5, 0, -2, true), 2, Int(1), true},
		{newRange(5, 0, -2, true), 3, Nil, false},
		{String("abc"), 1, Nil, false},
		{Nil, 0, Nil, false},
	} {
		if got, ok := c.v.At(c.i); !Equal(got, c.want) || ok != c.ok {
			t.Errorf("element %d of %v: %v %v", c.i, c.v, got, ok)
		}
	}
}
