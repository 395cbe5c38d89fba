package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// script runs a program and gives its value as text and what it wrote.
func script(t testing.TB, src string, limits runtime.Limits) (value, out, warnings string, err error) {
	t.Helper()
	p, err := runtime.Compile("test.tg", src, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run(p, context.Background(), limits)
}

func run(p *runtime.Program, ctx context.Context, limits runtime.Limits) (value, out, warnings string, err error) {
	var stdout, stderr bytes.Buffer
	res, err := p.Run(ctx, runtime.Run{Stdout: &stdout, Stderr: &stderr, Limits: limits})
	return fmt.Sprint(res.Value()), stdout.String(), stderr.String(), err
}

// quiet fails the test if goroutines are left that were not there before.
func quiet(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if goruntime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, goruntime.NumGoroutine())
}

func TestManyChildren(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"10,000 at once", `(group for i in 0..10_000 < { sleep(1s); i } >).sum()`, "49995000"},
		{"10,000 under a limit", `(group (limit: 10) for i in 0..10_000 < { sleep(1ms); i } >).sum()`, "49995000"},
		{"10×10×10×10", `
fn tree(d) { if d == 0 { sleep(1ms); return 1 }; (group for i in 0..10 < tree(d - 1) >).sum() }
tree(4)`, "10000"},
		{"one fails among 1,000", `
(group < for i in 0..1000 < sleep(1h) >; bad: { sleep(1ms); fail "bad" } > catch e -> [e.child, e.outcomes.len()])`, `["bad", 1001]`},
		{"all fail in a race", `group race for i in 0..2000 < { sleep(1ms * i); fail "no ${i}" } > catch e -> [e.message, e.errors.len()]`, `["no 0", 2000]`},
		{"all fail in a settled group", `(group settle (limit: 100) for i in 0..2000 < { sleep(1ms); fail "no" } >).errors.len()`, "2000"},
		{"1,000 wait for one", `(group < for i in 0..1000 < i + base >; let base = { sleep(1s); 1 } >).sum()`, "500500"},
		{"1,000 backgrounds", `group < for i in 0..1000 < background sleep(1h); i >; 1 > == (0..1000).to_list() + [1]`, "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				value, _, warnings, err := script(t, c.src, runtime.Limits{})
				if value != c.want || err != nil || warnings != "" {
					t.Errorf("got %.60s, %v, %q; want %s", value, err, warnings, c.want)
				}
			})
		})
	}
}

// TestFlatStream tells that a stream under a limit does not keep what was
// taken.
func TestFlatStream(t *testing.T) {
	src := `
var sum = 0
for r in group stream (limit: 4) for i in 0..%d < let x = "x" * 20_000; if (i %% 2 == 0) < ["k${i}"]: x + "1" > else < x > > { sum += r.value.len() }
sum`
	peak := func(n int) uint64 {
		var most uint64
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
					goruntime.GC()
					var m goruntime.MemStats
					goruntime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			}
		})
		_, _, _, err := script(t, fmt.Sprintf(src, n), runtime.Limits{})
		close(stop)
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		return most
	}
	small, large := peak(500), peak(10_000)
	if large > small+50<<20 {
		t.Errorf("500 turns took %d KiB at the most, 10,000 took %d", small>>10, large>>10)
	}
}

func TestSpinningChild(t *testing.T) {
	before := goruntime.NumGoroutine()
	start := time.Now()
	value, _, _, err := script(t, `
fn spin() { var n = 0; while true { n = 1 - n } }
fn calls(n) = if n == 0 { 0 } else { calls(n - 1) }
group <
  a: spin()
  b: { while true { calls(100) } }
  c: { for i in 0..1_000_000_000 { i } }
  d: { sleep(50ms); fail "enough" }
> catch e -> e.message`, runtime.Limits{})
	if value != "enough" || err != nil || time.Since(start) > 10*time.Second {
		t.Errorf("got %s, %v after %s", value, err, time.Since(start))
	}
	quiet(t, before)
}

// TestOneProgramManyTimes runs one program 200 times at once.
func TestOneProgramManyTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := runtime.Compile("test.tg", `
let s = group settle (limit: 3) <
  ids: { sleep(10ms); [1, 2, 3] }
  all: for i in ids < ["k${i}"]: { sleep(10ms * i); if i == 2 { fail "two" }; i } >
  sum: all.values().sum() catch e -> e.message
>
var got = []
for r in group stream for i in 1..=3 < { sleep(10ms * i); i } > { got.push(r.value) }
let e = group < a: { defer { fail "late" }; sleep(1h) }; b: { sleep(5ms); fail "b" } > catch e -> e
[s.values, s.errors.keys(), got, e.message, e.errors.keys(), timeout(1ms, () -> sleep(1s)) catch e -> e.kind]`, runtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := `[{ids: [1, 2, 3], all: {k1: 1, k3: 3}, sum: "two"}, ["all/k2"], [1, 2, 3], "b", ["a", "b"], "timeout"]`
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				if value, _, _, err := run(p, context.Background(), runtime.Limits{}); value != want || err != nil {
					t.Errorf("got %s, %v", value, err)
				}
			})
		}
		wg.Wait()
	})
}

// TestContextEnds tells that the embedding program's context ends a run, its
// cleanups done, and that nothing is left.
func TestContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := runtime.Compile("test.tg", `
defer print("main")
let s = group settle (timeout: 1h) <
  a: { defer { sleep(1s); print("a") }; sleep(2h) }
  b: shield(() -> { defer print("b"); sleep(2h) })
  c: group race < sleep(2h); { for r in group stream < sleep(2h) > { print("no") } } >
  d: { for x in group stream < x: 1; y: sleep(2h) > { defer print("d"); sleep(2h) } }
> catch e -> print("no")
print("no")`, runtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		why := errors.New("why")
		ctx, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(time.Minute, func() { cancel(why) })
		start := time.Now()
		_, out, warnings, err := run(p, ctx, runtime.Limits{Grace: 2 * time.Second})
		if err != why || out != "d\na\nb\nmain\n" || time.Since(start) != 62*time.Second {
			t.Errorf("got %v, %q after %s", err, out, time.Since(start))
		}
		if !strings.Contains(warnings, "b: a shield was cut off") {
			t.Errorf("warnings: %q", warnings)
		}
	})
}

// TestLimits tells that a limit ends the program through every group.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, src string
		limits    runtime.Limits
		want      error
	}{
		{"children", `group settle for i in 0..100 < sleep(1h) > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children in turn", `group for i in 0..10 < group for j in 0..10 < sleep(1h) > > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children of a long range", `group settle for i in 0..1_000_000_000_000 < sleep(1h) > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children of a long range, planned one by one", `group for i in 0..1_000_000_000_000 < if i >= 0 < [str(i)]: sleep(1h) > > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children of a long range that a sibling gives", `group settle < let n = 1_000_000_000_000; for i in 0..n < { sleep(1h); i } > > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children of long ranges in each other", `group for i in 0..1_000_000 < for j in 0..1_000_000 < sleep(1h) > > catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"children of a long range in a shield", `shield(() -> group for i in 0..1_000_000_000_000 < sleep(1h) >) catch print("no")`, runtime.Limits{Children: 50}, runtime.LimitChildren},
		{"depth", `fn f(n) = 1 + f(n + 1)
group settle < a: f(0); b: sleep(1h) > catch print("no")`, runtime.Limits{Depth: 1000}, runtime.LimitDepth},
		{"depth of groups", `fn f() = group < f() >
f() catch print("no")`, runtime.Limits{Depth: 1000}, runtime.LimitDepth},
		{"steps", `group settle < a: { sleep(1ms); while true { } }; b: shield(() -> sleep(1h)) > catch print("no")`, runtime.Limits{Steps: 100_000}, runtime.LimitSteps},
		{"time", `group settle < a: sleep(1h); b: retry(9, () -> sleep(1h)) > catch print("no")`, runtime.Limits{Time: time.Second}, runtime.LimitTime},
		{"in a condition", `fn f(n) = 1 + f(n + 1)
group settle < a: 1; if f(a) == 1 < b: 1 >; c: sleep(1h) > catch print("no")`, runtime.Limits{Depth: 1000}, runtime.LimitDepth},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, out, _, err := script(t, c.src, c.limits)
				if !errors.Is(err, c.want) || out != "" {
					t.Errorf("got %v, %q", err, out)
				}
			})
		})
	}
}

// TestChildrenLimitInShield tells that a group in a shield, or in deferred
// code, does not wait for a child that the limit keeps from starting.
func TestChildrenLimitInShield(t *testing.T) {
	for _, src := range []string{
		`shield(() -> group (grace: 1h) for i in 0..100 < sleep(1h) >) catch print("no")`,
		`{ defer { group (grace: 1h) for i in 0..100 < sleep(1h) > }; 1 } catch print("no")`,
		`shield(() -> { for r in group stream for i in 0..100 < sleep(1h) > { print("no") } })`,
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, out, _, err := script(t, src, runtime.Limits{Children: 50})
			if !errors.Is(err, runtime.LimitChildren) || out != "" || time.Since(start) > 0 {
				t.Errorf("%s: got %v, %q after %s", src, err, out, time.Since(start))
			}
		})
	}
}

// TestLimitPlaces tells that a limit says where it was met and in which child,
// by its whole path, with the line of each group.
func TestLimitPlaces(t *testing.T) {
	host := &runtime.Module{Name: "host", Funcs: []*runtime.Func{{Sig: "hold(ms: int)", Do: func(c *runtime.Call) (runtime.Value, error) {
		time.Sleep(time.Duration(c.Int(0)) * time.Millisecond) // whatever is cancelled
		return runtime.Nil, nil
	}}}}
	const spin = "fn other() { str(1) }\nfn spin() {\n  var n = 0\n  while true { n += 1 }\n}\nother()\n"
	for _, c := range []struct {
		name, src  string
		limits     runtime.Limits
		at, child  string
		groupLines []int // innermost first
	}{
		{"steps", spin + "group <\n  a: group < b: spin() >\n>", runtime.Limits{Steps: 10_000}, "test.tg:4:3", "a/b", []int{8, 7}},
		{"steps of a counting loop", "group < a: {\n  for i in 0..1_000_000 { i }\n} >", runtime.Limits{Steps: 10_000}, "test.tg:2:12", "a", []int{1}},
		{"depth", "fn f(n) = 1 + f(n + 1)\ngroup settle <\n  1\n  f(0)\n>", runtime.Limits{Depth: 1000}, "test.tg:1:15", "1", []int{2}},
		{"depth outside of groups", "fn f(n) = 1 + f(n + 1)\nf(0)", runtime.Limits{Depth: 1000}, "test.tg:1:15", "", nil},
		{"depth in a condition", "fn f(n) = 1 + f(n + 1)\ngroup <\n  a: group < b: 1; if f(b) == 1 < c: 1 > >\n>", runtime.Limits{Depth: 1000}, "test.tg:1:15", "a", []int{2}},
		{"children", "group <\n  a: group for i in 0..100 < sleep(1h) >\n>", runtime.Limits{Children: 50}, "test.tg:2:6", "a", []int{1}},
		{"children of a long range", "group <\n  a: group for i in 0..1_000_000_000_000 < i >\n>", runtime.Limits{Children: 50}, "test.tg:2:6", "a", []int{1}},
		{"output", "group <\n  a: print(1234567890)\n>", runtime.Limits{Output: 5}, "test.tg:2:6", "a", []int{1}},
		{"nesting", "group < all: for i in 0..1 <\n  { var x = []; for i in 0..20_000 { x = [x] }; str(x) } > >", runtime.Limits{}, "test.tg:2:49", "all/0", []int{1}},
		{"time, computing", spin + "group < a: sleep(1h); b: group <\n  c: spin() > >", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:4:3", "b/c", []int{7, 7}},
		{"time, waiting", "let n = 1\ngroup <\n  b: sleep(1h)\n  a: sleep(1h)\n>", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:3:6", "b", []int{2}},
		{"time, in a stream", "for r in group stream <\n  a: sleep(1h)\n> { print(r) }", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:2:6", "a", []int{1}},
		{"time, in a shield", "fn f() = shield(() -> sleep(40ms))\ngroup <\n  a: sleep(1h)\n  b: f()\n>", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:1:10", "b", []int{2}},
		{"time, at the end of a shield", "let n = 1\nshield(() -> sleep(40ms))", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:2:1", "", nil},
		{"time, at a group's end", "let n = 1\ngroup < host.hold(40); n >", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:2:1", "", nil},
		{"time, at the end", "let n = 1\nhost.hold(40)", runtime.Limits{Time: 20 * time.Millisecond}, "test.tg:2:1", "", nil},
		{"time, cleaning up", "group < a: {\n  defer sleep(1h)\n  sleep(1h)\n} >", runtime.Limits{Time: 20 * time.Millisecond, Grace: time.Millisecond}, "test.tg:3:3", "a", []int{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := runtime.Compile("test.tg", c.src, runtime.Options{Modules: []*runtime.Module{host}})
			if err != nil {
				t.Fatal(err)
			}
			_, _, _, err = run(p, t.Context(), c.limits)
			var e *runtime.Error
			if !errors.As(err, &e) || !errors.Is(err, runtime.Limit) {
				t.Fatalf("got %v", err)
			}
			if at := e.Trace[0].Position().String(); at != c.at || e.Child != c.child || e.InChild != (c.child != "") {
				t.Errorf("got %s in child %q; want %s in %q", at, e.Child, c.at, c.child)
			}
			var lines []int
			for _, g := range e.Groups {
				lines = append(lines, g.Position().Line)
			}
			if !slices.Equal(lines, c.groupLines) {
				t.Errorf("the groups stand on %v; want %v", lines, c.groupLines)
			}
		})
	}
}

// TestWarnings tells that a failure which no error can carry is never silent.
func TestWarnings(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"won race", `group race < loser: { defer { fail "x" }; sleep(1h) }; 1 >`, "warning: loser: deferred code failed: x\n"},
		{"good group", `group < background { defer { fail "x" }; sleep(1h) }; 1 >`, "warning: background: deferred code failed: x\n"},
		{"nested", `group < a: group race < l: { defer { fail "x" }; sleep(1h) }; 1 > >`, "warning: a/l: deferred code failed: x\n"},
		{"loop left", `for r in group stream < a: { defer { fail "x" }; sleep(1h) }; b: 1 > { break }`, "warning: a: deferred code failed: x\n"},
		{"loop failed", `{ for r in group stream < a: { defer { fail "x" }; sleep(1h) }; b: 1 > { fail "y" } } catch nil`, "warning: a: deferred code failed: x\n"},
		{"stream to its end", `for r in group stream < background a: { defer { fail "x" }; sleep(1h) }; b: 1 > { 1 }`, "warning: a: deferred code failed: x\n"},
		{"cut off", `group (grace: 1ms) < a: group < b: { defer sleep(1h); sleep(1h) } >; c: { sleep(1ms); fail "c" } > catch nil`, "warning: a/b: deferred code was cut off after the grace of 1ms\n"},
		{"stream that timed out", `for r in group stream (timeout: 1ms) < background a: { defer { fail "x" }; sleep(1h) }; b: { defer { fail "y" }; sleep(1h) } > { 1 }`, "warning: a: deferred code failed: x\n"},
		{"one of them left", `for r in group stream (timeout: 1ms) < b: { defer { fail "y" }; sleep(1h) }; c: sleep(1h) > { break }`, ""},
		{"condition cut off", `group settle (timeout: 1ms) < a: 1; if { defer { fail "x" }; sleep(1h); a == 1 } < b: 1 > >`, "warning: deferred code failed: x\n"},
		{"condition of a group that failed", `group (timeout: 1ms) < a: 1; if { defer { fail "x" }; sleep(1h); a == 1 } < b: 1 > > catch nil`, ""},
		{"settled", `group settle < background a: { defer { fail "x" }; sleep(1h) }; b: 1 >`, ""},
		{"cancelled from outside", `group < a: group race < x: { defer { fail "x" }; sleep(1h) } >; b: { sleep(1ms); fail "b" } > catch nil`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, _, warnings, err := script(t, c.src, runtime.Limits{})
				if warnings != c.want || err != nil {
					t.Errorf("got %q, %v; want %q", warnings, err, c.want)
				}
			})
		})
	}
}

// ticks gives numbers until the stream is closed or its context ends.
type ticks struct {
	every  time.Duration
	most   int
	n      int
	closed int
}

func (s *ticks) Next(ctx context.Context) (runtime.Value, bool, error) {
	if s.n == s.most {
		return runtime.Nil, false, nil
	}
	select {
	case <-time.After(s.every):
		s.n++
		return runtime.Int(int64(s.n)), true, nil
	case <-ctx.Done():
		return runtime.Nil, false, context.Cause(ctx)
	}
}

func (s *ticks) Close() error {
	s.closed++
	return nil
}

// TestForOverStream runs a group's for over a stream that a host gives.
func TestForOverStream(t *testing.T) {
	for _, c := range []struct {
		name, src, want string
		taken           int
	}{
		{"all of it", `(group for i in src < { sleep(1s); i } >)`, "[1, 2, 3, 4, 5]", 5},
		{"under a limit", `group (limit: 2) for i in src < { sleep(1s); i } >`, "[1, 2, 3, 4, 5]", 5},
		{"with a key", `group for k, i in src < ["${k}"]: i >`, `{"0": 1, "1": 2, "2": 3, "3": 4, "4": 5}`, 5},
		{"a race is won", `group race for i in src < { sleep(15ms); i } >`, "1", 2},
		{"a turn fails", `group for i in src < if i == 2 { fail "two" } else { i } > catch e -> [e.message, e.outcomes.len()]`, `["two", 2]`, 2},
		{"a timeout", `(group settle (timeout: 25ms) for i in src < { sleep(1h); i } >).errors.len()`, "2", 2},
		{"a timeout while a value waits for its slot", `(group settle (timeout: 25ms, limit: 1) for i in src < { sleep(1h); i } >).errors.len()`, "1", 1},
		{"beside others", `group < all: for i in src < i + a >; a: { sleep(1s); 10 } >`, "{all: [11, 12, 13, 14, 15], a: 10}", 5},
		{"as a stream", `var n = 0
for r in group stream (limit: 1) for i in src < i > { n += r.value }
n`, "15", 5},
		{"a stream that is left", `var n = 0
for r in group stream for i in src < i > { n += r.value; if n == 3 { break } }
n`, "3", 2},
		{"upstream of a failed sibling", `(group settle < a: fail "a"; all: for i in { [src, a][0] } < i > >).outcomes.all.state`, "upstream", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := runtime.Compile("test.tg", c.src, runtime.Options{Globals: []string{"src"}})
				if err != nil {
					t.Fatal(err)
				}
				s := &ticks{every: 10 * time.Millisecond, most: 5}
				res, err := p.Run(context.Background(), runtime.Run{Globals: runtime.Vars{"src": runtime.NewStream(s)}})
				if got := fmt.Sprint(res.Value()); got != c.want || err != nil {
					t.Errorf("got %s, %v; want %s", got, err, c.want)
				}
				if s.n != c.taken {
					t.Errorf("%d values were taken, want %d", s.n, c.taken)
				}
				if c.taken > 0 && s.closed != 1 {
					t.Errorf("closed %d times", s.closed)
				}
			})
		})
	}
}
