package runtime_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// TestGroupsInHaste runs random programs with durations of microseconds on the
// real clock, where everything happens at once: graces that run out, limits,
// an exit, the end of the embedding program's context, events, functions in Go
// that call back, and calls of a script's function while others are under way.
// Nobody knows what they tell; but they end as they may, leave nothing, and the
// race detector has nothing to say.
func TestGroupsInHaste(t *testing.T) {
	before := goruntime.NumGoroutine()
	for seed := range seeds(100) {
		h := &haste{T: t, Rand: rand.New(rand.NewPCG(seed, 8)), seed: seed}
		h.write()
		for range 3 {
			h.run()
		}
	}
	quiet(t, before)
}

// haste is one random program.
type haste struct {
	*testing.T
	*rand.Rand
	seed    uint64
	src     string
	program *runtime.Program
	exits   bool
}

// write makes the program, which is its function whole too.
func (h *haste) write() {
	main, _ := invented(h.seed)
	var w writer
	w.WriteString(prelude)
	w.linef("fn whole() {")
	w.block(main, nil)
	w.linef("}")
	w.linef("log(whole() catch e -> tell(e))")
	duration := regexp.MustCompile(`(\d+)ns`)
	h.src = duration.ReplaceAllStringFunc(w.String(), func(d string) string {
		n, _ := strconv.Atoi(strings.TrimSuffix(d, "ns"))
		return strconv.Itoa(max(n/20_000, 1)) + "ns"
	})
	if logs := strings.Count(h.src, "log(\"n"); logs > 0 && h.IntN(3) == 0 {
		at := 0
		for range 1 + h.IntN(logs) {
			at += strings.Index(h.src[at:], "log(\"n") + 1
		}
		h.src = h.src[:at-1] + "exit(3); " + h.src[at-1:]
	}
	h.exits = strings.Contains(h.src, "exit(")
	h.program = compileInvented(h.T, h.seed, h.src)
}

// run runs the program, and its function from three goroutines.
func (h *haste) run() {
	ctx, cancel := context.WithCancelCause(h.Context())
	defer cancel(nil)
	run := runtime.Run{Stdout: io.Discard, Stderr: io.Discard}
	over := errors.New("over")
	soon := func() time.Duration { return time.Duration(h.IntN(int(time.Millisecond))) }
	switch h.IntN(4) {
	case 0:
		defer time.AfterFunc(soon(), func() { cancel(over) }).Stop()
	case 1:
		run.Limits = []runtime.Limits{
			{Children: 1 + h.IntN(12)}, {Steps: 1 + h.Int64N(3000)}, {Time: 1 + soon()}, {Depth: 50 + h.IntN(300)}, {Output: 1 + h.Int64N(100)},
		}[h.IntN(5)]
	}
	if h.IntN(4) == 0 {
		run.Clock = runtime.Virtual(start)
	}
	told := map[runtime.EventKind]int{}
	if h.IntN(2) == 0 {
		run.Events = func(e runtime.Event) { told[e.Kind]++ }
	}
	ended := func(err error) {
		var exit *runtime.ExitError
		switch {
		case err == nil, errors.Is(err, over), run.Limits != runtime.Limits{} && errors.Is(err, runtime.Limit), h.exits && errors.As(err, &exit):
		default:
			h.Errorf("seed %d:\n%s\n%v", h.seed, h.src, err)
		}
	}
	res, err := h.program.Run(ctx, run)
	ended(err)
	var whole func(context.Context) (string, error)
	if h.IntN(3) == 0 && res.Get("whole", &whole) == nil {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := whole(ctx); err != nil && !scripted(err) {
					ended(err)
				}
			})
		}
		wg.Wait()
	}
	for began, over := range map[runtime.EventKind]runtime.EventKind{
		runtime.RunBegan: runtime.RunEnded, runtime.GroupBegan: runtime.GroupEnded,
		runtime.ChildPlanned: runtime.ChildEnded, runtime.CleanupBegan: runtime.CleanupEnded,
	} {
		if told[began] != told[over] {
			h.Errorf("seed %d:\n%s\n%d times %v, %d times %v", h.seed, h.src, told[began], began, told[over], over)
		}
	}
}

// scripted tells whether an error is one that the program made itself, or that
// its groups did.
func scripted(err error) bool {
	var e *runtime.Error
	return errors.As(err, &e) && (e.Kind == "user" || e.Kind == "timeout" || e.Kind == "empty" || e.Kind == "value" ||
		e.Kind == "key" || e.Kind == "io")
}
