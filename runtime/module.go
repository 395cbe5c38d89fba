package runtime

import (
	"context"
	"time"
)

// Module is a named set of functions and constants that scripts call as
// name.function(…). It is a plain literal, never changed after Compile saw it.
type Module struct {
	Name   string
	Doc    string // one line
	Funcs  []*Func
	Consts []Const
}

// Const is a value of a module, such as math.pi.
type Const struct {
	Name  string
	Doc   string
	Value Value
}

// Func is a function that Go code gives to scripts: of a Module, of the
// Universe, or a method of a Type.
type Func struct {
	// Sig is written as in a script:
	//
	//	find(id: int, deep: bool = false, ...tags: string) -> map
	//
	// Types are those of the language, joined by |; any takes everything;
	// number is int or float; T? is T or nil. A default is a literal;
	// = nil means optional whatever the type. What stands after ...rest or a
	// lone * can be given by name only; **options takes any named arguments.
	// Arguments that do not fit fail with kind type before Do is called.
	Sig     string
	Doc     string // one line: what it does and gives
	Example string // a line of script that the tests run, `"a,b".split(",")  # ["a", "b"]`
	Fails   string // the kinds it fails with, "io parse"
	// Do runs it. The error is best an *Error (see Fail); any other becomes
	// one of kind internal that wraps it.
	Do func(*Call) (Value, error)
	// Quick, in the place of Do, runs what needs nothing but the receiver (Nil
	// for a function of a module) and at most two parameters (Nil where absent).
	// No Call is made for it, which costs more than such a function does. It
	// must not wait, and must not keep a handle that it is given.
	Quick func(recv, a, b Value) (Value, *Error)

	// seeks, of a method of maps, is Quick for where the key that it is first
	// given is; -1: nowhere.
	seeks func(recv Value, pos int, b Value) Value
	// usual: with so many arguments a core function with ...rest is called by
	// its Quick, with others by its Do.
	usual int
	// makes is how many levels of what it gives are new: 1 for a list of what
	// there was before. What a Do makes step by step it counts itself.
	makes int
	// weighs gives how many bytes it makes, where that can be much more than
	// what it is given takes: they are refused before they are made. It may stop
	// to count where they are more than most.
	weighs func(recv, a, b Value, most int) int
	// changes: a method that changes its receiver, a list or map that Do may
	// write to in place.
	changes bool
	core    bool   // of the runtime itself: it waits in ways that the runtime sees
	waits   bool   // a core function that ends by Call.await where it has to wait
	params  params // parsed Sig, set once by prepare
}

// Type describes host objects: what is alive or lazy, such as a response or a
// channel. A Go value's own methods are never visible to scripts.
type Type struct {
	Name    string
	Doc     string
	Fields  []Field
	Methods []*Func

	// Stream, if not nil, makes the object a source for for-loops.
	Stream func(data any) Stream
	// Text, if not nil, is how the object prints; else <name>.
	Text func(data any) string
}

// Field is a readable member of a host object.
type Field struct {
	Name string
	Doc  string
	Get  func(data any) Value
}

// Stream is a source of values that is read once: lines of a file, rows,
// ticks. Next waits until a value is there or ctx ends; ok is false at the
// end. A Stream is called by one goroutine at a time.
type Stream interface {
	Next(ctx context.Context) (v Value, ok bool, err error)
	Close() error
}

// Timed is a Stream that waits for nothing but the clock: it says which value
// comes next and when, and the run waits. It is asked in the place of Next.
type Timed interface {
	Stream
	NextAt(now time.Time) (v Value, at time.Time)
}

// Grant is permission to touch one thing outside the program. Modules define
// their own grants (fs.Read, http.Hosts); nothing is granted by default.
type Grant interface {
	// Grant says what is allowed, for messages: `read /data`.
	Grant() string
}

// Named is one argument given by name.
type Named struct {
	Name  string
	Value Value
}

// Call is one call of a Func. It is valid until Do returns.
type Call struct {
	fn      *Func
	thread  *Thread
	recv    Value
	args    []Value // by parameter; absent where not given
	rest    []Value
	named   []Named // of **options
	frame   *frame  // where the script calls
	outside bool    // it may wait for what the run does not see
	pending pending // what Do has left to wait for, empty but for a while
	charged int     // bytes that it is about to make …
	list    bool    // … as a list of what there was before
	next    *Call   // in a list of free ones
	room    [6]Value
}

// Receiver gives the value that a method was called on.
func (c *Call) Receiver() Value { return c.recv }

// Data gives the Go value behind the host object a method was called on.
func (c *Call) Data() any { return c.recv.host().data }

// Given tells whether parameter i was given or has a default.
func (c *Call) Given(i int) bool { return c.args[i].ref != tagAbsent }

// Arg gives the argument for parameter i, nil if absent.
func (c *Call) Arg(i int) Value { return given(c.args[i]) }

// The argument for parameter i as a Go value; its type has been checked
// against the signature. An absent one gives the zero value.

func (c *Call) Int(i int) int64              { return int64(c.Arg(i).num) }
func (c *Call) Bool(i int) bool              { return c.Arg(i).num != 0 }
func (c *Call) Duration(i int) time.Duration { return time.Duration(c.Arg(i).num) }
func (c *Call) Text(i int) string            { return c.Arg(i).str() }

// Rest gives the arguments of the ...rest parameter.
func (c *Call) Rest() []Value { return c.rest }

// Options gives the arguments of the **options parameter, as written.
func (c *Call) Options() []Named { return c.named }
