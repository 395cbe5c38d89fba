package fs

import (
	"sync"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/local"
)

// unclosed is what a run has open. Its end closes what the script did not;
// what the script did close is forgotten at once.
type unclosed struct {
	mu   sync.Mutex
	open map[opened]bool
}

// opened is a file that stays open between two calls.
type opened interface{ abandon() }

var openFiles local.Slot[*unclosed]

// unclosedOf gives what the run that calls has open.
func unclosedOf(c *runtime.Call) *unclosed {
	return openFiles.Of(c, func() *unclosed { return &unclosed{open: map[opened]bool{}} }, (*unclosed).end)
}

func (u *unclosed) add(o opened) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.open[o] = true
}

func (u *unclosed) remove(o opened) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.open, o)
}

// end is called when nothing of the run is alive any more.
func (u *unclosed) end() {
	for o := range u.open {
		o.abandon()
	}
}
