// Package csv is the module csv: tables as text, by RFC 4180. Every cell is
// text; what it means is the script's to say.
package csv

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/feed"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

const reading = `header: bool = true, sep: string = ",", trim: bool = false`

// Module is the module csv.
var Module = &runtime.Module{
	Name: "csv",
	Doc:  "tables as text",
	Funcs: []*runtime.Func{
		{
			Sig:     "parse(text: string | bytes, *, " + reading + ") -> list",
			Doc:     "the rows as maps by the names in the first one; lists with header: false",
			Example: `csv.parse("a,b\n1,\"x, y\"\n")  # [{a: "1", b: "x, y"}]`,
			Fails:   "parse value",
			Do:      parse,
		},
		{
			Sig:     "rows(src: src, *, " + reading + ") -> stream",
			Doc:     "the rows of a source one by one",
			Example: `csv.rows(["a,b", "1,2"]).to_list()  # [{a: "1", b: "2"}]`,
			Fails:   "parse value type",
			Do:      rows,
		},
		{
			Sig:     "encode(rows: list, *, header: list | bool = true, sep: string = \",\") -> string",
			Doc:     "rows, maps or lists, as text; header names and orders the columns, false leaves their names out",
			Example: `csv.encode([{a: 1, b: "x, y"}])  # "a,b\n1,\"x, y\"\n"`,
			Fails:   "value type",
			Do:      encode,
		},
	},
}

// The parameters of reading.
const (
	paramHeader = iota + 1
	paramSep
	paramTrim
)

// What a row and a cell take, at least.
const (
	rowBytes  = 64
	cellBytes = 48
)

// table reads rows.
type table struct {
	r      *csv.Reader
	header bool
	trim   bool
	names  *runtime.Keys // of the columns, where there is a header
}

// settings gives what makes a table of a reader.
func settings(c *runtime.Call) (func(io.Reader) *table, error) {
	sep, err := separator(c.Text(paramSep))
	if err != nil {
		return nil, err
	}
	header, trim := c.Bool(paramHeader), c.Bool(paramTrim)
	return func(from io.Reader) *table {
		t := &table{r: csv.NewReader(&withoutMark{r: from}), header: header, trim: trim}
		t.r.Comma = sep
		t.r.TrimLeadingSpace = trim && sep != '\t' && sep != ' '
		return t
	}, nil
}

func separator(s string) (rune, error) {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || n != len(s) || r == utf8.RuneError || strings.ContainsRune("\"\r\n", r) {
		return 0, runtime.Fail("value", "sep: %q is not one character that can stand between cells", s)
	}
	return r, nil
}

// next gives the next row; false at the end.
func (t *table) next() (runtime.Value, bool, error) {
	cells, err := t.record()
	if err == nil && t.header && t.names == nil {
		if err = t.head(cells); err == nil {
			cells, err = t.record()
		}
	}
	if errors.Is(err, io.EOF) {
		return runtime.Nil, false, nil
	}
	if err != nil {
		return runtime.Nil, false, t.failure(err)
	}
	items := make([]runtime.Value, len(cells))
	for i, s := range cells {
		items[i] = runtime.CopyString(s)
	}
	if t.header {
		return t.names.Map(items...), true, nil
	}
	return runtime.NewList(items), true, nil
}

func (t *table) record() ([]string, error) {
	cells, err := t.r.Read()
	if err != nil {
		return nil, err
	}
	for i, s := range cells {
		if !utf8.ValidString(s) {
			s = source.ValidText([]byte(s))
		}
		if t.trim {
			s = strings.TrimSpace(s)
		}
		cells[i] = s
	}
	return cells, nil
}

// head takes the names of the columns.
func (t *table) head(cells []string) error {
	seen := map[string]bool{}
	for i, name := range cells {
		if seen[name] {
			line, column := t.r.FieldPos(i)
			return t.malformed(line, column, "two columns are named %q", name)
		}
		seen[name] = true
	}
	t.names = runtime.NewKeys(cells...)
	return nil
}

// failure gives an error of reading as one of scripts.
func (t *table) failure(err error) error {
	bad := new(csv.ParseError)
	if !errors.As(err, &bad) {
		return err
	}
	switch {
	case errors.Is(bad.Err, csv.ErrFieldCount):
		return t.malformed(bad.Line, 1, "the row has not as many cells as the first one, %d", t.r.FieldsPerRecord)
	case errors.Is(bad.Err, csv.ErrBareQuote):
		return t.malformed(bad.Line, bad.Column, `a " in a cell that does not begin with one`)
	case errors.Is(bad.Err, csv.ErrQuote):
		return t.malformed(bad.Line, bad.Column, `a " in a quoted cell that is neither doubled nor its end`)
	}
	return t.malformed(bad.Line, bad.Column, "%v", bad.Err)
}

// malformed gives a failure; the offset is where reading stopped.
func (t *table) malformed(line, column int, text string, args ...any) error {
	err := runtime.Fail("parse", text, args...)
	return runtime.Fail("parse", "line %d, column %d: %s", line, column, err.Message).With(runtime.NewMap(
		runtime.Named{Name: "line", Value: runtime.Int(int64(line))},
		runtime.Named{Name: "column", Value: runtime.Int(int64(column))},
		runtime.Named{Name: "offset", Value: runtime.Int(t.r.InputOffset())},
	))
}

// withoutMark leaves out a byte-order mark at the beginning.
type withoutMark struct {
	r     io.Reader
	begun bool
}

func (w *withoutMark) Read(b []byte) (int, error) {
	if w.begun || len(b) < 3 {
		return w.r.Read(b)
	}
	w.begun = true
	n, err := io.ReadAtLeast(w.r, b, 3)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if n >= 3 && string(b[:3]) == "\ufeff" {
		n = copy(b, b[3:n])
	}
	return n, err
}

func parse(c *runtime.Call) (runtime.Value, error) {
	of, err := settings(c)
	if err != nil {
		return runtime.Nil, err
	}
	text, err := source.Reader(c, c.Arg(0))
	if err != nil {
		return runtime.Nil, err
	}
	t := of(text)
	var all []runtime.Value
	for {
		row, ok, err := t.next()
		if err != nil {
			return runtime.Nil, err
		}
		if !ok {
			return runtime.NewList(all), nil
		}
		c.Charge(rowBytes + cellBytes*row.Len())
		all = append(all, row)
	}
}

func rows(c *runtime.Call) (runtime.Value, error) {
	of, err := settings(c)
	if err != nil {
		return runtime.Nil, err
	}
	src := c.Arg(0)
	if _, err := source.Reader(c, src); err != nil {
		return runtime.Nil, err // a wrong type fails here, not at the first row
	}
	return feed.New(c, func(ctx context.Context, emit func(runtime.Value) error) error {
		from, err := source.Open(ctx, src)
		if err != nil {
			return err
		}
		for t := of(from); ; {
			row, ok, err := t.next()
			if !ok || err != nil {
				return err
			}
			if err := emit(row); err != nil {
				return err
			}
		}
	}), nil
}
