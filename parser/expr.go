package parser

import (
	"fmt"
	"math"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// level is how tightly an infix operator binds, from the loosest on.
type level uint8

const (
	levelNone level = iota
	levelOr
	levelAnd
	levelNot // the prefix; nothing infix
	levelCompare
	levelCoalesce
	levelRange
	levelAdd
	levelMultiply
)

// infix is what the climber knows of an operator. A range has no BinaryOp.
type infix struct {
	level level
	op    ast.BinaryOp
}

var infixes = [256]infix{
	lexer.Or:           {levelOr, ast.Or},
	lexer.And:          {levelAnd, ast.And},
	lexer.Equal:        {levelCompare, ast.Equal},
	lexer.NotEqual:     {levelCompare, ast.NotEqual},
	lexer.Less:         {levelCompare, ast.Less},
	lexer.LessEqual:    {levelCompare, ast.LessEqual},
	lexer.Greater:      {levelCompare, ast.Greater},
	lexer.GreaterEqual: {levelCompare, ast.GreaterEqual},
	lexer.In:           {levelCompare, ast.In},
	lexer.Not:          {levelCompare, ast.NotIn}, // not in
	lexer.Coalesce:     {levelCoalesce, ast.Coalesce},
	lexer.DotDot:       {level: levelRange},
	lexer.DotDotEqual:  {level: levelRange},
	lexer.Plus:         {levelAdd, ast.Add},
	lexer.Minus:        {levelAdd, ast.Sub},
	lexer.Star:         {levelMultiply, ast.Mul},
	lexer.Slash:        {levelMultiply, ast.Div},
	lexer.SlashSlash:   {levelMultiply, ast.FloorDiv},
	lexer.Percent:      {levelMultiply, ast.Mod},
}

// Operators gives the infix operators by how tightly they bind, the loosest
// first; catch is looser than all of them, unary minus tighter.
func Operators() [][]string {
	levels := make([][]string, levelMultiply)
	for _, kind := range lexer.Kinds() {
		in, name := infixes[kind], kind.String()
		if in.op == ast.NotIn {
			name = in.op.String()
		}
		if in.level != levelNone {
			levels[in.level-1] = append(levels[in.level-1], name)
		}
	}
	levels[levelNot-1] = []string{lexer.Not.String()}
	return levels
}

// expr reads a whole expression:
//
//	expr = binary { "catch" ( name "->" expr | binary ) } .
func (p *parser) expr() ast.Expr {
	start, height := p.start(), p.descend()
	x := p.binary(levelOr)
	for p.kind() == lexer.Catch && p.continues() {
		p.next()
		c := &ast.CatchExpr{X: x}
		if p.kind() == lexer.Ident && p.peek(1) == lexer.Arrow && !p.arm {
			c.Name = p.namePattern()
			p.next()
			c.Handler = p.expr()
		} else {
			c.Handler = p.binary(levelOr)
		}
		x = place(p, start, c)
		p.grow()
	}
	p.ascend(height)
	return x
}

// binary reads operands joined by operators of at least that level.
func (p *parser) binary(least level) ast.Expr {
	start := p.start()
	var x ast.Expr
	if p.kind() == lexer.Not {
		x = p.not(least)
	} else {
		x = p.unary()
	}
	for {
		t := p.token()
		in := infixes[t.Kind]
		if in.level < least || in.level == levelNone || !p.continues() || !p.infixHere(t.Kind) {
			return x
		}
		p.next()
		if in.level == levelRange {
			x = p.rangeTail(start, x, t)
		} else {
			x = p.binaryTail(start, x, in, t)
		}
		p.grow()
	}
}

// infixHere tells whether the operator's token is one in this place.
func (p *parser) infixHere(kind lexer.Kind) bool {
	switch kind {
	case lexer.Less, lexer.Greater:
		return !p.angled
	case lexer.Not:
		return p.peek(1) == lexer.In
	}
	return true
}

func (p *parser) binaryTail(start lexer.Pos, x ast.Expr, in infix, t *lexer.Token) ast.Expr {
	b := &ast.BinaryExpr{X: x, Op: in.op, OpSpan: t.Span}
	if t.Kind == lexer.Not {
		b.OpSpan = t.Span.To(p.next().Span)
	}
	if next := p.pos + 1; t.Kind == lexer.Minus && next < len(p.tokens) && p.tokens[next].NewlineBefore {
		p.steps()
	}
	b.Y = p.binary(in.level + 1)
	if in.level == levelCompare {
		p.checkChain(b)
	}
	return place(p, start, b)
}

// checkChain reports a second comparison after one.
func (p *parser) checkChain(b *ast.BinaryExpr) {
	t := p.token()
	if infixes[t.Kind].level != levelCompare || !p.continues() || !p.infixHere(t.Kind) {
		return
	}
	p.next()
	p.fail(t.Span, fmt.Sprintf("`%s` cannot follow another comparison", t.Kind),
		fmt.Sprintf("comparisons do not chain; write `%s %s %s and %s %s …`", p.brief(b.X, "a"), b.Op, p.brief(b.Y, "b"), p.brief(b.Y, "b"), infixes[t.Kind].op))
}

// brief gives the text of a short expression, else a name that stands for it.
func (p *parser) brief(x ast.Expr, name string) string {
	if span := x.Span(); span.End-span.Start <= 12 {
		return p.source.Text[span.Start:span.End]
	}
	return name
}

// rangeTail reads on after the dots. In an index the upper bound may be open.
func (p *parser) rangeTail(start lexer.Pos, lo ast.Expr, dots *lexer.Token) ast.Expr {
	r := &ast.RangeExpr{Lo: lo, Inclusive: dots.Kind == lexer.DotDotEqual}
	switch {
	case p.slice && p.kind() == lexer.RightBracket && !r.Inclusive:
	case p.kind() == lexer.RightBracket || p.kind() == lexer.RightParen || p.kind() == lexer.RightBrace || p.kind() == lexer.Arrow:
		p.fail(dots.Span, "a range needs its end here", "only slices and patterns have open ends")
	default:
		r.Hi = p.binary(levelRange + 1)
	}
	if k := p.kind(); (k == lexer.DotDot || k == lexer.DotDotEqual) && p.continues() {
		p.fail(p.token().Span, fmt.Sprintf("`%s` cannot follow another range", k), "")
	}
	return place(p, start, r)
}

// not reads the prefix, which binds looser than what it stands before looks.
func (p *parser) not(least level) ast.Expr {
	t := p.token()
	if least > levelNot {
		p.fail(t.Span, "`not` cannot be an operand of a tighter operator", "write parentheses: `(not x)`")
	}
	p.next()
	height := p.descend()
	x := p.binary(levelNot)
	p.ascend(height)
	return place(p, t.Span.Start, &ast.UnaryExpr{Op: ast.Not, X: x})
}

// unary reads an operand with its minuses:
//
//	unary = "-" unary | postfix .
func (p *parser) unary() ast.Expr {
	if p.kind() != lexer.Minus {
		return p.postfix()
	}
	start := p.next().Span.Start
	if t := p.token(); t.Kind == lexer.Minus && t.Span.Start == start+1 {
		p.fail(lexer.Span{Start: start, End: t.Span.End}, "`--` is no operator", "write `x -= 1`, or `-(-x)`")
	}
	height := p.descend()
	if t := p.token(); t.Kind == lexer.Int && t.Number == 1<<63 && !p.postfixAt(1) {
		x := p.literal(true).(*ast.IntLit) // the one int that has no positive
		p.ascend(height)
		return place(p, start, x)
	}
	x := p.unary()
	p.ascend(height)
	return place(p, start, &ast.UnaryExpr{Op: ast.Neg, X: x})
}

// postfixAt tells whether the token n further on begins a call, member or index.
func (p *parser) postfixAt(n int) bool {
	switch p.peek(n) {
	case lexer.Dot, lexer.OptionalDot:
		return true
	case lexer.LeftParen, lexer.LeftBracket, lexer.OptionalBracket:
		return !p.tokens[p.pos+n].NewlineBefore
	}
	return false
}

// postfix reads an operand with its calls, members and indices:
//
//	postfix = primary { "." name | "?." name | args | "[" index "]" | "?[" index "]" } .
func (p *parser) postfix() ast.Expr {
	start := p.start()
	x := p.primary()
	if !p.postfixAt(0) {
		return x
	}
	optional := false
	for p.postfixAt(0) {
		switch t := p.token(); t.Kind {
		case lexer.Dot, lexer.OptionalDot:
			x = p.member(start, x)
			optional = optional || t.Kind == lexer.OptionalDot
		case lexer.LeftParen:
			call := &ast.CallExpr{Fn: x, Args: p.args()}
			x = place(p, start, call)
		default:
			x = p.index(start, x)
			optional = optional || t.Kind == lexer.OptionalBracket
		}
		p.grow()
	}
	if optional {
		x = place(p, start, &ast.ChainExpr{X: x})
	}
	return x
}

func (p *parser) member(start lexer.Pos, x ast.Expr) ast.Expr {
	m := &ast.MemberExpr{X: x, Optional: p.next().Kind == lexer.OptionalDot}
	t := p.token()
	switch {
	case t.Kind == lexer.Ident:
		m.Name = t.Text
	case t.Kind.IsKeyword():
		m.Name = t.Kind.String()
	default:
		p.unexpected(fmt.Sprintf("a name after `%s`", p.tokens[p.pos-1].Kind))
	}
	m.NameSpan = p.next().Span
	return place(p, start, m)
}

func (p *parser) index(start lexer.Pos, x ast.Expr) ast.Expr {
	n := &ast.IndexExpr{X: x, Optional: p.next().Kind == lexer.OptionalBracket}
	outer := p.within(context{slice: true})
	switch k := p.kind(); k {
	case lexer.RightBracket:
		p.fail(p.token().Span, "`[ ]` holds no index", "")
	case lexer.DotDot, lexer.DotDotEqual:
		t := p.next()
		if p.kind() == lexer.RightBracket {
			p.fail(t.Span, fmt.Sprintf("`%s` has no bound here", k), "a copy of the whole list is the list itself")
		}
		r := &ast.RangeExpr{Hi: p.binary(levelRange + 1), Inclusive: k == lexer.DotDotEqual}
		n.Index = place(p, t.Span.Start, r)
	default:
		n.Index = p.openIndex()
	}
	if p.kind() == lexer.Colon {
		p.fail(p.token().Span, "`:` makes no slice", "write `xs[a..b]`")
	}
	if p.kind() == lexer.Comma {
		p.fail(p.token().Span, "an index is one value", "write `m[i][j]`")
	}
	p.context = outer
	p.expect(lexer.RightBracket)
	return place(p, start, n)
}

// openIndex reads an index; an open end is the index itself or a mistake.
func (p *parser) openIndex() ast.Expr {
	x := p.expr()
	dots := &p.tokens[p.pos-1]
	if k := dots.Kind; k != lexer.DotDot {
		return x
	}
	if _, ok := x.(*ast.RangeExpr); !ok {
		p.fail(dots.Span, "a range needs its end here", "only the whole index has an open end: `xs[(a ?? b)..]`")
	}
	return x
}

// args reads arguments in their parentheses:
//
//	args = "(" [ arg { "," arg } [ "," ] ] ")" .
//	arg  = [ name ":" ] expr | "..." expr .
func (p *parser) args() []ast.Arg {
	p.next()
	outer := p.within(brackets)
	var args []ast.Arg
	for p.kind() != lexer.RightParen {
		first := p.pos
		arg := p.arg()
		args = append(args, arg)
		if p.kind() == lexer.Assign {
			p.argumentAssigned(first)
		}
		if _, lambda := arg.Value.(*ast.FnLit); !lambda {
			p.checkFail()
		}
		if !p.comma(lexer.RightParen) {
			break
		}
	}
	p.context = outer
	p.expect(lexer.RightParen)
	return args
}

func (p *parser) arg() ast.Arg {
	t := p.token()
	switch {
	case t.Kind == lexer.Ellipsis:
		p.next()
		return ast.Arg{Spread: true, Value: p.expr()}
	case p.peek(1) == lexer.Colon && (t.Kind == lexer.Ident || t.Kind.IsKeyword()):
		p.pos += 2
		return ast.Arg{Name: p.source.Text[t.Span.Start:t.Span.End], NameSpan: t.Span, Value: p.expr()}
	}
	return ast.Arg{Value: p.expr()}
}

func (p *parser) argumentAssigned(first int) {
	hint := "an assignment is a statement of its own"
	if t := &p.tokens[first]; p.pos == first+1 && t.Kind == lexer.Ident {
		hint = fmt.Sprintf("to name an argument write `%s: value`; to compare, `==`", t.Text)
	}
	p.fail(p.token().Span, "an assignment is not an expression", hint)
}

// checkFail reports what looks like the named part of a fail that reads none
// here: a comma ends it within brackets and among items.
func (p *parser) checkFail() {
	if t, message, hint := p.strayFailPart(); t != nil {
		p.report(t.Span, message, hint)
	}
}

// strayFailPart gives the name that checkFail reports, nil if there is none.
func (p *parser) strayFailPart() (t *lexer.Token, message, hint string) {
	if p.failEnd == 0 || p.failEnd != p.pos || p.kind() != lexer.Comma || p.peek(2) != lexer.Colon {
		return nil, "", ""
	}
	if t = &p.tokens[p.pos+1]; !isFailPart(t) {
		return nil, "", ""
	}
	return t, fmt.Sprintf("`%s:` belongs to no `fail` here: the comma before it ends the `fail`", t.Text),
		fmt.Sprintf("write `fail {message: \"…\", %s: …}`", t.Text)
}

func isFailPart(t *lexer.Token) bool {
	return t.Kind == lexer.Ident && (t.Text == "kind" || t.Text == "data" || t.Text == "cause")
}

// primary reads the smallest expressions, and those that take all to their
// right.
func (p *parser) primary() ast.Expr {
	t := p.token()
	start := t.Span.Start
	switch t.Kind {
	case lexer.Ident:
		if p.peek(1) == lexer.Arrow && !p.arm {
			return p.lambda()
		}
		p.next()
		return place(p, start, &ast.Ident{Name: t.Text})
	case lexer.Int, lexer.Float, lexer.Duration, lexer.String, lexer.True, lexer.False, lexer.Nil:
		return p.literal(false)
	case lexer.TemplateHead:
		return p.template()
	case lexer.LeftParen:
		return p.parenOrLambda()
	case lexer.LeftBracket:
		return p.list()
	case lexer.LeftBrace:
		if p.isMap() {
			return p.mapLit()
		}
		return p.bodyBlock()
	case lexer.If:
		return p.ifExpr()
	case lexer.Branch:
		return p.branchExpr()
	case lexer.Group:
		return p.group()
	case lexer.Fail:
		return p.failExpr()
	case lexer.Return:
		p.next()
		r := &ast.ReturnExpr{}
		if p.valueHere() {
			r.Value = p.expr()
		}
		return place(p, start, r)
	case lexer.Break:
		p.next()
		return place(p, start, &ast.BreakExpr{})
	case lexer.Continue:
		p.next()
		return place(p, start, &ast.ContinueExpr{})
	}
	p.noExpression(t)
	return nil
}

// valueHere tells whether the value of a return stands here: a newline ends a
// bare one.
func (p *parser) valueHere() bool {
	return !(p.token().NewlineBefore && p.newlines) && p.mayBegin()
}

// mayBegin tells whether the token here does not end what is before it.
func (p *parser) mayBegin() bool {
	switch p.kind() {
	case lexer.EOF, lexer.Semicolon, lexer.Comma, lexer.RightParen, lexer.RightBracket, lexer.RightBrace,
		lexer.TemplateMiddle, lexer.TemplateTail, lexer.Catch, lexer.Else, lexer.Or, lexer.And, lexer.Coalesce, lexer.Arrow:
		return false
	case lexer.Greater, lexer.Less:
		return !p.angled
	}
	return true
}

// steps gives up at x++, x-- and ++x, where an operand is missing.
func (p *parser) steps() {
	for second := max(p.pos-1, 1); second <= p.pos+1 && second < len(p.tokens); second++ {
		a, b := &p.tokens[second-1], &p.tokens[second]
		if a.Kind == b.Kind && a.Span.End == b.Span.Start && (a.Kind == lexer.Plus || a.Kind == lexer.Minus) {
			p.fail(a.Span.To(b.Span), fmt.Sprintf("`%s%s` is no operator", a.Kind, b.Kind), fmt.Sprintf("write `x %s= 1`", a.Kind))
		}
	}
}

// noExpression gives up with the reason why none begins here.
func (p *parser) noExpression(t *lexer.Token) {
	p.steps()
	const notExpr = "`%s` is not an expression: it has no value"
	switch t.Kind {
	case lexer.Let, lexer.Var, lexer.Import:
		p.fail(t.Span, fmt.Sprintf(notExpr, t.Kind), "write it as a statement of its own; in a lambda or an arm, in a block `{ … }`")
	case lexer.For, lexer.While, lexer.Defer:
		p.fail(t.Span, fmt.Sprintf(notExpr, t.Kind), "write it as a statement of its own, or in a block `{ … }`")
	case lexer.Fn:
		if p.peek(1) == lexer.LeftParen {
			p.fail(t.Span, "`fn` declares a function with a name", "a function as a value is written `(a, b) -> …`")
		}
		p.fail(t.Span, fmt.Sprintf(notExpr, t.Kind), "write it as a statement of its own; a function as a value is `(a, b) -> …`")
	case lexer.Ellipsis:
		p.fail(t.Span, "`...` cannot stand here", "it spreads in a list, a map or a call's arguments")
	case lexer.DotDot, lexer.DotDotEqual:
		p.fail(t.Span, "a range needs its start here", "only slices and patterns have open ends")
	case lexer.Else:
		p.fail(t.Span, "`else` follows no `if` here", "")
	}
	p.unexpected("an expression")
}

// literal reads a literal; negative tells that a minus stands before it.
func (p *parser) literal(negative bool) ast.Expr {
	t := p.next()
	start := t.Span.Start
	switch t.Kind {
	case lexer.Int:
		if t.Number == 1<<63 {
			if negative {
				return place(p, start, &ast.IntLit{Value: math.MinInt64})
			}
			d := p.report(t.Span, "9223372036854775808 does not fit into an int", "the largest int is 9223372036854775807")
			d.Incomplete = d.Incomplete || p.kind() == lexer.Dot && p.mayGrow(p.pos+1)
			return place(p, start, &ast.IntLit{})
		}
		return place(p, start, &ast.IntLit{Value: sign(negative, int64(t.Number))})
	case lexer.Float:
		return place(p, start, &ast.FloatLit{Value: sign(negative, t.Float())})
	case lexer.Duration:
		return place(p, start, &ast.DurationLit{Value: sign(negative, t.Duration())})
	case lexer.String:
		return place(p, start, &ast.StringLit{Value: t.Text})
	case lexer.Nil:
		return place(p, start, &ast.NilLit{})
	}
	return place(p, start, &ast.BoolLit{Value: t.Kind == lexer.True})
}

func sign[N ~int64 | ~float64](negative bool, n N) N {
	if negative {
		return -n
	}
	return n
}

// template reads a string with ${ }:
//
//	template = head expr { middle expr } tail .
func (p *parser) template() ast.Expr {
	start := p.start()
	t := &ast.TemplateLit{}
	p.textPart(t, p.next())
	outer := p.within(brackets)
	for {
		if k := p.kind(); k == lexer.TemplateMiddle || k == lexer.TemplateTail {
			p.fail(p.token().Span, "`${}` holds no expression", "write `\\${` for the text itself")
		}
		t.Parts = append(t.Parts, p.expr())
		piece := p.token()
		if piece.Kind != lexer.TemplateMiddle && piece.Kind != lexer.TemplateTail {
			p.unexpected("`}`")
		}
		p.next()
		p.textPart(t, piece)
		if piece.Kind == lexer.TemplateTail {
			break
		}
	}
	p.context = outer
	return place(p, start, t)
}

func (p *parser) textPart(t *ast.TemplateLit, piece *lexer.Token) {
	if piece.Text != "" {
		text := &ast.StringLit{Value: piece.Text}
		text.SetSpan(piece.Span)
		t.Parts = append(t.Parts, text)
	}
}

// parenOrLambda looks behind the closing parenthesis for a lambda's arrow.
func (p *parser) parenOrLambda() ast.Expr {
	end := int(p.match[p.pos])
	if end != 0 && p.tokens[end+1].Kind == lexer.Arrow && !p.arm {
		return p.lambda()
	}
	after := len(p.tokens) // where the arrow may still come
	if end != 0 {
		after = end + 1
	}
	start := p.next().Span.Start
	outer := p.within(brackets)
	if p.kind() == lexer.RightParen {
		p.failBefore(after, p.from(start).To(p.token().Span), "`()` holds no expression", "a lambda without parameters is `() -> …`")
	}
	x := p.expr()
	switch p.kind() {
	case lexer.Comma:
		if t, message, hint := p.strayFailPart(); t != nil {
			p.failBefore(after, t.Span, message, hint)
		}
		p.failBefore(after, p.token().Span, "`,` cannot stand here: want `)`", "several values are a list: `[a, b]`")
	case lexer.Assign:
		p.failBefore(after, p.token().Span, "an assignment is not an expression", "`==` compares")
	}
	p.context = outer
	p.expect(lexer.RightParen)
	return place(p, start, &ast.ParenExpr{X: x})
}

// lambda reads a function without a name:
//
//	lambda = ( name | params ) "->" expr .
func (p *parser) lambda() ast.Expr {
	start, height := p.start(), p.descend()
	fn := &ast.FnLit{}
	if p.kind() == lexer.Ident {
		fn.Params = []ast.Param{{Pattern: p.namePattern()}}
	} else {
		fn.Params = p.params()
	}
	p.expect(lexer.Arrow)
	fn.Body = p.expr()
	if _, ok := assignOp(p.kind()); ok && p.continues() {
		p.fail(p.token().Span, "an assignment is not an expression", "in a lambda write it in a block: `x -> { … }`")
	}
	p.ascend(height)
	return place(p, start, fn)
}

func (p *parser) list() ast.Expr {
	start := p.next().Span.Start
	outer := p.within(brackets)
	list := &ast.ListLit{}
	for p.kind() != lexer.RightBracket {
		at := p.start()
		if p.accept(lexer.Ellipsis) {
			list.Elems = append(list.Elems, place(p, at, &ast.SpreadExpr{X: p.expr()}))
		} else {
			list.Elems = append(list.Elems, p.expr())
		}
		p.checkFail()
		if k := p.kind(); k == lexer.For {
			p.fail(p.token().Span, "there are no list comprehensions", "write `xs.map(x -> …)`")
		}
		if !p.comma(lexer.RightBracket) {
			break
		}
	}
	p.context = outer
	p.expect(lexer.RightBracket)
	return place(p, start, list)
}

// isMap tells a map from a block by what follows the {.
func (p *parser) isMap() bool {
	switch p.peek(1) {
	case lexer.RightBrace, lexer.Ellipsis:
		return true
	case lexer.LeftBracket, lexer.TemplateHead:
		end := int(p.match[p.pos+1])
		return end != 0 && p.tokens[end+1].Kind == lexer.Colon
	case lexer.Minus:
		return p.peek(3) == lexer.Colon
	}
	return p.peek(2) == lexer.Colon && isKeyKind(p.peek(1))
}

func isKeyKind(k lexer.Kind) bool {
	switch k {
	case lexer.Ident, lexer.String, lexer.Int, lexer.Float, lexer.Duration:
		return true
	}
	return k.IsKeyword()
}

// isKey tells whether a key and its colon stand here.
func (p *parser) isKey() bool {
	if p.kind() == lexer.Minus {
		return p.peek(2) == lexer.Colon
	}
	return p.peek(1) == lexer.Colon && isKeyKind(p.kind())
}

// key reads a key that is no expression.
func (p *parser) key() ast.Expr {
	t := p.token()
	if t.Kind == lexer.Ident || t.Kind.IsKeyword() {
		p.next()
		return place(p, t.Span.Start, &ast.StringLit{Value: p.source.Text[t.Span.Start:t.Span.End]})
	}
	key := p.patternLiteral()
	if key == nil {
		p.unexpected("a key")
	}
	return key
}

// mapLit reads a map:
//
//	map   = "{" [ entry { "," entry } [ "," ] ] "}" .
//	entry = ( name | literal | template | "[" expr "]" ) ":" expr | "..." expr .
func (p *parser) mapLit() ast.Expr {
	start := p.next().Span.Start
	outer := p.within(brackets)
	m := &ast.MapLit{}
	for p.kind() != lexer.RightBrace {
		m.Entries = append(m.Entries, p.entry())
		p.checkFail()
		if p.kind() == lexer.Semicolon || p.token().NewlineBefore && p.isKey() {
			p.fail(p.token().Span, p.describe(p.token())+" cannot stand here: want `,` or `}`", "a map's entries are separated by commas")
		}
		if !p.comma(lexer.RightBrace) {
			break
		}
	}
	p.context = outer
	p.expect(lexer.RightBrace)
	return place(p, start, m)
}

func (p *parser) entry() ast.MapEntry {
	entry := ast.MapEntry{}
	t := p.token()
	switch {
	case t.Kind == lexer.Ellipsis:
		p.next()
		return ast.MapEntry{Value: p.expr()}
	case t.Kind == lexer.LeftBracket:
		p.next()
		outer := p.within(brackets)
		entry.Computed = true
		entry.Key = p.expr()
		p.context = outer
		p.expect(lexer.RightBracket)
	case t.Kind == lexer.TemplateHead:
		entry.Computed = true
		entry.Key = p.template()
	case t.Kind == lexer.Ident && (p.peek(1) == lexer.Comma || p.peek(1) == lexer.RightBrace):
		p.fail(t.Span, fmt.Sprintf("the key `%s` has no value", t.Text), fmt.Sprintf("write `%s: %s`", t.Text, t.Text))
	case t.Kind == lexer.Ident && p.peek(1) == lexer.Assign:
		p.fail(p.tokens[p.pos+1].Span, "`=` cannot stand here: want `:`", fmt.Sprintf("write `%s: value`", t.Text))
	case t.Kind == lexer.EOF:
		p.unexpected("a key")
	default:
		if !p.isKey() && p.peek(1) != lexer.EOF && !(t.Kind == lexer.Minus && p.peek(2) == lexer.EOF) {
			p.fail(t.Span, p.describe(t)+" is no key of a map", "write `key: value`, `\"text\": value` or `[expr]: value`")
		}
		entry.Key = p.key()
	}
	p.expect(lexer.Colon)
	entry.Value = p.expr()
	return entry
}

// ifExpr reads an if with blocks:
//
//	if = "if" expr block [ "else" ( if | block ) ] .
func (p *parser) ifExpr() ast.Expr {
	start := p.next().Span.Start
	cond := p.condition()
	if t := p.token(); t.Kind == lexer.Less || t.Kind == lexer.Greater { // else it would be a part of cond
		p.next()
		p.comparison(t)
	}
	return p.ifBlocks(start, cond)
}

// condition reads what if asks.
func (p *parser) condition() ast.Expr {
	if p.kind() == lexer.LeftBrace && p.peek(1) == lexer.RightBrace {
		p.fail(p.token().Span, "the `if` has no condition", "")
	}
	x := p.expr()
	if p.kind() == lexer.Assign {
		p.fail(p.token().Span, "`=` cannot stand in a condition", "write `==` to compare")
	}
	return x
}

// ifBlocks reads on after the condition. The ifs after else are read in a
// loop: a long chain is no deep nesting of the text.
func (p *parser) ifBlocks(start lexer.Pos, cond ast.Expr) ast.Expr {
	first := &ast.IfExpr{Cond: cond}
	chain := []*ast.IfExpr{first}
	last := first
	last.SetSpan(lexer.Span{Start: start})
	for {
		if p.kind() == lexer.Ident && p.token().Text == "then" {
			p.unexpected("`{`")
		}
		p.sameLine(p.pos)
		last.Then = p.bodyBlock()
		if p.kind() != lexer.Else || !p.continues() {
			break
		}
		p.next()
		if p.kind() != lexer.If {
			last.Else = p.bodyBlock()
			break
		}
		next := &ast.IfExpr{}
		next.SetSpan(lexer.Span{Start: p.next().Span.Start})
		next.Cond = p.condition()
		last.Else = next
		chain = append(chain, next)
		last = next
		p.grow()
	}
	for _, n := range chain {
		place(p, n.Span().Start, n)
	}
	return first
}

// failExpr reads a fail; where a comma separates other things it takes no
// named parts:
//
//	fail = "fail" expr { "," ( "kind" | "data" | "cause" ) ":" expr } .
func (p *parser) failExpr() ast.Expr {
	start := p.next().Span.Start
	if !p.mayBegin() {
		p.unexpected("a message or an error")
	}
	f := &ast.FailExpr{Value: p.expr()}
	if !p.named {
		p.failEnd = p.pos
		return place(p, start, f)
	}
	for p.kind() == lexer.Comma && p.continues() {
		t := &p.tokens[p.pos+1]
		if !isFailPart(t) || p.peek(2) != lexer.Colon {
			p.next()
			p.unexpected("`kind:`, `data:` or `cause:`")
		}
		for _, before := range f.Named {
			if before.Name == t.Text {
				p.report(t.Span, fmt.Sprintf("`%s:` is given twice", t.Text), "")
			}
		}
		p.pos += 3
		f.Named = append(f.Named, ast.Arg{Name: t.Text, NameSpan: t.Span, Value: p.expr()})
	}
	return place(p, start, f)
}
