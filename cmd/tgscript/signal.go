package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/tgscript/tgscript/stdlib/exec"
)

// interruption is why a run was cancelled from outside. Children see its
// reason in their outcomes.
type interruption struct {
	reason  string // "interrupt", the kind that programs see too
	message string // what stderr says in the end
	code    int
}

func (i *interruption) Error() string { return i.message }

// Reason gives the reason for outcomes.
func (i *interruption) Reason() string { return i.reason }

var interruptions = map[os.Signal]*interruption{
	syscall.SIGINT:  {"interrupt", "interrupted", 130},
	syscall.SIGTERM: {"terminated", "terminated", 143},
	syscall.SIGHUP:  {"hangup", "the terminal is gone", 129},
}

// untilSignal gives a context that the first signal ends, with an
// *interruption as its cause; the second ends the process at once. That holds
// until the process ends: what a run leaves to be said is soon said, and to give
// the signals back would cost a short script more than its run. A write to a
// closed pipe fails from here on and kills nothing.
func untilSignal(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	for s := range interruptions {
		if !signal.Ignored(s) { // as after nohup
			signal.Notify(signals, s)
		}
	}
	// To ignore SIGPIPE instead would make the programs that a script runs
	// ignore it too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		for s := range signals {
			if errors.As(context.Cause(ctx), new(*interruption)) {
				exec.KillAll()
				os.Exit(interruptions[s].code)
			}
			cancel(interruptions[s])
		}
	}()
	return ctx
}
