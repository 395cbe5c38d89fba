package runtime

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// A list or map that stands in two places is copied before either changes it.
// What follows finds the readings of a variable that do not make a second
// place of it, so that the next change finds it still unique:
//
//   - looks: the value is only looked at while nothing can change the variable;
//   - lends: an argument for a parameter that its function only looks at;
//   - moves: the variable is not read again before it is assigned (see lastUses).
//
// Without the first two, building a list while asking about it would take time
// in the square of its length.

// changes tells that running n may change the variable d of its frame.
func changes(n ast.Node, d *resolve.Decl) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if list, ok := ast.Unparen(n.Target).(*ast.ListLit); ok {
				found = found || mentions(list, d)
			} else {
				found = found || rootOf(n.Target) == d
			}
		case *ast.CallExpr:
			if m, method := n.Fn.(*ast.MemberExpr); method && changing(m.Name) {
				found = found || rootOf(m.X) == d
			}
		case *ast.FnLit: // sees a copy
			return false
		case *ast.GroupExpr: // so do its children
			for _, o := range n.Options {
				found = found || changes(o.Value, d)
			}
			return false
		}
		return !found
	})
	return found
}

func mentions(x ast.Node, d *resolve.Decl) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && declOf(id) == d {
			found = true
		}
		return !found
	})
	return found
}

func declOf(id *ast.Ident) *resolve.Decl {
	if b, ok := id.Binding.(*resolve.Binding); ok {
		return b.Decl
	}
	return nil
}

// rootOf gives the variable that x is, or reads out of; nil for what is made
// anew.
func rootOf(x ast.Expr) *resolve.Decl {
	for {
		switch y := x.(type) {
		case *ast.ParenExpr:
			x = y.X
		case *ast.ChainExpr:
			x = y.X
		case *ast.MemberExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.Ident:
			return declOf(y)
		default:
			return nil
		}
	}
}

// looked compiles what is only looked at, after the others that follow it in
// the same expression have been evaluated.
func (u *unit) looked(x ast.Expr, others ...ast.Expr) eval {
	return u.value(x, u.keeps(x, others...))
}

// keeps tells whether what x reads must be shared with its place, since one of
// the others could change it before it is looked at.
func (u *unit) keeps(x ast.Expr, others ...ast.Expr) bool {
	root := rootOf(x)
	if root == nil || root.Kind != resolve.VarDecl {
		return false
	}
	return slices.ContainsFunc(others, func(o ast.Expr) bool { return changes(o, root) })
}

// leavesOnChange tells that a loop with a body of these statements has no
// further turn when something in it has changed the variable d.
func leavesOnChange(body []ast.Stmt, d *resolve.Decl) bool {
	for i, s := range body {
		if !changes(s, d) {
			continue
		}
		if leavesLoop(body[i:]) {
			return true
		}
		x, _ := s.(*ast.ExprStmt)
		if x == nil || !leftInBranches(x.X, d) {
			return false
		}
	}
	return true
}

// leftInBranches is leavesOnChange for an if, false for what is none.
func leftInBranches(x ast.Expr, d *resolve.Decl) bool {
	switch x := x.(type) {
	case nil:
		return true
	case *ast.BlockExpr:
		return leavesOnChange(x.Stmts, d)
	case *ast.IfExpr:
		return !changes(x.Cond, d) && leavesOnChange(x.Then.Stmts, d) && leftInBranches(x.Else, d)
	}
	return false
}

// leavesLoop tells that statements come to a break or return, whatever is done
// before it.
func leavesLoop(list []ast.Stmt) bool {
	for _, s := range list {
		goesOn := false
		ast.Inspect(s, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.ContinueExpr, *ast.DeferStmt:
				goesOn = true
			}
			return !goesOn
		})
		if goesOn {
			return false
		}
		if x, ok := s.(*ast.ExprStmt); ok {
			switch x.X.(type) {
			case *ast.BreakExpr, *ast.ReturnExpr:
				return true
			}
		}
	}
	return false
}

// values gives the expressions of arguments.
func values(args []ast.Arg) []ast.Expr {
	out := make([]ast.Expr, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}

// argument compiles an argument of a call: it is lent where the function is
// known and only looks at it.
func (u *unit) argument(fit *fitting, args []ast.Arg, i int) eval {
	x := args[i].Value
	if fit != nil && u.in.looksAt(fit.fn, fit.to[i]) {
		return u.looked(x, values(args[i+1:])...)
	}
	return u.expr(x)
}

// fitting is a function that a call names, and which of its parameters each
// argument is for.
type fitting struct {
	fn *ast.FnLit
	to []int
	// inOrder: the arguments are for the first parameters, one by one.
	inOrder bool
}

// fit gives what is known of the function that a call names; nil where it or the
// number of its arguments is not known, or the call does not fit.
func (in *inference) fit(x *ast.CallExpr) *fitting {
	if in == nil {
		return nil
	}
	id, ok := ast.Unparen(x.Fn).(*ast.Ident)
	if !ok {
		return nil
	}
	b, ok := id.Binding.(*resolve.Binding)
	if !ok || b.Decl == nil || b.Decl.Kind != resolve.FnDecl || b.Decl.Fn == nil {
		return nil
	}
	return fits(b.Decl.Fn, x.Args)
}

// fits gives how the arguments of a call fit a function; nil if they do not.
func fits(fn *ast.FnLit, args []ast.Arg) *fitting {
	params := fn.Params
	if len(args) > len(params) {
		return nil
	}
	fit := &fitting{fn: fn, to: make([]int, len(args)), inOrder: true}
	given := make([]bool, len(params))
	positional := 0
	for i, a := range args {
		to := positional
		if a.Name == "" {
			positional++
		} else {
			to = slices.IndexFunc(params, func(p ast.Param) bool {
				name, ok := p.Pattern.(*ast.NamePattern)
				return ok && name.Name == a.Name
			})
		}
		if to < 0 || given[to] || a.Spread {
			return nil
		}
		fit.to[i], given[to], fit.inOrder = to, true, fit.inOrder && to == i
	}
	for i, p := range params {
		if p.Rest || !given[i] && p.Default == nil {
			return nil
		}
	}
	return fit
}

// parameter is one parameter of a function.
type parameter struct {
	fn *ast.FnLit
	i  int
}

// looksAt tells that a function only looks at its parameter: no second handle
// to it is left when the function ends.
func (in *inference) looksAt(fn *ast.FnLit, i int) bool {
	key := parameter{fn, i}
	if known, ok := in.looks[key]; ok {
		return known
	}
	name, ok := fn.Params[i].Pattern.(*ast.NamePattern)
	if !ok {
		return false
	}
	b := name.Binding.(*resolve.Binding)
	if b.Boxed {
		return false
	}
	// Where functions call each other the answer depends on itself: take it
	// for yes, and forget all that rests on this if it was no.
	in.looks[key] = true
	before := len(in.looked)
	in.looked = append(in.looked, key)
	if in.onlyLooks(fn, b.Decl) {
		return true
	}
	for _, k := range in.looked[before:] {
		if in.looks[k] {
			delete(in.looks, k)
		}
	}
	in.looked = in.looked[:before]
	in.looks[key] = false
	return false
}

// isLent tells that a variable is a parameter whose list or map may stand in a
// variable of the caller's, which knows nothing of a second place.
func (u *unit) isLent(d *resolve.Decl) bool {
	if u.in == nil || u.lit == nil {
		return false
	}
	for i, p := range u.lit.Params {
		if name, ok := p.Pattern.(*ast.NamePattern); ok && name.Binding.(*resolve.Binding).Decl == d {
			return u.in.looksAt(u.lit, i)
		}
	}
	return false
}

// onlyLooks tells that everywhere a function mentions d it is looked at.
func (in *inference) onlyLooks(fn *ast.FnLit, d *resolve.Decl) bool {
	only := true
	var path []ast.Node
	ast.Inspect(fn, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if !only {
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			if b, ok := id.Binding.(*resolve.Binding); ok && b.Decl == d && (b.Kind != resolve.Local || !in.onlyLooked(path, id)) {
				only = false
			}
		}
		path = append(path, n)
		return true
	})
	return only
}

// onlyReadOutOf tells that x mentions d only to read a part of it.
func onlyReadOutOf(x ast.Expr, d *resolve.Decl) bool {
	only := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			only = only && declOf(n) != d
		case *ast.MemberExpr:
			return rootOf(n) != d || !isIdent(n.X)
		case *ast.IndexExpr:
			if rootOf(n) == d && isIdent(n.X) {
				only = only && onlyReadOutOf(n.Index, d)
				return false
			}
		case *ast.FnLit, *ast.GroupExpr: // which keep a copy of all of it
			only = only && !mentions(n, d)
			return false
		}
		return only
	})
	return only
}

func isIdent(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.Ident)
	return ok
}

// onlyLooked tells that the node around x does no more than look at it.
func (in *inference) onlyLooked(path []ast.Node, x ast.Expr) bool {
	for len(path) > 0 {
		paren, ok := path[len(path)-1].(*ast.ParenExpr)
		if !ok {
			break
		}
		x, path = paren, path[:len(path)-1]
	}
	switch around := path[len(path)-1].(type) {
	case *ast.MemberExpr, *ast.TemplateLit:
		return true
	case *ast.IndexExpr:
		return around.X != x || !takesMost(around)
	case *ast.ForStmt:
		return true
	case *ast.BinaryExpr:
		return around.Op != ast.Coalesce && around.Op != ast.And && around.Op != ast.Or
	case *ast.CallExpr:
		fit := in.fit(around)
		for i, a := range around.Args {
			if a.Value == x {
				return fit != nil && in.looksAt(fit.fn, fit.to[i])
			}
		}
	}
	return false
}

// takesMost tells that an expression is like xs[1..]: all but a few, which costs
// as much as a copy of all if it is not a view.
func takesMost(x *ast.IndexExpr) bool {
	rg, ok := x.Index.(*ast.RangeExpr)
	if !ok || x.Optional || rg.Hi != nil {
		return false
	}
	lit, ok := rg.Lo.(*ast.IntLit)
	return ok && lit.Value > 0 && lit.Value <= tiny
}

func mentionsOf(x ast.Node, d *resolve.Decl) int {
	count := 0
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && declOf(id) == d {
			count++
		}
		return true
	})
	return count
}
