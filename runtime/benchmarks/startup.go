package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
	tg "github.com/tgscript/tgscript/runtime"
)

// scripts is the same in several languages, by the commands that run them.
type scripts struct {
	name  string
	texts map[string]string
}

// functions gives a text of n functions that one after the other calls.
func functions(n int, function, last string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, function, i)
	}
	return b.String() + last
}

var startups = []scripts{
	{"hello", map[string]string{
		"tgscript": "print(\"hello\")\n",
		"lua5.4":   "print(\"hello\")\n",
		"python3":  "print(\"hello\")\n",
	}},
	{"300 lines", map[string]string{
		"tgscript": functions(75, "fn f%d(a, b) {\n  if a > b { return \"${a} and ${b}\" }\n  [a, b].map(x -> x + 1).sum()\n}\n", "print(f1(1, 2))\n"),
		"lua5.4":   functions(75, "function f%d(a, b)\n  if a > b then return a .. \" and \" .. b end\n  return a + 1 + b + 1\nend\n", "print(f1(1, 2))\n"),
		"python3":  functions(75, "def f%d(a, b):\n    if a > b:\n        return f\"{a} and {b}\"\n    return sum(x + 1 for x in [a, b])\n", "print(f1(1, 2))\n"),
	}},
}

// showStartUp tells what a command takes from its start to its end, and how
// fast a long text becomes a tree and a program.
func showStartUp(show func(table) string) error {
	l, err := newLab(suites[0])
	if err != nil {
		return err
	}
	err = l.startUps(show)
	if closing := l.close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	fmt.Println()
	return showCompiling(show)
}

func (l *lab) startUps(show func(table) string) error {
	ours := filepath.Join(l.dir, "tgscript")
	if out, err := exec.Command("go", "build", "-C", "../..", "-o", ours, "./cmd/tgscript").CombinedOutput(); err != nil {
		return fmt.Errorf("run it in its own folder: %s", out)
	}
	t := table{head: []string{"processor time, ms", "tgscript", "lua5.4", "python3"}}
	commands := map[string]string{"tgscript": ours}
	for _, name := range t.head[2:] {
		if here, _ := installed([]engine{{name: name, command: []string{name}}}); len(here) > 0 {
			commands[name] = here[0].command[0]
		}
	}
	for _, s := range startups {
		times := map[string][]time.Duration{}
		for range 21 {
			for name, command := range commands { // in turn: a busy moment meets them all
				file := filepath.Join(l.dir, "script")
				if err := os.WriteFile(file, []byte(s.texts[name]), 0o600); err != nil {
					return err
				}
				s, err := l.process(command, file)
				if err != nil {
					return err
				}
				times[name] = append(times[name], s.cpu)
			}
		}
		row := []string{s.name}
		for _, name := range t.head[1:] {
			cell := "–"
			if len(times[name]) > 0 {
				cell = fmt.Sprintf("%.2f", float64(median(times[name]).Microseconds())/1000)
			}
			row = append(row, cell)
		}
		t.add(row...)
	}
	fmt.Print(show(t))
	return nil
}

// showCompiling tells it for one core; the collector's work is included.
func showCompiling(show func(table) string) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	src := ""
	for i := 0; len(src) < 1<<20; i += 100 {
		src += functions(100, fmt.Sprintf("fn f%d_%%d(a, b = 3) {\n  let {x, y} = {x: a, y: [b, 2]} # both\n  if x > y[0] { return \"${x} and ${y}\" }\n  y.map(v -> v + x).sum()\n}\n", i), "")
	}
	t := table{head: []string{"1 MB of source, on one core", "ms", "MB a second"}}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"to a tree", func() error {
			if _, mistakes := parser.Parse(lexer.NewSource("big.tg", src)); len(mistakes) > 0 {
				return mistakes
			}
			return nil
		}},
		{"to a program", func() error { _, err := tg.Compile("big.tg", src, tg.Options{}); return err }},
	} {
		var times []time.Duration
		for range 9 {
			before := processorTime()
			if err := step.do(); err != nil {
				return err
			}
			times = append(times, processorTime()-before)
		}
		d := median(times)
		t.add(step.name, milliseconds(d), fmt.Sprintf("%.1f", float64(len(src))/1e6/d.Seconds()))
	}
	fmt.Print(show(t))
	return nil
}
