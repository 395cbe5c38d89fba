package fs

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// lineStream is the lines of a file.
type lineStream struct {
	file
	handle *handle
	buffer *bufio.Reader
	run    *unclosed
}

func lines(c *runtime.Call) (runtime.Value, error) {
	f, h, err := input(c)
	if err != nil {
		return runtime.Nil, err
	}
	if info, err := h.Stat(); err == nil && info.IsDir() {
		h.Close()
		return runtime.Nil, f.fail("read", syscall.EISDIR)
	}
	s := &lineStream{f, h, bufio.NewReaderSize(h, 64<<10), unclosedOf(c)}
	s.run.add(s)
	return runtime.NewStream(s), nil
}

// Next gives the next line.
func (s *lineStream) Next(ctx context.Context) (v runtime.Value, ok bool, err error) {
	s.handle.ctx = ctx
	line, err := s.buffer.ReadSlice('\n')
	var long []byte
	for errors.Is(err, bufio.ErrBufferFull) {
		long = append(long, line...)
		line, err = s.buffer.ReadSlice('\n')
	}
	if long != nil {
		line = append(long, line...)
	}
	if err != nil && !(err == io.EOF && len(line) > 0) {
		if err == io.EOF {
			err = nil
		}
		return runtime.Nil, false, s.fail("read", err)
	}
	return runtime.String(source.ValidText(source.TrimEnd(line))), true, nil
}

// Close closes the file.
func (s *lineStream) Close() error {
	s.run.remove(s)
	return s.handle.Close()
}

func (s *lineStream) abandon() { s.handle.Close() }

// walkStream is what is below a directory. Only the directories on the way to
// the present place have been read.
type walkStream struct {
	stack []*level
}

// level is what is left of one directory.
type level struct {
	dir  file
	rest []os.DirEntry
}

func walk(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toRead, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	top, err := f.entries(c.Context())
	if err != nil {
		return runtime.Nil, f.fail("list", err)
	}
	return runtime.NewStream(&walkStream{[]*level{{f, top}}}), nil
}

// Next gives the next entry.
func (s *walkStream) Next(ctx context.Context) (v runtime.Value, ok bool, err error) {
	for len(s.stack) > 0 {
		if err := ctx.Err(); err != nil {
			return runtime.Nil, false, err
		}
		top := s.stack[len(s.stack)-1]
		if len(top.rest) == 0 {
			s.stack = s.stack[:len(s.stack)-1]
			continue
		}
		entry := top.rest[0]
		f := top.dir.below(entry.Name())
		info, err := entry.Info()
		switch {
		case errors.Is(err, os.ErrNotExist): // removed meanwhile
			top.rest = top.rest[1:]
			continue
		case err != nil:
			return runtime.Nil, false, f.fail("read", err)
		}
		if info.IsDir() {
			below, err := f.entries(ctx)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return runtime.Nil, false, f.fail("list", err)
			}
			s.stack = append(s.stack, &level{f, below})
		}
		top.rest = top.rest[1:]
		return f.record(info), true, nil
	}
	return runtime.Nil, false, nil
}

// Close does nothing: between two calls no directory is open.
func (s *walkStream) Close() error { return nil }

// entries gives what is in a directory, by name.
func (f file) entries(ctx context.Context) ([]os.DirEntry, error) {
	h, err := f.open(ctx, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	all, err := h.ReadDir(-1)
	slices.SortFunc(all, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, err
}
