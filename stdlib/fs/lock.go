package fs

import (
	"os"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// lock runs a function while its file is locked. The lock is one of the open
// file, so that two children of one program exclude each other too; the system
// gives it back when a process dies. The file stays: removing it would let
// those who wait for it and those who come after hold two different ones.
func lock(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	opened, err := f.OpenFile(f.name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return runtime.Nil, f.fail("lock", err)
	}
	defer opened.Close() // and with it the lock
	// The system can wait for a lock, but not for a cancellation meanwhile.
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		held, err := tryLock(opened)
		if err != nil {
			return runtime.Nil, f.fail("lock", err)
		}
		if held {
			return c.Invoke(c.Arg(1))
		}
		c.Sleep(pause)
	}
}
