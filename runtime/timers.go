package runtime

import (
	"math"
	"slices"
	"sync/atomic"
	"time"
)

// alarm is something that will happen at a time of a run's clock: fn is
// called, or without one its thread, which waits no longer than until then, is
// woken.
type alarm struct {
	thread *Thread // whose alarm it is; it is asked while the next wait may begin
	fn     func()
	at     time.Duration // since the run began
	number int           // of those ever set: ties of one place in the source go by it
	place  int32         // in the queue, from 1; 0 while it is not in it
	rang   atomic.Bool   // the time of a thread's wait is up
}

// before tells which of two alarms goes off first. At the same time it is the
// one whose thread stands first in the source.
func (a *alarm) before(b *alarm) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	if a.thread.order != b.thread.order {
		if c := slices.Compare(a.thread.standing(), b.thread.standing()); c != 0 {
			return c < 0
		}
	}
	return a.number < b.number
}

// alarms is a queue of what will happen, a heap in an array. Both clocks have
// one: a timer of Go's for each thread that sleeps costs several times as much.
type alarms struct {
	queue []*alarm
	made  int
}

func (q *alarms) empty() bool { return len(q.queue) == 0 }

// next gives the time of the first alarm; there is one.
func (q *alarms) next() time.Duration { return q.queue[0].at }

// set puts an alarm into the queue.
func (q *alarms) set(a *alarm, at time.Duration) {
	q.made++
	a.at, a.number = at, q.made
	q.queue = append(q.queue, a)
	q.up(len(q.queue)-1, a)
}

// unset takes an alarm out; false if it is not in the queue.
func (q *alarms) unset(a *alarm) bool {
	i := int(a.place) - 1
	if i < 0 {
		return false
	}
	a.place = 0
	last := q.queue[len(q.queue)-1]
	q.queue[len(q.queue)-1] = nil
	q.queue = q.queue[:len(q.queue)-1]
	if last != a {
		q.up(q.down(i, last), last)
	}
	return true
}

// due takes out the first alarm, if its time has come; nil otherwise.
func (q *alarms) due(now time.Duration) *alarm {
	if q.empty() || q.next() > now {
		return nil
	}
	a := q.queue[0]
	q.unset(a)
	if a.fn == nil {
		a.rang.Store(true)
	}
	return a
}

// up puts a where it belongs between i, which is free, and the root.
func (q *alarms) up(i int, a *alarm) {
	for i > 0 {
		above := (i - 1) / 2
		if !a.before(q.queue[above]) {
			break
		}
		q.put(i, q.queue[above])
		i = above
	}
	q.put(i, a)
}

// down gives the free place for a at i or below, making what comes before it
// go up.
func (q *alarms) down(i int, a *alarm) int {
	for {
		below := 2*i + 1
		if below >= len(q.queue) {
			return i
		}
		if right := below + 1; right < len(q.queue) && q.queue[right].before(q.queue[below]) {
			below = right
		}
		if !q.queue[below].before(a) {
			return i
		}
		q.put(i, q.queue[below])
		i = below
	}
}

func (q *alarms) put(i int, a *alarm) {
	q.queue[i] = a
	a.place = int32(i + 1)
}

// later gives the time d after now; a sum that is too large is as good as never.
func later(now, d time.Duration) time.Duration {
	if d = max(d, 0); d > math.MaxInt64-now {
		return math.MaxInt64
	}
	return now + d
}

// ring does what the alarm is for. No lock of the clock is held.
func (a *alarm) ring() {
	if a.fn != nil {
		a.fn()
	} else {
		a.thread.signal()
	}
}

// after has fn called for a thread, on some goroutine when d has passed, unless stop is
// called before. The run does not count as stuck until then.
func (x *execution) after(t *Thread, d time.Duration, fn func()) (stop func()) {
	a := &alarm{thread: t, fn: fn}
	x.clock.set(a, d)
	return func() { x.clock.unset(a) }
}
