package text

import (
	"strings"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// grid is a table: its columns' names and its cells by rows.
type grid struct {
	columns []string
	rows    [][]runtime.Value
}

func table(c *runtime.Call) (runtime.Value, error) {
	var g grid
	for _, v := range c.Arg(1).List() {
		g.columns = append(g.columns, v.String())
	}
	rows := c.Arg(0).List()
	if !c.Given(1) {
		g.name(rows)
	}
	for i, row := range rows {
		if err := g.add(i, row); err != nil {
			return runtime.Nil, err
		}
	}
	c.Charge(1)
	return runtime.String(g.String()), nil
}

// name names the columns after the keys of maps, as they first come.
func (g *grid) name(rows []runtime.Value) {
	seen := map[string]bool{}
	for _, row := range rows {
		if row.Kind() != runtime.KindMap {
			continue
		}
		for k := range row.All() {
			if name := k.String(); !seen[name] {
				seen[name] = true
				g.columns = append(g.columns, name)
			}
		}
	}
}

func (g *grid) add(i int, row runtime.Value) error {
	switch row.Kind() {
	case runtime.KindMap:
		cells := make([]runtime.Value, len(g.columns))
		for j, name := range g.columns {
			cells[j], _ = row.Get(name)
		}
		g.rows = append(g.rows, cells)
		return nil
	case runtime.KindList:
		cells := row.List()
		if len(g.columns) > 0 && len(cells) > len(g.columns) {
			return runtime.Fail("value", "row %d has %d cells for %d columns", i, len(cells), len(g.columns))
		}
		g.rows = append(g.rows, cells)
		return nil
	}
	return runtime.Fail("type", "row %d must be a map or a list, got %s", i, row.Kind())
}

// String lays the table out, without white space at the ends of lines.
func (g *grid) String() string {
	var lines [][]string
	if len(g.columns) > 0 {
		lines = append(lines, g.columns)
	}
	var right []bool // columns of nothing but numbers
	for _, row := range g.rows {
		cells := make([]string, len(row))
		for j, v := range row {
			if j == len(right) {
				right = append(right, true)
			}
			_, number := v.AsFloat()
			right[j] = right[j] && (number || v.IsNil())
			cells[j] = cell(v)
		}
		lines = append(lines, cells)
	}
	var widths []int
	for _, line := range lines {
		for j, s := range line {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(s))
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		var b strings.Builder
		for j, s := range line {
			if j > 0 {
				b.WriteString("  ")
			}
			fill := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(s))
			if j < len(right) && right[j] {
				b.WriteString(fill + s)
			} else {
				b.WriteString(s + fill)
			}
		}
		out[i] = strings.TrimRight(b.String(), " ")
	}
	return strings.Join(out, "\n")
}

// cell gives a value as one line; nil is empty.
func cell(v runtime.Value) string {
	if v.IsNil() {
		return ""
	}
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(v.String())
}
