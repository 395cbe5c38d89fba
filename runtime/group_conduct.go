package runtime

import (
	"sync"

	"github.com/tgscript/tgscript/ast"
)

// conduct evaluates what had to wait, and returns when every child has ended.
// It runs on the goroutine of the group's parent, of a stream on one of its
// own.
func (g *group) conduct(f *frame) {
	for {
		g.mu.Lock()
		if g.decision == nil && (g.open == 0 || g.scope.dead.Load()) {
			g.conclude()
		}
		if g.decision != nil {
			g.closeSources()
			if g.alive == 0 {
				g.unlock()
				f.t.attend()
				return
			}
		}
		n, draw := g.nextWork()
		g.unlock()
		switch {
		case n == nil:
			f.t.hold(g.stirred)
		case draw:
			g.work(f, n, func() int { return g.drawNext(f, n) })
		default:
			g.work(f, n, func() int { return g.decideNode(f, n) })
		}
	}
}

// stirred tells whether the conductor has something to do.
func (g *group) stirred() bool {
	g.mu.Lock()
	defer g.unlock()
	if g.decision != nil {
		return g.alive == 0
	}
	if g.scope.dead.Load() || g.open == 0 {
		return true
	}
	n, _ := g.nextWork()
	return n != nil
}

// nextWork gives what the conductor does next: a node to evaluate, or a for of
// which a turn is drawn; nil where it has to wait.
func (g *group) nextWork() (n *node, draw bool) {
	if g.decision != nil {
		return nil, false
	}
	for len(g.deciding) > 0 {
		if n = g.deciding[0]; n.state == waiting {
			return n, false
		}
		g.deciding = g.deciding[1:]
	}
	var ready *node
	if len(g.ready) > 0 {
		ready = g.ready[0]
	}
	if n = g.drawable(ready); n == nil {
		return nil, false
	}
	return n, true
}

// drawable gives the first for that has come to its end, which takes no slot,
// or that stands before a node and may draw a turn now; nil if there is none.
// Without a node it may stand anywhere.
func (g *group) drawable(before *node) *node {
	limit := g.settings.limit
	for _, n := range g.drawing {
		w, isWorklist := n.source.(*worklistIterator)
		switch {
		case n.puller != nil && n.puller.over, isWorklist && n.unended == 0 && w.w.empty():
			return n
		case before != nil && !n.before(before):
		case !g.free(), limit > 0 && (n.unended >= limit || len(g.results) >= limit):
		case isWorklist && w.w.empty(): // its turns may add to it
		case n.puller != nil && !n.puller.arrived && !n.puller.takes():
			g.pull(n)
		default:
			return n
		}
	}
	return nil
}

// brood is what the conductor is planning: a node, or one turn of it. What
// becomes ready of it waits until all of it is planned.
type brood struct {
	node  *node
	turn  *turn // nil: all of node
	ready []*node
}

// holds tells whether n belongs to what is being planned.
func (b *brood) holds(n *node) bool {
	if b.node == nil {
		return false
	}
	for ; n != nil; n = n.up {
		if b.turn != nil && n.turn == b.turn || b.turn == nil && n == b.node {
			return true
		}
	}
	return false
}

// work runs something that decides about a node. Its failure is no child's and
// fails the group in every mode. fn gives how many possible winners of a race
// it took away, -1 if it does not know.
func (g *group) work(f *frame, n *node, fn func() (lost int)) {
	g.mu.Lock()
	if len(g.deciding) > 0 && g.deciding[0] == n {
		g.deciding = g.deciding[1:]
	}
	g.brood = brood{node: n}
	g.unlock()
	f.t.attend() // it has waited: the next point looks at once
	lost := -1
	err := g.attempt(f, func() {
		f.t.conducts = g
		lost = fn()
		g.checkLabels(f)
	})
	g.mu.Lock()
	defer g.unlock()
	hatched := g.brood.ready
	g.brood, g.stalled = brood{}, false
	if err != nil {
		g.decide(&decision{kind: failing, err: err, reason: "group failed"})
	}
	for _, n := range hatched {
		if n.state == waiting {
			g.makeReady(n)
		}
	}
	g.checkRace(lost)
	g.pump()
}

// stall notes that the conductor waits in what it evaluates, so that the
// children need not wait for it.
func (g *group) stall() {
	if g.around != nil {
		g.around.stall()
	}
	g.mu.Lock()
	defer g.unlock()
	if !g.stalled {
		g.stalled = true
		g.pump()
	}
}

// decideNode evaluates what decides about a node.
func (g *group) decideNode(f *frame, n *node) (lost int) {
	if _, ok := n.code.(*choiceCode); !ok || g.code.mode != ast.ModeRace {
		g.evaluate(f, n)
		return -1
	}
	before := g.chances(n)
	g.evaluate(f, n)
	if after := g.chances(n); before >= 0 && after >= 0 {
		return before - after
	}
	return -1
}

// drawNext draws one turn of a for.
func (g *group) drawNext(f *frame, n *node) (lost int) {
	f.turn() // now: a value that is taken is a turn, whatever is cancelled
	k, v, ok := g.nextTurn(f, n)
	if ok {
		g.draw(f, n, k, v)
	}
	if !ok || n.toCome == 0 {
		g.mu.Lock()
		g.exhaust(n)
		g.unlock()
	}
	if ok && n.toCome >= 0 && g.code.mode == ast.ModeRace {
		each := mostOf(n.code.(*forCode).items)
		drawn := g.chances(n.turns[len(n.turns)-1].nodes...)
		if each >= 0 && drawn >= 0 {
			return each - drawn
		}
	}
	return -1
}

// nextTurn gives the key and value of a for's next turn.
func (g *group) nextTurn(f *frame, n *node) (k, v Value, ok bool) {
	p := n.puller
	if p == nil {
		return n.source.next(f)
	}
	g.mu.Lock()
	v, ok = p.value, p.arrived
	err := p.err
	p.value, p.arrived = Nil, false
	k = Int(int64(n.count))
	g.unlock()
	if !ok {
		p.close()
	}
	if err != nil {
		panic(err)
	}
	return k, v, ok
}

// puller waits for the values of a stream that a group's for runs over, on a
// goroutine of its own: one at a time, each when a turn may be drawn.
type puller struct {
	source  iterator
	pulling bool
	arrived bool // value is there
	over    bool // nothing more comes
	value   Value
	err     *Error
	closed  sync.Once
}

func (p *puller) close() { p.closed.Do(p.source.close) }

// waits tells whether drawing from an iterator may have to wait.
func waits(it iterator) bool {
	switch it.(type) {
	case *streamIterator, *channelIterator:
		return true
	}
	return false
}

// takes tells whether there is something now: a channel's next value, or its
// end. What is ready is taken in source order, so nobody may have to wait first
// for a goroutine to find it. The group's lock is held.
func (p *puller) takes() bool {
	it, isChannel := p.source.(*channelIterator)
	if !isChannel || p.pulling {
		return false
	}
	it.ch.mu.Lock()
	v, ok, ready := it.ch.take()
	it.ch.mu.Unlock()
	if ready {
		p.value, p.arrived, p.over = v, ok, !ok
	}
	return ready
}

// pull has the puller wait for the next value. The group's lock is held.
func (g *group) pull(n *node) {
	p := n.puller
	if p.pulling || g.decision != nil {
		return
	}
	p.pulling = true
	g.alive++
	x := g.parent.run
	c := x.freeChild()
	c.pull = n
	c.fork(g)
	code := n.code.(*forCode)
	c.base(frame{fn: &c.fn, file: g.instance, proto: code.source.proto, pos: code.at, slots: c.root.slots, depth: g.depth + forkCost})
	x.clock.awaken()
	run := func() {
		ok := false
		v, r := c.top(func() (v Value) {
			_, v, ok = p.source.next(&c.root)
			return v
		})
		c.body.leave()
		g.mu.Lock()
		p.pulling = false
		if ok && r == nil {
			p.value, p.arrived = v, true
		} else {
			p.over = true
			p.err, _ = r.(*Error)
		}
		g.alive--
		g.stirs = true
		g.unlock()
		c.of, c.pull = nil, nil
		x.clock.end(&c.Thread)
		x.threads.Put(c)
	}
	x.clock.launch(func() { go run() })
}

// closeSources closes the streams that no turn will be drawn from any more. A
// value that was taken from one is a turn all the same, one that never ran.
func (g *group) closeSources() {
	for _, n := range g.drawing {
		if w, ok := n.source.(*worklistIterator); ok {
			w.close()
		}
		p := n.puller
		if p == nil || p.pulling {
			continue
		}
		if p.arrived {
			p.value, p.arrived = Nil, false
			c := n.code.(*forCode)
			t, _ := g.newTurn(n, c)
			endUnplanned(t.nodes, cancelled, &fate{reason: g.decision.reason})
		}
		p.close()
	}
}
