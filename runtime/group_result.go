package runtime

import (
	"sort"
	"strconv"

	"github.com/tgscript/tgscript/ast"
)

// finish gives the group's value, or raises what it fails with. Every child
// has ended.
func (g *group) finish(f *frame) Value {
	t := f.t
	t.attend()
	g.settleStates()
	d := g.decision
	switch d.kind {
	case failing:
		panic(g.failure(f, d))
	case timing:
		if g.code.mode != ast.ModeSettle {
			panic(g.failure(f, d))
		}
	case outside:
		panic(&unwinding{cause: g.scope.reason(), failure: g.gathered(f)})
	}
	var v Value
	switch g.code.mode {
	case ast.ModeSettle:
		v = g.settled()
	case ast.ModeRace:
		g.warnCleanups()
		v = g.wins[0]
		if g.settings.need > 0 {
			v = listOf(g.wins[:g.settings.need]...)
		}
	default:
		g.warnCleanups()
		v = g.collect(g.nodes, g.code.labelled)
	}
	if t.scope.dead.Load() {
		t.strike()
	}
	return v
}

// settleStates gives an end to the nodes that never ran.
func (g *group) settleStates() {
	g.mu.Lock()
	defer g.mu.Unlock()
	reason := ""
	if g.decision != nil {
		reason = g.decision.reason
	}
	g.endWaiting(g.nodes, reason)
}

func (g *group) endWaiting(nodes []*node, reason string) {
	for i, n := range nodes {
		if n == nil { // planning failed before it
			nodes = nodes[:i]
			break
		}
		if n.state == waiting {
			n.state, n.reason = cancelled, reason
		}
		switch c := n.code.(type) {
		case *forCode:
			for _, t := range n.turns {
				g.endWaiting(t.nodes, reason)
			}
		case *choiceCode:
			if n.arms == nil {
				for a, arm := range c.arms {
					n.arms = append(n.arms, g.unplanned(arm.items, n, a, cancelled, reason))
				}
			}
			for _, arm := range n.arms {
				g.endWaiting(arm, reason)
			}
		}
	}
}

// Keys. The key of a child is its label, or else its position among all that
// can stand in the result.

// named gives the name: for that a node stands in; nil if none.
func (n *node) named() *node {
	for up := n.up; up != nil; up = up.up {
		if c, ok := up.code.(*forCode); ok && c.named {
			return up
		}
	}
	return nil
}

// key gives the node's key in errors, values and outcomes.
func (n *node) key() Value {
	own := n.ownKey()
	named := n.named()
	if named == nil {
		return own
	}
	prefix := keyText(named.key())
	if c, ok := n.code.(*childCode); ok && c.counts() && c.labelled && c.computed == nil {
		// A fixed label stands in a map of its turn.
		return String(prefix + "/" + strconv.Itoa(n.turnIn(named).number) + "/" + keyText(own))
	}
	return String(prefix + "/" + keyText(own))
}

// ownKey gives the key within the group, or within the name: for.
func (n *node) ownKey() Value {
	switch c := n.code.(type) {
	case *childCode:
		switch {
		case c.let && n.turn != nil:
			return String(strconv.Itoa(n.turnPosition()) + "/" + c.label)
		case n.label.ref != tagAbsent:
			return n.label
		case c.background:
			return n.backgroundKey()
		}
	case *forCode:
		if c.named {
			return String(c.label)
		}
	}
	return Int(int64(n.position()))
}

// keyText gives a key as it stands in a path or a reason.
func keyText(k Value) string {
	if k.Kind() == KindString {
		return k.str()
	}
	return k.String()
}

// position gives how many results stand before the node.
func (n *node) position() int {
	sum := n.base()
	for i := 0; i < n.place; i++ {
		if n.list[i] != nil {
			sum += n.list[i].size()
		}
	}
	return sum
}

// base gives the position of the first of the nodes that n stands among.
func (n *node) base() int {
	up := n.up
	if up == nil {
		return 0
	}
	switch c := up.code.(type) {
	case *forCode:
		sum := 0
		if !c.named {
			sum = up.position()
		}
		return sum + up.sizeOfTurns(c, n.turn.number)
	case *choiceCode:
		sum := up.position()
		for i := 0; i < n.arm; i++ {
			sum += up.sizeOfArm(c, i)
		}
		return sum
	}
	return 0
}

// turnPosition gives the position of the first result of the node's turn.
func (n *node) turnPosition() int {
	for n.up != nil {
		if _, ok := n.up.code.(*forCode); ok {
			return n.base()
		}
		n = n.up
	}
	return n.base()
}

// turnIn gives the turn of a for that the node stands in.
func (n *node) turnIn(of *node) *turn {
	for ; n.up != of; n = n.up {
	}
	return n.turn
}

// size gives how many positions the node takes.
func (n *node) size() int {
	switch c := n.code.(type) {
	case *childCode:
		if c.counts() {
			return 1
		}
	case *forCode:
		if c.named {
			return 1
		}
		return n.sizeOfTurns(c, len(n.turns))
	case *choiceCode:
		sum := 0
		for i := range c.arms {
			sum += n.sizeOfArm(c, i)
		}
		return sum
	}
	return 0
}

// sizeOfTurns gives the positions of a for's first turns.
func (n *node) sizeOfTurns(c *forCode, turns int) int {
	if each := mostPositions(c.items); each >= 0 {
		return turns * each
	}
	sum := 0
	for _, t := range n.turns[:turns] {
		for _, inner := range t.nodes {
			sum += inner.size()
		}
	}
	return sum
}

func (n *node) sizeOfArm(c *choiceCode, arm int) int {
	if arm < len(n.arms) && n.arms[arm] != nil {
		sum := 0
		for _, inner := range n.arms[arm] {
			sum += inner.size()
		}
		return sum
	}
	return max(mostPositions(c.arms[arm].items), 0)
}

// mostPositions gives how many positions items take that hold no for; -1 if
// one of them does.
func mostPositions(items []itemCode) int {
	sum := 0
	for _, it := range items {
		switch c := it.(type) {
		case *childCode:
			if c.counts() {
				sum++
			}
		case *forCode:
			if !c.named {
				return -1
			}
			sum++
		case *choiceCode:
			for _, arm := range c.arms {
				n := mostPositions(arm.items)
				if n < 0 {
					return -1
				}
				sum += n
			}
		}
	}
	return sum
}

// backgroundKey gives "background", "background 2" … in source order.
func (n *node) backgroundKey() Value {
	number, found := 0, false
	n.group.each(n.group.nodes, func(o *node) {
		c := o.code.(*childCode)
		if !found && c.background && !c.labelled {
			number++
			found = o == n
		}
	})
	if number <= 1 {
		return String("background")
	}
	return String("background " + strconv.Itoa(number))
}

// keyed is a map under construction whose keys are the runtime's: one that is
// taken already becomes the next free number.
type keyed struct{ m *mapping }

func newKeyed() keyed { return keyed{newMap(0)} }

func (k keyed) put(key, v Value) {
	if k.m.has(key) {
		n := int64(k.m.len())
		for k.m.has(Int(n)) {
			n++
		}
		key = Int(n)
	}
	k.m.put(key, v.share())
}

func (k keyed) value() Value { return k.m.value().share() }

// Values.

// collect gives the result of nodes: a map if any of them is labelled, else a
// list.
func (g *group) collect(nodes []*node, labelled bool) Value {
	if labelled {
		m := newKeyed()
		g.collectMap(nodes, m)
		return m.m.value()
	}
	return newList(g.collectList(nodes, nil))
}

func (g *group) collectList(nodes []*node, items []Value) []Value {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			if c.counts() && n.state == done {
				items = append(items, n.value)
			}
		case *forCode:
			for _, t := range n.turns {
				items = g.collectList(t.nodes, items)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				items = g.collectList(arm, items)
			}
		}
	}
	return items
}

func (g *group) collectMap(nodes []*node, m keyed) {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			if !c.counts() || n.state == skipped && g.providedBy(n, m) {
				continue
			}
			if key := n.ownKey(); n.state == skipped || !m.m.has(key) || m.valueOf(key).ref == nil {
				m.m.put(key, n.value.share())
			} else {
				m.put(key, n.value)
			}
		case *forCode:
			if c.named {
				v, _ := n.collected()
				if v.Kind() == kindFailed {
					v = Nil
				}
				m.put(String(c.label), v)
				continue
			}
			for _, t := range n.turns {
				g.collectMap(t.nodes, m)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				g.collectMap(arm, m)
			}
		}
	}
}

func (k keyed) valueOf(key Value) Value {
	v, _ := k.m.get(key)
	return v
}

// providedBy tells whether a skipped child's label is there already, from
// another arm.
func (g *group) providedBy(n *node, m keyed) bool {
	return n.label.ref == tagAbsent || m.m.has(n.label)
}

// collected gives the value of a name: for, or its failure and the child
// whose failure it is.
func (n *node) collected() (Value, *node) {
	c := n.code.(*forCode)
	g := n.group
	var root *node
	for _, t := range n.turns {
		g.each(t.nodes, func(o *node) {
			if o.state == failedState && (root == nil || o.order < root.order) {
				root = o
			}
		})
	}
	if root != nil {
		return failure(root.err), root
	}
	if n.state == skipped || n.state == upstream || n.state == cancelled {
		return Nil, nil
	}
	if !c.labelled {
		var items []Value
		for _, t := range n.turns {
			items = g.collectList(t.nodes, items)
		}
		return newList(items), nil
	}
	if fixedLabels(c.items) {
		items := make([]Value, len(n.turns))
		for i, t := range n.turns {
			items[i] = g.collect(t.nodes, true).share()
		}
		return newList(items), nil
	}
	m := newKeyed()
	for _, t := range n.turns {
		g.collectMap(t.nodes, m)
	}
	return m.m.value(), nil
}

// fixedLabels tells whether one of the items has a label that would repeat in
// each turn.
func fixedLabels(items []itemCode) bool {
	for _, it := range items {
		switch c := it.(type) {
		case *childCode:
			if c.counts() && c.labelled && c.computed == nil {
				return true
			}
		case *forCode:
			if c.named || fixedLabels(c.items) {
				return true
			}
		case *choiceCode:
			for _, arm := range c.arms {
				if fixedLabels(arm.items) {
					return true
				}
			}
		}
	}
	return false
}

// settled gives what a settled group is: values, errors and outcomes by key.
func (g *group) settled() Value {
	m := newMap(3)
	m.put(String("values"), g.values())
	m.put(String("errors"), g.errors())
	m.put(String("outcomes"), g.outcomes())
	return m.value()
}

// values gives what the children returned that did not fail. A name: for
// stands under its name.
func (g *group) values() Value {
	m := newKeyed()
	g.eachKeyed(g.nodes, func(n *node) {
		c, ok := n.code.(*childCode)
		if ok && c.counts() && n.state == done {
			m.put(n.key(), n.value)
		}
		if f, ok := n.code.(*forCode); ok && f.named && n.expanded {
			if v, root := n.partial(); root || v.ref != nil {
				m.put(n.key(), v)
			}
		}
	})
	return m.value()
}

// partial gives the list or map of the turns of a name: for that succeeded.
func (n *node) partial() (v Value, ok bool) {
	c := n.code.(*forCode)
	g := n.group
	switch {
	case !c.labelled:
		var items []Value
		for _, t := range n.turns {
			items = g.collectList(t.nodes, items)
		}
		return newList(items), true
	case fixedLabels(c.items):
		items := make([]Value, len(n.turns))
		for i, t := range n.turns {
			m := newKeyed()
			g.collectDone(t.nodes, m)
			items[i] = m.value()
		}
		return newList(items), true
	}
	m := newKeyed()
	for _, t := range n.turns {
		g.collectDone(t.nodes, m)
	}
	return m.value(), true
}

func (g *group) collectDone(nodes []*node, m keyed) {
	g.each(nodes, func(n *node) {
		if c := n.code.(*childCode); c.counts() && n.state == done {
			m.put(n.ownKey(), n.value)
		}
	})
}

// errors gives every child's own failure by key, those of cleanups included.
func (g *group) errors() Value {
	m := newKeyed()
	g.each(g.nodes, func(n *node) {
		if err := g.errorFor(n); err != nil {
			m.put(n.key(), err.value())
		}
	})
	return m.value()
}

// errorFor gives what stands in the errors for a child; nil if nothing.
func (g *group) errorFor(n *node) *Error {
	code := n.code.(*childCode)
	timedOut := g.decision != nil && g.decision.kind == timing && (g.code.mode == ast.ModeSettle || g.code.mode == ast.ModeStream)
	switch {
	case n.state == failedState:
		return n.err
	case n.state == cancelled && timedOut && !code.background && n.reason == g.decision.reason:
		err := *g.decision.err
		err.Trace = []Site{{Source: g.code.source, Pos: code.at}}
		if n.cleanup != nil {
			return withCleanup(&err, n.cleanup)
		}
		return &err
	case n.cleanup != nil:
		return n.cleanup
	}
	return nil
}

// outcomes tells how each child ended.
func (g *group) outcomes() Value {
	m := newKeyed()
	g.eachKeyed(g.nodes, func(n *node) {
		if f, ok := n.code.(*forCode); ok {
			if f.named && !n.expanded {
				m.put(n.key(), n.outcome())
			}
			return
		}
		if n.state == skipped && m.m.has(n.key()) {
			return // another arm provides the label
		}
		if key := n.key(); m.m.has(key) && n.label.ref != tagAbsent {
			m.m.put(key, n.outcome()) // the arm before was skipped
			return
		}
		m.put(n.key(), n.outcome())
	})
	return m.value()
}

// eachKeyed visits the children and the fors with a name, in source order.
func (g *group) eachKeyed(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			visit(n)
		case *forCode:
			if c.named {
				visit(n)
			}
			for _, t := range n.turns {
				g.eachKeyed(t.nodes, visit)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				g.eachKeyed(arm, visit)
			}
		}
	}
}

var outcomeKeys = [...]Value{String("state"), String("reason"), String("started"), String("duration")}

func (n *node) outcome() Value {
	m := newMap(4)
	m.put(outcomeKeys[0], String(stateNames[n.state]))
	reason, started, took := Nil, Nil, Nil
	if n.reason != "" {
		reason = String(n.reason)
	}
	if !n.started.IsZero() {
		started, took = Time(n.started), Duration(n.ended.Sub(n.started))
	}
	m.put(outcomeKeys[1], reason)
	m.put(outcomeKeys[2], started)
	m.put(outcomeKeys[3], took)
	return m.value().share()
}

// Failures.

// failure gives what a decided group fails with: the error of its first
// failure, with what the others did.
func (g *group) failure(f *frame, d *decision) *Error {
	e := *d.err
	site := Site{Source: g.code.source, Pos: g.code.at, Function: f.proto.name}
	switch {
	case d.culprit != nil:
		key := keyText(d.culprit.key())
		site.Child = key
		e.Child, e.InChild = joinPath(key, d.err), true
	default:
		e.Child, e.InChild = "", false
		if e.Trace == nil {
			f.pos = g.code.at
			e.Trace = f.trace()
		}
	}
	e.Groups = append(append([]Site(nil), d.err.Groups...), site)
	e.Errors, e.Values, e.Outcomes = g.errors(), g.values(), g.outcomes()
	return &e
}

// joinPath gives the path of a failure one level up.
func joinPath(key string, err *Error) string {
	if err.InChild {
		return key + "/" + err.Child
	}
	return key
}

// gathered gives what the children of a group failed with that was cancelled
// from outside; nil if nothing. The first in time is the error.
func (g *group) gathered(f *frame) *Error {
	var failures []*node
	g.each(g.nodes, func(n *node) {
		if n.cleanup != nil || n.state == failedState {
			failures = append(failures, n)
		}
	})
	if len(failures) == 0 {
		return nil
	}
	sort.SliceStable(failures, func(i, j int) bool { return failures[i].order < failures[j].order })
	first := failures[0]
	return g.failure(f, &decision{culprit: first, err: g.errorFor(first)})
}

// warnCleanups tells of the failures that no error can carry: of the deferred
// code of those who were cancelled in a group that is good.
func (g *group) warnCleanups() {
	g.each(g.nodes, func(n *node) {
		if n.cleanup != nil {
			g.parent.run.warnText(joinText(g.parent.path(), keyText(n.key())), "deferred code failed: "+n.cleanup.Message)
		}
	})
}

func joinText(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

// path gives the path of the child that a thread runs, "" for the program.
func (t *Thread) path() string {
	if t.child == nil || t.child.node == nil {
		return ""
	}
	n := t.child.node
	g := n.group
	outer := g.parent.path()
	g.mu.Lock()
	defer g.mu.Unlock()
	return joinText(outer, keyText(n.key()))
}
