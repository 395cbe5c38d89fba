package runtime

import (
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// A child often begins or ends with a sleep: `{ sleep(5s); fail "late" }` beside
// what it waits for, or `{ sleep(100ms); ask(b) }`. Where the sleep is one of
// the statements of the child's own body, and not within a loop, a catch or a
// function that it calls, nothing of the child is on a Go stack: all it needs
// is its frame, and which statement comes next. So it naps: the child is left
// by its goroutine, which goes on with others, and a runner goes on with it
// when its time has come or it is cancelled. That takes a third of the memory
// and of the time that a goroutine takes which waits.

// nap is a sleep among the statements of a child's body.
type nap struct {
	before exec // the statements before it, back to the nap before
	long   func(*frame) time.Duration
}

// childBody compiles the body of a child, with its naps and what comes after
// the last one. Without naps all of it is body.
func (u *unit) childBody(x ast.Expr) (body eval, naps []nap, last eval) {
	stmts, prepare := u.napping(x)
	if stmts == nil {
		return u.body(x), nil, nil
	}
	from := 0
	for i, s := range stmts {
		if returnsFrom(s) {
			break
		}
		if call := sleepOf(s); call != nil {
			before := u.sequence(stmts[from:i])
			if prepare != nil && from == 0 {
				stmts := before
				before = func(f *frame) ctl {
					prepare(f)
					return stmts(f)
				}
			}
			naps = append(naps, nap{before, pause(u.expr(call.Args[0].Value), call.Fn.Span().Start)})
			from = i + 1
		}
	}
	last = tailStmts(u, u.form(), stmts[from:])
	body = landing(u, func(f *frame) Value {
		for i := range naps {
			n := &naps[i]
			n.before(f)
			f.sleep(n.long(f))
		}
		return last(f)
	})
	if u.jumps {
		return body, nil, nil // its frame on the Go stack is needed
	}
	return body, naps, last
}

// napping gives the statements of a child's body, and what its scope needs on
// entry, if it has naps.
func (u *unit) napping(x ast.Expr) (stmts []ast.Stmt, prepare func(*frame)) {
	x = ast.Unparen(x)
	b, isBlock := x.(*ast.BlockExpr)
	if !isBlock {
		b = &ast.BlockExpr{Stmts: []ast.Stmt{&ast.ExprStmt{X: x}}}
	}
	scope := scopeOf(b)
	if u.in == nil || scope.Defers {
		return nil, nil
	}
	for _, s := range b.Stmts {
		if returnsFrom(s) {
			break
		}
		if sleepOf(s) != nil {
			return b.Stmts, u.prepare(scope)
		}
	}
	return nil, nil
}

// sleepOf gives the call of sleep that a statement is; nil if it is none.
func sleepOf(s ast.Stmt) *ast.CallExpr {
	x, ok := s.(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, ok := ast.Unparen(x.X).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || call.Args[0].Spread || call.Args[0].Name != "" {
		return nil
	}
	fn, ok := ast.Unparen(call.Fn).(*ast.Ident)
	if !ok {
		return nil
	}
	if b := fn.Binding.(*resolve.Binding); b.Kind != resolve.Universe || universe()[b.Name] != sleepFunc {
		return nil
	}
	return call
}

// runToNap runs a child's body up to its next nap, or to its end.
//
//go:noinline
func (c *child) runToNap(code *childCode) {
	f := &c.root
	if c.napping && !c.endNap(f) {
		return
	}
	for c.naps < len(code.naps) {
		n := &code.naps[c.naps]
		c.naps++
		n.before(f)
		d := n.long(f)
		if d > 0 {
			f.beginSleep(d)
			c.napping = true
			return
		}
		f.lookUp()
	}
	c.root.ret = code.last(f)
}

// endNap ends a nap from which a child was woken. It gives false where the
// child does not go on: it is cancelled, which takes no panic where nothing is
// to be unwound, or somebody woke it who meant another one, and it still naps.
func (c *child) endNap(f *frame) bool {
	if !waitOver(&c.Thread) {
		return false
	}
	c.napping = false
	if f.endWait() == waitCancelled {
		c.end = &unwinding{cause: c.scope.reason()}
		return false
	}
	return true
}

// park leaves a child that naps to who wakes it; false where it has been woken
// already. Nothing of it may be touched any more then.
func (c *child) park() bool {
	t := &c.Thread
	x := t.run
	t.lendCalls()
	t.runner = nil
	t.parking.Store(settling)
	if waitOver(t) {
		t.parking.Store(awake)
		return false
	}
	if !t.parking.CompareAndSwap(settling, parked) {
		return false
	}
	x.clock.block(t)
	return true
}
