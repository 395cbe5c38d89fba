package runtime_test

import (
	"context"
	goruntime "runtime"
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
		{"a loop over what grows afterwards", `fn run(n) { var xs = [0]; for i in 0..n { for x in xs { break }; xs.push(i) }; xs.len() }`},
		{"a function that gives it back", `fn add(xs, v) { var ys = xs; ys.push(v); ys }
fn run(n) { var xs = []; for i in 0..n { xs = add(xs, i) }; xs.len() }`},
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
