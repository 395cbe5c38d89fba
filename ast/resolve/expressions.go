package resolve

import "github.com/tgscript/tgscript/ast"

// deeper goes one level into the unit's tree.
func (f *frame) deeper() {
	f.depth++
	f.unit.Nesting = max(f.unit.Nesting, f.depth)
}

func (r *resolver) exprs(xs []ast.Expr) {
	for _, x := range xs {
		r.expr(x)
	}
}

func (r *resolver) expr(x ast.Expr) {
	if x == nil {
		return
	}
	r.frame.deeper()
	r.expression(x)
	r.frame.depth--
}

func (r *resolver) expression(x ast.Expr) {
	switch x := x.(type) {
	case *ast.Ident:
		r.ident(x, read)
	case *ast.TemplateLit:
		r.exprs(x.Parts)
	case *ast.ListLit:
		r.exprs(x.Elems)
	case *ast.MapLit:
		for _, e := range x.Entries {
			r.expr(e.Key)
			r.expr(e.Value)
		}
		r.warnKeys(x)
	case *ast.SpreadExpr:
		r.expr(x.X)
	case *ast.UnaryExpr:
		r.expr(x.X)
	case *ast.BinaryExpr:
		r.expr(x.X)
		r.expr(x.Y)
	case *ast.RangeExpr:
		r.expr(x.Lo)
		r.expr(x.Hi)
	case *ast.CallExpr:
		r.call(x)
	case *ast.MemberExpr:
		r.member(x)
	case *ast.IndexExpr:
		r.expr(x.X)
		r.expr(x.Index)
	case *ast.ChainExpr:
		r.expr(x.X)
	case *ast.ParenExpr:
		r.expr(x.X)
	case *ast.FnLit:
		r.fn(x, false)
	case *ast.BlockExpr:
		r.block(x)
	case *ast.IfExpr:
		r.ifExpr(x)
	case *ast.BranchExpr:
		r.branch(x)
	case *ast.CatchExpr:
		r.catch(x)
	case *ast.FailExpr:
		r.fail(x)
	case *ast.ReturnExpr:
		r.returns(x)
	case *ast.BreakExpr:
		r.jump(x, "break")
	case *ast.ContinueExpr:
		r.jump(x, "continue")
	case *ast.GroupExpr:
		r.group(x, false)
	}
}

func (r *resolver) ifExpr(x *ast.IfExpr) {
	r.expr(x.Cond)
	r.block(x.Then)
	r.expr(x.Else)
}

func (r *resolver) branch(x *ast.BranchExpr) {
	r.expr(x.Subject)
	for _, arm := range x.Arms {
		if arm == nil {
			continue
		}
		r.push()
		r.armHead(arm)
		r.stmt(arm.Body)
		r.pop()
	}
	r.warnArms(x.Subject != nil, x.Arms)
}

// armHead resolves what decides whether an arm is chosen and gives the
// variables that its patterns bind.
func (r *resolver) armHead(arm *ast.Arm) []*variable {
	names := r.declareArm(arm.Patterns)
	for _, p := range arm.Patterns {
		r.bindPattern(p)
	}
	r.expr(arm.Guard)
	r.expr(arm.Cond)
	return names
}

func (r *resolver) catch(x *ast.CatchExpr) {
	r.frame.catches++
	r.expr(x.X)
	r.frame.catches--
	r.push()
	r.declarePattern(x.Name, ParamDecl)
	r.bindPattern(x.Name)
	r.expr(x.Handler)
	r.pop()
}

func (r *resolver) fail(x *ast.FailExpr) {
	r.expr(x.Value)
	for _, arg := range x.Named {
		r.expr(arg.Value)
	}
}
