package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// engine is something that runs programs: a language in this process, or one
// behind a command.
type engine struct {
	name  string
	files []string           // names of its programs, the most special first
	let   func(n int) string // text in front of a program: n, and print where that has another name

	// prepare compiles a program; run is what is measured. Programs print to
	// the standard output.
	prepare func(src string) (run func() error, err error)
	// native is instead of files and prepare: the programs in Go.
	native map[string]func(n int) any
	// command runs a file; it is instead of prepare.
	command []string
}

var languages = []engine{
	{name: "tgscript", files: []string{"main.tg"}, let: letting("let n = %d\n"), prepare: prepareTgscript},
	{name: "go", native: nativePrograms},
	{name: "tengo", files: []string{"main.tengo"}, let: letting("n := %d\n"), prepare: prepareTengo},
	{name: "gopher-lua", files: []string{"main.lua"}, let: letting("local n = %d\n"), prepare: prepareGopherLua},
	{name: "go-lua", files: []string{"main.golua.lua", "main.lua"}, let: letting("local n = %d\n"), prepare: prepareGoLua},
	{name: "goja", files: []string{"main.js"}, let: letting("const n = %d;\n"), prepare: prepareGoja},
	{name: "starlark", files: []string{"main.star", "main.py"}, let: letting("n = %d\n"), prepare: prepareStarlark},
	{name: "quickjs", files: []string{"main.js"}, let: letting("const print = x => host_print(String(x)), n = %d;\n"), prepare: prepareQuickJS},
	{name: "risor", files: []string{"main.risor"}, let: letting("n := %d\n"), prepare: prepareRisor},
	{name: "lua5.4", files: []string{"main.54.lua", "main.lua"}, let: letting("local n = %d\n"), command: []string{"lua5.4"}},
	{name: "luajit-joff", files: []string{"main.lua"}, let: letting("local n = %d\n"), command: []string{"luajit", "-joff"}},
	{name: "python3", files: []string{"main.py"}, let: letting("n = %d\n"), command: []string{"python3"}},
	{name: "node-jitless", files: []string{"main.js"}, let: letting("const print = console.log, n = %d;\n"), command: []string{"node", "--jitless"}},
}

// groups are the ways to run children.
var groups = []engine{
	{name: "tgscript", files: []string{"main.tg"}, let: letting("let n = %d\n"), prepare: prepareTgscript},
	{name: "goroutines", native: goroutineChildren},
	{name: "errgroup", native: errgroupChildren},
	{name: "conc", native: concChildren},
	{name: "asyncio", files: []string{"main.py"}, let: letting("n = %d\n"), command: []string{"python3"}},
	{name: "starlark", native: starlarkChildren},
	{name: "goja", native: gojaChildren},
}

func letting(format string) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, n) }
}

// inGo tells whether it is one of the other languages written in Go.
func (e engine) inGo() bool { return e.prepare != nil && e.name != "tgscript" }

// runs tells whether the engine has the program.
func (e engine) runs(p program) bool {
	if e.native != nil {
		return e.native[p.name] != nil
	}
	if e.command != nil && p.host {
		return false
	}
	_, ok := p.source(e, 1)
	return ok
}

// installed leaves out the commands that this machine does not have, and puts
// the full name of the others in: a command may be a script that looks for the
// real one, and that would be measured.
func installed(all []engine) (here []engine, missing []string) {
	for _, e := range all {
		if e.command != nil {
			path, err := exec.LookPath(e.command[0])
			if err != nil {
				missing = append(missing, e.name)
				continue
			}
			if e.command[0] == "python3" {
				if out, err := exec.Command(path, "-c", "import sys; print(sys.executable)").Output(); err == nil {
					path = strings.TrimSpace(string(out))
				}
			}
			e.command = append([]string{path}, e.command[1:]...)
		}
		here = append(here, e)
	}
	return here, missing
}

// runWord, as the first argument, makes this program run one program on one
// engine: run SUITE ENGINE PROGRAM N.
const runWord = "run"

// runHere runs a program in this process, which was started for nothing else,
// and then writes the processor's time and the clock's that it took, in
// microseconds, to the standard error.
func runHere(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("want a suite, an engine, a program and n, got %q", args)
	}
	s, err := find(suites, args[0], func(s suite) string { return s.name })
	if err != nil {
		return err
	}
	e, err := find(s.engines, args[1], func(e engine) string { return e.name })
	if err != nil {
		return err
	}
	p, err := find(s.programs, args[2], func(p program) string { return p.name })
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	var run func() error
	if e.native != nil {
		run = func() error { fmt.Println(e.native[p.name](n)); return nil }
	} else {
		src, ok := p.source(e, n)
		if !ok {
			return fmt.Errorf("%s is not told in the language of %s", p.name, e.name)
		}
		if run, err = e.prepare(src); err != nil {
			return err
		}
	}
	began, before := time.Now(), processorTime()
	if err := run(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, (processorTime() - before).Microseconds(), time.Since(began).Microseconds())
	return nil
}

// writeSource puts a program where a command finds it.
func writeSource(dir string, e engine, p program, n int) (string, error) {
	src, _ := p.source(e, n)
	file := filepath.Join(dir, strings.ReplaceAll(p.name, " ", "-")+"-"+e.name+filepath.Ext(e.files[0]))
	return file, os.WriteFile(file, []byte(src), 0o600)
}

func find[T any](all []T, name string, nameOf func(T) string) (T, error) {
	var names []string
	for _, x := range all {
		if nameOf(x) == name {
			return x, nil
		}
		names = append(names, nameOf(x))
	}
	var none T
	return none, fmt.Errorf("there is no %q, only %s", name, strings.Join(names, ", "))
}
