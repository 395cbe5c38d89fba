// Package repl is the interactive session: it reads statements from a
// terminal, runs them one after the other and shows what they give.
//
// A reader meets REPL; reader.go turns lines into whole inputs, history.go
// keeps them, commands.go holds the `:` commands, complete.go what Tab offers,
// show.go how values look. How errors look is not here but in report.
package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/docs"
	"github.com/tgscript/tgscript/cmd/tgscript/internal/report"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/exec"
)

// Config is what a session is started with.
type Config struct {
	Options runtime.Options
	Run     runtime.Run // its Stdin is not used: the terminal is the REPL's
	Errors  *report.Printer
	Colored bool
}

// REPL is one interactive session.
type REPL struct {
	config  Config
	session *runtime.Session
	probe   *probe
	reader  *reader
	book    *docs.Book
	inputs  int      // how many there were, for their names
	kept    []string // those that ran, for :save
	last    string   // the last one, for :edit

	running atomic.Bool  // a statement is under way
	ended   atomic.Int32 // the exit code that a signal wants, plus one
}

// New gives a session on the process's terminal.
func New(config Config) (*REPL, error) {
	r := &REPL{config: config, book: docs.New(config.Options.Modules), probe: &probe{}}
	r.config.Options.Modules = append(r.config.Options.Modules[:len(r.config.Options.Modules):len(r.config.Options.Modules)], r.probe.module())
	r.config.Run.Stdin = nil
	r.reset()
	var err error
	r.reader, err = newReader(openHistory(), config.Colored, r.complete)
	return r, err
}

// reset forgets what was bound.
func (r *REPL) reset() { r.session = runtime.NewSession(r.config.Options, r.config.Run) }

// Loop reads and runs until the person leaves, and gives the exit code.
func (r *REPL) Loop() int {
	stop := r.watchEnd()
	defer stop()
	defer r.reader.close()
	fmt.Println("tgscript; `:help` tells what there is, Ctrl-D leaves")
	for {
		text, err := r.reader.next()
		switch {
		case errors.Is(err, errInterrupted):
			fmt.Println("(Ctrl-D or `:quit` leaves)")
			continue
		case err != nil:
			return 0
		}
		if code, leave := r.input(text); leave {
			return code
		}
	}
}

// input runs one input; leave tells that the session is over.
func (r *REPL) input(text string) (code int, leave bool) {
	if name, arg, ok := asCommand(text); ok {
		return 0, r.command(name, arg)
	}
	r.last = text
	v, err := r.eval(r.nextName(), text)
	var exit *runtime.ExitError
	switch {
	case r.ended.Load() > 0:
		return int(r.ended.Load()) - 1, true
	case errors.As(err, &exit):
		return exit.Code, true
	case err != nil:
		r.report(err)
	default:
		r.kept = append(r.kept, text)
		r.show(v)
	}
	return 0, false
}

func (r *REPL) nextName() string {
	r.inputs++
	return fmt.Sprintf("input-%d", r.inputs)
}

// interrupted is the cause of the end of a statement that Ctrl-C stopped.
type interrupted struct{}

func (interrupted) Error() string  { return "interrupted" }
func (interrupted) Reason() string { return "interrupt" }

// eval runs an input. Ctrl-C cancels it with all its children; the third one
// ends the process, for a function may hold it.
func (r *REPL) eval(name, text string) (runtime.Value, error) {
	r.running.Store(true)
	defer r.running.Store(false)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		presses := 0
		for s := range signals {
			if s != syscall.SIGINT {
				r.ended.Store(codeOf(s) + 1)
				cancel(interrupted{})
				continue
			}
			presses++
			switch presses {
			case 1:
				fmt.Fprintln(os.Stderr) // the terminal has drawn ^C
				cancel(interrupted{})
			case 2:
				fmt.Fprintln(os.Stderr, "its cleanups are running; Ctrl-C once more ends the session")
			default:
				exec.KillAll()
				os.Exit(130)
			}
		}
	}()
	v, err := r.session.Eval(ctx, name, text)
	signal.Stop(signals)
	close(signals)
	<-done
	return v, err
}

// watchEnd has SIGTERM and SIGHUP end the session: a statement under way is
// cancelled first; at the prompt the process ends at once, for nothing else
// wakes what reads the terminal.
func (r *REPL) watchEnd() (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := range signals {
			r.ended.Store(codeOf(s) + 1)
			if !r.running.Load() {
				r.reader.restore()
				os.Exit(int(codeOf(s)))
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-done
	}
}

// codeOf gives the exit code for a signal.
func codeOf(s os.Signal) int32 { return 128 + int32(s.(syscall.Signal)) }

// report tells why an input failed; nothing of that ends the session.
func (r *REPL) report(err error) {
	var (
		diagnostics runtime.Diagnostics
		failure     *runtime.Error
	)
	switch p := r.config.Errors; {
	case errors.As(err, &interrupted{}):
		p.Line("error", "interrupted")
	case errors.As(err, &diagnostics):
		p.Diagnostics(diagnostics)
	case errors.As(err, &failure):
		p.Failure(failure)
	default:
		p.Line("error", err.Error())
	}
}

// timed runs an input and tells how long it took.
func (r *REPL) timed(text string) bool {
	began := time.Now()
	_, leave := r.input(text)
	fmt.Println("took", time.Since(began).Round(time.Microsecond))
	return leave
}
