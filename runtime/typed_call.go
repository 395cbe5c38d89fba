package runtime

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// Calls of functions that are known before the program runs: they go straight
// to the version for the static types of their arguments, with no value of the
// function, no check of the number of arguments and, where frames are used
// again by the same version, nothing written into the frame but the arguments.
// (fib: 1.35 to 1.55 times as fast)

// compile makes the code of a version, once.
func (c *compiler) compile(v *version) {
	if v.proto != nil {
		return
	}
	fn := v.callee.fn
	v.proto = c.protoOf(fn) // known before the body, which may call it
	u := c.unit(fn, v.types)
	var opening []func(*frame)
	for i, p := range fn.Params {
		if v.callee.simple { // else no call but those that know the version takes it
			v.proto.params = append(v.proto.params, u.parameter(p))
		}
		tag := v.args[i].tag()
		if v.args[i] == nothing {
			tag = v.types.vars[v.callee.params[i]].tag()
			opening = append(opening, u.fallback(p.Default, i, tag))
		}
		v.proto.tags = append(v.proto.tags, tag)
		if open := u.opening(p, i); open != nil {
			opening = append(opening, open)
		}
	}
	v.proto.required = len(fn.Params)
	switch v.types.gives {
	case anInt:
		ints, last := bodyInLegs(u, v.proto, opening, bareForm[int64](u), fn.Body)
		v.ints, v.values = ints, func(f *frame) Value { return Int(ints(f)) }
		v.proto.last = func(f *frame) Value { return Int(last(f)) }
	case aFloat:
		floats, last := bodyInLegs(u, v.proto, opening, bareForm[float64](u), fn.Body)
		v.floats, v.values = floats, func(f *frame) Value { return Float(floats(f)) }
		v.proto.last = func(f *frame) Value { return Float(last(f)) }
	default:
		v.values, v.proto.last = bodyInLegs(u, v.proto, opening, u.form(), fn.Body)
	}
	v.proto.body = v.values
}

// fallback gives what puts a parameter's default into its slot, which has the
// tag of a number that is known to be one.
func (u *unit) fallback(x ast.Expr, slot int, tag *header) func(*frame) {
	switch tag {
	case tagInt:
		return defaulting(slot, compiled[int64](u, x))
	case tagFloat:
		return defaulting(slot, compiled[float64](u, x))
	}
	return defaulting(slot, u.expr(x))
}

func defaulting[T word](slot int, e func(*frame) T) func(*frame) {
	return func(f *frame) {
		v := e(f)
		put(&f.slots[slot], v)
	}
}

// tag gives the tag of every value of a static type; nil where values differ.
func (s static) tag() *header {
	switch s {
	case anInt:
		return tagInt
	case aFloat:
		return tagFloat
	}
	return nil
}

// codeOf gives where a version's code is that gives R.
func codeOf[R word](v *version) *func(*frame) R {
	var code any
	switch any(*new(R)).(type) {
	case int64:
		code = &v.ints
	case float64:
		code = &v.floats
	default:
		code = &v.values
	}
	return code.(*func(*frame) R)
}

// callOf compiles a call of a known function whose value is an R.
func callOf[R word](u *unit, x *ast.CallExpr) func(*frame) R {
	v, fit := u.typing.called(x), u.in.fit(x)
	u.compile(v)
	at := x.Fn.Span().Start
	switch {
	case !fit.inOrder:
	case len(x.Args) == 1:
		a := x.Args[0].Value
		switch v.args[0] {
		case anInt:
			if slot, k, ok := u.slotPlus(a); ok {
				return callPlus[R](v, slot, k, compiled[int64](u, a), at)
			}
			return call1[int64, R](v, compiled[int64](u, a), at)
		case aFloat:
			return call1[float64, R](v, compiled[float64](u, a), at)
		}
		return call1[Value, R](v, u.argument(fit, x.Args, 0), at)
	case len(x.Args) == 2:
		a, b := x.Args[0].Value, x.Args[1].Value
		switch {
		case v.args[0] == anInt && v.args[1] == anInt:
			return call2[int64, int64, R](v, compiled[int64](u, a), compiled[int64](u, b), at)
		case v.args[0] == aFloat && v.args[1] == aFloat:
			return call2[float64, float64, R](v, compiled[float64](u, a), compiled[float64](u, b), at)
		}
		return call2[Value, Value, R](v, u.argument(fit, x.Args, 0), u.argument(fit, x.Args, 1), at)
	}
	return callAny[R](v, u.argumentsOf(fit, x.Args).values, fit.to, at)
}

// slotPlus gives x as an int variable of the frame plus a constant, which may
// be 0.
func (u *unit) slotPlus(x ast.Expr) (slot int, k int64, ok bool) {
	x = ast.Unparen(x)
	if sum, isBinary := x.(*ast.BinaryExpr); isBinary && (sum.Op == ast.Add || sum.Op == ast.Sub) {
		lit, isInt := u.typing.literal(sum.Y).(*ast.IntLit)
		if !isInt {
			return 0, 0, false
		}
		x, k = ast.Unparen(sum.X), lit.Value
		if sum.Op == ast.Sub {
			if k, ok = opposite(k); !ok {
				return 0, 0, false
			}
		}
	}
	slot, ok = u.numberSlot(x)
	return slot, k, ok && u.typing.of(x) == anInt
}

// call1, call2 and callAny are kept from being inlined into callOf: Go inlines
// nothing into the closures of a function that it inlines itself, and then a
// call takes 1.2 times as long.
//
//go:noinline
func call1[A, R word](v *version, arg func(*frame) A, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		a := arg(f)
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		put(&n.slots[0], a)
		f.turn()
		return (*code)(n)
	}
}

// callPlus is a call whose argument is an int in a variable of the frame plus a
// constant; arg gives it too, and fails where the sum is too large.
//
//go:noinline
func callPlus[R word](v *version, slot int, k int64, arg func(*frame) int64, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		a, ok := plus(f.slots[slot].int(), k)
		if !ok {
			a = arg(f)
		}
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		put(&n.slots[0], a)
		f.turn()
		return (*code)(n)
	}
}

//go:noinline
func call2[A, B, R word](v *version, first func(*frame) A, second func(*frame) B, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		a := first(f)
		b := second(f)
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		put(&n.slots[0], a)
		put(&n.slots[1], b)
		f.turn()
		return (*code)(n)
	}
}

// callAny is the call of any number of arguments: to tells which parameter each
// is for.
//
//go:noinline
func callAny[R word](v *version, args []eval, to []int, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		var room [8]Value
		values := room[:0]
		for _, arg := range args {
			values = append(values, arg(f))
		}
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		for i, v := range values {
			n.slots[to[i]] = v
		}
		f.turn()
		return (*code)(n)
	}
}
