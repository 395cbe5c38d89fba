package runtime

import (
	"math"
	"testing"
	"time"

	"github.com/tgscript/tgscript/ast"
)

// show gives a result or its error as a test compares it.
func show(v Value, err *Error) string {
	if err != nil {
		return err.Kind + ": " + err.Message
	}
	return quoted(v)
}

func TestBinary(t *testing.T) {
	const largest, smallest = math.MaxInt64, math.MinInt64
	seconds := func(n int) Value { return Duration(time.Duration(n) * time.Second) }
	day := Time(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	list := func(v ...Value) Value { return newList(v) }
	for _, c := range []struct {
		x    Value
		op   ast.BinaryOp
		y    Value
		want string
	}{
		{Int(1), ast.Add, Int(2), "3"},
		{Int(1), ast.Add, Float(2), "3.0"},
		{Int(largest), ast.Add, Int(1), "arithmetic: 9223372036854775807 + 1 is too large for an int"},
		{Int(smallest), ast.Sub, Int(1), "arithmetic: -9223372036854775808 - 1 is too large for an int"},
		{Int(smallest), ast.Mul, Int(-1), "arithmetic: -9223372036854775808 * -1 is too large for an int"},
		{Int(smallest), ast.Mul, Int(1), "-9223372036854775808"},
		{Int(-1 << 32), ast.Mul, Int(1 << 31), "-9223372036854775808"},
		{Int(1 << 32), ast.Mul, Int(1 << 31), "arithmetic: 4294967296 * 2147483648 is too large for an int"},
		{Int(smallest), ast.FloorDiv, Int(-1), "arithmetic: -9223372036854775808 // -1 is too large for an int"},
		{Int(smallest), ast.Mod, Int(-1), "0"},
		{Int(-7), ast.FloorDiv, Int(2), "-4"},
		{Int(7), ast.FloorDiv, Int(-2), "-4"},
		{Int(7), ast.Mod, Int(-2), "-1"},
		{Int(-7), ast.Mod, Int(2), "1"},
		{Int(4), ast.Div, Int(2), "2.0"},
		{Int(1), ast.Div, Int(0), "arithmetic: division by zero"},
		{Float(1), ast.Mod, Float(0), "arithmetic: division by zero"},
		{Float(-7.5), ast.FloorDiv, Int(2), "-4.0"},
		{Float(-7.5), ast.Mod, Int(2), "0.5"},
		{Float(1), ast.FloorDiv, Float(0.1), "9.0"},
		{String("a"), ast.Add, String("b"), `"ab"`},
		{Int(1), ast.Add, String("b"), "type: cannot add int and string; text comes together as \"${a}${b}\" or with str()"},
		{Nil, ast.Sub, Int(1), "type: cannot subtract int from nil"},
		{list(Int(1)), ast.Add, list(Int(2)), "[1, 2]"},
		{list(Int(1)), ast.Mul, Int(3), "[1, 1, 1]"},
		{Int(2), ast.Mul, String("ab"), `"abab"`},
		{String("ab"), ast.Mul, Int(-1), "value: cannot repeat a string -1 times"},
		{String("ab"), ast.Mul, Int(largest), "limit: a text of more than 1073741824 bytes"},
		{list(Nil), ast.Mul, Int(1 << 40), "limit: a list of more than 67108864 elements"},
		{list(), ast.Mul, Int(largest), "[]"},
		{String(""), ast.Mul, Int(largest), `""`},
		{Bytes([]byte("a")), ast.Add, Bytes([]byte("b")), `"ab".bytes()`},
		{seconds(1), ast.Add, seconds(2), "3s"},
		{seconds(1), ast.Mul, Float(1.5), "1.5s"},
		{Int(2), ast.Mul, seconds(1), "2s"},
		{seconds(1), ast.Div, Int(4), "250ms"},
		{seconds(3), ast.Div, seconds(2), "1.5"},
		{seconds(-3), ast.FloorDiv, seconds(2), "-2"},
		{seconds(-3), ast.Mod, seconds(2), "1s"},
		{seconds(1), ast.Div, seconds(0), "arithmetic: division by zero"},
		{Duration(largest), ast.Mul, Int(2), "arithmetic: 2562047h47m16.854775807s * 2 is too large for a duration"},
		{seconds(1), ast.Add, Int(1), "type: cannot add duration and int; a duration has a unit: 5s, 250ms"},
		{day, ast.Add, seconds(1), "2026-01-02T00:00:01Z"},
		{seconds(1), ast.Add, day, "2026-01-02T00:00:01Z"},
		{day, ast.Sub, seconds(1), "2026-01-01T23:59:59Z"},
		{day, ast.Sub, day, "0s"},
		{seconds(1), ast.Sub, day, "type: cannot subtract time from duration"},

		{Int(1<<53 + 1), ast.Equal, Float(1 << 53), "false"},
		{Int(1 << 53), ast.Equal, Float(1 << 53), "true"},
		{Int(1<<53 + 1), ast.Greater, Float(1 << 53), "true"},
		{Int(largest), ast.Less, Float(1 << 63), "true"},
		{Int(smallest), ast.Equal, Float(-1 << 63), "true"},
		{Int(-1), ast.Less, Float(-0.5), "true"},
		{Int(0), ast.Greater, Float(-0.5), "true"},
		{Int(1), ast.Less, Float(math.NaN()), "false"},
		{Float(math.NaN()), ast.GreaterEqual, Float(math.NaN()), "false"},
		{Float(math.NaN()), ast.NotEqual, Float(math.NaN()), "true"},
		{Int(1), ast.Equal, String("1"), "false"},
		{list(Int(1)), ast.Equal, list(Float(1)), "true"},
		{list(Int(1), Int(2)), ast.Less, list(Int(1), Int(3)), "true"},
		{list(Int(1)), ast.Less, list(Int(1), Int(3)), "true"},
		{list(Int(1)), ast.Less, list(String("1")), "type: cannot compare int and string"},
		{String("Zebra"), ast.Less, String("apple"), "true"},
		{Bool(true), ast.Less, Bool(false), "type: cannot order two values of type bool"},
		{Int(1), ast.Less, seconds(1), "type: cannot compare int and duration"},

		{Float(1), ast.In, list(Int(1)), "true"},
		{Int(2), ast.NotIn, list(Int(1)), "true"},
		{String("b"), ast.In, String("abc"), "true"},
		{Int(1), ast.In, String("abc"), "type: cannot look for int in string"},
		{Int(largest), ast.In, newRange(0, largest, 1, true), "true"},
		{Int(largest), ast.In, newRange(0, largest, 1, false), "false"},
		{Int(3), ast.In, newRange(0, 6, 2, false), "false"},
		{Int(2), ast.In, newRange(4, 0, -2, true), "true"},
		{Int(97), ast.In, Bytes([]byte("abc")), "true"},
		{Int(1), ast.In, Int(1), "type: cannot look into int: in takes a list, map, string, bytes or range"},
	} {
		if got := show(binary(c.op, c.x, c.y)); got != c.want {
			t.Errorf("%s %s %s = %s, want %s", quoted(c.x), c.op, quoted(c.y), got, c.want)
		}
	}
}

func TestRangesEndAtTheExtremes(t *testing.T) {
	const largest, smallest = math.MaxInt64, math.MinInt64
	for _, c := range []struct {
		r     Value
		count uint64
		last  int64
	}{
		{newRange(largest-1, largest, 1, true), 2, largest},
		{newRange(largest-1, largest, 1, false), 1, largest - 1},
		{newRange(smallest, smallest+1, 1, true), 2, smallest + 1},
		{newRange(largest, smallest, 1, false), 0, 0},
		{newRange(smallest, largest, 1, false), math.MaxUint64, largest - 1},
		{newRange(smallest, largest, largest, true), 3, largest - 1},
		{newRange(0, 6, 4, false), 2, 4},
	} {
		if got := c.r.span().count(); got != c.count {
			t.Errorf("%s has %d numbers, want %d", c.r, got, c.count)
		}
		if c.count > 0 && c.r.span().at(c.count-1) != c.last {
			t.Errorf("%s ends with %d, want %d", c.r, c.r.span().at(c.count-1), c.last)
		}
	}
	r := newRange(0, 5, 1, false).span()
	for n, want := range map[int64]string{2: "[0, 2, 4]", -2: "[4, 2, 0]", -1: "[4, 3, 2, 1, 0]", 9: "[0]", -9: "[0]"} {
		stepped, err := r.stepped(n)
		if err != nil {
			t.Fatal(err)
		}
		if l, _ := stepped.span().numbers(); l.value().String() != want {
			t.Errorf("step(%d) gives %v, want %s", n, l.value(), want)
		}
	}
}

func TestAccess(t *testing.T) {
	list := newList([]Value{String("a"), String("b"), String("c")})
	text := String("xéy")
	m := newMap(0)
	m.putString("name", Int(1))
	m.putString("port", Int(2))
	for _, c := range []struct{ got, want string }{
		{show(index(list, Int(-1))), `"c"`},
		{show(index(list, Int(3))), "index: index 3 is out of range: the list has 3 elements; get(i) gives nil there"},
		{show(index(list, Float(1))), "type: the index of a list is an int, not a float; write x // y, or int(x)"},
		{show(index(text, Int(1))), `"é"`},
		{show(index(text, Int(3))), "index: index 3 is out of range: the string has 3 characters"},
		{show(index(Bytes([]byte("a")), Int(0))), "97"},
		{show(index(newRange(0, 10, 2, false), Int(-1))), "8"},
		{show(index(m.value(), String("nme"))), `key: the map has no key "nme"; did you mean "name"?`},
		{show(index(Nil, Int(0))), "type: nil cannot be indexed; x?[i] is nil for nil"},
		{show(member(m.value(), "port")), "2"},
		{show(member(Nil, "port")), "type: nil has no member `port`; x?.port is nil for nil"},
		{show(member(Fail("k", "m").value(), "kind")), `"k"`},
		{show(member(Fail("k", "m").value(), "errors")), `{}`},
		{show(member(Fail("k", "m").value(), "attempts")), `[]`},
		{show(slice(list, Int(1), absent, false)), `["b", "c"]`},
		{show(slice(list, absent, Int(-1), false)), `["a", "b"]`},
		{show(slice(list, Int(0), Int(1), true)), `["a", "b"]`},
		{show(slice(list, Int(2), Int(1), false)), `[]`},
		{show(slice(list, Int(0), Int(4), false)), "index: the bound 4 is out of range: the list has 3 elements; take(4) takes what there is"},
		{show(slice(text, Int(1), absent, false)), `"éy"`},
		{show(index(list, newRange(0, 2, 1, false))), `["a", "b"]`},
		{show(index(list, newRange(2, 0, -2, true))), `["c", "a"]`},
		{show(index(newRange(0, 10, 1, false), newRange(2, 4, 1, false))), `2..4`},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// What was read out of a container must not change with it.
func TestHandles(t *testing.T) {
	outer := newList([]Value{newList([]Value{Int(1)})})
	read := elem(outer, 0)
	testFrame.own(&outer) // it is unique already
	testFrame.own(outer.list().place(0))
	outer.list().at(0).list().set(0, Int(9))
	if read.String() != "[1]" || outer.String() != "[[9]]" {
		t.Errorf("%v %v", read, outer)
	}
	m := newMap(0)
	m.putString("xs", newList([]Value{Int(1)}))
	a := m.value().share()
	b := a
	testFrame.own(&b)
	p := b.mapping().insideAt(b.mapping().find(String("xs")))
	testFrame.own(p)
	p.list().set(0, Int(9))
	if a.String() != "{xs: [1]}" || b.String() != "{xs: [9]}" {
		t.Errorf("%v %v", a, b)
	}
}

// testFrame is of a run without limits.
var testFrame = &frame{t: new(Thread)}
