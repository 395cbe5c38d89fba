package resolve

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// variable is a name while its file is being resolved: where its value lives
// and who has to learn that it turned out to need a box.
type variable struct {
	decl   *Decl
	frame  *frame // whose slot it is; nil for what lives in a group's env
	env    *env   // of a group's variable or sibling
	scope  *scope
	global bool
	index  int  // slot, index of the global, or index in env
	bound  int  // when its value was there; 0: not yet
	boxed  bool // a function that is made before it is bound captures it
	unsure bool // an earlier input of the session may have ended before it was bound
	onBox  []func()
	// Of a sibling's label:
	sibling   bool
	name      *Name
	providers []*node
}

// box makes the variable live in a box, in everything that knows it already too.
func (v *variable) box() {
	if v.boxed {
		return
	}
	v.boxed = true
	v.scope.boxes = append(v.scope.boxes, v.index)
	for _, tell := range v.onBox {
		tell()
	}
	v.onBox = nil
}

// whenBoxed runs tell as soon as v is known to be boxed.
func (v *variable) whenBoxed(tell func()) {
	if v.boxed {
		tell()
		return
	}
	v.onBox = append(v.onBox, tell)
}

// scope is one step outward in the search for a name.
type scope struct {
	outer    *scope
	frame    *frame // nil: the variables or labels of a group's env
	boundary bool   // the outermost scope of its frame
	file     bool   // the top level: its names are globals
	block    bool   // its statements were declared beforehand
	names    map[string]*variable
	vars     []*variable // in source order
	fns      []*ast.FnStmt
	boxes    []int
	entered  int
	slots    int // the frame's next slot on entry
	// unread are the words of statements that could not be read: they may have
	// declared any of them.
	unread map[string]bool
	// Of the labels of an env:
	env        *env
	background map[string]lexer.Span
}

func (r *resolver) push() *scope {
	r.now++
	r.scope = &scope{
		outer: r.scope, frame: r.frame, names: map[string]*variable{},
		entered: r.now, slots: r.frame.next,
	}
	return r.scope
}

// pop leaves the innermost scope; its slots are free again.
func (r *resolver) pop() {
	r.warnUnused(r.scope)
	r.frame.next = r.scope.slots
	r.scope = r.scope.outer
}

// pushEnv opens a scope of names that live in a group's env.
func (r *resolver) pushEnv(e *env) *scope {
	r.now++
	r.scope = &scope{outer: r.scope, names: map[string]*variable{}, entered: r.now, env: e}
	return r.scope
}

func (r *resolver) popEnv() { r.scope = r.scope.outer }

// declare makes a variable in the innermost scope, not bound yet.
func (r *resolver) declare(decl *Decl) *variable {
	if r.scope.file {
		r.out.Globals = append(r.out.Globals, decl)
		return r.declareAt(decl, r.out.Base+len(r.out.Globals)-1)
	}
	return r.declareAt(decl, r.scope.frame.slot())
}

// declareAt declares what already has its slot or index. A name declared a
// second time still gets a variable, so that the tree is complete.
func (r *resolver) declareAt(decl *Decl, index int) *variable {
	s := r.scope
	v := &variable{decl: decl, frame: s.frame, scope: s, global: s.file, index: index}
	decl.Index = index
	if decl.Name == "" || decl.Name == "_" {
		return v
	}
	if first := s.names[decl.Name]; first != nil {
		r.redeclared(decl, first.decl)
		return v
	}
	s.names[decl.Name] = v
	s.vars = append(s.vars, v)
	return v
}

func (r *resolver) redeclared(decl, first *Decl) {
	what := "`%s` is already declared in this scope"
	if decl.Kind == ParamDecl && first.Kind == ParamDecl {
		what = "`%s` names two parameters"
	}
	c := r.errorf(decl.Span, what, decl.Name).declared(first, "first declared here")
	if first.Kind == VarDecl && (decl.Kind == VarDecl || decl.Kind == LetDecl) {
		c.hint("write `%s = …` to assign it, or choose another name", decl.Name)
	} else {
		c.hint("choose another name")
	}
}

func (r *resolver) bind(v *variable) {
	r.now++
	v.bound = r.now
}

// declaration gives the Binding of the place where v is declared.
func (r *resolver) declaration(v *variable) *Binding {
	b := &Binding{Kind: Local, Index: v.index, Name: v.decl.Name, Decl: v.decl}
	if v.global {
		b.Kind = Global
	} else {
		v.whenBoxed(func() { b.Boxed = true })
	}
	return b
}

// found is what the search for a name gives.
type found struct {
	v *variable
	// late: between the use and the variable stands a function that is made
	// before the variable is bound.
	late bool
	// early is a declaration that comes too late for this use.
	early *variable
	// background is a label that nothing can mention.
	background *lexer.Span
	at         *scope // where v was found
}

// lookup searches the scopes from s outward.
func (r *resolver) lookup(s *scope, name string) found {
	var f found
	inFn, made := false, 0
	for ; s != nil; s = s.outer {
		if v := s.names[name]; v != nil && !r.isHidden(v) {
			if v.bound != 0 || inFn && s.block {
				f.v, f.at = v, s
				f.late = inFn && v.decl.Kind != FnDecl && (v.bound == 0 || v.bound > made)
				return f
			}
			if f.early == nil {
				f.early = v
			}
		}
		if span, ok := s.background[name]; ok && f.background == nil {
			f.background = &span
		}
		if s.boundary && s.frame.hoisted {
			inFn, made = true, s.outer.entered
		}
	}
	return f
}

func (r *resolver) isHidden(v *variable) bool {
	for _, h := range r.hidden {
		if h == v {
			return true
		}
	}
	return false
}

// use is what is done with a name where it stands.
type use uint8

const (
	read    use = iota
	call        // name(…)
	member      // name.x
	replace     // name = …
	change      // name += …, name.x = …
)

// ident gives an occurrence of a name its Binding.
func (r *resolver) ident(id *ast.Ident, u use) *Binding {
	b := r.resolveName(id, u)
	id.Binding = b
	return b
}

func (r *resolver) resolveName(id *ast.Ident, u use) *Binding {
	undefined := &Binding{Name: id.Name}
	f := r.lookup(r.scope, id.Name)
	if f.v == nil {
		if b := r.library(id.Name); b != nil {
			return r.libraryUse(id, b, u)
		}
		r.undefined(id, f, u)
		return undefined
	}
	v := f.v
	if u != replace {
		v.decl.Used = true
	}
	if u == replace || u == change {
		if !r.mayChange(id, v) {
			v.decl.Used = true
			return undefined
		}
	} else if v.decl.Kind == VarDecl && r.outsideFn(v) {
		r.outerVar(id, v)
		return undefined
	}
	if v.sibling && !r.mayMention(id, f, u) {
		return undefined
	}
	if v.decl.Kind == ImportDecl && u != member {
		r.aliasAlone(id)
		return undefined
	}
	return r.reach(id, f)
}

// reach gives the Binding by which the current frame comes by what was found.
func (r *resolver) reach(id *ast.Ident, f found) *Binding {
	v := f.v
	b := &Binding{Name: id.Name, Decl: v.decl, Check: f.late || v.unsure, Sibling: v.sibling}
	switch {
	case v.global && (v.decl.Kind != VarDecl || r.frame.unit.Kind == FileUnit):
		b.Kind, b.Index = Global, v.index
		if v.decl.Kind == ImportDecl {
			b.Kind = Import
		}
		return b
	case v.frame == r.frame:
		b.Kind, b.Index = Local, v.index
	default:
		b.Kind, b.Index = Captured, r.frame.capture(v)
	}
	if f.late {
		v.box()
	}
	v.whenBoxed(func() { b.Boxed = true })
	if v.sibling {
		r.mention(v, id.Range)
	}
	return b
}

// library gives what a name means where the file itself does not declare it.
func (r *resolver) library(name string) *Binding {
	for i, given := range r.world.Given {
		if given == name {
			return &Binding{Kind: Given, Index: i, Name: name, Decl: &Decl{Kind: GivenDecl, Name: name, Index: i, Used: true}}
		}
	}
	if _, ok := r.world.Universe.Find(name); ok {
		return &Binding{Kind: Universe, Name: name}
	}
	if r.world.Module(name) != nil {
		return &Binding{Kind: Module, Name: name}
	}
	return nil
}

func (r *resolver) libraryUse(id *ast.Ident, b *Binding, u use) *Binding {
	switch {
	case u == replace || u == change:
		what := map[Kind]string{Given: "is given by the host program", Universe: "belongs to the library", Module: "is a module of the library"}
		r.errorf(id.Range, "`%s` %s and cannot be changed", id.Name, what[b.Kind]).
			hint("declare a `var` of your own")
	case b.Kind == Module && u != member:
		r.aliasAlone(id)
	default:
		return b
	}
	return &Binding{Name: id.Name}
}

// aliasAlone reports a module that is used as if it were a value.
func (r *resolver) aliasAlone(id *ast.Ident) {
	r.errorf(id.Range, "`%s` is a module, not a value", id.Name).
		hint("write `%s.name` with the name of one of its members", id.Name)
}

func (r *resolver) undefined(id *ast.Ident, f found, u use) {
	for s := r.scope; s != nil; s = s.outer {
		if s.unread[id.Name] {
			return // an error that follows from another one
		}
	}
	switch {
	case id.Name == "_":
		r.errorf(id.Range, "`_` never holds a value and cannot be read").hint("give what it stands for a name")
	case f.background != nil:
		r.errorf(id.Range, "`%s` is the label of a background child, which nothing can mention", id.Name).
			related(*f.background, "labelled here")
	case f.early != nil:
		f.early.decl.Used = true
		c := r.errorf(id.Range, "`%s` is used before it is bound", id.Name).declared(f.early.decl, "declared here")
		if decl := f.early.decl; decl.Fn != nil && decl.Fn.Range.Start <= id.Range.Start && id.Range.End <= decl.Fn.Range.End {
			c.hint("a function that calls itself is written `fn %s(…)`", id.Name)
		} else if f.early.decl.Kind == LetDecl || f.early.decl.Kind == VarDecl {
			c.hint("move its declaration up")
		}
	default:
		c := r.errorf(id.Range, "`%s` is not defined", id.Name).near(id.Name, r.visible())
		if here := elsewhere[id.Name]; here != "" {
			c.hint("write `%s`", here)
		} else if u == replace {
			c.hint("declare it first: `var %s = …`", id.Name)
		}
	}
}

// elsewhere are names that other languages have for what has a keyword here.
var elsewhere = map[string]string{
	"null": "nil", "None": "nil", "undefined": "nil", "True": "true", "False": "false",
	"const": "let", "len": "x.len()", "range": "a..b", "error": "fail", "func": "fn", "def": "fn", "function": "fn", "match": "branch", "switch": "branch", "try": "catch",
}

// visible lists all names that could stand where the resolver is.
func (r *resolver) visible() []string {
	var names []string
	for s := r.scope; s != nil; s = s.outer {
		for _, name := range sortedKeys(s.names) {
			if s.names[name].bound != 0 {
				names = append(names, name)
			}
		}
	}
	names = append(names, r.world.Given...)
	names = append(names, r.world.Universe.Names()...)
	return append(names, r.world.Modules...)
}
