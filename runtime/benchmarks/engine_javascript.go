package main

import (
	"fmt"

	"github.com/dop251/goja"
	"modernc.org/quickjs"
)

func prepareGoja(src string) (func() error, error) {
	prog, err := goja.Compile("main.js", src, true)
	if err != nil {
		return nil, err
	}
	vm := goja.New()
	for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
		"print": func(c goja.FunctionCall) goja.Value {
			fmt.Println(c.Argument(0).String())
			return goja.Undefined()
		},
		"host_add": func(c goja.FunctionCall) goja.Value {
			return vm.ToValue(c.Argument(0).ToInteger() + c.Argument(1).ToInteger())
		},
	} {
		if err := vm.Set(name, fn); err != nil {
			return nil, err
		}
	}
	return func() error {
		_, err := vm.RunProgram(prog)
		return err
	}, nil
}

func prepareQuickJS(src string) (func() error, error) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, err
	}
	if err := vm.RegisterFunc("host_print", func(text string) { fmt.Println(text) }, false); err != nil {
		return nil, err
	}
	if err := vm.RegisterFunc("host_add", func(a, b any) any { return number(a) + number(b) }, false); err != nil {
		return nil, err
	}
	code, err := vm.Compile(src, quickjs.EvalGlobal)
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := vm.EvalBytecode(code)
		return err
	}, nil
}

// number gives a number of quickjs, which comes as an int where it is one.
func number(x any) float64 {
	if n, ok := x.(int); ok {
		return float64(n)
	}
	f, _ := x.(float64)
	return f
}
