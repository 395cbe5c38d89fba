package repl

import (
	"strings"

	"github.com/fatih/color"

	"github.com/tgscript/tgscript/lexer"
)

// painter colours a line as it is typed. It works by tokens alone: a line in
// the middle of a block is no program.
type painter struct{ keyword, text, number, comment *color.Color }

func newPainter() *painter {
	p := &painter{
		keyword: color.New(color.FgMagenta), text: color.New(color.FgGreen),
		number: color.New(color.FgCyan), comment: color.New(color.Faint),
	}
	for _, c := range []*color.Color{p.keyword, p.text, p.number, p.comment} {
		c.EnableColor() // who does not want colours has no painter
	}
	return p
}

// Paint implements readline.Painter. The characters stay as they are.
func (p *painter) Paint(line []rune, _ int) []rune {
	text := string(line)
	// What is scanned has newlines in a block, and every token where it was.
	newline := "\n" + strings.Repeat(" ", len(lineBreak)-1)
	scanner := lexer.NewScanner(lexer.NewSource("", strings.ReplaceAll(text, lineBreak, newline)))
	tokens := scanner.Scan()
	var out strings.Builder
	from := 0
	paint := func(span lexer.Span, c *color.Color) {
		start, end := max(int(span.Start), from), min(int(span.End), len(text))
		if c == nil || start >= end {
			return
		}
		out.WriteString(text[from:start])
		out.WriteString(c.Sprint(text[start:end]))
		from = end
	}
	comments := scanner.Comments()
	for _, t := range tokens {
		for len(comments) > 0 && comments[0].Start <= t.Span.Start {
			paint(comments[0], p.comment)
			comments = comments[1:]
		}
		paint(t.Span, p.colorOf(t.Kind))
	}
	out.WriteString(text[from:])
	return []rune(out.String())
}

// colorOf gives the colour of a token; nil for none.
func (p *painter) colorOf(k lexer.Kind) *color.Color {
	switch {
	case k.IsKeyword():
		return p.keyword
	case k == lexer.Int, k == lexer.Float, k == lexer.Duration:
		return p.number
	case k == lexer.String, k == lexer.TemplateHead, k == lexer.TemplateMiddle, k == lexer.TemplateTail:
		return p.text
	}
	return nil
}
