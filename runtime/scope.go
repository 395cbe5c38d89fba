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

	once sync.Once
	end  fate
}

// fate gives how a child ends that was cancelled for c: one object for all,
// since thousands can be cancelled at once.
func (c *cancellation) fate() *fate {
	c.once.Do(func() { c.end.reason = c.reason })
	return &c.end
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
	grace  time.Duration
	guard  guard
	dead   atomic.Bool // cause is set; read without the lock at cancellation points

	mu         sync.Mutex
	cause      *cancellation
	through    *cancellation // the last that went on below although s was cancelled already
	first      *scope        // the scopes below, in a doubly linked list
	prev, next *scope
	*bounds    // nil while nothing of that is needed, as for nearly every child
}

// bounds is what ends a scope by itself, and who is to know of its end.
type bounds struct {
	unclock func()        // stops the timer of the grace, or the watchdog of a call
	due     time.Duration // when a timeout cancels it; 0 without one
	until   time.Duration // when the grace is over; 0 before it has begun
	ctx     context.Context
	stop    context.CancelCauseFunc
}

// bound gives the scope's bounds, s.mu held.
func (s *scope) bound() *bounds {
	if s.bounds == nil {
		s.bounds = new(bounds)
	}
	return s.bounds
}

// enter makes s a scope below parent. A parent that is cancelled already
// cancels it at once, as its guard allows.
func (s *scope) enter(parent *scope) {
	s.parent = parent
	parent.mu.Lock()
	s.next = parent.first
	if s.next != nil {
		s.next.prev = s
	}
	parent.first = s
	cause, through := parent.cause, parent.through
	parent.mu.Unlock()
	if cause == nil && through == nil {
		return
	}
	var struck alert
	if cause != nil {
		s.inherit(cause, &struck)
	}
	if through != nil && through != cause {
		s.inherit(through, &struck)
	}
	struck.sound()
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
	var unclock func()
	var stop context.CancelCauseFunc
	if b := s.bounds; b != nil {
		unclock, stop = b.unclock, b.stop
		b.unclock, b.stop = nil, nil
	}
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

// cancel ends s and what is below it, and wakes what waits there.
func (s *scope) cancel(c *cancellation) {
	var struck alert
	s.end(c, &struck)
	struck.sound()
}

// alert is the threads that a cancellation has to wake. They are woken when no
// lock is held any more: thousands that come to their ends would only wait for
// whoever wakes the rest of them.
type alert []*Thread

func (a alert) sound() {
	for _, t := range a {
		t.signal()
	}
}

// end marks s and what is below it as cancelled and adds whom to wake to
// struck. The first cause stays; the end of the program or of a shield goes on
// to the scopes below all the same, for there may be a shield among them that
// has heard of nothing yet. The lock is held all the way down, so that no scope
// below can leave and be used again meanwhile.
func (s *scope) end(c *cancellation, struck *alert) {
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
		if s.bounds != nil && s.stop != nil {
			s.stop(c.err)
		}
		if t := s.thread; t != nil {
			if t.parking.Load() != awake { // else it looks before it waits
				*struck = append(*struck, t)
			}
			s.watchCall(c)
		}
	}
	for k := s.first; k != nil; k = k.next {
		k.inherit(c, struck)
	}
}

// inherit passes on a cancellation from the scope above. Deferred code that is
// cut off takes with it the deferred code inside: both have one grace.
func (s *scope) inherit(c *cancellation, struck *alert) {
	switch {
	case s.guard == open || c.cut && (s.guard == shielded || c.scope.guard == cleanup):
		s.end(c, struck)
	case s.guard == cleanup || c.program:
		s.expire(s.grace)
	}
}

// expire cuts the code in s off after d.
func (s *scope) expire(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bound(); b.unclock == nil && s.cause == nil {
		x := s.thread.run
		b.until = max(later(x.clock.elapsed(), d), 1)
		b.unclock = x.after(s.thread, d, func() {
			s.cancel(&cancellation{scope: s, reason: "grace " + durationText(d), err: context.DeadlineExceeded, cut: true})
		})
	}
}

// reset makes a scope that has left its tree as good as new.
func (s *scope) reset() {
	s.dead.Store(false)
	s.guard, s.cause, s.through, s.first, s.bounds = open, nil, nil, nil, nil
}

// empty tells whether no scope is below s.
func (s *scope) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first == nil
}

// expires notes when a timeout cancels s.
func (s *scope) expires(at time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound().due = at
}

// deadline gives the first time at which a timeout or the end of a grace will
// cancel s.
func (s *scope) deadline() (at time.Duration, ok bool) {
	sooner := func(t time.Duration) {
		if t != 0 && (!ok || t < at) {
			at, ok = t, true
		}
	}
	inCleanup := false // which only the end of the grace of one around it reaches
	for ; s != nil; s = s.parent {
		s.mu.Lock()
		if b := s.bounds; b != nil && (!inCleanup || s.guard == cleanup) {
			sooner(b.due)
			sooner(b.until)
		}
		s.mu.Unlock()
		if s.guard == shielded {
			break // it keeps away what comes from above, for the grace
		}
		inCleanup = inCleanup || s.guard == cleanup
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

// guarded tells whether a shield or deferred code keeps away from s what
// cancels the whole program.
func (s *scope) guarded() bool {
	for ; s != nil; s = s.parent {
		if s.guard != open {
			return true
		}
	}
	return false
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
	b := s.bound()
	if b.ctx == nil {
		b.ctx, b.stop = context.WithCancelCause(context.WithoutCancel(run))
		if s.cause != nil {
			b.stop(s.cause.err)
		}
	}
	return b.ctx
}
