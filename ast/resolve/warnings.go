package resolve

import (
	"strings"

	"github.com/tgscript/tgscript/ast"
)

// What is reported here does not keep a program from running: the checker and
// the editor show it.

// warnUnused reports the names of a scope that nothing reads. Parameters and
// loop variables have to be there, and what a file exports is for others.
func (r *resolver) warnUnused(s *scope) {
	if s.file && r.world.Session != nil {
		return
	}
	for _, v := range s.vars {
		decl := v.decl
		if decl.Used || decl.Name[0] == '_' {
			continue
		}
		switch decl.Kind {
		case LetDecl, FnDecl:
			if s.file {
				continue
			}
		case VarDecl, ImportDecl:
		default:
			continue
		}
		r.warnf(decl.Span, "`%s` is never used", decl.Name).hint("a name that begins with `_` may be unused")
	}
}

// warnLets reports a let of a group that no sibling mentions: its value is lost.
func (r *resolver) warnLets(g *group) {
	for _, v := range g.lets {
		if !v.name.Mentioned && !strings.HasPrefix(v.decl.Name, "_") && g.expr.Mode != ast.ModeRace {
			r.warnf(v.decl.Span, "no sibling mentions `%s`", v.decl.Name).hint("leave out the `let`, or write `let _ = …`")
		}
	}
}

// warnValues reports values that nothing uses: all but a block's last.
func (r *resolver) warnValues(stmts []ast.Stmt) {
	for i, stmt := range stmts {
		if s, ok := stmt.(*ast.ExprStmt); ok && i < len(stmts)-1 && s.X != nil && pure(s.X) {
			c := r.warnf(s.X.Span(), "this value is not used")
			if b, ok := ast.Unparen(s.X).(*ast.BinaryExpr); ok && b.Op == ast.Equal {
				c.hint("`=` assigns, `==` compares")
			}
		}
	}
}

// pure reports an expression that does nothing but give a value.
func pure(x ast.Expr) bool {
	switch x := unparen(x).(type) {
	case *ast.Ident, *ast.NilLit, *ast.BoolLit, *ast.IntLit, *ast.FloatLit, *ast.DurationLit, *ast.StringLit, *ast.FnLit:
		return true
	case *ast.TemplateLit:
		return allPure(x.Parts)
	case *ast.ListLit:
		return allPure(x.Elems)
	case *ast.MapLit:
		for _, e := range x.Entries {
			if e.Key != nil && !pure(e.Key) || !pure(e.Value) {
				return false
			}
		}
		return true
	case *ast.SpreadExpr:
		return pure(x.X)
	case *ast.UnaryExpr:
		return pure(x.X)
	case *ast.BinaryExpr:
		return pure(x.X) && pure(x.Y)
	case *ast.MemberExpr:
		return pure(x.X)
	case *ast.IndexExpr:
		return pure(x.X) && pure(x.Index)
	case *ast.RangeExpr:
		return x.Lo != nil && x.Hi != nil && pure(x.Lo) && pure(x.Hi)
	}
	return false
}

func allPure(xs []ast.Expr) bool {
	for _, x := range xs {
		if !pure(x) {
			return false
		}
	}
	return true
}

// warnArms reports arms after one that always matches.
func (r *resolver) warnArms(subject bool, arms []*ast.Arm) {
	var always *ast.Arm
	for _, arm := range arms {
		if arm == nil {
			continue
		}
		if always != nil {
			r.warnf(arm.Range, "this arm is never reached").related(always.Range, "this arm always matches")
			continue
		}
		if matchesAll(subject, arm) {
			always = arm
		}
	}
}

func matchesAll(subject bool, arm *ast.Arm) bool {
	if arm.Guard != nil {
		return false
	}
	if arm.Else {
		return true
	}
	if !subject {
		b, ok := unparen(arm.Cond).(*ast.BoolLit)
		return ok && b.Value
	}
	for _, p := range arm.Patterns {
		if irrefutable(p) {
			return true
		}
	}
	return false
}

func irrefutable(p ast.Pattern) bool {
	switch p := p.(type) {
	case *ast.NamePattern, *ast.WildcardPattern:
		return true
	case *ast.AltPattern:
		for _, alt := range p.Alts {
			if irrefutable(alt) {
				return true
			}
		}
	}
	return false
}

// warnEmptyMap reports () -> {}, which gives a map.
func (r *resolver) warnEmptyMap(fn *ast.FnLit) {
	if m, ok := fn.Body.(*ast.MapLit); ok && fn.Name == "" && len(m.Entries) == 0 {
		r.warnf(m.Range, "`{}` is an empty map here").hint("a function that does nothing is `() -> nil`")
	}
}

// warnKeys reports a key that stands twice in a map: the last one counts.
func (r *resolver) warnKeys(x *ast.MapLit) {
	seen := map[any]ast.Expr{}
	for _, e := range x.Entries {
		var key any
		switch k := e.Key.(type) {
		case *ast.StringLit:
			key = k.Value
		case *ast.IntLit:
			key = k.Value
		default:
			continue
		}
		if first := seen[key]; first != nil {
			r.warnf(e.Key.Span(), "this key stands twice in the map: the last one counts").related(first.Span(), "first here")
		}
		seen[key] = e.Key
	}
}
