package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// What the children's programs do in Go. Each of the ways to start goroutines
// gives start, which runs fn n times at once, at most limit of them (0: all).

const (
	failures   = 10 // rounds of failfast
	fanLimit   = 10
	coreShares = 16
)

var errDisk = errors.New("disk full")

// spawned gives in how many rounds of n children spawn is measured.
func spawned(n int) int { return max(100_000/n, 1) }

func work(i int) int {
	sum := 0
	for k := range 100 {
		sum += (i + k) % 7
	}
	return sum
}

func spin(n int) int {
	sum := 0
	for i := range n {
		sum += i % 7
	}
	return sum
}

func total(results []int) int {
	sum := 0
	for _, x := range results {
		sum += x
	}
	return sum
}

// inGo gives the programs with a way to start children.
func inGo(start func(n, limit int, fn func(i int)), nested func(depth int) int, failing func(n int) error) map[string]func(int) any {
	gather := func(n, limit int, child func(i int) int) int {
		results := make([]int, n)
		start(n, limit, func(i int) { results[i] = child(i) })
		return total(results)
	}
	spawn := func(n int) any {
		sum := 0
		for range spawned(n) {
			sum += gather(n, 0, func(i int) int { return i })
		}
		return sum
	}
	return map[string]func(int) any{
		"spawn 100": spawn, "spawn 1k": spawn, "spawn 10k": spawn, "spawn 100k": spawn, "spawn 1M": spawn,
		"nested": func(n int) any { return nested(n) },
		"sleepers": func(n int) any {
			return gather(n, 0, func(int) int { time.Sleep(100 * time.Millisecond); return 1 })
		},
		"fail-fast": func(n int) any {
			failed := 0
			for range failures {
				if failing(n) != nil {
					failed++
				}
			}
			return failed
		},
		"fan-out": func(n int) any { return gather(n, fanLimit, work) },
		"cores":   func(n int) any { return gather(coreShares, 0, func(int) int { return spin(n) }) },
	}
}

// sleepOr sleeps an hour or until ctx ends.
func sleepOr(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var goroutineChildren = inGo(
	func(n, limit int, fn func(int)) {
		var wg sync.WaitGroup
		if limit > 0 {
			slots := make(chan struct{}, limit)
			for i := range n {
				slots <- struct{}{}
				wg.Go(func() { fn(i); <-slots })
			}
		} else {
			for i := range n {
				wg.Go(func() { fn(i) })
			}
		}
		wg.Wait()
	},
	goroutineTree,
	func(n int) error {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				if err := sleepOr(ctx); err != nil {
					cancel(err)
				}
			})
		}
		wg.Go(func() {
			time.Sleep(time.Millisecond)
			cancel(errDisk)
		})
		wg.Wait()
		return context.Cause(ctx)
	},
)

func goroutineTree(depth int) int {
	if depth == 0 {
		return 1
	}
	var wg sync.WaitGroup
	var left, right int
	wg.Go(func() { left = goroutineTree(depth - 1) })
	wg.Go(func() { right = goroutineTree(depth - 1) })
	wg.Wait()
	return left + right
}

var errgroupChildren = inGo(
	func(n, limit int, fn func(int)) {
		var g errgroup.Group
		if limit > 0 {
			g.SetLimit(limit)
		}
		for i := range n {
			g.Go(func() error { fn(i); return nil })
		}
		_ = g.Wait() // no child fails
	},
	errgroupTree,
	func(n int) error {
		g, ctx := errgroup.WithContext(context.Background())
		for range n {
			g.Go(func() error { return sleepOr(ctx) })
		}
		g.Go(func() error { time.Sleep(time.Millisecond); return errDisk })
		return g.Wait()
	},
)

func errgroupTree(depth int) int {
	if depth == 0 {
		return 1
	}
	var g errgroup.Group
	var left, right int
	g.Go(func() error { left = errgroupTree(depth - 1); return nil })
	g.Go(func() error { right = errgroupTree(depth - 1); return nil })
	_ = g.Wait() // no child fails
	return left + right
}

var concChildren = inGo(
	func(n, limit int, fn func(int)) {
		if limit > 0 {
			p := pool.New().WithMaxGoroutines(limit)
			for i := range n {
				p.Go(func() { fn(i) })
			}
			p.Wait()
			return
		}
		var wg conc.WaitGroup
		for i := range n {
			wg.Go(func() { fn(i) })
		}
		wg.Wait()
	},
	concTree,
	func(n int) error {
		p := pool.New().WithContext(context.Background()).WithCancelOnError().WithFirstError()
		for range n {
			p.Go(sleepOr)
		}
		p.Go(func(context.Context) error { time.Sleep(time.Millisecond); return errDisk })
		return p.Wait()
	},
)

func concTree(depth int) int {
	if depth == 0 {
		return 1
	}
	var wg conc.WaitGroup
	var left, right int
	wg.Go(func() { left = concTree(depth - 1) })
	wg.Go(func() { right = concTree(depth - 1) })
	wg.Wait()
	return left + right
}
