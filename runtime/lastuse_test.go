package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestLastUses runs random programs in which functions change what they are given
// and give it back, whose variables are read for the last time here and there: as
// they are, and compiled the plain way, where each reading makes a copy. A value
// that was moved although somebody still had it shows as one that has changed.
//
// PLAIN_COUNT runs that many.
func TestLastUses(t *testing.T) {
	failed, count := bothWays(t, 1500, func(seed uint64) string {
		g := &trees{rand: rand.New(rand.NewPCG(seed, 11))}
		return g.program()
	})
	if failed < count/50 || failed > count*3/4 {
		t.Errorf("%d of %d programs failed: the test should see both", failed, count)
	}
}

// trees makes random programs of records {n, l, k}: n is an int, l a list of
// records and k a record, or nil.
type trees struct {
	rand  *rand.Rand
	out   strings.Builder
	vars  [][]string // that hold records, a list each scope
	lists [][]string // that hold lists of records
	depth int
	fns   int
	inFn  bool
	loops int
	made  int
}

func (g *trees) program() string {
	for range 2 + g.rand.IntN(3) {
		g.fn()
	}
	g.vars, g.lists = [][]string{nil}, [][]string{nil}
	g.declare()
	for range 4 + g.rand.IntN(8) {
		g.stmt()
	}
	g.line("print(%s)", strings.Join(append(g.vars[0], g.lists[0]...), ", "))
	return g.out.String()
}

func (g *trees) line(format string, args ...any) {
	fmt.Fprintf(&g.out, "%s"+format+"\n", append([]any{strings.Repeat("  ", g.depth)}, args...)...)
}

func (g *trees) name(kind string) string {
	g.made++
	return fmt.Sprintf("%s%d", kind, g.made)
}

// fn makes a function of a record and fuel that gives a record.
func (g *trees) fn() {
	p := g.name("r")
	g.vars, g.lists = [][]string{{p}}, [][]string{nil}
	g.fns++
	g.line("fn f%d(%s, fuel = 1) {", g.fns, p)
	g.depth++
	g.inFn = true
	switch g.rand.IntN(3) {
	case 0:
		g.line("if %s == nil or fuel <= 0 { return {n: fuel, l: [], k: nil} }", p)
	case 1:
		g.line("if %s == nil { return nil } else if fuel <= 0 { return %s }", p, p)
	default:
		g.line("if fuel <= 0 { return %s }", p)
	}
	if g.rand.IntN(3) > 0 {
		g.line("var %s = %s", p, p)
	}
	for range 1 + g.rand.IntN(4) {
		g.stmt()
	}
	g.line("%s", g.record(2))
	g.depth--
	g.inFn = false
	g.line("}")
}

func (g *trees) block(head string, args ...any) {
	g.line(head+" {", args...)
	g.depth++
	g.vars, g.lists = append(g.vars, nil), append(g.lists, nil)
	for range 1 + g.rand.IntN(3) {
		g.stmt()
	}
	g.vars, g.lists = g.vars[:len(g.vars)-1], g.lists[:len(g.lists)-1]
	g.depth--
}

// declare makes a variable of a record or a list.
func (g *trees) declare() {
	let := []string{"var", "var", "let"}[g.rand.IntN(3)]
	last := len(g.vars) - 1
	switch g.rand.IntN(5) {
	case 0:
		name := g.name("l")
		g.line("%s %s = %s", let, name, g.list(2))
		g.lists[last] = append(g.lists[last], name)
	case 1:
		a, b := g.name("r"), g.name("r")
		g.line("%s [%s, %s] = [%s, %s]", let, a, b, g.record(1), g.record(1))
		g.vars[last] = append(g.vars[last], a, b)
	case 2:
		a, b := g.name("r"), g.name("l")
		g.line("%s {k: %s, l: %s, ..._} = %s", let, a, b, g.record(1))
		g.vars[last], g.lists[last] = append(g.vars[last], a), append(g.lists[last], b)
	default:
		name := g.name("r")
		g.line("%s %s = %s", let, name, g.record(2))
		g.vars[last] = append(g.vars[last], name)
	}
}

func (g *trees) stmt() {
	deep := g.depth > 3
	r, l := g.changing(g.vars), g.changing(g.lists)
	switch k := g.rand.IntN(29); {
	case k < 4:
		g.declare()
	case k < 10 && r != "":
		p := r + []string{"", ".k", ".k", ".k.k", ".l[0]", ".l[-1]"}[g.rand.IntN(6)]
		call := g.call(p)
		if g.rand.IntN(6) == 0 {
			call = fmt.Sprintf("(%s catch e -> %s)", call, g.record(0))
		}
		g.line("%s = %s", p, call)
	case k == 10 && l != "":
		i := []string{"0", "-1", "1"}[g.rand.IntN(3)]
		g.line("%s[%s] = %s", l, i, g.call(fmt.Sprintf("%s[%s]", l, i)))
	case k == 11 && r != "":
		g.line("%s.l.push(%s)", r, g.record(1))
	case k == 12 && l != "":
		g.line("%s.push(%s)", l, g.record(1))
	case k == 13 && r != "":
		g.line("%s.n += 1", r)
	case k == 14 && r != "":
		g.line("%s.%s = %s", r, []string{"k", "k", "new"}[g.rand.IntN(3)], g.record(1))
	case k == 15 && r != "":
		g.line("%s = %s", r, g.record(2))
	case k == 16 && l != "":
		g.line("%s = %s", l, g.list(2))
	case k == 17 && r != "":
		if s := g.changing(g.vars); s != r {
			g.line("[%s, %s] = [%s, %s]", r, s, g.record(1), g.record(0))
		}
	case k == 18 && !deep:
		g.block("if %s", g.cond())
		if g.rand.IntN(2) == 0 {
			g.line("}")
		} else {
			g.block("} else")
			g.line("}")
		}
	case k == 19 && !deep && g.loops == 0:
		g.loops++
		if g.rand.IntN(2) == 0 {
			g.block("for _ in 0..2")
		} else {
			x := g.name("r")
			source := g.list(1)
			g.vars, g.lists = append(g.vars, []string{x}), append(g.lists, nil)
			g.block("for %s in %s", x, source)
			g.vars, g.lists = g.vars[:len(g.vars)-1], g.lists[:len(g.lists)-1]
		}
		g.line("}")
		g.loops--
	case k == 20 && g.loops > 0:
		g.line("if %s { %s }", g.cond(), []string{"break", "continue"}[g.rand.IntN(2)])
	case k == 21 && g.inFn:
		g.line("if %s { return %s }", g.cond(), g.record(1))
	case k == 22 && !deep:
		g.block("")
		g.line("} catch e -> print(e.message)")
	case k > 25 && r != "":
		g.takeOut(r)
	case k == 25 && g.inFn:
		g.line("if %s { fail \"given up\" }", g.cond())
	case k == 23 && r != "" && g.rand.IntN(2) == 0:
		g.line("defer print(%s)", r)
	default:
		g.line("print(%s?.n)", g.record(1))
	}
}

// takeOut reads what stands in a record, changes it and puts it back.
func (g *trees) takeOut(r string) {
	x, place := g.name("r"), r+".k"
	read := place
	switch g.rand.IntN(4) {
	case 0:
		place, read = r+`["k"]`, r+`.get("k", nil)`
	case 1:
		place, read = r+`.l[0]`, r+`.l[0]`
	case 2:
		place, read = r+`.k["new"]`, fmt.Sprintf(`%s.k.get("new", %s)`, r, g.record(0))
	}
	if g.rand.IntN(2) == 0 {
		g.line("%s.k = {n: %q.len(), l: [], k: nil}", r, "aaa"[g.rand.IntN(3):])
	}
	g.line("var %s = %s", x, read)
	last := len(g.vars) - 1
	g.vars[last] = append(g.vars[last], x)
	for range 1 + g.rand.IntN(3) {
		switch k := g.rand.IntN(10); {
		case k == 0:
			g.line("%s = %s", x, g.call(x))
		case k == 1:
			g.stmt()
		case k == 2:
			g.line("%s.l.push(%s)", x, g.record(1))
		case k == 3:
			g.line("print(%s?.k?.n)", r)
		case k == 4:
			g.line("if %s { fail \"given up\" }", g.cond())
		case k == 5 && g.loops > 0:
			g.line("if %s { %s }", g.cond(), []string{"break", "continue"}[g.rand.IntN(2)])
		case k == 6 && g.inFn:
			g.line("if %s { return %s }", g.cond(), r)
		default:
			g.line("%s.n += 1", x)
		}
	}
	g.line("%s = %s", place, []string{x, x, g.call(x), g.record(1)}[g.rand.IntN(4)])
}

// changing gives a variable that can be changed, "" for none.
func (g *trees) changing(scopes [][]string) string {
	text := g.out.String()
	var all []string
	for _, scope := range scopes {
		for _, v := range scope {
			if strings.Contains(text, "var "+v+" =") || strings.Contains(text, "var ["+v+",") {
				all = append(all, v)
			}
		}
	}
	return g.one(all)
}

func (g *trees) one(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[g.rand.IntN(len(all))]
}

func (g *trees) cond() string {
	if r := g.one(g.all(g.vars)); r != "" {
		switch g.rand.IntN(3) {
		case 0:
			return fmt.Sprintf("%s == nil", r)
		case 1:
			return fmt.Sprintf("%s?.n == %d", r, g.rand.IntN(4))
		}
		return fmt.Sprintf("%s == %s", r, g.record(0))
	}
	return "true"
}

func (g *trees) all(scopes [][]string) (all []string) {
	for _, scope := range scopes {
		all = append(all, scope...)
	}
	return all
}

func (g *trees) call(arg string) string {
	if g.fns == 0 || g.inFn && g.fns == 1 {
		return arg
	}
	fuel := ""
	if g.inFn {
		fuel = ", fuel - 1"
	} else if g.rand.IntN(3) == 0 {
		fuel = ", 2"
	}
	return fmt.Sprintf("f%d(%s%s)", 1+g.rand.IntN(g.fns), arg, fuel)
}

// record gives an expression for a record.
func (g *trees) record(depth int) string {
	r := g.one(g.all(g.vars))
	if depth <= 0 {
		switch k := g.rand.IntN(4); {
		case k == 0 && r != "":
			return r + "?.k"
		case k < 3 && r != "":
			return r
		}
		// With a constant it would be one, which is shared from the beginning.
		return fmt.Sprintf("{n: %q.len(), l: [], k: nil}", "aaaa"[g.rand.IntN(4):])
	}
	inner := func() string { return g.record(depth - 1) }
	switch g.rand.IntN(14) {
	case 0:
		return fmt.Sprintf("{n: %d, l: %s, k: %s}", g.rand.IntN(4), g.list(depth-1), inner())
	case 1, 2:
		return g.call(inner())
	case 3:
		if r != "" {
			return fmt.Sprintf("{...%s, n: %s.n + 1}", r, r)
		}
	case 4:
		return fmt.Sprintf("{...%s, k: %s}", inner(), inner())
	case 5:
		if r != "" {
			return fmt.Sprintf("{...%s, l: %s.l, new: %s}", r, r, inner())
		}
	case 6:
		return fmt.Sprintf("(if %s { %s } else { %s })", g.cond(), inner(), inner())
	case 7:
		return fmt.Sprintf("(%s catch %s)", g.call(inner()), inner())
	case 8:
		x := g.name("r")
		return fmt.Sprintf("(branch (%s) { nil -> nil; {k: nil, ..._} -> %s; {k: %s, ..._} if %s?.n != 2 -> %s; else -> %s })", inner(), inner(), x, x, g.call(x), inner())
	case 9:
		x, rest := g.name("r"), g.name("l")
		return fmt.Sprintf("(branch (%s) { [] -> nil; [%s, ...%s] -> {n: %s.len(), l: %s, k: %s} })", g.list(1), x, rest, rest, rest, g.call(x))
	case 10:
		return fmt.Sprintf("{ let kept = %s; let see = () -> kept; %s; see() }", inner(), inner())
	case 11:
		// Children call no function: they would print in no order.
		return fmt.Sprintf("(group < %s, %s >)[%d]", g.record(0), g.record(0), g.rand.IntN(2))
	case 12:
		if l := g.one(g.all(g.lists)); l != "" {
			return fmt.Sprintf("%s.get(%d)", l, g.rand.IntN(2))
		}
	}
	return inner()
}

// list gives an expression for a list of records.
func (g *trees) list(depth int) string {
	if l := g.one(g.all(g.lists)); l != "" && g.rand.IntN(3) > 0 {
		switch g.rand.IntN(8) {
		case 0:
			return l + "[1..]"
		case 1:
			return fmt.Sprintf("%s[..%d]", l, g.rand.IntN(3))
		case 2:
			return fmt.Sprintf("[...%s, ...%s].take(40)", l, g.list(0))
		case 3:
			return fmt.Sprintf("(%s + %s).take(40)", l, g.list(0))
		}
		return l
	}
	if r := g.one(g.all(g.vars)); r != "" && g.rand.IntN(3) == 0 {
		return fmt.Sprintf("(%s?.l ?? [])", r)
	}
	if !g.inFn && g.rand.IntN(3) == 0 {
		return fmt.Sprintf("([%s] * 12)", g.record(0)) // long enough for views
	}
	return fmt.Sprintf("[%s, %s]", g.record(depth-1), g.record(depth-1))
}
