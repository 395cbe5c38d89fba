package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
)

// start is when virtual time begins in these tests.
var start = time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)

// virtual runs a program on virtual time and gives all that it wrote, and how
// it ended.
func virtual(t testing.TB, ctx context.Context, src string, seed uint64, globals runtime.Vars) (string, error) {
	t.Helper()
	var names []string
	for name := range globals {
		names = append(names, name)
	}
	p, err := runtime.Compile("test.tg", src, runtime.Options{Modules: stdlib.Pure(), Globals: names})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, err = p.Run(ctx, runtime.Run{Globals: globals, Stdout: &out, Stderr: &out, Clock: runtime.Virtual(start), Seed: seed})
	return out.String(), err
}

// virtually holds what a program prints without a seed to what is wanted.
func virtually(t *testing.T, src string, globals runtime.Vars, want string) {
	t.Helper()
	out, err := virtual(t, t.Context(), src, 0, globals)
	if err != nil {
		t.Errorf("%s\nfails: %v", src, err)
	}
	if out = strings.TrimSpace(out); out != want {
		t.Errorf("%s\nprints %q\nwant   %q", src, out, want)
	}
}

func TestVirtualTime(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"it begins at an instant", `print(time.now())`, "2030-01-01T00:00:00Z"},
		{"ties go in the order of the source, whoever set the timer first", `
group <
  { sleep(10ms); sleep(20ms); print("a") }
  { sleep(20ms); sleep(10ms); print("b") }
  { sleep(30ms); print("c") }
  for i in 0..2 < { sleep(5ms); sleep(25ms); print("d", i) } >
  group < { sleep(29ms); sleep(1ms); print("e") }; { sleep(30ms); print("f") } >
>`, "a\nb\nc\nd 0\nd 1\ne\nf"},
		{"children start in the order of the source", `group for i in 0..5 < print(i) >`, "0\n1\n2\n3\n4"},
		{"so do those that waited for the end of a worklist which held back others", `
let todo = worklist([])
group <
  found: for n in todo < [n]: n >
  { found; print("waited") }
  print("did not")
>`, "waited\ndid not"},
		{"so do those that waited for what was skipped before any started", `
group <
  { found; print("waited") }
  print("did not")
  if false < found: 1 >
>`, "waited\ndid not"},
		{"so do those that waited for what was skipped beside them", `
group <
  a: 1
  if a == 1 <
    { found; print("waited") }
    print("did not")
    if false < found: 1 >
  >
>`, "waited\ndid not"},
		{"five hours", `
let t0 = time.now()
for _ in 0..5 { group < sleep(1h), { sleep(10m); retry(3, () -> fail "x", backoff: 5m) catch nil } > }
print(time.since(t0))`, "5h"},
		{"a tick of time.every", `
let t0 = time.now()
for tick in time.every(1h) { if tick - t0 >= 3h { break }; print(tick - t0) }`, "1h\n2h"},
		{"a rate", `
let r = rate(1, per: 1h)
let t0 = time.now()
group for i in 0..3 < { r.wait(); print(time.since(t0)) } >`, "0s\n1h\n2h"},
		{"the grace bounds a cleanup", `
let t0 = time.now()
group (timeout: 1h, grace: 2h) < { defer { sleep(3h); print("never") }; sleep(9h) } > catch e -> print(e.kind)
print(time.since(t0))`, "warning: 0: deferred code was cut off after the grace of 2h\ntimeout\n3h"},
		{"a cleanup takes its time", `
let t0 = time.now()
print(group race (grace: 2h) < { defer { sleep(1h) }; sleep(9h) }, { sleep(1h); "won" } >, time.since(t0))`, "won 2h"},
		{"a spinning child meets its timeout", `
print(timeout(1s, () -> { while true { } }) catch e -> e.kind)
print(group race < { while true { } }, { sleep(1s); "won" } >)`, "timeout\nwon"},
		{"a short computation takes no time", `
let t0 = time.now()
for i in 0..1000 { i * i }
print(time.since(t0))`, "0s"},
		{"outcomes have virtual times", `
let o = group settle < a: sleep(1h), b: { sleep(2h); fail "x" } >.outcomes
print(o.map_values(x -> [x.duration]), o.a.started)`, "{a: [1h], b: [2h]} 2030-01-01T00:00:00Z"},
		{"a timeout and a wait that end together", `print(timeout(1h, () -> sleep(1h)) catch e -> e.kind)`, "timeout"},
		{"a select at its timeout", `
let ch = channel()
print(group < select(a: ch, timeout: 1h).label; { sleep(2h); timeout(1s, () -> ch.send(1)) catch "nobody" } >)`, `[nil, "nobody"]`},
		{"endlessly far", `group race < sleep(200000h), sleep(1ms) >; print("left")`, "left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			virtually(t, c.src, nil, c.want)
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %s of real time", took)
			}
		})
	}
}

// chances are programs in which much is left to chance.
var chances = map[string]string{
	"groups": `
fn work(n, d) { for i in 0..3 { sleep(d * rand.int(1..5)); print(time.now().unix(), n, i) }; n }
print(group settle (limit: 3) for n in 0..8 < [str(n)]: { if n % 4 == 3 { sleep(7ms); fail "no ${n}" }; work(n, 5ms) } >.values)`,
	"ready": `group for i in 0..30 < print("child", i) >`,
	"race": `
for round in 0..5 { print(round, group race (need: 2) for n in 0..6 < { sleep(rand.int(0..4) * 1ms); n } >) }`,
	"stream": `
for r in group stream (limit: 4) for n in 0..20 < [n]: { sleep(rand.int(0..3) * 1ms); if n % 5 == 4 { fail "x" }; n } > { print(r.label, r.ok) }`,
	"channels": `
let ch = channel(2)
let ended = counter()
group <
  for p in 0..4 < { for i in 0..10 { ch.send([p, i]) }; if ended.add() == 4 { ch.close() } } >
  for c in 0..3 < { for v in ch { print("took", c, v); if rand.int(0..2) == 0 { sleep(1ms) } } } >
>`,
	"select": `
let a = channel()
let b = channel()
group <
  background { while true { sleep(rand.int(1..5) * 1ms); a.send("a") } }
  background { while true { sleep(rand.int(1..5) * 1ms); b.send("b") } }
  for i in 0..10 < print(i, select(a: a, b: b, timeout: 3ms)) >
>`,
	"timeouts": `
for n in 1..=10 { print(n, timeout(n * 1ms, () -> { sleep(rand.int(1..11) * 1ms); "in time" }) catch e -> e.kind) }`,
	"spinning": `
fn spin(n) { var x = 0; for i in 0..n { x += i }; x }
group for i in 0..6 < { spin(5000 * i); print("spun", i, time.now()) } >
print(group race < { while true { } }, { sleep(50ms); "out" } >)`,
	"retry": `
group for i in 0..4 < { retry(4, () -> { print(i, time.now()); fail "again" }, backoff: 10ms) catch nil } >`,
	"rand": `
for round in 0..3 { print(rand.int(0..1000), group for i in 0..3 < rand.int(0..1000) >) }`,
	"handles": `
let s = semaphore(2)
let c = cell([])
let one = once(() -> { sleep(3ms); "made" })
let todo = worklist([1, 2, 3])
group (limit: 5) for n in todo < {
  if n < 20 { todo.add(n * 2); if n % 3 == 0 { todo.add(n + 1) } }
  s.run(() -> { sleep(rand.int(0..3) * 1ms); c.update(xs -> xs + [n]) })
  one()
} >
print(c.get())`,
	"cancelled": `
fn job(n) { defer print("cleaned", n); defer sleep(rand.int(0..5) * 1ms); sleep(rand.int(1..20) * 1ms); if n == 7 { fail "seven" }; print("did", n) }
print(group for n in 0..12 < job(n) > catch e -> [e.message, e.outcomes.map_values(o -> o.state)])`,
}

// TestSameSeed runs each program several times with a seed: every line is the
// same each time, and not the same with every seed.
func TestSameSeed(t *testing.T) {
	for name, src := range chances {
		t.Run(name, func(t *testing.T) {
			different := map[string]bool{}
			for seed := range uint64(10) {
				first, err := virtual(t, t.Context(), src, seed, nil)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				for range 3 {
					if again, _ := virtual(t, t.Context(), src, seed, nil); again != first {
						t.Fatalf("seed %d gives\n%s\nand\n%s", seed, first, again)
					}
				}
				different[first] = true
			}
			for range 50 {
				if again, _ := virtual(t, t.Context(), src, 9, nil); !different[again] {
					t.Fatalf("seed 9 gives, all at once,\n%s", again)
				}
			}
			if len(different) < 5 {
				t.Errorf("10 seeds give %d different outputs", len(different))
			}
		})
	}
}

// TestRandomOfChildren holds that each of several groups has its own numbers,
// and the same ones on the real clock, however the children take turns.
func TestRandomOfChildren(t *testing.T) {
	p, err := runtime.Compile("rand.tg", `for _ in 0..3 { print(group for i in 0..3 < rand.int(0..1_000_000) >) }`, runtime.Options{Modules: stdlib.Pure()})
	if err != nil {
		t.Fatal(err)
	}
	draw := func(clock runtime.Clock) string {
		var out bytes.Buffer
		if _, err := p.Run(t.Context(), runtime.Run{Stdout: &out, Seed: 3, Clock: clock}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	first := draw(runtime.Clock{})
	lines := strings.Split(first, "\n")
	if lines[0] == lines[1] || lines[1] == lines[2] {
		t.Errorf("groups draw the same numbers:\n%s", first)
	}
	if again := draw(runtime.Clock{}); again != first {
		t.Errorf("a second run draws others:\n%s%s", first, again)
	}
	if again := draw(runtime.Virtual(start)); again != first {
		t.Errorf("virtual time draws others:\n%s%s", first, again)
	}
}

// TestVirtualDeadlock holds that a deadlock is told of in the same words on
// both clocks.
func TestVirtualDeadlock(t *testing.T) {
	for _, src := range []string{
		`channel().recv()`,
		`let a = channel()
let b = channel()
group < left: { sleep(1ms); b.send(a.recv()) }; right: a.send(b.recv()) >`,
		`let s = semaphore(1)
group < s.run(() -> s.run(() -> 1)); { sleep(1ms); s.run(() -> 2) }; background channel().recv() >`,
		`for r in group stream < a: channel().recv() > { print(r) }`,
		`let ch = channel()
group (grace: 10ms) < for v in ch < v >; { defer { ch.recv() }; ch.recv() } >`,
	} {
		_, _, _, real := script(t, src, runtime.Limits{})
		_, err := virtual(t, t.Context(), src, 0, nil)
		var e *runtime.Error
		if !errors.As(err, &e) || e.Kind != "deadlock" {
			t.Errorf("%s\nends with %v", src, err)
		} else if real == nil || real.Error() != err.Error() {
			t.Errorf("%s\nreal:    %v\nvirtual: %v", src, real, err)
		}
	}
}

// outside gives functions in Go that wait for real.
func outside() runtime.Vars {
	return runtime.Vars{
		"io": func(ctx context.Context, ms int) (string, error) {
			select {
			case <-time.After(time.Duration(ms) * time.Millisecond):
				return "read", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		},
		"crash": func(ctx context.Context) { panic("a mistake in Go") },
	}
}

func TestVirtualOutside(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"the clock stands meanwhile", `
let t0 = time.now()
print(group < a: { io(30); time.since(t0) }; b: { sleep(1h); time.since(t0) } >)`, "{a: 0s, b: 1h}"},
		{"others run meanwhile", `
let ch = channel()
group < { io(30); ch.send("done") }; { print("beside"); print(ch.recv()) } >`, "beside\ndone"},
		{"many at once", `
let t0 = time.now()
let n = counter()
group for i in 0..50 < { io(10); n.add() } >
print(n.get(), time.since(t0))`, "50 0s"},
		{"a timeout that cannot pass", `print(timeout(1ms, () -> io(20)))`, "read"},
		{"a sibling's failure ends it", `
print(group < io(60_000); fail "no" > catch e -> [e.message, e.outcomes[0].state])`, `["no", "cancelled"]`},
		{"a panic comes back in", `
let n = counter()
print(group settle for i in 0..20 < { if i % 2 == 0 { crash() }; io(1); n.add() } >.errors.len(), n.get())
print(group settle < crash() >.errors[0].kind)
let t0 = time.now()
sleep(1h)
print(time.since(t0))`, "10 10\ninternal\n1h"},
		{"no deadlock while something is under way", `
let ch = channel()
print(group < ch.recv(); { io(20); ch.send(1) } >[0])`, "1"},
	} {
		t.Run(c.name, func(t *testing.T) { virtually(t, c.src, outside(), c.want) })
	}
}

// TestVirtualPatience holds that the clock moves on after a second in which
// nothing happens, with a warning that names the call.
func TestVirtualPatience(t *testing.T) {
	t.Parallel()
	out, err := virtual(t, t.Context(), `
print(group <
  timeout(1h, () -> io(60_000)) catch e -> e.kind
  { sleep(30m); print("half") }
>[0])`, 0, outside())
	if err != nil {
		t.Fatal(err)
	}
	moves := "warning: virtual time moves on although `a function in Go` \\(test.tg:3:\\d+\\) is still under way\n"
	want := "^" + moves + "half\n" + moves + "timeout\n$"
	if !regexp.MustCompile(want).MatchString(out) {
		t.Errorf("it prints %q", out)
	}
}

// TestVirtualCancel ends the context of runs on virtual time at many moments.
func TestVirtualCancel(t *testing.T) {
	src := `
fn busy(n) { defer { sleep(1h) }; while true { io(rand.int(0..3)); sleep(rand.int(0..10) * 1s); timeout(5s, () -> io(1)) catch nil } }
group < for i in 0..5 < busy(i) >; { while true { } }; group (timeout: 9000h) < busy(9) > >`
	for i := range 40 {
		ctx, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped")
		time.AfterFunc(time.Duration(i*500)*time.Microsecond, func() { cancel(stopped) })
		ended := make(chan error, 1)
		go func() {
			_, err := virtual(t, ctx, src, uint64(i), outside())
			ended <- err
		}()
		select {
		case err := <-ended:
			if err != stopped {
				t.Fatalf("ended with %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the run does not end")
		}
	}
}

// TestFunctionsShareHandles calls functions of a program that has run, which
// meet at its channel: that one waits alone is no deadlock.
func TestFunctionsShareHandles(t *testing.T) {
	for name, clock := range map[string]runtime.Clock{"real": {}, "virtual": runtime.Virtual(start)} {
		t.Run(name, func(t *testing.T) {
			p, err := runtime.Compile("meet.tg", `
let ch = channel()
fn take() = ch.recv()
fn give(v) { ch.send(v) }
fn now() { sleep(1h); time.now().unix() }`, runtime.Options{Modules: stdlib.Pure()})
			if err != nil {
				t.Fatal(err)
			}
			res, err := p.Run(t.Context(), runtime.Run{Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			var take func(context.Context) (int, error)
			var give func(context.Context, int) error
			if err := errors.Join(res.Get("take", &take), res.Get("give", &give)); err != nil {
				t.Fatal(err)
			}
			var takers sync.WaitGroup
			sum := make(chan int, 10)
			for range 10 {
				takers.Go(func() {
					n, err := take(t.Context())
					if err != nil {
						t.Error(err)
					}
					sum <- n
				})
			}
			for i := range 10 {
				time.Sleep(time.Millisecond)
				if err := give(t.Context(), i); err != nil {
					t.Error(err)
				}
			}
			takers.Wait()
			total := 0
			for range 10 {
				total += <-sum
			}
			if total != 45 {
				t.Errorf("the sum is %d", total)
			}
			if name == "virtual" {
				var now func(context.Context) (float64, error)
				if err := res.Get("now", &now); err != nil {
					t.Fatal(err)
				}
				if got, err := now(t.Context()); err != nil || got != float64(start.Add(time.Hour).Unix()) {
					t.Error(fmt.Sprint(got, err))
				}
			}
		})
	}
}

// BenchmarkVirtualChildren tells how what a child costs on virtual time grows
// with how many there are.
func BenchmarkVirtualChildren(b *testing.B) {
	for name, src := range map[string]string{
		"sleep": `(group for i in 0..n < { sleep(1ms * (i % 100)); i } >).len()`,
		"end":   `(group for i in 0..n < i >).len()`,
	} {
		p, err := runtime.Compile("children.tg", src, runtime.Options{Globals: []string{"n"}})
		if err != nil {
			b.Fatal(err)
		}
		for _, n := range []int{1000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				began := worked()
				for b.Loop() {
					if _, err := p.Run(b.Context(), runtime.Run{Globals: runtime.Vars{"n": n}, Clock: runtime.Virtual(start)}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(worked()-began)/float64(b.N)/float64(n), "cpu-ns/child")
			})
		}
	}
}
