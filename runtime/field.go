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
	root, index int // slots; index is -1 for x.name
	key         Value
	hint        *hint // which the plain way sets
}

// fieldOf gives x as a field, with the hint of the plain way; nil for others.
func (u *unit) fieldOf(x ast.Expr, h *hint) *field {
	m, ok := ast.Unparen(x).(*ast.MemberExpr)
	if !ok || m.Optional {
		return nil
	}
	fd := &field{index: -1, key: u.text(m.Name), hint: h}
	root := m.X
	if i, ok := ast.Unparen(root).(*ast.IndexExpr); ok && !i.Optional {
		index, ok := u.leafOf(i.Index)
		if !ok || !index.isSlot() {
			return nil
		}
		fd.index, root = index.slot, i.X
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
	if fd.index >= 0 {
		i := f.slots[fd.index]
		if !record.is(KindList) || !i.isInt() {
			return nil, nil
		}
		l := record.list()
		if i.num >= uint64(len(l.items)) || l.packed != KindNil {
			return nil, nil
		}
		record = &l.items[i.num]
	}
	if !record.is(KindMap) {
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

// read compiles reading a field; plain is the plain way.
func (fd *field) read(plain eval) eval {
	return func(f *frame) Value {
		if place, _ := fd.find(f); place != nil && !place.isContainer() {
			return *place
		}
		return plain(f)
	}
}

// indexChanges tells that computing the value of an assignment to the field may
// change its index.
func (fd *field) indexChanges(s *ast.AssignStmt) bool {
	i, ok := ast.Unparen(ast.Unparen(s.Target).(*ast.MemberExpr).X).(*ast.IndexExpr)
	return ok && changes(s.Value, rootOf(i.Index))
}

// set compiles field = value, for a value that does not change the index.
func (fd *field) set(p place, value eval) exec {
	return func(f *frame) ctl {
		v := value(f)
		if place, _ := fd.owned(f); place != nil {
			assign(place, v)
			return next
		}
		var buf [maxSteps]Value
		p.put(f, p.keys(f, buf[:0]), v)
		return next
	}
}

// update compiles field op= value, for a value that leaves the field where it
// is.
func (fd *field) update(p place, op ast.BinaryOp, value eval, at lexer.Pos) exec {
	last := &p.steps[len(p.steps)-1]
	return func(f *frame) ctl {
		place, record := fd.owned(f)
		if place == nil {
			var buf [maxSteps]Value
			f.updateIn(p.container(f, p.keys(f, buf[:0])), fd.key, last, op, value, at)
			return next
		}
		v := value(f)
		if record.num == shared { // by what computed the value
			f.combineIn(record, fd.key, last, op, v, at)
			return next
		}
		f.change(place, op, v, at)
		return next
	}
}
