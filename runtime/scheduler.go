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
	began() time.Time       // when the run did
	elapsed() time.Duration // since then
	// set has an alarm ring when d has passed, unless it is unset before; the
	// run does not count as stuck until then.
	set(a *alarm, d time.Duration)
	unset(a *alarm)
	// awaken counts a thread that will get a goroutine. Then launch calls
	// start, which gives it one that runs it, at once or when its turn comes;
	// begin is for a thread that has its goroutine already. end is a thread's
	// last call.
	awaken()
	launch(start func())
	begin(t *Thread)
	end(t *Thread)
	// block is called by a thread before it waits to be woken; ready wakes it.
	block(t *Thread)
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
	x.real.run, x.real.origin = x, time.Now()
	return &x.real
}

// realTime lets threads run as Go runs them, on the real clock. It only counts
// who is awake.
type realTime struct {
	run    *execution
	origin time.Time
	awake  atomic.Int64 // threads that are not blocked
	timers atomic.Int64 // alarms that are set, or ringing

	mu      sync.Mutex
	alarms  alarms
	timer   *time.Timer    // for the first alarm, or an earlier one that was unset; made when needed
	wakes   time.Duration  // when timer fires; 0: it is not running
	ringing sync.WaitGroup // calls of ring under way
	over    bool
}

func (r *realTime) now() time.Time         { return time.Now() }
func (r *realTime) began() time.Time       { return r.origin }
func (r *realTime) elapsed() time.Duration { return time.Since(r.origin) }

func (r *realTime) set(a *alarm, d time.Duration) {
	r.timers.Add(1)
	at := later(r.elapsed(), d)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alarms.set(a, at)
	r.wind()
}

func (r *realTime) unset(a *alarm) {
	r.mu.Lock()
	found := r.alarms.unset(a)
	r.mu.Unlock()
	if found {
		r.timers.Add(-1)
	}
}

// wind has the timer fire in time for the first alarm. The lock is held.
func (r *realTime) wind() {
	if r.alarms.empty() || r.over {
		return
	}
	at := r.alarms.next()
	if r.wakes != 0 && r.wakes <= at {
		return
	}
	r.wakes = max(at, 1)
	if d := at - r.elapsed(); r.timer == nil {
		r.timer = time.AfterFunc(d, r.ring)
	} else {
		r.timer.Reset(d)
	}
}

// ring lets everything happen that is due.
func (r *realTime) ring() {
	r.mu.Lock()
	if r.over {
		r.mu.Unlock()
		return
	}
	r.ringing.Add(1)
	defer r.ringing.Done()
	r.wakes = 0
	for a := r.alarms.due(r.elapsed()); a != nil; a = r.alarms.due(r.elapsed()) {
		if a.fn != nil {
			r.wind() // whatever fn does, the others come in time
		}
		r.mu.Unlock()
		a.ring()
		// Whoever that woke is counted as awake by now.
		r.timers.Add(-1)
		r.check()
		r.mu.Lock()
	}
	r.wind()
	r.mu.Unlock()
}

// finish waits for what was ringing when it was unset.
func (r *realTime) finish() {
	r.mu.Lock()
	r.over = true
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	r.ringing.Wait()
}

func (r *realTime) awaken()             { r.awake.Add(1) }
func (r *realTime) launch(start func()) { start() }
func (r *realTime) begin(*Thread)       {}
func (r *realTime) end(t *Thread)       { r.block(t) }

func (r *realTime) block(*Thread) {
	if r.awake.Add(-1) == 0 {
		r.check()
	}
}

func (r *realTime) ready(t *Thread) {
	r.awake.Add(1)
	if t.napping {
		r.run.woken.add(t.child)
	} else {
		t.wake <- struct{}{}
	}
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
