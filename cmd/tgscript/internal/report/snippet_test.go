package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tgscript/tgscript/lexer"
)

// TestExcerpt draws the line of «marked» text.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, test := range []struct{ name, src, want string }{
		{"in the middle", "a\nlet x = «foo»()\nb", "let x = foo()\n        ^^^"},
		{"of nothing", "f(«»)", "f()\n  ^"},
		{"at the end of the text", "let x =«»", "let x =\n       ^"},
		{"over several lines the first counts", "a = «[1,\n2]»", "a = [1,\n    ^^^"},
		{"CRLF", "«ab»\r\nc", "ab\n^^"},
		{"tabs are four columns", "\t«a»\t«b»", "    a    b\n    ^"},
		{"wide characters two", "日本 «語» x", "日本 語 x\n     ^^"},
		{"combining ones none", "e\u0301 «x»", "e\u0301 x\n  ^"},
		{"nothing steers the terminal", "\x1b[31m «x»", "�[31m x\n      ^"},
		{"bad bytes", "\xff «x»", "� x\n  ^"},
		{"an empty line is not drawn", "a\n\n«»", ""},
		{"long before", long + " «y» z", "…" + strings.Repeat("x", 44) + " y z\n" + strings.Repeat(" ", 46) + "^"},
		{"long after", "«y» " + long, "y " + strings.Repeat("x", 108) + "…\n^"},
		{"long itself", "«" + long + "»", strings.Repeat("x", 110) + "…\n" + strings.Repeat("^", 110)},
	} {
		start := strings.Index(test.src, "«")
		end := strings.Index(test.src, "»") - len("«")
		src := lexer.NewSource("test", strings.NewReplacer("«", "", "»", "").Replace(test.src))
		text, indent, carets := excerpt(src, lexer.Span{Start: lexer.Pos(start), End: lexer.Pos(end)})
		got := text
		if carets > 0 {
			got += "\n" + strings.Repeat(" ", indent) + strings.Repeat("^", carets)
		}
		if got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// FuzzExcerpt draws places anywhere in any text: in bounded space, on one line.
func FuzzExcerpt(f *testing.F) {
	f.Add("let x = \"日本\"\t+ y\r\n", 4, 9)
	f.Add(strings.Repeat("\t語", 500), 700, 3)
	f.Add("\ufeffx\x00\x1b", 0, 100)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		src := lexer.NewSource("test", text)
		start, end = abs(start)%(len(text)+2), abs(end)%(len(text)+2)
		line, indent, carets := excerpt(src, lexer.Span{Start: lexer.Pos(start), End: lexer.Pos(end)})
		if strings.ContainsAny(line, "\n\r\x1b\x00") || !utf8.ValidString(line) {
			t.Errorf("the line %q steers the terminal", line)
		}
		if width := fullWidth(line); width > widest+4 || indent+carets > widest+4 {
			t.Errorf("width %d, indent %d, carets %d", width, indent, carets)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		n = -n
	}
	return max(n, 0)
}
