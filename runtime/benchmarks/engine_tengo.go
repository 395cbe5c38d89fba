package main

import (
	"fmt"

	"github.com/d5/tengo/v2"
	"github.com/d5/tengo/v2/stdlib"
)

func prepareTengo(src string) (func() error, error) {
	s := tengo.NewScript([]byte(src))
	s.SetImports(stdlib.GetModuleMap("math", "text"))
	for name, fn := range map[string]tengo.CallableFunc{
		"print": func(args ...tengo.Object) (tengo.Object, error) {
			text, _ := tengo.ToString(args[0])
			fmt.Println(text)
			return tengo.UndefinedValue, nil
		},
		"host_add": func(args ...tengo.Object) (tengo.Object, error) {
			a, ok := args[0].(*tengo.Int)
			b, ok2 := args[1].(*tengo.Int)
			if !ok || !ok2 {
				return nil, tengo.ErrInvalidArgumentType{Name: "host_add", Expected: "int"}
			}
			return &tengo.Int{Value: a.Value + b.Value}, nil
		},
	} {
		if err := s.Add(name, &tengo.UserFunction{Name: name, Value: fn}); err != nil {
			return nil, err
		}
	}
	compiled, err := s.Compile()
	if err != nil {
		return nil, err
	}
	return compiled.Run, nil
}
