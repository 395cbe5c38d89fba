package main

import (
	"context"
	"fmt"

	"github.com/risor-io/risor"
	"github.com/risor-io/risor/compiler"
	"github.com/risor-io/risor/object"
	"github.com/risor-io/risor/parser"
)

func prepareRisor(src string) (func() error, error) {
	ctx := context.Background()
	options := []risor.Option{
		risor.WithGlobal("print", object.NewBuiltin("print", func(_ context.Context, args ...object.Object) object.Object {
			fmt.Println(args[0].Interface())
			return object.Nil
		})),
		risor.WithGlobal("host_add", object.NewBuiltin("host_add", func(_ context.Context, args ...object.Object) object.Object {
			a, err := object.AsInt(args[0])
			if err != nil {
				return err
			}
			b, err := object.AsInt(args[1])
			if err != nil {
				return err
			}
			return object.NewInt(a + b)
		})),
	}
	tree, err := parser.Parse(ctx, src)
	if err != nil {
		return nil, err
	}
	code, err := compiler.Compile(tree, risor.NewConfig(options...).CompilerOpts()...)
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := risor.EvalCode(ctx, code, options...)
		return err
	}, nil
}
