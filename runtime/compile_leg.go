package runtime

import (
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// bodyInLegs compiles the body of a function or child, cut into the legs of its
// proto where some of its statements may wait: those of the body itself, which
// neither a loop nor a catch is around. last gives the value after them; nil
// where there are none.
func bodyInLegs[T word](u *unit, p *proto, opening []func(*frame), to *form[T], x ast.Expr) (body, last func(*frame) T) {
	legs, rest := u.legs(x)
	if legs == nil {
		return landing(u, opened(opening, tail(u, to, x))), nil
	}
	last = left[T]
	if rest != nil {
		last = tailStmts(u, to, rest)
	}
	_, scope := statements(x)
	if prepare := u.prepare(scope); prepare != nil {
		opening = append(opening, prepare)
	}
	if before := legs[0].before; opening != nil {
		legs[0].before = func(f *frame) ctl {
			for _, open := range opening {
				open(f)
			}
			return before(f)
		}
	}
	body = landing(u, func(f *frame) T {
		for i := range legs {
			l := &legs[i]
			if l.before(f) == returns {
				return left[T](f)
			}
			v := l.run(f)
			if l.sink != nil {
				l.sink(f, v)
			}
		}
		return last(f)
	})
	if u.jumps {
		return body, nil // its frame on the Go stack is needed
	}
	p.legs = legs
	return body, last
}

// statements gives those of a body, and the scope around them.
func statements(x ast.Expr) ([]ast.Stmt, *resolve.Scope) {
	x = ast.Unparen(x)
	if b, ok := x.(*ast.BlockExpr); ok {
		return b.Stmts, scopeOf(b)
	}
	return []ast.Stmt{&ast.ExprStmt{X: x}}, &resolve.Scope{}
}

// legs compiles a body up to its last statement that may wait, and gives the
// statements behind that; rest is nil where its value is the body's. legs is nil
// if there is no such statement, or deferred code which they would run.
func (u *unit) legs(x ast.Expr) (legs []leg, rest []ast.Stmt) {
	stmts, scope := statements(x)
	if u.in == nil || scope.Defers {
		return nil, nil
	}
	from := 0
	for i, s := range stmts {
		var value ast.Expr
		sink := func() func(*frame, Value) { return nil }
		isLast := i == len(stmts)-1
		switch s := s.(type) {
		case *ast.LetStmt:
			value, sink = s.Value, func() func(*frame, Value) { return u.binding(s.Pattern) }
		case *ast.ExprStmt:
			value = ast.Unparen(s.X)
			if isLast {
				if r, ok := value.(*ast.ReturnExpr); ok {
					value = r.Value
				}
				sink = func() func(*frame, Value) { return keepResult }
			}
		}
		wait := u.waiting(value)
		if wait == nil {
			continue
		}
		before := u.sequence(stmts[from:i])
		legs = append(legs, leg{before, wait(), sink()})
		from = i + 1
		if _, isExpr := s.(*ast.ExprStmt); isLast && isExpr {
			return legs, nil
		}
	}
	return legs, stmts[from:]
}

// waiting gives what compiles a call that may wait, as leg.begin; nil for any
// other expression.
func (u *unit) waiting(x ast.Expr) (begin func() func(*frame) outcome) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	at := call.Fn.Span().Start
	switch fn := ast.Unparen(call.Fn).(type) {
	case *ast.Ident:
		if b := fn.Binding.(*resolve.Binding); b.Kind == resolve.Universe {
			switch target := universe()[b.Name]; {
			case target == nil: // args
			case target == sleepFunc:
				if a := call.Args; len(a) == 1 && !a[0].Spread && a[0].Name == "" {
					return func() func(*frame) outcome { return legOfSleep(pause(u.expr(a[0].Value), at)) }
				}
			case target.waits:
				return func() func(*frame) outcome {
					begin := beginning(target, u.arguments(call.Args), at)
					return func(f *frame) outcome { return begin(f).leaves(f) }
				}
			}
			return nil
		}
		if v := u.typing.called(call); v != nil {
			if v == unreached || u.typing.of(call) == nothing {
				return nil
			}
			u.compile(v)
			if v.proto.legs == nil {
				return nil
			}
			return func() func(*frame) outcome {
				fit := u.typing.fit(call)
				return legOfCall(v.proto, u.calleeOf(call, v), u.argumentsOf(fit, call.Args).values, fit.to, at)
			}
		}
	case *ast.MemberExpr:
		if id, ok := fn.X.(*ast.Ident); ok {
			switch id.Binding.(*resolve.Binding).Kind {
			case resolve.Module:
				return nil
			case resolve.Import:
				if u.info.Kind != resolve.ChildUnit {
					return nil
				}
				return func() func(*frame) outcome {
					return legOfValue(u.member(fn, true), u.arguments(call.Args), at)
				}
			}
		}
		if !fn.Optional && u.handles(fn.Name) {
			return func() func(*frame) outcome { return u.legOfMethod(fn, call.Args) }
		}
		return nil
	}
	if u.info.Kind != resolve.ChildUnit {
		return nil
	}
	return func() func(*frame) outcome {
		return legOfValue(u.borrow(call.Fn), u.argumentsOf(u.typing.fit(call), call.Args), at)
	}
}

// handles tells whether a method's name is one of a handle whose method may wait.
// Records have functions of some of these names too, which a function should call
// as fast as it can; in a child's body it hardly counts.
func (u *unit) handles(name string) bool {
	for _, t := range []*Type{channelType, rateType, semaphoreType, cellType} {
		if m := t.method(name); m != nil && m.waits {
			return u.info.Kind == resolve.ChildUnit || t == channelType || t == rateType
		}
	}
	return false
}

func legOfSleep(long func(*frame) time.Duration) func(*frame) outcome {
	return func(f *frame) outcome {
		d := long(f)
		if d <= 0 {
			f.lookUp()
			return gives
		}
		f.ret = Duration(d)
		return naps
	}
}

// legOfCall compiles a call of a known function, as callAny and callClosure do;
// callee is nil where its value does not matter.
func legOfCall(p *proto, callee *input, args []eval, to []int, at lexer.Pos) func(*frame) outcome {
	return func(f *frame) outcome {
		var fn *Function
		if callee != nil {
			fn = callee.e(f).function()
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
		if fn != nil && n.fn != fn {
			n.take(fn, p)
		}
		for i, v := range values {
			n.slots[to[i]] = v
		}
		n.leg = 0
		f.turn()
		return calls
	}
}

// legOfValue compiles a call of a function that is known at run time only.
func legOfValue(callee eval, args arguments, at lexer.Pos) func(*frame) outcome {
	return func(f *frame) outcome {
		fv := callee(f)
		var room [4]Value
		positional, named := args.evaluate(f, at, room[:0])
		f.pos = at
		if fv.is(KindFunction) && fv.function().call != nil {
			return f.beginFunc(fv.function(), positional, named).leaves(f)
		}
		fn := plainFunction(fv, len(positional))
		if fn == nil || fn.proto.legs == nil || named != nil {
			f.ret = f.apply(fv, positional, named)
			return gives
		}
		n := f.enter(fn, fn.proto, fn.file)
		n.leg = 0
		copy(n.slots, positional)
		return calls
	}
}

// legOfMethod compiles a call of a method that may wait.
func (u *unit) legOfMethod(fn *ast.MemberExpr, list []ast.Arg) func(*frame) outcome {
	m := u.method(fn, list)
	recv := u.looked(fn.X, values(list)...)
	return func(f *frame) outcome {
		r := recv(f)
		if c := m.begin(f, r); c != nil {
			return c.leaves(f)
		}
		f.ret = m.call(f, r)
		return gives
	}
}
