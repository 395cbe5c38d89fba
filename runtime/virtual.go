package runtime

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// virtualTime runs one thread at a time and lets the clock jump: it stands
// while a thread can run or input and output are under way, and moves to the
// next timer when nothing else can happen. So a run is the same every time,
// and waiting costs nothing.
type virtualTime struct {
	run    *execution
	origin time.Time
	chance *rand.Rand // picks who runs next; nil: whoever has waited longest

	mu          sync.Mutex
	clock       time.Duration // since the start
	busy        bool          // somebody runs
	runnable    []turnOf      // who could
	outside     []*frame      // those in input and output
	alarms      alarms
	dispatching bool
	progress    int         // counts what happened, to see that nothing does
	seen        int         // progress when the watch began
	watch       *time.Timer // over what is outside; nil before
}

const (
	// quantumCost is how far a used-up budget of steps moves the clock, so
	// that a child that spins meets its timeout.
	quantumCost = 10 * time.Millisecond
	// outsidePatience is how long input and output may hold up the clock, in
	// real time, before it moves on all the same.
	outsidePatience = time.Second
)

// turnOf is a thread that waits for its turn, or what starts one: a thread has
// no goroutine before it runs.
type turnOf struct {
	thread *Thread
	start  func()
}

func newVirtualTime(x *execution, start time.Time, seed uint64) *virtualTime {
	v := &virtualTime{run: x, origin: start}
	if seed != 0 {
		v.chance = rand.New(rand.NewPCG(seed, seed))
	}
	return v
}

func (v *virtualTime) finish()         {}
func (v *virtualTime) exclusive() bool { return true }

func (v *virtualTime) now() time.Time   { return v.origin.Add(v.elapsed()) }
func (v *virtualTime) began() time.Time { return v.origin }

func (v *virtualTime) elapsed() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.clock
}

func (v *virtualTime) set(a *alarm, d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.alarms.set(a, later(v.clock, d))
}

func (v *virtualTime) unset(a *alarm) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.alarms.unset(a)
}

func (v *virtualTime) awaken() {}

func (v *virtualTime) launch(start func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.runnable = append(v.runnable, turnOf{start: start})
	v.dispatch()
}

func (v *virtualTime) begin(t *Thread) {
	t.prepareToWait()
	v.ready(t)
	<-t.wake
}

func (v *virtualTime) end(*Thread) { v.release() }

func (v *virtualTime) block(*Thread) { v.release() }

func (v *virtualTime) ready(t *Thread) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.runnable = append(v.runnable, turnOf{thread: t})
	v.dispatch()
}

func (v *virtualTime) yield(t *Thread) {
	t.prepareToWait()
	v.mu.Lock()
	v.clock = later(v.clock, quantumCost)
	v.runnable = append(v.runnable, turnOf{thread: t})
	v.busy = false
	v.dispatch()
	v.mu.Unlock()
	<-t.wake
}

func (v *virtualTime) leave(f *frame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.outside = append(v.outside, f)
	v.busy = false
	v.dispatch()
}

func (v *virtualTime) enter(t *Thread) {
	t.prepareToWait()
	v.mu.Lock()
	v.outside = slices.DeleteFunc(v.outside, func(f *frame) bool { return f.t == t })
	v.runnable = append(v.runnable, turnOf{thread: t})
	v.dispatch()
	v.mu.Unlock()
	<-t.wake
}

// release lets somebody else run.
func (v *virtualTime) release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.busy = false
	v.dispatch()
}

// dispatch decides who runs next, if nobody does. The lock is held; it is let
// go of while timers fire.
func (v *virtualTime) dispatch() {
	if v.busy || v.dispatching {
		return
	}
	v.dispatching = true
	defer func() { v.dispatching = false }()
	v.progress++
	for {
		v.fire()
		switch {
		case len(v.runnable) > 0:
			v.resume()
			return
		case len(v.outside) > 0:
			v.beginWatch()
			return
		case !v.alarms.empty():
			v.clock = v.alarms.next()
		default:
			v.mu.Unlock()
			v.run.stuck()
			v.mu.Lock()
			if len(v.runnable) == 0 && v.alarms.empty() {
				return // the run is over
			}
		}
	}
}

// fire lets everything happen that is due.
func (v *virtualTime) fire() {
	for a := v.alarms.due(v.clock); a != nil; a = v.alarms.due(v.clock) {
		v.mu.Unlock()
		a.ring()
		v.mu.Lock()
	}
}

// resume lets one of the runnable threads run.
func (v *virtualTime) resume() {
	if v.chance != nil {
		i := v.chance.IntN(len(v.runnable))
		v.runnable[0], v.runnable[i] = v.runnable[i], v.runnable[0]
	}
	next := v.runnable[0]
	v.runnable[0] = turnOf{}
	v.runnable = v.runnable[1:]
	v.busy = true
	switch {
	case next.start != nil:
		next.start()
	case next.thread.napping:
		go next.thread.child.proceed()
	default:
		next.thread.wake <- struct{}{}
	}
}

// beginWatch has an eye on input and output that hold up the clock.
func (v *virtualTime) beginWatch() {
	v.seen = v.progress
	switch {
	case v.alarms.empty(): // nothing is held up
	case v.watch == nil:
		v.watch = time.AfterFunc(outsidePatience, v.lose)
	default:
		v.watch.Reset(outsidePatience)
	}
}

// lose moves the clock on if input and output have held it up all the time.
func (v *virtualTime) lose() {
	v.mu.Lock()
	if !v.heldUp() {
		v.mu.Unlock()
		return
	}
	f := v.outside[0]
	call := "`" + v.run.program.nameOf(f.t.inside.Load()) + "`"
	if site := f.site(); site.Source != nil {
		call += " (" + site.Position().String() + ")"
	}
	v.mu.Unlock()
	v.run.warnText("", "virtual time moves on although "+call+" is still under way")
	v.mu.Lock()
	defer v.mu.Unlock()
	// Whoever was woken meanwhile dispatches with the locks of others held: the
	// clock must not have something due by then.
	if v.heldUp() {
		v.clock = v.alarms.next()
		v.dispatch()
	}
}

// heldUp tells whether nothing has happened since the watch began.
func (v *virtualTime) heldUp() bool {
	return v.progress == v.seen && !v.busy && !v.dispatching && len(v.outside) > 0 && !v.alarms.empty()
}

// placeOf gives where a child stands in the source, whose parent stands at a
// place: indices, the outermost group's first.
func placeOf(n *node, parent []int) []int {
	route := n.route(nil)
	slices.Reverse(route)
	return append(slices.Clip(parent), route...)
}

// standing gives the thread's order, which the program's main thread does not need.
func (t *Thread) standing() []int {
	if t.order == nil {
		return nil
	}
	return *t.order
}

// place gives where a thread stands in the source; one of a group's own as its
// parent.
func (t *Thread) place() []int {
	g, n := t.membership()
	switch {
	case g == nil:
		return nil
	case n == nil:
		return g.parent.place()
	}
	return placeOf(n, g.parent.place())
}
