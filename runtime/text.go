package runtime

import (
	endian "encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// text is a string. Besides its bytes it carries what was learnt about them,
// so that a loop over a text does not learn it again; all of that may be
// written by several goroutines at once, which find the same.
type text struct {
	header
	joined bool   // + made it: expect more to be joined to it
	known  uint32 // its hash, 0 until that is known, and what follows; see facts
	s      string
	more   *more // nil until it is needed; see ready
}

// facts and note read and add to known of a text that others may have too. Who
// makes a text sets the field as any other: an atomic store takes 7 ns, a quarter
// of what making a text does.
func (t *text) facts() uint32    { return atomic.LoadUint32(&t.known) }
func (t *text) note(fact uint32) { atomic.OrUint32(&t.known, fact) }

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
		t[i].known = narrowText
	}
	return t
}()

var emptyText = &text{header: header{KindString}, known: narrowText}

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

// CopyString is String for a copy of s where s has at most 16 bytes: the value then
// takes one allocation, and does not keep alive what s may be a part of.
func CopyString(s string) Value { return textPart(nil, s) }

// shortText is a text of at most shortBytes bytes that stand behind it: one
// allocation in the place of two, of a size that Go has.
type shortText struct {
	text
	bytes [shortBytes]byte
}

const shortBytes = 16

// shortBlock is how many short texts a thread allocates together: each takes half
// the time. They live as long as one of them does, which is why there are not more.
const shortBlock = 8

// newShort gives a short text of n bytes, which the caller fills in at once. The
// thread may be nil.
func (t *Thread) newShort(n int) *shortText {
	var s *shortText
	if t == nil {
		s = new(shortText)
	} else {
		if t.used%shortBlock == 0 {
			t.shorts = new([shortBlock]shortText)
		}
		s = &t.shorts[t.used%shortBlock]
		t.used++
	}
	s.kind = KindString
	s.s = unsafe.String(&s.bytes[0], n)
	return s
}

// filled gives a short text that has been filled in.
func (s *shortText) filled() Value {
	if s.isASCII() {
		s.known = narrowText
	}
	return Value{ref: &s.header}
}

// isASCII looks at all bytes at once: those behind the text are 0.
func (s *shortText) isASCII() bool {
	const high = 0x8080808080808080
	return (endian.NativeEndian.Uint64(s.bytes[:8])|endian.NativeEndian.Uint64(s.bytes[8:]))&high == 0
}

// isShort tells whether a text of n bytes, which begins with some, is better
// short.
func isShort[T string | []byte](b T) bool {
	return len(b) <= shortBytes && len(b) > 0 && (len(b) > 1 || b[0] >= utf8.RuneSelf)
}

// textOf gives a text of a copy of some bytes; the thread may be nil.
func textOf(t *Thread, b []byte) Value {
	if !isShort(b) {
		return String(string(b))
	}
	s := t.newShort(len(b))
	copy(s.bytes[:], b)
	return s.filled()
}

// textPart gives a part of a text as a text: a copy, if it is short, which keeps
// the whole from living on; the thread may be nil.
func textPart(t *Thread, part string) Value {
	if !isShort(part) {
		return String(part)
	}
	s := t.newShort(len(part))
	copy(s.bytes[:], part)
	return s.filled()
}

// textIn gives a text of bytes that become its own.
func textIn(b []byte) Value {
	if cap(b) > len(b)+len(b)/4 || len(b) <= shortBytes {
		return textOf(nil, b)
	}
	return String(unsafe.String(&b[0], len(b)))
}

// asciiString gives a text that is known to be ASCII.
func asciiString(s string) Value {
	if len(s) < 2 {
		return String(s)
	}
	return Value{ref: &(&text{header: header{KindString}, known: narrowText, s: s}).header}
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
	switch k := t.facts(); {
	case k&narrowText != 0:
		return true
	case k&wideText != 0:
		return false
	}
	is := uint32(wideText)
	if utf8.RuneCountInString(t.s) == len(t.s) {
		is = narrowText
	}
	t.note(is)
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
	h := t.facts() & hashBits
	if h == 0 {
		h = hashString(t.s)
		t.note(h)
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
	return textPart(nil, t.s[from:from+runeLen(t.s[from:])])
}

// slice gives the code points from lo to before hi.
func (t *text) slice(lo, hi int) Value {
	narrow := t.isNarrow()
	part := t.s[t.offset(lo):t.offset(hi)]
	if narrow && len(part) > shortBytes {
		return asciiString(part)
	}
	return textPart(nil, part)
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

// concat joins texts, of which there is one at least. Appending to what concat gave
// is amortised O(1). The thread may be nil.
func concat(t *Thread, parts ...Value) Value {
	x, n := parts[0].text(), 0
	for _, part := range parts {
		n += len(part.str())
	}
	switch {
	case n == len(x.s):
		return parts[0]
	case x.s == "":
		return concat(t, parts[1:]...)
	case n <= shortBytes:
		short := t.newShort(n)
		copyTexts(short.bytes[:], parts)
		short.joined = true
		return short.filled()
	}
	joined := &text{header: header{KindString}, joined: true}
	// If it is known of the left one (often since somebody asks in a loop), so
	// it is of the result, at the price of looking at the part that is new.
	if k := x.facts(); k&(narrowText|wideText) != 0 {
		joined.known = narrowText
		for _, part := range parts {
			if !part.text().isNarrow() {
				joined.known = wideText
				break
			}
		}
	}
	m := x.knownMore()
	switch {
	case m != nil && n <= len(m.room) && m.used.CompareAndSwap(int64(len(x.s)), int64(n)):
		copyTexts(m.room[len(x.s):n], parts[1:])
	case !x.joined:
		// Most are never joined again.
		bytes := make([]byte, n)
		copyTexts(bytes, parts)
		joined.s = unsafe.String(&bytes[0], n)
		return Value{ref: &joined.header}
	default:
		m = &more{room: make([]byte, max(2*n, 64))}
		copyTexts(m.room, parts)
		m.used.Store(int64(n))
	}
	joined.s = unsafe.String(&m.room[0], n)
	joined.more = m
	return Value{ref: &joined.header}
}

// copyTexts copies texts to where they stand one behind the other.
func copyTexts(room []byte, parts []Value) {
	for _, part := range parts {
		room = room[copy(room, part.str()):]
	}
}

// repeatText gives t n times, for a size that was checked.
func repeatText(t *text, n int) Value {
	if t.isNarrow() {
		return asciiString(strings.Repeat(t.s, n))
	}
	return String(strings.Repeat(t.s, n))
}

// parts collects what a text is taken apart into. The texts are allocated
// together: parts of one text keep each other alive anyway. A part is none of them
// if it is one ASCII character or empty.
type parts struct {
	out   []Value
	block []text
	known uint32 // what is known of each
}

// partsOf makes room for n parts of a text.
func (t *text) partsOf(n int) parts {
	return parts{make([]Value, 0, n), make([]text, n), t.facts() & narrowText}
}

func (p *parts) add(s string) {
	if len(s) < 2 {
		p.out = append(p.out, String(s))
		return
	}
	t := &p.block[len(p.out)]
	t.kind, t.known, t.s = KindString, p.known, s
	p.out = append(p.out, Value{ref: &t.header})
}

// split gives the parts between the separators, of which there is one
// character at least; at most most of them, if that is not negative.
func (t *text) split(sep string, most int) Value {
	n := strings.Count(t.s, sep) + 1
	if most >= 0 {
		n = min(n, most)
	}
	p, rest := t.partsOf(n), t.s
	for range n - 1 {
		at := strings.Index(rest, sep)
		p.add(rest[:at])
		rest = rest[at+len(sep):]
	}
	p.add(rest)
	return newList(p.out)
}

// words gives the parts between white space.
func (t *text) words() Value {
	p := t.partsOf(countWords(t.s))
	for word := range strings.FieldsSeq(t.s) {
		p.add(word)
	}
	return newList(p.out)
}

// countWords counts what stands between white space.
func countWords(s string) int {
	n, inside := 0, false
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return countWideWords(s)
		}
		isWord := c != ' ' && (c < '\t' || c > '\r')
		if isWord && !inside {
			n++
		}
		inside = isWord
	}
	return n
}

func countWideWords(s string) int {
	n, inside := 0, false
	for _, r := range s {
		isWord := !unicode.IsSpace(r)
		if isWord && !inside {
			n++
		}
		inside = isWord
	}
	return n
}

// lines gives the lines; a final newline ends the last one.
func (t *text) lines() Value {
	if t.s == "" {
		return newList(nil)
	}
	rest := strings.TrimSuffix(t.s, "\n")
	p := t.partsOf(strings.Count(rest, "\n") + 1)
	for more := true; more; {
		var line string
		line, rest, more = strings.Cut(rest, "\n")
		p.add(strings.TrimSuffix(line, "\r"))
	}
	return newList(p.out)
}

// chars gives the code points as texts.
func (t *text) chars() []Value {
	out := make([]Value, 0, t.len())
	for s := t.s; s != ""; {
		n := runeLen(s)
		out = append(out, textPart(nil, s[:n]))
		s = s[n:]
	}
	return out
}
