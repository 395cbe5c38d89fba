package runtime

import (
	"fmt"
	"sort"
	"strings"
	"sync/atomic"
	"time"
)

// wait is what a thread waits for, for the report of a deadlock.
type wait struct {
	what string
	site Site
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

// waitFor waits until ready gives true, the thread is cancelled, or d has
// passed; in this order if several hold. Whoever makes ready true signals the
// thread afterwards.
func (f *frame) waitFor(what string, d time.Duration, ready func() bool) waitResult {
	t := f.t
	if ready == nil {
		ready = never
	}
	var expired atomic.Bool
	if d >= 0 {
		stop := t.run.clock.after(t, d, func() {
			expired.Store(true)
			t.signal()
		})
		defer stop()
	}
	t.waits.Store(&wait{what, f.site()})
	t.stall()
	result := waitTimeout
	var since *time.Time // when it began to wait, once that was told
	t.block(func() bool {
		switch {
		case ready():
			result = waitDone
		case t.scope.dead.Load():
			result = waitCancelled
		case expired.Load():
		default:
			if t.run.events != nil && since == nil {
				since = f.tellBlocked(what, d)
			}
			return false
		}
		return true
	})
	if result == waitTimeout {
		// What is cancelled at the very moment when its wait is over has been
		// cancelled, whichever of the two timers fires first.
		if at, ok := t.scope.deadline(); ok && !at.After(t.run.clock.now()) {
			t.block(t.scope.dead.Load)
			result = waitCancelled
		}
	}
	t.waits.Store(nil)
	t.attend()
	t.tellWoken(since)
	if result == waitCancelled {
		t.run.foundAt(f, false)
	}
	return result
}

// hold waits until ready gives true, whatever is cancelled meanwhile: a join.
func (t *Thread) hold(ready func() bool) {
	t.stall()
	t.block(ready)
}

// await waits as waitFor does, without a time limit; a cancellation unwinds.
func (f *frame) await(what string, ready func() bool) {
	if f.waitFor(what, forever, ready) == waitCancelled {
		f.t.strike()
	}
}

// block waits until over gives true, which it is not asked again then: it may
// take what it was waiting for. The thread says that it is parked before
// it asks: whoever makes over true after that finds it parked and wakes it.
func (t *Thread) block(over func() bool) {
	for !over() {
		t.relieve()
		t.prepareToWait()
		t.parked.Store(true)
		done := over()
		if done && t.parked.CompareAndSwap(true, false) {
			return
		}
		// Where it is over, somebody is just waking it all the same.
		t.run.clock.block(t)
		t.run.clock.blocked(t)
		if done {
			return
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
	if t.parked.CompareAndSwap(true, false) {
		t.run.clock.ready(t)
	}
}

// sleep waits for d, at least once looking for a cancellation.
func (f *frame) sleep(d time.Duration) {
	if d <= 0 {
		f.t.attend()
		f.poll()
		return
	}
	if f.waitFor("", d, nil) == waitCancelled {
		f.t.strike()
	}
}

// site gives the place where the frame is, for reports.
func (f *frame) site() Site {
	if f.proto == nil {
		return Site{}
	}
	return Site{Source: f.proto.source, Pos: f.pos, Function: f.proto.name}
}

// stuck ends a program in which nothing can wake any more: it names each child
// that waits, and what for.
func (x *execution) stuck() {
	if x.escaped.Load() || x.root.dead.Load() {
		return // a host may still wake somebody; or it ends already
	}
	var waits []*Thread
	x.root.eachThread(func(t *Thread) {
		if w := t.waits.Load(); w != nil && w.what != "" {
			waits = append(waits, t)
		}
	})
	if len(waits) == 0 {
		return
	}
	sort.SliceStable(waits, func(i, j int) bool { return waits[i].waits.Load().site.Pos < waits[j].waits.Load().site.Pos })
	var lines []string
	var trace []Site
	for _, t := range waits {
		w := t.waits.Load()
		if w == nil {
			return // it has been woken
		}
		who := t.path()
		if who == "" {
			who = "the program"
		}
		line := who + " waits for " + w.what
		if w.site.Source != nil {
			line += fmt.Sprintf(" (%s)", w.site.Position())
			trace = append(trace, w.site)
		}
		lines = append(lines, line)
	}
	err := Fail("deadlock", "deadlock: nothing can wake what waits: %s", strings.Join(lines, "; "))
	if len(trace) > 0 {
		err.Trace = trace[:1]
	}
	x.stop(&cancellation{scope: &x.root, reason: "deadlock", err: err, program: true})
}
