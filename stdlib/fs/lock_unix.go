//go:build unix && !solaris && !aix

package fs

import (
	"os"
	"syscall"
)

// tryLock locks a file unless somebody else holds its lock.
func tryLock(f *os.File) (held bool, err error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			return false, nil
		}
		return err == nil, err
	}
}
