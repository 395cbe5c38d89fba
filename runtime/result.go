package runtime

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// Result is what a run leaves behind.
type Result struct {
	value     Value
	program   *Program
	execution *execution
}

// Value gives the file's last expression.
func (r *Result) Value() Value { return r.value }

// Get copies a name of the file's top level into a Go variable, as Decode
// does. A function can be copied into a func variable of the form
//
//	func(context.Context, A, B) (C, error)
//
// which may be called from any goroutine; each call is a run of its own, with
// the limits of the run that made it. Calls share what the run has left behind:
// where a handle is among that, one call may wake another, and none of them is
// called a deadlock.
func (r *Result) Get(name string, into any) error {
	last := len(r.program.files) - 1
	for _, d := range r.program.files[last].info.Globals {
		if d.Name != name {
			continue
		}
		v := r.execution.files[last].globals[d.Index]
		if v.ref == tagUnbound {
			return fmt.Errorf("runtime: %q was not bound: the run ended before", name)
		}
		if a := r.program.files[last].apart[d]; a != nil {
			v = a.record(r.execution.files[last].slots)
		}
		return r.decode(name, v.share(), into)
	}
	return fmt.Errorf("runtime: the script has no top-level name %q", name)
}

func (r *Result) decode(name string, v Value, into any) error {
	dst := reflect.ValueOf(into)
	if dst.Kind() == reflect.Pointer && dst.Elem().Kind() == reflect.Func && v.Kind() == KindFunction {
		fn, err := r.goFunc(name, v, dst.Elem().Type())
		if err != nil {
			return err
		}
		dst.Elem().Set(fn)
		return nil
	}
	return Decode(v, into)
}

// goFunc gives a script's function as a Go one.
func (r *Result) goFunc(name string, fn Value, t reflect.Type) (reflect.Value, error) {
	if t.NumIn() == 0 || t.In(0) != contextType || t.NumOut() == 0 || t.NumOut() > 2 || t.Out(t.NumOut()-1) != errorType {
		return reflect.Value{}, fmt.Errorf("runtime: %q needs a func(context.Context, …) (T, error), got %s", name, t)
	}
	return reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
		out := make([]reflect.Value, t.NumOut())
		for i := range out {
			out[i] = reflect.New(t.Out(i)).Elem()
		}
		err := func() error {
			args := make([]Value, 0, len(in)-1)
			for _, a := range in[1:] {
				v, err := ValueOf(a.Interface())
				if err != nil {
					return err
				}
				args = append(args, v.share())
			}
			v, err := r.execution.call(in[0].Interface().(context.Context), fn, args)
			if err != nil || t.NumOut() == 1 {
				return err
			}
			return Decode(v, out[0].Addr().Interface())
		}()
		if err != nil {
			out[len(out)-1].Set(reflect.ValueOf(&err).Elem())
		}
		return out
	}), nil
}

// call runs a function of a program that has run, as a run of its own.
func (x *execution) call(ctx context.Context, fn Value, args []Value) (Value, error) {
	own := &execution{
		program: x.program, ctx: ctx, files: x.files, given: x.given, args: x.args, grants: x.grants,
		limits: x.limits, stdin: x.stdin, timing: x.timing, seed: x.seed, events: x.events, origin: x,
	}
	own.handles.Store(x.handles.Load())
	own.escaped.Store(x.escaped.Load())
	own.out, own.err = x.out, x.err
	own.out.run, own.err.run = own, own
	own.stdout, own.stderr = &own.out, &own.err
	own.clock = x.timing.scheduler(own, x.seed)
	args = slices.Clone(args) // the host keeps its values
	search := handleSearch{left: mostSearched, seen: map[*Function]bool{}}
	for i, a := range args {
		args[i] = a.share()
		if holdsHost(a) || search.finds(a) {
			own.escaped.Store(true) // the host has it
		}
	}
	return own.drive(ctx, func(t *Thread) Value { return t.root.apply(fn, args, nil) })
}

// Eval runs a text with some variables and gives its value as a T.
func Eval[T any](ctx context.Context, src string, vars Vars) (T, error) {
	var out T
	names := make([]string, 0, len(vars))
	for name := range vars {
		names = append(names, name)
	}
	p, err := Compile("eval", src, Options{Globals: names})
	if err != nil {
		return out, err
	}
	res, err := p.Run(ctx, Run{Globals: vars})
	if err != nil {
		return out, err
	}
	return out, res.decode("eval", res.Value(), &out)
}
