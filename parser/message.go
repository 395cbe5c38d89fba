package parser

import (
	"fmt"
	"strings"

	"github.com/tgscript/tgscript/lexer"
)

// report notes a mistake that does not keep the parser from going on. What
// touches the end of the text may be mended by what comes after it.
func (p *parser) report(span lexer.Span, message, hint string) *lexer.Diagnostic {
	d := &lexer.Diagnostic{Source: p.source, Span: span, Message: message, Hint: hint, Incomplete: int(span.End) >= len(p.source.Text)}
	if p.reported(span) {
		return d
	}
	p.diagnostics = append(p.diagnostics, d)
	if len(p.diagnostics) > maxMistakes {
		p.hopeless = true
		panic(giveUp)
	}
	return d
}

// reported tells whether a mistake is known where a span begins: the second
// message would be about the consequences of the first.
func (p *parser) reported(span lexer.Span) bool {
	for _, d := range p.diagnostics {
		if d.Span.Start == span.Start || d.Span.Start < span.Start && span.Start < d.Span.End {
			return true
		}
	}
	return false
}

// fail reports a mistake and gives up what is being read.
func (p *parser) fail(span lexer.Span, message, hint string) {
	p.report(span, message, hint)
	panic(giveUp)
}

// failBefore is fail where the token at next was the reason: if the text ends
// with it, it may still become another one.
func (p *parser) failBefore(next int, span lexer.Span, message, hint string) {
	d := p.report(span, message, hint)
	d.Incomplete = d.Incomplete || p.mayGrow(next)
	panic(giveUp)
}

// mayGrow tells whether more text could change the token at a place: none
// stands there yet, or nothing stands behind it.
func (p *parser) mayGrow(at int) bool {
	if at >= len(p.tokens) {
		return true
	}
	t := &p.tokens[at]
	return t.Kind == lexer.EOF && !t.NewlineBefore || t.Kind != lexer.EOF && int(t.Span.End) == len(p.source.Text)
}

// tooDeep gives up the whole file: what follows would only be as deep.
func (p *parser) tooDeep() {
	p.report(p.token().Span, "this is nested too deep", fmt.Sprintf("at most %d levels, and %d operators in a row, are read; move a part of it into a name", maxNesting, maxHeight)).Incomplete = false
	p.hopeless = true
	panic(giveUp)
}

// unexpected gives up at the token here, which is not what was wanted.
func (p *parser) unexpected(want string) {
	t := p.token()
	switch t.Kind {
	case lexer.EOF:
		p.endOfText(want)
	case lexer.Illegal:
		panic(giveUp) // the scanner has reported it
	}
	p.comparesGroup()
	hint := p.hint(t)
	message := p.describe(t) + " cannot stand here"
	if want != "" {
		message += ": want " + want
	}
	d := p.report(t.Span, message, hint)
	if t.Kind == lexer.Not { // of not in
		d.Incomplete = d.Incomplete || p.mayGrow(p.pos+1)
	}
	if i := p.innermost(); i >= 0 {
		o := &p.tokens[i]
		d.Related = append(d.Related, lexer.Related{Span: o.Span, Message: fmt.Sprintf("`%s` is open since here", opener(o))})
	}
	panic(giveUp)
}

func opener(t *lexer.Token) string {
	if t.Kind == lexer.TemplateHead {
		return "${"
	}
	return t.Kind.String()
}

// endOfText gives up at the end of the text: the culprit is the innermost
// bracket that is open there.
func (p *parser) endOfText(want string) {
	if p.ended {
		panic(giveUp)
	}
	p.ended = true
	if i := p.innermost(); i >= 0 {
		t := &p.tokens[i]
		d := p.report(t.Span, fmt.Sprintf("`%s` is never closed", opener(t)), fmt.Sprintf("write `%s` where it ends", closingText(t)))
		d.Incomplete = true
		d.Related = append(d.Related, lexer.Related{Span: p.token().Span, Message: "the file ends here"})
		panic(giveUp)
	}
	end := p.from(0).End
	message := "the file ends too early"
	if want != "" {
		message += ": want " + want
	}
	p.report(lexer.Span{Start: end, End: end}, message, "").Incomplete = true
	panic(giveUp)
}

func closingText(t *lexer.Token) string {
	if t.Kind == lexer.TemplateHead {
		return "}"
	}
	return closer(t.Kind).String()
}

// innermost gives the place of the last bracket before the parser that nothing
// closes, a group's < included; -1 for none.
func (p *parser) innermost() int {
	found := -1
	for i := len(p.open) - 1; i >= 0; i-- {
		if p.open[i] < p.pos {
			found = p.open[i]
			break
		}
	}
	if n := len(p.groups); n > 0 && p.groups[n-1] > found && p.kind() == lexer.EOF {
		found = p.groups[n-1]
	}
	return found
}

// describe names a token in a message.
func (p *parser) describe(t *lexer.Token) string {
	text := p.source.Text[t.Span.Start:t.Span.End]
	switch {
	case t.Kind == lexer.EOF:
		return "the end of the file"
	case t.Kind.IsKeyword():
		return fmt.Sprintf("the keyword `%s`", t.Kind)
	case t.Kind == lexer.String || t.Kind == lexer.TemplateHead:
		if len(text) > 24 || strings.ContainsRune(text, '\n') {
			return "this string"
		}
		return "the string " + text
	case t.Kind == lexer.TemplateMiddle || t.Kind == lexer.TemplateTail:
		return "the `}` of `${`"
	case len(text) > 40:
		return "this " + t.Kind.String()
	}
	return "`" + text + "`"
}

// words of other languages at the token before the one that cannot stand.
var foreignWords = map[string]string{
	"elif": "write `else if`", "elseif": "write `else if`", "elsif": "write `else if`",
	"function": "write `fn name(a, b) { … }`", "func": "write `fn name(a, b) { … }`", "def": "write `fn name(a, b) { … }`",
	"const": "write `let name = value`", "val": "write `let name = value`",
	"switch": "write `branch x { pattern -> … }`", "match": "write `branch x { pattern -> … }`", "when": "write `branch x { pattern -> … }`",
	"case": "an arm of a `branch` is `pattern -> …`", "default": "the last arm of a `branch` is `else -> …`",
	"try": "write `{ … } catch e -> { … }`", "throw": "write `fail \"message\"`", "raise": "write `fail \"message\"`",
	"finally": "write `defer { … }` at the beginning of the block",
	"async":   "write `group < a: …, b: … >`", "await": "nothing is awaited: a group's value is there when it ends",
	"spawn": "write `group < a: …, b: … >`", "go": "write `group < a: …, b: … >`",
	"loop": "write `while true { … }`", "until": "write `while not … { … }`", "foreach": "write `for x in xs { … }`",
	"is": "write `==`, or `branch` for a type", "then": "write `if c { … }`", "do": "write `{ … }`",
}

// hint tells what to write instead of the token that cannot stand.
func (p *parser) hint(t *lexer.Token) string {
	switch t.Kind {
	case lexer.Ident:
		if hint, ok := foreignWords[t.Text]; ok {
			return hint
		}
	case lexer.Assign:
		return "`==` compares; an assignment is a statement of its own"
	case lexer.SlashSlash:
		if p.pos == 0 || t.NewlineBefore {
			return "`//` is floor division; a comment begins with `#`"
		}
	case lexer.Plus, lexer.Minus:
		if p.pos > 0 && p.tokens[p.pos-1].Kind == t.Kind && p.tokens[p.pos-1].Span.End == t.Span.Start {
			return fmt.Sprintf("write `x %s= 1`", t.Kind)
		}
	}
	if t.NewlineBefore && isInfix(t.Kind) {
		return "an operator stands at the end of the line before"
	}
	if p.pos > 0 && !t.NewlineBefore {
		switch before := &p.tokens[p.pos-1]; before.Kind {
		case lexer.Ident:
			return foreignWords[before.Text]
		case lexer.Fn:
			return "write `fn name(a, b) { … }`, or `(a, b) -> …` for a value"
		}
	}
	return ""
}

func isInfix(k lexer.Kind) bool {
	return lexer.Equal <= k && k <= lexer.Coalesce || k == lexer.DotDot || k == lexer.DotDotEqual
}

// comparesGroup gives up with the reason where a > that was meant to compare
// has closed a group.
func (p *parser) comparesGroup() {
	if p.groupEnd == 0 || p.pos != p.groupEnd+1 || !p.operandHere() {
		return
	}
	p.failBefore(p.pos, p.tokens[p.groupEnd].Span, "`>` ends the group here: it is no comparison in an item", "to compare, write parentheses: `(a > b)`")
}

// operandHere tells whether the token here can only be the right side of an
// operator: what begins an operand and can follow no group.
func (p *parser) operandHere() bool {
	t := p.token()
	if t.NewlineBefore {
		return false
	}
	switch t.Kind {
	case lexer.Ident, lexer.Int, lexer.Float, lexer.Duration, lexer.String, lexer.TemplateHead, lexer.LeftParen,
		lexer.Minus, lexer.Nil, lexer.True, lexer.False, lexer.Not, lexer.Group:
		return true
	}
	return false
}
