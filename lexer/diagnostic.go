package lexer

import (
	"fmt"
	"sort"
	"strings"
)

// Severity tells what a Diagnostic prevents.
type Severity uint8

const (
	SeverityError   Severity = iota // the program does not run
	SeverityWarning                 // the program runs; check and the editor show it
)

func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one problem found in a source text before anything runs.
type Diagnostic struct {
	Source   *Source
	Span     Span
	Severity Severity
	Message  string    // what is wrong, culprit first, without position
	Hint     string    // what to write instead; may be empty
	Related  []Related // other places that matter, such as a first declaration
	// Incomplete says that the text ends too early: more input could make it
	// valid. The REPL goes on reading then.
	Incomplete bool
}

// Related is a place that helps to understand a Diagnostic.
type Related struct {
	Source  *Source // nil: the diagnostic's own
	Span    Span
	Message string
}

// Position gives where the problem begins.
func (d *Diagnostic) Position() Position { return d.Source.Position(d.Span.Start) }

func (d *Diagnostic) Error() string {
	text := fmt.Sprintf("%s: %s", d.Position(), d.Message)
	if d.Hint != "" {
		text += " (" + d.Hint + ")"
	}
	return text
}

// Diagnostics is a list of problems, an error when it is not empty.
type Diagnostics []*Diagnostic

func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Sort orders the list by file name and place; what is reported twice at one
// place stays once.
func (ds *Diagnostics) Sort() {
	list := *ds
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Source != b.Source && a.Source.Name != b.Source.Name {
			return a.Source.Name < b.Source.Name
		}
		return a.Span.Start < b.Span.Start
	})
	kept := list[:0]
	for i, d := range list {
		if i > 0 {
			last := kept[len(kept)-1]
			if last.Source == d.Source && last.Span.Start == d.Span.Start && last.Message == d.Message {
				continue
			}
		}
		kept = append(kept, d)
	}
	*ds = kept
}

// Errors gives the diagnostics that prevent a run.
func (ds Diagnostics) Errors() Diagnostics {
	var errs Diagnostics
	for _, d := range ds {
		if d.Severity == SeverityError {
			errs = append(errs, d)
		}
	}
	return errs
}
