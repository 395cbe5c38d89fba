package resolve

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
)

// items resolves the items of an env; inArm where a branch or if decides
// whether they run.
func (r *resolver) items(e *env, items []ast.Item, inArm bool) {
	for _, item := range items {
		switch it := item.(type) {
		case *ast.ChildItem:
			r.child(e, it)
		case *ast.ForItem:
			r.forItem(e, it, inArm)
		case *ast.BranchItem:
			r.branchItem(e, it)
		case *ast.IfItem:
			r.ifItem(e, it)
		}
	}
}

// enterItem begins a unit of a group, whose mentions go to m.
func (r *resolver) enterItem(kind UnitKind, e *env, m *mentions) *frame {
	f := newFrame(kind, e.group.frame)
	f.group, f.env, f.mentions = e.group, e, m
	r.enter(f)
	return f
}

// own gives the sibling that a label makes, nil where it makes none.
func (r *resolver) own(e *env, at *ast.Label) *variable {
	if at == nil || at.Computed != nil {
		return nil
	}
	for s := r.scope; s != nil; s = s.outer {
		if s.env == e && s.background != nil {
			return s.names[at.Name]
		}
	}
	return nil
}

// hide takes a label out of scope while its own item is resolved.
func (r *resolver) hide(v *variable) (show func()) {
	if v == nil {
		return func() {}
	}
	r.hidden = append(r.hidden, v)
	return func() { r.hidden = r.hidden[:len(r.hidden)-1] }
}

func (r *resolver) child(e *env, it *ast.ChildItem) {
	g := e.group
	info := &Child{Name: -1}
	it.Info = info
	n := g.node(it.Label, it.Range)
	r.position(g, it)

	if it.Label != nil && it.Label.Computed != nil {
		m := newMentions()
		f := r.enterItem(GroupUnit, e, m)
		r.expr(it.Label.Computed)
		r.leave()
		info.Label, info.LabelMentions = f.unit, m.list
		n.needs(m)
	}
	v := (*variable)(nil)
	if !it.Background && !(it.Let && it.Label != nil && it.Label.Name == "_") {
		v = r.own(e, it.Label)
	}
	if v != nil {
		info.Name = v.index
		v.providers = append(v.providers, n)
	}
	show := r.hide(v)
	m := newMentions()
	f := r.enterItem(ChildUnit, e, m)
	r.expr(it.Body)
	r.leave()
	show()
	info.Unit, info.Mentions = f.unit, m.list
	n.needs(m)
}

// position reports an unlabelled item of a stream that has no key at the start.
func (r *resolver) position(g *group, it *ast.ChildItem) {
	if g.lost == nil || it.Label != nil || it.Let || it.Background {
		return
	}
	r.errorf(it.Range, "an item after this stream's `for` needs a label: its position is not known when the stream begins").
		related(g.lost.Range, "how many turns this has is not known at the start").hint("write `name: …`, or `name: for …` above")
}

func (r *resolver) forItem(e *env, it *ast.ForItem, inArm bool) {
	g := e.group
	info := &For{Name: -1, Labelled: labelled(it.Items)}
	it.Info = info

	v := r.own(e, it.Label)
	within, whole, lost := g.within, g.whole, g.lost
	if it.Label != nil {
		g.whole = g.node(it.Label, it.Range)
		g.lost = nil
		if v != nil {
			info.Name = v.index
			v.providers = append(v.providers, g.whole)
		}
	}
	show := r.hide(v)
	decide := g.node(nil, it.Range)

	m := newMentions()
	f := r.enterItem(GroupUnit, e, m)
	r.expr(it.Source)
	r.leave()
	info.Source = f.unit

	f = r.enterItem(GroupUnit, e, m)
	f.slot() // the key
	f.slot() // the value
	bound := r.loopPatterns(it.Key, it.Value)
	r.leave()
	info.Bind, info.Mentions = f.unit, m.list
	decide.needs(m)

	turn := &env{group: g, outer: e, level: e.level + 1, info: &Env{}, turn: it}
	info.Env = turn.info
	r.pushEnv(turn)
	for _, v := range bound {
		info.Slots = append(info.Slots, v.index)
		r.envVar(turn, v)
	}
	r.pushEnv(turn)
	r.labels(turn, it.Items)
	g.within = decide
	r.items(turn, it.Items, false)
	r.popEnv()
	r.popEnv()
	show()

	g.within, g.whole = within, whole
	switch {
	case it.Label != nil:
		g.lost = lost
	case g.lost == nil && g.expr.Mode == ast.ModeStream && (inArm || len(m.list) > 0 || endless(it.Source) || g.drawsFors(it)):
		g.lost = it
	}
}

// drawsFors tells whether turns that are still to be drawn have fors of their
// own, which nobody knows the turns of before.
func (g *group) drawsFors(it *ast.ForItem) bool {
	limited := slices.ContainsFunc(g.expr.Options, func(o ast.Arg) bool { return o.Name == "limit" })
	return limited && slices.ContainsFunc(it.Items, func(inner ast.Item) bool {
		f, ok := inner.(*ast.ForItem)
		return ok && f.Label == nil
	})
}

// envVar makes what a pattern bound in a frame of the group a variable of an
// env, and gives its index there.
func (r *resolver) envVar(e *env, from *variable) *variable {
	v := &variable{decl: from.decl, env: e, scope: r.scope, index: e.info.Vars, bound: r.now}
	e.info.Vars++
	r.scope.names[v.decl.Name] = v
	if e.level == 0 {
		e.group.later(func(captures int) { v.decl.Index = v.index + captures })
	}
	return v
}

// endless reports a for's source that evidently is no list, map or range.
func endless(x ast.Expr) bool {
	x = unparen(x)
	if id, ok := x.(*ast.Ident); ok {
		if b, ok := id.Binding.(*Binding); ok && b.Decl != nil && b.Decl.Kind == LetDecl {
			x = unparen(b.Decl.Value)
		}
	}
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	name := ""
	switch fn := unparen(c.Fn).(type) {
	case *ast.Ident:
		if b, ok := fn.Binding.(*Binding); ok && b.Kind == Universe {
			name = fn.Name
		}
	case *ast.MemberExpr:
		if id, ok := fn.X.(*ast.Ident); ok {
			if b, ok := id.Binding.(*Binding); ok && b.Kind == Module {
				name = id.Name + "." + fn.Name
			}
		}
	}
	switch name {
	case "channel", "worklist", "fs.lines", "exec.lines", "time.every":
		return true
	}
	return false
}

func (r *resolver) branchItem(e *env, it *ast.BranchItem) {
	g := e.group
	info := &Choice{}
	it.Info = info
	decide := g.node(nil, it.Range)
	bound := make([][]*variable, len(it.Arms))

	m := newMentions()
	f := r.enterItem(GroupUnit, e, m)
	r.expr(it.Subject)
	for i, arm := range it.Arms {
		if arm != nil {
			r.push()
			bound[i] = r.armHead(arm)
			r.pop()
		}
	}
	r.leave()
	r.warnArms(it.Subject != nil, it.Arms)
	info.Unit, info.Mentions = f.unit, m.list
	decide.needs(m)

	within := g.within
	g.within = decide
	for i, arm := range it.Arms {
		if arm != nil {
			r.arm(e, arm, bound[i])
		}
	}
	g.within = within
}

// arm resolves the items of an arm, which see what its patterns bound.
func (r *resolver) arm(e *env, arm *ast.Arm, bound []*variable) {
	info := &Arm{}
	arm.Info = info
	r.pushEnv(e)
	for _, from := range bound {
		v := r.envVar(e, from)
		info.Slots = append(info.Slots, from.index)
		info.Vars = append(info.Vars, v.index)
	}
	if e.level == 0 {
		e.group.later(func(captures int) {
			for i := range info.Vars {
				info.Vars[i] += captures
			}
		})
	}
	r.items(e, arm.Items, true)
	r.popEnv()
}

func (r *resolver) ifItem(e *env, it *ast.IfItem) {
	g := e.group
	info := &Choice{}
	it.Info = info
	decide := g.node(nil, it.Range)
	m := newMentions()
	f := r.enterItem(GroupUnit, e, m)
	r.expr(it.Cond)
	r.leave()
	info.Unit, info.Mentions = f.unit, m.list
	decide.needs(m)

	within := g.within
	g.within = decide
	r.items(e, it.Then, true)
	r.items(e, it.Else, true)
	g.within = within
}
