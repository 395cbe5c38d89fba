// Package local keeps what belongs to one run of a program, such as its pooled
// connections: made when it is first asked for, ended with the run.
package local

import (
	"io"
	"sync"

	"github.com/tgscript/tgscript/runtime"
)

// Slot holds one T for each run under way. The zero Slot is ready; it is a
// variable of a package.
type Slot[T any] struct {
	mu  sync.Mutex
	all map[io.Writer]T // by stdout, which no two runs share
}

// Of gives the T of the run that calls. Where there is none it is made by
// start; end gets it when the run ends.
func (s *Slot[T]) Of(c *runtime.Call, start func() T, end func(T)) T {
	run := c.Stdout()
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.all[run]; ok {
		return v
	}
	if s.all == nil {
		s.all = map[io.Writer]T{}
	}
	v := start()
	s.all[run] = v
	c.AtEnd(func() {
		s.mu.Lock()
		delete(s.all, run)
		s.mu.Unlock()
		end(v)
	})
	return v
}
