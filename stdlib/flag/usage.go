package flag

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// usage is the help: about, how to call it, and each option with its default.
func (p *parser) usage(c *runtime.Call) string {
	var b strings.Builder
	if p.about != "" {
		fmt.Fprintf(&b, "%s\n\n", p.about)
	}
	fmt.Fprintf(&b, "Usage: %s [options] [arguments]\n\nOptions:\n", filepath.Base(c.Position().Source.Name))
	forms := []string{"  -h, --help"}
	texts := []string{"print this help"}
	if p.byShort("h") != nil {
		forms[0] = "      --help"
	}
	for _, o := range p.options {
		forms = append(forms, o.form())
		texts = append(texts, o.text())
	}
	width := 0
	for _, form := range forms {
		width = max(width, len([]rune(form)))
	}
	for i, form := range forms {
		line := form + strings.Repeat(" ", width-len([]rune(form))) + "  " + texts[i]
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// form is how the option is written.
func (o *option) form() string {
	form := "      --" + o.name
	if o.short != "" {
		form = "  -" + o.short + ", --" + o.name
	}
	switch o.fallback.Kind() {
	case runtime.KindBool:
		return form
	case runtime.KindInt, runtime.KindFloat, runtime.KindDuration:
		return form + " " + strings.ToUpper(o.fallback.Kind().String())
	case runtime.KindList:
		return form + " TEXT ..."
	}
	return form + " TEXT"
}

// text is the option's help, with what it is if nobody gives it.
func (o *option) text() string {
	note := ""
	switch fallback := o.fallback; {
	case o.required:
		note = "(required)"
	case fallback.IsNil(), fallback.Len() == 0 && (fallback.Kind() == runtime.KindString || fallback.Kind() == runtime.KindList):
	case fallback.Kind() == runtime.KindBool && fallback.String() == "false":
	default:
		note = "(default " + fallback.String() + ")"
	}
	return strings.TrimSpace(o.help + " " + note)
}

// near suggests an option whose name is as good as the same.
func (p *parser) near(name string) string {
	for _, o := range p.options {
		if distance(name, o.name) <= 1+len(o.name)/4 {
			return ", did you mean --" + o.name + "?"
		}
	}
	return ""
}

// distance counts the letters to change, add or remove.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
