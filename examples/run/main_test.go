//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/examples/loopback"
	"github.com/tgscript/tgscript/runtime"
)

// TestMain runs the tests as a reader runs the examples: from the repository's
// root, beside the loopback server. Nothing may stay in the temporary folder.
func TestMain(m *testing.M) {
	log.SetFlags(0)
	check := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}
	check(os.Chdir("../.."))
	temp, err := os.MkdirTemp("", "examples")
	check(err)
	server, err := loopback.Start("127.0.0.1:0")
	check(err)
	check(os.Setenv("BASE_URL", server.URL))
	check(os.Setenv("TMPDIR", temp))
	code := m.Run()
	server.Close()
	if left, err := os.ReadDir(temp); code == 0 && (err != nil || len(left) > 0) {
		log.Printf("left in the temporary folder: %v %v", left, err)
		code = 1
	}
	check(os.RemoveAll(temp))
	os.Exit(code)
}

func readme(t *testing.T) string {
	text, err := os.ReadFile("examples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// session is a command and what it prints, as the page shows it.
type session struct{ command, output string }

var sessionPattern = regexp.MustCompile("(?s)```console\n\\$ ([^\n]*)\n(.*?)```")

func sessions(t *testing.T) []session {
	var all []session
	for _, m := range sessionPattern.FindAllStringSubmatch(readme(t), -1) {
		all = append(all, session{m[1], m[2]})
	}
	return all
}

// patience is what examples get that wait for something which never comes: a
// slow machine must not turn what does come into what does not.
var patience = map[string]string{"health": "4s", "dashboard": "4s", "tests": "4s"}

// sleeps are the examples that wait for nothing but the clock, and so need no
// real one.
var sleeps = map[string]bool{"conditional": true, "failures": true, "totals": true}

func TestPage(t *testing.T) {
	shown := map[string]bool{}
	for _, s := range sessions(t) {
		words := strings.Fields(s.command)
		switch {
		case strings.HasPrefix(s.command, "go run ./examples/run "):
			name, args := words[3], words[4:]
			shown[name] = true
			if p := patience[name]; p != "" {
				args = append(args, p)
			}
			t.Run(name, func(t *testing.T) {
				if sleeps[name] {
					synctest.Test(t, func(t *testing.T) { compare(t, play(t.Context(), name), s.output) })
					return
				}
				t.Parallel()
				compare(t, play(t.Context(), name, args...), s.output)
			})
		case words[0] == "python3":
			t.Run(words[1], func(t *testing.T) {
				if testing.Short() {
					t.Skip("Python's turn takes seconds")
				}
				t.Parallel()
				compare(t, python(t, words[1]), s.output)
			})
		default:
			t.Errorf("nobody tests %q", s.command)
		}
	}
	files, _ := filepath.Glob("examples/*.tg")
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".tg"); !shown[name] {
			t.Errorf("the page does not show %s", name)
		}
	}
}

// play gives what an example prints, with what `go run` says of its end.
func play(ctx context.Context, name string, args ...string) string {
	var out bytes.Buffer
	err := run(ctx, filepath.Join(folder, name+".tg"), args, &out, &out)
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	return out.String()
}

// hasTaskGroup tells whether Python is here, and not older than TaskGroup.
var hasTaskGroup = sync.OnceValue(func() bool {
	return exec.Command("python3", "-c", "from asyncio import TaskGroup").Run() == nil
})

// python gives what a Python program prints.
func python(t *testing.T, file string) string {
	if !hasTaskGroup() {
		t.Skip("needs Python 3.11")
	}
	out, _ := exec.CommandContext(t.Context(), "python3", file).CombinedOutput()
	return string(out)
}

// compare checks what was printed. A line of … on the page is any lines.
func compare(t *testing.T, got, want string) {
	t.Helper()
	var parts []string
	for _, part := range regexp.MustCompile(`(?m)^ *…\n`).Split(want, -1) {
		parts = append(parts, regexp.QuoteMeta(part))
	}
	if !regexp.MustCompile(`(?s)\A` + strings.Join(parts, `.*`) + `\z`).MatchString(got) {
		t.Errorf("the page shows\n%s\nbut it prints\n%s", want, got)
	}
}

func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := list(folder, &out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if !regexp.MustCompile(`^[a-z]+ +[A-Z].*\.\n$`).MatchString(line) {
			t.Errorf("%q is no name and sentence", line)
		}
	}
}

// The page has the programs that it compares, and counts their lines.
func TestComparisons(t *testing.T) {
	page := readme(t)
	for _, name := range []string{"conditional", "failures", "totals"} {
		var counts []any
		for _, file := range []string{"python/" + name + ".py", "python/" + name + "_mended.py", name + ".tg"} {
			text, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			counts = append(counts, codeLines(string(text)))
			if !strings.Contains(file, "mended") && !strings.Contains(page, strings.TrimSpace(string(text))) {
				t.Errorf("the page does not have %s as it is", file)
			}
		}
		if row := fmt.Sprintf("| %d | %d | %d |\n", counts...); !strings.Contains(page, name+" "+row) {
			t.Errorf("the page does not count the lines of %s: %s", name, row)
		}
	}
}

// codeLines counts the lines that are neither blank nor a comment.
func codeLines(text string) int {
	lines := strings.Split(text, "\n")
	return len(slices.DeleteFunc(lines, func(line string) bool {
		line = strings.TrimSpace(line)
		return line == "" || line[0] == '#'
	}))
}

func TestCheck(t *testing.T) {
	files, err := filepath.Glob("examples/*.tg")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range runtime.Check(file, string(text), options) {
			t.Error(d)
		}
	}
}

// With a folder given, checksums.tg writes what other tools can read.
func TestChecksums(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a b.txt")
	if err := os.WriteFile(file, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	compare(t, play(t.Context(), "checksums", "write", dir), "1 files in SHA256SUMS\n")
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if want := fmt.Sprintf("%x  a b.txt\n", sha256.Sum256([]byte("a"))); err != nil || string(sums) != want {
		t.Errorf("it writes %q, not %q; %v", sums, want, err)
	}
	compare(t, play(t.Context(), "checksums", "verify", dir), "1 of 1 files are as they were\n")
	if err := os.WriteFile(file, []byte("b"), 0o600); err != nil {
		t.Fatal(err)
	}
	compare(t, play(t.Context(), "checksums", "verify", dir),
		"  a b.txt: has changed\n0 of 1 files are as they were\nexit status 1\n")
	compare(t, play(t.Context(), "checksums", "verify"),
		"usage: tgscript checksums.tg [write | verify] FOLDER\nexit status 2\n")
}

// An interrupt ends what the test programs have started, too: a pipe that they
// write to ends when the last of them does.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	hangs := fmt.Sprintf("exec > '%s'; sleep 600 & echo started; wait\n", pipe)
	if err := os.WriteFile(filepath.Join(dir, "hangs.sh"), []byte(hangs), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan string)
	go func() { ended <- play(ctx, "tests", "10m", dir) }()
	f, err := os.Open(pipe) // waits for hangs.sh
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	written := bufio.NewReader(f)
	if line, err := written.ReadString('\n'); err != nil || line != "started\n" {
		t.Errorf("it writes %q, %v", line, err)
	}
	cancel(errors.New("interrupt"))
	compare(t, <-ended, "interrupt\n")
	if _, err := written.ReadByte(); err != io.EOF {
		t.Errorf("something that it started runs on: %v", err)
	}
}
