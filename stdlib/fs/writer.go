package fs

import (
	"bufio"
	"context"
	"os"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// writer is a file that a script writes piece by piece. Any number of children
// may write to it; each call's text stays together.
type writer struct {
	file
	turn   chan struct{} // holds a token while somebody writes
	closed bool
	buffer *bufio.Writer
	handle *handle
	target *replacement // nil for one that appends
	run    *unclosed
}

var writerType = &runtime.Type{
	Name: "writer",
	Doc:  "A file that is written piece by piece, of fs.writer.",
}

func init() {
	writerType.Methods = []*runtime.Func{
		{
			Sig: "write(src: src)", Doc: `Writes text or bytes, or lines with a \n behind each.`,
			Example: `fs.writer("/dev/null").write("text")  # nil`, Fails: "io type",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				// Before the turn: others must not wait for this source.
				b, err := source.Bytes(c, c.Arg(0))
				if err != nil {
					return runtime.Nil, err
				}
				return runtime.Nil, c.Data().(*writer).write(c.Context(), b)
			},
		}, {
			Sig: "line(text: any)", Doc: `Writes a value as print shows it, and \n.`,
			Example: `fs.writer("/dev/null").line(42)  # nil`, Fails: "io",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.Nil, c.Data().(*writer).write(c.Context(), append([]byte(c.Arg(0).String()), '\n'))
			},
		}, {
			Sig: "close()", Doc: "Ends the writing: now the file appears, whole. Twice is fine.",
			Example: `fs.writer("/dev/null").close()  # nil`, Fails: "io",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.Nil, c.Data().(*writer).close(c.Context())
			},
		},
	}
}

func newWriter(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	w := &writer{file: f, turn: make(chan struct{}, 1), run: unclosedOf(c)}
	if c.Bool(1) {
		w.handle, err = f.open(c.Context(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	} else if w.target, err = f.replace(c.Context()); err == nil {
		w.handle = w.target.handle
	}
	if err != nil {
		return runtime.Nil, f.fail("write", err)
	}
	w.buffer = bufio.NewWriterSize(w.handle, 64<<10)
	w.run.add(w)
	return runtime.NewHost(writerType, w), nil
}

// hold waits for the writer's turn. The caller gives it back by release.
func (w *writer) hold(ctx context.Context) error {
	select {
	case w.turn <- struct{}{}:
		w.handle.ctx = ctx
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) release() { <-w.turn }

func (w *writer) write(ctx context.Context, b []byte) error {
	if err := w.hold(ctx); err != nil {
		return err
	}
	defer w.release()
	if w.closed {
		return w.fail("write", os.ErrClosed)
	}
	_, err := w.buffer.Write(b)
	return w.fail("write", err)
}

// close makes what was written the file; what fails to is gone.
func (w *writer) close(ctx context.Context) error {
	if err := w.hold(ctx); err != nil {
		return err
	}
	defer w.release()
	if w.closed {
		return nil
	}
	w.closed = true
	w.run.remove(w)
	err := w.buffer.Flush()
	switch {
	case w.target == nil:
		if closing := w.handle.Close(); err == nil {
			err = closing
		}
	case err != nil:
		w.target.abandon()
	default:
		err = w.target.commit()
	}
	return w.fail("write", err)
}

// abandon is for a writer that the program leaves open: what was to appear at
// close does not; what is appended is kept.
func (w *writer) abandon() {
	if w.target != nil {
		w.target.abandon()
		return
	}
	w.handle.ctx = context.Background()
	w.buffer.Flush()
	w.handle.Close()
}
