package resolve

import "github.com/tgscript/tgscript/ast"

func (r *resolver) assign(s *ast.AssignStmt) {
	if s == nil {
		return
	}
	r.target(s.Target, s.Op)
	r.expr(s.Value)
}

// target resolves what is assigned to: a place, or a list of places. What can
// be no place at all the parser has reported.
func (r *resolver) target(x ast.Expr, op ast.AssignOp) {
	switch x := unparen(x).(type) {
	case *ast.Ident:
		if op == ast.Set {
			r.ident(x, replace)
		} else {
			r.ident(x, change)
		}
	case *ast.ListLit:
		for _, elem := range x.Elems {
			if rest, ok := elem.(*ast.SpreadExpr); ok {
				elem = rest.X
			}
			if id, ok := elem.(*ast.Ident); ok && id.Name == "_" {
				continue // takes an element and drops it
			}
			r.target(elem, op)
		}
	default:
		r.path(x)
	}
}

// path resolves x.name or x[index] as a place: what is at its root changes.
func (r *resolver) path(x ast.Expr) {
	switch x := unparen(x).(type) {
	case *ast.Ident:
		r.ident(x, change)
	case *ast.MemberExpr:
		r.path(x.X)
	case *ast.IndexExpr:
		r.path(x.X)
		r.expr(x.Index)
	default:
		r.expr(x)
	}
}

// mayChange reports where v is not a variable that the current unit may change.
func (r *resolver) mayChange(id *ast.Ident, v *variable) bool {
	decl := v.decl
	switch decl.Kind {
	case VarDecl:
		if v.frame == r.frame {
			return true
		}
		r.afar(id, v)
	case LetDecl:
		hint := "declare it with `var`"
		if v.frame != r.frame {
			hint = "give it to a `var` of your own and change that"
		}
		r.errorf(id.Range, "`%s` is bound with `let` and cannot be changed", id.Name).
			hint("%s", hint).declared(decl, "declared here")
	case ParamDecl:
		r.errorf(id.Range, "`%s` is a parameter and cannot be changed", id.Name).
			hint("write `var %s = %s` first", id.Name, id.Name).declared(decl, "declared here")
	case LoopDecl:
		r.errorf(id.Range, "`%s` is the variable of a loop and cannot be changed", id.Name).
			hint("copy it to a `var`").declared(decl, "declared here")
	case FnDecl:
		r.errorf(id.Range, "`%s` is a function and cannot be assigned", id.Name).declared(decl, "declared here")
	case ImportDecl:
		r.errorf(id.Range, "`%s` is an imported file and cannot be changed", id.Name).declared(decl, "imported here")
	case SiblingDecl:
		r.errorf(id.Range, "`%s` is a sibling, which only its own body gives a value", id.Name).
			hint("return the value from this child").declared(decl, "labelled here")
	default:
		r.errorf(id.Range, "`%s` cannot be changed", id.Name)
	}
	return false
}

// afar reports a change of a variable from inside a function or a group.
func (r *resolver) afar(id *ast.Ident, v *variable) {
	f := r.frame
	var c complaint
	switch f.unit.Kind {
	case FuncUnit:
		c = r.errorf(id.Range, "`%s` is a variable outside this function, which a function cannot change", id.Name).
			hint("return the new value")
	case ChildUnit:
		c = r.errorf(id.Range, "`%s` cannot be changed here: a child sees the variables around its group as they were when it began", id.Name).
			hint("return the value: the group's result holds it")
	default:
		c = r.errorf(id.Range, "`%s` cannot be changed here: a group sees the variables around it as they were when it began", id.Name).
			hint("change it before the group")
	}
	c.declared(v.decl, "declared here")
}

var (
	listChanges = map[string]bool{"push": true, "insert": true, "remove": true, "pop": true, "sort": true, "reverse": true, "clear": true}
	mapChanges  = map[string]bool{"delete": true, "clear": true}
)

// changingCall reports a changing method on what evidently is a list or map
// and evidently cannot change. All else is decided at run time.
func (r *resolver) changingCall(x *ast.MemberExpr) {
	if !listChanges[x.Name] && !mapChanges[x.Name] {
		return
	}
	value, root := evident(x.X)
	switch value := value.(type) {
	case *ast.ListLit:
		if !listChanges[x.Name] {
			return
		}
	case *ast.MapLit:
		if !mapChanges[x.Name] || entry(value, x.Name) != nil {
			return
		}
	default:
		return
	}
	if root == nil {
		r.errorf(x.NameSpan, "`%s` changes a value that nobody holds", x.Name).
			hint("bind it with `var` first")
		return
	}
	b, ok := root.Binding.(*Binding)
	if !ok || b.Decl == nil {
		return
	}
	switch {
	case b.Decl.Kind == LetDecl:
		r.errorf(root.Range, "`%s` is bound with `let` and cannot be changed", root.Name).
			hint("declare it with `var`").declared(b.Decl, "declared here")
	case b.Kind == Captured:
		r.afar(root, &variable{decl: b.Decl})
	}
}

// evident follows names, members and indices as far as literals tell, and
// gives the literal and the variable that holds it.
func evident(x ast.Expr) (ast.Expr, *ast.Ident) {
	switch x := unparen(x).(type) {
	case *ast.ListLit, *ast.MapLit:
		return x, nil
	case *ast.Ident:
		if b, ok := x.Binding.(*Binding); ok && b.Decl != nil && (b.Decl.Kind == LetDecl || b.Decl.Kind == VarDecl) {
			return unparen(b.Decl.Value), x
		}
	case *ast.MemberExpr:
		value, root := evident(x.X)
		if m, ok := value.(*ast.MapLit); ok {
			return entry(m, x.Name), root
		}
	case *ast.IndexExpr:
		value, root := evident(x.X)
		switch index := x.Index.(type) {
		case *ast.StringLit:
			if m, ok := value.(*ast.MapLit); ok {
				return entry(m, index.Value), root
			}
		case *ast.IntLit:
			if l, ok := value.(*ast.ListLit); ok {
				return element(l, index.Value), root
			}
		}
	}
	return nil, nil
}

// entry gives what a map literal evidently holds under a key that is a text.
func entry(m *ast.MapLit, key string) ast.Expr {
	var value ast.Expr
	for _, e := range m.Entries {
		if s, ok := e.Key.(*ast.StringLit); ok {
			if s.Value == key {
				value = unparen(e.Value)
			}
		} else if e.Key == nil || e.Computed {
			return nil // may hold anything
		}
	}
	return value
}

// element gives what a list literal evidently holds at an index.
func element(l *ast.ListLit, index int64) ast.Expr {
	if index < 0 || index >= int64(len(l.Elems)) {
		return nil
	}
	for _, e := range l.Elems[:index+1] {
		if _, spread := e.(*ast.SpreadExpr); spread {
			return nil
		}
	}
	return unparen(l.Elems[index])
}
