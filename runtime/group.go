package runtime

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// A group runs in three steps. The parent plans: it evaluates, in source
// order, everything that decides what will run and mentions no sibling, and
// makes a node for each item (group_plan.go). Then the children that wait for
// nothing start, on goroutines (here and in runner.go). Then the parent
// conducts: it evaluates what had to wait for a sibling or a free slot, and
// leaves when every child has ended (group_conduct.go). All state is behind
// one lock; scripts run outside it.

// group is one group under way.
type group struct {
	code     *groupCode
	settings settings
	parent   *Thread
	depth    int32     // of the parent when the group began, and …
	deferred int32     // … whether it stands in deferred code
	number   int32     // among the parent's groups, from 1
	scope    scope     // of all its children
	instance *instance // the file whose globals its code sees
	unclock  func()    // stops the timeout

	mu        sync.Mutex
	env       *env
	nodes     []*node
	ready     []*node           // children that may start when a slot is free, in source order
	aside     []*node           // background children that may start: they need no slot
	deciding  []*node           // nodes whose list, subject or label can be evaluated now
	drawing   []*node           // fors that have turns left, in source order
	launch    []*node           // started, and waiting for their goroutines until the lock is free
	struck    alert             // cancelled, and waiting to be woken until then
	stirs     bool              // the conductor is woken then
	lent      bool              // the conductor's goroutine runs children, see lend
	running   int               // children under way that hold a slot
	alive     int               // goroutines under way: children, background ones, pullers
	open      int               // nodes that have not ended, background ones apart
	failures  int               // how many children have failed, to tell the first
	planning  bool              // nothing may start yet
	brood     brood             // what is being planned beside the children
	stalled   bool              // the conductor waits in something that it evaluates
	decision  *decision         // nil while undecided
	wins      []Value           // of a race
	spare     int               // how many possible winners it can lose and still have enough
	labels    *mapping          // the script's own labels so far
	shared    map[armLabel]bool // those of them that arms share
	numbers   bool              // one of them is a number, which could be a position
	stray     []*Error          // what cleanups failed with in code that decides
	conductor *Thread           // the parent's, or a stream's own
	around    *group            // that the conductor evaluates something for, which this group is part of

	// Of a stream.
	results []*node // ended and not yet taken by the loop
	over    bool    // the conductor has left
}

// decision is what a group's end was settled by.
type decision struct {
	kind    verdict
	culprit *node  // the child that failed first, or won
	err     *Error // what the group fails with, before the children are told of
	reason  string // for the outcomes of those it cancelled
	cause   *cancellation
	traced  bool // err tells of the calls that led to the group
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

// yields tells whether a failure takes the place of the verdict. What was
// cancelled from outside, or has its result, can still fail; what has failed
// or timed out, or is wanted no more, fails no second time.
func (v verdict) yields() bool { return v == outside || v == ending || v == winning }

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

// name is what siblings mention: a label or let.
type name struct {
	known   bool
	value   Value // kindFailed where it failed
	root    *node // the node whose failure it is, through chains of upstream ones
	waiters []waiter
}

// waiter is a node that waits for a sibling.
type waiter struct {
	node   *node
	label  bool // its label does; else its body, list or subject
	caught bool // every mention stands where the sibling's failure is caught
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

// node is an item that was planned: a child, a for, a choice.
type node struct {
	group *group
	code  itemCode
	env   *env
	up    *node // the for or choice it stands in; nil at the top
	turn  *turn // the turn it belongs to; nil outside a for
	place int32 // its index among its siblings
	arm   int32 // of a choice's node: the arm
	state state
	taken bool // a stream's loop has its result

	waits      int32 // mentioned siblings that are not known yet
	labelWaits int32 // those that its computed label mentions
	label      Value // a child's label once it is known; absent before

	value   Value
	*fate                 // how it ended, but for a good end
	started time.Duration // since the run began; notStarted before
	took    time.Duration
	child   *child // while it runs

	*inside // of a for or choice
}

// notStarted is when a node that never ran was started.
const notStarted time.Duration = -1

// fate tells of an end that is not good. Nodes that end for one reason share
// it; it never changes.
type fate struct {
	err      *Error   // what it failed with; of an upstream one the sibling's
	root     *node    // of an upstream one: who failed
	cleanups []*Error // what a cancelled child's deferred code failed with
	order    int      // of a failure: 1 for the first in time
	reason   string
}

// good is the fate of a node that has ended well or not yet.
var good = &fate{}

// siblings gives the nodes that n stands among.
func (n *node) siblings() []*node {
	if n.up == nil {
		return n.group.nodes
	}
	if _, ok := n.up.code.(*choiceCode); ok {
		return n.up.arms[n.arm]
	}
	return n.turn.nodes
}

// inside is what stands in a for or choice.
type inside struct {
	expanded bool // the list, or the choice, was evaluated
	// Of a for.
	drawn   bool // no turn is left to draw
	source  iterator
	turns   []*turn     // those drawn, fewer if a stream lets go of them
	room    []smallTurn // for the next ones
	count   int         // how many were drawn
	toCome  int         // how many are left to draw; -1 if nobody knows
	unended int         // turns that have children which have not ended
	puller  *puller
	labels  *mapping // of a name: for, the labels so far
	// Of a choice: the nodes of each arm, those of the arms not chosen skipped.
	arms [][]*node
}

// turn is one turn of a for.
type turn struct {
	of     *node
	number int
	nodes  []*node
	open   int      // nodes that have not ended, background ones apart
	labels *mapping // of a turn that gives a map of its own
	size   int      // positions it took, once nodes is forgotten
}

// child is what a node needs while it runs; it is used again by other nodes.
type child struct {
	Thread
	node  *node    // nil in a thread of the group's own
	of    *group   // whose thread it is
	pull  *node    // the for that it waits for values for
	fn    Function // holds the captures of the body, behind the frame's slots
	end   any      // the panic that its body ended with; nil for a good end
	at    *frame   // of one that naps: the call that it is in
	start func()   // runs it, on a goroutine of its own
	// weight stands for what it takes since it first waited: the child itself lives
	// longer, for others.
	weight *[32]byte
}

// runGroup runs a group that is no stream and gives its value.
func (f *frame) runGroup(code *groupCode) Value {
	g := f.newGroup(code)
	defer g.leave()
	g.plan(f)
	g.lend(f.t, g.begin())
	g.conduct(f)
	v := g.finish(f)
	if f.t.metered() {
		f.pos = code.at
		g.weigh(f, v)
	}
	return v
}

// newGroup makes ready a group of the frame's thread.
func (f *frame) newGroup(code *groupCode) *group {
	f.turn()
	t, options := f.t, f.settings(code)
	f.pos = code.at // for what is called while it plans
	g := &group{
		code: code, settings: options, parent: t, conductor: t, depth: f.depth, deferred: t.deferred,
		instance: f.file, around: t.conducts, planning: true,
	}
	t.groups++
	g.number = t.groups
	g.env = newEnv(code.env, nil)
	for i, c := range code.captures {
		g.env.vars[i] = f.captured(c).share()
	}
	g.scope.thread = t
	g.scope.enter(t.scope)
	g.tellBegan()
	return g
}

// leave takes the group's scope out of the tree; its children have ended.
func (g *group) leave() {
	if g.unclock != nil {
		g.unclock()
	}
	g.scope.leave()
	g.tellEnded()
}

// clock lets the time of the timeout run, which bounds the planning too.
func (g *group) clock() {
	if !g.settings.timed {
		return
	}
	if g.settings.timeout == 0 {
		g.expire()
		return
	}
	x := g.parent.run
	g.scope.expires(later(x.clock.elapsed(), g.settings.timeout))
	g.unclock = x.after(g.parent, g.settings.timeout, g.expire)
}

// expire is the timeout.
func (g *group) expire() {
	after := durationText(g.settings.timeout)
	g.mu.Lock()
	defer g.unlock()
	g.decide(&decision{
		kind: timing, reason: "timeout " + after,
		err: Fail("timeout", "the group took longer than %s", after),
	})
	g.stirs = true
}

// begin lets the children start. Where the conductor has nothing to do until
// they have ended it gives those that started to be run by it.
func (g *group) begin() (own []*node) {
	g.mu.Lock()
	defer g.unlock()
	g.planning = false
	g.checkRace(-1)
	if g.open == 0 { // nothing that a background child could run beside
		g.decide(groupDone)
	}
	g.pump()
	if !g.code.decides && len(g.drawing) == 0 && !g.parent.run.clock.exclusive() {
		own, g.launch = g.launch, nil
	}
	return own
}

// makeReady lets a child start as soon as a slot is free, and not before all
// that is planned together with it.
func (g *group) makeReady(n *node) {
	switch {
	case g.brood.holds(n):
		g.brood.ready = append(g.brood.ready, n)
	case n.code.(*childCode).background:
		g.aside = append(g.aside, n)
	default:
		if g.settings.limit > 0 {
			g.tellSlot(n)
		}
		g.ready = insertNode(g.ready, n)
	}
}

// pump starts ready children while slots are free. Where the next in source
// order is something to be decided or a turn to be drawn it is left to the
// conductor, unless that waits.
func (g *group) pump() {
	if g.planning || g.decision != nil {
		return
	}
	for _, n := range g.aside {
		g.start(n)
	}
	g.aside = nil
	if g.settings.limit == 0 && len(g.drawing) == 0 && len(g.launch) == 0 {
		// All of them start: their list becomes that of those to launch.
		ready := g.ready
		g.launch, g.ready = ready[:0], nil
		for _, n := range ready {
			g.start(n)
		}
		return
	}
	for len(g.ready) > 0 && g.free() {
		n := g.ready[0]
		if !g.stalled && (g.decidesBefore(n) || g.drawable(n) != nil) {
			return
		}
		g.ready[0] = nil
		g.ready = g.ready[1:]
		g.start(n)
	}
}

// decidesBefore tells whether the conductor is at something that comes before n
// in the source, or will be next: what runs by that has the first claim to a
// slot. It pumps when that is planned.
func (g *group) decidesBefore(n *node) bool {
	if g.settings.limit == 0 {
		return false
	}
	return g.brood.node != nil && g.brood.node.before(n) ||
		slices.ContainsFunc(g.deciding, func(d *node) bool { return d.state == waiting && d.before(n) })
}

// free tells whether one more child may run.
func (g *group) free() bool { return g.settings.limit == 0 || g.running < g.settings.limit }

// start runs a child on a goroutine of its own, unless it has ended before.
func (g *group) start(n *node) {
	if n.state != waiting || g.scope.dead.Load() {
		return
	}
	x := g.parent.run
	if alive := x.children.Add(1); x.limits.Children > 0 && alive > int64(x.limits.Children) {
		x.children.Add(-1)
		g.exceed()
		return
	}
	n.state = running
	g.alive++
	if n.code.(*childCode).background {
		n.child = x.child(n) // it may be cancelled by itself
	} else {
		g.running++
	}
	x.clock.awaken()
	g.launch = append(g.launch, n)
}

// exceed ends a program that would have too many children at once.
func (g *group) exceed() {
	x := g.parent.run
	err := limitError(LimitChildren, "the program has more than %d children at once", x.limits.Children)
	err.Trace = []Site{g.site()}
	g.parent.locate(err)
	x.stop(&cancellation{scope: &x.root, reason: err.Message, err: err, program: true})
	// A shield or deferred code around the group has the grace, but the
	// group would wait in vain for a child that never starts.
	c := x.root.reason()
	g.decide(&decision{kind: outside, reason: c.reason, cause: c})
}

// bound ends the program where what is planned to start at once is too much by
// itself: a for over a long range need not be drawn to its end to know.
func (g *group) bound() {
	planned := len(g.brood.ready)
	if g.planning {
		planned = len(g.ready)
	}
	if most := g.parent.run.limits.Children; most > 0 && planned > most && g.settings.limit == 0 && g.decision == nil {
		g.exceed()
	}
}

// unlock releases the group's lock. Then it wakes those to whom something has
// happened and gives the children that were started their goroutines: whoever
// comes to life at once need not wait for the lock.
func (g *group) unlock() {
	struck, launch := g.struck, g.launch
	var conductor *Thread
	if g.stirs {
		conductor = g.conductor
	}
	g.struck, g.launch, g.stirs = nil, nil, false
	g.mu.Unlock()
	struck.sound()
	if conductor != nil {
		conductor.signal()
	}
	if len(launch) > 0 {
		g.launchAll(launch)
	}
}

// child gives what a node needs to run, used before where possible.
func (x *execution) child(n *node) *child {
	c := x.freeChild()
	g, body := n.group, n.code.(*childCode).body
	c.fork(g)
	c.node = n
	p := body.proto
	slots := c.root.slots
	if need := p.slots + len(body.captures); cap(slots) < need {
		slots = make([]Value, need)
	} else {
		slots = slots[:cap(slots)]
	}
	c.fn = Function{header: header{KindFunction}, caps: n.env.captured(body.captures, slots[p.slots:p.slots])}
	c.base(frame{fn: &c.fn, file: g.instance, proto: p, slots: slots[:p.slots], depth: g.depth + forkCost + int32(p.cost)})
	return c
}

// fork makes the child's thread one of the group's, in a scope of its own.
func (c *child) fork(g *group) {
	t := &c.Thread
	c.of = g
	t.grace = g.settings.grace
	t.refill()
	t.maxDepth, t.deferred = g.parent.maxDepth, g.deferred
	t.conducts, t.rare = nil, nil
	t.order, t.groups = g.parent.order, 0
	t.body.reset()
	t.body.thread = t
	t.scope = &t.body
	t.body.enter(&g.scope)
}

// forkCost is what a child adds to the depth of the one that started it.
const forkCost = 16

// run runs a child on a goroutine of its own, to its end, whatever that is, or
// to where it naps.
func (g *group) run(c *child) {
	g.entered(c, g.parent.run.clock.elapsed())
	c.proceed()
}

// proceed is run for a child that has begun.
func (c *child) proceed() {
	for c.runBody(); c.napping; c.runBody() {
		if c.park() {
			return
		}
	}
	c.of.left(c)
}

// entered notes that a goroutine has come to a child at a time.
func (g *group) entered(c *child, at time.Duration) {
	c.node.started = at
	g.tellStarted(c.node)
}

// runBody is frame.run for a child's body, or for what is left of it after a
// nap, up to the next one. It stands below all that a child
// calls, so what it gives is left in the child: its value in root.ret.
func (c *child) runBody() {
	defer c.caught()
	if c.root.proto.legs != nil {
		c.runLegs()
		return
	}
	c.root.ret = c.root.proto.body(&c.root)
}

func (c *child) caught() {
	if p := recover(); p != nil {
		c.end, c.napping = known(p), false
		c.Thread.enter() // a function in Go may have panicked outside
		c.inside.Store(nil)
	}
}

// left notes that a child's body has ended, and gives when that was. The child
// can be used again.
func (g *group) left(c *child) time.Duration {
	x := g.parent.run
	c.body.leave()
	now := x.clock.elapsed()
	g.mu.Lock()
	n := c.node
	n.child, c.waited, c.weight = nil, false, nil
	n.took = now - n.started
	if g.lent && g.decision == nil && g.scope.dead.Load() {
		g.conclude() // as the conductor would have when it heard of that
	}
	g.ended(n, c.root.ret, reasonable(c.end))
	if g.alive--; g.alive == 0 {
		g.takeBack()
	}
	x.children.Add(-1)
	g.pump()
	if g.decision != nil || g.open == 0 || len(g.deciding) > 0 || len(g.drawing) > 0 {
		g.stirs = true
	}
	g.unlock()
	// Nobody can reach the child any more: its scope has left, its node has
	// let go of it.
	clear(c.fn.caps)
	c.node, c.of, c.fn.caps, c.runner = nil, nil, nil, nil
	c.root.ret, c.end = Nil, nil
	x.clock.end(&c.Thread)
	x.threads.Put(c)
	return now
}

// ended notes how a child ended.
func (g *group) ended(n *node, v Value, r any) {
	code := n.code.(*childCode)
	if !code.background {
		g.running--
	}
	switch r := r.(type) {
	case nil:
		n.state, n.value = done, v.share()
	case *Error:
		g.failures++
		n.state, n.fate = failedState, &fate{err: r, order: g.failures}
	case *unwinding:
		n.state, n.fate = cancelled, r.cause.fate()
		if r.failures != nil {
			g.failures++
			n.fate = &fate{cleanups: r.failures, order: g.failures, reason: r.cause.reason}
		}
		if r.cause.program {
			// An exit or a limit ends the program through every group, those
			// in a shield too.
			g.decide(&decision{kind: outside, reason: r.cause.reason, cause: r.cause})
		}
	}
	g.tellChildEnded(n)
	// Its result is delivered before it ends others, and those before the
	// group is decided: they are upstream of it and not cancelled by it.
	g.deliver(n)
	if code.name >= 0 {
		switch n.state {
		case done:
			g.publish(&n.env.names[code.name], n.value, nil)
		case failedState:
			g.publish(&n.env.names[code.name], failure(n.err), n)
		}
	}
	g.judge(n, code)
	if !code.background {
		g.close(n)
	} else if n.turn != nil {
		g.forget(n.turn) // it may have been the last that the turn was kept for
	}
}

// judge decides the group, if the end of a child does.
func (g *group) judge(n *node, code *childCode) {
	switch {
	case n.state == failedState && (g.code.mode == ast.ModeAll || code.background):
		g.decide(&decision{kind: failing, culprit: n, err: n.err, reason: keyText(n.key()) + " failed"})
	case g.decision != nil || g.code.mode != ast.ModeRace:
	case n.state == failedState:
		g.checkRace(1)
	case n.state == done && code.counts():
		g.wins = append(g.wins, n.value)
		if len(g.wins) >= max(g.settings.need, 1) {
			g.decide(&decision{kind: winning, culprit: n, reason: "lost to " + keyText(n.key())})
		}
	}
}

// decide settles how the group ends and cancels what is left. The first
// decision stays, unless it is one that yields to a failure.
func (g *group) decide(d *decision) {
	switch {
	case g.decision != nil:
		if d.kind != failing || !g.decision.kind.yields() {
			return
		}
		d.reason = g.decision.reason // why the others were cancelled stays
	case d.kind != failing && g.scope.dead.Load():
		c := g.scope.reason()
		d = &decision{kind: outside, reason: c.reason, cause: c}
	}
	if d == groupDone && g.scope.empty() {
		g.decision = d // nothing is left to cancel
		g.tellDecided(d)
		return
	}
	if d.cause == nil {
		own := *d
		own.cause = &cancellation{scope: &g.scope, reason: d.reason, err: errDone}
		d = &own
	}
	g.decision = d
	g.tellDecided(d)
	g.scope.end(d.cause, &g.struck)
}

// groupDone is how a group is decided all children of which have ended.
var groupDone = &decision{kind: ending, reason: "group done"}

var errDone = errors.New("the group has ended")

// close notes that a node which counts for the group's end has ended.
func (g *group) close(n *node) {
	g.open--
	if n.turn != nil {
		g.closeTurn(n.turn)
	}
	if g.open == 0 && !g.planning {
		g.conclude()
	}
}

// conclude decides a group all children of which have ended, if nothing has
// decided it before. A race that ends with a for nobody knew the turns of
// learns only now that it has too few winners.
func (g *group) conclude() {
	if !g.scope.dead.Load() { // what was cancelled has lost no race
		g.checkRace(-1)
	}
	g.decide(groupDone)
}

// closeTurn notes that a node of a turn has ended, or that it is planned.
func (g *group) closeTurn(t *turn) {
	if t.open--; t.open > 0 {
		return
	}
	g.endBackground(t.nodes)
	n := t.of
	n.unended--
	g.forget(t)
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

// endBackground cancels the background children of a turn that is over.
func (g *group) endBackground(nodes []*node) {
	for _, n := range nodes {
		c, ok := n.code.(*childCode)
		switch {
		case !ok:
			for _, arm := range n.arms {
				g.endBackground(arm)
			}
		case c.background && n.state == running:
			s := &n.child.body
			g.tellCancelled(n, "group done")
			s.end(&cancellation{scope: s, reason: "group done", err: errDone}, &g.struck)
		case c.background && n.state == waiting:
			if root := n.failedMention(); root != nil { // which has just ended the others of the turn, too
				g.endUpstream(n, root)
				continue
			}
			n.state, n.fate = cancelled, &fate{reason: "group done"}
			g.tellChildEnded(n)
		}
	}
}

// countNodes gives how many nodes eachNode visits.
func countNodes(nodes []*node) int {
	count := 0
	eachNode(nodes, func(*node) { count++ })
	return count
}

// eachNode visits the children and the fors with a name among nodes, in source
// order.
func eachNode(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			visit(n)
		case *forCode:
			if c.named {
				visit(n)
			}
			for _, t := range n.turns {
				eachNode(t.nodes, visit)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				eachNode(arm, visit)
			}
		}
	}
}
