package parser

import (
	"fmt"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// statement reads the next statement of a file or block and what ends it; nil
// at the end of the block. One with a mistake gives a BadStmt.
func (p *parser) statement() ast.Stmt {
	for p.kind() == lexer.Semicolon {
		p.pos++
	}
	if p.kind() == lexer.EOF || p.kind() == lexer.RightBrace && p.block {
		return nil
	}
	first, start := p.pos, p.start()
	var stmt ast.Stmt
	ok := p.attempt(func() {
		stmt = p.statementHere()
		p.endStatement()
	}, endsStatement)
	if stmt == nil {
		stmt = p.salvage(first)
	}
	if stmt == nil || !ok && isBare(stmt) {
		bad := &ast.BadStmt{}
		bad.SetSpan(p.from(start))
		return bad
	}
	return stmt
}

// isBare tells whether a statement that something wrong follows says nothing
// by itself: its meaning may be quite another.
func isBare(stmt ast.Stmt) bool {
	_, ok := stmt.(*ast.ExprStmt)
	return ok
}

func endsStatement(t *lexer.Token) bool { return t.NewlineBefore || t.Kind == lexer.Semicolon }

func (p *parser) endStatement() {
	t := p.token()
	if endsStatement(t) || t.Kind == lexer.EOF || t.Kind == lexer.RightBrace && p.block {
		return
	}
	p.comparesGroup()
	switch t.Kind {
	case lexer.LeftBrace:
		p.unexpected("a newline or `;` before it")
	case lexer.Comma:
		p.unexpected("a newline or `;` after the statement")
	case lexer.Colon:
		p.fail(t.Span, "`:` cannot stand here", "a label stands in a group `< … >`, a key in a map")
	}
	p.unexpected("a newline or `;` after the statement")
}

// statementHere chooses by the first token.
func (p *parser) statementHere() ast.Stmt {
	start := p.start()
	switch p.kind() {
	case lexer.Let, lexer.Var:
		return place(p, start, produce(p, &p.grammar.let))
	case lexer.Fn:
		return p.function()
	case lexer.For:
		return p.forStmt(start)
	case lexer.While:
		return p.whileStmt(start)
	case lexer.Defer:
		return place(p, start, produce(p, &p.grammar.deferred))
	case lexer.Import:
		return p.importStmt(start)
	case lexer.RightBrace, lexer.RightParen, lexer.RightBracket:
		p.stray()
	}
	return p.simple()
}

// placed is a node whose span is set once it is read.
type placed interface{ SetSpan(lexer.Span) }

// place sets the span of a node that began at start and has just been read.
func place[N placed](p *parser, start lexer.Pos, node N) N {
	node.SetSpan(p.from(start))
	return node
}

func (p *parser) stray() {
	t := p.next()
	d := p.report(t.Span, fmt.Sprintf("`%s` closes nothing", t.Kind), "delete it, or look for the bracket it belongs to")
	d.Incomplete = false
	panic(giveUp)
}

// simple reads an expression or an assignment:
//
//	simple = expr [ ( "=" | "+=" | … ) expr ] .
func (p *parser) simple() ast.Stmt {
	start := p.start()
	x := p.expr()
	op, ok := assignOp(p.kind())
	if !ok || !p.continues() {
		return place(p, start, &ast.ExprStmt{X: x})
	}
	stmt := &ast.AssignStmt{Target: x, Op: op, OpSpan: p.next().Span}
	stmt.Value = p.expr()
	p.checkTarget(x, op)
	return place(p, start, stmt)
}

// assignOp gives what an operator assigns; ok is false for what is none.
func assignOp(kind lexer.Kind) (op ast.AssignOp, ok bool) {
	switch kind {
	case lexer.Assign:
		return ast.Set, true
	case lexer.PlusAssign:
		return ast.AddSet, true
	case lexer.MinusAssign:
		return ast.SubSet, true
	case lexer.StarAssign:
		return ast.MulSet, true
	case lexer.SlashAssign:
		return ast.DivSet, true
	case lexer.SlashSlashAssign:
		return ast.FloorDivSet, true
	case lexer.PercentAssign:
		return ast.ModSet, true
	case lexer.CoalesceAssign:
		return ast.CoalesceSet, true
	}
	return 0, false
}

// checkTarget reports what is no place that an assignment could change.
func (p *parser) checkTarget(x ast.Expr, op ast.AssignOp) {
	list, ok := x.(*ast.ListLit)
	if !ok {
		p.checkPlace(x)
		return
	}
	if op != ast.Set {
		p.report(list.Span(), fmt.Sprintf("`%s` cannot change several places at once", op), "write `[a, b] = [x, y]`, or one assignment for each")
	}
	p.checkPlaces(list)
}

// checkPlaces checks a list pattern of places.
func (p *parser) checkPlaces(list *ast.ListLit) {
	if len(list.Elems) == 0 {
		p.report(list.Span(), "`[]` names no place to assign to", "")
	}
	for i, elem := range list.Elems {
		if rest, ok := elem.(*ast.SpreadExpr); ok {
			if i < len(list.Elems)-1 {
				p.report(elem.Span(), "`...` must be the last in the pattern", "")
			}
			elem = rest.X
		}
		if inner, ok := elem.(*ast.ListLit); ok {
			p.checkPlaces(inner)
			continue
		}
		p.checkPlace(elem)
	}
}

func (p *parser) checkPlace(x ast.Expr) {
	root := x
	for {
		switch n := root.(type) {
		case *ast.Ident:
			return
		case *ast.MemberExpr:
			root = n.X
			continue
		case *ast.IndexExpr:
			if r, ok := n.Index.(*ast.RangeExpr); ok {
				p.report(r.Span(), "a slice cannot be assigned to", "assign to single elements, or build a new list")
				return
			}
			root = n.X
			continue
		}
		break
	}
	what := "this"
	switch root.(type) {
	case *ast.CallExpr:
		what = "a call's result"
	case *ast.ChainExpr:
		what = "what `?.` finds"
	case *ast.IntLit, *ast.FloatLit, *ast.StringLit, *ast.TemplateLit, *ast.BoolLit, *ast.NilLit, *ast.DurationLit:
		what = "a literal"
	case *ast.SpreadExpr:
		what = "a spread"
	}
	hint := "only a `var`, and what is in it, can be assigned"
	if _, call := root.(*ast.CallExpr); call && x == root {
		hint = "to declare a function write `fn name(a) = …`"
	}
	p.report(x.Span(), what+" cannot be assigned to", hint)
}

// forStmt and whileStmt read loops, whose headers have rules in the tags:
//
//	loop = ( ForStmt | WhileStmt ) block .
func (p *parser) forStmt(start lexer.Pos) ast.Stmt {
	outer, height := p.context, p.descend()
	p.block = true
	stmt := produce(p, &p.grammar.forLoop)
	stmt.Body = p.loopBody()
	p.context = outer
	p.ascend(height)
	stmt.Key, stmt.Value = loopNames(stmt.Key, stmt.Value)
	return place(p, start, stmt)
}

// loopNames moves the only name of a for to where the value is.
func loopNames(key, value ast.Pattern) (ast.Pattern, ast.Pattern) {
	if value == nil {
		return nil, key
	}
	return key, value
}

func (p *parser) whileStmt(start lexer.Pos) ast.Stmt {
	outer, height := p.context, p.descend()
	p.block = true
	stmt := produce(p, &p.grammar.while)
	stmt.Body = p.loopBody()
	p.context = outer
	p.ascend(height)
	return place(p, start, stmt)
}

func (p *parser) loopBody() *ast.BlockExpr {
	open := p.pos
	body := p.statementBlock()
	p.sameLine(open)
	return body
}

func (p *parser) importStmt(start lexer.Pos) ast.Stmt {
	first := p.pos
	stmt := produce(p, &p.grammar.imports)
	path, alias := &p.tokens[first+1], &p.tokens[first+3]
	stmt.Path, stmt.PathSpan, stmt.AliasSpan = path.Text, path.Span, alias.Span
	return place(p, start, stmt)
}

// bodyBlock reads a { that can only begin a block, in a context of its own.
func (p *parser) bodyBlock() *ast.BlockExpr {
	height := p.descend()
	outer := p.within(statements)
	block := p.statementBlock()
	p.context = outer
	p.ascend(height)
	return block
}

// statementBlock reads a block in the context around it:
//
//	block = "{" { statement } "}" .
func (p *parser) statementBlock() *ast.BlockExpr {
	start, block := p.start(), &ast.BlockExpr{}
	p.expect(lexer.LeftBrace)
	for stmt := p.statement(); stmt != nil; stmt = p.statement() {
		block.Stmts = append(block.Stmts, stmt)
	}
	p.expect(lexer.RightBrace)
	return place(p, start, block)
}

// function reads a function's declaration; the parameters and the body are
// those of lambdas, so it stands beside them and not in the tags:
//
//	function = "fn" name params ( block | "=" expr ) .
func (p *parser) function() ast.Stmt {
	start := p.next().Span.Start
	fn := &ast.FnLit{}
	t := p.name("the function's name")
	fn.Name, fn.NameSpan = t.Text, t.Span
	if p.kind() != lexer.LeftParen {
		p.unexpected("`(` and the parameters")
	}
	fn.Params = p.params()
	switch {
	case p.kind() == lexer.LeftBrace:
		p.sameLine(p.pos)
		fn.Body = p.bodyBlock()
	case p.kind() == lexer.Assign:
		p.sameLine(p.pos)
		p.next()
		fn.Body = p.expr()
	case p.kind() == lexer.Arrow:
		p.fail(p.token().Span, "`->` begins no body of a `fn`", "write `= expr` or `{ … }`")
	default:
		p.unexpected("`{` or `=`")
	}
	place(p, start, fn)
	return place(p, start, &ast.FnStmt{Fn: fn})
}

// name reads a name that something is declared by.
func (p *parser) name(want string) *lexer.Token {
	t := p.token()
	if t.Kind.IsKeyword() {
		p.fail(t.Span, fmt.Sprintf("`%s` is a keyword and cannot be a name", t.Kind), "")
	}
	if t.Kind != lexer.Ident {
		p.unexpected(want)
	}
	return p.next()
}

// params reads parameters in their parentheses:
//
//	params = "(" [ param { "," param } [ "," ] ] ")" .
//	param  = pattern [ "=" expr ] | "..." name .
func (p *parser) params() []ast.Param {
	p.next()
	outer := p.within(brackets)
	var params []ast.Param
	for p.kind() != lexer.RightParen {
		param := ast.Param{}
		start := p.start()
		param.Rest = p.accept(lexer.Ellipsis)
		param.Pattern = p.binding()
		if p.kind() == lexer.Colon {
			p.fail(p.token().Span, "parameters have no types", "")
		}
		if p.accept(lexer.Assign) {
			param.Default = p.expr()
		}
		if param.Rest {
			p.checkRest(&param, start)
		}
		params = append(params, param)
		if !p.comma(lexer.RightParen) {
			break
		}
		if param.Rest && p.kind() != lexer.RightParen {
			p.report(p.from(start), "the `...` parameter must be the last one", "")
		}
	}
	p.context = outer
	p.expect(lexer.RightParen)
	return params
}

func (p *parser) checkRest(param *ast.Param, start lexer.Pos) {
	switch param.Pattern.(type) {
	case *ast.NamePattern, *ast.WildcardPattern:
	default:
		p.report(param.Pattern.Span(), "`...` takes a name", "")
	}
	if param.Default != nil {
		p.report(p.from(start), "a `...` parameter has no default", "it is an empty list where nothing is left")
	}
}

// comma reads what stands between two entries; false where the list ends.
func (p *parser) comma(end lexer.Kind) bool {
	if p.kind() == end {
		return false
	}
	if p.kind() != lexer.Comma {
		p.unexpected(fmt.Sprintf("`,` or `%s`", end))
	}
	p.next()
	return true
}
