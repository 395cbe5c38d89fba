package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
)

// talk is a session whose inputs a test writes.
type talk struct {
	*testing.T
	session *runtime.Session
	out     *bytes.Buffer
}

func newTalk(t *testing.T, run runtime.Run, modules ...*runtime.Module) talk {
	out := new(bytes.Buffer)
	run.Stdout, run.Stderr = out, out
	return talk{t, runtime.NewSession(runtime.Options{Modules: append(stdlib.Pure(), modules...)}, run), out}
}

// says holds an input to what it prints and gives.
func (s talk) says(src, want string) {
	s.Helper()
	s.out.Reset()
	v, err := s.session.Eval(context.Background(), "in", src)
	got := s.out.String()
	switch {
	case err != nil:
		got += err.Error()
	case !v.IsNil():
		got += v.String()
	}
	if got != want {
		s.Errorf("%s\ngives %q\nwant  %q", src, got, want)
	}
}

// stops has an input cancelled after a while.
func (s talk) stops(src string, after time.Duration) {
	s.Helper()
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(after, func() { cancel(stopped) })
	if v, err := s.session.Eval(ctx, "in", src); err != stopped {
		s.Errorf("%s\ngives %v, %v", src, v, err)
	}
}

// TestSessionGroups holds that what an input has started is over when it is,
// and that handles are good for the next input, however it ended.
func TestSessionGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTalk(t, runtime.Run{})
		s.says(`let ch = channel(1)
let one = semaphore(1)
let load = once(() -> { sleep(1s); "loaded" })
let box = cell(0)
let todo = worklist([1, 2, 3])
let r = rate(1, per: 1h)
let n = counter()`, "")
		s.says(`group < background { while true { n.add(); sleep(1ms) } }; a: sleep(10ms) >`, `{a: nil}`)
		s.says(`let before = n.get(); sleep(1s); n.get() == before`, "true")
		s.stops(`group < background ch.recv(); one.run(() -> sleep(1h)); load(); box.update(_ -> { sleep(1h); 1 }); r.wait(); r.wait() >`, 100*time.Millisecond)
		s.says(`group < one.run(() -> "free"); box.update(n -> n + 1); load() >`, `["free", 1, "loaded"]`)
		s.says(`ch.send(7); group < ch.recv(); r.wait() >[0]`, "7")
		s.stops(`group (limit: 1) for i in todo < sleep(1h) >`, time.Millisecond)
		s.says(`todo.add(4)`, "in:1:6: the worklist has ended: nothing can be added any more")
		s.says(`ch.recv()`, "in:1:4: deadlock: nothing can wake what waits: the program waits for a value from a channel (in:1:4)")
		s.says(`for v in group stream < a: fail "x"; b: { sleep(1ms); 2 } > { print(v.label, v.ok) }`, "a false\nb true\n")
		s.says(`let bad = group < a: fail "no" >`, "in:1:22: no")
		s.says(`bad`, "in:1:1: `bad` is used before it is bound")
		s.says(`let bad = 1; bad`, "1")
	})
}

// TestSessionVirtual holds that a session's virtual time goes on from input to
// input, and that chance does not begin anew with each.
func TestSessionVirtual(t *testing.T) {
	s := newTalk(t, runtime.Run{Clock: runtime.Virtual(start), Seed: 3})
	s.says(`let t0 = time.now(); let r = rate(1, per: 1h); r.wait()`, "")
	s.says(`r.wait(); time.since(t0)`, "1h")
	s.says(`group < sleep(30s), sleep(1s) >`, "[nil, nil]")
	s.says(`time.since(t0)`, "1h30s")
	s.says(`let a = [rand.int(0..1_000_000), group for _ in 0..2 < rand.int(0..1_000_000) >]`, "")
	s.says(`a == [rand.int(0..1_000_000), group for _ in 0..2 < rand.int(0..1_000_000) >]`, "false")
}

// TestSessionHandleOfTheHost holds that a handle which an input has passed to
// the host may wake a later one.
func TestSessionHandleOfTheHost(t *testing.T) {
	hub := &runtime.Module{Name: "hub", Funcs: []*runtime.Func{{
		Sig: "keep(ch: channel)", Do: func(*runtime.Call) (runtime.Value, error) { return runtime.Nil, nil },
	}}}
	synctest.Test(t, func(t *testing.T) {
		s := newTalk(t, runtime.Run{}, hub)
		s.says(`let ch = channel(); hub.keep(ch)`, "")
		s.stops(`ch.recv()`, time.Second)
	})
}
