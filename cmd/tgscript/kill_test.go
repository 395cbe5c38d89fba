//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// killed is a script in which much is under way at every moment. Whatever is
// entered is left.
const killed = `
fn within(name, work) {
  defer print("leave", name)
  print("enter", name)
  work()
}
fn command(name, line) = within(name, () -> exec.run("sh", "-c", line))
fn busy(name) = within(name, () -> {
  while true {
    let file = fs.temp_file(suffix: ".part")
    defer fs.remove(file)
    fs.write(file, name)
    group race < command(name + "/sh", "sleep 0.01"); sleep(8ms) >
  }
})

defer print("leave all")
print("enter all")
let dir = fs.temp_dir()
let ch = channel(1)
let gate = semaphore(1)
print("up")
group <
  busy("a")
  group settle <
    busy("b/c")
    retry(1000, () -> within("try", () -> timeout(5ms, () -> command("slow", "sleep 60 & sleep 60"))), backoff: 1ms)
    group race < command("lost", "sleep 60"); within("turn", () -> sleep(30ms)); command("won", "true") > catch nil
  >
  { while true { ch.send(fs.temp_file()); gate.run(() -> within("gate", () -> sleep(1ms))) } }
  { for file in ch { within("took", () -> fs.remove(file)) } }
  { while true { for r in group stream (limit: 3) for n in 0..20 < [n]: within("turn ${n}", () -> sleep(n * 1ms)) > { if r.label == 9 { break } } } }
  { while true { shield(() -> within("shield", () -> sleep(3ms))) } }
  background { while true { within("spin", () -> { var n = 0; while n < 5000 { n += 1 } }) } }
>
`

// searching is one that finds more and more work, asks a server that never
// answers, and nests groups and cleanups.
const searching = `
fn within(name, work) {
  defer print("leave", name)
  print("enter", name)
  work()
}
fn tree(d) = within("tree ${d}", () -> {
  let file = fs.temp_file()
  defer fs.remove(file)
  defer { group < sleep(1ms); exec.run("true") > }
  if d == 0 { sleep(5ms) } else { group settle for _ in 0..2 < tree(d - 1) > }
})

defer print("leave all")
print("enter all")
let work = worklist([1])
let api = rate(20, per: 5ms)
let sum = cell(0)
let load = once(() -> within("load", () -> { sleep(20ms); 1 }))
print("up")
group <
  (group (limit: 4) for n in work < within("work ${n}", () -> { work.add(n + 1); work.add(n + 2); api.wait(); sum.update(s -> { sleep(1ms); s + n }) }) >)
  { while true { tree(2) } }
  { while true { for r in group stream for i in 0..3 < { defer sleep(1ms); within("turn", () -> sleep(i * 2ms)) } > { if r.label == 1 { break } } } }
  { while true { within("ask", () -> timeout(15ms, () -> http.get("SERVER")) catch nil) } }
  within("asking", () -> http.get("SERVER"))
  { while true { group race < within("loaded", () -> load()); sleep(3ms) >; sleep(1ms) } }
  { while true { within("pipe", () -> { for line in exec.lines("sh", "-c", "while echo x; do sleep 0.001; done") { if line != "x" { break } } }) } }
>
`

// victim is a script that is going to be interrupted.
type victim struct {
	cmd   *exec.Cmd
	lines *bufio.Reader
	temp  string // where its temporary files are
	mark  string // in the environment of all its processes
	out   bytes.Buffer
	errs  bytes.Buffer
}

// launch starts a script and waits for the line "up".
func launch(t *testing.T, src string) *victim {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	v := &victim{temp: filepath.Join(dir, "temp"), mark: "TGSCRIPT_VICTIM=" + dir}
	file := filepath.Join(dir, "killed.tg")
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(v.temp, 0o700); err != nil {
		t.Fatal(err)
	}
	v.cmd = exec.Command(self, file)
	v.cmd.Args[0] = "tgscript" // what TestMain looks at
	v.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + v.temp, "NO_COLOR=1", v.mark}
	v.cmd.Stderr = &v.errs
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.cmd.Process.Kill() })
	v.lines = bufio.NewReader(out)
	v.await(t, "up")
	return v
}

// await reads on to a line.
func (v *victim) await(t *testing.T, want string) {
	t.Helper()
	for {
		line, err := v.lines.ReadString('\n')
		v.out.WriteString(line)
		if err != nil {
			t.Fatalf("it ended without printing %q\n%s%s", want, &v.out, &v.errs)
		}
		if strings.TrimSpace(line) == want {
			return
		}
	}
}

// signal signals the script alone; what it started has its own group.
func (v *victim) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := v.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// end waits until it has ended and gives the exit status.
func (v *victim) end() int {
	io.Copy(&v.out, v.lines)
	v.cmd.Wait()
	return v.cmd.ProcessState.ExitCode()
}

// processes gives those that carry the mark and live.
func (v *victim) processes() (left []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err == nil && bytes.Contains(env, []byte(v.mark)) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			left = append(left, fmt.Sprintf("%q", line))
		}
	}
	return left
}

// tidy holds that the script has ended by a signal and left everything that it
// had entered.
func (v *victim) tidy(t *testing.T, status int, message string) {
	t.Helper()
	if code := v.end(); code != status {
		t.Errorf("exit status %d", code)
	}
	if got := v.errs.String(); got != message {
		t.Errorf("stderr: %s", got)
	}
	inside := map[string]int{}
	for line := range strings.Lines(v.out.String()) {
		verb, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb {
		case "enter":
			inside[name]++
		case "leave":
			inside[name]--
		}
	}
	for name, n := range inside {
		if n > 0 { // below 0: cancelled before it said that it enters
			t.Errorf("%s was entered and not left", name)
		}
	}
	if !strings.HasSuffix(v.out.String(), "leave all\n") {
		t.Errorf("the end is %q", v.out.String()[max(0, v.out.Len()-100):])
	}
	if left, _ := os.ReadDir(v.temp); len(left) > 0 {
		t.Errorf("%d temporary files are left, %s one of them", len(left), left[0].Name())
	}
	if left := v.processes(); len(left) > 0 {
		t.Errorf("processes are left: %s", left)
	}
}

// TestKill interrupts scripts at many moments. TGSCRIPT_KILLS says how many.
func TestKill(t *testing.T) {
	kills := 30
	if n, err := strconv.Atoi(os.Getenv("TGSCRIPT_KILLS")); err == nil {
		kills = n
	}
	if testing.Short() {
		kills = 5
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	chance := rand.New(rand.NewPCG(1, 2))
	for i := range kills {
		wait := time.Duration(chance.IntN(120_000)) * time.Microsecond
		src, end, status, message := killed, syscall.SIGINT, 130, "error: interrupted\n"
		if i%2 == 1 {
			src = strings.ReplaceAll(searching, "SERVER", silent.URL)
		}
		if i%4 >= 2 {
			end, status, message = syscall.SIGTERM, 143, "error: terminated\n"
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			v := launch(t, src)
			time.Sleep(wait)
			v.signal(t, end)
			v.tidy(t, status, message)
		})
	}
}

// TestKillTwice holds that a second signal, of whatever kind, waits for no
// cleanup, and leaves no process behind.
func TestKillTwice(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second syscall.Signal
		status        int
	}{
		{"Ctrl-C twice", syscall.SIGINT, syscall.SIGINT, 130},
		{"SIGTERM, then Ctrl-C", syscall.SIGTERM, syscall.SIGINT, 130},
		{"Ctrl-C, then SIGTERM", syscall.SIGINT, syscall.SIGTERM, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := launch(t, `
defer print("never")
print("up")
group <
  group < { defer { print("cleaning"); exec.run("sleep", "60") }; sleep(1h) } >
  group settle < exec.run("sh", "-c", "trap '' TERM; sleep 60 & sleep 60") >
>`)
			time.Sleep(50 * time.Millisecond)
			v.signal(t, c.first)
			v.await(t, "cleaning")
			time.Sleep(50 * time.Millisecond)
			began := time.Now()
			v.signal(t, c.second)
			if code := v.end(); code != c.status {
				t.Errorf("exit status %d", code)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %s", took)
			}
			if strings.Contains(v.out.String(), "never") {
				t.Error("deferred code ran")
			}
			v.gone(t)
		})
	}
}

// TestKillTwiceAnywhere holds that two signals leave no process behind,
// whatever is under way at the first and whichever cleanups at the second.
func TestKillTwiceAnywhere(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 4
	}
	chance := rand.New(rand.NewPCG(3, 4))
	for i := range kills {
		wait := time.Duration(chance.IntN(120_000)) * time.Microsecond
		pause := time.Duration(chance.IntN(10_000)) * time.Microsecond
		first, second := syscall.SIGTERM, syscall.SIGINT
		if i%2 == 1 {
			first, second = second, first
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			v := launch(t, killed)
			time.Sleep(wait)
			v.signal(t, first)
			time.Sleep(pause)
			v.cmd.Process.Signal(second) // it may have ended
			if code := v.end(); code != 130 && code != 143 {
				t.Errorf("exit status %d\n%s", code, &v.errs)
			}
			v.gone(t)
		})
	}
}

// gone holds that no process is left: one that was killed may need a moment.
func (v *victim) gone(t *testing.T) {
	t.Helper()
	for wait := time.Millisecond; len(v.processes()) > 0; wait *= 2 {
		if wait > 2*time.Second {
			t.Fatalf("processes are left: %s", v.processes())
		}
		time.Sleep(wait)
	}
}
