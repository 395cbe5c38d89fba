package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/docs"
	"github.com/tgscript/tgscript/lexer"
	tgparser "github.com/tgscript/tgscript/parser"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/log"
)

// The pages that are made from the code, or have parts that are:
//
//	go test ./cmd/tgscript -run Page -update
const (
	libraryPage  = "../../docs/library.md"
	languagePage = "../../docs/language.md"
)

// TestLibraryPage holds docs/library.md to the tables.
func TestLibraryPage(t *testing.T) {
	modules := library(log.Options{})
	holdPage(t, libraryPage, docs.New(modules).Page(hostTypes(t, modules)))
}

// TestLanguagePage holds the keywords, operators and grammar in
// docs/language.md to the scanner and the parser.
func TestLanguagePage(t *testing.T) {
	text, err := os.ReadFile(languagePage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for name, part := range map[string]string{
		"keywords": block(wrap(lexer.Keywords(), 78)), "operators": operatorTable(), "grammar": block(grammar(t)),
	} {
		re := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n.*?<!-- end -->`)
		if !re.MatchString(page) {
			t.Errorf("the page has no part %s", name)
		}
		page = re.ReplaceAllLiteralString(page, "<!-- "+name+" -->\n"+part+"<!-- end -->")
	}
	holdPage(t, languagePage, page)
}

// holdPage compares a page with what it should be, or writes it.
func holdPage(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(string(text), "\n"), strings.Split(want, "\n")
	for i := range max(len(got), len(wanted)) {
		if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
			t.Fatalf("%s differs from the code in line %d; write it anew: go test ./cmd/tgscript -run Page -update", filepath.Base(name), i+1)
		}
	}
}

// hosts has an expression that gives a host object of each type; %s is the
// address of a server.
var hosts = map[string]string{
	"channel":   "channel()",
	"counter":   "counter()",
	"cell":      "cell(1)",
	"semaphore": "semaphore(1)",
	"rate":      "rate(1)",
	"worklist":  "worklist()",
	"stream":    `time.every(1h)`,
	"logger":    `log.with()`,
	"writer":    `fs.writer("/dev/null")`,
	"stdin":     `os.stdin`,
	"client":    `http.client()`,
	"response":  `http.get("%s")`,
}

// hostTypes gives the types of host objects, by name: each that a signature
// names, and those of constants.
func hostTypes(t *testing.T, modules []*runtime.Module) []*runtime.Type {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	var types []*runtime.Type
	for name, code := range hosts {
		if strings.Contains(code, "%s") {
			code = fmt.Sprintf(code, server.URL)
		}
		typ := typeOf(t, code, modules)
		if typ == nil || typ.Name != name {
			t.Fatalf("%s gives no %s", code, name)
		}
		types = append(types, typ)
	}
	for _, m := range append(modules, runtime.Universe) {
		for _, fn := range m.Funcs {
			if name := resultOf(fn); name != "" && hosts[name] == "" {
				t.Errorf("%s gives a %s, which the page does not show: add it to hosts", fn.Sig, name)
			}
		}
		for _, c := range m.Consts {
			if typ := runtime.TypeOf(c.Value); typ != nil && hosts[typ.Name] == "" {
				t.Errorf("%s.%s is a %s, which the page does not show: add it to hosts", m.Name, c.Name, typ.Name)
			}
		}
	}
	slices.SortFunc(types, func(a, b *runtime.Type) int { return strings.Compare(a.Name, b.Name) })
	return types
}

func typeOf(t *testing.T, code string, modules []*runtime.Module) *runtime.Type {
	prog, err := runtime.Compile("host.tg", code, runtime.Options{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	res, err := prog.Run(context.Background(), runtime.Run{Grants: everything()})
	if err != nil {
		t.Fatal(err)
	}
	return runtime.TypeOf(res.Value())
}

// resultOf gives the name of the host type that a function gives; "" if it
// gives a value of the language.
func resultOf(fn *runtime.Func) string {
	_, result, _ := strings.Cut(fn.Sig[strings.LastIndexByte(fn.Sig, ')')+1:], "->")
	result = strings.TrimSuffix(strings.TrimSpace(result), "?")
	for _, name := range []string{"", "any", "number"} {
		if result == name || strings.Contains(result, "|") {
			return ""
		}
	}
	for k := runtime.KindNil; k < runtime.KindHost; k++ {
		if k.String() == result {
			return ""
		}
	}
	return result
}

// block gives text as it stands in a page.
func block(text string) string { return "```text\n" + strings.TrimSpace(text) + "\n```\n" }

// wrap joins words into lines.
func wrap(words []string, width int) string {
	var out strings.Builder
	line := ""
	for _, w := range words {
		if len(line)+1+len(w) > width {
			out.WriteString(line + "\n")
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return out.String() + line
}

func operatorTable() string {
	var out strings.Builder
	out.WriteString("| | operators |\n|---|---|\n")
	for i, level := range tgparser.Operators() {
		fmt.Fprintf(&out, "| %d | `%s` |\n", i+1, strings.Join(level, "` `"))
	}
	return out.String()
}

// grammar gives participle's rules, and those that stand above the functions
// of the parser.
func grammar(t *testing.T) string {
	var out strings.Builder
	out.WriteString(tgparser.Grammar() + "\n")
	for _, name := range []string{"statement.go", "expr.go", "branch.go", "pattern.go", "group.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../../parser", name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("\n")
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			for line := range strings.Lines(fn.Doc.Text()) {
				if rule, ok := strings.CutPrefix(line, "\t"); ok {
					out.WriteString(rule)
				}
			}
		}
	}
	return out.String()
}

// TestEmbeddingPage runs the programs in docs/embedding.md and holds them to
// the output they show.
func TestEmbeddingPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range strings.Split(string(text), "\n```go\n")[1:] {
		source, _, _ := strings.Cut(part, "\n```\n")
		t.Run(strconv.Itoa(i+1), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "main.go")
			if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("go", "run", file).CombinedOutput()
			if got, want := strings.TrimSpace(string(out)), outputOf(source); err != nil || got != want {
				t.Errorf("%v, it prints\n%s\nnot\n%s", err, got, want)
			}
		})
	}
}

// outputOf gives what a program's last comment says that it prints.
func outputOf(source string) string {
	_, comment, _ := strings.Cut(source, "// Output:")
	var lines []string
	for line := range strings.Lines(comment) {
		if line = strings.TrimSpace(line); line != "}" {
			lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "//")))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	dropped = regexp.MustCompile(`[^\pL\pN _-]`)
)

// TestPageLinks holds the links of the README and the pages to files that are
// there, and to headings in them.
func TestPageLinks(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			name, anchor, _ := strings.Cut(m[1], "#")
			target := page
			if name != "" {
				target = filepath.Join(filepath.Dir(page), name)
			}
			there, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s links to %s: %v", filepath.Base(page), m[1], err)
			} else if anchor != "" && !slices.Contains(anchors(string(there)), anchor) {
				t.Errorf("%s links to %s, which has no such heading", filepath.Base(page), m[1])
			}
		}
	}
}

// anchors gives what a page's headings are linked by.
func anchors(page string) []string {
	var all []string
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		all = append(all, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}
