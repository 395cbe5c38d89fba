package runtime

import "github.com/tgscript/tgscript/ast"

// streamLoop compiles `for r in group stream … { }`: the children run beside
// the loop, which gets each result as it comes. Leaving the loop, however,
// cancels and joins the rest first.
func (u *unit) streamLoop(s *ast.ForStmt, x *ast.GroupExpr, bind func(f *frame, k, v Value)) exec {
	code := u.groupCode(x)
	body := u.loopBody(s.Body)
	return func(f *frame) (c ctl) {
		g := f.newGroup(code)
		defer g.leave()
		g.plan(f)
		g.spawnConductor(f)
		ended := false
		defer func() {
			if !ended { // the body is left by a panic
				g.abandon(f.t)
			}
		}()
		for i := int64(0); ; i++ {
			n, ok := g.take(f)
			if !ok {
				break
			}
			f.turn()
			bind(f, Int(i), n)
			if c = body(f); c == returns || c == breaks {
				break
			}
			c = next
		}
		ended = true
		g.abandon(f.t)
		g.endStream(f)
		if c == breaks {
			c = next
		}
		return c
	}
}

// spawnConductor starts the goroutine that conducts a stream's group beside
// its loop. abandon waits for it.
func (g *group) spawnConductor(f *frame) {
	c := g.parent.run.threads.Get().(*child)
	c.fork(g)
	c.root = frame{t: &c.Thread, fn: f.fn, file: f.file, proto: f.proto, pos: f.pos, prev: f, next: c.root.next, slots: c.root.slots}
	g.conductor = &c.Thread
	go func() {
		g.begin()
		g.conduct(&c.root)
		c.body.leave()
		g.settleStates()
		g.mu.Lock()
		g.deliverLate()
		g.over = true
		g.parent.signal()
		g.mu.Unlock()
	}()
}

// abandon ends a stream's group, if it has not ended by itself, and waits for
// that.
func (g *group) abandon(t *Thread) {
	g.mu.Lock()
	g.decide(&decision{kind: leaving, reason: "loop left"})
	g.conductor.signal()
	g.mu.Unlock()
	t.hold(func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.over
	})
	t.attend()
}

// endStream raises what the whole group failed with, after its loop.
func (g *group) endStream(f *frame) {
	if g.decision.kind == failing {
		panic(g.failure(f, g.decision))
	}
	if g.decision.kind == outside {
		panic(&unwinding{cause: g.scope.reason(), failure: g.gathered(f)})
	}
	g.each(g.nodes, func(n *node) {
		if n.cleanup != nil && g.decision.kind != timing {
			g.parent.run.warnText(joinText(g.parent.path(), keyText(n.key())), "deferred code failed: "+n.cleanup.Message)
		}
	})
	if f.t.scope.dead.Load() {
		f.t.strike()
	}
}

// deliver hands a node that has ended to the loop of a stream.
func (g *group) deliver(n *node) {
	if g.code.mode != ast.ModeStream {
		return
	}
	if c, ok := n.code.(*childCode); ok && (c.background || c.let && n.state != failedState) {
		return
	}
	if n.state != done && n.state != failedState && n.state != upstream {
		return
	}
	if g.decision != nil && g.decision.kind == leaving {
		return
	}
	g.results = append(g.results, n)
	g.unread++
	g.parent.signal()
}

// deliverLate hands over those that a timeout has ended, in source order.
func (g *group) deliverLate() {
	if g.code.mode != ast.ModeStream || g.decision == nil || g.decision.kind != timing {
		return
	}
	g.each(g.nodes, func(n *node) {
		if c := n.code.(*childCode); c.counts() && n.state == cancelled {
			g.results = append(g.results, n)
		}
	})
}

// take waits for the next result of a stream; ok is false at its end. Results
// that came before the group failed are still taken.
func (g *group) take(f *frame) (v Value, ok bool) {
	var n *node
	f.t.await(func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		if len(g.results) > 0 {
			n = g.results[0]
			g.results = g.results[1:]
			g.unread--
			g.conductor.signal()
			return true
		}
		return g.over
	}, nil)
	if n == nil {
		return Nil, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	m := newMap(4)
	m.put(streamKeys[0], n.key())
	m.put(streamKeys[1], Bool(n.state == done))
	value, failure := n.value, Nil
	if n.state != done {
		value = Nil
		err := n.err
		if c, ok := n.code.(*childCode); ok && c != nil && n.state != upstream {
			err = g.errorFor(n)
		}
		failure = err.value()
	}
	m.put(streamKeys[2], value)
	m.put(streamKeys[3], failure)
	return m.value(), true
}

var streamKeys = [...]Value{String("label"), String("ok"), String("value"), String("error")}
