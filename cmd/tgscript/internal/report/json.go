package report

import (
	"encoding/json"
	"io"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
)

// Place is a position as JSON has it; columns are code points from 1.
type Place struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Function string `json:"function,omitempty"`
	Child    string `json:"child,omitempty"`
}

// Problem is a diagnostic as JSON has it.
type Problem struct {
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Place
	EndLine   int       `json:"end_line,omitempty"`
	EndColumn int       `json:"end_column,omitempty"`
	Hint      string    `json:"hint,omitempty"`
	Related   []Related `json:"related,omitempty"`
}

// Related is a further place of a Problem.
type Related struct {
	Message string `json:"message"`
	Place
}

// Failure is a failure at run time as JSON has it. Errors are those of the
// failed children by key, Attempts the earlier tries of a retry.
type Failure struct {
	Severity string             `json:"severity"`
	Kind     string             `json:"kind"`
	Message  string             `json:"message"`
	Place    *Place             `json:"place,omitempty"`
	Calls    []Place            `json:"calls,omitempty"`
	Child    string             `json:"child,omitempty"`
	Groups   []Place            `json:"groups,omitempty"`
	Data     string             `json:"data,omitempty"`
	Errors   map[string]Failure `json:"errors,omitempty"`
	Cause    *Failure           `json:"cause,omitempty"`
	Attempts []Failure          `json:"attempts,omitempty"`
}

// WriteDiagnostics writes each problem as one line of JSON.
func WriteDiagnostics(w io.Writer, all lexer.Diagnostics) {
	for _, d := range all {
		write(w, problemOf(d))
	}
}

// WriteFailure writes a failure as one line of JSON.
func WriteFailure(w io.Writer, e *runtime.Error) { write(w, failureOf(e)) }

// WriteLine writes what concerns no place as one line of JSON.
func WriteLine(w io.Writer, kind, message string) {
	write(w, Failure{Severity: "error", Kind: kind, Message: message})
}

func write(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v)
}

func problemOf(d *lexer.Diagnostic) Problem {
	p := Problem{Severity: d.Severity.String(), Message: d.Message, Place: placeOf(d.Source, d.Span.Start), Hint: d.Hint}
	if d.Span.End > d.Span.Start {
		end := d.Source.Position(d.Span.End)
		p.EndLine, p.EndColumn = end.Line, end.Column
	}
	for _, r := range d.Related {
		src := r.Source
		if src == nil {
			src = d.Source
		}
		p.Related = append(p.Related, Related{r.Message, placeOf(src, r.Span.Start)})
	}
	return p
}

func placeOf(src *lexer.Source, pos lexer.Pos) Place {
	at := src.Position(pos)
	return Place{File: at.Name, Line: at.Line, Column: at.Column}
}

func failureOf(e *runtime.Error) Failure {
	f := Failure{Severity: "error", Kind: e.Kind, Message: e.Message, Child: e.Child, Calls: sites(e.Trace), Groups: sites(e.Groups)}
	if len(f.Calls) > 0 {
		f.Place = &f.Calls[0]
	}
	if e.Data.Kind() != runtime.KindNil {
		f.Data = e.Data.String()
	}
	for key, v := range e.Errors.All() {
		var own *runtime.Error
		if runtime.Decode(v, &own) == nil && own != nil {
			if f.Errors == nil {
				f.Errors = map[string]Failure{}
			}
			f.Errors[key.String()] = failureOf(own)
		}
	}
	if e.Cause != nil {
		cause := failureOf(e.Cause)
		f.Cause = &cause
	}
	for _, t := range e.Tries {
		f.Attempts = append(f.Attempts, failureOf(t))
	}
	return f
}

func sites(all []runtime.Site) []Place {
	var places []Place
	for _, s := range all {
		p := placeOf(s.Source, s.Pos)
		p.Function, p.Child = s.Function, s.Child
		places = append(places, p)
	}
	return places
}
