package runtime

import (
	"strconv"

	"github.com/tgscript/tgscript/ast"
)

// finish gives the group's value, or raises what it fails with. Every child
// has ended.
func (g *group) finish(f *frame) Value {
	g.settleStates()
	var v Value
	switch kind := g.decision.kind; {
	case kind == failing || kind == timing && g.code.mode != ast.ModeSettle:
		panic(g.failure(f, g.decision))
	case kind == outside:
		g.foundHere(f)
		panic(&unwinding{g.decision.cause, g.gathered(f)})
	case g.code.mode == ast.ModeSettle:
		g.warnStray()
		v = g.settled()
	case kind == winning:
		g.warnLost()
		v = g.wins[0]
		if g.settings.need > 0 {
			v = listOf(g.wins[:g.settings.need]...)
		}
	default:
		g.warnLost()
		v = g.collect(g.nodes, g.code.labelled)
	}
	if f.t.scope.dead.Load() {
		g.foundHere(f)
		f.t.strike()
	}
	return v
}

// foundHere keeps the group's place as where what ended the program struck it,
// for want of a child that says more.
func (g *group) foundHere(f *frame) {
	f.pos = g.code.at
	f.t.run.foundAt(f, inWait)
}

// settleStates gives an end to the nodes that never ran.
func (g *group) settleStates() {
	g.mu.Lock()
	defer g.unlock()
	var end *fate
	endWaiting(g.nodes, func() *fate {
		if end == nil {
			end = &fate{reason: g.decision.reason}
		}
		return end
	})
}

// endWaiting cancels the nodes that have not begun; end gives their fate.
func endWaiting(nodes []*node, end func() *fate) {
	for _, n := range nodes {
		if n.state == waiting {
			n.state, n.fate = cancelled, end()
		}
		switch c := n.code.(type) {
		case *forCode:
			for _, t := range n.turns {
				endWaiting(t.nodes, end)
			}
		case *choiceCode:
			if n.arms == nil {
				n.arms = n.group.armsOf(n, c)
			}
			for _, arm := range n.arms {
				endWaiting(arm, end)
			}
		}
	}
}

// keyed is a map under construction that goes by the keys of nodes.
type keyed struct {
	m    *mapping
	arms map[armLabel]Value // the keys of those that arms share
}

// armLabel is a fixed label in the arms of a choice. What else has it in the
// same env stands in another arm.
type armLabel struct {
	env   *env
	label string
}

func newKeyed(most int) *keyed { return &keyed{m: newMap(most)} }

// put adds what stands under a key and gives that: one that is taken already
// gets the next free number.
func (k *keyed) put(key, v Value) Value {
	text, number := key, int64(k.m.len())
	for i := 2; k.m.has(key); i++ {
		if key = Int(number); text.Kind() == KindString {
			key = String(text.str() + " " + strconv.Itoa(i))
		}
		number++
	}
	k.m.put(key, v.share())
	return key
}

// putFor adds what stands for a node under its key. Where several arms share a
// label the chosen one counts.
func (k *keyed) putFor(n *node, key, v Value) {
	shared, ok := n.armLabel()
	if !ok {
		k.put(key, v)
		return
	}
	if other, ok := k.arms[shared]; !ok {
		if k.arms == nil {
			k.arms = map[armLabel]Value{}
		}
		k.arms[shared] = k.put(key, v)
	} else if n.state != skipped {
		k.m.put(other, v.share())
	}
}

func (k *keyed) value() Value { return k.m.value().share() }

// Values.

// collect gives the result of nodes: a map if any of them is labelled, else a
// list.
func (g *group) collect(nodes []*node, labelled bool) Value {
	if !labelled {
		return newList(collectList(nodes, make([]Value, 0, countNodes(nodes))))
	}
	m := newKeyed(0)
	collectMap(nodes, 0, m, true)
	return m.m.value()
}

func collectList(nodes []*node, items []Value) []Value {
	eachNode(nodes, func(n *node) {
		if c, ok := n.code.(*childCode); ok && c.counts() && !n.taken && n.state == done {
			items = append(items, n.value)
		}
	})
	return items
}

// collectMap adds the results of nodes to a map whose first position is start;
// with whole skipped ones too, as nil.
func collectMap(nodes []*node, start int, m *keyed, whole bool) {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			if c.counts() && !n.taken && (n.state == done || whole && n.state == skipped) {
				m.putFor(n, n.keyAmong(start), n.value)
			}
		case *forCode:
			if c.named {
				if v, ok := n.partial(whole); ok || whole {
					m.putFor(n, c.key, v)
				}
				continue
			}
			for _, t := range n.turns {
				collectMap(t.nodes, start, m, whole)
			}
		case *choiceCode:
			for _, arm := range n.arms {
				collectMap(arm, start, m, whole)
			}
		}
	}
}

// collected gives the value of a name: for that has ended, or the failure of
// the first child that failed in it and the node whose failure that is.
func (n *node) collected() (v Value, root *node) {
	for _, t := range n.turns {
		if first := firstFailed(t.nodes); first != nil && (root == nil || first.order < root.order) {
			root = first
		}
	}
	if root != nil {
		return failure(root.err), root
	}
	v, _ = n.partial(true)
	return v, nil
}

// firstFailed gives who failed first of nodes and those that they are upstream
// of; nil if nobody did. Background children, which no value rests on, do not
// count.
func firstFailed(nodes []*node) (first *node) {
	for _, n := range nodes {
		if c, ok := n.code.(*childCode); ok && c.background {
			continue
		}
		root := n.root
		switch {
		case n.state == failedState:
			root = n
		case n.state == upstream || n.inside == nil:
		default:
			for _, t := range n.turns {
				if r := firstFailed(t.nodes); r != nil && (root == nil || r.order < root.order) {
					root = r
				}
			}
			for _, arm := range n.arms {
				if r := firstFailed(arm); r != nil && (root == nil || r.order < root.order) {
					root = r
				}
			}
		}
		if root != nil && (first == nil || root.order < first.order) {
			first = root
		}
	}
	return first
}

// partial gives the list or map of what the turns of a name: for have
// returned, with whole nil for skipped ones in a map. ok is false if that is
// nothing, although something was to come.
func (n *node) partial(whole bool) (v Value, ok bool) {
	c := n.code.(*forCode)
	if n.state == skipped {
		return Nil, false
	}
	some, all := false, n.state == done && n.count == len(n.turns) // a stream lets go of turns that it has delivered
	for _, t := range n.turns {
		all = all && t.nodes != nil
		eachNode(t.nodes, func(n *node) {
			if n.code.most() != 0 {
				_, isChild := n.code.(*childCode)
				some = some || isChild && n.state == done && !n.taken
				all = all && (n.state == done && !n.taken || n.state == skipped)
			}
		})
	}
	switch {
	case c.maps:
		items := make([]Value, len(n.turns))
		for i, t := range n.turns {
			m := newKeyed(0)
			collectMap(t.nodes, n.sizeOfTurns(t.number), m, whole)
			items[i] = m.value()
		}
		return newList(items), some || all
	case c.labelled:
		m := newKeyed(0)
		for _, t := range n.turns {
			collectMap(t.nodes, 0, m, whole)
		}
		return m.m.value(), some || all
	}
	var items []Value
	for _, t := range n.turns {
		items = collectList(t.nodes, items)
	}
	return newList(items), some || all
}

// settled gives what a settled group is: values, errors and outcomes by key.
func (g *group) settled() Value {
	m := newMap(3)
	m.put(String("values"), g.values())
	m.put(String("errors"), g.errors())
	m.put(String("outcomes"), g.outcomes())
	return m.value()
}

// values gives what the children have returned, those of a name: for under its
// name. What a stream's loop has taken is not in it.
func (g *group) values() Value {
	m := newKeyed(0)
	collectMap(g.nodes, 0, m, false)
	return m.value()
}

// errors gives every child's own failure by key, those of cleanups included.
func (g *group) errors() Value {
	m := newKeyed(0)
	eachNode(g.nodes, func(n *node) {
		if err := g.errorFor(n); err != nil && !n.taken {
			m.putFor(n, n.key(), err.value())
		}
	})
	return m.value()
}

// errorFor gives what stands in the errors for a node; nil if nothing.
func (g *group) errorFor(n *node) *Error {
	switch {
	case n.state == failedState:
		return n.err
	case g.timedOut(n):
		err := *g.decision.err
		err.Trace = []Site{{Source: g.code.source, Pos: g.code.at}}
		return withCleanups(&err, n.cleanups)
	}
	return joined(n.cleanups)
}

// timedOut tells whether the end of time is a failure of the node, as it is
// in the modes that collect failures.
func (g *group) timedOut(n *node) bool {
	if g.code.mode != ast.ModeSettle && g.code.mode != ast.ModeStream || g.decision == nil || g.decision.kind != timing {
		return false
	}
	switch c := n.code.(type) {
	case *childCode:
		return !c.background && n.state == cancelled && n.reason == g.decision.reason
	case *forCode: // one with a name; after it has expanded its children stand for it
		return n.state == cancelled && !n.expanded
	}
	return false
}

// outcomes tells how each child ended, background ones that have a label
// included. A name: for stands for its children until it is expanded.
func (g *group) outcomes() Value {
	m := newKeyed(countNodes(g.nodes))
	var shared outcomeTexts
	eachNode(g.nodes, func(n *node) {
		c, ok := n.code.(*childCode)
		if ok && c.background && !c.labelled || !ok && n.expanded || n.taken {
			return
		}
		m.putFor(n, n.key(), n.outcome(&shared))
	})
	return m.value()
}

// outcomeLayout has the keys of an outcome: a group makes as many as it has
// children.
var outcomeLayout = layoutOf("state", "reason", "started", "duration")

// outcomeTexts are the values of texts that many outcomes have in common.
type outcomeTexts struct {
	states [len(stateNames)]Value
	fate   *fate
	reason Value // of fate
}

func (n *node) outcome(shared *outcomeTexts) Value {
	state := &shared.states[n.state]
	if state.ref == nil {
		*state = String(stateNames[n.state])
	}
	if shared.fate != n.fate {
		shared.fate, shared.reason = n.fate, Nil
		if n.reason != "" {
			shared.reason = String(n.reason)
		}
	}
	started, took := Nil, Nil
	if n.started != notStarted {
		started, took = Time(n.group.parent.run.clock.began().Add(n.started)), Duration(n.took)
	}
	m := newRecord(outcomeLayout)
	m.values[0], m.values[1], m.values[2], m.values[3] = *state, shared.reason, started, took
	return m.value().share()
}

// Failures.

// failure gives what a decided group fails with: the error of its first
// failure, with what the others did.
func (g *group) failure(f *frame, d *decision) *Error {
	e := *d.err
	site := g.site()
	switch {
	case d.culprit != nil:
		key := keyText(d.culprit.key())
		site.Child = key
		e.Child, e.InChild = joinPath(key, d.err), true
	default:
		e.Child, e.InChild = "", false
		if e.Trace == nil || g.conductor != g.parent && !d.traced {
			f.pos = g.code.at
			outer := f.trace()
			if last := len(e.Trace) - 1; last >= 0 && len(outer) > 0 && e.Trace[last] == outer[0] {
				outer = outer[1:] // a stream's conductor stands there too
			}
			e.Trace = append(e.Trace[:len(e.Trace):len(e.Trace)], outer...)
		}
	}
	e.Groups = append(append([]Site(nil), d.err.Groups...), site)
	e.Errors, e.Values, e.Outcomes = g.errors(), g.values(), g.outcomes()
	return withCleanups(&e, g.stray)
}

// joinPath gives the path of a failure one level up.
func joinPath(key string, err *Error) string {
	if err.InChild {
		return key + "/" + err.Child
	}
	return key
}

// gathered gives what cleanups failed with in a group that was cancelled from
// outside; nil if nothing did. The first in time is the error.
func (g *group) gathered(f *frame) []*Error {
	var first *node
	eachNode(g.nodes, func(n *node) {
		if n.cleanups != nil && (first == nil || n.order < first.order) {
			first = n
		}
	})
	if first == nil {
		return g.stray
	}
	return []*Error{g.failure(f, &decision{culprit: first, err: joined(first.cleanups)})}
}

// warnLost tells of the failures that no error can carry: of the cleanups in a
// group that is good, or whose loop was left. What the loop has taken carries
// its own.
func (g *group) warnLost() {
	warn := func(n *node, text string) {
		// The path is as long as groups are nested, and hardly ever needed.
		g.parent.run.warnText(joinText(g.parent.path(), keyText(n.key())), text)
	}
	eachNode(g.nodes, func(n *node) {
		switch c, ok := n.code.(*childCode); {
		case n.taken:
		case n.cleanups != nil:
			warn(n, "deferred code failed: "+joined(n.cleanups).Message)
		case ok && c.background && n.state == failedState:
			warn(n, "failed: "+n.err.Message)
		}
	})
	g.warnStray()
}

// warnStray tells of those in code that decides, which is no child's.
func (g *group) warnStray() {
	for _, err := range g.stray {
		g.parent.run.warnText(g.parent.path(), "deferred code failed: "+err.Message)
	}
}

func joinText(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

// site gives the group's place.
func (g *group) site() Site {
	return Site{Source: g.code.source, Pos: g.code.at, Function: g.code.function}
}

// membership gives the group that a thread runs in and the child of it that the
// thread runs; a nil group for the program. A thread of a group's own has no
// child, but for the name of the for that it draws for.
func (t *Thread) membership() (g *group, n *node) {
	c := t.child
	if c == nil || c.of == nil {
		return nil, nil
	}
	g, n = c.of, c.node
	if n == nil && c.pull != nil && c.pull.code.(*forCode).named {
		n = c.pull
	}
	return g, n
}

// path gives the path of the child that a thread runs, "" for the program.
func (t *Thread) path() string {
	g, n := t.membership()
	if g == nil {
		return ""
	}
	outer := g.parent.path()
	if n == nil {
		return outer
	}
	return joinText(outer, g.keyOf(n))
}

// keyOf gives a node's key as it stands in a path.
func (g *group) keyOf(n *node) string {
	g.mu.Lock()
	defer g.unlock()
	return keyText(n.key())
}

// locate notes in the error of an ending program which child it was in, and
// the groups on the way there: no group hands on such an error, so none adds
// itself to it.
func (t *Thread) locate(e *Error) {
	e.Child, e.InChild, e.Groups = "", false, nil
	for g, n := t.membership(); g != nil; g, n = g.parent.membership() {
		site := g.site()
		if n != nil {
			site.Child = g.keyOf(n)
			e.Child, e.InChild = joinPath(site.Child, e), true
		}
		e.Groups = append(e.Groups, site)
	}
}
