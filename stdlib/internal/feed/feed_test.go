package feed

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/tgscript/tgscript/runtime"
)

func newStream(produce Producer) (*stream, *unclosed) {
	run := newUnclosed()
	return &stream{produce: produce, run: run}, run
}

// count gives the numbers from 0 to before n, then waits for its end where
// forever is set.
func count(n int64, forever bool) Producer {
	return func(ctx context.Context, emit func(runtime.Value) error) error {
		for i := range n {
			if err := emit(runtime.Int(i)); err != nil {
				return err
			}
		}
		if forever {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return errors.New("over")
	}
}

func TestFailureComesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, run := newStream(count(2, false))
		for i := range int64(2) {
			if v, ok, err := s.Next(t.Context()); !ok || err != nil || v != runtime.Int(i) {
				t.Fatalf("value %d is %s, %v, %v", i, v, ok, err)
			}
		}
		if _, ok, err := s.Next(t.Context()); ok || err == nil {
			t.Errorf("the end is %v, %v", ok, err)
		}
		s.Close()
		if len(run.streams) != 0 {
			t.Error("it is kept for the end of the run")
		}
	})
}

func TestReaderIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, run := newStream(count(0, true))
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("enough")
		go func() {
			synctest.Wait()
			cancel(cause)
		}()
		if _, _, err := s.Next(ctx); !errors.Is(err, cause) {
			t.Errorf("the reader ended with %v", err)
		}
		run.close() // the end of the run stops what nobody reads
	})
}

func TestCloseDuringNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStream(count(0, true))
		go func() {
			synctest.Wait()
			s.Close()
		}()
		if _, ok, err := s.Next(t.Context()); ok || err != nil {
			t.Errorf("the reader got %v, %v", ok, err)
		}
		if _, ok, err := s.Next(t.Context()); ok || err != nil {
			t.Errorf("a closed stream gave %v, %v", ok, err)
		}
		s.Close()
	})
}

func TestUnreadStreamRunsNothing(t *testing.T) {
	s, _ := newStream(func(context.Context, func(runtime.Value) error) error {
		t.Error("the producer ran")
		return nil
	})
	s.Close()
	if _, ok, err := s.Next(t.Context()); ok || err != nil {
		t.Errorf("a closed stream gave %v, %v", ok, err)
	}
}
