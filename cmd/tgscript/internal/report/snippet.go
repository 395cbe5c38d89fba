package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tgscript/tgscript/lexer"
)

const (
	tabWidth = 4
	// Of a line that is too long for a terminal only this many columns are
	// shown, around the caret.
	widest = 110
	before = 45
)

// place draws where something is: the position, and the line with carets
// under the span, of which only the first line counts.
func (p *Printer) place(src *lexer.Source, span lexer.Span, s style, suffix string) {
	at := src.Position(span.Start)
	number := fmt.Sprint(at.Line)
	pad := strings.Repeat(" ", len(number))
	p.out.WriteString(pad + p.paint.as(placeStyle, "--> "+printable(at.String())) + suffix + "\n")
	text, indent, carets := excerpt(src, span)
	if text == "" && carets == 0 {
		return
	}
	bar := p.paint.as(dimStyle, " | ")
	p.out.WriteString(p.paint.as(dimStyle, number) + bar + text + "\n")
	p.out.WriteString(pad + bar + strings.Repeat(" ", indent) + p.paint.as(s, strings.Repeat("^", carets)) + "\n")
}

// excerpt gives the line of a span as it is shown, the columns before the
// carets and their number.
func excerpt(src *lexer.Source, span lexer.Span) (text string, indent, carets int) {
	size := len(src.Text)
	start := min(int(span.Start), size)
	end := min(max(int(span.End), start), size)
	lineStart := strings.LastIndexByte(src.Text[:start], '\n') + 1
	head := src.Text[lineStart:start]
	tail, _, _ := strings.Cut(src.Text[start:min(size, start+8*widest)], "\n")
	tail = strings.TrimSuffix(tail, "\r")
	if strings.TrimSpace(head) == "" && strings.TrimSpace(tail) == "" {
		return "", 0, 0
	}
	marked := tail[:min(end-start, len(tail))]

	left, leftWidth := lastColumns(head, before)
	mid, midWidth := firstColumns(marked, widest-leftWidth)
	right, _ := firstColumns(tail[len(marked):], max(widest-leftWidth-midWidth, 0))
	return strings.TrimRight(left+mid+right, " "), leftWidth, max(midWidth, 1)
}

// firstColumns gives the first columns of a text as it is shown; what was cut
// is marked.
func firstColumns(text string, columns int) (string, int) {
	var out strings.Builder
	width := 0
	for _, r := range text {
		cell, w := shown(r)
		if width+w > columns {
			if columns > 0 {
				out.WriteString("…")
			}
			break
		}
		out.WriteString(cell)
		width += w
	}
	return out.String(), width
}

// lastColumns gives the last columns of a text as it is shown.
func lastColumns(text string, columns int) (string, int) {
	width, from := 0, len(text)
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		_, w := shown(r)
		if width+w > columns && (from > 8*columns || fullWidth(text[:from]) > widest-columns) {
			rest, w := firstColumns(text[from:], 2*columns+tabWidth)
			return "…" + rest, w + 1
		}
		width += w
		from -= size
	}
	return firstColumns(text, widest)
}

func fullWidth(text string) int {
	n := 0
	for _, r := range text {
		_, w := shown(r)
		n += w
	}
	return n
}

// shown gives a character of a source as it is drawn, with its width in
// columns: nothing in a text may steer the terminal.
func shown(r rune) (string, int) {
	switch {
	case r == '\t':
		return strings.Repeat(" ", tabWidth), tabWidth
	case r == '\ufeff':
		return "", 0
	case r == utf8.RuneError, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Bidi_Control, r):
		return "�", 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return string(r), 0
	case wide(r):
		return string(r), 2
	}
	return string(r), 1
}

// wide tells whether terminals draw a character two columns wide.
func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf && r != 0x303f || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 ||
		r >= 0x1f300 && r <= 0x1f64f || r >= 0x1f680 && r <= 0x1f6ff || r >= 0x1f900 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd)
}

// printable gives a text of which nothing steers the terminal; newlines and
// tabs stay.
func printable(text string) string {
	steers := func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r))
	}
	if strings.IndexFunc(text, steers) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if steers(r) {
			return '�'
		}
		return r
	}, text)
}
