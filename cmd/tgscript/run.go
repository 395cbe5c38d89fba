package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/cmd/tgscript/internal/report"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/log"
)

// script is a text to run, with what the command line says about it.
type script struct {
	name string // reported in errors
	text string
	args []string
	runSettings
}

// runSettings are the options of run.
type runSettings struct {
	timeout     time.Duration
	maxSteps    int64
	maxMemory   int64
	maxChildren int64
	virtual     bool
	seed        int64
	color       colorMode
	jsonErrors  bool
	messages    log.Options
	access      access
	code        *string // of -e
}

func (s *runSettings) flags() []flag {
	return append([]flag{
		{"e", "CODE", "run this code; what follows are its arguments", func(code string) error { s.code = &code; return nil }},
		{"timeout", "DURATION", "end the script after this time (exit 124)", toDuration(&s.timeout)},
		{"max-steps", "N", "end it after so many calls and loop turns (exit 3)", toCount(&s.maxSteps)},
		{"max-memory", "SIZE", "end it when its values hold so many bytes, such as 64M (exit 3)", toSize(&s.maxMemory)},
		{"max-children", "N", "end it when so many children are alive at once (exit 3)", toCount(&s.maxChildren)},
		{"virtual-time", "", "let the clock jump to the next event: waiting costs nothing, and every run is the same", toSwitch(&s.virtual)},
		{"seed", "N", "decide what is left to chance, and under --virtual-time the order of children that are ready", toCount(&s.seed)},
		{"color", "WHEN", "colours in messages: auto, always or never", toColor(&s.color)},
		{"json-errors", "", "write errors as JSON, one object a line", toSwitch(&s.jsonErrors)},
		{"log-level", "LEVEL", "drop messages of `log` below debug, info, warn or error", toLevel(&s.messages)},
		{"log", "FORM", "write messages of `log` as text or as json", toLogForm(&s.messages)},
	}, s.access.flags()...)
}

// runCommand runs a script: `tgscript [run] [options] file [args…]`.
func runCommand(args []string) (int, error) {
	s := script{runSettings: runSettings{color: colorAuto}}
	rest, err := parseFlags("run", s.flags(), args, func(name string) bool { return name == "e" })
	switch {
	case errors.Is(err, errHelp{}):
		say(helpOf("run", s.flags()))
		return 0, nil
	case err != nil:
		return 0, err
	}
	if err := s.access.check("run"); err != nil {
		return 0, err
	}
	var stdin io.Reader = os.Stdin
	switch {
	case s.code != nil:
		s.name, s.text, s.args = "-e", *s.code, rest
	case len(rest) == 0:
		return 0, usage("run", "no script is given")
	default:
		if s.text, err = readScript(rest[0]); err != nil {
			return 0, s.unreadable(rest[0], err)
		}
		s.name, s.args = rest[0], rest[1:]
		if s.name == "-" {
			s.name, stdin = "stdin", nil
		}
	}
	return s.run(stdin), nil
}

// unreadable gives the error for a script that cannot be read. A word that
// looks like a subcommand probably was to be one.
func (s *script) unreadable(file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		if near := resolve.Nearest(file, subcommandNames()); near != "" {
			return usage("", "there is no file and no subcommand `%s`; did you mean `%s`?", file, near)
		}
	}
	return err
}

// virtualStart is when virtual time begins.
var virtualStart = time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)

func (s *runSettings) clock() runtime.Clock {
	if s.virtual {
		return runtime.Virtual(virtualStart)
	}
	return runtime.Clock{}
}

// orNone gives a limit that was not set as none.
func orNone(limit int) int {
	if limit == 0 {
		return runtime.NoLimit
	}
	return limit
}

// run compiles and runs the script and gives the exit code.
func (s *script) run(stdin io.Reader) int {
	program, err := runtime.Compile(s.name, s.text, options(s.messages))
	if err != nil {
		return s.report(err)
	}
	_, err = program.Run(untilSignal(context.Background()), runtime.Run{
		Args: s.args, Grants: s.access.grants(), Stdin: stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Limits: runtime.Limits{Steps: s.maxSteps, Memory: s.maxMemory, Children: orNone(int(s.maxChildren)), Time: s.timeout},
		Clock:  s.clock(), Seed: uint64(s.seed),
	})
	return s.report(err)
}

// timedOut gives the failure for --timeout, in its words.
func timedOut(limit *runtime.Error, timeout time.Duration) *runtime.Error {
	e := *limit
	e.Kind, e.Message = "timeout", "the script took longer than "+timeout.String()+" (--timeout)"
	return &e
}

// report tells on stderr how a run ended and gives the exit code.
func (s *script) report(err error) int {
	if err == nil {
		return 0
	}
	var (
		exit        *runtime.ExitError
		stopped     *interruption
		diagnostics runtime.Diagnostics
		failure     *runtime.Error
	)
	p := printerFor(os.Stderr, s.color)
	switch {
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &stopped):
		if s.jsonErrors {
			report.WriteLine(os.Stderr, stopped.reason, stopped.message)
		} else {
			p.Line("error", stopped.message)
		}
		return stopped.code
	case errors.As(err, &diagnostics):
		if s.jsonErrors {
			report.WriteDiagnostics(os.Stderr, diagnostics)
		} else {
			p.Diagnostics(diagnostics)
		}
		return exitUnreadable
	case errors.As(err, &failure):
		code := exitFailed
		switch {
		case errors.Is(err, runtime.LimitTime): // nothing else sets one
			code, failure = exitTimeout, timedOut(failure, s.timeout)
		case errors.Is(err, runtime.Limit):
			code = exitLimit
		}
		if s.jsonErrors {
			report.WriteFailure(os.Stderr, failure)
		} else {
			p.Failure(failure)
		}
		return code
	}
	p.Line("error", err.Error())
	return exitFailed
}
