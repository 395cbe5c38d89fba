package resolve

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// group is a Group under construction.
type group struct {
	expr     *ast.GroupExpr
	info     *Group
	frame    *frame // in which the group stands
	captured map[*variable]int
	after    []func(captures int)
	nodes    []*node
	lets     []*variable
	within   *node // what decides whether the current items run
	whole    *node // the labelled for around them
	// lost is the for of a stream after which positions cannot be known.
	lost *ast.ForItem
}

// env is an Env under construction.
type env struct {
	group *group
	outer *env
	level int // turns around it
	info  *Env
	turn  *ast.ForItem // nil: the root
}

// capture gives the index of v, from around the group, in the root Env.
func (g *group) capture(v *variable) int {
	if i, ok := g.captured[v]; ok {
		return i
	}
	i := len(g.info.Captures)
	g.captured[v] = i
	g.info.Captures = append(g.info.Captures, g.frame.source(v))
	v.whenBoxed(func() { g.info.Captures[i].Boxed = true })
	return i
}

// later runs fix when it is known how many captures come first in the root.
func (g *group) later(fix func(captures int)) { g.after = append(g.after, fix) }

func (g *group) close() {
	n := len(g.info.Captures)
	for _, fix := range g.after {
		fix(n)
	}
	g.info.Env.Vars += n
}

// group resolves a group. Its options belong to the code around it.
func (r *resolver) group(x *ast.GroupExpr, source bool) {
	if x.Mode == ast.ModeStream && !source {
		span := x.Range
		if x.ModeSpan != (lexer.Span{}) {
			span = x.ModeSpan
		}
		r.errorf(span, "`group stream` is no value: it stands only as the source of a statement's `for`").
			hint("write `for result in group stream < … > { … }`")
	}
	r.options(x)
	g := &group{expr: x, frame: r.frame, captured: map[*variable]int{}}
	g.info = &Group{Env: &Env{}, Labelled: labelled(x.Items)}
	x.Info = g.info
	root := &env{group: g, info: g.info.Env}
	r.pushEnv(root)
	r.labels(root, x.Items)
	r.items(root, x.Items, false)
	r.popEnv()
	g.close()
	r.cycles(g)
	r.warnLets(g)
}

var options = []string{"limit", "timeout", "grace", "name", "need"}

func (r *resolver) options(x *ast.GroupExpr) {
	seen := map[string]bool{}
	for _, o := range x.Options {
		r.expr(o.Value)
		switch {
		case o.Spread || o.Name == "":
			if o.Value != nil {
				r.errorf(o.Value.Span(), "an option of a group has a name").hint("write `limit: …`, `timeout: …`, `grace: …` or `name: …`")
			}
			continue
		case o.Name == "need" && x.Mode != ast.ModeRace:
			r.errorf(o.NameSpan, "`need` is an option of a race alone").hint("write `group race (need: …)`")
		case o.Name != "limit" && o.Name != "timeout" && o.Name != "grace" && o.Name != "name" && o.Name != "need":
			r.errorf(o.NameSpan, "`%s` is no option of a group", o.Name).
				hint("the options are `limit`, `timeout`, `grace`, `name` and, of a race, `need`").near(o.Name, options)
		case seen[o.Name]:
			r.errorf(o.NameSpan, "`%s` is given twice", o.Name)
		}
		seen[o.Name] = true
	}
}

// labelled reports whether a result of these items is a map.
func labelled(items []ast.Item) bool {
	for _, item := range items {
		switch it := item.(type) {
		case *ast.ChildItem:
			if it.Label != nil && !it.Let && !it.Background {
				return true
			}
		case *ast.ForItem:
			if it.Label != nil || labelled(it.Items) {
				return true
			}
		case *ast.BranchItem:
			for _, arm := range it.Arms {
				if arm != nil && labelled(arm.Items) {
					return true
				}
			}
		case *ast.IfItem:
			if labelled(it.Then) || labelled(it.Else) {
				return true
			}
		}
	}
	return false
}

// step is one arm on the way to an item.
type step struct {
	choice ast.Item
	arm    int
}

// exclusive reports whether two items never run both.
func exclusive(a, b []step) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i].choice != b[i].choice {
			return false
		}
		if a[i].arm != b[i].arm {
			return true
		}
	}
	return false
}

// label is one occurrence of a fixed label.
type label struct {
	span lexer.Span
	arms []step
}

// labelling collects the labels of an env before its items are resolved.
type labelling struct {
	r     *resolver
	env   *env
	scope *scope
	given map[string][]label
}

func (r *resolver) labels(e *env, items []ast.Item) {
	r.scope.background = map[string]lexer.Span{}
	l := &labelling{r, e, r.scope, map[string][]label{}}
	l.items(items, nil)
}

func (l *labelling) items(items []ast.Item, arms []step) {
	for _, item := range items {
		switch it := item.(type) {
		case *ast.ChildItem:
			l.child(it, arms)
		case *ast.ForItem:
			if it.Label != nil && it.Label.Computed == nil {
				l.repeats(it.Label)
				l.add(it.Label, arms)
				l.name(it.Label)
			}
		case *ast.BranchItem:
			for i, arm := range it.Arms {
				if arm != nil {
					l.items(arm.Items, append(arms[:len(arms):len(arms)], step{it, i}))
				}
			}
		case *ast.IfItem:
			l.items(it.Then, append(arms[:len(arms):len(arms)], step{it, 0}))
			l.items(it.Else, append(arms[:len(arms):len(arms)], step{it, 1}))
		}
	}
}

func (l *labelling) child(it *ast.ChildItem, arms []step) {
	if it.Label == nil || it.Label.Computed != nil {
		return
	}
	if it.Let && l.env.group.expr.Mode == ast.ModeRace {
		l.r.errorf(it.Range, "`let` cannot stand in a race: its children cannot mention each other").
			hint("compute `%s` before the race, or in a child", it.Label.Name)
	}
	if it.Let && it.Label.Name == "_" {
		return
	}
	if !it.Let {
		l.repeats(it.Label)
	}
	l.add(it.Label, arms)
	if it.Background {
		l.scope.background[it.Label.Name] = it.Label.Range
		return
	}
	l.name(it.Label)
	if it.Let {
		l.env.group.lets = append(l.env.group.lets, l.scope.names[it.Label.Name])
	}
}

// repeats reports a fixed label that every turn of a for without a label would give.
func (l *labelling) repeats(label *ast.Label) {
	if turn := l.env.turn; turn != nil && turn.Label == nil {
		l.r.errorf(label.Range, "`%s` would repeat in every turn of the `for`", label.Name).
			hint("compute the label: `[expr]: …`; or give the `for` one: `name: for …`")
	}
}

// add reports a label that another item has too, unless only one of them runs.
func (l *labelling) add(at *ast.Label, arms []step) {
	for _, other := range l.given[at.Name] {
		if !exclusive(other.arms, arms) {
			l.r.errorf(at.Range, "`%s` is the label of another item already", at.Name).
				related(other.span, "first here").hint("only different arms of one `branch` or `if` may share a label")
			break
		}
	}
	l.given[at.Name] = append(l.given[at.Name], label{at.Range, arms})
}

// name makes a label known to the siblings.
func (l *labelling) name(at *ast.Label) {
	if l.scope.names[at.Name] != nil || at.Name == "_" {
		return
	}
	name := &Name{Name: at.Name, Span: at.Range}
	l.scope.names[at.Name] = &variable{
		decl: &Decl{Kind: SiblingDecl, Name: at.Name, Span: at.Range, Index: len(l.env.info.Names)},
		env:  l.env, scope: l.scope, index: len(l.env.info.Names), bound: l.r.now, sibling: true, name: name,
	}
	l.env.info.Names = append(l.env.info.Names, name)
}

// mayMention reports where a child cannot mention what its name found.
func (r *resolver) mayMention(id *ast.Ident, f found, u use) bool {
	v := f.v
	if v.env.group.expr.Mode == ast.ModeRace {
		r.errorf(id.Range, "`%s` is another child of this race, and the children of a race cannot mention each other", id.Name).
			declared(v.decl, "labelled here").hint("if another `%s` is meant, rename the label", id.Name)
		return false
	}
	what := r.hides(f, u)
	if what == "" {
		return true
	}
	line := r.source.Position(v.decl.Span.Start).Line
	r.errorf(id.Range, "`%s` means the sibling labelled on line %d here, which hides the %s", id.Name, line, what).
		declared(v.decl, "this label hides it").hint("rename the label, or write it as a text and `[…]`: `[\"%s\"]: …`", id.Name)
	return false
}

// hides tells what function or module a sibling's label hides where the name
// is used as one.
func (r *resolver) hides(f found, u use) string {
	name := f.v.decl.Name
	if u != call && u != member || f.at.outer == nil {
		return ""
	}
	outer := r.lookup(f.at.outer, name)
	if v := outer.v; v != nil {
		switch {
		case v.decl.Kind == ImportDecl:
			return "imported file `" + name + "`"
		case u == call && v.decl.Fn != nil:
			return "function `" + name + "`"
		}
		return ""
	}
	b := r.library(name)
	switch {
	case b == nil:
	case b.Kind == Module:
		return "module `" + name + "`"
	case b.Kind == Universe && u == call:
		return "function `" + name + "`"
	}
	return ""
}
