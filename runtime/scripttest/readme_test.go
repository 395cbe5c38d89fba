package scripttest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/runtime/scripttest"
	"github.com/tgscript/tgscript/stdlib"
)

// TestDocuments runs every script that the README and the docs show, and holds
// it to the output it shows.
func TestDocuments(t *testing.T) {
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	setup := scripttest.Setup{Options: runtime.Options{Modules: stdlib.Pure()}}
	for _, name := range append(names, "../../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Split(string(text), "\n```tg\n")[1:]
		for i, block := range blocks {
			source, _, _ := strings.Cut(block, "\n```")
			p := scripttest.New(filepath.Base(name)+"#"+string(rune('1'+i)), source+"\n")
			t.Run(p.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p.Test(t, setup)
				})
				virtual := setup
				virtual.Run.Clock = runtime.Virtual(time.Unix(0, 0))
				t.Run("virtual", func(t *testing.T) { p.Test(t, virtual) })
			})
		}
	}
}
