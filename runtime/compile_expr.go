package runtime

import (
	"fmt"
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// expr compiles an expression whose value is kept: what it reads out of a
// place is shared with that place from then on, unless that is read no more.
func (u *unit) expr(x ast.Expr) eval { return u.value(x, !u.moves[x]) }

// borrow compiles an expression whose value is only looked at before anything
// else can change it, so that what it reads need not be shared. Without this,
// `xs[i][j]` would make the next change of xs[i] copy it.
func (u *unit) borrow(x ast.Expr) eval { return u.value(x, false) }

func (u *unit) value(x ast.Expr, keep bool) eval {
	if e := u.typed(x); e != nil {
		return e
	}
	return u.general(x, keep)
}

// general compiles an expression of which nothing is known.
func (u *unit) general(x ast.Expr, keep bool) eval {
	switch x := u.in.named(x).(type) {
	case *ast.Ident:
		return u.ident(x, keep)
	case *ast.NilLit:
		return constant(Nil)
	case *ast.BoolLit:
		return constant(Bool(x.Value))
	case *ast.IntLit:
		return constant(Int(x.Value))
	case *ast.FloatLit:
		return constant(Float(x.Value))
	case *ast.DurationLit:
		return constant(Duration(x.Value))
	case *ast.StringLit:
		return constant(u.text(x.Value))
	case *ast.TemplateLit:
		return u.template(x)
	case *ast.ListLit:
		return u.list(x)
	case *ast.MapLit:
		return u.mapping(x)
	case *ast.UnaryExpr:
		return u.unary(x)
	case *ast.BinaryExpr:
		return u.binary(x)
	case *ast.RangeExpr:
		return u.rangeValue(x)
	case *ast.CallExpr:
		if u.moves[x] {
			return u.takenOut(x)
		}
		return u.call(x)
	case *ast.MemberExpr:
		return u.member(x, keep)
	case *ast.IndexExpr:
		return u.index(x, keep)
	case *ast.ChainExpr:
		link := u.link(x.X, keep)
		return func(f *frame) Value {
			v, _ := link(f)
			return v
		}
	case *ast.ParenExpr:
		return u.value(x.X, keep)
	case *ast.FnLit:
		mk, fill := u.closure(x)
		return func(f *frame) Value {
			fn := mk(f)
			fill(f, fn)
			return fn.value()
		}
	case *ast.BlockExpr:
		return u.blockValue(x)
	case *ast.IfExpr:
		if x.Else == nil {
			return either(u, x.Cond, u.expr(x.Then), nil)
		}
		return either(u, x.Cond, u.expr(x.Then), u.expr(x.Else))
	case *ast.BranchExpr:
		return branchOf(u, x, u.armValue, nil)
	case *ast.CatchExpr:
		return u.catch(x)
	case *ast.FailExpr:
		return u.fail(x)
	case *ast.ReturnExpr, *ast.BreakExpr, *ast.ContinueExpr:
		return u.jump(x)
	case *ast.GroupExpr:
		return u.group(x)
	}
	panic(fmt.Sprintf("compile: %T", x))
}

// ident compiles the reading of a name.
func (u *unit) ident(x *ast.Ident, keep bool) eval {
	b := x.Binding.(*resolve.Binding)
	at, i := x.Span().Start, b.Index
	if slot, ok := u.slotOf(b); ok && !b.Check {
		if u.moves[x] && b.Kind == resolve.Global && !u.typing.of(x).scalar() {
			// The host can ask for it after an exit, but must not see it half changed.
			return func(f *frame) Value {
				v := f.slots[slot]
				f.slots[slot] = unbound
				return v
			}
		}
		if keep && !u.moves[x] && (b.Kind == resolve.Local || b.Decl.Kind == resolve.VarDecl) {
			return func(f *frame) Value { return hand(&f.slots[slot]) }
		}
		return func(f *frame) Value { return f.slots[slot] }
	}
	switch b.Kind {
	case resolve.Local:
		return func(f *frame) Value { return f.bound(f.slots[i].box().value, at, b.Name) }
	case resolve.Captured:
		switch {
		case b.Boxed:
			return func(f *frame) Value { return f.bound(f.fn.caps[i].box().value, at, b.Name) }
		case b.Sibling:
			return func(f *frame) Value { return f.sibling(f.fn.caps[i], at) }
		}
		return func(f *frame) Value { return f.fn.caps[i] }
	case resolve.Global:
		switch {
		case b.Decl != nil && b.Decl.Kind == resolve.VarDecl && keep:
			return func(f *frame) Value { return hand(&f.file.globals[i]) }
		case b.Check:
			return func(f *frame) Value { return f.bound(f.file.globals[i], at, b.Name) }
		}
		return func(f *frame) Value { return f.file.globals[i] }
	case resolve.Given:
		return func(f *frame) Value { return f.t.run.given[i] }
	case resolve.Universe:
		return u.universe(b.Name)
	}
	panic("compile: name " + b.Name + " has no place")
}

// universe gives a name every script has: a function, or args.
func (u *unit) universe(name string) eval {
	if name == argsName {
		return func(f *frame) Value { return f.t.run.args }
	}
	return constant((&Function{header: header{KindFunction}, builtin: universe()[name]}).value())
}

// bound checks that a variable which a function sees has been bound by now.
func (f *frame) bound(v Value, at lexer.Pos, name string) Value {
	if v.ref == tagUnbound {
		f.pos = at
		f.throw(Fail("value", "`%s` is used before it is bound", name))
	}
	return v
}

// sibling gives a sibling's value, or raises its failure in the one who
// mentions it.
func (f *frame) sibling(v Value, at lexer.Pos) Value {
	if v.Kind() == kindFailed {
		f.pos = at
		panic(v.failed().err)
	}
	return v
}

// template compiles text with ${}.
func (u *unit) template(x *ast.TemplateLit) eval {
	type part struct {
		literal string
		value   eval // nil: it is the literal
	}
	parts := make([]part, len(x.Parts))
	for i, p := range x.Parts {
		if s, ok := p.(*ast.StringLit); ok {
			parts[i].literal = s.Value
		} else {
			parts[i].value = u.borrow(p)
		}
	}
	at := x.Span().Start
	return func(f *frame) Value {
		var room [64]byte // most texts are made on the Go stack, and copied once
		out := room[:0]
		for i := range parts {
			p := &parts[i]
			if p.value == nil {
				out = append(out, p.literal...)
				continue
			}
			v := p.value(f)
			if f.t.metered() {
				f.pos = at
				f.admitShown(len(out), v)
			}
			var err *Error
			if out, err = appendDisplay(out, v); err != nil {
				f.pos = at
				f.throw(err)
			}
		}
		return f.new(textOf(f.t, out), at)
	}
}

// fixed gives the value of a literal that is the same each time, with all that
// is in it; ok is false for any other expression. A list or map is made once, and
// shared by all that it is the value of: who changes it copies it first.
func (u *unit) fixed(x ast.Expr) (v Value, ok bool) {
	if u.in == nil {
		return Nil, false
	}
	switch x := x.(type) {
	case *ast.NilLit, *ast.BoolLit, *ast.IntLit, *ast.FloatLit, *ast.DurationLit:
		return literal(x), true
	case *ast.StringLit:
		return u.text(x.Value), true
	case *ast.ParenExpr:
		return u.fixed(x.X)
	case *ast.UnaryExpr:
		if v, ok = u.fixed(x.X); !ok || x.Op != ast.Neg {
			return Nil, false
		}
		v, err := negate(v)
		return v, err == nil
	case *ast.ListLit:
		items := make([]Value, len(x.Elems))
		for i, e := range x.Elems {
			if items[i], ok = u.fixed(e); !ok {
				return Nil, false
			}
		}
		if len(items) <= tiny {
			return newList(items).share(), true
		}
		return listOf(items...).share(), true
	case *ast.MapLit:
		m := newMap(len(x.Entries))
		for _, e := range x.Entries {
			if e.Key == nil {
				return Nil, false
			}
			key, isFixed := u.fixed(e.Key)
			if v, ok = u.fixed(e.Value); !ok || !isFixed || !canBeKey(key) {
				return Nil, false
			}
			m.put(key, v)
		}
		return m.value().share(), true
	}
	return Nil, false
}

// list compiles a list literal.
func (u *unit) list(x *ast.ListLit) eval {
	if v, ok := u.fixed(x); ok {
		return constant(v)
	}
	elems := make([]eval, len(x.Elems))
	spread := make([]bool, len(x.Elems))
	anySpread := false
	for i, e := range x.Elems {
		if s, ok := e.(*ast.SpreadExpr); ok {
			spread[i], anySpread = true, true
			e = s.X
		}
		elems[i] = u.expr(e)
	}
	at := x.Span().Start
	if len(elems) == 2 && !anySpread {
		first, second := elems[0], elems[1]
		return func(f *frame) Value {
			a := first(f)
			return f.new(newPair(a, second(f)), at)
		}
	}
	if len(elems) <= tiny && !anySpread {
		return func(f *frame) Value {
			l := sizedList(len(elems))
			for i, e := range elems {
				l.items[i] = e(f)
			}
			return f.new(l.value(), at)
		}
	}
	return func(f *frame) Value {
		l := emptyList(len(elems))
		for i, e := range elems {
			if v := e(f); spread[i] {
				s := f.spreadable(v, l.len(), at)
				f.admit(l.bytes() + valueBytes*s.n)
				l.expect(s.n + len(elems) - 1 - i)
				s.pushTo(l)
			} else {
				l.push(v)
			}
		}
		return f.new(l.value(), at)
	}
}

// spreadable gives the elements of a list or range that is spread behind n
// others.
func (f *frame) spreadable(v Value, n int, at lexer.Pos) sequence {
	var s sequence
	var err *Error
	switch v.Kind() {
	case KindList, KindRange:
		s = viewOf(v)
		if err = s.finite(); err == nil && n+s.n > maxElements {
			err = Fail("limit", "a list of more than %d elements", maxElements)
		}
	default:
		err = Fail("type", "cannot spread %s here: want a list or range", withArticle(typeName(v)))
	}
	if err != nil {
		f.pos = at
		f.throw(err)
	}
	return s
}

// mapping compiles a map literal.
func (u *unit) mapping(x *ast.MapLit) eval {
	type entry struct {
		key   eval
		value eval
		at    lexer.Pos
	}
	if v, ok := u.fixed(x); ok {
		return constant(v)
	}
	if e := u.record(x); e != nil {
		return e
	}
	if u.in != nil && isChanged(x) {
		return u.changed(x)
	}
	entries := make([]entry, len(x.Entries))
	for i, e := range x.Entries {
		entries[i] = entry{value: u.expr(e.Value), at: e.Value.Span().Start}
		if e.Key != nil {
			entries[i].key, entries[i].at = u.borrow(e.Key), e.Key.Span().Start
		}
	}
	at := x.Span().Start
	return func(f *frame) Value {
		m := newMap(len(entries))
		for i := range entries {
			e := &entries[i]
			if e.key == nil {
				v := e.value(f)
				if v.Kind() != KindMap {
					f.pos = e.at
					f.throw(Fail("type", "cannot spread %s into a map: want a map", withArticle(typeName(v))))
				}
				f.admit(valueBytes * v.mapping().len())
				m.merge(v.mapping())
				continue
			}
			k := e.key(f)
			v := e.value(f)
			if err := m.set(k, v); err != nil {
				f.pos = e.at
				f.throw(err)
			}
		}
		return f.new(m.value(), at)
	}
}

// record compiles a map literal of few entries whose keys are all names or
// texts, and each there once: its maps have one layout. It gives nil for others.
func (u *unit) record(x *ast.MapLit) eval {
	n := len(x.Entries)
	if u.in == nil || n == 0 || n > scanEntries {
		return nil
	}
	m := newMap(n)
	for _, e := range x.Entries {
		key, ok := e.Key.(*ast.StringLit)
		if !ok {
			return nil
		}
		m.put(u.text(key.Value), Nil)
	}
	if m.len() < n {
		return nil
	}
	values := make([]eval, n)
	for i, e := range x.Entries {
		values[i] = u.expr(e.Value)
	}
	l, at := m.layout, x.Span().Start
	return func(f *frame) Value {
		m := newRecord(l)
		for i, e := range values {
			m.values[i] = e(f)
		}
		return f.new(m.value(), at)
	}
}

// isChanged tells that a map literal is another map with some names changed:
// {...m, name: x}.
func isChanged(x *ast.MapLit) bool {
	if n := len(x.Entries); n < 2 || n > scanEntries || x.Entries[0].Key != nil {
		return false
	}
	for _, e := range x.Entries[1:] {
		if _, name := e.Key.(*ast.StringLit); !name {
			return false
		}
	}
	return true
}

// changed compiles such a literal. The map is a copy with the same layout, or the
// map itself where nobody else has it any more. (a record that each turn makes
// anew: 3 times as fast)
func (u *unit) changed(x *ast.MapLit) eval {
	type entry struct {
		key   Value
		hint  hint
		value eval
	}
	of, at, start := u.expr(x.Entries[0].Value), x.Entries[0].Value.Span().Start, x.Span().Start
	entries := make([]entry, len(x.Entries)-1)
	for i, e := range x.Entries[1:] {
		entries[i].key, entries[i].value = u.text(e.Key.(*ast.StringLit).Value), u.expr(e.Value)
	}
	return func(f *frame) Value {
		v := of(f)
		if !v.is(KindMap) {
			f.pos = at
			f.throw(Fail("type", "cannot spread %s into a map: want a map", withArticle(typeName(v))))
		}
		f.admit(valueBytes * v.mapping().len())
		var values [scanEntries]Value
		for i := range entries {
			values[i] = entries[i].value(f)
		}
		m, metered := v.mapping(), f.t.metered()
		if v.num == shared || metered {
			m = m.twin()
		}
		for i := range entries {
			e := &entries[i]
			if pos := m.findHinted(e.key, &e.hint); pos >= 0 {
				m.setAt(pos, values[i])
			} else {
				m.add(e.key, values[i])
			}
		}
		return f.new(m.value(), start)
	}
}

// rangeValue compiles lo..hi.
func (u *unit) rangeValue(x *ast.RangeExpr) eval {
	bounds, inclusive, at := u.bounds(x), x.Inclusive, x.Span().Start
	return func(f *frame) Value {
		lo, hi := bounds(f)
		return f.new(newRange(lo, hi, 1, inclusive), at)
	}
}

// bounds compiles the bounds of a range.
func (u *unit) bounds(x *ast.RangeExpr) func(*frame) (lo, hi int64) {
	lo, hi, at := u.borrow(x.Lo), u.borrow(x.Hi), x.Span().Start
	return func(f *frame) (int64, int64) {
		a, b := lo(f), hi(f)
		if !a.isInt() || !b.isInt() {
			f.pos = at
			culprit := a
			if a.isInt() {
				culprit = b
			}
			f.throw(Fail("type", "the bounds of a range must be ints, got %s", typeName(culprit)))
		}
		return a.int(), b.int()
	}
}

// unary compiles - and not.
func (u *unit) unary(x *ast.UnaryExpr) eval {
	if x.Op == ast.Not {
		cond := u.cond(x)
		return func(f *frame) Value { return Bool(cond(f)) }
	}
	operand, at := u.borrow(x.X), x.Span().Start
	return func(f *frame) Value {
		v := operand(f)
		if v.isFloat() {
			return Float(-v.float())
		}
		r, err := negate(v)
		if err != nil {
			f.pos = at
			f.throw(err)
		}
		return r
	}
}

// binary compiles an infix operator.
func (u *unit) binary(x *ast.BinaryExpr) eval {
	switch x.Op {
	case ast.And, ast.Or, ast.Equal, ast.NotEqual, ast.Less, ast.LessEqual, ast.Greater, ast.GreaterEqual, ast.In, ast.NotIn:
		cond := u.cond(x)
		return func(f *frame) Value { return Bool(cond(f)) }
	case ast.Coalesce:
		first, second := u.expr(x.X), u.expr(x.Y)
		return func(f *frame) Value {
			if v := first(f); v.ref != nil {
				return v
			}
			return second(f)
		}
	}
	if u.in != nil {
		if join := u.join(x); join != nil {
			return join
		}
		o := &operation{x.Op, x.OpSpan.Start}
		l, isLeaf := u.leafOf(x.X)
		if r, ok := u.leafOf(x.Y); ok && isLeaf && !(l.isSlot() && r.isSlot()) {
			return betweenLeaves(o, l, r)
		}
		return leafArithmetic(o, u.sideOf(x.X, x.Y), u.sideOf(x.Y))
	}
	l, r, op, at := u.looked(x.X, x.Y), u.borrow(x.Y), x.Op, x.OpSpan.Start
	return func(f *frame) Value {
		a := l(f)
		return f.operate(op, a, r(f), at)
	}
}

// join compiles a + "text" + b, of three operands at least, which joins them all at
// once; nil where none of them is text for sure. (concat_plus: 1.6 times as fast)
func (u *unit) join(x *ast.BinaryExpr) eval {
	type operand struct {
		e  eval
		at lexer.Pos // of the operator before it
	}
	var list []ast.Expr
	var places []lexer.Pos
	isText := false
	for more := true; more; {
		if x.Op != ast.Add {
			return nil
		}
		list, places = append(list, x.Y), append(places, x.OpSpan.Start)
		left, ok := ast.Unparen(x.X).(*ast.BinaryExpr)
		if more = ok && left.Op == ast.Add; more {
			x = left
		}
	}
	list = append(list, x.X)
	slices.Reverse(list)
	slices.Reverse(places)
	for _, e := range list {
		switch ast.Unparen(e).(type) {
		case *ast.StringLit, *ast.TemplateLit:
			isText = true
		}
	}
	if !isText || len(list) < 3 {
		return nil
	}
	first, rest := u.looked(list[0], list[1]), make([]operand, len(places))
	for i, at := range places {
		rest[i] = operand{u.borrow(list[i+1]), at}
	}
	return func(f *frame) Value {
		var room [8]Value
		parts := append(room[:0], first(f))
		n := len(parts[0].shown())
		for i := range rest {
			o := &rest[i]
			v := o.e(f)
			n += len(v.shown())
			if parts[0].is(KindString) && v.is(KindString) && n <= maxTextBytes && !f.t.metered() {
				parts = append(parts, v)
				continue
			}
			left := parts[0]
			if len(parts) > 1 {
				left = concat(f.t, parts...)
			}
			parts = append(parts[:0], f.operate(ast.Add, left, v, o.at))
			n = len(parts[0].shown())
		}
		if len(parts) == 1 {
			return parts[0]
		}
		return concat(f.t, parts...)
	}
}

// operate runs an operator's general form.
func (f *frame) operate(op ast.BinaryOp, a, b Value, at lexer.Pos) Value {
	if f.t.metered() {
		f.pos = at
		f.admit(bytesOf(op, a, b))
	}
	var v Value
	if op == ast.Add && a.is(KindString) && b.is(KindString) && len(a.str())+len(b.str()) <= maxTextBytes {
		v = concat(f.t, a, b)
	} else {
		var err *Error
		if v, err = binary(op, a, b); err != nil {
			f.pos = at
			f.throw(err)
		}
	}
	if f.t.metered() {
		f.combined(a, b, v)
	}
	return v
}

// cond compiles an expression that must be bool.
func (u *unit) cond(x ast.Expr) func(*frame) bool {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return u.cond(x.X)
	case *ast.BoolLit:
		v := x.Value
		return func(*frame) bool { return v }
	case *ast.UnaryExpr:
		if x.Op == ast.Not {
			operand := u.truth(x.X, "`not`")
			return func(f *frame) bool { return !operand(f) }
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case ast.And:
			if t, ok := u.intTest(x.X); ok {
				r := u.truth(x.Y, "`and`")
				return func(f *frame) bool { return t.holds(f) && r(f) }
			}
			l, r := u.truth(x.X, "`and`"), u.truth(x.Y, "`and`")
			return func(f *frame) bool { return l(f) && r(f) }
		case ast.Or:
			if t, ok := u.intTest(x.X); ok {
				r := u.truth(x.Y, "`or`")
				return func(f *frame) bool { return t.holds(f) || r(f) }
			}
			l, r := u.truth(x.X, "`or`"), u.truth(x.Y, "`or`")
			return func(f *frame) bool { return l(f) || r(f) }
		case ast.Equal, ast.NotEqual, ast.Less, ast.LessEqual, ast.Greater, ast.GreaterEqual, ast.In, ast.NotIn:
			if t, ok := u.intTest(x); ok {
				return t.holds
			}
			return u.comparison(x)
		}
	}
	return u.truth(x, "a condition")
}

// truth compiles an operand that must be bool; who asks for it is named in the
// message.
func (u *unit) truth(x ast.Expr, who string) func(*frame) bool {
	switch inner := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		if inner.Op == ast.Not {
			return u.cond(inner)
		}
	case *ast.BinaryExpr:
		if inner.Op >= ast.Equal && inner.Op <= ast.Or {
			return u.cond(inner)
		}
	}
	if element, t, ok := u.scalarElement(x); ok && t == aBool {
		e := elementOf[int64](u, element)
		return func(f *frame) bool { return e(f) != 0 }
	}
	e, at := u.borrow(x), x.Span().Start
	if u.typing.of(x) == aBool {
		return func(f *frame) bool { return e(f).bool() }
	}
	return func(f *frame) bool {
		v := e(f)
		if !v.isBool() {
			f.pos = at
			f.throw(notBool(who, v))
		}
		return v.bool()
	}
}

func notBool(who string, v Value) *Error {
	return Fail("type", "%s needs a bool, got %s: nothing else is true or false", who, typeName(v))
}

// comparison compiles == < in and the like.
func (u *unit) comparison(x *ast.BinaryExpr) func(*frame) bool {
	switch u.comparable(x) {
	case anInt:
		return compared[int64](u, x)
	case aFloat:
		return compared[float64](u, x)
	}
	if c := u.leafComparison(x); c != nil {
		return c
	}
	if _, ok := ast.Unparen(x.Y).(*ast.NilLit); ok && (x.Op == ast.Equal || x.Op == ast.NotEqual) {
		l, want := u.sideOf(x.X), x.Op == ast.Equal
		return func(f *frame) bool {
			v := l.get(f)
			return (v.ref == nil) == want
		}
	}
	l, r, at, op := u.looked(x.X, x.Y), u.borrow(x.Y), x.OpSpan.Start, x.Op
	slow := func(f *frame, a, b Value) bool { return f.compare(op, a, b, at) }
	switch op {
	case ast.In, ast.NotIn:
		if rg, ok := ast.Unparen(x.Y).(*ast.RangeExpr); ok {
			return u.inRange(x, rg)
		}
		want := op == ast.In
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if b.is(KindMap) {
				if there := f.find(b.mapping(), a) >= 0; there || a.is(KindString) {
					return there == want
				}
			}
			return slow(f, a, b)
		}
	case ast.Equal:
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if a.isInt() && b.isInt() {
				return a.num == b.num
			}
			if a.is(KindString) && b.is(KindString) {
				return a.text().s == b.text().s
			}
			return slow(f, a, b)
		}
	case ast.NotEqual:
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if a.isInt() && b.isInt() {
				return a.num != b.num
			}
			if a.is(KindString) && b.is(KindString) {
				return a.text().s != b.text().s
			}
			return slow(f, a, b)
		}
	case ast.Less:
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if a.isInt() && b.isInt() {
				return a.int() < b.int()
			}
			return slow(f, a, b)
		}
	case ast.LessEqual:
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if a.isInt() && b.isInt() {
				return a.int() <= b.int()
			}
			return slow(f, a, b)
		}
	case ast.Greater:
		return func(f *frame) bool {
			a, b := l(f), r(f)
			if a.isInt() && b.isInt() {
				return a.int() > b.int()
			}
			return slow(f, a, b)
		}
	}
	return func(f *frame) bool {
		a, b := l(f), r(f)
		if a.isInt() && b.isInt() {
			return a.int() >= b.int()
		}
		return slow(f, a, b)
	}
}

// inRange compiles `x in lo..hi`, whose bounds may be characters.
func (u *unit) inRange(x *ast.BinaryExpr, rg *ast.RangeExpr) func(*frame) bool {
	v, lo, hi, at := u.expr(x.X), u.borrow(rg.Lo), u.borrow(rg.Hi), x.OpSpan.Start
	want := x.Op == ast.In
	inclusive := rg.Inclusive
	return func(f *frame) bool {
		v, a, b := v(f), lo(f), hi(f)
		in, err := between(v, a, b, inclusive)
		if err != nil {
			f.pos = at
			f.throw(err)
		}
		return in == want
	}
}

// catch compiles x catch handler.
func (u *unit) catch(x *ast.CatchExpr) eval {
	body, bind, handler := u.expr(x.X), u.handlerName(x), u.expr(x.Handler)
	return func(f *frame) Value {
		v, err := f.try(body)
		if err == nil {
			return v
		}
		bind(f, err)
		return handler(f)
	}
}

// handlerName gives how a handler's name gets the error.
func (u *unit) handlerName(x *ast.CatchExpr) func(*frame, *Error) {
	if name, ok := x.Name.(*ast.NamePattern); ok {
		store := u.store(name.Binding.(*resolve.Binding))
		return func(f *frame, err *Error) { store(f, err.value()) }
	}
	return func(*frame, *Error) {}
}

// try runs body and gives the failure it ends with. Cancellation, jumps and
// Go's own panics pass through.
func (f *frame) try(body eval) (Value, *Error) {
	v, r := f.run(body)
	return v, caught(r)
}

// caught gives the failure that run gave; any other panic goes on.
func caught(r any) *Error {
	if r == nil {
		return nil
	}
	err, ok := r.(*Error)
	if !ok {
		panic(r)
	}
	return err
}

// fail compiles fail value, kind: …
func (u *unit) fail(x *ast.FailExpr) eval {
	value, at := u.expr(x.Value), x.Span().Start
	type part struct {
		name string
		x    eval
		at   lexer.Pos
	}
	parts := make([]part, len(x.Named))
	for i, a := range x.Named {
		parts[i] = part{a.Name, u.expr(a.Value), a.Value.Span().Start}
	}
	return func(f *frame) Value {
		v := value(f)
		f.pos = at
		err := f.failure(v)
		if len(parts) > 0 && v.Kind() == KindError {
			e := *err // an error does not change; this is a new one like it
			err = &e
		}
		for _, p := range parts {
			pv := p.x(f)
			f.pos = p.at
			f.describe(err, p.name, pv)
		}
		f.pos = at
		f.raise(err)
		return Nil
	}
}

// failure gives the error that fail raises for a value.
func (f *frame) failure(v Value) *Error {
	switch v.Kind() {
	case KindError:
		return v.err()
	case KindString:
		return &Error{header: header{KindError}, Message: v.str(), Kind: "user"}
	case KindMap:
		err := &Error{header: header{KindError}, Kind: "user"}
		m := v.mapping()
		if msg, ok := m.getString("message"); !ok || msg.Kind() != KindString {
			f.throw(Fail("type", "fail needs a message: a string under `message`"))
		}
		for k, v := range m.all() {
			if k.Kind() != KindString {
				f.throw(Fail("type", "fail takes message, kind, data and cause, not %s", quoted(k)))
			}
			f.describe(err, k.str(), v)
		}
		return err
	}
	f.throw(Fail("type", "fail takes a string, a map or an error, got %s", typeName(v)))
	return nil
}

// describe sets one named part of a failure that is being made.
func (f *frame) describe(err *Error, name string, v Value) {
	switch name {
	case "message":
		err.Message = v.str()
	case "kind":
		if v.Kind() != KindString {
			f.throw(Fail("type", "the kind of a failure must be a string, got %s", typeName(v)))
		}
		err.Kind = v.str()
	case "data":
		err.Data = v.share()
	case "cause":
		if v.ref == nil {
			return
		}
		if v.Kind() != KindError {
			f.throw(Fail("type", "the cause of a failure must be an error, got %s", typeName(v)))
		}
		err.Cause = v.err()
	default:
		f.throw(Fail("type", "fail takes message, kind, data and cause, not `%s`", name))
	}
}

// jump compiles a return, break or continue where only an expression can
// stand.
func (u *unit) jump(x ast.Expr) eval {
	run := u.exit(x)
	u.lands(x)
	return func(f *frame) Value {
		c := run(f)
		panic(&jump{f, c, f.ret})
	}
}

// lands notes that an expression panics with the jumps that leave x.
func (u *unit) lands(x ast.Node) {
	e := escapes(x)
	if e.returns {
		u.jumps = true
	}
	if e.loops && u.loops != nil {
		u.loops.jumps = true
	}
}

// exit compiles a return, break or continue as a statement.
func (u *unit) exit(x ast.Expr) exec {
	switch x := x.(type) {
	case *ast.BreakExpr:
		return func(*frame) ctl { return breaks }
	case *ast.ContinueExpr:
		return func(*frame) ctl { return continues }
	case *ast.ReturnExpr:
		if x.Value == nil {
			return func(f *frame) ctl {
				f.ret = Nil
				return returns
			}
		}
		return u.into(x.Value, keepResult, returns)
	}
	panic(fmt.Sprintf("compile: %T is no jump", x))
}
