package main

import (
	golua "github.com/Shopify/go-lua"
	lua "github.com/yuin/gopher-lua"
)

func prepareGopherLua(src string) (func() error, error) {
	// table.concat of many parts needs a registry that can grow.
	state := lua.NewState(lua.Options{RegistryMaxSize: 1 << 24, RegistryGrowStep: 1 << 16})
	state.SetGlobal("host_add", state.NewFunction(func(l *lua.LState) int {
		l.Push(l.CheckNumber(1) + l.CheckNumber(2))
		return 1
	}))
	fn, err := state.LoadString(src)
	if err != nil {
		return nil, err
	}
	return func() error {
		state.Push(fn)
		return state.PCall(0, 0, nil)
	}, nil
}

func prepareGoLua(src string) (func() error, error) {
	state := golua.NewState()
	golua.OpenLibraries(state)
	state.Register("host_add", func(l *golua.State) int {
		l.PushNumber(golua.CheckNumber(l, 1) + golua.CheckNumber(l, 2))
		return 1
	})
	if err := golua.LoadString(state, src); err != nil {
		return nil, err
	}
	return func() error { return state.ProtectedCall(0, 0, 0) }, nil
}
