package runtime

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
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
	*service
	thread *Thread
	value  Value  // to send, or received
	ok     bool   // a value came; false: the channel was closed
	label  int    // of a select: which channel
	what   string // that it waits for, for the report of a deadlock
	leave  func() // takes it, claimed by itself, out of the queues that it is in
	// end, where a call of the library waits, gives what that does: see Call.await.
	end func(served bool) (Value, error)
}

// service tells whether a party was served. Those of a select have it in common.
type service struct {
	claimed atomic.Bool // by whoever serves it
	through atomic.Pointer[party]
}

func newParty(t *Thread, v Value, what string) *party {
	p := new(struct {
		party
		service
	})
	p.party = party{service: &p.service, thread: t, value: v, what: what}
	return &p.party
}

// claim makes the caller the one who serves p; false: somebody has.
func (s *service) claim() bool { return s.claimed.CompareAndSwap(false, true) }

func (s *service) served() bool { return s.through.Load() != nil }

// finish tells the one who waits that it was served through p.
func (p *party) finish() {
	p.through.Store(p)
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

// leave tells that a party that is in the queue, or was, has been claimed. mu
// guards the queue.
func (q *queue) leave(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	q.left++
	if q.left > len(q.parties)/2 {
		q.left = 0
		q.parties = slices.DeleteFunc(q.parties, func(p *party) bool { return p.claimed.Load() })
	}
}

// send passes v on. Where there is no room and no receiver yet it gives the
// party to wait for, which is ok then.
func (ch *channel) send(f *frame, v Value) (*party, *Error) {
	ch.mu.Lock()
	if ch.closed {
		ch.mu.Unlock()
		return nil, Fail("value", "the channel is closed: nothing can be sent any more")
	}
	if r := ch.receivers.first(); r != nil {
		r.value, r.ok = v, true
		ch.mu.Unlock()
		r.finish()
		return nil, nil
	}
	if len(ch.values) < ch.size {
		before := cap(ch.values)
		ch.values = append(ch.values, v)
		room, of := cap(ch.values), backing(ch.values)
		ch.mu.Unlock()
		if room > before {
			f.charge(of, valueBytes*room)
		}
		return nil, nil
	}
	p := newParty(f.t, v, "room in a channel")
	p.leave = func() { ch.senders.leave(&ch.mu) }
	ch.senders.join(p)
	ch.mu.Unlock()
	return p, nil
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

// recv gives a value; ok is false where the channel is closed and drained.
// Where it has to wait it gives the party to wait for, which has both then.
func (ch *channel) recv(t *Thread) (v Value, ok bool, wait *party) {
	ch.mu.Lock()
	v, ok, ready := ch.take()
	if ready {
		ch.mu.Unlock()
		return v, ok, nil
	}
	p := newParty(t, Nil, "a value from a channel")
	p.leave = func() { ch.receivers.leave(&ch.mu) }
	ch.receivers.join(p)
	ch.mu.Unlock()
	return Nil, false, p
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

// leaves has a party that waits no longer leave its queues: nobody will serve it
// any more. It gives false where somebody is just doing so: that is sooner than
// what ended the wait.
func (p *party) leaves(t *Thread) bool {
	if !p.claim() {
		t.hold(p.served)
		return false
	}
	p.leave()
	return true
}

// attendTo waits, for d at the most, until the party is served; false where the
// time was up first, and then nobody will serve it any more. A cancellation
// unwinds.
func (f *frame) attendTo(p *party, d time.Duration) bool {
	f.beginWait(p.what, d)
	f.t.party = p
	f.t.block(waitOver)
	how := f.endWait()
	if how == waitCancelled {
		f.t.strike()
	}
	return how == waitDone
}

// give gives the value of a call that has waited for p, or for nothing but the
// clock.
func (p *party) give(f *frame, served bool) Value {
	if p == nil {
		return Nil
	}
	v, err := p.end(served)
	if err != nil {
		f.fails(err)
	}
	return v
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
	p := newParty(c.thread, Nil, "the first of several channels")
	p.leave = func() {
		for _, ch := range channels {
			ch.receivers.leave(&ch.mu)
		}
	}
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
	f := c.frame
	return c.await(p, limit, func(served bool) (Value, error) {
		v := selectResult(Nil, Nil, false)
		if served {
			p.leave()
			got := p.through.Load()
			v = selected(options[got.label].Name, got.value, got.ok)
		}
		if f.t.metered() {
			f.made(v, 1)
		}
		return v, nil
	})
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

func selected(label string, v Value, ok bool) Value { return selectResult(String(label), v, ok) }

func selectResult(label, v Value, ok bool) Value {
	m := newMap(3)
	m.putString("label", label)
	m.putString("value", v)
	m.putString("ok", Bool(ok))
	return m.value()
}
