package lexer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/lexer"
)

// scan gives the tokens as "kind:value" joined by spaces, a | where a newline
// stands before one, and the mistakes.
func scan(text string) (tokens, mistakes string) {
	scanner := lexer.NewScanner(lexer.NewSource("", text))
	var out []string
	for _, t := range scanner.Scan() {
		newline := ""
		if t.NewlineBefore {
			newline = "|"
		}
		switch t.Kind {
		case lexer.EOF:
			continue
		case lexer.Ident:
			out = append(out, newline+t.Text)
		case lexer.String, lexer.TemplateHead, lexer.TemplateMiddle, lexer.TemplateTail:
			out = append(out, fmt.Sprintf("%s%q", newline, t.Text))
		case lexer.Int:
			out = append(out, fmt.Sprintf("%s%d", newline, t.Number))
		case lexer.Float:
			out = append(out, fmt.Sprintf("%s%gf", newline, t.Float()))
		case lexer.Duration:
			out = append(out, newline+t.Duration().String())
		default:
			out = append(out, newline+t.Kind.String())
		}
	}
	var problems []string
	for _, d := range scanner.Diagnostics() {
		problems = append(problems, strings.TrimPrefix(d.Error(), ":"))
	}
	return strings.Join(out, " "), strings.Join(problems, "; ")
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a_1 _ größe 変数 fn fnx", "a_1 _ größe 変数 fn fnx"},
		{"\ufeffa\r\nb # c\n\n# d\n  e", "a |b |e"},
		{"a..b ..= ... . ?. ?[ ?? ??= -> - -=", "a .. b ..= ... . ?. ?[ ?? ??= -> - -="},
		{"//=// /= / <=< >=> == = != % %= * *= + += | , ; :", "//= // /= / <= < >= > == = != % %= * *= + += | , ; :"},
		{">> ><", "> > > <"},
		{"0 1_000 0xFF 0o17 0b1010 9223372036854775808", "0 1000 255 15 10 9223372036854775808"},
		{"1.5 6.02e23 1e3 1E-3 2.pow 1..2", "1.5f 6.02e+23f 1000f 0.001f 2 . pow 1 .. 2"},
		{"250ms 1m30s 1.5s 10us 10µs 7ns 2h 1_000ms 1s..2s 5s.x", "250ms 1m30s 1.5s 10µs 10µs 7ns 2h0m0s 1s 1s .. 2s 5s . x"},
		{`"a" "" "$5 $x \${y}"`, `"a" "" "$5 $x ${y}"`},
		{`"a${b}c${d}e"`, `"a" b "c" d "e"`},
		{`"${ {a: "}"} }"`, `"" { a : "}" } ""`},
		{`"${"${"x"}"}"`, `"" "" "x" "" ""`},
		{"`a\\n${b}\r\nc`", `"a\\n${b}\nc"`},
		{`"\n\t\r\\\"\$\0\x41\u{1F600}"`, `"\n\t\r\\\"$\x00A😀"`},
	} {
		if got, mistakes := scan(c.text); got != c.want || mistakes != "" {
			t.Errorf("%s\ngot  %s %s\nwant %s", c.text, got, mistakes, c.want)
		}
	}
}

func TestTripleQuotes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`"""one line"""`, `"one line"`},
		{`""""""`, `""`},
		{"\"\"\"\n\"\"\"", `""`},
		{"\"\"\"\n  \"\"\"", `""`},
		{"\"\"\"\r\n  \"\"\"", `""`},
		{"\"\"\"\n\n\"\"\"", `""`},
		{"\"\"\"\n\n\n\"\"\"", `"\n"`},
		{"\"\"\"\n    a\n      b\n    \"\"\"", `"a\n  b"`},
		{"\"\"\"\r\n    a\r\n\r\n    b\r\n    \"\"\"", `"a\n\nb"`},
		{"\"\"\"\n    a\n\n    \"\"\"", `"a\n"`},
		{"\"\"\"\n    a\n  \"\"\"", `"  a"`},
		{"\"\"\"\n\ta\n\t\"\"\"", `"a"`},
		{"\"\"\"\n  a\n \n  \t\n  b\n  \"\"\"", `"a\n\n\t\nb"`},
		{"\"\"\"\n  ${a}\n  b ${c} \"d\" \\\"\\n\n  \"\"\"", `"" a "\nb " c " \"d\" \"\n"`},
		{"\"\"\"\n  a${b}\n  \"\"\"", `"a" b ""`},
		{"\"\"\"\n  a\n  b\"\"\"", `"a\nb"`},
		{"\"\"\"a\n  b\n  \"\"\"", `"a\nb"`},
		{"\"\"\"\n  \\  a\\\\\n  \"\"\"", ""},
	} {
		got, mistakes := scan(c.text)
		if c.want == "" {
			if mistakes == "" {
				t.Errorf("%q: no mistake", c.text)
			}
			continue
		}
		if got != c.want || mistakes != "" {
			t.Errorf("%q\ngot  %s %s\nwant %s", c.text, got, mistakes, c.want)
		}
	}
	if _, mistakes := scan("\"\"\"\n  a\n b\n  \"\"\""); !strings.HasPrefix(mistakes, "3:1: ") {
		t.Errorf("a line indented less: %q", mistakes)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a\xffb", "1:2: byte 0xff"},
		{"# \xc3(", "1:3: byte 0xc3"},
		{"\"\xf0\x9f", "1:2: byte 0xf0 is not UTF-8 (save the file as UTF-8); 1:1: the string"},
		{"a\n\"x\x00\"", "2:3: a NUL byte"},
		{"x = 99999999999999999999", "1:5: 99999999999999999999 does not fit"},
		{"0xffffffffffffffff", "1:1: 0xffffffffffffffff does not fit"},
		{"1__0", "1:1: `1__0`"},
		{"300000000h", "1:1: `300000000h` does not fit into a duration"},
		{"5m3", "1:1: `5m3` is neither"},
		{"5days", "1:1: `5days` is neither"},
		{"1.", "1:2: a number cannot end with a dot"},
		{".5s", "1:1: `.5` is not a number"},
		{"\"a\nb", "1:1: the string is not closed at the end of its line"},
		{"\"a\r\nb", "1:1: the string is not closed at the end of its line"},
		{"`a", "1:1: the string is never closed"},
		{"\"${a", "1:1: the string is never closed"},
		{`"\z"`, "1:2: `\\z` is not an escape"},
		{`"\xff"`, "1:2: `\\xff` is not an escape"},
		{`"\u{d800}"`, "1:2: `\\u{d800}` is not a Unicode character"},
		{"a\u00a0b", "1:2: `\u00a0` (U+00A0)"},
		{"§", "1:1: `§` (U+00A7)"},
		{"/* a */ b", "1:1: there are no block comments"},
	} {
		if _, mistakes := scan(c.text); !strings.HasPrefix(mistakes, c.want) {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, mistakes, c.want)
		}
	}
}

func TestKeywords(t *testing.T) {
	words := lexer.Keywords()
	if !slices.IsSorted(words) || len(words) != 23 {
		t.Errorf("keywords %q", words)
	}
	for _, word := range words {
		if k := lexer.KeywordKind(word); !k.IsKeyword() || k.String() != word {
			t.Errorf("%s is %v", word, k)
		}
	}
	for _, k := range lexer.Kinds() {
		if k.String() == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
}

// TestOperators holds that each is read whole, and not as a shorter one that it
// begins with.
func TestOperators(t *testing.T) {
	for _, k := range lexer.Kinds() {
		if k < lexer.LeftParen {
			continue
		}
		tokens := lexer.NewScanner(lexer.NewSource("", k.String())).Scan()
		if tokens[0].Kind != k || tokens[1].Kind != lexer.EOF {
			t.Errorf("%s is read as %v", k, tokens)
		}
	}
}

// FuzzScanner: tokens stand in order inside the text, and what is between them
// is space or comment.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{
		"let x = 1.5 # c\n", "\"a${\"b${c}\"}d\"", "\"\"\"\n  a${b}\n  \"\"\"", "`raw`", "1m30s .5 0x_f 5x", "'a' && ?[ ??= \xff\x00",
		"\"\\u{1F600}\\x7f\\q", "\ufeff\r\n\"\"\"\r\n\r\n\"\"\"", "\"${{}}", "/* */ // => ** “”",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scanner := lexer.NewScanner(lexer.NewSource("fuzz.tg", text))
		tokens := scanner.Scan()
		end := lexer.Pos(0)
		for i, token := range tokens {
			if token.Span.Start < end || token.Span.End < token.Span.Start || int(token.Span.End) > len(text) {
				t.Fatalf("%q: token %d at %v after %d", text, i, token.Span, end)
			}
			end = token.Span.End
		}
		if n := len(tokens); tokens[n-1].Kind != lexer.EOF || int(end) != len(text) {
			t.Fatalf("%q: no end of file at %d", text, len(text))
		}
		for _, d := range scanner.Diagnostics() {
			if d.Span.Start < 0 || d.Span.End < d.Span.Start || int(d.Span.End) > len(text) {
				t.Fatalf("%q: %v at %v", text, d, d.Span)
			}
			_ = d.Error()
		}
	})
}
