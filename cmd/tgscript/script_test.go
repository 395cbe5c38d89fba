package main

import (
	"bufio"
	"errors"
	flags "flag"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update writes what comes out into the scripts, where they compare it.
var update = flags.Bool("update", false, "write the expected output of testdata/cmd anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tgscript": main})
}

// TestCommandLine runs testdata/cmd as a person types it.
//
//	exits CODE tgscript args…                 it ends with this status
//	signalled NAME TEXT CODE tgscript args…   it gets SIGNAME once it has printed the line TEXT
//	unread CODE tgscript args…                nobody reads its stdout
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/cmd",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "")
			env.Setenv("TERM", "xterm")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "signalled": signalled, "unread": unread,
		},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	wantCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func wantCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit status %d (%v), want %s", code, err, want)
	}
}

var signals = map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}

func signalled(ts *testscript.TestScript, _ bool, args []string) {
	name, text, code := args[0], args[1], args[2]
	cmd := program(ts, args[3:])
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	// Where the tests were started so that they ignore the signal, as nohup
	// does, the program would too; what is listened to is not handed on.
	listened := make(chan os.Signal, 1)
	signal.Notify(listened, signals[name])
	defer signal.Stop(listened)
	ts.Check(cmd.Start())
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		io.WriteString(ts.Stdout(), line)
		if err != nil {
			ts.Fatalf("it ended without printing %q", text)
		}
		if strings.TrimSpace(line) == text {
			break
		}
	}
	ts.Check(cmd.Process.Signal(signals[name]))
	io.Copy(ts.Stdout(), lines)
	wantCode(ts, code, cmd.Wait())
}

func unread(ts *testscript.TestScript, _ bool, args []string) {
	cmd := program(ts, args[1:])
	r, w, err := os.Pipe()
	ts.Check(err)
	r.Close()
	cmd.Stdout = w
	err = cmd.Run()
	w.Close()
	wantCode(ts, args[0], err)
}

// program makes ready the program that tests call tgscript: this binary.
func program(ts *testscript.TestScript, args []string) *exec.Cmd {
	path, err := lookPath(ts.Getenv("PATH"), args[0])
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "NO_COLOR=1", "HOME=" + ts.Getenv("HOME")}
	cmd.Stderr = ts.Stderr()
	return cmd
}

func lookPath(path, name string) (string, error) {
	for _, dir := range strings.Split(path, ":") {
		file := dir + "/" + name
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, nil
		}
	}
	return "", exec.ErrNotFound
}
