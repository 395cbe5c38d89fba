package os

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/trial"
)

var granted = trial.Script{
	Modules: []*runtime.Module{Module},
	Grants:  []runtime.Grant{All()},
}

func TestEnvironment(t *testing.T) {
	t.Setenv("SEEN", "yes")
	t.Setenv("HIDDEN", "secret")
	granted.Prints(t, `print(os.env("SEEN"), os.env("NO_SUCH_NAME"), os.env("NO_SUCH_NAME", 1), os.environ().HIDDEN)`, "yes nil 1 secret")
	granted.Fails(t, `os.env("A=B")`, "value")

	few := granted
	few.Grants = []runtime.Grant{Env("SEEN", "OTHER")}
	few.Prints(t, `print(os.env("SEEN"), os.env("OTHER"), os.environ())`, `yes nil {SEEN: "yes"}`)
	e := few.Fails(t, `os.env("HIDDEN")`, "denied")
	if needs, _ := e.Data.Get("needs"); needs.String() != "read the variable HIDDEN" {
		t.Errorf("needs %s", needs)
	}
	few.Fails(t, `os.home()`, "denied")
	few.Prints(t, `print(os.pid() > 0, os.platform().keys(), os.script())`, `true ["os", "arch", "cpus"] TestEnvironment.tg`)
}

func TestStdin(t *testing.T) {
	s := granted
	s.Stdin = "one\r\ntwo\n\nthree"
	s.Prints(t, `print(os.stdin.lines().to_list(), os.stdin.read() == "")`, `["one", "two", "", "three"] true`)
	s.Prints(t, `print(os.stdin.lines().next()); print(os.stdin.read())`, "one\ntwo\n\nthree")
	s.Prints(t, `for l in os.stdin.lines() { print(l); break }; for l in os.stdin.lines() { print(l) }`, "one\ntwo\n\nthree")
	s.Prints(t, `let got = group for i in 0..2 < [i]: os.stdin.lines().next() >; print(got.values().sorted())`, `["one", "two"]`)
	s.Stdin = "a\xffb"
	s.Prints(t, `print(os.stdin.read())`, "a\uFFFDb")
	s.Stdin = ""
	s.Prints(t, `print(os.stdin.lines().next("none"), os.stdin.read() == "")`, `none true`)
}

// A child that waits for input is woken by its cancellation; what comes later
// is the next reader's.
func TestStdinWaiterIsCancelled(t *testing.T) {
	r, w := io.Pipe()
	in := newInput(r)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	waiting := make(chan error)
	go func() {
		_, _, err := inputLines{in}.Next(ctx)
		waiting <- err
	}()
	cancel(cause)
	if err := <-waiting; !errors.Is(err, cause) {
		t.Errorf("the waiter ended with %v", err)
	}
	go func() {
		io.Copy(w, strings.NewReader("late\n"))
		w.Close()
	}()
	v, ok, err := inputLines{in}.Next(t.Context())
	if !ok || err != nil || v.String() != "late" {
		t.Errorf("the next reader got %s, %v, %v", v, ok, err)
	}
}

func TestStdinFailure(t *testing.T) {
	r, w := io.Pipe()
	w.CloseWithError(errors.New("unplugged"))
	_, _, err := inputLines{newInput(r)}.Next(t.Context())
	e := new(runtime.Error)
	if !errors.As(err, &e) || e.Kind != "io" || e.Message != "cannot read stdin: unplugged" {
		t.Errorf("failed with %v", err)
	}
}
