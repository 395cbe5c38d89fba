package exec

import (
	"bytes"
	"io"

	"github.com/tgscript/tgscript/runtime"
)

// tailSize is how much of its output a failure carries.
const tailSize = 64 << 10

// capture keeps what is written to it: up to max bytes, more fails; or, with
// tail, the last tailSize bytes.
type capture struct {
	max  int64
	tail bool
	b    []byte
}

func (c *capture) Write(b []byte) (int, error) {
	if !c.tail && int64(len(c.b)+len(b)) > c.max {
		return 0, tooMuch("the program writes more than %d bytes", c.max)
	}
	c.b = append(c.b, b...)
	if c.tail && len(c.b) > 2*tailSize {
		c.b = append(c.b[:0], c.b[len(c.b)-tailSize:]...)
	}
	return len(b), nil
}

func (c *capture) bytes() []byte { return c.b }

// last gives at most tailSize bytes from the end, as text.
func (c *capture) last() string { return text(c.b[max(0, len(c.b)-tailSize):]) }

func tooMuch(message string, limit int64) error {
	return runtime.Fail("value", message, limit).With(runtime.NewMap(field("max", runtime.Int(limit))))
}

// lineWriter cuts what is written to it into lines and passes each on, with
// its newline dropped.
type lineWriter struct {
	max  int64 // the longest line; 0: any is cut where it gets longer than tailSize
	line func([]byte) error
	rest []byte
}

func (w *lineWriter) Write(b []byte) (int, error) {
	n := len(b)
	for {
		line, rest, found := bytes.Cut(b, []byte{'\n'})
		if !found {
			w.rest = append(w.rest, b...)
			return n, w.bound()
		}
		if err := w.pass(line); err != nil {
			return 0, err
		}
		b = rest
	}
}

func (w *lineWriter) pass(line []byte) error {
	if len(w.rest) > 0 {
		line = append(w.rest, line...)
		w.rest = w.rest[:0]
	}
	return w.line(line)
}

func (w *lineWriter) bound() error {
	switch {
	case w.max > 0 && int64(len(w.rest)) > w.max:
		return tooMuch("a line of more than %d bytes", w.max)
	case w.max == 0 && len(w.rest) > tailSize:
		return w.flush()
	}
	return nil
}

// flush passes on a last line that has no newline.
func (w *lineWriter) flush() error {
	if len(w.rest) == 0 {
		return nil
	}
	return w.pass(nil)
}

// shown gives a writer that prints whole lines, one write each.
func shown(to io.Writer) *lineWriter {
	return &lineWriter{line: func(line []byte) error {
		_, err := io.WriteString(to, text(line)+"\n")
		return err
	}}
}

// tee writes to all of them in order.
type tee []io.Writer

func (t tee) Write(b []byte) (int, error) {
	for _, w := range t {
		if _, err := w.Write(b); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// flush ends the lines that are under way.
func (t tee) flush() error {
	for _, w := range t {
		if w, ok := w.(interface{ flush() error }); ok {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}
