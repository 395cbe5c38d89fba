package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// typeNames are the types that a branch's pattern may name.
var typeNames = []string{"nil", "bool", "int", "float", "string", "bytes", "duration", "time", "list", "map", "range", "function", "error"}

// foreignTypes says what types of other languages are called here.
var foreignTypes = map[string]string{
	"str": "string", "text": "string", "integer": "int", "number": "int | float", "num": "int | float", "double": "float",
	"boolean": "bool", "array": "list", "dict": "map", "object": "map", "null": "nil", "none": "nil", "func": "function", "fn": "function",
}

func isType(name string) bool { return slices.Contains(typeNames, name) }

// binding reads a pattern that takes a value apart without a choice, as let,
// for and parameters have it:
//
//	binding = name | "_" | list | map .
func (p *parser) binding() ast.Pattern {
	t := p.token()
	switch t.Kind {
	case lexer.Ident:
		return p.namePattern()
	case lexer.LeftBracket:
		return p.listPattern((*parser).binding)
	case lexer.LeftBrace:
		return p.mapPattern((*parser).binding)
	case lexer.Int, lexer.Float, lexer.Duration, lexer.String, lexer.Nil, lexer.True, lexer.False:
		p.fail(t.Span, p.describe(t)+" cannot stand here: want a name or a pattern", "only the arms of a `branch` match values")
	}
	if t.Kind.IsKeyword() {
		p.name("")
	}
	p.unexpected("a name or a pattern")
	return nil
}

func (p *parser) namePattern() ast.Pattern {
	t := p.next()
	if t.Text == "_" {
		return place(p, t.Span.Start, &ast.WildcardPattern{})
	}
	return place(p, t.Span.Start, &ast.NamePattern{Name: t.Text})
}

// choice reads a pattern of a branch's arm:
//
//	choice = single { "|" single } .
func (p *parser) choice() ast.Pattern {
	start := p.start()
	height := p.descend()
	pattern := p.single()
	if p.kind() == lexer.Pipe {
		alts := []ast.Pattern{pattern}
		for p.accept(lexer.Pipe) {
			alts = append(alts, p.single())
		}
		pattern = place(p, start, &ast.AltPattern{Alts: alts})
	}
	p.ascend(height)
	return pattern
}

// single reads a pattern without alternatives, except those of types:
//
//	single = name | "_" | [ ( name | "_" ) ":" ] type { "|" type } | literal
//	       | [ literal ] ( ".." | "..=" ) [ literal ] | "==" unary | list | map .
func (p *parser) single() ast.Pattern {
	t := p.token()
	switch t.Kind {
	case lexer.Ident:
		return p.nameOrType()
	case lexer.LeftBracket:
		return p.listPattern((*parser).choice)
	case lexer.LeftBrace:
		if p.peek(1) == lexer.RightBrace {
			p.pos += 2
			p.report(p.from(t.Span.Start), "`{}` as a pattern asks for no key", "write `map` for any map, or `m: map if m.len() == 0` for the empty one")
			return place(p, t.Span.Start, &ast.MapPattern{})
		}
		return p.mapPattern((*parser).choice)
	case lexer.Equal:
		p.next()
		outer := p.context
		p.arm = true
		x := p.unary()
		p.context = outer
		return place(p, t.Span.Start, &ast.EqualPattern{X: x})
	case lexer.DotDot, lexer.DotDotEqual:
		return p.rangePattern(t.Span.Start, nil)
	}
	if lo := p.patternLiteral(); lo != nil {
		if p.kind() == lexer.DotDot || p.kind() == lexer.DotDotEqual {
			return p.rangePattern(t.Span.Start, lo)
		}
		return place(p, t.Span.Start, &ast.LiteralPattern{Value: lo})
	}
	p.noPattern(t)
	return nil
}

func (p *parser) noPattern(t *lexer.Token) {
	switch t.Kind {
	case lexer.TemplateHead:
		p.fail(t.Span, "a text with `${` is no pattern", "write `==\"…\"` to compare with a value")
	case lexer.Less, lexer.LessEqual, lexer.Greater, lexer.GreaterEqual, lexer.NotEqual, lexer.Not, lexer.In:
		p.fail(t.Span, p.describe(t)+" begins no pattern", "write a range, `10..`, or a guard, `n if n > 10`")
	case lexer.LeftParen:
		p.fail(t.Span, "`(` begins no pattern", "write `==(…)` to compare with a value")
	}
	if t.Kind.IsKeyword() && t.Kind != lexer.Else && t.Kind != lexer.If {
		p.name("")
	}
	p.unexpected("a pattern")
}

// nameOrType reads what begins with a name.
func (p *parser) nameOrType() ast.Pattern {
	t := p.token()
	start := t.Span.Start
	if p.peek(1) == lexer.Colon {
		name := p.namePattern()
		p.next()
		return p.typePattern(start, name)
	}
	if isType(t.Text) {
		return p.typePattern(start, nil)
	}
	name := p.namePattern()
	switch p.kind() {
	case lexer.Dot, lexer.OptionalDot, lexer.LeftParen, lexer.LeftBracket:
		if !p.token().NewlineBefore {
			p.fail(p.token().Span, p.describe(p.token())+" cannot follow a name that binds", fmt.Sprintf("write `==%s…` to compare with a value", t.Text))
		}
	}
	return name
}

func (p *parser) typePattern(start lexer.Pos, name ast.Pattern) ast.Pattern {
	pattern := &ast.TypePattern{Name: name, Types: []string{p.typeName()}}
	for p.kind() == lexer.Pipe && (p.peek(1) == lexer.Nil || p.peek(1) == lexer.Ident && isType(p.tokens[p.pos+1].Text) && p.peek(2) != lexer.Colon) {
		p.next()
		pattern.Types = append(pattern.Types, p.typeName())
	}
	return place(p, start, pattern)
}

func (p *parser) typeName() string {
	t := p.token()
	if t.Kind == lexer.Nil {
		return p.next().Kind.String()
	}
	if t.Kind != lexer.Ident {
		p.unexpected("the name of a type")
	}
	if !isType(t.Text) {
		hint := "types are " + strings.Join(typeNames, " ")
		if near := lexer.Nearest(t.Text, typeNames); near != "" {
			hint = fmt.Sprintf("did you mean `%s`?", near)
		} else if here := foreignTypes[t.Text]; here != "" {
			hint = fmt.Sprintf("write `%s`", here)
		}
		p.report(t.Span, fmt.Sprintf("`%s` is not a type", t.Text), hint)
	}
	return p.next().Text
}

// patternLiteral reads a literal, if one stands here.
func (p *parser) patternLiteral() ast.Expr {
	switch p.kind() {
	case lexer.Int, lexer.Float, lexer.Duration, lexer.String, lexer.True, lexer.False, lexer.Nil:
		return p.literal(false)
	case lexer.Minus:
		switch p.peek(1) {
		case lexer.Int, lexer.Float, lexer.Duration:
			start := p.next().Span.Start
			x := p.literal(true)
			x.(placed).SetSpan(p.from(start))
			return x
		}
	}
	return nil
}

func (p *parser) rangePattern(start lexer.Pos, lo ast.Expr) ast.Pattern {
	r := &ast.RangePattern{Lo: lo, Inclusive: p.next().Kind == lexer.DotDotEqual}
	if !p.token().NewlineBefore {
		r.Hi = p.patternLiteral()
	}
	for _, bound := range []ast.Expr{r.Lo, r.Hi} {
		switch bound.(type) {
		case *ast.BoolLit, *ast.NilLit:
			p.report(bound.Span(), "a range has no such bound", "bounds are numbers, durations or single characters")
		}
	}
	if r.Hi == nil && (r.Lo == nil || r.Inclusive) {
		p.unexpected("a bound of the range")
	}
	return place(p, start, r)
}

// listPattern reads a list; element reads what stands in it:
//
//	list = "[" [ element [ "=" expr ] { "," … } ] [ "..." [ name ] ] "]" .
func (p *parser) listPattern(element func(*parser) ast.Pattern) ast.Pattern {
	start, height := p.next().Span.Start, p.descend()
	outer := p.within(brackets)
	pattern := &ast.ListPattern{}
	for p.kind() != lexer.RightBracket {
		if p.kind() == lexer.Ellipsis {
			pattern.Rest = p.restPattern(pattern.Rest)
		} else {
			at := p.start()
			elem := ast.ElemPattern{Pattern: element(p)}
			if p.accept(lexer.Assign) {
				elem.Default = p.expr()
			}
			if pattern.Rest != nil {
				p.report(p.from(at), "`...` must be the last in the pattern", "")
			}
			pattern.Elems = append(pattern.Elems, elem)
		}
		if !p.comma(lexer.RightBracket) {
			break
		}
	}
	p.context = outer
	p.expect(lexer.RightBracket)
	p.ascend(height)
	return place(p, start, pattern)
}

func (p *parser) restPattern(before ast.Pattern) ast.Pattern {
	t := p.next()
	if before != nil {
		p.report(t.Span, "a pattern has one `...`", "")
	}
	if p.kind() == lexer.Comma || p.kind() == lexer.RightBracket || p.kind() == lexer.RightBrace {
		p.fail(t.Span, "`...` takes a name here", "write `..._` to leave the rest out")
	}
	p.name("a name")
	p.pos--
	return p.namePattern()
}

// mapPattern reads a map; value reads what stands after a key's colon:
//
//	map = "{" [ ( name | key ":" value ) [ "=" expr ] { "," … } ] [ "..." name ] "}" .
func (p *parser) mapPattern(value func(*parser) ast.Pattern) ast.Pattern {
	start, height := p.next().Span.Start, p.descend()
	outer := p.within(brackets)
	pattern := &ast.MapPattern{}
	for p.kind() != lexer.RightBrace {
		if p.kind() == lexer.Ellipsis {
			pattern.Rest = p.restPattern(pattern.Rest)
		} else {
			at := p.start()
			entry := p.entryPattern(value)
			if pattern.Rest != nil {
				p.report(p.from(at), "`...` must be the last in the pattern", "")
			}
			pattern.Entries = append(pattern.Entries, entry)
		}
		if !p.comma(lexer.RightBrace) {
			break
		}
	}
	p.context = outer
	p.expect(lexer.RightBrace)
	p.ascend(height)
	return place(p, start, pattern)
}

func (p *parser) entryPattern(value func(*parser) ast.Pattern) ast.EntryPattern {
	entry := ast.EntryPattern{}
	t := p.token()
	switch {
	case p.isKey():
		entry.Key = p.key()
		p.expect(lexer.Colon)
		entry.Pattern = value(p)
	case t.Kind == lexer.Ident:
		entry.Short = true
		entry.Pattern = p.namePattern()
		entry.Key = place(p, t.Span.Start, &ast.StringLit{Value: t.Text})
		if t.Text == "_" {
			p.report(t.Span, "`_` names no key", "write `key: _`")
		}
	case t.Kind.IsKeyword():
		p.fail(t.Span, fmt.Sprintf("`%s` is a keyword and cannot be a name", t.Kind), fmt.Sprintf("write `%s: name`", t.Kind))
	case t.Kind == lexer.String:
		p.fail(t.Span, p.describe(t)+" binds no name", "write `"+p.source.Text[t.Span.Start:t.Span.End]+": name`")
	default:
		p.unexpected("a key")
	}
	if p.accept(lexer.Assign) {
		entry.Default = p.expr()
	}
	return entry
}
