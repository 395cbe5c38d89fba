package runtime

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tgscript/tgscript/ast"
)

// Handles are the only state that children share: each is a host object that
// any number of children may use, and values cross it by copy.

// newHandle makes a handle in a run.
func (c *Call) newHandle(typ *Type, data any) Value {
	c.madeHandle()
	return newHost(typ, data)
}

func (c *Call) madeHandle() {
	if made := &c.thread.run.handles; !made.Load() {
		made.Store(true)
	}
}

// watchHandles notes that a host gets a handle, which it may use from then on:
// a thread that waits for it is not stuck. Where the run has made none there is
// nothing to look for.
func (x *execution) watchHandles(positional []Value, named []Named) {
	if x.escaped.Load() {
		return
	}
	search := handleSearch{left: mostSearched}
	for _, v := range positional {
		if search.finds(v) {
			x.escaped.Store(true)
		}
	}
	for _, arg := range named {
		if search.finds(arg.Value) {
			x.escaped.Store(true)
		}
	}
}

// mostSearched is in how many values a handle is looked for on the way to a
// host: a function that takes one element of a long list is not to cost as much
// as one that goes through it.
const mostSearched = 256

// handleSearch looks for handles in values.
type handleSearch struct {
	left int                // how many values it looks at yet; then it takes it that there is one
	seen map[*Function]bool // if not nil, what functions capture is looked at too: of those it was
}

// finds tells whether v is or holds a handle.
func (s *handleSearch) finds(v Value) bool {
	s.left--
	if s.left < 0 || isHandle(v) {
		return true
	}
	switch v.Kind() {
	case KindList:
		l := v.list()
		return l.packed == KindNil && slices.ContainsFunc(l.items, s.finds)
	case KindMap:
		for _, item := range v.mapping().all() {
			if s.finds(item) {
				return true
			}
		}
	case KindFunction:
		if fn := v.function(); s.seen != nil && !s.seen[fn] {
			s.seen[fn] = true
			return slices.ContainsFunc(fn.caps, s.finds)
		}
	}
	return false
}

// isHandle tells whether children can wait for each other by v.
func isHandle(v Value) bool {
	switch v.Kind() {
	case KindHost:
		switch v.host().data.(type) {
		case *channel, *cell, *turnstile, *rate, *worklist:
			return true
		}
	case KindFunction:
		return v.function().call != nil // of a once
	}
	return false
}

// keepsHandles tells whether what a run has left behind holds a handle. Then
// what waits for it in a call of one of its functions another call may wake.
func (x *execution) keepsHandles() bool {
	x.kept.Do(func() {
		search := handleSearch{left: math.MaxInt, seen: map[*Function]bool{}}
		for i, in := range x.files {
			locals := x.program.files[i].info.Unit.Slots // of the file's own code, which is over
			for _, v := range in.slots[locals:] {
				x.keeps = x.keeps || search.finds(v)
			}
		}
	})
	return x.keeps
}

// turnstile lets a number of holders in at a time, in the order in which they
// came. It is under every handle whose users wait for each other.
type turnstile struct {
	mu    sync.Mutex
	free  int
	queue queue
}

// ask takes a place. Where none is free it gives the party to wait for, which
// has one then. What the thread waits for is named for the report of a deadlock.
func (s *turnstile) ask(t *Thread, what string) *party {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free > 0 && len(s.queue.parties) == 0 {
		s.free--
		return nil
	}
	p := newParty(t, Nil, what)
	p.leave = func() { s.queue.leave(&s.mu) }
	s.queue.join(p)
	return p
}

// leave gives the place to the one who has waited longest.
func (s *turnstile) leave() {
	s.mu.Lock()
	p := s.queue.first()
	if p == nil {
		s.free++
	}
	s.mu.Unlock()
	if p != nil {
		p.finish()
	}
}

// within ends Do with what fn gives in a place of its own.
func (s *turnstile) within(c *Call, what string, fn func() (Value, error)) (Value, error) {
	run := func(bool) (Value, error) {
		defer s.leave()
		return fn()
	}
	if p := s.ask(c.thread, what); p != nil {
		return c.await(p, forever, run)
	}
	return run(true)
}

type counter struct{ n atomic.Int64 }

// add gives the new value, which must be an int as any sum.
func (c *counter) add(n int64) (Value, error) {
	for {
		old := c.n.Load()
		sum, ok := addInt(old, n)
		if !ok {
			return Nil, overflow(ast.Add, Int(old), Int(n))
		}
		if c.n.CompareAndSwap(old, sum) {
			return Int(sum), nil
		}
	}
}

// cell holds one value.
type cell struct {
	writing turnstile // one writer at a time
	mu      sync.Mutex
	value   Value
}

func (c *cell) get() Value {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value
}

func (c *cell) set(v Value) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value = v.share()
}

// rate lets n pass in each period: one passes when the one n before it is a
// period old.
type rate struct {
	turn  turnstile // one waits for the clock, the others for it
	per   time.Duration
	mu    sync.Mutex
	times []time.Time // of the last n, a ring
	next  int
}

// pass waits until one may pass. Whoever calls it has the turn.
func (r *rate) pass(f *frame) {
	r.mu.Lock()
	last := r.times[r.next]
	r.mu.Unlock()
	if !last.IsZero() {
		if d := last.Add(r.per).Sub(f.t.run.clock.now()); d > 0 {
			f.sleep(d)
		}
	}
	r.mu.Lock()
	r.times[r.next] = f.t.run.clock.now()
	r.next = (r.next + 1) % len(r.times)
	r.mu.Unlock()
}

// runOnce runs a function one single time for all who call it. A run whose caller
// is cancelled has not happened: the one who has waited longest takes it over.
type runOnce struct {
	running turnstile
	mu      sync.Mutex
	over    bool
	value   Value
	err     *Error
}

func (o *runOnce) call(c *Call, fn Value) (Value, error) {
	if v, err, over := o.result(); over {
		return v, err
	}
	f := c.frame
	return o.running.within(c, "the run of a once", func() (Value, error) {
		if v, err, over := o.result(); over {
			return v, err
		}
		v, err := f.try(func(f *frame) Value { return f.apply(fn, nil, nil) })
		v = v.share() // the caller holds it too
		o.mu.Lock()
		o.over, o.value, o.err = true, v, err
		o.mu.Unlock()
		if err != nil {
			return Nil, err
		}
		return v, nil
	})
}

func (o *runOnce) result() (v Value, err error, over bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return Nil, o.err, true
	}
	return o.value, nil, o.over
}

var (
	channelType = &Type{
		Name: "channel", Doc: "passes values from child to child: for v in ch { }",
		Methods: []*Func{
			{Sig: "send(v: any)", Doc: "waits until the channel has room, or a receiver is there", Fails: "value", waits: true, Do: func(c *Call) (Value, error) {
				p, err := c.Data().(*channel).send(c.frame, c.Arg(0).share())
				switch {
				case err != nil:
					return Nil, err
				case p == nil:
					return Nil, nil
				}
				return c.await(p, forever, func(bool) (Value, error) {
					if !p.ok {
						return Nil, Fail("value", "the channel was closed while the value waited to be sent")
					}
					return Nil, nil
				})
			}},
			{Sig: "recv() -> any", Doc: "waits for a value; nil where the channel is closed and drained", waits: true, Do: func(c *Call) (Value, error) {
				v, _, p := c.Data().(*channel).recv(c.thread)
				if p == nil {
					return v, nil
				}
				return c.await(p, forever, func(bool) (Value, error) { return p.value, nil })
			}},
			{Sig: "close()", Doc: "ends it: what was sent can still be received", Do: func(c *Call) (Value, error) {
				c.Data().(*channel).close()
				return Nil, nil
			}},
		},
	}
	counterType = &Type{
		Name: "counter", Doc: "a number that children add to",
		Methods: []*Func{
			{Sig: "add(n: int = 1) -> int", Doc: "adds n and gives the new value", Fails: "arithmetic", Do: func(c *Call) (Value, error) {
				return c.Data().(*counter).add(c.Int(0))
			}},
			{Sig: "get() -> int", Doc: "the value", Do: func(c *Call) (Value, error) {
				return Int(c.Data().(*counter).n.Load()), nil
			}},
		},
	}
	cellType = &Type{
		Name: "cell", Doc: "a value that children share",
		Methods: []*Func{
			{Sig: "get() -> any", Doc: "the value", Do: func(c *Call) (Value, error) { return c.Data().(*cell).get(), nil }},
			{Sig: "set(v: any)", Doc: "puts another value", waits: true, Do: func(c *Call) (Value, error) {
				s, v := c.Data().(*cell), c.Arg(0)
				return s.writing.within(c, "a cell that is being changed", func() (Value, error) {
					s.set(v)
					return Nil, nil
				})
			}},
			{Sig: "update(fn: function) -> any", Doc: "hands the value to fn, keeps and gives what it returns; nobody else changes it meanwhile", waits: true, Do: func(c *Call) (Value, error) {
				s, f, fn := c.Data().(*cell), c.frame, c.Arg(0)
				return s.writing.within(c, "a cell that is being changed", func() (Value, error) {
					v := f.apply(fn, []Value{s.get()}, nil)
					s.set(v)
					return v.share(), nil
				})
			}},
		},
	}
	semaphoreType = &Type{
		Name: "semaphore", Doc: "lets a number of children at once do something",
		Methods: []*Func{
			{Sig: "run(fn: function) -> any", Doc: "waits for a place, then gives what fn gives", waits: true, Do: func(c *Call) (Value, error) {
				f, fn := c.frame, c.Arg(0)
				return c.Data().(*turnstile).within(c, "a place of a semaphore", func() (Value, error) { return f.apply(fn, nil, nil), nil })
			}},
		},
	}
	rateType = &Type{
		Name: "rate", Doc: "lets a number of calls pass in each period",
		Methods: []*Func{
			{Sig: "wait()", Doc: "waits for its turn; the first n pass at once", waits: true, Do: func(c *Call) (Value, error) {
				r, f := c.Data().(*rate), c.frame
				return r.turn.within(c, "its turn at a rate", func() (Value, error) {
					r.pass(f)
					return Nil, nil
				})
			}},
		},
	}
)

// handleFuncs are the functions of the Universe that make handles.
var handleFuncs = []*Func{
	{Sig: "channel(size: int = 0) -> channel", Doc: "a channel that holds so many values; with 0 sender and receiver meet", Example: `channel(1)  # <channel>`, Fails: "value", makes: 1, Do: func(c *Call) (Value, error) {
		n := c.Int(0)
		if n < 0 || n > 1<<30 {
			return Nil, Fail("value", "a channel holds 0 to %d values, not %d", 1<<30, n)
		}
		return c.newHandle(channelType, newChannel(int(n))), nil
	}},
	{Sig: "select(*, timeout: duration = nil, **channels) -> map", Doc: "receives from the first channel that is ready, in the order written: {label, value, ok}; label is nil at the timeout", Example: `select(timeout: 1ms)  # {label: nil, value: nil, ok: false}`, Fails: "type value", waits: true, makes: 1, Do: selectFrom},
	{Sig: "counter(start: int = 0) -> counter", Doc: "a number that children add to", Example: `counter(5).add()  # 6`, makes: 1, Do: func(c *Call) (Value, error) {
		n := &counter{}
		n.n.Store(c.Int(0))
		return c.newHandle(counterType, n), nil
	}},
	{Sig: "cell(v: any) -> cell", Doc: "a value that children share", Example: `cell(1).update(n -> n + 1)  # 2`, makes: 1, Do: func(c *Call) (Value, error) {
		return c.newHandle(cellType, &cell{value: c.Arg(0).share(), writing: turnstile{free: 1}}), nil
	}},
	{Sig: "semaphore(n: int) -> semaphore", Doc: "lets n children at once do something", Example: `semaphore(2).run(() -> 7)  # 7`, Fails: "value", makes: 1, Do: func(c *Call) (Value, error) {
		n := c.Int(0)
		if n < 1 {
			return Nil, Fail("value", "a semaphore has at least 1 place, not %d", n)
		}
		return c.newHandle(semaphoreType, &turnstile{free: int(min(n, 1<<30))}), nil
	}},
	{Sig: "rate(n: int, *, per: duration = 1s) -> rate", Doc: "lets n calls pass in each period", Example: `rate(10, per: 1s).wait()  # nil`, Fails: "value", Do: func(c *Call) (Value, error) {
		n, per := c.Int(0), c.Duration(1)
		if n < 1 || n > 1<<20 {
			return Nil, Fail("value", "a rate lets 1 to %d pass, not %d", 1<<20, n)
		}
		if per <= 0 {
			return Nil, Fail("value", "the period of a rate must be positive, got %s", durationText(per))
		}
		room := int(n) * timeBytes
		c.frame.admit(room)
		v := c.newHandle(rateType, &rate{turn: turnstile{free: 1}, per: per, times: make([]time.Time, n)})
		c.frame.charge(v.object(), hostBytes+room)
		return v, nil
	}},
	{Sig: "worklist(items: list | range = [], unique: bool = false) -> worklist", Doc: "feeds a group's for with what its children add; unique: a value is drawn once", Example: `group for n in worklist([1, 2]) < n * 2 >  # [2, 4]`, makes: 1, Do: newWorklist},
	{Sig: "once(fn: function) -> function", Doc: "a function that runs fn one single time for all who call it", Example: `once(() -> 7)()  # 7`, makes: 1, Do: func(c *Call) (Value, error) {
		o, fn := &runOnce{running: turnstile{free: 1}}, c.Arg(0)
		run := func(c *Call, args []Value) (Value, error) {
			if len(args) > 0 {
				return Nil, Fail("type", "the function of a once takes no arguments, got %d", len(args))
			}
			return o.call(c, fn)
		}
		c.madeHandle()
		return (&Function{header: header{KindFunction}, call: run}).value(), nil
	}},
}
