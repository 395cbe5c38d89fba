package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// table is rows of cells under a head.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// plain aligns the columns: the first to the left, the others to the right.
func plain(t table) string {
	var b strings.Builder
	all := append([][]string{t.head}, t.rows...)
	width := make([]int, len(t.head))
	for _, row := range all {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range all {
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString(cell + pad)
			} else {
				b.WriteString("  " + pad + cell)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// asMarkdown writes a table as Markdown does.
func asMarkdown(t table) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	line(append([]string{"---"}, slices.Repeat([]string{"--:"}, len(t.head)-1)...))
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

func (r *results) time(engine, program string) (time.Duration, bool) {
	times, ok := r.cpu[[2]string{engine, program}]
	return median(times), ok
}

// against gives how many times as long as the first engine one takes for a program.
func (r *results) against(engine, program string) (float64, bool) {
	ours, ok := r.time(r.engines[0].name, program)
	theirs, ok2 := r.time(engine, program)
	return float64(theirs) / float64(max(ours, 1)), ok && ok2
}

// fastest gives the fastest of the other languages written in Go.
func (r *results) fastest(program string) (name string, ratio float64, ok bool) {
	for _, e := range r.engines {
		if x, here := r.against(e.name, program); here && e.inGo() && (!ok || x < ratio) {
			name, ratio, ok = e.name, x, true
		}
	}
	return name, ratio, ok
}

// matrix is a table of programs and engines.
func (r *results) matrix(cell func(e engine, p program) string) table {
	t := table{head: []string{"program"}}
	for _, e := range r.engines {
		t.head = append(t.head, e.name)
	}
	for _, p := range r.programs {
		row := []string{p.name}
		for _, e := range r.engines {
			if r.cpu[[2]string{e.name, p.name}] == nil {
				row = append(row, "–")
			} else {
				row = append(row, cell(e, p))
			}
		}
		t.add(row...)
	}
	return t
}

func (r *results) peaks(e engine, p program) string {
	return megabytes(r.peak[[2]string{e.name, p.name}])
}

// programsReport is everything that was measured of programs, as text.
func (r *results) programsReport(show func(table) string) string {
	first := r.engines[0].name
	times := r.matrix(func(e engine, p program) string {
		if e.name == first {
			d, _ := r.time(first, p.name)
			return milliseconds(d)
		}
		return ratioText(r.against(e.name, p.name))
	})
	times.head = append(times.head, "fastest in Go")
	for i, p := range r.programs {
		name, ratio, ok := r.fastest(p.name)
		times.rows[i] = append(times.rows[i], strings.TrimSpace(name+" "+ratioText(ratio, ok)))
	}
	return "Times as long as " + first + ", whose own time is in ms of the processor:\n\n" + show(times) +
		"\n" + show(r.summary()) +
		"\nResident memory at most, in MB:\n\n" + show(r.matrix(r.peaks))
}

// childrenReport is everything that was measured of children, as text.
func (r *results) childrenReport(show func(table) string) string {
	cpu := r.matrix(func(e engine, p program) string {
		d := median(r.cpu[[2]string{e.name, p.name}])
		return ratioText(float64(d.Nanoseconds())/1000/float64(p.children(r.sizes[p.name])), true)
	})
	wall := r.matrix(func(e engine, p program) string {
		return milliseconds(median(r.wall[[2]string{e.name, p.name}]))
	})
	return "Processor time for a child, in µs:\n\n" + show(cpu) +
		"\nTime on the clock in all, in ms:\n\n" + show(wall) +
		"\nResident memory at most, in MB:\n\n" + show(r.matrix(r.peaks))
}

// summary is what the goals are about.
func (r *results) summary() table {
	t := table{head: []string{r.engines[0].name + " is faster than", "geometric mean", "least", "most"}}
	row := func(title string, of func(program string) (float64, bool), library bool) {
		var logs, least, most float64
		var n int
		var lowest, highest string
		for _, p := range r.programs {
			if x, ok := of(p.name); ok && p.library == library {
				logs += math.Log(x)
				if n == 0 || x < least {
					least, lowest = x, p.name
				}
				if n == 0 || x > most {
					most, highest = x, p.name
				}
				n++
			}
		}
		if n > 0 {
			t.add(title, ratioText(math.Exp(logs/float64(n)), true), ratioText(least, true)+" "+lowest, ratioText(most, true)+" "+highest)
		}
	}
	for _, library := range []bool{false, true} {
		kind := map[bool]string{false: "", true: ", library and text"}[library]
		row("the fastest in Go"+kind, func(p string) (float64, bool) { _, x, ok := r.fastest(p); return x, ok }, library)
		for _, e := range r.engines {
			if e.name != r.engines[0].name {
				row(e.name+kind, func(p string) (float64, bool) { return r.against(e.name, p) }, library)
			}
		}
	}
	return t
}

// csv has every measure that was taken.
func (r *results) csv() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"program", "engine", "round", "cpu_us", "peak_bytes"}}
	for _, p := range r.programs {
		for _, e := range r.engines {
			key := [2]string{e.name, p.name}
			for i, d := range r.cpu[key] {
				rows = append(rows, []string{p.name, e.name, fmt.Sprint(i + 1), fmt.Sprint(d.Microseconds()), fmt.Sprint(r.peak[key])})
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err.Error() // a strings.Builder takes everything
	}
	return b.String()
}

func ratioText(x float64, ok bool) string {
	switch {
	case !ok:
		return "–"
	case x < 10:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.1f", x)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func megabytes(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", float64(bytes)/1e6)
}
