package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/exec"
	"github.com/tgscript/tgscript/stdlib/hash"
	"github.com/tgscript/tgscript/stdlib/json"
	"github.com/tgscript/tgscript/stdlib/math"
	tgos "github.com/tgscript/tgscript/stdlib/os"
)

// modules are what scripts find by name.
var modules = []*runtime.Module{
	exec.Module, hash.Module, json.Module, math.Module, tgos.Module,
}

// everything is what is granted unless --sandbox is given.
func everything() []runtime.Grant {
	return []runtime.Grant{exec.All(), tgos.All()}
}

// maxSource is the largest script, in bytes.
const maxSource = 16 << 20

func options() runtime.Options {
	return runtime.Options{Modules: modules, Files: workingDir{}, Source: maxSource}
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
		text, err := readSource(os.Stdin)
		if err != nil {
			return "", fmt.Errorf("cannot read the script from stdin: %w", cause(err))
		}
		return string(text), nil
	}
	text, err := workingDir{}.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %w", file, cause(err))
	}
	return string(text), nil
}

// cause gives what the system says, without the operation and the path.
func cause(err error) error {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err
	}
	return err
}
