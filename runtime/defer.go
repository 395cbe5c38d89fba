package runtime

import (
	"fmt"
	"strconv"
	"time"
)

// leaveBlock runs the deferred code of a block that is being left: what stands
// in f.defers from base on, last first. r is the panic that ends the block,
// nil at a good end. It returns only at a good end without failures.
func (f *frame) leaveBlock(base int, r any) {
	for f.deferred() > base {
		defers := *f.defers
		last := len(defers) - 1
		code := defers[last]
		defers[last] = nil
		*f.defers = defers[:last]
		failures, cut := f.runDeferred(code, r)
		if cut != nil {
			r = cut // the program ends from within the deferred code
		}
		for _, err := range failures {
			r = joinCleanup(r, err)
		}
	}
	if r != nil {
		panic(r)
	}
}

// deferred gives how many pieces of deferred code are to be run when the frame's
// blocks are left.
func (f *frame) deferred() int {
	if f.defers == nil {
		return 0
	}
	return len(*f.defers)
}

// joinCleanup gives how a block ends whose deferred code has failed.
func joinCleanup(r any, err *Error) any {
	switch first := r.(type) {
	case *Error:
		return withCleanup(first, err)
	case *unwinding:
		first.failures = append(first.failures, err)
		return first
	case nil, *jump:
		return err
	}
	return r // a panic of Go's own stays first
}

// joined gives the first of failures with the others in its errors; nil if
// there are none.
func joined(failures []*Error) *Error {
	if len(failures) == 0 {
		return nil
	}
	return withCleanups(failures[0], failures[1:])
}

// withCleanups gives err with the failures of its cleanup among its errors.
func withCleanups(err *Error, failures []*Error) *Error {
	for _, failure := range failures {
		err = withCleanup(err, failure)
	}
	return err
}

// withCleanup gives err with a failure of its cleanup among its errors.
func withCleanup(err, failure *Error) *Error {
	e := *err
	m := newMap(1)
	if e.Errors.Kind() == KindMap {
		m.merge(e.Errors.mapping())
	}
	key := "cleanup"
	for n := 2; ; n++ {
		if _, taken := m.getString(key); !taken {
			break
		}
		key = "cleanup " + strconv.Itoa(n)
	}
	m.put(String(key), failure.value())
	e.Errors = m.value().share()
	return &e
}

// runDeferred runs one piece of deferred code, shielded from cancellation for
// the grace. cut is not nil where the whole program ends from within it.
func (f *frame) runDeferred(code eval, r any) (failures []*Error, cut *unwinding) {
	t := f.t
	s := &scope{thread: t, guard: cleanup, grace: t.grace}
	cause := t.scope.reason()
	if u, ok := r.(*unwinding); ok {
		cause = u.cause
	}
	if cause != nil {
		s.grace = t.graceLeft(cause)
	}
	t.attend()
	t.refill() // even after the grace the code is entered, up to its first wait
	t.deferred++
	over := t.tellCleanup(cause)
	var struck *cancellation
	var until time.Duration
	if r := t.rare; r != nil {
		struck, until = r.struck, r.until
	}
	_, p := f.run(func(f *frame) Value {
		t.within(s, func() { code(f) })
		return Nil
	})
	if r := t.rare; r != nil {
		r.struck, r.until = struck, until // what struck within the code is over with it
	}
	over()
	t.deferred--
	if cause == nil {
		// A cancellation that came meanwhile: its grace has begun then.
		if cause = t.scope.reason(); cause != nil && s.bounds != nil && s.until != 0 {
			if r := t.rarely(); r.struck != cause {
				r.struck, r.until = cause, s.until
			}
		}
	}
	switch p := reasonable(p).(type) {
	case nil:
		return nil, nil
	case *Error:
		return []*Error{p}, nil
	case *unwinding:
		if p.cause.scope != s {
			if u, ok := r.(*unwinding); ok {
				p.failures = append(u.failures, p.failures...)
			}
			return nil, p
		}
		t.run.warn(t, fmt.Sprintf("deferred code was cut off after the grace of %s", durationText(t.grace)))
		return p.failures, nil
	}
	panic(p)
}

// graceLeft gives how long deferred code may still run after a cancellation
// has struck the thread: the grace from the first time that this is asked.
// Nothing is left where it was deferred code that was cut off.
func (t *Thread) graceLeft(cause *cancellation) time.Duration {
	if cause.scope.guard == cleanup {
		return 0
	}
	r := t.rarely()
	if r.struck != cause {
		r.struck, r.until = cause, later(t.run.clock.elapsed(), t.grace)
	}
	return max(r.until-t.run.clock.elapsed(), 0)
}
