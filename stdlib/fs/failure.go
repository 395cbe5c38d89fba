package fs

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/tgscript/tgscript/runtime"
)

// failure gives what the system refused as a script's error, of kind io with
// data {op, path, reason}. An end of the child's context and a failure that is
// a script's already stay what they are.
func failure(op, path string, err error) error {
	if err == nil || isContext(err) {
		return err
	}
	var own *runtime.Error
	if errors.As(err, &own) {
		return own
	}
	// The system's own words, without the path in its resolved form.
	text := err
	for inner := errors.Unwrap(text); inner != nil; inner = errors.Unwrap(text) {
		text = inner
	}
	return runtime.Fail("io", "cannot %s %s: %w", op, path, text).With(record(
		"op", runtime.String(op), "path", runtime.String(path), "reason", runtime.String(reason(err))))
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// reason names what went wrong for scripts to compare with.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "not_found"
	case errors.Is(err, syscall.ENOTEMPTY): // before exists, which it is too
		return "not_empty"
	case errors.Is(err, fs.ErrExist):
		return "exists"
	case errors.Is(err, fs.ErrPermission):
		return "denied"
	case errors.Is(err, fs.ErrClosed):
		return "closed"
	case errors.Is(err, syscall.EISDIR):
		return "is_dir"
	case errors.Is(err, syscall.ENOTDIR):
		return "not_dir"
	case errors.Is(err, syscall.ENOSPC):
		return "full"
	}
	return "other"
}

// record gives a map of names and values in turn.
func record(pairs ...any) runtime.Value {
	var m runtime.MapBuilder
	for i := 0; i < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1].(runtime.Value))
	}
	return m.Map()
}
