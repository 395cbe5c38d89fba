package repl

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

const (
	// maxShown is how many elements of one list or map are shown.
	maxShown = 100
	// maxLines is how many lines of one value are shown.
	maxLines = 400
	// maxText is how many bytes of one text are shown.
	maxText = 20_000
)

// show writes a value as the language would; nil shows nothing.
func (r *REPL) show(v runtime.Value) {
	if v.IsNil() {
		return
	}
	l := layout{width: r.reader.width() - 1}
	l.value(v, "", 0)
	text := l.out.String()
	if lines := strings.SplitAfter(text, "\n"); len(lines) > maxLines {
		text = strings.Join(lines[:maxLines], "") + fmt.Sprintf("… %d more lines\n", len(lines)-maxLines)
	}
	fmt.Fprintln(os.Stdout, strings.TrimRight(text, "\n"))
}

// layout writes values over several lines where they do not fit one.
type layout struct {
	out   strings.Builder
	width int
}

// value writes v; used is how many columns of its first line are taken.
func (l *layout) value(v runtime.Value, margin string, used int) {
	container := (v.Kind() == runtime.KindList || v.Kind() == runtime.KindMap) && v.Len() > 0
	if !container || len(margin) > 40 {
		l.out.WriteString(cut(literal(v)))
		return
	}
	if v.Len() <= maxShown {
		if text := literal(v); utf8.RuneCountInString(text)+used+1 <= l.width {
			l.out.WriteString(text)
			return
		}
	}
	open, end := "[", "]"
	if v.Kind() == runtime.KindMap {
		open, end = "{", "}"
	}
	l.out.WriteString(open + "\n")
	inner, shown := margin+indent, 0
	for k, e := range v.All() {
		if shown == maxShown {
			fmt.Fprintf(&l.out, "%s… %d more\n", inner, v.Len()-shown)
			break
		}
		shown++
		head := inner
		if v.Kind() == runtime.KindMap {
			head += keyText(k) + ": "
		}
		l.out.WriteString(head)
		l.value(e, inner, utf8.RuneCountInString(head))
		l.out.WriteString(",\n")
	}
	l.out.WriteString(margin + end)
}

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	n := maxText
	for !utf8.RuneStart(text[n]) {
		n--
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:n], len(text))
}

// literal gives a value as the language writes it. Within a list that is how
// all values are shown, text too.
func literal(v runtime.Value) string {
	switch v.Kind() {
	case runtime.KindString, runtime.KindError, runtime.KindBytes, runtime.KindTime:
		text := runtime.NewList([]runtime.Value{v}).String()
		return text[1 : len(text)-1]
	}
	return v.String()
}

// keyText gives a key as a map's literal has it.
func keyText(k runtime.Value) string {
	name, ok := k.AsString()
	switch {
	case ok && isName(name):
		return name
	case ok, k.Kind() == runtime.KindInt:
		return literal(k)
	}
	return "[" + literal(k) + "]"
}

func isName(text string) bool {
	for i, c := range text {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return text != ""
}
