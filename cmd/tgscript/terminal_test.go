//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// patience bounds how long a test waits for output that it expects.
const patience = 20 * time.Second

// terminal is a tgscript on a pseudo-terminal.
type terminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	tty   *os.File
	state string // where the history is kept

	chunks chan string
	seen   string // printed and not yet matched
	all    string
}

// start runs tgscript on a terminal of its own.
func start(t *testing.T, state string, env []string, args ...string) *terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Args[0] = "tgscript" // what TestMain looks at
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"TERM=xterm", "XDG_STATE_HOME=" + state, "PATH=" + os.Getenv("PATH")}, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 100})
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	x := &terminal{t: t, cmd: cmd, tty: tty, state: state, chunks: make(chan string)}
	go func() {
		defer close(x.chunks)
		b := make([]byte, 4096)
		for {
			n, err := tty.Read(b)
			if n > 0 {
				x.chunks <- string(b[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		tty.Close()
		for range x.chunks {
		}
		if t.Failed() {
			t.Logf("on the terminal:\n%s", x.all)
		}
	})
	return x
}

// escapes are what draws and moves on a terminal.
var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

// expect waits until the text is printed and gives what came before it.
func (x *terminal) expect(text string) (before string) {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		if i := strings.Index(x.seen, text); i >= 0 {
			before, x.seen = x.seen[:i], x.seen[i+len(text):]
			return before
		}
		select {
		case chunk, ok := <-x.chunks:
			if !ok {
				x.t.Fatalf("it ended before it printed %q", text)
			}
			x.all += chunk
			x.seen = escapes.ReplaceAllString(x.seen+strings.ReplaceAll(chunk, "\r", ""), "")
		case <-deadline:
			x.t.Fatalf("it never printed %q; there is %q", text, x.seen)
		}
	}
}

// send types something.
func (x *terminal) send(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.tty, keys); err != nil {
		x.t.Fatal(err)
	}
}

// enter waits for the prompt, types a line and waits for what it gives.
func (x *terminal) enter(line string, gives ...string) {
	x.t.Helper()
	x.expect(firstPrompt)
	x.send(line + "\r")
	for _, text := range gives {
		x.expect(text)
	}
}

const (
	firstPrompt = "tg> "
	nextPrompt  = "... "
	ctrlC       = "\x03"
	ctrlD       = "\x04"
	up          = "\x1b[A"
)

// ends waits for the end and compares the exit code.
func (x *terminal) ends(code int) {
	x.t.Helper()
	done := make(chan error, 1)
	go func() {
		for chunk := range x.chunks {
			x.all += chunk
		}
		done <- x.cmd.Wait()
	}()
	select {
	case err := <-done:
		got := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			got = exit.ExitCode()
		} else if err != nil {
			x.t.Fatal(err)
		}
		if got != code {
			x.t.Errorf("exit status %d (%v), want %d", got, err, code)
		}
	case <-time.After(patience):
		x.t.Fatal("it does not end")
	}
}

func session(t *testing.T) *terminal { return start(t, t.TempDir(), []string{"NO_COLOR=1"}) }

func TestREPLShowsValues(t *testing.T) {
	x := session(t)
	x.enter(`"a" + "b"`, "\n\"ab\"\n")
	x.enter(`_.len()`, "\n2\n")
	x.enter(`let m = {a: 1, "b c": [1.5, nil]}`)
	x.enter(`m`, "\n{a: 1, \"b c\": [1.5, nil]}\n")
	x.enter(`(0..30).map(n -> n * 10_000_000)`, "\n[\n  0,\n  10000000,\n")
	x.enter(`nil`)
	x.enter(`_`, "\n[\n  0,\n") // nil is not the last value
	x.expect(firstPrompt)
	x.send(ctrlD)
	x.ends(0)
}

func TestREPLErrorsEndNothing(t *testing.T) {
	x := session(t)
	x.enter(`let port = 80`)
	x.enter(`prot`, "error: `prot` is not defined", "--> input-2:1:1", "did you mean `port`?")
	x.enter(`fail "boom", kind: "mine"`, "error[mine]: boom", "--> input-3:1:1")
	x.enter(`fn f(n) = f(n)`)
	x.enter(`f(1)`, "too many nested calls", "--> input-4:1:11 in f")
	x.enter(`port`, "\n80\n")
	x.enter(`exit(3)`)
	x.ends(3)
}

func TestREPLBlocksAndHistory(t *testing.T) {
	state := t.TempDir()
	x := start(t, state, []string{"NO_COLOR=1"})
	x.enter(`fn twice(n) {`)
	x.expect(nextPrompt)
	x.send("n * 2\r")
	x.expect(nextPrompt)
	x.send("}\r")
	x.enter(`twice(21)`, "\n42\n")
	x.enter(` "a secret"`, "\n\"a secret\"\n")
	x.expect(firstPrompt)
	x.send(ctrlD)
	x.ends(0)

	file := filepath.Join(state, "tgscript", "history")
	text, err := os.ReadFile(file)
	if want := "fn twice(n) {⏎n * 2⏎}\ntwice(21)\n"; err != nil || string(text) != want {
		t.Errorf("the history is %q, %v; want %q", text, err, want)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the history: %v, %v", info.Mode(), err)
	}

	// The next session brings the whole block back as one entry.
	x = start(t, state, []string{"NO_COLOR=1"})
	x.expect(firstPrompt)
	x.send(up + up)
	x.expect("fn twice(n) {⏎n * 2⏎}")
	x.send("\r")
	x.enter(`twice(4)`, "\n8\n")
	x.expect(firstPrompt)
	x.send(ctrlD)
	x.ends(0)
}

func TestREPLInterrupt(t *testing.T) {
	x := session(t)
	x.enter(`let kept = 7`)
	x.enter(`group < { defer print("cleaned"); print("wait" + "ing"); sleep(1h) }, sleep(1h) >`, "\nwaiting\n")
	x.send(ctrlC)
	x.expect("\ncleaned\n")
	x.expect("error: interrupted")
	x.enter(`kept`, "\n7\n")

	// At the prompt it drops what is typed, and tells how to leave.
	x.expect(firstPrompt)
	x.send("kept +\r")
	x.expect(nextPrompt)
	x.send(ctrlC)
	x.expect(firstPrompt)
	x.send(ctrlC)
	x.expect("(Ctrl-D or `:quit` leaves)")
	x.enter(`kept + 1`, "\n8\n")
	x.enter(`:quit`)
	x.ends(0)
}

func TestREPLCommands(t *testing.T) {
	x := session(t)
	dir := x.cmd.Dir
	if err := os.WriteFile(filepath.Join(dir, "lib.tg"), []byte("let answer = 42\nanswer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.enter(`:help`, ":doc NAME", ":reset")
	x.enter(`:load lib.tg`, "\n42\n")
	x.enter(`:type answer`, "\nint\n")
	x.enter(`:type [1].map(n -> n)`, "\nlist\n")
	x.enter(`:time answer + 1`, "\n43\n", "took ")
	x.enter(`:doc retry`, "retry(n: int")
	x.enter(`:dco retry`, "there is no command `:dco`; did you mean `:doc`?")
	x.enter(`:load nowhere.tg`, "cannot read nowhere.tg: no such file or directory")
	x.enter(`:save typed.tg`)
	x.enter(`:reset`)
	x.enter(`answer`, "error: `answer` is not defined")
	x.enter(`:q`)
	x.ends(0)
	if text, err := os.ReadFile(filepath.Join(dir, "typed.tg")); err != nil || string(text) != "let answer = 42\nanswer\nanswer + 1\n" {
		t.Errorf("saved: %q, %v", text, err)
	}
}

func TestREPLEdit(t *testing.T) {
	editor := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i s/21/4/ \"$2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	x := start(t, t.TempDir(), []string{"NO_COLOR=1", "EDITOR=" + editor + " --wait"})
	x.enter(`21 + 21`, "\n42\n")
	x.enter(`:edit`, "4 + 21\n25\n")
	x.expect(firstPrompt)
	x.send(up)
	x.expect("4 + 21")
	x.send(ctrlC)
	x.enter(`:quit`)
	x.ends(0)
}

// TestREPLColors: what is typed is coloured and otherwise as it was typed.
func TestREPLColors(t *testing.T) {
	x := start(t, t.TempDir(), nil)
	x.enter("let x = \"a\"  # b")
	x.enter("x + \"é\"", "\n\"aé\"\n")
	x.enter(":quit")
	x.ends(0)
	if !strings.Contains(x.all, "\x1b[35mlet\x1b[0m") {
		t.Errorf("no colours in %q", x.all)
	}
}

func TestREPLCompletes(t *testing.T) {
	x := session(t)
	x.enter(`let configuration = {timeout_ms: 250}`)
	x.expect(firstPrompt)
	x.send("confi\t")
	x.expect("configuration")
	x.send(".time\t")
	x.expect(".timeout_ms")
	x.send("\r")
	x.expect("\n250\n")
	x.enter("\"last\"", "\n\"last\"\n")
	x.expect(firstPrompt)
	x.send("json.enc\t")
	x.expect("json.encode")
	x.send("(_)\r") // completing has not changed the last value
	x.expect(`"\"last\""`)
	x.expect(firstPrompt)
	x.send("_.up\t")
	x.expect("_.upper")
	x.send("()\r")
	x.expect("\n\"\\\"LAST")
	x.expect(firstPrompt)
	x.send(":he\t")
	x.expect(":help")
	x.send("\r")
	x.expect(":quit")
	x.expect(firstPrompt)
	x.send(ctrlD)
	x.ends(0)
}

func TestREPLTerminated(t *testing.T) {
	x := session(t)
	x.expect(firstPrompt)
	x.cmd.Process.Signal(syscall.SIGTERM)
	x.ends(143)

	x = session(t)
	x.enter(`{ defer print("cleaned"); print("wait" + "ing"); sleep(1h) }`, "\nwaiting\n")
	x.cmd.Process.Signal(syscall.SIGTERM)
	x.expect("cleaned\n")
	x.ends(143)
}

// TestTerminalColors: a terminal has colours, unless the environment says no.
func TestTerminalColors(t *testing.T) {
	for _, test := range []struct {
		env     string
		args    []string
		colored bool
	}{
		{"A=1", nil, true},
		{"NO_COLOR=1", nil, false},
		{"NO_COLOR=1", []string{"--color=always"}, true},
		{"TERM=dumb", nil, false},
		{"A=1", []string{"--color", "never"}, false},
	} {
		x := start(t, t.TempDir(), []string{test.env}, append(test.args, "-e", `fail "x"`)...)
		x.expect("-e:1:1")
		x.ends(1)
		if got := strings.Contains(x.all, "\x1b[31;1m"); got != test.colored {
			t.Errorf("%s %q: colours %v, want %v in %q", test.env, test.args, got, test.colored, x.all)
		}
	}
}

// TestSecondInterrupt: who cannot wait for the cleanups presses Ctrl-C again.
func TestSecondInterrupt(t *testing.T) {
	x := start(t, t.TempDir(), nil, "-e", `group (grace: 1h) < { defer { print("clean", "ing"); sleep(1h) }; print("wait", "ing"); sleep(1h) } >`)
	x.expect("wait ing")
	x.send(ctrlC)
	x.expect("clean ing")
	x.send(ctrlC)
	x.ends(130)
}

// TestSecondInterruptKillsProcesses: nothing that the script runs outlives it.
func TestSecondInterruptKillsProcesses(t *testing.T) {
	x := start(t, t.TempDir(), nil, "-e", `{
		defer print("clean", "ing", exec.run("sh", "-c", "trap '' TERM; echo pid $$ >&2; while :; do sleep 1; done", show: true))
		print("wait", "ing")
		sleep(1h)
	}`)
	x.expect("wait ing")
	x.send(ctrlC)
	x.expect("pid ")
	pid, err := strconv.Atoi(x.expect("\n"))
	if err != nil {
		t.Fatal(err)
	}
	x.send(ctrlC)
	x.ends(130)
	// The group has been sent SIGKILL; that it is gone is a matter of moments.
	for deadline := time.Now().Add(patience); syscall.Kill(-pid, 0) == nil; {
		if time.Now().After(deadline) {
			t.Fatalf("the process group %d lives on", pid)
		}
		time.Sleep(time.Millisecond)
	}
}
