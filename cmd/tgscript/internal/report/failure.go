package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
)

const (
	// Of many calls the first and the last few are shown.
	firstCalls = 8
	// keptCalls is how many calls a trace holds at most.
	keptCalls = 32
	lastCalls = 3
	// maxData is how many characters of an error's data are shown.
	maxData = 300
	// maxChildren is how many further failed children are drawn in full.
	maxChildren = 20
)

// Failure draws an error that left the program: what and where, the calls and
// the children it came by, what else failed, and what it was caused by.
func (p *Printer) Failure(e *runtime.Error) {
	p.failure("error", "", e)
	p.failedChildren(e)
	p.flush()
}

// failure draws one error without the other children's.
func (p *Printer) failure(label, prefix string, e *runtime.Error) {
	p.head(errorStyle, label+"["+e.Kind+"]", prefix+e.Message)
	p.trace(e)
	p.details(e)
	p.cause(e)
}

// trace draws the place of a failure and the calls that led there.
func (p *Printer) trace(e *runtime.Error) {
	trace := e.Trace
	if len(trace) == 0 {
		return
	}
	in := ""
	if name := callName(trace, 0); name != "" {
		in = p.paint.as(dimStyle, " in "+printable(name))
	}
	p.place(trace[0].Source, spanAt(trace[0].Source, trace[0].Pos), errorStyle, in)
	p.calls(trace, outermost(e))
}

// outermost names the code that the calls of an error begin in, where that has
// no name of its own: a child by its key.
func outermost(e *runtime.Error) string {
	if len(e.Groups) > 0 && e.Groups[0].Child != "" {
		return "child " + e.Groups[0].Child
	}
	return "top level"
}

// callName gives what a site of a trace stands in: a function, or the body of
// the child where the trace begins.
func callName(trace []runtime.Site, i int) string {
	name := trace[i].Function
	if name != "" && i == len(trace)-1 && i+1 < keptCalls {
		return "child " + name
	}
	return name
}

// spanAt gives the word at a place, with its module where it is called, or one
// character: a failure knows only where it begins.
func spanAt(src *lexer.Source, pos lexer.Pos) lexer.Span {
	start := min(int(pos), len(src.Text))
	text := src.Text[start:]
	n := wordLen(text)
	if n == 0 {
		_, n = utf8.DecodeRuneInString(text)
		return lexer.Span{Start: pos, End: pos + lexer.Pos(n)}
	}
	if member := start > 0 && src.Text[start-1] == '.'; !member && strings.HasPrefix(text[n:], ".") {
		called := n + 1 + wordLen(text[n+1:])
		if strings.HasPrefix(text[called:], "(") {
			n = called
		}
	}
	return lexer.Span{Start: pos, End: pos + lexer.Pos(n)}
}

// wordLen gives how many bytes of letters, digits and _ a text begins with.
func wordLen(text string) int {
	n := strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if n < 0 {
		return len(text)
	}
	return n
}

// calls draws the calls that led to a failure, the innermost first. The place
// of the failure itself is not repeated, a recursion is drawn once. first names
// the code that they begin in.
func (p *Printer) calls(trace []runtime.Site, first string) {
	call := func(i int) row { return siteRow(cmp.Or(callName(trace, i), first), trace[i]) }
	var rows []row
	for i := 1; i < len(trace); {
		if length, times := repeats(trace[i:]); times > 2 {
			for j := i; j < i+length; j++ {
				rows = append(rows, call(j))
			}
			rows = append(rows, row{name: repeated(length, times-1)})
			i += length * times
			continue
		}
		rows = append(rows, call(i))
		i++
	}
	if skip := len(rows) - firstCalls - lastCalls; skip > 1 {
		rest := rows[firstCalls+skip:]
		rows = append(rows[:firstCalls:firstCalls], row{name: fmt.Sprintf("… %d more calls", skip)})
		rows = append(rows, rest...)
	}
	if len(trace) >= keptCalls {
		rows = append(rows, row{name: "… and the calls before them"})
	}
	if len(rows) > 0 {
		p.table("called from", rows)
	}
}

// repeats gives how often the calls that a trace begins with, up to four of
// them, follow one another.
func repeats(trace []runtime.Site) (length, times int) {
	for length = 1; length <= 4; length++ {
		times = 1
		for end := (times + 1) * length; end <= len(trace) && slices.Equal(trace[:length], trace[end-length:end]); end = (times + 1) * length {
			times++
		}
		if times > 2 {
			return length, times
		}
	}
	return 1, 1
}

func repeated(length, times int) string {
	if length == 1 {
		return fmt.Sprintf("… the same call %d times more", times)
	}
	return fmt.Sprintf("… the same %d calls %d times more", length, times)
}

// path draws the children that a failure came by, the outermost first, each
// with the group it stands in.
func (p *Printer) path(groups []runtime.Site) {
	if len(groups) == 0 {
		return
	}
	var rows []row
	var labels []string
	for i := len(groups) - 1; i >= 0; i-- {
		// The innermost group has no child where it failed by itself.
		if name := groups[i].Child; name != "" {
			labels = append(labels, name)
			rows = append(rows, siteRow(name, groups[i]))
		}
	}
	if len(rows) > 0 {
		p.table("in child "+strings.Join(labels, "/"), rows)
	}
}

// details draws what an error carries besides its message and calls.
func (p *Printer) details(e *runtime.Error) {
	p.path(e.Groups)
	p.unfinished(e)
	p.data(e)
	p.attempts(e.Tries)
}

// unfinished draws the children that a group's timeout has cut off.
func (p *Printer) unfinished(e *runtime.Error) {
	if e.Kind != "timeout" || e.InChild {
		return
	}
	var names []string
	for key, outcome := range e.Outcomes.All() {
		if state, _ := outcome.Get("state"); state.String() == "cancelled" {
			names = append(names, keyText(key))
		}
	}
	if more := len(names) - maxChildren; more > 0 {
		names = append(names[:maxChildren], fmt.Sprintf("and %d more", more))
	}
	if len(names) > 0 {
		p.note("unfinished", strings.Join(names, ", "))
	}
}

// row is a line of a table of places.
type row struct{ name, place, text string }

func siteRow(name string, s runtime.Site) row {
	text, width := firstColumns(strings.TrimSpace(s.Source.Line(s.Pos)), 60)
	if width == 0 {
		text = ""
	}
	return row{name, s.Position().String(), text}
}

func (p *Printer) table(title string, rows []row) {
	names, places := 0, 0
	for _, r := range rows {
		if r.place != "" {
			names = max(names, fullWidth(r.name))
			places = max(places, fullWidth(r.place))
		}
	}
	names, places = min(names, 30), min(places, 50)
	p.out.WriteString("  " + p.paint.as(hintStyle, printable(title)+":") + "\n")
	for _, r := range rows {
		if r.place == "" {
			p.out.WriteString("    " + p.paint.as(dimStyle, r.name) + "\n")
			continue
		}
		line := "    " + padded(r.name, names) + "  " + p.paint.as(placeStyle, padded(r.place, places))
		if r.text != "" {
			line += "  " + p.paint.as(dimStyle, r.text)
		}
		p.out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func padded(text string, width int) string {
	text = printable(text)
	return text + strings.Repeat(" ", max(width-fullWidth(text), 0))
}

// data draws what a script put into an error, cut where it is long.
func (p *Printer) data(e *runtime.Error) {
	if e.Data.Kind() == runtime.KindNil {
		return
	}
	text := e.Data.String()
	if utf8.RuneCountInString(text) > maxData {
		text = string([]rune(text)[:maxData]) + "…"
	}
	p.note("data", text)
}

// attempts draws the earlier failures of a retry.
func (p *Printer) attempts(tries []*runtime.Error) {
	for i, t := range tries {
		if i == 9 && len(tries) > 10 {
			p.note(fmt.Sprintf("%d more tries", len(tries)-9), "failed")
			return
		}
		p.note(fmt.Sprintf("try %d", i+1), summary(t))
	}
}

// cause draws what an error was caused by, to the root.
func (p *Printer) cause(e *runtime.Error) {
	for depth := 0; depth < 20; depth++ {
		if e.Cause == nil {
			p.hostCause(e)
			return
		}
		e = e.Cause
		p.head(hintStyle, "  caused by["+e.Kind+"]", e.Message)
		p.trace(e)
		p.details(e)
	}
}

// hostCause draws the Go error behind a failure, if its text says more.
func (p *Printer) hostCause(e *runtime.Error) {
	err := e.Unwrap()
	if err == nil || strings.Contains(e.Message, err.Error()) || errors.Is(e, runtime.Limit) {
		return
	}
	if e.Kind == "internal" {
		p.note("note", "this is a fault of tgscript or of a module, not of the script; please report it with what follows")
	}
	p.note("caused by", err.Error())
}

// summary gives an error in one line.
func summary(e *runtime.Error) string {
	text, _, _ := strings.Cut(e.Message, "\n")
	text = "[" + e.Kind + "] " + text
	if len(e.Trace) > 0 {
		text += " at " + e.Trace[0].Position().String()
	}
	return text
}

// failedChild is one entry in the errors of a group, with its whole path.
type failedChild struct {
	path string
	err  *runtime.Error
}

// failedChildren draws the failures besides the one that is the error.
func (p *Printer) failedChildren(e *runtime.Error) {
	others := others(e, "")
	last := e.Trace
	for i, f := range others {
		if i == maxChildren {
			p.out.WriteString(fmt.Sprintf("\n… and %d more failed:", len(others)-i))
			for _, f := range others[i:min(i+100, len(others))] {
				p.out.WriteString(" " + printable(f.path))
			}
			p.out.WriteByte('\n')
			return
		}
		if i == 0 || !slices.Equal(f.err.Trace, last) {
			p.out.WriteByte('\n')
			p.failure("also failed", "child "+f.path+": ", f.err)
		} else { // one line of the script, run for many
			p.head(errorStyle, "also failed["+f.err.Kind+"]", "child "+f.path+": "+f.err.Message)
		}
		last = f.err.Trace
	}
}

// others gives the failures in an error's errors, apart from the one that the
// error itself tells of. path is where the error stands.
func others(e *runtime.Error, path string) []failedChild {
	var all []failedChild
	first, _, _ := strings.Cut(e.Child, "/")
	for key, v := range e.Errors.All() {
		var own *runtime.Error
		if runtime.Decode(v, &own) != nil || own == nil {
			continue
		}
		name := keyText(key)
		at := join(path, name)
		if !isFirst(e, own, name, first) {
			all = append(all, failedChild{at, own})
		}
		all = append(all, others(own, at)...)
	}
	return all
}

// isFirst tells whether an entry of e's errors is what e tells of: the same
// failure one level down.
func isFirst(e, own *runtime.Error, key, first string) bool {
	if !e.InChild || own.Message != e.Message || own.Kind != e.Kind {
		return false
	}
	return key == e.Child || key == first || strings.HasPrefix(e.Child, key+"/")
}

// keyText gives a key as it stands in a path.
func keyText(key runtime.Value) string {
	if text := key.String(); text != "" {
		return text
	}
	return `""`
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}
