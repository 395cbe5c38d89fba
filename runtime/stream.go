package runtime

import (
	"context"
	"sync"

	"github.com/tgscript/tgscript/lexer"
)

// NewStream gives a Stream as a script's value: a source for the loops of
// statements and groups, with the methods next, to_list and close. Several
// children may read it; each value goes to one of them.
func NewStream(s Stream) Value {
	return newHost(streamType, &sharedStream{source: s, turn: make(chan struct{}, 1)})
}

// NewHost gives a host object: a Go value that scripts use by its Type's
// fields and methods.
func NewHost(typ *Type, data any) Value { return newHost(typ, data) }

// HostData gives the Go value of a host object of a type; ok is false for any
// other value.
func HostData(typ *Type, v Value) (data any, ok bool) {
	if v.Kind() != KindHost || v.host().typ != typ {
		return nil, false
	}
	return v.host().data, true
}

// Stream gives the source behind a host object that loops can run over, a
// stream or another; ok is false for any other value. Who takes it reads what
// the script would have read, and need not close it.
func (v Value) Stream() (s Stream, ok bool) {
	if v.Kind() != KindHost || v.host().typ.Stream == nil {
		return nil, false
	}
	return v.host().typ.Stream(v.host().data), true
}

// sharedStream lets any number of children read a Stream.
type sharedStream struct {
	source Stream
	turn   chan struct{} // holds a token while somebody reads
	mu     sync.Mutex
	closed bool
	ended  bool
}

func (s *sharedStream) Next(ctx context.Context) (v Value, ok bool, err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return Nil, false, context.Cause(ctx)
	}
	defer func() { <-s.turn }()
	s.mu.Lock()
	over := s.closed || s.ended
	s.mu.Unlock()
	if over {
		return Nil, false, nil
	}
	v, ok, err = s.source.Next(ctx)
	if !ok || err != nil {
		s.mu.Lock()
		s.ended = true
		s.mu.Unlock()
		if ctx.Err() == nil {
			s.Close()
		}
	}
	return v, ok, err
}

func (s *sharedStream) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	return s.source.Close()
}

var streamType = &Type{
	Name:   "stream",
	Doc:    "values that are read once, as they come: for x in s { }",
	Stream: func(data any) Stream { return data.(*sharedStream) },
}

// Set here since the methods name the type.
func init() { streamType.Methods = streamMethods }

var streamMethods = []*Func{
	{
		Sig: "next(default: any = nil) -> any", Doc: "waits for the next value; default at the end",
		Do: func(c *Call) (Value, error) {
			v, ok, err := c.frame.pull(c.Data().(*sharedStream))
			if err != nil || ok {
				return v, err
			}
			return c.Arg(0), nil
		},
	},
	{
		Sig: "to_list() -> list", Doc: "all values that are still to come",
		Do: func(c *Call) (Value, error) {
			var items []Value
			for {
				v, ok, err := c.frame.pull(c.Data().(*sharedStream))
				if err != nil {
					return Nil, err
				}
				if !ok {
					return newList(items), nil
				}
				before := cap(items)
				if items = append(items, v.share()); cap(items) > before {
					c.frame.charge(backing(items), valueBytes*cap(items))
				}
			}
		},
	},
	{
		Sig: "close()", Doc: "ends the stream and frees what it holds; twice is fine",
		Do: func(c *Call) (Value, error) { return Nil, c.Data().(*sharedStream).Close() },
	},
}

// pull waits for a stream's next value. A cancellation unwinds.
func (f *frame) pull(s Stream) (v Value, ok bool, err error) {
	if shared, ok := s.(*sharedStream); ok {
		if timed, ok := shared.source.(Timed); ok {
			return f.pullTimed(shared, timed)
		}
	}
	t := f.t
	ctx := t.context()
	f.leave(streamNext)
	v, ok, err = s.Next(ctx)
	t.enter()
	if err != nil && t.scope.dead.Load() {
		t.run.foundAt(f, inWait)
		t.strike()
	}
	if ok && t.metered() {
		f.given(v, nil, true)
	}
	return v.share(), ok, err
}

// pullTimed is pull for a stream that waits for nothing but the clock.
func (f *frame) pullTimed(s *sharedStream, timed Timed) (v Value, ok bool, err error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return Nil, false, nil
	}
	now := f.t.run.clock.now()
	v, at := timed.NextAt(now)
	s.mu.Unlock()
	if d := at.Sub(now); d > 0 {
		f.sleep(d)
	}
	return v.share(), true, nil
}

// iterator walks what a for runs over.
type iterator interface {
	// next gives the key (index, for what has none) and value of a turn.
	next(f *frame) (k, v Value, ok bool)
	close()
}

// iterate gives the iterator of a loop over v; paired tells that it binds two
// names, which decides what one name of a map is.
func (f *frame) iterate(v Value, paired bool, at lexer.Pos) iterator {
	switch v.Kind() {
	case KindList:
		return &listIterator{list: elements(v)}
	case KindMap:
		m := entriesOf(v)
		return &mapIterator{m: m, i: m.first(), keysOnly: !paired}
	case KindRange:
		r := v.span()
		return &rangeIterator{r: r, left: r.count()}
	case KindString:
		if f.t.metered() {
			f.pos = at
			f.admit(charBytes(v, Nil, Nil, 0))
		}
		chars := newList(v.text().chars())
		if f.t.metered() {
			f.parts(v, chars)
		}
		return &listIterator{list: chars.list()}
	case KindBytes:
		return &bytesIterator{b: v.bytes()}
	case KindHost:
		h := v.host()
		switch data := h.data.(type) {
		case *channel:
			return &channelIterator{ch: data}
		case *worklist:
			f.pos = at
			f.throw(Fail("value", "a worklist is drawn by the `for` of a group, not by a loop"))
		}
		if h.typ.Stream != nil {
			return &streamIterator{source: h.typ.Stream(h.data)}
		}
	}
	f.pos = at
	f.throw(Fail("type", "cannot loop over %s", withArticle(typeName(v))))
	return nil
}

type listIterator struct {
	list *list
	i    int
}

func (it *listIterator) next(*frame) (k, v Value, ok bool) {
	if it.i >= it.list.len() {
		return
	}
	i := it.i
	it.i++
	return Int(int64(i)), it.list.copyAt(i), true
}
func (it *listIterator) close() {}

type mapIterator struct {
	m        *mapping
	i        int
	keysOnly bool
}

func (it *mapIterator) next(*frame) (k, v Value, ok bool) {
	for it.i < it.m.span() {
		k, v, ok := it.m.at(it.i)
		it.i++
		switch {
		case !ok: // a gap
		case it.keysOnly:
			return k, k, true
		default:
			return k, v.share(), true
		}
	}
	return
}
func (it *mapIterator) close() {}

type rangeIterator struct {
	r    *rangeObject
	i    uint64
	left uint64
}

func (it *rangeIterator) next(*frame) (k, v Value, ok bool) {
	if it.i >= it.left {
		return
	}
	i := it.i
	it.i++
	return Int(int64(i)), Int(it.r.at(i)), true
}
func (it *rangeIterator) close() {}

type bytesIterator struct {
	b []byte
	i int
}

func (it *bytesIterator) next(*frame) (k, v Value, ok bool) {
	if it.i >= len(it.b) {
		return
	}
	i := it.i
	it.i++
	return Int(int64(i)), Int(int64(it.b[i])), true
}
func (it *bytesIterator) close() {}

// channelIterator receives until the channel is closed. A loop that is left
// leaves the channel as it is.
type channelIterator struct {
	ch *channel
	i  int64
}

func (it *channelIterator) next(f *frame) (k, v Value, ok bool) {
	v, ok, wait := it.ch.recv(f.t)
	if wait != nil {
		f.attendTo(wait, forever)
		v, ok = wait.value, wait.ok
	}
	it.i++
	return Int(it.i - 1), v, ok
}
func (it *channelIterator) close() {}

type streamIterator struct {
	source Stream
	i      int64
}

func (it *streamIterator) next(f *frame) (k, v Value, ok bool) {
	v, ok, err := f.pull(it.source)
	if err != nil {
		f.throw(errorOf("io", err))
	}
	it.i++
	return Int(it.i - 1), v, ok
}
func (it *streamIterator) close() { it.source.Close() }
