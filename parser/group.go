package parser

import (
	"fmt"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

var modes = map[string]ast.Mode{"settle": ast.ModeSettle, "race": ast.ModeRace, "stream": ast.ModeStream}

// group reads a group. Its words mean something only here:
//
//	group = "group" [ "settle" | "race" | "stream" ] [ args ] [ "for" names "in" expr ] items .
func (p *parser) group() ast.Expr {
	start, height := p.next().Span.Start, p.descend()
	g := &ast.GroupExpr{}
	if t := p.token(); t.Kind == lexer.Ident {
		mode, ok := modes[t.Text]
		if !ok {
			p.fail(t.Span, fmt.Sprintf("`%s` is no mode of a group", t.Text), "modes are `settle`, `race` and `stream`")
		}
		g.Mode, g.ModeSpan = mode, p.next().Span
	}
	if p.kind() == lexer.LeftParen {
		g.Options = p.args()
	}
	outer := p.context
	switch p.kind() {
	case lexer.For:
		g.Items = []ast.Item{p.forItem(nil, true)}
	case lexer.Less:
		p.context = items
		p.block = outer.block
		g.Items = p.items()
	case lexer.LeftBrace:
		p.fail(p.token().Span, "`{` begins no items of a group", "the items stand in `< … >`: braces run in order, angle brackets at once")
	default:
		p.unexpected("`<` and the items")
	}
	p.context = outer
	p.ascend(height)
	return place(p, start, g)
}

// items reads the items of a group, an arm or an if:
//
//	items = "<" { item ( "," | ";" | newline ) } ">" .
func (p *parser) items() []ast.Item {
	if p.kind() == lexer.Greater {
		p.next()
		p.comparison(&p.tokens[p.pos-1])
	}
	if p.kind() != lexer.Less {
		p.unexpected("`<` and the items")
	}
	p.next()
	var list []ast.Item
	for {
		item := p.item()
		if item == nil {
			break
		}
		list = append(list, item)
	}
	p.closeItems()
	return list
}

// closeItems reads the > after the last item.
func (p *parser) closeItems() {
	p.openItems()
	if p.kind() != lexer.Greater {
		p.unclosedItems()
	}
	p.groups = p.groups[:len(p.groups)-1]
	p.groupEnd = p.pos
	p.next()
}

// openItems notes the < just read as open. Participle reads some of them, so
// this is done where the first item would be.
func (p *parser) openItems() {
	if p.pos > 0 && p.tokens[p.pos-1].Kind == lexer.Less && (len(p.groups) == 0 || p.groups[len(p.groups)-1] != p.pos-1) {
		p.groups = append(p.groups, p.pos-1)
	}
}

func (p *parser) unclosedItems() {
	t := p.token()
	if t.Kind == lexer.EOF {
		p.endOfText("`>`")
	}
	open := &p.tokens[p.groups[len(p.groups)-1]]
	d := p.report(open.Span, "`<` is never closed", "write `>` where the items end")
	d.Related = append(d.Related, lexer.Related{Span: t.Span, Message: fmt.Sprintf("`%s` closes what is around it", t.Kind)})
	panic(giveUp)
}

// item reads the next item with what ends it; nil at the end of the items. One
// with a mistake is left out unless it has a label.
func (p *parser) item() ast.Item {
	p.openItems()
	for {
		for k := p.kind(); k == lexer.Semicolon || k == lexer.Comma && p.tokens[p.pos-1].Kind != lexer.Less; k = p.kind() {
			p.pos++
		}
		switch p.kind() {
		case lexer.Greater, lexer.EOF, lexer.RightBrace, lexer.RightParen, lexer.RightBracket:
			return nil
		}
		var item ast.Item
		first := p.pos
		if p.attempt(func() {
			item = p.itemHere()
			p.endItem(item)
		}, endsItem) {
			return item
		}
		if open := len(p.groups) - 1; open >= 0 && p.noBracket != 0 && p.groups[open] == p.noBracket {
			p.groups = p.groups[:open]
			panic(giveUp) // what looked like these items is a part of the item around
		}
		if item == nil {
			item = p.salvageItem(first)
		}
		if item != nil {
			return item
		}
	}
}

func endsItem(t *lexer.Token) bool { return endsStatement(t) || t.Kind == lexer.Comma }

func (p *parser) endItem(item ast.Item) {
	t := p.token()
	p.checkFail()
	switch t.Kind {
	case lexer.Greater:
		if p.pos++; p.operandHere() {
			p.comparison(t)
		}
		p.pos--
		return
	case lexer.Less:
		p.next()
		p.comparison(t)
	case lexer.EOF, lexer.RightParen, lexer.RightBracket:
		return // nothing closes the items: closeItems says so
	}
	p.nothingFollows(item)
	if endsItem(t) || t.Kind == lexer.RightBrace && p.block {
		return
	}
	if open := len(p.groups) - 1; t.Kind == lexer.LeftBrace && open >= 0 && p.groups[open] == p.ifOpen {
		// `if a < b { … }`: what was to be its condition has begun its items.
		p.noBracket = p.ifOpen
		p.comparison(&p.tokens[p.ifOpen])
	}
	p.comparesGroup()
	if t.Kind == lexer.Colon {
		p.fail(t.Span, "`:` cannot stand here", "a label is a name, a string or an expression in brackets: `[a.b]: …`")
	}
	p.unexpected("a newline, `,`, `;` or `>` after the item")
}

// comparison gives up at a < or > that was meant to compare.
func (p *parser) comparison(t *lexer.Token) {
	p.failBefore(p.pos, t.Span, fmt.Sprintf("`%s` is no comparison in an item: it is a bracket of the group", t.Kind),
		fmt.Sprintf("to compare, write parentheses: `(a %s b)`", t.Kind))
}

// nothingFollows reports an operator after an item that is no expression.
func (p *parser) nothingFollows(item ast.Item) {
	t := p.token()
	word := ""
	switch n := item.(type) {
	case *ast.BranchItem:
		word = "branch"
	case *ast.IfItem:
		word = "if"
	case *ast.ForItem:
		word = "for"
	case *ast.ChildItem:
		if _, ok := n.Body.(*ast.IfExpr); ok && n.Label == nil {
			word = "if"
		}
	}
	if word == "" || !p.continues() {
		return
	}
	if t.Kind == lexer.Catch || infixes[t.Kind].level != levelNone || p.postfixAt(0) {
		p.fail(t.Span, fmt.Sprintf("%s cannot follow the `%s` of an item", p.describe(t), word),
			fmt.Sprintf("give it a label, `name: %s …`, or write parentheses", word))
	}
}

// itemHere chooses by the first tokens:
//
//	item = [ label ] expr | "let" name "=" expr | "background" [ label ] expr
//	     | [ label ] for | branch | if .
func (p *parser) itemHere() ast.Item {
	start := p.start()
	if label := p.label(); label != nil {
		return p.labelled(start, label)
	}
	switch t := p.token(); t.Kind {
	case lexer.Let:
		return p.letItem()
	case lexer.For:
		return p.forItem(nil, false)
	case lexer.Branch:
		return p.branchItem()
	case lexer.If:
		return p.ifItem()
	case lexer.Var:
		p.fail(t.Span, "`var` cannot stand among items", "write `let`: children do not change variables")
	case lexer.Fn, lexer.While, lexer.Defer, lexer.Import:
		p.fail(t.Span, fmt.Sprintf("`%s` cannot stand among items", t.Kind), "write it in a block: `{ … }`")
	case lexer.Ident:
		if t.Text == "background" && p.backgroundHere() {
			return p.background()
		}
	}
	return p.child(start, &ast.ChildItem{})
}

// label reads the label that stands here; nil for none:
//
//	label = ( name | string | template | "[" expr "]" ) ":" .
func (p *parser) label() *ast.Label {
	t := p.token()
	label := &ast.Label{}
	switch {
	case p.peek(1) == lexer.Colon && (t.Kind == lexer.Ident || t.Kind.IsKeyword()):
		p.next()
		label.Name = p.source.Text[t.Span.Start:t.Span.End]
	case p.peek(1) == lexer.Colon && t.Kind == lexer.String:
		p.next()
		label.Name = t.Text
	case t.Kind == lexer.TemplateHead && p.colonAfter():
		label.Computed = p.template()
	case t.Kind == lexer.LeftBracket && p.colonAfter():
		p.next()
		outer := p.within(brackets)
		label.Computed = p.expr()
		p.context = outer
		p.expect(lexer.RightBracket)
	default:
		return nil
	}
	place(p, t.Span.Start, label)
	p.expect(lexer.Colon)
	return label
}

// colonAfter tells whether a colon follows the bracket that closes the one here.
func (p *parser) colonAfter() bool {
	end := int(p.match[p.pos])
	return end != 0 && p.tokens[end+1].Kind == lexer.Colon
}

func (p *parser) labelled(start lexer.Pos, label *ast.Label) ast.Item {
	t := p.token()
	switch t.Kind {
	case lexer.For:
		if label.Computed != nil {
			p.failBefore(p.pos, label.Span(), "the label of a `for` cannot be computed", "write a name")
		}
		item := p.forItem(label, false)
		return place(p, start, item)
	case lexer.Let:
		p.fail(t.Span, "`let` takes no label: its name is one", "")
	case lexer.Ident:
		if t.Text == "background" && p.backgroundHere() && !p.postfixAt(1) {
			p.failBefore(p.pos+1, t.Span, "`background` stands before the label", fmt.Sprintf("write `background %s: …`", label.Name))
		}
	}
	return p.child(start, &ast.ChildItem{Label: label})
}

func (p *parser) child(start lexer.Pos, item *ast.ChildItem) ast.Item {
	item.Body = p.expr()
	if p.kind() == lexer.Assign {
		p.fail(p.token().Span, "an assignment cannot stand among items", "write `let name = …`, or a label: `name: …`")
	}
	return place(p, start, item)
}

func (p *parser) letItem() ast.Item {
	start := p.next().Span.Start
	if k := p.kind(); k == lexer.LeftBracket || k == lexer.LeftBrace {
		p.fail(p.token().Span, "the `let` of an item binds one name", "take the value apart where it is mentioned")
	}
	t := p.name("a name")
	label := &ast.Label{Name: t.Text}
	label.SetSpan(t.Span)
	p.expect(lexer.Assign)
	return p.child(start, &ast.ChildItem{Label: label, Let: true})
}

// backgroundHere tells the word from a name: an operand follows it.
func (p *parser) backgroundHere() bool {
	after := &p.tokens[p.pos+1]
	return after.Kind != lexer.Colon && after.Kind != lexer.EOF && !endsItem(after) && after.Kind != lexer.Greater
}

func (p *parser) background() ast.Item {
	start := p.next().Span.Start
	item := &ast.ChildItem{Background: true, Label: p.label()}
	switch t := p.token(); t.Kind {
	case lexer.For, lexer.Let:
		p.fail(t.Span, fmt.Sprintf("`%s` cannot run in the background", t.Kind), "`background` takes an expression")
	}
	return p.child(start, item)
}

// forItem reads a for among the items, or a group's header.
func (p *parser) forItem(label *ast.Label, header bool) *ast.ForItem {
	start, height := p.start(), p.descend()
	outer := p.within(items)
	p.block = outer.block
	groups := len(p.groups)
	item := produce(p, &p.grammar.forItem)
	p.groups = p.groups[:groups]
	p.groupEnd = p.pos - 1
	p.context = outer
	item.Label, item.Header = label, header
	item.Key, item.Value = loopNames(item.Key, item.Value)
	p.ascend(height)
	return place(p, start, item)
}

// ifItem reads an if among the items. With blocks it is a child like any
// expression:
//
//	if = "if" expr items [ "else" ( if | items ) ] .
func (p *parser) ifItem() ast.Item {
	start, height := p.next().Span.Start, p.descend()
	cond := p.condition()
	if p.kind() == lexer.LeftBrace {
		item := &ast.ChildItem{Body: p.ifBlocks(start, cond)}
		p.ascend(height)
		return place(p, start, item)
	}
	item := &ast.IfItem{Cond: cond}
	p.ifOpen = p.pos
	item.Then = p.items()
	if p.kind() == lexer.Else && p.continues() {
		p.next()
		if p.kind() == lexer.If {
			item.Else = []ast.Item{p.ifItem()}
		} else {
			item.Else = p.items()
		}
	}
	p.ascend(height)
	return place(p, start, item)
}
