package runtime

import (
	"slices"
	"sort"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// plan makes the nodes and evaluates what mentions no sibling. A failure here
// fails the group before anything starts.
func (g *group) plan(f *frame) {
	g.clock()
	if g.code.fixed {
		g.planAll(f)
		return
	}
	err := g.attempt(f, func() {
		g.planAll(f)
		g.checkLabels(f)
	})
	if err != nil {
		g.mu.Lock()
		g.decide(&decision{kind: failing, err: err, reason: "group failed", traced: true})
		g.unlock()
	}
}

func (g *group) planAll(f *frame) {
	g.nodes = g.newNodes(g.code.items, g.env, nil, 0, nil)
	f.weighNodes(g.nodes)
	g.planNodes(f, g.nodes)
}

// attempt runs code that decides what runs, on the conductor's goroutine: in
// the group's scope, so that it is cancelled as a child is. It gives what the
// code failed with.
func (g *group) attempt(f *frame, fn func()) *Error {
	t := f.t
	s := &scope{thread: t}
	outer, conducts := t.scope, t.conducts
	s.enter(&g.scope)
	t.scope = s
	_, r := f.run(func(*frame) Value {
		fn()
		return Nil
	})
	t.scope, t.conducts = outer, conducts
	s.leave()
	switch r := reasonable(r).(type) {
	case *Error:
		if g.lost(r) {
			return nil
		}
		return r
	case *unwinding:
		if r.cause.program {
			g.mu.Lock()
			g.decide(&decision{kind: outside, reason: r.cause.reason, cause: r.cause})
			g.unlock()
		}
		g.mu.Lock()
		g.stray = append(g.stray, r.failures...)
		g.unlock()
	}
	return nil
}

// lost keeps a failure that comes too late to decide the group.
func (g *group) lost(err *Error) bool {
	g.mu.Lock()
	defer g.unlock()
	if g.decision == nil || g.decision.kind.yields() {
		return false
	}
	g.stray = append(g.stray, err)
	return true
}

// newNodes makes the nodes of items. All of them are there before the first is
// planned, so that whatever fails meanwhile each has a key and an outcome.
func (g *group) newNodes(items []itemCode, e *env, up *node, arm int, in *turn) []*node {
	nodes := make([]*node, len(items))
	all := make([]node, len(items))
	for i, code := range items {
		nodes[i] = &all[i]
		all[i].init(g, code, e, up, in)
		all[i].arm, all[i].place = int32(arm), int32(i)
	}
	return nodes
}

func (n *node) init(g *group, code itemCode, e *env, up *node, in *turn) {
	n.group, n.code, n.env, n.up, n.turn, n.label, n.fate, n.started = g, code, e, up, in, absent, good, notStarted
	if c, ok := code.(*childCode); !ok {
		n.inside = new(inside)
	} else if c.labelled && c.computed == nil {
		n.label = c.key
	}
}

// planNodes counts the nodes and evaluates what can be, in source order.
func (g *group) planNodes(f *frame, nodes []*node) {
	g.mu.Lock()
	for _, n := range nodes {
		if c, ok := n.code.(*childCode); !ok || !c.background {
			g.open++
			if n.turn != nil {
				n.turn.open++
			}
		}
	}
	g.unlock()
	for _, n := range nodes {
		g.planNode(f, n)
	}
}

// planNode finds what a node waits for, and evaluates what it can.
func (g *group) planNode(f *frame, n *node) {
	switch c := n.code.(type) {
	case *childCode:
		if c.labelled && c.computed == nil && !c.let && !n.repeats() {
			g.claim(f, n, n.label, c.at)
		}
		if c.computed != nil && g.mention(n, c.computed.mentions, true) {
			g.evaluateLabel(f, n, c)
		}
		g.mu.Lock()
		defer g.unlock()
		g.tellPlanned(n)
		g.mentionLocked(n, c.body.mentions, false)
		if n.waitsForNothing() {
			g.makeReady(n)
		}
	case *forCode:
		if c.named {
			g.claim(f, n, c.key, c.at)
		}
		if g.mention(n, c.source.mentions, false) {
			g.expandFor(f, n, c)
		}
	case *choiceCode:
		if g.mention(n, c.decide.mentions, false) {
			g.expandChoice(f, n, c)
		}
	}
}

// waitsForNothing tells whether a child can start.
func (n *node) waitsForNothing() bool {
	c := n.code.(*childCode)
	return n.state == waiting && n.waits == 0 && (c.computed == nil || n.label.ref != tagAbsent)
}

// mention makes n wait for the siblings it mentions that are not known yet;
// one that has failed already makes it upstream. It tells whether n is to go
// on now.
func (g *group) mention(n *node, mentions []resolve.Mention, label bool) bool {
	g.mu.Lock()
	defer g.unlock()
	return g.mentionLocked(n, mentions, label)
}

func (g *group) mentionLocked(n *node, mentions []resolve.Mention, label bool) bool {
	if n.state != waiting {
		return false
	}
	waits := int32(0)
	for _, m := range mentions {
		s := &n.env.at(m.Level).names[m.Name]
		switch {
		case !s.known:
			s.waiters = append(s.waiters, waiter{n, label, m.Caught})
			waits++
		case s.root != nil && !m.Caught:
			g.endUpstream(n, s.root)
			return false
		}
	}
	if label {
		n.labelWaits = waits
	} else {
		n.waits = waits
	}
	return waits == 0
}

// failedMention gives the root of a failed sibling that a child mentions
// outside of a catch; nil if there is none.
func (n *node) failedMention() *node {
	c := n.code.(*childCode)
	of := func(mentions []resolve.Mention) *node {
		for _, m := range mentions {
			if s := &n.env.at(m.Level).names[m.Name]; s.known && s.root != nil && !m.Caught {
				return s.root
			}
		}
		return nil
	}
	if root := of(c.body.mentions); root != nil || c.computed == nil {
		return root
	}
	return of(c.computed.mentions)
}

// evaluate runs what decides about a node: a list, a choice, a label.
func (g *group) evaluate(f *frame, n *node) {
	switch c := n.code.(type) {
	case *childCode:
		g.evaluateLabel(f, n, c)
		g.mu.Lock()
		if n.waitsForNothing() {
			g.makeReady(n)
		}
		g.unlock()
	case *forCode:
		g.expandFor(f, n, c)
	case *choiceCode:
		g.expandChoice(f, n, c)
	}
}

// evaluateLabel finds a child's computed label, which must be new.
func (g *group) evaluateLabel(f *frame, n *node, c *childCode) {
	v, _ := f.runUnit(c.computed, n.env, nil)
	at := c.computed.proto.pos
	if err := checkFor("label", v); err != nil {
		f.pos = at
		f.throw(err)
	}
	g.claim(f, n, v, at)
	g.mu.Lock()
	n.label = v
	g.unlock()
}

// runUnit runs a unit of the group on the frame's thread. It gives the frame
// it ran in too, which is good until the next call.
func (f *frame) runUnit(u *unitCode, e *env, args []Value) (Value, *frame) {
	fn := topLevel
	if len(u.captures) > 0 {
		caps := e.captured(u.captures, make([]Value, 0, len(u.captures)))
		fn = &Function{header: header{KindFunction}, caps: caps}
	}
	n := f.enter(fn, u.proto, f.file)
	copy(n.slots, args)
	return u.proto.body(n), n
}

// expandFor evaluates a for's list. Without a limit its turns are drawn at
// once, those of a stream as they arrive.
func (g *group) expandFor(f *frame, n *node, c *forCode) {
	it := g.source(f, n, c)
	pulled := waits(it)
	left := turnsOf(it)
	lazy := g.settings.limit > 0 || left < 0
	if left < 0 {
		if g.code.mode == ast.ModeStream && c.shifts {
			it.close()
			f.pos = c.at
			f.throw(Fail("type", "an item after this `for` has no label, and its position is not known when the stream begins").
				hint("give it a label, or write `name: for …`"))
		}
	}
	g.mu.Lock()
	n.source, n.expanded, n.toCome = it, true, left
	if pulled {
		n.puller = &puller{source: it}
	}
	if lazy && left != 0 {
		g.drawing = insertNode(g.drawing, n)
		g.unlock()
		return
	}
	n.turns = make([]*turn, 0, min(left, 1<<16))
	if c.small() {
		g.ready = slices.Grow(g.ready, min(left, 1<<16))
	}
	g.unlock()
	for ; ; left-- {
		k, v, ok := it.next(f)
		if !ok {
			break
		}
		f.turn()
		if len(n.room) == 0 && c.small() {
			n.room = make([]smallTurn, min(max(left, 1), turnsAtOnce))
		}
		g.draw(f, n, k, v)
	}
	g.mu.Lock()
	g.exhaust(n)
	g.unlock()
}

// source evaluates what a for runs over.
func (g *group) source(f *frame, n *node, c *forCode) iterator {
	v, _ := f.runUnit(c.source, n.env, nil)
	if data, ok := HostData(worklistType, v); ok {
		w := data.(*worklist)
		if !w.claim(g) {
			f.pos = c.at
			f.throw(Fail("value", "another `for` draws from this worklist"))
		}
		return &worklistIterator{w: w}
	}
	return f.iterate(v, c.paired, c.at)
}

// draw makes the next turn of a for and plans its items.
func (g *group) draw(f *frame, n *node, k, v Value) {
	c := n.code.(*forCode)
	g.mu.Lock()
	t, e := g.newTurn(n, c)
	n.unended++
	t.open++ // while its items are planned
	if g.brood.node == n {
		g.brood.turn = t
	}
	if c.simple {
		// Nothing to evaluate: the turn is its child.
		c.bindDirectly(e, v)
		g.open++
		g.tellPlanned(t.nodes[0])
		g.makeReady(t.nodes[0])
		g.bound()
		g.unlock()
		f.weighNodes(t.nodes)
		return
	}
	g.unlock()
	f.weighNodes(t.nodes)
	c.bindTurn(f, e, k, v)
	g.planNodes(f, t.nodes)
	g.mu.Lock()
	g.closeTurn(t)
	g.bound()
	g.unlock()
}

// newTurn makes the next turn of a for, with its variables and nodes.
func (g *group) newTurn(n *node, c *forCode) (*turn, *env) {
	var t *turn
	var e *env
	if c.small() {
		// Nearly every for: one object instead of five, or less where it is
		// known that more turns come.
		var s *smallTurn
		if len(n.room) > 0 {
			s, n.room = &n.room[0], n.room[1:]
		} else {
			s = new(smallTurn)
		}
		t, e = &s.turn, &s.env
		e.outer, e.vars = n.env, s.vars[:]
		s.list[0] = &s.node
		s.node.init(g, c.items[0], e, n, t)
		t.nodes = s.list[:]
	} else {
		t, e = new(turn), newEnv(c.env, n.env)
		t.nodes = g.newNodes(c.items, e, n, 0, t)
	}
	t.of, t.number = n, n.count
	n.count++
	if n.toCome > 0 {
		n.toCome--
	}
	n.turns = append(n.turns, t)
	return t, e
}

// turnsAtOnce is how many turns of a for are made as one object: of 32 each
// takes half the time.
const turnsAtOnce = 32

// small tells whether a turn of the for is a smallTurn.
func (c *forCode) small() bool {
	return len(c.items) == 1 && c.env.Vars <= 1 && len(c.env.Names) == 0
}

// smallTurn is a turn of one item and one variable at the most.
type smallTurn struct {
	turn turn
	env  env
	node node
	vars [1]Value
	list [1]*node
}

// bindTurn binds the for's names to the turn's key and value.
func (c *forCode) bindTurn(f *frame, e *env, k, v Value) {
	if c.direct {
		c.bindDirectly(e, v)
		return
	}
	_, frame := f.runUnit(c.bind, e.outer, []Value{k, v})
	for i, slot := range c.slots {
		e.vars[i] = frame.slots[slot].share()
	}
}

// bindDirectly binds the one name of a for, if it has one.
func (c *forCode) bindDirectly(e *env, v Value) {
	if len(c.slots) > 0 {
		e.vars[0] = v.share()
	}
}

// exhaust notes that a for has no turns left.
func (g *group) exhaust(n *node) {
	n.drawn, n.toCome = true, 0
	for i, d := range g.drawing {
		if d == n {
			g.drawing = append(g.drawing[:i:i], g.drawing[i+1:]...)
			break
		}
	}
	g.closeFor(n)
}

// expandChoice evaluates a branch or if, plans the items of the arm that was
// chosen and skips the others'.
func (g *group) expandChoice(f *frame, n *node, c *choiceCode) {
	v, frame := f.runUnit(c.decide, n.env, nil)
	chosen := int(v.int())
	if chosen >= 0 {
		for i, slot := range c.arms[chosen].slots {
			n.env.vars[c.arms[chosen].vars[i]] = frame.slots[slot].share()
		}
	}
	g.mu.Lock()
	n.expanded = true
	n.arms = make([][]*node, len(c.arms))
	for i, arm := range c.arms {
		n.arms[i] = g.newNodes(arm.items, n.env, n, i, n.turn)
		if i != chosen {
			endUnplanned(n.arms[i], skipped, good)
		}
	}
	for i, arm := range c.arms {
		if i == chosen {
			continue
		}
		for _, name := range arm.names {
			if chosen < 0 || !slices.Contains(c.arms[chosen].names, name) {
				g.publish(&n.env.names[name], Nil, nil)
			}
		}
	}
	g.unlock()
	if chosen >= 0 {
		g.planNodes(f, n.arms[chosen]) // which may mention what was skipped
	}
	for i, arm := range n.arms {
		if i != chosen {
			g.claimSkipped(f, arm)
		}
	}
	g.mu.Lock()
	defer g.unlock()
	n.state = done
	g.close(n)
}

// endUnplanned ends nodes that will not run, those of their arms too.
func endUnplanned(nodes []*node, s state, end *fate) {
	for _, n := range nodes {
		n.state, n.fate = s, end
		if c, ok := n.code.(*choiceCode); ok {
			n.arms = n.group.armsOf(n, c)
			for _, arm := range n.arms {
				endUnplanned(arm, s, end)
			}
		}
	}
}

// armsOf makes the nodes of a choice that is not evaluated.
func (g *group) armsOf(n *node, c *choiceCode) [][]*node {
	arms := make([][]*node, len(c.arms))
	for i, arm := range c.arms {
		arms[i] = g.newNodes(arm.items, n.env, n, i, n.turn)
	}
	return arms
}

// publish makes a name known and lets go those who waited for it.
func (g *group) publish(s *name, v Value, root *node) {
	if s.known {
		return
	}
	s.known, s.value, s.root = true, v.share(), root
	waiters := s.waiters
	s.waiters = nil
	for _, w := range waiters {
		g.wake(w, s)
	}
}

// wake tells a node that a sibling it waited for is known.
func (g *group) wake(w waiter, s *name) {
	n := w.node
	if n.state != waiting {
		return
	}
	if s.root != nil && !w.caught {
		g.endUpstream(n, s.root)
		return
	}
	left := &n.waits
	if w.label {
		left = &n.labelWaits
	}
	if *left--; *left > 0 || g.decision != nil {
		return
	}
	if _, isChild := n.code.(*childCode); !isChild || w.label {
		g.deciding = append(g.deciding, n)
	} else if n.waitsForNothing() {
		g.makeReady(n)
	}
}

// endUpstream ends a node that mentions a sibling which failed: it does not
// start, and so do those that mention it.
func (g *group) endUpstream(n *node, root *node) {
	n.state, n.fate = upstream, &fate{err: root.err, root: root, reason: keyText(root.key()) + " failed"}
	g.deliver(n)
	switch c := n.code.(type) {
	case *childCode:
		g.tellChildEnded(n)
		if c.background {
			return
		}
		g.publishFailed(n, c.name, root)
	case *forCode:
		n.drawn = true
		g.publishFailed(n, c.name, root)
	case *choiceCode:
		n.arms = g.armsOf(n, c)
		for _, arm := range n.arms {
			endUnplanned(arm, upstream, n.fate)
		}
		eachNode([]*node{n}, once(g.deliver))
		for _, arm := range c.arms {
			for _, name := range arm.names {
				g.publishFailed(n, name, root)
			}
		}
	}
	g.close(n)
}

// publishFailed makes a name known as failed; below 0 there is none.
func (g *group) publishFailed(n *node, name int, root *node) {
	if name >= 0 {
		g.publish(&n.env.names[name], failure(root.err), root)
	}
}

// failure gives a failed sibling as the value that raises its error.
func failure(err *Error) Value {
	return Value{ref: &(&failed{header{kindFailed}, err}).header}
}

// once visits the first only of the nodes of different arms that share a
// fixed label.
func once(visit func(*node)) func(*node) {
	seen := map[armLabel]bool{}
	return func(n *node) {
		if label, ok := n.armLabel(); ok {
			if seen[label] {
				return
			}
			seen[label] = true
		}
		visit(n)
	}
}

// armLabel gives the label that is written at a node in an arm.
func (n *node) armLabel() (l armLabel, ok bool) {
	if n.up == nil {
		return l, false
	}
	if _, ok := n.up.code.(*choiceCode); !ok {
		return l, false
	}
	switch c := n.code.(type) {
	case *childCode:
		return armLabel{n.env, c.label}, c.labelled && c.computed == nil && c.label != "_"
	case *forCode:
		return armLabel{n.env, c.label}, c.named
	}
	return l, false
}

// Source order.

// before tells whether n stands before o in the source (turns in their order).
func (n *node) before(o *node) bool {
	if n.up == o.up {
		// Nearly always, as each that is made ready is compared.
		switch {
		case n.turn != o.turn:
			return n.turn.number < o.turn.number
		case n.arm != o.arm:
			return n.arm < o.arm
		}
		return n.place < o.place
	}
	var x, y [16]int
	a, b := n.route(x[:0]), o.route(y[:0])
	for len(a) > 0 && len(b) > 0 {
		i, j := a[len(a)-1], b[len(b)-1]
		if i != j {
			return i < j
		}
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) < len(b)
}

// route gives where n stands, innermost index first.
func (n *node) route(route []int) []int {
	for ; n != nil; n = n.up {
		route = append(route, int(n.place))
		if n.up == nil {
			break
		}
		if _, ok := n.up.code.(*choiceCode); ok {
			route = append(route, int(n.arm))
		} else {
			route = append(route, n.turn.number)
		}
	}
	return route
}

// insertNode puts a node where it belongs among nodes in source order.
func insertNode(nodes []*node, n *node) []*node {
	i := len(nodes)
	if i > 0 && n.before(nodes[i-1]) {
		i = sort.Search(i, func(i int) bool { return n.before(nodes[i]) })
	}
	nodes = append(nodes, nil)
	copy(nodes[i+1:], nodes[i:])
	nodes[i] = n
	return nodes
}
