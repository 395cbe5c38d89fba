package resolve

import (
	"strings"
	"unicode"

	"github.com/tgscript/tgscript/ast"
)

// declareAll makes the names of a block known before its statements are
// resolved: functions may use those that are bound later.
func (r *resolver) declareAll(stmts []ast.Stmt) {
	r.scope.block = true
	for _, stmt := range stmts {
		switch s := stmt.(type) {
		case *ast.LetStmt:
			r.declareLet(s)
		case *ast.FnStmt:
			r.declareFn(s)
		case *ast.ImportStmt:
			if r.scope.file {
				r.declareImport(s)
			}
		case *ast.BadStmt:
			r.declareUnread(s)
		}
	}
}

func (r *resolver) declareUnread(s *ast.BadStmt) {
	if r.scope.unread == nil {
		r.scope.unread = map[string]bool{}
	}
	end := min(int(s.Range.End), len(r.source.Text))
	text := r.source.Text[min(int(s.Range.Start), end):end]
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsNumber(c) }) {
		r.scope.unread[strings.TrimLeftFunc(word, unicode.IsNumber)] = true
	}
}

func (r *resolver) declareLet(s *ast.LetStmt) {
	kind := LetDecl
	if s.Var {
		kind = VarDecl
	}
	names := r.declarePattern(s.Pattern, kind)
	if _, plain := s.Pattern.(*ast.NamePattern); !plain || len(names.vars) == 0 || s.Value == nil {
		return
	}
	decl := names.vars[0].decl
	decl.Value = s.Value
	if fn, ok := ast.Unparen(s.Value).(*ast.FnLit); ok && !s.Var {
		decl.Fn = fn
	}
}

func (r *resolver) declareFn(s *ast.FnStmt) {
	if s.Fn == nil {
		return
	}
	v := r.declare(&Decl{Kind: FnDecl, Name: s.Fn.Name, Span: s.Fn.NameSpan, Fn: s.Fn})
	v.bound = r.scope.entered
	s.Binding = r.declaration(v)
	r.scope.fns = append(r.scope.fns, s)
}

func (r *resolver) declareImport(s *ast.ImportStmt) {
	r.out.Imports = append(r.out.Imports, s)
	v := r.declare(&Decl{Kind: ImportDecl, Name: s.Alias, Span: s.AliasSpan, File: r.world.Imports[s]})
	b := r.declaration(v)
	b.Kind = Import
	s.Binding = b
}

func (r *resolver) stmts(stmts []ast.Stmt) {
	r.warnValues(stmts)
	for _, stmt := range stmts {
		r.stmt(stmt)
	}
}

func (r *resolver) stmt(stmt ast.Stmt) {
	switch s := stmt.(type) {
	case *ast.LetStmt:
		r.expr(s.Value)
		r.bindPattern(s.Pattern)
	case *ast.FnStmt:
		if s.Fn != nil {
			r.fn(s.Fn, true)
		}
	case *ast.AssignStmt:
		r.assign(s)
	case *ast.ExprStmt:
		r.expr(s.X)
	case *ast.ForStmt:
		r.forStmt(s)
	case *ast.WhileStmt:
		r.expr(s.Cond)
		r.loop(s.Body)
	case *ast.DeferStmt:
		r.deferStmt(s)
	case *ast.ImportStmt:
		r.importStmt(s)
	}
}

func (r *resolver) forStmt(s *ast.ForStmt) {
	if g, ok := unparen(s.Source).(*ast.GroupExpr); ok {
		r.frame.deeper()
		r.group(g, true)
		r.frame.depth--
	} else {
		r.expr(s.Source)
	}
	r.push()
	r.loopPatterns(s.Key, s.Value)
	r.loop(s.Body)
	r.pop()
}

// loopPatterns declares and binds what a for binds in each turn.
func (r *resolver) loopPatterns(key, value ast.Pattern) []*variable {
	names := r.declarePattern(key, LoopDecl)
	names.add(value)
	r.bindPattern(key)
	r.bindPattern(value)
	return names.vars
}

func (r *resolver) loop(body *ast.BlockExpr) {
	r.frame.loops++
	r.block(body)
	r.frame.loops--
}

func (r *resolver) deferStmt(s *ast.DeferStmt) {
	f := r.frame
	loops, deferred := f.loops, f.deferred
	f.unit.Defers, f.loops, f.deferred = true, 0, true
	r.expr(s.Body)
	f.loops, f.deferred = loops, deferred
}

func (r *resolver) importStmt(s *ast.ImportStmt) {
	if !r.scope.file {
		r.errorf(s.Range, "`import` stands only at the top level of a file").hint("move it out of the block")
		return
	}
	if b, ok := s.Binding.(*Binding); ok {
		for _, v := range r.scope.vars {
			if v.decl == b.Decl {
				r.bind(v)
			}
		}
	}
}

// block resolves a block and gives it its Scope.
func (r *resolver) block(b *ast.BlockExpr) {
	if b == nil {
		return
	}
	r.frame.deeper()
	s := r.push()
	r.declareAll(b.Stmts)
	r.stmts(b.Stmts)
	info := &Scope{Fns: s.fns, Boxes: s.boxes}
	for _, stmt := range b.Stmts {
		if _, ok := stmt.(*ast.DeferStmt); ok {
			info.Defers = true
		}
	}
	b.Scope = info
	r.pop()
	r.frame.depth--
}

// unparen is ast.Unparen for what may be missing.
func unparen(x ast.Expr) ast.Expr {
	if x == nil {
		return nil
	}
	return ast.Unparen(x)
}
