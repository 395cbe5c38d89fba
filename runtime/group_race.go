package runtime

import (
	"math"

	"github.com/tgscript/tgscript/ast"
)

// checkRace fails a race that cannot have enough winners any more. lost is how
// many possible ones have gone since it was last asked, -1 if that is unknown:
// they are counted only when too many may be gone, for that visits each node.
func (g *group) checkRace(lost int) {
	if g.code.mode != ast.ModeRace || g.decision != nil || g.planning {
		return
	}
	if lost >= 0 && lost <= g.spare {
		g.spare -= lost
		return
	}
	left := possibleWins(g.nodes)
	need := max(g.settings.need, 1)
	if left < 0 || len(g.wins)+left >= need {
		g.spare = max(len(g.wins)+left-need, 0)
		return
	}
	var first *node
	eachNode(g.nodes, func(n *node) {
		if n.state == failedState && (first == nil || n.order < first.order) {
			first = n
		}
	})
	if first != nil {
		g.decide(&decision{kind: failing, culprit: first, err: first.err, reason: keyText(first.key()) + " failed"})
		return
	}
	err := Fail("empty", "the race has no children that could win")
	if most := len(g.wins) + left; most > 0 {
		err = Fail("empty", "the race needs %d winners and can have %d at the most", need, most)
	}
	g.decide(&decision{kind: failing, err: err, reason: "group failed"})
}

// chances is possibleWins of some nodes of the group, which others may end
// meanwhile.
func (g *group) chances(nodes ...*node) int {
	g.mu.Lock()
	defer g.unlock()
	return possibleWins(nodes)
}

// possibleWins gives how many of the children can still win; -1 if nobody
// knows.
func possibleWins(nodes []*node) int {
	sum := 0
	for _, n := range nodes {
		left := n.possibleWins()
		if left < 0 {
			return -1
		}
		sum += left
	}
	return sum
}

func (n *node) possibleWins() int {
	sum := 0
	switch c := n.code.(type) {
	case *childCode:
		if !n.state.ended() && c.counts() {
			return 1
		}
		return 0
	case *forCode:
		if !n.drawn && !n.state.ended() {
			each, left := mostOf(c.items), -1
			if n.expanded {
				left = n.toCome
			}
			switch {
			case each == 0: // no turn gives one that counts
			case each < 0 || left < 0 || left > math.MaxInt>>8/each: // nobody knows, or as good as endless
				return -1
			default:
				sum = left * each
			}
		}
		for _, t := range n.turns {
			left := possibleWins(t.nodes)
			if left < 0 {
				return -1
			}
			sum += left
		}
	case *choiceCode:
		if !n.expanded && !n.state.ended() {
			return c.most()
		}
		for _, arm := range n.arms {
			left := possibleWins(arm)
			if left < 0 {
				return -1
			}
			sum += left
		}
	}
	return sum
}

// turnsOf gives how many turns an iterator has; -1 if nobody knows.
func turnsOf(it iterator) int {
	switch it := it.(type) {
	case *listIterator:
		return it.list.len() - it.i
	case *rangeIterator:
		return int(min(it.left-it.i, 1<<62))
	case *mapIterator:
		turns := 0
		for i := it.i; i < it.m.span(); i++ {
			if _, _, ok := it.m.at(i); ok { // no gap
				turns++
			}
		}
		return turns
	case *bytesIterator:
		return len(it.b) - it.i
	}
	return -1
}
