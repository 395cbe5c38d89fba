package resolve

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// callee is what is known of a function before it is called.
type callee struct {
	name   string
	params []SigParam
	decl   *Decl // nil for the library's functions
}

func (r *resolver) call(x *ast.CallExpr) {
	fn := unparen(x.Fn)
	switch fn := fn.(type) {
	case *ast.Ident:
		r.ident(fn, call)
	case *ast.MemberExpr:
		r.member(fn)
		r.changingCall(fn)
	default:
		r.expr(x.Fn)
	}
	for _, arg := range x.Args {
		r.expr(arg.Value)
	}
	if c := r.callee(fn); r.distinct(x.Args) && c != nil {
		r.arguments(x, c)
	}
}

// distinct reports an argument that is named twice.
func (r *resolver) distinct(args []ast.Arg) bool {
	first := map[string]lexer.Span{}
	for _, arg := range args {
		if arg.Name == "" {
			continue
		}
		if span, twice := first[arg.Name]; twice {
			r.errorf(arg.NameSpan, "`%s` is given twice", arg.Name).related(span, "first here")
			return false
		}
		first[arg.Name] = arg.NameSpan
	}
	return true
}

// member resolves x.name; of a module or an imported file it must exist.
func (r *resolver) member(x *ast.MemberExpr) {
	id, ok := x.X.(*ast.Ident)
	if !ok {
		r.expr(x.X)
		return
	}
	switch b := r.ident(id, member); {
	case b.Kind == Module:
		members := r.world.Module(id.Name)
		if _, ok := members.Find(x.Name); !ok {
			r.noMember(x, id.Name, members.Names())
		}
	case b.Kind == Import && b.Decl.File != nil:
		if b.Decl.File.Exports[x.Name] == nil {
			c := r.noMember(x, id.Name, sortedKeys(b.Decl.File.Exports))
			for _, decl := range b.Decl.File.Globals {
				switch {
				case decl.Name != x.Name:
				case decl.Kind == VarDecl:
					c.hint("only a `let` or a `fn` of a file is its member, not a `var`")
				case strings.HasPrefix(x.Name, "_"):
					c.hint("a name that begins with `_` is its file's own")
				}
			}
		}
	}
}

func (r *resolver) noMember(x *ast.MemberExpr, module string, members []string) complaint {
	c := r.errorf(x.NameSpan, "`%s` is no member of `%s`", x.Name, module)
	if near := Nearest(x.Name, members); near != "" {
		c.hint("did you mean `%s.%s`?", module, near)
	}
	return c
}

// callee gives what is known of the function that an expression evidently is.
func (r *resolver) callee(fn ast.Expr) *callee {
	switch fn := fn.(type) {
	case *ast.Ident:
		b, ok := fn.Binding.(*Binding)
		if !ok {
			return nil
		}
		if b.Kind == Universe {
			return known(fn.Name, r.world.Universe, fn.Name)
		}
		return script(fn.Name, b.Decl)
	case *ast.MemberExpr:
		id, ok := fn.X.(*ast.Ident)
		if !ok {
			return nil
		}
		b, ok := id.Binding.(*Binding)
		switch {
		case !ok:
		case b.Kind == Module:
			return known(id.Name+"."+fn.Name, r.world.Module(id.Name), fn.Name)
		case b.Kind == Import && b.Decl.File != nil:
			if c := script(id.Name+"."+fn.Name, b.Decl.File.Exports[fn.Name]); c != nil {
				c.decl = nil // stands in another text
				return c
			}
		}
	case *ast.FnLit:
		return &callee{name: "this function", params: paramsOf(fn)}
	}
	return nil
}

// known gives a function of the library; nil if the member is none.
func known(path string, members Members, name string) *callee {
	sig, _ := members.Find(name)
	if sig == nil {
		return nil
	}
	return &callee{name: "`" + path + "`", params: sig.Params}
}

func script(name string, decl *Decl) *callee {
	if decl == nil || decl.Fn == nil {
		return nil
	}
	return &callee{name: "`" + name + "`", params: paramsOf(decl.Fn), decl: decl}
}

func paramsOf(fn *ast.FnLit) []SigParam {
	params := make([]SigParam, len(fn.Params))
	for i, p := range fn.Params {
		params[i] = SigParam{Optional: p.Default != nil || p.Rest, Rest: p.Rest}
		if name, ok := p.Pattern.(*ast.NamePattern); ok && name != nil {
			params[i].Name = name.Name
		}
	}
	return params
}

// arguments checks what a call gives against what its function takes.
func (r *resolver) arguments(x *ast.CallExpr, c *callee) {
	filled := make([]bool, len(c.params))
	positional, spread, named := 0, false, false
	for _, arg := range x.Args {
		switch {
		case arg.Spread:
			spread = true
		case arg.Name == "":
			positional++
		default:
			named = true
		}
	}
	rest := c.fill(filled, positional)
	if rest > 0 && !spread {
		r.count(x, c, positional)
		return
	}
	good := true
	for _, arg := range x.Args {
		if arg.Name != "" && !arg.Spread {
			good = r.named(arg, c, filled) && good
		}
	}
	if spread || !good {
		return
	}
	var missing []string
	for i, p := range c.params {
		if !filled[i] && !p.Optional && !p.Rest && !p.NamedRest {
			missing = append(missing, cmp.Or(p.Name, fmt.Sprintf("argument %d", i+1)))
		}
	}
	switch {
	case len(missing) == 0:
	case !named:
		r.count(x, c, positional)
	default:
		r.errorf(end(x), "%s is missing %s", c.name, quoted(missing)).declared(c.decl, "declared here")
	}
}

// fill gives the arguments by position to the parameters, and tells how many
// are left over.
func (c *callee) fill(filled []bool, n int) int {
	for i, p := range c.params {
		if p.Rest {
			return 0
		}
		if n > 0 && !p.NamedOnly && !p.NamedRest {
			filled[i] = true
			n--
		}
	}
	return n
}

func (r *resolver) named(arg ast.Arg, c *callee, filled []bool) bool {
	var names []string
	open := false
	for i, p := range c.params {
		if p.NamedRest {
			open = true
			continue
		}
		if p.Rest || p.Name == "" {
			continue
		}
		names = append(names, p.Name)
		if p.Name != arg.Name {
			continue
		}
		if filled[i] {
			r.errorf(arg.NameSpan, "`%s` is given twice to %s", arg.Name, c.name).declared(c.decl, "declared here")
			return false
		}
		filled[i] = true
		return true
	}
	if open {
		return true
	}
	e := r.errorf(arg.NameSpan, "%s has no parameter `%s`", c.name, arg.Name).declared(c.decl, "declared here")
	if len(names) > 0 {
		e.hint("it has %s", quoted(names))
	}
	e.near(arg.Name, names)
	return false
}

// count reports a wrong number of arguments.
func (r *resolver) count(x *ast.CallExpr, c *callee, got int) {
	least, most, rest := 0, 0, false
	for _, p := range c.params {
		switch {
		case p.Rest:
			rest = true
		case p.NamedRest || p.NamedOnly && p.Optional:
		default:
			most++
			if !p.Optional {
				least++
			}
		}
	}
	takes := ""
	switch {
	case rest:
		takes = "at least " + arguments(least)
	case least == most:
		takes = arguments(most)
	default:
		takes = fmt.Sprintf("%d to %s", least, arguments(most))
	}
	r.errorf(end(x), "%s takes %s, got %d", c.name, takes, got).declared(c.decl, "declared here")
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// end is the place to point at for a call: its function's name.
func end(x *ast.CallExpr) lexer.Span {
	if x.Fn != nil {
		return x.Fn.Span()
	}
	return x.Range
}

func quoted(names []string) string {
	return "`" + strings.Join(names, "`, `") + "`"
}
