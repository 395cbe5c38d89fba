package runtime

import (
	"sync"
	"time"
)

// A function in Go that does not return although its child is cancelled holds
// up the join. After the grace a warning names it. Nothing runs for that while
// all is well: a thread only notes which function of a host it is in, and who
// cancels looks there.

// callHost calls a function that may wait in ways the run does not see.
func (f *frame) callHost(c *Call, fn *Func) (Value, error) {
	t := f.t
	if c.recv.is(KindHost) && fn.params.owner.Load() == nil {
		fn.params.owner.Store(c.recv.host().typ)
	}
	outer := t.inside.Load()
	t.inside.Store(fn)
	// Noted first, then looked: a cancellation that is not seen here sees it.
	if t.scope.dead.Load() {
		t.strike()
	}
	v, err := fn.Do(c)
	c.inside()
	t.inside.Store(outer)
	if isHandle(v) {
		t.run.escaped.Store(true) // the host has it from another run, and may keep it
	}
	return v, err
}

// note says which function the thread is in, where callHost did not: one that
// was given as a value, or one of the runtime's own.
func (t *Thread) note(fn *Func) {
	if fn == nil {
		fn = nameless
	}
	t.noted = true
	t.inside.Store(fn)
}

func (t *Thread) noteBack() {
	if t.noted {
		t.noted = false
		t.inside.Store(nil)
	}
}

var (
	// nameless stands for a function in Go that was given as a value.
	nameless = &Func{Sig: "a function in Go()"}
	// streamNext stands for what a loop asks a stream.
	streamNext = &Func{Sig: "next() -> any"}
)

func init() { streamNext.params.owner.Store(streamType) }

// watchCall begins to watch the function that the thread of s is in when s is
// cancelled; s.mu is held. A function is in the innermost of the thread's
// scopes: those further out hear of the cancellation too.
func (s *scope) watchCall(c *cancellation) {
	t := s.thread
	fn := t.inside.Load()
	if fn == nil || s.within(t) {
		return
	}
	w := &watchdog{scope: s, thread: t, fn: fn, reason: c.reason, grace: t.grace}
	b := s.bound()
	if b.unclock != nil {
		b.unclock()
	}
	stop := t.run.after(t, t.grace, w.bark)
	b.unclock = func() {
		stop()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.over = true
	}
}

// within tells whether the thread is in a scope below s; s.mu is held.
func (s *scope) within(t *Thread) bool {
	for k := s.first; k != nil; k = k.next {
		if k.thread == t {
			return true
		}
	}
	return false
}

// watchdog watches one call until its scope is left.
type watchdog struct {
	scope  *scope
	thread *Thread
	fn     *Func
	reason string
	grace  time.Duration

	mu   sync.Mutex // the scope is not left while it is held
	over bool
}

// bark warns if the call is still under way. In deferred code the thread is in
// another scope.
func (w *watchdog) bark() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	w.scope.mu.Lock()
	holds := !w.scope.within(w.thread) && w.thread.inside.Load() == w.fn
	w.scope.mu.Unlock()
	if holds {
		x := w.thread.run
		x.warn(w.thread, "`"+x.program.nameOf(w.fn)+"` has not returned "+durationText(w.grace)+" after it was cancelled ("+w.reason+")")
	}
}

// nameOf gives a function as a script names it: users.find, queue.take.
func (p *Program) nameOf(fn *Func) string {
	if owner := fn.params.owner.Load(); owner != nil {
		return owner.Name + "." + fn.Name()
	}
	for name, m := range p.modules {
		for _, o := range m.Funcs {
			if o == fn {
				return name + "." + fn.Name()
			}
		}
	}
	return fn.Name()
}
