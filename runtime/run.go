package runtime

import (
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tgscript/tgscript/lexer"
)

// Run is what one execution of a Program gets. The zero Run is a pure
// computation: no input, output dropped, nothing granted.
type Run struct {
	Globals Vars // a value for each of Options.Globals; see ValueOf
	Args    []string
	Grants  []Grant
	Limits  Limits
	Clock   Clock     // the zero Clock is the real one
	Seed    uint64    // of what is left to chance; 0: see Virtual
	Stdin   io.Reader // nil: empty
	Stdout  io.Writer // nil: dropped
	Stderr  io.Writer // nil: dropped; warnings go there

	// Events is told what happens in the run; nil, the default, costs nothing.
	// It is called by whoever does it, one call at a time, each after what led
	// to it. The run stands still meanwhile: Events must not wait for the run,
	// and should hand on what takes long. A panic in it ends the run with an
	// *Error of kind internal; it is called no more then.
	Events func(Event)
}

// Vars are named Go values for a script.
type Vars map[string]any

// Limits bound one run, all its children together. 0 is the default that each
// field names; NoLimit is none. A script cannot catch a limit: the program
// ends, its deferred code has the grace.
type Limits struct {
	Steps    int64         // calls and loop turns, counted in batches; default none
	Memory   int64         // bytes that the values of the run hold, mostly to an eighth, at worst about a quarter more; default none
	Depth    int           // nested calls, heavier for functions that nest deep; default 100 000
	Children int           // children alive at once; default 1 000 000
	Output   int64         // bytes written to Stdout and Stderr; default none
	Time     time.Duration // of the whole run; default none
	Grace    time.Duration // for deferred code after a cancellation; default 5s
}

// NoLimit switches a limit off.
const NoLimit = -1

// What a run that met a limit fails with, for errors.Is: Limit holds of every
// limit, those on the size and the nesting of values included.
var (
	Limit         = errors.New("limit")
	LimitSteps    = errors.New("limit of steps")
	LimitMemory   = errors.New("limit of memory")
	LimitDepth    = errors.New("limit of nested calls")
	LimitChildren = errors.New("limit of children")
	LimitOutput   = errors.New("limit of output")
	LimitTime     = errors.New("limit of time")
)

// ExitError is the error of a run that a script ended by exit(code) with a
// code other than 0.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// limitError gives the failure for a limit.
func limitError(which error, text string, args ...any) *Error {
	e := Fail("limit", text, args...)
	e.wrapped = which
	return e
}

// execution is one run of a program. What every run needs stands in it, so that
// a run of a small program is a few allocations.
type execution struct {
	program *Program
	clock   scheduler
	timing  Clock
	seed    uint64
	input   int             // the number of a session's input; 0: of no session
	handles atomic.Bool     // the run has made one, or may have one of the run that it is a call of
	escaped atomic.Bool     // somebody outside of the run has a handle that it uses
	origin  *execution      // of a call of a function that a run has left behind: that run; else nil
	kept    sync.Once       // for keeps
	keeps   bool            // see keepsHandles
	ctx     context.Context // the embedding program's, for its values
	root    scope
	files   []*instance
	given   []Value
	args    Value
	grants  []Grant
	limits  Limits
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer

	memory   memory
	steps    atomic.Int64
	children atomic.Int64
	written  atomic.Int64
	threads  sync.Pool
	woken    runner    // of children whose naps are over
	calls    sync.Pool // those that threads lend while they wait
	events   *events   // nil: nobody wants them
	story    story

	stopping sync.Mutex // held while the program is stopped, or looked at for a deadlock
	order    []*frame   // of the files that have run, first to last
	mu       sync.Mutex
	ends     []func()

	blow   atomic.Pointer[blow] // what ended the program from outside of its threads; nil before
	struck *struck              // where it struck

	first    Thread // the main one
	real     realTime
	writing  sync.Mutex // one for both outputs, which are often one terminal
	out, err output
	result   Result
}

// instance is one file's top level in one execution.
type instance struct {
	// slots are those of the frame top: the locals of the file's own code, and
	// behind them its globals, so that this code reads and writes its globals as
	// what stands in its frame; then the fields of what is taken apart.
	slots   []Value
	globals []Value
	top     frame // of the file's own code
	running bool
}

// Run executes the program and returns when everything that it started has
// ended. The error is nil, an *Error, an *ExitError, or context.Cause(ctx).
// The result is not nil even then: it has what was bound so far.
func (p *Program) Run(ctx context.Context, run Run) (*Result, error) {
	x, err := p.execution(ctx, run)
	if err != nil {
		return nil, err
	}
	x.files = make([]*instance, len(p.files))
	for i, c := range p.files {
		x.files[i] = newInstance(c)
	}
	v, err := x.main(ctx, len(p.files)-1)
	x.result = Result{value: v, program: p, execution: x}
	return &x.result, err
}

func newInstance(c *code) *instance {
	in := &instance{}
	in.make(c.info.Unit.Slots, len(c.info.Globals), c.proto.slots)
	return in
}

// make makes the slots of a file's frame, with what globals it has already. There
// are as many as these or, where that is more, all.
func (in *instance) make(locals, globals, all int) {
	in.slots = make([]Value, max(locals+globals, all))
	old := in.globals
	in.globals = in.slots[locals : locals+globals]
	for i := copy(in.globals, old); i < globals; i++ {
		in.globals[i] = unbound
	}
}

// execution makes ready a run.
func (p *Program) execution(ctx context.Context, run Run) (*execution, error) {
	x := &execution{
		program: p, ctx: ctx, grants: run.Grants, limits: run.Limits.filled(),
		stdin: run.Stdin, stdout: run.Stdout, stderr: run.Stderr,
	}
	if x.stdin == nil {
		x.stdin = noInput{}
	}
	x.out = output{run: x, mu: &x.writing, w: run.Stdout}
	x.err = output{run: x, mu: &x.writing, w: run.Stderr}
	x.stdout, x.stderr = &x.out, &x.err
	for _, name := range p.given {
		g, ok := run.Globals[name]
		if !ok {
			return nil, fmt.Errorf("runtime: the run gives no value for the global %q", name)
		}
		v, err := ValueOf(g)
		if err != nil {
			return nil, fmt.Errorf("runtime: global %q: %w", name, err)
		}
		x.given = append(x.given, v.share())
		if holdsHost(v) {
			x.escaped.Store(true)
		}
	}
	x.args = noArgs
	if len(run.Args) > 0 {
		args := make([]Value, len(run.Args))
		for i, arg := range run.Args {
			args[i] = String(arg)
		}
		x.args = newList(args).share()
	}
	x.events = newEvents(run.Events)
	x.seed = run.Seed
	x.timing = run.Clock
	if run.Limits.Memory > 0 {
		x.memory.limited(run.Limits.Memory, run.Seed, run.Clock.virtual)
	}
	x.clock = run.Clock.scheduler(x, run.Seed)
	return x, nil
}

// freeChild gives a child for the run, to be used again and again. Whoever means
// to wake one may come late, when it is another's already: what is written here
// is never written again.
func (x *execution) freeChild() *child {
	if c, ok := x.threads.Get().(*child); ok {
		return c
	}
	c := new(child)
	c.run = x
	c.child = c
	c.alarm.thread = &c.Thread
	x.memory.meter(&c.Thread)
	c.start = func() { c.of.run(c) }
	c.prepareToWait() // here, where the stack is still small
	return c
}

// holdsHost tells whether v is or holds a host object. One that comes from
// outside may be in use elsewhere.
func holdsHost(v Value) bool {
	switch v.Kind() {
	case KindHost:
		return true
	case KindList:
		l := elements(v)
		for i := range l.len() {
			if holdsHost(l.at(i)) {
				return true
			}
		}
	case KindMap:
		for _, item := range entriesOf(v).all() {
			if holdsHost(item) {
				return true
			}
		}
	}
	return false
}

func (l Limits) filled() Limits {
	if l.Depth == 0 {
		l.Depth = defaultDepth
	} else if l.Depth < 0 || l.Depth > maxDepth {
		l.Depth = maxDepth
	}
	if l.Children == 0 {
		l.Children = 1_000_000
	}
	if l.Grace == 0 {
		l.Grace = defaultGrace
	}
	return l
}

// Unwrap gives the writer that the embedding program gave; nil if none.
func (o *output) Unwrap() io.Writer { return o.w }

// output makes each write one uninterrupted write and counts it.
type output struct {
	run *execution
	mu  *sync.Mutex
	w   io.Writer
}

func (o *output) Write(b []byte) (int, error) {
	n := o.run.written.Add(int64(len(b)))
	if limit := o.run.limits.Output; limit > 0 && n > limit {
		return 0, limitError(LimitOutput, "the program writes more than %d bytes", limit)
	}
	if o.w == nil {
		return len(b), nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(b)
}

// noInput is a reader that has nothing to read.
type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

// noArgs are the arguments of a run that gives none.
var noArgs = newList(nil).share()

// topLevel is the function that code is in which captures nothing: a file's own.
var topLevel = &Function{header: header{KindFunction}}

// main runs a file as the program.
func (x *execution) main(ctx context.Context, index int) (Value, error) {
	return x.drive(ctx, func(t *Thread) Value { return x.runFile(&t.root, index) })
}

// drive runs code on a main thread, with everything around it: the embedding
// program's context, the limit of time, deferred code of the files' top level.
func (x *execution) drive(ctx context.Context, code func(*Thread) Value) (Value, error) {
	t := &x.first
	t.run, t.maxDepth, t.scope, t.grace = x, int32(x.limits.Depth), &x.root, x.limits.Grace
	t.alarm.thread = t
	x.memory.meter(t)
	t.refill()
	x.root.thread = t
	t.root.t = t
	x.clock.awaken()
	x.clock.begin(t)
	defer x.clock.end(t)
	x.tellBegan()
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			x.stop(&cancellation{scope: &x.root, reason: reasonOf(ctx), err: context.Cause(ctx), program: true})
		})
		defer stop()
	}
	if x.limits.Time > 0 {
		timer := time.AfterFunc(x.limits.Time, func() {
			err := limitError(LimitTime, "the program runs longer than %s", durationText(x.limits.Time))
			x.strike(&blow{err: err}, err.Message)
		})
		defer timer.Stop()
	}
	v, r := t.top(func() Value { return code(t) })
	for i := len(x.order) - 1; i >= 0; i-- {
		r = t.leave(x.order[i], r)
	}
	x.root.mu.Lock()
	var release context.CancelCauseFunc
	if b := x.root.bounds; b != nil {
		release, b.stop = b.stop, nil
	}
	x.root.mu.Unlock()
	if release != nil {
		release(context.Canceled)
	}
	for _, end := range x.takeEnds() {
		end()
	}
	x.clock.finish()
	return v, x.tellEnded(x.outcome(r))
}

// deadline gives when the embedding program's context or the limit of time will
// end the run. That is real time: on another clock nobody can tell.
func (x *execution) deadline() (after time.Duration, ok bool) {
	if x.timing.virtual {
		return 0, false
	}
	after, ok = x.limits.Time, x.limits.Time > 0
	if at, bound := x.ctx.Deadline(); bound {
		if due := at.Sub(x.clock.began()); !ok || due < after {
			after, ok = due, true
		}
	}
	return after, ok
}

// maxDepth is the most that Limits.Depth may be: deeper calls could exhaust
// the Go stack, which would end the process.
const maxDepth = 250_000

func reasonOf(ctx context.Context) string {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return "deadline"
	}
	var named interface{ Reason() string }
	if errors.As(cause, &named) {
		return named.Reason()
	}
	return "interrupt"
}

// top runs fn and gives the panic it ended with, fit to leave the thread.
func (t *Thread) top(fn func() Value) (Value, any) {
	v, r := t.root.run(func(*frame) Value { return fn() })
	return v, reasonable(r)
}

// leave runs the deferred code of a file's top level.
func (t *Thread) leave(f *frame, r any) any {
	_, after := t.top(func() Value {
		f.leaveBlock(0, r)
		return Nil
	})
	return after
}

// outcome gives how the run ended from the panic that ended its main thread.
func (x *execution) outcome(r any) error {
	switch r := r.(type) {
	case nil:
		// Cancelled, but the main thread came to its end all the same: only an
		// exit in a child or a limit still decides.
		if c := x.root.reason(); c != nil {
			if len(x.order) > 0 {
				x.foundAt(x.order[0], inWait) // the last that the program called
			}
			return ended(x.placed(c.err))
		}
		return nil
	case *unwinding:
		for _, err := range r.failures {
			x.warnText("", "deferred code failed: "+err.Message)
		}
		return ended(x.placed(r.cause.err))
	case *Error:
		if c := x.root.reason(); c != nil {
			return ended(x.placed(c.err))
		}
		return r
	}
	return fmt.Errorf("runtime: ended by %v", r)
}

// ended gives the error of a program that was cancelled.
func ended(err error) error {
	var exit *ExitError
	if errors.As(err, &exit) && exit.Code == 0 {
		return nil
	}
	return err
}

// runFile runs a file's top-level code in a frame that stays for its deferred
// code.
func (x *execution) runFile(from *frame, index int) Value {
	c, in := x.program.files[index], x.files[index]
	f := &in.top
	*f = frame{t: from.t, prev: from, depth: from.depth, fn: topLevel, file: in, proto: c.proto, slots: in.slots}
	in.running = true
	x.order = append(x.order, f)
	return c.proto.body(f)
}

// load runs an imported file if that has not been done.
func (x *execution) load(f *frame, index int) {
	if !x.files[index].running {
		x.runFile(f, index)
	}
}

// step counts steps and ends the program that has used up its number.
func (x *execution) step(f *frame, n int) {
	t := f.t
	total := x.steps.Add(int64(n))
	if limit := x.limits.Steps; limit > 0 && total > limit {
		if t.deferred > 0 && total < limit+limit/10 && x.root.dead.Load() {
			return // deferred code has a tenth more
		}
		err := limitError(LimitSteps, "the program takes more than %d steps", limit)
		err.Trace = f.trace()
		t.locate(err)
		x.stop(&cancellation{scope: &x.root, reason: err.Message, err: err, program: true})
		panic(&unwinding{cause: x.root.reason()})
	}
}

// random gives a thread's source of chance. ChaCha8 is Go's own generator,
// seeded by the system where neither a seed nor virtual time asks for the same
// numbers each time.
func (x *execution) random(t *Thread) *rand.Rand {
	var key [32]byte
	if x.seed == 0 && !x.timing.virtual {
		crand.Read(key[:])
	} else {
		key = sha256.Sum256([]byte(strconv.FormatUint(x.seed, 10) + x.lineage() + t.lineage()))
	}
	return rand.New(rand.NewChaCha8(key))
}

// lineage tells the inputs of a session apart.
func (x *execution) lineage() string {
	if x.input == 0 {
		return ""
	}
	return ":" + strconv.Itoa(x.input)
}

// lineage names a thread the same in every run, however its children take
// turns: by its key in the group, and the group by how many its parent had
// begun.
func (t *Thread) lineage() string {
	if t.child == nil {
		return ""
	}
	g, n := t.child.of, t.child.node
	line := g.parent.lineage() + " " + strconv.Itoa(int(g.number)) + "/"
	if n == nil { // it draws or decides for the group
		return line
	}
	g.mu.Lock()
	defer g.unlock()
	return line + keyPart(n.key())
}

// stop ends the program: the first cause wins.
func (x *execution) stop(c *cancellation) {
	x.tellEnding(c)
	x.stopping.Lock()
	defer x.stopping.Unlock()
	x.root.cancel(c)
}

// blow is what ends a program from outside of its threads: the limit of time,
// or a deadlock. Its error does not know where the program was. The threads
// that it strikes do.
type blow struct {
	err    *Error
	thread *Thread // the one that is asked, and once; nil: all
}

// strike ends the program by a blow.
func (x *execution) strike(b *blow, reason string) {
	x.blow.CompareAndSwap(nil, b) // the first one ends it
	x.stop(&cancellation{scope: &x.root, reason: reason, err: b.err, program: true})
}

// struck is where a thread was when a blow struck it.
type struck struct {
	err      *Error // with the place
	deferred bool   // it was in deferred code, perhaps because the program ends
	doing    doing
	depth    int // in how many groups it was
	at       lexer.Pos
}

// doing is what a thread did when a blow struck it.
type doing uint8

const (
	inWait doing = iota
	inCode
	inShield // it went on there for as long as that took
)

// tells tells whether s says more about where the program was than o: what it
// did first, then a child more than the loop that waits for its result, and the
// first in the source more than the others.
func (s *struck) tells(o *struck) bool {
	switch {
	case s.deferred != o.deferred:
		return !s.deferred
	case s.doing != o.doing:
		return s.doing > o.doing
	case s.depth != o.depth:
		return s.depth > o.depth
	}
	return s.at < o.at
}

// foundAt keeps where a thread was when a blow struck it, if one has.
func (x *execution) foundAt(f *frame, what doing) {
	b, t := x.blow.Load(), f.t
	if b == nil || b.thread != nil && b.thread != t {
		return
	}
	s := &struck{deferred: t.deferred > 0, doing: what, at: f.pos}
	for g, _ := t.membership(); g != nil; g, _ = g.parent.membership() {
		s.depth++
	}
	if !x.tellsMore(s, b) {
		return // as nearly always where there are many
	}
	e := *b.err
	e.Trace = f.trace()
	t.locate(&e)
	s.err = &e
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.struck == nil || s.tells(x.struck) {
		x.struck = s
	}
}

func (x *execution) tellsMore(s *struck, b *blow) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.struck == nil || b.thread == nil && s.tells(x.struck)
}

// placed gives err, that of a blow with where it struck.
func (x *execution) placed(err error) error {
	b := x.blow.Load()
	if b == nil || err != error(b.err) {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.struck == nil {
		return b.err
	}
	return x.struck.err
}

// atEnd has fn called when the program ends.
func (x *execution) atEnd(fn func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ends = append(x.ends, fn)
}

// takeEnds gives what is to be called at the end, the last one first.
func (x *execution) takeEnds() []func() {
	x.mu.Lock()
	defer x.mu.Unlock()
	ends := make([]func(), 0, len(x.ends))
	for i := len(x.ends) - 1; i >= 0; i-- {
		ends = append(ends, x.ends[i])
	}
	x.ends = nil
	return ends
}

// warn tells on stderr what no value can carry, with the child's path.
func (x *execution) warn(t *Thread, text string) { x.warnOf(t, t.path(), text) }

func (x *execution) warnText(path, text string) { x.warnOf(nil, path, text) }

// warnOf warns of what happened at a path, in a thread if that is known.
func (x *execution) warnOf(t *Thread, path, text string) {
	x.tellWarning(t, path, text)
	if path != "" {
		text = path + ": " + text
	}
	fmt.Fprintf(x.stderr, "warning: %s\n", text)
}
