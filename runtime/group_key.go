package runtime

import (
	"strconv"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// The key of a child is its label, or else its position among all that can
// stand in the result. Below a name: for it is a path: "name/0", "name/label",
// and "name/0/label" where each turn gives a map of its own.

// key gives the node's key in errors, values and outcomes.
func (n *node) key() Value {
	named := n.named()
	if named == nil {
		return n.keyAmong(0)
	}
	path, start := keyPart(named.key()), 0
	if c := named.code.(*forCode); c.maps {
		t := n.turnIn(named)
		path, start = path+"/"+strconv.Itoa(t.number), named.sizeOfTurns(t.number)
	}
	return unclaimed(path+"/"+keyPart(n.keyAmong(start)), n.group.labels)
}

// unclaimed gives a key of the runtime's own, with the next free number where
// the script has a label like it. labels may be nil.
func unclaimed(text string, labels *mapping) Value {
	key := String(text)
	for i := 2; labels != nil && labels.has(key); i++ {
		key = String(text + " " + strconv.Itoa(i))
	}
	return key
}

// keyAmong gives the key within the group, the name: for or the turn, whose
// first position is start: the label, or one of the runtime's own, which gets
// the next free number where the script has a label like it.
func (n *node) keyAmong(start int) Value {
	key, written := n.ownKey(start)
	labels := n.claimed()
	if written || labels == nil || !labels.has(key) {
		return key
	}
	if key.Kind() != KindString {
		for i := int64(n.places()); ; i++ {
			if next := Int(i); !labels.has(next) {
				return next
			}
		}
	}
	return unclaimed(key.str(), labels)
}

// ownKey is keyAmong without a look at the labels. written tells that it is
// the script's label.
func (n *node) ownKey(start int) (key Value, written bool) {
	switch c := n.code.(type) {
	case *childCode:
		switch {
		case n.repeats():
			return String(strconv.Itoa(n.turnPosition()-start) + "/" + c.label), false
		case c.let:
			return c.key, false
		case n.label.ref != tagAbsent:
			return n.label, true
		case c.background:
			return n.backgroundKey(), false
		}
	case *forCode:
		if c.named {
			return c.key, true
		}
	}
	return Int(int64(n.position() - start)), false
}

// repeats tells whether the child's label stands in each turn of a for around
// it, among the keys of all of them.
func (n *node) repeats() bool {
	c, ok := n.code.(*childCode)
	return ok && c.repeats() && n.turn != nil && !n.turn.of.code.(*forCode).maps
}

// claimed gives the script's labels so far where the node's key stands; nil if
// there are none.
func (n *node) claimed() *mapping { return *n.claimedAt() }

func (n *node) claimedAt() **mapping {
	named := n.named()
	switch {
	case named == nil:
		return &n.group.labels
	case named.code.(*forCode).maps:
		return &n.turnIn(named).labels
	}
	return &named.labels
}

// places gives how many positions there are where the node's key stands.
func (n *node) places() int {
	named := n.named()
	switch {
	case named == nil:
		return sizes(n.group.nodes)
	case named.code.(*forCode).maps:
		return sizes(n.turnIn(named).nodes)
	}
	return named.sizeOfTurns(named.count)
}

// keyPart gives a key as it stands in the key of a child below it.
func keyPart(k Value) string {
	if k.Kind() == KindString {
		return k.str()
	}
	return k.String()
}

// keyText gives a key as people read it, in a path or a reason: the empty
// label is one too.
func keyText(k Value) string {
	if text := keyPart(k); text != "" {
		return text
	}
	return `""`
}

// backgroundKey gives "background", "background 2" … in source order to those
// without a label, or whose label was never computed; but not what is a label.
func (n *node) backgroundKey() Value {
	before := -1
	n.countBackgrounds(n.group.nodes, &before)
	labels, key := n.claimed(), String("background")
	for i := 2; ; i++ {
		if labels == nil || !labels.has(key) {
			if before--; before < 0 {
				return key
			}
		}
		key = String("background " + strconv.Itoa(i))
	}
}

// countBackgrounds adds how many background children that go by that name
// stand among nodes up to n, those in arms that are not chosen yet included,
// and tells whether n is one.
func (n *node) countBackgrounds(nodes []*node, number *int) (found bool) {
	for _, o := range nodes {
		switch c := o.code.(type) {
		case *childCode:
			if c.background && o.label.ref == tagAbsent && o.beside(n) {
				*number++
			}
			if o == n {
				return true
			}
		case *forCode:
			for _, t := range o.turns {
				if n.countBackgrounds(t.nodes, number) {
					return true
				}
			}
		case *choiceCode:
			if o.arms == nil && o.beside(n) {
				*number += c.backgrounds()
			}
			for _, arm := range o.arms {
				if n.countBackgrounds(arm, number) {
					return true
				}
			}
		}
	}
	return false
}

// backgrounds gives how many background children without a fixed label stand in
// the arms.
func (c *choiceCode) backgrounds() (number int) {
	for _, arm := range c.arms {
		for _, it := range arm.items {
			switch it := it.(type) {
			case *childCode:
				if it.background && (!it.labelled || it.computed != nil) {
					number++
				}
			case *choiceCode:
				number += it.backgrounds()
			}
		}
	}
	return number
}

// named gives the name: for that a node stands in; nil if none.
func (n *node) named() *node {
	for up := n.up; up != nil; up = up.up {
		if c, ok := up.code.(*forCode); ok && c.named {
			return up
		}
	}
	return nil
}

// beside tells whether the keys of both stand below one path.
func (n *node) beside(o *node) bool {
	named := n.named()
	return named == o.named() &&
		(named == nil || !named.code.(*forCode).maps || n.turnIn(named) == o.turnIn(named))
}

// turnIn gives the turn of a for that the node stands in.
func (n *node) turnIn(of *node) *turn {
	for ; n.turn.of != of; n = n.turn.of {
	}
	return n.turn
}

// Positions.

// position gives how many results stand before the node.
func (n *node) position() int {
	return n.base() + sizes(n.siblings()[:n.place])
}

// base gives the position of the first of the nodes that n stands among.
func (n *node) base() int {
	up := n.up
	if up == nil {
		return 0
	}
	switch c := up.code.(type) {
	case *forCode:
		sum := up.sizeOfTurns(n.turn.number)
		if !c.named {
			sum += up.position()
		}
		return sum
	case *choiceCode:
		sum := up.position()
		for i := range int(n.arm) {
			sum += up.sizeOfArm(c, i)
		}
		return sum
	}
	return 0
}

// turnPosition gives the position of the first result of the node's turn.
func (n *node) turnPosition() int {
	for n.up != n.turn.of {
		n = n.up
	}
	return n.base()
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
		return n.sizeOfTurns(n.count) + n.sizeToCome(c)
	case *choiceCode:
		sum := 0
		for i := range c.arms {
			sum += n.sizeOfArm(c, i)
		}
		return sum
	}
	return 0
}

// sizeToCome gives the positions of the turns that a for has yet to draw. They
// count in a stream, where each key has to be right as soon as it is told;
// elsewhere a turn that was never drawn is nothing that anybody hears of.
func (n *node) sizeToCome(c *forCode) int {
	if n.group.code.mode != ast.ModeStream || c.each < 0 {
		return 0
	}
	return max(n.toCome, 0) * c.each
}

// sizeOfTurns gives the positions of a for's first turns.
func (n *node) sizeOfTurns(turns int) int {
	if each := n.code.(*forCode).each; each >= 0 {
		return turns * each
	}
	sum := 0
	for _, t := range n.turns[:turns] {
		sum += t.size + sizes(t.nodes)
	}
	return sum
}

// sizes gives the positions of nodes.
func sizes(nodes []*node) int {
	sum := 0
	for _, n := range nodes {
		sum += n.size()
	}
	return sum
}

func (n *node) sizeOfArm(c *choiceCode, arm int) int {
	if n.arms == nil {
		return c.arms[arm].least
	}
	return sizes(n.arms[arm])
}

// Labels of the script's own.

// claim notes a label. One that stands there already fails the group, except
// in a stream, whose results need not be told apart.
func (g *group) claim(f *frame, n *node, label Value, at lexer.Pos) {
	if !g.code.claims || g.code.mode == ast.ModeStream && g.settings.limit > 0 {
		return
	}
	labels := n.claimedAt()
	g.mu.Lock()
	if shared, ok := n.armLabel(); ok {
		if g.shared[shared] {
			g.unlock()
			return
		}
		if g.shared == nil {
			g.shared = map[armLabel]bool{}
		}
		g.shared[shared] = true
	}
	if *labels == nil {
		*labels = newMap(0)
	}
	twice := (*labels).has(label)
	(*labels).put(label, Nil)
	g.numbers = g.numbers || label.isInt() || label.Kind() == KindFloat
	g.unlock()
	if twice && g.code.mode != ast.ModeStream {
		f.pos = at
		f.throw(Fail("key", "the label %s stands twice in the group", quoted(label)))
	}
}

// claimSkipped notes the labels of nodes that do not run: they stand in the
// result as nil.
func (g *group) claimSkipped(f *frame, nodes []*node) {
	if !g.code.claims {
		return
	}
	eachNode(nodes, func(n *node) {
		if c, ok := n.code.(*childCode); ok && c.labelled && c.computed == nil && !c.let && !n.repeats() {
			g.claim(f, n, n.label, c.at)
		} else if c, ok := n.code.(*forCode); ok {
			g.claim(f, n, c.key, c.at)
		}
	})
}

// checkLabels fails the group where a label of the script's is the position of
// a child that has none.
func (g *group) checkLabels(f *frame) {
	if !g.numbers || !g.code.mixed {
		return
	}
	g.mu.Lock()
	position := 0
	clash, among := clashing(g.nodes, g.labels, &position)
	if among != nil {
		g.disown(clash, among)
	}
	g.unlock()
	if among != nil {
		f.pos = g.code.at
		f.throw(Fail("key", "the label %s is the position of a child without a label", clash.String()))
	}
}

// disown takes back a label that cannot be one: its child goes by its position.
// One that runs or has run keeps it.
func (g *group) disown(label Value, among *mapping) {
	eachNode(g.nodes, func(n *node) {
		if n.state == waiting && n.label.ref != tagAbsent && n.claimed() == among && Equal(n.label, label) {
			among.delete(label)
			n.label = absent
		}
	})
}

// clashing gives the first label that is the position of one of the nodes
// without a label, and the labels it is among; nil if there is none. position
// counts on.
func clashing(nodes []*node, labels *mapping, position *int) (clash Value, among *mapping) {
	for _, n := range nodes {
		switch c := n.code.(type) {
		case *childCode:
			if !c.counts() {
				continue
			}
			at := Int(int64(*position))
			*position++
			if !c.labelled && labels != nil && labels.has(at) {
				return at, labels
			}
		case *forCode:
			inner, place := labels, position
			if c.named {
				*position++
				inner, place = n.labels, new(int)
			}
			for _, t := range n.turns {
				if c.maps {
					inner, place = t.labels, new(int)
				}
				if clash, among := clashing(t.nodes, inner, place); among != nil {
					return clash, among
				}
			}
		case *choiceCode:
			if n.arms == nil {
				*position += n.size()
			}
			for _, arm := range n.arms {
				if clash, among := clashing(arm, labels, position); among != nil {
					return clash, among
				}
			}
		}
	}
	return absent, nil
}
