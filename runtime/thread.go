package runtime

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/tgscript/tgscript/lexer"
)

const (
	// quantum is how many calls and loop turns run between two looks at
	// cancellation and limits.
	quantum = 2000
	// maxSpare is how many free calls a thread keeps for itself.
	maxSpare = 16
	// maxTrace is how many calls a failure remembers.
	maxTrace = 32
	// defaultDepth is the default limit of calls under way in one thread and
	// those it was forked from, in the weights of proto.cost.
	defaultDepth = 100_000
	// defaultGrace is how long deferred code may run after a cancellation.
	defaultGrace = 5 * time.Second
)

// Thread is one sequential flow of control: the program's main one or a
// child's. It is touched by its own goroutine only, signal apart.
type Thread struct {
	run      *execution
	alarm    alarm  // of its wait; whose it is never changes
	scope    *scope // the innermost region it is in
	budget   int    // calls and turns left until the next poll …
	granted  int32  // … of so many
	maxDepth int32  // what a frame's depth may be
	room     int    // bytes that can be made until the next sample of memory …
	rest     int    // … and those behind it in its grain; 0: memory has no limit
	grace    time.Duration
	conducts *group        // that something is evaluated for
	child    *child        // what it runs; nil for the main thread
	calls    *Call         // free ones, as a list
	wake     chan struct{} // what a blocked thread is woken by; the main thread's is made when first needed
	ready    func() bool   // what makes a wait end well, nil where nothing does …
	party    *party        // … but that this one is served
	parking  atomic.Int32  // whether it is blocked, or about to be
	timed    bool          // the wait has a time limit
	napping  bool          // it waits without a goroutine: see nap
	result   waitResult    // how it ended
	spare    uint8         // how many calls are free
	used     uint8         // how many of shorts are texts now
	outside  bool          // it does what the run does not see
	noted    bool          // leave has set inside
	waited   bool          // it has waited since it began
	deferred int32         // how many pieces of deferred code are under way, around the thread too
	waits    atomic.Pointer[wait]
	inside   atomic.Pointer[Func]   // the function of a host that it is in
	runner   *runner                // that will run other children on this goroutine; nil: it is the thread's own
	sought   *header                // of the text for which it found, at recent, that …
	found    *header                // … of the key which is there
	shorts   *[shortBlock]shortText // texts to be: see newShort
	order    *[]int                 // where it stands in the source, for ties on virtual time; nil on the real clock
	recent   int32                  // the position in a table that it found last: see frame.find
	groups   int32                  // how many it has begun
	rare     *rare                  // what few threads need; nil before
	body     scope                  // the region of a child's body; scope points to it at the start
	root     frame
}

// rare is what few threads need.
type rare struct {
	struck *cancellation // whose grace until is the end of
	until  time.Duration
	away   *time.Time // when it went outside, if that was told
	random *rand.Rand // made when first asked for
}

// rarely gives the thread's rare, to be written to.
func (t *Thread) rarely() *rare {
	if t.rare == nil {
		t.rare = new(rare)
	}
	return t.rare
}

// frame is the activation of a unit: a function's, a child's body's or the
// file's code. Frames of a thread are linked and used again.
type frame struct {
	slots  []Value
	fn     *Function // the closure whose captures it sees
	file   *instance // whose globals it sees
	proto  *proto
	pos    lexer.Pos // place of the call or operation under way
	t      *Thread
	depth  int32 // weight of the calls under way, those around the thread included
	leg    int32 // of proto: which one is under way, from 1
	prev   *frame
	next   *frame
	ret    Value   // what a return in a statement gives
	defers *[]eval // deferred code of the blocks under way; nil before the first
}

// roomyFrame is a frame as it is made: most functions need no more slots.
type roomyFrame struct {
	frame
	room [4]Value
}

// base makes root the thread's first frame. Those of calls from it are used
// again, but their depth is not what it was.
func (t *Thread) base(root frame) {
	root.t, root.next = t, t.root.next
	if root.next != nil {
		root.next.proto = nil
	}
	t.root = root
}

// link gives the frame for a call from f, making it if f was never left so deep.
func (f *frame) link() *frame {
	n := f.next
	if n == nil {
		made := &roomyFrame{frame: frame{t: f.t, prev: f}}
		n = &made.frame
		n.slots = made.room[:]
		f.next = n
		if f.t.metered() {
			f.charge(objectAt(made), frameBytes)
		}
	}
	return n
}

// frameBytes is about what a call takes: its frame, and the Go stack.
const frameBytes = int(unsafe.Sizeof(roomyFrame{})) + 768

// enter makes ready the frame of a call of fn from f. It is a cancellation
// point. The caller sets the argument slots and runs proto.body.
func (f *frame) enter(fn *Function, p *proto, file *instance) *frame {
	n := f.next
	if n == nil || n.proto != p {
		n = f.ready(p)
	}
	if n.fn != fn { // what is so already needs no write barrier
		n.take(fn, p)
	}
	if n.file != file {
		n.file = file
	}
	f.turn()
	return n
}

// take makes n a frame of a call of fn.
//
//go:noinline
func (n *frame) take(fn *Function, p *proto) {
	n.fn = fn
	for _, i := range p.numbers {
		assign(&n.slots[p.copies+i], fn.caps[i])
	}
}

// ready makes the next frame one of p, of the same file. It stays so until
// another unit takes it: what holds for every call of p from here is written
// and checked here.
//
//go:noinline
func (f *frame) ready(p *proto) *frame {
	n := f.link()
	depth := f.depth + int32(p.cost)
	if depth > f.t.maxDepth {
		f.throw(limitError(LimitDepth, "too many nested calls: the limit is %d", f.t.maxDepth).hint("does a recursion never end?"))
	}
	if n.depth != depth && n.next != nil {
		n.next.proto = nil // its depth is wrong now
	}
	if len(n.slots) < p.slots {
		n.slots = make([]Value, p.slots+4)
	}
	n.proto, n.file, n.depth = p, f.file, depth
	if len(p.numbers) > 0 {
		n.fn = nil // whose numbers stood in the slots
	}
	for i, tag := range p.tags {
		if tag != nil {
			n.slots[i].ref = tag
		}
	}
	return n
}

// turn is the cancellation point of a loop's turn and of a call.
func (f *frame) turn() {
	if f.t.budget--; f.t.budget < 0 {
		f.poll()
	}
}

// poll looks whether the thread is cancelled or the run out of steps.
func (f *frame) poll() {
	t := f.t
	steps := int(t.granted) - max(t.budget, 0)
	t.refill()
	if t.scope.dead.Load() {
		t.run.foundAt(f, inCode)
		t.strike()
	}
	t.run.step(f, steps)
	if steps == quantum {
		t.relieve()
		t.run.clock.yield(t)
		if t.scope.dead.Load() {
			t.run.foundAt(f, inCode)
			t.strike()
		}
	}
}

// attend makes the next cancellation point look: something may have happened
// while the thread waited.
func (t *Thread) attend() {
	if t.budget > 0 {
		t.run.steps.Add(int64(t.granted) - int64(t.budget))
		t.budget, t.granted = 0, 0
	}
}

// refill gives the thread a new budget.
func (t *Thread) refill() { t.budget, t.granted = quantum, quantum }

// strike unwinds a cancelled thread.
func (t *Thread) strike() {
	panic(&unwinding{cause: t.scope.reason()})
}

// leave says that the thread is about to do what the run does not see, in fn
// if that has a name, enter that it is back.
func (f *frame) leave(fn *Func) {
	t := f.t
	t.outside = true
	if t.inside.Load() == nil {
		t.note(fn)
	}
	if t.run.events != nil {
		t.rarely().away = t.tellBlocked(t.run.program.nameOf(t.inside.Load()), f.site(), forever)
	}
	t.run.clock.leave(f)
}

func (t *Thread) enter() {
	if t.outside {
		t.outside = false
		t.run.clock.enter(t)
		t.noteBack()
		t.attend()
		if r := t.rare; r != nil {
			t.tellWoken(r.away)
			r.away = nil
		}
	}
}

// within runs fn in a scope of its own below the thread's and leaves it
// however fn ends.
func (t *Thread) within(s *scope, fn func()) {
	outer := t.scope
	s.enter(outer)
	t.scope = s
	defer func() {
		t.scope = outer
		s.leave()
		t.attend()
	}()
	fn()
}

// context gives a context that ends when the thread is cancelled.
func (t *Thread) context() context.Context {
	t.relieve()
	t.stall()
	return t.scope.context(t.run.ctx)
}

// stall tells the group that the thread evaluates something for that it is
// about to wait: other children start meanwhile.
func (t *Thread) stall() {
	if t.conducts != nil {
		t.conducts.stall()
	}
}

// throw raises a failure of Go code at the frame's position. Limits end the
// whole program: no script catches them.
func (f *frame) throw(err *Error) {
	e := *err // it may be a host's, raised by many threads
	if e.Trace == nil {
		e.Trace = f.trace()
	}
	if e.limit {
		f.t.locate(&e)
		c := &cancellation{scope: &f.t.run.root, reason: e.Message, err: &e, program: true}
		f.t.run.stop(c)
		panic(&unwinding{cause: f.t.run.root.reason()})
	}
	f.charge(weightOf(e.value()))
	panic(&e)
}

// raise raises a script's own failure.
func (f *frame) raise(err *Error) {
	if err.Trace == nil {
		err.Trace = f.trace()
	}
	f.charge(weightOf(err.value()))
	panic(err)
}

// trace gives the calls that led to f, innermost first.
func (f *frame) trace() []Site {
	n := 0
	for at := f; at != nil && n < maxTrace; at = at.prev {
		if at.proto != nil {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	sites := make([]Site, 0, n) // grown step by step it would be a quarter of what a failure costs
	for ; len(sites) < n; f = f.prev {
		if f.proto != nil {
			sites = append(sites, Site{Source: f.proto.source, Pos: f.pos, Function: f.proto.name})
		}
	}
	return sites
}
