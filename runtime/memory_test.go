package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// hoards keep what they make, each of a kind, until the limit.
var hoards = []struct {
	name, src string
	gone      bool
}{
	{"list", `var xs = []; while true { xs.push(1) }`, false},
	{"mixed list", `var xs = [nil]; while true { xs.push("a") }`, false},
	{"nested lists", `var xs = []; while true { xs.push([xs.len(), 2, nil]) }`, false},
	{"pairs", `var xs = []; while true { xs.push([1, 2]) }`, false},
	{"long literals", `var xs = []; while true { xs.push([1, 2, 3, 4, 5, 6, 7, 8, 9, xs.len()]) }`, false},
	{"a chain", `var xs = []; while true { xs = [xs, 1] }`, false},
	{"map", `var m = {}; var i = 0; while true { m[i] = i; i += 1 }`, false},
	{"map of texts", `var m = {}; var i = 0; while true { m[str(i)] = i; i += 1 }`, false},
	{"records", `var xs = []; while true { xs.push({a: xs.len(), b: 2}) }`, false},
	{"computed keys", `var xs = []; while true { xs.push({["k${xs.len()}"]: 1}) }`, false},
	{"text", `var s = ""; while true { s += "abcdefgh" }`, false},
	{"doubled text", `var s = "ab"; while true { s = s + s }`, true},
	{"templates", `var xs = []; while true { xs.push("a long text with ${xs.len()} in it") }`, false},
	{"parts", `let s = "a,b,c".repeat(100); var xs = []; while true { xs.push(s.split(",")) }`, false},
	{"slices", `let s = [1, 2, 3, 4].map(x -> [x]); var xs = []; while true { xs.push(s[1..]) }`, false},
	{"a part of a part", `let s = "abc" * 10_000; var xs = []; while true { xs.push((s + "x")[5..8]) }`, false},
	{"copies", `let big = [1] * 10_000; var xs = []; while true { var y = big; y[0] = xs.len(); xs.push(y) }`, false},
	{"copied maps", `let big = {a: 1, b: 2, c: 3, d: 4}; var xs = []; while true { var y = big; y.a = xs.len(); xs.push(y) }`, false},
	{"closures", `var xs = []; while true { let n = xs.len(); xs.push(() -> n) }`, false},
	{"ranges", `var xs = []; while true { xs.push(0..xs.len()) }`, false},
	{"bytes", `var xs = []; while true { xs.push("abcdefgh".bytes()) }`, false},
	{"sums of lists", `var xs = []; while true { xs.push([1] + [xs.len()]) }`, false},
	{"repeated", `var xs = []; while true { xs.push([1] * 1000) }`, false},
	{"appended", `var xs = []; while true { xs += [1, 2, nil] }`, false},
	{"spread", `let a = [1, 2, nil]; var xs = []; while true { xs.push([...a, ...a]) }`, false},
	{"mapped", `var xs = []; while true { xs.push((0..100).map(x -> nil)) }`, false},
	{"filtered", `var xs = []; while true { xs.push((0..100).filter(x -> true)) }`, false},
	{"zipped", `var xs = []; while true { xs.push((0..100).zip(0..100)[0]) }`, false},
	{"grouped", `var xs = []; while true { xs.push((0..100).group_by(x -> x)) }`, false},
	{"entries", `let m = {a: 1, b: 2, c: 3}; var xs = []; while true { xs.push(m.entries()) }`, false},
	{"merged", `let m = {a: 1, b: 2, c: 3}; var xs = []; while true { xs.push(m.merge({d: 4})) }`, false},
	{"sorted", `let m = (0..100).to_list(); var xs = []; while true { xs.push(m.sorted()) }`, false},
	{"unpacked", `var xs = []; while true { var ys = [1] * 1000; ys[0] = nil; xs.push(ys) }`, false},
	{"rest", `fn f(...xs) = xs; var xs = []; while true { xs.push(f(1, 2, 3)) }`, false},
	{"rest of a pattern", `var xs = []; let l = [1, 2, 3, nil]; while true { let [a, ...b] = l; xs.push(b) }`, false},
	{"errors", `var xs = []; fn f() = fail "no"; while true { f() catch e -> xs.push(e) }`, false},
	{"recursion", `fn f(n) = [n, f(n + 1)]; f(0)`, true},
	{"recursion with texts", `fn f(n) = "x" * 10_000 + f(n + 1); f(0)`, true},
	{"results", `var xs = []; while true { xs.push(group for i in 0..100 < i >) }`, false},
	{"settled", `var xs = []; while true { xs.push(group settle for i in 0..100 < i >) }`, false},
	{"children", `group for i in 0..1_000_000 < sleep(1h) >`, true},
	{"children with values", `group for i in 0..1_000_000 < { let xs = [i] * 100; sleep(1h); xs } >`, true},
	{"channel", `let c = channel(1_000_000_000); while true { c.send(1) }`, false},
	{"worklist", `let w = worklist(); while true { w.add(1) }`, false},
	{"rates", `var xs = []; while true { xs.push(rate(10_000)) }`, false},
	{"cells", `var xs = []; while true { xs.push(cell(1)) }`, false},
	{"characters", `let s = "abc" * 1000; var xs = []; while true { xs.push(s.chars()) }`, false},
	{"times", `let t = "2030-01-01"; var xs = []; while true { xs.push(t.upper()) }`, false},
	{"reduced", `(0..1_000_000_000).reduce([1] * 1_000_000, (xs, x) -> [...xs, ...xs, x])`, true},
	{"endless map", `(0..1_000_000_000).map(x -> x)`, true},
	{"flattened", `let big = [1] * 100_000; ([big] * 10_000).flatten()`, true},
	{"shown", `var x = [1, 1]; for i in 0..40 { x = [x, x] }; str(x)`, true},
	{"shown in a text", `var x = [1, 1]; for i in 0..40 { x = [x, x] }; "${x}"`, true},
	{"printed", `var x = [1, 1]; for i in 0..40 { x = [x, x] }; print(x)`, true},
	{"joined", `let s = "x" * 1_000_000; ([s] * 900).join("")`, true},
	{"a huge text", `"x" * 1_000_000_000`, true},
	{"a huge list", `[1] * 60_000_000`, true},
	{"a huge range", `(0..60_000_000).to_list()`, true},
	{"windows", `(0..20_000).windows(3000)`, true},
	{"replaced", `("x" * 100_000).replace("x", "y" * 5000)`, true},
	{"padded", `"x".pad_start(200_000_000)`, true},
	{"global text in children", `group for i in 0..4 < { var s = []; while true { s.push([i]) } } >`, true},
}

// What a hoard keeps alive is about the limit when it ends. The hoards are kept
// in globals, which the result of a run has even then.
func TestMemoryIsBounded(t *testing.T) {
	const limit = 8 << 20
	for i, h := range hoards {
		if testing.Short() && i%5 > 0 {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			p, err := tg.Compile("test.tg", h.src, tg.Options{Plain: i%2 == 0})
			if err != nil {
				t.Fatal(err)
			}
			before := heap()
			res, err := p.Run(context.Background(), tg.Run{Limits: tg.Limits{Memory: limit}})
			held := float64(heap()-before) / limit
			var e *tg.Error
			if !errors.Is(err, tg.LimitMemory) || !errors.As(err, &e) || e.Message != "the program holds more than 8388608 bytes" || len(e.Trace) == 0 {
				t.Fatalf("%v", err)
			}
			most, least := 1.5, 0.4
			if h.gone { // it is kept by calls and children, which are gone
				least = -1
			}
			if held > most || held < least {
				t.Errorf("%.2f of the limit is held", held)
			}
			t.Logf("%.2f of the limit is held", held)
			runtime.KeepAlive(res)
		})
	}
}

// heap gives how much is alive.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what is in a sync.Pool is kept from the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// No script catches the limit, whatever it does; its deferred code runs.
func TestMemoryIsNotCaught(t *testing.T) {
	const hoard = "{ var xs = []; while true { xs.push([1, 2, nil]) } }"
	for _, src := range []string{
		hoard + ` catch print("no")`,
		"fn f() = " + hoard + "\nf() catch print(\"no\")",
		"fn f(n) = [n, f(n + 1)]\nf(0) catch print(\"no\")",
		"group settle < a: " + hoard + "; b: sleep(1h) > catch print(\"no\")",
		"group settle < a: timeout(1h, () -> " + hoard + "); b: shield(() -> sleep(1h)) > catch print(\"no\")",
		"group race < a: retry(9, () -> " + hoard + ") > catch print(\"no\")",
		"for r in group stream < a: " + hoard + " > { print(\"no\") }",
		"(0..10).map(x -> " + hoard + ") catch print(\"no\")",
		"(0..1_000_000_000).map(x -> nil) catch print(\"no\")",
		`("x" * 1_000_000_000) catch print("no")`,
	} {
		for i, clock := range []tg.Clock{{}, tg.Virtual(time.Unix(0, 0))} {
			p, err := tg.Compile("test.tg", "defer print(\"end\")\n"+src, tg.Options{Plain: i == 1})
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			_, err = p.Run(context.Background(), tg.Run{Stdout: &out, Clock: clock, Limits: tg.Limits{Memory: 4 << 20, Depth: tg.NoLimit, Grace: time.Second}})
			if !errors.Is(err, tg.LimitMemory) || !errors.Is(err, tg.Limit) || out.String() != "end\n" {
				t.Errorf("%s: %v, printed %q", src, err, out.String())
			}
		}
	}
}

// What is thrown away does not count, however much it is.
func TestMemoryOfTheWhole(t *testing.T) {
	const limit = 4 << 20
	for _, src := range []string{
		`for i in 0..100 { let s = "x" * 1_000_000 }`,
		`for i in 0..5_000 { let xs = [i] * 4000 }`,
		`for i in 0..500_000 { let p = [i, i, nil] }`,
		`var p = nil; for i in 0..500_000 { p = {a: i, b: nil} }`,
		`var m = {}; for i in 0..500_000 { m = {[i]: i} }`,
		`var keep = (0..40_000).map(i -> [i]); for i in 0..400_000 { keep[i % 40_000] = [i] }`,
		`var q = (0..20_000).map(i -> [i]); for i in 0..400_000 { let x = q.pop(); q.push(x) }`,
		`let rows = (0..20_000).map(i -> {n: i}); var n = 0; for i in 0..10 { for r in rows { n += r.n } }`,
		`var m = {}; for i in 0..8 { for k in 0..20_000 { m[k] = k }; m.clear() }`,
		`var xs = []; for i in 0..12 { for k in 0..100_000 { xs.push(k) }; xs.clear() }`,
		`var s = ""; for i in 0..15 { s = ""; for k in 0..50_000 { s += "abcdefgh" } }`,
		`let s = "word " * 30_000; for i in 0..5 { s.words().len() }`,
		`for i in 0..1000 { group for k in 0..50 < k > }`,
		`for i in 0..20 { group for k in 0..100 < sleep(1ms) > }`,
		`let c = channel(10); group < a: { for i in 0..50_000 { c.send([i]) }; c.close() }; b: { for x in c { x } } >`,
		`fn f() = fail "no"; for i in 0..30_000 { f() catch nil }`,
		`fn deep(n) = if n == 0 { 0 } else { 1 + deep(n - 1) }; for i in 0..100 { deep(1000) }`,
		`let big = [1] * 100_000; for i in 0..200 { let part = big[0..80_000] }`,
	} {
		p, err := tg.Compile("test.tg", src, tg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, clock := range []tg.Clock{{}, tg.Virtual(time.Unix(0, 0))} {
			if _, err := p.Run(context.Background(), tg.Run{Clock: clock, Limits: tg.Limits{Memory: limit}}); err != nil {
				t.Errorf("%s: %v", src, err)
			}
		}
	}
}

// All children together have the one limit.
func TestMemoryOfChildren(t *testing.T) {
	const src = `group for c in 0..4 < { let xs = "x" * %d; sleep(1ms); xs.len() } >`
	each := func(n int) error {
		p, err := tg.Compile("test.tg", fmt.Sprintf(src, n), tg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Run(context.Background(), tg.Run{Clock: tg.Virtual(time.Unix(0, 0)), Limits: tg.Limits{Memory: 8 << 20}})
		return err
	}
	if err := each(1_500_000); err != nil {
		t.Error(err)
	}
	var e *tg.Error
	if err := each(2_500_000); !errors.Is(err, tg.LimitMemory) || !errors.As(err, &e) || !e.InChild {
		t.Errorf("%v", err)
	}
}

// ExampleCall_Charge gives scripts a function whose results count.
func ExampleCall_Charge() {
	zeros := &tg.Module{Name: "zeros", Doc: "zeros", Funcs: []*tg.Func{{
		Sig: "bytes(n: int) -> bytes", Doc: "n zeros",
		Do: func(c *tg.Call) (tg.Value, error) {
			n := int(c.Int(0))
			c.Charge(n)
			return tg.Bytes(make([]byte, n)), nil
		},
	}}}
	prog, err := tg.Compile("job.tg", "let kept = (0..100).map(i -> zeros.bytes(1_000_000))", tg.Options{Modules: []*tg.Module{zeros}})
	if err != nil {
		panic(err)
	}
	_, err = prog.Run(context.Background(), tg.Run{Limits: tg.Limits{Memory: 16 << 20}})
	fmt.Println(err)
	fmt.Println(errors.Is(err, tg.LimitMemory))
	// Output:
	// job.tg:1:30: the program holds more than 16777216 bytes
	// true
}

// What stands in the program's own text, or in that of Go, is no burden: no
// collector knows it.
func TestMemoryOfConstants(t *testing.T) {
	const src = `let xs = group < "a text of the source"; { "and" + "" } >
for i in 0..20_000 { group < "another text of the source" >; motto(); motto()[2..9]; str(true); wise.motto(); [i].map(x -> "a third one") }`
	motto := "a text that is in no heap"
	wise := &tg.Module{Name: "wise", Doc: "mottos", Funcs: []*tg.Func{{
		Sig: "motto() -> string", Doc: "one", Do: func(c *tg.Call) (tg.Value, error) {
			c.Charge(100)
			return tg.String("another text that is in no heap"), nil
		},
	}}}
	p, err := tg.Compile("test.tg", src, tg.Options{Modules: []*tg.Module{wise}, Globals: []string{"motto"}})
	if err != nil {
		t.Fatal(err)
	}
	run := tg.Run{Limits: tg.Limits{Memory: 4 << 20}, Globals: tg.Vars{"motto": func() string { return motto }}}
	if _, err := p.Run(context.Background(), run); err != nil {
		t.Error(err)
	}
}
