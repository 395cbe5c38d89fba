package runtime_test

import (
	"context"
	goruntime "runtime"
	"sync"
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// TestNothingIsCopied runs programs that would copy a growing list or map in
// every turn if reading it, or giving it to a function, made a second place of
// it: what they allocate stays in proportion to the turns.
func TestNothingIsCopied(t *testing.T) {
	const turns, allowed = 2000, 1024 // bytes a turn; a copy of 1,000 numbers is 8,000
	for _, c := range []struct{ name, src string }{
		{"a function that looks", `fn last(xs) = xs[-1]
fn run(n) { var xs = [0]; for i in 0..n { xs.push(last(xs) + 1) }; xs.len() }`},
		{"one with a default", `fn last(xs, off = 1) = xs[-off]
fn run(n) { var xs = [0]; for i in 0..n { xs.push(last(xs) + 1) }; xs.len() }`},
		{"one that is told by name what it looks at", `fn last(off, xs = []) = xs[-off]
fn run(n) { var xs = [0]; for i in 0..n { xs.push(last(xs: xs, off: 1) + 1) }; xs.len() }`},
		{"one that passes it on", `fn last(xs) = xs[-1]
fn next(xs) = last(xs) + 1
fn run(n) { var xs = [0]; for i in 0..n { xs.push(next(xs)) }; xs.len() }`},
		{"one with a lambda", `fn has(xs, v) = xs[0..1].any(x -> x == v)
fn run(n) { var xs = [0]; for i in 0..n { if not has(xs, -1) { xs.push(i) } }; xs.len() }`},
		{"one that loops", `fn first(xs) { for x in xs { return x }; nil }
fn run(n) { var xs = [0]; for i in 0..n { xs.push(first(xs)) }; xs.len() }`},
		{"a method with an argument in a block", `fn run(n) { var xs = [0]; for i in 0..n { xs.push(xs.get({ let k = 0; k })) }; xs.len() }`},
		{"a map", `fn count(m, k) = m?[k] ?? 0
fn run(n) { var m = {}; for i in 0..n { m[i] = count(m, i) + 1 }; m.len() }`},
		{"what is taken out, changed and put back", `fn run(n) { var m = {}; var xs = [[]]
for i in 0..n { let k = i % 2; var h = m.get(k, []); if i < 0 { print(h) }; h.push(i); m[k] = h
var x = xs[0]; x.push(i); xs[0] = x }; m.len() }`},
		{"the same in a file", `var m = {}
for i in 0..n { let k = i % 2; var g = m.get(k, []); g.push(i); m[k] = g }
fn run(n) = n`},
		{"a loop over what grows afterwards", `fn run(n) { var xs = [0]; for i in 0..n { for x in xs { break }; xs.push(i) }; xs.len() }`},
		{"a loop that ends when it has changed its map", `fn run(n) { var m = {}; for i in 0..n { m[i] = i }; while m.len() > 0 { for k in m { m.delete(k); break } }; m.len() }`},
		{"one that does so in a branch", `fn run(n) { var m = {}; for i in 0..n { m[i] = i }
while m.len() > 0 { for k, v in m { if v < 0 { print(k) } else if v >= 0 { m.delete(k); let left = m.len(); break } } }; m.len() }`},
		{"a function that gives it back", `fn add(xs, v) { var ys = xs; ys.push(v); ys }
fn run(n) { var xs = []; for i in 0..n { xs = add(xs, i) }; xs.len() }`},
		{"a file that gives it to a function and gets it back", `fn add(m, v) { var m = m; m[v] = v; m }
fn grown(xs, v, twice = false) { var xs = xs; xs.push(v); if twice { xs.push(v) }; xs }
var m = {}
var xs = []
for i in 0..n { m = add(m, i); xs = grown(xs, twice: true, v: i) }
fn run(n) = n`},
		{"a function that gives it back with something else", `fn pop(xs) { var xs = xs; let top = xs.pop(); if top == nil { return [nil, xs] }; [top, xs] }
fn put(m, k) { var m = m; m[k] = k; {size: m.len(), m: m} }
fn run(n) { var xs = (0..n).to_list(); var ys = (0..n).to_list(); var m = {}; var top = 0
for i in 0..n { [top, xs] = pop(xs); let [last, rest] = pop(ys); ys = rest; let {size, m: more} = put(m, i); m = more }
m.len() }`},
		{"a file that does so", `fn pop(xs) { var xs = xs; let top = xs.pop(); [[top, 1], xs] }
var xs = (0..n).to_list()
var ys = (0..n).to_list()
var top = nil
for i in 0..n { [top, xs] = pop(xs); let [[last, _], rest] = pop(ys); ys = rest }
fn run(n) = n`},
		{"a function that may return before it changes what it is given", `fn add(xs, v) { if v < 0 { return xs }; var xs = xs; xs.push(v); if v > 1 { xs } else { let ys = xs; ys } }
fn run(n) { var xs = []; for i in 0..n { let ys = add(xs, i); xs = if i > 0 { ys } else { [] } }; xs.len() }`},
		{"a place that a function is given and gives back", `fn add(xs, v) { if xs == nil { return [v] }; var xs = xs; xs.push(v); xs }
fn both(m, i) { var m = m; m.rows[1] = add(m.rows[1], i); m["k"] = add(m["k"], i); m }
fn run(n) { var m = {rows: [[], []], k: nil}; for i in 0..n { m = both(m, i) }; m.k.len() }`},
		{"a part of a part", `fn at(rows, i) = rows[0][i]
fn run(n) { var g = {rows: [[0]]}; for i in 0..n { g.rows[0].push(at(g.rows, i) + 1) }; g.rows[0].len() }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := runtime.Compile("copies.tg", c.src+"\nrun(n)", runtime.Options{Globals: []string{"n"}})
			if err != nil {
				t.Fatal(err)
			}
			var before, after goruntime.MemStats
			goruntime.ReadMemStats(&before)
			if _, err := p.Run(context.Background(), runtime.Run{Globals: runtime.Vars{"n": turns}}); err != nil {
				t.Fatal(err)
			}
			goruntime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) / turns; got > allowed {
				t.Errorf("%d bytes a turn", got)
			}
		})
	}
}

// TestNothingIsChangedElsewhere runs programs in which a list could be changed
// where another name, or the host, still holds it.
func TestNothingIsChangedElsewhere(t *testing.T) {
	const grown = "fn grown(xs) { var ys = xs; ys.push(9); ys }\n"
	for _, c := range []struct{ name, src, want string }{
		{"functions that call each other, one of which gives it back", `fn f(xs, n) { if n == 0 { return xs }; g(xs, n) }
fn g(xs, n) = f(xs, n - 1)
fn run() { var a = [1]; let b = g(a, 2); a.push(2); [a, b] }
run()`, "[[1, 2], [1]]"},
		{"the same, asked the other way round", `fn g(xs, n) = f(xs, n - 1)
fn f(xs, n) { if n == 0 { return xs }; g(xs, n) }
fn run() { var a = [1]; let b = f(a, 2); a.push(2); [a, b] }
run()`, "[[1, 2], [1]]"},
		{"what is taken out and read before it is put back", `fn run() { var m = {a: [1].map(n -> n)}; var g = m.a; g.push(2); let seen = m.a; m.a = g; [seen, m.a] }
run()`, "[[1], [1, 2]]"},
		{"what is taken out and not put back", `fn run(out) { var m = {a: [1].map(n -> n)}; for _ in 0..1 { var g = m.get("a", []); g.push(2); if out { break }; m["a"] = g }; m.a }
[run(true), run(false)]`, "[[1], [1, 2]]"},
		{"the same, by a failure", `fn run() { var m = {a: [1].map(n -> n)}; { var g = m.a; g.push(2); fail "late"; m.a = g } catch m.a }
run()`, "[1]"},
		{"what is put back at another index", `fn run() { var m = {a: [1].map(n -> n), b: []}; var k = "a"; var g = m[k]; g.push(2); k = "b"; m[k] = g; m }
run()`, "{a: [1], b: [1, 2]}"},
		{"what is taken out of a value with another name", `fn run() { var m = {a: [1].map(n -> n)}; let o = m; var g = m.a; g.push(2); m.a = g; [o.a, m.a] }
run()`, "[[1], [1, 2]]"},
		{"the elements of a list", grown + `fn run() { let a = [[1], [2]]; let b = a.map(grown); [a, b] }
run()`, "[[[1], [2]], [[1, 9], [2, 9]]]"},
		{"what a loop takes out", `fn rows(g) { var out = []; for r in g { out.push(r) }; out }
fn run() { var g = [[1]]; let r = rows(g); g[0].push(2); [g, r] }
run()`, "[[[1, 2]], [[1]]]"},
		{"a part that is given back", `fn first(g) = g[0]
fn run() { var g = [[1]]; let r = first(g); g[0].push(2); [g, r] }
run()`, "[[[1, 2]], [1]]"},
		{"a value that a failure keeps", grown + `fn bad(xs) { var ys = xs; ys.push(9); fail "no" }
fn run() { var a = [1]; { a = bad(a) } catch nil; a }
run()`, "[1]"},
		{"a value of a file that a failure keeps", grown + `fn bad(xs) { var ys = xs; ys.push(9); fail "no" }
var a = [1]
{ a = bad(a) } catch nil
let b = a
a = grown(a)
[a, b]`, "[[1, 9], [1]]"},
		{"a start of reduce", grown + `fn run() { let a = []; let b = [1, 2].reduce(a, (acc, x) -> { var ys = acc; ys.push(x); ys }); [a, b] }
run()`, "[[], [1, 2]]"},
		{"a value of the host", grown + "[grown(given), given]", "[[1, 9], [1]]"},
		{"a cell", grown + `let c = cell([1])
let before = c.get()
c.update(grown)
[before, c.get()]`, "[[1], [1, 9]]"},
		{"a loop's name", grown + `fn run() { let a = [[1], [2]]; var out = []; for x in a { out.push(grown(x)) }; [a, out] }
run()`, "[[[1], [2]], [[1, 9], [2, 9]]]"},
		{"a loop that goes on after a change", `fn run() { var m = {a: 1, b: 2, c: 3}; var out = []
for k in m { if k == "a" { m.delete("b"); continue }; out.push(k); if k == "c" { break } }
[out, m] }
run()`, `[["b", "c"], {a: 1, c: 3}]`},
		{"a loop that may leave after a change", `fn run() { var xs = [1, 2, 3]; var out = []
for x in xs { xs.remove(0); if x == 1 { continue }; out.push(x); break }
[out, xs] }
run()`, `[[2], [3]]`},
		{"a loop that leaves after one change of two", `fn run() { var xs = [1, 2, 3]; var out = []
for x in xs { if x == 3 { xs.push(4); break } else { xs[2] = 9 }; out.push(x) }
[out, xs] }
run()`, `[[1, 2], [1, 2, 9, 4]]`},
		{"a loop with a change when a turn ends", `fn run() { var xs = [1, 2, 3]; var out = []
for x in xs { defer xs.push(0); out.push(x); if x == 2 { break } }
[out, xs] }
run()`, `[[1, 2], [1, 2, 3, 0, 0]]`},
		{"what is taken out of a list and a map", grown + `fn run() { var xs = [[1], [2]]; var m = {k: [1]}
let [a, b] = xs; let {k} = m; xs[0].push(3); m.k.push(3); var c = []; var d = []; [c, d] = xs; c.push(4); [a, b, k, xs, m, c, d] }
run()`, "[[1], [2], [1], [[1, 3], [2]], {k: [1, 3]}, [1, 3, 4], [2]]"},
		{"what is taken out of a call's value, which a cell has too", `let c = cell([[1], {k: [2]}])
var [a, {k}] = c.get()
a.push(3)
k.push(3)
[a, k, c.get()]`, "[[1, 3], [2, 3], [[1], {k: [2]}]]"},
		{"what is taken out of a constant", `fn pair() = [[1], {k: [2]}]
fn run() { var out = []; for _ in 0..2 { var [a, {k}] = pair(); a.push(3); k.push(3); out.push([a, k]) }; [out, pair()] }
run()`, "[[[[1, 3], [2, 3]], [[1, 3], [2, 3]]], [[1], {k: [2]}]]"},
		{"what is taken out of a list of one list three times", `fn run() { var [a, b, c] = [[1]] * 3; a.push(2); [a, b, c] }
run()`, "[[1, 2], [1], [1]]"},
		{"what is taken out of a method's value", `fn run() { let xs = [[1], [2]]; var [a, b] = xs.reversed(); a.push(3); var [c, ..._] = xs.map(x -> x); c.push(4); [a, b, c, xs] }
run()`, "[[2, 3], [1], [1, 4], [[1], [2]]]"},
		{"a list that is given back twice", `fn twice(xs) { var xs = xs; [xs, xs] }
fn both(xs) { var xs = xs; {a: xs, b: xs.len(), c: [xs]} }
fn run() { var [a, b] = twice([1]); a.push(2); var {a: d, c: [e], ..._} = both([1]); d.push(2); [a, b, d, e] }
run()`, "[[1, 2], [1], [1, 2], [1]]"},
		{"a parameter that is taken apart", `fn f([a, b], {k}) { var a = a; var k = k; a.push(9); k.push(9); [a, b, k] }
fn run() { var xs = [[1], [2]]; var m = {k: [3]}; let r = f(xs, m); let s = [[xs, m]].map(([p, q]) -> f(p, q)); xs[1].push(5); [r, s, xs, m] }
run()`, "[[[1, 9], [2], [3, 9]], [[[1, 9], [2], [3, 9]]], [[1], [2, 5]], {k: [3]}]"},
		{"what a loop takes apart", `fn run() { let xs = [[[1], 1], [[2], 2]]; var out = []; for [x, n] in xs { var y = x; y.push(n); out.push(y) }
let m = {a: [[1]]}; for k, [v] in m { var w = v; w.push(2); out.push(w) }; [out, xs, m] }
run()`, "[[[1, 1], [2, 2], [1, 2]], [[[1], 1], [[2], 2]], {a: [[1]]}]"},
		{"what a group gives", `fn run() { let xs = [1]; var [a, b] = group < xs, { var y = xs; y } >; a.push(2); var {c, d} = group < c: xs, d: c >; c.push(3); [a, b, c, d, xs] }
run()`, "[[1, 2], [1], [1, 3], [1], [1]]"},
		{"a place that a failure keeps", `fn bad(xs) { var ys = xs; ys.push(9); fail "no" }
fn run() { var m = {a: [1].map(x -> x)}; { m.a = bad(m.a) } catch nil; var n = m; { n.a = bad(n.a) } catch e -> print(e); [m, n] }
run()`, "[{a: [1]}, {a: [1]}]"},
		{"a place of which there are two", grown + `fn run() { var m = {a: [1].map(x -> x)}; let n = m; m.a = grown(m.a); let k = m.a; m.a = grown(m.a); [m, n, k] }
run()`, "[{a: [1, 9, 9]}, {a: [1]}, [1, 9]]"},
		{"a place of the file that an end leaves", grown + `var m = {a: [1].map(x -> x)}
let n = m.a
m.a = grown(m.a)
[m, n]`, "[{a: [1, 9]}, [1]]"},
		{"what a handler reads", `fn bad(xs) { var ys = xs; ys.push(9); fail "no" }
fn run() { let a = [1].map(x -> x); let b = [2].map(x -> x); let c = bad(a) catch e -> { let d = bad(b) catch nil; [a, d, b] }; c }
run()`, "[[1], nil, [2]]"},
		{"what the next turn reads", grown + `fn run() { let a = [1].map(x -> x); var out = []; for i in 0..3 { if i == 1 { continue }; out.push(grown(a)) }; out }
run()`, "[[1, 9], [1, 9]]"},
		{"a part of a subject that a guard keeps", `let c = cell(0)
fn keep(a) { c.set(a); false }
fn run(x) { branch [[1, x]] { [a] if keep(a) -> 0; ys -> { var zs = ys; zs[0].push(3); [zs, c.get()] } } }
run(2)`, "[[[1, 2, 3]], [1, 2]]"},
		{"a list of which there is a view", `fn run(n) { var xs = (0..n).to_list().map(x -> [x]); let a = xs[1..]; var b = a[1..]; xs[2].push(9); xs.push(7); b[0].push(8); b[9].push(6)
[a == (1..n).to_list().map(x -> [x]), xs[2], xs.len(), b[0], b[9], b.len()] }
run(12)`, "[true, [2, 9], 13, [2, 8], [11, 6], 10]"},
		{"a list whose view its pattern takes", `fn run(n) { var xs = (0..n).to_list(); let [a, ...b] = xs; var c = branch xs { [_, _, ...r] -> r; else -> [] }; c[0] = 9; xs[1] = 8; var d = 0; var e = []; [d, ...e] = xs; xs[2] = 7; e[2] = 6; [b[0], c[0], xs[1..4], e[..4]] }
run(12)`, "[1, 9, [8, 7, 3], [8, 2, 6, 4]]"},
		{"a view of what is lent", `fn most(xs) = xs[1..]
fn few(xs, n) = xs[n..]
fn run(n) { var xs = (0..n).to_list(); var ys = (0..n).to_list(); let a = most(xs); let b = few(ys, 1); xs[1] = 9; ys[1] = 9; [a[0], b[0]] }
run(12)`, "[1, 1]"},
		{"a view whose variable is changed", `fn run(n) { var xs = (0..n).to_list(); var ys = xs[..10]; ys.push(9); xs = xs[1..]; xs.push(5); xs = xs[1..]; ys[2] = 8; [xs, ys] }
run(12)`, "[[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 5], [0, 1, 8, 3, 4, 5, 6, 7, 8, 9, 9]]"},
		{"a map that is changed by a literal", `fn with(m, v) { if v < 0 { return m }; {...m, a: v, l: m.l + [v], new: v} }
fn run() { let m = with({a: 0, l: []}, 1); let n = with(m, 2); let o = with(with(n, 3), 4); [m, n, o] }
run()`, "[{a: 1, l: [1], new: 1}, {a: 2, l: [1, 2], new: 2}, {a: 4, l: [1, 2, 3, 4], new: 4}]"},
		{"a map that is read while a literal changes it", `fn run(l) { var m = {a: 1, l: [1].map(x -> x)}; let n = {...m, a: m.a + 1, k: m.l}; var o = {...n, l: n.k, a: n.a + n.l.len()}; o.l.push(2); let p = {...o, b: () -> o.l}; [n.a, o, p.b()] }
run([])`, "[2, {a: 3, l: [1, 2], k: [1]}, [1, 2]]"},
		{"a name in a closure", grown + `fn run() { let a = [1]; let f = () -> a; [grown(a), f()] }
run()`, "[[1, 9], [1]]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := runtime.Compile("changed.tg", c.src, runtime.Options{Globals: []string{"given"}})
			if err != nil {
				t.Fatal(err)
			}
			res, err := p.Run(context.Background(), runtime.Run{Globals: runtime.Vars{"given": []int{1}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := res.Value().String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestInvokeKeeps tells that a function called from Go does not change the
// values that Go keeps.
func TestInvokeKeeps(t *testing.T) {
	var kept runtime.Value
	module := &runtime.Module{Name: "host", Funcs: []*runtime.Func{{
		Sig: "call(fn: function) -> any", Doc: "calls fn with a list",
		Do: func(c *runtime.Call) (runtime.Value, error) {
			kept = runtime.NewList([]runtime.Value{runtime.Int(1)})
			return c.Invoke(c.Arg(0), kept)
		},
	}}}
	p, err := runtime.Compile("invoke.tg", "fn grown(xs) { var ys = xs; ys.push(9); ys }\nhost.call(grown)", runtime.Options{Modules: []*runtime.Module{module}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(context.Background(), runtime.Run{})
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Value().String() + kept.String(); got != "[1, 9][1]" {
		t.Errorf("got %s", got)
	}
}

// What a literal of constants gives is the same object in every run of a
// program, and each may change it without the others seeing it.
func TestConstantsInManyRuns(t *testing.T) {
	p, err := runtime.Compile("constants.tg", `fn change(l0 = [1, [2]], m0 = {a: [1], b: {c: 1}}) {
  var l = l0
  var m = m0
  l.push(3)
  l[1].push(4)
  m.a[0] += 1
  m.b.c += 2
  m.z = 1
  var cut = m
  cut.delete("a")
  [l, m, cut]
}
let all = group < for _ in 0..20 < change() > >
"${all[3]} ${all.all(x -> x == change())}"`, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `[[1, [2, 4], 3], {a: [2], b: {c: 3}, z: 1}, {b: {c: 3}, z: 1}] true`
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			for range 10 {
				r, err := p.Run(context.Background(), runtime.Run{})
				if err != nil {
					t.Error(err)
					return
				}
				if got := r.Value().String(); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	runs.Wait()
}

// TestWhatAnEndLeaves holds that neither a session's next input nor the host
// sees a variable of the file while a function changes it.
func TestWhatAnEndLeaves(t *testing.T) {
	const src = "fn end(xs) { var ys = xs; ys.push(9); if true { exit() }; ys }\nvar a = [1]\nvar b = [2]\na = end(a)"
	p, err := runtime.Compile("ends.tg", src, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(context.Background(), runtime.Run{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	if err := res.Get("b", &got); err != nil || len(got) != 1 {
		t.Errorf("b: %v %v", got, err)
	}
	if err := res.Get("a", &got); err == nil || err.Error() != `runtime: "a" was not bound: the run ended before` {
		t.Errorf("a: %v %v", got, err)
	}
	s := runtime.NewSession(runtime.Options{}, runtime.Run{})
	for _, c := range []struct{ src, want string }{
		{"var a = [1]\nfn bad(xs) { var ys = xs; ys.push(9); fail ys }", "nil"},
		{`a = bad(a)`, "nil"},
		{"a", "[1]"},
	} {
		v, err := s.Eval(context.Background(), "input", c.src)
		if failing := c.src == `a = bad(a)`; v.String() != c.want || (err != nil) != failing {
			t.Errorf("%s: %v %v", c.src, v, err)
		}
	}
}
