package runtime

import "github.com/tgscript/tgscript/ast"

// Code for the elements of lists whose static type says what they are: all
// ints, all floats or all bools. Their number words go to and from typed code
// without a look at a tag; only whether the list is packed is still to be seen.
// A bool's is taken for an int here. What fails, or counts from the end, is left
// to the plain way. (sieve, quicksort: 1.5 times as fast)

// word gives the number word of element i; ok is false where there is none.
func (l *list) word(i int64) (w uint64, ok bool) {
	if uint64(i) >= uint64(len(l.items)) {
		return 0, false
	}
	if l.packed != KindNil {
		return l.words()[i], true
	}
	return l.items[i].num, true
}

// setWord replaces the number word of element i, whose kind stays; it gives
// false where there is no such element.
func (l *list) setWord(i int64, w uint64) bool {
	if uint64(i) >= uint64(len(l.items)) {
		return false
	}
	if l.packed != KindNil {
		l.words()[i] = w
	} else {
		l.items[i].num = w
	}
	return true
}

// fromWord gives the bare number of a number word.
func fromWord[T bare](w uint64) T {
	v := Value{num: w}
	return numberAt[T](&v)
}

// intPlus is an int: a variable of the frame plus a constant, or what e gives.
type intPlus struct {
	slot int // -1: only e
	k    int64
	e    func(*frame) int64
}

func (u *unit) intPlus(x ast.Expr) intPlus {
	i := intPlus{slot: -1, e: compiled[int64](u, x)}
	if slot, k, ok := u.slotPlus(x); ok {
		i.slot, i.k = slot, k
	}
	return i
}

// sum gives the int where there is a variable; ok is false where it is too
// large, which is left to e, for it fails.
func (i *intPlus) sum(f *frame) (n int64, ok bool) {
	a := f.slots[i.slot].int()
	n = a + i.k
	return n, (n > a) == (i.k > 0)
}

func (i *intPlus) at(f *frame) int64 {
	if i.slot >= 0 {
		if n, ok := i.sum(f); ok {
			return n
		}
	}
	return i.e(f)
}

// scalarElement tells that x is an element of a list of numbers or bools, by an
// int, and gives its type.
func (u *unit) scalarElement(x ast.Expr) (e *ast.IndexExpr, t static, ok bool) {
	e, ok = ast.Unparen(x).(*ast.IndexExpr)
	if !ok || !u.typing.of(e).scalar() || !u.typing.of(e.X).isList() || u.typing.of(e.Index) != anInt {
		return nil, anything, false
	}
	return e, u.typing.of(e), true
}

// listSlot gives the slot of a variable that holds a list, where an index that
// is evaluated before it is looked at does not change it.
func (u *unit) listSlot(x *ast.IndexExpr) (slot int, ok bool) {
	l, ok := u.leafOf(x.X)
	return l.slot, ok && l.isSlot() && u.typing.of(x.X).isList() && !u.keeps(x.X, x.Index)
}

// leafElement is an element of a list in a variable of the frame, at an index
// that is another variable plus a constant: it has nothing to run.
type leafElement[T bare] struct {
	list, index int // slots
	k           int64
	slow        func(*frame) T // gives any, and fails
}

// leafElementOf gives x as a leafElement; nil for others.
func leafElementOf[T bare](u *unit, x ast.Expr) *leafElement[T] {
	e, t, ok := u.scalarElement(x)
	if !ok || t == aFloat && whole[T]() {
		return nil
	}
	i := u.intPlus(e.Index)
	b, ok := u.listSlot(e)
	if !ok || i.slot < 0 {
		return nil
	}
	at := e.Index.Span().Start
	return &leafElement[T]{list: b, index: i.slot, k: i.k, slow: func(f *frame) T {
		v := f.indexOf(f.slots[b], Int(i.e(f)), at, false)
		return numberAt[T](&v)
	}}
}

// find gives the element; ok is false where it is not found at a glance.
func (e *leafElement[T]) find(f *frame) (w uint64, ok bool) {
	return f.slots[e.list].list().word(f.slots[e.index].int() + e.k)
}

// elementOf compiles x[i] for what scalarElement tells.
func elementOf[T bare](u *unit, x *ast.IndexExpr) func(*frame) T {
	if e := leafElementOf[T](u, x); e != nil {
		return func(f *frame) T {
			if w, ok := e.find(f); ok {
				return fromWord[T](w)
			}
			return e.slow(f)
		}
	}
	i, at := u.intPlus(x.Index), x.Index.Span().Start
	slow := func(f *frame, l *list, n int64) T {
		v := f.indexOf(l.value(), Int(n), at, false)
		return numberAt[T](&v)
	}
	if b, ok := u.listSlot(x); ok {
		return func(f *frame) T {
			n := i.e(f)
			l := f.slots[b].list()
			if w, ok := l.word(n); ok {
				return fromWord[T](w)
			}
			return slow(f, l, n)
		}
	}
	if row, ok := ast.Unparen(x.X).(*ast.IndexExpr); ok && u.typing.of(row.Index) == anInt && !u.keeps(row, x.Index) {
		if b, ok := u.listSlot(row); ok {
			outer, rowAt := u.intPlus(row.Index), row.Index.Span().Start
			if outer.slot >= 0 && i.slot >= 0 { // grid[y][x] (a product of matrices: 1.4 times as fast)
				plain := u.general(x, false)
				return func(f *frame) T {
					rows, n := f.slots[b].list().items, f.slots[outer.slot].int()+outer.k
					if uint64(n) < uint64(len(rows)) {
						if w, ok := rows[n].list().word(f.slots[i.slot].int() + i.k); ok {
							return fromWord[T](w)
						}
					}
					v := plain(f)
					return numberAt[T](&v)
				}
			}
			return func(f *frame) T {
				n := outer.at(f)
				var l *list
				if rows := f.slots[b].list(); uint64(n) < uint64(len(rows.items)) {
					l = rows.items[n].list()
				} else {
					l = f.indexOf(f.slots[b], Int(n), rowAt, false).list()
				}
				n = i.at(f)
				if w, ok := l.word(n); ok {
					return fromWord[T](w)
				}
				return slow(f, l, n)
			}
		}
	}
	base := u.looked(x.X, x.Index)
	return func(f *frame) T {
		l := base(f).list()
		n := i.at(f)
		if w, ok := l.word(n); ok {
			return fromWord[T](w)
		}
		return slow(f, l, n)
	}
}

// comparesElement compiles l op r where l is a leafElement and r a variable, a
// constant or another leafElement; nil for others. Sorting, searching and tables
// are full of these. (an insertion sort: 1.2 times as fast)
func comparesElement[T bare](u *unit, c *ast.BinaryExpr) func(*frame) bool {
	l, r, want := leafElementOf[T](u, c.X), operandOf[T](u, c.Y), orders[c.Op]
	if l == nil {
		return nil
	}
	if r.leaf {
		j, k := r.slot, r.k
		return func(f *frame) bool {
			w, ok := l.find(f)
			a := fromWord[T](w)
			if !ok {
				a = l.slow(f)
			}
			return takes(want, a, numberIn(f, j, k))
		}
	}
	if r := leafElementOf[T](u, c.Y); r != nil {
		return func(f *frame) bool {
			w, ok := l.find(f)
			a := fromWord[T](w)
			if !ok {
				a = l.slow(f)
			}
			w, ok = r.find(f)
			b := fromWord[T](w)
			if !ok {
				b = r.slow(f)
			}
			return takes(want, a, b)
		}
	}
	return nil
}

// target is the place of an element as scalarElement tells, in a list that is a
// variable of the frame or stands in a list there.
type target struct {
	place *place
	tag   *header // of the element's type
	slot  int
	deep  bool // row leads to the list
	row   intPlus
	index intPlus
}

// targetOf gives a place as a target, with the type of the element; nil for
// others.
func (u *unit) targetOf(x ast.Expr, p *place) (*target, static) {
	e, elem, ok := u.scalarElement(x)
	if !ok || len(p.steps) > 2 {
		return nil, anything
	}
	t := &target{place: p, slot: p.slot, tag: elem.tag(), index: u.intPlus(e.Index)}
	if elem == aBool {
		t.tag = tagBool
	}
	if len(p.steps) == 2 {
		row := ast.Unparen(e.X).(*ast.IndexExpr)
		if u.typing.of(row.Index) != anInt {
			return nil, anything
		}
		t.deep, t.row = true, u.intPlus(row.Index)
	}
	return t, elem
}

// keys evaluates the indices.
func (t *target) keys(f *frame) (row, index int64) {
	if t.deep {
		row = t.row.at(f)
	}
	return row, t.index.at(f)
}

// owned gives the handle of the list, made one that may be changed; nil where
// the way to it is not found at a glance.
func (t *target) owned(f *frame, row int64) *Value {
	p := &f.slots[t.slot]
	f.own(p)
	if t.deep {
		rows := p.list().items
		if uint64(row) >= uint64(len(rows)) {
			return nil
		}
		p = &rows[row]
		f.own(p)
	}
	return p
}

// put replaces the number word of the element.
func (t *target) put(f *frame, row, index int64, w uint64) {
	if p := t.owned(f, row); p != nil && p.list().setWord(index, w) {
		return
	}
	keys := [2]Value{Int(row), Int(index)}
	t.place.put(f, keys[2-len(t.place.steps):], Value{t.tag, w})
}

// setElement compiles target = value; nil where the target is no such element.
func (u *unit) setElement(p place, s *ast.AssignStmt) exec {
	t, elem := u.targetOf(s.Target, &p)
	switch {
	case t == nil || u.typing.of(s.Value) != elem:
		return nil
	case elem == aFloat:
		return setsElement(t, operandOf[float64](u, s.Value))
	case elem == anInt:
		return setsElement(t, operandOf[int64](u, s.Value))
	}
	cond := u.cond(s.Value)
	value := operand[int64]{slot: noSlot, e: func(f *frame) int64 { return int64(Bool(cond(f)).num) }}
	if lit, ok := ast.Unparen(s.Value).(*ast.BoolLit); ok {
		value.leaf, value.k = true, int64(Bool(lit.Value).num)
	}
	return setsElement(t, value)
}

func setsElement[T bare](t *target, value operand[T]) exec {
	b, i, j, k, e := t.slot, t.index, value.slot, value.k, value.e
	switch {
	case t.deep:
		leaves := t.row.slot >= 0 && i.slot >= 0
		return func(f *frame) ctl {
			var row, n int64
			first, second := false, false
			if leaves {
				row, first = t.row.sum(f)
				n, second = i.sum(f)
			}
			if !first || !second {
				row, n = t.keys(f)
			}
			w := numberOf(e(f)).num
			if p := &f.slots[b]; p.num != shared {
				if rows := p.list().items; uint64(row) < uint64(len(rows)) {
					if p = &rows[row]; p.num != shared && p.list().setWord(n, w) {
						return next
					}
				}
			}
			t.put(f, row, n, w)
			return next
		}
	case i.slot >= 0 && value.leaf:
		return func(f *frame) ctl {
			n, ok := i.sum(f)
			if !ok {
				n = i.e(f)
			}
			w := numberOf(numberIn(f, j, k)).num
			if p := &f.slots[b]; p.num == shared || !p.list().setWord(n, w) {
				t.put(f, 0, n, w)
			}
			return next
		}
	case i.slot >= 0:
		return func(f *frame) ctl {
			n, ok := i.sum(f)
			if !ok {
				n = i.e(f)
			}
			w := numberOf(e(f)).num
			if p := &f.slots[b]; p.num == shared || !p.list().setWord(n, w) {
				t.put(f, 0, n, w)
			}
			return next
		}
	}
	return func(f *frame) ctl {
		n := i.e(f)
		w := numberOf(e(f)).num
		if p := &f.slots[b]; p.num == shared || !p.list().setWord(n, w) {
			t.put(f, 0, n, w)
		}
		return next
	}
}

// updateElement compiles target op= value where the value does not change what
// the target is in; nil where the target is no such element.
func (u *unit) updateElement(p place, s *ast.AssignStmt) exec {
	t, elem := u.targetOf(s.Target, &p)
	switch {
	case t == nil || u.typing.of(s.Value) != elem:
		return nil
	case elem == anInt:
		return updatesElement(t, s, u.expr(s.Value), operandOf[int64](u, s.Value))
	case elem == aFloat:
		return updatesElement(t, s, u.expr(s.Value), operandOf[float64](u, s.Value))
	}
	return nil
}

// It is not to be inlined: see call1.
//
//go:noinline
func updatesElement[T bare](t *target, s *ast.AssignStmt, general eval, value operand[T]) exec {
	o, e := &operation{s.Op.Binary(), s.OpSpan.Start}, value.e
	last := &t.place.steps[len(t.place.steps)-1]
	return func(f *frame) ctl {
		row, n := t.keys(f)
		p := t.owned(f, row)
		if p == nil {
			p = f.inside(&f.slots[t.slot], Int(row), &t.place.steps[0])
			f.own(p)
		}
		old, ok := p.list().word(n)
		if !ok {
			f.updateIn(p, Int(n), last, o.op, general, o.at)
			return next
		}
		w := numberOf(combined(f, o, fromWord[T](old), e(f))).num
		f.own(p) // which the value may have shared
		p.list().setWord(n, w)
		return next
	}
}

// combined computes a op b.
func combined[T bare](f *frame, o *operation, a, b T) T {
	r, ok := a, false
	switch o.op {
	case ast.Add:
		r, ok = plus(a, b)
	case ast.Sub:
		r, ok = minus(a, b)
	case ast.Mul:
		r, ok = times(a, b)
	case ast.Div:
		r, ok = a/b, b != 0
	}
	if ok {
		return r
	}
	return wide(f, o, a, b)
}

// exchangeElements compiles [xs[i], ys[j]] = [ys[j], xs[i]] and the like, of
// elements of one type; nil for others.
func (u *unit) exchangeElements(p, q *place, targets, values []ast.Expr) exec {
	a, first := u.targetOf(targets[0], p)
	b, second := u.targetOf(targets[1], q)
	x, third, isX := u.scalarElement(values[0])
	y, fourth, isY := u.scalarElement(values[1])
	if a == nil || b == nil || !isX || !isY || first != third || second != fourth {
		return nil
	}
	one, two := elementOf[int64](u, x), elementOf[int64](u, y)
	exchange := func(f *frame) ctl {
		row, i := a.keys(f)
		row2, j := b.keys(f)
		v := uint64(one(f))
		w := uint64(two(f))
		a.put(f, row, i, v)
		b.put(f, row2, j, w)
		return next
	}
	from, to := leafElementOf[int64](u, x), leafElementOf[int64](u, y)
	if from == nil || to == nil || a.deep || b.deep || a.index.slot < 0 || b.index.slot < 0 {
		return exchange
	}
	return func(f *frame) ctl { // of variables alone (fannkuch: 1.2 times as fast)
		p, q := &f.slots[a.slot], &f.slots[b.slot]
		i, first := a.index.sum(f)
		j, second := b.index.sum(f)
		if first && second && p.num != shared && q.num != shared && uint64(j) < uint64(q.list().len()) {
			v, third := from.find(f)
			w, fourth := to.find(f)
			if third && fourth && p.list().setWord(i, v) {
				q.list().setWord(j, w)
				return next
			}
		}
		return exchange(f)
	}
}

// pushes compiles xs.push(x) for a variable that holds a list of ints or floats
// and a number of that type; nil for any other call.
func (u *unit) pushes(x *ast.CallExpr) func(*frame) {
	fn, ok := x.Fn.(*ast.MemberExpr)
	if !ok || fn.Optional || fn.Name != "push" || len(x.Args) != 1 || !plainArguments(x.Args) {
		return nil
	}
	p, ok := u.place(fn.X)
	if !ok || len(p.steps) > 0 {
		return nil
	}
	value := x.Args[0].Value
	switch elem := u.typing.of(fn.X).element(); {
	case !u.typing.of(fn.X).isList() || u.typing.of(value) != elem:
		return nil
	case elem == anInt:
		return pushesNumber(u.method(fn, x.Args), p, operandOf[int64](u, value))
	case elem == aFloat:
		return pushesNumber(u.method(fn, x.Args), p, operandOf[float64](u, value))
	}
	return nil
}

// It is not to be inlined: see call1.
//
//go:noinline
func pushesNumber[T bare](m *method, p place, value operand[T]) func(*frame) {
	e, slot, kind := value.e, p.slot, numberOf(value.k).Kind()
	return func(f *frame) {
		v := e(f)
		f.pos = m.at
		at := &f.slots[slot]
		f.own(at)
		f.attendQuick(*at)
		l := at.list()
		if l.packed == kind && len(l.items) < cap(l.items) {
			l.setWords(append(l.words(), numberOf(v).num))
			return
		}
		f.admit(growth(*at))
		f.push(l, numberOf(v))
	}
}

// lengthOf compiles xs.len() for a list. It is not to be inlined: see call1.
//
//go:noinline
func (u *unit) lengthOf(fn *ast.MemberExpr) func(*frame) int64 {
	list, at := u.borrow(fn.X), fn.NameSpan.Start
	return func(f *frame) int64 {
		l := list(f)
		f.pos = at
		f.attendQuick(l)
		return int64(l.list().len())
	}
}
