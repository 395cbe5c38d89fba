package runtime

// Most that children wait for they wait for in a statement of their own body, or
// of a function that such a statement calls: `{ sleep(100ms); ask(b) }`,
// `let v = ch.recv()`. Nothing else of the child is on a Go stack then: all it
// needs is its frames, and which statement comes next in each. So it naps: the
// child is left by its goroutine, which goes on with others, and a runner goes
// on with it when what it waits for has come or it is cancelled. That takes a
// third of the memory and a fourth of the time that a goroutine takes which
// waits.
//
// What is compiled for it is in compile_leg.go.

// leg is a piece of a body: statements, and one that may wait.
type leg struct {
	before exec                 // the statements
	begin  func(*frame) outcome // what the last one calls, but for the wait
	sink   func(*frame, Value)  // where its value goes; nil: nowhere
}

// outcome is how what a leg calls has begun.
type outcome uint8

const (
	gives outcome = iota // its value is in frame.ret
	calls                // the next frame is to be run
	naps                 // it waits for the thread's party, no longer than the duration in frame.ret
)

// run runs what a leg calls on the goroutine that it is called on.
func (l *leg) run(f *frame) Value {
	switch l.begin(f) {
	case calls:
		n := f.next
		return n.proto.body(n)
	case naps:
		p := f.t.party
		f.beginLegWait()
		f.t.block(waitOver)
		how := f.endWait()
		if how == waitCancelled {
			f.t.strike()
		}
		return p.give(f, how == waitDone)
	}
	return f.takeRet()
}

// beginLegWait begins the wait for which a leg's begin has left all.
func (f *frame) beginLegWait() {
	what, d := "", f.takeRet().duration()
	if p := f.t.party; p != nil {
		what = p.what
	}
	f.beginWait(what, d)
}

func (f *frame) takeRet() Value {
	v := f.ret
	f.ret = Nil
	return v
}

// endLeg puts the value of what a leg calls to where it goes.
func (f *frame) endLeg(v Value) {
	if sink := f.proto.legs[f.leg-1].sink; sink != nil {
		sink(f, v)
	}
}

// runLegs runs a child's body up to its next nap, or to its end.
//
//go:noinline
func (c *child) runLegs() {
	f := c.at
	if c.napping {
		if !c.endNap(f) {
			return
		}
	} else {
		f = &c.root
	}
	for {
		p := f.proto
		if int(f.leg) < len(p.legs) {
			l := &p.legs[f.leg]
			f.leg++
			if l.before(f) != returns {
				switch l.begin(f) {
				case gives:
					f.endLeg(f.takeRet())
				case calls:
					f = f.next
				case naps:
					c.at, c.napping = f, true
					f.beginLegWait()
					return
				}
				continue
			}
		} else {
			f.ret = p.last(f)
		}
		if f == &c.root {
			return
		}
		v := f.takeRet()
		f = f.prev
		f.endLeg(v)
	}
}

// endNap ends a nap from which a child was woken. It gives false where the
// child does not go on: it is cancelled, which takes no panic where nothing is
// to be unwound, or somebody woke it who meant another one, and it still naps.
func (c *child) endNap(f *frame) bool {
	if !waitOver(&c.Thread) {
		return false
	}
	c.napping = false
	p := c.party
	how := f.endWait()
	if how == waitCancelled {
		c.end = &unwinding{cause: c.scope.reason()}
		return false
	}
	f.endLeg(p.give(f, how == waitDone))
	return true
}

// park leaves a child that naps to who wakes it; false where it has been woken
// already. Nothing of it may be touched any more then.
func (c *child) park() bool {
	t := &c.Thread
	x := t.run
	t.lendCalls()
	t.runner = nil
	t.parking.Store(settling)
	if waitOver(t) {
		t.parking.Store(awake)
		return false
	}
	if !t.parking.CompareAndSwap(settling, parked) {
		return false
	}
	x.clock.block(t)
	return true
}
