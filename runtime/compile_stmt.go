package runtime

import (
	"fmt"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// escape tells which jumps leave a node.
type escape struct {
	returns bool
	loops   bool // a break or continue
}

// escapes finds the jumps that leave x: not those of loops, functions and
// children within it.
func escapes(x ast.Node) (e escape) {
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnExpr:
			e.returns = true
		case *ast.BreakExpr, *ast.ContinueExpr:
			e.loops = true
		case *ast.FnLit:
			return false
		case *ast.GroupExpr:
			for _, o := range n.Options {
				e.add(escapes(o.Value))
			}
			return false
		case *ast.ForStmt:
			e.add(escapes(n.Source))
			e.returns = e.returns || escapes(n.Body).returns
			return false
		case *ast.WhileStmt:
			e.returns = e.returns || escapes(n.Body).returns || escapes(n.Cond).returns
			return false
		}
		return true
	})
	return e
}

func (e *escape) add(o escape) {
	e.returns = e.returns || o.returns
	e.loops = e.loops || o.loops
}

func (e escape) any() bool { return e.returns || e.loops }

func returnsFrom(s ast.Stmt) bool { return escapes(s).returns }

// sequence compiles statements that no jump leaves, or whose jumps are passed
// on as a ctl.
func (u *unit) sequence(stmts []ast.Stmt) exec {
	runs := make([]exec, 0, len(stmts))
	for _, s := range stmts {
		if _, ok := s.(*ast.FnStmt); !ok { // made on entry of the block
			runs = append(runs, u.stmt(s))
		}
	}
	switch len(runs) {
	case 0:
		return func(*frame) ctl { return next }
	case 1:
		return runs[0]
	case 2:
		a, b := runs[0], runs[1]
		return func(f *frame) ctl {
			if c := a(f); c != next {
				return c
			}
			return b(f)
		}
	case 3:
		a, b, d := runs[0], runs[1], runs[2]
		return func(f *frame) ctl {
			if c := a(f); c != next {
				return c
			}
			if c := b(f); c != next {
				return c
			}
			return d(f)
		}
	}
	return func(f *frame) ctl {
		for _, run := range runs {
			if c := run(f); c != next {
				return c
			}
		}
		return next
	}
}

// stmt compiles a statement.
func (u *unit) stmt(s ast.Stmt) exec {
	switch s := s.(type) {
	case *ast.LetStmt:
		if run := u.letApart(s); run != nil {
			return run
		}
		if run := u.typedLet(s); run != nil {
			return run
		}
		if run := u.leafLet(s); run != nil {
			return run
		}
		return u.into(s.Value, u.binding(s.Pattern), next)
	case *ast.FnStmt:
		return func(*frame) ctl { return next } // made on entry of the block
	case *ast.AssignStmt:
		return u.assign(s)
	case *ast.ExprStmt:
		return u.into(s.X, nil, next)
	case *ast.ForStmt:
		return u.forLoop(s)
	case *ast.WhileStmt:
		return u.whileLoop(s)
	case *ast.DeferStmt:
		body := u.expr(s.Body)
		return func(f *frame) ctl {
			if f.defers == nil {
				f.defers = new([]eval)
			}
			*f.defers = append(*f.defers, body)
			return next
		}
	case *ast.ImportStmt:
		return u.importFile(s)
	}
	panic(fmt.Sprintf("compile: %T", s))
}

// into compiles an expression in a statement: its value goes to sink (nil: it
// is dropped), and jumps in its blocks and arms are passed on as a ctl. After
// the value went there the statement ends with done.
func (u *unit) into(x ast.Expr, sink func(*frame, Value), done ctl) exec {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return u.into(x.X, sink, done)
	case *ast.ReturnExpr, *ast.BreakExpr, *ast.ContinueExpr:
		return u.exit(x)
	case *ast.BlockExpr:
		return u.blockInto(x, sink, done)
	case *ast.IfExpr:
		return u.ifInto(x, sink, done)
	case *ast.BranchExpr:
		return branchOf(u, x, func(body ast.Stmt) func(*frame) ctl { return u.stmtInto(body, sink, done) }, withoutValue(sink, done))
	case *ast.CatchExpr:
		if escapes(x.Handler).any() {
			return u.catchInto(x, sink, done)
		}
	case *ast.CallExpr:
		if push := u.pushes(x); push != nil && sink == nil {
			return func(f *frame) ctl {
				push(f)
				return done
			}
		}
	case *ast.BinaryExpr:
		if x.Op == ast.Coalesce && escapes(x.Y).any() {
			first, second := u.expr(x.X), u.into(x.Y, sink, done)
			return func(f *frame) ctl {
				v := first(f)
				if v.ref == nil {
					return second(f)
				}
				if sink != nil {
					sink(f, v)
				}
				return done
			}
		}
	}
	if sink == nil {
		e := u.borrow(x)
		return func(f *frame) ctl {
			e(f)
			return done
		}
	}
	e := u.expr(x)
	return func(f *frame) ctl {
		sink(f, e(f))
		return done
	}
}

// stmtInto compiles a statement that is the last of a block or the body of an
// arm, whose value goes to sink.
func (u *unit) stmtInto(s ast.Stmt, sink func(*frame, Value), done ctl) exec {
	if x, ok := s.(*ast.ExprStmt); ok {
		return u.into(x.X, sink, done)
	}
	run := u.stmt(s)
	if sink == nil && done == next {
		return run
	}
	return func(f *frame) ctl {
		if c := run(f); c != next {
			return c
		}
		if sink != nil {
			sink(f, Nil)
		}
		return done
	}
}

func (u *unit) ifInto(x *ast.IfExpr, sink func(*frame, Value), done ctl) exec {
	then := u.into(x.Then, sink, done)
	if x.Else != nil {
		return either(u, x.Cond, then, u.into(x.Else, sink, done))
	}
	return either(u, x.Cond, then, withoutValue(sink, done))
}

// withoutValue is what follows where no part of an if or branch runs; nil where
// that is nothing.
func withoutValue(sink func(*frame, Value), done ctl) func(*frame) ctl {
	if sink == nil && done == next {
		return nil
	}
	return func(f *frame) ctl {
		if sink != nil {
			sink(f, Nil)
		}
		return done
	}
}

func (u *unit) catchInto(x *ast.CatchExpr, sink func(*frame, Value), done ctl) exec {
	body, bind, handler := u.expr(x.X), u.handlerName(x), u.into(x.Handler, sink, done)
	return func(f *frame) ctl {
		v, err := f.try(body)
		if err != nil {
			bind(f, err)
			return handler(f)
		}
		if sink != nil {
			sink(f, v)
		}
		return done
	}
}

// blockInto compiles a block in a statement.
func (u *unit) blockInto(b *ast.BlockExpr, sink func(*frame, Value), done ctl) exec {
	scope := scopeOf(b)
	var run exec
	if n := len(b.Stmts); sink == nil && done == next {
		run = u.sequence(b.Stmts)
	} else if n == 0 {
		run = func(f *frame) ctl {
			if sink != nil {
				sink(f, Nil)
			}
			return done
		}
	} else {
		before, last := u.sequence(b.Stmts[:n-1]), u.stmtInto(b.Stmts[n-1], sink, done)
		run = last
		if n > 1 {
			run = func(f *frame) ctl {
				if c := before(f); c != next {
					return c
				}
				return last(f)
			}
		}
	}
	if scope.Defers {
		run = deferring(run)
	}
	if prepare := u.prepare(scope); prepare != nil {
		inner := run
		run = func(f *frame) ctl {
			prepare(f)
			return inner(f)
		}
	}
	return run
}

// blockValue compiles a block whose value an expression needs. Jumps that
// leave it become panics.
func (u *unit) blockValue(b *ast.BlockExpr) eval {
	u.lands(b)
	if !scopeOf(b).Defers && !escapes(b).any() && len(b.Stmts) > 0 {
		if last, ok := b.Stmts[len(b.Stmts)-1].(*ast.ExprStmt); ok {
			value := u.expr(last.X)
			if len(b.Stmts) > 1 {
				before, inner := u.sequence(b.Stmts[:len(b.Stmts)-1]), value
				value = func(f *frame) Value {
					before(f)
					return inner(f)
				}
			}
			return prepared(u.prepare(scopeOf(b)), value)
		}
	}
	run := u.blockInto(b, keepResult, next)
	return func(f *frame) Value {
		f.ret = Nil
		if c := run(f); c != next {
			panic(&jump{f, c, f.ret})
		}
		return f.ret
	}
}

// deferring runs a block's deferred code when the block is left, however.
func deferring(run exec) exec {
	return func(f *frame) (c ctl) {
		base := f.deferred()
		_, r := f.run(func(f *frame) Value {
			c = run(f)
			return Nil
		})
		ret := f.ret // deferred code may set it
		f.leaveBlock(base, r)
		f.ret = ret
		return c
	}
}

// whileLoop compiles while c { }.
func (u *unit) whileLoop(s *ast.WhileStmt) exec {
	at := s.Span().Start // where a loop is that a limit ends before it calls anything
	if run := u.countedWhile(s); run != nil {
		return run
	}
	body := u.loopBody(s.Body)
	if t, ok := u.intTest(s.Cond); ok {
		return func(f *frame) ctl {
			f.pos = at
			for t.holds(f) {
				f.turn()
				if c := body(f); c != next && c != continues {
					return c.afterLoop()
				}
			}
			return next
		}
	}
	cond := u.cond(s.Cond)
	return func(f *frame) ctl {
		f.pos = at
		for cond(f) {
			f.turn()
			if c := body(f); c != next && c != continues {
				return c.afterLoop()
			}
		}
		return next
	}
}

// afterLoop gives how a loop ends that a turn has ended with a break or return.
func (c ctl) afterLoop() ctl {
	if c == returns {
		return returns
	}
	return next
}

// loopBody compiles the body of a loop, with what a jump out of an expression
// in it needs.
func (u *unit) loopBody(b *ast.BlockExpr) exec {
	l := &loop{outer: u.loops}
	u.loops = l
	run := u.blockInto(b, nil, next)
	u.loops = l.outer
	if !l.jumps {
		return run
	}
	return func(f *frame) (c ctl) {
		_, r := f.run(func(f *frame) Value {
			c = run(f)
			return Nil
		})
		if r == nil {
			return c
		}
		j, ok := r.(*jump)
		if !ok || j.frame != f || j.ctl == returns {
			panic(r)
		}
		return j.ctl
	}
}

// forLoop compiles for k, v in source { }.
func (u *unit) forLoop(s *ast.ForStmt) exec {
	bind, paired := u.turnBinding(s.Key, s.Value)
	if g, ok := ast.Unparen(s.Source).(*ast.GroupExpr); ok && g.Mode == ast.ModeStream {
		return u.streamLoop(s, g, bind)
	}
	if run := u.countLoop(s); run != nil {
		return run
	}
	keep := u.keeps(s.Source, s.Body) && !leavesOnChange(s.Body.Stmts, rootOf(s.Source))
	source, at := u.value(s.Source, keep), s.Source.Span().Start
	body := u.loopBody(s.Body)
	run := &turns{bind, body, at, paired, -1}
	if name, ok := s.Value.(*ast.NamePattern); ok && !paired {
		if b := name.Binding.(*resolve.Binding); b.Kind == resolve.Local && !b.Boxed {
			run.slot = b.Index
		}
	}
	return func(f *frame) ctl {
		v := source(f)
		switch v.Kind() {
		case KindList:
			return run.overList(f, elements(v))
		case KindMap:
			if !paired {
				return run.overMap(f, v.mapping())
			}
			return run.overMap(f, entriesOf(v))
		case KindString:
			return run.overText(f, v.str())
		case KindRange:
			return run.overRange(f, v.span())
		}
		it := f.iterate(v, paired, at)
		defer it.close()
		for {
			// What is cancelled leaves the next value to others: between where it is
			// taken and the body there is no cancellation point.
			f.pos = at
			f.turn()
			k, v, ok := it.next(f)
			if !ok {
				return next
			}
			if c, over := run.pass(f, k, v); over {
				return c
			}
		}
	}
}

// turns are the turns of a compiled loop.
type turns struct {
	bind   func(f *frame, k, v Value)
	body   exec
	at     lexer.Pos
	paired bool // it binds two names
	slot   int  // of its one name; -1: there is another pattern, or two
}

// turn runs one; over tells that the loop ends, with c.
func (t *turns) turn(f *frame, k, v Value) (c ctl, over bool) {
	f.pos = t.at
	f.turn()
	return t.pass(f, k, v)
}

// pass is turn without its cancellation point.
func (t *turns) pass(f *frame, k, v Value) (c ctl, over bool) {
	t.bind(f, k, v)
	switch c := t.body(f); c {
	case next, continues:
		return next, false
	case returns:
		return returns, true
	}
	return next, true
}

// These do what f.iterate does for lists, maps, ranges and texts, without an iterator
// on the heap: a loop over two elements takes half the time. Their elements
// are shared with who else has them, so they do not change meanwhile. Over a list
// with one name, as most loops are, there is no call but that of the body.

func (t *turns) overList(f *frame, l *list) ctl {
	for i := range l.len() {
		if t.slot < 0 {
			if c, over := t.turn(f, Int(int64(i)), l.copyAt(i)); over {
				return c
			}
			continue
		}
		f.pos = t.at
		f.turn()
		assign(&f.slots[t.slot], l.copyAt(i))
		if c := t.body(f); c != next && c != continues {
			return c.afterLoop()
		}
	}
	f.pos = t.at
	return next
}

func (t *turns) overMap(f *frame, m *mapping) ctl {
	for i := m.first(); i < m.span(); i++ {
		k, v, ok := m.at(i)
		if !ok {
			continue // a gap
		}
		if !t.paired {
			v = k
		}
		if c, over := t.turn(f, k, v.share()); over {
			return c
		}
	}
	f.pos = t.at
	return next
}

func (t *turns) overRange(f *frame, r *rangeObject) ctl {
	n, count := r.lo, r.count()
	for i := uint64(0); i < count; i++ {
		if t.slot < 0 {
			if c, over := t.turn(f, Int(int64(i)), Int(n)); over {
				return c
			}
		} else {
			f.pos = t.at
			f.turn()
			assign(&f.slots[t.slot], Int(n))
			if c := t.body(f); c != next && c != continues {
				return c.afterLoop()
			}
		}
		n += r.step
	}
	f.pos = t.at
	return next
}

func (t *turns) overText(f *frame, s string) ctl {
	for i := 0; s != ""; i++ {
		n := runeLen(s)
		if c, over := t.turn(f, Int(int64(i)), textPart(f.t, s[:n])); over {
			return c
		}
		s = s[n:]
	}
	f.pos = t.at
	return next
}

// countLoop compiles `for i in lo..hi`, which needs no iterator; nil for other
// loops.
func (u *unit) countLoop(s *ast.ForStmt) exec {
	rg, ok := ast.Unparen(s.Source).(*ast.RangeExpr)
	if !ok || s.Key != nil {
		return nil
	}
	slot := -1
	switch p := s.Value.(type) {
	case *ast.NamePattern:
		b := p.Binding.(*resolve.Binding)
		if b.Kind != resolve.Local || b.Boxed {
			return nil
		}
		slot = b.Index
	case *ast.WildcardPattern:
	default:
		return nil
	}
	bounds, body, at := u.bounds(rg), u.loopBody(s.Body), s.Source.Span().Start
	return func(f *frame) ctl {
		lo, hi := bounds(f)
		f.pos = at // as in a while
		r := rangeObject{lo: lo, hi: hi, step: 1, inclusive: rg.Inclusive}
		for count := r.count(); count > 0; count-- {
			f.turn()
			if slot >= 0 {
				assign(&f.slots[slot], Int(lo))
				lo++
			}
			if c := body(f); c != next && c != continues {
				return c.afterLoop()
			}
		}
		return next
	}
}

// turnBinding gives how a loop's turn binds its key and value; paired tells
// that both are wanted.
func (u *unit) turnBinding(key, value ast.Pattern) (bind func(f *frame, k, v Value), paired bool) {
	v := u.binding(value)
	if key == nil {
		if name, ok := value.(*ast.NamePattern); ok {
			if b := name.Binding.(*resolve.Binding); b.Kind == resolve.Local && !b.Boxed {
				return func(f *frame, _, val Value) { assign(&f.slots[b.Index], val) }, false
			}
		}
		return func(f *frame, _, val Value) { v(f, val) }, false
	}
	k := u.binding(key)
	return func(f *frame, kv, vv Value) {
		k(f, kv)
		v(f, vv)
	}, true
}

// importFile compiles an import: the file runs where the statement stands,
// once for the whole program.
func (u *unit) importFile(s *ast.ImportStmt) exec {
	index := u.program.fileOf(s.Binding.(*resolve.Binding).Decl.File)
	at := s.Span().Start
	return func(f *frame) ctl {
		f.pos = at
		f.t.run.load(f, index)
		return next
	}
}
