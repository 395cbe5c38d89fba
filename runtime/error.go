package runtime

import (
	"errors"
	"fmt"

	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// Error is a failure at run time: what fail raises, and what an operator or a
// function of the library fails with. It is a script's value (kind error) and
// a Go error. It never changes once it has been raised.
type Error struct {
	header
	Message string
	Kind    string // type, key, io, … or the script's own
	Data    Value
	Cause   *Error   // what cause: gave, or what a host's error wraps
	Tries   []*Error // the earlier failures of a retry

	// A failed group adds what its children did. Child is the path of the one
	// that failed first, outermost label first, as "deploy/canary"; InChild
	// is false where the failure was no child's (a timeout, the parent's own
	// code). The maps go by the children's keys; nil outside a group.
	Child    string
	InChild  bool
	Errors   Value
	Values   Value
	Outcomes Value

	// Trace is the calls that led to the failure, innermost first; Groups are
	// the groups it left, innermost first.
	Trace  []Site
	Groups []Site

	wrapped error // the Go error that a host function failed with
	limit   bool  // a limit was met: it ends the program and nothing catches it
}

// Site is a place that a failure came by.
type Site struct {
	Source   *lexer.Source
	Pos      lexer.Pos
	Function string // the function that the place is in; "" at a file's top level
	Child    string // of a group's site: the key of the child that failed in it
}

// Position gives the place as file, line and column.
func (s Site) Position() lexer.Position { return s.Source.Position(s.Pos) }

// Fail gives an error of a kind. One of kind limit ends the whole program; no
// script can catch it. The text is formatted as by fmt.Errorf, and an
// error wrapped by %w is what Unwrap gives.
func Fail(kind, text string, args ...any) *Error {
	err := fmt.Errorf(text, args...)
	return &Error{header: header{KindError}, Message: err.Error(), Kind: kind, wrapped: errors.Unwrap(err), limit: kind == "limit"}
}

// With gives the error with data for scripts to read.
func (e *Error) With(data Value) *Error {
	e.Data = data
	return e
}

// hint adds to the message what to do instead.
func (e *Error) hint(text string) *Error {
	if text != "" {
		e.Message += "; " + text
	}
	return e
}

// hintNear adds to the message the name that was probably meant.
func (e *Error) hintNear(name string, candidates []string) *Error {
	if near := resolve.Nearest(name, candidates); near != "" {
		return e.hint("did you mean `" + near + "`?")
	}
	return e
}

// Error gives the message and, if known, the place: `job.tg:3:5: no route`.
func (e *Error) Error() string {
	if len(e.Trace) > 0 {
		return fmt.Sprintf("%s: %s", e.Trace[0].Position(), e.Message)
	}
	return e.Message
}

// Is tells that the error is a Limit.
func (e *Error) Is(target error) bool { return target == Limit && e.limit }

// Unwrap gives the Go error behind it, if there is one.
func (e *Error) Unwrap() error {
	if e.wrapped != nil {
		return e.wrapped
	}
	if e.Cause != nil {
		return e.Cause
	}
	return nil
}

// value gives the error as a script sees it.
func (e *Error) value() Value { return Value{ref: &e.header} }

// errorOf gives a Go error as an *Error: itself if it is one, else a new one
// of the given kind that wraps it.
func errorOf(kind string, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{header: header{KindError}, Message: err.Error(), Kind: kind, wrapped: err}
}
