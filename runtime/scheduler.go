package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

// scheduler is the one clock and the one way of waiting that everything in a
// run has: sleeping, joins, channels, timeouts, graces. It sees every wait, so
// it knows when nothing can wake any more.
type scheduler interface {
	now() time.Time
	// after calls fn on some goroutine when d has passed, unless stop is
	// called before; the run does not count as stuck until then.
	after(t *Thread, d time.Duration, fn func()) (stop func())
	// awaken counts a thread that will get a goroutine. Then launch calls
	// start, which gives it one that runs it, at once or when its turn comes;
	// begin is for a thread that has its goroutine already. end is a thread's
	// last call.
	awaken()
	launch(start func())
	begin(t *Thread)
	end(t *Thread)
	// block is called by a thread before it waits to be woken, and blocked
	// does the waiting; ready tells that it is being woken.
	block(t *Thread)
	blocked(t *Thread)
	ready(t *Thread)
	// yield is called by a thread that has used up its budget of steps.
	yield(t *Thread)
	// leave and enter surround what a thread does outside the run's sight:
	// input and output, a host's function that waits.
	leave(f *frame)
	enter(t *Thread)
	// finish is the last call of a run.
	finish()
	// exclusive tells that launch waits for the thread's turn.
	exclusive() bool
}

// Clock is the time that a run lives in.
type Clock struct {
	virtual bool
	start   time.Time
}

// Virtual gives a clock that begins at an instant and jumps from one event to
// the next: waiting takes no time. One child runs at a time, and which one is
// decided by Run.Seed, so that a run is the same every time; with 0 they run
// in the order in which they became ready, ties in the order of the source.
func Virtual(start time.Time) Clock { return Clock{true, start} }

func (c Clock) scheduler(x *execution, seed uint64) scheduler {
	if c.virtual {
		return newVirtualTime(x, c.start, seed)
	}
	x.real.run = x
	return &x.real
}

// realTime lets threads run as Go runs them, on the real clock. It only counts
// who is awake.
type realTime struct {
	run    *execution
	awake  atomic.Int64   // threads that are not blocked
	timers atomic.Int64   // what will happen by itself
	late   sync.WaitGroup // timers that fired as they were stopped
}

func (r *realTime) now() time.Time { return time.Now() }

func (r *realTime) after(_ *Thread, d time.Duration, fn func()) (stop func()) {
	r.timers.Add(1)
	var fired atomic.Int32 // 1: it has run, 2: it was stopped while it was about to
	timer := time.AfterFunc(d, func() {
		fn()
		// Whoever fn woke is counted as awake by now.
		r.timers.Add(-1)
		r.check()
		if !fired.CompareAndSwap(0, 1) {
			r.late.Done()
		}
	})
	return func() {
		if timer.Stop() {
			r.timers.Add(-1)
			return
		}
		// Too late; the run does not end before it.
		r.late.Add(1)
		if !fired.CompareAndSwap(0, 2) {
			r.late.Done()
		}
	}
}

// finish waits for what fired although it was stopped.
func (r *realTime) finish() { r.late.Wait() }

func (r *realTime) awaken()             { r.awake.Add(1) }
func (r *realTime) launch(start func()) { start() }
func (r *realTime) begin(*Thread)       {}
func (r *realTime) end(t *Thread)       { r.block(t) }

func (r *realTime) block(*Thread) {
	if r.awake.Add(-1) == 0 {
		r.check()
	}
}

func (r *realTime) blocked(t *Thread) { <-t.wake }

func (r *realTime) ready(t *Thread) {
	r.awake.Add(1)
	t.wake <- struct{}{}
}

func (r *realTime) yield(*Thread)   {}
func (r *realTime) leave(*frame)    {}
func (r *realTime) enter(*Thread)   {}
func (r *realTime) exclusive() bool { return false }

// check ends the program where nobody is awake and nothing will happen by
// itself. A timer that fires meanwhile wakes somebody before it stops being
// counted, so awake is looked at again after timers.
func (r *realTime) check() {
	if r.awake.Load() == 0 && r.timers.Load() == 0 && r.awake.Load() == 0 {
		r.run.stuck()
	}
}
