package resolve

import "github.com/tgscript/tgscript/ast"

// fn resolves a function: its parameters in a scope of their own, its body
// inside that.
func (r *resolver) fn(fn *ast.FnLit, hoisted bool) {
	if fn == nil {
		return
	}
	f := newFrame(FuncUnit, r.frame)
	f.hoisted = hoisted
	fn.Unit = f.unit
	r.enter(f)
	r.params(fn.Params)
	r.expr(fn.Body)
	r.leave()
	r.warnEmptyMap(fn)
}

func (r *resolver) params(params []ast.Param) {
	args := make([]int, len(params))
	for i := range params {
		args[i] = r.frame.slot()
	}
	for i, p := range params {
		r.expr(p.Default)
		if plain, ok := p.Pattern.(*ast.NamePattern); ok && plain != nil {
			r.param(plain, args[i])
			continue
		}
		r.declarePattern(p.Pattern, ParamDecl)
		r.bindPattern(p.Pattern)
	}
}

// param declares a parameter that is a plain name: its argument arrives in slot.
func (r *resolver) param(p *ast.NamePattern, slot int) {
	v := r.declareAt(&Decl{Kind: ParamDecl, Name: p.Name, Span: p.Range}, slot)
	p.Binding = r.declaration(v)
	r.bind(v)
}

// outsideFn reports whether a named function stands between the resolver and v.
func (r *resolver) outsideFn(v *variable) bool {
	for f := r.frame; f != nil && f != v.frame; f = f.outer {
		if f.hoisted {
			return true
		}
	}
	return false
}

func (r *resolver) outerVar(id *ast.Ident, v *variable) {
	r.errorf(id.Range, "`%s` is a variable outside this function, which a function cannot use", id.Name).
		hint("pass it as an argument, or copy it to a `let` and use that").
		declared(v.decl, "declared with `var` here")
}
