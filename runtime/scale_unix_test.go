//go:build unix

package runtime_test

import (
	"syscall"
	"time"
)

// worked gives the time that processors have worked for this process: other
// processes do not count.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
