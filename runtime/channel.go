package runtime

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// channel passes values between children, in the order in which they were
// sent. A value is either in the channel or with one receiver: a receiver that
// is cancelled while it waits takes nothing.
type channel struct {
	id        int64 // different for each
	mu        sync.Mutex
	size      int     // how many values it holds; 0: sender and receiver meet
	values    []Value // sent and not yet received
	closed    bool
	senders   queue
	receivers queue
}

var channels atomic.Int64

func newChannel(size int) *channel { return &channel{id: channels.Add(1), size: size} }

// party is one side of an exchange that waits for the other: a sender, a
// receiver, or a select, which waits at several channels and is served once.
type party struct {
	thread *Thread
	served *atomic.Bool // claimed by whoever serves it
	value  Value        // to send, or received
	ok     bool         // a value came; false: the channel was closed
	label  int          // of a select: which channel
	done   *atomic.Pointer[party]
}

func newParty(t *Thread, v Value) *party {
	return &party{thread: t, value: v, served: new(atomic.Bool), done: new(atomic.Pointer[party])}
}

// claim makes the caller the one who serves p; false: somebody has.
func (p *party) claim() bool { return p.served.CompareAndSwap(false, true) }

// finish tells the one who waits that it was served through p.
func (p *party) finish() {
	p.done.Store(p)
	p.thread.signal()
}

// queue holds parties in the order in which they came. Those that are claimed
// by others than the queue stay in it for a while: to look for each as it
// leaves would take time in the square of how many wait.
type queue struct {
	parties []*party
	left    int // how many have left since the claimed ones were thrown out
}

func (q *queue) join(p *party) { q.parties = append(q.parties, p) }

// first takes the first party that can still be served; nil if none can.
func (q *queue) first() *party {
	for len(q.parties) > 0 {
		p := q.parties[0]
		q.parties[0] = nil
		q.parties = q.parties[1:]
		if p.claim() {
			return p
		}
	}
	return nil
}

// leave tells that a party that is in the queue, or was, has been claimed.
func (q *queue) leave() {
	q.left++
	if q.left > len(q.parties)/2 {
		q.left = 0
		q.parties = slices.DeleteFunc(q.parties, func(p *party) bool { return p.served.Load() })
	}
}

// send passes v on, waiting for room or a receiver.
func (ch *channel) send(f *frame, v Value) *Error {
	ch.mu.Lock()
	if ch.closed {
		ch.mu.Unlock()
		return Fail("value", "the channel is closed: nothing can be sent any more")
	}
	if r := ch.receivers.first(); r != nil {
		r.value, r.ok = v, true
		ch.mu.Unlock()
		r.finish()
		return nil
	}
	if len(ch.values) < ch.size {
		ch.values = append(ch.values, v)
		ch.mu.Unlock()
		return nil
	}
	p := newParty(f.t, v)
	ch.senders.join(p)
	ch.mu.Unlock()
	if !f.attendTo(p, "room in a channel") {
		ch.mu.Lock()
		ch.senders.leave()
		ch.mu.Unlock()
		f.t.strike()
	}
	if !p.done.Load().ok {
		return Fail("value", "the channel was closed while the value waited to be sent")
	}
	return nil
}

// take receives without waiting; ready is false where that would need to wait.
// The lock is held.
func (ch *channel) take() (v Value, ok, ready bool) {
	if len(ch.values) > 0 {
		v = ch.values[0]
		ch.values[0] = Nil
		ch.values = ch.values[1:]
		if s := ch.senders.first(); s != nil {
			ch.values = append(ch.values, s.value)
			s.ok = true
			s.finish()
		}
		return v, true, true
	}
	if s := ch.senders.first(); s != nil {
		s.ok = true
		s.finish()
		return s.value, true, true
	}
	return Nil, false, ch.closed
}

// recv waits for a value; ok is false where the channel is closed and drained.
func (ch *channel) recv(f *frame) (v Value, ok bool) {
	ch.mu.Lock()
	v, ok, ready := ch.take()
	if ready {
		ch.mu.Unlock()
		return v, ok
	}
	p := newParty(f.t, Nil)
	ch.receivers.join(p)
	ch.mu.Unlock()
	if !f.attendTo(p, "a value from a channel") {
		ch.mu.Lock()
		ch.receivers.leave()
		ch.mu.Unlock()
		f.t.strike()
	}
	return p.value, p.ok
}

// close ends the channel: what was sent can still be received.
func (ch *channel) close() {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.closed = true
	for r := ch.receivers.first(); r != nil; r = ch.receivers.first() {
		r.finish()
	}
	for s := ch.senders.first(); s != nil; s = ch.senders.first() {
		s.finish()
	}
}

// attendTo waits until the party is served; false where the thread was
// cancelled first, and then nobody will serve it any more.
func (f *frame) attendTo(p *party, what string) bool {
	served := f.waitFor(what, forever, func() bool { return p.done.Load() != nil })
	if served != waitDone && !p.claim() {
		// Somebody is just serving it: that is sooner than the cancellation.
		f.t.hold(func() bool { return p.done.Load() != nil })
		return true
	}
	return served == waitDone
}

// selectFrom receives from the first of several channels that is ready.
func selectFrom(c *Call) (Value, error) {
	options := c.Options()
	channels := make([]*channel, len(options))
	for i, o := range options {
		data, ok := HostData(channelType, o.Value)
		if !ok {
			return Nil, Fail("type", "select: `%s` must be a channel, got %s", o.Name, typeName(o.Value))
		}
		channels[i] = data.(*channel)
	}
	if len(channels) == 0 && !c.Given(0) {
		return Nil, Fail("value", "select has no channel to wait for")
	}
	if c.Given(0) && c.Duration(0) < 0 {
		return Nil, Fail("value", "a timeout must not be negative, got %s", durationText(c.Duration(0)))
	}
	p := newParty(c.thread, Nil)
	unlock := lockAll(channels)
	for i, ch := range channels {
		if v, ok, ready := ch.take(); ready {
			unlock()
			return selected(options[i].Name, v, ok), nil
		}
	}
	for i, ch := range channels {
		q := *p
		q.label = i
		ch.receivers.join(&q)
	}
	unlock()
	limit := forever
	if c.Given(0) {
		limit = c.Duration(0)
	}
	how := c.frame.waitFor("the first of several channels", limit, func() bool { return p.done.Load() != nil })
	if how != waitDone && !p.claim() {
		c.thread.hold(func() bool { return p.done.Load() != nil })
		how = waitDone
	}
	leaveAll(channels)
	switch how {
	case waitCancelled:
		c.thread.strike()
	case waitTimeout:
		return selectResult(Nil, Nil, false), nil
	}
	got := p.done.Load()
	return selected(options[got.label].Name, got.value, got.ok), nil
}

// lockAll locks each of the channels once, in an order that all selects share.
func lockAll(channels []*channel) (unlock func()) {
	order := slices.Clone(channels)
	slices.SortFunc(order, func(a, b *channel) int { return cmp.Compare(a.id, b.id) })
	order = slices.Compact(order)
	for _, ch := range order {
		ch.mu.Lock()
	}
	return func() {
		for _, ch := range order {
			ch.mu.Unlock()
		}
	}
}

// leaveAll takes a select, which is claimed, out of the queues it waits in.
func leaveAll(channels []*channel) {
	for _, ch := range channels {
		ch.mu.Lock()
		ch.receivers.leave()
		ch.mu.Unlock()
	}
}

func selected(label string, v Value, ok bool) Value { return selectResult(String(label), v, ok) }

func selectResult(label, v Value, ok bool) Value {
	m := newMap(3)
	m.putString("label", label)
	m.putString("value", v)
	m.putString("ok", Bool(ok))
	return m.value()
}
