//go:build !unix || solaris || aix

package fs

import (
	"errors"
	"os"
)

// tryLock fails: these systems have other locks.
func tryLock(*os.File) (held bool, err error) { return false, errors.ErrUnsupported }
