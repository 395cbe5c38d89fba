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
	if err := vm.RegisterFunc("print", func(x any) { fmt.Println(x) }, false); err != nil {
		return nil, err
	}
	if err := vm.RegisterFunc("host_add", func(a, b int) int { return a + b }, false); err != nil {
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
