package fs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/tgscript/tgscript/runtime"
)

func exists(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toRead, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	_, err = f.Stat(f.name)
	switch {
	case err == nil:
		return runtime.Bool(true), nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return runtime.Bool(false), nil
	}
	return runtime.Nil, f.fail("look for", err)
}

func stat(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	f, err := locate(c, toRead, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	look := f.Stat
	if !c.Bool(1) {
		look = f.Lstat
	}
	info, err := look(f.name)
	if err != nil {
		return runtime.Nil, f.fail("look at", err)
	}
	return f.record(info), nil
}

func list(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	f, err := locate(c, toRead, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	entries, err := f.entries(c.Context())
	if err != nil {
		return runtime.Nil, f.fail("list", err)
	}
	var out []runtime.Value
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return runtime.Nil, f.fail("list", err)
		}
		out = append(out, f.below(e.Name()).record(info))
	}
	return runtime.NewList(out), nil
}

// record gives what scripts see of a file.
func (f file) record(info os.FileInfo) runtime.Value {
	return record(
		"name", runtime.String(filepath.Base(f.shown)),
		"path", runtime.String(f.shown),
		"size", runtime.Int(info.Size()),
		"type", runtime.String(typeOf(info.Mode())),
		"mode", runtime.Int(int64(info.Mode().Perm())),
		"modified", runtime.Time(info.ModTime().UTC()),
	)
}

func typeOf(mode os.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode.IsDir():
		return "dir"
	case mode&os.ModeSymlink != 0:
		return "link"
	case mode&os.ModeNamedPipe != 0:
		return "pipe"
	case mode&os.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

func glob(c *runtime.Call) (runtime.Value, error) {
	c.Charge(1)
	pattern := filepath.ToSlash(c.Text(0))
	if !doublestar.ValidatePattern(pattern) {
		return runtime.Nil, runtime.Fail("value", "%q is no pattern: a bracket or brace does not end", pattern)
	}
	// The fixed directory in front is where the search begins, and the prefix
	// of what it finds.
	base, rest := doublestar.SplitPattern(pattern)
	f, err := locate(c, toRead, filepath.FromSlash(base))
	if err != nil {
		return runtime.Nil, err
	}
	options := []doublestar.GlobOption{doublestar.WithNoFollow()}
	if !c.Bool(1) {
		options = append(options, doublestar.WithNoHidden())
	}
	tree, err := f.searched(c.Context())
	if err != nil {
		return runtime.Nil, f.fail("search", err)
	}
	var found []string
	err = doublestar.GlobWalk(tree, rest, func(path string, _ fs.DirEntry) error {
		if base != "." || strings.HasPrefix(pattern, "./") {
			path = filepath.Join(filepath.FromSlash(base), path)
		}
		found = append(found, path)
		return nil
	}, options...)
	if err == nil {
		err = c.Context().Err()
	}
	if err != nil {
		return runtime.Nil, f.fail("search", err)
	}
	slices.Sort(found)
	out := make([]runtime.Value, len(found))
	for i, path := range found {
		out[i] = runtime.String(path)
	}
	return runtime.NewList(out), nil
}

// searched gives the files below f for a search that ends with ctx.
func (f file) searched(ctx context.Context) (fs.FS, error) {
	root, ok := f.tree.(*os.Root)
	if !ok {
		return search{ctx, os.DirFS(f.name)}, nil
	}
	below, err := fs.Sub(root.FS(), filepath.ToSlash(f.name))
	return search{ctx, below}, err
}

// search is a file system that stands still when its context has ended.
type search struct {
	ctx context.Context
	fs.FS
}

func (s search) Open(name string) (fs.File, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	return s.FS.Open(name)
}

func (s search) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	return fs.ReadDir(s.FS, name)
}

func (s search) Stat(name string) (fs.FileInfo, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	return fs.Stat(s.FS, name)
}
