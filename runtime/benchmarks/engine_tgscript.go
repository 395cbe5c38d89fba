package main

import (
	"context"
	"os"

	tg "github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/math"
)

// host is a module in Go, as an embedding program would give one.
var host = &tg.Module{Name: "host", Funcs: []*tg.Func{{
	Sig: "add(a: int, b: int) -> int",
	Doc: "the sum",
	Quick: func(_, a, b tg.Value) (tg.Value, *tg.Error) {
		x, _ := a.AsInt() // Sig lets nothing else in
		y, _ := b.AsInt()
		return tg.Int(x + y), nil
	},
}}}

func prepareTgscript(src string) (func() error, error) {
	prog, err := tg.Compile("main.tg", src, tg.Options{Modules: []*tg.Module{math.Module, host}})
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := prog.Run(context.Background(), tg.Run{Stdout: os.Stdout})
		return err
	}, nil
}
