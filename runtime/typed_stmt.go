package runtime

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// Statements that put a number or a bool into a variable whose static type
// says that nothing else is ever in it. Where the variable is declared it gets
// its tag too, later only its number word.

// typedLet compiles a let or var by its static type; nil where it has none.
func (u *unit) typedLet(s *ast.LetStmt) exec {
	if name, ok := s.Pattern.(*ast.NamePattern); ok {
		return u.storing(name.Binding.(*resolve.Binding), s.Value, true)
	}
	return nil
}

// typedAssign compiles an assignment to a variable that has a static type; nil
// for any other.
func (u *unit) typedAssign(s *ast.AssignStmt) exec {
	id, ok := u.in.named(ast.Unparen(s.Target)).(*ast.Ident)
	if !ok || !u.typing.of(id).scalar() {
		return nil
	}
	b := id.Binding.(*resolve.Binding)
	slot, ok := u.slotOf(b)
	switch {
	case s.Op == ast.Set:
		return u.storing(b, s.Value, false)
	case s.Op == ast.CoalesceSet || !ok:
		return nil
	case u.typing.of(id) == anInt:
		return updating[int64](u, slot, s)
	}
	return updating[float64](u, slot, s)
}

// storing compiles what puts the value of x into a variable; nil where the
// plain way is as good.
func (u *unit) storing(b *resolve.Binding, x ast.Expr, declares bool) exec {
	if !simple(x) {
		return nil
	}
	slot, ok := u.slotOf(b)
	switch t := u.typing.types.vars[b.Decl]; {
	case !ok || t != u.typing.of(x):
	case t == anInt:
		return stores(slot, operandOf[int64](u, x), declares)
	case t == aFloat:
		return stores(slot, operandOf[float64](u, x), declares)
	}
	return nil
}

// simple tells that no jump can leave x that a statement would have to pass on.
func simple(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident, *ast.IntLit, *ast.FloatLit, *ast.UnaryExpr, *ast.BinaryExpr, *ast.CallExpr, *ast.IndexExpr:
		return true
	case *ast.ParenExpr:
		return simple(x.X)
	case *ast.MemberExpr:
		return simple(x.X)
	}
	return false
}

// stores puts numbers into the variable of a slot. It is kept from being inlined:
// see call1.
//
//go:noinline
func stores[T bare](i int, value operand[T], declares bool) exec {
	j, e := value.slot, value.e
	switch {
	case declares:
		return func(f *frame) ctl {
			assign(&f.slots[i], numberOf(e(f)))
			return next
		}
	case value.kind == variable:
		return func(f *frame) ctl {
			put(&f.slots[i], numberAt[T](&f.slots[j]))
			return next
		}
	}
	return func(f *frame) ctl {
		put(&f.slots[i], e(f))
		return next
	}
}

// updating compiles x op= value for a variable that is always a T. The three
// forms of += that loops are full of do all in one closure, and so does -= of a
// constant: 1.5 times as fast.
func updating[T bare](u *unit, i int, s *ast.AssignStmt) exec {
	at := s.OpSpan.Start
	old := operand[T]{kind: variable, slot: i, e: func(f *frame) T { return numberAt[T](&f.slots[i]) }}
	value := operandOf[T](u, s.Value)
	o := &operation{s.Op.Binary(), at}
	k, j, e := value.k, value.slot, value.e
	adds := o.op == ast.Add
	written := k
	if o.op == ast.Sub && value.kind == literally {
		k, adds = opposite(k)
	}
	if !adds {
		return stores(i, operand[T]{e: arithmeticOf(o.op, old, value, at)}, false)
	}
	switch value.kind {
	case literally:
		return func(f *frame) ctl {
			p := &f.slots[i]
			a := numberAt[T](p)
			s, ok := plus(a, k)
			if !ok {
				s = wide(f, o, a, written)
			}
			put(p, s)
			return next
		}
	case variable:
		return func(f *frame) ctl {
			p := &f.slots[i]
			a, b := numberAt[T](p), numberAt[T](&f.slots[j])
			s, ok := plus(a, b)
			if !ok {
				s = wide(f, o, a, b)
			}
			put(p, s)
			return next
		}
	}
	return func(f *frame) ctl {
		a := numberAt[T](&f.slots[i])
		b := e(f)
		s, ok := plus(a, b)
		if !ok {
			s = wide(f, o, a, b)
		}
		put(&f.slots[i], s)
		return next
	}
}
