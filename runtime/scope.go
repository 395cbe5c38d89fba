package runtime

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// cancellation is why a scope was cancelled, and which one: the owner of that
// scope absorbs the unwinding, everybody below only passes it on.
type cancellation struct {
	scope  *scope
	reason string // for outcomes: "b failed", "lost to a", "timeout 5s", "interrupt"
	err    error  // for context.Cause
	// program: the whole program ends, so that a shield lasts no longer than
	// the grace.
	program bool
	// cut: that was over; the shields inside go with it.
	cut bool
}

// unwinding is the panic that takes a cancelled child to its end. No catch
// stops it. What deferred code fails with on the way is gathered in it.
type unwinding struct {
	cause    *cancellation
	failures []*Error // of deferred code, the first first
}

// guard tells what a scope keeps away from the code that runs in it.
type guard uint8

const (
	open     guard = iota // cancelled with its parent
	shielded              // shield(): only the program's end reaches it, after the grace
	cleanup               // deferred code: a cancellation reaches it after the grace
)

// scope is a region of code that is cancelled as one: a child's body, a group,
// a timeout, a shield, deferred code, the program. Scopes form a tree;
// cancelling one cancels those below it, as their guards allow.
type scope struct {
	parent *scope
	thread *Thread // is woken when it is cancelled: what runs in it, or conducts it
	guard  guard
	grace  time.Duration

	dead atomic.Bool // cause is set; read without the lock at cancellation points

	mu         sync.Mutex
	cause      *cancellation
	through    *cancellation // the last that went on below although s was cancelled already
	first      *scope        // the scopes below, in a doubly linked list
	prev, next *scope
	run        *execution
	unclock    func()    // stops the timer of the grace, or the watchdog of a call
	due        time.Time // when a timeout cancels it; zero without one
	until      time.Time // when that fires
	ctx        context.Context
	stop       context.CancelCauseFunc
}

// enter makes s a scope below parent. A parent that is cancelled already
// cancels it at once, as its guard allows.
func (s *scope) enter(parent *scope) {
	s.parent, s.run = parent, parent.run
	parent.mu.Lock()
	s.next = parent.first
	if s.next != nil {
		s.next.prev = s
	}
	parent.first = s
	cause, through := parent.cause, parent.through
	parent.mu.Unlock()
	if cause != nil {
		s.inherit(cause)
	}
	if through != nil && through != cause {
		s.inherit(through)
	}
}

// leave takes s out of the tree. Nothing runs in it any more.
func (s *scope) leave() {
	p := s.parent
	p.mu.Lock()
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		p.first = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
	p.mu.Unlock()
	s.mu.Lock()
	unclock, stop := s.unclock, s.stop
	s.unclock, s.stop = nil, nil
	s.mu.Unlock()
	if unclock != nil {
		unclock()
	}
	if stop != nil {
		stop(context.Canceled)
	}
}

// watch has another thread woken when s is cancelled.
func (s *scope) watch(t *Thread) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.thread = t
	t.signal()
}

// cancel ends s and what is below it. The first cause stays; the end of the
// program or of a shield goes on to the scopes below all the same, for there
// may be a shield among them that has heard of nothing yet. The lock is held
// all the way down, so that no scope below can leave and be used again
// meanwhile.
func (s *scope) cancel(c *cancellation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.program || c.cut {
		s.through = c
	} else if s.cause != nil {
		return
	}
	if s.cause == nil {
		s.cause = c
		s.dead.Store(true)
		if s.stop != nil {
			s.stop(c.err)
		}
		if s.thread != nil {
			s.thread.signal()
			s.watchCall(c)
		}
	}
	for k := s.first; k != nil; k = k.next {
		k.inherit(c)
	}
}

// inherit passes on a cancellation from the scope above.
func (s *scope) inherit(c *cancellation) {
	switch {
	case s.guard == open || s.guard == shielded && c.cut:
		s.cancel(c)
	case s.guard == cleanup || c.program:
		s.expire(s.grace)
	}
}

// expire cuts the code in s off after d.
func (s *scope) expire(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unclock == nil && s.cause == nil {
		s.until = s.run.clock.now().Add(d)
		s.unclock = s.run.clock.after(s.thread, d, func() {
			s.cancel(&cancellation{scope: s, reason: "grace " + durationText(d), err: context.DeadlineExceeded, cut: true})
		})
	}
}

// reset makes a scope that has left its tree as good as new.
func (s *scope) reset() {
	s.dead.Store(false)
	s.guard, s.cause, s.through, s.first, s.ctx, s.due = open, nil, nil, nil, nil, time.Time{}
}

// deadline gives the first time at which a timeout or the end of a grace will
// cancel s.
func (s *scope) deadline() (at time.Time, ok bool) {
	sooner := func(t time.Time) {
		if !t.IsZero() && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	for ; s != nil; s = s.parent {
		sooner(s.due)
		if s.guard != open { // it keeps away what comes from above, for the grace
			s.mu.Lock()
			sooner(s.until)
			s.mu.Unlock()
			break
		}
	}
	return at, ok
}

// eachThread visits the threads that run in s and below.
func (s *scope) eachThread(visit func(*Thread)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.thread != nil {
		visit(s.thread)
	}
	for k := s.first; k != nil; k = k.next {
		k.eachThread(visit)
	}
}

// reason gives the cause, nil while s is alive.
func (s *scope) reason() *cancellation {
	if !s.dead.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cause
}

// context gives a context that ends with s. It is made when first asked for.
func (s *scope) context(run context.Context) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil {
		s.ctx, s.stop = context.WithCancelCause(context.WithoutCancel(run))
		if s.cause != nil {
			s.stop(s.cause.err)
		}
	}
	return s.ctx
}
