package parser_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

var update = flag.Bool("update", false, "write what the parser gives into testdata/parser")

// TestGolden holds the tree or the mistakes of every snippet in
// testdata/parser/*.txt: a snippet, a line "--", what comes of it, a line "==".
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../testdata/parser/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no snippets", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { testGolden(t, file) })
	}
}

func testGolden(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, entry := range strings.Split(strings.TrimSuffix(string(data), "\n==\n"), "\n==\n") {
		text, want, _ := strings.Cut(entry, "\n--\n")
		got := outcome(text)
		fmt.Fprintf(&out, "%s\n--\n%s\n==\n", text, got)
		if !*update && got != want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", text, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outcome gives the statements as written by dump, or the mistakes.
func outcome(text string) string {
	file, problems := parser.Parse(lexer.NewSource("", text))
	var lines []string
	for _, d := range problems {
		line := strings.TrimPrefix(d.Error(), ":")
		if d.Incomplete {
			line += " …"
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		for _, s := range file.Stmts {
			lines = append(lines, dump(s))
		}
	}
	return strings.Join(lines, "\n")
}

// dump writes a node as (Type field …) without places and without what is
// empty; names and numbers stand for themselves.
func dump(n any) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(n))
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		dumpValue(b, v.Elem())
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			dumpValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Struct:
		dumpStruct(b, v)
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		if s, ok := v.Interface().(fmt.Stringer); ok {
			b.WriteString(s.String())
			return
		}
		fmt.Fprint(b, v.Interface())
	}
}

// short says how the commonest nodes are written.
func short(n any) (string, bool) {
	switch n := n.(type) {
	case ast.Ident:
		return n.Name, true
	case ast.NamePattern:
		return n.Name, true
	case ast.WildcardPattern:
		return "_", true
	case ast.IntLit:
		return fmt.Sprint(n.Value), true
	case ast.FloatLit:
		return fmt.Sprintf("%gf", n.Value), true
	case ast.StringLit:
		return fmt.Sprintf("%q", n.Value), true
	case ast.DurationLit:
		return n.Value.String(), true
	case ast.BoolLit:
		return fmt.Sprint(n.Value), true
	case ast.NilLit:
		return "nil", true
	case ast.BinaryExpr:
		return fmt.Sprintf("(%s %s %s)", dump(n.X), n.Op, dump(n.Y)), true
	case ast.ExprStmt:
		return dump(n.X), true
	case ast.LiteralPattern:
		return dump(n.Value), true
	case lexer.Span:
		return "", true
	}
	return "", false
}

func dumpStruct(b *strings.Builder, v reflect.Value) {
	if text, ok := short(v.Interface()); ok {
		b.WriteString(text)
		return
	}
	b.WriteByte('(')
	b.WriteString(v.Type().Name())
	for i := range v.NumField() {
		f, field := v.Field(i), v.Type().Field(i)
		if field.Anonymous || f.IsZero() || f.Type() == reflect.TypeFor[lexer.Span]() {
			continue
		}
		b.WriteByte(' ')
		if f.Kind() == reflect.Bool {
			b.WriteString(strings.ToLower(field.Name))
			continue
		}
		if f.Kind() == reflect.Interface && i > 1 || field.Name == "Guard" || field.Name == "Default" {
			b.WriteString(strings.ToLower(field.Name) + "=")
		}
		dumpValue(b, f)
	}
	b.WriteByte(')')
}
