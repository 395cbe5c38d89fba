package main

import (
	appending "github.com/tgscript/tgscript/runtime/benchmarks/programs/append"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/binarytrees"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/closures"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/collatz"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/fib"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/hostcalls"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/intmap"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/loop"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/mandelbrot"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/methods"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/nbody"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/quicksort"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/records"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/sieve"
	sorting "github.com/tgscript/tgscript/runtime/benchmarks/programs/sort"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/sortkey"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/spectralnorm"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/splitjoin"
	building "github.com/tgscript/tgscript/runtime/benchmarks/programs/strings"
	"github.com/tgscript/tgscript/runtime/benchmarks/programs/wordcount"
)

// nativePrograms are the programs in Go; what Run gives is printed.
var nativePrograms = map[string]func(n int) any{
	"append":       appending.Run,
	"binarytrees":  binarytrees.Run,
	"closures":     closures.Run,
	"collatz":      collatz.Run,
	"fib":          fib.Run,
	"hostcalls":    hostcalls.Run,
	"intmap":       intmap.Run,
	"loop":         loop.Run,
	"mandelbrot":   mandelbrot.Run,
	"methods":      methods.Run,
	"nbody":        nbody.Run,
	"quicksort":    quicksort.Run,
	"records":      records.Run,
	"sieve":        sieve.Run,
	"sort":         sorting.Run,
	"sortkey":      sortkey.Run,
	"spectralnorm": spectralnorm.Run,
	"splitjoin":    splitjoin.Run,
	"strings":      building.Run,
	"wordcount":    wordcount.Run,
}
