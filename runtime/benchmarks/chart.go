package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// chart draws, for each program, one bar an engine on a logarithmic scale: how
// many times as long as tgscript it takes. It is plain SVG.
func (r *results) chart() string {
	const left, right, bar, gap, top = 110, 640, 9, 8, 54
	least, most := 0.01, 100.0
	x := func(ratio float64) float64 {
		ratio = min(max(ratio, least), most)
		return left + (right-left)*math.Log(ratio/least)/math.Log(most/least)
	}
	var b strings.Builder
	y := top
	for _, p := range r.programs {
		begin := y
		for i, e := range r.engines {
			ratio, ok := r.against(e.name, p.name)
			if !ok || i == 0 {
				continue
			}
			from, to := x(1), x(ratio)
			fmt.Fprintf(&b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s: %s %.2f</title></rect>`+"\n",
				min(from, to), y, math.Abs(to-from), bar-1, colour(i, len(r.engines)), html.EscapeString(p.name), html.EscapeString(e.name), ratio)
			y += bar
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", left-8, (begin+y)/2+4, html.EscapeString(p.name))
		y += gap
	}
	for _, at := range []float64{0.01, 0.1, 1, 10, 100} {
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#888" stroke-width="%g"/><text x="%.1f" y="%d" text-anchor="middle">%g×</text>`+"\n",
			x(at), x(at), top-8, y, map[bool]float64{true: 1.5, false: 0.3}[at == 1], x(at), top-14, at)
	}
	key := top
	for i, e := range r.engines {
		if i == 0 {
			continue
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="12" height="12" fill="%s"/><text x="%d" y="%d">%s</text>`+"\n",
			right+20, key, colour(i, len(r.engines)), right+38, key+11, html.EscapeString(e.name))
		key += 18
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="780" height="%d" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="#fff"/>
<text x="%d" y="18">time as a multiple of %s; bars to the right are slower</text>
%s</svg>
`, max(y, key)+10, left, html.EscapeString(r.engines[0].name), b.String())
}

// colour gives the colours of a wheel in turn.
func colour(i, of int) string { return fmt.Sprintf("hsl(%d,60%%,50%%)", i*360/max(of, 1)) }
