package runtime

import (
	"sort"
	"sync"
)

// conduct evaluates what had to wait, and returns when every child has ended.
// It runs on the goroutine of the group's parent, of a stream on one of its
// own.
func (g *group) conduct(f *frame) {
	t := f.t
	for {
		g.mu.Lock()
		if g.decision == nil {
			if c := g.scope.reason(); c != nil {
				g.decide(&decision{kind: outside, reason: c.reason})
			} else if g.open == 0 {
				g.decide(&decision{kind: ending, reason: "group done"})
			}
		}
		if g.decision != nil {
			g.closeSources()
			if g.alive == 0 {
				g.mu.Unlock()
				return
			}
		}
		n, draw := g.nextWork()
		g.mu.Unlock()
		switch {
		case n == nil:
			t.hold(g.stirred)
		case draw:
			g.work(f, func() { g.drawNext(f, n) })
		default:
			g.work(f, func() { g.evaluate(f, n) })
		}
	}
}

// nextWork gives what the conductor does next: a node to evaluate, or a for of
// which a turn is drawn; nil where it has to wait.
func (g *group) nextWork() (n *node, draw bool) {
	if g.decision != nil {
		return nil, false
	}
	for len(g.deciding) > 0 {
		n = g.deciding[0]
		g.deciding = g.deciding[1:]
		if n.state == waiting {
			return n, false
		}
	}
	d := g.drawable()
	if d == nil || len(g.ready) > 0 && g.ready[0].before(d) {
		return nil, false
	}
	return d, true
}

// work runs something that decides. Its failure is no child's and fails the
// group in every mode.
func (g *group) work(f *frame, fn func()) {
	err := g.attempt(f, fn)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		g.decide(&decision{kind: failing, err: err, reason: "group failed"})
	}
	g.checkRace()
	g.pump()
}

// stirred tells whether the conductor has something to do.
func (g *group) stirred() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.decision != nil {
		return g.alive == 0
	}
	if g.scope.dead.Load() || g.open == 0 || len(g.deciding) > 0 {
		return true
	}
	d := g.drawable()
	return d != nil && (len(g.ready) == 0 || !g.ready[0].before(d))
}

// hold waits until ready gives true, whatever is cancelled meanwhile: a join.
func (t *Thread) hold(ready func() bool) {
	ch := t.waker()
	for !ready() {
		<-*ch
	}
}

// drawNext draws one turn of a for.
func (g *group) drawNext(f *frame, n *node) {
	if p := n.puller; p != nil {
		g.mu.Lock()
		v, arrived, err := p.value, p.arrived, p.err
		p.value, p.arrived = Nil, false
		turn := len(n.turns)
		if !arrived {
			g.exhaust(n)
		}
		g.mu.Unlock()
		if err != nil {
			f.pos = n.code.(*forCode).at
			f.throw(errorOf("io", err))
		}
		if arrived {
			g.draw(f, n, Int(int64(turn)), v)
		}
		return
	}
	k, v, ok := n.source.next(f)
	if !ok {
		g.mu.Lock()
		g.exhaust(n)
		g.mu.Unlock()
		return
	}
	f.turn()
	g.draw(f, n, k, v)
	if remaining(n.source) == 0 {
		g.mu.Lock()
		g.exhaust(n)
		g.mu.Unlock()
	}
}

// puller waits for the values of a stream that a group's for runs over, on a
// goroutine of its own: one at a time, each when a turn may be drawn.
type puller struct {
	source  Stream
	pulling bool
	arrived bool // value is there
	over    bool // nothing more comes
	value   Value
	err     error
	closed  sync.Once
}

// pull has the puller wait for the next value. The group's lock is held.
func (g *group) pull(n *node) {
	p := n.puller
	if p.pulling || p.over || p.arrived {
		return
	}
	p.pulling = true
	g.alive++
	c := g.parent.run.threads.Get().(*child)
	c.fork(g)
	go func() {
		ctx := c.context()
		v, ok, err := p.source.Next(ctx)
		c.body.leave()
		g.mu.Lock()
		p.pulling = false
		if c.scope.dead.Load() {
			err = nil
		}
		if ok && err == nil {
			p.value, p.arrived = v.share(), true
		} else {
			p.over, p.err = true, err
		}
		g.alive--
		g.conductorThread().signal()
		g.mu.Unlock()
		g.parent.run.threads.Put(c)
	}()
}

// closeSources closes the streams that no turn will be drawn from any more.
func (g *group) closeSources() {
	for _, n := range g.drawing {
		if p := n.puller; p != nil && !p.pulling {
			p.closed.Do(func() { p.source.Close() })
		}
	}
}

func sortNodes(nodes []*node) {
	sort.SliceStable(nodes, func(i, j int) bool { return nodes[i].before(nodes[j]) })
}
