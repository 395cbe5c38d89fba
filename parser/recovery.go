package parser

import (
	"slices"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// pairBrackets finds for each bracket the one that closes it, which tells a
// lambda's parameters from parentheses and a computed key from a list without
// reading them twice.
func (p *parser) pairBrackets() {
	p.match = make([]int32, len(p.tokens))
	var skipped []int
	braces := 0 // in p.open
	for i := range p.tokens {
		switch k := p.tokens[i].Kind; k {
		case lexer.LeftParen, lexer.LeftBracket, lexer.LeftBrace, lexer.OptionalBracket, lexer.TemplateHead:
			p.open = append(p.open, i)
			if k == lexer.LeftBrace {
				braces++
			}
		case lexer.RightParen, lexer.RightBracket, lexer.RightBrace, lexer.TemplateTail:
			n := len(p.open) - 1
			if k == lexer.RightBrace && braces > 0 { // closes its { whatever was left open in it
				braces--
				for n >= 0 && p.tokens[p.open[n]].Kind != lexer.LeftBrace {
					n--
				}
			}
			if n >= 0 && closes(p.tokens[p.open[n]].Kind, k) {
				p.match[p.open[n]] = int32(i)
				skipped = append(skipped, p.open[n+1:]...)
				p.open = p.open[:n]
			}
		}
	}
	p.open = append(p.open, skipped...)
	slices.Sort(p.open)
}

func closes(open, kind lexer.Kind) bool { return closer(open) == kind }

func closer(open lexer.Kind) lexer.Kind {
	switch open {
	case lexer.LeftParen:
		return lexer.RightParen
	case lexer.LeftBracket, lexer.OptionalBracket:
		return lexer.RightBracket
	case lexer.LeftBrace:
		return lexer.RightBrace
	case lexer.Less:
		return lexer.Greater
	}
	return lexer.TemplateTail
}

// giveUp is panicked with where a statement, item or arm cannot be read; the
// mistake is reported then.
var giveUp = new(struct{ _ byte })

// attempt runs a production. Where that gives up the parser stands at the next
// place where another may begin, and attempt gives false.
func (p *parser) attempt(read func(), separated func(*lexer.Token) bool) (ok bool) {
	start, outer, depth, height, groups := p.pos, p.context, p.depth, p.height, len(p.groups)
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r != giveUp || p.hopeless {
			panic(r)
		}
		p.context, p.depth, p.height, p.groups = outer, depth, height, p.groups[:groups]
		p.resynchronise(start, separated)
	}()
	read()
	return true
}

// resynchronise skips to where the next statement, item or arm may begin. The
// brackets opened since start count, and the groups that open from here on.
func (p *parser) resynchronise(start int, separated func(*lexer.Token) bool) {
	var open openBrackets
	nested, stopped := 0, p.pos
	for p.pos = start; p.kind() != lexer.EOF; p.pos++ {
		t := p.token()
		if p.pos >= stopped && p.pos > start && p.boundary(t, &open, nested, separated) {
			return
		}
		switch t.Kind {
		case lexer.LeftParen, lexer.LeftBracket, lexer.LeftBrace, lexer.OptionalBracket, lexer.TemplateHead:
			open.push(t.Kind)
		case lexer.RightParen, lexer.RightBracket, lexer.RightBrace, lexer.TemplateTail:
			open.close(t.Kind)
		case lexer.Less:
			// Outside groups it may compare, but hardly at the end of a line.
			if (p.angled || p.tokens[p.pos+1].NewlineBefore) && len(open.kinds) == 0 && p.pos >= stopped {
				nested++
			}
		case lexer.Greater:
			if nested > 0 && len(open.kinds) == 0 && p.pos >= stopped {
				nested--
			}
		}
	}
}

func (p *parser) boundary(t *lexer.Token, open *openBrackets, nested int, separated func(*lexer.Token) bool) bool {
	if t.Kind == lexer.RightBrace && p.block && open.braces == 0 {
		return true
	}
	if len(open.kinds) == 0 {
		return nested == 0 && (p.angled && t.Kind == lexer.Greater || separated(t))
	}
	if open.kinds[len(open.kinds)-1] == lexer.LeftBrace || !t.NewlineBefore {
		return false
	}
	switch t.Kind { // what cannot stand in ( or [: that bracket was never closed
	case lexer.Let, lexer.Var, lexer.Fn, lexer.While, lexer.Defer, lexer.Import:
		return p.peek(1) != lexer.Colon
	}
	return false
}

// salvage keeps what a statement with a mistake declares, so that the mentions
// of its names are no mistakes too; nil where it declares nothing.
func (p *parser) salvage(first int) ast.Stmt {
	start, end := p.tokens[first].Span.Start, p.pos
	rest := &ast.BadExpr{}
	rest.SetSpan(lexer.Span{Start: p.from(start).End, End: p.from(start).End})
	switch kind := p.tokens[first].Kind; kind {
	case lexer.Let, lexer.Var:
		var pattern ast.Pattern
		p.pos = first + 1
		ok := p.attempt(func() { pattern = p.binding() }, endsStatement) && p.pos <= end
		p.pos = end
		if ok {
			return place(p, start, &ast.LetStmt{Var: kind == lexer.Var, Pattern: pattern, Value: rest})
		}
	case lexer.Fn:
		if name := &p.tokens[first+1]; name.Kind == lexer.Ident && first+1 < end {
			fn := &ast.FnLit{Name: name.Text, NameSpan: name.Span, Body: rest}
			any := &ast.WildcardPattern{} // whatever a call gives it
			any.SetSpan(rest.Span())
			fn.Params = []ast.Param{{Pattern: any, Rest: true}}
			return place(p, start, &ast.FnStmt{Fn: place(p, start, fn)})
		}
	}
	return nil
}

// salvageItem does the same for an item with a label or let; nil for others.
func (p *parser) salvageItem(first int) ast.Item {
	t, start := &p.tokens[first], p.tokens[first].Span.Start
	isLet := t.Kind == lexer.Let && p.tokens[first+1].Kind == lexer.Ident
	if isLet {
		t = &p.tokens[first+1]
	} else if t.Kind == lexer.EOF || p.tokens[first+1].Kind != lexer.Colon || t.Kind != lexer.Ident && !t.Kind.IsKeyword() {
		return nil
	}
	label := &ast.Label{Name: p.source.Text[t.Span.Start:t.Span.End]}
	label.SetSpan(t.Span)
	body := &ast.BadExpr{}
	body.SetSpan(lexer.Span{Start: p.from(t.Span.End).End, End: p.from(t.Span.End).End})
	return place(p, start, &ast.ChildItem{Label: label, Let: isLet, Body: body})
}

// openBrackets are the brackets open at a place, outermost first.
type openBrackets struct {
	kinds  []lexer.Kind
	braces int // how many of them are {
}

func (o *openBrackets) push(kind lexer.Kind) {
	o.kinds = append(o.kinds, kind)
	if kind == lexer.LeftBrace {
		o.braces++
	}
}

// close takes off what a closing bracket closes. A wrong one in ( or [ was
// meant for that; a } closes what stands open within its {.
func (o *openBrackets) close(kind lexer.Kind) {
	n := len(o.kinds) - 1
	switch {
	case n < 0:
	case kind == lexer.RightBrace && o.braces > 0:
		for o.kinds[n] != lexer.LeftBrace {
			n--
		}
		o.kinds = o.kinds[:n]
		o.braces--
	case kind != lexer.RightBrace && o.kinds[n] != lexer.LeftBrace:
		o.kinds = o.kinds[:n]
	}
}
