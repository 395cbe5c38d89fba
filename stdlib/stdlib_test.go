package stdlib_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/runtime/scripttest"
	"github.com/tgscript/tgscript/stdlib"
	"github.com/tgscript/tgscript/stdlib/exec"
	"github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/http"
	"github.com/tgscript/tgscript/stdlib/os"
)

func modules() []*runtime.Module {
	return append(stdlib.Pure(), exec.Module, fs.Module, http.Module, os.Module)
}

func grants() []runtime.Grant {
	return []runtime.Grant{exec.All(), fs.All(), http.All(), os.All()}
}

// TestExamples runs the example of each function. What stands behind # is the
// value as the language writes it; for ... it depends on the world.
func TestExamples(t *testing.T) {
	for _, m := range modules() {
		for _, fn := range m.Funcs {
			t.Run(m.Name+"."+fn.Name(), func(t *testing.T) {
				code, want, ok := strings.Cut(fn.Example, "  # ")
				if !ok {
					t.Fatalf("the example %q has no result", fn.Example)
				}
				if want == "..." {
					return
				}
				if got := eval(t, code); got != "["+want+"]" {
					t.Errorf("%s\ngives %s", fn.Example, got)
				}
			})
		}
	}
}

// eval gives the value of an expression, in a list, so that text shows quotes.
func eval(t *testing.T, code string) string {
	p, err := runtime.Compile("example.tg", "["+code+"]", runtime.Options{Modules: modules()})
	if err != nil {
		t.Fatal(err)
	}
	result, err := p.Run(t.Context(), runtime.Run{Grants: grants()})
	if err != nil {
		t.Fatal(err)
	}
	return result.Value().String()
}

// TestScripts runs the programs of each module under testdata.
func TestScripts(t *testing.T) {
	for _, m := range modules() {
		t.Run(m.Name, func(t *testing.T) {
			scripttest.Dir(t, filepath.Join("..", "testdata", m.Name), scripttest.Setup{
				Options: runtime.Options{Modules: modules()},
				Run:     runtime.Run{Grants: grants()},
			})
		})
	}
}
