//go:build unix

package exec

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/trial"
	tgos "github.com/tgscript/tgscript/stdlib/os"
)

var granted = trial.Script{
	Modules: []*runtime.Module{Module},
	Grants:  []runtime.Grant{All()},
}

func TestResults(t *testing.T) {
	for src, want := range map[string]string{
		`print(exec.run("echo", "hi", 3).stdout)`: "hi 3\n",
		`let r = exec.sh("echo out; echo err >&2; exit 3", check: false)
		 print([r.code, r.stdout, r.stderr, r.signal])`: `[3, "out\n", "err\n", nil]`,
		`print(exec.text("printf", "a\n\n"))`:                                         "a",
		`print(exec.sh("printf %s-%s \"$1\" \"$2\"", "a b; rm", "$HOME").stdout)`:     "a b; rm-$HOME",
		`print(exec.text("cat", stdin: "text"), exec.text("cat", stdin: ["a", "b"]))`: "text a\nb",
		`print(exec.run("true", stdin: ["not", "read"] * 100000).code)`:               "0",
		`print(exec.text("sh", "-c", "echo $X-$Y", env: {X: 1, Y: nil}))`:             "1-",
		`print(exec.text("pwd", dir: "/"))`:                                           "/",
		`let r = exec.sh("kill -KILL $$", check: false)
		 print(r.code, r.signal)`: "137 SIGKILL",
		`print(exec.run("no-such-program", check: false).code)`:     "127",
		`print(exec.run("/etc/passwd", check: false).code)`:         "126",
		`print(exec.sh("printf '\\377'").stdout)`:                   "\uFFFD",
		`exec.sh("echo a; echo b >&2", show: true)`:                 "a\nb",
		`print(exec.lines("printf", "a\r\nb\n\nc").to_list())`:      `["a", "b", "", "c"]`,
		`for l in exec.lines("yes") { print(l); break }`:            "y",
		`let s = exec.lines("yes"); print(s.next())`:                "y",
		`exec.run("sh", "-c", "echo a; echo b >&2", inherit: true)`: "a\nb",
	} {
		t.Run("", func(t *testing.T) {
			if strings.Contains(src, "show:") || strings.Contains(src, "inherit:") {
				// The two streams are not in order with each other.
				out, err := granted.Run(t, src)
				if err != nil || len(out) != len(want)+1 || !strings.Contains(out, "a\n") || !strings.Contains(out, "b\n") {
					t.Errorf("%s prints %q, %v", src, out, err)
				}
				return
			}
			granted.Prints(t, src, want)
		})
	}
}

func TestFailures(t *testing.T) {
	for src, want := range map[string]struct{ kind, message string }{
		`exec.sh("echo why >&2; exit 3")`:                    {"exec", "sh ended with code 3: why"},
		`exec.sh("kill -TERM $$")`:                           {"exec", "sh was ended by SIGTERM"},
		`exec.run("no-such-program")`:                        {"exec", "no-such-program: command not found"},
		`exec.lines("sh", "-c", "echo a; exit 2").to_list()`: {"exec", "sh ended with code 2"},
		`exec.run("sleep", 60, timeout: 20ms)`:               {"timeout", "sleep took longer than 20ms"},
		`exec.run("yes", max: 1000)`:                         {"value", "the program writes more than 1000 bytes"},
		`exec.run("true", dir: "/no/such")`:                  {"io", "cannot run in /no/such: no such file or directory"},
		`exec.run("true", dir: "/etc/passwd")`:               {"io", "cannot run in /etc/passwd: not a directory"},
		`exec.run("true", timeout: 0s)`:                      {"value", "timeout: 0s is not above 0"},
		`exec.run("true", timeout: 5)`:                       {"type", "`run`: `timeout` must be a duration, got int"},
		`exec.run("cat", stdin: [1])`:                        {"type", "line 1 of the source is no text but of type int"},
		`exec.run("true", env: {"A=B": "x"})`:                {"value", "env: A=B is no name of a variable"},
		`exec.run("a\0b")`:                                   {"value", "an argument of a program cannot hold the character \\0"},
		`exec.run("")`:                                       {"value", "the command is empty"},
	} {
		t.Run("", func(t *testing.T) {
			e := granted.Fails(t, src, want.kind)
			if !strings.Contains(e.Message, want.message) {
				t.Errorf("%s fails with %q, want %q", src, e.Message, want.message)
			}
		})
	}
}

func TestFailureData(t *testing.T) {
	granted.Prints(t, `
		let e = exec.sh("seq 100000; echo last >&2; exit 7", "x") catch e -> e
		print(e.data.cmd, e.data.args[-1], e.data.code, e.data.stdout.len(), e.data.stdout.ends_with("100000\n"), e.data.stderr)`,
		"sh x 7 65536 true last\n")
}

func TestGrants(t *testing.T) {
	few := granted
	few.Grants = []runtime.Grant{Commands("sh", "/bin/sh"), tgos.Env("SEEN")}
	t.Setenv("SEEN", "yes")
	t.Setenv("HIDDEN", "secret")
	few.Prints(t, `print(exec.sh("echo $SEEN$HIDDEN").stdout.trim())`, "yes")
	e := few.Fails(t, `exec.run("env")`, "denied")
	if needs, _ := e.Data.Get("needs"); !strings.HasPrefix(needs.String(), "run /") {
		t.Errorf("needs %s", needs)
	}
	few.Fails(t, `exec.run("no-such-program", check: false)`, "denied")
	few.Grants = nil
	few.Fails(t, `exec.sh("true")`, "denied")
}

// A process group ends with the child that runs it, whoever of it holds the
// output and whatever signals it ignores.
func TestCancelKillsTheGroup(t *testing.T) {
	for name, script := range map[string]string{
		"waits":         `echo $$ > "$1"; mv "$1" "$2"; sleep 300`,
		"has a child":   `sleep 300 & echo $! > "$1"; mv "$1" "$2"; wait`,
		"left a child":  `sleep 300 >/dev/null & echo $! > "$1"; mv "$1" "$2"; sleep 300`,
		"child is deaf": `sh -c 'trap "" TERM; echo $$ > "$1"; mv "$1" "$2"; while :; do sleep 1; done' sh "$1" "$2" >/dev/null & wait`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			pidFile := filepath.Join(dir, "pid")
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("enough")
			go func() { // ends when the script has begun, which the run waits for
				for !exists(pidFile) && t.Context().Err() == nil {
					time.Sleep(time.Millisecond)
				}
				cancel(cause)
			}()
			s := granted
			s.Globals = runtime.Vars{"script": script, "tmp": pidFile + ".tmp", "pid": pidFile}
			_, err := s.RunIn(ctx, t, `exec.sh(script, tmp, pid)`)
			if !errors.Is(err, cause) {
				t.Errorf("the run ended with %v", err)
			}
			text, _ := os.ReadFile(pidFile)
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			if alive(pid) {
				syscall.Kill(pid, syscall.SIGKILL)
				t.Errorf("process %d is alive", pid)
			}
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// alive tells whether a process runs; it gives one that was killed a moment to
// be gone. A zombie that nobody buries does not run.
func alive(pid int) bool {
	for range 1000 {
		if syscall.Kill(pid, 0) != nil {
			return false
		}
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err == nil && strings.Contains(string(stat), ") Z ") {
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

// What a process leaves running may hold its pipes; nobody waits for that.
func TestOrphanDoesNotHoldTheCall(t *testing.T) {
	began := time.Now()
	granted.Prints(t, `
		let r = exec.sh("sleep 300 & echo $!")
		exec.sh("kill $1", r.stdout.trim())
		print(r.code)`, "0")
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

// A program may be ended while somebody else's process runs; those that
// scripts started go with KillAll.
func TestKillAll(t *testing.T) {
	go func() {
		for groups.count() == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		KillAll()
	}()
	t.Cleanup(func() { groups.closed = false })
	granted.Prints(t, `print(exec.run("sleep", 300, check: false).signal)`, "SIGKILL")
	granted.Prints(t, `print(exec.run("true") catch e -> e.message.contains("is ending"))`, "true")
}

// What outlives the leader of its group goes with KillAll too, as long as the
// script still waits for its output.
func TestKillAllOrphans(t *testing.T) {
	t.Cleanup(func() { groups.closed = false })
	left := make(chan int, 1)
	go func() {
		for groups.count() == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		for p := range groups.all() {
			<-p.exited
		}
		left <- groups.count()
		KillAll()
	}()
	granted.Prints(t, `for line in exec.lines("sh", "-c", "(trap '' TERM; echo deaf; sleep 300) & trap 'exit 0' TERM; sleep 300") { print(line); break }`, "deaf")
	if n := <-left; n != 1 {
		t.Errorf("KillAll found %d of 1 processes", n)
	}
}

func (r *registry) all() map[*process]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.running)
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.running)
}
