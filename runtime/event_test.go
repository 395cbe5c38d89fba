package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// storyline gives the events of a run on virtual time, one a line, and its
// error.
func storyline(t *testing.T, src string, run runtime.Run) (lines []string, err error) {
	t.Helper()
	p, err := runtime.Compile("test.tg", src, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	run.Clock = runtime.Virtual(start)
	run.Events = func(e runtime.Event) { lines = append(lines, line(e, start)) }
	_, err = p.Run(context.Background(), run)
	return lines, err
}

// line gives an event as text: what is set of it, the position where it is new.
func line(e runtime.Event, start time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v %d.%d.%d", e.Time.Sub(start), e.Parent, e.Group, e.Child)
	if e.Path != "" {
		b.WriteString(" " + e.Path)
	}
	b.WriteString(": " + e.Kind.String())
	for _, part := range []string{e.Mode, e.Name, e.What, e.State, e.Reason} {
		if part != "" {
			b.WriteString(" " + part)
		}
	}
	switch e.Kind {
	case runtime.GroupBegan, runtime.ChildPlanned, runtime.ChildBlocked:
		fmt.Fprintf(&b, " at %d:%d", e.Position.Line, e.Position.Column)
	case runtime.ChildEnded:
		if e.State == "done" {
			b.WriteString(" with " + e.Value.String())
		}
	}
	if e.By != 0 {
		fmt.Fprintf(&b, " by %d", e.By)
	}
	if e.Duration != 0 {
		fmt.Fprintf(&b, " (%v)", e.Duration)
	}
	if e.Err != nil {
		b.WriteString(" failed: " + strings.TrimPrefix(e.Err.Error(), "test.tg:"))
	}
	return b.String()
}

const eventful = `
let ch = channel()
group race <
  a: fail "a"
  b: { sleep(1s); 1 }
  c: { defer { sleep(1s); fail "late" }; sleep(1h) }
>
group (limit: 1, name: "web") <
  one: { ch.recv() catch 0; sleep(1s); 1 }
  two: one + 1
  four: 4
  background { sleep(500ms); ch.send(3); sleep(1h) }
  if false < three: 3 >
>
group settle < x: fail "x"; y: x + 1 >
`

func TestEvents(t *testing.T) {
	got, err := storyline(t, eventful, runtime.Run{})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(wantEvents), "\n")
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("line %d: want %s, got nothing more", i+1, want[i])
		case i >= len(want) || got[i] != want[i]:
			t.Fatalf("line %d: got %s\nin\n%s", i+1, got[i], strings.Join(got, "\n"))
		}
	}
	for kind := runtime.RunBegan; kind <= runtime.Warned; kind++ {
		told := func(l string) bool { return strings.Contains(l, ": "+kind.String()) }
		if !slices.ContainsFunc(got, told) {
			t.Errorf("no event %v", kind)
		}
	}
}

const wantEvents = `
0s 0.0.0: run began
0s 0.1.0: group began race at 3:1
0s 0.1.1 a: planned at 4:3
0s 0.1.2 b: planned at 5:3
0s 0.1.3 c: planned at 6:3
0s 0.1.1 a: started
0s 0.1.1 a: ended failed failed: 4:6: a
0s 0.1.2 b: started
0s 0.1.2 b: blocked sleep at 5:8 (1s)
0s 0.1.3 c: started
0s 0.1.3 c: blocked sleep at 6:42 (1h0m0s)
1s 0.1.2 b: woken (1s)
1s 0.1.2 b: ended done with 1 (1s)
1s 0.1.3 c: cancelled lost to b by 2
1s 0.1.3 c: woken lost to b (1s)
1s 0.1.3 c: cleanup began lost to b
1s 0.1.3 c: blocked sleep at 6:16 (1s)
2s 0.1.3 c: woken (1s)
2s 0.1.3 c: cleanup ended lost to b (1s)
2s 0.1.3 c: ended cancelled lost to b (2s) failed: 6:27: late
2s 0.0.0 c: warned deferred code failed: late
2s 0.1.0: group ended race done by 2 (2s)
2s 0.2.0: group began web at 8:1
2s 0.2.4 one: planned at 9:3
2s 0.2.5 two: planned at 10:3
2s 0.2.5 two: waiting one
2s 0.2.6 four: planned at 11:3
2s 0.2.6 four: waiting a slot
2s 0.2.7 background: planned at 12:3
2s 0.2.7 background: started
2s 0.2.7 background: blocked sleep at 12:16 (500ms)
2s 0.2.4 one: started
2s 0.2.4 one: blocked a value from a channel at 9:13
2.5s 0.2.7 background: woken (500ms)
2.5s 0.2.7 background: blocked sleep at 12:42 (1h0m0s)
2.5s 0.2.4 one: woken (500ms)
2.5s 0.2.4 one: blocked sleep at 9:29 (1s)
3.5s 0.2.4 one: woken (1s)
3.5s 0.2.4 one: ended done with 1 (1.5s)
3.5s 0.2.5 two: started
3.5s 0.2.5 two: ended done with 2
3.5s 0.2.6 four: started
3.5s 0.2.6 four: ended done with 4
3.5s 0.2.7 background: cancelled group done
3.5s 0.2.7 background: woken group done (1s)
3.5s 0.2.7 background: ended cancelled group done (1.5s)
3.5s 0.2.8 three: planned at 13:14
3.5s 0.2.8 three: ended skipped
3.5s 0.2.0: group ended web done (1.5s)
3.5s 0.3.0: group began settle at 15:1
3.5s 0.3.9 x: planned at 15:16
3.5s 0.3.10 y: planned at 15:29
3.5s 0.3.10 y: waiting x
3.5s 0.3.9 x: started
3.5s 0.3.9 x: ended failed failed: 15:19: x
3.5s 0.3.10 y: ended upstream x failed failed: 15:19: x
3.5s 0.3.0: group ended settle done
3.5s 0.0.0: run ended done (3.5s)
`

// TestEventsAgain tells that a run on virtual time tells the same each time.
func TestEventsAgain(t *testing.T) {
	for _, seed := range []uint64{0, 7} {
		first, _ := storyline(t, eventful, runtime.Run{Seed: seed})
		for range 20 {
			if again, _ := storyline(t, eventful, runtime.Run{Seed: seed}); !slices.Equal(first, again) {
				t.Fatalf("seed %d: %s\nthen\n%s", seed, strings.Join(first, "\n"), strings.Join(again, "\n"))
			}
		}
	}
}

// TestEventsOfCalls tells that calls of a script's functions are runs of their
// own, and that a session's numbers go on.
func TestEventsOfCalls(t *testing.T) {
	var runs []int
	hear := func(e runtime.Event) {
		if e.Kind == runtime.RunBegan {
			runs = append(runs, e.Run)
		}
	}
	p, err := runtime.Compile("test.tg", "fn f(n) = (group for i in 0..n < i >).len()", runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(context.Background(), runtime.Run{Events: hear})
	if err != nil {
		t.Fatal(err)
	}
	var f func(context.Context, int) (int, error)
	if err := res.Get("f", &f); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := f(context.Background(), 3); n != 3 || err != nil {
			t.Fatal(n, err)
		}
	}
	s := runtime.NewSession(runtime.Options{}, runtime.Run{Events: hear})
	for range 2 {
		if _, err := s.Eval(context.Background(), "in", "group < 1; 2 >"); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(runs, []int{1, 2, 3, 1, 2}) {
		t.Errorf("runs %v", runs)
	}
}

// TestEventsHookPanics tells that a panic in the hook is the run's error,
// whatever it was told at that moment.
func TestEventsHookPanics(t *testing.T) {
	for kind := runtime.RunBegan; kind <= runtime.Warned; kind++ {
		t.Run(kind.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := runtime.Compile("test.tg", eventful, runtime.Options{})
				if err != nil {
					t.Fatal(err)
				}
				calls := 0
				_, err = p.Run(context.Background(), runtime.Run{Events: func(e runtime.Event) {
					if calls > 0 {
						calls++
					}
					if e.Kind == kind {
						calls++
						panic("hook")
					}
				}})
				var e *runtime.Error
				if !errors.As(err, &e) || e.Kind != "internal" || !strings.Contains(e.Message, "hook") {
					t.Errorf("got %v", err)
				}
				if calls != 1 {
					t.Errorf("it was called %d times more", calls-1)
				}
			})
		})
	}
}

// TestEventsEnd tells that the end of the context, a limit and an exit are
// told once, as the program's.
func TestEventsEnd(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`group < a: { defer print("x"); sleep(1h) }; b: { sleep(1s); exit(3) } >`, "exit"},
		{`group < a: sleep(1h); b: { sleep(1s); while true { } } >`, "the program takes more than 100000 steps"},
		{`channel().recv()`, "deadlock"},
	} {
		lines, err := storyline(t, c.src, runtime.Run{Limits: runtime.Limits{Steps: 100_000}})
		count := 0
		for _, l := range lines {
			if strings.Contains(l, " 0.0.0: cancelled "+c.want) {
				count++
			}
		}
		if count != 1 || err == nil {
			t.Errorf("%s: told %d times, %v in\n%s", c.src, count, err, strings.Join(lines, "\n"))
		}
	}
}

// TestEventsOfStream tells that a child which never ran has ended before the
// loop over its stream gets its result.
func TestEventsOfStream(t *testing.T) {
	lines, err := storyline(t, `for r in group stream (timeout: 1s) < a: sleep(1h); b: a > { sleep(1ms) }`, runtime.Run{})
	if err != nil {
		t.Fatal(err)
	}
	ended := slices.Index(lines, "1s 0.1.2 b: ended cancelled timeout 1s")
	taken := slices.Index(lines, "1s 0.0.0: woken (1s)")
	if ended < 0 || taken < ended {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
}

// TestEventsOutside tells of the waits in functions of Go, by their names; one
// that panics is over too.
func TestEventsOutside(t *testing.T) {
	users := &runtime.Module{Name: "users", Funcs: []*runtime.Func{
		{Sig: "ask(fn: function) -> any", Do: func(c *runtime.Call) (runtime.Value, error) {
			c.Context()
			return c.Invoke(c.Arg(0)) // a script again, which may wait itself
		}},
		{Sig: "crash()", Do: func(c *runtime.Call) (runtime.Value, error) {
			c.Context()
			panic("crash")
		}},
	}}
	p, err := runtime.Compile("test.tg", `users.ask(() -> sleep(1s))
group < users.crash() > catch nil
for x in numbers { x }`, runtime.Options{Modules: []*runtime.Module{users}, Globals: []string{"numbers"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	_, err = p.Run(context.Background(), runtime.Run{
		Globals: runtime.Vars{"numbers": runtime.NewStream(&ticks{most: 1, every: 1})},
		Clock:   runtime.Virtual(time.Time{}),
		Events: func(e runtime.Event) {
			switch e.Kind {
			case runtime.ChildBlocked:
				got = append(got, fmt.Sprintf("%s at %d", e.What, e.Position.Line))
			case runtime.ChildWoken:
				got = append(got, "woken")
			}
		},
	})
	want := []string{
		"users.ask at 1", "woken", "sleep at 1", "woken", "users.ask at 1", "woken",
		"users.crash at 2", "woken", "stream.next at 3", "woken", "stream.next at 3", "woken",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %q", err, got)
	}
}

// holder is a module of functions that ignore that their child is cancelled.
func holder() *runtime.Module {
	queue := &runtime.Type{Name: "queue", Methods: []*runtime.Func{{Sig: "take()", Do: func(*runtime.Call) (runtime.Value, error) {
		time.Sleep(time.Minute)
		return runtime.Nil, nil
	}}}}
	return &runtime.Module{Name: "users", Funcs: []*runtime.Func{
		{Sig: "find()", Do: func(*runtime.Call) (runtime.Value, error) {
			time.Sleep(time.Minute)
			return runtime.Int(1), nil
		}},
		{Sig: "ask()", Do: func(c *runtime.Call) (runtime.Value, error) {
			c.Context()
			time.Sleep(time.Minute)
			return runtime.Nil, nil
		}},
		{Sig: "good()", Do: func(c *runtime.Call) (runtime.Value, error) {
			<-c.Context().Done()
			return runtime.Nil, c.Context().Err()
		}},
		{Sig: "each(fn: function)", Do: func(c *runtime.Call) (runtime.Value, error) { return c.Invoke(c.Arg(0)) }},
		{Sig: "queue() -> queue", Do: func(*runtime.Call) (runtime.Value, error) { return runtime.NewHost(queue, nil), nil }},
	}}
}

// TestWatchdog tells that a function in Go that holds up a cancelled child is
// named once, when the grace is over.
func TestWatchdog(t *testing.T) {
	late := func(who, what, why string) string {
		return fmt.Sprintf("5.001s: warning: %s`%s` has not returned 5s after it was cancelled (%s)\n", who, what, why)
	}
	for _, c := range []struct{ name, src, want string }{
		{"a child", `group < a: users.find(); b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "users.find", "b failed")},
		{"with its context", `group < a: users.ask(); b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "users.ask", "b failed")},
		{"a method", `group < a: users.queue().take(); b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "queue.take", "b failed")},
		{"further in", `group race < a: group < deep: users.find() >; b: { sleep(1ms); 1 } >`, late("a/deep: ", "users.find", "lost to b")},
		{"called back", `group < a: users.each(() -> users.find()); b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "users.find", "b failed")},
		{"after a failure", `group < a: { users.each(() -> fail "x") catch nil; users.find() }; b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "users.find", "b failed")},
		{"a timeout", `timeout(0s, () -> users.find()) catch nil`, ""}, // cancelled before it is called
		{"another timeout", `group < timeout(1ms, () -> users.find()) > catch nil`, late("0: ", "users.find", "timeout 1ms")},
		{"a function that is given", `group < a: given(); b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "a function in Go", "b failed")},
		{"a stream", `group < a: { for x in slow { x } }; b: { sleep(1ms); fail "b" } > catch nil`, late("a: ", "stream.next", "b failed")},
		{"a grace of its own", `group (grace: 1s) < a: users.find(); b: { sleep(1ms); fail "b" } > catch nil`,
			"1.001s: warning: a: `users.find` has not returned 1s after it was cancelled (b failed)\n"},
		{"good", `group < a: users.good(); b: users.each(() -> sleep(1h)); c: { sleep(1ms); fail "c" } > catch nil`, ""},
		{"in time", `group (grace: 2m) < a: users.find(); b: { sleep(1ms); fail "b" } > catch nil`, ""},
		{"shielded", `group < a: shield(() -> users.find()); b: { sleep(1ms); fail "b" } > catch nil`, ""},
		{"in deferred code", `group (grace: 2m) < a: { defer users.find(); sleep(1h) }; b: { sleep(1ms); fail "b" } > catch nil`, ""},
		{"deferred code cut off", `group (grace: 1s) < a: { defer users.find(); sleep(1h) }; b: { sleep(1ms); fail "b" } > catch nil`,
			"2.001s: warning: a: `users.find` has not returned 1s after it was cancelled (grace 1s)\n"},
		{"ended before", `group (grace: 0s) for i in 0..100 < { sleep(1ms * i); users.queue(); if i == 50 { fail "x" } } > catch nil`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := runtime.Compile("test.tg", c.src, runtime.Options{Modules: []*runtime.Module{holder()}, Globals: []string{"given", "slow"}})
				if err != nil {
					t.Fatal(err)
				}
				given := func(context.Context) error {
					time.Sleep(time.Minute)
					return nil
				}
				start := time.Now()
				var told, stderr bytes.Buffer
				_, err = p.Run(context.Background(), runtime.Run{
					Globals: runtime.Vars{"given": given, "slow": runtime.NewStream(slow{})},
					Stderr:  &stderr,
					Events: func(e runtime.Event) {
						if e.Kind == runtime.Warned {
							path := e.Path
							if path != "" {
								path += ": "
							}
							fmt.Fprintf(&told, "%v: warning: %s%s\n", time.Since(start), path, e.What)
						}
					},
				})
				if err != nil || told.String() != c.want {
					t.Errorf("got %v, %q; want %q", err, told.String(), c.want)
				}
				_, warning, _ := strings.Cut(c.want, ": ")
				if stderr.String() != warning {
					t.Errorf("stderr has %q", stderr.String())
				}
			})
		})
	}
}

// slow is a stream that ignores its context.
type slow struct{}

func (slow) Next(context.Context) (runtime.Value, bool, error) {
	time.Sleep(time.Minute)
	return runtime.Nil, false, nil
}

func (slow) Close() error { return nil }
