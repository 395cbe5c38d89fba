package scripttest_test

import (
	"io/fs"
	"os"
)

// files opens imports relative to the working directory, wherever they are.
type files struct{}

func (files) Open(name string) (fs.File, error) { return os.Open(name) }
