package runtime

import (
	"strconv"
	"sync/atomic"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// arguments are the compiled arguments of a call.
type arguments struct {
	values []eval
	spread []bool   // nil where nothing is spread
	names  []string // nil where nothing is named; "" by position
}

func (u *unit) arguments(args []ast.Arg) arguments { return u.argumentsOf(nil, args) }

// argumentsOf compiles the arguments of a call; fit is nil if nothing is known
// of its function.
func (u *unit) argumentsOf(fit *fitting, args []ast.Arg) arguments {
	a := arguments{values: make([]eval, len(args))}
	for i, arg := range args {
		a.values[i] = u.argument(fit, args, i)
		if arg.Spread {
			if a.spread == nil {
				a.spread = make([]bool, len(args))
			}
			a.spread[i] = true
		}
		if arg.Name != "" {
			if a.names == nil {
				a.names = make([]string, len(args))
			}
			a.names[i] = arg.Name
		}
	}
	return a
}

// plain tells that every argument is one value by position.
func (a *arguments) plain() bool { return a.spread == nil && a.names == nil }

// evaluate gives the arguments by position, appended to buf, and by name.
func (a *arguments) evaluate(f *frame, at lexer.Pos, buf []Value) (positional []Value, named []Named) {
	if a.plain() {
		for _, v := range a.values {
			buf = append(buf, v(f))
		}
		return buf, nil
	}
	for i, value := range a.values {
		v := value(f)
		switch {
		case a.names != nil && a.names[i] != "":
			named = append(named, Named{a.names[i], v})
		case a.spread != nil && a.spread[i]:
			buf = f.spreadable(v, len(buf), at).appendTo(buf)
		default:
			buf = append(buf, v)
		}
	}
	return buf, named
}

// call compiles fn(args).
func (u *unit) call(x *ast.CallExpr) eval {
	at := x.Fn.Span().Start
	switch fn := ast.Unparen(x.Fn).(type) {
	case *ast.MemberExpr:
		if id, ok := fn.X.(*ast.Ident); ok {
			switch b := id.Binding.(*resolve.Binding); b.Kind {
			case resolve.Module:
				if target := u.program.module(b.Name).find(fn.Name); target != nil {
					return u.callBuiltin(target, x.Args, at)
				}
				return u.callFunction(&input{e: u.member(fn, true)}, u.arguments(x.Args), x.Args, at)
			case resolve.Import:
				return u.callFunction(&input{e: u.member(fn, true)}, u.arguments(x.Args), x.Args, at)
			}
		}
		return u.callMethod(fn, x.Args)
	case *ast.Ident:
		if b := fn.Binding.(*resolve.Binding); b.Kind == resolve.Universe && b.Name != argsName {
			if b.Name == assertName && len(x.Args) == 1 {
				if cmp, ok := ast.Unparen(x.Args[0].Value).(*ast.BinaryExpr); ok && comparesBoth(cmp) {
					return u.assertion(cmp, at)
				}
			}
			return u.callBuiltin(universe()[b.Name], x.Args, at)
		}
	}
	return u.callFunction(u.input(u.borrow(x.Fn), x.Fn), u.argumentsOf(u.typing.fit(x), x.Args), x.Args, at)
}

// comparesBoth tells whether a comparison's sides are two values that can be
// shown: those of `c in "a".."z"` are not.
func comparesBoth(x *ast.BinaryExpr) bool {
	if x.Op == ast.In || x.Op == ast.NotIn {
		_, ok := ast.Unparen(x.Y).(*ast.RangeExpr)
		return !ok
	}
	return ast.Equal <= x.Op && x.Op <= ast.GreaterEqual
}

// assertion compiles assert(a == b), whose failure shows both sides.
func (u *unit) assertion(x *ast.BinaryExpr, at lexer.Pos) eval {
	l, r, op, opAt := u.expr(x.X), u.expr(x.Y), x.Op, x.OpSpan.Start
	return func(f *frame) Value {
		a, b := l(f), r(f)
		f.turn()
		if !f.operate(op, a, b, opAt).bool() {
			f.pos = at
			f.throw(Fail("assert", "assertion failed: %s %s %s", quoted(a), op, quoted(b)))
		}
		return Nil
	}
}

// callBuiltin compiles the call of a function of the library.
func (u *unit) callBuiltin(fn *Func, list []ast.Arg, at lexer.Pos) eval {
	args := u.arguments(list)
	if fn == sleepFunc && args.plain() && len(list) == 1 {
		return sleepCall(args.values[0], at)
	}
	if u.in != nil && fn == strFunc && args.plain() && len(list) == 1 {
		return strOfInt(args.values[0], at)
	}
	if args.plain() && fn.quickFor(len(list)) {
		return quickBuiltin(fn, args.values, at)
	}
	if fn.waits {
		begin := beginning(fn, args, at)
		return func(f *frame) Value { return begin(f).complete() }
	}
	return func(f *frame) Value {
		c := f.t.newCall()
		positional, named := args.evaluate(f, at, c.buffer())
		f.pos = at
		return f.callBuiltin(c, fn, Nil, positional, named)
	}
}

// beginning compiles the call of a function that may wait, but for the wait.
func beginning(fn *Func, args arguments, at lexer.Pos) func(*frame) *Call {
	return func(f *frame) *Call {
		c := f.t.newCall()
		positional, named := args.evaluate(f, at, c.buffer())
		f.pos = at
		f.begin(c, fn, Nil, positional, named)
		return c
	}
}

// strOfInt compiles str: the text of an int is one of the thread's. (palindromes:
// 1.2 times as fast)
func strOfInt(arg eval, at lexer.Pos) eval {
	return func(f *frame) Value {
		v := arg(f)
		f.pos = at
		if !v.isInt() || f.t.metered() {
			return f.quick1(strFunc, Nil, v)
		}
		f.attendQuick(Nil)
		var room [24]byte
		return textOf(f.t, strconv.AppendInt(room[:0], v.int(), 10))
	}
}

// quickBuiltin compiles the call of a function of the library that goes to its
// Quick: 2 to 3 times as fast as the one with a Call. It is not to be inlined:
// see call1.
//
//go:noinline
func quickBuiltin(fn *Func, args []eval, at lexer.Pos) eval {
	switch len(args) {
	case 0:
		return func(f *frame) Value {
			f.pos = at
			return f.quick0(fn, Nil)
		}
	case 1:
		first := args[0]
		return func(f *frame) Value {
			a := first(f)
			f.pos = at
			return f.quick1(fn, Nil, a)
		}
	}
	first, second := args[0], args[1]
	return func(f *frame) Value {
		a := first(f)
		b := second(f)
		f.pos = at
		return f.quick2(fn, Nil, a, b)
	}
}

// callFunction compiles the call of a value. A script's function with plain
// parameters gets its arguments straight into its frame. With one or two of them
// the call reads those that are leaves itself. (closures: 1.2 times as fast)
func (u *unit) callFunction(callee *input, args arguments, list []ast.Arg, at lexer.Pos) eval {
	if args.plain() {
		switch len(args.values) {
		case 0:
			return func(f *frame) Value {
				fv := callee.leaf.read(f)
				if !callee.isLeaf {
					fv = callee.e(f)
				}
				f.pos = at
				if fn := plainFunction(fv, 0); fn != nil {
					n := f.enter(fn, fn.proto, fn.file)
					return fn.proto.body(n)
				}
				return f.apply(fv, nil, nil)
			}
		case 1:
			first := u.input(args.values[0], list[0].Value)
			return func(f *frame) Value {
				fv := callee.leaf.read(f)
				if !callee.isLeaf {
					fv = callee.e(f)
				}
				a := first.leaf.read(f)
				if !first.isLeaf || a.isContainer() {
					a = first.e(f)
				}
				f.pos = at
				if fn := plainFunction(fv, 1); fn != nil {
					n := f.enter(fn, fn.proto, fn.file)
					assign(&n.slots[0], a)
					return fn.proto.body(n)
				}
				return f.apply(fv, []Value{a}, nil)
			}
		case 2:
			first, second := u.input(args.values[0], list[0].Value), u.input(args.values[1], list[1].Value)
			return func(f *frame) Value {
				fv := callee.leaf.read(f)
				if !callee.isLeaf {
					fv = callee.e(f)
				}
				a := first.leaf.read(f)
				if !first.isLeaf || a.isContainer() {
					a = first.e(f)
				}
				b := second.leaf.read(f)
				if !second.isLeaf || b.isContainer() {
					b = second.e(f)
				}
				f.pos = at
				if fn := plainFunction(fv, 2); fn != nil {
					n := f.enter(fn, fn.proto, fn.file)
					assign(&n.slots[0], a)
					assign(&n.slots[1], b)
					return fn.proto.body(n)
				}
				return f.apply(fv, []Value{a, b}, nil)
			}
		}
	}
	return func(f *frame) Value {
		fv := callee.leaf.read(f)
		if !callee.isLeaf {
			fv = callee.e(f)
		}
		if fn := plainFunction(fv, len(args.values)); fn != nil && args.plain() {
			return f.callPlain(fn, args.values, at)
		}
		var buf [4]Value
		positional, named := args.evaluate(f, at, buf[:0])
		f.pos = at
		return f.apply(fv, positional, named)
	}
}

// input is what a call takes: the function, or an argument. One that is a leaf is
// read without its closure e, which gives it too: only a list or map as an argument
// has to be marked as standing in two places.
type input struct {
	isLeaf bool
	leaf   leaf
	e      eval
}

func (u *unit) input(e eval, x ast.Expr) *input {
	in := &input{e: e}
	in.leaf, in.isLeaf = u.leafOf(x)
	return in
}

// plainFunction gives the script's function behind v if it takes exactly n
// arguments, none of them in a special way; else nil.
func plainFunction(v Value, n int) *Function {
	if v.Kind() != KindFunction {
		return nil
	}
	fn := v.function()
	if p := fn.proto; p != nil && p.plain && len(p.params) == n {
		return fn
	}
	return nil
}

// callPlain evaluates arguments and calls a function with plain parameters.
func (f *frame) callPlain(fn *Function, args []eval, at lexer.Pos) Value {
	var room [6]Value
	values := room[:0]
	for _, arg := range args {
		values = append(values, arg(f))
	}
	f.pos = at
	n := f.enter(fn, fn.proto, fn.file)
	copy(n.slots, values)
	return fn.proto.body(n)
}

// apply calls a value with arguments at the frame's position.
func (f *frame) apply(v Value, positional []Value, named []Named) Value {
	if v.Kind() != KindFunction {
		f.throw(Fail("type", "cannot call %s: it is no function", withArticle(typeName(v))))
	}
	fn := v.function()
	switch {
	case fn.proto != nil:
		if inside := f.t.inside.Load(); inside != nil { // a script is no function of the host
			f.t.inside.Store(nil)
			v := f.applyScript(fn, positional, named)
			f.t.inside.Store(inside)
			return v
		}
		return f.applyScript(fn, positional, named)
	case fn.builtin != nil:
		return f.callBuiltin(f.t.newCall(), fn.builtin, Nil, positional, named)
	}
	return f.beginFunc(fn, positional, named).complete()
}

// beginFunc calls a function in Go that is a value, but for what it has left to
// wait for.
func (f *frame) beginFunc(fn *Function, positional []Value, named []Named) *Call {
	if len(named) > 0 {
		f.throw(Fail("type", "the function takes no named arguments"))
	}
	if f.t.run.handles.Load() {
		f.t.run.watchHandles(positional, nil)
	}
	c := f.t.newCall()
	c.frame = f
	v, err := fn.call(c, positional)
	f.t.attend()
	if err != nil {
		f.fails(err)
	}
	if c.charged > 0 {
		f.given(v, nil, false)
	}
	c.pending.value = v
	return c
}

// applyScript calls a script's function with arguments of any form.
func (f *frame) applyScript(fn *Function, positional []Value, named []Named) Value {
	p := fn.proto
	f.arity(p, len(positional), len(named))
	n := f.enter(fn, p, fn.file)
	count := len(p.params)
	if p.rest {
		count--
	}
	for i := range count {
		if i < len(positional) {
			n.slots[i] = positional[i]
		} else {
			n.slots[i] = absent
		}
	}
	if p.rest {
		var extra []Value
		if len(positional) > count {
			extra = append(extra, positional[count:]...)
		}
		n.slots[count] = f.new(newList(extra), f.pos)
	}
	for _, arg := range named {
		i := p.index(arg.Name)
		switch {
		case i < 0 || p.rest && i == count:
			f.throw(Fail("type", "%s has no parameter `%s`", p.title, arg.Name).hintNear(arg.Name, p.names()))
		case n.slots[i].ref != tagAbsent:
			f.throw(Fail("type", "%s got its argument `%s` twice", p.title, arg.Name))
		}
		n.slots[i] = arg.Value
	}
	for i := range count {
		if n.slots[i].ref == tagAbsent && p.params[i].fallback == nil {
			f.throw(Fail("type", "%s is called without its argument %s", p.title, p.label(i)))
		}
	}
	return p.body(n)
}

// arity checks the number of arguments.
func (f *frame) arity(p *proto, positional, named int) {
	most := len(p.params)
	if p.rest {
		return
	}
	if positional > most {
		f.throw(Fail("type", "%s takes %s, got %d", p.title, countText(p.required, most), positional+named))
	}
	if positional+named < p.required && named == 0 {
		f.throw(Fail("type", "%s takes %s, got %d", p.title, countText(p.required, most), positional))
	}
}

// index gives the position of a parameter, -1 if there is none of that name.
func (p *proto) index(name string) int {
	for i, q := range p.params {
		if q.name == name {
			return i
		}
	}
	return -1
}

func (p *proto) names() []string {
	var names []string
	for _, q := range p.params {
		if q.name != "" {
			names = append(names, q.name)
		}
	}
	return names
}

func (p *proto) label(i int) string {
	if name := p.params[i].name; name != "" {
		return "`" + name + "`"
	}
	return "number " + itoa(i+1)
}

// callMethod compiles x.name(args).
func (u *unit) callMethod(fn *ast.MemberExpr, list []ast.Arg) eval {
	m := u.method(fn, list)
	if p, ok := u.place(fn.X); ok && changing(fn.Name) {
		return m.changing(p)
	}
	recv := u.looked(fn.X, values(list)...)
	if m.quick == &noMethods {
		return m.ofRecord(recv)
	}
	switch len(list) {
	case 0:
		return func(f *frame) Value {
			r := recv(f)
			if fn := m.quickOf(r); fn != nil && !fn.changes {
				f.pos = m.at
				return f.quick0(fn, r)
			}
			return m.call(f, r)
		}
	case 1:
		first := m.args.values[0]
		return func(f *frame) Value {
			r := recv(f)
			if fn := m.quickOf(r); fn != nil && !fn.changes {
				a := first(f)
				f.pos = m.at
				return f.quick1(fn, r, a)
			}
			return m.call(f, r)
		}
	}
	first, second := m.args.values[0], m.args.values[1]
	return func(f *frame) Value {
		r := recv(f)
		if fn := m.quickOf(r); fn != nil && !fn.changes {
			a := first(f)
			b := second(f)
			f.pos = m.at
			return f.quick2(fn, r, a, b)
		}
		return m.call(f, r)
	}
}

// takenOut compiles m.get(k, d) where nothing else reads the entry until it is
// assigned: see lastUses.
func (u *unit) takenOut(x *ast.CallExpr) eval {
	get := ast.Unparen(x.Fn).(*ast.MemberExpr)
	m, plain := u.method(get, x.Args), u.callMethod(get, x.Args)
	base, key := u.borrow(get.X), u.borrow(x.Args[0].Value)
	return func(f *frame) Value {
		if b := base(f); b.is(KindMap) && m.quickOf(b) != nil {
			if k := key(f); canBeKey(k) {
				if at := f.find(b.mapping(), k); at >= 0 {
					return lend(b, b.mapping().valueAt(at))
				}
			}
		}
		return plain(f)
	}
}

// method is a compiled call of a method, its receiver apart.
type method struct {
	name   string
	key    Value
	hint   hint // where maps have an entry of that name
	tables *byKind
	quick  *byKind                    // those that can be called by their Quick here
	first  atomic.Pointer[typeMethod] // what the first host object has
	args   arguments
	at     lexer.Pos
}

// typeMethod is what a type has under a name.
type typeMethod struct {
	typ *Type
	fn  *Func
}

func (u *unit) method(fn *ast.MemberExpr, list []ast.Arg) *method {
	m := &method{
		name: fn.Name, key: u.text(fn.Name), tables: methodTable(fn.Name), quick: &noMethods,
		args: u.arguments(list), at: fn.NameSpan.Start,
	}
	if m.args.plain() {
		m.quick = quickTable(fn.Name, len(list))
	}
	return m
}

// ofRecord compiles the call for a name that no core type has a method of, so it is
// mostly that of a function in a map: with few arguments they go straight into its
// frame. (methods: 1.2 times as fast)
func (m *method) ofRecord(recv eval) eval {
	if m.args.plain() {
		switch len(m.args.values) {
		case 0:
			return func(f *frame) Value {
				r := recv(f)
				fn := m.function(r, 0)
				if fn == nil {
					return m.callOther(f, r)
				}
				f.pos = m.at
				return fn.proto.body(f.enter(fn, fn.proto, fn.file))
			}
		case 1:
			first := m.args.values[0]
			return func(f *frame) Value {
				r := recv(f)
				fn := m.function(r, 1)
				if fn == nil {
					return m.callOther(f, r)
				}
				a := first(f)
				f.pos = m.at
				n := f.enter(fn, fn.proto, fn.file)
				assign(&n.slots[0], a)
				return fn.proto.body(n)
			}
		case 2:
			first, second := m.args.values[0], m.args.values[1]
			return func(f *frame) Value {
				r := recv(f)
				fn := m.function(r, 2)
				if fn == nil {
					return m.callOther(f, r)
				}
				a := first(f)
				b := second(f)
				f.pos = m.at
				n := f.enter(fn, fn.proto, fn.file)
				assign(&n.slots[0], a)
				assign(&n.slots[1], b)
				return fn.proto.body(n)
			}
		}
	}
	return func(f *frame) Value { return m.callOther(f, recv(f)) }
}

// callOther is call for what may wait: it does so from here, see begin.
func (m *method) callOther(f *frame, recv Value) Value {
	if c := m.begin(f, recv); c != nil {
		return c.complete()
	}
	return m.call(f, recv)
}

// function gives the script's function that a map has under the name, where it is
// found at a glance and takes n arguments in the plain way; else nil.
func (m *method) function(recv Value, n int) *Function {
	if recv.is(KindMap) {
		if at := recv.mapping().field(m.key, &m.hint); at != nil {
			return plainFunction(*at, n)
		}
	}
	return nil
}

// quickOf gives the method that can be called by its Quick; nil if there is
// none, or where a map has an entry of that name.
func (m *method) quickOf(recv Value) *Func {
	if recv.ref == nil {
		return nil
	}
	fn := m.quick[recv.ref.kind]
	if fn != nil && recv.ref.kind == KindMap && recv.mapping().findHinted(m.key, &m.hint) >= 0 {
		return nil
	}
	return fn
}

// call calls the method of a value, or the function a map holds under the
// name.
func (m *method) call(f *frame, recv Value) Value {
	if recv.Kind() == KindMap {
		if i := recv.mapping().findHinted(m.key, &m.hint); i >= 0 && recv.mapping().valueAt(i).Kind() == KindFunction {
			return m.callMember(f, recv.mapping().valueAt(i))
		}
	}
	fn := m.of(recv)
	if fn == nil {
		f.pos = m.at
		f.throw(noMethod(recv, m.name))
	}
	c := f.t.newCall()
	positional, named := m.args.evaluate(f, m.at, c.buffer())
	f.pos = m.at
	if fn.changes {
		f.throw(m.cannotChange(recv))
	}
	return f.callBuiltin(c, fn, recv, positional, named)
}

// begin calls a method that may wait, but for the wait. It gives nil where the
// method of the value is none such.
func (m *method) begin(f *frame, recv Value) *Call {
	if !recv.is(KindHost) {
		return nil
	}
	fn := m.of(recv)
	if fn == nil || !fn.waits {
		return nil
	}
	c := f.t.newCall()
	positional, named := m.args.evaluate(f, m.at, c.buffer())
	f.pos = m.at
	f.begin(c, fn, recv, positional, named)
	return c
}

// callMember calls a function that a map holds.
//
//go:noinline
func (m *method) callMember(f *frame, v Value) Value {
	if fn := plainFunction(v, len(m.args.values)); fn != nil && m.args.plain() {
		return f.callPlain(fn, m.args.values, m.at)
	}
	var buf [4]Value
	positional, named := m.args.evaluate(f, m.at, buf[:0])
	f.pos = m.at
	return f.apply(v, positional, named)
}

//go:noinline
func (m *method) cannotChange(recv Value) *Error {
	return Fail("type", "cannot change %s with `%s`: it is not in a `var`", withArticle(typeName(recv)), m.name).
		hint("put it into a `var` first, or use a method that gives a new one")
}

// of gives the method that a value has under the name; nil if it has none.
func (m *method) of(recv Value) *Func {
	if recv.Kind() == KindHost {
		typ, first := recv.host().typ, m.first.Load()
		switch {
		case first == nil:
			fn := typ.method(m.name)
			m.first.Store(&typeMethod{typ, fn})
			return fn
		case first.typ != typ:
			return typ.method(m.name)
		}
		return first.fn
	}
	return m.tables[recv.Kind()]
}

// changing compiles the call for a receiver that is a place.
func (m *method) changing(p place) eval {
	general := func(f *frame) Value {
		var buf [maxSteps]Value
		keys := p.keys(f, buf[:0])
		recv, ok := p.find(f, keys)
		fn := m.of(recv)
		if !ok || fn == nil || !fn.changes || recv.Kind() == KindMap && hasFunction(recv, m.name) {
			return m.call(f, p.current(f, keys))
		}
		if m.quick[recv.Kind()] == fn {
			var args [2]Value
			for i, value := range m.args.values {
				args[i] = value(f)
			}
			at := m.owned(f, &p, keys)
			switch fn = m.changer(f, at); len(m.args.values) {
			case 0:
				return f.quick0(fn, *at)
			case 1:
				return f.quick1(fn, *at, args[0])
			}
			return f.quick2(fn, *at, args[0], args[1])
		}
		c := f.t.newCall()
		positional, named := m.args.evaluate(f, m.at, c.buffer())
		at := m.owned(f, &p, keys)
		return f.callBuiltin(c, m.changer(f, at), *at, positional, named)
	}
	if len(p.steps) > 0 || m.quick == &noMethods {
		return general
	}
	// A variable and a Quick: xs.push(v) takes a third of the time.
	switch len(m.args.values) {
	case 0:
		return func(f *frame) Value {
			at := p.root(f)
			if fn := m.quickOf(*at); fn == nil || !fn.changes {
				return general(f)
			}
			f.pos = m.at
			return f.quick0(m.changer(f, at), *at)
		}
	case 1:
		first := m.args.values[0]
		ofList := m.quick[KindList]
		if ofList != nil && !ofList.changes {
			ofList = nil
		}
		return func(f *frame) Value {
			at := p.root(f)
			if ofList != nil && at.is(KindList) {
				a := first(f)
				f.pos = m.at
				if at.is(KindList) && at.num != shared {
					return f.quick1(ofList, *at, a)
				}
				return f.quick1(m.changer(f, at), *at, a)
			}
			if fn := m.quickOf(*at); fn == nil || !fn.changes {
				return general(f)
			}
			a := first(f)
			f.pos = m.at
			return f.quick1(m.changer(f, at), *at, a)
		}
	}
	first, second := m.args.values[0], m.args.values[1]
	return func(f *frame) Value {
		at := p.root(f)
		if fn := m.quickOf(*at); fn == nil || !fn.changes {
			return general(f)
		}
		a := first(f)
		b := second(f)
		f.pos = m.at
		return f.quick2(m.changer(f, at), *at, a, b)
	}
}

// owned gives where the receiver stands, in a container that may be changed.
func (m *method) owned(f *frame, p *place, keys []Value) *Value {
	f.pos = m.at
	at := p.root(f)
	if last := len(keys) - 1; last >= 0 {
		at = f.inside(p.container(f, keys), keys[last], &p.steps[last])
		f.pos = m.at
	}
	return at
}

// changer makes what stands at a place ready to be changed and gives the method
// that does it. The arguments, which have been evaluated, may have put
// something else there.
func (m *method) changer(f *frame, at *Value) *Func {
	f.own(at)
	fn := m.of(*at)
	if fn == nil || !fn.changes {
		f.throw(noMethod(*at, m.name))
	}
	return fn
}

func hasFunction(m Value, name string) bool {
	v, ok := m.mapping().getString(name)
	return ok && v.Kind() == KindFunction
}

// callLink compiles a call in an optional chain.
func (u *unit) callLink(x *ast.CallExpr) link {
	fn, ok := x.Fn.(*ast.MemberExpr)
	if !ok || u.staticMember(fn) != nil {
		if ok {
			return always(u.call(x))
		}
		callee, args, at := u.link(x.Fn, false), u.arguments(x.Args), x.Fn.Span().Start
		return func(f *frame) (Value, bool) {
			fv, ok := callee(f)
			if !ok {
				return Nil, false
			}
			positional, named := args.evaluate(f, at, nil)
			f.pos = at
			return f.apply(fv, positional, named), true
		}
	}
	recv, m, optional := u.link(fn.X, u.keeps(fn.X, values(x.Args)...)), u.method(fn, x.Args), fn.Optional
	return func(f *frame) (Value, bool) {
		r, ok := recv(f)
		if !ok || optional && r.ref == nil {
			return Nil, false
		}
		return m.call(f, r), true
	}
}
