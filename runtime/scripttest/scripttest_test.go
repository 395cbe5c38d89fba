package scripttest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/runtime/scripttest"
)

// here is the module's folder of test programs.
const here = "../../testdata"

// elsewhere names the folders that other tests run.
var elsewhere = map[string]bool{"cmd": true, "parser": true, "resolve": true}

// TestScripts runs the programs under testdata, one folder a feature.
func TestScripts(t *testing.T) {
	dirs, err := os.ReadDir(here)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && !elsewhere[d.Name()] {
			t.Run(d.Name(), func(t *testing.T) {
				dir := filepath.Join(here, d.Name())
				scripttest.Dir(t, dir, scripttest.Setup{Options: runtime.Options{Files: files{}}})
			})
		}
	}
}
