package resolve

import (
	"fmt"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// resolver walks one file in source order. Where it stands is told by frame
// (whose slots are being handed out) and scope (what is visible).
type resolver struct {
	source *lexer.Source
	world  *World
	out    *File
	diags  lexer.Diagnostics

	frame *frame
	scope *scope
	// now counts scopes entered and names bound: what is bound later than a
	// block was entered is not there yet when the block's functions are made.
	now int
	// hidden are the siblings whose own item is being resolved: a label is not
	// in scope there.
	hidden []*variable
}

// Resolve finds what every name of a file means and writes it into the tree.
// It reports all mistakes at once, warnings among them, in source order, and
// copes with a tree of which parts could not be read. A file with errors must
// not be run.
func Resolve(file *ast.File, world *World) (*File, lexer.Diagnostics) {
	if world == nil {
		world = &World{Universe: nothing{}, Module: func(string) Members { return nil }}
	}
	r := &resolver{
		source: file.Source,
		world:  world,
		out:    &File{AST: file, Exports: map[string]*Decl{}},
	}
	r.file(file)
	r.diags.Sort()
	return r.out, r.diags
}

// Add makes the names of an input known to the inputs after it.
func (s *Session) Add(f *File) {
	if s.Decls == nil {
		s.Decls = map[string]*Decl{}
	}
	for _, decl := range f.Globals {
		s.Decls[decl.Name] = decl
	}
	s.Count = f.Base + len(f.Globals)
}

func (r *resolver) file(file *ast.File) {
	r.frame = newFrame(FileUnit, nil)
	r.out.Unit = r.frame.unit
	r.now = 1
	r.scope = &scope{frame: r.frame, names: map[string]*variable{}, entered: r.now}
	if s := r.world.Session; s != nil {
		r.out.Base = s.Count
		for name, decl := range s.Decls {
			here := *decl
			here.Span = lexer.Span{} // it stands in another text
			r.scope.names[name] = &variable{
				decl: &here, frame: r.frame, scope: r.scope, global: true, index: decl.Index,
				bound: r.now, unsure: decl.Kind != FnDecl,
			}
		}
	}
	top := r.push()
	top.file = true
	r.declareAll(file.Stmts)
	r.out.Fns = top.fns
	r.stmts(file.Stmts)
	for _, v := range top.vars {
		if decl := v.decl; (decl.Kind == LetDecl || decl.Kind == FnDecl) && decl.Name[0] != '_' {
			r.out.Exports[decl.Name] = decl
		}
	}
	r.pop()
	file.Info = r.out
}

// complaint is a diagnostic being put together.
type complaint struct{ d *lexer.Diagnostic }

func (c complaint) hint(format string, args ...any) complaint {
	c.d.Hint = fmt.Sprintf(format, args...)
	return c
}

// near hints at a name that may have been meant, where there is one.
func (c complaint) near(name string, candidates []string) complaint {
	if near := Nearest(name, candidates); near != "" {
		c.d.Hint = fmt.Sprintf("did you mean `%s`?", near)
	}
	return c
}

func (c complaint) related(span lexer.Span, message string) complaint {
	c.d.Related = append(c.d.Related, lexer.Related{Span: span, Message: message})
	return c
}

// declared points at a declaration, unless it stands in no text or in another one.
func (c complaint) declared(decl *Decl, message string) complaint {
	if decl == nil || decl.Span == (lexer.Span{}) {
		return c
	}
	return c.related(decl.Span, message)
}

func (r *resolver) errorf(span lexer.Span, format string, args ...any) complaint {
	return r.report(lexer.SeverityError, span, fmt.Sprintf(format, args...))
}

func (r *resolver) warnf(span lexer.Span, format string, args ...any) complaint {
	return r.report(lexer.SeverityWarning, span, fmt.Sprintf(format, args...))
}

func (r *resolver) report(severity lexer.Severity, span lexer.Span, message string) complaint {
	d := &lexer.Diagnostic{Source: r.source, Span: span, Severity: severity, Message: message}
	r.diags = append(r.diags, d)
	return complaint{d}
}
