// Command run runs the example scripts by name, beside the loopback server that
// some of them talk to:
//
//	go run ./examples/run            lists them
//	go run ./examples/run health     runs health.tg
//	go run ./examples/run serve      is the server alone, for scripts of your own
//
// It is also an example itself, of a Go program that runs scripts and gives
// them everything the library has.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tgscript/tgscript/examples/loopback"
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
	"github.com/tgscript/tgscript/stdlib/exec"
	"github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/http"
	tgos "github.com/tgscript/tgscript/stdlib/os"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	var exit *runtime.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.Code)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// folder is where the examples are, seen from the repository.
const folder = "examples"

func command(ctx context.Context, args []string) error {
	switch {
	case len(args) == 0:
		return list(folder, os.Stdout)
	case args[0] == "serve":
		return serve(ctx, os.Stdout)
	}
	file := filepath.Join(folder, args[0]+".tg")
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%w; go run ./examples/run, from the repository's root, lists the examples", err)
	}
	server, err := loopback.Start("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	if err := os.Setenv("BASE_URL", server.URL); err != nil {
		return err
	}
	return run(ctx, file, args[1:], os.Stdout, os.Stderr)
}

// options and grants are what a script has here: all modules, everything
// allowed.
var (
	options = runtime.Options{Modules: append(stdlib.Pure(), exec.Module, fs.Module, http.Module, tgos.Module)}
	grants  = []runtime.Grant{exec.All(), fs.All(), http.All(), tgos.All()}
)

// run runs the script of a file.
func run(ctx context.Context, file string, args []string, stdout, stderr io.Writer) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	prog, err := runtime.Compile(file, string(src), options)
	if err != nil {
		return err
	}
	_, err = prog.Run(ctx, runtime.Run{Args: args, Grants: grants, Stdout: stdout, Stderr: stderr})
	return err
}

// list prints the examples, each with the sentence that its file begins with.
func list(dir string, w io.Writer) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.tg"))
	if err != nil {
		return err
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		_, text, _ := strings.Cut(string(src), "\n# ")
		about, _, _ := strings.Cut(text, "\n")
		fmt.Fprintf(w, "%-12s %s\n", strings.TrimSuffix(filepath.Base(file), ".tg"), about)
	}
	return nil
}

// serve is the loopback server until an interrupt, always at one address.
func serve(ctx context.Context, w io.Writer) error {
	server, err := loopback.Start("127.0.0.1:8808")
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Fprintf(w, "export BASE_URL=%s\n", server.URL)
	<-ctx.Done()
	return nil
}
