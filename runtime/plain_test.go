package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// TestPlain runs random programs of numbers, conditions, loops, functions and
// failures as they are and compiled the plain way: the same must come out, to
// the calls that led to an error and the number of steps.
//
// PLAIN_COUNT runs that many.
func TestPlain(t *testing.T) {
	failed, count := bothWays(t, 1500, func(seed uint64) string {
		g := &numbers{rand: rand.New(rand.NewPCG(seed, 7))}
		return g.program()
	})
	if failed < count/20 || failed > count*19/20 {
		t.Errorf("%d of %d programs failed: the test should see both", failed, count)
	}
}

// bothWays runs random programs as they are and compiled the plain way, and gives
// how many of them failed. The same must come out.
func bothWays(t *testing.T, usual uint64, program func(seed uint64) string) (failed, count int) {
	first, n := programSeeds("PLAIN_COUNT", usual)
	for seed := first; seed < first+n; seed++ {
		src := program(seed)
		fast, plain := numbersRun(t, src, false), plainly(t, src)
		if fast != plain {
			t.Fatalf("seed %d:\n%s\n%s", seed, src, difference(fast, plain))
		}
		if strings.Contains(fast, "ended by") {
			failed++
		}
	}
	return failed, int(n)
}

// programSeeds gives those of the programs to run: as many as a variable of the
// environment says, from anywhere on, or the usual ones.
func programSeeds(variable string, usual uint64) (first, count uint64) {
	if n, err := strconv.ParseUint(os.Getenv(variable), 10, 64); err == nil {
		return rand.Uint64N(1 << 40), n
	}
	return 1, usual
}

// plainly gives what a program prints compiled the plain way, and how it ends.
func plainly(t *testing.T, src string) string { return numbersRun(t, src, true) }

func numbersRun(t *testing.T, src string, plain bool) string {
	prog, err := runtime.Compile("numbers.tg", src, runtime.Options{Plain: plain})
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	var out bytes.Buffer
	res, err := prog.Run(context.Background(), runtime.Run{Stdout: &out, Stderr: &out, Limits: runtime.Limits{Steps: 200_000}})
	var failure *runtime.Error
	if errors.As(err, &failure) {
		fmt.Fprintf(&out, "ended by %s: %s\n", failure.Kind, failure.Message)
		for _, site := range failure.Trace {
			fmt.Fprintf(&out, "  %v %s\n", site.Position(), site.Function)
		}
	} else if err != nil {
		t.Fatalf("%v\n%s", err, src)
	} else if v := res.Value(); v != runtime.Nil {
		fmt.Fprintf(&out, "value %s\n", v)
	}
	return out.String()
}

// numbers makes random programs. Names say what a variable mostly holds: i
// ints, x floats, b bools, m anything, k lists of ints, y lists of floats, c
// lists of bools, r lists of lists of ints, l functions of an int that mostly
// give one, g lists of these.
type numbers struct {
	rand  *rand.Rand
	out   strings.Builder
	vars  [][]string // that can be read, a list each scope
	fns   [][]param  // the parameters of functions, but for the first
	depth int
	inFn  bool
	loops int
	made  int
	outer int // how many of the scopes in vars a lambda cannot assign
}

func (g *numbers) program() string {
	g.vars = [][]string{nil}
	for range g.rand.IntN(4) {
		g.constant()
	}
	constants := g.vars[0]
	for range 1 + g.rand.IntN(4) {
		g.vars = [][]string{constants}
		g.fn()
	}
	g.vars = [][]string{constants}
	for range 4 + g.rand.IntN(6) {
		g.stmt()
	}
	g.line("print(%s)", strings.Join(append(g.vars[0], "0"), ", "))
	g.line("%s", g.expr(3))
	return g.out.String()
}

func (g *numbers) line(format string, args ...any) {
	fmt.Fprintf(&g.out, "%s"+format+"\n", append([]any{strings.Repeat("  ", g.depth)}, args...)...)
}

// constant makes a let of the file, which functions see too, of numbers and
// others of its kind.
func (g *numbers) constant() {
	name := g.name()
	op := []string{"+", "-", "*", "/", "//", "%"}[g.rand.IntN(6)]
	if elements[name[:1]] != "" {
		g.line("let %s = %s", name, g.of(name, 2))
		g.vars[0] = append(g.vars[0], name)
		return
	}
	g.line("let %s = %s %s %s", name, g.of(name, 0), op, []string{g.of(name, 0), "2", "4.5"}[g.rand.IntN(3)])
	g.vars[0] = append(g.vars[0], name)
}

// param is a parameter of a function: a name, or a pair of them.
type param struct {
	name     string
	pair     bool
	optional bool
}

// fn makes a function whose first argument, an int, bounds its recursion.
func (g *numbers) fn() {
	list := []string{"fuel"}
	var params []param
	g.vars = append(g.vars, nil)
	own := &g.vars[len(g.vars)-1]
	for range g.rand.IntN(4) {
		p := param{name: g.name(), pair: g.rand.IntN(10) == 0}
		text := p.name
		if p.pair {
			second := g.name()
			text = fmt.Sprintf("[%s, %s]", p.name, second)
			*own = append(*own, second)
		} else if p.optional = g.rand.IntN(3) == 0; p.optional {
			text += " = " + g.of(p.name, 2)
		}
		*own = append(*own, p.name)
		params, list = append(params, p), append(list, text)
	}
	g.fns = append(g.fns, params)
	g.line("fn f%d(%s) {", len(g.fns)-1, strings.Join(list, ", "))
	g.depth++
	g.inFn = true
	g.line("if fuel <= 0 { return %s }", g.expr(0))
	for range 1 + g.rand.IntN(4) {
		g.stmt()
	}
	if g.rand.IntN(4) > 0 {
		g.line("%s", g.expr(3))
	}
	g.depth--
	g.inFn = false
	g.line("}")
}

func (g *numbers) name() string {
	g.made++
	return fmt.Sprintf("%c%d", "iiiixxxxbbbmkkkyycrllg"[g.rand.IntN(22)], g.made)
}

func (g *numbers) block(head string, args ...any) {
	g.line(head+" {", args...)
	g.depth++
	g.vars = append(g.vars, nil)
	for range 1 + g.rand.IntN(3) {
		g.stmt()
	}
	g.vars = g.vars[:len(g.vars)-1]
	g.depth--
	g.line("}")
}

func (g *numbers) stmt() {
	deep := g.depth > 3
	switch k := g.rand.IntN(21); {
	case k == 20:
		g.nested()
	case k > 13 && g.listStmt():
	case k < 4:
		name := g.name()
		value := g.of(name, 3)
		g.line("%s %s = %s", []string{"var", "var", "let"}[g.rand.IntN(3)], "v"+name, value)
		last := len(g.vars) - 1
		g.vars[last] = append(g.vars[last], "v"+name)
	case k < 8:
		if target := g.target(); target != "" {
			op := []string{"=", "+=", "-=", "*=", "//=", "%=", "/="}[g.rand.IntN(7)]
			if strings.Contains("bkycrlg", target[1:2]) {
				op = "="
			}
			g.line("%s %s %s", target, op, g.of(target[1:], 2))
		}
	case k < 9 && !deep:
		g.block("if %s", g.cond(2))
	case k < 11 && !deep && g.loops < 2:
		g.loops++
		g.made++
		i := fmt.Sprintf("i%d", g.made)
		source := g.of("i", 1) + ".." + []string{"3", "5", g.of("i", 1)}[g.rand.IntN(3)]
		if g.rand.IntN(3) == 0 {
			source = fmt.Sprintf("(%s).step(%s)", source, []string{"2", "-1", g.of("i", 0)}[g.rand.IntN(3)])
		}
		g.vars = append(g.vars, []string{i})
		g.block("for %s in %s", i, source)
		g.vars = g.vars[:len(g.vars)-1]
		g.loops--
	case k == 11 && g.loops > 0:
		g.line("if %s { %s }", g.cond(1), []string{"break", "continue"}[g.rand.IntN(2)])
	case k == 12 && g.inFn:
		g.line("if %s { return %s }", g.cond(1), g.expr(2))
	default:
		g.line("print(%s catch e -> e.message)", g.expr(2))
	}
}

// target is a variable that can be assigned, "" for none: that it is declared
// by let makes the program wrong, so those are told apart by their text.
func (g *numbers) target() string {
	text := g.out.String()
	var all []string
	for _, scope := range g.vars[g.outer:] {
		for _, v := range scope {
			if strings.Contains(text, "var "+v+" =") {
				all = append(all, v)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[g.rand.IntN(len(all))]
}

// of gives an expression for a variable of some name.
func (g *numbers) of(name string, depth int) string {
	if g.rand.IntN(60) == 0 {
		return g.expr(depth) // of any type
	}
	switch name[0] {
	case 'i':
		return g.int(depth)
	case 'x':
		return g.float(depth)
	case 'b':
		return g.cond(depth)
	case 'k', 'y', 'c', 'r', 'g':
		return g.list(name[:1], depth)
	case 'l':
		return g.function(depth)
	}
	return g.expr(depth)
}

// elements are what lists of each kind hold.
var elements = map[string]string{"k": "i", "y": "x", "c": "b", "r": "k", "g": "l"}

// function gives a function of an int, mostly a lambda.
func (g *numbers) function(depth int) string {
	if v, ok := g.read('l'); ok && g.rand.IntN(3) == 0 {
		return v
	}
	return g.lambda(depth, g.of, "i", "i")
}

// lambda gives a lambda with parameters of some kinds.
func (g *numbers) lambda(depth int, body func(string, int) string, gives string, params ...string) string {
	outer, loops, inFn := g.outer, g.loops, g.inFn
	g.outer, g.loops = len(g.vars), 0
	g.vars = append(g.vars, nil)
	var names []string
	for _, p := range params {
		g.made++
		names = append(names, fmt.Sprintf("%s%d", p, g.made))
	}
	g.vars[g.outer] = names
	x := body(gives, depth)
	g.vars = g.vars[:g.outer]
	g.outer, g.loops, g.inFn = outer, loops, inFn
	return fmt.Sprintf("((%s) -> %s)", strings.Join(names, ", "), x)
}

// nested makes a function that sees variables around it, one maybe before that is
// bound.
func (g *numbers) nested() {
	vars, outer, loops := g.vars, g.outer, g.loops
	text := g.out.String()
	var seen []string
	for _, scope := range vars {
		for _, v := range scope {
			if !strings.Contains(text, "var "+v+" =") {
				seen = append(seen, v)
			}
		}
	}
	g.made += 3
	name, param, late := fmt.Sprintf("l%d", g.made), fmt.Sprintf("i%d", g.made-1), fmt.Sprintf("%c%d", "ixk"[g.rand.IntN(3)], g.made-2)
	own := []string{param}
	isLate := g.rand.IntN(2) == 0
	if isLate {
		own = append(own, "v"+late)
	}
	g.vars, g.outer, g.loops = [][]string{seen, own}, 2, 0
	g.line("fn %s(%s) = %s", name, param, g.of("i", 2))
	g.vars, g.outer, g.loops = vars, outer, loops
	last := len(g.vars) - 1
	g.vars[last] = append(g.vars[last], name)
	if isLate {
		if g.rand.IntN(8) == 0 {
			g.stmt()
		}
		g.line("let v%s = %s", late, g.of(late, 2))
		g.vars[last] = append(g.vars[last], "v"+late)
	}
}

// list gives a list of a kind.
func (g *numbers) list(kind string, depth int) string {
	if v, ok := g.read(kind[0]); ok && g.rand.IntN(3) > 0 {
		switch g.rand.IntN(8) {
		case 0:
			return fmt.Sprintf("%s[%s..]", v, g.index())
		case 1:
			return fmt.Sprintf("(%s + %s).take(50)", v, g.list(kind, 0)) // a loop doubles it
		case 2:
			return fmt.Sprintf("%s.filter(%s)", v, g.lambda(depth-1, g.of, "b", elements[kind]))
		case 3:
			if kind == "k" {
				return fmt.Sprintf("%s.map(%s)", v, g.function(depth-1))
			}
			if kind == "y" {
				return fmt.Sprintf("%s.map(%s)", v, g.lambda(depth-1, g.of, "x", "x"))
			}
		case 4:
			if kind == "k" {
				return fmt.Sprintf("%s.sorted(by: %s)", v, g.function(depth-1))
			}
		}
		return v
	}
	element := func() string { return g.of(elements[kind], min(depth, 1)-1) }
	switch g.rand.IntN(4) {
	case 0:
		return fmt.Sprintf("([%s] * %d)", element(), g.rand.IntN(12))
	case 1:
		return "[]"
	}
	return fmt.Sprintf("[%s, %s, %s]", element(), element(), element())
}

// index gives an index that a list mostly has.
func (g *numbers) index() string {
	if g.rand.IntN(8) == 0 {
		return g.int(0)
	}
	if v, ok := g.read('i'); ok && g.rand.IntN(2) == 0 {
		return fmt.Sprintf("(%s %% 3)", v)
	}
	return []string{"0", "1", "2", "-1"}[g.rand.IntN(4)]
}

// element gives an element of a list whose elements are of a kind.
func (g *numbers) element(of string) (string, bool) {
	for _, kind := range []string{"k", "y", "c"} {
		if elements[kind] != of {
			continue
		}
		if kind == "k" && g.rand.IntN(3) == 0 {
			if v, ok := g.read('r'); ok {
				return fmt.Sprintf("%s[%s][%s]", v, g.index(), g.index()), true
			}
		}
		if v, ok := g.read(kind[0]); ok {
			return fmt.Sprintf("%s[%s]", v, g.index()), true
		}
	}
	return "", false
}

// listStmt changes a list or goes over it; false where there is none.
func (g *numbers) listStmt() bool {
	target := g.target()
	if target == "" || !strings.Contains("kycr", target[1:2]) {
		return false
	}
	kind := target[1:2]
	if kind == "r" && g.rand.IntN(2) == 0 {
		target, kind = fmt.Sprintf("%s[%s]", target, g.index()), "k"
	}
	value := g.of(elements[kind], 2)
	switch g.rand.IntN(9) {
	case 0, 1:
		g.line("%s.push(%s)", target, value)
	case 2:
		a, b := fmt.Sprintf("%s[%s]", target, g.index()), fmt.Sprintf("%s[%s]", target, g.index())
		g.line("[%s, %s] = [%s, %s]", a, b, b, a)
	case 3:
		g.line("print(%s.%s catch e -> e.message)", target, []string{"len()", "pop()", "remove(0)", "remove(-1)"}[g.rand.IntN(4)])
	case 4:
		g.made++
		e := fmt.Sprintf("%s%d", elements[kind], g.made)
		g.vars = append(g.vars, []string{e})
		g.block("for %s in %s", e, target)
		g.vars = g.vars[:len(g.vars)-1]
	case 5, 6:
		op := []string{"+=", "-=", "*=", "/="}[g.rand.IntN(4)]
		g.line("%s[%s] %s %s", target, g.index(), op, value)
	default:
		g.line("%s[%s] = %s", target, g.index(), value)
	}
	return true
}

func (g *numbers) expr(depth int) string {
	switch g.rand.IntN(5) {
	case 0:
		return g.cond(depth)
	case 1:
		return g.float(depth)
	}
	return g.int(depth)
}

// read gives a variable whose name begins with one of letters.
func (g *numbers) read(letter byte) (string, bool) {
	var all []string
	for _, scope := range g.vars {
		for _, v := range scope {
			if strings.TrimPrefix(v, "v")[0] == letter || g.rand.IntN(30) == 0 {
				all = append(all, v)
			}
		}
	}
	if len(all) == 0 {
		return "", false
	}
	return all[g.rand.IntN(len(all))], true
}

func (g *numbers) int(depth int) string {
	if v, ok := g.read('i'); ok && g.rand.IntN(2) == 0 {
		return v
	}
	if e, ok := g.element("i"); ok && g.rand.IntN(4) == 0 {
		return e
	}
	if v, ok := g.read('l'); ok && g.rand.IntN(5) == 0 {
		return fmt.Sprintf("%s(%s)", v, g.int(depth-1))
	}
	if v, ok := g.read('g'); ok && g.rand.IntN(8) == 0 {
		return fmt.Sprintf("%s[%s](%s)", v, g.index(), g.int(depth-1))
	}
	if v, ok := g.read('k'); ok && depth > 0 && g.rand.IntN(12) == 0 {
		switch g.rand.IntN(3) {
		case 0:
			return v + ".len()"
		case 1:
			return v + ".sum()"
		}
		return fmt.Sprintf("%s.reduce(%s, %s)", v, g.int(0), g.lambda(depth-1, g.of, "i", "i", "i"))
	}
	if depth <= 0 {
		if g.rand.IntN(12) == 0 {
			return []string{"0", "9223372036854775807", "-9223372036854775808", "4294967296"}[g.rand.IntN(4)]
		}
		return []string{"1", "2", "3", "7", "8", "-5"}[g.rand.IntN(6)]
	}
	if g.rand.IntN(6) == 0 {
		return g.products(g.int)
	}
	return g.either(depth, g.int)
}

func (g *numbers) float(depth int) string {
	if v, ok := g.read('x'); ok && g.rand.IntN(2) == 0 {
		return v
	}
	if e, ok := g.element("x"); ok && g.rand.IntN(4) == 0 {
		return e
	}
	if depth <= 0 {
		return []string{"0.25", "1.5", "-2.25", "1e300", "0.1", "0.0"}[g.rand.IntN(6)]
	}
	if g.rand.IntN(4) == 0 {
		return fmt.Sprintf("(%s / %s)", g.int(depth-1), g.int(depth-1))
	}
	if g.rand.IntN(6) == 0 {
		return g.products(g.float)
	}
	return g.either(depth, g.float)
}

// products adds or compares what is a product or remainder of variables and
// constants, which the same closure computes.
func (g *numbers) products(kind func(int) string) string {
	product := func() string {
		return fmt.Sprintf("%s %s %s", kind(0), []string{"*", "*", "%"}[g.rand.IntN(3)], kind(0))
	}
	other := []string{kind(0), kind(1), product()}[g.rand.IntN(3)]
	switch g.rand.IntN(3) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", other, []string{"+", "-"}[g.rand.IntN(2)], product())
	case 1:
		return fmt.Sprintf("(if %s %s %s { %s } else { %s })", product(), []string{"<", "<=", ">", ">=", "==", "!="}[g.rand.IntN(6)], kind(0), kind(0), kind(0))
	}
	return fmt.Sprintf("(%s %s %s)", product(), []string{"+", "-"}[g.rand.IntN(2)], other)
}

// either combines operands of one kind, or does what any type can be part of.
func (g *numbers) either(depth int, kind func(int) string) string {
	switch k := g.rand.IntN(40); {
	case k == 39:
		return "(fail \"given up\")"
	case k == 38 && g.inFn:
		return fmt.Sprintf("(return %s)", kind(depth-1))
	case k == 37:
		return fmt.Sprintf("(group (limit: %s) < %s >)[0]", g.assigning(g.int), kind(0))
	case k > 32:
		return g.assigning(kind)
	case k == 0:
		return fmt.Sprintf("(if %s { %s } else { %s })", g.cond(depth-1), kind(depth-1), kind(depth-1))
	case k == 1:
		return fmt.Sprintf("(%s catch %s)", kind(depth-1), kind(depth-1))
	case k == 2:
		return fmt.Sprintf("(-(%s))", kind(depth-1))
	case k == 3:
		return fmt.Sprintf("(%s catch e -> { print(e.message); %s })", kind(depth-1), kind(0))
	case k < 14 && len(g.fns) > 0:
		return g.call(depth, kind)
	case k < 17:
		return g.branch(depth-1, kind)
	case k < 19:
		values := []string{kind(depth - 1), kind(0), kind(depth - 1)}[g.rand.IntN(2):]
		return fmt.Sprintf("%s(%s)", []string{"min", "max"}[g.rand.IntN(2)], strings.Join(values, ", "))
	}
	op := []string{"+", "-", "*", "+", "-", "*", "//", "%"}[g.rand.IntN(8)]
	if op == "//" || op == "%" {
		return fmt.Sprintf("(%s %s %s)", kind(depth-1), op, kind(0))
	}
	return fmt.Sprintf("(%s %s %s)", kind(depth-1), op, kind(depth-1))
}

// branch chooses between values, by constants or by conditions.
func (g *numbers) branch(depth int, kind func(int) string) string {
	var b strings.Builder
	subject := []string{"", "(" + g.int(depth) + ")", "(" + g.float(depth) + ")", g.int(0) + " % 5", `"${` + g.int(0) + `}"`, "true"}[g.rand.IntN(6)]
	fmt.Fprintf(&b, "(branch %s {", subject)
	for range 1 + g.rand.IntN(5) {
		test := g.cond(1)
		if subject != "" {
			patterns := []string{"1", "2 | 7", "-5, 3", "2..=4", "5..", "..0", "2.0", "4294967296", `"1"`, `"8" | "-5" | 8`, `"a"..="z"`, "int", "int | string", "n: int", "[1, n]", "{x}", "==" + g.int(0), "_", "n"}
			test = patterns[g.rand.IntN(len(patterns))]
			if g.rand.IntN(5) == 0 {
				test += " if " + g.cond(1)
			}
		}
		fmt.Fprintf(&b, " %s -> %s;", test, kind(depth))
	}
	if g.rand.IntN(4) > 0 {
		fmt.Fprintf(&b, " else -> %s", kind(depth))
	}
	return b.String() + " })"
}

// assigning is a block in an expression that assigns a variable.
func (g *numbers) assigning(kind func(int) string) string {
	target := g.target()
	if target == "" {
		return "{ 1 }"
	}
	return fmt.Sprintf("{ %s = %s; %s }", target, g.of(target[1:], 0), kind(0))
}

func (g *numbers) call(depth int, kind func(int) string) string {
	i := g.rand.IntN(len(g.fns))
	args := []string{strconv.Itoa(g.rand.IntN(3))}
	if g.inFn {
		args[0] = "fuel - 1"
	}
	byName := false
	for _, p := range g.fns[i] {
		if p.optional && g.rand.IntN(2) == 0 {
			byName = true // those that follow
			continue
		}
		arg := kind(min(depth, 2) - 1)
		if p.pair {
			arg = fmt.Sprintf("[%s, %s]", arg, kind(0))
			if byName {
				return kind(0) // a pair has no name
			}
		}
		if byName = byName || p.optional && g.rand.IntN(3) == 0; byName {
			arg = p.name + ": " + arg
		}
		args = append(args, arg)
	}
	if n := len(args); byName && n > 2 && strings.Contains(args[n-2], ": ") {
		args[n-1], args[n-2] = args[n-2], args[n-1]
	}
	return fmt.Sprintf("f%d(%s)", i, strings.Join(args, ", "))
}

func (g *numbers) cond(depth int) string {
	if v, ok := g.read('b'); ok && g.rand.IntN(3) == 0 {
		return v
	}
	if e, ok := g.element("b"); ok && g.rand.IntN(4) == 0 {
		return e
	}
	if depth <= 0 {
		return []string{"true", "false"}[g.rand.IntN(2)]
	}
	switch g.rand.IntN(6) {
	case 0:
		return fmt.Sprintf("(%s and %s)", g.cond(depth-1), g.cond(depth-1))
	case 1:
		return fmt.Sprintf("(not %s)", g.cond(depth-1))
	}
	op := []string{"<", "<=", ">", ">=", "==", "!="}[g.rand.IntN(6)]
	kind := g.int
	if g.rand.IntN(2) == 0 {
		kind = g.float
	}
	return fmt.Sprintf("(%s %s %s)", kind(depth-1), op, kind(depth-1))
}
