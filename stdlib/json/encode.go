package json

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// encoder writes values.
type encoder struct {
	indent int
	sort   bool
	out    []byte

	grows   func(bytes int) // told how many bytes out takes more, now and then; nil: nobody asks
	charged int             // of out's, by grows
}

// misfit is what JSON has no form for, and the way to it.
type misfit struct {
	kind, message string
	path          string
}

// under adds the step before the way so far.
func (m *misfit) under(step string) *misfit {
	m.path = step + m.path
	return m
}

func (e *encoder) encode(v runtime.Value) ([]byte, error) {
	if m := e.value(v, 0); m != nil {
		if path := strings.TrimPrefix(m.path, "."); path != "" && m.kind == "value" {
			return nil, runtime.Fail(m.kind, "%s: %s", path, m.message)
		}
		return nil, runtime.Fail(m.kind, "%s", m.message)
	}
	e.charge(1)
	return e.out, nil
}

// charge tells how much out has grown, if that is some bytes or more.
func (e *encoder) charge(least int) {
	if more := len(e.out) - e.charged; e.grows != nil && more >= least {
		e.grows(more)
		e.charged = len(e.out)
	}
}

// value writes v, which stands in depth lists and maps.
func (e *encoder) value(v runtime.Value, depth int) *misfit {
	switch v.Kind() {
	case runtime.KindNil:
		e.out = append(e.out, "null"...)
	case runtime.KindBool:
		b, _ := v.AsBool()
		e.out = strconv.AppendBool(e.out, b)
	case runtime.KindInt:
		n, _ := v.AsInt()
		e.out = strconv.AppendInt(e.out, n, 10)
	case runtime.KindFloat:
		x, _ := v.AsFloat()
		return e.float(x)
	case runtime.KindString:
		s, _ := v.AsString()
		e.out = appendText(e.out, s)
	case runtime.KindList, runtime.KindRange:
		return e.list(v, depth)
	case runtime.KindMap:
		return e.mapping(v, depth)
	case runtime.KindError:
		return e.failure(v, depth)
	case runtime.KindBytes:
		b, _ := v.AsBytes()
		e.out = append(e.out, '"')
		e.out = base64.StdEncoding.AppendEncode(e.out, b)
		e.out = append(e.out, '"')
	case runtime.KindTime:
		t, _ := v.AsTime()
		e.out = append(e.out, '"')
		e.out = t.AppendFormat(e.out, time.RFC3339Nano)
		e.out = append(e.out, '"')
	case runtime.KindDuration:
		e.out = append(append(append(e.out, '"'), v.String()...), '"')
	default:
		return &misfit{kind: "value", message: "JSON has no form for " + v.String()}
	}
	return nil
}

func (e *encoder) float(x float64) *misfit {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return &misfit{kind: "value", message: "JSON has no form for " + runtime.Float(x).String()}
	}
	e.out = appendFloat(e.out, x)
	return nil
}

// appendFloat writes the shortest text that reads back as x, with a point or
// an exponent, so that it is read as a float.
func appendFloat(out []byte, x float64) []byte {
	if size := math.Abs(x); size >= 1e21 || size < 1e-6 && size > 0 {
		return strconv.AppendFloat(out, x, 'e', -1, 64)
	}
	from := len(out)
	out = strconv.AppendFloat(out, x, 'f', -1, 64)
	if !slices.Contains(out[from:], '.') {
		out = append(out, ".0"...)
	}
	return out
}

// list writes a list or range.
func (e *encoder) list(v runtime.Value, depth int) *misfit {
	if depth++; depth > maxNesting {
		return tooDeep()
	}
	e.out = append(e.out, '[')
	n := 0
	for i, item := range v.All() {
		e.separate(n, depth)
		n++
		if m := e.value(item, depth); m != nil {
			return m.under("[" + i.String() + "]")
		}
	}
	e.close(n, depth, ']')
	return nil
}

func tooDeep() *misfit {
	return &misfit{kind: "limit", message: "cannot encode values that are nested more than " + strconv.Itoa(maxNesting) + " deep"}
}

// mapping writes a map.
func (e *encoder) mapping(v runtime.Value, depth int) *misfit {
	if depth++; depth > maxNesting {
		return tooDeep()
	}
	e.out = append(e.out, '{')
	var m *misfit
	if names, plain := e.names(v); plain && !e.sort {
		m = e.entries(v.All(), depth)
	} else {
		m = e.renamed(v, names, depth)
	}
	if m != nil {
		return m
	}
	e.close(v.Len(), depth, '}')
	return nil
}

// names gives what the keys are called in JSON, in their order; plain tells
// that they are texts as they stand, and names is not needed.
func (e *encoder) names(v runtime.Value) (names []string, plain bool) {
	plain = true
	for k := range v.All() {
		if k.Kind() != runtime.KindString {
			plain = false
			break
		}
	}
	if plain && !e.sort {
		return nil, true
	}
	for k := range v.All() {
		names = append(names, nameOf(k))
	}
	return names, plain
}

// nameOf gives a key as a text.
func nameOf(k runtime.Value) string {
	if t, ok := k.AsTime(); ok {
		return t.Format(time.RFC3339Nano)
	}
	return k.String()
}

// entries writes the entries of a map whose keys are texts.
func (e *encoder) entries(all func(func(k, v runtime.Value) bool), depth int) (m *misfit) {
	n := 0
	for k, v := range all {
		name, _ := k.AsString()
		if m = e.entry(n, name, v, depth); m != nil {
			return m
		}
		n++
	}
	return nil
}

// renamed writes the entries of a map by the names of their keys.
func (e *encoder) renamed(v runtime.Value, names []string, depth int) *misfit {
	values := make([]runtime.Value, 0, len(names))
	order := make([]int, 0, len(names))
	for _, item := range v.All() {
		order = append(order, len(values))
		values = append(values, item)
	}
	byName := slices.Clone(order)
	slices.SortStableFunc(byName, func(i, j int) int { return strings.Compare(names[i], names[j]) })
	for i := 1; i < len(byName); i++ {
		if name := names[byName[i]]; name == names[byName[i-1]] {
			return (&misfit{kind: "value", message: "two keys are the same text in JSON"}).under(step(name))
		}
	}
	if e.sort {
		order = byName
	}
	for n, i := range order {
		if m := e.entry(n, names[i], values[i], depth); m != nil {
			return m
		}
	}
	return nil
}

// entry writes entry number n of a map.
func (e *encoder) entry(n int, name string, v runtime.Value, depth int) *misfit {
	e.separate(n, depth)
	e.out = append(appendText(e.out, name), ':')
	if e.indent > 0 {
		e.out = append(e.out, ' ')
	}
	if m := e.value(v, depth); m != nil {
		return m.under(step(name))
	}
	return nil
}

// step gives a key as a part of a path.
func step(name string) string {
	for i, c := range []byte(name) {
		if !isWordByte(c) || i == 0 && isDigit(c) {
			return "[" + strconv.Quote(name) + "]"
		}
	}
	return "." + name
}

// failure writes an error as a map of what tells it apart.
func (e *encoder) failure(v runtime.Value, depth int) *misfit {
	err, _ := v.AsError()
	fields := []runtime.Named{
		{Name: "message", Value: runtime.String(err.Message)},
		{Name: "kind", Value: runtime.String(err.Kind)},
	}
	if !err.Data.IsNil() {
		fields = append(fields, runtime.Named{Name: "data", Value: err.Data})
	}
	return e.mapping(runtime.NewMap(fields...), depth)
}

// separate writes what stands before element n.
func (e *encoder) separate(n, depth int) {
	if n > 0 {
		e.out = append(e.out, ',')
	}
	e.newline(depth)
}

// close ends a list or map of n elements.
func (e *encoder) close(n, depth int, end byte) {
	if n > 0 {
		e.newline(depth - 1)
	}
	e.out = append(e.out, end)
	e.charge(1 << 20) // what is in it often is written often
}

func (e *encoder) newline(depth int) {
	if e.indent == 0 {
		return
	}
	e.out = append(e.out, '\n')
	for range depth * e.indent {
		e.out = append(e.out, ' ')
	}
}

// appendText writes s as a text of JSON; what is no UTF-8 becomes U+FFFD.
func appendText(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				out = append(out, s[from:i]...)
				out = append(out, "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		out = append(out, s[from:i]...)
		out = appendEscape(out, c)
		i++
		from = i
	}
	out = append(out, s[from:]...)
	return append(out, '"')
}

func appendEscape(out []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	return append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}
