package runtime

import (
	"maps"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// The resolved tree is turned once into Go closures, one a node: an eval gives
// an expression's value, an exec runs a statement and tells how it ended.
// Everything is decided before the run, so a compiled program never changes
// and any number of goroutines can run it.
//
// This is the plain way; static.go tells where another is known to do the same
// faster.
type (
	eval = func(*frame) Value
	exec func(*frame) ctl
)

// ctl is how a statement ended.
type ctl uint8

const (
	next      ctl = iota // normally
	breaks               // the innermost loop ends
	continues            // its next turn begins
	returns              // the unit ends, its value is frame.ret
)

// jump is the panic of a return, break or continue inside an expression whose
// surroundings cannot pass a ctl on (an operand, an argument). Units and loops
// that hold such a one recover it; others pay nothing.
type jump struct {
	frame *frame
	ctl   ctl
	value Value // of a return: deferred code on the way may use frame.ret
}

// proto is a compiled unit: a function, a child's body, the top-level code.
type proto struct {
	name   string
	title  string // the name for messages
	source *lexer.Source
	pos    lexer.Pos
	slots  int
	cost   int // what a call adds to frame.depth
	body   eval
	legs   []leg // of a body that may wait: what it is up to its last wait …
	last   eval  // … and what gives its value then

	// Of a function: how arguments become slots.
	params   []param
	required int
	rest     bool
	plain    bool      // nothing but required names: arguments go straight to slots
	tags     []*header // of parameters with a static type, which each of its frames holds
	// numbers are the captures that each of its frames has in slots too, from
	// copies on: a number is read there like any other variable. (a function that
	// computes with two of them: 1.2 times as fast)
	numbers []int
	copies  int
}

// param is one parameter of a script's function.
type param struct {
	name     string // "" for a pattern or _
	fallback eval   // nil: required
}

// Function is a closure: a compiled function with the variables it captured,
// or a function of the library.
type Function struct {
	header
	proto *proto
	caps  []Value
	file  *instance

	builtin *Func
	// call, if not nil, is what a handle such as once(…) does when called.
	call func(c *Call, args []Value) (Value, error)
}

func (fn *Function) value() Value { return Value{ref: &fn.header} }

// name gives the function's name for messages.
func (fn *Function) name() string {
	switch {
	case fn.builtin != nil:
		return fn.builtin.Name()
	case fn.proto != nil && fn.proto.name != "":
		return fn.proto.name
	}
	return "function"
}

// compiler turns the units of one file into protos.
type compiler struct {
	program *Program
	file    *resolve.File
	source  *lexer.Source
	index   int // of the file in the program
	texts   map[string]Value
	in      *inference // nil: everything is compiled the plain way
}

// text gives a literal or a name as a value, the same one each time: a map's
// key that is the very same text is found without comparing characters.
func (c *compiler) text(s string) Value {
	v, ok := c.texts[s]
	if !ok {
		v = String(s)
		c.texts[s] = v
	}
	return v
}

// unit is the compiler's view of the unit it is in.
type unit struct {
	*compiler
	info   *resolve.Unit
	name   string
	fn     *proto     // of a function
	lit    *ast.FnLit // its tree; nil where the unit is no function
	typing typing
	moves  map[ast.Expr]bool // readings that are the last: see lastUses
	// jumps is set when an expression in the unit may panic with a jump that
	// the unit has to recover.
	jumps bool
	loops *loop
}

// loop is a loop that is being compiled.
type loop struct {
	jumps bool // an expression in its body may panic with a jump to it
	outer *loop
}

// slotOf gives the slot of the frame in which a variable stands that is in no
// box: one of the unit's own, and in the file's own code a global too (1.3 to
// 1.7 times as fast as by f.file.globals).
func (u *unit) slotOf(b *resolve.Binding) (slot int, ok bool) {
	switch {
	case b.Kind == resolve.Local && !b.Boxed:
		return b.Index, true
	case b.Kind == resolve.Global && u.info.Kind == resolve.FileUnit:
		return u.info.Slots + b.Index, true
	}
	return 0, false
}

// weigh gives what a call of a unit costs of the depth limit: the deeper its
// tree, the more Go stack a call takes.
func weigh(u *resolve.Unit) int { return 1 + u.Nesting/16 }

// function compiles a function's parameters and body.
func (u *unit) function(fn *ast.FnLit) *proto {
	if general := u.typing.general(fn); general != nil {
		u.compile(general)
		return general.proto
	}
	c, around := u.compiler, maps.Clone(u.typing.types.vars)
	p := c.protoOf(fn)
	u = c.unit(fn, p, c.in.unit(around, fn.Body))
	var opening []func(*frame)
	for i, prm := range fn.Params {
		q := u.parameter(prm)
		if q.fallback != nil {
			opening = append(opening, func(f *frame) {
				if f.slots[i].ref == tagAbsent {
					f.slots[i] = q.fallback(f)
				}
			})
		}
		if open := u.opening(prm, i); open != nil {
			opening = append(opening, open)
		}
		switch {
		case prm.Rest:
			p.rest, p.plain = true, false
		case q.fallback != nil:
			p.plain = false
		default:
			p.required++
		}
		p.params = append(p.params, q)
	}
	p.plain = p.plain && len(opening) == 0
	p.body, p.last = bodyInLegs(u, p, opening, u.form(), fn.Body)
	return p
}

// protoOf gives what is known of a function before its code is compiled.
func (c *compiler) protoOf(fn *ast.FnLit) *proto {
	info := fn.Unit.(*resolve.Unit)
	p := &proto{name: fn.Name, source: c.source, pos: fn.Span().Start, slots: c.in.slotsOf(info), cost: weigh(info), plain: true}
	p.title = "`" + p.name + "`"
	if p.name == "" {
		p.name, p.title = "function", "the function"
	}
	return p
}

// unit begins to compile a function's code.
func (c *compiler) unit(fn *ast.FnLit, p *proto, t types) *unit {
	info := fn.Unit.(*resolve.Unit)
	return &unit{compiler: c, info: info, name: fn.Name, fn: p, lit: fn, typing: typing{c.in, t}, moves: c.in.moves(fn, info)}
}

// parameter compiles a parameter's name and default.
func (u *unit) parameter(p ast.Param) param {
	var q param
	if name, ok := p.Pattern.(*ast.NamePattern); ok {
		q.name = name.Name
	}
	if p.Default != nil {
		q.fallback = u.expr(p.Default)
	}
	return q
}

// opening gives what makes a parameter of an argument that stands in a slot;
// nil where it is one as it stands.
func (u *unit) opening(p ast.Param, slot int) func(*frame) {
	switch name := p.Pattern.(type) {
	case *ast.WildcardPattern:
		return nil
	case *ast.NamePattern:
		b, ok := name.Binding.(*resolve.Binding)
		if !ok || !b.Boxed {
			return nil
		}
		box := b.Index
		return func(f *frame) { f.slots[box] = newBox(f.slots[slot]) }
	}
	bind := u.binding(p.Pattern)
	return func(f *frame) { bind(f, f.slots[slot].share()) }
}

// opened puts before a body what makes parameters of a call's arguments, one
// after the other: defaults for those that are absent, and what takes them apart.
func opened[T word](opening []func(*frame), body func(*frame) T) func(*frame) T {
	switch len(opening) {
	case 0:
		return body
	case 1:
		open := opening[0]
		return func(f *frame) T {
			open(f)
			return body(f)
		}
	}
	return func(f *frame) T {
		for _, open := range opening {
			open(f)
		}
		return body(f)
	}
}

// code compiles an expression that is a unit of its own: a child's body, or
// what a group evaluates.
func (c *compiler) code(name string, info *resolve.Unit, x ast.Expr) *proto {
	u := c.codeUnit(name, info, x)
	p := u.proto(x)
	p.body = u.body(x)
	return p
}

// codeUnit begins to compile an expression that is a unit of its own.
func (c *compiler) codeUnit(name string, info *resolve.Unit, x ast.Expr) *unit {
	u := &unit{compiler: c, info: info, name: name, typing: typing{c.in, c.in.unit(nil, x)}}
	if info.Kind == resolve.ChildUnit {
		u.moves = c.in.moves(x, info)
	}
	return u
}

// proto gives what is known of a unit that is an expression, but for its code.
func (u *unit) proto(x ast.Expr) *proto {
	return &proto{name: u.name, source: u.source, pos: x.Span().Start, slots: u.info.Slots, cost: weigh(u.info)}
}

// body compiles the expression whose value is the unit's, returns included.
func (u *unit) body(x ast.Expr) eval {
	return landing(u, tail(u, u.form(), x))
}

// landing adds to a unit's body what it needs to end a jump out of an
// expression.
func landing[T word](u *unit, body func(*frame) T) func(*frame) T {
	if !u.jumps {
		return body
	}
	return func(f *frame) (v T) {
		_, r := f.run(func(f *frame) Value {
			v = body(f)
			return Nil
		})
		if r == nil {
			return v
		}
		j, ok := r.(*jump)
		if !ok || j.frame != f || j.ctl != returns {
			panic(r)
		}
		return get[T](&j.value)
	}
}

// form is how a unit's value is made, as a Value or, where its static type is
// known, as a bare number.
type form[T word] struct {
	expr func(ast.Expr) func(*frame) T
	none T // where there is no value; nil
}

// form is the plain form. A variable of a function or child that is its value is
// moved, not shared: nothing reads it any more.
func (u *unit) form() *form[Value] {
	moves := !u.info.Defers && (u.info.Kind == resolve.FuncUnit || u.info.Kind == resolve.ChildUnit)
	return &form[Value]{expr: func(x ast.Expr) func(*frame) Value {
		if _, name := x.(*ast.Ident); name && moves {
			return u.borrow(x)
		}
		return u.expr(x)
	}}
}

func constant[T word](v T) func(*frame) T { return func(*frame) T { return v } }

// left gives the value of a unit that a return in a statement has left.
func left[T word](f *frame) T { return get[T](&f.ret) }

// tail compiles an expression in tail position: its value is the unit's, so a
// return in it is just its value.
func tail[T word](u *unit, to *form[T], x ast.Expr) func(*frame) T {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return tail(u, to, x.X)
	case *ast.ReturnExpr:
		if x.Value == nil {
			return constant(to.none)
		}
		return tail(u, to, x.Value)
	case *ast.BlockExpr:
		return tailBlock(u, to, x)
	case *ast.IfExpr:
		then := tail(u, to, x.Then)
		if x.Else == nil {
			return either(u, x.Cond, then, nil)
		}
		return either(u, x.Cond, then, tail(u, to, x.Else))
	case *ast.BranchExpr:
		return branchOf(u, x, func(s ast.Stmt) func(*frame) T { return tailStmt(u, to, s) }, nil)
	}
	return to.expr(x)
}

// keepResult is the sink of what becomes the unit's value.
func keepResult(f *frame, v Value) { f.ret = v }

// tailBlock compiles a block whose value is the unit's.
func tailBlock[T word](u *unit, to *form[T], b *ast.BlockExpr) func(*frame) T {
	if len(b.Stmts) == 0 {
		return constant(to.none)
	}
	scope := scopeOf(b)
	if scope.Defers {
		run := u.blockInto(b, keepResult, returns)
		return func(f *frame) T {
			run(f)
			return left[T](f)
		}
	}
	return prepared(u.prepare(scope), tailStmts(u, to, b.Stmts))
}

// tailStmts compiles statements whose last one's value is the unit's.
func tailStmts[T word](u *unit, to *form[T], stmts []ast.Stmt) func(*frame) T {
	for i, s := range stmts {
		if i == len(stmts)-1 {
			before, last := u.sequence(stmts[:i]), tailStmt(u, to, s)
			if i == 0 {
				return last
			}
			return func(f *frame) T {
				before(f)
				return last(f)
			}
		}
		if !returnsFrom(s) {
			continue
		}
		// Up to here nothing returns; this statement may.
		before := u.sequence(stmts[:i])
		rest := stmts[i+1:]
		if cond, then, ok := earlyReturn(s); ok {
			run := either(u, cond, tail(u, to, then), tailStmts(u, to, rest))
			if i == 0 {
				return run
			}
			return func(f *frame) T {
				before(f)
				return run(f)
			}
		}
		run, r := u.stmt(s), tailStmts(u, to, rest)
		return func(f *frame) T {
			before(f)
			if run(f) == returns {
				return left[T](f)
			}
			return r(f)
		}
	}
	return constant(to.none)
}

// tailStmt compiles the last statement of a unit.
func tailStmt[T word](u *unit, to *form[T], s ast.Stmt) func(*frame) T {
	if x, ok := s.(*ast.ExprStmt); ok {
		return tail(u, to, x.X)
	}
	run := u.stmt(s)
	if !returnsFrom(s) {
		return func(f *frame) T {
			run(f)
			return to.none
		}
	}
	return func(f *frame) T {
		if run(f) == returns {
			return left[T](f)
		}
		return to.none
	}
}

// earlyReturn recognises `if c { …; return x }`.
func earlyReturn(s ast.Stmt) (cond ast.Expr, then *ast.BlockExpr, ok bool) {
	x, isExpr := s.(*ast.ExprStmt)
	if !isExpr {
		return nil, nil, false
	}
	i, isIf := x.X.(*ast.IfExpr)
	if !isIf || i.Else != nil || len(i.Then.Stmts) == 0 || scopeOf(i.Then).Defers {
		return nil, nil, false
	}
	last, isExpr := i.Then.Stmts[len(i.Then.Stmts)-1].(*ast.ExprStmt)
	if !isExpr {
		return nil, nil, false
	}
	switch last.X.(type) {
	case *ast.ReturnExpr, *ast.FailExpr:
		return i.Cond, i.Then, true
	}
	return nil, nil, false
}

// prepared gives what runs a block's statements after what its scope needs on
// entry: its functions, and boxes for what they captured unbound.
func prepared[T word](prepare func(*frame), body func(*frame) T) func(*frame) T {
	if prepare == nil {
		return body
	}
	return func(f *frame) T {
		prepare(f)
		return body(f)
	}
}

// prepare gives what a scope needs on entry; nil if nothing.
func (u *unit) prepare(scope *resolve.Scope) func(*frame) {
	if len(scope.Fns) == 0 && len(scope.Boxes) == 0 {
		return nil
	}
	boxes := scope.Boxes
	makers := make([]func(*frame) *Function, len(scope.Fns))
	stores := make([]func(*frame, Value), len(scope.Fns))
	fills := make([]func(*frame, *Function), len(scope.Fns))
	for i, s := range scope.Fns {
		makers[i], fills[i] = u.closure(s.Fn)
		stores[i] = u.store(s.Binding.(*resolve.Binding))
	}
	return func(f *frame) {
		for _, slot := range boxes {
			f.slots[slot] = newBox(unbound)
		}
		made := make([]*Function, len(makers))
		for i, mk := range makers {
			made[i] = mk(f)
			stores[i](f, made[i].value())
		}
		for i, fill := range fills {
			fill(f, made[i])
		}
	}
}

// closure gives how a function is made: first the object, then its captures,
// so that functions of one scope can capture each other.
func (u *unit) closure(fn *ast.FnLit) (mk func(*frame) *Function, fill func(*frame, *Function)) {
	p, at := u.function(fn), fn.Span().Start
	captures := fn.Unit.(*resolve.Unit).Captures
	mk = func(f *frame) *Function {
		var made *Function
		switch len(captures) {
		case 0:
			made = new(Function)
		case 1: // few captures are allocated with the function
			with := new(struct {
				Function
				room [1]Value
			})
			made, with.caps = &with.Function, with.room[:]
		case 2:
			with := new(struct {
				Function
				room [2]Value
			})
			made, with.caps = &with.Function, with.room[:]
		default:
			made = &Function{caps: make([]Value, len(captures))}
		}
		made.kind, made.proto, made.file = KindFunction, p, f.file
		f.new(made.value(), at)
		return made
	}
	fill = func(f *frame, made *Function) {
		for i, c := range captures {
			made.caps[i] = f.captured(c)
		}
	}
	return mk, fill
}

// captured gives the value a capture copies from the frame it is made in.
func (f *frame) captured(c resolve.Capture) Value {
	var place *Value
	switch c.From {
	case resolve.FromLocal:
		place = &f.slots[c.Index]
	case resolve.FromCaptured:
		return f.fn.caps[c.Index]
	default:
		place = &f.file.globals[c.Index]
	}
	return hand(place)
}

// hand gives the value of a place for a second one: from now on both share it.
func hand(place *Value) Value {
	if place.num == 0 && place.isContainer() {
		place.num = shared
	}
	return *place
}

func newBox(v Value) Value { return Value{ref: &(&box{header{kindBox}, v}).header} }

func scopeOf(b *ast.BlockExpr) *resolve.Scope {
	if s, ok := b.Scope.(*resolve.Scope); ok && s != nil {
		return s
	}
	return &resolve.Scope{}
}

// fileProto compiles a file's top-level code. Its deferred code runs at the
// program's end.
func (c *compiler) fileProto() *proto {
	u := &unit{compiler: c, info: c.file.Unit, typing: typing{c.in, c.in.unit(nil, c.file.AST)}, moves: c.in.moves(c.file.AST, c.file.Unit)}
	top := &ast.BlockExpr{Stmts: c.file.AST.Stmts, Scope: &resolve.Scope{Fns: c.file.Fns}}
	top.SetSpan(lexer.Span{End: lexer.Pos(len(c.source.Text))})
	return &proto{source: c.source, slots: c.in.slotsOf(c.file.Unit), cost: weigh(c.file.Unit), body: u.body(top)}
}
