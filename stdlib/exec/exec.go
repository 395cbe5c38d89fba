// Package exec is the module exec: scripts run other programs with it. Each
// runs in a process group of its own that ends with the child that waits for
// it.
package exec

import (
	"context"
	"strings"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/feed"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

const options = `stdin: src = nil, env: map = {}, dir: string = nil, check: bool = true, ` +
	`timeout: duration = nil, show: bool = false, inherit: bool = false, max: int = 67108864`

// Module is the module exec.
var Module = &runtime.Module{
	Name: "exec",
	Doc:  "running other programs",
	Funcs: []*runtime.Func{
		{
			Sig:     "run(cmd: string, ...args: string | number, " + options + ") -> map",
			Doc:     "runs a program to its end: {code, stdout, stderr, duration, signal}; a code other than 0 fails, unless check: false",
			Example: `exec.run("echo", "hi").stdout  # "hi\n"`,
			Fails:   "exec io timeout value denied",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runMap(c, c.Text(0), program(c))
			},
		},
		{
			Sig:     "text(cmd: string, ...args: string | number, " + options + ") -> string",
			Doc:     "runs a program to its end: what it wrote to stdout, without the newlines at the end",
			Example: `exec.text("echo", "hi")  # "hi"`,
			Fails:   "exec io timeout value denied",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				_, out, err := runCall(c, c.Text(0), program(c))
				if err != nil {
					return runtime.Nil, err
				}
				return runtime.String(strings.TrimRight(text(out.stdout.bytes()), "\r\n")), nil
			},
		},
		{
			Sig:     "sh(script: string, ...args: string | number, " + options + ") -> map",
			Doc:     "runs a script of /bin/sh, whose $1, $2 … are the arguments: the safe way to put values into it",
			Example: `exec.sh("echo $1 | tr a-z A-Z", "hi").stdout  # "HI\n"`,
			Fails:   "exec io timeout value denied",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				argv := append([]string{"sh", "-c", c.Text(0), "sh"}, arguments(c)...)
				return runMap(c, "/bin/sh", argv)
			},
		},
		{
			Sig:     "lines(cmd: string, ...args: string | number, " + options + ") -> stream",
			Doc:     "a program's lines on stdout as they come; it starts with the first read, and a bad code fails after the last line",
			Example: `exec.lines("seq", 3).to_list()  # ["1", "2", "3"]`,
			Fails:   "exec io timeout value denied",
			Do:      lines,
		},
	},
}

// The parameters, in the order of the signatures.
const (
	paramArgs = iota + 1
	paramStdin
	paramEnv
	paramDir
	paramCheck
	paramTimeout
	paramShow
	paramInherit
	paramMax
)

func program(c *runtime.Call) []string { return append([]string{c.Text(0)}, arguments(c)...) }

func arguments(c *runtime.Call) []string {
	args := make([]string, len(c.Rest()))
	for i, v := range c.Rest() {
		args[i] = v.String()
	}
	return args
}

// outputs is what a process has written.
type outputs struct{ stdout, stderr capture }

// runMap runs what a call asks for and gives the result's map.
func runMap(c *runtime.Call, cmd string, argv []string) (runtime.Value, error) {
	end, out, err := runCall(c, cmd, argv)
	if err != nil {
		return runtime.Nil, err
	}
	return end.value(out), nil
}

func (o outcome) value(out *outputs) runtime.Value {
	return runtime.NewMap(
		field("code", runtime.Int(int64(o.code))),
		field("stdout", runtime.String(text(out.stdout.bytes()))),
		field("stderr", runtime.String(text(out.stderr.bytes()))),
		field("duration", runtime.Duration(o.duration)),
		field("signal", signalName(o.signal)),
	)
}

func field(name string, v runtime.Value) runtime.Named { return runtime.Named{Name: name, Value: v} }

func signalName(name string) runtime.Value {
	if name == "" {
		return runtime.Nil
	}
	return runtime.String(name)
}

// runCall runs what a call asks for.
func runCall(c *runtime.Call, cmd string, argv []string) (outcome, *outputs, error) {
	j, err := newJob(c, cmd, argv)
	if err != nil {
		return outcome{}, nil, err
	}
	out := &outputs{capture{max: c.Int(paramMax)}, capture{max: c.Int(paramMax)}}
	end, err := j.run(c.Context(), &out.stdout, &out.stderr, out)
	c.Charge(len(out.stdout.b) + len(out.stderr.b))
	return end, out, err
}

func lines(c *runtime.Call) (runtime.Value, error) {
	j, err := newJob(c, c.Text(0), program(c))
	if err != nil {
		return runtime.Nil, err
	}
	if j.inherit {
		return runtime.Nil, runtime.Fail("value", "exec.lines: inherit: leaves no lines to read")
	}
	most := c.Int(paramMax)
	return feed.New(c, func(ctx context.Context, emit func(runtime.Value) error) error {
		out := &outputs{stdout: capture{tail: true}, stderr: capture{tail: true}}
		split := &lineWriter{max: most, line: func(line []byte) error {
			return emit(runtime.String(text(trimCR(line))))
		}}
		_, err := j.run(ctx, tee{&out.stdout, split}, &out.stderr, out)
		return err
	}), nil
}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// text gives what a process wrote as text.
func text(b []byte) string { return source.ValidText(b) }

// withTimeout gives a context that ends after d, or never for 0.
func withTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, d, errTimeout)
}
