package parser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

// snippets gives every text in testdata/parser, the ones with mistakes too.
func snippets(t testing.TB) []string {
	files, err := filepath.Glob("../testdata/parser/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no snippets", err)
	}
	var texts []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(file) == ".tg" {
			texts = append(texts, string(data))
			continue
		}
		for _, entry := range strings.Split(strings.TrimSuffix(string(data), "\n==\n"), "\n==\n") {
			text, _, _ := strings.Cut(entry, "\n--\n")
			texts = append(texts, text)
		}
	}
	return texts
}

func parse(text string) (*ast.File, lexer.Diagnostics) {
	return parser.Parse(lexer.NewSource("", text))
}

// checkPlaces holds every node inside its parent and every mistake inside the
// text.
func checkPlaces(t *testing.T, text string) {
	t.Helper()
	file, problems := parse(text)
	for _, d := range problems {
		if d.Span.Start < 0 || d.Span.End < d.Span.Start || int(d.Span.End) > len(text) || d.Message == "" {
			t.Errorf("%q: bad place %v of %q", text, d.Span, d.Message)
		}
	}
	parents := []ast.Node{file}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		parent, span := parents[len(parents)-1].Span(), n.Span()
		if span.Start < parent.Start || span.End > parent.End || span.End < span.Start {
			t.Errorf("%q: %T at %v in %T at %v", text, n, span, parents[len(parents)-1], parent)
		}
		parents = append(parents, n)
		return true
	})
}

func TestPlaces(t *testing.T) {
	for _, text := range snippets(t) {
		checkPlaces(t, text)
	}
}

// TestWalk: Inspect finds, in source order, every node that reflection finds.
func TestWalk(t *testing.T) {
	for _, text := range snippets(t) {
		file, problems := parse(text)
		if len(problems) > 0 {
			continue // what stands in the wrong order is reported, and in the tree
		}
		found := map[ast.Node]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				return true
			}
			if found[n] {
				t.Errorf("%q: %s visited twice", text, dump(n))
			}
			found[n] = true
			at := n.Span().Start
			ast.Children(n, func(child ast.Node) {
				if child.Span().Start < at {
					t.Errorf("%q: %s is not in source order", text, dump(child))
				}
				at = child.Span().Start
			})
			return true
		})
		for n := range reflected(reflect.ValueOf(file.Stmts), map[ast.Node]bool{}) {
			if !found[n] {
				t.Errorf("%q: %s is not visited", text, dump(n))
			}
		}
	}
}

// reflected collects the nodes below a value.
func reflected(v reflect.Value, nodes map[ast.Node]bool) map[ast.Node]bool {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nodes
		}
		if n, ok := v.Interface().(ast.Node); ok && v.Kind() == reflect.Pointer {
			nodes[n] = true
		}
		return reflected(v.Elem(), nodes)
	case reflect.Slice:
		for i := range v.Len() {
			reflected(v.Index(i), nodes)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			reflected(v.Field(i), nodes)
		}
	}
	return nodes
}

// TestPrefixes: what a valid text begins with is valid or incomplete.
func TestPrefixes(t *testing.T) {
	for _, text := range snippets(t) {
		if _, problems := parse(text); len(problems) > 0 {
			continue
		}
		for i := range text {
			checkPlaces(t, text[:i])
			_, problems := parse(text[:i])
			for _, d := range problems {
				if !d.Incomplete {
					t.Errorf("%q: %v is not incomplete", text[:i], d)
				}
			}
		}
	}
}

// TestSalvage: what a statement or item with a mistake declares is in the tree.
func TestSalvage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"let a = * 1", "(LetStmt pattern=a value=(BadExpr))"},
		{"var [a, b] = )", "(LetStmt var pattern=(ListPattern [(ElemPattern a) (ElemPattern b)]) value=(BadExpr))"},
		{"fn f(a, * { a }", `(FnStmt (FnLit "f" [(Param _ rest)] body=(BadExpr)))`},
		{"fn f(a) { a + }", `(FnStmt (FnLit "f" [(Param a)] body=(BlockExpr [(BadStmt)])))`},
		{"group < a: * 1; let b = ); c: 1 >", `(GroupExpr [(ChildItem (Label "a") body=(BadExpr)) (ChildItem (Label "b") let body=(BadExpr)) (ChildItem (Label "c") body=1)])`},
		{"let [1] = x", "(BadStmt)"},
		{"let", "(BadStmt)"},
		{"fn", "(BadStmt)"},
		{"fn f", `(FnStmt (FnLit "f" [(Param _ rest)] body=(BadExpr)))`},
	} {
		file, problems := parse(c.text)
		if len(problems) == 0 || len(file.Stmts) != 1 || dump(file.Stmts[0]) != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, dump(file.Stmts), c.want)
		}
		checkPlaces(t, c.text)
	}
}

// TestSeparateMistakes: a mistake in one statement does not hide the next one.
func TestSeparateMistakes(t *testing.T) {
	for _, text := range snippets(t) {
		_, alone := parse(text)
		if len(alone) == 0 {
			continue
		}
		if incomplete := func() bool {
			_, more := parse(text + "\n")
			for _, d := range more {
				if d.Incomplete {
					return true
				}
			}
			return false
		}(); incomplete {
			continue // it swallows what follows
		}
		file, problems := parse(text + "\nlet last = 1\nlet second = +\n")
		line := strings.Count(text, "\n") + 3
		d := problems[len(problems)-1]
		if got := d.Position(); got.Line != line || got.Column != len("let second = +") {
			t.Errorf("%q: the mistake on line %d is reported at %v: %v", text, line, got, problems)
		}
		if len(file.Stmts) < 2 {
			t.Errorf("%q: %d statements left", text, len(file.Stmts))
		}
	}
}

func TestDeep(t *testing.T) {
	for i, part := range []string{
		"(", "[", "{", "not ", "-", "<", "group <", "group < a: ", "x -> ", "(x) -> ", "if a { ", "if a { } else ", "a + ", "a.b", "a ?? ",
		"\"${", "fn f() { ", "{a: ", "let x = ", "for x in xs { ", "while a { ", "f(", "a[", "a catch ", "a catch e -> ", "fail ", "return ",
		"branch x { [", "branch x { {a: ", "branch { a -> ", "branch x { 1 -> ", "let [", "fn f([", "fn f(a = ", "group < if a < ",
		"group < for x in xs < ", "group for x in ", "defer ", "{[", "- -", "a and ", "a | ", ") ", "] ", "} ", "> ", "\n)", "{\n", "{let a = {",
		"`", "'", "@", "\xff", "\x00", "..", "a..", "=", "x = ", "[a] = ", "\"\"\"${", "?", "...", "->", "a, ", ";", "a;", "f()",
	} {
		n := 5_000
		if i < 7 {
			n = 100_000
		}
		start := time.Now()
		text := strings.Repeat(part, n)
		file, _ := parse(text)
		depth, deepest := 0, 0
		ast.Inspect(file, func(node ast.Node) bool {
			if node == nil {
				depth--
			} else if depth++; depth > deepest {
				deepest = depth
			}
			return true
		})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q: %v", part, took)
		}
		if deepest > 100_000 {
			t.Errorf("%q: the tree is %d high", part, deepest)
		}
	}
}

func TestLongChains(t *testing.T) {
	for _, text := range []string{
		"a" + strings.Repeat(" + a", 5000),
		"a" + strings.Repeat(".b", 5000),
		"a" + strings.Repeat(" and a", 5000),
		"if a { }" + strings.Repeat(" else if a { }", 5000),
		"[" + strings.Repeat("1, ", 200_000) + "]",
		strings.Repeat("(", 900) + "1" + strings.Repeat(")", 900),
	} {
		if _, problems := parse(text); len(problems) > 0 {
			t.Errorf("%.20s…: %v", text, problems[0])
		}
	}
	if _, problems := parse("a" + strings.Repeat(" + a", 20_000)); len(problems) != 1 {
		t.Errorf("a chain of 20,000: %d mistakes", len(problems))
	}
}

func TestConcurrentParses(t *testing.T) {
	texts := snippets(t)
	done := make(chan string)
	for range 4 {
		go func() {
			var all strings.Builder
			for _, text := range texts {
				all.WriteString(outcome(text))
			}
			done <- all.String()
		}()
	}
	first := <-done
	for range 3 {
		if <-done != first {
			t.Error("two parses of one text differ")
		}
	}
}

func ExampleParse() {
	file, problems := parser.Parse(lexer.NewSource("a.tg", "let x = 1 +\nprint(x)"))
	fmt.Println(len(file.Stmts), len(problems))
	_, problems = parser.Parse(lexer.NewSource("b.tg", "let y = (1 +"))
	fmt.Println(problems[0], problems[0].Incomplete)
	// Output:
	// 1 0
	// b.tg:1:9: `(` is never closed (write `)` where it ends) true
}

func ExampleGrammar() {
	fmt.Println(parser.Grammar())
	// Output:
	// File = Stmt* .
	// Stmt = LetStmt | ForStmt | WhileStmt | DeferStmt | ImportStmt .
	// LetStmt = ("let" | "var") Pattern "=" Expr .
	// ForStmt = "for" Pattern ("," Pattern)? "in" Expr .
	// WhileStmt = "while" Expr .
	// DeferStmt = "defer" Expr .
	// ImportStmt = "import" <string> "as" <ident> .
	// ForItem = "for" Pattern ("," Pattern)? "in" Expr "<" Item* ">" .
}

func ExampleOperators() {
	for _, level := range parser.Operators() {
		fmt.Println(strings.Join(level, "  "))
	}
	// Output:
	// or
	// and
	// not
	// in  not in  ==  !=  <  <=  >  >=
	// ??
	// ..  ..=
	// +  -
	// *  /  //  %
}

func FuzzParser(f *testing.F) {
	for _, text := range snippets(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkPlaces(t, text)
		_, problems := parse(text)
		if len(problems) > 0 || len(text) > 2000 {
			return
		}
		for i := range text {
			if !utf8.RuneStart(text[i]) {
				continue
			}
			if _, problems := parse(text[:i]); len(problems) > 0 {
				checkPlaces(t, text[:i])
			}
		}
	})
}

// TestManyMistakes: what is no tgscript at all is given up in good time.
func TestManyMistakes(t *testing.T) {
	const n = 50_000
	for _, text := range []string{
		strings.Repeat("(", n) + strings.Repeat("}", n),
		"x = (" + strings.Repeat("[", 900) + strings.Repeat("}", n),
		strings.Repeat("a b\n", n),
		strings.Repeat("f(]\n", n),
		strings.Repeat("\x00\n", n),
		strings.Repeat("group < a b >\n", n/10),
	} {
		start := time.Now()
		_, problems := parse(text)
		if took := time.Since(start); len(problems) == 0 || took > 10*time.Second {
			t.Errorf("%.20q…: %d mistakes in %v", text, len(problems), took)
		}
	}
}
