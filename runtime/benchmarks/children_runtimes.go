package main

import (
	"sync"

	"github.com/dop251/goja"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// What an embedding program does with a language that runs one thing at a time:
// a runtime for each goroutine. It cannot cancel what waits, so fail-fast is
// left out, and a runtime is too large for many at once.

const starlarkSource = `
def same(i):
    return i

def work(i):
    sum = 0
    for k in range(100):
        sum += (i + k) % 7
    return sum

def spin(n):
    sum = 0
    for i in range(n):
        sum += i % 7
    return sum
`

const javascriptSource = `
function same(i) { return i; }

function work(i) {
  let sum = 0;
  for (let k = 0; k < 100; k++) sum += (i + k) % 7;
  return sum;
}

function spin(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += i % 7;
  return sum;
}
`

var (
	starlarkChildren = runtimes("spawn 100", "spawn 1k", "spawn 10k", "spawn 100k", "spawn 1M")(starlarkCall)
	gojaChildren     = runtimes("spawn 100", "spawn 1k")(gojaCall)
)

// runtimes gives fan-out, cores and the spawns of some sizes, for what makes a
// runtime and calls one of its functions.
func runtimes(spawns ...string) func(call func(fn string, arg int) int) map[string]func(int) any {
	return func(call func(fn string, arg int) int) map[string]func(int) any {
		gather := func(n, limit int, child func(i int) int) int {
			results := make([]int, n)
			var wg sync.WaitGroup
			slots := make(chan struct{}, limit)
			for i := range n {
				slots <- struct{}{}
				wg.Go(func() { results[i] = child(i); <-slots })
			}
			wg.Wait()
			return total(results)
		}
		all := map[string]func(int) any{
			"fan-out": func(n int) any { return gather(n, fanLimit, func(i int) int { return call("work", i) }) },
			"cores": func(n int) any {
				return gather(coreShares, coreShares, func(int) int { return call("spin", n) })
			},
		}
		for _, name := range spawns {
			all[name] = func(n int) any {
				sum := 0
				for range spawned(n) {
					sum += gather(n, n, func(i int) int { return call("same", i) })
				}
				return sum
			}
		}
		return all
	}
}

var starlarkGlobals = sync.OnceValue(func() starlark.StringDict {
	globals, err := starlark.ExecFileOptions(&syntax.FileOptions{}, &starlark.Thread{}, "child.star", starlarkSource, nil)
	must(err)
	globals.Freeze() // so that goroutines may share them
	return globals
})

func starlarkCall(fn string, arg int) int {
	v, err := starlark.Call(&starlark.Thread{}, starlarkGlobals()[fn], starlark.Tuple{starlark.MakeInt(arg)}, nil)
	must(err)
	n, _ := v.(starlark.Int).Int64()
	return int(n)
}

var gojaProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("child.js", javascriptSource, true) })

func gojaCall(fn string, arg int) int {
	vm := goja.New()
	_, err := vm.RunProgram(gojaProgram())
	must(err)
	call, _ := goja.AssertFunction(vm.Get(fn))
	v, err := call(goja.Undefined(), vm.ToValue(arg))
	must(err)
	return int(v.ToInteger())
}

// must ends the process: the sources here are right, or the table is not.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
