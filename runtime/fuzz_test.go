package runtime_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// hungry finds the numbers and operations by which a short text asks for
// memory that no limit of a run counts.
var hungry = regexp.MustCompile(`[0-9_]{5,}|[0-9]e[0-9]|0x|\*.*\*|(?s)\*.*(repeat|pad_)|pow|shl`)

// FuzzCompile runs whatever compiles: no text makes the compiler or the pure
// language panic or hang.
func FuzzCompile(f *testing.F) {
	for _, program := range sources(f) {
		f.Add(program)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if hungry.MatchString(src) {
			return
		}
		start := time.Now()
		compileAndRun(t, src)
		if d := time.Since(start); d > 10*time.Second {
			t.Fatalf("took %s", d)
		}
	})
}

// TestPrefixes compiles what is left of every program when its end is missing:
// what somebody types is one of these all the time.
func TestPrefixes(t *testing.T) {
	for _, program := range sources(t) {
		for end := 0; end < len(program); end += 3 {
			_, err := runtime.Compile("prefix.tg", program[:end], runtime.Options{})
			if err != nil && !errors.As(err, new(runtime.Diagnostics)) {
				t.Fatalf("%q: %v", program[:end], err)
			}
		}
	}
}

// sources gives the programs of the language's tests.
func sources(t testing.TB) []string {
	var all []string
	for _, dir := range []string{"../testdata/language", "../testdata/methods", "../testdata/resolve"} {
		names, err := filepath.Glob(dir + "/*.tg")
		if err != nil || len(names) == 0 {
			t.Fatalf("no programs in %s: %v", dir, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, strings.Split(string(text), "\n---\n")...)
		}
	}
	return all
}

// compileAndRun fails the test if the runtime, and not the script, is at fault.
func compileAndRun(t *testing.T, src string) {
	prog, err := runtime.Compile("fuzz.tg", src, runtime.Options{})
	if err != nil {
		if !errors.As(err, new(runtime.Diagnostics)) {
			t.Fatalf("compile error without a position: %v", err)
		}
		return
	}
	_, err = prog.Run(context.Background(), runtime.Run{
		Stdout: io.Discard,
		Stderr: io.Discard,
		Limits: runtime.Limits{Steps: 20_000, Depth: 20_000, Children: 200, Output: 1 << 20, Time: 300 * time.Millisecond, Grace: 100 * time.Millisecond},
	})
	var e *runtime.Error
	if errors.As(err, &e) && e.Kind == "internal" {
		t.Fatalf("%s\n%v\n%v", src, e, errors.Unwrap(e))
	}
}
