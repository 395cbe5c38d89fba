// Package trial runs scripts for the tests of modules, and sees that they
// leave nothing running.
package trial

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// Script is a program to try.
type Script struct {
	Modules []*runtime.Module
	Grants  []runtime.Grant
	Stdin   string
	Globals runtime.Vars
}

// Run runs the text and gives what it prints, stderr too. It fails the test
// where the text does not compile or goroutines outlive the run.
func (s Script) Run(t testing.TB, src string) (out string, err error) {
	t.Helper()
	return s.RunIn(t.Context(), t, src)
}

// RunIn is Run with a context.
func (s Script) RunIn(ctx context.Context, t testing.TB, src string) (out string, err error) {
	t.Helper()
	var names []string
	for name := range s.Globals {
		names = append(names, name)
	}
	p, err := runtime.Compile(t.Name()+".tg", src, runtime.Options{Modules: s.Modules, Globals: names})
	if err != nil {
		t.Fatal(err)
	}
	before := goruntime.NumGoroutine()
	var b strings.Builder
	_, err = p.Run(ctx, runtime.Run{
		Globals: s.Globals, Grants: s.Grants,
		Stdin: strings.NewReader(s.Stdin), Stdout: &b, Stderr: &b,
	})
	settled(t, before)
	return b.String(), err
}

// settled fails the test where more goroutines run than before. Those of a
// connection that was closed need a moment to see it.
func settled(t testing.TB, before int) {
	t.Helper()
	for wait := time.Millisecond; wait < 4*time.Second; wait *= 2 {
		if goruntime.NumGoroutine() <= before {
			return
		}
		time.Sleep(wait)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("goroutines are left:\n%s", stacks[:goruntime.Stack(stacks, true)])
}

// Prints fails the test unless the text runs well and prints what is wanted.
func (s Script) Prints(t testing.TB, src, want string) {
	t.Helper()
	out, err := s.Run(t, src)
	if err != nil {
		t.Errorf("%s\nfails: %v", src, err)
	}
	if got := strings.TrimSuffix(out, "\n"); got != want {
		t.Errorf("%s\nprints %q\nwant   %q", src, got, want)
	}
}

// Fails fails the test unless the text fails with a kind. It gives the error.
func (s Script) Fails(t testing.TB, src, kind string) *runtime.Error {
	t.Helper()
	_, err := s.Run(t, src)
	e := new(runtime.Error)
	if !errors.As(err, &e) {
		t.Fatalf("%s\nfails with %v, want kind %s", src, err, kind)
	}
	if e.Kind != kind {
		t.Errorf("%s\nfails with kind %s (%s), want %s", src, e.Kind, e.Message, kind)
	}
	return e
}
