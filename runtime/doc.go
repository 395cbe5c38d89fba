// Package runtime compiles scripts and runs them. It is what an embedding
// program imports: Compile turns a text into a Program, which never changes;
// Program.Run runs it, any number of times at once, and gives a Result. A
// Session runs one input after the other, Eval a single expression.
//
// Values of scripts are Value; ValueOf and Decode go between them and Go's.
// What a script can call is described by Func, Type and Module; a function in
// Go gets its arguments, its streams and its cancellation from a Call. Failures
// are *Error, limits are Limits, what happens while a program runs is told as
// Event, and time is a Clock, which may be virtual.
//
// Where to begin to read: program.go (from text to Program), compile.go (from
// tree to closures, the plain way; static.go tells what is done on top of it),
// value.go, run.go (a run from its begin to its end), thread.go (one flow of
// control), group.go (children) and scope.go (their cancellation), waiting.go,
// scheduler.go (under everything that waits) and nap.go (how children wait),
// call.go (from a script into Go). Operators and methods know no position and no thread: operators.go,
// methods_*.go.
//
// Text is read by package parser and names are resolved by ast/resolve; the
// modules that scripts import stand under stdlib, each a package of its own.
// Nothing here writes to the terminal, reads flags or ends the process.
package runtime
