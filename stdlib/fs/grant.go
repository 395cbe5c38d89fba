package fs

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/workdir"
)

// Read grants reading the files under a directory, which scripts cannot leave
// by links or "..". The directory must exist when a script first uses it.
func Read(dir string) runtime.Grant { return &grant{dir: dir, read: true} }

// Write grants writing, making and removing files under a directory. It does
// not include reading them.
func Write(dir string) runtime.Grant { return &grant{dir: dir, write: true} }

// All grants reading and writing wherever the process may.
func All() runtime.Grant { return &grant{read: true, write: true} }

// grant is permission for what is under a directory, or everywhere for "".
type grant struct {
	dir         string
	read, write bool

	once sync.Once
	base string // dir, absolute and clean
	root *os.Root
	err  error
}

// Grant says what is allowed.
func (g *grant) Grant() string {
	switch {
	case g.dir == "":
		return "read and write every file"
	case g.read:
		return "read " + g.dir
	}
	return "write " + g.dir
}

// open gives the directory's root. It is shared by all runs with the grant
// and closed when the grant is collected.
func (g *grant) open() (base string, root *os.Root, err error) {
	g.once.Do(func() {
		if g.base, g.err = workdir.Absolute(g.dir); g.err == nil {
			g.base = filepath.Clean(g.base)
			g.root, g.err = os.OpenRoot(g.base)
		}
	})
	return g.base, g.root, g.err
}

// under gives the path of a file, absolute and clean, from the directory base
// on; ok is false where it is not below it.
func under(base, path string) (rel string, ok bool) {
	rel, err := filepath.Rel(base, path)
	return rel, err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// need is what an operation does to a file.
type need string

const (
	toRead  need = "read"
	toWrite need = "write"
)

func (g *grant) allows(n need) bool { return n == toRead && g.read || n == toWrite && g.write }

// denied is the failure for a path that nothing grants.
func denied(n need, path string) *runtime.Error {
	needs := string(n) + " " + path
	return runtime.Fail("denied", "this program is not allowed to %s %s", n, path).
		With(record("needs", runtime.String(needs)))
}

// tree is where names are looked up: the part of the file system that was
// granted, which is an *os.Root, or all of it.
type tree interface {
	OpenFile(name string, flag int, mode os.FileMode) (*os.File, error)
	Stat(name string) (os.FileInfo, error)
	Lstat(name string) (os.FileInfo, error)
	Readlink(name string) (string, error)
	Symlink(target, name string) error
	MkdirAll(name string, mode os.FileMode) error
	Remove(name string) error
	RemoveAll(name string) error
	Rename(from, to string) error
	Chmod(name string, mode os.FileMode) error
}

// whole is the tree of everything, by absolute names.
type whole struct{}

func (whole) OpenFile(name string, flag int, mode os.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, mode)
}
func (whole) Stat(name string) (os.FileInfo, error)        { return os.Stat(name) }
func (whole) Lstat(name string) (os.FileInfo, error)       { return os.Lstat(name) }
func (whole) Readlink(name string) (string, error)         { return os.Readlink(name) }
func (whole) Symlink(target, name string) error            { return os.Symlink(target, name) }
func (whole) MkdirAll(name string, mode os.FileMode) error { return os.MkdirAll(name, mode) }
func (whole) Remove(name string) error                     { return os.Remove(name) }
func (whole) RemoveAll(name string) error                  { return os.RemoveAll(name) }
func (whole) Rename(from, to string) error                 { return os.Rename(from, to) }
func (whole) Chmod(name string, mode os.FileMode) error    { return os.Chmod(name, mode) }

// file is a path that a script may use.
type file struct {
	tree
	name  string // in the tree
	shown string // as the script wrote it
	need  need
}

// locate gives the file that a path of the script means, for an operation
// that is granted.
func locate(c *runtime.Call, n need, path string) (file, error) {
	if path == "" || strings.IndexByte(path, 0) >= 0 {
		return file{}, runtime.Fail("value", "%q is no path", path)
	}
	full, err := workdir.Absolute(path)
	if err != nil {
		return file{}, failure("find the directory of", path, err)
	}
	clean := filepath.Clean(full)
	for _, g := range c.Grants() {
		g, ok := g.(*grant)
		if !ok || !g.allows(n) {
			continue
		}
		if g.dir == "" {
			return file{tree: whole{}, name: full, shown: path, need: n}, nil
		}
		base, root, err := g.open()
		if rel, inside := under(base, clean); inside {
			if err != nil {
				return file{}, failure("open", g.dir, err)
			}
			return file{tree: root, name: rel, shown: path, need: n}, nil
		}
	}
	return file{}, denied(n, path)
}

// beside gives the file of another name in the same directory.
func (f file) beside(name string) file {
	f.name = filepath.Join(filepath.Dir(f.name), name)
	f.shown = filepath.Join(filepath.Dir(f.shown), name)
	return f
}

// below gives the file of a name in the directory f.
func (f file) below(name string) file {
	f.name = filepath.Join(f.name, name)
	f.shown = filepath.Join(f.shown, name)
	return f
}

// fail gives the failure of an operation on f.
func (f file) fail(op string, err error) error {
	// The library has no name for this error. It means a link out of the
	// directory that was granted.
	if err != nil && strings.Contains(err.Error(), "path escapes from parent") {
		return denied(f.need, f.shown)
	}
	return failure(op, f.shown, err)
}
