package runtime

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// text is a string. Besides its bytes it carries what was learnt about them,
// so that a loop over a text does not learn it again; all of that may be
// written by several goroutines at once, which find the same.
type text struct {
	header
	joined bool          // + made it: expect more to be joined to it
	known  atomic.Uint32 // its hash, 0 until that is known, and what follows
	s      string
	more   *more // nil until it is needed; see ready
}

// What text.known says: a text of as many code points as bytes is narrow, as
// what is ASCII is, and its indices are offsets. Any other is wide.
const (
	narrowText = 1 << 30
	wideText   = 1 << 31
	hashBits   = narrowText - 1
)

// more is what few texts need: where the code points of one that is long and
// wide are, and room behind one that += made. Texts that were made by appending
// to each other have one together: each is a beginning of the longest.
type more struct {
	// Only the one text that ends where the used part of the room ends can
	// claim what is behind it, so no byte that somebody reads is ever written.
	used atomic.Int64
	room []byte
	// The offsets of the code points 0, markStep, 2*markStep … as far as they
	// were asked for. They are only appended to, by who holds mu.
	marks atomic.Pointer[[]int]
	mu    sync.Mutex
	runes atomic.Int64 // 1 + how many there are; 0: not known, or not of one text
}

const (
	markStep = 64
	// shortWide is how many bytes of a wide text are counted each time.
	shortWide = 2 * markStep
)

// hashSeed differs in each process, so that nobody can prepare keys that
// collide.
var hashSeed = maphash.MakeSeed()

// oneByte holds the texts of one ASCII character, which indexing and loops
// over text give again and again.
var oneByte = func() *[utf8.RuneSelf]text {
	const ascii = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f" +
		"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f" +
		" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f"
	t := new([utf8.RuneSelf]text)
	for i := range t {
		t[i].kind = KindString
		t[i].s = ascii[i : i+1]
		t[i].known.Store(narrowText)
	}
	return t
}()

var emptyText = func() *text {
	t := &text{header: header{KindString}}
	t.known.Store(narrowText)
	return t
}()

// String gives a text. It should be UTF-8; each byte that is not counts as a
// character of its own.
func String(s string) Value {
	switch {
	case s == "":
		return Value{ref: &emptyText.header}
	case len(s) == 1 && s[0] < utf8.RuneSelf:
		return Value{ref: &oneByte[s[0]].header}
	}
	return Value{ref: &(&text{header: header{KindString}, s: s}).header}
}

// shortText is a text of at most shortBytes bytes that stand behind it: one
// allocation in the place of two, of a size that Go has.
type shortText struct {
	text
	bytes [shortBytes]byte
}

const shortBytes = 16

// newShort gives a short text of n bytes, which the caller fills in at once.
func newShort(n int) *shortText {
	t := &shortText{text: text{header: header{KindString}}}
	t.s = unsafe.String(&t.bytes[0], n)
	return t
}

// textOf gives a text of a copy of some bytes.
func textOf(b []byte) Value {
	if len(b) > shortBytes || len(b) == 0 || len(b) == 1 && b[0] < utf8.RuneSelf {
		return String(string(b))
	}
	t := newShort(len(b))
	copy(t.bytes[:], b)
	return Value{ref: &t.header}
}

// textIn gives a text of bytes that become its own.
func textIn(b []byte) Value {
	if cap(b) > len(b)+len(b)/4 || len(b) <= shortBytes {
		return textOf(b)
	}
	return String(unsafe.String(&b[0], len(b)))
}

// asciiString gives a text that is known to be ASCII.
func asciiString(s string) Value {
	v := String(s)
	v.text().known.Or(narrowText)
	return v
}

// str gives the text of a string, "" for nil.
func (v Value) str() string {
	if v.ref == nil {
		return ""
	}
	return v.text().s
}

// isNarrow tells whether the indices of code points are their offsets.
func (t *text) isNarrow() bool {
	switch k := t.known.Load(); {
	case k&narrowText != 0:
		return true
	case k&wideText != 0:
		return false
	}
	is := uint32(wideText)
	if utf8.RuneCountInString(t.s) == len(t.s) {
		is = narrowText
	}
	t.known.Or(is)
	return is == narrowText
}

// len gives the number of code points.
func (t *text) len() int {
	switch {
	case t.isNarrow():
		return len(t.s)
	case len(t.s) <= shortWide:
		return utf8.RuneCountInString(t.s)
	}
	m := t.ready()
	if n := m.runes.Load(); n > 0 {
		return int(n - 1)
	}
	marks := m.marksOf(t.s)
	last := len(marks) - 1
	n := last*markStep + utf8.RuneCountInString(t.s[marks[last]:])
	if m.room == nil {
		m.runes.Store(int64(n) + 1)
	}
	return n
}

// ready gives what more there is to know of the text. Of two goroutines that
// find nothing the first one's is it. Who makes a text sets the field as any
// other: that costs a third of what an atomic store does.
func (t *text) ready() *more {
	if m := t.knownMore(); m != nil {
		return m
	}
	t.learn(new(more))
	return t.knownMore()
}

// marksOf gives the marks in s, which is the text or one that it begins with.
func (m *more) marksOf(s string) []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.marks.Load()
	if known == nil {
		known = &[]int{0}
	}
	marks, n := *known, 0
	for at := marks[len(marks)-1]; at < len(s); n++ {
		if n == markStep {
			marks, n = append(marks, at), 0
		}
		at += runeLen(s[at:])
	}
	if len(marks) > len(*known) {
		grown := marks
		m.marks.Store(&grown)
	}
	end, _ := slices.BinarySearch(marks, len(s))
	return marks[:end]
}

// sum gives the hash of the text, never 0.
func (t *text) sum() uint32 {
	h := t.known.Load() & hashBits
	if h == 0 {
		h = hashString(t.s)
		t.known.Or(h)
	}
	return h
}

// hashString gives the hash that a text of s has.
func hashString(s string) uint32 {
	if h := uint32(maphash.String(hashSeed, s)) & hashBits; h != 0 {
		return h
	}
	return 1
}

// offset gives where code point i begins, for 0 <= i <= len().
func (t *text) offset(i int) int {
	if t.isNarrow() {
		return i
	}
	at := 0
	if i >= markStep && len(t.s) > shortWide {
		m, mark := t.ready(), i/markStep
		marks := m.marks.Load()
		if marks == nil || mark >= len(*marks) {
			all := m.marksOf(t.s)
			marks, mark = &all, min(mark, len(all)-1)
		}
		at = (*marks)[mark]
		i -= mark * markStep
	}
	for ; i > 0; i-- {
		at += runeLen(t.s[at:])
	}
	return at
}

// runeLen gives the length in bytes of the code point that s begins with.
func runeLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// at gives code point i, for 0 <= i < len().
func (t *text) at(i int) Value {
	from := t.offset(i)
	return String(t.s[from : from+runeLen(t.s[from:])])
}

// slice gives the code points from lo to before hi.
func (t *text) slice(lo, hi int) Value {
	if t.isNarrow() {
		return asciiString(t.s[lo:hi])
	}
	from := t.offset(lo)
	return String(t.s[from:t.offset(hi)])
}

// index gives the code point that begins at an offset.
func (t *text) index(offset int) int {
	if t.isNarrow() {
		return offset
	}
	return utf8.RuneCountInString(t.s[:offset])
}

// joinedBytes gives how many bytes concat is about to make.
func joinedBytes(x, y *text) int {
	n := len(x.s) + len(y.s)
	m := x.knownMore()
	switch {
	case x.s == "" || y.s == "" || m != nil && n <= len(m.room) && m.used.Load() == int64(len(x.s)):
		return 0
	case x.joined && m == nil:
		return 2 * n
	}
	return n // of 2n, where the room of the left one is done with
}

// concat joins two texts. Appending to what concat gave is amortised O(1).
func concat(a, b Value) Value {
	x, y := a.text(), b.text()
	switch {
	case x.s == "":
		return b
	case y.s == "":
		return a
	}
	n := len(x.s) + len(y.s)
	var joined *text
	if n <= shortBytes {
		short := newShort(n)
		copy(short.bytes[copy(short.bytes[:], x.s):], y.s)
		joined = &short.text
	} else {
		joined = &text{header: header{KindString}}
	}
	// If it is known of the left one (often since somebody asks in a loop), so
	// it is of the result, at the price of looking at the part that is new.
	if k := x.known.Load(); k&(narrowText|wideText) != 0 {
		if k&narrowText != 0 && y.isNarrow() {
			joined.known.Store(narrowText)
		} else {
			joined.known.Store(wideText)
		}
	}
	joined.joined = true
	if n <= shortBytes {
		return Value{ref: &joined.header}
	}
	m := x.knownMore()
	switch {
	case m != nil && n <= len(m.room) && m.used.CompareAndSwap(int64(len(x.s)), int64(n)):
		copy(m.room[len(x.s):n], y.s)
	case !x.joined:
		// Most are never joined again.
		joined.s = x.s + y.s
		return Value{ref: &joined.header}
	default:
		m = &more{room: make([]byte, max(2*n, 64))}
		copy(m.room, x.s)
		copy(m.room[len(x.s):], y.s)
		m.used.Store(int64(n))
	}
	joined.s = unsafe.String(&m.room[0], n)
	joined.more = m
	return Value{ref: &joined.header}
}

// repeatText gives t n times, for a size that was checked.
func repeatText(t *text, n int) Value {
	if t.isNarrow() {
		return asciiString(strings.Repeat(t.s, n))
	}
	return String(strings.Repeat(t.s, n))
}

// split gives the parts between the separators, of which there is one
// character at least; at most most of them, if that is not negative. They are
// allocated together: parts of one text keep each other alive anyway.
func (t *text) split(sep string, most int) Value {
	n := strings.Count(t.s, sep) + 1
	if most >= 0 {
		n = min(n, most)
	}
	out, block := make([]Value, n), make([]text, n)
	known := t.known.Load() & narrowText
	for rest, i := t.s, 0; i < n; i++ {
		part := rest
		if i < n-1 {
			part, rest, _ = strings.Cut(rest, sep)
		}
		if len(part) < 2 {
			out[i] = String(part)
			continue
		}
		p := &block[i]
		p.kind, p.s = KindString, part
		if known != 0 {
			p.known.Store(known)
		}
		out[i] = Value{ref: &p.header}
	}
	return newList(out)
}

// chars gives the code points as texts.
func (t *text) chars() []Value {
	out := make([]Value, 0, t.len())
	for s := t.s; s != ""; {
		n := runeLen(s)
		out = append(out, String(s[:n]))
		s = s[n:]
	}
	return out
}
