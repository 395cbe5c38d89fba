package main

import (
	"fmt"

	"go.starlark.net/lib/math"
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"
)

func prepareStarlark(src string) (func() error, error) {
	predeclared := starlark.StringDict{
		"math":     math.Module,
		"struct":   starlark.NewBuiltin("struct", starlarkstruct.Make),
		"host_add": starlark.NewBuiltin("host_add", starlarkAdd),
	}
	options := &syntax.FileOptions{While: true, Recursion: true}
	_, prog, err := starlark.SourceProgramOptions(options, "main.star", src, predeclared.Has)
	if err != nil {
		return nil, err
	}
	return func() error {
		thread := &starlark.Thread{Print: func(_ *starlark.Thread, text string) { fmt.Println(text) }}
		_, err := prog.Init(thread, predeclared)
		return err
	}, nil
}

// starlarkAdd takes its arguments apart by hand, which is faster than UnpackArgs.
func starlarkAdd(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	a, ok := args[0].(starlark.Int)
	b, ok2 := args[1].(starlark.Int)
	if !ok || !ok2 {
		return nil, fmt.Errorf("host_add: want two ints")
	}
	return a.Add(b), nil
}
