package runtime

import (
	"math/bits"
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// Code for expressions whose static type is int or float: closures that give
// a bare int64 or float64. A variable that is only ever an int keeps its tag
// from where it was declared, so that code which knows nothing of types can
// read it, and code that does reads and writes its number word alone.
//
// What costs is the number of closures that run, 1.5 to 2 ns each. So an
// operator reads an operand that is a variable or a constant itself (see
// operand); this makes loops over numbers 1.4 to 2.2 times as fast.

// compiled makes what gives T of an expression whose static type is that of T,
// or an int where T is float64.
func compiled[T bare](u *unit, x ast.Expr) func(*frame) T {
	switch u.typing.of(x) {
	case nothing: // only its failure or jump counts
		e := u.general(x, false)
		return func(f *frame) T {
			e(f)
			return 0
		}
	case anInt:
		if !whole[T]() {
			ints := compiled[int64](u, x)
			return func(f *frame) T { return T(ints(f)) }
		}
	}
	switch x := u.in.named(x).(type) {
	case *ast.IntLit:
		k := T(x.Value)
		return func(*frame) T { return k }
	case *ast.FloatLit:
		k := T(x.Value)
		return func(*frame) T { return k }
	case *ast.ParenExpr:
		return compiled[T](u, x.X)
	case *ast.Ident:
		if i, ok := u.numberSlot(x); ok {
			return func(f *frame) T { return numberAt[T](&f.slots[i]) }
		}
		switch b := x.Binding.(*resolve.Binding); b.Kind {
		case resolve.Global:
			return globalNumber[T](b, x.Span().Start)
		case resolve.Captured:
			if b.Boxed {
				return boxedNumber[T](b, x.Span().Start)
			}
		}
	case *ast.UnaryExpr:
		return negated[T](u, x)
	case *ast.BinaryExpr:
		return arithmeticOf(x.Op, operandOf[T](u, x.X), operandOf[T](u, x.Y), x.OpSpan.Start)
	case *ast.BlockExpr:
		if value := onlyValue(x); value != nil {
			return compiled[T](u, value)
		}
	case *ast.IfExpr:
		return either(u, x.Cond, compiled[T](u, x.Then), compiled[T](u, x.Else))
	case *ast.IndexExpr:
		if e, _, ok := u.scalarElement(x); ok {
			return elementOf[T](u, e)
		}
	case *ast.CallExpr:
		if u.typing.called(x) != nil {
			return callOf[T](u, x)
		}
		if isExtreme(x) {
			return extremeOf[T](u, x)
		}
		if fn, ok := x.Fn.(*ast.MemberExpr); ok && fn.Name == "len" && whole[T]() {
			length := u.lengthOf(fn)
			return func(f *frame) T { return T(length(f)) }
		}
	}
	e := u.general(x, false)
	return func(f *frame) T {
		v := e(f)
		return numberAt[T](&v)
	}
}

// onlyValue gives the expression that is all there is in a block; nil where
// there is more to do.
func onlyValue(b *ast.BlockExpr) ast.Expr {
	scope := scopeOf(b)
	if len(b.Stmts) != 1 || scope.Defers || len(scope.Fns)+len(scope.Boxes) > 0 || escapes(b).any() {
		return nil
	}
	if s, ok := b.Stmts[0].(*ast.ExprStmt); ok {
		return s.X
	}
	return nil
}

// extremeOf compiles min and max of numbers of one type: of them nan wins, else
// the first of equal ones.
//
//go:noinline
func extremeOf[T bare](u *unit, x *ast.CallExpr) func(*frame) T {
	values := make([]func(*frame) T, len(x.Args))
	for i, a := range x.Args {
		values[i] = compiled[T](u, a.Value)
	}
	at, least := x.Fn.Span().Start, ast.Unparen(x.Fn).(*ast.Ident).Name == "min"
	first, others := values[0], values[1:]
	return func(f *frame) T {
		best := first(f)
		for _, e := range others {
			if v := e(f); best == best && (v != v || least && v < best || !least && v > best) {
				best = v
			}
		}
		f.pos = at
		f.turn()
		return best
	}
}

// globalNumber reads a variable of the file, which a function may do before it
// is bound. It is not to be inlined: see call1.
//
//go:noinline
func globalNumber[T bare](b *resolve.Binding, at lexer.Pos) func(*frame) T {
	i := b.Index
	if !b.Check {
		return func(f *frame) T { return numberAt[T](&f.file.globals[i]) }
	}
	return func(f *frame) T {
		p := &f.file.globals[i]
		if p.ref == tagUnbound {
			f.bound(*p, at, b.Name) // fails
		}
		return numberAt[T](p)
	}
}

// boxedNumber reads a number that the frame's function captured in a box. It is not
// to be inlined: see call1.
//
//go:noinline
func boxedNumber[T bare](b *resolve.Binding, at lexer.Pos) func(*frame) T {
	i := b.Index
	return func(f *frame) T {
		p := &f.fn.caps[i].box().value
		if p.ref == tagUnbound {
			f.bound(*p, at, b.Name) // fails
		}
		return numberAt[T](p)
	}
}

// bareForm gives a unit's value as a bare number.
func bareForm[T bare](u *unit) *form[T] {
	return &form[T]{expr: func(x ast.Expr) func(*frame) T { return compiled[T](u, x) }}
}

// typed compiles an expression whose static type is a number by its typed
// form, and the call of a known function; nil for all others.
func (u *unit) typed(x ast.Expr) eval {
	switch x.(type) {
	case *ast.UnaryExpr, *ast.BinaryExpr, *ast.CallExpr:
	default:
		return nil
	}
	call, isCall := x.(*ast.CallExpr)
	if isCall && u.typing.called(call) == nil {
		return nil
	}
	switch u.typing.of(x) {
	case nothing: // of a call: its arguments may not come to an end
		return nil
	case anInt:
		e := compiled[int64](u, x)
		return func(f *frame) Value { return Int(e(f)) }
	case aFloat:
		e := compiled[float64](u, x)
		return func(f *frame) Value { return Float(e(f)) }
	}
	if isCall {
		return callOf[Value](u, call)
	}
	return nil
}

// numberSlot gives the slot of a variable of the frame whose static type is a
// number.
func (u *unit) numberSlot(x ast.Expr) (slot int, ok bool) {
	id, isName := u.in.named(x).(*ast.Ident)
	if !isName || !u.typing.of(id).scalar() {
		return 0, false
	}
	b := id.Binding.(*resolve.Binding)
	if b.Kind == resolve.Captured && u.fn != nil && slices.Contains(u.fn.numbers, b.Index) {
		return u.fn.copies + b.Index, true
	}
	slot, ok = u.slotOf(b)
	return slot, ok && !b.Check
}

// operand is one side of an operator: a variable of the frame, a constant or
// anything else.
type operand[T bare] struct {
	leaf bool           // it is a variable or a constant: see numberIn
	slot int            // of a variable; else noSlot
	k    T              // a constant
	e    func(*frame) T // of each kind
	of   *leafPair[T]   // what it is a product or remainder of; nil: something else
}

// leafPair is two leaves and the operator between them.
type leafPair[T bare] struct {
	operation
	l, r operand[T]
}

// noSlot is a slot that no frame has.
const noSlot = -1

func operandOf[T bare](u *unit, x ast.Expr) operand[T] {
	x = u.typing.literal(x)
	o := operand[T]{slot: noSlot, e: compiled[T](u, x)}
	switch x := x.(type) {
	case *ast.IntLit:
		o.leaf, o.k = true, T(x.Value)
	case *ast.FloatLit:
		o.leaf, o.k = true, T(x.Value)
	case *ast.Ident:
		if slot, ok := u.numberSlot(x); ok && whole[T]() == (u.typing.of(x) == anInt) {
			o.leaf, o.slot = true, slot
		}
	case *ast.ParenExpr:
		return operandOf[T](u, x.X)
	case *ast.BinaryExpr:
		if x.Op != ast.Mul && x.Op != ast.Mod || whole[T]() != (u.typing.of(x) == anInt) {
			break
		}
		if l, r := operandOf[T](u, x.X), operandOf[T](u, x.Y); l.leaf && r.leaf {
			o.of = &leafPair[T]{operation{x.Op, x.OpSpan.Start}, l, r}
		}
	}
	return o
}

func (o operand[T]) isProduct() bool { return o.of != nil && o.of.op == ast.Mul }

func (o operand[T]) isConst() bool { return o.leaf && o.slot == noSlot }

// shape is what the two sides of an operator are, as far as it matters.
type shape uint8

const (
	anyAny shape = iota
	anyLeaf
	leafAny
	leaves
)

func shapeOf[T bare](l, r operand[T]) shape {
	switch {
	case l.leaf && r.leaf:
		return leaves
	case l.leaf:
		return leafAny
	case r.leaf:
		return anyLeaf
	}
	return anyAny
}

// arithmeticOf compiles l op r.
func arithmeticOf[T bare](op ast.BinaryOp, l, r operand[T], at lexer.Pos) func(*frame) T {
	o := &operation{op, at}
	if op == ast.Add || op == ast.Sub {
		switch {
		case l.isProduct() && (r.isProduct() || r.leaf):
			return sumOfProducts(o, l, r)
		case r.isProduct():
			return plusProduct(o, l, r)
		}
	}
	switch op {
	case ast.Add:
		return sum(o, l, r)
	case ast.Sub:
		return difference(o, l, r)
	case ast.Mul:
		return product(o, l, r)
	case ast.Div:
		return quotient(o, l, r)
	case ast.Mod:
		return remainder(o, l, r)
	}
	return floorQuotient(o, l, r)
}

// operation is an operator in the source: what code needs only now and then,
// and would have to load each time if it stood in the closure itself.
type operation struct {
	op ast.BinaryOp
	at lexer.Pos
}

// wide computes a op b in the general way, which finds out what is too large
// or divided by zero.
func wide[T bare](f *frame, o *operation, a, b T) T {
	if o.op == ast.Mul && whole[T]() {
		if p, ok := mulWide(int64(a), int64(b)); ok {
			return T(p)
		}
	}
	v := f.operate(o.op, numberOf(a), numberOf(b), o.at)
	return numberAt[T](&v)
}

// plus, minus and times give their result, and for ints whether it fits. They write
// whole out, for inlining: T(1)/2 is 0 for ints alone.

func plus[T bare](a, b T) (T, bool) {
	s := a + b
	return s, (s > a) == (b > 0) || T(1)/2 != 0
}

func minus[T bare](a, b T) (T, bool) {
	d := a - b
	return d, (d < a) == (b > 0) || T(1)/2 != 0
}

func times[T bare](a, b T) (T, bool) {
	return T(a * b), T(1)/2 != 0 || T(int32(a)) == a && T(int32(b)) == b
}

// opposite gives -k; ok is false for the least int, which has none.
func opposite[T bare](k T) (minus T, ok bool) { return -k, k == 0 || -k != k }

// The makers of closures that follow are not to be inlined: see call1.

//go:noinline
func sum[T bare](o *operation, l, r operand[T]) func(*frame) T {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) T {
			a, b := numberIn(f, i, k), numberIn(f, j, m)
			if v, ok := plus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case anyLeaf:
		return func(f *frame) T {
			a := x(f)
			b := numberIn(f, j, m)
			if v, ok := plus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case leafAny:
		return func(f *frame) T {
			a := numberIn(f, i, k)
			b := y(f)
			if v, ok := plus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if v, ok := plus(a, b); ok {
			return v
		}
		return wide(f, o, a, b)
	}
}

//go:noinline
func difference[T bare](o *operation, l, r operand[T]) func(*frame) T {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) T {
			a, b := numberIn(f, i, k), numberIn(f, j, m)
			if v, ok := minus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case anyLeaf:
		return func(f *frame) T {
			a := x(f)
			b := numberIn(f, j, m)
			if v, ok := minus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case leafAny:
		return func(f *frame) T {
			a := numberIn(f, i, k)
			b := y(f)
			if v, ok := minus(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if v, ok := minus(a, b); ok {
			return v
		}
		return wide(f, o, a, b)
	}
}

//go:noinline
func product[T bare](o *operation, l, r operand[T]) func(*frame) T {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) T {
			a, b := numberIn(f, i, k), numberIn(f, j, m)
			if v, ok := times(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case anyLeaf:
		return func(f *frame) T {
			a := x(f)
			b := numberIn(f, j, m)
			if v, ok := times(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	case leafAny:
		return func(f *frame) T {
			a := numberIn(f, i, k)
			b := y(f)
			if v, ok := times(a, b); ok {
				return v
			}
			return wide(f, o, a, b)
		}
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if v, ok := times(a, b); ok {
			return v
		}
		return wide(f, o, a, b)
	}
}

// sumOfProducts compiles a*b + c*d and a*b - c*d for leaves; r may be one itself.
// (mandelbrot, y*width + x: 1.2 times as fast)
//
//go:noinline
func sumOfProducts[T bare](o *operation, l, r operand[T]) func(*frame) T {
	p, q, subtracts := l.of, r.of, o.op == ast.Sub
	if q == nil {
		q = &leafPair[T]{operation{ast.Mul, o.at}, r, operand[T]{slot: noSlot, k: 1}}
	}
	i, j, k, m := p.l.slot, p.r.slot, p.l.k, p.r.k
	i2, j2, k2, m2 := q.l.slot, q.r.slot, q.l.k, q.r.k
	return func(f *frame) T {
		a, ok := times(numberIn(f, i, k), numberIn(f, j, m))
		if !ok {
			a = p.result(f)
		}
		b, ok := times(numberIn(f, i2, k2), numberIn(f, j2, m2))
		if !ok {
			b = q.result(f)
		}
		v, ok := plus(a, b)
		if subtracts {
			v, ok = minus(a, b)
		}
		if ok {
			return v
		}
		return wide(f, o, a, b)
	}
}

// plusProduct compiles a + c*d and a - c*d for leaves c and d.
//
//go:noinline
func plusProduct[T bare](o *operation, l, r operand[T]) func(*frame) T {
	x, q, subtracts := l.e, r.of, o.op == ast.Sub
	i, j, k, m := q.l.slot, q.r.slot, q.l.k, q.r.k
	return func(f *frame) T {
		a := x(f)
		b, ok := times(numberIn(f, i, k), numberIn(f, j, m))
		if !ok {
			b = q.result(f)
		}
		v, ok := plus(a, b)
		if subtracts {
			v, ok = minus(a, b)
		}
		if ok {
			return v
		}
		return wide(f, o, a, b)
	}
}

// result computes the pair's operator in the general way.
func (p *leafPair[T]) result(f *frame) T {
	return wide(f, &p.operation, numberIn(f, p.l.slot, p.l.k), numberIn(f, p.r.slot, p.r.k))
}

//go:noinline
func quotient[T bare](o *operation, l, r operand[T]) func(*frame) T {
	x, y, j, k := l.e, r.e, r.slot, r.k
	if r.leaf {
		return func(f *frame) T {
			a := x(f)
			b := numberIn(f, j, k)
			if b == 0 {
				return wide(f, o, a, b)
			}
			return a / b
		}
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if b == 0 {
			return wide(f, o, a, b)
		}
		return a / b
	}
}

// powerOfTwo gives e where an operand is the constant 1<<e.
func powerOfTwo[T bare](o operand[T]) (e int, ok bool) {
	k := int64(o.k)
	return bits.TrailingZeros64(uint64(k)), whole[T]() && o.isConst() && k > 0 && k&(k-1) == 0
}

// floorQuotient compiles l // r: for what is above zero it is what Go's
// division gives, rounded down, and for a constant power of two a shift.
//
//go:noinline
func floorQuotient[T bare](o *operation, l, r operand[T]) func(*frame) T {
	x, y, i := l.e, r.e, l.slot
	if e, ok := powerOfTwo(r); ok {
		if i != noSlot {
			return func(f *frame) T { return T(f.slots[i].int() >> (e & 63)) }
		}
		return func(f *frame) T { return T(int64(x(f)) >> (e & 63)) }
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if k := int64(b); whole[T]() && k > 0 {
			q := int64(a) / k
			if a < 0 && q*k != int64(a) {
				q--
			}
			return T(q)
		}
		return wide(f, o, a, b)
	}
}

// remainder compiles l % r: for what is above zero it is what Go's gives, made
// positive, and for a constant power of two the last bits.
//
//go:noinline
func remainder[T bare](o *operation, l, r operand[T]) func(*frame) T {
	x, y, i, j, k, m := l.e, r.e, l.slot, r.slot, l.k, r.k
	if e, ok := powerOfTwo(r); ok {
		mask := int64(1)<<(e&63) - 1
		if i != noSlot {
			return func(f *frame) T { return T(f.slots[i].int() & mask) }
		}
		return func(f *frame) T { return T(int64(x(f)) & mask) }
	}
	if shapeOf(l, r) == leaves {
		return func(f *frame) T {
			a, b := numberIn(f, i, k), numberIn(f, j, m)
			if k := int64(b); whole[T]() && k > 0 {
				m := int64(a) % k
				return T(m + m>>63&k)
			}
			return wide(f, o, a, b)
		}
	}
	if r.leaf {
		return func(f *frame) T {
			a := x(f)
			b := numberIn(f, j, m)
			if k := int64(b); whole[T]() && k > 0 {
				m := int64(a) % k
				return T(m + m>>63&k)
			}
			return wide(f, o, a, b)
		}
	}
	return func(f *frame) T {
		a := x(f)
		b := y(f)
		if k := int64(b); whole[T]() && k > 0 {
			m := int64(a) % k
			return T(m + m>>63&k)
		}
		return wide(f, o, a, b)
	}
}

// negated compiles -x.
func negated[T bare](u *unit, x *ast.UnaryExpr) func(*frame) T {
	e, at := compiled[T](u, x.X), x.Span().Start
	return func(f *frame) T {
		a := e(f)
		if !whole[T]() || -a != a || a == 0 {
			return -a
		}
		v, err := negate(numberOf(a))
		if err != nil {
			f.pos = at
			f.throw(err)
		}
		return numberAt[T](&v)
	}
}

// comparable gives the type as which both sides of == < and the like can be
// compared as numbers, anything where they cannot. An int beside a float is not converted:
// that would round; a small constant can be.
func (u *unit) comparable(c *ast.BinaryExpr) static {
	x, y := c.X, c.Y
	a, b := u.typing.of(x), u.typing.of(y)
	switch {
	case c.Op == ast.In || c.Op == ast.NotIn:
	case a == b && a.numeric():
		return a
	case a == aFloat && smallInt(y), b == aFloat && smallInt(x):
		return aFloat
	}
	return anything
}

func smallInt(x ast.Expr) bool {
	lit, ok := ast.Unparen(x).(*ast.IntLit)
	return ok && int64(int32(lit.Value)) == lit.Value
}

// compared compiles l op r for numbers of one type.
func compared[T bare](u *unit, c *ast.BinaryExpr) func(*frame) bool {
	if compares := comparesElement[T](u, c); compares != nil {
		return compares
	}
	l, r := operandOf[T](u, c.X), operandOf[T](u, c.Y)
	if l.of != nil && r.leaf && whole[T]() {
		return comparesResult(orders[c.Op], l.of, r)
	}
	switch c.Op {
	case ast.Equal, ast.NotEqual:
		return equals(l, r, c.Op == ast.NotEqual)
	case ast.Less:
		return less(l, r)
	case ast.LessEqual:
		return lessEqual(l, r)
	case ast.Greater:
		return greater(l, r)
	}
	return greaterEqual(l, r)
}

// comparesResult compiles a%b == k, a*b <= n and the like, for ints.
// (prime numbers: 1.3 times as fast)
//
//go:noinline
func comparesResult[T bare](want order, l *leafPair[T], r operand[T]) func(*frame) bool {
	i, j, k, m, n, c := l.l.slot, l.r.slot, l.l.k, l.r.k, r.slot, r.k
	if l.op == ast.Mul {
		return func(f *frame) bool {
			v, ok := times(numberIn(f, i, k), numberIn(f, j, m))
			if !ok {
				v = l.result(f)
			}
			return takes(want, v, numberIn(f, n, c))
		}
	}
	return func(f *frame) bool {
		a, b := int64(numberIn(f, i, k)), int64(numberIn(f, j, m))
		if b <= 0 {
			return takes(want, l.result(f), numberIn(f, n, c))
		}
		rest := a % b
		return takes(want, T(rest+rest>>63&b), numberIn(f, n, c))
	}
}

// equals compiles l == r or, where not is true, l != r.
//
//go:noinline
func equals[T bare](l, r operand[T], not bool) func(*frame) bool {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) bool { return numberIn(f, i, k) == numberIn(f, j, m) != not }
	case anyLeaf:
		return func(f *frame) bool {
			a := x(f)
			return a == numberIn(f, j, m) != not
		}
	}
	return func(f *frame) bool {
		a := x(f)
		return a == y(f) != not
	}
}

//go:noinline
func less[T bare](l, r operand[T]) func(*frame) bool {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) bool { return numberIn(f, i, k) < numberIn(f, j, m) }
	case anyLeaf:
		return func(f *frame) bool {
			a := x(f)
			return a < numberIn(f, j, m)
		}
	}
	return func(f *frame) bool {
		a := x(f)
		return a < y(f)
	}
}

//go:noinline
func lessEqual[T bare](l, r operand[T]) func(*frame) bool {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) bool { return numberIn(f, i, k) <= numberIn(f, j, m) }
	case anyLeaf:
		return func(f *frame) bool {
			a := x(f)
			return a <= numberIn(f, j, m)
		}
	}
	return func(f *frame) bool {
		a := x(f)
		return a <= y(f)
	}
}

//go:noinline
func greater[T bare](l, r operand[T]) func(*frame) bool {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) bool { return numberIn(f, i, k) > numberIn(f, j, m) }
	case anyLeaf:
		return func(f *frame) bool {
			a := x(f)
			return a > numberIn(f, j, m)
		}
	}
	return func(f *frame) bool {
		a := x(f)
		return a > y(f)
	}
}

//go:noinline
func greaterEqual[T bare](l, r operand[T]) func(*frame) bool {
	i, j, k, m, x, y := l.slot, r.slot, l.k, r.k, l.e, r.e
	switch shapeOf(l, r) {
	case leaves:
		return func(f *frame) bool { return numberIn(f, i, k) >= numberIn(f, j, m) }
	case anyLeaf:
		return func(f *frame) bool {
			a := x(f)
			return a >= numberIn(f, j, m)
		}
	}
	return func(f *frame) bool {
		a := x(f)
		return a >= y(f)
	}
}
