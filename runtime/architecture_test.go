package runtime_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/tgscript/tgscript/"

// mayImport is the map of the house: which packages of the module each folder
// may import. A folder stands for all below it.
var mayImport = map[string][]string{
	"lexer":       {},
	"ast":         {"lexer"},
	"ast/resolve": {"ast", "lexer"},
	"parser":      {"ast", "lexer"},
	"runtime":     {"ast", "ast/resolve", "lexer", "parser"},
	"stdlib":      {"runtime", "stdlib"},
	"examples":    {"runtime", "runtime/scripttest", "stdlib", "examples"},
	"cmd":         {"ast", "ast/resolve", "lexer", "parser", "runtime", "stdlib", "cmd"},
}

// alone names what only one folder may import.
var alone = map[string]string{
	"github.com/alecthomas/participle/v2": "parser",
	"github.com/chzyer/readline":          "cmd",
	"github.com/fatih/color":              "cmd",
	"flag":                                "cmd",
}

type pkg struct {
	ImportPath string
	Imports    []string
}

// list gives what `go list` knows of the packages that match.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs
}

// folder gives the entry of mayImport that a package belongs to.
func folder(path string) string {
	for path != "" {
		if _, ok := mayImport[path]; ok {
			return path
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return ""
		}
		path = path[:i]
	}
	return ""
}

// TestImports holds the imports to the map of the house.
func TestImports(t *testing.T) {
	for _, p := range list(t, "./...") {
		here, ok := strings.CutPrefix(p.ImportPath, module)
		home := folder(here)
		if !ok || home == "" {
			t.Errorf("%s has no place in the map", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if there, ours := strings.CutPrefix(imp, module); ours {
				if !allowed(home, there) {
					t.Errorf("%s imports %s", here, there)
				}
				continue
			}
			for path, only := range alone {
				if (imp == path || strings.HasPrefix(imp, path+"/")) && home != only {
					t.Errorf("%s imports %s, which only %s may", here, imp, only)
				}
			}
		}
	}
}

func allowed(home, there string) bool {
	to := folder(there)
	if to == home {
		return true
	}
	for _, may := range mayImport[home] {
		if to == may || there == may {
			return true
		}
	}
	return false
}

// TestEmbeddingIsSmall pins what an embedding program compiles: participle and
// the standard library, without what touches the world.
func TestEmbeddingIsSmall(t *testing.T) {
	for _, p := range list(t, "-deps", "./runtime") {
		switch {
		case strings.HasPrefix(p.ImportPath, module), strings.HasPrefix(p.ImportPath, "github.com/alecthomas/participle/v2"):
		case p.ImportPath == "net", p.ImportPath == "net/http", p.ImportPath == "os/exec", p.ImportPath == "text/template":
			t.Errorf("runtime brings %s into every embedding program", p.ImportPath)
		case strings.Contains(strings.SplitN(p.ImportPath, "/", 2)[0], ".") && !strings.HasPrefix(p.ImportPath, "vendor/"):
			t.Errorf("runtime brings %s into every embedding program", p.ImportPath)
		}
	}
}
