package main

import (
	"fmt"
	"slices"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/exec"
	tgfs "github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/http"
	tgos "github.com/tgscript/tgscript/stdlib/os"
)

// access is what a script may touch: everything, or in the sandbox what is
// allowed one by one.
type access struct {
	sandbox bool
	allowed []runtime.Grant
	first   string // the first option that allows something
}

func (a *access) flags() []flag {
	return []flag{
		{"sandbox", "", "allow the script nothing outside itself, but what follows", toSwitch(&a.sandbox)},
		a.allow("allow-read", "DIR", "in the sandbox: read the files below this directory", tgfs.Read),
		a.allow("allow-write", "DIR", "in the sandbox: write files below this directory", tgfs.Write),
		a.allow("allow-net", "HOST", "in the sandbox: connect to this host", func(v string) runtime.Grant { return http.Hosts(v) }),
		a.allow("allow-run", "CMD", "in the sandbox: run this program", func(v string) runtime.Grant { return exec.Commands(v) }),
		a.allow("allow-env", "NAME", "in the sandbox: read this variable of the environment", func(v string) runtime.Grant { return tgos.Env(v) }),
	}
}

func (a *access) allow(name, value, help string, grant func(string) runtime.Grant) flag {
	return flag{name, value, help, func(v string) error {
		if v == "" {
			return fmt.Errorf("an empty %s allows nothing", value)
		}
		if a.first == "" {
			a.first = "--" + name
		}
		a.allowed = append(a.allowed, grant(v))
		return nil
	}}
}

// check tells whether the options fit together.
func (a *access) check(command string) error {
	if a.first != "" && !a.sandbox {
		return usage(command, "`%s` means something in the sandbox only: add `--sandbox`", a.first)
	}
	return nil
}

func (a *access) grants() []runtime.Grant {
	if a.sandbox {
		return slices.Clip(a.allowed)
	}
	return everything()
}
