package main

import (
	"embed"
	"math"
)

//go:embed programs children
var sources embed.FS

// program is one of the programs under programs/ or children/.
type program struct {
	name   string
	folder string
	// size gives n for a scale; 1 is what the table is measured with.
	size func(scale float64) int
	// library: it mostly runs Go's own library or hashes text, whatever the
	// engine, so it is averaged apart.
	library bool
	// host: it calls a function in Go, so no command can run it.
	host bool
	// children counts the children that it starts; nil: it has none.
	children func(n int) int
}

// linear, square and power are sizes of programs whose work grows as n, n² or baseⁿ.
func linear(n int) func(float64) int {
	return func(scale float64) int { return max(int(float64(n)*scale), 100) }
}

func square(n int) func(float64) int {
	return func(scale float64) int { return max(int(float64(n)*math.Sqrt(scale)), 10) }
}

func power(base float64, n int) func(float64) int {
	return func(scale float64) int { return max(n+int(math.Round(math.Log(scale)/math.Log(base))), 5) }
}

// suite is programs that are compared with each other, and what runs them.
type suite struct {
	name     string
	engines  []engine // the first is what the others are compared with
	programs []program
	procs    int // how many threads of Go run at once; 0: one a core
	report   func(r *results, show func(table) string) string
}

var suites = []suite{
	{name: "programs", engines: languages, programs: programs, procs: 1, report: (*results).programsReport},
	{name: "children", engines: groups, programs: childrenPrograms, report: (*results).childrenReport},
}

var programs = inFolder("programs", []program{
	{name: "fib", size: power(math.Phi, 35)},
	{name: "loop", size: linear(20_000_000)},
	{name: "collatz", size: linear(100_000)},
	{name: "sieve", size: linear(5_000_000)},
	{name: "mandelbrot", size: square(400)},
	{name: "nbody", size: linear(100_000)},
	{name: "spectralnorm", size: square(250)},
	{name: "binarytrees", size: power(2, 15)},
	{name: "intmap", size: linear(1_000_000)},
	{name: "closures", size: linear(500_000)},
	{name: "records", size: linear(3_000_000)},
	{name: "methods", size: linear(4_000_000)},
	{name: "quicksort", size: linear(500_000)},
	{name: "append", size: linear(5_000_000)},
	{name: "wordcount", size: linear(1_000_000), library: true},
	{name: "sort", size: linear(500_000), library: true},
	{name: "sortkey", size: linear(200_000), library: true},
	{name: "hostcalls", size: linear(5_000_000), library: true, host: true},
	{name: "strings", size: linear(2_000_000), library: true},
	{name: "splitjoin", size: linear(3_000), library: true},
})

// inFolder gives the programs with their folders, which have their names.
func inFolder(parent string, all []program) []program {
	for i := range all {
		all[i].folder = parent + "/" + all[i].name
	}
	return all
}

var childrenPrograms = []program{
	{name: "spawn 100", folder: "children/spawn", size: always(100), children: spawnedInAll},
	{name: "spawn 1k", folder: "children/spawn", size: always(1_000), children: spawnedInAll},
	{name: "spawn 10k", folder: "children/spawn", size: always(10_000), children: spawnedInAll},
	{name: "spawn 100k", folder: "children/spawn", size: always(100_000), children: spawnedInAll},
	{name: "spawn 1M", folder: "children/spawn", size: always(1_000_000), children: spawnedInAll},
	{name: "nested", folder: "children/nested", size: power(2, 16), children: func(n int) int { return 2<<n - 2 }},
	{name: "sleepers", folder: "children/sleepers", size: linear(100_000), children: func(n int) int { return n }},
	{name: "fail-fast", folder: "children/failfast", size: linear(10_000), children: func(n int) int { return failures * (n + 1) }},
	{name: "fan-out", folder: "children/fanout", size: linear(100_000), children: func(n int) int { return n }},
	{name: "cores", folder: "children/cores", size: linear(2_000_000), children: func(int) int { return coreShares }},
}

func always(n int) func(float64) int { return func(float64) int { return n } }

func spawnedInAll(n int) int { return spawned(n) * n }

// source gives the text of a program for an engine: the first of the engine's
// files that is there. ok is false where the program cannot be told in its
// language.
func (p program) source(e engine, n int) (text string, ok bool) {
	for _, file := range e.files {
		if data, err := sources.ReadFile(p.folder + "/" + file); err == nil {
			return e.let(n) + string(data), true
		}
	}
	return "", false
}
