// Package path gives scripts the paths of this system as text. Nothing is
// looked up on the disk.
package path

import (
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/workdir"
)

// Module is path.
var Module = &runtime.Module{
	Name: "path",
	Doc:  "Paths as text; nothing is looked up on the disk.",
	Funcs: []*runtime.Func{
		{
			Sig: "join(...parts: string) -> string", Doc: "One path of several, clean; empty parts are left out.",
			Example: `path.join("src", "../lib", "a.tg")  # "lib/a.tg"`, Do: join,
		}, {
			Sig: "base(path: string) -> string", Doc: "The last name in a path.",
			Example: `path.base("src/a.tar.gz")  # "a.tar.gz"`, Do: text(base),
		}, {
			Sig: "dir(path: string) -> string", Doc: `The path without its last name, "." if there is no more.`,
			Example: `path.dir("src/lib/a.tg")  # "src/lib"`, Do: text(filepath.Dir),
		}, {
			Sig: "ext(path: string) -> string", Doc: "What the last name ends in, from its last dot on; nothing for a dot at its beginning.",
			Example: `path.ext("src/a.tar.gz")  # ".gz"`, Do: text(ext),
		}, {
			Sig: "stem(path: string) -> string", Doc: "The last name without its ext.",
			Example: `path.stem("src/a.tar.gz")  # "a.tar"`, Do: text(func(p string) string { return strings.TrimSuffix(base(p), ext(p)) }),
		}, {
			Sig: "abs(path: string) -> string", Doc: "The path from the root on, clean; a relative one begins in the working directory.",
			Example: `path.abs("/srv/../etc")  # "/etc"`, Fails: "io", Do: abs,
		}, {
			Sig: "rel(path: string, from: string) -> string", Doc: "How the path is written as seen from a directory.",
			Example: `path.rel("/srv/www/a", "/srv/log")  # "../www/a"`, Fails: "value io", Do: rel,
		}, {
			Sig: "clean(path: string) -> string", Doc: `The shortest form of a path, by its text: without ".", "//" and "x/..".`,
			Example: `path.clean("a//b/../c/.")  # "a/c"`, Do: text(filepath.Clean),
		}, {
			Sig: "match(pattern: string, path: string) -> bool", Doc: "Whether a path matches as a whole: * and ? within a name, [a-z], {a,b}, and ** for any directories.",
			Example: `path.match("src/**/*.go", "src/lib/a.go")  # true`, Fails: "value", Do: match,
		},
	},
}

// text makes a function of a path that gives text.
func text(fn func(string) string) func(*runtime.Call) (runtime.Value, error) {
	return func(c *runtime.Call) (runtime.Value, error) {
		c.Charge(len(c.Text(0)))
		return runtime.String(fn(c.Text(0))), nil
	}
}

func join(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	parts := make([]string, len(c.Rest()))
	for i, v := range c.Rest() {
		parts[i], _ = v.AsString()
	}
	return runtime.String(filepath.Join(parts...)), nil
}

// base gives the last name, "" of "".
func base(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}

func ext(path string) string {
	return filepath.Ext(strings.TrimLeft(base(path), "."))
}

func abs(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	path, err := absolute(c.Text(0))
	return runtime.String(path), err
}

func absolute(path string) (string, error) {
	full, err := workdir.Absolute(path)
	if err != nil {
		return "", runtime.Fail("io", "the working directory is not known: %w", err)
	}
	return filepath.Clean(full), nil
}

func rel(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	path, from := c.Text(0), c.Text(1)
	if filepath.IsAbs(path) != filepath.IsAbs(from) {
		var err error
		if path, err = absolute(path); err != nil {
			return runtime.Nil, err
		}
		if from, err = absolute(from); err != nil {
			return runtime.Nil, err
		}
	}
	out, err := filepath.Rel(from, path)
	if err != nil {
		return runtime.Nil, runtime.Fail("value", "no path leads from %q to %q", from, path)
	}
	return runtime.String(out), nil
}

func match(c *runtime.Call) (runtime.Value, error) {
	matches, err := doublestar.PathMatch(c.Text(0), c.Text(1))
	if err != nil {
		return runtime.Nil, runtime.Fail("value", "%q is no pattern: a bracket or brace does not end", c.Text(0))
	}
	return runtime.Bool(matches), nil
}
