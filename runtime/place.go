package runtime

import (
	"math"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// place is a compiled target of an assignment or of a changing method: a
// variable, and the members and indices that lead from it to what changes.
type place struct {
	slot  int // of the variable in the frame
	steps []step
}

// root gives where the variable is.
func (p *place) root(f *frame) *Value { return &f.slots[p.slot] }

// step is one member or index on the way to a place.
type step struct {
	leaf    leaf // what the key is; valid where compute is nil
	compute eval
	at      lexer.Pos
	hint    *hint // of a member; nil for an index
}

// key gives the member's name or the index.
func (s *step) key(f *frame) Value {
	if s.compute != nil {
		return s.compute(f)
	}
	return s.leaf.read(f)
}

// find gives where a map has the entry of the step's key, -1 if it has none.
func (s *step) find(f *frame, m *mapping, key Value) int {
	if s.hint != nil {
		return m.findHinted(key, s.hint)
	}
	return f.find(m, key)
}

// maxSteps is how many steps of a path fit on the Go stack.
const maxSteps = 6

// place compiles a path rooted in a var; ok is false for anything else.
func (u *unit) place(x ast.Expr) (p place, ok bool) {
	switch x := u.in.named(x).(type) {
	case *ast.ParenExpr:
		return u.place(x.X)
	case *ast.Ident:
		b := x.Binding.(*resolve.Binding)
		if b.Decl == nil || b.Decl.Kind != resolve.VarDecl {
			return p, false
		}
		p.slot, ok = u.slotOf(b)
		return p, ok
	case *ast.MemberExpr:
		if p, ok = u.place(x.X); ok && !x.Optional {
			p.steps = append(p.steps, step{leaf: leaf{k: u.text(x.Name)}, at: x.NameSpan.Start, hint: new(hint)})
			return p, true
		}
	case *ast.IndexExpr:
		if _, slice := x.Index.(*ast.RangeExpr); slice || x.Optional {
			return p, false
		}
		if p, ok = u.place(x.X); ok {
			s := step{at: x.Index.Span().Start}
			if s.leaf, ok = u.leafOf(x.Index); !ok {
				s.compute = u.expr(x.Index)
			}
			p.steps = append(p.steps, s)
			return p, true
		}
	}
	return p, false
}

// keys evaluates the path's members and indices.
func (p *place) keys(f *frame, buf []Value) []Value {
	for i := range p.steps {
		buf = append(buf, p.steps[i].key(f))
	}
	return buf
}

// container gives the container that holds the place, made one that may be
// changed, for a path of at least one step.
func (p *place) container(f *frame, keys []Value) *Value {
	at := p.root(f)
	f.own(at)
	for i := range keys[:len(keys)-1] {
		at = f.inside(at, keys[i], &p.steps[i])
		f.own(at)
	}
	return at
}

// inside gives where the value of an existing key or index stands in an owned
// container, to go on to what is in it. To replace the value itself there are
// store and changeIn: it may be a number that has no place of its own.
func (f *frame) inside(in *Value, key Value, s *step) *Value {
	switch in.Kind() {
	case KindList:
		if i, ok := in.list().offset(key); ok {
			return in.list().place(i)
		}
	case KindMap:
		m := in.mapping()
		if i := s.find(f, m, key); i >= 0 {
			return m.insideAt(i)
		}
	default:
		f.pos = s.at
		f.throw(noPlaces(*in))
	}
	f.pos = s.at
	_, err := index(*in, key)
	f.throw(err)
	return nil
}

// noPlaces is the error for a change inside what is no list or map.
func noPlaces(v Value) *Error {
	return Fail("type", "cannot change a part of %s", withArticle(typeName(v)))
}

// store puts v where the value of a key or index stands in an owned container;
// a map gets an entry for a key that is not there.
func (f *frame) store(in *Value, key, v Value, s *step) {
	switch in.Kind() {
	case KindList:
		l := in.list()
		if i, ok := l.offset(key); ok {
			if l.packed != KindNil && v.ref == l.tag() { // l.set, which is too long to be inlined
				l.words()[i] = v.num
			} else {
				f.setItem(l, i, v)
			}
			return
		}
	case KindMap:
		m := in.mapping()
		if i := s.find(f, m, key); i >= 0 {
			m.setAt(i, v)
			return
		}
		if err := checkKey(key); err != nil {
			f.pos = s.at
			f.throw(err)
		}
		f.add(m, normalKey(key), v)
		f.t.recent = int32(m.span() - 1)
		return
	}
	f.inside(in, key, s) // throws
}

// find gives where the place's value is, for reading; nil where the last key
// is absent from a map.
func (p *place) find(f *frame, keys []Value) (v Value, ok bool) {
	v = *p.root(f)
	for i, key := range keys {
		if v.Kind() == KindMap {
			if at := p.steps[i].find(f, v.mapping(), key); at >= 0 {
				v = lend(v, v.mapping().valueAt(at))
				continue
			}
			if i == len(keys)-1 {
				return Nil, false
			}
		}
		inner, err := look(v, key)
		if err != nil {
			f.pos = p.steps[i].at
			f.throw(err)
		}
		v = inner
	}
	return v, true
}

// lend gives an element that is only looked at: unique only if everything on
// the way to it is.
func lend(owner, element Value) Value {
	if owner.num == shared && element.isContainer() {
		element.num = shared
	}
	return element
}

// look gives what stands at a step on the way to a place. Fields of host
// objects and errors can lead to what has methods of its own.
func look(x, key Value) (Value, *Error) {
	switch x.Kind() {
	case KindList, KindMap:
		return peek(x, key)
	case KindHost, KindError:
		if key.Kind() == KindString {
			return member(x, key.str())
		}
	}
	return Nil, noPlaces(x)
}

// peek is index without sharing what it gives.
func peek(x, key Value) (Value, *Error) {
	switch x.Kind() {
	case KindList:
		if i, ok := x.list().offset(key); ok {
			return lend(x, x.list().at(i)), nil
		}
	case KindMap:
		if v, ok := x.mapping().get(key); ok {
			return lend(x, v), nil
		}
	}
	return index(x, key)
}

// assign compiles an assignment.
func (u *unit) assign(s *ast.AssignStmt) exec {
	if pattern, ok := ast.Unparen(s.Target).(*ast.ListLit); ok {
		return u.assignList(pattern, s.Value)
	}
	if run := u.typedAssign(s); run != nil {
		return run
	}
	if run := u.leafUpdate(s); run != nil {
		return run
	}
	p, ok := u.place(s.Target)
	if !ok {
		panic("compile: assignment to what is no place")
	}
	switch s.Op {
	case ast.Set:
		return u.set(p, s)
	case ast.CoalesceSet:
		return u.coalesceSet(p, s.Value)
	}
	return u.update(p, s)
}

// set compiles target = value.
func (u *unit) set(p place, s *ast.AssignStmt) exec {
	if len(p.steps) == 0 {
		if run := u.leafSet(p.slot, s.Value); run != nil {
			return run
		}
		return u.into(s.Value, func(f *frame, v Value) { assign(p.root(f), v) }, next)
	}
	if run := u.setElement(p, s); run != nil {
		return run
	}
	v := u.expr(s.Value)
	last := &p.steps[len(p.steps)-1]
	glances := u.glances(&p, s)
	if fd := u.fieldOf(s.Target, last.hint); fd != nil && (glances || len(p.steps) == 1) {
		return fd.set(p, v)
	}
	if len(p.steps) == 1 {
		s := last
		if s.compute == nil {
			return func(f *frame) ctl {
				key := s.leaf.read(f)
				val := v(f)
				at := p.root(f)
				f.own(at)
				f.store(at, key, val, s)
				return next
			}
		}
		return func(f *frame) ctl {
			key := s.compute(f)
			val := v(f)
			at := p.root(f)
			f.own(at)
			f.store(at, key, val, s)
			return next
		}
	}
	if glances {
		return func(f *frame) ctl {
			v := v(f)
			if at := p.glance(f); at != nil {
				assign(at, v)
				return next
			}
			var buf [maxSteps]Value
			p.put(f, p.keys(f, buf[:0]), v)
			return next
		}
	}
	return func(f *frame) ctl {
		var buf [maxSteps]Value
		keys := p.keys(f, buf[:0])
		p.put(f, keys, v(f))
		return next
	}
}

// put stores a value at the place.
func (p *place) put(f *frame, keys []Value, v Value) {
	if len(keys) == 0 {
		*p.root(f) = v
		return
	}
	last := len(keys) - 1
	f.store(p.container(f, keys), keys[last], v, &p.steps[last])
}

// takeApart gives the values for the places of a list pattern, appended to out.
type takeApart func(f *frame, v Value, out []Value) []Value

// assignList compiles [a, xs[i]] = value: the indices of the places are
// evaluated, then the value, and only what fits the whole pattern is assigned.
func (u *unit) assignList(l *ast.ListLit, value ast.Expr) exec {
	var places []*place
	take := u.places(l, &places)
	elems := elementwise(l, value)
	if elems != nil && len(places) == 2 && len(places[0].steps) <= 1 && len(places[1].steps) <= 1 {
		if run := u.exchangeElements(places[0], places[1], l.Elems, elems); run != nil {
			return run
		}
		return u.exchange(places[0], places[1], elems[0], elems[1])
	}
	values := u.valuesOf(elems)
	if elems == nil {
		v := u.expr(value)
		values = func(f *frame, out []Value) []Value { return take(f, v(f), out) }
	}
	return func(f *frame) ctl {
		var room, keyRoom [maxSteps]Value
		keys := keyRoom[:0]
		for _, p := range places {
			keys = p.keys(f, keys)
		}
		for i, v := range values(f, room[:0]) {
			p := places[i]
			p.put(f, keys[:len(p.steps)], v)
			keys = keys[len(p.steps):]
		}
		return next
	}
}

// exchange compiles [a, b] = [x, y] for places of at most one step, as they
// change places in a sort: twice as fast as the general way.
func (u *unit) exchange(p, q *place, first, second ast.Expr) exec {
	x, y := u.expr(first), u.expr(second)
	return func(f *frame) ctl {
		i, j := p.onlyKey(f), q.onlyKey(f)
		a := x(f)
		b := y(f)
		p.putAt(f, i, a)
		q.putAt(f, j, b)
		return next
	}
}

// onlyKey and putAt are keys and put for a path of at most one step.

func (p *place) onlyKey(f *frame) Value {
	if len(p.steps) == 0 {
		return Nil
	}
	return p.steps[0].key(f)
}

func (p *place) putAt(f *frame, key, v Value) {
	at := p.root(f)
	if len(p.steps) == 0 {
		assign(at, v)
		return
	}
	f.own(at)
	f.store(at, key, v, &p.steps[0])
}

// elementwise gives the elements of the value of a list pattern of places that
// is itself written as a list of as many, which need not be made; nil for any
// other.
func elementwise(l *ast.ListLit, value ast.Expr) []ast.Expr {
	from, ok := value.(*ast.ListLit)
	if !ok || len(from.Elems) != len(l.Elems) {
		return nil
	}
	for i, e := range from.Elems {
		if _, spread := e.(*ast.SpreadExpr); spread || !isPlace(l.Elems[i]) {
			return nil
		}
	}
	return from.Elems
}

// valuesOf compiles expressions whose values are appended to out.
func (u *unit) valuesOf(list []ast.Expr) func(f *frame, out []Value) []Value {
	elems := make([]eval, len(list))
	for i, e := range list {
		elems[i] = u.expr(e)
	}
	return func(f *frame, out []Value) []Value {
		for _, e := range elems {
			out = append(out, e(f))
		}
		return out
	}
}

// isPlace tells whether an element of a list pattern is one place, and not
// `_`, a rest or a pattern in the pattern.
func isPlace(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name != "_"
	case *ast.MemberExpr, *ast.IndexExpr:
		return true
	}
	return false
}

// places compiles a list pattern of places and adds them to all, in order.
func (u *unit) places(l *ast.ListLit, all *[]*place) takeApart {
	takes := make([]takeApart, 0, len(l.Elems))
	var rest takeApart
	for _, e := range l.Elems {
		if r, ok := e.(*ast.SpreadExpr); ok {
			rest = u.placeOf(r.X, all)
			continue
		}
		takes = append(takes, u.placeOf(e, all))
	}
	at := l.Span().Start
	return func(f *frame, v Value, out []Value) []Value {
		f.pos = at
		if v.Kind() != KindList {
			f.throw(notTaken(v, "list"))
		}
		l := v.list()
		switch n := l.len(); {
		case n < len(takes):
			f.throw(missingElement(n, n))
		case n > len(takes) && rest == nil:
			f.throw(surplusElements(n, len(takes)))
		}
		for i, take := range takes {
			out = take(f, partOf(v, l, i), out)
		}
		if rest != nil {
			out = rest(f, f.rest(l, len(takes), at), out)
		}
		return out
	}
}

// placeOf compiles one element of a list pattern of places.
func (u *unit) placeOf(x ast.Expr, all *[]*place) takeApart {
	switch x := ast.Unparen(x).(type) {
	case *ast.ListLit:
		return u.places(x, all)
	case *ast.Ident:
		if x.Name == "_" {
			return func(_ *frame, _ Value, out []Value) []Value { return out }
		}
	}
	p, ok := u.place(x)
	if !ok {
		panic("compile: assignment to what is no place")
	}
	*all = append(*all, &p)
	return func(_ *frame, v Value, out []Value) []Value { return append(out, v) }
}

// update compiles target op= value. What the target was is looked for before
// the value is computed.
func (u *unit) update(p place, s *ast.AssignStmt) exec {
	op, at := s.Op.Binary(), s.OpSpan.Start
	value, variable := u.expr(s.Value), rootOf(s.Target)
	unchanged := !changes(s.Value, variable)
	stays := unchanged && onlyReadOutOf(s.Value, variable)
	if len(p.steps) > 2 || u.in.isApart(variable) { // what is read may be on the way to the place
		stays = unchanged && !mentions(s.Value, variable)
	}
	switch {
	case len(p.steps) == 0 && unchanged:
		if l, ok := u.leafOf(s.Value); ok && l.isSlot() {
			return func(f *frame) ctl {
				v := f.slots[l.slot]
				if v.isContainer() {
					v = value(f)
				}
				f.change(p.root(f), op, v, at)
				return next
			}
		}
		return func(f *frame) ctl {
			v := value(f)
			f.change(p.root(f), op, v, at)
			return next
		}
	case len(p.steps) == 0:
		return func(f *frame) ctl {
			old := hand(p.root(f))
			v := value(f)
			*p.root(f) = f.operate(op, old, v, at)
			return next
		}
	case !stays:
		plain := func(f *frame) ctl {
			p.combine(f, op, value, at)
			return next
		}
		if unchanged && u.glances(&p, s) {
			return p.glancing(op, value, at, plain)
		}
		return plain
	}
	// Nothing shares the variable: the place stays where it is.
	if run := u.updateElement(p, s); run != nil {
		return run
	}
	last := &p.steps[len(p.steps)-1]
	if fd := u.fieldOf(s.Target, last.hint); fd != nil {
		return fd.update(p, op, value, at)
	}
	if len(p.steps) == 1 {
		s := last
		return func(f *frame) ctl {
			key := s.key(f)
			in := p.root(f)
			f.own(in)
			f.updateIn(in, key, s, op, value, at)
			return next
		}
	}
	plain := func(f *frame) ctl {
		var buf [maxSteps]Value
		keys := p.keys(f, buf[:0])
		last := len(keys) - 1
		f.updateIn(p.container(f, keys), keys[last], &p.steps[last], op, value, at)
		return next
	}
	if u.glances(&p, s) {
		return p.glancing(op, value, at, plain)
	}
	return plain
}

// combine gives the place what it was, combined with a value.
func (p *place) combine(f *frame, op ast.BinaryOp, value eval, at lexer.Pos) {
	var buf [maxSteps]Value
	keys := p.keys(f, buf[:0])
	old := p.current(f, keys)
	if old.isContainer() && old.num != shared {
		last := len(keys) - 1
		old = hand(f.inside(p.container(f, keys), keys[last], &p.steps[last]))
	}
	p.put(f, keys, f.operate(op, old, value(f), at))
}

// current reads the place, whose last key must be there.
func (p *place) current(f *frame, keys []Value) Value {
	v, ok := p.find(f, keys)
	if !ok {
		last := len(keys) - 1
		f.inside(p.container(f, keys), keys[last], &p.steps[last]) // throws
	}
	return v
}

// updateIn replaces what stands under a key or index in an owned container by
// its combination with a value, which is computed when it has been found.
func (f *frame) updateIn(in *Value, key Value, s *step, op ast.BinaryOp, value eval, at lexer.Pos) {
	if in.Kind() == KindList && in.list().packed != KindNil {
		if _, ok := in.list().offset(key); ok {
			f.combineIn(in, key, s, op, value(f), at)
			return
		}
	}
	if in.Kind() == KindMap && in.mapping().table != nil {
		m := in.mapping()
		if i := s.find(f, m, key); i >= 0 {
			v := value(f)
			if in.num == shared {
				f.combineIn(in, key, s, op, v, at)
				return
			}
			element := m.valueAt(i)
			f.change(&element, op, v, at)
			m.setAt(i, element)
			return
		}
	}
	place := f.inside(in, key, s)
	v := value(f)
	if in.num == shared { // by what computed the value
		f.combineIn(in, key, s, op, v, at)
		return
	}
	f.change(place, op, v, at)
}

// combineIn is updateIn for a value that has been computed.
func (f *frame) combineIn(in *Value, key Value, s *step, op ast.BinaryOp, v Value, at lexer.Pos) {
	f.own(in)
	if in.Kind() == KindList {
		l := in.list()
		i, _ := l.offset(key)
		element := l.at(i)
		f.change(&element, op, v, at)
		f.set(l, i, element)
		return
	}
	m := in.mapping()
	i := s.find(f, m, key)
	element := m.valueAt(i)
	f.change(&element, op, v, at)
	m.setAt(i, element)
}

// change replaces the value at an owned place by its combination with v.
func (f *frame) change(at *Value, op ast.BinaryOp, v Value, pos lexer.Pos) {
	old := *at
	switch {
	case old.isFloat() && v.isFloat():
		switch x, y := old.float(), v.float(); op {
		case ast.Add:
			at.num = math.Float64bits(x + y)
			return
		case ast.Sub:
			at.num = math.Float64bits(x - y)
			return
		case ast.Mul:
			at.num = math.Float64bits(x * y)
			return
		}
	case old.isInt() && v.isInt():
		result, ok := int64(0), false
		switch x, y := old.int(), v.int(); op {
		case ast.Add:
			result, ok = plus(x, y)
		case ast.Sub:
			result, ok = minus(x, y)
		case ast.Mul:
			result, ok = times(x, y)
		}
		if ok {
			at.num = uint64(result)
			return
		}
	case op == ast.Add && old.Kind() == KindList && v.Kind() == KindList && old.num != shared:
		if f.t.metered() {
			f.pos = pos
			f.append(old.list(), v.list())
			return
		}
		old.list().pushCopies(v.list(), 0, v.list().len())
		return
	}
	assign(at, f.operate(op, old, v, pos))
}

// coalesceSet compiles target ??= value.
func (u *unit) coalesceSet(p place, value ast.Expr) exec {
	v := u.expr(value)
	return func(f *frame) ctl {
		var buf [maxSteps]Value
		keys := p.keys(f, buf[:0])
		if old, ok := p.find(f, keys); !ok || old.ref == nil {
			p.put(f, keys, v(f))
		}
		return next
	}
}
