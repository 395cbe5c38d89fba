package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
)

// growth is a program whose work should grow as n to the power of power.
type growth struct {
	name  string
	n     int // the smallest of the four sizes, n to 8n
	power float64
	src   string
}

// growths are the places where a language with values by copy-on-write, texts
// in UTF-8 or hash tables could have a cliff. The programs run in a function,
// `fn run(n) { … }`; what stands in front of --- is outside of it.
var growths = []growth{
	{"append", 50_000, 1, `var xs = []; for i in 0..n { xs.push(i) }`},
	{"append by +=", 50_000, 1, `var xs = []; for i in 0..n { xs += [i] }`},
	{"append texts", 50_000, 1, `var xs = []; for i in 0..n { xs.push("a") }`},
	{"push and pop", 50_000, 1, `var xs = []; for i in 0..n { xs.push(i); xs.push(i); xs.pop() }`},
	{"insert in front (moves all)", 5_000, 2, `var xs = []; for i in 0..n { xs.insert(0, i) }`},
	{"remove in front (moves all)", 5_000, 2, `var xs = [1] * n; for i in 0..n { xs.remove(0) }`},
	{"text +=", 50_000, 1, `var t = ""; for i in 0..n { t += "ab" }`},
	{"text += é asking len", 2_000, 1, `var t = ""; var s = 0; for i in 0..n { t += "é"; s += t.len() }`},
	{"text += é asking the last", 4_000, 1, `var t = ""; for i in 0..n { t += "é"; let c = t[-1] }`},
	{"interpolation", 20_000, 1, `for i in 0..n { let t = "${i}: ${i + 1}" }`},
	{"nested update", 20_000, 1, `var grid = [[0] * n, [0] * n]; for i in 0..n { grid[i % 2][i] += 1 }`},
	{"update in a map in a map", 20_000, 1, `var m = {a: {b: [0] * n}}; for i in 0..n { m.a.b[i] += 1 }`},
	{"update of records in a list", 10_000, 1, `var xs = []; for i in 0..n { xs.push({n: i}) }; for i in 0..n { xs[i].n += 1 }`},
	{"a list to a function that reads", 20_000, 1, `fn at(xs, i) = xs[i]
---
let xs = [1] * n; var s = 0; for i in 0..n { s += at(xs, i) }`},
	{"append asking a function", 1_000, 1, `fn size(xs) = xs.len()
---
var xs = []; for i in 0..n { xs.push(size(xs)) }`},
	{"xs = f(xs) which changes it", 1_000, 1, `fn put(items, i) { var xs = items; xs[i] = i; xs }
---
var xs = [0] * n; for i in 0..n { xs = put(xs, i) }`},
	{"m = f(m) which changes it", 500, 1, `fn put(old, k) { var m = old; m[k] = k; m }
---
var m = {}; for i in 0..n { m = put(m, i) }`},
	{"a list given back with another value", 1_000, 1, `fn pop(items) { var xs = items; let last = xs.pop(); [last, xs] }
---
var xs = [0] * n; var x = 0; for _ in 0..n { [x, xs] = pop(xs) }`},
	{"a list through a recursion", 500, 1, `fn fill(items, i) { var xs = items; xs[i] = i; if i + 1 < xs.len() { xs = fill(xs, i + 1) }; xs }
---
let xs = fill([0] * n, 0)`},
	{"a list built and returned", 20_000, 1, `fn made(n) { var xs = []; for i in 0..n { xs.push(i) }; xs }
---
var xs = made(n); for i in 0..n { xs[i] += 1 }`},
	{"a list to a method's callback", 10_000, 1, `let xs = [1] * n; let ys = (0..n).map(i -> xs[i])`},
	{"a list to 1000 children", 50_000, 1, `var xs = []; for i in 0..n { xs.push(i) }; let s = (group for k in 0..1000 < xs[k] >).sum()`},
	{"children of one group", 5_000, 1, `let s = (group for i in 0..n < i >).sum()`},
	{"children by label", 5_000, 1, `let s = group for i in 0..n < [i]: i >`},
	{"children with a limit", 5_000, 1, `let s = (group (limit: 10) for i in 0..n < i >).sum()`},
	{"stream", 5_000, 1, `var s = 0; for r in group stream (limit: 10) for i in 0..n < i > { s += 1 }`},
	{"settle all failing", 2_000, 1, `let s = (group settle for i in 0..n < fail "x" >).errors.len()`},
	{"channel", 10_000, 1, `let ch = channel(16); group < { for i in 0..n { ch.send(i) }; ch.close() }; { for v in ch { v } } >`},
	{"worklist", 3_000, 1, `let todo = worklist([0]); group (limit: 10) for i in todo < { if i < n { todo.add(i + 1) } } >`},
	{"map int keys", 20_000, 1, `var m = {}; for i in 0..n { m[i * 7] = i }`},
	{"map text keys", 20_000, 1, `var m = {}; for i in 0..n { m["k${i}"] = i }`},
	{"map keys of a pattern", 20_000, 1, `var m = {}; for i in 0..n { m[i * 65536] = i }`},
	{"map as a queue", 10_000, 1, `var m = {}; for i in 0..n { m[i] = i; if i >= 100 { m.delete(i - 100) } }`},
	{"map all deleted", 10_000, 1, `var m = {}; for i in 0..n { m[i] = i }; for i in 0..n { m.delete(i) }`},
	{"map the first deleted", 300, 1, `var m = {}; for i in 0..n { m[i] = i }; while m.len() > 0 { for k in m { m.delete(k); break } }`},
	{"map for", 20_000, 1, `var m = {}; for i in 0..n { m[i] = i }; var s = 0; for k, v in m { s += v }`},
	{"deep recursion", 10_000, 1, `fn deep(n) = if n == 0 { 0 } else { 1 + deep(n - 1) }
---
let d = deep(n)`},
	{"failing through calls", 5_000, 1, `fn deep(n) { if n == 0 { fail "x" }; deep(n - 1) }
---
let d = deep(n) catch 0`},
	{"for over a list", 50_000, 1, `var s = 0; for x in [1] * n { s += x }`},
	{"for over a text", 50_000, 1, `var s = 0; for c in "é" * n { s += 1 }`},
	{"for over bytes", 50_000, 1, `var s = 0; for c in ("a" * n).bytes() { s += c }`},
	{"slices of a list", 10_000, 1, `let xs = [1] * n; for i in 0..n - 10 { let ys = xs[i..i + 10] }`},
	{"slices of a text", 10_000, 1, `let t = "ab" * n; for i in 0..n - 10 { let u = t[i..i + 10] }`},
	{"slices of a text of é", 10_000, 1, `let t = "aé" * n; for i in 0..n - 10 { let u = t[i..i + 10] }`},
	{"index in a text of é", 10_000, 1, `let t = "aé" * n; var i = 0; while i < t.len() { let c = t[i]; i += 1 }`},
	{"in a map", 20_000, 1, `var m = {}; for i in 0..n { m[i] = i }; var s = 0; for i in 0..n { if i in m { s += 1 } }`},
	{"in a list (looks at all)", 1_000, 2, `var xs = []; for i in 0..n { xs.push(i) }; var s = 0; for i in 0..n { if i in xs { s += 1 } }`},
	{"sort what is sorted", 20_000, 1, `var xs = []; for i in 0..n { xs.push(i) }; xs.sort()`},
	{"sort what is reversed", 20_000, 1, `var xs = []; for i in 0..n { xs.push(-i) }; xs.sort()`},
	{"sort what is equal", 20_000, 1, `var xs = [1] * n; xs.sort()`},
	{"sort up and down", 20_000, 1, `var xs = []; for i in 0..n { xs.push(min(i, n - i)) }; xs.sort()`},
	{"sort by a key", 10_000, 1, `let xs = (0..n).to_list().sorted(by: x -> -x)`},
	{"unique", 10_000, 1, `let xs = (0..n).to_list().unique()`},
	{"group_by", 10_000, 1, `let xs = (0..n).to_list().group_by(x -> x % 10)`},
	{"split and join", 20_000, 1, `let t = ("ab," * n).split(",").join(";")`},
	{"replace", 20_000, 1, `let t = ("ab," * n).replace(",", "é")`},
	{"chars and join", 20_000, 1, `let t = ("aé" * n).chars().join("")`},
	{"equality", 20_000, 1, `let a = [1] * n; let b = [1.0] * n; let same = a == b`},
	{"closures that see a list", 10_000, 1, `let xs = [1] * n; var fs = []; for i in 0..n { fs.push(() -> xs[i]) }; let s = fs.map(f -> f()).sum()`},
	{"defer in a loop", 10_000, 1, `var s = 0; for i in 0..n { defer i; s += i }`},
	{"catch in a loop", 5_000, 1, `var s = 0; for i in 0..n { s += { fail "x" } catch 1 }`},
	{"json", 5_000, 1, `var xs = []; for i in 0..n { xs.push({id: i}) }; let ys = json.parse(json.encode(xs))`},
	{"print to text", 10_000, 1, `let t = str([1] * n)`},
}

// showGrowth measures each at four sizes. A growth is marked where the cost of
// one of n, next to the work that there has to be, grows by more than two and a
// half from 2n to 8n: it would grow fourfold if it were by n. What costs less
// than a microsecond even then is left alone, for a collection of garbage more
// or less, and the processor's caches, change it as much.
func showGrowth(only []growth, show func(table) string, progress func(string)) error {
	var failed []error
	t := table{head: []string{"µs for each of n", "n", "at n", "2n", "4n", "8n", "8n to 2n", ""}}
	marked := 0
	for _, g := range only {
		progress(g.name)
		row := []string{g.name, fmt.Sprint(g.n)}
		var costs []float64
		for n := g.n; n <= 8*g.n; n *= 2 {
			d, err := g.least(n)
			if err != nil {
				failed = append(failed, fmt.Errorf("%s at %d: %w", g.name, n, err))
				break
			}
			costs = append(costs, float64(d.Nanoseconds())/1000/math.Pow(float64(n), g.power)*math.Pow(float64(g.n), g.power-1))
			row = append(row, fmt.Sprintf("%.3f", costs[len(costs)-1]))
		}
		if len(costs) < 4 {
			t.add(append(row, slices.Repeat([]string{"–"}, 6-len(costs))...)...)
			continue
		}
		ratio, mark := costs[3]/costs[1], ""
		if ratio > 2.5 && costs[3] > 1 {
			mark = "grows"
			marked++
		}
		t.add(append(row, ratioText(ratio, true), mark)...)
	}
	fmt.Print(show(t))
	fmt.Printf("\n%d of %d grow faster than they should.\n", marked, len(only))
	return errors.Join(failed...)
}

// inFunction puts a program into a function of n, after what stands in front of ---.
func inFunction(src string) string {
	before, body, ok := strings.Cut(src, "\n---\n")
	if !ok {
		before, body = "", src
	}
	return before + "\nfn run(n) {\n" + body + "\nnil\n}\nrun(n)\n"
}

// least gives the least processor time of three runs.
func (g growth) least(n int) (time.Duration, error) {
	prog, err := tg.Compile(g.name, inFunction(g.src), tg.Options{Globals: []string{"n"}, Modules: stdlib.Pure()})
	if err != nil {
		return 0, err
	}
	best := time.Duration(math.MaxInt64)
	for range 3 {
		runtime.GC()
		before := processorTime()
		if _, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": n}}); err != nil {
			return 0, err
		}
		best = min(best, processorTime()-before)
	}
	return best, nil
}
