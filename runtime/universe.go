package runtime

import (
	"errors"
	"io"
	"math"
	"slices"
	"syscall"
	"time"
)

// argsName is the one name of the Universe that is no function: the script's
// arguments.
const argsName = "args"

// assertName is the function that the compiler knows: its failure shows the
// sides of a comparison.
const assertName = "assert"

// Universe holds the functions that every script has.
var Universe = &Module{
	Name: "universe",
	Doc:  "what every script has without asking",
}

// Set here since functions come by the Universe when they name one in an error.
func init() { Universe.Funcs = slices.Concat(coreFuncs, handleFuncs) }

// coreFuncs are those of the Universe that make no handles.
var coreFuncs = []*Func{
	{
		Sig:     `print(...values: any, sep: string = " ", end: string = "\n", err: bool = false)`,
		Doc:     "writes the values as text, in one uninterrupted write",
		Example: `print("a", 1, [2.0])  #> a 1 [2.0]`,
		Do:      printValues,
	},
	strFunc,
	{Sig: "int(x: any, base: int = 10) -> int", Doc: "a number, or the number that a text says, as an int", Example: `int(" 42 ")  # 42`, Fails: "value arithmetic type", Quick: func(_, x, base Value) (Value, *Error) { return toInt(x, base.int()) }},
	{Sig: "float(x: any) -> float", Doc: "a number, or the number that a text says, as a float", Example: `float("1.5")  # 1.5`, Fails: "value type", Quick: func(_, x, _ Value) (Value, *Error) { return toFloat(x) }},
	{Sig: "bool(x: any) -> bool", Doc: `a bool, or the one that "true" or "false" says`, Example: `bool("true")  # true`, Fails: "value type", Quick: func(_, x, _ Value) (Value, *Error) { return toBool(x) }},
	{Sig: "duration(x: any) -> duration", Doc: "the duration that a text says", Example: `duration("1m30s")  # 1m30s`, Fails: "value type", Quick: func(_, x, _ Value) (Value, *Error) { return toDuration(x) }},
	{Sig: "type(x: any) -> string", Doc: "the name of the type of x", Example: `type(1.5)  # float`, Quick: func(_, x, _ Value) (Value, *Error) { return typeText(x), nil }},
	{Sig: "chr(code: int) -> string", Doc: "the character with a code point", Example: `chr(97)  # a`, Fails: "value", makes: 1, Quick: func(_, code, _ Value) (Value, *Error) {
		n := code.int()
		if n < 0 || n > 0x10ffff || n >= 0xd800 && n < 0xe000 {
			return Nil, Fail("value", "%d is no code point", n)
		}
		return String(string(rune(n))), nil
	}},
	minFunc,
	maxFunc,
	{Sig: "abs(x: number | duration) -> number | duration", Doc: "x without its sign", Example: `abs(-3)  # 3`, Fails: "arithmetic", Quick: func(_, x, _ Value) (Value, *Error) { return absolute(x) }},
	{Sig: "floor(x: number) -> int", Doc: "the greatest int not above x", Example: `floor(1.7)  # 1`, Fails: "arithmetic", Quick: func(_, x, _ Value) (Value, *Error) { return roundTo(x, Nil, math.Floor) }},
	{Sig: "ceil(x: number) -> int", Doc: "the least int not below x", Example: `ceil(1.2)  # 2`, Fails: "arithmetic", Quick: func(_, x, _ Value) (Value, *Error) { return roundTo(x, Nil, math.Ceil) }},
	{Sig: "trunc(x: number) -> int", Doc: "x without its fraction, as an int", Example: `trunc(-1.7)  # -1`, Fails: "arithmetic", Quick: func(_, x, _ Value) (Value, *Error) { return roundTo(x, Nil, math.Trunc) }},
	{Sig: "round(x: number, digits: int = nil) -> number", Doc: "the nearest int, halves away from zero; with digits the nearest number with so many", Example: `round(2.345, 2)  # 2.35`, Fails: "arithmetic", Quick: func(_, x, digits Value) (Value, *Error) { return roundTo(x, digits, math.Round) }},
	{Sig: "assert(cond: bool, message: string = nil)", Doc: "fails, kind assert, unless cond is true", Example: `assert(1 < 2)  # nil`, Fails: "assert", Do: assertTrue},
	sleepFunc,
	{Sig: "timeout(d: duration, fn: function) -> any", Doc: "what fn gives, if it does so within d", Example: `timeout(1s, () -> 7)  # 7`, Fails: "timeout value", Do: withTimeout},
	{Sig: "shield(fn: function) -> any", Doc: "runs fn to its end, whatever is cancelled around it", Example: `shield(() -> 7)  # 7`, Do: withShield},
	{
		Sig:     "retry(n: int, fn: function, backoff: duration = 100ms, max: duration = 5s, factor: number = 2, jitter: bool = true, on: function = nil) -> any",
		Doc:     "what fn gives, tried up to n times with growing pauses; on decides whether an error is worth another try",
		Example: `retry(3, () -> 7)  # 7`, Fails: "value", Do: retry,
	},
	{Sig: "exit(code: int = 0)", Doc: "cancels the whole program and ends it with a status from 0 to 255", Fails: "value", Do: exit},
}

var strFunc = &Func{Sig: "str(x: any) -> string", Doc: "the text that print shows", Example: `str([1, "a"])  # [1, "a"]`, makes: 1, weighs: func(_, x, _ Value, most int) int { return shownBytes(x, most) }, Quick: func(_, x, _ Value) (Value, *Error) {
	if x.is(KindString) {
		return x, nil
	}
	var room [32]byte
	s, err := appendDisplay(room[:0], x)
	return textOf(nil, s), err
}}

var minFunc = &Func{Sig: "min(...values: any) -> any", Doc: "the least of several values, or of a list or range", Example: `min(3, 1, 2)  # 1`, Fails: "empty type", Do: func(c *Call) (Value, error) {
	return result(minMax(c.Rest(), -1))
}, usual: 2, Quick: func(_, a, b Value) (Value, *Error) { return minMax([]Value{a, b}, -1) }}

var maxFunc = &Func{Sig: "max(...values: any) -> any", Doc: "the greatest of several values, or of a list or range", Example: `max([3, 1, 2])  # 3`, Fails: "empty type", Do: func(c *Call) (Value, error) {
	return result(minMax(c.Rest(), 1))
}, usual: 2, Quick: func(_, a, b Value) (Value, *Error) { return minMax([]Value{a, b}, 1) }}

var sleepFunc = &Func{Sig: "sleep(d: duration)", Doc: "waits", Example: `sleep(1ms)  # nil`, Do: func(c *Call) (Value, error) {
	c.frame.sleep(c.Duration(0))
	return Nil, nil
}}

// result gives what a pure function gave as a Do gives it: an *Error that is
// nil must not become an error that is not.
func result(v Value, err *Error) (Value, error) {
	if err != nil {
		return Nil, err
	}
	return v, nil
}

func printValues(c *Call) (Value, error) {
	c.thread.relieve() // its reader may be slow
	out := make([]byte, 0, 128)
	for i, v := range c.Rest() {
		if i > 0 {
			out = append(out, c.Text(1)...)
		}
		c.frame.admitShown(len(out), v)
		var err *Error
		if out, err = appendDisplay(out, v); err != nil {
			return Nil, err
		}
	}
	out = append(out, c.Text(2)...)
	w := c.Stdout()
	if c.Bool(3) {
		w = c.Stderr()
	}
	if _, err := w.Write(out); err != nil {
		return Nil, c.writeFailed(err)
	}
	return Nil, nil
}

// writeFailed handles a failed write to an output. A reader that went away
// ends the program quietly, as it ends other commands in a pipe.
func (c *Call) writeFailed(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		c.thread.exit(closedPipe)
		return nil
	}
	return Fail("io", "cannot write the output: %w", err)
}

// closedPipe is the exit code of a program whose output nobody reads.
const closedPipe = 141

func assertTrue(c *Call) (Value, error) {
	if c.Bool(0) {
		return Nil, nil
	}
	if c.Given(1) {
		return Nil, Fail("assert", "%s", c.Text(1))
	}
	return Nil, Fail("assert", "assertion failed")
}

// withTimeout runs a function in a scope that is cancelled when the time is
// up. It is a group of one.
func withTimeout(c *Call) (Value, error) {
	d := c.Duration(0)
	if d < 0 {
		return Nil, Fail("value", "a timeout must not be negative, got %s", durationText(d))
	}
	text := durationText(d)
	err := Fail("timeout", "the function took longer than %s", text)
	if d == 0 {
		return Nil, err // it has passed: nothing starts
	}
	s := &scope{thread: c.thread}
	s.expires(later(c.thread.run.clock.elapsed(), d))
	stop := c.thread.run.after(c.thread, d, func() {
		s.cancel(&cancellation{scope: s, reason: "timeout " + text, err: errTimeout})
	})
	defer stop()
	v, cut := c.frame.inScope(s, c.Arg(1))
	if cut == nil {
		return v, nil
	}
	return Nil, withCleanups(err, cut.failures)
}

var errTimeout = errors.New("timeout")

// inScope calls fn in a scope below the thread's. cut is how it ended if that
// scope was cancelled.
func (f *frame) inScope(s *scope, fn Value) (v Value, cut *unwinding) {
	v, r := f.run(func(f *frame) (v Value) {
		f.t.within(s, func() { v = f.apply(fn, nil, nil) })
		return v
	})
	if r == nil {
		return v, nil
	}
	u, ok := r.(*unwinding)
	if !ok || u.cause.scope != s {
		panic(r)
	}
	return Nil, u
}

// withShield runs a function in a scope that only the program's end reaches.
func withShield(c *Call) (Value, error) {
	t := c.thread
	fn := c.Arg(0)
	if t.deferred > 0 {
		return c.frame.apply(fn, nil, nil), nil // the grace bounds it as it is
	}
	s := &scope{thread: t, guard: shielded, grace: t.grace}
	v, cut := c.frame.inScope(s, fn)
	if cut == nil {
		if t.run.root.dead.Load() {
			t.run.foundAt(c.frame, inShield)
		}
		return v, nil
	}
	t.run.warn(t, "a shield was cut off after the grace of "+durationText(t.grace))
	cause := t.scope.reason()
	if r := t.rarely(); r.struck == cut.cause {
		r.struck = cause // the grace of its deferred code goes on outside
	}
	panic(&unwinding{cause, cut.failures})
}

// retry calls a function again while it fails.
func retry(c *Call) (Value, error) {
	n, fn := c.Int(0), c.Arg(1)
	pause, most, jitter, on := c.Duration(2), c.Duration(3), c.Bool(5), c.Arg(6)
	factor, _ := number(c.Arg(4))
	switch {
	case n < 1:
		return Nil, Fail("value", "retry needs at least 1 try, got %d", n)
	case pause < 0 || most < 0:
		return Nil, Fail("value", "the pauses of a retry must not be negative")
	case !(factor >= 1): // NaN is none either
		return Nil, Fail("value", "the factor of a retry must be at least 1")
	}
	var tries []*Error
	for {
		v, failure := c.frame.try(func(f *frame) Value { return f.apply(fn, nil, nil) })
		if failure == nil {
			return v, nil
		}
		exact, again := time.Duration(-1), int64(len(tries))+1 < n
		if again {
			var failed *Error
			if exact, again, failed = c.another(on, failure); failed != nil {
				return Nil, failed
			}
		}
		if !again {
			e := *failure
			e.Tries = tries
			return Nil, &e
		}
		wait := min(pause, most)
		tries = append(tries, failure)
		switch {
		case exact >= 0:
			wait = exact
		case jitter:
			wait = time.Duration(float64(wait) * (0.5 + c.Random().Float64()/2))
		}
		c.frame.sleep(wait)
		pause = time.Duration(min(float64(pause)*factor, float64(most)))
	}
}

// another asks retry's on whether an error is worth another try. exact is the
// pause it wants, negative if it leaves that open.
func (c *Call) another(on Value, failure *Error) (exact time.Duration, again bool, failed *Error) {
	if on.ref == nil {
		return -1, true, nil
	}
	v, failed := c.frame.try(func(f *frame) Value { return f.apply(on, []Value{failure.value()}, nil) })
	switch {
	case failed != nil:
		e := *failed
		e.Cause = failure
		return 0, false, &e
	case v.isBool():
		return -1, v.bool(), nil
	case v.Kind() == KindDuration && v.duration() >= 0:
		return v.duration(), true, nil
	}
	return 0, false, Fail("type", "`on` must give a bool or a duration, got %s", typeName(v))
}

func exit(c *Call) (Value, error) {
	code := c.Int(0)
	if code < 0 || code > 255 {
		return Nil, Fail("value", "an exit status is from 0 to 255, got %d", code)
	}
	c.thread.exit(int(code))
	return Nil, nil
}

// exit ends the program with a status. It returns only in deferred code.
func (t *Thread) exit(code int) {
	if t.deferred > 0 {
		return
	}
	x := t.run
	x.stop(&cancellation{scope: &x.root, reason: "exit", err: &ExitError{code}, program: true})
	panic(&unwinding{cause: x.root.reason()})
}
