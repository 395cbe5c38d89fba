package runtime

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// Code for the fields of records, x.name and xs[i].name where x, xs and i are
// variables of the frame: it goes from the variable to the value in one step,
// where the plain way runs a closure for each part. A loop that reads and
// changes fields takes half the time.

// field is such a path. It finds what is found at a glance, and leaves the rest
// to the plain way: what fails too.
type field struct {
	root  int  // slot
	list  bool // it is xs[i].name
	index leaf
	key   Value
	hint  *hint // which the plain way sets
}

// fieldOf gives x as a field, with the hint of the plain way; nil for others.
func (u *unit) fieldOf(x ast.Expr, h *hint) *field {
	m, ok := ast.Unparen(x).(*ast.MemberExpr)
	if !ok || m.Optional {
		return nil
	}
	fd := &field{key: u.text(m.Name), hint: h}
	root := m.X
	if i, ok := ast.Unparen(root).(*ast.IndexExpr); ok && !i.Optional {
		if fd.index, ok = u.leafOf(i.Index); !ok {
			return nil
		}
		fd.list, root = true, i.X
	}
	l, ok := u.leafOf(root)
	if !ok || !l.isSlot() {
		return nil
	}
	fd.root = l.slot
	return fd
}

// find gives where the field's value stands, and where the handle of the record
// does; nil where the value is not found at a glance.
func (fd *field) find(f *frame) (place, record *Value) {
	record = &f.slots[fd.root]
	if fd.list {
		record = f.part(record, fd.index.read(f))
	}
	if record == nil || !record.is(KindMap) {
		return nil, nil
	}
	return record.mapping().field(fd.key, fd.hint), record
}

// owned is find for a value that may be changed in its place.
func (fd *field) owned(f *frame) (place, record *Value) {
	if place, record = fd.find(f); place == nil || record.num == shared || f.slots[fd.root].num == shared {
		return nil, nil
	}
	return place, record
}

// element gives where element i of a list stands, where that is found at a
// glance; else nil.
func (v *Value) element(i Value) *Value {
	if v.is(KindList) && i.isInt() {
		if l := v.list(); i.num < uint64(len(l.items)) && l.packed == KindNil {
			return &l.items[i.num]
		}
	}
	return nil
}

// part is element, for maps too.
func (f *frame) part(in *Value, key Value) *Value {
	if at := in.element(key); at != nil {
		return at
	}
	return f.entry(in, key)
}

// entry gives where the value of a key stands in a map; nil where that has no
// place of its own, or where there is none.
func (f *frame) entry(in *Value, key Value) *Value {
	if !in.is(KindMap) {
		return nil
	}
	m := in.mapping()
	at := f.find(m, key)
	switch {
	case at < 0 || m.table != nil && m.table.values.packed != KindNil:
		return nil
	case m.table != nil:
		return &m.table.values.items[at]
	}
	return &m.values[at]
}

// read compiles reading a field; plain is the plain way. Here, in set and in update
// the two ways that programs are full of, where all indices are variables, do
// without the call of find: 1.2 times as fast.
//
// All three are kept from being inlined: see call1.
//
//go:noinline
func (fd *field) read(plain eval, keep bool) eval {
	root, key, h, i := fd.root, fd.key, fd.hint, fd.index.slot
	// A list or map that is found is given as plain would.
	container := func(at *Value, owner Value) Value {
		if keep {
			return copyOut(owner, at)
		}
		return lend(owner, *at)
	}
	switch {
	case !fd.list:
		return func(f *frame) Value {
			if r := &f.slots[root]; r.is(KindMap) {
				if at := r.mapping().field(key, h); at != nil {
					if !at.isContainer() {
						return *at
					}
					return container(at, *r)
				}
			}
			return plain(f)
		}
	case fd.index.isSlot():
		return func(f *frame) Value {
			xs := &f.slots[root]
			r := xs.element(f.slots[i])
			if r == nil {
				r = f.entry(xs, f.slots[i])
			}
			if r != nil && r.is(KindMap) {
				if at := r.mapping().field(key, h); at != nil {
					if !at.isContainer() {
						return *at
					}
					return container(at, lend(*xs, *r))
				}
			}
			return plain(f)
		}
	}
	return func(f *frame) Value {
		if at, r := fd.find(f); at != nil {
			return container(at, lend(f.slots[fd.root], *r))
		}
		return plain(f)
	}
}

// set compiles field = value, for a value that does not change the index.
//
//go:noinline
func (fd *field) set(p place, value eval) exec {
	root, key, h, i := fd.root, fd.key, fd.hint, fd.index.slot
	plain := func(f *frame, v Value) ctl {
		var buf [maxSteps]Value
		p.put(f, p.keys(f, buf[:0]), v)
		return next
	}
	switch {
	case !fd.list:
		return func(f *frame) ctl {
			v := value(f)
			if r := &f.slots[root]; r.num != shared && r.is(KindMap) {
				if at := r.mapping().field(key, h); at != nil {
					assign(at, v)
					return next
				}
			}
			return plain(f, v)
		}
	case fd.index.isSlot():
		return func(f *frame) ctl {
			v := value(f)
			if xs := &f.slots[root]; xs.num != shared {
				if r := f.part(xs, f.slots[i]); r != nil && r.num != shared && r.is(KindMap) {
					if at := r.mapping().field(key, h); at != nil {
						assign(at, v)
						return next
					}
				}
			}
			return plain(f, v)
		}
	}
	return func(f *frame) ctl {
		v := value(f)
		if place, _ := fd.owned(f); place != nil {
			assign(place, v)
			return next
		}
		return plain(f, v)
	}
}

// update compiles field op= value, for a value that leaves the field where it
// is.
//
//go:noinline
func (fd *field) update(p place, op ast.BinaryOp, value eval, at lexer.Pos) exec {
	root, key, h, i := fd.root, fd.key, fd.hint, fd.index.slot
	last := &p.steps[len(p.steps)-1]
	plain := func(f *frame) ctl {
		var buf [maxSteps]Value
		f.updateIn(p.container(f, p.keys(f, buf[:0])), key, last, op, value, at)
		return next
	}
	// The place is shared where what computed the value has made it so.
	change := func(f *frame, place, record *Value, v Value) ctl {
		if record.num == shared {
			f.combineIn(record, key, last, op, v, at)
		} else {
			f.change(place, op, v, at)
		}
		return next
	}
	switch {
	case !fd.list:
		return func(f *frame) ctl {
			if r := &f.slots[root]; r.num != shared && r.is(KindMap) {
				if place := r.mapping().field(key, h); place != nil {
					return change(f, place, r, value(f))
				}
			}
			return plain(f)
		}
	case fd.index.isSlot():
		return func(f *frame) ctl {
			if xs := &f.slots[root]; xs.num != shared {
				r := xs.element(f.slots[i])
				if r == nil {
					r = f.entry(xs, f.slots[i])
				}
				if r != nil && r.num != shared && r.is(KindMap) {
					if place := r.mapping().field(key, h); place != nil {
						return change(f, place, r, value(f))
					}
				}
			}
			return plain(f)
		}
	}
	return func(f *frame) ctl {
		place, record := fd.owned(f)
		if place == nil {
			return plain(f)
		}
		return change(f, place, record, value(f))
	}
}

// Longer paths, xs[i].pos.x and m[k].list[i], whose indices are variables or
// constants, are followed to their end in one go where that is possible: 2 to 3
// times as fast as by the plain way.

// glances tells that a place of at least two steps can be found at a glance, and
// that computing the value of the assignment changes none of its indices.
func (u *unit) glances(p *place, s *ast.AssignStmt) bool {
	for i := range p.steps {
		if p.steps[i].compute != nil {
			return false
		}
	}
	for x := ast.Unparen(s.Target); ; {
		switch y := x.(type) {
		case *ast.MemberExpr:
			x = ast.Unparen(y.X)
		case *ast.IndexExpr:
			if changes(s.Value, rootOf(y.Index)) {
				return false
			}
			x = ast.Unparen(y.X)
		default:
			return u.in != nil && len(p.steps) > 1
		}
	}
}

// glance gives where the value of such a place stands, where it may be changed
// there; else nil.
func (p *place) glance(f *frame) *Value {
	at := p.root(f)
	for i := range p.steps {
		s := &p.steps[i]
		switch {
		case at.num == shared && at.isContainer():
			return nil
		case s.hint == nil:
			at = f.part(at, s.leaf.read(f))
		case at.is(KindMap):
			at = at.mapping().field(s.leaf.k, s.hint)
		default:
			return nil
		}
		if at == nil {
			return nil
		}
	}
	return at
}

// glancing compiles target op= value for a value that does not change the
// target; plain does the same for a place that is not found at a glance.
//
//go:noinline
func (p place) glancing(op ast.BinaryOp, value eval, at lexer.Pos, plain exec) exec {
	return func(f *frame) ctl {
		if p.glance(f) == nil {
			return plain(f)
		}
		v := value(f)
		if place := p.glance(f); place != nil {
			f.change(place, op, v, at)
		} else { // the value has shared something on the way
			p.combine(f, op, constant(v), at)
		}
		return next
	}
}
