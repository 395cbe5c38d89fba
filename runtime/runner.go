package runtime

import (
	"runtime"
	"sync"
	"time"
)

// runner runs children of a group that were started together, one after the
// other on one goroutine: most children of a large group end without ever
// waiting, and a goroutine costs more than they do. As soon as one of them has
// some work to do, more goroutines take part, as many as there are processors.
// A child that is about to wait, to call a host's function or to go on for
// long is left its goroutine, and another one goes on with the rest. So no
// child holds up another one.
//
// A run has one more runner, for the children whose naps are over (nap.go).
type runner struct {
	run *execution
	// loop runs children until none is left, or until the one that it runs is
	// left the goroutine. One starts when the one before has ended. It stands
	// below all that a child calls, so its frame is kept small.
	loop    func()
	mu      sync.Mutex
	rest    []*node  // that have not begun
	woken   []*child // that go on
	workers int      // goroutines that take from these
}

// few is how many children get goroutines of their own at once.
const few = 4

// lend runs started children on the goroutine of their conductor, which would
// only wait for them, and gives those that it does not come to goroutines of
// their own. It takes a quarter off the cost of a small group.
func (g *group) lend(t *Thread, nodes []*node) {
	if len(nodes) == 0 {
		return
	}
	t.stall()
	t.relieve()
	t.lendCalls()
	x := t.run
	g.mu.Lock()
	g.lent = true
	g.mu.Unlock()
	x.clock.block(t)
	if len(nodes) > few {
		r := &runner{run: x, rest: nodes, workers: 1}
		r.begin()
		r.loop()
	} else {
		g.launchAll(nodes[1:])
		c := nodes[0].child
		if c == nil {
			c = x.child(nodes[0])
		}
		g.run(c)
	}
	g.mu.Lock()
	g.takeBack()
	g.mu.Unlock()
}

// takeBack has the conductor counted as awake again: before the last of the
// children ends, for the run is stuck when nobody is awake.
func (g *group) takeBack() {
	if g.lent {
		g.lent = false
		g.parent.run.clock.awaken()
	}
}

// launchAll gives started children their goroutines.
func (g *group) launchAll(nodes []*node) {
	x := g.parent.run
	if x.clock.exclusive() {
		for _, n := range nodes {
			x.clock.launch(func() { go g.runInTurn(n) })
		}
		return
	}
	if len(nodes) > few {
		r := &runner{run: x, rest: nodes, workers: 1}
		r.begin()
		go r.loop()
		return
	}
	for _, n := range nodes {
		c := n.child
		if c == nil {
			c = x.child(n)
		}
		go c.start()
	}
}

// begin makes the runner's loop.
func (r *runner) begin() {
	r.loop = func() { // made once: a method would need a closure for each goroutine
		for c := r.first(); c != nil; c = r.after(c) {
			c.runBody()
		}
	}
}

// add has the runner go on with a child whose nap is over.
func (r *runner) add(c *child) {
	r.mu.Lock()
	r.woken = append(r.woken, c)
	idle := r.workers == 0
	if idle {
		r.workers = 1
		if r.loop == nil {
			r.run = c.run
			r.begin()
		}
	}
	r.mu.Unlock()
	if idle {
		go r.loop()
	}
}

// runInTurn runs a child whose turn has come. Timers that go off together go
// in the order of the source, so it needs to know its place.
func (g *group) runInTurn(n *node) {
	c := n.child
	if c == nil {
		c = g.parent.run.child(n)
	}
	order := placeOf(n, g.parent.standing())
	c.order = &order
	g.run(c)
}

// large tells whether a method of v may take long although it is one call.
func large(v Value) bool {
	const most = 1000
	switch v.Kind() {
	case KindList:
		return v.list().len() > most
	case KindMap:
		return v.mapping().len() > most
	case KindString:
		return len(v.str()) > 16*most
	case KindRange:
		return v.span().count() > most
	}
	return false
}

// someWork is how many calls and loop turns of a child make it worth to run
// the others beside it.
const someWork = 50

// first is next for a goroutine that begins.
func (r *runner) first() *child { return r.next(r.run.clock.elapsed()) }

// next gives the child to run at a time; nil if none is left.
func (r *runner) next(at time.Duration) *child {
	r.mu.Lock()
	if len(r.woken) > 0 {
		c := r.woken[0]
		r.woken[0] = nil
		r.woken = r.woken[1:]
		r.mu.Unlock()
		c.runner = r
		return c
	}
	if len(r.rest) == 0 {
		r.workers--
		r.mu.Unlock()
		return nil
	}
	n := r.rest[0]
	r.rest[0] = nil
	r.rest = r.rest[1:]
	r.mu.Unlock()
	c := n.child
	if c == nil {
		c = r.run.child(n)
	}
	c.runner = r
	n.group.entered(c, at)
	return c
}

// after notes that a child's body has ended or that the child naps, and gives
// the child to run then; nil where that has waited and so was left its
// goroutine, or none is left.
func (r *runner) after(c *child) *child {
	kept, work := c.runner != nil, int(c.granted)-c.budget
	var now time.Duration
	switch {
	case !c.napping:
		now = c.of.left(c)
	case !c.park():
		if kept {
			c.runner = r
		}
		return c
	case kept:
		now = r.run.clock.elapsed()
	}
	if !kept {
		return nil
	}
	if work > someWork {
		r.widen()
	}
	return r.next(now)
}

// widen lets a goroutine for each processor take part.
func (r *runner) widen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for more := min(runtime.GOMAXPROCS(0)-r.workers, r.left()); more > 0; more-- {
		r.workers++
		go r.loop()
	}
}

// relieve leaves the thread its goroutine, so that it may wait.
func (t *Thread) relieve() {
	r := t.runner
	if r == nil {
		return
	}
	t.runner = nil
	r.mu.Lock()
	left := r.left()
	if left == 0 {
		r.workers--
	}
	r.mu.Unlock()
	if left > 0 {
		go r.loop()
	}
}

// left gives how many children no goroutine has taken yet. The lock is held.
func (r *runner) left() int { return len(r.rest) + len(r.woken) }
