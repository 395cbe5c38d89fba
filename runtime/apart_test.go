package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// TestPlainRecords runs random programs of variables that hold records as they are
// and compiled the plain way: most records are taken apart, some are seen as a
// whole now and then. The same must come out.
//
// PLAIN_COUNT runs that many.
func TestPlainRecords(t *testing.T) {
	failed, count := bothWays(t, 500, func(seed uint64) string {
		g := &records{rand: rand.New(rand.NewPCG(seed, 9))}
		return g.program()
	})
	if failed < count/50 || failed > count*4/5 {
		t.Errorf("%d of %d programs failed: the test should see both", failed, count)
	}
}

// records makes random programs. Fields are called by what they hold: i an int, x
// a float, s a text, l a list of ints, m a record with the field i, r a list of
// records with i and m, d a map of records with i.
type records struct {
	rand  *rand.Rand
	out   strings.Builder
	vars  []string // v… can be changed
	depth int
	made  int
}

func (g *records) program() string {
	g.line("fn same(v) { v }")
	g.line("fn run(n) {")
	g.depth++
	for range 3 {
		g.declare()
	}
	for range 4 + g.rand.IntN(8) {
		g.stmt()
	}
	g.show()
	g.depth--
	g.line("}")
	g.vars = nil
	for range 2 {
		g.declare()
	}
	for range 3 + g.rand.IntN(5) {
		g.stmt()
	}
	g.line("print(run(%d))", g.rand.IntN(4))
	g.show()
	return g.out.String()
}

func (g *records) line(format string, args ...any) {
	fmt.Fprintf(&g.out, "%s"+format+"\n", append([]any{strings.Repeat("  ", g.depth)}, args...)...)
}

func (g *records) show() {
	for _, v := range g.vars {
		g.line("print(%s)", strings.ReplaceAll("_.i, _.x, _.s, _.l, _.m, _.r, _.d", "_", v))
	}
}

// declare makes a record of all fields, in some order.
func (g *records) declare() {
	fields := strings.Fields("i x s l m r d")
	g.rand.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	var entries []string
	for _, f := range fields {
		entries = append(entries, f+": "+g.value(f[0], 1))
	}
	g.made++
	name, word := fmt.Sprintf("v%d", g.made), "var"
	if g.rand.IntN(4) == 0 {
		name, word = fmt.Sprintf("c%d", g.made), "let"
	}
	g.line("%s %s = {%s}", word, name, strings.Join(entries, ", "))
	g.vars = append(g.vars, name)
}

func (g *records) variable() string { return g.vars[g.rand.IntN(len(g.vars))] }

// changeable gives a variable that was declared by var, "" if there is none.
func (g *records) changeable() string {
	for range 5 {
		if v := g.variable(); v[0] == 'v' {
			return v
		}
	}
	return ""
}

func (g *records) stmt() {
	v := g.changeable()
	if v == "" {
		g.declare()
		return
	}
	switch k := g.rand.IntN(23); {
	case k < 3:
		g.line("%s.i %s %s", v, g.op(), g.value('i', 2))
	case k < 5:
		g.line("%s.x %s %s", v, g.op(), g.value('x', 2))
	case k == 5:
		g.line("%s.s += %s", v, g.value('s', 1))
	case k == 6:
		g.line("%s.l.push(%s)", v, g.value('i', 1))
	case k == 7:
		g.line("%s.l[%s] %s %s", v, []string{"0", "-1", v + ".i"}[g.rand.IntN(3)], g.op(), g.value('i', 2))
	case k == 8:
		g.line("%s.m.i %s %s", v, g.op(), g.value('i', 2))
	case k == 9:
		g.line("%s.%s = %s", v, "l", g.value('l', 1))
	case k == 10:
		g.line("[%s.i, %s.x] = [%s, %s]", v, g.changeable2(v), g.value('i', 1), g.value('x', 1))
	case k == 11:
		g.line("%s.i = %s", v, g.value("ixs"[g.rand.IntN(3)], 1)) // of another type
	case k == 12 && g.depth < 3:
		g.line("for e in %s.l {", g.variable())
		g.block()
	case k == 13 && g.depth < 3:
		g.line("if %s.i < %s {", g.variable(), g.value('i', 1))
		g.block()
	case k == 14 && g.depth < 3:
		g.line("for j in 0..%d {", 1+g.rand.IntN(3))
		g.block()
	case k == 15 && g.rand.IntN(3) == 0:
		g.line("let w%d = %s", g.made, g.variable()) // as a whole
		g.made++
	case k == 16 && g.rand.IntN(3) == 0:
		g.line("print((() -> %s.i)())", g.variable())
	case k == 17 && g.rand.IntN(3) == 0:
		g.line("print(%s.%s catch e -> e.message)", g.variable(), []string{"len()", "y", "get(\"i\")"}[g.rand.IntN(3)])
	case k == 18:
		g.line("%s %s %s", g.part(v), g.op(), g.value('i', 2))
	case k == 19:
		g.line("%s %s %s", g.part(v), g.op(), g.part(g.variable()))
	case k == 20:
		g.line("%s.%s = %s", v, []string{"r[0].m", "r[-1].m", `d["a"]`, `d["b"]`}[g.rand.IntN(4)], g.value('m', 1))
	case k == 21:
		g.line("%s.l += %s", v, g.value('l', 1))
	case k == 22:
		kind := "rdm"[g.rand.IntN(3)]
		g.line("%s.%c = %s", v, kind, g.value(kind, 1))
	default:
		g.line("print(%s)", g.value("ixslmrd"[g.rand.IntN(7)], 2))
	}
}

// part gives an int in a record inside a variable; the last ones mostly fail.
func (g *records) part(v string) string {
	paths := []string{".r[0].i", ".r[0].m.i", ".r[-1].m.i", `.d["a"].i`, `.d["b"].i`, ".r[1].i", ".r[" + v + ".i].i", `.d["c"].i`}
	return v + paths[g.rand.IntN(len(paths)-g.rand.IntN(4))]
}

func (g *records) changeable2(otherwise string) string {
	if v := g.changeable(); v != "" {
		return v
	}
	return otherwise
}

func (g *records) op() string { return []string{"=", "+=", "-=", "*=", "??="}[g.rand.IntN(5)] }

func (g *records) block() {
	g.depth++
	vars := g.vars
	if g.rand.IntN(2) == 0 {
		g.declare()
	}
	for range 1 + g.rand.IntN(3) {
		g.stmt()
	}
	g.vars = vars[:len(vars):len(vars)]
	g.depth--
	g.line("}")
}

// value gives an expression for a field.
func (g *records) value(kind byte, depth int) string {
	if len(g.vars) > 0 && g.rand.IntN(3) > 0 {
		v := g.variable() + "." + string(kind)
		switch {
		case kind == 'i' && g.rand.IntN(4) == 0:
			return g.variable() + ".m.i"
		case kind == 'i' && g.rand.IntN(4) == 0:
			return g.part(g.variable())
		case kind == 'm' && g.rand.IntN(3) == 0:
			return g.variable() + ".r[0].m"
		}
		if kind == 'l' && g.rand.IntN(3) == 0 {
			return "same(" + v + ")"
		}
		return v
	}
	if depth > 0 && (kind == 'i' || kind == 'x') && g.rand.IntN(2) == 0 {
		return fmt.Sprintf("(%s %s %s)", g.value(kind, depth-1), []string{"+", "-", "*"}[g.rand.IntN(3)], g.value(kind, depth-1))
	}
	switch kind {
	case 'i':
		return strconv.Itoa(g.rand.IntN(7) - 2)
	case 'x':
		return []string{"0.5", "2.0", "-1.25"}[g.rand.IntN(3)]
	case 's':
		return []string{`"a"`, `"bc"`}[g.rand.IntN(2)]
	case 'l':
		return []string{"[]", "[1]", "[3, 4]"}[g.rand.IntN(3)]
	}
	n := g.rand.IntN(5)
	switch kind {
	case 'r':
		return []string{fmt.Sprintf("[{i: %d, m: {i: 3}}, {i: 2, m: %s}]", n, g.value('m', 0)), fmt.Sprintf("[{i: 4, m: {i: %d}}]", n)}[g.rand.IntN(2)]
	case 'd':
		return fmt.Sprintf("{a: {i: %d}, b: %s}", n, g.value('m', 0))
	}
	return fmt.Sprintf("{i: %d}", n)
}

// TestApartAfterwards looks at names of the top level that are taken apart.
func TestApartAfterwards(t *testing.T) {
	p, err := runtime.Compile("apart.tg", "var p = {x: 1, ys: [2]}\np.x += 4\np.ys.push(p.x)\nlet q = {z: p.x}\nprint(q.z)", runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), runtime.Run{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"p": "{x: 5, ys: [2, 5]}", "q": "{z: 5}"} {
		var v runtime.Value
		if err := r.Get(name, &v); err != nil || v.String() != want {
			t.Errorf("%s is %s (%v), want %s", name, v, err, want)
		}
	}
}
