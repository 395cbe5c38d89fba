package runtime

import "github.com/tgscript/tgscript/ast"

// streamLoop compiles `for r in group stream … { }`: the children run beside
// the loop, which gets each result as it comes. Leaving the loop, however,
// cancels and joins the rest first.
func (u *unit) streamLoop(s *ast.ForStmt, x *ast.GroupExpr, bind func(f *frame, k, v Value)) exec {
	code := u.groupCode(x)
	body := u.loopBody(s.Body)
	return func(f *frame) ctl {
		g := f.newGroup(code)
		defer g.leave()
		conductor := g.ownConductor(f)
		g.plan(f)
		g.spawn(conductor)
		c := next
		_, r := f.run(func(f *frame) Value {
			for i := int64(0); c == next; i++ {
				f.pos = code.at
				v, ok := g.take(f)
				if !ok {
					break
				}
				f.turn()
				bind(f, Int(i), v)
				if c = body(f); c == continues {
					c = next
				}
			}
			return Nil
		})
		ret := f.ret
		g.abandon(f.t)
		g.endStream(f, r)
		f.ret = ret
		if c == breaks {
			c = next
		}
		return c
	}
}

// ownConductor gives a stream's group a thread that conducts it beside the
// loop. It is the group's before planning can show it to anybody.
func (g *group) ownConductor(f *frame) *child {
	c := g.parent.run.freeChild()
	c.fork(g)
	c.base(frame{fn: f.fn, file: f.file, proto: f.proto, pos: g.code.at, depth: g.depth + forkCost, slots: c.root.slots})
	g.conductor, g.around = &c.Thread, nil
	g.scope.watch(g.conductor)
	return c
}

// spawn starts the conductor's goroutine. abandon waits for it.
func (g *group) spawn(conductor *child) {
	clock := g.parent.run.clock
	clock.awaken()
	run := func() {
		g.lend(g.conductor, g.begin())
		g.conduct(&conductor.root)
		conductor.body.leave()
		g.settleStates()
		g.mu.Lock()
		g.tellUnstarted()
		g.deliverLate()
		g.over = true
		g.parent.signal()
		g.unlock()
		clock.end(g.conductor)
	}
	clock.launch(func() { go run() })
}

// abandon ends a stream's group, if it has not ended by itself, and waits for
// that.
func (g *group) abandon(t *Thread) {
	g.mu.Lock()
	g.decide(&decision{kind: leaving, reason: "loop left"})
	g.stirs = true
	g.unlock()
	t.hold(func() bool {
		g.mu.Lock()
		defer g.unlock()
		return g.over
	})
	t.attend()
}

// endStream raises what the loop's body was left by, or else what the whole
// group failed with.
func (g *group) endStream(f *frame, r any) {
	d := g.decision
	_, jumps := r.(*jump) // a return out of an expression in the body
	if u, ok := r.(*unwinding); ok {
		if d.kind == failing {
			u.failures = append(u.failures, g.failure(f, d))
		} else {
			u.failures = append(u.failures, g.gathered(f)...)
		}
		panic(u)
	}
	switch d.kind {
	case failing:
		if r == nil || jumps {
			panic(g.failure(f, d))
		}
		e := g.failure(f, d)
		g.parent.run.warnText(joinText(g.parent.path(), e.Child), "failed: "+e.Message)
	case outside:
		if r == nil || jumps {
			panic(&unwinding{d.cause, g.gathered(f)})
		}
		g.warnLost()
	default:
		g.warnLost()
	}
	if r != nil {
		panic(r)
	}
	if f.t.scope.dead.Load() {
		f.t.strike()
	}
}

// deliver hands a node that has ended to the loop of a stream.
func (g *group) deliver(n *node) {
	if g.code.mode != ast.ModeStream || g.decision != nil && g.decision.kind != timing {
		return
	}
	switch c := n.code.(type) {
	case *childCode:
		if c.background || c.let && n.state != failedState {
			return
		}
	case *forCode:
		if !c.named {
			return
		}
	case *choiceCode:
		return
	}
	if n.state == done || n.state == failedState || n.state == upstream {
		g.results = append(g.results, n)
		g.parent.signal()
	}
}

// deliverLate hands over those that a timeout has ended, in source order.
func (g *group) deliverLate() {
	if g.decision.kind != timing {
		return
	}
	late := once(func(n *node) { g.results = append(g.results, n) })
	eachNode(g.nodes, func(n *node) {
		if g.timedOut(n) {
			late(n)
		}
	})
}

// take waits for the next result of a stream; ok is false at its end. Results
// that came before the group failed are still taken.
func (g *group) take(f *frame) (v Value, ok bool) {
	var n *node
	f.await("a result of a group stream", func() bool {
		g.mu.Lock()
		defer g.unlock()
		if len(g.results) > 0 {
			n = g.results[0]
			g.results[0] = nil
			g.results = g.results[1:]
			g.stirs = true
			return true
		}
		return g.over
	})
	if n == nil {
		return Nil, false
	}
	g.mu.Lock()
	defer g.unlock()
	m := newMap(4)
	m.put(streamKeys[0], n.key())
	m.put(streamKeys[1], Bool(n.state == done))
	value, failure := n.value, Nil
	if n.state != done {
		value = Nil
		err := n.err
		if n.state != upstream {
			err = g.errorFor(n)
		}
		failure = err.value()
	}
	m.put(streamKeys[2], value)
	m.put(streamKeys[3], failure)
	n.taken = true
	if n.turn != nil {
		g.forget(n.turn)
	}
	return m.value(), true
}

var streamKeys = [...]Value{String("label"), String("ok"), String("value"), String("error")}

// forget lets go of a turn of a stream under a limit once all its results are
// taken, so that the stream stays flat in memory.
func (g *group) forget(t *turn) {
	for ; t != nil; t = t.of.turn {
		n := t.of
		c := n.code.(*forCode)
		if g.code.mode != ast.ModeStream || g.settings.limit == 0 || c.mentioned || t.open > 0 || !gone(t.nodes) {
			return
		}
		g.parent.run.events.forget(g, t.nodes)
		if c.each < 0 {
			t.size += sizes(t.nodes)
			t.nodes = nil // its number is that of the next turns
			continue
		}
		for i, o := range n.turns {
			if o == t {
				n.turns = append(n.turns[:i], n.turns[i+1:]...)
				break
			}
		}
	}
}

// gone tells whether nobody can ask for any of the nodes any more.
func gone(nodes []*node) bool {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			if !n.taken && (!n.state.ended() || c.counts() && n.state != skipped || n.err != nil || n.cleanups != nil || n.group.timedOut(n)) {
				return false
			}
		case *forCode:
			if !n.state.ended() {
				return false
			}
			for _, t := range n.turns {
				if t.nodes != nil {
					return false
				}
			}
		case *choiceCode:
			for _, arm := range n.arms {
				if !gone(arm) {
					return false
				}
			}
		}
	}
	return true
}
