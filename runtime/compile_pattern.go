package runtime

import (
	"fmt"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// store compiles the binding of a name.
func (u *unit) store(b *resolve.Binding) func(*frame, Value) {
	i := b.Index
	switch {
	case b.Kind == resolve.Global && b.Decl != nil && b.Decl.Kind == resolve.VarDecl:
		return func(f *frame, v Value) { f.file.globals[i] = v }
	case b.Kind == resolve.Global:
		// Children read it too: it is shared now, so that reading writes nothing.
		return func(f *frame, v Value) { f.file.globals[i] = v.share() }
	case b.Boxed:
		return func(f *frame, v Value) { f.slots[i].box().value = v.share() }
	}
	return func(f *frame, v Value) { assign(&f.slots[i], v) }
}

// binding compiles a pattern of a let, a loop or a parameter: what does not
// fit is a failure.
//
// What nobody else has, as a call's value, is taken apart without marking its
// parts as shared: a function that gives a list it has changed and something
// else in one does not make the next change copy the list.
func (u *unit) binding(p ast.Pattern) func(*frame, Value) {
	switch p := p.(type) {
	case *ast.NamePattern:
		return u.store(p.Binding.(*resolve.Binding))
	case *ast.WildcardPattern:
		return func(*frame, Value) {}
	case *ast.ListPattern:
		return u.bindList(p)
	case *ast.MapPattern:
		return u.bindMap(p)
	}
	match, at := u.match(p), p.Span().Start
	return func(f *frame, v Value) {
		if !match(f, v) {
			f.pos = at
			f.throw(Fail("value", "%s does not fit the pattern", quoted(v)))
		}
	}
}

func (u *unit) bindList(p *ast.ListPattern) func(*frame, Value) {
	elems := make([]func(*frame, Value), len(p.Elems))
	defaults := make([]eval, len(p.Elems))
	at := make([]lexer.Pos, len(p.Elems))
	for i, e := range p.Elems {
		elems[i], at[i] = u.binding(e.Pattern), e.Pattern.Span().Start
		if e.Default != nil {
			defaults[i] = u.expr(e.Default)
		}
	}
	var rest func(*frame, Value)
	if p.Rest != nil {
		rest = u.binding(p.Rest)
	}
	start := p.Span().Start
	return func(f *frame, v Value) {
		if v.Kind() != KindList {
			f.pos = start
			f.throw(notTaken(v, "list"))
		}
		l := v.list()
		n := l.len()
		for i, bind := range elems {
			switch {
			case i < n:
				bind(f, partOf(v, l, i))
			case defaults[i] != nil:
				bind(f, defaults[i](f))
			default:
				f.pos = at[i]
				f.throw(missingElement(i, n))
			}
		}
		if rest != nil {
			rest(f, f.rest(l, len(elems), f.pos))
		} else if n > len(elems) {
			f.pos = start
			f.throw(surplusElements(n, len(elems)))
		}
	}
}

// partOf gives element i of the list l of a value that is taken apart.
func partOf(v Value, l *list, i int) Value {
	if v.num == shared {
		return l.copyAt(i)
	}
	return l.at(i)
}

// What a value that does not fit a pattern of a let, a loop, a parameter or an
// assignment fails with.

func notTaken(v Value, what string) *Error {
	return Fail("type", "cannot take %s apart as a %s", withArticle(typeName(v)), what)
}

func missingElement(i, n int) *Error {
	return Fail("index", "element %d is missing: the list has %s", i, counted(n, "element"))
}

func surplusElements(n, takes int) *Error {
	return Fail("index", "the list has %s, the pattern takes %d", counted(n, "element"), takes).
		hint("write `...rest` or `..._` for the others")
}

func (u *unit) bindMap(p *ast.MapPattern) func(*frame, Value) {
	type entry struct {
		key      Value
		bind     func(*frame, Value)
		fallback eval
		at       lexer.Pos
	}
	entries := make([]entry, len(p.Entries))
	for i, e := range p.Entries {
		entries[i] = entry{key: literal(e.Key), bind: u.binding(e.Pattern), at: e.Key.Span().Start}
		if e.Default != nil {
			entries[i].fallback = u.expr(e.Default)
		}
	}
	var rest func(*frame, Value)
	if p.Rest != nil {
		rest = u.binding(p.Rest)
	}
	start := p.Span().Start
	return func(f *frame, v Value) {
		f.pos = start
		if k := v.Kind(); k != KindMap && k != KindHost && k != KindError {
			f.throw(notTaken(v, "map"))
		}
		for i := range entries {
			e := &entries[i]
			var field Value
			var ok bool
			if v.Kind() == KindMap && v.num != shared {
				field, ok = v.mapping().get(e.key)
			} else {
				field, ok = fieldOf(v, e.key)
			}
			switch {
			case ok:
				e.bind(f, field)
			case e.fallback != nil:
				e.bind(f, e.fallback(f))
			default:
				f.pos = e.at
				f.throw(missingKey(v, e.key))
			}
		}
		if rest != nil {
			m := newMap(0)
			if v.Kind() == KindMap {
				m.merge(v.mapping())
			}
			for i := range entries {
				m.delete(entries[i].key)
			}
			rest(f, f.new(m.value(), f.pos))
		}
	}
}

// fieldOf gives what a map, error or host object holds under a key.
func fieldOf(v, key Value) (Value, bool) {
	if v.Kind() == KindMap {
		field, ok := v.mapping().get(key)
		return field.share(), ok
	}
	if key.Kind() != KindString {
		return Nil, false
	}
	field, err := member(v, key.str())
	return field, err == nil
}

// literal gives the value of a literal expression.
func literal(x ast.Expr) Value {
	switch x := x.(type) {
	case *ast.NilLit:
		return Nil
	case *ast.BoolLit:
		return Bool(x.Value)
	case *ast.IntLit:
		return Int(x.Value)
	case *ast.FloatLit:
		return Float(x.Value)
	case *ast.DurationLit:
		return Duration(x.Value)
	case *ast.StringLit:
		return String(x.Value)
	}
	panic(fmt.Sprintf("compile: %T is no literal", x))
}

// matcher tells whether a value fits a pattern, and binds its names if so.
type matcher func(*frame, Value) bool

// match compiles a pattern of a branch.
func (u *unit) match(p ast.Pattern) matcher {
	switch p := p.(type) {
	case *ast.NamePattern:
		store := u.store(p.Binding.(*resolve.Binding))
		return func(f *frame, v Value) bool {
			store(f, v)
			return true
		}
	case *ast.WildcardPattern:
		return func(*frame, Value) bool { return true }
	case *ast.LiteralPattern:
		want := literal(p.Value)
		return func(_ *frame, v Value) bool { return Equal(v, want) }
	case *ast.RangePattern:
		return matchRange(p)
	case *ast.EqualPattern:
		x, at := u.borrow(p.X), p.Span().Start
		return func(f *frame, v Value) bool { return f.operate(ast.Equal, v, x(f), at).bool() }
	case *ast.TypePattern:
		return u.matchType(p)
	case *ast.ListPattern:
		return u.matchList(p)
	case *ast.MapPattern:
		return u.matchMap(p)
	case *ast.AltPattern:
		alts := make([]matcher, len(p.Alts))
		for i, a := range p.Alts {
			alts[i] = u.match(a)
		}
		return func(f *frame, v Value) bool {
			for _, alt := range alts {
				if alt(f, v) {
					return true
				}
			}
			return false
		}
	}
	panic(fmt.Sprintf("compile: %T", p))
}

func matchRange(p *ast.RangePattern) matcher {
	var lo, hi Value
	if p.Lo != nil {
		lo = literal(p.Lo)
	}
	if p.Hi != nil {
		hi = literal(p.Hi)
	}
	inclusive := p.Inclusive
	return func(_ *frame, v Value) bool {
		if v.Kind() == KindString && (lo.ref == nil || lo.Kind() == KindString) && (hi.ref == nil || hi.Kind() == KindString) && length(v) != 1 {
			return false // a range of characters holds single ones
		}
		if lo.ref != nil {
			if c, err := compare(v, lo); err != nil || c < 0 || c == unordered {
				return false
			}
		}
		if hi.ref != nil {
			if c, err := compare(v, hi); err != nil || c > 0 || c == 0 && !inclusive {
				return false
			}
		}
		return true
	}
}

func (u *unit) matchType(p *ast.TypePattern) matcher {
	var bind func(*frame, Value)
	if p.Name != nil {
		bind = u.binding(p.Name)
	}
	types := p.Types
	return func(f *frame, v Value) bool {
		name := typeName(v)
		for _, t := range types {
			if t == name {
				if bind != nil {
					bind(f, v)
				}
				return true
			}
		}
		return false
	}
}

func (u *unit) matchList(p *ast.ListPattern) matcher {
	elems := make([]matcher, len(p.Elems))
	defaults := make([]eval, len(p.Elems))
	required := 0
	for i, e := range p.Elems {
		elems[i] = u.match(e.Pattern)
		if e.Default != nil {
			defaults[i] = u.expr(e.Default)
		} else {
			required = i + 1
		}
	}
	var rest func(*frame, Value)
	if p.Rest != nil {
		rest = u.binding(p.Rest)
	}
	return func(f *frame, v Value) bool {
		if v.Kind() != KindList {
			return false
		}
		l := v.list()
		n := l.len()
		if n < required || rest == nil && n > len(elems) {
			return false
		}
		for i, match := range elems {
			var item Value
			if i < n {
				item = l.copyAt(i)
			} else {
				item = defaults[i](f)
			}
			if !match(f, item) {
				return false
			}
		}
		if rest != nil {
			rest(f, f.rest(l, len(elems), f.pos))
		}
		return true
	}
}

func (u *unit) matchMap(p *ast.MapPattern) matcher {
	keys := make([]Value, len(p.Entries))
	matches := make([]matcher, len(p.Entries))
	defaults := make([]eval, len(p.Entries))
	for i, e := range p.Entries {
		keys[i], matches[i] = literal(e.Key), u.match(e.Pattern)
		if e.Default != nil {
			defaults[i] = u.expr(e.Default)
		}
	}
	var rest func(*frame, Value)
	if p.Rest != nil {
		rest = u.binding(p.Rest)
	}
	return func(f *frame, v Value) bool {
		if k := v.Kind(); k != KindMap && k != KindHost && k != KindError {
			return false
		}
		for i, key := range keys {
			field, ok := fieldOf(v, key)
			if !ok {
				if defaults[i] == nil {
					return false
				}
				field = defaults[i](f)
			}
			if !matches[i](f, field) {
				return false
			}
		}
		if rest != nil && v.Kind() == KindMap {
			m := newMap(0)
			m.merge(v.mapping())
			for _, key := range keys {
				m.delete(key)
			}
			rest(f, f.new(m.value(), f.pos))
		}
		return true
	}
}
