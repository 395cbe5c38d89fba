package runtime

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// lastUses finds the readings of a unit's variables that are their last, on any
// way that the program can take from there: until the variable is assigned again
// nothing reads it. Such a reading moves the value, and what gets it may change it
// in its place. So does the argument p.k of a statement `p.k = f(…, p.k, …)`,
// which reads the place as if it were empty from then on: see takesOut. (a binary
// tree in records to which keys are added by a function: 3 times as fast, since
// the way to each key is not copied)
//
// It goes over the unit's code from the end to the beginning with the variables
// that are live there: that what follows may read. Where an expression evaluates
// one thing after the other and holds nothing that it still looks at, it is
// followed in detail; of others, such as calls, it is only taken that they read
// what they mention, and a reading of theirs is a last one where it is the only.
type lastUses struct {
	numbers map[*resolve.Decl]int // of the variables that can be moved
	globals varSet                // which the host reads when the run ends
	handled varSet                // read by what handles a failure of the code around
	breaks  varSet                // read after the loop around
	again   varSet                // read in its next turn
	found   map[ast.Expr]bool
}

// varSet is a set of variables, by their numbers.
type varSet []uint64

func (s varSet) has(i int) bool { return i/64 < len(s) && s[i/64]>>(i%64)&1 != 0 }

// and gives the union of two sets. It is s itself, which must be a set that
// nobody else has.
func (s varSet) and(others ...varSet) varSet {
	for _, o := range others {
		for len(s) < len(o) {
			s = append(s, 0)
		}
		for i, w := range o {
			s[i] |= w
		}
	}
	return s
}

func (s varSet) add(i int) varSet {
	for len(s) <= i/64 {
		s = append(s, 0)
	}
	s[i/64] |= 1 << (i % 64)
	return s
}

func (s varSet) without(o varSet) varSet {
	for i := range min(len(s), len(o)) {
		s[i] &^= o[i]
	}
	return s
}

func (s varSet) clone() varSet { return slices.Clone(s) }

// moves gives the last readings of a unit's variables in its code.
func (in *inference) moves(body ast.Node, info *resolve.Unit) map[ast.Expr]bool {
	if in == nil {
		return nil
	}
	if found, ok := in.moved[body]; ok {
		return found
	}
	l := &lastUses{numbers: map[*resolve.Decl]int{}, found: map[ast.Expr]bool{}}
	// A session's next input sees what a failure leaves of a variable of the file.
	l.number(body, info.Kind == resolve.FileUnit && !in.program.session)
	if len(l.numbers) > 0 {
		switch body := body.(type) {
		case *ast.File:
			l.stmts(body.Stmts, l.globals.clone())
		case *ast.FnLit:
			l.value(body.Body, nil)
		case ast.Expr:
			l.value(body, nil)
		}
	}
	in.moved[body] = l.found
	return l.found
}

// number gives numbers to the variables of a unit, but for those that are read
// at another time than where they are mentioned: by functions that are made when
// their block is entered, and by deferred code.
func (l *lastUses) number(body ast.Node, globals bool) {
	elsewhere := map[*resolve.Decl]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FnStmt, *ast.DeferStmt:
			ast.Inspect(n, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					elsewhere[declOf(id)] = true
				}
				return true
			})
			return false
		case *ast.Ident:
			b, ok := n.Binding.(*resolve.Binding)
			if !ok || b.Decl == nil || b.Boxed {
				break
			}
			global := b.Kind == resolve.Global && b.Decl.Kind == resolve.VarDecl && globals
			if _, known := l.numbers[b.Decl]; known || b.Kind != resolve.Local && !global {
				break
			}
			l.numbers[b.Decl] = len(l.numbers)
			if global {
				l.globals = l.globals.add(l.numbers[b.Decl])
			}
		}
		return true
	})
	for d := range elsewhere {
		delete(l.numbers, d)
	}
}

// stmts goes over statements: live are the variables that are live after them,
// and what it gives those before. So it is with all that follow.
//
// A variable of the file that has been moved when the program ends is not there
// for the host. So these are moved only as an argument of a call whose value they
// are assigned, by the same statement or by the next one: `let [x, b] = f(a); a =
// b`.
func (l *lastUses) stmts(list []ast.Stmt, live varSet) varSet {
	for i, s := range slices.Backward(list) {
		if let, ok := s.(*ast.LetStmt); ok {
			l.takesOutOver(let, list[i+1:])
		}
		live = l.stmt(s, live)
		if i == 0 || !handsOn(list[i-1], s) {
			live = live.and(l.globals)
		}
	}
	return live
}

// handsOn tells that two statements are `let p = x` and `a = b`.
func handsOn(first, second ast.Stmt) bool {
	_, ok := first.(*ast.LetStmt)
	set, ok2 := second.(*ast.AssignStmt)
	return ok && ok2 && set.Op == ast.Set && isIdent(set.Target) && isIdent(set.Value)
}

func (l *lastUses) stmt(s ast.Stmt, live varSet) varSet {
	switch s := s.(type) {
	case *ast.LetStmt:
		return l.value(s.Value, l.bound(live, s.Pattern))
	case *ast.AssignStmt:
		return l.assign(s, live)
	case *ast.ExprStmt:
		return l.value(s.X, live)
	case *ast.ForStmt:
		return l.loop(s, s.Body, live, func(live varSet) varSet {
			live = l.bound(live, s.Key, s.Value)
			if _, group := ast.Unparen(s.Source).(*ast.GroupExpr); group { // which runs beside the loop
				live = live.and(l.read(s.Source))
			}
			return l.value(s.Source, live)
		})
	case *ast.WhileStmt:
		return l.loop(s, s.Body, live, func(live varSet) varSet { return l.whole(s.Cond, live) })
	}
	return live
}

// loop goes over a loop, whose head is what decides about a next turn. All that
// is mentioned in the loop and declared before it is taken to be read in the next
// turn.
func (l *lastUses) loop(s ast.Stmt, body *ast.BlockExpr, live varSet, head func(varSet) varSet) varSet {
	breaks, again := l.breaks, l.again
	l.breaks, l.again = live.clone(), live.clone().and(l.read(s)).without(l.declared(s))
	turn := l.block(body, l.again.clone())
	live = live.and(turn)
	l.breaks, l.again = l.breaks.and(breaks), l.again.and(again) // what jumps in the head of the loop leave may be another one
	live = head(live)
	l.breaks, l.again = breaks, again
	return live
}

func (l *lastUses) block(b *ast.BlockExpr, live varSet) varSet { return l.stmts(b.Stmts, live) }

func (l *lastUses) assign(s *ast.AssignStmt, live varSet) varSet {
	target := ast.Unparen(s.Target)
	var replaced varSet
	if s.Op == ast.Set {
		switch x := target.(type) {
		case *ast.Ident:
			replaced = l.only(replaced, x, x)
		case *ast.ListLit:
			for _, e := range x.Elems {
				if id, ok := e.(*ast.Ident); ok {
					replaced = l.only(replaced, id, x)
				}
			}
		default:
			l.takesOut(s)
		}
	}
	other := l.read(target).without(replaced)
	return l.value(s.Value, live.without(replaced).and(other)).and(other)
}

// only adds the variable of a name to a set where it is the only one in x that
// means it.
func (l *lastUses) only(set varSet, id *ast.Ident, x ast.Expr) varSet {
	if i, ok := l.numbers[declOf(id)]; ok && mentionsOf(x, declOf(id)) == 1 {
		return set.add(i)
	}
	return set
}

// takesOut looks for `p.k = f(…, p.k, …)`, where p is a variable of a function
// that is mentioned nowhere else in the call: nothing reads the place until it is
// assigned, and where f fails nothing does any more. What is reached through
// another variable too is shared, and stays so.
func (l *lastUses) takesOut(s *ast.AssignStmt) {
	call, ok := ast.Unparen(s.Value).(*ast.CallExpr)
	number, known := l.numbers[rootOf(s.Target)]
	if !ok || !known || l.globals.has(number) || l.handled.has(number) || mentionsOf(call, rootOf(s.Target)) != 1 {
		return
	}
	for _, a := range call.Args {
		if !a.Spread && readsPlace(a.Value, s.Target, call) {
			l.found[a.Value] = true
		}
	}
}

// takesOutOver looks for the like in statements:
//
//	var g = m.get(k, [])
//	g.push(x)
//	m[k] = g
//
// Between the first and the last m is not mentioned, and nothing leaves. Where m
// is of the file there is one statement between, which changes g as the last thing
// that it does, and g is what is assigned: where something fails the host finds m
// as it was. (10,000 elements in each of three lists: 70 times as fast)
func (l *lastUses) takesOutOver(let *ast.LetStmt, rest []ast.Stmt) {
	name, ok := let.Pattern.(*ast.NamePattern)
	root := rootOf(let.Value)
	if call, get := ast.Unparen(let.Value).(*ast.CallExpr); get {
		root = rootOf(call.Fn)
	}
	number, known := l.numbers[root]
	if !ok || !known || l.handled.has(number) || mentionsOf(let.Value, root) != 1 {
		return
	}
	for i, s := range rest {
		set, ok := s.(*ast.AssignStmt)
		if ok && set.Op == ast.Set && rootOf(set.Target) == root {
			between := &ast.BlockExpr{Stmts: rest[:i]}
			if (isIdent(set.Value) || !l.globals.has(number)) && !mentions(set.Value, root) && !escapes(set.Value).any() && readsPlace(let.Value, set.Target, between) {
				l.found[let.Value] = true
			}
			return
		}
		if mentions(s, root) || escapes(s).any() || l.globals.has(number) && (i > 0 || !changesLast(s, name)) {
			return
		}
	}
}

// changesLast tells that a statement changes the variable of a name, and fails, if
// it does, before.
func changesLast(s ast.Stmt, name *ast.NamePattern) bool {
	b := name.Binding.(*resolve.Binding)
	switch s := s.(type) {
	case *ast.AssignStmt:
		return rootOf(s.Target) == b.Decl
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			return false
		}
		method, ok := ast.Unparen(call.Fn).(*ast.MemberExpr)
		return ok && changing(method.Name) && rootOf(method.X) == b.Decl && !slices.ContainsFunc(call.Args, func(a ast.Arg) bool { return mentions(a.Value, b.Decl) })
	}
	return false
}

// readsPlace tells that x reads the place that is assigned to when n has run: by
// its path or, of a map, by get.
func readsPlace(x, place ast.Expr, n ast.Node) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return samePlace(x, place, n)
	}
	get, method := ast.Unparen(call.Fn).(*ast.MemberExpr)
	entry, index := ast.Unparen(place).(*ast.IndexExpr)
	return method && index && get.Name == "get" && !get.Optional && !entry.Optional &&
		(len(call.Args) == 1 || len(call.Args) == 2) && plainArguments(call.Args) &&
		samePlace(get.X, entry.X, n) && samePlace(call.Args[0].Value, entry.Index, n)
}

// samePlace tells that two paths are the same members and indices of one
// variable, and stay so when n has run.
func samePlace(x, y ast.Expr, n ast.Node) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		y, ok := ast.Unparen(y).(*ast.Ident)
		return ok && declOf(x) != nil && declOf(x) == declOf(y) && !changes(n, declOf(x))
	case *ast.IntLit:
		y, ok := ast.Unparen(y).(*ast.IntLit)
		return ok && x.Value == y.Value
	case *ast.StringLit:
		y, ok := ast.Unparen(y).(*ast.StringLit)
		return ok && x.Value == y.Value
	case *ast.MemberExpr:
		y, ok := ast.Unparen(y).(*ast.MemberExpr)
		return ok && !x.Optional && x.Name == y.Name && samePlace(x.X, y.X, n)
	case *ast.IndexExpr:
		y, ok := ast.Unparen(y).(*ast.IndexExpr)
		return ok && !x.Optional && samePlace(x.X, y.X, n) && samePlace(x.Index, y.Index, n)
	}
	return false
}

// value goes over an expression whose value nothing is held for meanwhile but
// what is kept.
func (l *lastUses) value(x ast.Expr, live varSet) varSet {
	switch x := x.(type) {
	case nil:
		return live
	case *ast.ParenExpr:
		return l.value(x.X, live)
	case *ast.CallExpr, *ast.Ident:
		return l.whole(x, live)
	}
	live = live.and(l.globals)
	switch x := x.(type) {
	case *ast.BlockExpr:
		return l.block(x, live)
	case *ast.IfExpr:
		then := l.block(x.Then, live.clone())
		return l.whole(x.Cond, l.value(x.Else, live).and(then))
	case *ast.BranchExpr:
		return l.branch(x, live)
	case *ast.CatchExpr:
		handler := l.value(x.Handler, live.clone())
		if x.Name != nil {
			handler = l.bound(handler, x.Name)
		}
		handled := l.handled
		l.handled = handled.clone().and(handler)
		live = l.value(x.X, live).and(handler)
		l.handled = handled
		return live
	case *ast.ReturnExpr:
		return l.value(x.Value, l.globals.clone())
	case *ast.BreakExpr:
		return l.breaks.clone()
	case *ast.ContinueExpr:
		return l.again.clone()
	case *ast.ListLit:
		for _, e := range slices.Backward(x.Elems) {
			if s, ok := e.(*ast.SpreadExpr); ok {
				e = s.X
			}
			live = l.value(e, live)
		}
		return live
	case *ast.MapLit:
		if isChanged(x) {
			l.changes(x, live)
		}
		for _, e := range slices.Backward(x.Entries) {
			live = l.value(e.Value, live)
			if e.Key != nil {
				live = l.whole(e.Key, live)
			}
		}
		return live
	}
	return l.whole(x, live)
}

// changes looks for {...a, k: x} with a variable that is not read any more but for
// its parts, in the values of the names: it is changed when they are there.
func (l *lastUses) changes(x *ast.MapLit, live varSet) {
	id, ok := x.Entries[0].Value.(*ast.Ident)
	if !ok {
		return
	}
	d := declOf(id)
	number, known := l.numbers[d]
	if !known || l.globals.has(number) || live.has(number) || l.handled.has(number) || escapes(x).any() {
		return
	}
	for _, e := range x.Entries[1:] {
		if !onlyReadOutOf(e.Value, d) || changes(e.Value, d) {
			return
		}
	}
	l.found[id] = true
}

// branch goes over a branch. Its subject is held until an arm has been chosen.
func (l *lastUses) branch(x *ast.BranchExpr, live varSet) varSet {
	for _, a := range slices.Backward(x.Arms) {
		body := l.stmt(a.Body, live.clone())
		for _, p := range a.Patterns {
			body = l.bound(body, p)
		}
		live = live.and(body)
		for _, test := range []ast.Expr{a.Guard, a.Cond} {
			if test != nil {
				live = live.and(l.read(test))
			}
		}
	}
	if x.Subject == nil {
		return live
	}
	return l.whole(x.Subject, live)
}

// whole goes over an expression of which it is not known what it holds while it
// evaluates something in it.
func (l *lastUses) whole(x ast.Expr, live varSet) varSet {
	leaves := escapes(x)
	if leaves.loops {
		live = live.and(l.breaks, l.again)
	}
	if leaves.returns {
		live = live.and(l.globals)
	}
	var first, more varSet
	var names []*ast.Ident
	var path []ast.Node
	inner := 0 // loops, functions and groups around
	ast.Inspect(x, func(n ast.Node) bool {
		step, of := 1, n
		if n == nil {
			step, of = -1, path[len(path)-1]
			path = path[:len(path)-1]
		} else {
			path = append(path, n)
		}
		switch of := of.(type) {
		case *ast.ForStmt, *ast.WhileStmt, *ast.FnLit, *ast.GroupExpr:
			inner += step
		case *ast.Ident:
			i, ok := l.numbers[declOf(of)]
			switch {
			case !ok || step < 0:
			case first.has(i):
				more = more.add(i)
			default:
				first = first.add(i)
				if inner == 0 {
					names = append(names, of)
				}
			}
		}
		return true
	})
	for _, id := range names {
		i := l.numbers[declOf(id)]
		if !more.has(i) && !live.has(i) && !l.handled.has(i) && (!l.globals.has(i) || isArgument(id, x)) {
			l.found[id] = true
		}
	}
	return live.and(first)
}

func isArgument(id *ast.Ident, x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	return ok && slices.ContainsFunc(call.Args, func(a ast.Arg) bool { return a.Value == id })
}

// bound gives what is live before patterns are bound: not their names, but what
// their defaults read.
func (l *lastUses) bound(live varSet, patterns ...ast.Pattern) varSet {
	for _, p := range patterns {
		if p != nil {
			live = live.without(l.declared(p)).and(l.read(p))
		}
	}
	return live
}

// read gives the variables that are mentioned in n.
func (l *lastUses) read(n ast.Node) (set varSet) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if i, ok := l.numbers[declOf(id)]; ok {
				set = set.add(i)
			}
		}
		return true
	})
	return set
}

// declared gives the variables whose declarations are in n.
func (l *lastUses) declared(n ast.Node) (set varSet) {
	ast.Inspect(n, func(n ast.Node) bool {
		if p, ok := n.(*ast.NamePattern); ok {
			if b, ok := p.Binding.(*resolve.Binding); ok {
				if i, ok := l.numbers[b.Decl]; ok {
					set = set.add(i)
				}
			}
		}
		return true
	})
	return set
}
