package csv

import (
	"encoding/csv"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// encode quotes where it must and ends lines with \n.
func encode(c *runtime.Call) (runtime.Value, error) {
	sep, err := separator(c.Text(2))
	if err != nil {
		return runtime.Nil, err
	}
	rows := c.Arg(0).List()
	names, shown := columns(rows), true
	if given := c.Arg(1); given.Kind() == runtime.KindList {
		names = nil
		for _, v := range given.List() {
			names = append(names, v.String())
		}
	} else {
		shown = c.Bool(1) && names != nil
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = sep
	if shown {
		w.Write(names) // into memory: it cannot fail
	}
	for i, row := range rows {
		cells, err := record(i, row, names)
		if err != nil {
			return runtime.Nil, err
		}
		if len(cells) == 1 && cells[0] == "" {
			w.Flush()
			b.WriteString("\"\"\n") // an empty line would be no row
			continue
		}
		w.Write(cells)
	}
	w.Flush()
	c.Charge(b.Len())
	return runtime.String(b.String()), w.Error()
}

// columns gives the keys of maps as they first come; nil without maps.
func columns(rows []runtime.Value) []string {
	var names []string
	seen := map[string]bool{}
	for _, row := range rows {
		if row.Kind() != runtime.KindMap {
			continue
		}
		for k := range row.All() {
			if name := k.String(); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// record gives a row's cells: a list's elements, or a map's values for names,
// empty where it has none.
func record(i int, row runtime.Value, names []string) ([]string, error) {
	var cells []string
	switch row.Kind() {
	case runtime.KindList:
		if names != nil && row.Len() != len(names) {
			return nil, runtime.Fail("value", "row %d has %d cells for %d columns", i, row.Len(), len(names))
		}
		for _, v := range row.List() {
			s, err := cell(i, v)
			if err != nil {
				return nil, err
			}
			cells = append(cells, s)
		}
	case runtime.KindMap:
		for _, name := range names {
			v, _ := row.Get(name)
			s, err := cell(i, v)
			if err != nil {
				return nil, err
			}
			cells = append(cells, s)
		}
	default:
		return nil, runtime.Fail("type", "row %d must be a map or a list, got %s", i, row.Kind())
	}
	return cells, nil
}

// cell gives a value as text; nil is empty.
func cell(i int, v runtime.Value) (string, error) {
	switch v.Kind() {
	case runtime.KindNil:
		return "", nil
	case runtime.KindString, runtime.KindBool, runtime.KindInt, runtime.KindFloat, runtime.KindDuration, runtime.KindTime:
		return v.String(), nil
	}
	return "", runtime.Fail("type", "row %d: a cell must be text, a number or nil, got %s", i, v.Kind())
}
