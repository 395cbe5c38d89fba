package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	tg "github.com/tgscript/tgscript/runtime"
)

// holding is a text in three languages that makes x out of n of something.
// Lua's and Python's may be missing.
type holding struct{ name, tg, lua, python string }

const held = 100_000

var holdings = []holding{
	{"list of ints", `var x = []; for i in 0..n { x.push(i) }`,
		`local x = {} for i = 1, n do x[i] = i end`, "x = []\nfor i in range(n): x.append(i + 1000)"},
	{"list of floats", `var x = []; for i in 0..n { x.push(i * 0.5) }`,
		`local x = {} for i = 1, n do x[i] = i * 0.5 end`, "x = []\nfor i in range(n): x.append(i * 0.5)"},
	{"list of texts of 9 characters", `var x = []; for i in 0..n { x.push("text${10000 + i % 90000}") }`,
		`local x = {} for i = 1, n do x[i] = "text" .. 10000 + i % 90000 end`, "x = []\nfor i in range(n): x.append(f'text{10000 + i % 90000}')"},
	{"list of lists of 2", `var x = []; for i in 0..n { x.push([i, i]) }`,
		`local x = {} for i = 1, n do x[i] = {i, i} end`, "x = []\nfor i in range(n): x.append([i, i])"},
	{"list of records of 3", `var x = []; for i in 0..n { x.push({a: i, b: i, c: i}) }`,
		`local x = {} for i = 1, n do x[i] = {a = i, b = i, c = i} end`, "x = []\nfor i in range(n): x.append({'a': i, 'b': i, 'c': i})"},
	{"map, ints to ints", `var x = {}; for i in 0..n { x[i * 7] = i }`,
		`local x = {} for i = 1, n do x[i * 7] = i end`, "x = {}\nfor i in range(n): x[i * 7 + 1000] = i"},
	{"map, texts to ints", `var x = {}; for i in 0..n { x["key${i}"] = i }`,
		`local x = {} for i = 1, n do x["key" .. i] = i end`, "x = {}\nfor i in range(n): x[f'key{i}'] = i"},
	{"list of closures", `var x = []; for i in 0..n { x.push(y -> y + i) }`,
		`local x = {} for i = 1, n do x[i] = function(y) return y + i end end`, "def adder(i): return lambda y: y + i\nx = []\nfor i in range(n): x.append(adder(i))"},
}

const (
	luaLook = `local n = %d
local function look() collectgarbage() collectgarbage() return collectgarbage("count") * 1024 end
local before = look()
%s
print(string.format("%%d", math.floor(look() - before)))
if x == nil then error("x is gone") end
`
	pythonLook = `import gc, tracemalloc
n = %d
def run():
    global x
%s
tracemalloc.start()
gc.collect()
before = tracemalloc.get_traced_memory()[0]
run()
gc.collect()
print(tracemalloc.get_traced_memory()[0] - before)
`
)

// showMemory tells what one of each takes: by the runtime's own count in Go,
// by collectgarbage in Lua, by tracemalloc in Python.
func showMemory(show func(table) string) error {
	t := table{head: []string{"bytes each", "tgscript", "lua5.4", "python3"}}
	for _, h := range holdings {
		ours, err := bytesHeld("fn run(n) {\n" + h.tg + "\nlook()\nx.len()\n}\nlook()\nrun(n)\n")
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		lua, err := bytesOf("lua5.4", fmt.Sprintf(luaLook, held, h.lua))
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		python, err := bytesOf("python3", fmt.Sprintf(pythonLook, held, "    "+strings.ReplaceAll(h.python, "\n", "\n    ")))
		if err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		t.add(h.name, ours, lua, python)
	}
	for _, c := range []struct{ name, src string }{
		{"child that waits", "look()\nlet gate = channel()\ngroup <\n for _ in 0..n < gate.recv() >\n { sleep(1s); look(); gate.close() }\n>\n"},
		{"the same, two calls deep", "fn inner(gate) = gate.recv()\nfn outer(gate) { let v = inner(gate); v }\nlook()\nlet gate = channel()\ngroup <\n for _ in 0..n < outer(gate) >\n { sleep(1s); look(); gate.close() }\n>\n"},
		{"child that waits in a loop", "look()\nlet gate = channel()\ngroup <\n for _ in 0..n < { for _ in gate { } } >\n { sleep(1s); look(); gate.close() }\n>\n"},
	} {
		ours, err := bytesHeld(c.src)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		t.add(c.name, ours, "–", "–")
	}
	fmt.Print(show(t))
	return nil
}

// bytesHeld runs a program that calls look before and while it holds n things.
func bytesHeld(src string) (string, error) {
	var looks []uint64
	look := func() {
		runtime.GC()
		runtime.GC() // pools are empty after the second
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		looks = append(looks, m.HeapAlloc+m.StackInuse)
	}
	prog, err := tg.Compile("memory.tg", src, tg.Options{Globals: []string{"n", "look"}})
	if err != nil {
		return "", err
	}
	if _, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": held, "look": look}}); err != nil {
		return "", err
	}
	if len(looks) != 2 {
		return "", fmt.Errorf("it looked %d times", len(looks))
	}
	return perHeld(int64(looks[1]) - int64(looks[0])), nil
}

// bytesOf runs a text by a command, which prints a number of bytes. Nothing is
// told where the text or the command is not there.
func bytesOf(command, text string) (string, error) {
	path, err := exec.LookPath(command)
	if err != nil {
		return "–", nil
	}
	file := filepath.Join(os.TempDir(), fmt.Sprintf("benchmarks-%d", os.Getpid()))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", err
	}
	defer os.Remove(file)
	out, err := exec.Command(path, file).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %s", command, out)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return perHeld(n), err
}

func perHeld(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/held) }
