package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

// Options is what Compile needs besides the text.
type Options struct {
	// Modules are what scripts find by name; without any the language is
	// pure: no script touches the world.
	Modules []*Module
	// Globals are names that each Run gives a value.
	Globals []string
	// Files is where imports are read; nil: scripts cannot import.
	Files fs.FS
	// Source bounds the bytes of each file; 0: 16 MiB.
	Source int
	// Plain compiles without what makes programs faster: no static types, no
	// versions of functions. The meaning is the same, to the positions of
	// errors; tests compare the two.
	Plain bool
}

// defaultSource is the largest file read without a bound of its own.
const defaultSource = 16 << 20

// Diagnostics is the error of Compile: every mistake of the text, in order.
type Diagnostics = lexer.Diagnostics

// Program is a compiled script with the files it imports. It never changes;
// any number of runs may use it at once.
type Program struct {
	files   []*code
	modules map[string]*Module
	given   []string
	options Options
	session bool // it is an input of one
}

// code is one compiled file.
type code struct {
	name  string
	info  *resolve.File
	proto *proto
	apart map[*resolve.Decl]*apart // see takeApart
}

// Compile turns a text into a Program. The name is reported in errors and
// traces, and is what imports are relative to. The error is Diagnostics.
func Compile(name, src string, options Options) (*Program, error) {
	p, all := compile(name, src, options, nil)
	if errs := all.Errors(); len(errs) > 0 {
		return nil, errs
	}
	return p, nil
}

// Check gives every error and warning of a text, in order, without running it.
func Check(name, src string, options Options) Diagnostics {
	_, all := compile(name, src, options, nil)
	return all
}

func compile(name, src string, options Options, session *Session) (*Program, lexer.Diagnostics) {
	p := &Program{options: options, given: options.Globals, modules: map[string]*Module{}, session: session != nil}
	for _, m := range options.Modules {
		p.modules[m.Name] = m
	}
	l := &loader{program: p, files: map[string]*resolve.File{}, offers: map[string]members{}}
	if session != nil {
		l.session = &session.names
	}
	l.load(lexer.NewSource(name, src))
	l.diagnostics.Sort()
	if len(l.diagnostics.Errors()) == 0 {
		for i, c := range p.files {
			comp := &compiler{program: p, file: c.info, source: c.info.AST.Source, index: i, texts: map[string]Value{}}
			if !options.Plain {
				comp.in = newInference(p, c.info.AST)
				comp.in.takeApart(c.info, session != nil, i < len(p.files)-1)
				c.apart = comp.in.apart
			}
			c.proto = comp.fileProto()
		}
	}
	return p, l.diagnostics
}

// module gives a module the program was compiled with.
func (p *Program) module(name string) *Module { return p.modules[name] }

// fileOf gives the index of a file.
func (p *Program) fileOf(info *resolve.File) int {
	for i, c := range p.files {
		if c.info == info {
			return i
		}
	}
	panic("compile: a file of another program")
}

// loader reads a file and what it imports, each file once.
type loader struct {
	program     *Program
	files       map[string]*resolve.File // by path; nil while a file is being read
	chain       []string                 // the files being read, outermost first
	offers      map[string]members       // of the modules that were asked for
	diagnostics lexer.Diagnostics
	session     *resolve.Session
}

// load reads a file. Its imports come before it in the program; the main file
// is the last.
func (l *loader) load(src *lexer.Source) *resolve.File {
	limit := l.program.options.Source
	if limit == 0 {
		limit = defaultSource
	}
	if len(src.Text) > limit {
		l.report(src, lexer.Span{}, fmt.Sprintf("the file has %d bytes, the limit is %d", len(src.Text), limit))
		return nil
	}
	tree, diagnostics := parser.Parse(src)
	l.diagnostics = append(l.diagnostics, diagnostics...)
	here := path.Clean(src.Name)
	l.files[here] = nil
	l.chain = append(l.chain, here)
	world := &resolve.World{
		Universe: universe(), Module: l.members, Modules: slices.Sorted(maps.Keys(l.program.modules)),
		Given: l.program.given, Imports: map[*ast.ImportStmt]*resolve.File{},
	}
	if len(l.chain) == 1 {
		world.Session = l.session
	}
	for _, s := range tree.Stmts {
		if s, ok := s.(*ast.ImportStmt); ok {
			if file := l.imported(src, here, s); file != nil {
				world.Imports[s] = file
			}
		}
	}
	info, diagnostics := resolve.Resolve(tree, world)
	l.diagnostics = append(l.diagnostics, diagnostics...)
	l.chain = l.chain[:len(l.chain)-1]
	l.files[here] = info
	l.program.files = append(l.program.files, &code{name: src.Name, info: info})
	return info
}

// imported loads the file of an import statement; nil where it cannot.
func (l *loader) imported(src *lexer.Source, here string, s *ast.ImportStmt) *resolve.File {
	if s.Path == "" {
		l.report(src, s.PathSpan, "an import names the path of a file")
		return nil
	}
	if l.program.options.Files == nil {
		l.report(src, s.PathSpan, "imports are not available here")
		return nil
	}
	name := path.Join(path.Dir(here), s.Path)
	if file, seen := l.files[name]; seen {
		if file == nil {
			l.reportCycle(src, s, name)
		}
		return file
	}
	text, err := fs.ReadFile(l.program.options.Files, name)
	if err != nil {
		reason := err.Error()
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			reason = pathErr.Err.Error()
		}
		l.report(src, s.PathSpan, fmt.Sprintf("cannot import %q: %s", s.Path, reason))
		return nil
	}
	return l.load(lexer.NewSource(name, string(text)))
}

func (l *loader) reportCycle(src *lexer.Source, s *ast.ImportStmt, name string) {
	chain := l.chain
	for len(chain) > 0 && chain[0] != name {
		chain = chain[1:]
	}
	l.report(src, s.Span(), "files import each other in a circle: "+strings.Join(append(append([]string{}, chain...), name), " → "))
}

func (l *loader) report(src *lexer.Source, span lexer.Span, message string) {
	l.diagnostics = append(l.diagnostics, &lexer.Diagnostic{Source: src, Span: span, Message: message})
}
