package main

import (
	"errors"
	"os"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/repl"
	"github.com/tgscript/tgscript/runtime"
)

// replCommand talks to a person at a terminal.
func replCommand(args []string) (int, error) {
	s := runSettings{color: colorAuto}
	flags := []flag{
		{"max-children", "N", "end a statement when so many children are alive at once", toCount(&s.maxChildren)},
		{"color", "WHEN", "colours: auto, always or never", toColor(&s.color)},
	}
	flags = append(flags, s.access.flags()...)
	rest, err := parseFlags("repl", flags, args, nil)
	switch {
	case errors.Is(err, errHelp{}):
		say(helpOf("repl", flags))
		return 0, nil
	case err != nil:
		return 0, err
	case len(rest) > 0:
		return 0, usage("repl", "`%s` is too much: the REPL takes no script", rest[0])
	case !isTerminal(os.Stdin) || !isTerminal(os.Stdout):
		return 0, usage("repl", "the REPL needs a terminal; `tgscript -` reads a script from stdin")
	}
	if err := s.access.check("repl"); err != nil {
		return 0, err
	}
	r, err := repl.New(repl.Config{
		Options: options(s.messages),
		Run: runtime.Run{
			Grants: s.access.grants(), Stdout: os.Stdout, Stderr: os.Stderr,
			Limits: runtime.Limits{Children: int(s.maxChildren)},
		},
		Errors:  printerFor(os.Stderr, s.color),
		Colored: s.color.on(os.Stdout),
	})
	if err != nil {
		return 0, err
	}
	return r.Loop(), nil
}
