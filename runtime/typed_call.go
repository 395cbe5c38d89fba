package runtime

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
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
	v.proto.copies = v.proto.slots
	for i, d := range v.callee.captured {
		if v.types.vars[d].numeric() {
			v.proto.numbers = append(v.proto.numbers, i)
			v.proto.slots = max(v.proto.slots, v.proto.copies+i+1)
		}
	}
	u := c.unit(fn, v.proto, v.types)
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
		v.values = c.guarded(v, v.values)
	}
	v.proto.body = v.values
}

// guarded has a version of a function that goes on for long, or computes with
// numbers that it captured, look whether the arguments of which nothing is known,
// and that it computes with, are ints, and then run the code of the version for
// ints: so has one that is called by a method, out of a list or a record, or with
// what stands there. (recursion and primes with untyped values: 1.2 times as fast; a
// function of a few operators gains nothing)
func (c *compiler) guarded(v *version, general eval) eval {
	if len(v.proto.numbers) == 0 && !repeats(v.callee.fn) {
		return general
	}
	if slices.Contains(v.args, nothing) { // a default may be a number in the one alone, whose frames have its tag
		return general
	}
	args := slices.Clone(v.args)
	var slots []int
	for i, p := range v.callee.params {
		if args[i] == anything && p != nil && computesWith(v.callee.fn, p) {
			args[i], slots = anInt, append(slots, i)
		}
	}
	if len(slots) == 0 {
		return general
	}
	w := c.in.version(v.callee, args, v.sees)
	if !slices.Equal(w.args, args) { // there are too many
		return general
	}
	c.compile(w) // its frames look like those of v
	if slot := slots[0]; len(slots) == 1 && w.types.gives == anInt {
		return func(f *frame) Value {
			if f.slots[slot].isInt() {
				return Int(w.ints(f))
			}
			return general(f)
		}
	}
	return func(f *frame) Value {
		for _, slot := range slots {
			if !f.slots[slot].isInt() {
				return general(f)
			}
		}
		return w.values(f)
	}
}

// repeats tells that a function has a loop in it, or calls itself.
func repeats(fn *ast.FnLit) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.WhileStmt:
			found = true
		case *ast.CallExpr:
			if id, ok := n.Fn.(*ast.Ident); ok {
				d := declOf(id)
				found = found || d != nil && d.Kind == resolve.FnDecl && d.Fn == fn
			}
		}
		return !found
	})
	return found
}

// computesWith tells that a function itself has a parameter beside an operator for
// numbers, or as the bound of a range.
func computesWith(fn *ast.FnLit, d *resolve.Decl) bool {
	found := false
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && declOf(id) == d
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FnLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == ast.Neg && is(n.X)
		case *ast.BinaryExpr:
			found = found || n.Op >= ast.Add && n.Op <= ast.Mod && (is(n.X) || is(n.Y))
		case *ast.RangeExpr:
			found = found || is(n.Lo) || is(n.Hi)
		}
		return !found
	})
	return found
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
	v, fit := u.typing.called(x), u.typing.fit(x)
	u.compile(v)
	at := x.Fn.Span().Start
	if callee := u.calleeOf(x, v); callee != nil {
		return closureCallOf[R](u, x, v, fit, callee)
	}
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

// calleeOf gives the function of a call of a version, where its value matters; nil
// for an fn that captured nothing.
func (u *unit) calleeOf(x *ast.CallExpr, v *version) *input {
	if len(v.callee.fn.Unit.(*resolve.Unit).Captures) == 0 && u.in.fit(x) != nil {
		return nil
	}
	return u.input(u.looked(x.Fn, values(x.Args)...), x.Fn)
}

// closureCallOf compiles a call of a value that is known to be a function made
// somewhere in the source: its version finds there what it captured, so the frame
// has to know it. (closures: 1.1 to 1.2 times as fast)
func closureCallOf[R word](u *unit, x *ast.CallExpr, v *version, fit *fitting, callee *input) func(*frame) R {
	at := x.Fn.Span().Start
	switch {
	case !fit.inOrder:
	case len(x.Args) == 1:
		a := x.Args[0].Value
		switch v.args[0] {
		case anInt:
			return callClosureInt[R](v, callee, u.intPlus(a), at)
		case aFloat:
			return callClosure1[float64, R](v, callee, compiled[float64](u, a), at)
		}
		return callClosure1[Value, R](v, callee, u.argument(fit, x.Args, 0), at)
	case len(x.Args) == 2 && v.args[0] == anInt && v.args[1] == anInt:
		return callClosure2[R](v, callee, compiled[int64](u, x.Args[0].Value), compiled[int64](u, x.Args[1].Value), at)
	}
	return callClosure[R](v, callee, u.argumentsOf(fit, x.Args).values, fit.to, at)
}

//go:noinline
func callClosureInt[R word](v *version, callee *input, arg intPlus, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		fv := callee.leaf.read(f)
		if !callee.isLeaf {
			fv = callee.e(f)
		}
		a := arg.at(f)
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		if fn := fv.function(); n.fn != fn {
			n.take(fn, p)
		}
		put(&n.slots[0], a)
		f.turn()
		return (*code)(n)
	}
}

//go:noinline
func callClosure1[A, R word](v *version, callee *input, arg func(*frame) A, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		fv := callee.leaf.read(f)
		if !callee.isLeaf {
			fv = callee.e(f)
		}
		a := arg(f)
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		if fn := fv.function(); n.fn != fn {
			n.take(fn, p)
		}
		put(&n.slots[0], a)
		f.turn()
		return (*code)(n)
	}
}

//go:noinline
func callClosure2[R word](v *version, callee *input, first, second func(*frame) int64, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		fv := callee.leaf.read(f)
		if !callee.isLeaf {
			fv = callee.e(f)
		}
		a := first(f)
		b := second(f)
		f.pos = at
		n := f.next
		if n == nil || n.proto != p {
			n = f.ready(p)
		}
		if fn := fv.function(); n.fn != fn {
			n.take(fn, p)
		}
		put(&n.slots[0], a)
		put(&n.slots[1], b)
		f.turn()
		return (*code)(n)
	}
}

//go:noinline
func callClosure[R word](v *version, callee *input, args []eval, to []int, at lexer.Pos) func(*frame) R {
	p, code := v.proto, codeOf[R](v)
	return func(f *frame) R {
		fv := callee.leaf.read(f)
		if !callee.isLeaf {
			fv = callee.e(f)
		}
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
		if fn := fv.function(); n.fn != fn {
			n.take(fn, p)
		}
		for i, v := range values {
			n.slots[to[i]] = v
		}
		f.turn()
		return (*code)(n)
	}
}
