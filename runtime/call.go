package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tgscript/tgscript/ast/resolve"
)

// newCall gives an empty Call, one that was used before where possible.
func (t *Thread) newCall() *Call {
	c := t.calls
	if c == nil {
		return t.borrowCall()
	}
	t.calls, c.next = c.next, nil
	t.spare--
	return c
}

// borrowCall is newCall for a thread that has no free one.
func (t *Thread) borrowCall() *Call {
	c, _ := t.run.calls.Get().(*Call)
	if c == nil {
		c = new(Call)
	}
	c.thread = t
	return c
}

// lendCalls gives the run the free calls of a thread that is about to wait:
// thousands can wait at once.
func (t *Thread) lendCalls() {
	for t.calls != nil {
		c := t.newCall()
		c.thread = nil
		t.run.calls.Put(c)
	}
}

// buffer gives room for the arguments of a call.
func (c *Call) buffer() []Value { return c.room[:0] }

// free makes the call usable again. A call that ended by a panic is left to
// the collector.
func (c *Call) free() {
	clear(c.room[:])
	c.fn, c.frame, c.recv, c.args, c.rest, c.named, c.outside, c.charged, c.list = nil, nil, Nil, nil, nil, nil, false, 0, false
	if t := c.thread; t.spare < maxSpare {
		c.next, t.calls = t.calls, c
		t.spare++
	}
}

// callBuiltin calls a function of the library at the frame's position. It is a
// cancellation point.
func (f *frame) callBuiltin(c *Call, fn *Func, recv Value, positional []Value, named []Named) Value {
	f.turn()
	if f.t.runner != nil && (!fn.core || large(recv)) {
		f.t.relieve() // a host's function may wait, even for another child
	}
	c.fn, c.frame, c.recv = fn, f, recv
	if err := fn.params.bind(c, positional, named); err != nil {
		f.throw(err)
	}
	var v Value
	var err error
	if !fn.core && f.t.run.handles.Load() {
		f.t.run.watchHandles(positional, named)
	}
	metered := f.t.metered()
	var before *byte
	if metered {
		before = c.weigh()
	}
	switch {
	case fn.Do == nil:
		v, err = c.quick()
	case fn.core:
		v, err = fn.Do(c)
		c.inside()
		if c.pending.party != nil {
			return c.complete()
		}
	default:
		v, err = f.callHost(c, fn)
	}
	if err != nil {
		f.fails(err)
	}
	if metered {
		c.made(v, before)
	}
	c.free()
	return v
}

// pending is what a function of the library that has returned waits for: see
// await.
type pending struct {
	value Value // where it waits for nothing
	party *party
	limit time.Duration
}

// await ends Do of a core function that has to wait, at most for d, until a
// party is served: end gives the result then, without the Call. The wait itself
// is left to the caller of Do, on less of the stack: that of a child which waits
// there need not grow, and there can be thousands. Where nothing else is on the
// stack it naps.
func (c *Call) await(p *party, d time.Duration, end func(served bool) (Value, error)) (Value, error) {
	p.end = end
	c.pending = pending{party: p, limit: d}
	return Nil, nil
}

// begin calls a core function that may wait, but for the wait, as callBuiltin
// would. A node of its own for such a call lets complete wait, for the same
// reason.
func (f *frame) begin(c *Call, fn *Func, recv Value, positional []Value, named []Named) {
	f.turn()
	c.fn, c.frame, c.recv = fn, f, recv
	if err := fn.params.bind(c, positional, named); err != nil {
		f.throw(err)
	}
	v, err := fn.Do(c)
	if err != nil {
		f.fails(err)
	}
	if fn.makes > 0 && c.pending.party == nil && f.t.metered() {
		f.made(v, fn.makes)
	}
	c.pending.value = v
}

// complete waits for what a call has left to wait for, and gives its value.
func (c *Call) complete() Value {
	f := c.frame
	left := c.leave()
	if left.party == nil {
		return left.value
	}
	served := f.attendTo(left.party, left.limit)
	return left.party.give(f, served)
}

// leaves is complete for a call that ends a leg: it leaves the wait too.
func (c *Call) leaves(f *frame) outcome {
	left := c.leave()
	if left.party == nil {
		f.ret = left.value
		return gives
	}
	f.t.party, f.ret = left.party, Duration(left.limit)
	return naps
}

// leave frees the call and gives what it has left.
func (c *Call) leave() pending {
	left := c.pending
	c.pending = pending{}
	c.free()
	return left
}

// quick calls the Quick of a function with the arguments that were bound.
func (c *Call) quick() (Value, error) {
	var args [2]Value
	for i, v := range c.args {
		args[i] = given(v)
	}
	return ok(c.fn.Quick(c.recv, args[0], args[1]))
}

// given gives an argument, nil for one that is absent.
func given(v Value) Value {
	if v.ref == tagAbsent {
		return Nil
	}
	return v
}

// quick0, quick1 and quick2 call a function by its Quick with so many arguments
// at the frame's position, as callBuiltin does. What does not simply fit is
// left to that one.

func (f *frame) quick0(fn *Func, recv Value) Value {
	f.attendQuick(recv)
	if f.t.metered() && fn.isWeighed() {
		return f.weighedQuick(fn, recv, fn.params.quick[0].fallback, fn.params.quick[1].fallback)
	}
	v, err := fn.Quick(recv, fn.params.quick[0].fallback, fn.params.quick[1].fallback)
	if err != nil {
		f.throw(err)
	}
	return v
}

func (f *frame) quick1(fn *Func, recv, a Value) Value {
	if !fn.params.quick[0].plain.has(a.Kind()) {
		c := f.t.newCall()
		return f.callBuiltin(c, fn, recv, append(c.buffer(), a), nil)
	}
	f.attendQuick(recv)
	if fn.seeks != nil {
		return f.quickSeek(fn, recv, a, fn.params.quick[1].fallback)
	}
	if f.t.metered() && fn.isWeighed() {
		return f.weighedQuick(fn, recv, a, fn.params.quick[1].fallback)
	}
	v, err := fn.Quick(recv, a, fn.params.quick[1].fallback)
	if err != nil {
		f.throw(err)
	}
	return v
}

func (f *frame) quick2(fn *Func, recv, a, b Value) Value {
	if !fn.params.quick[0].plain.has(a.Kind()) || !fn.params.quick[1].plain.has(b.Kind()) {
		c := f.t.newCall()
		return f.callBuiltin(c, fn, recv, append(c.buffer(), a, b), nil)
	}
	f.attendQuick(recv)
	if fn.seeks != nil {
		return f.quickSeek(fn, recv, a, b)
	}
	if f.t.metered() && fn.isWeighed() {
		return f.weighedQuick(fn, recv, a, b)
	}
	v, err := fn.Quick(recv, a, b)
	if err != nil {
		f.throw(err)
	}
	return v
}

// quickSeek calls a method of maps for a key.
func (f *frame) quickSeek(fn *Func, recv, key, b Value) Value {
	pos := f.find(recv.mapping(), key)
	if pos < 0 {
		if err := checkSought(key); err != nil {
			f.throw(err)
		}
	}
	return fn.seeks(recv, pos, b)
}

// attendQuick is the cancellation point of a Quick. Of a large receiver it may
// take long.
func (f *frame) attendQuick(recv Value) {
	f.turn()
	if f.t.runner != nil && large(recv) {
		f.t.relieve()
	}
}

// fails raises what a function of the library failed with. An error that only
// tells of the child's own cancellation unwinds it.
func (f *frame) fails(err error) {
	if c := f.t.scope.reason(); c != nil && (errors.Is(err, c.err) || errors.Is(err, context.Canceled)) {
		f.t.run.foundAt(f, inWait)
		f.t.strike()
	}
	f.throw(errorOf("internal", err))
}

// Context gives a context that ends when the calling child is cancelled.
//
// It also says that the function may wait from now on for something that the
// run does not see, such as input.
func (c *Call) Context() context.Context {
	if !c.outside {
		c.outside = true
		ctx := c.thread.context()
		c.frame.leave(c.fn)
		return ctx
	}
	return c.thread.scope.context(c.thread.run.ctx)
}

// inside ends what Context began.
func (c *Call) inside() {
	if c.outside {
		c.outside = false
		c.thread.enter()
	}
}

// Deadline gives when a timeout will cancel the child, or the embedding
// program's context or Limits.Time the run, whichever comes first; ok is false
// if none will. On virtual time only a timeout counts, for the others bound
// real time.
func (c *Call) Deadline() (at time.Time, ok bool) {
	x, s := c.thread.run, c.thread.scope
	after, ok := s.deadline()
	if due, bound := x.deadline(); bound && !s.guarded() && (!ok || due < after) {
		after, ok = due, true
	}
	if !ok {
		return time.Time{}, false
	}
	return x.clock.began().Add(after), true
}

// Grace gives how long the child's deferred code may run after a cancellation.
func (c *Call) Grace() time.Duration { return c.thread.grace }

// Exit ends the program as the script's exit does. It does not return, except
// in deferred code.
func (c *Call) Exit(code int) {
	c.inside()
	c.thread.exit(code)
}

// ProgramArgs gives the program's arguments.
func (c *Call) ProgramArgs() []string {
	var args []string
	for _, a := range c.thread.run.args.List() {
		args = append(args, a.String())
	}
	return args
}

// Random gives the child's own source of chance: the same numbers every time
// where the run has a seed.
func (c *Call) Random() *rand.Rand {
	t := c.thread
	r := t.rarely()
	if r.random == nil {
		r.random = t.run.random(t)
	}
	return r.random
}

// Now gives the time of the run's clock.
func (c *Call) Now() time.Time { return c.thread.run.clock.now() }

// Invoke calls a function of the script, or any other, with arguments. A
// failure is the error; a cancellation passes through as a panic that must not
// be recovered.
func (c *Call) Invoke(fn Value, args ...Value) (Value, error) {
	outside := c.outside
	c.inside()
	if slices.ContainsFunc(args, unique) { // the caller may keep what the function will take for its own
		args = slices.Clone(args)
		for i, a := range args {
			args[i] = a.share()
		}
	}
	v, err := c.frame.invoke(fn, args)
	if outside {
		c.Context()
	}
	if err != nil {
		return Nil, err
	}
	return v, nil
}

// unique tells that no other handle to a list or map is known.
func unique(v Value) bool { return v.isContainer() && v.num != shared }

// invoke is apply for a caller in Go, which gets the failure. The arguments are
// the function's own from then on. For a script's
// function with plain parameters it takes half as long as try and apply, which
// need their arguments on the heap.
func (f *frame) invoke(v Value, args []Value) (Value, *Error) {
	fn := plainFunction(v, len(args))
	if fn == nil || f.t.inside.Load() != nil {
		kept := slices.Clone(args)
		return f.try(func(f *frame) Value { return f.apply(v, kept, nil) })
	}
	result, r := f.runFunction(fn, args)
	return result, caught(r)
}

// Sleep waits for d or until the child is cancelled, which unwinds it.
func (c *Call) Sleep(d time.Duration) {
	c.inside()
	c.frame.sleep(d)
}

// Position says where the script calls.
func (c *Call) Position() Site {
	return Site{Source: c.frame.proto.source, Pos: c.frame.pos, Function: c.frame.proto.name}
}

// Stdin, Stdout and Stderr are the program's streams. A write to Stdout or
// Stderr is not mixed with those of other children.
func (c *Call) Stdin() io.Reader  { return c.thread.run.stdin }
func (c *Call) Stdout() io.Writer { return c.thread.run.stdout }
func (c *Call) Stderr() io.Writer { return c.thread.run.stderr }

// Grants are the permissions that the program was given.
func (c *Call) Grants() []Grant { return c.thread.run.grants }

// Warn tells the person who runs the program something that no value can
// carry.
func (c *Call) Warn(text string) { c.thread.run.warn(c.thread, text) }

// AtEnd has fn called when the program ends, the last one first.
func (c *Call) AtEnd(fn func()) { c.thread.run.atEnd(fn) }

// Path is the path of the child that calls, "" for the program itself.
func (c *Call) Path() string { return c.thread.path() }

// Args copies the arguments into Go variables, one pointer a parameter, in the
// order of the signature (a pointer to a slice for ...rest); what was not
// given and has no default leaves its variable as it is. Lists, maps and
// structs are decoded as by Decode.
func (c *Call) Args(into ...any) error {
	for i, p := range into {
		if p == nil {
			continue
		}
		v := c.argument(i)
		if v.ref == tagAbsent {
			continue
		}
		if dst, ok := p.(*Value); ok {
			*dst = v
			continue
		}
		if v.ref == nil && c.fn.params.list[i].optional {
			continue
		}
		if err := Decode(v, p); err != nil {
			return Fail("type", "%s: `%s`: %v", c.fn.Name(), c.fn.params.list[i].name, err)
		}
	}
	return nil
}

func (c *Call) argument(i int) Value {
	if c.fn.params.list[i].rest {
		return newList(append([]Value(nil), c.rest...))
	}
	return c.args[i]
}

// Name gives the function's name, as the signature says.
func (fn *Func) Name() string {
	name, _, _ := strings.Cut(fn.Sig, "(")
	return strings.TrimSpace(name)
}

// value gives the function as a script's value, always the same one.
func (fn *Func) value() Value { return fn.prepared().self.value() }

// Signature tells the checker what the function takes.
func (fn *Func) Signature() *resolve.Signature { return fn.prepared().signature() }

// find gives a function of the module; nil if it has none of that name.
func (m *Module) find(name string) *Func {
	for _, fn := range m.Funcs {
		if fn.Name() == name {
			return fn
		}
	}
	return nil
}

// method gives a method of the type; nil if it has none of that name.
func (t *Type) method(name string) *Func {
	for _, fn := range t.Methods {
		if fn.Name() == name {
			return fn
		}
	}
	return nil
}

func countText(least, most int) string {
	switch {
	case most == 0:
		return "no arguments"
	case least == most && most == 1:
		return "1 argument"
	case least == 1 && most < 0:
		return "at least 1 argument"
	case least == most:
		return fmt.Sprintf("%d arguments", most)
	case most < 0:
		return fmt.Sprintf("at least %d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}

func itoa(n int) string { return strconv.Itoa(n) }
