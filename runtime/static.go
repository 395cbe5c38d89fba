package runtime

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
)

// What follows finds, before anything runs, expressions that can only be an
// int, a float, a bool, what one lambda or fn in the source makes, or a list of
// such. Code for these (typed.go) needs neither tags nor checks of types. Nothing
// else depends on it: with Options.Plain everything has the type anything, and the
// same program runs by the code of compile.go alone.

// static is what is known of an expression's value.
type static uint32

const (
	nothing static = iota // it gives no value: it fails or leaves, or has not been looked at
	anInt
	aFloat
	aBool
	anything
	aFunction // which one stands above: see closure

	// A list of s is s + aList, and there are lists of lists, to a depth of
	// maxListDepth. That of nothing is always empty.
	aList        static = 8
	maxListDepth        = 3
	listBits            = maxListDepth * aList

	closureBits = 5 // of a function, those below its number
)

func listOfType(s static) static {
	if s&listBits == listBits { // what is deepest in it is not known
		return listBits + anything
	}
	return s + aList
}

func (s static) isList() bool { return s&listBits != 0 }

// isFunction tells that it is what one lambda or fn in the source makes.
func (s static) isFunction() bool { return s&^listBits&(1<<closureBits-1) == aFunction && !s.isList() }

// element gives the type of the elements of what can only be a list.
func (s static) element() static {
	switch {
	case s.isList():
		return s - aList
	case s == nothing:
		return nothing
	}
	return anything
}

// join gives the least that covers both.
func (s static) join(o static) static {
	switch {
	case s == o || o == nothing:
		return s
	case s == nothing:
		return o
	case s.isList() && o.isList():
		return listOfType(s.element().join(o.element()))
	}
	return anything
}

// with gives the type of a variable of which a part gets a value of type t: the
// part at an index of an index and so on, to some depth.
func (s static) with(depth int, t static) static {
	switch {
	case depth == 0:
		return s.join(t)
	case s.isList():
		return listOfType(s.element().with(depth-1, t))
	}
	return s // no list: it fails, or nothing was known before
}

// asArgument gives the type for which a version of a function is worth while.
// A bool's tag costs a function little.
func (s static) asArgument() static {
	base := s % aList
	if s == nothing || base.numeric() || base == aBool && s.isList() || s.isFunction() {
		return s
	}
	return anything
}

// numeric tells that it is an int or a float.
func (s static) numeric() bool { return s == anInt || s == aFloat }

// scalar tells that the value stands in the number word alone.
func (s static) scalar() bool { return s == anInt || s == aFloat || s == aBool }

// types are the static types of a unit's variables: of each the join over all
// that is ever put into it, wherever it stands. A variable that is missing may
// hold anything.
type types struct {
	vars map[*resolve.Decl]static
	// gives is the type of the unit's value.
	gives static
}

// version is a function compiled for arguments and variables around it of certain
// static types.
type version struct {
	callee *callee
	args   []static // nothing for one that is left to its default
	sees   []static // of the variables around it
	types  types
	proto  *proto // once it is compiled
	ints   func(*frame) int64
	floats func(*frame) float64
	values eval
}

// callee is a function of which it can be known before the program runs that a
// call is one of it, with all its versions.
type callee struct {
	fn     *ast.FnLit
	params []*resolve.Decl // nil for one that is no name, or in a box
	simple bool            // all parameters are required, and names or _
	// sees are the variables around it that it reads, also by the functions
	// around it that it calls.
	sees     []*resolve.Decl
	captured map[int]*resolve.Decl // those of them that its own code reads, by the captures
	versions []*version
	made     []static // the functions it makes: see closure
}

// closure is the static type of what a lambda or fn in the source makes, where the
// variables that it sees have certain static types: a call of such a value has a
// version too.
type closure struct {
	callee *callee
	sees   []static
	depth  int // of closures among these
}

const (
	// maxVersions bounds how many versions of a function there can be; calls
	// with other types of arguments use the general one.
	maxVersions = 6
	// maxChase bounds how deep the search for types follows calls of functions
	// that have not been looked at.
	maxChase = 500
	// maxClosureDepth bounds how many closures the type of one can tell of that
	// see each other.
	maxClosureDepth = 3
)

// inference finds the types of one file's units.
type inference struct {
	program *Program
	lets    map[*resolve.Decl]static // see ofLet
	callees map[*ast.FnLit]*callee
	made    []closure // the types that are functions, by their numbers
	apart   map[*resolve.Decl]*apart
	fields  map[*ast.MemberExpr]*ast.Ident // the variables that these are: see named
	slots   map[*resolve.Unit]int          // of the units with variables that are taken apart
	looks   map[parameter]bool             // see looksAt
	looked  []parameter                    // those that are true there, oldest first
	moved   map[ast.Node]map[ast.Expr]bool // see moves
	open    []*version                     // whose types are not final yet
	depth   int
	changed bool
}

// newInference finds the functions of a file that can have versions: those
// without a rest in which no group or defer stands, so that compiling them
// several times stays cheap.
func newInference(p *Program, file *ast.File) *inference {
	in := &inference{
		program: p, lets: map[*resolve.Decl]static{}, callees: map[*ast.FnLit]*callee{}, looks: map[parameter]bool{},
		moved: map[ast.Node]map[ast.Expr]bool{},
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if fn, ok := n.(*ast.FnLit); ok {
			if c := newCallee(fn); c != nil {
				in.callees[fn] = c
			}
		}
		return true
	})
	return in
}

// newCallee gives the callee of a function; nil if it cannot have versions.
func newCallee(fn *ast.FnLit) *callee {
	c := &callee{fn: fn, simple: true}
	for _, p := range fn.Params {
		if p.Rest {
			return nil
		}
		var d *resolve.Decl
		switch name := p.Pattern.(type) {
		case *ast.NamePattern:
			if b := name.Binding.(*resolve.Binding); b.Boxed {
				c.simple = false
			} else {
				d = b.Decl
			}
		case *ast.WildcardPattern:
		default:
			c.simple = false
		}
		c.params, c.simple = append(c.params, d), c.simple && p.Default == nil
	}
	whole := true
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GroupExpr, *ast.DeferStmt:
			whole = false
		}
		return whole
	})
	if !whole {
		return nil
	}
	c.see(fn, map[*resolve.Decl]bool{})
	c.captured = map[int]*resolve.Decl{}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FnLit:
			return false
		case *ast.Ident:
			if b, ok := n.Binding.(*resolve.Binding); ok && b.Kind == resolve.Captured && !b.Boxed && !b.Sibling {
				c.captured[b.Index] = b.Decl
			}
		}
		return true
	})
	return c
}

// see finds what a function sees of the variables around it, also by others there.
func (c *callee) see(fn *ast.FnLit, seen map[*resolve.Decl]bool) {
	inside := fn.Span()
	ast.Inspect(fn, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		b, ok := id.Binding.(*resolve.Binding)
		if !ok || b.Kind != resolve.Captured || b.Sibling || seen[b.Decl] || inside.Start <= b.Decl.Span.Start && b.Decl.Span.End <= inside.End {
			return true
		}
		seen[b.Decl] = true
		if b.Decl.Kind == resolve.FnDecl {
			c.see(b.Decl.Fn, seen)
		} else {
			c.sees = append(c.sees, b.Decl)
		}
		return true
	})
}

// general gives the version of a function for arguments of any type; nil if
// it has none that takes them as they come from any call.
func (t typing) general(fn *ast.FnLit) *version {
	if t.in == nil || t.in.callees[fn] == nil || !t.in.callees[fn].simple {
		return nil
	}
	c := t.in.callees[fn]
	sees := t.around(c)
	for i, s := range sees {
		if s == nothing { // what makes the function is not reached
			sees[i] = anything
		}
	}
	return t.in.version(c, slices.Repeat([]static{anything}, len(c.params)), sees)
}

// around gives the types of the variables around a function that it sees.
func (t typing) around(c *callee) []static {
	sees := make([]static, len(c.sees))
	for i, d := range c.sees {
		sees[i] = anything
		if s, known := t.types.vars[d]; known {
			sees[i] = s.asArgument()
		}
	}
	return sees
}

// ofFunction gives the type of what a lambda or fn makes.
func (t typing) ofFunction(fn *ast.FnLit) static {
	c := t.in.callees[fn]
	if c == nil {
		return anything
	}
	sees := t.around(c)
	if slices.Contains(sees, nothing) {
		return nothing
	}
	return t.in.closure(c, sees)
}

// closure gives the type of what a callee makes where the variables that it sees
// have certain types.
func (in *inference) closure(c *callee, sees []static) static {
	for _, s := range c.made {
		if slices.Equal(in.made[s>>closureBits].sees, sees) {
			return s
		}
	}
	depth := 1
	for _, s := range sees {
		if s.isFunction() {
			depth = max(depth, 1+in.made[s>>closureBits].depth)
		}
	}
	if depth > maxClosureDepth || len(c.made) == maxVersions {
		return anything
	}
	s := aFunction + static(len(in.made))<<closureBits
	in.made, c.made = append(in.made, closure{c, sees, depth}), append(c.made, s)
	return s
}

// version gives the version for arguments and variables around of the given types:
// its types are final, or what is known of them while the search goes on. It gives
// nil where there are too many versions, which differ in what is left to defaults.
func (in *inference) version(c *callee, args, sees []static) *version {
	for _, v := range c.versions {
		if slices.Equal(v.args, args) && slices.Equal(v.sees, sees) {
			return v
		}
	}
	if len(c.versions) >= maxVersions {
		general, unseen := slices.Clone(args), slices.Repeat([]static{anything}, len(sees))
		for i, t := range general {
			if t != nothing {
				general[i] = anything
			}
		}
		if !slices.Equal(args, general) || !slices.Equal(sees, unseen) {
			return in.version(c, general, unseen)
		}
		if len(c.versions) >= 2*maxVersions && slices.Contains(args, nothing) {
			return nil
		}
	}
	v := &version{callee: c, args: args, sees: sees}
	c.versions = append(c.versions, v)
	in.open = append(in.open, v)
	in.changed = true
	if in.depth > 0 {
		if in.depth < maxChase {
			in.look(v)
		}
		return v
	}
	// A call that the search has not come by: look at all that follows from
	// it until nothing changes.
	for in.changed {
		in.changed = false
		for i := 0; i < len(in.open); i++ {
			in.look(in.open[i])
		}
	}
	in.open = nil
	return v
}

// look finds the types of a version from what is known of those it calls.
func (in *inference) look(v *version) {
	in.depth++
	vars := variables(v.callee.sees, v.sees)
	for i, p := range v.callee.params {
		s := v.args[i]
		if s == nothing {
			s = typing{in, types{vars: vars}}.of(v.callee.fn.Params[i].Default).asArgument()
		}
		if p != nil && s != anything && s != nothing {
			vars[p] = s
		}
	}
	t := in.unit(vars, v.callee.fn.Body)
	t.gives = t.gives.join(v.types.gives) // so that it only rises
	if t.gives != v.types.gives {
		in.changed = true
	}
	v.types = t
	in.depth--
}

// variables gives what is known of the variables that a function sees around it.
func variables(decls []*resolve.Decl, of []static) map[*resolve.Decl]static {
	vars := map[*resolve.Decl]static{}
	for i, s := range of {
		if s != anything {
			vars[decls[i]] = s
		}
	}
	return vars
}

// unit finds the types of a unit's variables and of its value, given those of
// its parameters and of the variables around it. A join only ever rises, so this
// ends after a few rounds.
func (in *inference) unit(vars map[*resolve.Decl]static, body ast.Node) types {
	if in == nil {
		return types{}
	}
	if vars == nil {
		vars = map[*resolve.Decl]static{}
	}
	s := &search{typing: typing{in, types{vars: vars}}, again: true}
	for s.again {
		s.again = false
		ast.Inspect(body, s.visit)
	}
	if x, ok := body.(ast.Expr); ok {
		s.gives(x)
	}
	return s.types
}

// search joins into the types of variables what a unit puts into them.
type search struct {
	typing
	again bool
}

func (s *search) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FnLit:
		return false // another unit: it assigns none of this one's variables
	case *ast.GroupExpr: // its children are others too
		for _, o := range n.Options {
			ast.Inspect(o.Value, s.visit)
		}
		return false
	case *ast.LetStmt:
		if parts := s.in.partsOf(n); parts != nil {
			for _, part := range parts {
				s.visit(part)
			}
		} else if name, ok := n.Pattern.(*ast.NamePattern); ok {
			s.declare(name, s.of(n.Value))
		}
	case *ast.ForStmt:
		s.loop(n)
	case *ast.AssignStmt:
		s.assign(n)
	case *ast.CallExpr:
		s.changed(n)
	case *ast.ReturnExpr:
		if n.Value != nil {
			s.gives(n.Value)
		} else {
			s.types.gives = anything
		}
	}
	return true
}

func isRange(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.RangeExpr)
	return ok
}

// isStepped tells that x is some numbers of a range: (lo..hi).step(2).
func isStepped(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	m, ok := ast.Unparen(call.Fn).(*ast.MemberExpr)
	return ok && m.Name == "step" && isRange(m.X)
}

// loop joins in what a loop puts into its names.
func (s *search) loop(n *ast.ForStmt) {
	value, isName := n.Value.(*ast.NamePattern)
	if isRange(n.Source) || isStepped(n.Source) {
		if isName && n.Key == nil {
			s.declare(value, anInt)
		}
		return
	}
	source := s.of(n.Source)
	if isName {
		s.declare(value, source.element())
	}
	if key, ok := n.Key.(*ast.NamePattern); ok && (source.isList() || source == nothing) {
		s.declare(key, anInt)
	} else if ok {
		s.declare(key, anything)
	}
}

func (s *search) gives(x ast.Expr) { s.types.gives = s.types.gives.join(s.of(x)) }

// declare joins in what a let, a var or a loop puts into its name.
func (s *search) declare(name *ast.NamePattern, t static) {
	b := name.Binding.(*resolve.Binding)
	if b.Boxed && b.Decl.Kind != resolve.LetDecl {
		return
	}
	old, seen := s.types.vars[b.Decl]
	s.put(b.Decl, old, seen, t)
}

func (s *search) put(d *resolve.Decl, old static, seen bool, t static) {
	if joined := old.join(t); joined != old || !seen {
		s.types.vars[d] = joined
		s.again = true
	}
}

// assign joins in what an assignment puts into variables and their elements.
func (s *search) assign(n *ast.AssignStmt) {
	if l, ok := ast.Unparen(n.Target).(*ast.ListLit); ok {
		if elems := elementwise(l, n.Value); elems != nil {
			for i, e := range elems {
				s.store(l.Elems[i], s.of(e))
			}
			return
		}
		s.storeAll(l, s.of(n.Value))
		return
	}
	t := s.of(n.Value)
	if n.Op != ast.Set && n.Op != ast.CoalesceSet {
		t = arithmetic(n.Op.Binary(), s.of(n.Target), t)
	}
	s.store(n.Target, t)
}

// storeAll joins in what a list pattern of places takes from a value.
func (s *search) storeAll(l *ast.ListLit, t static) {
	for _, e := range l.Elems {
		switch e := ast.Unparen(e).(type) {
		case *ast.SpreadExpr:
			s.store(e.X, listOfType(t.element()))
		case *ast.ListLit:
			s.storeAll(e, t.element())
		default:
			s.store(e, t.element())
		}
	}
}

// store joins in what is put at a place.
func (s *search) store(target ast.Expr, t static) {
	for depth := 0; ; depth++ {
		switch x := s.in.named(ast.Unparen(target)).(type) {
		case *ast.IndexExpr:
			target = x.X
		case *ast.MemberExpr:
			target = x.X
		case *ast.Ident:
			b, ok := x.Binding.(*resolve.Binding)
			if !ok {
				return // the _ of a pattern
			}
			if old, seen := s.types.vars[b.Decl]; seen {
				s.put(b.Decl, old, seen, old.with(depth, t))
			}
			return
		default:
			return
		}
	}
}

// changed joins in what a method puts into the list at a place.
func (s *search) changed(n *ast.CallExpr) {
	m, ok := ast.Unparen(n.Fn).(*ast.MemberExpr)
	if !ok || !changing(m.Name) {
		return
	}
	t := nothing
	switch m.Name {
	case "push":
		for _, a := range n.Args {
			if a.Spread {
				t = t.join(s.spread(a.Value))
			} else {
				t = t.join(s.of(a.Value))
			}
		}
	case "insert":
		t = anything
		if len(n.Args) == 2 && plainArguments(n.Args) {
			t = s.of(n.Args[1].Value)
		}
	case "remove", "pop", "sort", "reverse", "clear", "delete":
		return
	default:
		t = anything
	}
	s.store(m.X, listOfType(t))
}

// typing tells the static types of a unit's expressions.
type typing struct {
	in    *inference // nil: everything may be anything
	types types
}

// of gives the static type of an expression.
func (t typing) of(x ast.Expr) static {
	if t.in == nil {
		return anything
	}
	switch x := t.in.named(x).(type) {
	case *ast.IntLit:
		return anInt
	case *ast.FloatLit:
		return aFloat
	case *ast.BoolLit:
		return aBool
	case *ast.Ident:
		return t.ofName(x)
	case *ast.MemberExpr:
		return t.in.ofMember(x)
	case *ast.ParenExpr:
		return t.of(x.X)
	case *ast.UnaryExpr:
		if x.Op == ast.Not {
			return aBool
		}
		if o := t.of(x.X); o.numeric() || o == nothing {
			return o
		}
	case *ast.BinaryExpr:
		return t.ofBinary(x)
	case *ast.IfExpr:
		if x.Else != nil {
			return t.of(x.Then).join(t.of(x.Else))
		}
	case *ast.BlockExpr:
		return t.ofBlock(x)
	case *ast.BranchExpr:
		return t.ofBranch(x)
	case *ast.ListLit:
		return t.ofList(x)
	case *ast.IndexExpr:
		return t.ofIndex(x)
	case *ast.CatchExpr:
		return t.of(x.X).join(t.of(x.Handler))
	case *ast.FailExpr, *ast.ReturnExpr, *ast.BreakExpr, *ast.ContinueExpr:
		return nothing
	case *ast.FnLit:
		return t.ofFunction(x)
	case *ast.CallExpr:
		if v := t.called(x); v != nil {
			return v.types.gives
		}
		if isExtreme(x) {
			return t.ofExtreme(x)
		}
		return t.ofMethod(x)
	}
	return anything
}

func (t typing) ofList(x *ast.ListLit) static {
	all := nothing
	for _, e := range x.Elems {
		if s, ok := e.(*ast.SpreadExpr); ok {
			all = all.join(t.spread(s.X))
		} else {
			all = all.join(t.of(e))
		}
	}
	return listOfType(all)
}

// spread gives the type of the elements of what is spread.
func (t typing) spread(x ast.Expr) static {
	if isRange(x) {
		return anInt
	}
	return t.of(x).element()
}

func (t typing) ofIndex(x *ast.IndexExpr) static {
	list := t.of(x.X)
	switch {
	case x.Optional || !list.isList():
		if list == nothing {
			return nothing
		}
		return anything
	case isRange(x.Index):
		return list
	}
	switch t.of(x.Index) {
	case anInt:
		return list.element()
	case nothing:
		return nothing
	}
	return anything
}

// isExtreme tells that x is min or max of several values.
func isExtreme(x *ast.CallExpr) bool {
	id, ok := ast.Unparen(x.Fn).(*ast.Ident)
	if !ok || id.Name != "min" && id.Name != "max" || len(x.Args) < 2 || !plainArguments(x.Args) {
		return false
	}
	b, ok := id.Binding.(*resolve.Binding)
	return ok && b.Kind == resolve.Universe
}

// ofExtreme gives the type of the least or greatest of values: that of all, if
// they are numbers of one type.
func (t typing) ofExtreme(x *ast.CallExpr) static {
	all := t.of(x.Args[0].Value)
	for _, a := range x.Args[1:] {
		s := t.of(a.Value)
		if s == nothing {
			return nothing
		}
		all = all.join(s)
	}
	if all.numeric() || all == nothing {
		return all
	}
	return anything
}

// ofMethod gives the type of what a method of a list gives.
func (t typing) ofMethod(x *ast.CallExpr) static {
	m, ok := ast.Unparen(x.Fn).(*ast.MemberExpr)
	if !ok || m.Optional {
		return anything
	}
	if isRange(m.X) && m.Name == "to_list" && len(x.Args) == 0 {
		return listOfType(anInt)
	}
	switch list := t.of(m.X); {
	case list == nothing:
		return nothing
	case !list.isList():
		return anything
	case m.Name == "len" && len(x.Args) == 0:
		return anInt
	case m.Name == "remove" && len(x.Args) == 1 && plainArguments(x.Args):
		return list.element()
	case m.Name == "sorted" || m.Name == "reversed" || m.Name == "filter" || m.Name == "take" || m.Name == "drop":
		return list
	}
	return anything
}

// plainArguments tells that each is one value by position.
func plainArguments(args []ast.Arg) bool {
	return !slices.ContainsFunc(args, func(a ast.Arg) bool { return a.Spread || a.Name != "" })
}

func (t typing) ofName(x *ast.Ident) static {
	b, ok := x.Binding.(*resolve.Binding)
	if !ok || b.Decl == nil || b.Sibling || b.Check && b.Kind != resolve.Global && !b.Boxed {
		return anything
	}
	if b.Decl.Kind == resolve.FnDecl {
		return t.ofFunction(b.Decl.Fn)
	}
	if s, ok := t.types.vars[b.Decl]; ok && (!b.Check || b.Boxed) {
		return s
	}
	return t.in.ofLet(b.Decl)
}

// ofLet gives the static type of a let that computes with constants: it is the
// same in every unit that sees it. Of all other variables anything is known.
func (in *inference) ofLet(d *resolve.Decl) static {
	if d.Kind != resolve.LetDecl || d.Value == nil {
		return anything
	}
	s, known := in.lets[d]
	if !known {
		in.lets[d] = anything // for a name that leads back here
		s = in.ofConstant(d.Value)
		in.lets[d] = s
	}
	return s
}

// ofConstant gives the static type of what is computed of constants, of lists of
// these and of functions that see no variables around them.
func (in *inference) ofConstant(x ast.Expr) static {
	switch x := x.(type) {
	case *ast.FnLit:
		if c := in.callees[x]; c != nil && len(c.sees) == 0 {
			return in.closure(c, nil)
		}
	case *ast.ListLit:
		all := nothing
		for _, e := range x.Elems {
			all = all.join(in.ofConstant(e))
		}
		return listOfType(all)
	case *ast.IntLit, *ast.FloatLit, *ast.BoolLit, *ast.MemberExpr, *ast.Ident:
		return typing{in: in}.of(x)
	case *ast.ParenExpr:
		return in.ofConstant(x.X)
	case *ast.UnaryExpr:
		if o := in.ofConstant(x.X); x.Op != ast.Not && o.numeric() {
			return o
		}
	case *ast.BinaryExpr:
		if x.Op >= ast.Add && x.Op <= ast.Mod {
			return arithmetic(x.Op, in.ofConstant(x.X), in.ofConstant(x.Y))
		}
	}
	return anything
}

// ofMember gives the static type of a module's constant.
func (in *inference) ofMember(x *ast.MemberExpr) static {
	id, ok := x.X.(*ast.Ident)
	if !ok {
		return anything
	}
	b := id.Binding.(*resolve.Binding)
	if b.Kind != resolve.Module {
		return anything
	}
	for _, c := range in.program.module(b.Name).Consts {
		if c.Name != x.Name {
			continue
		}
		switch c.Value.Kind() {
		case KindInt:
			return anInt
		case KindFloat:
			return aFloat
		}
	}
	return anything
}

// literal gives the number that x is: written there, or where the let is that
// binds the name x. Of any other expression it gives that itself.
func (t typing) literal(x ast.Expr) ast.Expr {
	x = t.in.named(ast.Unparen(x))
	id, ok := x.(*ast.Ident)
	if !ok {
		return x
	}
	b, ok := id.Binding.(*resolve.Binding)
	if !ok || b.Boxed || b.Check || b.Sibling || b.Decl == nil || b.Decl.Kind != resolve.LetDecl {
		return x
	}
	switch b.Decl.Value.(type) {
	case *ast.IntLit, *ast.FloatLit:
		return b.Decl.Value
	}
	return x
}

func (t typing) ofBinary(x *ast.BinaryExpr) static {
	switch x.Op {
	case ast.Add, ast.Sub, ast.Mul, ast.Div, ast.FloorDiv, ast.Mod:
		return arithmetic(x.Op, t.of(x.X), t.of(x.Y))
	case ast.Coalesce:
		return anything
	}
	return aBool
}

// arithmetic gives the type of a op b.
func arithmetic(op ast.BinaryOp, a, b static) static {
	switch {
	case a == nothing || b == nothing:
		return nothing
	case op == ast.Add && a.isList() && b.isList():
		return a.join(b)
	case op == ast.Mul && a.isList() && b == anInt:
		return a
	case op == ast.Mul && a == anInt && b.isList():
		return b
	case !a.numeric() || !b.numeric():
		return anything
	case op != ast.Div && a == anInt && b == anInt:
		return anInt
	}
	return aFloat
}

func (t typing) ofBlock(x *ast.BlockExpr) static {
	if len(x.Stmts) == 0 {
		return anything
	}
	return t.ofLast(x.Stmts[len(x.Stmts)-1])
}

// ofLast gives the type of a block or an arm that ends with s.
func (t typing) ofLast(s ast.Stmt) static {
	if x, ok := s.(*ast.ExprStmt); ok {
		return t.of(x.X)
	}
	return anything
}

func (t typing) ofBranch(x *ast.BranchExpr) static {
	all, complete := nothing, false
	for _, a := range x.Arms {
		all, complete = all.join(t.ofLast(a.Body)), complete || a.Else
	}
	if !complete {
		return anything
	}
	return all
}

// called gives the version that a call runs; nil where that is not known.
func (t typing) called(x *ast.CallExpr) *version {
	if t.in == nil {
		return nil
	}
	fn, fit := t.callee(x)
	if fit == nil {
		return nil
	}
	args := make([]static, len(fn.callee.params)) // nothing for those that are left to their defaults
	for i, a := range x.Args {
		s := t.of(a.Value).asArgument()
		if s == nothing {
			return unreached
		}
		args[fit.to[i]] = s
	}
	return t.in.version(fn.callee, args, fn.sees)
}

// unreached stands for the version of a call that is not reached, as far as is
// known.
var unreached = &version{}

// callee gives the function that a call is known to be one of, and how the call
// fits it; nil where that is not known, it has no versions or the call does not fit.
func (t typing) callee(x *ast.CallExpr) (*closure, *fitting) {
	fn := t.of(x.Fn)
	if !fn.isFunction() {
		return nil, nil
	}
	c := &t.in.made[fn>>closureBits]
	return c, fits(c.callee.fn, x.Args)
}

// fit gives what is known of a call's function; nil where it or the number of
// its arguments is not known, or the call does not fit.
func (t typing) fit(x *ast.CallExpr) *fitting {
	if t.in == nil {
		return nil
	}
	if _, fit := t.callee(x); fit != nil {
		return fit
	}
	return t.in.fit(x)
}
