package resolve_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

// sig describes a function of the test's library: "a b? rest... named?: any...:".
func sig(params string) *resolve.Signature {
	s := &resolve.Signature{}
	for _, p := range strings.Fields(params) {
		name, optional := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(p, ":"), "..."), "?")
		s.Params = append(s.Params, resolve.SigParam{
			Name: name, Optional: optional,
			Rest:      strings.HasSuffix(p, "..."),
			NamedRest: strings.HasSuffix(p, "...:"),
			NamedOnly: strings.HasSuffix(p, "?:"),
		})
		last := &s.Params[len(s.Params)-1]
		if last.NamedOnly {
			last.Name, last.Optional = strings.TrimSuffix(p, "?:"), true
		}
	}
	return s
}

// library holds members and their signatures; nil is a constant's.
type library map[string]*resolve.Signature

func (l library) Find(name string) (*resolve.Signature, bool) {
	s, ok := l[name]
	return s, ok
}

func (l library) Names() []string { return slices.Sorted(maps.Keys(l)) }

var modules = map[string]library{
	"http": {"get": sig("url timeout?")},
	"time": {"now": sig("")},
	"fs":   {"lines": sig("path")},
	"log":  {"info": sig("message fields...:")},
	"math": {"pi": nil},
}

func testWorld() *resolve.World {
	return &resolve.World{
		Universe: library{
			"print": sig("values... end?:"), "min": sig("x others..."), "sleep": sig("d"),
			"channel": sig("n"), "counter": sig("start?"),
		},
		Module: func(name string) resolve.Members {
			if m, ok := modules[name]; ok {
				return m
			}
			return nil
		},
		Modules: slices.Sorted(maps.Keys(modules)),
		Given:   []string{"given"},
	}
}

const libText = "let base = 1\nfn add(a, b) = a + b\nlet _own = 2\nvar changing = 1\n"

// resolved parses and resolves a text that must be free of syntax errors.
func resolved(t *testing.T, text string) (*resolve.File, lexer.Diagnostics) {
	t.Helper()
	file, diags := parser.Parse(lexer.NewSource("test.tg", text))
	for _, d := range diags {
		t.Errorf("%v", d)
	}
	world := testWorld()
	world.Imports = map[*ast.ImportStmt]*resolve.File{}
	each(file, func(s *ast.ImportStmt) {
		lib, _ := parser.Parse(lexer.NewSource("lib.tg", libText))
		world.Imports[s], _ = resolve.Resolve(lib, testWorld())
	})
	return resolve.Resolve(file, world)
}

// each calls visit for every node of type N in the tree, in source order.
func each[N any](file *ast.File, visit func(N)) {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface:
			walk(v.Elem())
		case reflect.Pointer:
			if v.IsNil() || v.Elem().Type().PkgPath() != reflect.TypeFor[ast.File]().PkgPath() {
				return
			}
			if n, ok := v.Interface().(N); ok {
				visit(n)
			}
			walk(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(file))
}

func text(d *lexer.Diagnostic) string {
	s := d.Message
	if d.Severity == lexer.SeverityWarning {
		s = "warning: " + s
	}
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	return s
}

var expectation = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

// TestPrograms holds the chunks under testdata/resolve: each diagnostic is
// expected by a regular expression on its line, after ###.
func TestPrograms(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/resolve/*.tg")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		line := 1
		for _, chunk := range strings.Split(string(data), "\n---\n") {
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(path), line), func(t *testing.T) {
				checkChunk(t, chunk)
			})
			line += strings.Count(chunk, "\n") + 2
		}
	}
}

func checkChunk(t *testing.T, chunk string) {
	wanted := map[int][]string{}
	for i, line := range strings.Split(chunk, "\n") {
		if _, after, ok := strings.Cut(line, "###"); ok {
			for _, m := range expectation.FindAllStringSubmatch(after, -1) {
				wanted[i+1] = append(wanted[i+1], m[1])
			}
		}
	}
	_, diags := resolved(t, chunk)
next:
	for _, d := range diags {
		line := d.Position().Line
		for i, re := range wanted[line] {
			if regexp.MustCompile(re).MatchString(text(d)) {
				wanted[line] = append(wanted[line][:i], wanted[line][i+1:]...)
				continue next
			}
		}
		t.Errorf("line %d: not expected: %s", line, text(d))
	}
	for line, res := range wanted {
		for _, re := range res {
			t.Errorf("line %d: expected %q", line, re)
		}
	}
}

// clean resolves a text that must have no errors.
func clean(t *testing.T, text string) *resolve.File {
	t.Helper()
	file, diags := resolved(t, text)
	for _, d := range diags.Errors() {
		t.Errorf("%v", d)
	}
	return file
}

// binding describes what the i-th occurrence of a name (from 0, declarations
// included) means.
func binding(t *testing.T, f *resolve.File, name string, i int) string {
	t.Helper()
	var found []any
	each(f.AST, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == name {
				found = append(found, n.Binding)
			}
		case *ast.NamePattern:
			if n.Name == name {
				found = append(found, n.Binding)
			}
		}
	})
	if i >= len(found) {
		t.Fatalf("%s occurs %d times", name, len(found))
	}
	b := found[i].(*resolve.Binding)
	s := [...]string{"undefined", "local", "captured", "global", "given", "universe", "module", "import"}[b.Kind]
	if b.Kind < resolve.Universe {
		s += " " + strconv.Itoa(b.Index)
	}
	for i, on := range []bool{b.Boxed, b.Check, b.Sibling} {
		if on {
			s += [...]string{" boxed", " check", " sibling"}[i]
		}
	}
	return s
}

func unit(t *testing.T, f *resolve.File, i int) *resolve.Unit {
	t.Helper()
	var units []*resolve.Unit
	each(f.AST, func(fn *ast.FnLit) { units = append(units, fn.Unit.(*resolve.Unit)) })
	return units[i]
}

func children(f *resolve.File) []*resolve.Child {
	var infos []*resolve.Child
	each(f.AST, func(c *ast.ChildItem) { infos = append(infos, c.Info.(*resolve.Child)) })
	return infos
}

func groups(f *resolve.File) []*resolve.Group {
	var infos []*resolve.Group
	each(f.AST, func(g *ast.GroupExpr) { infos = append(infos, g.Info.(*resolve.Group)) })
	return infos
}

func fors(f *resolve.File) []*resolve.For {
	var infos []*resolve.For
	each(f.AST, func(i *ast.ForItem) { infos = append(infos, i.Info.(*resolve.For)) })
	return infos
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func TestGlobals(t *testing.T) {
	f := clean(t, "let a = 1\nvar b = a\nfn c() = a\nlet [d, {e}] = c()\nif b == 1 { let f = b; print(f) }\n")
	var names []string
	for i, decl := range f.Globals {
		names = append(names, decl.Name)
		equal(t, "index of "+decl.Name, decl.Index, i)
	}
	equal(t, "globals", names, []string{"a", "b", "c", "d", "e"})
	equal(t, "fns", len(f.Fns), 1)
	equal(t, "slots", f.Unit.Slots, 1)
	equal(t, "a after its let", binding(t, f, "a", 1), "global 0")
	equal(t, "a in a fn", binding(t, f, "a", 2), "global 0 check")
	equal(t, "f", binding(t, f, "f", 1), "local 0")
	equal(t, "print", binding(t, f, "print", 0), "universe")
	var exports []string
	for name := range f.Exports {
		exports = append(exports, name)
	}
	equal(t, "exports", len(exports), 4)
}

func TestSlots(t *testing.T) {
	f := clean(t, "fn f(a, [b, c], d = a) {\n  { let x = 1; let y = 2; print(x, y) }\n  { let z = 3; print(z) }\n  let w = 1\n  w\n}\n")
	for name, want := range map[string]string{
		"a": "local 0", "b": "local 3", "c": "local 4", "d": "local 2", "w": "local 5",
		"x": "local 6", "y": "local 7", "z": "local 6",
	} {
		equal(t, name, binding(t, f, name, 0), want)
	}
	equal(t, "slots", unit(t, f, 0).Slots, 8)
}

func TestCaptures(t *testing.T) {
	f := clean(t, "fn f(a) {\n  let b = 1\n  fn g(c) = d -> a + c + d\n  let h = () -> b\n  [g, h, b]\n}\n")
	equal(t, "g", unit(t, f, 1).Captures, []resolve.Capture{{From: resolve.FromLocal, Index: 0}})
	equal(t, "lambda", unit(t, f, 2).Captures, []resolve.Capture{
		{From: resolve.FromCaptured, Index: 0}, {From: resolve.FromLocal, Index: 0}})
	equal(t, "h", unit(t, f, 3).Captures, []resolve.Capture{{From: resolve.FromLocal, Index: 1}})
	equal(t, "a in the lambda", binding(t, f, "a", 1), "captured 0")
	equal(t, "b is not boxed", binding(t, f, "b", 0), "local 1")
}

func TestLambdaCopiesVar(t *testing.T) {
	f := clean(t, "var n = 1\nlet g = () -> () -> n\n")
	equal(t, "outer", unit(t, f, 0).Captures, []resolve.Capture{{From: resolve.FromGlobal, Index: 0}})
	equal(t, "inner", unit(t, f, 1).Captures, []resolve.Capture{{From: resolve.FromCaptured, Index: 0}})
}

func TestBoxes(t *testing.T) {
	f := clean(t, "fn f() {\n  let b = 1\n  fn g() { fn h() = b + later; h() }\n  let later = 2\n  let l = () -> later\n  g() + later + l()\n}\n")
	equal(t, "declared", binding(t, f, "later", 1), "local 2 boxed")
	var scopes []*resolve.Scope
	each(f.AST, func(b *ast.BlockExpr) { scopes = append(scopes, b.Scope.(*resolve.Scope)) })
	equal(t, "boxes", scopes[0].Boxes, []int{0, 2})
	equal(t, "fns", len(scopes[0].Fns), 1)
	h := unit(t, f, 2)
	equal(t, "h", h.Captures, []resolve.Capture{
		{From: resolve.FromCaptured, Index: 0, Boxed: true}, {From: resolve.FromCaptured, Index: 1, Boxed: true}})
	g := unit(t, f, 1)
	equal(t, "g", g.Captures, []resolve.Capture{
		{From: resolve.FromLocal, Index: 0, Boxed: true}, {From: resolve.FromLocal, Index: 2, Boxed: true}})
	l := unit(t, f, 3)
	equal(t, "l", l.Captures, []resolve.Capture{{From: resolve.FromLocal, Index: 2, Boxed: true}})
	equal(t, "in l", binding(t, f, "later", 2), "captured 0 boxed")
}

func TestBoundBeforeBlockIsNotBoxed(t *testing.T) {
	f := clean(t, "fn f(p) {\n  let a = 1\n  if p { fn g() = a + p; g() }\n}\n")
	equal(t, "a", binding(t, f, "a", 1), "captured 0")
	equal(t, "g", unit(t, f, 1).Captures, []resolve.Capture{
		{From: resolve.FromLocal, Index: 1}, {From: resolve.FromLocal, Index: 0}})
}

func TestGroupCaptures(t *testing.T) {
	f := clean(t, "var total = 1\nlet fixed = 2\nfor i in 0..2 {\n  group < a: total + i + fixed; b: i >\n}\n")
	g := groups(f)[0]
	equal(t, "group", g.Captures, []resolve.Capture{{From: resolve.FromGlobal, Index: 0}, {From: resolve.FromLocal, Index: 0}})
	equal(t, "vars", g.Env.Vars, 2)
	c := children(f)
	equal(t, "a", c[0].Unit.Captures, []resolve.Capture{{From: resolve.FromVar, Index: 0}, {From: resolve.FromVar, Index: 1}})
	equal(t, "b", c[1].Unit.Captures, []resolve.Capture{{From: resolve.FromVar, Index: 1}})
	equal(t, "fixed", binding(t, f, "fixed", 1), "global 1")
	equal(t, "labelled", g.Labelled, true)
}

func TestArmVariables(t *testing.T) {
	f := clean(t, "fn f(n, k) = group <\n  branch n { [a, b] -> < [a]: b + k >; c -> c }\n>\n")
	g := groups(f)[0]
	equal(t, "vars", g.Env.Vars, 5)
	var arms []*resolve.Arm
	each(f.AST, func(a *ast.Arm) { arms = append(arms, a.Info.(*resolve.Arm)) })
	equal(t, "first", *arms[0], resolve.Arm{Slots: []int{0, 1}, Vars: []int{2, 3}})
	equal(t, "second", *arms[1], resolve.Arm{Slots: []int{0}, Vars: []int{4}})
	c := children(f)
	equal(t, "label", c[0].Label.Captures, []resolve.Capture{{From: resolve.FromVar, Index: 2}})
	equal(t, "body", c[0].Unit.Captures, []resolve.Capture{{From: resolve.FromVar, Index: 3}, {From: resolve.FromVar, Index: 1}})
}

func TestTurns(t *testing.T) {
	f := clean(t, "fn f(xs, k) = group <\n  base: 1\n  rows: for i, x in xs <\n    let first = x + base + k\n    last: [first, i, for_each(() -> first)]\n  >\n>\nfn for_each(f) = f\n")
	r := fors(f)[0]
	equal(t, "for's name", r.Name, 1)
	equal(t, "slots", r.Slots, []int{2, 3})
	equal(t, "turn", r.Env.Vars, 2)
	equal(t, "list", r.Source.Captures, []resolve.Capture{{From: resolve.FromVar, Level: 0, Index: 0}})
	c := children(f)
	equal(t, "first", c[1].Unit.Captures, []resolve.Capture{
		{From: resolve.FromVar, Level: 0, Index: 1},
		{From: resolve.FromName, Level: 1, Index: 0},
		{From: resolve.FromVar, Level: 1, Index: 1},
	})
	equal(t, "last", c[2].Unit.Captures, []resolve.Capture{
		{From: resolve.FromName, Level: 0, Index: 0}, {From: resolve.FromVar, Level: 0, Index: 0}})
	equal(t, "in a lambda", binding(t, f, "first", 1), "captured 0 sibling")
	equal(t, "mentions of first", len(c[1].Mentions), 1)
	equal(t, "level", c[1].Mentions[0].Level, 1)
	equal(t, "mentions of last", len(c[2].Mentions), 1)
	equal(t, "name", c[2].Mentions[0].Name, 0)
	equal(t, "labelled", r.Labelled, true)
}

func TestCaught(t *testing.T) {
	f := clean(t, `group settle <
  a: 1
  b: a catch 0
  c: (() -> a)() catch a
  d: { group < x: a > } catch 1
  for i in (a catch []) < i >
  e: (a catch 0) + a
  g: a
>
`)
	c := children(f)
	caught := func(i int) bool { return c[i].Mentions[0].Caught }
	equal(t, "b", caught(1), true)
	equal(t, "c", caught(2), false)
	equal(t, "d", caught(3), true)
	equal(t, "for", fors(f)[0].Mentions[0].Caught, true)
	equal(t, "e", caught(6), false)
	equal(t, "g", caught(7), false)
	equal(t, "names", len(groups(f)[0].Env.Names), 6)
	equal(t, "mentioned", groups(f)[0].Env.Names[0].Mentioned, true)
	equal(t, "not mentioned", groups(f)[0].Env.Names[1].Mentioned, false)
}

func TestNestedGroupMentions(t *testing.T) {
	f := clean(t, "group < a: 1; b: group < c: a > >\n")
	c := children(f)
	equal(t, "b waits for a", len(c[1].Mentions), 1)
	equal(t, "c waits for nobody", len(c[2].Mentions), 0)
	equal(t, "b", c[1].Unit.Captures, []resolve.Capture{{From: resolve.FromName}})
	equal(t, "inner group", groups(f)[1].Captures, []resolve.Capture{{From: resolve.FromCaptured}})
	equal(t, "a", binding(t, f, "a", 0), "captured 0 sibling")
}

func TestLabelled(t *testing.T) {
	for text, want := range map[string]bool{
		"group < 1; 2 >":                                          false,
		"group < let a = 1; a >":                                  false,
		"group < background b: 1; 2 >":                            false,
		"group < a: 1; 2 >":                                       true,
		"group for x in [1] < [x]: x >":                           true,
		"group for x in [1] < x >":                                false,
		"group < n: for x in [1] < x > >":                         true,
		"group < if true < 1 > else < a: 2 > >":                   true,
		"group < branch 1 { 1 -> < >; 2 -> < 1; \"b c\": 2 > } >": true,
	} {
		equal(t, text, groups(clean(t, text+"\n"))[0].Labelled, want)
	}
}

func TestDefers(t *testing.T) {
	f := clean(t, "fn f() { if true { defer print(1); 1 } else { 2 } }\nfn g() = () -> { defer print(1) }\n")
	var scopes []bool
	each(f.AST, func(b *ast.BlockExpr) { scopes = append(scopes, b.Scope.(*resolve.Scope).Defers) })
	equal(t, "scopes", scopes, []bool{false, true, false, true})
	equal(t, "units", []bool{unit(t, f, 0).Defers, unit(t, f, 1).Defers, unit(t, f, 2).Defers}, []bool{true, false, true})
	if f.Unit.Defers || unit(t, f, 0).Nesting < 3 {
		t.Error("the file has no defer; f is nested")
	}
}

func TestSession(t *testing.T) {
	world := testWorld()
	world.Session = &resolve.Session{Decls: map[string]*resolve.Decl{"_": {Kind: resolve.LetDecl, Name: "_"}}, Count: 1}
	input := func(text string) (*resolve.File, string) {
		t.Helper()
		file, diags := parser.Parse(lexer.NewSource("input", text+"\n"))
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		f, diags := resolve.Resolve(file, world)
		if len(diags) > 0 {
			return f, diags.Error()
		}
		world.Session.Add(f)
		return f, ""
	}
	f, _ := input("var x = 1")
	equal(t, "first", []int{f.Base, f.Globals[0].Index, world.Session.Count}, []int{1, 1, 2})
	_, diags := input("x += _")
	equal(t, "assigned", diags, "")
	f, diags = input("let x = x + 1")
	equal(t, "declared again", diags, "")
	equal(t, "index", f.Globals[0].Index, 2)
	equal(t, "old x", binding(t, f, "x", 1), "global 1 check")
	f, _ = input("fn g() = x")
	equal(t, "new x", binding(t, f, "x", 0), "global 2 check")
	_, diags = input("x = 1")
	if !strings.Contains(diags, "bound with `let`") {
		t.Error(diags)
	}
	_, diags = input("let a = 1; let a = 2")
	if !strings.Contains(diags, "already declared") {
		t.Error(diags)
	}
}

// TestBroken resolves every prefix of the test programs: a tree in parts.
func TestBroken(t *testing.T) {
	paths, _ := filepath.Glob("../../testdata/resolve/*.tg")
	for _, path := range paths {
		data, _ := os.ReadFile(path)
		for _, chunk := range strings.Split(string(data), "\n---\n") {
			for i := 0; i < len(chunk); i += 3 {
				file, _ := parser.Parse(lexer.NewSource("prefix.tg", chunk[:i]))
				resolve.Resolve(file, testWorld())
			}
		}
	}
}

// TestUnread holds that a statement that could not be read makes no second
// error of the names it would have declared.
func TestUnread(t *testing.T) {
	file, diags := parser.Parse(lexer.NewSource("test.tg", "let a = (1, 2]\nprint(a)\nprint(b)\n"))
	if len(diags) == 0 {
		t.Fatal("no syntax error")
	}
	_, diags = resolve.Resolve(file, testWorld())
	if len(diags) != 1 || diags[0].Message != "`b` is not defined" {
		t.Error(diags)
	}
}
