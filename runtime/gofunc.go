package runtime

import (
	"context"
	"fmt"
	"reflect"
)

var contextType = reflect.TypeFor[context.Context]()

// functionOf gives a Go function as a script's: its parameters are decoded
// from the arguments, a context.Context in front is the calling child's, and a
// last result of type error is the failure.
func functionOf(fn reflect.Value) (Value, error) {
	t := fn.Type()
	if t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != errorType {
		return Nil, fmt.Errorf("a Go function gives nothing, a value, an error, or a value and an error; not %s", t)
	}
	first := 0
	if t.NumIn() > 0 && t.In(0) == contextType {
		first = 1
	}
	call := func(c *Call, args []Value) (Value, error) {
		want, fixed := t.NumIn()-first, t.NumIn()-first
		if t.IsVariadic() {
			fixed--
			want = -1
		}
		if len(args) < fixed || want >= 0 && len(args) > want {
			return Nil, Fail("type", "the function takes %s, got %d", countText(fixed, want), len(args))
		}
		in := make([]reflect.Value, 0, len(args)+first)
		if first == 1 {
			defer c.inside()
			in = append(in, reflect.ValueOf(c.Context()))
		}
		for i, a := range args {
			dst := reflect.New(paramType(t, first+i))
			if err := Decode(a, dst.Interface()); err != nil {
				return Nil, Fail("type", "argument %d: %v", i+1, err)
			}
			in = append(in, dst.Elem())
		}
		return resultOf(fn.Call(in))
	}
	return (&Function{header: header{KindFunction}, call: call}).value(), nil
}

// paramType gives the type of a parameter, the element's of a variadic one.
func paramType(t reflect.Type, i int) reflect.Type {
	if t.IsVariadic() && i >= t.NumIn()-1 {
		return t.In(t.NumIn() - 1).Elem()
	}
	return t.In(i)
}

func resultOf(out []reflect.Value) (Value, error) {
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		if err, _ := out[n-1].Interface().(error); err != nil {
			return Nil, err
		}
		out = out[:n-1]
	}
	if len(out) == 0 {
		return Nil, nil
	}
	return ValueOf(out[0].Interface())
}
