// Package report draws what went wrong for people and for programs: problems
// found in a text (lexer.Diagnostic) and failures at run time (runtime.Error),
// each with the place in its source. A reader meets Printer, which draws on
// one stream. What decides about exit codes is not here.
package report

import (
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/tgscript/tgscript/lexer"
)

// Printer draws reports on a stream. Each report is one write.
type Printer struct {
	w     io.Writer
	paint painter
	out   strings.Builder
}

// New gives a printer for a stream; colored is whether it shows colours.
func New(w io.Writer, colored bool) *Printer {
	return &Printer{w: w, paint: newPainter(colored)}
}

// Line draws one line that concerns no place: `error: cannot read job.tg`.
func (p *Printer) Line(label, text string) {
	p.head(labelStyle(label), label, text)
	p.flush()
}

// Diagnostics draws problems of a text, an empty line between two.
func (p *Printer) Diagnostics(all lexer.Diagnostics) {
	for i, d := range all {
		if i > 0 {
			p.out.WriteByte('\n')
		}
		p.diagnostic(d)
	}
	p.flush()
}

func (p *Printer) diagnostic(d *lexer.Diagnostic) {
	label := d.Severity.String()
	p.head(labelStyle(label), label, d.Message)
	p.place(d.Source, d.Span, labelStyle(label), "")
	if d.Hint != "" {
		p.note("hint", d.Hint)
	}
	for _, r := range d.Related {
		src := r.Source
		if src == nil {
			src = d.Source
		}
		p.note("note", r.Message)
		p.place(src, r.Span, hintStyle, "")
	}
}

// head draws `label: text`; further lines of the text are indented.
func (p *Printer) head(s style, label, text string) {
	first, more, _ := strings.Cut(printable(text), "\n")
	p.out.WriteString(p.paint.as(s, label) + p.paint.as(strongStyle, ": "+first) + "\n")
	if more != "" {
		p.out.WriteString("  " + strings.ReplaceAll(strings.TrimRight(more, "\n"), "\n", "\n  ") + "\n")
	}
}

// note draws a line below a snippet.
func (p *Printer) note(label, text string) {
	p.out.WriteString("  " + p.paint.as(hintStyle, label+":") + " " + indented(printable(text), "  ") + "\n")
}

func (p *Printer) flush() {
	io.WriteString(p.w, p.out.String())
	p.out.Reset()
}

func indented(text, by string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by)
}

type style uint8

const (
	errorStyle style = iota
	warningStyle
	hintStyle
	strongStyle
	placeStyle
	dimStyle
	numStyles
)

func labelStyle(label string) style {
	if label == "warning" {
		return warningStyle
	}
	return errorStyle
}

// painter colours text for one stream.
type painter [numStyles]*color.Color

func newPainter(colored bool) painter {
	p := painter{
		errorStyle:   color.New(color.FgRed, color.Bold),
		warningStyle: color.New(color.FgYellow, color.Bold),
		hintStyle:    color.New(color.FgGreen),
		strongStyle:  color.New(color.Bold),
		placeStyle:   color.New(color.FgCyan),
		dimStyle:     color.New(color.Faint),
	}
	for _, c := range p {
		if colored {
			c.EnableColor() // whatever stdout is, which the library looks at
		} else {
			c.DisableColor()
		}
	}
	return p
}

func (p painter) as(s style, text string) string { return p[s].Sprint(text) }
