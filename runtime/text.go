package runtime

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// text is a string. Besides its bytes it carries what was learnt about them,
// so that a loop over a text does not learn it again; all of that may be
// written by several goroutines at once, which find the same.
type text struct {
	header
	hash atomic.Uint32 // 0: not known yet
	s    string
	// runes is the number of code points + 1; 0: not known yet. A text of as
	// many code points as bytes is ASCII, and its indices are offsets.
	runes   atomic.Int64
	offsets atomic.Pointer[[]int] // of every offsetStep-th code point
	// buffer is where s stands if += made it: s is its beginning.
	buffer *buffer
}

// buffer has room behind a text for what is appended to it. Only the one text
// that ends where the used part ends can claim the room, so no byte that
// somebody reads is ever written.
type buffer struct {
	used  atomic.Int64
	bytes []byte
}

const offsetStep = 64

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
		t[i].runes.Store(2)
	}
	return t
}()

var emptyText = func() *text {
	t := &text{header: header{KindString}}
	t.runes.Store(1)
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

// asciiString gives a text that is known to be ASCII.
func asciiString(s string) Value {
	v := String(s)
	v.text().runes.Store(int64(len(s)) + 1)
	return v
}

// str gives the text of a string, "" for nil.
func (v Value) str() string {
	if v.ref == nil {
		return ""
	}
	return v.text().s
}

// len gives the number of code points.
func (t *text) len() int {
	n := t.runes.Load()
	if n == 0 {
		n = int64(utf8.RuneCountInString(t.s)) + 1
		t.runes.Store(n)
	}
	return int(n - 1)
}

func (t *text) isASCII() bool { return t.len() == len(t.s) }

// sum gives the hash of the text, never 0.
func (t *text) sum() uint32 {
	h := t.hash.Load()
	if h == 0 {
		h = hashString(t.s)
		t.hash.Store(h)
	}
	return h
}

// hashString gives the hash that a text of s has.
func hashString(s string) uint32 {
	if h := uint32(maphash.String(hashSeed, s)); h != 0 {
		return h
	}
	return 1
}

// offset gives where code point i begins, for 0 <= i <= len().
func (t *text) offset(i int) int {
	switch n := t.len(); {
	case n == len(t.s):
		return i
	case i == n:
		return len(t.s)
	}
	at := 0
	if i >= offsetStep {
		at = t.marks()[i/offsetStep]
		i %= offsetStep
	}
	for ; i > 0; i-- {
		at += runeLen(t.s[at:])
	}
	return at
}

// marks gives the offsets of every offsetStep-th code point. Two goroutines
// that find none both build them.
func (t *text) marks() []int {
	if marks := t.offsets.Load(); marks != nil {
		return *marks
	}
	marks := make([]int, 0, t.len()/offsetStep+1)
	n := 0
	for at := range t.s {
		if n%offsetStep == 0 {
			marks = append(marks, at)
		}
		n++
	}
	t.offsets.Store(&marks)
	return marks
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
	if t.isASCII() {
		return asciiString(t.s[lo:hi])
	}
	from := t.offset(lo)
	v := String(t.s[from:t.offset(hi)])
	v.text().runes.Store(int64(hi-lo) + 1)
	return v
}

// index gives the code point that begins at an offset.
func (t *text) index(offset int) int {
	if t.isASCII() {
		return offset
	}
	return utf8.RuneCountInString(t.s[:offset])
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
	// If the left one's length is known (often since somebody asks in a loop),
	// so is the result's, at the price of counting the part that is new.
	if runes := x.runes.Load(); runes != 0 {
		joined.runes.Store(runes + int64(y.len()))
	}
	switch buf := x.buffer; {
	case n <= shortBytes:
		joined.buffer = noRoom
	case buf == nil:
		joined.s = x.s + y.s
		joined.buffer = noRoom
	case n <= len(buf.bytes) && buf.used.CompareAndSwap(int64(len(x.s)), int64(n)):
		copy(buf.bytes[len(x.s):n], y.s)
		joined.s = unsafe.String(&buf.bytes[0], n)
		joined.buffer = buf
	default:
		// The left one was made by + already: expect more of it.
		buf = &buffer{bytes: make([]byte, max(2*n, 64))}
		copy(buf.bytes, x.s)
		copy(buf.bytes[len(x.s):], y.s)
		buf.used.Store(int64(n))
		joined.s = unsafe.String(&buf.bytes[0], n)
		joined.buffer = buf
	}
	return Value{ref: &joined.header}
}

// noRoom marks a text that was joined once, without room behind it: most are
// never joined again.
var noRoom = new(buffer)

// repeatText gives t n times, for a size that was checked.
func repeatText(t *text, n int) Value {
	v := String(strings.Repeat(t.s, n))
	v.text().runes.Store(int64(t.len()*n) + 1)
	return v
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
