package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tg "github.com/tgscript/tgscript/runtime"
)

// programs are small programs, each weighing on one part of the runtime. What
// each prints is checked, so that a wrong answer is never a fast one.
var programs = []struct{ name, source, want string }{
	{"fib", `fn fib(n) = if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
fib(25)`, "75025"},
	{"loop", `fn run() { var s = 0; for i in 0..1000000 { s += i % 7 }; s }
run()`, "2999997"},
	{"while", `fn run() { var n = 27; var steps = 0
while n != 1 { if n % 2 == 0 { n = n // 2 } else { n = 3 * n + 1 }; steps += 1 }
steps }
var sum = 0
for _ in 0..1000 { sum += run() }
sum`, "111000"},
	{"sieve", `fn sieve(n) {
  var flags = [true] * (n + 1)
  var count = 0
  for i in 2..=n {
    if flags[i] { count += 1; var k = i + i; while k <= n { flags[k] = false; k += i } }
  }
  count
}
sieve(200000)`, "17984"},
	{"count", `fn run() { var m = {}
for i in 0..200000 { let k = "k${i % 1000}"; m[k] = (m?[k] ?? 0) + 1 }
m.len() }
run()`, "1000"},
	{"append", `fn run() { var xs = []; for i in 0..300000 { xs.push(i) }; xs.len() }
run()`, "300000"},
	{"closures", `let add = n -> x -> x + n
fn run() { let f = add(1); var s = 0; for i in 0..300000 { s = f(s) }; s }
run()`, "300000"},
	{"records", `fn run() { var p = {x: 0, y: 1}; for i in 0..300000 { p.x += p.y }; p.x }
run()`, "300000"},
	{"map", `(0..200000).map(x -> x * 2).filter(x -> x % 3 == 0).sum()`, "13333266666"},
	{"sort", `fn run() { var xs = []; var s = 1; for _ in 0..100000 { s = s * 1103515245 % 2147483648 + 12345; xs.push(s) }; xs.sort(); xs.len() }
run()`, "100000"},
	{"push words", `fn run() { var xs = []; for i in 0..100000 { xs.push("a") }; xs.len() }
run()`, "100000"},
	{"numbers", `fn run() { var xs = (0..100000).to_list(); var n = 0
for _ in 0..10 { xs += xs[..10000]; n += xs.sum() + xs.max() + xs.reversed()[0]; if -1 in xs { n = 0 } }; n }
run()`, "52750324980"},
	{"text", `fn run() { var s = ""; for i in 0..200000 { s += "ab" }; s.len() }
run()`, "400000"},
	{"quick", `fn run() { let s = "héllo"; let m = {a: 1, b: 2}; var n = 0; for i in 0..100000 { n += s.len() + m.get("b") + abs(i) - max(i, 3) }; n }
run()`, "699994"},
	{"template", `fn run() { var n = 0; for i in 0..100000 { n += "k${i % 1000}, ${1.5}".len() }; n }
run()`, "889000"},
	{"split", `fn run() { let s = "a,b,c,d,e,f,g,h,i,jj"; var n = 0; for i in 0..10000 { n += s.split(",").join(";").len() }; n }
run()`, "200000"},
	{"intmap", `fn run() { var m = {}; for i in 0..100000 { m[i] = i; m.delete(i - 50000) }; m.len() }
run()`, "50000"},
	{"reduce", `(0..200000).reduce(0, (a, x) -> a + x)`, "19999900000"},
	{"catch", `fn deep(n) = if n == 0 { fail "x" } else { deep(n - 1) }
fn run() { var n = 0; for _ in 0..20000 { n += deep(3) catch 1 }; n }
run()`, "20000"},
}

// BenchmarkPrograms runs each program, compiled once.
func BenchmarkPrograms(b *testing.B) { benchmarkPrograms(b, tg.Options{}) }

// BenchmarkPlain runs the same compiled the plain way: the difference is what
// static types, leaf operands, lending and moving are worth.
func BenchmarkPlain(b *testing.B) { benchmarkPrograms(b, tg.Options{Plain: true}) }

func benchmarkPrograms(b *testing.B, options tg.Options) {
	for _, p := range programs {
		b.Run(p.name, func(b *testing.B) {
			prog, err := tg.Compile(p.name, p.source, options)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				res, err := prog.Run(context.Background(), tg.Run{})
				if err != nil {
					b.Fatal(err)
				}
				if got := res.Value().String(); got != p.want {
					b.Fatalf("got %s, want %s", got, p.want)
				}
			}
		})
	}
}

// BenchmarkRun is a new run of a small compiled program.
func BenchmarkRun(b *testing.B) {
	prog, err := tg.Compile("small.tg", "1 + 2", tg.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := prog.Run(context.Background(), tg.Run{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile is the whole way from a text of some size to a program.
func BenchmarkCompile(b *testing.B) {
	var src strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&src, "fn f%d(a, b = %d) {\n  let {x, y} = {x: a, y: [b, 2]}\n  if x > y[0] { return \"${x} and ${y}\" }\n  y.map(v -> v + x).sum()\n}\n", i, i)
	}
	b.SetBytes(int64(src.Len()))
	for b.Loop() {
		if _, err := tg.Compile("big.tg", src.String(), tg.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHost calls Go from a script: a module's function by its Do and by
// its Quick, and a Go function that was given as a value.
func BenchmarkHost(b *testing.B) {
	half := &tg.Module{Name: "half", Funcs: []*tg.Func{
		{Sig: "do(n: int) -> int", Do: func(c *tg.Call) (tg.Value, error) { return tg.Int(c.Int(0) / 2), nil }},
		{Sig: "quick(n: int) -> int", Quick: func(_, v, _ tg.Value) (tg.Value, *tg.Error) {
			n, _ := v.AsInt()
			return tg.Int(n / 2), nil
		}},
	}}
	for name, call := range map[string]string{"do": "half.do(i)", "quick": "half.quick(i)", "value": "value(i)"} {
		b.Run(name, func(b *testing.B) {
			prog, err := tg.Compile("host.tg", "fn run() { var n = 0; for i in 0..times { n = "+call+" }; n }\nrun()", tg.Options{Modules: []*tg.Module{half}, Globals: []string{"times", "value"}})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			res, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"times": b.N, "value": func(n int) int { return n / 2 }}})
			if err != nil {
				b.Fatal(err)
			}
			if n, _ := res.Value().AsInt(); n != int64((b.N-1)/2) {
				b.Fatalf("%s gives %d", call, n)
			}
		})
	}
}
