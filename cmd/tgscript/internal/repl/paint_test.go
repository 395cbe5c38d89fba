package repl

import (
	"regexp"
	"testing"
)

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestPaint(t *testing.T) {
	p := newPainter()
	line := `let x = "a${1}b" + 5s # note`
	got := string(p.Paint([]rune(line), 0))
	want := "\x1b[35mlet\x1b[0m x = \x1b[32m\"a${\x1b[0m\x1b[36m1\x1b[0m\x1b[32m}b\"\x1b[0m + \x1b[36m5s\x1b[0m \x1b[2m# note\x1b[22m"
	if got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// FuzzPaint changes no character of what is typed.
func FuzzPaint(f *testing.F) {
	for _, line := range []string{`let x = "a`, "fn f() {⏎1⏎}", "\"${", "`", `"""a⏎b`, "# c⏎d", "日本 + 1"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		line = string([]rune(line))
		if escapes.MatchString(line) {
			t.Skip()
		}
		if got := escapes.ReplaceAllString(string(newPainter().Paint([]rune(line), 0)), ""); got != line {
			t.Errorf("%q became %q", line, got)
		}
	})
}
