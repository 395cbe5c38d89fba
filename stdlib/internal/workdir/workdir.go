// Package workdir knows the directory that relative paths of scripts start at.
package workdir

import (
	"os"
	"path/filepath"
	"sync"
)

// read asks once: a host that changes its directory later does not move the
// files of a script.
var read = sync.OnceValues(os.Getwd)

// Path gives the directory the process was in when this was first asked.
func Path() (string, error) { return read() }

// Absolute gives a path from the root of the file system. What is absolute
// already stays as it is; the rest is not cleaned, since a/../b is b only
// where a is no link.
func Absolute(path string) (string, error) {
	if filepath.IsAbs(path) {
		return path, nil
	}
	dir, err := Path()
	if err != nil {
		return "", err
	}
	return dir + string(filepath.Separator) + path, nil
}
