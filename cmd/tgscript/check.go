package main

import (
	"errors"
	"os"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/report"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/log"
)

// checkSettings are the options of check.
type checkSettings struct {
	json   bool
	strict bool
	color  colorMode
}

func (s *checkSettings) flags() []flag {
	return []flag{
		{"json", "", "write problems to stdout as JSON, one object a line", toSwitch(&s.json)},
		{"strict", "", "exit 1 when there are warnings", toSwitch(&s.strict)},
		{"color", "WHEN", "colours in messages: auto, always or never", toColor(&s.color)},
	}
}

// checkCommand tells the errors and warnings of scripts without running them.
func checkCommand(args []string) (int, error) {
	s := checkSettings{color: colorAuto}
	files, err := parseFlags("check", s.flags(), args, nil)
	switch {
	case errors.Is(err, errHelp{}):
		say(helpOf("check", s.flags()))
		return 0, nil
	case err != nil:
		return 0, err
	case len(files) == 0:
		return 0, usage("check", "no script is given")
	}
	return s.check(files)
}

func (s *checkSettings) check(files []string) (int, error) {
	var all lexer.Diagnostics
	unreadable := false
	for _, file := range files {
		text, err := readScript(file)
		if err != nil {
			printerFor(os.Stderr, s.color).Line("error", err.Error())
			unreadable = true
			continue
		}
		if file == "-" {
			file = "stdin"
		}
		all = append(all, runtime.Check(file, text, options(log.Options{}))...)
	}
	all.Sort() // a file that several import is told of once
	if s.json {
		report.WriteDiagnostics(os.Stdout, all)
	} else if len(all) > 0 {
		printerFor(os.Stderr, s.color).Diagnostics(all)
	}
	switch {
	case unreadable || len(all.Errors()) > 0:
		return exitUnreadable, nil
	case s.strict && len(all) > 0:
		return exitFailed, nil
	}
	return 0, nil
}
