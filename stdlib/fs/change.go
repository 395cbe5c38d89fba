package fs

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tgscript/tgscript/runtime"
)

func remove(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	if !c.Bool(1) {
		err := f.Remove(f.name)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return runtime.Nil, f.fail("remove", err)
	}
	if name := filepath.Clean(f.name); name == filepath.Dir(name) {
		return runtime.Nil, runtime.Fail("value", "%s is the root of the files and is not removed", f.shown)
	}
	return runtime.Nil, f.fail("remove", f.RemoveAll(filepath.Clean(f.name)))
}

// both gives the files of the two arguments of copy and move.
func both(c *runtime.Call, first need) (from, to file, err error) {
	if from, err = locate(c, first, c.Text(0)); err == nil {
		to, err = locate(c, toWrite, c.Text(1))
	}
	return from, to, err
}

func copyAll(c *runtime.Call) (runtime.Value, error) {
	from, to, err := both(c, toRead)
	if err != nil {
		return runtime.Nil, err
	}
	info, err := from.Stat(from.name)
	if err != nil {
		return runtime.Nil, from.fail("copy", err)
	}
	if err := apart(from, to, info); err != nil {
		return runtime.Nil, err
	}
	return runtime.Nil, from.copyTo(c.Context(), to, info)
}

// apart checks that a file is not copied onto itself, nor a directory into
// itself.
func apart(from, to file, info os.FileInfo) error {
	if there, err := to.Stat(to.name); err == nil && os.SameFile(info, there) {
		return runtime.Fail("value", "%s and %s are the same", from.shown, to.shown)
	}
	if !info.IsDir() || from.tree != to.tree {
		return nil
	}
	rel, inside := under(filepath.Clean(from.name), filepath.Clean(to.name))
	if inside && rel != "." {
		return runtime.Fail("value", "%s lies in %s, which cannot hold a copy of itself", to.shown, from.shown)
	}
	return nil
}

// copyTo copies what info describes.
func (f file) copyTo(ctx context.Context, to file, info os.FileInfo) error {
	switch {
	case info.IsDir():
		return f.copyDir(ctx, to, info)
	case info.Mode()&os.ModeSymlink != 0:
		return f.copyLink(to)
	}
	return f.copyFile(ctx, to, info)
}

func (f file) copyFile(ctx context.Context, to file, info os.FileInfo) error {
	h, err := f.open(ctx, os.O_RDONLY, 0)
	if err != nil {
		return f.fail("copy", err)
	}
	defer h.Close()
	r, err := to.replace(ctx)
	if err != nil {
		return to.fail("write", err)
	}
	if r.mode == 0 && info.Mode().IsRegular() {
		r.mode = info.Mode().Perm()
	}
	if err := r.fill(h); err != nil {
		return to.fail("write", err)
	}
	return nil
}

// fill writes what src holds and commits, or leaves everything as it was.
func (r *replacement) fill(src io.Reader) error {
	done := false
	defer func() { // src may unwind: it is a script's
		if !done {
			r.abandon()
		}
	}()
	if err := r.copy(src); err != nil {
		return err
	}
	done = true
	return r.commit()
}

// copy writes what src holds. Neither side's own way to copy is taken: it would
// not look at the context.
func (r *replacement) copy(src io.Reader) error {
	const size = 256 << 10
	src = struct{ io.Reader }{src}
	if r.temp.tree == nil { // who reads a pipe has each line at once
		_, err := io.CopyBuffer(struct{ io.Writer }{r}, src, make([]byte, size))
		return err
	}
	w := bufio.NewWriterSize(r, size)
	if _, err := io.Copy(struct{ io.Writer }{w}, src); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return r.ctx.Err()
}

func (f file) copyDir(ctx context.Context, to file, info os.FileInfo) error {
	entries, err := f.entries(ctx)
	if err != nil {
		return f.fail("copy", err)
	}
	// It must be writable while it is filled.
	if err := to.MkdirAll(to.name, info.Mode().Perm()|0o700); err != nil {
		return to.fail("make", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return f.fail("copy", err)
		}
		if err := f.below(e.Name()).copyTo(ctx, to.below(e.Name()), info); err != nil {
			return err
		}
	}
	return to.fail("make", to.Chmod(to.name, info.Mode().Perm()))
}

func (f file) copyLink(to file) error {
	target, err := f.Readlink(f.name)
	if err != nil {
		return f.fail("copy", err)
	}
	err = to.Symlink(target, to.name)
	if errors.Is(err, fs.ErrExist) {
		if err = to.Remove(to.name); err == nil {
			err = to.Symlink(target, to.name)
		}
	}
	return to.fail("write", err)
}

func move(c *runtime.Call) (runtime.Value, error) {
	from, to, err := both(c, toWrite)
	if err != nil {
		return runtime.Nil, err
	}
	if from.tree == to.tree {
		err := from.Rename(from.name, to.name)
		if !errors.Is(err, syscall.EXDEV) {
			return runtime.Nil, from.fail("move", err)
		}
	}
	// Between disks and between grants a move is a copy and a removal.
	if from, err = locate(c, toRead, c.Text(0)); err != nil {
		return runtime.Nil, err
	}
	info, err := from.Lstat(from.name)
	if err != nil {
		return runtime.Nil, from.fail("move", err)
	}
	if err := apart(from, to, info); err != nil {
		return runtime.Nil, err
	}
	if err := from.copyTo(c.Context(), to, info); err != nil {
		return runtime.Nil, err
	}
	return runtime.Nil, from.fail("move", from.RemoveAll(from.name))
}

func tempDir(c *runtime.Call) (runtime.Value, error) {
	return temporary(c, func(dir string) (string, error) { return os.MkdirTemp(dir, "tgscript-") })
}

func tempFile(c *runtime.Call) (runtime.Value, error) {
	suffix := c.Text(0)
	if strings.ContainsAny(suffix, "*\x00"+string(filepath.Separator)) {
		return runtime.Nil, runtime.Fail("value", "%q cannot end the name of a file", suffix)
	}
	return temporary(c, func(dir string) (string, error) {
		f, err := os.CreateTemp(dir, "tgscript-*"+suffix)
		if err != nil {
			return "", err
		}
		return f.Name(), f.Close()
	})
}

// temporary makes something in the system's directory for that, if it is
// granted.
func temporary(c *runtime.Call, create func(dir string) (string, error)) (runtime.Value, error) {
	dir := os.TempDir()
	if _, err := locate(c, toWrite, dir); err != nil {
		return runtime.Nil, err
	}
	name, err := create(dir)
	if err != nil {
		return runtime.Nil, failure("make a temporary file in", dir, err)
	}
	c.AtEnd(func() { os.RemoveAll(name) })
	return runtime.String(name), nil
}
