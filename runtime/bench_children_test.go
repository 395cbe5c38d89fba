package runtime_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"testing"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// beside runs a script and plain Go that does the same in turns, and reports
// the least processor time that each took for one of count things, and how
// many times as long the script took.
func beside(b *testing.B, count int, script, plain func()) {
	least := func(best *time.Duration, fn func()) {
		goruntime.GC()
		began := worked()
		fn()
		if took := worked() - began; *best == 0 || took < *best {
			*best = took
		}
	}
	var ours, bare time.Duration
	for b.Loop() {
		least(&ours, script)
		least(&bare, plain)
	}
	b.ReportMetric(0, "ns/op") // both together: it says nothing
	b.ReportMetric(float64(ours)/float64(count), "cpu-ns")
	b.ReportMetric(float64(bare)/float64(count), "plain-cpu-ns")
	b.ReportMetric(float64(ours)/float64(bare), "times")
}

// running gives a function that runs a program with a global n.
func running(b *testing.B, source string, n int) func() {
	prog, err := tg.Compile("bench.tg", source, tg.Options{Globals: []string{"n"}})
	if err != nil {
		b.Fatal(err)
	}
	return func() {
		if _, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": n}}); err != nil {
			b.Fatal(err)
		}
	}
}

// tasks joins goroutines and keeps the first error, for which it cancels the
// others: what errgroup does.
type tasks struct {
	wg     sync.WaitGroup
	once   sync.Once
	cancel context.CancelCauseFunc
	err    error
}

func newTasks() (*tasks, context.Context) {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &tasks{cancel: cancel}, ctx
}

func (t *tasks) run(fn func() error) {
	t.wg.Go(func() {
		if err := fn(); err != nil {
			t.once.Do(func() {
				t.err = err
				t.cancel(err)
			})
		}
	})
}

func (t *tasks) wait() error {
	t.wg.Wait()
	t.cancel(t.err)
	return t.err
}

// gather runs fn for each of n on a goroutine of its own and gives the results
// in order, panics caught: what conc's result pool does.
func gather(n int, fn func(i int) int) []int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var caught any
	results := make([]int, n)
	for i := range n {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					mu.Lock()
					defer mu.Unlock()
					caught = p
				}
			}()
			v := fn(i)
			mu.Lock()
			defer mu.Unlock()
			results[i] = v
		})
	}
	wg.Wait()
	if caught != nil {
		panic(caught)
	}
	return results
}

// BenchmarkChildren starts and joins children that do nothing, in groups of
// some, beside goroutines with a WaitGroup, with errgroup's care and with
// conc's.
func BenchmarkChildren(b *testing.B) {
	const all = 200_000
	for _, n := range []int{1, 3, 10, 100, 10_000} {
		script := running(b, fmt.Sprintf("for _ in 0..%d { group for i in 0..n < i > }", all/n), n)
		for _, plain := range []struct {
			name string
			once func()
		}{
			{"bare", func() {
				var wg sync.WaitGroup
				results := make([]int, n)
				for i := range n {
					wg.Go(func() { results[i] = i })
				}
				wg.Wait()
			}},
			{"errgroup", func() {
				t, _ := newTasks()
				results := make([]int, n)
				for i := range n {
					t.run(func() error { results[i] = i; return nil })
				}
				if err := t.wait(); err != nil {
					b.Error(err)
				}
			}},
			{"conc", func() { gather(n, func(i int) int { return i }) }},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, plain.name), func(b *testing.B) {
				beside(b, all/n*n, script, func() {
					for range all / n {
						plain.once()
					}
				})
			})
		}
	}
}

// BenchmarkItems starts and joins two written children.
func BenchmarkItems(b *testing.B) {
	const groups = 50_000
	beside(b, groups, running(b, "for i in 0..n { group < a: i, b: i + 1 > }", groups), func() {
		for i := range groups {
			var wg sync.WaitGroup
			var r struct{ a, b int }
			wg.Go(func() { r.a = i })
			wg.Go(func() { r.b = i + 1 })
			wg.Wait()
		}
	})
}

// BenchmarkFailure is a failure among 10,000 siblings, from the start of a group
// to its end: siblings that nap, in their own body, in a function they call and
// at a channel, and siblings that wait on a goroutine of their own, in a loop.
func BenchmarkFailure(b *testing.B) {
	const sleepers, groups = 10_000, 4
	once := func() {
		failed := errors.New("x")
		t, ctx := newTasks()
		for range sleepers {
			t.run(func() error {
				timer := time.NewTimer(time.Hour)
				defer timer.Stop()
				select {
				case <-timer.C:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		}
		t.run(func() error {
			time.Sleep(time.Millisecond)
			return failed
		})
		if err := t.wait(); err != failed {
			b.Error(err)
		}
	}
	for _, wait := range []struct{ name, expr string }{
		{"nap", "sleep(1h)"}, {"call", "wait()"}, {"receive", "c.recv()"}, {"loop", "{ while true { sleep(1h) } }"}, {"drain", "{ for _ in c { } }"},
	} {
		script := running(b, fmt.Sprintf(`
let c = channel()
fn wait() { sleep(1h) }
for _ in 0..%d { group < for _ in 0..n < %s >; { sleep(1ms); fail "x" } > catch nil }`, groups, wait.expr), sleepers)
		b.Run(wait.name, func(b *testing.B) {
			beside(b, sleepers*groups, script, func() {
				for range groups {
					once()
				}
			})
		})
	}
}

// BenchmarkParked is the memory that a child holds which naps in a sleep, so many
// calls of script deep, or at a channel, and one that waits on a goroutine of its
// own, in a loop, beside a goroutine that waits for a timer or a context. It is measured when all have slept for a while. What ended goroutines leave is used
// again and would not count, so each is run alone and once: for instance
// -bench 'Parked/group/1$' -benchtime 1x.
func BenchmarkParked(b *testing.B) {
	const n = 20_000
	parked := func(b *testing.B, what string, measure func() int64) {
		var each int64
		for b.Loop() {
			each = measure()
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(each), what)
	}
	for _, wait := range []struct{ name, expr string }{
		{"group/0", "sleep(1h)"}, {"group/1", "one(i)"}, {"group/2", "two(i)"},
		{"channel/0", "c.recv()"}, {"channel/1", "get(i)"},
		{"loop/0", "while true { sleep(1h) }"}, {"loop/1", "loop(i)"}, {"loop/2", "deep(i)"}, {"drain/0", "for _ in c { }"}, {"drain/1", "drain(i)"},
		{"once/0", "let v = o(); v"}, {"rate/0", "while true { r.wait() }"},
	} {
		b.Run(wait.name, func(b *testing.B) {
			prog, err := tg.Compile("bench.tg", `
let began = counter()
fn one(i) { let n = 2; sleep(1h); i + n }
fn two(i) { let n = one(i); if n > 3 { n } else { i } }
let c = channel()
fn get(i) { let n = c.recv(); i + n }
fn loop(i) { while i >= 0 { sleep(1h) }; i }
fn deep(i) { let n = loop(i); if n > 3 { n } else { i } }
fn drain(i) { for _ in c { }; i }
let o = once(() -> c.recv())
let r = rate(1, per: 1h)
group race < for i in 0..n < { began.add(); `+wait.expr+` } >; { while began.get() < n { sleep(10ms) }; sleep(200ms); look() } >`,
				tg.Options{Globals: []string{"n", "look"}})
			if err != nil {
				b.Fatal(err)
			}
			parked(b, "bytes", func() int64 {
				var during int64
				before := inUse()
				if _, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": n, "look": func() { during = inUse() }}}); err != nil {
					b.Fatal(err)
				}
				return (during - before) / n
			})
		})
	}
	b.Run("goroutines", func(b *testing.B) {
		parked(b, "bytes", func() int64 {
			before := inUse()
			t, ctx := newTasks()
			for range n {
				t.run(func() error {
					timer := time.NewTimer(time.Hour)
					defer timer.Stop()
					select {
					case <-timer.C:
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				})
			}
			time.Sleep(200 * time.Millisecond)
			during := inUse()
			t.run(func() error { return errors.New("enough") })
			if t.wait() == nil {
				b.Error("no error")
			}
			return (during - before) / n
		})
	})
}
