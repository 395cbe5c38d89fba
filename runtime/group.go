package runtime

import (
	"fmt"
	"sync"
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// A group runs in three steps. The parent plans: it evaluates, in source
// order, everything that decides what will run and mentions no sibling, and
// makes a node for each child. Then the children that wait for nothing start,
// each on a goroutine of its own. Then the parent conducts: it evaluates what
// had to wait for a sibling or a free slot, and leaves when every child has
// ended. All state is behind one lock; scripts run outside it.

// group is one group under way.
type group struct {
	code     *groupCode
	settings settings
	parent   *Thread
	scope    scope // of all its children

	mu       sync.Mutex
	env      *env
	nodes    []*node
	ready    []*node // children that may start when a slot is free, in source order
	deciding []*node // nodes whose list, subject or label can be evaluated now
	drawing  []*node // fors that have turns left, in source order
	running  int     // children under way that hold a slot
	alive    int     // goroutines under way: children, background ones, pullers
	open     int     // nodes that have not ended, background ones apart
	unread   int     // of a stream: results that the loop has not taken
	failures int     // how many children have failed, to tell the first
	busy     bool    // the conductor evaluates something
	planning bool    // nothing may start yet

	wins      []Value   // of a race
	results   []*node   // of a stream: ended and not yet taken
	decision  *decision // nil while undecided
	labels    *mapping  // computed and fixed labels so far
	conductor *Thread   // of a stream; else the parent conducts
	over      bool      // the conductor has left
	instance  *instance // the file whose globals its code sees
	entered   time.Time
	timer     *time.Timer
}

// decision is what a group's end was settled by.
type decision struct {
	kind    verdict
	culprit *node  // the child that failed first, or won
	err     *Error // what the group fails with, before the children are told of
	reason  string // for the outcomes of those it cancelled
}

type verdict uint8

const (
	failing verdict = iota // a child failed, or what decides did
	winning                // a race has its winners
	timing                 // the timeout passed
	ending                 // every child has ended; background ones go
	leaving                // the loop over a stream was left
	outside                // the code around the group was cancelled
)

// env holds the variables and names of a group or of one turn.
type env struct {
	outer *env
	vars  []Value
	names []name
}

func newEnv(code *resolve.Env, outer *env) *env {
	return &env{outer: outer, vars: make([]Value, code.Vars), names: make([]name, len(code.Names))}
}

// at gives the env that is level steps outward.
func (e *env) at(level int) *env {
	for ; level > 0; level-- {
		e = e.outer
	}
	return e
}

// name is what siblings mention: a label or let.
type name struct {
	known   bool
	value   Value // kindFailed where it failed
	root    *node // the node whose failure it is, through chains of upstream ones
	waiters []*node
}

// state is how far a node is.
type state uint8

const (
	waiting state = iota // for a sibling, its turn, a slot
	running
	done
	failedState
	cancelled
	skipped
	upstream
)

var stateNames = [...]string{"cancelled", "cancelled", "done", "failed", "cancelled", "skipped", "upstream"}

func (s state) ended() bool { return s >= done }

// node is a planned item: a child, a for, a choice.
type node struct {
	group *group
	code  itemCode
	env   *env
	up    *node   // the for or choice it stands in; nil at the top
	list  []*node // the nodes it stands among …
	place int     // … and its index there
	arm   int     // of a choice's node: the arm
	turn  *turn   // the turn it belongs to; nil outside a for
	state state
	waits int   // mentioned siblings that are not known yet
	label Value // a child's label once it is known; absent before

	value   Value
	err     *Error
	cleanup *Error // what a cancelled child's deferred code failed with
	order   int    // of a failure: 1 for the first in time
	reason  string
	started time.Time
	ended   time.Time
	child   *child // while it runs

	// Of a for: its turns so far.
	source   iterator
	turns    []*turn
	unended  int  // turns that have children which have not ended
	drawn    bool // no turn is left to draw
	expanded bool // the list, or the choice, was evaluated
	puller   *puller
	labels   *mapping // of a name: for, the computed labels so far
	// Of a choice: the nodes of the chosen arm (or of none, skipped ones).
	arms [][]*node
}

// turn is one turn of a for.
type turn struct {
	number int
	nodes  []*node
	open   int // nodes that have not ended, background ones apart
	of     *node
}

// child is what a node needs while it runs; it is used again by other nodes.
type child struct {
	Thread
	node *node
	fn   Function // holds the captures of the body
	room [4]Value // for few captures
}

// runGroup runs a group that is no stream and gives its value.
func (f *frame) runGroup(code *groupCode) Value {
	g := f.newGroup(code)
	defer g.leave()
	g.plan(f)
	g.begin()
	g.conduct(f)
	return g.finish(f)
}

// newGroup makes ready a group of the frame's thread.
func (f *frame) newGroup(code *groupCode) *group {
	f.turn()
	g := &group{code: code, parent: f.t, settings: f.settings(code), planning: true, instance: f.file, entered: time.Now()}
	g.env = newEnv(code.env, nil)
	for i, c := range code.captures {
		g.env.vars[i] = f.captured(c).share()
	}
	g.scope.enter(f.t.scope)
	return g
}

// leave takes the group's scope out of the tree; its children have ended.
func (g *group) leave() {
	if g.timer != nil {
		g.timer.Stop()
	}
	g.scope.leave()
}

// plan makes the nodes and evaluates what mentions no sibling. A failure here
// fails the group before anything starts.
func (g *group) plan(f *frame) {
	err := g.attempt(f, func() { g.nodes = g.planItems(f, g.code.items, g.env, nil, 0, nil) })
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		g.decide(&decision{kind: failing, err: err, reason: "group failed"})
	} else if g.settings.timed && g.settings.timeout == 0 {
		g.expire()
	}
	g.planning = false
}

// attempt runs code that decides what runs, on the conductor's goroutine: in
// the group's scope, so that it is cancelled as a child is. It gives what the
// code failed with.
func (g *group) attempt(f *frame, fn func()) (err *Error) {
	t := f.t
	s := &scope{thread: t}
	outer := t.scope
	s.enter(&g.scope)
	t.scope = s
	_, r := f.run(func(*frame) Value {
		fn()
		return Nil
	})
	t.scope = outer
	s.leave()
	switch r := r.(type) {
	case *Error:
		return r
	case *unwinding:
		return r.failure
	case nil:
		return nil
	}
	panic(r)
}

// planItems makes the nodes of items, in source order.
func (g *group) planItems(f *frame, items []itemCode, e *env, up *node, arm int, in *turn) []*node {
	nodes := make([]*node, len(items))
	for i, code := range items {
		n := &node{group: g, code: code, env: e, up: up, arm: arm, list: nodes, place: i, turn: in, label: absent}
		nodes[i] = n
		g.planNode(f, n)
	}
	return nodes
}

// planNode counts the node, finds what it waits for, and evaluates what it can.
func (g *group) planNode(f *frame, n *node) {
	g.mu.Lock()
	counts := true
	var mentions []resolve.Mention
	switch c := n.code.(type) {
	case *childCode:
		counts = !c.background
		mentions = c.body.mentions
		if c.computed != nil {
			g.mention(n, c.computed.mentions)
		} else if c.labelled {
			n.label = String(c.label)
		}
	case *forCode:
		mentions = c.source.mentions
	case *choiceCode:
		mentions = c.decide.mentions
	}
	if counts {
		g.open++
		if n.turn != nil {
			n.turn.open++
		}
	}
	g.mention(n, mentions)
	evaluate := n.state == waiting && n.waits == 0 && g.decides(n)
	if n.state == waiting && n.waits == 0 && !evaluate {
		g.makeReady(n)
	}
	g.mu.Unlock()
	if evaluate {
		g.evaluate(f, n)
	} else if c, ok := n.code.(*childCode); ok && c.computed != nil && len(c.computed.mentions) == 0 {
		g.evaluateLabel(f, n, c) // its body waits for a sibling, its label does not
	}
}

// decides tells whether a node that waits for nothing has something to
// evaluate before it can start.
func (g *group) decides(n *node) bool {
	c, isChild := n.code.(*childCode)
	return !isChild || c.computed != nil && n.label.ref == tagAbsent
}

// mention makes n wait for the siblings it mentions that are not known yet.
// One that has failed already makes it upstream.
func (g *group) mention(n *node, mentions []resolve.Mention) {
	for _, m := range mentions {
		s := &n.env.at(m.Level).names[m.Name]
		switch {
		case !s.known:
			s.waiters = append(s.waiters, n)
			n.waits++
		case s.root != nil && !m.Caught:
			g.endUpstream(n, s.root)
			return
		}
	}
}

// evaluate runs what decides about a node: a list, a choice, a label.
func (g *group) evaluate(f *frame, n *node) {
	switch c := n.code.(type) {
	case *childCode:
		g.evaluateLabel(f, n, c)
		g.mu.Lock()
		if n.waits == 0 && n.state == waiting {
			g.makeReady(n)
		}
		g.mu.Unlock()
	case *forCode:
		g.expandFor(f, n, c)
	case *choiceCode:
		g.expandChoice(f, n, c)
	}
}

// evaluateLabel finds a child's computed label, which must be new.
func (g *group) evaluateLabel(f *frame, n *node, c *childCode) {
	v, _ := f.runUnit(c.computed, n.env, nil)
	f.pos = c.computed.proto.pos
	if err := checkKey(v); err != nil {
		f.throw(Fail("type", "a label cannot be %s", withArticle(typeName(v))))
	}
	g.mu.Lock()
	n.label = v
	labels := &g.labels
	if named := n.named(); named != nil {
		labels = &named.labels
	}
	if *labels == nil {
		*labels = newMap(0)
	}
	twice := (*labels).has(v)
	(*labels).put(v, Nil)
	g.mu.Unlock()
	if twice && g.code.mode != ast.ModeStream {
		f.throw(Fail("key", "the label %s stands twice in the group", quoted(v)))
	}
}

// runUnit runs a unit of the group on the frame's thread. It gives the frame
// it ran in too, which is good until the next call.
func (f *frame) runUnit(u *unitCode, e *env, args []Value) (Value, *frame) {
	fn := &Function{header: header{KindFunction}}
	fn.caps = e.captured(u.captures, make([]Value, 0, len(u.captures)))
	n := f.enter(fn, u.proto, f.file)
	copy(n.slots, args)
	v := u.proto.body(n)
	f.t.depth -= u.proto.cost
	return v, n
}

// captured gives what a unit of the group captures, appended to room.
func (e *env) captured(captures []resolve.Capture, room []Value) []Value {
	for _, c := range captures {
		from := e.at(c.Level)
		if c.From == resolve.FromName {
			room = append(room, from.names[c.Index].value)
		} else {
			room = append(room, from.vars[c.Index])
		}
	}
	return room
}

// expandFor evaluates a for's list. Without a limit its turns are drawn at
// once, those of a stream as they arrive.
func (g *group) expandFor(f *frame, n *node, c *forCode) {
	v, _ := f.runUnit(c.source, n.env, nil)
	it := f.iterate(v, c.paired, c.at)
	g.mu.Lock()
	n.source, n.expanded = it, true
	lazy := g.settings.limit > 0
	if s, ok := it.(*streamIterator); ok {
		lazy = true
		n.puller = &puller{source: s.source}
	}
	if lazy {
		g.drawing = append(g.drawing, n)
		sortNodes(g.drawing)
		g.mu.Unlock()
		return
	}
	g.mu.Unlock()
	for {
		k, v, ok := it.next(f)
		if !ok {
			break
		}
		f.turn()
		g.draw(f, n, k, v)
	}
	g.mu.Lock()
	g.exhaust(n)
	g.mu.Unlock()
}

// draw makes the next turn of a for and plans its items.
func (g *group) draw(f *frame, n *node, k, v Value) {
	c := n.code.(*forCode)
	e := newEnv(c.env, n.env)
	_, frame := f.runUnit(c.bind, n.env, []Value{k, v})
	for i, slot := range c.slots {
		e.vars[i] = frame.slots[slot].share()
	}
	g.mu.Lock()
	t := &turn{of: n, number: len(n.turns)}
	n.turns = append(n.turns, t)
	n.unended++
	t.open++ // while its items are planned
	g.mu.Unlock()
	t.nodes = g.planItems(f, c.items, e, n, 0, t)
	g.mu.Lock()
	g.closeTurn(t)
	g.mu.Unlock()
}

// closeTurn notes that a node of a turn has ended, or that it is planned.
func (g *group) closeTurn(t *turn) {
	if t.open--; t.open > 0 {
		return
	}
	g.endBackground(t.nodes)
	n := t.of
	n.unended--
	g.closeFor(n)
}

// endBackground cancels the background children of a turn that is over.
func (g *group) endBackground(nodes []*node) {
	for _, n := range nodes {
		c, ok := n.code.(*childCode)
		switch {
		case ok && c.background && n.state == running:
			n.child.body.cancel(&cancellation{scope: &n.child.body, reason: "group done", err: errDone})
		case ok && c.background && n.state == waiting:
			n.state, n.reason = cancelled, "group done"
		case !ok && len(n.arms) > 0:
			for _, arm := range n.arms {
				g.endBackground(arm)
			}
		}
	}
}

// exhaust notes that a for has no turns left.
func (g *group) exhaust(n *node) {
	n.drawn = true
	for i, d := range g.drawing {
		if d == n {
			g.drawing = append(g.drawing[:i], g.drawing[i+1:]...)
			break
		}
	}
	g.closeFor(n)
}

// closeFor ends a for whose turns are all drawn and over.
func (g *group) closeFor(n *node) {
	if !n.drawn || n.unended > 0 || n.state.ended() {
		return
	}
	n.state = done
	if c := n.code.(*forCode); c.name >= 0 {
		value, root := n.collected()
		g.publish(&n.env.names[c.name], value, root)
	}
	g.close(n)
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
	g.mu.Unlock()
	for i, arm := range c.arms {
		var nodes []*node
		if i == chosen {
			nodes = g.planItems(f, arm.items, n.env, n, i, n.turn)
		} else {
			nodes = g.unplanned(arm.items, n, i, skipped, "")
		}
		g.mu.Lock()
		n.arms[i] = nodes
		g.mu.Unlock()
	}
	g.mu.Lock()
	g.skipNames(n, c, chosen)
	n.state = done
	g.close(n)
	g.mu.Unlock()
}

// skipNames gives nil to those who mention what only the arms that were not
// chosen provide.
func (g *group) skipNames(n *node, c *choiceCode, chosen int) {
	for i, arm := range c.arms {
		if i == chosen {
			continue
		}
		for _, name := range arm.names {
			if chosen < 0 || !containsInt(c.arms[chosen].names, name) {
				g.publish(&n.env.names[name], Nil, nil)
			}
		}
	}
}

func containsInt(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// unplanned makes the nodes of items that will not run, for the result and the
// outcomes.
func (g *group) unplanned(items []itemCode, up *node, arm int, s state, reason string) []*node {
	nodes := make([]*node, len(items))
	for i, code := range items {
		n := &node{group: g, code: code, env: up.env, up: up, arm: arm, list: nodes, place: i, turn: up.turn, label: absent, state: s, reason: reason}
		if c, ok := code.(*childCode); ok && c.labelled && c.computed == nil {
			n.label = String(c.label)
		}
		if c, ok := code.(*choiceCode); ok {
			for a, arm := range c.arms {
				n.arms = append(n.arms, g.unplanned(arm.items, n, a, s, reason))
			}
		}
		nodes[i] = n
	}
	return nodes
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
func (g *group) wake(n *node, s *name) {
	n.waits--
	if n.state != waiting {
		return
	}
	if s.root != nil && !n.catches(s) {
		g.endUpstream(n, s.root)
		return
	}
	if n.waits > 0 || g.decision != nil {
		return
	}
	if g.decides(n) {
		g.deciding = append(g.deciding, n)
		return
	}
	g.makeReady(n)
}

// catches tells whether every mention of a name in n stands where its failure
// is caught.
func (n *node) catches(s *name) bool {
	for _, m := range n.mentions() {
		if &n.env.at(m.Level).names[m.Name] == s && !m.Caught {
			return false
		}
	}
	return true
}

// mentions gives all siblings that the node waits for.
func (n *node) mentions() []resolve.Mention {
	switch c := n.code.(type) {
	case *childCode:
		if c.computed != nil {
			return append(append([]resolve.Mention(nil), c.computed.mentions...), c.body.mentions...)
		}
		return c.body.mentions
	case *forCode:
		return c.source.mentions
	case *choiceCode:
		return c.decide.mentions
	}
	return nil
}

// endUpstream ends a node that mentions a sibling which failed: it does not
// start, and so do those that mention it.
func (g *group) endUpstream(n *node, root *node) {
	n.state, n.reason, n.err = upstream, keyText(root.key())+" failed", root.err
	switch c := n.code.(type) {
	case *childCode:
		if c.name >= 0 {
			g.publish(&n.env.names[c.name], failure(root.err), root)
		}
		g.deliver(n)
	case *forCode:
		n.drawn = true
		if c.name >= 0 {
			g.publish(&n.env.names[c.name], failure(root.err), root)
		}
		if c.named {
			g.deliver(n)
		}
	case *choiceCode:
		for i, arm := range c.arms {
			nodes := g.unplanned(arm.items, n, i, upstream, n.reason)
			n.arms = append(n.arms, nodes)
			for _, name := range arm.names {
				g.publish(&n.env.names[name], failure(root.err), root)
			}
			for _, inner := range nodes {
				inner.err = root.err
				g.deliver(inner)
			}
		}
	}
	if c, ok := n.code.(*childCode); ok && c.background {
		return
	}
	g.close(n)
}

// failure gives a failed sibling as the value that raises its error.
func failure(err *Error) Value {
	return Value{ref: &(&failed{header{kindFailed}, err}).header}
}

// close notes that a node which counts has ended.
func (g *group) close(n *node) {
	g.open--
	if n.turn != nil {
		g.closeTurn(n.turn)
	}
}

// makeReady lets a child start as soon as a slot is free.
func (g *group) makeReady(n *node) {
	g.ready = append(g.ready, n)
	if last := len(g.ready) - 1; last > 0 && g.settings.limit > 0 && n.before(g.ready[last-1]) {
		sortNodes(g.ready)
	}
}

// before tells whether n stands before o in the source (turns in their order).
func (n *node) before(o *node) bool {
	a, b := n.route(), o.route()
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return len(a) < len(b)
}

// route gives where n stands, outermost index first.
func (n *node) route() []int {
	var route []int
	for ; n != nil; n = n.up {
		route = append(route, n.place)
		if n.turn != nil && n.up == n.turn.of {
			route = append(route, n.turn.number)
		}
	}
	for i, j := 0, len(route)-1; i < j; i, j = i+1, j-1 {
		route[i], route[j] = route[j], route[i]
	}
	return route
}

// begin lets the children start, and the clock of the timeout run.
func (g *group) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.settings.timed && g.decision == nil {
		g.timer = time.AfterFunc(g.settings.timeout-time.Since(g.entered), func() {
			g.mu.Lock()
			g.expire()
			g.mu.Unlock()
			g.conductorThread().signal()
		})
	}
	g.checkRace()
	g.pump()
}

// pump starts ready children while slots are free. Where the next in source
// order is a turn to be drawn it is left to the conductor.
func (g *group) pump() {
	for g.decision == nil && len(g.ready) > 0 && !g.scope.dead.Load() {
		n := g.ready[0]
		c := n.code.(*childCode)
		if !c.background {
			if g.settings.limit > 0 && g.running >= g.settings.limit {
				return
			}
			if d := g.drawable(); d != nil && d.before(n) {
				return
			}
		}
		g.ready[0] = nil
		g.ready = g.ready[1:]
		if n.state == waiting {
			g.start(n, c)
		}
	}
}

// drawable gives the first for that may draw a turn now; nil if none may.
func (g *group) drawable() *node {
	limit := g.settings.limit
	if limit > 0 && g.running >= limit {
		return nil
	}
	for _, n := range g.drawing {
		if limit > 0 && (n.unended >= limit || g.unread >= limit) {
			continue
		}
		if n.puller != nil && !n.puller.arrived && !n.puller.over {
			g.pull(n)
			continue
		}
		return n
	}
	return nil
}

// start runs a child on a goroutine of its own.
func (g *group) start(n *node, code *childCode) {
	x := g.parent.run
	if alive := x.children.Add(1); x.limits.Children > 0 && alive > int64(x.limits.Children) {
		x.children.Add(-1)
		err := limitError(LimitChildren, "the program has more than %d children at once", x.limits.Children)
		x.stop(&cancellation{scope: &x.root, reason: err.Message, err: err, program: true})
		return
	}
	c := x.threads.Get().(*child)
	c.prepare(n, code)
	n.child, n.state = c, running
	n.started = time.Now()
	g.alive++
	if !code.background {
		g.running++
	}
	go g.run(c)
}

// prepare makes a child ready to run a node.
func (c *child) prepare(n *node, code *childCode) {
	g := n.group
	c.fork(g)
	c.node = n
	c.fn = Function{header: header{KindFunction}, caps: n.env.captured(code.body.captures, c.room[:0])}
	p := code.body.proto
	c.depth += p.cost
	slots := c.root.slots
	if len(slots) < p.slots {
		slots = make([]Value, p.slots)
	}
	c.root = frame{t: &c.Thread, fn: &c.fn, file: g.instance, proto: p, slots: slots, next: c.root.next}
}

// fork makes the child's thread one of the group's, in a scope of its own.
func (c *child) fork(g *group) {
	c.Thread.run, c.depth, c.grace, c.budget, c.child = g.parent.run, g.parent.depth+forkCost, g.settings.grace, quantum, c
	c.deferred = 0
	c.body.reset()
	c.body.thread = &c.Thread
	c.scope = &c.body
	c.body.enter(&g.scope)
}

// forkCost is what a child adds to the depth of the one that started it.
const forkCost = 16

// run is a child's goroutine: it runs the body to its end, whatever that is.
func (g *group) run(c *child) {
	v, r := c.top(func() Value { return c.root.proto.body(&c.root) })
	c.body.leave()
	g.mu.Lock()
	n := c.node
	n.child = nil
	g.ended(n, v, r)
	g.alive--
	g.parent.run.children.Add(-1)
	g.pump()
	if g.attention() {
		g.conductorThread().signal()
	}
	x := g.parent.run
	g.mu.Unlock()
	c.node, c.fn.caps = nil, nil
	x.threads.Put(c)
}

// conductorThread is the thread that runs what the group decides.
func (g *group) conductorThread() *Thread {
	if g.conductor != nil {
		return g.conductor
	}
	return g.parent
}

// attention tells whether the conductor has something to do.
func (g *group) attention() bool {
	return g.alive == 0 || g.open == 0 || len(g.deciding) > 0 || len(g.drawing) > 0
}

// ended notes how a child ended.
func (g *group) ended(n *node, v Value, r any) {
	code := n.code.(*childCode)
	n.ended = time.Now()
	if !code.background {
		g.running--
	}
	switch r := r.(type) {
	case nil:
		n.state, n.value = done, v.share()
	case *Error:
		n.state, n.err = failedState, r
		g.failures++
		n.order = g.failures
	case *unwinding:
		n.state, n.reason = cancelled, r.cause.reason
		if r.failure != nil {
			n.cleanup = r.failure
			g.failures++
			n.order = g.failures
		}
	}
	if code.name >= 0 {
		switch n.state {
		case done:
			g.publish(&n.env.names[code.name], n.value, nil)
		case failedState:
			g.publish(&n.env.names[code.name], failure(n.err), n)
		}
	}
	g.judge(n, code)
	if code.background {
		return
	}
	g.deliver(n)
	g.close(n)
	if g.open == 0 && g.decision == nil {
		g.decide(&decision{kind: ending, reason: "group done"})
	}
}

// judge decides the group, if the end of a child does.
func (g *group) judge(n *node, code *childCode) {
	if g.decision != nil && g.decision.kind != outside {
		return
	}
	switch {
	case n.state == failedState && (g.code.mode == ast.ModeAll || code.background):
		g.decide(&decision{kind: failing, culprit: n, err: n.err, reason: keyText(n.key()) + " failed"})
	case g.code.mode == ast.ModeRace && n.state == done && code.counts():
		g.wins = append(g.wins, n.value)
		if len(g.wins) >= max(g.settings.need, 1) {
			g.decide(&decision{kind: winning, culprit: n, reason: "lost to " + keyText(n.key())})
		}
	case g.code.mode == ast.ModeRace && n.state == failedState:
		g.checkRace()
	}
}

// checkRace fails a race that cannot have enough winners any more.
func (g *group) checkRace() {
	if g.code.mode != ast.ModeRace || g.decision != nil || g.planning {
		return
	}
	left := g.possible(g.nodes)
	need := max(g.settings.need, 1)
	if left < 0 || len(g.wins)+left >= need {
		return
	}
	first := g.first(failedState)
	if first == nil {
		err := Fail("empty", "the race has no children that could win")
		if need > 1 {
			err = Fail("empty", "the race needs %d winners and can have %d at the most", need, len(g.wins)+left)
		}
		g.decide(&decision{kind: failing, err: err, reason: "group failed"})
		return
	}
	g.decide(&decision{kind: failing, culprit: first, err: first.err, reason: keyText(first.key()) + " failed"})
}

// possible gives how many children can still win; -1 if nobody knows.
func (g *group) possible(nodes []*node) int {
	sum := 0
	for _, n := range nodes {
		left := n.possible()
		if left < 0 {
			return -1
		}
		sum += left
	}
	return sum
}

func (n *node) possible() int {
	g := n.group
	switch c := n.code.(type) {
	case *childCode:
		if n.state.ended() || !c.counts() {
			return 0
		}
		return 1
	case *forCode:
		sum := 0
		for _, t := range n.turns {
			left := g.possible(t.nodes)
			if left < 0 {
				return -1
			}
			sum += left
		}
		if n.drawn || n.state.ended() {
			return sum
		}
		each := mostOf(c.items)
		left := -1
		if n.expanded {
			left = remaining(n.source)
		}
		if left < 0 || each < 0 || left > 1<<40 {
			return -1
		}
		return sum + left*each
	case *choiceCode:
		if !n.expanded && !n.state.ended() {
			return c.most()
		}
		sum := 0
		for _, arm := range n.arms {
			left := g.possible(arm)
			if left < 0 {
				return -1
			}
			sum += left
		}
		return sum
	}
	return 0
}

// remaining gives how many turns an iterator has left; -1 if nobody knows.
func remaining(it iterator) int {
	switch it := it.(type) {
	case *listIterator:
		return len(it.items) - it.i
	case *rangeIterator:
		return int(min(it.left-it.i, 1<<62))
	case *mapIterator:
		return len(it.entries) - it.i
	case *bytesIterator:
		return len(it.b) - it.i
	}
	return -1
}

// first gives the node in a state that came to it first.
func (g *group) first(s state) *node {
	var first *node
	g.each(g.nodes, func(n *node) {
		if n.state == s && n.order > 0 && (first == nil || n.order < first.order) {
			first = n
		}
	})
	return first
}

// each visits the children among nodes, in source order.
func (g *group) each(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		switch n.code.(type) {
		case *childCode:
			visit(n)
		case *forCode:
			for _, t := range n.turns {
				g.each(t.nodes, visit)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				g.each(arm, visit)
			}
		}
	}
}

// decide settles how the group ends and cancels what is left. The first
// decision stays.
func (g *group) decide(d *decision) {
	if g.decision != nil && g.decision.kind != outside {
		return
	}
	g.decision = d
	g.scope.cancel(&cancellation{scope: &g.scope, reason: d.reason, err: errDone})
}

// expire is the timeout.
func (g *group) expire() {
	after := durationText(g.settings.timeout)
	g.decide(&decision{
		kind: timing, reason: "timeout " + after,
		err: Fail("timeout", "the group took longer than %s", after),
	})
}

var errDone = fmt.Errorf("the group has ended")
