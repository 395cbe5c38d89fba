// Command tgscript runs, checks and explains scripts.
//
// Each subcommand is a file of its own (run.go, check.go, doc.go …); flags.go
// reads options, help.go holds the texts, library.go the modules that scripts
// find, signal.go what a Ctrl-C does. How errors look is in internal/report,
// the interactive session in internal/repl. Nothing here knows the language.
package main

import (
	"errors"
	"io"
	"os"

	"github.com/mattn/go-isatty"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/report"
)

// Exit codes besides those that a script chooses.
const (
	exitFailed     = 1   // the script failed
	exitUnreadable = 2   // it could not be read or compiled, or wrong usage
	exitLimit      = 3   // it met a limit
	exitTimeout    = 124 // --timeout passed
)

func main() { os.Exit(command(os.Args[1:])) }

// subcommand is a word that may stand where a file would.
type subcommand struct {
	name string
	run  func(args []string) (int, error)
}

// Set here since the subcommands' help names them.
var subcommands []subcommand

func init() {
	subcommands = []subcommand{
		{"run", runCommand}, {"check", checkCommand}, {"repl", replCommand},
		{"doc", docCommand}, {"version", versionCommand}, {"help", helpCommand},
	}
}

// command does what the command line says and gives the exit code.
func command(args []string) int {
	code, err := dispatch(args)
	if err == nil {
		return code
	}
	var usage *usageError
	if errors.As(err, &usage) {
		usage.print(os.Stderr)
		return exitUnreadable
	}
	printerFor(os.Stderr, colorAuto).Line("error", err.Error())
	return exitUnreadable
}

func dispatch(args []string) (int, error) {
	if len(args) == 0 {
		if isTerminal(os.Stdin) {
			return replCommand(nil)
		}
		return runCommand([]string{"-"})
	}
	for _, s := range subcommands {
		if s.name == args[0] {
			return s.run(args[1:])
		}
	}
	switch args[0] {
	case "-h", "--help":
		return helpCommand(nil)
	case "-V", "--version":
		return versionCommand(nil)
	}
	return runCommand(args)
}

func subcommandNames() []string {
	names := make([]string, len(subcommands))
	for i, s := range subcommands {
		names[i] = s.name
	}
	return names
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }

// colorMode is the value of --color.
type colorMode string

const (
	colorAuto   colorMode = "auto"
	colorAlways colorMode = "always"
	colorNever  colorMode = "never"
)

// on tells whether a stream shows colours: --color decides, then NO_COLOR and
// a TERM that has none, then whether it is a terminal.
func (m colorMode) on(f *os.File) bool {
	switch m {
	case colorAlways:
		return true
	case colorNever:
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(f)
}

func printerFor(f *os.File, mode colorMode) *report.Printer { return report.New(f, mode.on(f)) }

func say(text string) { io.WriteString(os.Stdout, text) }
