package main

import (
	"embed"
	"math"
)

//go:embed programs
var sources embed.FS

// program is one of the programs under programs/, which every engine runs.
type program struct {
	name string
	// size gives n for a scale; 1 is what the table is measured with.
	size func(scale float64) int
	// library: it mostly runs Go's own library or hashes text, whatever the
	// engine, so it is averaged apart.
	library bool
	// host: it calls a function in Go, so no command can run it.
	host bool
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

var programs = []program{
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
}

// source gives the text of a program for an engine: the first of the engine's
// files that is there. ok is false where the program cannot be told in its
// language.
func (p program) source(e engine, n int) (text string, ok bool) {
	for _, file := range e.files {
		if data, err := sources.ReadFile("programs/" + p.name + "/" + file); err == nil {
			return e.let(n) + string(data), true
		}
	}
	return "", false
}
