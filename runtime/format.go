package runtime

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// display gives v as print shows it: text bare, an error as its message, all
// else as the language writes it. The error is that of too deep a nesting.
func display(v Value) (string, *Error) {
	switch v.Kind() {
	case KindString:
		return v.text().s, nil
	case KindError:
		return v.err().Message, nil
	}
	return literalOf(v)
}

// appendDisplay is display for a text that is being made.
func appendDisplay(out []byte, v Value) ([]byte, *Error) {
	switch v.Kind() {
	case KindString:
		return append(out, v.text().s...), nil
	case KindError:
		return append(out, v.err().Message...), nil
	case KindList, KindMap:
		s, err := literalOf(v) // not appendLiteral: what it is given must be on the heap
		return append(out, s...), err
	}
	return appendSimple(out, v), nil
}

// literalOf gives v as the language writes it, so that it reads back where
// there is a way to write it. What stands for the rest, in lists and maps:
// a function is <function name>, a host object <name>, a time its RFC 3339
// form, bytes and errors look like the call that would make them.
func literalOf(v Value) (string, *Error) {
	out, err := appendLiteral(nil, v, 0)
	return string(out), err
}

// Literal gives the value as a script would write it: texts in quotes.
func (v Value) Literal() string { return quoted(v) }

// quoted is literalOf for messages: what is too deep is cut.
func quoted(v Value) string {
	s, err := literalOf(v)
	if err != nil {
		return typeName(v)
	}
	return s
}

// String gives v as print shows it. It never fails: values that are nested
// too deep give <type>.
func (v Value) String() string {
	s, err := display(v)
	if err != nil {
		return "<" + typeName(v) + ">"
	}
	return s
}

func appendLiteral(out []byte, v Value, depth int) ([]byte, *Error) {
	switch v.Kind() {
	case KindList:
		return appendList(out, v.list(), depth+1)
	case KindMap:
		return appendMap(out, v.mapping(), depth+1)
	}
	return appendSimple(out, v), nil
}

// appendSimple is appendLiteral for what is no list or map.
func appendSimple(out []byte, v Value) []byte {
	switch k := v.Kind(); k {
	case KindNil:
		return append(out, "nil"...)
	case KindBool:
		return strconv.AppendBool(out, v.bool())
	case KindInt:
		return strconv.AppendInt(out, v.int(), 10)
	case KindFloat:
		return appendFloat(out, v.float())
	case KindString:
		return appendQuoted(out, v.text().s)
	case KindDuration:
		return append(out, durationText(v.duration())...)
	case KindTime:
		return append(out, timeText(v.time())...)
	case KindBytes:
		out = appendQuoted(out, string(v.bytes()))
		return append(out, ".bytes()"...)
	case KindRange:
		return appendRange(out, v.span())
	case KindFunction:
		if name := givenName(v.function()); name != "" {
			return append(append(append(out, "<function "...), name...), '>')
		}
		return append(out, "<function>"...)
	case KindError:
		out = appendQuoted(append(out, "error("...), v.err().Message)
		return append(out, ')')
	case KindHost:
		if h := v.host(); h.typ.Text != nil {
			return append(out, h.typ.Text(h.data)...)
		}
		return append(append(append(out, '<'), typeName(v)...), '>')
	default:
		return append(append(append(out, '<'), k.String()...), '>')
	}
}

// givenName gives the name that a function was declared with, "" for a lambda.
func givenName(fn *Function) string {
	if name := fn.name(); name != "function" {
		return name
	}
	return ""
}

func appendList(out []byte, l *list, depth int) ([]byte, *Error) {
	if depth > maxNesting {
		return out, tooDeep("print")
	}
	out = append(out, '[')
	var err *Error
	for i := range l.len() {
		if i > 0 {
			out = append(out, ", "...)
		}
		if out, err = appendLiteral(out, l.at(i), depth); err != nil {
			return out, err
		}
		if len(out) > maxTextBytes {
			return out, Fail("limit", "a text of more than %d bytes", maxTextBytes)
		}
	}
	return append(out, ']'), nil
}

func appendMap(out []byte, m *mapping, depth int) ([]byte, *Error) {
	if depth > maxNesting {
		return out, tooDeep("print")
	}
	out = append(out, '{')
	var err *Error
	first := true
	for k, v := range m.all() {
		if !first {
			out = append(out, ", "...)
		}
		first = false
		out = append(appendKey(out, k), ": "...)
		if out, err = appendLiteral(out, v, depth); err != nil {
			return out, err
		}
		if len(out) > maxTextBytes {
			return out, Fail("limit", "a text of more than %d bytes", maxTextBytes)
		}
	}
	return append(out, '}'), nil
}

// appendKey writes a key as a map's literal has it: names, text and ints as
// they are, other values in brackets.
func appendKey(out []byte, key Value) []byte {
	switch {
	case key.is(KindString) && isName(key.text().s):
		return append(out, key.text().s...)
	case key.is(KindString), key.isInt():
		return appendSimple(out, key)
	}
	return append(appendSimple(append(out, '['), key), ']')
}

// isName tells whether s can stand without quotes as a key.
func isName(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != "" && utf8.ValidString(s)
}

func quoteText(s string) string { return string(appendQuoted(nil, s)) }

// appendQuoted writes s as a string literal.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '$':
			if strings.HasPrefix(s[i+1:], "{") {
				out = append(out, '\\')
			}
			out = append(out, '$')
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r == 0:
			out = append(out, `\0`...)
		case r < ' ' || r == 0x7f:
			const digits = "0123456789abcdef"
			out = append(out, '\\', 'x', digits[r>>4], digits[r&15])
		case r < utf8.RuneSelf || unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, `\u{`...)
			out = append(out, strings.ToUpper(strconv.FormatInt(int64(r), 16))...)
			out = append(out, '}')
		}
	}
	return append(out, '"')
}

// appendFloat writes the shortest text that reads back as x, always with a
// dot or an exponent.
func appendFloat(out []byte, x float64) []byte {
	size := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return append(out, "nan"...)
	case math.IsInf(x, 1):
		return append(out, "inf"...)
	case math.IsInf(x, -1):
		return append(out, "-inf"...)
	case size >= 1e21 || size < 1e-6 && size > 0:
		s := strconv.FormatFloat(x, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		n, _ := strconv.Atoi(exponent)
		out = append(append(out, mantissa...), 'e')
		return strconv.AppendInt(out, int64(n), 10)
	}
	from := len(out)
	out = strconv.AppendFloat(out, x, 'f', -1, 64)
	if !strings.Contains(string(out[from:]), ".") {
		out = append(out, ".0"...)
	}
	return out
}

// durationText gives a duration as the language writes it: 1m30s, 2h,
// 1.5s, 250ms, 0s.
func durationText(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	n := magnitude(int64(d))
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
	}
	const hour, minute, second = uint64(time.Hour), uint64(time.Minute), uint64(time.Second)
	for _, unit := range []struct {
		size uint64
		name byte
	}{{hour, 'h'}, {minute, 'm'}} {
		if n >= unit.size {
			b.WriteString(strconv.FormatUint(n/unit.size, 10))
			b.WriteByte(unit.name)
			n %= unit.size
		}
	}
	small := b.Len() == 0 || d < 0 && b.Len() == 1
	switch {
	case n == 0:
	case !small || n >= second:
		writeFraction(&b, n, second, "s")
	case n >= uint64(time.Millisecond):
		writeFraction(&b, n, uint64(time.Millisecond), "ms")
	case n >= uint64(time.Microsecond):
		writeFraction(&b, n, uint64(time.Microsecond), "us")
	default:
		writeFraction(&b, n, 1, "ns")
	}
	return b.String()
}

// writeFraction writes n/size, a power of ten, with the digits it needs.
func writeFraction(b *strings.Builder, n, size uint64, unit string) {
	b.WriteString(strconv.FormatUint(n/size, 10))
	if rest := n % size; rest > 0 {
		digits := strconv.FormatUint(size+rest, 10)[1:]
		b.WriteByte('.')
		b.WriteString(strings.TrimRight(digits, "0"))
	}
	b.WriteString(unit)
}

func timeText(t time.Time) string { return t.Format(time.RFC3339Nano) }

func appendRange(out []byte, r *rangeObject) []byte {
	lo, hi := r.lo, r.hi
	if r.step < 0 { // printed as the range whose numbers it gives backwards
		lo, hi = hi, lo
	}
	if r.step != 1 {
		out = append(out, '(')
	}
	out = append(strconv.AppendInt(out, lo, 10), ".."...)
	if r.inclusive {
		out = append(out, '=')
	}
	out = strconv.AppendInt(out, hi, 10)
	if r.step != 1 {
		out = append(out, ").step("...)
		out = strconv.AppendInt(out, r.step, 10)
		out = append(out, ')')
	}
	return out
}
