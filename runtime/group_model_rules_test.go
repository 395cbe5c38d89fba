package runtime_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The rules of groups, as the language's reference has them, on the model's
// world (group_model_test.go).

// groupRun is a group under way.
type groupRun struct {
	*world
	*groupTree
	e        env
	r        *region       // of the children
	lasts    time.Duration // their grace
	nodes    []*node
	planning bool
	planned  int           // how many nodes
	worked   int           // and how many of them before what is being decided
	ended    int           // how many failures there were
	alive    int           // how many children run
	told     time.Duration // when one last ended in a way that others hear of

	verdict string // "" while it is undecided
	why     string // for the outcomes
	culprit *node  // who failed first
	message string // of a failure that is no child's
	wins    []*node
	results []*node // of a stream

	claimed map[any]map[string]bool // the computed labels so far, by where their keys stand: see among
}

// node is an item of a group, or of one of its turns.
type node struct {
	*item
	e       env
	turn    *turn // that it stands in; nil outside
	r       *region
	among   *siblings
	planned int

	state, reason string // "" before it runs
	started, took time.Duration
	value         string
	err           *failure
	cleanups      []*failure
	root          *node // whose failure it is, of one that is upstream
	failed        int   // 1 for who was first
	taken         bool  // the loop of a stream has it

	expanded, drawn bool // of a for or choice; drawn: no turn is left
	left            []time.Duration
	pulling         bool          // it waits for its channel or stream
	broken          bool          // the stream has failed
	known           bool          // its computed label is
	arrived         time.Duration // a value that is to be a turn; 0: none
	turns           []*turn
	arms            [][]*node
}

type turn struct {
	of    *node
	nodes []*node
	gone  bool // a stream has forgotten it
}

// siblings are the nodes that can mention each other: those of the group or of a
// turn, with those in the arms of its choices.
type siblings struct {
	up    *siblings
	nodes []*node
}

func (n *node) over() bool { return n.state != "" && n.state != "running" }

func (n *node) name() string {
	if n.computed && !n.same && !n.number {
		name := n.label
		for _, d := range n.e.turns {
			name += " " + durationText(d)
		}
		return name
	}
	return n.label
}

// group runs a group's step.
func (p *routine) group(s *step, e env, r *region) string {
	g := &groupRun{world: p.world, groupTree: s.group, e: e, r: r.enter(open, 0), lasts: cmp.Or(s.group.grace, p.grace), planning: true}
	g.e.todo, g.e.channels = map[string]*todo{}, map[string]*pipe{}
	for _, x := range g.items {
		switch {
		case x.list != "":
			g.e.todo[x.list] = &todo{values: slices.Clone(x.turns), woken: g.pump}
		case x.channel != "":
			g.e.channels[x.channel] = &pipe{size: x.room}
		}
	}
	var timeout *alarm
	if g.timeout > 0 {
		timeout = p.after(g.timeout, func() { g.decide("timing", "timeout "+durationText(g.timeout), nil) })
	}
	g.nodes = g.make(g.items, g.e, nil, &siblings{})
	g.claimed = map[any]map[string]bool{}
	g.work(func() { g.plan(g.nodes) })
	g.planning = false
	g.checkRace()
	g.settle()
	g.pump()
	var got []string
	var end any
	if g.mode == "stream" {
		end = attempt(func() { got = p.loop(g, s, r) })
		g.decide("leaving", "loop left", nil)
	}
	p.wait(&region{}, 0, g.isOver)
	p.stop(timeout)
	g.r.leave()
	g.endWaiting(g.nodes)
	if u, ok := end.(*unwinding); ok {
		if g.verdict == "failing" {
			u.failures = append(u.failures, g.failure(g.culprit, nil))
		} else {
			u.failures = append(u.failures, g.gathered()...)
		}
	}
	raise(end)
	switch {
	case g.verdict == "failing", g.verdict == "timing" && g.mode != "settle" && g.mode != "stream":
		panic(g.failure(g.culprit, nil))
	case g.verdict == "outside":
		panic(&unwinding{g.r.cut, g.gathered()})
	}
	r.point()
	switch {
	case g.mode == "stream":
		return "[" + strings.Join(got, " ") + "]"
	case g.mode == "settle":
		return tell("nil", "nil", "nil", g.errors(), g.values(), g.outcomes())
	case g.mode == "race" && g.need == 0:
		return g.wins[0].value
	case g.mode == "race":
		var values []string
		for _, n := range g.wins[:g.need] {
			values = append(values, n.value)
		}
		return "[" + strings.Join(values, " ") + "]"
	}
	return g.collect(g.nodes, label(g.items), "", true)
}

// labels tells whether it makes its group's value a map.
func (x *item) labels() bool {
	return (x.kind == child || x.kind == loop) && x.label != "" ||
		x.label == "" && (label(x.inner) || slices.ContainsFunc(x.arms, label))
}

func label(items []*item) bool { return slices.ContainsFunc(items, (*item).labels) }

func (g *groupRun) isOver() bool {
	if g.r.cut != nil {
		g.decide("ending", "", nil)
	}
	return g.verdict != "" && g.alive == 0
}

// loop is the statement that reads a stream.
func (p *routine) loop(g *groupRun, s *step, r *region) (got []string) {
	late := false
	for {
		p.wait(r, 0, func() bool { return len(g.results) > 0 || g.isOver() })
		if g.isOver() && g.verdict == "timing" && !late {
			late = true
			g.endWaiting(g.nodes)
			g.each(g.nodes, func(n *node) {
				if g.timedOut(n) {
					g.results = append(g.results, n)
				}
			})
		}
		if len(g.results) == 0 {
			if !g.isOver() {
				r.point()
			}
			return got
		}
		n := g.results[0]
		g.results = g.results[1:]
		value, text := "nil", ""
		if n.state == "done" {
			value = n.value
		} else if n.state == "upstream" {
			text = n.err.tell()
		} else {
			text = g.errorOf(n).tell()
		}
		got = append(got, fmt.Sprintf("%s %v %s %s", g.keys()[n], n.state == "done", value, text))
		n.taken = true
		g.forget()
		g.pump()
		p.sleep(r, s.long)
		if len(got) == s.often {
			return got
		}
	}
}

// make makes nodes; nothing is decided yet.
func (g *groupRun) make(items []*item, e env, t *turn, in *siblings) (nodes []*node) {
	for _, x := range items {
		n := &node{item: x, e: e, turn: t, among: in}
		in.nodes = append(in.nodes, n)
		for _, arm := range x.arms {
			n.arms = append(n.arms, g.make(arm, e, t, in))
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// plan evaluates what can be.
func (g *groupRun) plan(nodes []*node) {
	for _, n := range nodes {
		g.planned++
		n.planned = g.planned
		if n.computed && n.label != "" {
			g.claim(n)
		}
		known := true
		for _, m := range n.needs {
			of := g.sibling(n, m.of)
			if !of.over() {
				known = false
			} else if of.root != nil && !m.caught {
				g.endUpstream(n, of.root)
				break
			}
		}
		if known && !n.over() && (n.kind == loop || n.kind == choice) {
			g.expand(n)
		}
	}
}

// sibling gives who provides what an item mentions.
func (g *groupRun) sibling(n *node, of *item) *node {
	for in := n.among; ; in = in.up {
		if i := slices.IndexFunc(in.nodes, func(m *node) bool { return m.item == of }); i >= 0 {
			return in.nodes[i]
		}
	}
}

// ready tells whether n waits for nobody.
func (g *groupRun) ready(n *node) bool {
	return n.planned > 0 && n.state == "" && !n.expanded && !slices.ContainsFunc(n.needs, func(m need) bool {
		return !g.sibling(n, m.of).over()
	})
}

func (g *groupRun) expand(n *node) {
	n.expanded = true
	if n.kind == choice {
		n.state = "done"
		for i, arm := range n.arms {
			if i != n.item.arm(n.e) {
				g.each(arm, func(x *node) { x.state = "skipped" })
			}
		}
		for i, arm := range n.arms {
			if i == n.item.arm(n.e) {
				g.plan(arm)
			}
		}
		return
	}
	if n.stream != "" {
		n.left = n.item.turns
		return
	}
	if n.list == "" && n.channel == "" {
		n.left = n.item.turns
		n.drawn = len(n.left) == 0
		for g.limit == 0 && !n.drawn {
			g.draw(n)
		}
		if n.turns == nil && n.drawn { // known before anything starts
			n.state = "done"
			g.endLoop(n)
		}
	}
}

// arm gives which of a choice's arms is taken.
func (x *item) arm(e env) int {
	if len(e.turns) == 0 {
		return x.chosen
	}
	return (int(e.turn()) + x.chosen) % (len(x.arms) + 1)
}

// draw makes the next turn of a for.
func (g *groupRun) draw(n *node) {
	left := &n.left
	if n.broken {
		n.broken = false
		g.message = n.item.stream
		g.decide("failing", "group failed", nil)
		return
	}
	if n.channel+n.stream != "" {
		left = &[]time.Duration{n.arrived}
		n.arrived = 0
	}
	if n.list != "" {
		todo := g.e.todo[n.list]
		left = &todo.values
		todo.over = len(*left) == 0
		n.drawn = todo.over
		if todo.over {
			return
		}
	}
	e := n.e
	e.turns = append(slices.Clone(e.turns), (*left)[0])
	*left = (*left)[1:]
	n.drawn = !n.endless() && len(*left) == 0
	t := &turn{of: n}
	t.nodes = g.make(n.inner, e, t, &siblings{up: n.among})
	n.turns = append(n.turns, t)
	g.plan(t.nodes)
	g.bound()
}

// step tells what a for can do next: "end", which takes no slot, "draw" a turn,
// or first "pull" a value out of its channel.
func (g *groupRun) step(n *node) string {
	if n.kind != loop || !n.expanded || n.drawn || n.over() {
		return ""
	}
	under := 0
	for _, t := range n.turns {
		if g.open(t) {
			under++
		}
	}
	switch {
	case n.broken:
		return "end"
	case n.list != "" && len(g.e.todo[n.list].values) == 0:
		if under == 0 {
			return "end"
		}
	case !g.free() || g.limit > 0 && (under >= g.limit || len(g.results) >= g.limit):
	case n.channel+n.stream == "" || n.arrived > 0:
		return "draw"
	case !n.pulling:
		return "pull"
	}
	return ""
}

// endless tells whether nobody knows how many turns are left.
func (x *item) endless() bool { return x.list+x.channel+x.stream != "" }

// pull waits for the next value of a for's channel: one at a time, when a turn
// may be drawn.
func (g *groupRun) pull(n *node) {
	take := func(p *routine) {
		if n.stream != "" {
			switch {
			case len(n.left) > 0:
				n.arrived, n.left = n.left[0], n.left[1:]
			case n.breaks:
				n.broken = true
			default:
				n.drawn = true
			}
			return
		}
		from, v := p.receive(g.r, 0, n.e.channels[n.channel])
		if n.drawn = from == nil; !n.drawn {
			d, _ := strconv.Atoi(v)
			n.arrived = time.Duration(d)
		}
	}
	if n.channel != "" && n.e.channels[n.channel].ready() {
		take(&routine{world: g.world})
		if n.drawn {
			g.checkRace()
			g.settle()
		}
		return
	}
	n.pulling = true
	g.alive++
	g.spawn(g.lasts, func(p *routine) {
		attempt(func() { take(p) })
		n.pulling = false
		g.alive--
		g.checkRace()
		g.settle()
		g.pump()
	})
}

// open tells whether a turn is unfinished.
func (g *groupRun) open(t *turn) (open bool) {
	g.each(t.nodes, func(n *node) { open = open || n.kind != background && !n.over() })
	return open
}

// free tells whether one more child may run.
func (g *groupRun) free() bool {
	run := 0
	g.each(g.nodes, func(n *node) {
		if n.state == "running" && n.kind != background {
			run++
		}
	})
	return g.limit == 0 || run < g.limit
}

// parts gives what stands in a for or a choice: its turns, its arms.
func (n *node) parts() [][]*node {
	parts := n.arms
	for _, t := range n.turns {
		parts = append(parts, t.nodes)
	}
	return parts
}

// each visits nodes and what is in them, in source order.
func (g *groupRun) each(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		visit(n)
		for _, in := range n.parts() {
			g.each(in, visit)
		}
	}
}

// pump does what can be done: it starts who is ready, decides what is known,
// and draws turns; each in source order.
func (g *groupRun) pump() {
	for !g.planning && g.verdict == "" && g.r.cut == nil {
		var start, decide, end, draw, pull *node
		drawn := false // a turn of a for before the others comes first
		held := false  // under a limit what decides comes before children behind it
		g.each(g.nodes, func(n *node) {
			step := g.step(n)
			switch isChild := n.kind != loop && n.kind != choice; {
			case isChild && g.ready(n) && (n.kind == background && (start == nil || start.kind != background) || start == nil && draw == nil && pull == nil && g.free()):
				start = n
				held = n.kind != background && g.limit > 0 && decide != nil
			case !isChild && g.ready(n):
				if decide == nil || n.planned < decide.planned {
					decide = n
				}
			case step == "end" && !drawn:
				end = n
			case step == "draw" && draw == nil:
				draw, drawn = n, start == nil
			case step == "pull" && pull == nil && start == nil && draw == nil:
				pull = n
			}
		})
		switch {
		case end != nil && (start == nil || start.kind != background):
			g.work(func() { g.draw(end) })
			g.checkRace()
			g.settle()
		case start != nil && !held:
			g.start(start)
		case pull != nil:
			g.pull(pull)
		case decide != nil:
			g.work(func() { g.expand(decide) })
			g.checkRace()
			g.settle()
		case draw != nil:
			g.work(func() { g.draw(draw) })
			g.checkRace()
			g.settle()
		default:
			return
		}
	}
}

func (g *groupRun) start(n *node) {
	if g.room > 0 && g.children == g.room {
		g.exceed()
		return
	}
	g.children++
	g.most = max(g.most, g.children)
	n.state, n.started = "running", g.now
	g.alive++
	var mentioned []string
	for _, m := range n.needs {
		v := "none"
		if of := g.sibling(n, m.of); of.root == nil {
			v = cmp.Or(of.value, "nil")
		}
		mentioned = append(mentioned, v)
	}
	n.r = g.r.enter(open, 0)
	g.spawn(g.lasts, func(p *routine) {
		end := attempt(func() {
			n.value = p.block(n.body, n.e, n.r)
			if mentioned != nil {
				open, rest, _ := strings.Cut(n.value, "(")
				if rest != ")" {
					rest = " " + rest
				}
				n.value = open + "(" + strings.Join(mentioned, " ") + rest
			}
		})
		n.r.leave()
		g.end(n, end)
	})
}

// exceed ends a program that would have too many children at once.
func (g *groupRun) exceed() {
	g.world.leave("limit", overLimit)
	g.r.cancel(g.exit) // in a shield, too
	g.decide("ending", "", nil)
}

// bound is exceed where what is planned to start at once is too much by itself.
func (g *groupRun) bound() {
	if g.room == 0 || g.limit > 0 || g.verdict != "" {
		return
	}
	ready := 0
	g.each(g.nodes, func(n *node) {
		if n.kind != loop && n.kind != choice && n.planned > g.worked && !(g.planning && n.kind == background) && g.ready(n) {
			ready++
		}
	})
	if ready > g.room {
		g.exceed()
	}
}

// end is the end of a child.
func (g *groupRun) end(n *node, end any) {
	n.state, n.took = "done", g.now-n.started
	switch end := end.(type) {
	case *failure:
		n.state, n.err, n.root = "failed", end, n
	case *unwinding:
		n.state, n.reason, n.cleanups = "cancelled", end.cut.reason, end.failures
		if end.cut == g.exit { // it ends the program through every group, those in a shield too
			g.r.cancel(g.exit)
		}
	}
	if n.err != nil || n.cleanups != nil {
		g.ended++
		n.failed = g.ended
	}
	before := len(g.results)
	g.deliver(n)
	if n.failed > 0 || len(g.results) > before {
		g.tied = g.tied || g.told == g.now
		g.told = g.now
	}
	if n.root != nil {
		g.spread(n)
	}
	switch {
	case n.state == "failed" && (g.mode == "" || n.kind == background):
		g.decide("failing", g.keys()[n]+" failed", n)
	case g.mode == "race" && n.state == "done" && n.kind == child && g.verdict == "":
		g.wins = append(g.wins, n)
		if len(g.wins) >= max(g.need, 1) {
			g.decide("winning", "lost to "+g.keys()[n], nil)
		}
	case n.state == "failed":
		g.checkRace()
	}
	g.settle()
	g.alive--
	g.children--
	g.pump()
}

// spread makes upstream who mentions what has failed.
func (g *groupRun) spread(of *node) {
	var waiting []*node
	g.each(g.nodes, func(n *node) { waiting = append(waiting, n) })
	slices.SortFunc(waiting, func(a, b *node) int { return a.planned - b.planned })
	for _, n := range waiting {
		if n.planned > 0 && n.state == "" && !n.expanded && slices.ContainsFunc(n.needs, func(m need) bool { return !m.caught && g.sibling(n, m.of) == of }) {
			g.endUpstream(n, of.root)
		}
	}
}

func (g *groupRun) endUpstream(n, root *node) {
	end := func(n *node) { n.state, n.reason, n.err, n.root = "upstream", g.keys()[root]+" failed", root.err, root }
	end(n)
	g.deliver(n)
	for _, arm := range n.arms {
		g.each(arm, func(x *node) { end(x); g.deliver(x) })
	}
	for _, arm := range n.arms {
		g.each(arm, g.spread)
	}
	g.spread(n)
}

func (g *groupRun) deliver(n *node) {
	wanted := n.kind == child && n.state != "cancelled" || n.kind == let && n.state == "failed" || n.kind == loop && n.label != ""
	if g.mode == "stream" && wanted && (g.verdict == "" || g.verdict == "timing") {
		g.results = append(g.results, n)
	}
}

// settle sees which turns, fors and groups are over.
func (g *groupRun) settle() {
	for changed := true; changed; {
		changed = false
		g.each(g.nodes, func(n *node) {
			if n.kind != loop || n.state != "" || !n.expanded {
				return
			}
			for _, t := range n.turns {
				if !g.open(t) {
					g.endBackground(t)
				}
			}
			if n.drawn && !slices.ContainsFunc(n.turns, g.open) {
				n.state, changed = "done", true
				g.endLoop(n)
			}
		})
	}
	g.forget()
	open := false
	g.each(g.nodes, func(n *node) { open = open || n.kind != background && !n.over() })
	if !open && !g.planning {
		g.decide("ending", "group done", nil)
	}
}

// endLoop makes known what a for has under its name.
func (g *groupRun) endLoop(n *node) {
	g.each(n.inside(), func(x *node) {
		if x.kind != background && x.root != nil && (n.root == nil || x.root.failed < n.root.failed) {
			n.root = x.root
		}
	})
	if n.root != nil {
		n.err = n.root.err
		g.spread(n)
	} else if n.label != "" {
		n.value = g.loopValue(n, true)
	}
}

func (n *node) inside() []*node { return slices.Concat(n.parts()...) }

func (g *groupRun) endBackground(t *turn) {
	g.each(t.nodes, func(n *node) {
		if n.kind == background && n.state == "running" {
			n.r.cancel(&cut{of: n.r, reason: "group done"})
		} else if n.kind == background && n.state == "" {
			n.state, n.reason = "cancelled", "group done"
		}
	})
}

// decide settles how the group ends; the first verdict stays, but for one that
// gives way to a failure.
func (g *groupRun) decide(verdict, why string, culprit *node) {
	switch {
	case g.verdict != "":
		if verdict != "failing" || !slices.Contains([]string{"ending", "winning", "outside"}, g.verdict) {
			return
		}
		why = g.why
	case verdict != "failing" && g.r.cut != nil:
		verdict, why = "outside", g.r.cut.reason
	}
	g.verdict, g.why, g.culprit = verdict, why, culprit
	g.r.cancel(&cut{of: g.r, reason: why})
}

// checkRace fails a race that cannot be won any more.
func (g *groupRun) checkRace() {
	if g.mode != "race" || g.verdict != "" || g.planning {
		return
	}
	left := len(g.wins)
	var first *node
	g.each(g.nodes, func(n *node) {
		if n.kind == child && !n.over() {
			left++
		}
		switch {
		case n.kind == loop && n.endless() && !n.drawn:
			left += endless
		case n.kind == loop:
			left += len(n.left) * winners(n.inner)
		}
		if n.state == "failed" && (first == nil || n.failed < first.failed) {
			first = n
		}
	})
	switch {
	case left >= max(g.need, 1):
	case first != nil:
		g.decide("failing", g.keys()[first]+" failed", first)
	case left > 0:
		g.message = fmt.Sprintf("the race needs %d winners and can have %d at the most", g.need, left)
		g.decide("failing", "group failed", nil)
	default:
		g.message = "the race has no children that could win"
		g.decide("failing", "group failed", nil)
	}
}

const endless = 1 << 20

// winners gives how many children of a turn that is not drawn can win at the
// most; how many a for in it has nobody knows.
func winners(items []*item) (most int) {
	for _, x := range items {
		switch x.kind {
		case child:
			most++
		case loop:
			most += endless
		case choice:
			arm := 0
			for _, items := range x.arms {
				arm = max(arm, winners(items))
			}
			most += arm
		}
	}
	return most
}

// endWaiting ends what never ran. What was taken from a channel is a turn.
func (g *groupRun) endWaiting(nodes []*node) {
	for _, n := range nodes {
		if n.arrived > 0 {
			t := &turn{of: n}
			e := n.e
			e.turns = append(slices.Clone(e.turns), n.arrived)
			n.arrived = 0
			t.nodes = g.make(n.inner, e, t, &siblings{up: n.among})
			n.turns = append(n.turns, t)
		}
		if n.state == "" {
			n.state, n.reason = "cancelled", g.why
		}
		g.endWaiting(n.inside())
	}
}

// What the group gives.

// keys gives the key of each node.
func (g *groupRun) keys() map[*node]string {
	keys := map[*node]string{}
	backgrounds := map[string]int{} // how many without a label below each path
	// first is the position of the turn's first that counts.
	var name func(nodes []*node, path string, first int, at *int)
	name = func(nodes []*node, path string, first int, at *int) {
		for _, n := range nodes {
			unknown := n.computed && !n.known // a label in an arm not taken is never computed
			switch {
			case n.kind == background && (n.label == "" || unknown):
				backgrounds[path]++
				keys[n] = path + "background"
				if backgrounds[path] > 1 {
					keys[n] += fmt.Sprintf(" %d", backgrounds[path])
				}
			case (n.kind == let || n.kind == background && !n.computed) && n.turn != nil && !n.turn.of.maps():
				keys[n] = fmt.Sprintf("%s%d/%s", path, first, n.label)
			case n.label != "" && !unknown:
				keys[n] = path + n.name()
			default:
				keys[n] = path + g.position(n, *at)
			}
			if n.counts() {
				*at++
			}
			for _, arm := range n.arms {
				name(arm, path, first, at)
			}
			below := 0
			for i, t := range n.turns {
				switch {
				case n.label == "":
					name(t.nodes, path, *at, at)
				case n.maps():
					within := 0
					name(t.nodes, fmt.Sprintf("%s/%d/", keys[n], i), 0, &within)
				default:
					name(t.nodes, keys[n]+"/", below, &below)
				}
			}
			if n.kind == loop && n.label == "" && g.mode == "stream" && !n.endless() { // keys are told before all turns are drawn
				*at += len(n.left) * positions(n.inner)
			}
		}
	}
	at := 0
	name(g.nodes, "", 0, &at)
	return keys
}

// work runs something that decides; its failure is no child's.
func (g *groupRun) work(fn func()) {
	g.worked = g.planned
	end := attempt(func() {
		fn()
		g.checkLabels()
	})
	if f, failed := end.(*failure); failed {
		g.message = f.message
		g.decide("failing", "group failed", nil)
	} else {
		raise(end)
	}
}

// claim notes a computed label. A stream under a limit does not care.
func (g *groupRun) claim(n *node) {
	n.known = true
	if g.mode == "stream" && g.limit > 0 {
		return
	}
	in := n.in()
	if g.claimed[in] == nil {
		g.claimed[in] = map[string]bool{}
	}
	if g.claimed[in][n.name()] && g.mode != "stream" {
		n.known = false
		text := strconv.Quote(n.label)
		if n.number {
			text = n.label
		}
		panic(&failure{message: "the label " + text + " stands twice in the group"})
	}
	g.claimed[in][n.name()] = true
}

// in gives where the node's key stands: the `name: for` around it, or the turn
// of one where each gives a map; nil for the group.
func (n *node) in() any {
	for t := n.turn; t != nil; t = t.of.turn {
		switch {
		case t.of.maps():
			return t
		case t.of.label != "":
			return t.of
		}
	}
	return nil
}

// checkLabels fails the group where a label is the position of a child without.
func (g *groupRun) checkLabels() {
	at := 0
	label, in, clash := g.clash(g.nodes, nil, &at)
	if !clash {
		return
	}
	g.each(g.nodes, func(n *node) {
		if n.state == "" && n.known && n.label == label && n.in() == in {
			n.known = false
			delete(g.claimed[in], label)
		}
	})
	panic(&failure{message: "the label " + label + " is the position of a child without a label"})
}

func (g *groupRun) clash(nodes []*node, in any, at *int) (label string, among any, clash bool) {
	for _, n := range nodes {
		switch {
		case n.kind == child:
			label = strconv.Itoa(*at)
			if *at++; n.label == "" && g.claimed[in][label] {
				return label, in, true
			}
		case n.kind == choice && !n.expanded && !n.over():
			for _, arm := range n.item.arms {
				*at += positions(arm)
			}
		default:
			inner, place := in, at
			if n.kind == loop && n.label != "" {
				*at++
				inner, place = n, new(int)
			}
			for _, nodes := range n.arms {
				if label, among, clash = g.clash(nodes, inner, place); clash {
					return label, among, true
				}
			}
			for _, t := range n.turns {
				if n.maps() {
					inner, place = t, new(int)
				}
				if label, among, clash = g.clash(t.nodes, inner, place); clash {
					return label, among, true
				}
			}
		}
	}
	return "", nil, false
}

// position gives the key of a node without a label: its position, or the next
// free number where that is a label.
func (g *groupRun) position(n *node, at int) string {
	labels := g.claimed[n.in()]
	if labels[strconv.Itoa(at)] {
		switch in := n.in().(type) {
		case nil:
			at = g.sizes(g.nodes)
		case *turn:
			at = g.sizes(in.nodes)
		case *node:
			at = 0
			for _, t := range in.turns {
				at += g.sizes(t.nodes)
			}
		}
		for labels[strconv.Itoa(at)] {
			at++
		}
	}
	return strconv.Itoa(at)
}

// sizes gives how many positions nodes take.
func (g *groupRun) sizes(nodes []*node) (n int) {
	for _, x := range nodes {
		switch {
		case x.counts():
			n++
		case x.kind == choice:
			for _, arm := range x.arms {
				n += g.sizes(arm)
			}
		case x.kind == loop:
			for _, t := range x.turns {
				n += g.sizes(t.nodes)
			}
			if g.mode == "stream" && !x.endless() {
				n += len(x.left) * positions(x.inner)
			}
		}
	}
	return n
}

// listing is what stands in a map by key: a key that is there already gets the
// next free number.
type listing map[string]bool

func (l listing) key(key string) string {
	text, number := key, len(l)
	_, err := strconv.Atoi(text)
	for i := 2; l[key]; i++ {
		if key = strconv.Itoa(number); err != nil {
			key = fmt.Sprintf("%s %d", text, i)
		}
		number++
	}
	l[key] = true
	return key
}

// positions gives how many items take.
func positions(items []*item) (n int) {
	for _, x := range items {
		if x.counts() {
			n++
		}
		for _, arm := range x.arms {
			n += positions(arm)
		}
	}
	return n
}

// collect gives the value of nodes, whose keys begin with path; whole: skipped
// ones are in it.
func (g *groupRun) collect(nodes []*node, labelled bool, path string, whole bool) string {
	keys, there := g.keys(), listing{}
	var items []string
	put := func(n *node, v string) {
		if labelled {
			v = there.key(strings.TrimPrefix(keys[n], path)) + "=" + v
		}
		items = append(items, v)
	}
	var visit func(nodes []*node)
	visit = func(nodes []*node) {
		for _, n := range nodes {
			switch {
			case n.kind == child && n.state == "done" && !n.taken:
				put(n, n.value)
			case n.counts() && n.state == "skipped":
				if whole && labelled {
					put(n, "nil")
				}
			case n.kind == loop && n.label != "":
				if v := g.loopValue(n, whole); v != "" {
					put(n, v)
				}
			default:
				visit(n.inside())
			}
		}
	}
	visit(nodes)
	if labelled {
		return "{" + strings.Join(items, " ") + "}"
	}
	return "[" + strings.Join(items, " ") + "]"
}

// loopValue gives what a `name: for` has under its name; "" if that is
// nothing although something was to come.
func (g *groupRun) loopValue(n *node, whole bool) string {
	some, all := false, n.state == "done"
	g.each(n.inside(), func(x *node) {
		some = some || x.kind == child && x.state == "done" && !x.taken
		all = all && !x.turn.forgotten() &&
			(x.kind != child && x.kind != loop || x.state == "done" && !x.taken || x.state == "skipped")
	})
	if !some && !all && !whole {
		return ""
	}
	path := g.keys()[n] + "/"
	if !n.maps() {
		return g.collect(n.inside(), label(n.inner), path, whole)
	}
	var maps []string
	for i, t := range n.turns {
		maps = append(maps, g.collect(t.nodes, true, fmt.Sprintf("%s%d/", path, i), whole))
	}
	return "[" + strings.Join(maps, " ") + "]"
}

func (g *groupRun) values() string { return g.collect(g.nodes, true, "", false) }

func (g *groupRun) errors() (errors []keyed) {
	keys, there := g.keys(), listing{}
	g.each(g.nodes, func(n *node) {
		if err := g.errorOf(n); err != nil && !n.taken {
			errors = append(errors, keyed{there.key(keys[n]), err})
		}
	})
	return errors
}

func (g *groupRun) errorOf(n *node) *failure {
	switch {
	case n.state == "failed":
		return n.err
	case g.timedOut(n):
		return g.late().with(n.cleanups)
	}
	return joined(n.cleanups)
}

func (g *groupRun) late() *failure {
	return &failure{message: "the group took longer than " + durationText(g.timeout)}
}

func (g *groupRun) timedOut(n *node) bool {
	return g.verdict == "timing" && (g.mode == "settle" || g.mode == "stream") && n.state == "cancelled" && n.reason == g.why &&
		(n.kind == child || n.kind == let || n.kind == loop && n.label != "" && !n.expanded)
}

func (g *groupRun) outcomes() string {
	keys, there := g.keys(), listing{}
	var outcomes []string
	g.each(g.nodes, func(n *node) {
		if n.taken || n.turn.forgotten() || n.kind == choice || n.kind == background && n.label == "" || n.kind == loop && (n.label == "" || n.expanded) {
			return
		}
		spent := "never"
		if n.r != nil {
			spent = fmt.Sprintf("%d %d", n.started, n.took)
		}
		outcomes = append(outcomes, fmt.Sprintf("%s %s %s %s", there.key(keys[n]), n.state, cmp.Or(n.reason, "nil"), spent))
	})
	return strings.Join(outcomes, ", ")
}

// forget lets go of the turns of a stream under a limit, which stays flat in
// memory, of which nothing is left to tell.
func (g *groupRun) forget() {
	if g.mode != "stream" || g.limit == 0 {
		return
	}
	g.each(g.nodes, func(n *node) {
		if slices.ContainsFunc(g.mentioning(), func(m need) bool { return m.of == n.item }) {
			return
		}
		for _, t := range n.turns {
			t.gone = t.gone || !slices.ContainsFunc(t.nodes, func(n *node) bool { return !g.gone(n) })
		}
	})
}

// gone tells whether nobody can ask for a node, and what is in it, any more.
func (g *groupRun) gone(n *node) bool {
	switch {
	case n.taken:
		return true
	case !n.over() || n.kind == child && n.state != "skipped" || n.err != nil || n.cleanups != nil || g.timedOut(n):
		return false
	case slices.ContainsFunc(n.turns, func(t *turn) bool { return !t.gone }):
		return false
	}
	return !slices.ContainsFunc(slices.Concat(n.arms...), func(n *node) bool { return !g.gone(n) })
}

func (t *turn) forgotten() bool { return t != nil && (t.gone || t.of.turn.forgotten()) }

// mentioning gives all mentions in the group.
func (g *groupRun) mentioning() (needs []need) {
	g.each(g.nodes, func(n *node) { needs = append(needs, n.needs...) })
	return needs
}

// failure gives what the group fails with: err of the culprit, else its own.
func (g *groupRun) failure(culprit *node, err *failure) *failure {
	e := failure{message: g.message}
	switch {
	case culprit != nil:
		if err == nil {
			err = culprit.err
		}
		e = *err
		e.child = g.keys()[culprit]
		if err.child != "" {
			e.child += "/" + err.child
		}
	case g.verdict == "timing":
		e = *g.late()
	}
	e.errors, e.values, e.endings = g.errors(), g.values(), g.outcomes()
	return &e
}

// gathered gives what cleanups failed with in a group that was cancelled from
// outside.
func (g *groupRun) gathered() []*failure {
	var first *node
	g.each(g.nodes, func(n *node) {
		if n.cleanups != nil && (first == nil || n.failed < first.failed) {
			first = n
		}
	})
	if first == nil {
		return nil
	}
	return []*failure{g.failure(first, joined(first.cleanups))}
}
