// Package source reads what scripts give for a parameter called src: text,
// bytes, or lines from a list, a stream or a channel.
package source

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// Reader gives a source as bytes, which it waits for with the child's context.
// Text and bytes come as they are, each line of the rest with a \n behind it.
func Reader(c *runtime.Call, v runtime.Value) (io.Reader, error) {
	return Open(c.Context(), v)
}

// Bytes reads all of a source.
func Bytes(c *runtime.Call, v runtime.Value) ([]byte, error) {
	if b, ok := v.AsBytes(); ok {
		return b, nil
	}
	r, err := Reader(c, v)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Lines gives the lines of a source, each a text without its end.
func Lines(v runtime.Value) (runtime.Stream, error) {
	if s, ok := v.AsString(); ok {
		return &textLines{s}, nil
	}
	if b, ok := v.AsBytes(); ok {
		return &textLines{ValidText(b)}, nil
	}
	return stream(v)
}

// stream gives a source that holds lines already.
func stream(v runtime.Value) (runtime.Stream, error) {
	if v.Kind() == runtime.KindList {
		return &listLines{v.List()}, nil
	}
	if v, ok := any(v).(interface {
		Stream() (runtime.Stream, bool)
	}); ok {
		if s, ok := v.Stream(); ok {
			return s, nil
		}
	}
	return nil, runtime.Fail("type", "%s is no source: it takes text, bytes, or a list or stream of lines", v)
}

// textLines is the lines of a text.
type textLines struct{ rest string }

func (s *textLines) Next(ctx context.Context) (runtime.Value, bool, error) {
	if s.rest == "" {
		return runtime.Nil, false, ctx.Err()
	}
	var line string
	line, s.rest, _ = strings.Cut(s.rest, "\n")
	return runtime.String(strings.TrimSuffix(line, "\r")), true, ctx.Err()
}

func (s *textLines) Close() error { return nil }

// listLines is the elements of a list.
type listLines struct{ rest []runtime.Value }

func (s *listLines) Next(ctx context.Context) (runtime.Value, bool, error) {
	if len(s.rest) == 0 {
		return runtime.Nil, false, ctx.Err()
	}
	v := s.rest[0]
	s.rest = s.rest[1:]
	return v, true, ctx.Err()
}

func (s *listLines) Close() error { return nil }

// joined reads lines as bytes.
type joined struct {
	ctx   context.Context
	lines runtime.Stream
	count int
	line  []byte // the last line that was read
	buf   []byte // what of it was not taken yet
}

func (r *joined) Read(b []byte) (int, error) {
	for len(r.buf) == 0 {
		v, ok, err := r.lines.Next(r.ctx)
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, io.EOF
		}
		r.count++
		line, err := Line(v, r.count)
		if err != nil {
			return 0, err
		}
		r.line = append(append(r.line[:0], line...), '\n')
		r.buf = r.line
	}
	n := copy(b, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

// Line gives what is to be line number n of a source as text.
func Line(v runtime.Value, n int) (string, error) {
	if s, ok := v.AsString(); ok {
		return s, nil
	}
	if b, ok := v.AsBytes(); ok {
		return string(b), nil
	}
	return "", runtime.Fail("type", "line %d of the source is no text but of type %s", n, v.Kind())
}

// TrimEnd gives a line without its \n or \r\n.
func TrimEnd(line []byte) []byte {
	if cut, ok := bytes.CutSuffix(line, []byte("\n")); ok {
		return bytes.TrimSuffix(cut, []byte("\r"))
	}
	return line
}

// ValidText gives bytes as text, with U+FFFD for each that is no UTF-8.
func ValidText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}
