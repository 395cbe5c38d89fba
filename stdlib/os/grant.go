package os

import (
	"slices"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// Env permits reading the variables of the environment that have these names.
func Env(names ...string) runtime.Grant { return variables(names) }

// All permits reading every variable, and who and where the process is.
func All() runtime.Grant { return everything{} }

type variables []string

func (v variables) Grant() string { return "read the environment's " + strings.Join(v, ", ") }

type everything struct{}

func (everything) Grant() string { return "read the environment" }

// Readable tells whether grants permit reading a variable of the environment.
func Readable(grants []runtime.Grant, name string) bool {
	for _, g := range grants {
		switch g := g.(type) {
		case everything:
			return true
		case variables:
			if slices.Contains(g, name) {
				return true
			}
		}
	}
	return false
}

// permitted fails with kind denied unless everything is granted.
func permitted(c *runtime.Call, what string) error {
	for _, g := range c.Grants() {
		if _, ok := g.(everything); ok {
			return nil
		}
	}
	return denied(what)
}

func denied(what string) error {
	return runtime.Fail("denied", "this program is not allowed to read %s", what).
		With(runtime.NewMap(runtime.Named{Name: "needs", Value: runtime.String("read " + what)}))
}
