package resolve

import (
	"slices"
	"strings"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// node is something of a group that has to wait: a child, a labelled for as a
// whole, or what decides about items (a list, a subject, a condition).
type node struct {
	label  string // "": nothing can mention it
	span   lexer.Span
	needed []*mentions // whose siblings come before it
	before []*node
	state  visit
}

type visit uint8

const (
	fresh visit = iota
	open
	done
)

func (n *node) needs(m *mentions) { n.needed = append(n.needed, m) }

// edges lists what has to be finished before n.
func (n *node) edges() []*node {
	edges := slices.Clip(n.before)
	for _, m := range n.needed {
		for _, v := range m.of {
			edges = append(edges, v.providers...)
		}
	}
	return edges
}

// node adds a node for what stands at the current place of the group.
func (g *group) node(at *ast.Label, span lexer.Span) *node {
	n := &node{span: span}
	if at != nil && at.Computed == nil {
		n.label, n.span = at.Name, at.Range
	}
	if g.within != nil {
		n.before = append(n.before, g.within)
	}
	if g.whole != nil {
		g.whole.before = append(g.whole.before, n)
	}
	g.nodes = append(g.nodes, n)
	return n
}

// cycles reports children that wait for themselves.
func (r *resolver) cycles(g *group) {
	var path []*node
	var walk func(n *node)
	walk = func(n *node) {
		switch n.state {
		case done:
			return
		case open:
			for i, on := range path {
				if on == n {
					r.cycle(path[i:])
					break
				}
			}
			return
		}
		n.state = open
		path = append(path, n)
		for _, next := range n.edges() {
			walk(next)
		}
		path = path[:len(path)-1]
		n.state = done
	}
	for _, n := range g.nodes {
		walk(n)
	}
}

// cycle reports one cycle at the first of its children in the source.
func (r *resolver) cycle(path []*node) {
	var named []*node
	first := 0
	for _, n := range path {
		if n.label == "" {
			continue
		}
		if len(named) > 0 && n.span.Start < named[first].span.Start {
			first = len(named)
		}
		named = append(named, n)
	}
	if len(named) == 0 {
		return
	}
	named = append(named[first:len(named):len(named)], named[:first]...)
	var text strings.Builder
	for _, n := range named {
		text.WriteString(n.label + " → ")
	}
	text.WriteString(named[0].label)
	c := r.errorf(named[0].span, "`%s` waits for itself: %s", named[0].label, text.String()).
		hint("each of these children needs the one after it first")
	for _, n := range named[1:] {
		c.related(n.span, "`"+n.label+"` stands here")
	}
}
