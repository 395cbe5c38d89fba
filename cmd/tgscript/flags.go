package main

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/stdlib/log"
)

// flag is an option of a subcommand, written --name, or --name VALUE and
// --name=VALUE where it has a value. A name of one letter is written -e.
type flag struct {
	name  string
	value string // what stands for its value in the help; "" for a switch
	help  string
	set   func(value string) error
}

// written gives the flag as it is written.
func (f flag) written() string {
	if len(f.name) == 1 {
		return "-" + f.name
	}
	return "--" + f.name
}

// usageError is a command line that says nothing sensible.
type usageError struct {
	command string // whose help would tell; "" for the program's
	message string
}

func (e *usageError) Error() string { return e.message }

func (e *usageError) print(w io.Writer) {
	printerFor(os.Stderr, colorAuto).Line("error", e.message)
	command := "tgscript"
	if e.command != "" {
		command += " " + e.command
	}
	fmt.Fprintf(w, "  `%s --help` tells how it is used\n", command)
}

func usage(command, format string, args ...any) error {
	return &usageError{command, fmt.Sprintf(format, args...)}
}

// errHelp is what parseFlags gives for --help.
type errHelp struct{}

func (errHelp) Error() string { return "help" }

// parseFlags reads the flags that args begin with and gives what follows. It
// stops before the first word that is none, after a --, and after a flag for
// which last says so.
func parseFlags(command string, flags []flag, args []string, last func(name string) bool) ([]string, error) {
	for len(args) > 0 {
		arg := args[0]
		if arg == "-" || !strings.HasPrefix(arg, "-") {
			return args, nil
		}
		args = args[1:]
		switch arg {
		case "--":
			return args, nil
		case "-h", "--help":
			return nil, errHelp{}
		}
		name, value, given := strings.Cut(arg, "=")
		f := findFlag(flags, name)
		if f == nil {
			return nil, usage(command, "there is no option `%s`%s", name, nearFlag(flags, name))
		}
		switch {
		case f.value == "" && given:
			return nil, usage(command, "`%s` takes no value", name)
		case f.value != "" && !given:
			if len(args) == 0 {
				return nil, usage(command, "`%s` needs a value: `%s %s`", name, name, f.value)
			}
			value, args = args[0], args[1:]
		}
		if err := f.set(value); err != nil {
			return nil, usage(command, "`%s`: %s", name, err)
		}
		if last != nil && last(f.name) {
			return args, nil
		}
	}
	return nil, nil
}

func findFlag(flags []flag, written string) *flag {
	for i := range flags {
		if flags[i].written() == written {
			return &flags[i]
		}
	}
	return nil
}

// nearFlag gives the end of a message that names the flag probably meant.
func nearFlag(flags []flag, written string) string {
	names := []string{"help"}
	for _, f := range flags {
		names = append(names, f.name)
	}
	name := strings.TrimLeft(written, "-")
	for _, candidate := range names {
		if candidate == name {
			return "; did you mean `--" + name + "`?"
		}
	}
	if near := resolve.Nearest(name, names); near != "" {
		return "; did you mean `--" + near + "`?"
	}
	return ""
}

func toSwitch(at *bool) func(string) error {
	return func(string) error { *at = true; return nil }
}

func toDuration(at *time.Duration) func(string) error {
	return func(value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("`%s` is no duration; write it as `30s` or `1m30s`", value)
		}
		*at = d
		return nil
	}
}

// toSize takes a number of bytes, or of KiB, MiB or GiB behind which K, M or G
// stands.
func toSize(at *int64) func(string) error {
	return func(value string) error {
		unit, plain := int64(1), value
		for i, name := range []string{"K", "M", "G"} {
			if number, found := strings.CutSuffix(value, name); found {
				unit, plain = 1<<(10*(i+1)), number
			}
		}
		if err := toCount(at)(plain); err != nil || *at > math.MaxInt64/unit {
			return fmt.Errorf("`%s` is no size: it is a number of bytes, or one with K, M or G behind it", value)
		}
		*at *= unit
		return nil
	}
}

// toCount reads a positive number; 1_000_000 and 1e6 are fine.
func toCount(at *int64) func(string) error {
	return func(value string) error {
		plain := strings.ReplaceAll(value, "_", "")
		n, err := strconv.ParseInt(plain, 10, 64)
		if err != nil {
			if x, ferr := strconv.ParseFloat(plain, 64); ferr == nil && x == float64(int64(x)) && x < 1e18 {
				n, err = int64(x), nil
			}
		}
		if err != nil || n < 1 {
			return fmt.Errorf("`%s` is no number of at least 1", value)
		}
		*at = n
		return nil
	}
}

func toColor(at *colorMode) func(string) error {
	return func(value string) error {
		switch m := colorMode(value); m {
		case colorAuto, colorAlways, colorNever:
			*at = m
			return nil
		}
		return fmt.Errorf("`%s` is not one of auto, always, never", value)
	}
}

func toLevel(at *log.Options) func(string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	return func(value string) error {
		level, ok := levels[value]
		if !ok {
			return fmt.Errorf("`%s` is not one of debug, info, warn, error", value)
		}
		at.Level = level
		return nil
	}
}

func toLogForm(at *log.Options) func(string) error {
	return func(value string) error {
		if value != "text" && value != "json" {
			return fmt.Errorf("`%s` is not one of text, json", value)
		}
		at.JSON = value == "json"
		return nil
	}
}
