package runtime

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// Code for operators whose operands may be of any type, but are variables of
// the frame or constants: it reads them itself, where the plain way runs a
// closure for each. A comparison or an element costs half as much that way.

// leaf is an operand that needs no closure: a variable or a constant.
type leaf struct {
	slot int // -1: the constant
	k    Value
}

// leafOf gives x as a leaf that is only looked at; ok is false where it is no
// leaf.
func (u *unit) leafOf(x ast.Expr) (l leaf, ok bool) {
	if u.in == nil {
		return l, false
	}
	switch x := u.typing.literal(x).(type) {
	case *ast.IntLit:
		return leaf{-1, Int(x.Value)}, true
	case *ast.FloatLit:
		return leaf{-1, Float(x.Value)}, true
	case *ast.Ident:
		if b, ok := x.Binding.(*resolve.Binding); ok {
			l.slot, ok = u.slotOf(b)
			return l, ok && !b.Check
		}
	}
	return l, false
}

func (l leaf) isSlot() bool { return l.slot >= 0 }

// read gives the operand. The branch is cheaper than a closure of its own.
func (l *leaf) read(f *frame) Value {
	if l.slot >= 0 {
		return f.slots[l.slot]
	}
	return l.k
}

// order is which outcomes of comparing two numbers an operator takes: bit 0
// less, bit 1 equal, bit 2 greater.
type order uint8

var orders = map[ast.BinaryOp]order{
	ast.Less: 1, ast.LessEqual: 3, ast.Equal: 2, ast.NotEqual: 5, ast.Greater: 4, ast.GreaterEqual: 6,
}

func (o order) takes(a, b int64) bool {
	outcome := 1
	if a < b {
		outcome = 0
	}
	if a > b {
		outcome = 2
	}
	return o>>outcome&1 != 0
}

// leafComparison compiles l op r where r is a leaf; nil for others.
func (u *unit) leafComparison(x *ast.BinaryExpr) func(*frame) bool {
	want, ok := orders[x.Op]
	second, isLeaf := u.leafOf(x.Y)
	if !ok || !isLeaf {
		return nil
	}
	op, at := x.Op, x.OpSpan.Start
	if first, isLeaf := u.leafOf(x.X); isLeaf {
		return func(f *frame) bool {
			a, b := first.read(f), second.read(f)
			if a.isInt() && b.isInt() {
				return want.takes(a.int(), b.int())
			}
			return f.compare(op, a, b, at)
		}
	}
	l := u.looked(x.X, x.Y)
	return func(f *frame) bool {
		a := l(f)
		b := second.read(f)
		if a.isInt() && b.isInt() {
			return want.takes(a.int(), b.int())
		}
		return f.compare(op, a, b, at)
	}
}

// compare compares what are not two ints.
func (f *frame) compare(op ast.BinaryOp, a, b Value, at lexer.Pos) bool {
	if a.isFloat() && b.isFloat() {
		x, y := a.float(), b.float()
		switch op {
		case ast.Less:
			return x < y
		case ast.LessEqual:
			return x <= y
		case ast.Greater:
			return x > y
		case ast.GreaterEqual:
			return x >= y
		}
	}
	return f.operate(op, a, b, at).bool()
}

// leafIndex compiles x[i] where x or i is a variable; nil for others.
func (u *unit) leafIndex(x *ast.IndexExpr, keep bool) eval {
	base, ok := u.leafOf(x.X)
	if _, slice := x.Index.(*ast.RangeExpr); slice || !ok || !base.isSlot() || u.keeps(x.X, x.Index) {
		return nil
	}
	at, b := x.Index.Span().Start, base.slot
	if i, ok := u.leafOf(x.Index); ok && !i.isSlot() && i.k.isInt() {
		k := i.k
		return func(f *frame) Value {
			list := f.slots[b]
			if list.Kind() == KindList && k.num < uint64(list.list().len()) {
				if keep {
					return elem(list, int(k.num))
				}
				return lend(list, list.list().at(int(k.num)))
			}
			return f.indexOf(list, k, at, keep)
		}
	}
	if i, ok := u.leafOf(x.Index); ok && i.isSlot() {
		i := i.slot
		return func(f *frame) Value {
			list, n := f.slots[b], f.slots[i]
			if list.Kind() == KindList && n.isInt() && n.num < uint64(list.list().len()) {
				v := list.list().at(int(n.num))
				if keep && v.isContainer() {
					return elem(list, int(n.num))
				}
				return lend(list, v)
			}
			return f.indexOf(list, n, at, keep)
		}
	}
	if u.typing.of(x.Index) == anInt {
		i := compiled[int64](u, x.Index)
		return func(f *frame) Value {
			n := i(f)
			list := f.slots[b]
			if list.Kind() == KindList && uint64(n) < uint64(list.list().len()) {
				v := list.list().at(int(n))
				if keep && v.isContainer() {
					return elem(list, int(n))
				}
				return lend(list, v)
			}
			return f.indexOf(list, Int(n), at, keep)
		}
	}
	i := u.borrow(x.Index)
	return func(f *frame) Value {
		n := i(f)
		return f.indexOf(f.slots[b], n, at, keep)
	}
}

// added, subtracted, multiplied and divided compute what is quick to compute
// for two ints or two floats; ok is false for all else.

func added(a, b Value) (v Value, ok bool) {
	switch {
	case a.isInt() && b.isInt():
		s, ok := plus(a.int(), b.int())
		return Int(s), ok
	case a.isFloat() && b.isFloat():
		return Float(a.float() + b.float()), true
	}
	return Nil, false
}

func subtracted(a, b Value) (v Value, ok bool) {
	switch {
	case a.isInt() && b.isInt():
		d, ok := minus(a.int(), b.int())
		return Int(d), ok
	case a.isFloat() && b.isFloat():
		return Float(a.float() - b.float()), true
	}
	return Nil, false
}

func multiplied(a, b Value) (v Value, ok bool) {
	switch {
	case a.isInt() && b.isInt():
		p, ok := times(a.int(), b.int())
		return Int(p), ok
	case a.isFloat() && b.isFloat():
		return Float(a.float() * b.float()), true
	}
	return Nil, false
}

func divided(a, b Value) (v Value, ok bool) {
	if a.isFloat() && b.isFloat() && b.float() != 0 {
		return Float(a.float() / b.float()), true
	}
	return Nil, false
}

// quickly gives what computes an operator for two ints or two floats, and
// gives up on all else.
func quickly(op ast.BinaryOp) func(a, b Value) (Value, bool) {
	switch op {
	case ast.Add:
		return added
	case ast.Sub:
		return subtracted
	case ast.Mul:
		return multiplied
	case ast.Div:
		return divided
	}
	return func(_, _ Value) (Value, bool) { return Nil, false }
}

// leafArithmetic compiles an operator whose right side is a leaf; nil for
// others.
func (u *unit) leafArithmetic(x *ast.BinaryExpr) eval {
	second, ok := u.leafOf(x.Y)
	if !ok {
		return nil
	}
	op, at, compute := x.Op, x.OpSpan.Start, quickly(x.Op)
	if first, ok := u.leafOf(x.X); ok {
		return func(f *frame) Value {
			a, b := first.read(f), second.read(f)
			if v, ok := compute(a, b); ok {
				return v
			}
			return f.operate(op, a, b, at)
		}
	}
	l := u.looked(x.X, x.Y)
	if k := second.k.int(); op == ast.Mod && !second.isSlot() && second.k.isInt() && k > 0 {
		return func(f *frame) Value {
			a := l(f)
			if a.isInt() {
				m := a.int() % k
				return Int(m + m>>63&k)
			}
			return f.operate(op, a, second.k, at)
		}
	}
	return func(f *frame) Value {
		a := l(f)
		b := second.read(f)
		if v, ok := compute(a, b); ok {
			return v
		}
		return f.operate(op, a, b, at)
	}
}

// leafUpdate compiles x op= y for a variable of the frame and a leaf; nil for
// others.
func (u *unit) leafUpdate(s *ast.AssignStmt) exec {
	target, ok := u.leafOf(s.Target)
	value, isLeaf := u.leafOf(s.Value)
	if !ok || !isLeaf || value.isSlot() || s.Op == ast.Set || s.Op == ast.CoalesceSet {
		return nil // a variable as the value may be a list, whose elements get shared
	}
	op, at, i, k := s.Op.Binary(), s.OpSpan.Start, target.slot, value.k
	delta, adds := k.int(), k.isInt() && op == ast.Add
	if k.isInt() && op == ast.Sub {
		delta, adds = opposite(delta)
	}
	if adds {
		return func(f *frame) ctl {
			p := &f.slots[i]
			if sum, ok := plus(p.int(), delta); ok && p.isInt() {
				p.num = uint64(sum)
			} else {
				f.change(p, op, k, at)
			}
			return next
		}
	}
	return func(f *frame) ctl {
		f.change(&f.slots[i], op, k, at)
		return next
	}
}
