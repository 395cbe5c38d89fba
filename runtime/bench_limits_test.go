package runtime_test

import (
	"context"
	"math"
	"testing"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// limited are programs that limits could make slow: they call, turn, and make
// values that they throw away or keep for a while.
var limited = []struct{ name, source string }{
	{"fib", `fn fib(n) = if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
fib(27)`},
	{"loop", `fn run() { var s = 0; for i in 0..3_000_000 { s += i % 7 }; s }
run()`},
	{"trees", `fn tree(n) = if n == 0 { nil } else { [tree(n - 1), tree(n - 1)] }
fn run() { for i in 0..6 { tree(15) } }
run()`},
	{"append", `fn run() { for k in 0..10 { var xs = []; for i in 0..300_000 { xs.push(i) } } }
run()`},
	{"records", `fn run() { var p = nil; for i in 0..1_000_000 { p = {x: i, y: p?.x} }; p.x }
run()`},
	{"text", `fn run() { for k in 0..5 { var s = ""; for i in 0..200_000 { s += "ab" } } }
run()`},
	{"words", `fn run() { var m = {}; for i in 0..300_000 { let k = "k${i % 1000}"; m[k] = (m?[k] ?? 0) + 1 }; m.len() }
run()`},
	{"split", `fn run() { let s = "a,b,c,dd,ee,f,g,h,i,jj"; var n = 0; for i in 0..30_000 { n += s.split(",").join(";").len() }; n }
run()`},
	{"map", `fn run() { for k in 0..5 { (0..100_000).map(x -> [x, x]).filter(p -> p[0] % 3 == 0) } }
run()`},
	{"closures", `fn run() { var s = 0; for i in 0..300_000 { let f = x -> x + i; s = f(1) }; s }
run()`},
	{"children", `for k in 0..20 { group for i in 0..1000 < [i, i + 1] > }`},
}

// BenchmarkLimits tells by how many percent of processor time a program takes
// longer with a limit that it does not meet, the best of all rounds against the
// best: run it with -benchtime 20x or more.
func BenchmarkLimits(b *testing.B) {
	limits := [...]tg.Limits{{}, {Steps: 1 << 50}, {Memory: 256 << 20}}
	for _, p := range limited {
		b.Run(p.name, func(b *testing.B) {
			prog, err := tg.Compile(p.name+".tg", p.source, tg.Options{})
			if err != nil {
				b.Fatal(err)
			}
			var best [len(limits)]time.Duration
			for i := range best {
				best[i] = math.MaxInt64
			}
			for b.Loop() {
				for i, l := range limits {
					began := worked()
					if _, err := prog.Run(context.Background(), tg.Run{Limits: l}); err != nil {
						b.Fatal(err)
					}
					best[i] = min(best[i], worked()-began)
				}
			}
			more := func(d time.Duration) float64 { return 100 * (float64(d)/float64(best[0]) - 1) }
			b.ReportMetric(more(best[1]), "%steps")
			b.ReportMetric(more(best[2]), "%memory")
			b.ReportMetric(0, "ns/op")
		})
	}
}
