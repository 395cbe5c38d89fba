package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tgscript/tgscript/lexer"
)

// wait is what a thread waits for, for the report of a deadlock and for events.
type wait struct {
	what  string
	site  Site
	limit time.Duration
	since *time.Time // when it began to wait, once that was told
}

// waitResult is how a wait ended.
type waitResult uint8

const (
	waitDone waitResult = iota
	waitCancelled
	waitTimeout
)

// forever is the time limit of a wait without one.
const forever time.Duration = -1

// waitFor waits until ready (nil: nothing does) gives true, the thread is
// cancelled, or d has passed; in this order if several hold. Whoever makes
// ready true signals the thread afterwards.
//
// What stands between a child's body and the wait decides whether the child's
// stack stays as small as a goroutine's is at first: so the parts are functions
// of their own, and what they tell each other stands in the thread.
func (f *frame) waitFor(what string, d time.Duration, ready func() bool) waitResult {
	f.t.ready = ready
	f.beginWait(what, d)
	f.t.block(waitOver)
	return f.endWait()
}

// beginWait says what the thread waits for and sets its alarm. Nobody asks
// about a sleep, which nothing but time has to end, unless there are events.
func (f *frame) beginWait(what string, d time.Duration) {
	t := f.t
	if t.metered() && t.child != nil {
		t.child.weigh(f)
	}
	if what != "" || t.run.events != nil {
		t.waits.Store(&wait{what: what, site: f.site(), limit: d})
	}
	t.stall()
	t.alarm.rang.Store(false)
	if t.timed = d >= 0; t.timed {
		t.run.clock.set(&t.alarm, d)
	}
}

// waitOver tells whether a wait is over, and notes how.
func waitOver(t *Thread) bool {
	switch {
	case t.ready != nil && t.ready(), t.party != nil && t.party.served():
		t.result = waitDone
	case t.scope.dead.Load():
		t.result = waitCancelled
	case t.alarm.rang.Load():
		t.result = waitTimeout
	default:
		if t.run.events != nil {
			t.tellWaits()
		}
		return false
	}
	return true
}

// endWait is the end of every wait, and gives how it ended.
func (f *frame) endWait() waitResult {
	t := f.t
	t.ready = nil
	if t.timed {
		t.run.clock.unset(&t.alarm)
	}
	result := t.result
	if result == waitTimeout {
		// What is cancelled at the very moment when its wait is over has been
		// cancelled, whichever of the two alarms rings first.
		if at, ok := t.scope.deadline(); ok && at <= t.run.clock.elapsed() {
			t.block(cancelledNow)
			result = waitCancelled
		}
	}
	w := t.waits.Load()
	t.waits.Store(nil)
	t.attend()
	if w != nil {
		t.tellWoken(w.since)
	}
	if result == waitCancelled {
		t.run.foundAt(f, inWait)
	}
	if p := t.party; p != nil {
		t.party = nil
		if result != waitDone && !p.leaves(t) {
			result = waitDone
		}
	}
	return result
}

func cancelledNow(t *Thread) bool { return t.scope.dead.Load() }

// hold waits until ready gives true, whatever is cancelled meanwhile: a join.
func (t *Thread) hold(ready func() bool) {
	t.stall()
	t.ready = ready
	t.block(holdOver)
	t.ready = nil
}

func holdOver(t *Thread) bool { return t.ready() }

// await waits as waitFor does, without a time limit; a cancellation unwinds.
func (f *frame) await(what string, ready func() bool) {
	if f.waitFor(what, forever, ready) == waitCancelled {
		f.t.strike()
	}
}

// What Thread.parking says: how far a thread is with waiting to be woken.
const (
	awake    int32 = iota
	settling       // it is about to wait, and looks once more whether it has to
	parked         // it waits: who makes it awake gives it something to run on
)

// block waits until over gives true, which it is not asked again then: it may
// take what it was waiting for. The thread says that it settles before it
// asks: whoever makes over true after that has it stay awake, and ask again, or
// finds it parked and wakes it.
func (t *Thread) block(over func(*Thread) bool) {
	for !over(t) {
		t.relieve()
		t.lendCalls()
		t.prepareToWait()
		t.parking.Store(settling)
		if over(t) {
			t.parking.Store(awake)
			return
		}
		if t.parking.CompareAndSwap(settling, parked) {
			t.run.clock.block(t)
			<-t.wake
		}
	}
}

// prepareToWait makes what the thread is woken by.
func (t *Thread) prepareToWait() {
	if t.wake == nil {
		t.wake = make(chan struct{}, 1)
	}
}

// signal wakes the thread if it waits. Any goroutine may call it, after it has
// made true what the thread waits for.
func (t *Thread) signal() {
	for {
		switch how := t.parking.Load(); {
		case how == awake:
			return
		case !t.parking.CompareAndSwap(how, awake): // it goes on waiting
		case how == parked:
			t.run.clock.ready(t)
			return
		default:
			return
		}
	}
}

// sleep waits for d, at least once looking for a cancellation.
func (f *frame) sleep(d time.Duration) {
	if d <= 0 {
		f.lookUp()
		return
	}
	f.beginWait("", d)
	f.t.block(waitOver)
	f.endSleep()
}

func (f *frame) endSleep() {
	if f.endWait() == waitCancelled {
		f.t.strike()
	}
}

// lookUp looks for a cancellation at once.
func (f *frame) lookUp() {
	f.t.attend()
	f.poll()
}

// pause compiles what sleep(d) does before it sleeps, and gives how long that is.
func pause(d eval, at lexer.Pos) func(*frame) time.Duration {
	return func(f *frame) time.Duration {
		v := d(f)
		f.pos = at
		if v.Kind() != KindDuration {
			f.callSleep(v)
			return 0
		}
		f.turn()
		return v.duration()
	}
}

// sleepCall compiles sleep(d). Thousands of children can stand in one, and the
// way through a Call would double the stack of each.
func sleepCall(d eval, at lexer.Pos) eval {
	long := pause(d, at)
	return func(f *frame) Value {
		f.sleep(long(f))
		return Nil
	}
}

// callSleep calls sleep the usual way, which fails: its argument is no duration.
//
//go:noinline
func (f *frame) callSleep(arg Value) {
	c := f.t.newCall()
	f.callBuiltin(c, sleepFunc, Nil, append(c.buffer(), arg), nil)
}

// site gives the place where the frame is, for reports.
func (f *frame) site() Site {
	if f.proto == nil {
		return Site{}
	}
	return Site{Source: f.proto.source, Pos: f.pos, Function: f.proto.name}
}

// mostNamed is how many of those that wait the report of a deadlock names.
const mostNamed = 100

// stuck ends a program in which nothing can wake any more: it names each child
// that waits, and what for.
func (x *execution) stuck() {
	if b := x.deadlock(); b != nil {
		x.strike(b, "deadlock")
	}
}

// deadlock gives how a program ends in which nothing can wake any more; nil if
// that is not so.
func (x *execution) deadlock() *blow {
	x.stopping.Lock() // what waits is not woken meanwhile
	defer x.stopping.Unlock()
	if x.escaped.Load() || x.root.dead.Load() || x.origin != nil && x.origin.keepsHandles() {
		return nil // a host may still wake somebody; or it ends already
	}
	type sleeper struct {
		*wait
		thread *Thread
		place  []int
	}
	var all []sleeper
	x.root.eachThread(func(t *Thread) {
		if w := t.waits.Load(); w != nil && w.what != "" {
			all = append(all, sleeper{w, t, t.place()})
		}
	})
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b sleeper) int {
		return cmp.Or(cmp.Compare(a.site.Pos, b.site.Pos), slices.Compare(a.place, b.place))
	})
	// A thread has as many scopes as it has timeouts, shields and defers under way.
	all = slices.CompactFunc(all, func(a, b sleeper) bool { return a.thread == b.thread })
	var lines []string
	for _, s := range all[:min(len(all), mostNamed)] {
		who := s.thread.path()
		if who == "" {
			who = "the program"
		}
		line := who + " waits for " + s.what
		if s.site.Source != nil {
			line += fmt.Sprintf(" (%s)", s.site.Position())
		}
		lines = append(lines, line)
	}
	if more := len(all) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	err := Fail("deadlock", "deadlock: nothing can wake what waits: %s", strings.Join(lines, "; "))
	first := all[0]
	if first.site.Source != nil {
		err.Trace = []Site{first.site}
	}
	first.thread.locate(err)
	return &blow{err, first.thread} // which tells of the calls that led it there
}
