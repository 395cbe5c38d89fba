package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing/fstest"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// A script is compiled once and run as often as needed; what it gives is
// decoded into Go values.
func Example() {
	prog, err := tg.Compile("report.tg", `
		let {values, errors} = group settle for h in hosts <
			[h.name]: if h.up { h.name.upper() } else { fail "${h.name} is down" }
		>
		{up: values.values(), down: errors.keys()}
	`, tg.Options{Globals: []string{"hosts"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	type host struct {
		Name string `json:"name"`
		Up   bool   `json:"up"`
	}
	res, err := prog.Run(context.Background(), tg.Run{
		Globals: tg.Vars{"hosts": []host{{"alpha", true}, {"beta", false}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var report struct{ Up, Down []string }
	if err := tg.Decode(res.Value(), &report); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Up, report.Down)
	// Output: [ALPHA] [beta]
}

// The mistakes of a text are all found before anything runs.
func ExampleCompile_diagnostics() {
	_, err := tg.Compile("job.tg", "let total = 1\ntotal = 2\nprint(totl)\n", tg.Options{})
	var all tg.Diagnostics
	if errors.As(err, &all) {
		for _, d := range all {
			fmt.Println(d.Position(), d.Message)
		}
	}
	// Output:
	// job.tg:2:1 `total` is bound with `let` and cannot be changed
	// job.tg:3:7 `totl` is not defined
}

func ExampleEval() {
	sum, err := tg.Eval[int](context.Background(), "xs.map(x -> x * x).sum()", tg.Vars{"xs": []int{1, 2, 3}})
	fmt.Println(sum, err)
	// Output: 14 <nil>
}

// Cancelling the context cancels every child; Run returns when all have ended
// and their deferred code has run.
func ExampleProgram_Run_cancel() {
	prog, err := tg.Compile("wait.tg", `
		group <
			a: { defer print("a cleaned up"); sleep(1h) }
			b: sleep(1h)
		>
	`, tg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = prog.Run(ctx, tg.Run{Stdout: os.Stdout})
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// a cleaned up
	// true
}

// A limit ends the whole program; no script can catch it.
func ExampleLimits() {
	prog, _ := tg.Compile("spin.tg", `{ while true { } } catch "caught"`, tg.Options{})
	_, err := prog.Run(context.Background(), tg.Run{Limits: tg.Limits{Steps: 100_000}})
	fmt.Println(errors.Is(err, tg.LimitSteps))
	// Output: true
}

// A module gives scripts functions written in Go.
func ExampleModule() {
	users := &tg.Module{Name: "users", Funcs: []*tg.Func{{
		Sig:   "find(id: int, deep: bool = false) -> map",
		Doc:   "the user with an id",
		Fails: "key",
		Do: func(c *tg.Call) (tg.Value, error) {
			if c.Int(0) != 7 {
				return tg.Nil, tg.Fail("key", "there is no user %d", c.Int(0))
			}
			return tg.ValueOf(map[string]any{"id": 7, "name": "Ada"})
		},
	}}}
	prog, err := tg.Compile("who.tg", `
		print(users.find(7).name)
		print(users.find(8) catch e -> "${e.kind}: ${e}")
	`, tg.Options{Modules: []*tg.Module{users}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := prog.Run(context.Background(), tg.Run{Stdout: os.Stdout}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Ada
	// key: there is no user 8
}

// A script's functions can be called from Go, from any goroutine.
func ExampleResult_Get() {
	prog, err := tg.Compile("price.tg", `
		let rate = 1.2
		fn price(n) = n * rate
	`, tg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := prog.Run(context.Background(), tg.Run{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var price func(context.Context, float64) (float64, error)
	if err := res.Get("price", &price); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(price(context.Background(), 10))
	// Output: 12 <nil>
}

// Imports are read from the file system that the embedding program gives.
func ExampleOptions_files() {
	files := fstest.MapFS{"lib/greet.tg": {Data: []byte("fn hello(name) = \"hello ${name}\"\n")}}
	prog, err := tg.Compile("main.tg", `
		import "./lib/greet.tg" as greet
		greet.hello("you")
	`, tg.Options{Files: files})
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := prog.Run(context.Background(), tg.Run{})
	fmt.Println(res.Value(), err)
	// Output: hello you <nil>
}

// A session runs one input after the other, as a REPL does.
func ExampleSession() {
	s := tg.NewSession(tg.Options{}, tg.Run{Stdout: os.Stdout})
	for _, input := range []string{"let xs = [3, 1, 2]", "xs.sorted()", "_.first()"} {
		v, err := s.Eval(context.Background(), "input", input)
		fmt.Println(v, err)
	}
	// Output:
	// nil <nil>
	// [1, 2, 3] <nil>
	// 1 <nil>
}

// A failed run gives an *Error: its kind, its place, the path of the child.
func ExampleError() {
	prog, err := tg.Compile("deploy.tg", `group <
  web: group < eu: fail {message: "disk full", kind: "disk"} >
>`, tg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = prog.Run(context.Background(), tg.Run{})
	var e *tg.Error
	if errors.As(err, &e) {
		fmt.Println(e.Kind, e.Message, e.Child, e.Trace[0].Position())
	}
	// Output: disk disk full web/eu deploy.tg:2:20
}
