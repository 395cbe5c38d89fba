package scripttest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/runtime/scripttest"
	"github.com/tgscript/tgscript/stdlib"
)

// here is the module's folder of test programs.
const here = "../../testdata"

// elsewhere tells whether other tests run a folder: those of the command, the
// parser and the resolver, and of each module of the library.
func elsewhere(name string) bool {
	switch name {
	case "cmd", "parser", "resolve":
		return true
	}
	_, err := os.Stat(filepath.Join("../../stdlib", name))
	return err == nil
}

// TestScripts runs the programs of the language under testdata, one folder a
// feature.
func TestScripts(t *testing.T) {
	dirs, err := os.ReadDir(here)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && !elsewhere(d.Name()) {
			t.Run(d.Name(), func(t *testing.T) {
				dir := filepath.Join(here, d.Name())
				scripttest.Dir(t, dir, scripttest.Setup{Options: runtime.Options{Files: files{}, Modules: stdlib.Pure()}})
			})
		}
	}
}
