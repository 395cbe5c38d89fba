package runtime

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// link is a compiled part of an optional chain; ok is false where the chain
// ends because there is nothing.
type link func(*frame) (v Value, ok bool)

// member compiles x.name.
func (u *unit) member(x *ast.MemberExpr, keep bool) eval {
	if get := u.staticMember(x); get != nil {
		return get
	}
	m := u.memberSite(x)
	plain := u.plainMember(x, m, keep)
	if fd := u.fieldOf(x, &m.hint); fd != nil {
		return fd.read(plain, keep)
	}
	return plain
}

func (u *unit) plainMember(x *ast.MemberExpr, m *memberSite, keep bool) eval {
	base := u.borrow(x.X)
	if keep {
		return func(f *frame) Value {
			b := base(f)
			if b.Kind() == KindMap {
				if i := b.mapping().findHinted(m.key, &m.hint); i >= 0 {
					return entryOf(b, i)
				}
			}
			return m.of(f, b, true)
		}
	}
	return func(f *frame) Value {
		b := base(f)
		if b.is(KindMap) {
			if at := b.mapping().field(m.key, &m.hint); at != nil && !at.isContainer() {
				return *at
			}
		}
		return m.of(f, b, false)
	}
}

// memberSite is a place in a program that reads a member.
type memberSite struct {
	key  Value
	hint hint
	at   lexer.Pos
}

func (u *unit) memberSite(x *ast.MemberExpr) *memberSite {
	return &memberSite{key: u.text(x.Name), at: x.NameSpan.Start}
}

// of reads the member of a value.
func (m *memberSite) of(f *frame, b Value, keep bool) Value {
	if b.Kind() == KindMap {
		if i := b.mapping().findHinted(m.key, &m.hint); i >= 0 {
			if keep {
				return entryOf(b, i)
			}
			return lend(b, b.mapping().valueAt(i))
		}
	}
	v, err := member(b, m.key.str())
	if err != nil {
		f.pos = m.at
		f.throw(err)
	}
	return v
}

// staticMember compiles a member of a module or of an imported file; nil for
// any other.
func (u *unit) staticMember(x *ast.MemberExpr) eval {
	id, ok := x.X.(*ast.Ident)
	if !ok {
		return nil
	}
	b := id.Binding.(*resolve.Binding)
	switch b.Kind {
	case resolve.Module:
		m := u.program.module(b.Name)
		for _, c := range m.Consts {
			if c.Name == x.Name {
				return constant(c.Value.share())
			}
		}
		return constant(m.find(x.Name).value())
	case resolve.Import:
		file := u.program.fileOf(b.Decl.File)
		i := b.Decl.File.Exports[x.Name].Index
		at, name := x.Span().Start, x.Name
		return func(f *frame) Value { return f.bound(f.t.run.files[file].globals[i], at, name) }
	}
	return nil
}

// index compiles x[i] and slices.
func (u *unit) index(x *ast.IndexExpr, keep bool) eval {
	if e := u.leafIndex(x, keep); e != nil {
		return e
	}
	base, at := u.looked(x.X, x.Index), x.Index.Span().Start
	if rg, ok := x.Index.(*ast.RangeExpr); ok {
		cut := u.slice(x, rg)
		return func(f *frame) Value { return cut(f, base(f)) }
	}
	i := u.borrow(x.Index)
	return func(f *frame) Value { return f.indexOf(base(f), i(f), at, keep) }
}

// indexOf reads an element.
func (f *frame) indexOf(b, i Value, at lexer.Pos, keep bool) Value {
	switch b.Kind() {
	case KindList:
		if n, ok := b.list().offset(i); ok {
			if keep {
				return elem(b, n)
			}
			return lend(b, b.list().at(n))
		}
	case KindMap:
		if n := f.find(b.mapping(), i); n >= 0 {
			if keep {
				return entryOf(b, n)
			}
			return lend(b, b.mapping().valueAt(n))
		}
	case KindString:
		// Reading a character takes half as long as by index.
		if t := b.text(); i.isInt() && uint64(i.int()) < uint64(t.len()) {
			return t.at(int(i.int()))
		}
	}
	var v Value
	var err *Error
	if keep {
		v, err = index(b, i)
	} else {
		v, err = peek(b, i)
	}
	if err != nil {
		f.pos = at
		f.throw(err)
	}
	if i.is(KindRange) && f.t.metered() {
		f.pos = at
		f.cut(b, v)
	}
	return v
}

// slice compiles the bounds of a slice x[lo..hi].
//
// What is cut out of a list is a view of it where the list is shared, or stands in
// a variable of the frame, which is shared then. One that is lent may not be.
func (u *unit) slice(x *ast.IndexExpr, rg *ast.RangeExpr) func(*frame, Value) Value {
	bound := func(x ast.Expr) eval {
		if x == nil {
			return constant(absent)
		}
		return u.borrow(x)
	}
	lo, hi, at, inclusive := bound(rg.Lo), bound(rg.Hi), rg.Span().Start, rg.Inclusive
	slot := -1
	if l, ok := u.leafOf(x.X); ok && l.isSlot() && !x.Optional && !u.isLent(rootOf(x.X)) {
		slot = l.slot
	}
	plain := u.in == nil
	return func(f *frame, b Value) Value {
		l := lo(f)
		h := hi(f)
		metered := f.t.metered()
		if b.is(KindList) && !metered && !plain && (b.num == shared || slot >= 0) {
			from, to, err := sliceBounds(b, l, h, inclusive)
			if err != nil {
				f.pos = at
				f.throw(err)
			}
			if v, ok := b.list().view(from, to); ok {
				if b.num != shared {
					f.slots[slot].num = shared
				}
				return v
			}
		}
		v, err := slice(b, l, h, inclusive)
		if err != nil {
			f.pos = at
			f.throw(err)
		}
		if metered {
			f.pos = at
			f.cut(b, v)
		}
		return v
	}
}

// link compiles a part of an optional chain; only the last part's value is
// kept, those before it are looked at.
func (u *unit) link(x ast.Expr, keep bool) link {
	switch x := u.in.named(x).(type) {
	case *ast.MemberExpr:
		if get := u.staticMember(x); get != nil {
			return always(get)
		}
		base, m, name, optional := u.link(x.X, false), u.memberSite(x), x.Name, x.Optional
		return func(f *frame) (Value, bool) {
			b, ok := base(f)
			if !ok {
				return Nil, false
			}
			if optional && (b.ref == nil || !hasMember(b, name)) {
				return Nil, false
			}
			return m.of(f, b, keep), true
		}
	case *ast.IndexExpr:
		return u.indexLink(x, keep)
	case *ast.CallExpr:
		return u.callLink(x)
	}
	return always(u.value(x, keep))
}

func always(e eval) link { return func(f *frame) (Value, bool) { return e(f), true } }

func (u *unit) indexLink(x *ast.IndexExpr, keep bool) link {
	base, at, optional := u.link(x.X, u.keeps(x.X, x.Index)), x.Index.Span().Start, x.Optional
	if rg, ok := x.Index.(*ast.RangeExpr); ok {
		cut := u.slice(x, rg)
		return func(f *frame) (Value, bool) {
			b, ok := base(f)
			if !ok || optional && b.ref == nil {
				return Nil, false
			}
			return cut(f, b), true
		}
	}
	i := u.borrow(x.Index)
	return func(f *frame) (Value, bool) {
		b, ok := base(f)
		if !ok || optional && b.ref == nil {
			return Nil, false
		}
		key := i(f)
		if optional {
			if b.Kind() == KindMap && canBeKey(key) {
				pos := f.find(b.mapping(), key)
				if pos < 0 {
					return Nil, false
				}
				if keep {
					return entryOf(b, pos), true
				}
				return lend(b, b.mapping().valueAt(pos)), true
			}
			if !hasIndex(b, key) {
				return Nil, false
			}
		}
		return f.indexOf(b, key, at, keep), true
	}
}

// hasMember tells whether reading a member would give a value. An error or a
// host object without such a field has none; anything but a map, an error or
// a host object is no holder of members, and reading says so.
func hasMember(v Value, name string) bool {
	switch v.Kind() {
	case KindMap:
		_, ok := v.mapping().getString(name)
		return ok
	case KindError, KindHost:
		_, err := member(v, name)
		return err == nil
	}
	return true
}
