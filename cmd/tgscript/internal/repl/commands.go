package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/runtime"
)

// action is a command of the REPL, `:name argument`.
type action struct {
	name string
	arg  string // what stands for its argument in the help
	help string
	do   func(r *REPL, arg string) (leave bool)
}

// Set here since :help names them all.
var actions []action

func init() {
	actions = []action{
		{"help", "", "this", (*REPL).help},
		{"doc", "NAME", "explain a function, a module, a keyword", (*REPL).doc},
		{"type", "EXPR", "the type of what an expression gives", (*REPL).typeOf},
		{"time", "STMT", "run a statement and tell how long it took", (*REPL).timed},
		{"load", "FILE", "run a file as if it were typed here", (*REPL).load},
		{"save", "FILE", "write what was typed here, and worked, to a file", (*REPL).save},
		{"edit", "", "edit the last input in $EDITOR, then run it", (*REPL).edit},
		{"reset", "", "forget all that was bound", func(r *REPL, _ string) bool { r.reset(); r.kept = nil; return false }},
		{"quit", "", "leave, as Ctrl-D does", func(*REPL, string) bool { return true }},
	}
}

func commandNames() []string {
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = a.name
	}
	return names
}

func isCommand(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), ":") }

// asCommand splits `:name argument`.
func asCommand(text string) (name, arg string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), ":")
	name, arg, _ = strings.Cut(rest, " ")
	return name, strings.TrimSpace(arg), ok
}

// command runs a command; its name may be cut short.
func (r *REPL) command(name, arg string) (leave bool) {
	var fits []action
	for _, a := range actions {
		if a.name == name {
			fits = []action{a}
			break
		}
		if name != "" && strings.HasPrefix(a.name, name) {
			fits = append(fits, a)
		}
	}
	switch {
	case len(fits) == 0:
		text := "there is no command `:" + name + "`"
		if near := resolve.Nearest(name, commandNames()); near != "" {
			text += "; did you mean `:" + near + "`?"
		}
		r.config.Errors.Line("error", text)
	case len(fits) > 1:
		r.config.Errors.Line("error", "`:"+name+"` may be `:"+fits[0].name+"` or `:"+fits[1].name+"`")
	case fits[0].arg != "" && arg == "":
		r.config.Errors.Line("error", fmt.Sprintf("`:%s` needs something: `:%s %s`", fits[0].name, fits[0].name, fits[0].arg))
	default:
		return fits[0].do(r, arg)
	}
	return false
}

func (r *REPL) help(string) bool {
	fmt.Println("Type a statement or an expression; `_` is the last value.")
	for _, a := range actions {
		fmt.Printf("  %-12s %s\n", strings.TrimSpace(":"+a.name+" "+a.arg), a.help)
	}
	fmt.Println("Tab completes, Ctrl-R searches what was typed, Ctrl-C stops what runs, Ctrl-D leaves.")
	fmt.Println("What begins with a space is not remembered.")
	return false
}

func (r *REPL) doc(name string) bool {
	text, err := r.book.Explain(name)
	if err != nil {
		r.config.Errors.Line("error", err.Error())
		return false
	}
	fmt.Print(text)
	return false
}

// typeOf runs an expression and tells the type of what it gives, which becomes
// the last value.
func (r *REPL) typeOf(expr string) bool {
	v, err := r.eval(r.nextName(), expr)
	if err != nil {
		return r.failed(err)
	}
	name := runtime.String(v.Kind().String())
	if !v.IsNil() { // of a host object the language knows more
		if name, err = r.inspect(context.Background(), "type(_)"); err != nil {
			return r.failed(err)
		}
	}
	fmt.Println(name)
	return false
}

// failed tells why an input failed; leave tells that it was an exit.
func (r *REPL) failed(err error) (leave bool) {
	if errors.As(err, new(*runtime.ExitError)) {
		return true
	}
	r.report(err)
	return false
}

func (r *REPL) load(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		r.config.Errors.Line("error", "cannot read "+file+": "+reason(err))
		return false
	}
	v, err := r.eval(file, string(text))
	if err != nil {
		return r.failed(err)
	}
	r.kept = append(r.kept, strings.TrimRight(string(text), "\n"))
	r.show(v)
	return false
}

func (r *REPL) save(file string) bool {
	text := strings.Join(r.kept, "\n") + "\n"
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		r.config.Errors.Line("error", "cannot write "+file+": "+reason(err))
	}
	return false
}

// edit lets the last input be changed in an editor.
func (r *REPL) edit(string) bool {
	text, err := r.edited(r.last)
	if err != nil {
		r.config.Errors.Line("error", "cannot edit: "+reason(err))
		return false
	}
	if strings.TrimSpace(text) == "" {
		return false
	}
	fmt.Println(text)
	r.reader.keep(text)
	_, leave := r.input(text)
	return leave
}

func (r *REPL) edited(text string) (string, error) {
	f, err := os.CreateTemp("", "input-*.tg")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	editor := os.Getenv("EDITOR")
	if editor == "" {
		editor = "vi"
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT) // the editor's own
	defer signal.Stop(signals)
	// $EDITOR may have arguments, `code --wait`.
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", editor+` "$1"`, "sh", f.Name())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", err
	}
	b, err := os.ReadFile(f.Name())
	return strings.TrimRight(string(b), "\n"), err
}

// reason gives what the system says, without the operation and the path.
func reason(err error) string {
	var e *os.PathError
	if errors.As(err, &e) {
		return e.Err.Error()
	}
	return err.Error()
}
