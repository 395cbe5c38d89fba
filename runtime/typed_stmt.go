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
		return storesNumber[int64](u, slot, x, declares)
	case t == aFloat:
		return storesNumber[float64](u, slot, x, declares)
	}
	return nil
}

func storesNumber[T bare](u *unit, slot int, x ast.Expr, declares bool) exec {
	if b, ok := ast.Unparen(x).(*ast.BinaryExpr); ok && !declares {
		return storesResult(slot, &operation{b.Op, b.OpSpan.Start}, operandOf[T](u, b.X), operandOf[T](u, b.Y))
	}
	return stores(slot, operandOf[T](u, x), declares)
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
	case *ast.IfExpr:
		return !escapes(x).any()
	}
	return false
}

// stores puts numbers into the variable of a slot. It is kept from being inlined:
// see call1.
//
//go:noinline
func stores[T bare](i int, value operand[T], declares bool) exec {
	j, k, e := value.slot, value.k, value.e
	switch {
	case declares:
		return func(f *frame) ctl {
			assign(&f.slots[i], numberOf(e(f)))
			return next
		}
	case value.leaf:
		return func(f *frame) ctl {
			put(&f.slots[i], numberIn(f, j, k))
			return next
		}
	}
	return func(f *frame) ctl {
		put(&f.slots[i], e(f))
		return next
	}
}

// storesResult compiles what puts l op r into the variable of a slot. A sum or
// difference with a leaf, of which loops are full, is one closure with that.
// (x += y: 1.5 times as fast)
//
//go:noinline
func storesResult[T bare](d int, o *operation, l, r operand[T]) exec {
	i, j, k, m, x, y, subtracts := l.slot, r.slot, l.k, r.k, l.e, r.e, o.op == ast.Sub
	shape := shapeOf(l, r)
	if o.op != ast.Add && !subtracts || shape == anyAny {
		return stores(d, operand[T]{slot: noSlot, e: arithmeticOf(o.op, l, r, o.at)}, false)
	}
	switch shape {
	case leaves:
		return func(f *frame) ctl {
			a, b := numberIn(f, i, k), numberIn(f, j, m)
			v, ok := plus(a, b)
			if subtracts {
				v, ok = minus(a, b)
			}
			if !ok {
				v = wide(f, o, a, b)
			}
			put(&f.slots[d], v)
			return next
		}
	case anyLeaf:
		return func(f *frame) ctl {
			a := x(f)
			b := numberIn(f, j, m)
			v, ok := plus(a, b)
			if subtracts {
				v, ok = minus(a, b)
			}
			if !ok {
				v = wide(f, o, a, b)
			}
			put(&f.slots[d], v)
			return next
		}
	}
	return func(f *frame) ctl {
		a := numberIn(f, i, k)
		b := y(f)
		v, ok := plus(a, b)
		if subtracts {
			v, ok = minus(a, b)
		}
		if !ok {
			v = wide(f, o, a, b)
		}
		put(&f.slots[d], v)
		return next
	}
}

// updating compiles x op= value for a variable that is always a T.
func updating[T bare](u *unit, i int, s *ast.AssignStmt) exec {
	old := operand[T]{leaf: true, slot: i, e: func(f *frame) T { return numberAt[T](&f.slots[i]) }}
	return storesResult(i, &operation{s.Op.Binary(), s.OpSpan.Start}, old, operandOf[T](u, s.Value))
}
