package json

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// maxNesting is how deep lists and maps may stand in one another.
const maxNesting = 10_000

// decoder reads one text of JSON into values, in one pass and without tokens
// in between. Its methods give false once a fault has been noted.
type decoder struct {
	src   string
	pos   int
	depth int
	*memory
	room  strings.Builder // texts that are not long share its buffers
	fault *fault
}

// memory is what a decoder leaves to the next one: texts of one kind have the same
// keys. (a map of four entries: 2.5 times as fast)
type memory struct {
	// pending holds the elements, or keys and values in turn, of the lists and
	// maps that are being read, so that each is made in its final size.
	pending []runtime.Value
	names   [nameSlots]runtime.Value
	keys    runtime.KeyCache
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// forget readies a memory for the next decoder: it keeps no values but keys, and
// not much room.
func (m *memory) forget() {
	const room = 256
	if cap(m.pending) > room {
		m.pending = nil
	}
	clear(m.pending[:cap(m.pending)])
	m.pending = m.pending[:0]
	memories.Put(m)
}

// fault is what is wrong and where.
type fault struct {
	at      int
	message string
}

// nameSlots is how many of the keys that were seen lately are kept. A text that is
// used again knows its hash already.
const nameSlots = 64

// decode reads a whole text.
func decode(src string) (runtime.Value, *fault) {
	d := &decoder{src: src, memory: memories.Get().(*memory)}
	defer d.forget()
	if strings.HasPrefix(src, "\ufeff") {
		d.pos = len("\ufeff")
	}
	v, ok := d.value()
	if ok {
		if d.space(); d.pos < len(src) {
			d.fail("nothing may follow the value, found %s", d.found())
		}
	}
	return v, d.fault
}

// fail notes what is wrong at the present place.
func (d *decoder) fail(text string, args ...any) (runtime.Value, bool) {
	return d.failAt(d.pos, text, args...)
}

func (d *decoder) failAt(at int, text string, args ...any) (runtime.Value, bool) {
	if d.fault == nil {
		d.fault = &fault{at, fmt.Sprintf(text, args...)}
	}
	return runtime.Nil, false
}

// found says what stands at the present place.
func (d *decoder) found() string {
	rest := d.src[d.pos:]
	if rest == "" {
		return "the end"
	}
	n := 0
	for n < len(rest) && n < 20 && isWordByte(rest[n]) {
		n++
	}
	if n == 0 {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError && size == 1 {
			return fmt.Sprintf("the byte 0x%02x", rest[0])
		}
		n = size
	}
	return strconv.Quote(rest[:n])
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// space skips white space.
func (d *decoder) space() {
	for d.pos < len(d.src) {
		switch d.src[d.pos] {
		case ' ', '\n', '\t', '\r':
			d.pos++
		default:
			return
		}
	}
}

// value reads any value, with white space before it.
func (d *decoder) value() (runtime.Value, bool) {
	d.space()
	if d.pos == len(d.src) {
		return d.fail("a value is missing at the end")
	}
	switch c := d.src[d.pos]; c {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		return d.text()
	case 't':
		return d.word("true", runtime.Bool(true))
	case 'f':
		return d.word("false", runtime.Bool(false))
	case 'n':
		return d.word("null", runtime.Nil)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return d.number()
	}
	return d.noValue()
}

// noValue says why no value begins here.
func (d *decoder) noValue() (runtime.Value, bool) {
	switch c := d.src[d.pos]; c {
	case '\'':
		return d.fail("texts stand in double quotes, not in '")
	case '/', '#':
		return d.fail("JSON has no comments")
	case '+':
		return d.fail("a number does not begin with +")
	case '.':
		return d.fail("a number does not begin with a point")
	}
	return d.fail("a value should stand here, found %s", d.found())
}

func (d *decoder) word(text string, v runtime.Value) (runtime.Value, bool) {
	rest := d.src[d.pos:]
	if !strings.HasPrefix(rest, text) || len(rest) > len(text) && isWordByte(rest[len(text)]) {
		return d.noValue()
	}
	d.pos += len(text)
	return v, true
}

// enter begins a list or map; begin is where it opens.
func (d *decoder) enter() bool {
	if d.depth++; d.depth > maxNesting {
		d.fail("nested more than %d deep", maxNesting)
		return false
	}
	d.pos++
	d.space()
	return true
}

// array reads a list, from its bracket on.
func (d *decoder) array() (runtime.Value, bool) {
	begin, mark := d.pos, len(d.pending)
	if !d.enter() {
		return runtime.Nil, false
	}
	if !d.at(']') {
		for {
			v, ok := d.value()
			if !ok {
				return v, false
			}
			d.pending = append(d.pending, v)
			more, ok := d.more(begin, ']', "list")
			if !ok {
				return runtime.Nil, false
			}
			if !more {
				break
			}
		}
	}
	d.pos++
	d.depth--
	v := runtime.NewList(d.pending[mark:])
	d.pending = d.pending[:mark]
	return v, true
}

// object reads a map, from its brace on.
func (d *decoder) object() (runtime.Value, bool) {
	begin, mark := d.pos, len(d.pending)
	if !d.enter() {
		return runtime.Nil, false
	}
	if !d.at('}') {
		for {
			k, ok := d.key()
			if !ok {
				return runtime.Nil, false
			}
			v, ok := d.value()
			if !ok {
				return v, false
			}
			d.pending = append(d.pending, k, v)
			more, ok := d.more(begin, '}', "map")
			if !ok {
				return runtime.Nil, false
			}
			if !more {
				break
			}
		}
	}
	d.pos++
	d.depth--
	v := d.keys.Map(d.pending[mark:])
	d.pending = d.pending[:mark]
	return v, true
}

// at tells whether the byte c stands here.
func (d *decoder) at(c byte) bool { return d.pos < len(d.src) && d.src[d.pos] == c }

// more reads what follows an element: a comma, and then more is true, or end,
// which is left to the caller.
func (d *decoder) more(begin int, end byte, what string) (more, ok bool) {
	d.space()
	switch {
	case d.at(end):
		return false, true
	case d.at(','):
		comma := d.pos
		d.pos++
		if d.space(); d.at(end) {
			d.failAt(comma, "no comma may stand after the last element of a %s", what)
			return false, false
		}
		return true, true
	case d.pos == len(d.src):
		line, column := place(d.src, begin)
		d.fail("the %s that begins at line %d, column %d does not end", what, line, column)
	default:
		d.fail("a comma or %c should stand here, found %s", end, d.found())
	}
	return false, false
}

// key reads a map's key and the colon after it.
func (d *decoder) key() (runtime.Value, bool) {
	if !d.at('"') {
		switch {
		case d.at('\''), d.at('/'), d.at('#'):
			return d.noValue()
		case d.pos < len(d.src) && isWordByte(d.src[d.pos]):
			return d.fail("a key stands in double quotes, found %s", d.found())
		}
		return d.fail("a key should stand here, found %s", d.found())
	}
	k, ok := d.name()
	if !ok {
		return k, false
	}
	if !d.at(':') {
		if d.space(); !d.at(':') {
			return d.fail("a colon should follow the key, found %s", d.found())
		}
	}
	d.pos++
	return k, true
}

// name reads a key, which may be one that was seen before.
func (d *decoder) name() (runtime.Value, bool) {
	begin := d.pos + 1
	i := begin
	for i < len(d.src) && plain[d.src[i]] {
		i++
	}
	n := i - begin
	if n == 0 || n > 64 || i == len(d.src) || d.src[i] != '"' {
		return d.text()
	}
	s := d.src[begin:i]
	slot := &d.names[(n*31+int(s[0])*7+int(s[n/2])*3+int(s[n-1]))%nameSlots]
	if known, _ := slot.AsString(); known != s {
		*slot = ownText(s)
	}
	d.pos = i + 1
	return *slot, true
}

// plain are the bytes that stand for themselves in a text.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// text reads a text, from its quote on.
func (d *decoder) text() (runtime.Value, bool) {
	begin := d.pos + 1
	i := begin
	ascii := true
	for i < len(d.src) {
		c := d.src[i]
		switch {
		case plain[c]:
			i++
			continue
		case c >= utf8.RuneSelf:
			ascii = false
			i++
			continue
		case c == '"':
			s := d.src[begin:i]
			if !ascii && !d.valid(begin, s) {
				return runtime.Nil, false
			}
			d.pos = i + 1
			return d.keep(s), true
		case c == '\\':
			return d.escaped(begin, i)
		}
		return d.badControl(i)
	}
	return d.endless(begin)
}

// escaped reads the rest of a text that has escapes, the first one at i.
func (d *decoder) escaped(begin, i int) (runtime.Value, bool) {
	out := make([]byte, 0, i-begin+32)
	from := begin
	for i < len(d.src) {
		c := d.src[i]
		switch {
		case c == '"':
			if !d.valid(from, d.src[from:i]) {
				return runtime.Nil, false
			}
			out = append(out, d.src[from:i]...)
			d.pos = i + 1
			return runtime.String(string(out)), true
		case c == '\\':
			if !d.valid(from, d.src[from:i]) {
				return runtime.Nil, false
			}
			out = append(out, d.src[from:i]...)
			var ok bool
			if out, i, ok = d.escape(out, i); !ok {
				return runtime.Nil, false
			}
			from = i
		case c < ' ':
			return d.badControl(i)
		default:
			i++
		}
	}
	return d.endless(begin)
}

// escape appends what the escape at i stands for; next is behind it.
func (d *decoder) escape(out []byte, i int) (_ []byte, next int, ok bool) {
	if i+1 == len(d.src) {
		d.failAt(i, "the text does not end")
		return out, i, false
	}
	switch c := d.src[i+1]; c {
	case '"', '\\', '/':
		return append(out, c), i + 2, true
	case 'b':
		return append(out, '\b'), i + 2, true
	case 'f':
		return append(out, '\f'), i + 2, true
	case 'n':
		return append(out, '\n'), i + 2, true
	case 'r':
		return append(out, '\r'), i + 2, true
	case 't':
		return append(out, '\t'), i + 2, true
	case 'u':
		r, next, ok := d.unicode(i)
		return utf8.AppendRune(out, r), next, ok
	}
	d.pos = i + 1
	what := d.found()
	d.failAt(i, `\ cannot stand before %s; a backslash itself is \\`, what)
	return out, i, false
}

// unicode reads \uXXXX at i, or a pair of them that are the halves of one
// character. Half a pair alone stands for no character: U+FFFD.
func (d *decoder) unicode(i int) (r rune, next int, ok bool) {
	high, ok := hex4(d.src, i+2)
	if !ok {
		d.failAt(i, `four hexadecimal digits should follow \u`)
		return 0, i, false
	}
	next = i + 6
	switch {
	case high < 0xd800 || high > 0xdfff:
		return high, next, true
	case high > 0xdbff || !strings.HasPrefix(d.src[next:], `\u`):
		return utf8.RuneError, next, true
	}
	low, ok := hex4(d.src, next+2)
	if !ok || low < 0xdc00 || low > 0xdfff {
		return utf8.RuneError, next, true
	}
	return (high-0xd800)<<10 + (low - 0xdc00) + 0x10000, next + 6, true
}

func hex4(s string, at int) (r rune, ok bool) {
	if at+4 > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[at : at+4]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// valid tells whether the part s of the text, which begins at an offset, is
// UTF-8.
func (d *decoder) valid(at int, s string) bool {
	if utf8.ValidString(s) {
		return true
	}
	for {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			d.failAt(at, "the byte 0x%02x is no UTF-8", s[0])
			return false
		}
		s = s[n:]
		at += n
	}
}

func (d *decoder) badControl(at int) (runtime.Value, bool) {
	switch c := d.src[at]; c {
	case '\n', '\r':
		d.failAt(at, `the text does not end on its line; a line break in it is written \n`)
	case '\t':
		d.failAt(at, `a tab in a text is written \t`)
	default:
		d.failAt(at, `a control character in a text is written \u%04x`, c)
	}
	return runtime.Nil, false
}

// endless fails for a text, begun before an offset, that nothing closes.
func (d *decoder) endless(begin int) (runtime.Value, bool) {
	d.failAt(begin-1, "the text that begins here does not end")
	return runtime.Nil, false
}

// keep gives a text of a copy of s, so that a value does not hold the whole
// source. Short ones have their bytes in themselves, others share a buffer.
func (d *decoder) keep(s string) runtime.Value {
	const buffer, most = 4096, 128
	if len(s) <= short || len(s) > most {
		return ownText(s)
	}
	if d.room.Cap()-d.room.Len() < len(s) {
		d.room = strings.Builder{}
		d.room.Grow(min(buffer, max(len(d.src)-d.pos, len(s))))
	}
	from := d.room.Len()
	d.room.WriteString(s)
	return runtime.String(d.room.String()[from:])
}

// short is how long a text can be that CopyString copies.
const short = 16

// ownText gives a text of a copy of s by itself.
func ownText(s string) runtime.Value {
	if len(s) > short {
		s = strings.Clone(s)
	}
	return runtime.CopyString(s)
}

// number reads an int that fits, else a float.
func (d *decoder) number() (runtime.Value, bool) {
	begin := d.pos
	negative := d.src[begin] == '-'
	if negative {
		d.pos++
	}
	// What 18 digits hold is exact; more are left to strconv.
	var digits uint64
	first := d.pos
	for d.pos < len(d.src) && isDigit(d.src[d.pos]) {
		digits = digits*10 + uint64(d.src[d.pos]-'0')
		d.pos++
	}
	n := d.pos - first
	switch {
	case n == 0:
		return d.fail("a digit should follow -, found %s", d.found())
	case n > 1 && d.src[first] == '0':
		return d.failAt(begin, "a number does not begin with 0")
	case d.at('.') || d.at('e') || d.at('E'):
		return d.fraction(begin, digits, n)
	case n > 18:
		return d.large(begin)
	case negative:
		return runtime.Int(-int64(digits)), true
	}
	return runtime.Int(int64(digits)), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// large reads an int of many digits, which are behind already.
func (d *decoder) large(begin int) (runtime.Value, bool) {
	if n, err := strconv.ParseInt(d.src[begin:d.pos], 10, 64); err == nil {
		return runtime.Int(n), true
	}
	return d.float(begin)
}

// fraction reads the rest of a float, whose n whole digits are behind.
func (d *decoder) fraction(begin int, digits uint64, n int) (runtime.Value, bool) {
	exponent := 0
	if d.at('.') {
		d.pos++
		first := d.pos
		for d.pos < len(d.src) && isDigit(d.src[d.pos]) {
			digits = digits*10 + uint64(d.src[d.pos]-'0')
			d.pos++
		}
		if d.pos == first {
			return d.fail("a digit should follow the point, found %s", d.found())
		}
		exponent = first - d.pos
		n += d.pos - first
	}
	if d.at('e') || d.at('E') {
		return d.power(begin)
	}
	// Both numbers are exact as floats, so their quotient is rounded once.
	if n <= 15 && exponent >= -22 {
		x := float64(digits) / powers[-exponent]
		if d.src[begin] == '-' {
			x = -x
		}
		return runtime.Float(x), true
	}
	return d.float(begin)
}

// powers are the powers of ten that a float holds exactly.
var powers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// power reads the exponent of a float.
func (d *decoder) power(begin int) (runtime.Value, bool) {
	d.pos++
	if d.at('+') || d.at('-') {
		d.pos++
	}
	first := d.pos
	for d.pos < len(d.src) && isDigit(d.src[d.pos]) {
		d.pos++
	}
	if d.pos == first {
		return d.fail("a digit should follow the exponent's e, found %s", d.found())
	}
	return d.float(begin)
}

// float gives the number that began at an offset and is behind.
func (d *decoder) float(begin int) (runtime.Value, bool) {
	s := d.src[begin:d.pos]
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) {
		if len(s) > 40 {
			s = s[:40] + "…"
		}
		return d.failAt(begin, "the number %s is larger than any float", s)
	}
	return runtime.Float(x), true
}

// place gives the line and column, in characters from 1, of an offset.
func place(src string, at int) (line, column int) {
	before := src[:at]
	begin := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[begin:]) + 1
}
