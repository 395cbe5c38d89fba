package resolve

import "github.com/tgscript/tgscript/ast"

// jump resolves break and continue.
func (r *resolver) jump(x ast.Expr, word string) {
	f := r.frame
	if f.loops > 0 {
		return
	}
	switch {
	case f.deferred:
		r.errorf(x.Span(), "`%s` cannot leave deferred code", word)
	case f.unit.Kind == ChildUnit && f.outerLoops() > 0:
		r.errorf(x.Span(), "`%s` cannot leave a child of a group", word).
			hint("end the child with `return` and let the code after the group decide")
	case f.unit.Kind == FuncUnit && f.outerLoops() > 0:
		r.errorf(x.Span(), "`%s` cannot leave a function", word).
			hint("return a value and let the loop decide")
	case f.unit.Kind == GroupUnit:
		r.errorf(x.Span(), "`%s` cannot stand in the expressions of a group itself", word)
	default:
		r.errorf(x.Span(), "`%s` stands outside a loop", word)
	}
}

// outerLoops counts the loops around the units that f is made in.
func (f *frame) outerLoops() int {
	loops := 0
	for o := f.outer; o != nil; o = o.outer {
		loops += o.loops
	}
	return loops
}

func (r *resolver) returns(x *ast.ReturnExpr) {
	r.expr(x.Value)
	switch f := r.frame; {
	case f.deferred:
		r.errorf(x.Range, "`return` cannot leave deferred code")
	case f.unit.Kind == FileUnit:
		r.errorf(x.Range, "`return` stands outside a function").
			hint("`exit(0)` ends the program; the file's value is its last expression")
	case f.unit.Kind == GroupUnit:
		r.errorf(x.Range, "`return` cannot stand in the expressions of a group itself").
			hint("only in a child's body, which it ends")
	}
}
