package runtime

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// memory is what the values of a run hold, for Limits.Memory.
//
// Whoever makes a value that takes room on the heap charges its bytes to the
// thread, by charge or what stands on it. One byte in so many, the grain, is a
// sample, by chance: the object that it is in is remembered, by a weak pointer,
// as standing for all of these bytes. What is larger than the grain is
// remembered for what it is. So the samples that are still alive tell how much
// is: nobody has to walk through the values, which other threads change
// meanwhile, and what an expression in Go holds for a moment counts as well.
//
// Which are alive is what Go's collector knows. When the samples reach the
// limit those are let go of whose objects it has taken, and only where that is
// not enough it is called. Then a tenth of the limit must be charged until that
// happens again.
//
// Each byte is a sample with the same chance, whatever a script does: what is
// made and thrown away cannot hide what is kept. Of a grain's bytes exactly one
// is, so that what is all kept is counted as it is.
type memory struct {
	limit int64 // 0: none, and nothing is counted
	grain int
	same  bool // the run is to be the same each time, whenever the collector comes by itself
	seed  uint64
	draws atomic.Uint64

	mu      sync.Mutex
	samples map[weak.Pointer[byte]]int64
	held    int64 // by the samples together
	bar     int64 // what held may be until it is looked which are alive
}

// The grain is a part of the limit, for the same share of chance in each.
const (
	leastGrain = 4 << 10
	mostGrain  = 64 << 10
	grains     = 2048
)

// limited makes ready the counting for a run with a limit.
func (m *memory) limited(limit int64, seed uint64, virtual bool) {
	m.limit, m.bar, m.seed, m.same = limit, limit, seed, virtual
	m.grain = int(min(max(limit/grains, leastGrain), mostGrain))
	m.samples = map[weak.Pointer[byte]]int64{}
	if seed == 0 && !virtual {
		m.seed = rand.Uint64()
	}
}

// meter makes ready a thread that has not run before.
func (m *memory) meter(t *Thread) {
	t.room, t.rest = math.MaxInt, 0
	if m.limit > 0 {
		t.room = m.draw()
		t.rest = m.grain - t.room
	}
}

// metered tells whether the thread's run has a limit of memory.
func (t *Thread) metered() bool { return t.rest > 0 }

// draw gives a number below the grain by chance, that of SplitMix64.
func (m *memory) draw() int {
	x := m.seed + m.draws.Add(1)*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	n, _ := bits.Mul64(x^x>>31, uint64(m.grain))
	return int(n)
}

// charge counts n bytes that live as long as what of points to. It throws at
// the frame's position where the program holds too much.
func (f *frame) charge(of *byte, n int) {
	if f.t.room -= n; f.t.room < 0 {
		f.sample(of, n)
	}
}

// sample remembers an object that a sample is in.
func (f *frame) sample(of *byte, n int) {
	t, m := f.t, &f.t.run.memory
	if n >= m.grain {
		t.room += n
	} else {
		n = 0
		for t.room < 0 {
			at := m.draw()
			t.room += t.rest + at
			t.rest = m.grain - at
			n += m.grain
		}
	}
	if m.remember(of, int64(n), f.spare()) {
		return
	}
	f.throw(m.exceeded())
}

// spare gives how much more than the limit may be held: deferred code that runs
// because the program ends has a tenth.
func (f *frame) spare() int64 {
	x := f.t.run
	if f.t.deferred > 0 && x.root.dead.Load() {
		return x.memory.limit / 10
	}
	return 0
}

func (m *memory) exceeded() *Error {
	return limitError(LimitMemory, "the program holds more than %d bytes", m.limit)
}

// remember adds a sample. It is false where too much is alive.
func (m *memory) remember(of *byte, n, spare int64) bool {
	if !onHeap(of) {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sample := weak.Make(of)
	m.held += n - m.samples[sample]
	m.samples[sample] = n
	return m.held <= m.bar || m.count(spare)
}

// admit throws where n bytes that are about to be made would be too much.
func (f *frame) admit(n int) {
	m := &f.t.run.memory
	if !f.t.metered() || n < m.grain {
		return
	}
	m.mu.Lock()
	ok := int64(n) <= m.bar-m.held || m.count(f.spare()-int64(n))
	m.mu.Unlock()
	if !ok {
		f.throw(m.exceeded())
	}
}

// count looks which samples are alive, and tells whether they are at most the
// limit and what is spare. The lock is held.
func (m *memory) count(spare int64) bool {
	most := m.limit + spare
	if m.same {
		runtime.GC()
	}
	m.sweep()
	for i := 0; m.held > most && i < 2; i++ { // what is in a sync.Pool is kept from the first
		runtime.GC()
		m.sweep()
	}
	m.bar = max(m.limit, m.held+m.limit/10)
	return m.held <= most
}

// sweep lets go of the samples whose objects the collector has taken.
func (m *memory) sweep() {
	for sample, n := range m.samples {
		if sample.Value() == nil {
			m.held -= n
			delete(m.samples, sample)
		}
	}
}

// made counts a value that is new, and what is in it: as many levels of it as
// are new too. What has been handed on before is not.
func (f *frame) made(v Value, levels int) {
	f.charge(weightOf(v))
	if levels == 1 {
		return
	}
	switch v.Kind() {
	case KindList:
		if l := v.list(); l.packed == KindNil {
			for _, e := range l.items {
				f.madeIn(e, levels-1)
			}
		}
	case KindMap:
		m := v.mapping()
		for i := m.first(); i < m.span(); i++ {
			if k, e, ok := m.at(i); ok {
				if m.table != nil { // else other maps may have the same keys
					f.madeIn(k, levels-1)
				}
				f.madeIn(e, levels-1)
			}
		}
	}
}

func (f *frame) madeIn(v Value, levels int) {
	if !v.isContainer() || v.num != shared {
		f.made(v, levels)
	}
}

// everything is more levels than there are.
const everything = math.MaxInt

// grew counts the contents of a list or map again where they have moved.
func (f *frame) grew(v Value, before *byte) {
	if contents(v) != before {
		f.charge(weightOf(v))
	}
}

// push adds to a list that nobody else has yet.
func (f *frame) push(l *list, v Value) {
	before := contents(l.value())
	l.push(v)
	f.grew(l.value(), before)
}

// putIn and enterIn are put and enter for a map that nobody else has yet.

func (f *frame) putIn(m *mapping, key, value Value) {
	if i, fresh := f.enterIn(m, key, value); !fresh {
		m.setAt(i, value)
	}
}

func (f *frame) enterIn(m *mapping, key, value Value) (pos int, fresh bool) {
	before := contents(m.value())
	pos, fresh = m.enter(key, value)
	f.grew(m.value(), before)
	return pos, fresh
}

const (
	listBytes  = int(unsafe.Sizeof(list{}))
	mapBytes   = int(unsafe.Sizeof(mapping{}))
	tableBytes = int(unsafe.Sizeof(table{}))
	timeBytes  = int(unsafe.Sizeof(time.Time{}))
	textBytes  = int(unsafe.Sizeof(text{}))
	valueBytes = int(unsafe.Sizeof(Value{}))
	keyBytes   = int(unsafe.Sizeof(hashed{}))
)

// contents gives where the elements of a list or the values of a map are.
func contents(v Value) *byte {
	switch v.Kind() {
	case KindList:
		return v.list().start()
	case KindMap:
		if m := v.mapping(); m.table == nil {
			return backing(m.values)
		} else {
			return m.table.values.start()
		}
	}
	return nil
}

// weightOf gives how many bytes a value takes on the heap, those apart that other
// values in it take, and something that lives as long as they do.
func weightOf(v Value) (of *byte, n int) {
	switch v.Kind() {
	case KindList:
		l := v.list()
		n = l.bytes()
		if n == 0 {
			return v.object(), listBytes
		}
		return l.start(), n + listBytes
	case KindMap:
		m := v.mapping()
		n = mapBytes
		switch {
		case m.table != nil:
			// The index, and what is left of it as it grows at other times.
			n += tableBytes + m.table.keys.bytes() + m.table.values.bytes() + 8*cap(m.table.values.items)
		case !m.common:
			n += keyBytes * cap(m.layout.keys)
		}
		if of = contents(v); of == nil || cap(m.values) == 0 && m.table == nil {
			of = v.object()
		}
		return of, n + valueBytes*cap(m.values)
	case KindString:
		t := v.text()
		switch {
		case len(t.s) < 2: // of the few that there are once
			return nil, 0
		case t.more != nil:
			return backing(t.more.room), textBytes + len(t.more.room)
		}
		return textStart(t.s), textBytes + len(t.s)
	case KindBytes:
		if b := v.bytes(); cap(b) > 0 {
			return backing(b), int(unsafe.Sizeof(bytesObject{})) + cap(b)
		}
		return v.object(), int(unsafe.Sizeof(bytesObject{}))
	case KindTime:
		return v.object(), int(unsafe.Sizeof(timeObject{}))
	case KindRange:
		return v.object(), int(unsafe.Sizeof(rangeObject{}))
	case KindFunction:
		return v.object(), int(unsafe.Sizeof(Function{})) + valueBytes*cap(v.function().caps)
	case KindError:
		e := v.err()
		return v.object(), int(unsafe.Sizeof(Error{})) + len(e.Message) + int(unsafe.Sizeof(Site{}))*cap(e.Trace)
	case KindHost:
		return v.object(), hostBytes
	}
	return nil, 0
}

// hostBytes is about what a small host object takes with what it holds in Go.
const hostBytes = 128

// new counts a value that was just made at a place, by itself, and gives it.
func (f *frame) new(v Value, at lexer.Pos) Value {
	if f.t.metered() {
		f.pos = at
		f.made(v, 1)
	}
	return v
}

// set, setItem and add are those of list and mapping for what a program changes.

func (f *frame) set(l *list, i int, v Value) {
	if l.packed != KindNil && v.ref == l.tag() {
		l.words()[i] = v.num
		return
	}
	f.setItem(l, i, v)
}

func (f *frame) setItem(l *list, i int, v Value) {
	if !f.t.metered() {
		l.setItem(i, v)
		return
	}
	before := l.start()
	l.setItem(i, v)
	f.grew(l.value(), before)
}

func (f *frame) add(m *mapping, key, v Value) {
	if !f.t.metered() {
		m.add(key, v)
		return
	}
	f.admit(growth(m.value()))
	before := contents(m.value())
	m.add(key, v)
	f.grew(m.value(), before)
}

// append adds copies of all elements of another list.
func (f *frame) append(l, of *list) {
	f.admit(of.bytes())
	before := l.start()
	l.pushCopies(of, 0, of.len())
	f.grew(l.value(), before)
}

// growth gives how many bytes more a list or map is about to take when one is
// added to it.
func growth(v Value) int {
	switch v.Kind() {
	case KindList:
		if l := v.list(); l.len() == cap(l.items) {
			return l.bytes() / 2
		}
	case KindMap:
		if t := v.mapping().table; t != nil && t.values.len() == cap(t.values.items) {
			return (t.keys.bytes() + t.values.bytes()) / 2
		}
	}
	return 0
}

// bytesOf gives how many bytes an operator is about to make.
func bytesOf(op ast.BinaryOp, a, b Value) int {
	switch {
	case op == ast.Mul && a.isInt():
		return repeatedBytes(b, a)
	case op == ast.Mul && b.isInt():
		return repeatedBytes(a, b)
	case op != ast.Add || a.Kind() != b.Kind():
		return 0
	}
	switch a.Kind() {
	case KindString:
		return joinedBytes(a.text(), b.text())
	case KindBytes:
		return len(a.bytes()) + len(b.bytes())
	case KindList:
		x, y := a.list(), b.list()
		if x.packed != KindNil && x.packed == y.packed {
			return 8 * (x.len() + y.len())
		}
		return valueBytes * (x.len() + y.len())
	}
	return 0
}

// repeatedBytes gives how many bytes a text or list takes n times; 0 where it
// is neither, or more than there may be.
func repeatedBytes(v, n Value) int {
	size := 0
	switch v.Kind() {
	case KindString:
		size = len(v.str())
	case KindList:
		size = v.list().len() * valueBytes
		if v.list().commonKind() != KindNil && packable(v.list().at(0)) != KindNil {
			size /= 2
		}
	}
	bytes, ok := mulInt(int64(size), n.int())
	if !ok || bytes < 0 || bytes > maxElements*int64(valueBytes) {
		return 0
	}
	return int(bytes)
}

// combined counts what an operator made of a and b.
func (f *frame) combined(a, b, v Value) {
	switch v.Kind() {
	case KindString:
		switch {
		case v.ref == a.ref || v.ref == b.ref:
		case v.text().more != nil && a.is(KindString) && a.text().knownMore() == v.text().more:
			f.charge(v.object(), textBytes) // it stands behind a, in the same room
		default:
			f.charge(weightOf(v))
		}
	case KindList, KindBytes, KindTime:
		if v.ref != a.ref && v.ref != b.ref {
			f.charge(weightOf(v))
		}
	}
}

// cut counts what is a part of a value, or was made of it.
func (f *frame) cut(from, v Value) {
	switch {
	case v.ref == from.ref:
	case v.is(KindString) && from.is(KindString) && within(v.str(), from.str()):
		if len(v.str()) > 1 {
			f.charge(v.object(), textBytes)
		}
	case v.is(KindBytes) && from.is(KindBytes):
		f.charge(v.object(), int(unsafe.Sizeof(bytesObject{})))
	default:
		f.charge(weightOf(v))
	}
}

// parts counts the list of the texts that a text was taken apart into.
func (f *frame) parts(from, v Value) {
	f.charge(weightOf(v))
	items := v.list().items
	var one Value
	n := 0
	for _, part := range items {
		if len(part.str()) > 1 {
			one = part
			n++
		}
	}
	if n == 0 {
		return
	}
	if len(items) != from.text().len() { // no characters: they are in one block
		n = len(items)
	}
	f.charge(one.object(), n*textBytes)
}

// isWeighed tells whether the function's Quick makes something or lets its
// receiver grow.
func (fn *Func) isWeighed() bool {
	return fn.makes > 0 || fn.changes
}

// weighedQuick calls a Quick where memory has a limit.
func (f *frame) weighedQuick(fn *Func, recv, a, b Value) Value {
	before := f.weigh(fn, recv, a, b)
	v, err := fn.Quick(recv, a, b)
	if err != nil {
		f.throw(err)
	}
	f.weighed(fn, recv, a, v, before)
	return v
}

// weigh refuses a call that would make too much. It gives where the contents
// of a receiver are that the call changes.
func (f *frame) weigh(fn *Func, recv, a, b Value) (before *byte) {
	if fn.weighs != nil {
		f.admit(fn.weighs(recv, a, b, int(f.t.run.memory.limit)))
	}
	if fn.changes {
		f.admit(growth(recv))
		return contents(recv)
	}
	return nil
}

// weighed counts what a call has made.
func (f *frame) weighed(fn *Func, recv, a, v Value, before *byte) {
	switch {
	case fn.changes:
		f.grew(recv, before)
	case v.ref == a.ref: // what it was given, or nothing
	case fn.makes == 1:
		f.cut(recv, v)
	case fn.makes > 1 && recv.is(KindString):
		f.parts(recv, v)
	case fn.makes > 1:
		f.made(v, fn.makes)
	}
}

// weigh and made are the frame's for the function that is called.

func (c *Call) weigh() (before *byte) {
	var args [2]Value
	for i := range min(len(args), len(c.args)) {
		args[i] = given(c.args[i])
	}
	return c.frame.weigh(c.fn, c.recv, args[0], args[1])
}

func (c *Call) made(v Value, before *byte) {
	n := c.charged
	if c.charged = 0; n == 0 && !c.fn.core {
		// It may have been there before: what is large counts once all the same.
		if of, n := weightOf(v); n >= c.thread.run.memory.grain {
			c.frame.charge(of, n)
		}
		return
	}
	if n == 0 {
		var a Value
		if len(c.args) > 0 {
			a = c.args[0]
		}
		c.frame.weighed(c.fn, c.recv, a, v, before)
		return
	}
	if v.is(KindHost) {
		c.frame.charge(v.object(), hostBytes+n)
		return
	}
	if c.list {
		c.list = false
		c.frame.made(v, 1)
		return
	}
	c.frame.given(v, c.args, true)
}

// Charge says that the function is about to make what takes some bytes more: a
// program for which that is too much ends here, before they are made. Then what
// the function gives counts for what it holds, a host object for these bytes.
// Of what a function gives that does not call it only what is large counts, as
// it may have been there before.
func (c *Call) Charge(bytes int) {
	if c.thread.metered() {
		c.charged += max(bytes, 1)
		c.frame.admit(c.charged)
	}
}

// ChargeList is Charge for a list of n values that were there before.
func (c *Call) ChargeList(n int) {
	c.list = true
	c.Charge(n * valueBytes)
}

// given counts what a host's function made of its arguments. Texts that are
// parts of those are not new, and one that may be the host's own counts as long
// as the script has it.
func (f *frame) given(v Value, args []Value, texts bool) {
	of, n := weightOf(v)
	switch v.Kind() {
	case KindString:
		if n > 0 && partOfAny(v, args) {
			of, n = v.object(), textBytes
		} else if n > 0 && !texts {
			of = v.object()
		}
	case KindList:
		if l := v.list(); l.packed == KindNil {
			for _, e := range l.items {
				f.given(e, args, texts)
			}
		}
	case KindMap:
		m := v.mapping()
		for i := m.first(); i < m.span(); i++ {
			if k, e, ok := m.at(i); ok {
				if m.table != nil { // else other maps may have the same keys
					f.given(k, args, texts)
				}
				f.given(e, args, texts)
			}
		}
	}
	f.charge(of, n)
}

func partOfAny(part Value, args []Value) bool {
	for _, a := range args {
		if a.is(KindString) && within(part.str(), a.str()) {
			return true
		}
	}
	return false
}

// What a child takes with its stack, and a node of a group with its turn.
const (
	childBytes = 4 << 10
	napBytes   = 1 << 10 // without a stack
	nodeBytes  = int(unsafe.Sizeof(node{})) + 128
)

// weigh counts the child where it first waits: before, it may have no goroutine
// of its own.
func (c *child) weigh(f *frame) {
	if c.waited {
		return
	}
	c.waited = true
	n := childBytes
	if c.napping {
		n = napBytes
	}
	if c.room -= n; c.room < 0 {
		c.weight = new([32]byte)
		f.sample(objectAt(c.weight), n)
	}
}

// weighNodes counts the nodes of a group.
func (f *frame) weighNodes(nodes []*node) {
	if len(nodes) > 0 && f.t.metered() {
		f.charge(objectAt(nodes[0]), nodeBytes*len(nodes))
	}
}

// weigh counts what a group gives.
func (g *group) weigh(f *frame, v Value) {
	f.made(v, everything)
	if g.code.mode == ast.ModeSettle {
		for _, part := range v.mapping().all() {
			f.made(part, 1)
		}
		outcomes, _ := v.mapping().getString("outcomes")
		f.charge(outcomes.object(), outcomeBytes*outcomes.mapping().len())
	}
}

// outcomeBytes is what the outcome of a child takes.
const outcomeBytes = mapBytes + 4*(valueBytes+keyBytes) + 2*timeBytes

// admitShown throws where a value, as print shows it behind n bytes, is a text
// that would be too much: what stands in it often is shown often.
func (f *frame) admitShown(n int, v Value) {
	if m := &f.t.run.memory; f.t.metered() && (v.isContainer() || len(v.shown()) >= m.grain) {
		f.admit(n + shownBytes(v, int(m.limit)))
	}
}

// shown gives a text, "" for any other value.
func (v Value) shown() string {
	if v.is(KindString) {
		return v.str()
	}
	return ""
}

// shownBytes gives at least how many bytes print shows of a value: it stops
// where that is more than most.
func shownBytes(v Value, most int) int {
	n := 0
	switch v.Kind() {
	case KindString:
		n = len(v.str())
	case KindBytes:
		n = len(v.bytes())
	case KindList:
		l := v.list()
		n = 3 * l.len()
		for i := 0; l.packed == KindNil && i < l.len() && n <= most; i++ {
			n += shownBytes(l.items[i], most-n)
		}
	case KindMap:
		for k, e := range v.mapping().all() {
			if n > most {
				break
			}
			n += 4 + shownBytes(k, most) + shownBytes(e, most-n)
		}
	}
	return n
}
