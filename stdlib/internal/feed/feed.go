// Package feed makes streams for scripts out of Go code that waits for what
// it reads: a process, a response, a source of lines.
package feed

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/local"
)

// Producer gives values by emit until it has no more, emit fails or ctx ends.
// It must return soon after ctx has ended.
type Producer func(ctx context.Context, emit func(runtime.Value) error) error

// New gives a stream of what a producer emits. The producer starts when the
// stream is first read and is one value ahead of the reader; its failure comes
// after the last value. It is stopped when the stream is closed, at the latest
// at the end of the run.
func New(c *runtime.Call, produce Producer) runtime.Value {
	return runtime.NewStream(&stream{produce: produce, run: open.Of(c, newUnclosed, (*unclosed).close)})
}

// stream runs its producer on a goroutine that Close waits for, so that a
// reader that is cancelled need not wait for what the producer waits for.
type stream struct {
	produce Producer
	run     *unclosed

	mu     sync.Mutex // of what start and Close change
	closed bool
	cancel context.CancelFunc
	values chan runtime.Value // nil before the first read
	err    error              // of the producer; set before values is closed
}

func (s *stream) Next(ctx context.Context) (runtime.Value, bool, error) {
	values := s.start(ctx)
	if values == nil {
		return runtime.Nil, false, nil
	}
	select {
	case v, ok := <-values:
		if !ok {
			return runtime.Nil, false, s.failure()
		}
		return v, true, nil
	case <-ctx.Done():
		return runtime.Nil, false, context.Cause(ctx)
	}
}

// start has the producer run; nil after Close. It keeps of the first reader's
// context its values alone: other children may read on after that one.
func (s *stream) start(ctx context.Context) <-chan runtime.Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.values != nil {
		return s.values
	}
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	values := make(chan runtime.Value)
	s.values = values
	s.run.add(s)
	go func() {
		defer close(values)
		s.err = s.produce(ctx, func(v runtime.Value) error {
			select {
			case values <- v:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}()
	return values
}

// failure is what the producer failed with, unless closing was the reason.
func (s *stream) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	return s.err
}

// Close stops the producer and waits for its end.
func (s *stream) Close() error {
	s.mu.Lock()
	closed, values := s.closed, s.values
	s.closed = true
	s.mu.Unlock()
	if closed || values == nil {
		return nil
	}
	s.cancel()
	for range values {
	}
	s.run.remove(s)
	return nil
}

// open are the streams of each run that are being read.
var open local.Slot[*unclosed]

type unclosed struct {
	mu      sync.Mutex
	streams map[*stream]bool
}

func newUnclosed() *unclosed { return &unclosed{streams: map[*stream]bool{}} }

func (u *unclosed) add(s *stream) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.streams[s] = true
}

func (u *unclosed) remove(s *stream) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.streams, s)
}

// close ends the streams that the run has left.
func (u *unclosed) close() {
	u.mu.Lock()
	left := slices.Collect(maps.Keys(u.streams))
	u.mu.Unlock()
	for _, s := range left {
		s.Close()
	}
}
