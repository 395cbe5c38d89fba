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
	plain := plainCallOf(fn.Interface())
	copies := t.NumOut() > 0 && t.Out(0) != reflect.TypeFor[Value]() // the result is made anew
	call := func(c *Call, args []Value) (Value, error) {
		if c.thread.metered() && copies {
			c.charged = 1
		}
		if plain != nil {
			if v, err, ok := plain(args); ok {
				return v, err
			}
		}
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

// plainCall calls a Go function; ok is false for arguments that are not as many
// or not of the very types that it takes.
type plainCall func(args []Value) (v Value, err error, ok bool)

// plainCallOf gives how to call a function of one of the commonest types: by
// reflection it would take four times as long. It is nil for the others.
func plainCallOf(fn any) plainCall {
	switch fn := fn.(type) {
	case func(int) int:
		return unary(fn, asInt, ofInt)
	case func(int) bool:
		return unary(fn, asInt, Bool)
	case func(int) string:
		return unary(fn, asInt, ofString)
	case func(float64) float64:
		return unary(fn, number, Float)
	case func(string) string:
		return unary(fn, Value.AsString, ofString)
	case func(string) int:
		return unary(fn, Value.AsString, ofInt)
	case func(string) bool:
		return unary(fn, Value.AsString, Bool)
	case func(int) (int, error):
		return unaryError(fn, asInt, ofInt)
	case func(string) (int, error):
		return unaryError(fn, Value.AsString, ofInt)
	case func(string) (string, error):
		return unaryError(fn, Value.AsString, ofString)
	case func(int, int) int:
		return binaryCall(fn, asInt, ofInt)
	case func(float64, float64) float64:
		return binaryCall(fn, number, Float)
	case func(string, string) string:
		return binaryCall(fn, Value.AsString, ofString)
	case func(string, string) bool:
		return binaryCall(fn, Value.AsString, Bool)
	}
	return nil
}

func asInt(v Value) (int, bool) { return int(v.int()), v.isInt() && v.int() == int64(int(v.int())) }
func ofInt(n int) Value         { return Int(int64(n)) }
func ofString(s string) Value   { return String(validText(s)) }

func unary[A, R any](fn func(A) R, in func(Value) (A, bool), out func(R) Value) plainCall {
	return func(args []Value) (Value, error, bool) {
		if len(args) != 1 {
			return Nil, nil, false
		}
		a, ok := in(args[0])
		if !ok {
			return Nil, nil, false
		}
		return out(fn(a)), nil, true
	}
}

func unaryError[A, R any](fn func(A) (R, error), in func(Value) (A, bool), out func(R) Value) plainCall {
	return func(args []Value) (Value, error, bool) {
		if len(args) != 1 {
			return Nil, nil, false
		}
		a, ok := in(args[0])
		if !ok {
			return Nil, nil, false
		}
		r, err := fn(a)
		if err != nil {
			return Nil, err, true
		}
		return out(r), nil, true
	}
}

func binaryCall[A, R any](fn func(A, A) R, in func(Value) (A, bool), out func(R) Value) plainCall {
	return func(args []Value) (Value, error, bool) {
		if len(args) != 2 {
			return Nil, nil, false
		}
		a, first := in(args[0])
		b, second := in(args[1])
		if !first || !second {
			return Nil, nil, false
		}
		return out(fn(a, b)), nil, true
	}
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
