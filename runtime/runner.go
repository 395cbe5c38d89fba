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
type runner struct {
	group *group
	// loop runs children until none is left, or until the one that it runs is
	// left the goroutine. One starts when the one before has ended. It stands
	// below all that a child calls, so its frame is kept small.
	loop    func()
	mu      sync.Mutex
	rest    []*node
	workers int // goroutines that take from rest
}

// few is how many children get goroutines of their own at once.
const few = 4

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
		go newRunner(g, nodes).loop()
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

func newRunner(g *group, nodes []*node) *runner {
	r := &runner{group: g, rest: nodes, workers: 1}
	r.loop = func() { // made once: a method would need a closure for each goroutine
		for c := r.first(); c != nil; c = r.after(c) {
			c.runBody()
		}
	}
	return r
}

// runInTurn runs a child whose turn has come. Timers that go off together go
// in the order of the source, so it needs to know its place.
func (g *group) runInTurn(n *node) {
	c := n.child
	if c == nil {
		c = g.parent.run.child(n)
	}
	c.order = placeOf(n)
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
func (r *runner) first() *child { return r.next(r.group.parent.run.clock.elapsed()) }

// next gives the child to run at a time; nil if none is left.
func (r *runner) next(at time.Duration) *child {
	r.mu.Lock()
	if len(r.rest) == 0 {
		r.mu.Unlock()
		return nil
	}
	n := r.rest[0]
	r.rest[0] = nil
	r.rest = r.rest[1:]
	r.mu.Unlock()
	c := n.child
	if c == nil {
		c = r.group.parent.run.child(n)
	}
	c.runner = r
	r.group.entered(c, at)
	return c
}

// after notes that a child's body has ended, and gives the child to run then;
// nil where that has waited and so was left its goroutine, or none is left.
func (r *runner) after(c *child) *child {
	kept, work := c.runner != nil, int(c.granted)-c.budget
	now := r.group.left(c)
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
	for more := min(runtime.GOMAXPROCS(0)-r.workers, len(r.rest)); more > 0; more-- {
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
	left := len(r.rest)
	r.mu.Unlock()
	if left > 0 {
		go r.loop()
	}
}
