package fs

import (
	"io"
	"os"

	"github.com/tgscript/tgscript/runtime"
)

// Open opens a file for another module, if the run may read it. Reading ends
// with the calling child; the failures are those of scripts.
func Open(c *runtime.Call, path string) (f io.ReadCloser, size int64, err error) {
	at, err := locate(c, toRead, path)
	if err != nil {
		return nil, 0, err
	}
	h, err := at.open(c.Context(), os.O_RDONLY, 0)
	if err != nil {
		return nil, 0, at.fail("read", err)
	}
	return h, h.size, nil
}

// Replacement is a file in the making for another module. It appears at its
// path, whole, by Commit, or never.
type Replacement struct {
	file
	making *replacement
}

// Replace begins a file, if the run may write it.
func Replace(c *runtime.Call, path string) (*Replacement, error) {
	at, err := locate(c, toWrite, path)
	if err != nil {
		return nil, err
	}
	making, err := at.replace(c.Context())
	if err != nil {
		return nil, at.fail("write", err)
	}
	return &Replacement{at, making}, nil
}

// Write adds to the file.
func (r *Replacement) Write(b []byte) (int, error) {
	n, err := r.making.Write(b)
	return n, r.fail("write", err)
}

// Commit has the file appear.
func (r *Replacement) Commit() error { return r.fail("write", r.making.commit()) }

// Abandon leaves everything as it was.
func (r *Replacement) Abandon() { r.making.abandon() }
