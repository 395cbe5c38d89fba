// Package os is the module os: what a script can ask about the process, the
// machine and the user it runs for, and its stdin.
package os

import (
	"errors"
	"maps"
	"os"
	"os/user"
	goruntime "runtime"
	"slices"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
	"github.com/tgscript/tgscript/stdlib/internal/workdir"
)

// Module is the module os.
var Module = &runtime.Module{
	Name: "os",
	Doc:  "the process, its environment, and the machine it runs on",
	Funcs: []*runtime.Func{
		{
			Sig:     "env(name: string, default: any = nil) -> any",
			Doc:     "a variable of the environment as text; default where it is not set",
			Example: `os.env("TGSCRIPT_NO_SUCH", "none")  # "none"`,
			Fails:   "denied",
			Do:      env,
		},
		{
			Sig:     "environ() -> map",
			Doc:     "the variables of the environment by name: those that the program may read, in order",
			Example: `os.environ().has("TGSCRIPT_NO_SUCH")  # false`,
			Do:      environ,
		},
		{
			Sig:     "hostname() -> string",
			Doc:     "the machine's name",
			Example: `os.hostname().len() > 0  # true`,
			Fails:   "io denied",
			Do:      asked("the machine's name", os.Hostname),
		},
		{
			Sig:     "pid() -> int",
			Doc:     "the process's number",
			Example: `os.pid() > 0  # true`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.Int(int64(os.Getpid())), nil
			},
		},
		{
			Sig:     "cwd() -> string",
			Doc:     "the directory that relative paths start at",
			Example: `path.base(os.cwd()).len() > 0  # true`,
			Fails:   "io denied",
			Do:      asked("the working directory", workdir.Path),
		},
		{
			Sig:     "home() -> string",
			Doc:     "the user's directory",
			Example: `os.home().len() > 0  # true`,
			Fails:   "io denied",
			Do:      asked("the user's directory", os.UserHomeDir),
		},
		{
			Sig:     "user() -> string",
			Doc:     "the user's name",
			Example: `os.user().len() > 0  # true`,
			Fails:   "io denied",
			Do:      asked("the user's name", userName),
		},
		{
			Sig:     "platform() -> map",
			Doc:     "{os, arch, cpus}: the system as \"linux\", the processor as \"amd64\", how many run at once",
			Example: `os.platform().cpus > 0  # true`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.NewMap(
					runtime.Named{Name: "os", Value: runtime.String(goruntime.GOOS)},
					runtime.Named{Name: "arch", Value: runtime.String(goruntime.GOARCH)},
					runtime.Named{Name: "cpus", Value: runtime.Int(int64(goruntime.GOMAXPROCS(0)))},
				), nil
			},
		},
		{
			Sig:     "script() -> string",
			Doc:     "the file that this is called in, as the program was started with",
			Example: `os.script().len() > 0  # true`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.String(c.Position().Source.Name), nil
			},
		},
	},
	Consts: []runtime.Const{{
		Name:  "stdin",
		Doc:   "what the program is given to read: read() all of it, lines() one by one",
		Value: runtime.NewHost(stdinType, nil),
	}},
}

func env(c *runtime.Call) (runtime.Value, error) {
	name := c.Text(0)
	if name == "" || strings.ContainsAny(name, "=\x00") {
		return runtime.Nil, runtime.Fail("value", "%q is no name of a variable", name)
	}
	if !Readable(c.Grants(), name) {
		return runtime.Nil, denied("the variable " + name)
	}
	if text, ok := os.LookupEnv(name); ok {
		return runtime.String(valid(text)), nil
	}
	return c.Arg(1), nil
}

func environ(c *runtime.Call) (runtime.Value, error) {
	all := map[string]string{}
	for _, entry := range os.Environ() {
		if name, text, _ := strings.Cut(entry, "="); name != "" && Readable(c.Grants(), name) {
			all[name] = text
		}
	}
	var b runtime.MapBuilder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.Set(valid(name), runtime.String(valid(all[name])))
	}
	return b.Map(), nil
}

// asked gives a function for what the system tells without arguments.
func asked(what string, ask func() (string, error)) func(*runtime.Call) (runtime.Value, error) {
	return func(c *runtime.Call) (runtime.Value, error) {
		if err := permitted(c, what); err != nil {
			return runtime.Nil, err
		}
		text, err := ask()
		if err != nil {
			return runtime.Nil, failure("read "+what, err)
		}
		return runtime.String(valid(text)), nil
	}
}

// userName asks the environment where the system has no entry for the user,
// as in many containers.
func userName() (string, error) {
	u, err := user.Current()
	if err == nil {
		return u.Username, nil
	}
	if name := os.Getenv("USER"); name != "" {
		return name, nil
	}
	return "", err
}

func failure(op string, err error) error {
	reason := "other"
	if errors.Is(err, os.ErrPermission) {
		reason = "denied"
	}
	return runtime.Fail("io", "cannot %s: %w", op, err).With(runtime.NewMap(
		runtime.Named{Name: "op", Value: runtime.String(op)},
		runtime.Named{Name: "reason", Value: runtime.String(reason)},
	))
}

func valid(text string) string { return source.ValidText([]byte(text)) }
