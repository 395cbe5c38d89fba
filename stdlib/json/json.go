// Package json gives scripts JSON by RFC 8259. Texts are read and written
// straight from and to values, by decoder and encoder: the order of keys
// stays, and ints stay ints.
package json

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// Module is json.
var Module = &runtime.Module{
	Name: "json",
	Doc:  "Texts in JSON.",
	Funcs: []*runtime.Func{
		{
			Sig: "parse(text: string | bytes) -> any", Doc: "The value that a text in JSON stands for. Whole numbers that fit are ints; of two equal keys the last counts.",
			Example: `json.parse("[1, 2.5, null]")  # [1, 2.5, nil]`, Fails: "parse", Do: parse,
		}, {
			Sig: "encode(value: any, *, indent: int = 0, sort: bool = false) -> string", Doc: "A value in JSON, with indent over several lines, with sort by the order of keys; durations are texts, times RFC 3339, bytes base64.",
			Example: `json.encode([1, 2.0, nil])  # "[1,2.0,null]"`, Fails: "value limit", Do: encode,
		}, {
			Sig: "lines(src: src) -> stream", Doc: "The values of a source with one text in JSON on each line; blank lines are left out.",
			Example: `json.lines("1\n[2]\n").to_list()  # [1, [2]]`, Fails: "parse type", Do: lines,
		},
	},
}

// Parse gives the value that a text in JSON stands for; the error is of kind
// parse with data {line, column, offset}.
func Parse(text string) (runtime.Value, error) {
	v, fault := decode(text)
	if fault != nil {
		line, column := place(text, fault.at)
		return runtime.Nil, fault.failure(line, column, utf8.RuneCountInString(text[:fault.at]))
	}
	return v, nil
}

// ParseBytes is Parse for text that may be anything; the error's offset counts
// bytes, Parse's characters, as an index into each does.
func ParseBytes(b []byte) (runtime.Value, error) {
	text := string(b)
	v, fault := decode(text)
	if fault != nil {
		line, column := place(text, fault.at)
		return runtime.Nil, fault.failure(line, column, fault.at)
	}
	return v, nil
}

func (f *fault) failure(line, column, offset int) *runtime.Error {
	return runtime.Fail("parse", "line %d, column %d: %s", line, column, f.message).With(runtime.NewMap(
		runtime.Named{Name: "line", Value: runtime.Int(int64(line))},
		runtime.Named{Name: "column", Value: runtime.Int(int64(column))},
		runtime.Named{Name: "offset", Value: runtime.Int(int64(offset))},
	))
}

func parse(c *runtime.Call) (runtime.Value, error) {
	if b, ok := c.Arg(0).AsBytes(); ok {
		c.Charge(Weight(b))
		return ParseBytes(b)
	}
	text := c.Text(0)
	c.Charge(weight(len(text), func(s string) int { return strings.Count(text, s) }))
	return Parse(text)
}

// Weight gives about how many bytes the value of a text takes, for Charge.
func Weight(b []byte) int {
	return weight(len(b), func(s string) int { return bytes.Count(b, []byte(s)) })
}

func weight(n int, count func(string) int) int {
	return n/2 + 8*count(",") + 32*count("[") + 64*count("{")
}

// Encode gives a value in JSON on one line; the error is of kind value and
// names the path to what JSON has no form for.
func Encode(v runtime.Value) ([]byte, error) { return (&encoder{}).encode(v) }

func encode(c *runtime.Call) (runtime.Value, error) {
	indent := c.Int(1)
	if indent < 0 || indent > 64 {
		return runtime.Nil, runtime.Fail("value", "indent must be 0 to 64, not %d", indent)
	}
	e := encoders.Get().(*encoder)
	defer e.forget()
	e.indent, e.sort, e.grows = int(indent), c.Bool(2), c.Charge
	out, err := e.encode(c.Arg(0))
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.String(string(out)), nil
}

// encoders are kept for their room: a small text takes two thirds of the time
// where that need not grow.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// forget readies an encoder for another value: it keeps not much room.
func (e *encoder) forget() {
	const room = 16 << 10
	out := e.out[:0]
	if cap(out) > room {
		out = nil
	}
	*e = encoder{out: out}
	encoders.Put(e)
}

// valueStream is the values of lines.
type valueStream struct {
	lines runtime.Stream
	line  int
}

func lines(c *runtime.Call) (runtime.Value, error) {
	from := c.Arg(0)
	if b, ok := from.AsBytes(); ok {
		from = runtime.String(string(b)) // what is no UTF-8 is for the decoder to refuse
	}
	src, err := source.Lines(from)
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.NewStream(&valueStream{lines: src}), nil
}

// Next gives the value of the next line that is not blank.
func (s *valueStream) Next(ctx context.Context) (v runtime.Value, ok bool, err error) {
	for {
		line, ok, err := s.lines.Next(ctx)
		if !ok || err != nil {
			return runtime.Nil, false, err
		}
		s.line++
		text, err := source.Line(line, s.line)
		if err != nil {
			return runtime.Nil, false, err
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		v, fault := decode(text)
		if fault != nil {
			_, column := place(text, fault.at)
			return runtime.Nil, false, fault.failure(s.line, column, utf8.RuneCountInString(text[:fault.at]))
		}
		return v, true, nil
	}
}

// Close closes what the lines come from.
func (s *valueStream) Close() error { return s.lines.Close() }
