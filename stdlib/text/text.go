// Package text is the module text: laying out what people read. What a text
// itself can do are the methods of string.
package text

import (
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/tgscript/tgscript/runtime"
)

// Module is the module text.
var Module = &runtime.Module{
	Name: "text",
	Doc:  "tables, paragraphs, differences and templates",
	Funcs: []*runtime.Func{
		{
			Sig:     "table(rows: list, columns: list = nil) -> string",
			Doc:     "rows, maps or lists, in columns under their names; columns names and orders them, numbers stand to the right",
			Example: `text.table([{a: 1, b: "x"}, {a: 20, b: "y"}])  # " a  b\n 1  x\n20  y"`,
			Fails:   "type value",
			Do:      table,
		},
		{
			Sig:     "wrap(s: string, n: int) -> string",
			Doc:     "s in lines of at most n characters, broken between words; a longer word has a line of its own",
			Example: `text.wrap("one two three", 7)  # "one two\nthree"`,
			Fails:   "value",
			Do:      wrap,
		},
		{
			Sig:     "diff(a: string, b: string) -> string",
			Doc:     "the lines that turn a into b, in the unified form; empty if they are the same",
			Example: `text.diff("a\n", "a\n")  # ""`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(len(c.Text(0)) + len(c.Text(1)))
				return runtime.String(udiff.Unified("a", "b", c.Text(0), c.Text(1))), nil
			},
		},
		{
			Sig:     "size(n: int) -> string",
			Doc:     "a number of bytes as people read it",
			Example: `text.size(1536)  # "1.5 KiB"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.String(size(c.Int(0))), nil
			},
		},
		{
			Sig:     "fill(template: string, values: map) -> string",
			Doc:     "the template with the value for each ${name}; ${a.b} is b of the map a, ${a.0} the first of the list a",
			Example: "text.fill(`${who.name}!`, {who: {name: \"Ann\"}})  # \"Ann!\"",
			Fails:   "key parse",
			Do:      fill,
		},
	},
}

// wrap keeps the line breaks that are there.
func wrap(c *runtime.Call) (runtime.Value, error) {
	width := c.Int(1)
	if width < 1 {
		return runtime.Nil, runtime.Fail("value", "a line of %d characters holds nothing", width)
	}
	c.Charge(len(c.Text(0)))
	lines := strings.Split(c.Text(0), "\n")
	for i, line := range lines {
		lines[i] = wrapLine(line, width)
	}
	return runtime.String(strings.Join(lines, "\n")), nil
}

func wrapLine(line string, width int64) string {
	var b strings.Builder
	at := int64(0) // characters in the present line
	for _, word := range strings.Fields(line) {
		n := int64(len([]rune(word)))
		switch {
		case at == 0:
		case at+1+n > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// size gives one digit behind the point where it says something.
func size(n int64) string {
	x, units := float64(n), []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	for len(units) > 1 && (x >= 1023.95 || x <= -1023.95) {
		x /= 1024
		units = units[1:]
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0") + " " + units[0]
}

func fill(c *runtime.Call) (runtime.Value, error) {
	template := c.Text(0)
	var b strings.Builder
	for rest := template; ; {
		before, after, found := strings.Cut(rest, "${")
		b.WriteString(before)
		if !found {
			c.Charge(len(before))
			return runtime.String(b.String()), nil
		}
		path, behind, closed := strings.Cut(after, "}")
		if !closed {
			return runtime.Nil, unclosed(template, len(template)-len(after)-len("${"))
		}
		v, err := lookup(c.Arg(1), strings.TrimSpace(path))
		if err != nil {
			return runtime.Nil, err
		}
		part := v.String()
		c.Charge(len(before) + len(part))
		b.WriteString(part)
		rest = behind
	}
}

func unclosed(template string, offset int) error {
	before := template[:offset]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return runtime.Fail("parse", "line %d, column %d: ${ without }", line, column).With(runtime.NewMap(
		runtime.Named{Name: "line", Value: runtime.Int(int64(line))},
		runtime.Named{Name: "column", Value: runtime.Int(int64(column))},
		runtime.Named{Name: "offset", Value: runtime.Int(int64(len([]rune(before))))},
	))
}

// lookup follows a path of names and positions.
func lookup(v runtime.Value, path string) (runtime.Value, error) {
	for name := range strings.SplitSeq(path, ".") {
		next, ok := v.Get(name)
		if i, err := strconv.Atoi(name); !ok && err == nil && v.Kind() == runtime.KindList {
			next, ok = v.At(i)
		}
		if !ok {
			return runtime.Nil, runtime.Fail("key", "the values have no %q", path)
		}
		v = next
	}
	return v, nil
}
