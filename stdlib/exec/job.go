package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
	"github.com/tgscript/tgscript/stdlib/internal/workdir"
	tgos "github.com/tgscript/tgscript/stdlib/os"
)

// errTimeout is the cause of a process's end by its own timeout.
var errTimeout = errors.New("timeout")

// job is a command as a call asks for it.
type job struct {
	command
	check, inherit bool
	timeout        time.Duration
	missing        *outcome // it cannot run: what a shell would say
	complaint      string
	show           [2]io.Writer // stdout and stderr of the script, for show:
}

// newJob gives the job of running cmd with arguments, the first of them its own
// name.
func newJob(c *runtime.Call, cmd string, argv []string) (*job, error) {
	j := &job{
		check:   c.Bool(paramCheck),
		inherit: c.Bool(paramInherit),
		timeout: c.Duration(paramTimeout),
	}
	j.argv = argv
	switch {
	case cmd == "":
		return nil, runtime.Fail("value", "the command is empty")
	case c.Given(paramTimeout) && j.timeout <= 0:
		return nil, runtime.Fail("value", "timeout: %s is not above 0", j.timeout)
	case c.Int(paramMax) < 1:
		return nil, runtime.Fail("value", "max: %d is not above 0", c.Int(paramMax))
	case j.inherit && (c.Given(paramStdin) || c.Bool(paramShow)):
		return nil, runtime.Fail("value", "inherit: gives the script's own streams; it leaves nothing for stdin: and show:")
	}
	for _, arg := range argv {
		if strings.IndexByte(arg, 0) >= 0 {
			return nil, runtime.Fail("value", "an argument of a program cannot hold the character \\0")
		}
	}
	if err := j.place(c, cmd); err != nil {
		return nil, err
	}
	if err := j.environment(c); err != nil {
		return nil, err
	}
	return j, j.streams(c)
}

// place finds the executable and the directory to run it in.
func (j *job) place(c *runtime.Call, name string) error {
	if err := j.chdir(c.Text(paramDir)); err != nil {
		return err
	}
	if strings.ContainsRune(name, os.PathSeparator) && !strings.HasPrefix(name, string(os.PathSeparator)) {
		name = j.dir + string(os.PathSeparator) + name
	}
	path, err := exec.LookPath(name)
	if err == nil {
		j.path = path
		return permit(c.Grants(), path)
	}
	if err := permit(c.Grants(), name); err != nil {
		return err
	}
	j.missing = &outcome{code: 127}
	j.complaint = j.argv[0] + ": command not found"
	if errors.Is(err, fs.ErrPermission) {
		j.missing.code = 126
		j.complaint = j.argv[0] + ": permission denied"
	}
	return nil
}

// chdir sets the directory. It is looked at here: what the system says of a
// missing one sounds as if the executable was not there.
func (j *job) chdir(dir string) error {
	full, err := workdir.Absolute(dir)
	if err != nil {
		return ioFailure("find the directory of", j.argv[0], err)
	}
	j.dir = filepath.Clean(full)
	info, err := os.Stat(j.dir)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return ioFailure("run in", dir, err)
	}
	return nil
}

// environment gives the process what the script may read of the program's
// own, changed by env:, where nil takes a name out.
func (j *job) environment(c *runtime.Call) error {
	j.env = []string{}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if _, changed := c.Arg(paramEnv).Get(name); !changed && inherited(c.Grants(), name) {
			j.env = append(j.env, entry)
		}
	}
	if c.Given(paramDir) {
		j.env = append(j.env, "PWD="+j.dir) // of two for a name the last counts
	}
	for name, v := range c.Arg(paramEnv).All() {
		key, ok := name.AsString()
		if !ok || key == "" || strings.ContainsAny(key, "=\x00") {
			return runtime.Fail("value", "env: %s is no name of a variable", name)
		}
		switch v.Kind() {
		case runtime.KindNil:
		case runtime.KindString, runtime.KindInt, runtime.KindFloat, runtime.KindBool:
			if strings.IndexByte(v.String(), 0) >= 0 {
				return runtime.Fail("value", "env: %s cannot hold the character \\0", key)
			}
			j.env = append(j.env, key+"="+v.String())
		default:
			return runtime.Fail("type", "env: %s must be text or a number, got %s", key, v.Kind())
		}
	}
	return nil
}

// inherited tells whether a process gets a variable of the program: all of
// them where any command may run, else what the script itself may read, and
// what no program does without.
func inherited(grants []runtime.Grant, name string) bool {
	switch name {
	case "PATH", "HOME", "TMPDIR", "LANG", "TZ", "SystemRoot":
		return true
	}
	for _, g := range grants {
		if _, ok := g.(everything); ok {
			return true
		}
	}
	return tgos.Readable(grants, name)
}

// streams gives the process what to read and, for show:, where to print.
func (j *job) streams(c *runtime.Call) error {
	if j.inherit {
		j.terminal = &terminal{c.Stdin(), c.Stdout(), c.Stderr()}
		return nil
	}
	if c.Bool(paramShow) {
		j.show = [2]io.Writer{c.Stdout(), c.Stderr()}
	}
	src := c.Arg(paramStdin)
	if src.IsNil() {
		return nil
	}
	j.stdin = func(ctx context.Context) (io.Reader, error) { return source.Open(ctx, src) }
	_, err := j.stdin(c.Context()) // a source of a wrong type fails here
	return err
}

// run runs the job, its output going to two writers. out is what they keep of
// it, for failures.
func (j *job) run(ctx context.Context, stdout, stderr io.Writer, out *outputs) (outcome, error) {
	if j.missing != nil {
		out.stderr.b = []byte(j.complaint + "\n")
		return *j.missing, j.verdict(*j.missing, out)
	}
	both := [2]tee{{stdout}, {stderr}}
	for i, to := range j.show {
		if to != nil {
			both[i] = append(both[i], shown(to))
		}
	}
	cmd := j.command
	cmd.stdout, cmd.stderr = both[0], both[1]
	timed, stop := withTimeout(ctx, j.timeout)
	defer stop()
	end, err := cmd.run(timed)
	if err == nil {
		err = errors.Join(both[0].flush(), both[1].flush())
	}
	switch {
	case err == nil:
		return end, j.verdict(end, out)
	case ctx.Err() != nil:
		return end, context.Cause(ctx)
	case errors.Is(err, errTimeout):
		text := fmt.Sprintf("%s took longer than %s", j.argv[0], j.timeout)
		return end, runtime.Fail("timeout", "%s", text).With(j.data(end, out))
	case errors.As(err, new(*runtime.Error)):
		return end, err
	}
	return end, ioFailure("run", j.argv[0], err)
}

// verdict gives the failure for a code other than 0.
func (j *job) verdict(end outcome, out *outputs) error {
	if end.code == 0 || !j.check {
		return nil
	}
	text := fmt.Sprintf("%s ended with code %d", j.argv[0], end.code)
	switch {
	case j.missing != nil:
		text = j.complaint
	case end.signal != "":
		text = fmt.Sprintf("%s was ended by %s", j.argv[0], end.signal)
	}
	if last := lastLine(out.stderr.last()); last != "" && j.missing == nil {
		text += ": " + last
	}
	return runtime.Fail("exec", "%s", text).With(j.data(end, out))
}

func (j *job) data(end outcome, out *outputs) runtime.Value {
	args := make([]runtime.Value, len(j.argv)-1)
	for i, arg := range j.argv[1:] {
		args[i] = runtime.String(text([]byte(arg)))
	}
	return runtime.NewMap(
		field("cmd", runtime.String(j.argv[0])),
		field("args", runtime.NewList(args)),
		field("code", runtime.Int(int64(end.code))),
		field("signal", signalName(end.signal)),
		field("stdout", runtime.String(out.stdout.last())),
		field("stderr", runtime.String(out.stderr.last())),
	)
}

// lastLine gives the last line that says something, cut to one of a message.
func lastLine(s string) string {
	const most = 200
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(s[strings.LastIndexByte(s, '\n')+1:])
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// ioFailure gives what the system refused, with data {op, path, reason}.
func ioFailure(op, path string, err error) error {
	reason := "other"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "not_found"
	case errors.Is(err, fs.ErrPermission):
		reason = "denied"
	case errors.Is(err, syscall.ENOTDIR):
		reason = "not_dir"
	}
	if inner := new(fs.PathError); errors.As(err, &inner) {
		err = inner.Err
	}
	return runtime.Fail("io", "cannot %s %s: %w", op, path, err).With(runtime.NewMap(
		field("op", runtime.String(op)),
		field("path", runtime.String(path)),
		field("reason", runtime.String(reason)),
	))
}
