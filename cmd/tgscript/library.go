package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
	"github.com/tgscript/tgscript/stdlib/csv"
	"github.com/tgscript/tgscript/stdlib/encoding"
	"github.com/tgscript/tgscript/stdlib/exec"
	tgflag "github.com/tgscript/tgscript/stdlib/flag"
	tgfs "github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/http"
	"github.com/tgscript/tgscript/stdlib/log"
	tgos "github.com/tgscript/tgscript/stdlib/os"
	"github.com/tgscript/tgscript/stdlib/re"
	"github.com/tgscript/tgscript/stdlib/text"
	"github.com/tgscript/tgscript/stdlib/url"
)

// library gives what scripts find by name: the pure modules, with log as the
// command line wants it, and those that touch the world.
func library(messages log.Options) []*runtime.Module {
	all := []*runtime.Module{
		csv.Module, encoding.Module, exec.Module, tgflag.Module, tgfs.Module, http.Module,
		log.New(messages), tgos.Module, re.Module, text.Module, url.Module,
	}
	for _, m := range stdlib.Pure() {
		if !slices.ContainsFunc(all, func(o *runtime.Module) bool { return o.Name == m.Name }) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b *runtime.Module) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// everything is what is granted unless --sandbox is given.
func everything() []runtime.Grant {
	return []runtime.Grant{exec.All(), tgfs.All(), http.All(), tgos.All()}
}

// maxSource is the largest script, in bytes.
const maxSource = 16 << 20

// options is what scripts are compiled with.
func options(messages log.Options) runtime.Options {
	return runtime.Options{Modules: library(messages), Files: workingDir{}, Source: maxSource}
}

// workingDir is the file system that imports are read from: names relative to
// the working directory, with .. and absolute ones too, unlike io/fs wants.
type workingDir struct{}

func (workingDir) Open(name string) (fs.File, error) { return os.Open(name) }

// ReadFile reads a file up to the bound of a script.
func (workingDir) ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readSource(f)
}

// readSource reads a script; of one that is too large just more than the
// bound, so that the compiler says so.
func readSource(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, maxSource+1))
}

// readScript gives the text of a script from a file, or from stdin for "-".
func readScript(file string) (string, error) {
	if file == "-" {
		src, err := readSource(os.Stdin)
		if err != nil {
			return "", fmt.Errorf("cannot read the script from stdin: %w", cause(err))
		}
		return string(src), nil
	}
	src, err := workingDir{}.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %w", file, cause(err))
	}
	return string(src), nil
}

// cause gives what the system says, without the operation and the path.
func cause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
