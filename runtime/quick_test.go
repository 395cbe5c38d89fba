package runtime

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// showing gives what a Quick was called with.
func showing(recv, a, b Value) (Value, *Error) {
	return String(fmt.Sprint(recv, a, b)), nil
}

var quickModule = &Module{Name: "q", Funcs: []*Func{
	{Sig: "none() -> string", Quick: showing},
	{Sig: "one(a: int) -> string", Quick: showing},
	{Sig: "maybe(a: int = 7) -> string", Quick: showing},
	{Sig: "two(a: int, b: string? = nil) -> string", Quick: showing},
	{Sig: "both(a: int = 1, b: any = \"x\") -> string", Quick: showing},
	{Sig: "named(a: int, *, b: int = 3) -> string", Quick: showing},
	{Sig: "fails(x: any)", Quick: func(_, x, _ Value) (Value, *Error) { return Nil, Fail("value", "no %s", x) }},
}}

// A Quick gets its arguments as a Do would find them, however it is called.
func TestQuickGetsItsArguments(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{`q.none()`, `nil nil nil`},
		{`q.one(1)`, `nil 1 nil`},
		{`q.one(a: 1)`, `nil 1 nil`},
		{`q.one(...[1])`, `nil 1 nil`},
		{`[1].map(q.one)[0]`, `nil 1 nil`},
		{`q.maybe()`, `nil 7 nil`},
		{`q.maybe(nil)`, `nil 7 nil`},
		{`q.maybe(2)`, `nil 2 nil`},
		{`q.two(1)`, `nil 1 nil`},
		{`q.two(1, nil)`, `nil 1 nil`},
		{`q.two(1, "b")`, `nil 1 b`},
		{`q.both()`, `nil 1 x`},
		{`q.both(nil, nil)`, `nil 1 nil`},
		{`q.both(2)`, `nil 2 x`},
		{`q.both(b: 2)`, `nil 1 2`},
		{`q.named(1)`, `nil 1 3`},
		{`q.named(1, b: 2)`, `nil 1 2`},
		{`q.one(x) catch e -> "${e.kind}: ${e}"`, "type: `one`: `a` must be an int, got string"},
		{`q.two(1, 2.5 + x.len()) catch e -> "${e}"`, "`two`: `b` must be a string?, got float"},
		{`q.fails(1) catch e -> "${e.kind}: ${e} ${e.trace[0].line}:${e.trace[0].column}"`, "value: no 1 2:1"},
		{`x.upper(1) catch e -> "${e}"`, "`upper` takes no arguments, got 1"},
		{`x.get(1) catch e -> "${e}"`, "a string has no method `get`"},
		{`{len: () -> 9}.len()`, "9"},
		{`{len: 9}.len()`, "1"},
		{`{ var m = {delete: k -> k + "!"}; m.delete("a") }`, "a!"},
		{`{ var m = {delete: 1, a: 2}; m.delete("a") }`, "2"},
		{`{ var ys = [1]; ys.push(2, ys); ys.push(...[3]); ys.push(); ys }`, "[1, 2, [1], 3]"},
		{`{ var ys = [1]; let zs = ys; ys.push(ys); [ys, zs] }`, "[[1, [1]], [1]]"},
		{`{ var ys = [1]; ys.insert(0, { ys = [5]; 4 }); ys }`, "[4, 5]"},
		{`{ var ys = [1]; ys.push({ ys = "t"; 4 }) catch e -> "${e}" }`, "a string has no method `push`"},
		{`{ var o = {a: [[1]]}; let p = o; o.a[0].push(2); o.a[0].insert(0, 3); o.a.push([o.a[0].pop(), p]); [o, p] }`, "[{a: [[3, 1], [2, {a: [[1]]}]]}, {a: [[1]]}]"},
		{`{ var o = {a: [1]}; o.a.push({ o.a = "t"; 4 }) catch e -> "${e}" }`, "a string has no method `push`"},
		{`{ var o = {a: [1]}; o.a.push({ o = {}; 4 }) catch e -> "${e}" }`, "the map has no key \"a\": the map is empty"},
		{`{ var o = {a: [1]}; o.b.push(4) catch e -> "${e}" }`, "the map has no key \"b\": there is \"a\""},
		{`{ var o = {a: [1]}; o.a.push(1, 2, 3, 4, 5, 6, 7); o.a.push(); o }`, "{a: [1, 1, 2, 3, 4, 5, 6, 7]}"},
		{`[max(1, 2, 3, 4, 5, 6, 7), min(3), max([1, 2]), min(2, 1), max("a", "b", "c", "d")]`, "[7, 3, 2, 1, \"d\"]"},
		{`{ var n = 1; n += { n = 5; [2].len() }; n }`, "2"},
		{`{ var n = [1]; n += { n.push(5); [2].map(x -> x) }; n }`, "[1, 2]"},
		{`{ var n = {a: [1]}; n.a += { n.a.push(5); [2].map(x -> x) }; n }`, "{a: [1, 2]}"},
	} {
		p, err := Compile("quick.tg", "let x = [\"s\"][0]\n"+c.call, Options{Modules: []*Module{quickModule}})
		if err != nil {
			t.Errorf("%s: %v", c.call, err)
			continue
		}
		result, err := p.Run(context.Background(), Run{})
		if err != nil {
			t.Errorf("%s: %v", c.call, err)
		} else if got := result.Value().String(); got != c.want {
			t.Errorf("%s gives %s, not %s", c.call, got, c.want)
		}
	}
}

// Every call of a Quick is a step.
func TestQuickIsACancellationPoint(t *testing.T) {
	p, err := Compile("steps.tg", "for i in 0..1000000 { q.one(i); q.maybe(); q.two(i, \"b\") }", Options{Modules: []*Module{quickModule}})
	if err != nil {
		t.Fatal(err)
	}
	for steps, want := range map[int64]error{3_000_000: LimitSteps, 5_000_000: nil} {
		if _, err := p.Run(context.Background(), Run{Limits: Limits{Steps: steps}}); !errors.Is(err, want) {
			t.Errorf("with %d steps: %v, want %v", steps, err, want)
		}
	}
}
