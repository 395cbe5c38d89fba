package exec

import (
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// Commands permits running the programs of these paths; a name without a
// slash is looked up in PATH now. exec.sh needs /bin/sh, which can run
// everything. The programs get of the environment what os.Env permits, and
// PATH, HOME, TMPDIR, LANG and TZ.
func Commands(paths ...string) runtime.Grant {
	g := &commands{}
	for _, path := range paths {
		if found, err := exec.LookPath(path); err == nil {
			path = found
		}
		g.paths = append(g.paths, resolved(path))
	}
	return g
}

// All permits running every program, with the whole environment.
func All() runtime.Grant { return everything{} }

type commands struct{ paths []string }

func (g *commands) Grant() string { return "run " + strings.Join(g.paths, ", ") }

type everything struct{}

func (everything) Grant() string { return "run any program" }

// permit fails with kind denied where an executable is not granted.
func permit(grants []runtime.Grant, path string) error {
	path = resolved(path)
	for _, g := range grants {
		switch g := g.(type) {
		case everything:
			return nil
		case *commands:
			for _, granted := range g.paths {
				if granted == path {
					return nil
				}
			}
		}
	}
	return runtime.Fail("denied", "this program is not allowed to run %s", path).
		With(runtime.NewMap(field("needs", runtime.String("run "+path))))
}

// resolved gives a path with the links of its directory followed. The last
// element stays: many programs are one file that looks at its name.
func resolved(path string) string {
	if !strings.ContainsRune(path, filepath.Separator) {
		return path
	}
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path
	}
	return filepath.Join(dir, filepath.Base(path))
}
