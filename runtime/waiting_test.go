package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
)

// givesZero runs a program on the real clock a few times, with n given. Its
// value tells how often something went wrong.
func givesZero(t *testing.T, times, n int, src string) {
	t.Helper()
	prog, err := tg.Compile("zero.tg", src, tg.Options{Globals: []string{"n"}})
	if err != nil {
		t.Fatal(err)
	}
	for range times {
		res, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": n}})
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Value().String(); got != "0" {
			t.Fatalf("got %s, want 0, from %s", got, src)
		}
	}
}

// TestStreamLosesNothing holds that a result which comes while the loop is
// about to wait is taken once and not lost.
func TestStreamLosesNothing(t *testing.T) {
	givesZero(t, 3, 30_000, `
		var seen = [0] * n
		for r in group stream (limit: 100) for i in 0..n < i > { seen[r.value] += 1 }
		seen.count(s -> s != 1)`)
}

// TestTurnsToCome holds that how many turns a `for` has left can be asked while
// they are drawn: by the keys of a stream's results, and by a race that wants
// to know whether it can still be won. The race detector has most to say here.
func TestTurnsToCome(t *testing.T) {
	givesZero(t, 2, 1_000, `
		# Where results pile up, the last items start before the turns are drawn.
		var wrong = 0
		for round in 0..n {
			var told = []
			for r in group stream (limit: 2) < for x in 0..20 < x >; 20; 21; 22 > {
				if told == [] { sleep(1us) }
				told.push(r)
			}
			wrong += told.count(r -> r.label != r.value)
		}
		wrong`)
	givesZero(t, 2, 1_000, `
		# Nobody knows how many a worklist gives, so each failure counts anew.
		let more = worklist([0])
		let e = (group race (limit: 4, need: 3 * n) <
			for x in 0..n < fail "lost" >
			for y in more < { sleep(1ms); if y < 5 { more.add(y + 1) }; y } >
		>) catch e -> e
		if e.message.contains("lost") { 0 } else { e.message }`)
}

// TestHandleOfTheHost holds that a program is not called stuck while a host
// has a handle that its children wait for.
func TestHandleOfTheHost(t *testing.T) {
	var got tg.Value
	hub := &tg.Module{Name: "hub", Funcs: []*tg.Func{{
		Sig: "keep(ch: channel)", Doc: "keeps a channel",
		Do: func(c *tg.Call) (tg.Value, error) {
			got = c.Arg(0)
			return tg.Nil, nil
		},
	}}}
	prog, err := tg.Compile("hub.tg", `
		let ch = channel()
		hub.keep(ch)
		ch.recv()
	`, tg.Options{Modules: []*tg.Module{hub}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = prog.Run(ctx, tg.Run{})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline of the context", err)
	}
	if got.IsNil() {
		t.Fatal("the host got no channel")
	}
}

// TestDeadlock tells that a deadlock says where the first of those that wait
// stands, by which calls it came there, and who waits, the first hundred.
func TestDeadlock(t *testing.T) {
	for _, c := range []struct {
		name, src string
		calls     []string // innermost first
		child     string
		says      string
	}{
		{"calls", "fn take(ch) = ch.recv()\nfn from(ch) = take(ch)\ngroup < a: sleep(1ms), b: from(channel()) >",
			[]string{"take 1:18", "from 2:15", "b 3:27"}, "b", "b waits for a value from a channel (test.tg:1:18)"},
		{"in a shield", "fn take(ch) = ch.recv()\nshield(() -> take(channel()))",
			[]string{"take 1:18", "function 2:14", " 2:1"}, "", "the program waits"},
		{"in deferred code", "fn take(ch) = ch.recv()\n{\n  defer take(channel())\n  1\n}",
			[]string{"take 1:18", " 3:9"}, "", "the program waits"},
		{"in a list", "let ch = channel()\ngroup < all: for x in { ch.recv(); [1] } < x > >",
			[]string{" 2:28", " 2:1"}, "", "the program waits for a value"},
		{"many", "let ch = channel()\ngroup for i in 0..250 < ch.recv() >",
			[]string{" 2:28"}, "0", "99 waits for a value from a channel (test.tg:2:28); and 150 more"},
	} {
		for name, clock := range map[string]tg.Clock{"real": {}, "virtual": tg.Virtual(time.Unix(0, 0))} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					prog, err := tg.Compile("test.tg", c.src, tg.Options{})
					if err != nil {
						t.Fatal(err)
					}
					_, err = prog.Run(t.Context(), tg.Run{Clock: clock})
					var e *tg.Error
					if !errors.As(err, &e) || e.Kind != "deadlock" {
						t.Fatalf("got %v", err)
					}
					var calls []string
					for _, s := range e.Trace {
						calls = append(calls, fmt.Sprintf("%s %d:%d", s.Function, s.Position().Line, s.Position().Column))
					}
					if !slices.Equal(calls, c.calls) || e.Child != c.child || !strings.Contains(e.Message, c.says) {
						t.Errorf("got %q in %q: %s", calls, e.Child, e.Message)
					}
				})
			})
		}
	}
}

// TestDeadlockAndStop ends the context of programs at the moment when nothing
// can wake them any more.
func TestDeadlockAndStop(t *testing.T) {
	prog, err := tg.Compile("test.tg", "let ch = channel()\ngroup for i in 0..30 < ch.recv() >", tg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Duration(i)*time.Microsecond, cancel)
		_, err := prog.Run(ctx, tg.Run{})
		var e *tg.Error
		if deadlock := errors.As(err, &e) && e.Kind == "deadlock"; !deadlock && err != context.Canceled {
			t.Fatalf("got %v", err)
		}
		cancel()
	}
}

// TestDeadlines tells that a script hears of what will end it: the nearest of
// its timeouts, the limit of time and the context's deadline.
func TestDeadlines(t *testing.T) {
	const src = `
fn left() = if time.deadline() == nil { nil } else { time.deadline() - time.now() }
print(left(), timeout(1s, left), timeout(1h, left), (group (timeout: 2s) < left() >)[0], shield(left))
{ defer print(left()); 1 }
`
	for _, c := range []struct {
		name            string
		limit, deadline time.Duration
		virtual         bool
		want            string
	}{
		{"none", 0, 0, false, "nil 1s 1h 2s nil\nnil\n"},
		{"a limit", time.Minute, 0, false, "1m 1s 1m 2s nil\nnil\n"},
		{"a deadline", 0, time.Minute, false, "1m 1s 1m 2s nil\nnil\n"},
		{"both", time.Minute, 30 * time.Second, false, "30s 1s 30s 2s nil\nnil\n"},
		{"on virtual time", time.Minute, 30 * time.Second, true, "nil 1s 1h 2s nil\nnil\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				prog, err := tg.Compile("test.tg", src, tg.Options{Modules: stdlib.Pure()})
				if err != nil {
					t.Fatal(err)
				}
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				var out strings.Builder
				run := tg.Run{Stdout: &out, Limits: tg.Limits{Time: c.limit}}
				if c.virtual {
					run.Clock = tg.Virtual(time.Unix(0, 0))
				}
				if _, err := prog.Run(ctx, run); err != nil || out.String() != c.want {
					t.Errorf("got %q, %v; want %q", out.String(), err, c.want)
				}
			})
		})
	}
}

// TestDeadlockOfCall holds that a call of a function which a run has left
// behind fails where nothing can wake it, on both clocks, and waits where
// another call or the host could.
func TestDeadlockOfCall(t *testing.T) {
	for _, c := range []struct {
		name, src string
		deadlock  string // "": none, the call waits until its context ends
	}{
		{"a channel of its own", "fn f(v) = channel().recv()", "the program waits for a value from a channel (test.tg:1:21)"},
		{"children", "fn f(v) {\n  let a = channel()\n  group <\n    left: a.recv()\n    right: semaphore(1).run(() -> a.recv())\n  >\n}",
			"left waits for a value from a channel (test.tg:4:13); right waits for a value from a channel (test.tg:5:37)"},
		{"one that nobody else has", "fn f(v) { let r = [channel(1)]; r[0].send(1); r[0].send(2) }", "the program waits for room in a channel"},
		{"handles that are gone", "{ let ch = channel(); 1 }\nlet n = counter()\nfn f(v) = channel().recv()", "the program waits"},
		{"after a timeout", "fn f(v) { timeout(1ms, () -> channel().recv()) catch 1; channel().recv() }", "the program waits"},
		{"a top-level channel", "let ch = channel()\nfn f(v) = ch.recv()", ""},
		{"one in a record", "let r = {a: {ch: channel()}}\nfn f(v) = r.a.ch.recv()", ""},
		{"one that functions capture", "let [f, put] = { let ch = channel(); [v -> ch.recv(), v -> ch.send(v)] }", ""},
		{"one that a function captures which a function captures", "let f = { let ch = channel(); let get = () -> ch.recv(); v -> get() }", ""},
		{"a once", "let g = once(() -> channel().recv())\nfn f(v) = g()", ""},
		{"one of a run before", "fn f(v) = v.recv()", ""},
		{"one in a list of a run before", "fn f(v) { let [a] = [v]; a.recv() }", ""},
		{"given to the host", "fn f(v) { let ch = channel(); hub.keep(ch); ch.recv() }", ""},
		{"given to the host in a list", "fn f(v) { let ch = channel(); hub.keep([{a: ch}]); ch.recv() }", ""},
		{"given to a function of the host", "fn f(v) { let ch = channel(); keep(ch); ch.recv() }", ""},
		{"got from the host", "fn f(v) { hub.got().recv() }", ""},
	} {
		for name, clock := range map[string]tg.Clock{"real": {}, "virtual": tg.Virtual(time.Unix(0, 0))} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					of := func(src string) *tg.Result {
						hub := &tg.Module{Name: "hub", Funcs: []*tg.Func{
							{Sig: "keep(v: any)", Do: func(c *tg.Call) (tg.Value, error) { return tg.Nil, nil }},
							{Sig: "got() -> any", Do: func(c *tg.Call) (tg.Value, error) { return handle(t), nil }},
						}}
						prog, err := tg.Compile("test.tg", src, tg.Options{Modules: []*tg.Module{hub}, Globals: []string{"keep"}})
						if err != nil {
							t.Fatal(err)
						}
						res, err := prog.Run(t.Context(), tg.Run{Clock: clock, Globals: tg.Vars{"keep": func(tg.Value) {}}})
						if err != nil {
							t.Fatal(err)
						}
						return res
					}
					var f func(context.Context, tg.Value) (any, error)
					if err := of(c.src).Get("f", &f); err != nil {
						t.Fatal(err)
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					arg := tg.Nil
					if strings.HasSuffix(c.name, "of a run before") {
						arg = handle(t)
					}
					_, err := f(ctx, arg)
					var e *tg.Error
					switch deadlock := errors.As(err, &e) && e.Kind == "deadlock"; {
					case c.deadlock == "" && !errors.Is(err, context.DeadlineExceeded):
						t.Errorf("got %v, want the end of the context", err)
					case c.deadlock != "" && (!deadlock || !strings.Contains(e.Message, c.deadlock)):
						t.Errorf("got %v, want a deadlock: %s", err, c.deadlock)
					}
				})
			})
		}
	}
}

// handle gives a channel of a run that is over.
func handle(t *testing.T) tg.Value {
	t.Helper()
	prog, err := tg.Compile("handle.tg", "channel()", tg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := prog.Run(t.Context(), tg.Run{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Value()
}
