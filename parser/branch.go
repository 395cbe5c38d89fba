package parser

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// branchExpr reads a branch whose arms have values:
//
//	branch = "branch" [ expr ] "{" { arm } "}" .
//	arm    = ( "else" | expr | choice { "," choice } [ "if" expr ] ) "->" simple .
func (p *parser) branchExpr() ast.Expr {
	start, height := p.start(), p.descend()
	b := &ast.BranchExpr{}
	b.Subject, b.Arms = p.branch(p.armBody)
	p.ascend(height)
	return place(p, start, b)
}

// branchItem reads a branch among the items of a group; its arms have items.
func (p *parser) branchItem() ast.Item {
	start, height := p.start(), p.descend()
	b := &ast.BranchItem{}
	b.Subject, b.Arms = p.branch(p.armItems)
	p.ascend(height)
	return place(p, start, b)
}

func (p *parser) branch(body func(*ast.Arm)) (subject ast.Expr, arms []*ast.Arm) {
	p.next()
	if p.kind() != lexer.LeftBrace {
		subject = p.expr()
	}
	if p.kind() != lexer.LeftBrace {
		p.unexpected("`{` and the arms")
	}
	p.sameLine(p.pos)
	p.next()
	outer := p.within(statements)
	for {
		for p.kind() == lexer.Semicolon {
			p.pos++
		}
		if p.kind() == lexer.RightBrace || p.kind() == lexer.EOF {
			break
		}
		arm := &ast.Arm{}
		start := p.start()
		if p.attempt(func() { p.arms(arm, subject != nil, body) }, endsStatement) {
			arms = append(arms, place(p, start, arm))
		}
	}
	p.context = outer
	p.expect(lexer.RightBrace)
	return subject, arms
}

// arms reads one arm with what ends it.
func (p *parser) arms(arm *ast.Arm, matches bool, body func(*ast.Arm)) {
	outer := p.context
	p.arm = true
	switch {
	case p.kind() == lexer.Else && p.peek(1) == lexer.Arrow:
		p.next()
		arm.Else = true
	case p.kind() == lexer.Else:
		p.next()
		p.unexpected("`->`")
	case matches:
		p.patterns(arm)
	default:
		arm.Cond = p.condition()
	}
	p.context = outer
	if p.kind() != lexer.Arrow {
		p.noArrow(matches)
	}
	p.next()
	body(arm)
	if t := p.token(); !endsStatement(t) && t.Kind != lexer.RightBrace && t.Kind != lexer.EOF {
		p.comparesGroup()
		if t.Kind == lexer.Comma {
			p.fail(t.Span, "`,` cannot stand here: want a newline or `;` after the arm", "a comma separates patterns; several items of one arm stand in `< >`")
		}
		p.unexpected("a newline or `;` after the arm")
	}
}

func (p *parser) noArrow(matches bool) {
	t := p.token()
	switch {
	case t.Kind == lexer.Colon:
		p.fail(t.Span, "`:` cannot stand here: want `->`", "an arm is `pattern -> value`")
	case t.Kind == lexer.Assign:
		p.fail(t.Span, "`=` cannot stand here: want `->`", "write `==` to compare")
	case t.Kind == lexer.Comma && !matches:
		p.fail(t.Span, "`,` cannot stand between conditions", "write `or`")
	case matches && (isInfix(t.Kind) || t.Kind == lexer.And || t.Kind == lexer.Or):
		p.fail(t.Span, p.describe(t)+" cannot stand in a pattern", "write a guard: `n if n > 10 -> …`")
	}
	p.unexpected("`->`")
}

func (p *parser) patterns(arm *ast.Arm) {
	for {
		arm.Patterns = append(arm.Patterns, p.choice())
		if !p.accept(lexer.Comma) {
			break
		}
	}
	if p.accept(lexer.If) {
		arm.Guard = p.condition()
	}
}

func (p *parser) armBody(arm *ast.Arm) { arm.Body = p.simple() }

// armItems reads one item, or several in < >. What stands there is an item of
// the group around the branch, so < and > compare nothing again.
func (p *parser) armItems(arm *ast.Arm) {
	outer := p.within(items)
	p.block = true
	if p.kind() == lexer.Less {
		arm.Items = p.items()
	} else {
		arm.Items = []ast.Item{p.itemHere()}
	}
	p.checkFail()
	if k := p.kind(); k == lexer.Less || k == lexer.Greater {
		p.next()
		p.comparison(&p.tokens[p.pos-1])
	}
	p.context = outer
}
