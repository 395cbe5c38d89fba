package runtime_test

import (
	"context"
	"testing"

	tg "github.com/tgscript/tgscript/runtime"
)

// TestStreamLosesNothing holds that a result which comes while the loop is
// about to wait is taken once and not lost.
func TestStreamLosesNothing(t *testing.T) {
	prog, err := tg.Compile("stream.tg", `
		var seen = [0] * n
		for r in group stream (limit: 100) for i in 0..n < i > { seen[r.value] += 1 }
		seen.count(s -> s != 1)
	`, tg.Options{Globals: []string{"n"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		res, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": 30_000}})
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Value().String(); got != "0" {
			t.Fatalf("%s of the results did not come exactly once", got)
		}
	}
}
