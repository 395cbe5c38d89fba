package fs

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// open opens f. Opening a pipe waits for who has the other end.
func (f file) open(ctx context.Context, flag int, mode os.FileMode) (*handle, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	open := func() (*os.File, error) { return f.OpenFile(f.name, flag, mode) }
	info, err := f.Stat(f.name)
	if err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		open = func() (*os.File, error) { return f.openPipe(ctx, flag) }
	}
	opened, err := open()
	if err != nil {
		return nil, err
	}
	h := &handle{File: opened, ctx: ctx}
	if info, err := opened.Stat(); err == nil {
		h.waits = !info.Mode().IsRegular() && !info.IsDir()
		h.size = info.Size()
	}
	return h, nil
}

// openPipe opens a named pipe. The system call waits however long the other
// end takes and knows no contexts; what wakes it is an opening of that end.
func (f file) openPipe(ctx context.Context, flag int) (*os.File, error) {
	type result struct {
		file *os.File
		err  error
	}
	done := make(chan result, 1)
	go func() { // ends before openPipe does
		opened, err := f.OpenFile(f.name, flag, 0)
		done <- result{opened, err}
	}()
	select {
	case r := <-done:
		return r.file, r.err
	case <-ctx.Done():
	}
	other := os.O_WRONLY
	if flag&os.O_WRONLY != 0 {
		other = os.O_RDONLY
	}
	for {
		if end, err := f.OpenFile(f.name, other|syscall.O_NONBLOCK, 0); err == nil {
			end.Close()
		}
		select {
		case r := <-done:
			if r.err == nil {
				r.file.Close()
			}
			return nil, ctx.Err()
		case <-time.After(time.Millisecond): // the goroutine had not come to its call yet
		}
	}
}

// handle is an open file whose reading and writing ends with a context, which
// may be another one for each call.
type handle struct {
	*os.File
	ctx   context.Context
	waits bool // a pipe or device
	size  int64
}

func (h *handle) Read(b []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	if !h.waits {
		return h.File.Read(b)
	}
	return h.waiting(func() (int, error) { return h.File.Read(b) })
}

func (h *handle) Write(b []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	if !h.waits {
		return h.File.Write(b)
	}
	return h.waiting(func() (int, error) { return h.File.Write(b) })
}

// waiting runs a call that a deadline in the past ends. The deadline is taken
// back, for the next one who reads.
func (h *handle) waiting(call func() (int, error)) (int, error) {
	fired := make(chan struct{})
	stop := context.AfterFunc(h.ctx, func() {
		h.File.SetDeadline(time.Unix(1, 0))
		close(fired)
	})
	n, err := call()
	if !stop() {
		<-fired
		h.File.SetDeadline(time.Time{})
		if n == 0 {
			err = h.ctx.Err()
		}
	}
	return n, err
}

// readAll reads the rest of the file, and tells how many bytes it is about to
// take room for.
func (h *handle) readAll(charge func(bytes int)) ([]byte, error) {
	// A large file is read in parts, so that a cancellation is noticed.
	const part = 4 << 20
	room := int(min(max(h.size, 0)+512, 1<<30))
	charge(room)
	out := make([]byte, 0, room)
	for {
		if len(out) == cap(out) {
			charge(len(out) / 4)
			out = append(out, 0)[:len(out)]
		}
		n, err := h.Read(out[len(out):min(cap(out), len(out)+part)])
		out = out[:len(out)+n]
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// target gives the file that writing to f changes: a link leads on.
func (f file) target() (file, error) {
	for range 40 {
		info, err := f.Lstat(f.name)
		if err != nil || info.Mode()&os.ModeSymlink == 0 {
			return f, nil // absent is for the writer to find out
		}
		to, err := f.Readlink(f.name)
		if err != nil {
			return f, err
		}
		if _, all := f.tree.(whole); filepath.IsAbs(to) && !all {
			return f, denied(f.need, f.shown)
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(f.name), to)
		}
		f.name = to
	}
	return f, syscall.ELOOP
}

// replacement is a file in the making. It takes the place of another, whole,
// when it is committed. A pipe or device has no place to take: what is written
// goes there at once.
type replacement struct {
	*handle
	temp file // nothing for what is written directly
	goal file
	mode os.FileMode
}

// replace begins a replacement of f.
func (f file) replace(ctx context.Context) (*replacement, error) {
	mode := os.FileMode(0)
	if info, err := f.Stat(f.name); err == nil {
		switch {
		case info.IsDir():
			return nil, syscall.EISDIR
		case !info.Mode().IsRegular():
			h, err := f.open(ctx, os.O_WRONLY, 0)
			return &replacement{handle: h}, err
		}
		mode = info.Mode().Perm()
	}
	goal, err := f.target()
	if err != nil {
		return nil, err
	}
	for {
		// Not made of the file's own name, which may be as long as names can be.
		temp := goal.beside(".tgscript-" + strconv.FormatUint(rand.Uint64(), 36) + ".tmp")
		h, err := temp.open(ctx, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if os.IsExist(err) {
			continue
		}
		return &replacement{handle: h, temp: temp, goal: goal, mode: mode}, err
	}
}

// commit makes what was written the file.
func (r *replacement) commit() error {
	if r.temp.tree == nil {
		return r.Close()
	}
	err := r.finish()
	if closing := r.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = r.temp.Rename(r.temp.name, r.goal.name)
	}
	if err != nil {
		r.temp.Remove(r.temp.name)
	}
	return err
}

// finish makes the temporary file what it shall be: on the disk, with the
// mode of the file that it replaces.
func (r *replacement) finish() error {
	if r.mode != 0 {
		if err := r.File.Chmod(r.mode); err != nil {
			return err
		}
	}
	return r.File.Sync()
}

// abandon leaves everything as it was.
func (r *replacement) abandon() {
	r.Close()
	if r.temp.tree != nil {
		r.temp.Remove(r.temp.name)
	}
}
