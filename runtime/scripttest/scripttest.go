// Package scripttest runs test programs: scripts with what is expected of them
// in comments beside the lines concerned.
//
//	print(1 + 1)      #> 2
//	fail "no"         ### no
//	let x = y         ### `y` is not defined
//
// #> is one line of standard output, in order, wherever the comment stands.
// ### is a regular expression that the failure of that line matches: every
// compile error and warning-free line of the program, or the one failure that
// ends the run. A line of --- alone begins another program in the same file.
//
// A program runs in a bubble in which sleeping costs nothing and a goroutine
// that is left behind is found, its children side by side; then once more on
// the runtime's own virtual time, one child at a time. One whose first line is
// `# clock: real` (it spins, or waits for something outside) has the real clock
// in place of the bubble.
package scripttest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
)

// Program is one test program.
type Program struct {
	Name   string // of the file, and the number of the program if there are several
	Source string
	Real   bool // needs the real clock

	output   []string
	failures map[int]string // regular expression by line
}

// Setup is what programs run with.
type Setup struct {
	Options runtime.Options
	Run     runtime.Run
}

// Read gives the programs of a file.
func Read(name string) ([]*Program, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var programs []*Program
	chunks := strings.Split("\n"+string(text), "\n---\n")
	for i, chunk := range chunks {
		p := New(filepath.ToSlash(name), strings.TrimPrefix(chunk, "\n"))
		if len(chunks) > 1 {
			p.Name = fmt.Sprintf("%s#%d", p.Name, i+1)
		}
		programs = append(programs, p)
	}
	return programs, nil
}

// New gives a program from its text.
func New(name, source string) *Program {
	p := &Program{Name: name, Source: source, failures: map[int]string{}}
	p.read()
	return p
}

// read finds the expectations in the program's comments.
func (p *Program) read() {
	for i, line := range strings.Split(p.Source, "\n") {
		if i == 0 && strings.TrimSpace(line) == "# clock: real" {
			p.Real = true
		}
		if at := strings.Index(line, "### "); at >= 0 {
			p.failures[i+1] = strings.Trim(strings.TrimSpace(line[at+4:]), `"`)
		} else if at := strings.Index(line, "#> "); at >= 0 {
			p.output = append(p.output, line[at+3:])
		} else if strings.HasSuffix(line, "#>") {
			p.output = append(p.output, "")
		}
	}
}

// bubbleStart is when time begins in a bubble.
var bubbleStart = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Dir runs every program of the .tg files below a folder, each as a subtest.
// Files in folders called files are input, not programs.
func Dir(t *testing.T, dir string, setup Setup) {
	count := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "files" {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".tg" {
			return nil
		}
		programs, err := Read(name)
		if err != nil {
			return err
		}
		for _, p := range programs {
			count++
			short, _ := filepath.Rel(dir, p.Name)
			t.Run(short, func(t *testing.T) {
				if p.Real {
					p.Test(t, setup)
				} else {
					synctest.Test(t, func(t *testing.T) { p.Test(t, setup) })
				}
				setup.Run.Clock = runtime.Virtual(bubbleStart)
				t.Run("virtual", func(t *testing.T) { p.Test(t, setup) })
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count == 0 {
		t.Fatalf("no program under %s", dir)
	}
}

// Test runs the program and compares, then once more compiled the plain way
// and once more with events on, which must change nothing.
func (p *Program) Test(t *testing.T, setup Setup) {
	prog, err := runtime.Compile(p.Name, p.Source, setup.Options)
	if err != nil {
		p.check(t, "", err)
		return
	}
	ended := p.run(t, prog, setup.Run)
	if t.Failed() {
		return
	}
	setup.Options.Plain = true
	plain, err := runtime.Compile(p.Name, p.Source, setup.Options)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.run(t, plain, setup.Run); got != ended {
		t.Errorf("compiled the plain way it ends with %s\nand not with %s", got, ended)
	}
	if t.Failed() {
		t.Error("this failed only when compiled the plain way")
	}
	var story story
	setup.Run.Events = story.hear
	p.run(t, prog, setup.Run)
	if t.Failed() {
		t.Error("this failed only with events on")
	}
	story.check(t)
}

// run runs the program, checks what it does and gives where it failed, with
// the calls that led there.
func (p *Program) run(t *testing.T, prog *runtime.Program, run runtime.Run) (ended string) {
	var out, errs bytes.Buffer
	run.Stdout, run.Stderr = &out, &errs
	_, err := prog.Run(context.Background(), run)
	p.check(t, out.String(), err)
	if err, ok := err.(*runtime.Error); ok {
		for _, site := range err.Trace {
			ended += fmt.Sprintf(" %v %s", site.Position(), site.Function)
		}
	}
	return ended
}

// check compares output and failures with what the program expects.
func (p *Program) check(t *testing.T, out string, err error) {
	got := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if out == "" {
		got = nil
	}
	for i := range max(len(got), len(p.output)) {
		switch {
		case i >= len(got):
			t.Errorf("output line %d: want %q, got nothing more", i+1, p.output[i])
		case i >= len(p.output):
			t.Errorf("output line %d: want nothing more, got %q", i+1, got[i])
		case got[i] != p.output[i]:
			t.Errorf("output line %d: want %q, got %q", i+1, p.output[i], got[i])
		default:
			continue
		}
		break
	}
	p.compare(t, err)
}

// compare checks the failures of the program against those it expects.
func (p *Program) compare(t *testing.T, err error) {
	found := map[int][]string{}
	switch err := err.(type) {
	case nil:
	case runtime.Diagnostics:
		for _, d := range err {
			found[d.Position().Line] = append(found[d.Position().Line], text(d))
		}
	case *runtime.Error:
		line := 0
		if len(err.Trace) > 0 {
			line = err.Trace[0].Position().Line
		}
		found[line] = append(found[line], err.Kind+": "+err.Message)
	default:
		t.Errorf("ended by %v", err)
	}
	for line, messages := range found {
		want, ok := p.failures[line]
		if !ok {
			t.Errorf("line %d: %s", line, strings.Join(messages, "; "))
			continue
		}
		re, err := regexp.Compile(want)
		if err != nil {
			t.Errorf("line %d: %v", line, err)
		} else if all := strings.Join(messages, "; "); !re.MatchString(all) {
			t.Errorf("line %d: want %q, got %q", line, want, all)
		}
	}
	for line, want := range p.failures {
		if found[line] == nil {
			t.Errorf("line %d: want a failure that matches %q, got none", line, want)
		}
	}
}

func text(d *lexer.Diagnostic) string {
	if d.Hint != "" {
		return d.Message + " (" + d.Hint + ")"
	}
	return d.Message
}
