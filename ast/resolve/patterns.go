package resolve

import "github.com/tgscript/tgscript/ast"

// patternNames collects what one pattern (or a pair of them) binds.
type patternNames struct {
	r    *resolver
	kind DeclKind
	vars []*variable
	seen map[string]*ast.NamePattern
	// reuse holds the names of the first of several alternatives: the others
	// bind the same variables.
	reuse map[string]*variable
	byDef map[string]*variable
}

// declarePattern makes the names of a pattern known, not bound yet.
func (r *resolver) declarePattern(p ast.Pattern, kind DeclKind) *patternNames {
	n := &patternNames{r: r, kind: kind, seen: map[string]*ast.NamePattern{}, byDef: map[string]*variable{}}
	n.add(p)
	return n
}

// declareArm declares the names of an arm's patterns, of which one will match.
func (r *resolver) declareArm(patterns []ast.Pattern) []*variable {
	n := r.declarePattern(nil, LetDecl)
	n.alternatives(patterns)
	for _, v := range n.vars {
		v.decl.Used = true // it may be there only to ask for a key
	}
	return n.vars
}

func (n *patternNames) add(p ast.Pattern) {
	switch p := p.(type) {
	case *ast.NamePattern:
		n.name(p)
	case *ast.TypePattern:
		n.add(p.Name)
	case *ast.ListPattern:
		for _, e := range p.Elems {
			n.add(e.Pattern)
		}
		n.add(p.Rest)
	case *ast.MapPattern:
		for _, e := range p.Entries {
			n.add(e.Pattern)
		}
		n.add(p.Rest)
	case *ast.AltPattern:
		n.alternatives(p.Alts)
	}
}

func (n *patternNames) name(p *ast.NamePattern) {
	if p == nil || p.Name == "" {
		return
	}
	if first := n.seen[p.Name]; first != nil {
		n.r.errorf(p.Range, "`%s` stands twice in one pattern", p.Name).related(first.Range, "first here").
			hint("to compare with a variable write `==%s`", p.Name)
		p.Binding = first.Binding
		return
	}
	n.seen[p.Name] = p
	if n.reuse != nil {
		v := n.reuse[p.Name]
		if v == nil {
			n.r.errorf(p.Range, "`%s` is bound by some of the alternatives only", p.Name).
				hint("all alternatives must bind the same names")
			v = n.r.declare(&Decl{Kind: n.kind, Name: p.Name, Span: p.Range, Used: true})
		}
		p.Binding = n.r.declaration(v)
		return
	}
	v := n.r.declare(&Decl{Kind: n.kind, Name: p.Name, Span: p.Range})
	p.Binding = n.r.declaration(v)
	n.vars = append(n.vars, v)
	n.byDef[p.Name] = v
}

// alternatives declares the names of the first pattern and makes the others
// bind the same ones.
func (n *patternNames) alternatives(patterns []ast.Pattern) {
	if len(patterns) == 0 {
		return
	}
	before := n.seen
	n.seen = copyNames(before)
	n.add(patterns[0])
	first := n.seen
	outer := n.reuse
	for _, p := range patterns[1:] {
		if p == nil {
			continue
		}
		n.seen, n.reuse = copyNames(before), n.byDef
		if outer != nil {
			n.reuse = outer
		}
		n.add(p)
		for _, name := range sortedKeys(first) {
			if n.seen[name] == nil {
				n.r.errorf(p.Span(), "`%s` is not bound by this alternative", name).
					related(first[name].Range, "bound here").hint("all alternatives must bind the same names")
			}
		}
	}
	n.seen, n.reuse = first, outer
}

func copyNames(m map[string]*ast.NamePattern) map[string]*ast.NamePattern {
	c := make(map[string]*ast.NamePattern, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}

// bindPattern resolves the expressions in a pattern and binds its names, in
// the order in which it is matched: a default may use the names before it.
func (r *resolver) bindPattern(p ast.Pattern) {
	switch p := p.(type) {
	case *ast.NamePattern:
		r.bindName(p)
	case *ast.EqualPattern:
		r.expr(p.X)
	case *ast.TypePattern:
		r.bindPattern(p.Name)
	case *ast.ListPattern:
		for _, e := range p.Elems {
			r.expr(e.Default)
			r.bindPattern(e.Pattern)
		}
		r.bindPattern(p.Rest)
	case *ast.MapPattern:
		for _, e := range p.Entries {
			r.expr(e.Default)
			r.bindPattern(e.Pattern)
		}
		r.bindPattern(p.Rest)
	case *ast.AltPattern:
		for _, alt := range p.Alts {
			r.bindPattern(alt)
		}
	}
}

func (r *resolver) bindName(p *ast.NamePattern) {
	if p == nil {
		return
	}
	b, ok := p.Binding.(*Binding)
	if !ok {
		return
	}
	if v := r.scope.names[p.Name]; v != nil && v.decl == b.Decl {
		r.bind(v)
	}
}
