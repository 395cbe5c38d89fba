package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/tgscript/tgscript/ast/resolve"
)

// manual is the help of a subcommand, without its options.
type manual struct {
	name     string
	usage    []string
	about    string
	examples []string
}

var manuals = []manual{
	{
		name:  "run",
		usage: []string{"tgscript [run] [options] FILE [args…]", "tgscript [run] [options] -e CODE [args…]", "tgscript [run] [options] - [args…] < FILE"},
		about: "Runs a script. Options stand before the script, all after it are its arguments\n(`args`). A file that is named like a subcommand is written `./check`.\n\n" +
			"Exit status: 0 success; 1 the script failed; 2 it could not be read or compiled,\nor wrong usage; 3 a limit; 124 --timeout; 130 Ctrl-C; 141 stdout was closed;\n143 SIGTERM; else what the script gave to `exit`.",
		examples: []string{"tgscript run --timeout 1m deploy.tg staging", "tgscript -e 'print(args)' a b"},
	},
	{
		name:     "check",
		usage:    []string{"tgscript check [options] FILE…"},
		about:    "Tells every error and warning of scripts and of what they import, and runs\nnothing. Exit status: 0 no errors, 2 errors.",
		examples: []string{"tgscript check --json deploy.tg"},
	},
	{
		name:     "repl",
		usage:    []string{"tgscript", "tgscript repl [options]"},
		about:    "Reads statements from the terminal and shows what they give; `:help` tells more.",
		examples: []string{"tgscript repl"},
	},
	{
		name:     "doc",
		usage:    []string{"tgscript doc [NAME]"},
		about:    "Explains a function, a module, a method, a type, a keyword or an option of groups.",
		examples: []string{"tgscript doc retry", "tgscript doc list.map", "tgscript doc json"},
	},
	{
		name:     "version",
		usage:    []string{"tgscript version"},
		about:    "Prints the version.",
		examples: []string{"tgscript version"},
	},
}

// helpOf gives the help of a subcommand.
func helpOf(name string, flags []flag) string {
	for _, m := range manuals {
		if m.name == name {
			return m.text(flags)
		}
	}
	return ""
}

func (m manual) text(flags []flag) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	for _, line := range m.usage {
		b.WriteString("  " + line + "\n")
	}
	b.WriteString("\n" + m.about + "\n")
	if len(flags) > 0 {
		b.WriteString("\nOptions:\n")
		for _, f := range flags {
			fmt.Fprintf(&b, "  %-22s %s\n", strings.TrimSpace(f.written()+" "+f.value), f.help)
		}
	}
	b.WriteString("\nFor example:\n")
	for _, line := range m.examples {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

// helpCommand explains the program or a subcommand.
func helpCommand(args []string) (int, error) {
	if len(args) > 0 {
		for _, s := range subcommands {
			if s.name == args[0] && s.name != "help" {
				return s.run([]string{"--help"})
			}
		}
		return 0, usage("", "there is no subcommand `%s`%s", args[0], nearSubcommand(args[0]))
	}
	var b strings.Builder
	b.WriteString("tgscript runs scripts whose parts run at once.\n\nUsage:\n")
	b.WriteString("  tgscript FILE [args…]         run a script\n")
	b.WriteString("  tgscript -e CODE [args…]      run a line of code\n")
	b.WriteString("  tgscript - < FILE             run a script from stdin\n")
	b.WriteString("  tgscript                      talk to it, on a terminal\n\nSubcommands, each with --help:\n")
	for _, m := range manuals {
		first, _, _ := strings.Cut(m.about, ".")
		fmt.Fprintf(&b, "  %-9s %s\n", m.name, strings.ReplaceAll(first, "\n", " "))
	}
	b.WriteString("\nFor example:\n  tgscript -e 'print(group < sleep(10ms), 1 + 1 >)'\n")
	say(b.String())
	return 0, nil
}

func nearSubcommand(name string) string {
	if near := resolve.Nearest(name, subcommandNames()); near != "" {
		return "; did you mean `" + near + "`?"
	}
	return ""
}

// versionCommand prints the version that the build was made from.
func versionCommand(args []string) (int, error) {
	if _, err := parseFlags("version", nil, args, nil); err != nil {
		if _, help := err.(errHelp); help {
			say(helpOf("version", nil))
			return 0, nil
		}
		return 0, err
	}
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	say("tgscript " + version + "\n")
	return 0, nil
}
