package runtime

import (
	"fmt"
	"runtime/debug"
)

// What unwinds the Go stack of a script is a panic with one of
//
//	*Error      a failure, until a catch, the child's end or the API
//	*unwinding  a cancellation, until the scope that was cancelled
//	*jump       a return, break or continue out of an expression
//	*crash      a panic of Go's own, until the child's end
//
// It is always recovered by run. Who does not want what run gives panics with
// it again, after the stack above is gone: a panic raised again inside the
// deferred function that recovered it would keep that stack, and make deep
// recursion quadratic.

// crash is a panic of Go's own: a mistake in this runtime or in a host's
// function.
type crash struct {
	value any
	stack []byte
}

// run runs a piece of script and gives what it panicked with, nil if nothing.
func (f *frame) run(body eval) (v Value, r any) {
	inside := f.t.inside.Load()
	defer func() {
		if p := recover(); p != nil {
			r = f.t.landed(p, inside)
		}
	}()
	return body(f), nil
}

// runFunction is run for the call of a script's function with plain parameters.
func (f *frame) runFunction(fn *Function, args []Value) (v Value, r any) {
	inside := f.t.inside.Load()
	defer func() {
		if p := recover(); p != nil {
			r = f.t.landed(p, inside)
		}
	}()
	n := f.enter(fn, fn.proto, fn.file)
	copy(n.slots, args)
	return fn.proto.body(n), nil
}

// landed gives a panic that was recovered, after the thread is again as it was
// where the code began that panicked.
func (t *Thread) landed(p any, inside *Func) any {
	t.enter() // a function in Go may have panicked outside
	t.inside.Store(inside)
	return known(p)
}

// known gives a recovered panic as one of the four kinds.
func known(p any) any {
	switch p.(type) {
	case *Error, *unwinding, *jump, *crash:
		return p
	}
	return &crash{p, debug.Stack()}
}

// reasonable gives a panic as what may leave a child: Go's own become errors
// of kind internal.
func reasonable(p any) any {
	switch p := p.(type) {
	case nil, *Error, *unwinding:
		return p
	case *crash:
		e := Fail("internal", "internal error: %v", p.value)
		e.wrapped = fmt.Errorf("%v\n%s", p.value, p.stack)
		return e
	}
	return Fail("internal", "internal error: a jump left its unit")
}
