package os

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/local"
)

var stdinType = &runtime.Type{
	Name: "stdin",
	Doc:  "what the program is given to read",
	Methods: []*runtime.Func{
		{
			Sig:     "read() -> string",
			Doc:     "all text that is still to come",
			Example: `os.stdin.read()  # ""`,
			Fails:   "io",
			Do:      readAll,
		},
		{
			Sig:     "lines() -> stream",
			Doc:     "the lines that are still to come; of several readers each gets some",
			Example: `os.stdin.lines().to_list()  # []`,
			Fails:   "io",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.NewStream(inputLines{inputOf(c)}), nil
			},
		},
	},
}

// input reads a stream for many, who may give up waiting. A read that cannot
// be broken off goes on without them, and what it brings is kept for the next.
type input struct {
	r    io.Reader
	turn chan struct{} // holds a token while somebody takes from it
	// What follows belongs to whoever has the turn.
	buf     []byte // read, and not taken yet
	scanned int    // how much of buf is known to hold no newline
	err     error  // how reading ended; nothing follows buf
	reading chan chunk
}

// chunk is what one read brought.
type chunk struct {
	b   []byte
	err error
}

// shared is the process's own stdin, which outlives a run: what a read that
// was given up brings is the next run's.
var shared = sync.OnceValue(func() *input { return newInput(os.Stdin) })

var inputs local.Slot[*input]

func newInput(r io.Reader) *input { return &input{r: r, turn: make(chan struct{}, 1)} }

// inputOf gives the one reader of the run's stdin.
func inputOf(c *runtime.Call) *input {
	return inputs.Of(c, func() *input {
		if c.Stdin() == io.Reader(os.Stdin) {
			return shared()
		}
		return newInput(c.Stdin())
	}, (*input).end)
}

// take has the turn for as long as fn runs.
func (in *input) take(ctx context.Context, fn func() error) error {
	select {
	case in.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-in.turn }()
	return fn()
}

// more waits for more in buf; false at the end.
func (in *input) more(ctx context.Context) (bool, error) {
	if in.err != nil {
		if in.err == io.EOF {
			return false, nil
		}
		return false, in.err
	}
	if in.reading == nil {
		in.start()
	}
	select {
	case got := <-in.reading:
		in.reading = nil
		in.buf = append(in.buf, got.b...)
		in.err = got.err
		return true, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// start reads once. The goroutine ends with the read; see end.
func (in *input) start() {
	done := make(chan chunk, 1)
	in.reading = done
	go func() {
		b := make([]byte, 64<<10)
		n, err := in.r.Read(b)
		if err != nil && !errors.Is(err, io.EOF) {
			err = failure("read stdin", err)
		}
		if errors.Is(err, io.EOF) {
			err = io.EOF
		}
		done <- chunk{b[:n], err}
	}()
}

// end breaks off a read under way if the stream knows how. One that does not
// keeps its read; the process's own stdin keeps it for the next run.
func (in *input) end() {
	if in.reading == nil || in.r == io.Reader(os.Stdin) {
		return
	}
	s, ok := in.r.(interface{ SetReadDeadline(time.Time) error })
	if ok && s.SetReadDeadline(time.Now()) == nil {
		<-in.reading
		s.SetReadDeadline(time.Time{})
	}
}

func readAll(c *runtime.Call) (v runtime.Value, err error) {
	in, ctx := inputOf(c), c.Context()
	err = in.take(ctx, func() error {
		for {
			before := len(in.buf)
			more, err := in.more(ctx)
			if err != nil {
				return err
			}
			c.Charge(len(in.buf) - before)
			if !more {
				v = runtime.String(valid(string(in.buf)))
				in.buf, in.scanned = nil, 0
				return nil
			}
		}
	})
	return v, err
}

// inputLines is the lines of an input. Closing it leaves the input open: what
// comes later is the next reader's.
type inputLines struct{ in *input }

func (l inputLines) Next(ctx context.Context) (v runtime.Value, ok bool, err error) {
	err = l.in.take(ctx, func() error {
		line, found, err := l.in.line(ctx)
		v, ok = runtime.String(line), found
		return err
	})
	return v, ok, err
}

func (l inputLines) Close() error { return nil }

// line takes the next line; false at the end.
func (in *input) line(ctx context.Context) (string, bool, error) {
	for {
		if i := bytes.IndexByte(in.buf[in.scanned:], '\n'); i >= 0 {
			line := string(in.buf[:in.scanned+i])
			in.drop(in.scanned + i + 1)
			return valid(strings.TrimSuffix(line, "\r")), true, nil
		}
		in.scanned = len(in.buf)
		more, err := in.more(ctx)
		if err != nil {
			return "", false, err
		}
		if !more {
			line := string(in.buf)
			in.drop(len(in.buf))
			return valid(line), line != "", nil
		}
	}
}

// drop forgets the first n bytes of buf.
func (in *input) drop(n int) {
	in.buf = in.buf[n:]
	in.scanned = 0
	if len(in.buf) == 0 {
		in.buf = nil
	}
}
