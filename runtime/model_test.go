package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// TestValuesAreValues runs random programs that copy, change and take apart
// lists and maps, and compares what they print with a model in which every
// copy is a deep one. What the sharing of handles gets wrong shows as a value
// that changed in a place where nobody changed it.
//
// MODEL_SEED runs one program and prints it; MODEL_COUNT runs that many.
func TestValuesAreValues(t *testing.T) {
	first, count := programSeeds("MODEL_COUNT", 600)
	if n, err := strconv.ParseUint(os.Getenv("MODEL_SEED"), 10, 64); err == nil {
		first, count = n, 1
	}
	for seed := first; seed < first+count; seed++ {
		m := newModel(seed)
		src, want := m.program()
		prog, err := runtime.Compile("model.tg", src, runtime.Options{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, src)
		}
		var out bytes.Buffer
		_, err = prog.Run(context.Background(), runtime.Run{Stdout: &out, Stderr: &out})
		if got := out.String(); err != nil || got != want {
			t.Fatalf("seed %d: error %v\n%s\n%s", seed, err, src, difference(got, want))
		}
		if got := plainly(t, src); got != want {
			t.Fatalf("seed %d: compiled the plain way\n%s\n%s", seed, src, difference(got, want))
		}
		if count == 1 {
			t.Log("\n" + src + "\n" + want)
		}
	}
}

// difference shows where two outputs part.
func difference(got, want string) string {
	x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d, after\n%s\n got %s\nwant %s", i+1, strings.Join(x[:i], "\n"), x[i], y[i])
		}
	}
	return fmt.Sprintf("line %d is missing", min(len(x), len(y))+1)
}

// Values of the model: nil, int, string, bool, []any and *dict.

type dict struct {
	keys   []string
	values map[string]any
}

func newDict() *dict { return &dict{values: map[string]any{}} }

func (d *dict) set(k string, v any) {
	if _, ok := d.values[k]; !ok {
		d.keys = append(d.keys, k)
	}
	d.values[k] = v
}

func (d *dict) remove(k string) any {
	v, ok := d.values[k]
	if ok {
		delete(d.values, k)
		d.keys = slices.DeleteFunc(slices.Clone(d.keys), func(s string) bool { return s == k })
	}
	return v
}

func deep(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = deep(v[i])
		}
		return out
	case *dict:
		out := newDict()
		for _, k := range v.keys {
			out.set(k, deep(v.values[k]))
		}
		return out
	}
	return v
}

func show(v any, top bool) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		if top {
			return v
		}
		return strconv.Quote(v)
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, show(e, false))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *dict:
		var parts []string
		for _, k := range v.keys {
			parts = append(parts, k+": "+show(v.values[k], false))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// kind is a failure of the model, raised by panic.
type kind string

// same is ==.
func same(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case *dict:
		b, ok := b.(*dict)
		if !ok || len(a.keys) != len(b.keys) {
			return false
		}
		for _, k := range a.keys {
			if v, ok := b.values[k]; !ok || !same(a.values[k], v) {
				return false
			}
		}
		return true
	case nil, int, string, bool:
		switch b.(type) {
		case []any, *dict:
			return false
		}
	}
	return a == b
}

// variable is a name of the program and its value in the model.
type variable struct {
	name    string
	changes bool
	value   any
	fn      func() any // of a closure
}

// names are those that are seen at a place while the program is written.
type names struct {
	all   []*sym
	outer int // those before it cannot change: a function is between
}

type sym struct {
	name    string
	changes bool
	closure bool
}

// expr is a piece of program: its text and its meaning.
type expr struct {
	text func() string
	eval func(*scope) any
}

// scope holds the values of the names while the model runs.
type scope struct {
	outer *scope
	vars  map[string]*variable
}

func (s *scope) find(name string) *variable {
	for ; s != nil; s = s.outer {
		if v := s.vars[name]; v != nil {
			return v
		}
	}
	panic("model: no name " + name)
}

func (s *scope) push() *scope { return &scope{outer: s, vars: map[string]*variable{}} }

// snapshot copies everything a closure sees.
func (s *scope) snapshot() *scope {
	if s == nil {
		return nil
	}
	c := &scope{outer: s.outer.snapshot(), vars: map[string]*variable{}}
	for name, v := range s.vars {
		copied := *v
		copied.value = deep(v.value)
		c.vars[name] = &copied
	}
	return c
}

type model struct {
	*rand.Rand
	out    strings.Builder
	seen   names
	count  int // of names
	size   int // of what is still to be written
	fns    []*function
	steps  int
	silent bool // what is written is a child, which calls no function
}

type function struct {
	name   string
	params int
	call   func(args []any) any
}

func newModel(seed uint64) *model { return &model{Rand: rand.New(rand.NewPCG(seed, 7))} }

type tooLong struct{}

// program gives a program and what it prints.
func (m *model) program() (src, want string) {
	var b strings.Builder
	var texts []func() string
	for range 2 {
		text, fn := m.function()
		texts = append(texts, text)
		m.fns = append(m.fns, fn)
	}
	root := (*scope)(nil).push()
	m.size = 150
	numbers, flags := []any{}, []any{}
	for i := range 12 {
		numbers, flags = append(numbers, 7*i%12), append(flags, i%3 == 0)
	}
	for _, v := range []any{
		numbers, []any{deep(numbers), flags},
		[]any{[]any{1, 2}, []any{[]any{3}}, "x"}, entry("a", []any{1, 2}, "b", entry("a", []any{}), "c", 7), []any{entry("a", 1), 2, []any{4}},
	} {
		name := m.name("v")
		m.declare(name, true, false)
		root.vars[name] = &variable{name: name, value: v}
		text := "var " + name + " = " + show(v, false)
		texts = append(texts, func() string { return text })
	}
	for range 14 {
		s := m.stmt(0)
		if !m.run(root, s) {
			break
		}
		// Everything is looked at after every statement.
		var seen []string
		for _, s := range m.seen.all {
			if v := root.vars[s.name]; v != nil && !s.closure {
				seen = append(seen, "str("+s.name+")")
				m.out.WriteString(show(v.value, true) + "|")
			}
		}
		m.out.WriteString("\n")
		texts = append(texts, s.text, func() string { return "print(" + strings.Join(append(seen, `""`), ", ") + `, sep: "|")` })
	}
	for _, text := range texts {
		b.WriteString(text() + "\n")
	}
	return b.String(), m.out.String()
}

// run runs a statement in the model; false if it takes too long, so that the
// program ends before it.
func (m *model) run(root *scope, s expr) (done bool) {
	out := m.out.String()
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(tooLong); !ok {
				panic(r)
			}
			m.out.Reset()
			m.out.WriteString(out)
		}
	}()
	s.eval(root)
	return true
}

func entry(pairs ...any) *dict {
	d := newDict()
	for i := 0; i < len(pairs); i += 2 {
		d.set(pairs[i].(string), pairs[i+1])
	}
	return d
}

func (m *model) step() {
	if m.steps++; m.steps > 4000 {
		panic(tooLong{})
	}
}

func (m *model) name(prefix string) string {
	m.count++
	return prefix + strconv.Itoa(m.count)
}

func (m *model) declare(name string, changes, closure bool) {
	m.seen.all = append(m.seen.all, &sym{name, changes, closure})
}

// inner writes something in a scope of its own.
func inner[T any](m *model, write func() T) T {
	n := len(m.seen.all)
	v := write()
	m.seen.all = m.seen.all[:n]
	return v
}

// function writes a function of two parameters.
func (m *model) function() (func() string, *function) {
	outer := m.seen
	m.seen = names{}
	defer func() { m.seen = outer }()
	m.size = 25
	fn := &function{name: m.name("f"), params: 2}
	a, b, local := m.name("p"), m.name("p"), m.name("v")
	m.declare(a, false, false)
	m.declare(b, false, false)
	m.declare(local, true, false)
	body := m.stmts(3, 1)
	result := m.expr(2)
	fn.call = func(args []any) any {
		s := (*scope)(nil).push()
		s.vars[a] = &variable{name: a, value: args[0]}
		s.vars[b] = &variable{name: b, value: args[1]}
		s.vars[local] = &variable{name: local, value: deep(args[0]), changes: true}
		body.eval(s)
		return result.eval(s)
	}
	return func() string {
		return "fn " + fn.name + "(" + a + ", " + b + ") {\n var " + local + " = " + a + "\n" + body.text() + "\n" + result.text() + "\n}"
	}, fn
}

// stmts writes some statements.
func (m *model) stmts(most, depth int) expr {
	var all []expr
	for range 1 + m.IntN(most) {
		all = append(all, m.stmt(depth))
	}
	return expr{
		text: func() string {
			var lines []string
			for _, s := range all {
				lines = append(lines, s.text())
			}
			return strings.Join(lines, "\n")
		},
		eval: func(s *scope) any {
			for _, x := range all {
				x.eval(s)
			}
			return nil
		},
	}
}

// guarded makes a statement print the kind of its failure; the program says so
// only where it does fail, so that the others take the plain way.
func (m *model) guarded(s expr) expr {
	failed := false
	return expr{
		text: func() string {
			if failed {
				return "{ " + s.text() + "\n nil } catch e -> print(e.kind)"
			}
			return s.text()
		},
		eval: func(sc *scope) any {
			m.step()
			defer func() {
				if r := recover(); r != nil {
					k, ok := r.(kind)
					if !ok {
						panic(r)
					}
					failed = true
					m.out.WriteString(string(k) + "\n")
				}
			}()
			s.eval(sc)
			return nil
		},
	}
}

func (m *model) stmt(depth int) expr {
	m.size--
	if m.size < 0 || depth > 3 {
		return m.declaration()
	}
	switch n := m.IntN(20); {
	case n < 5:
		return m.declaration()
	case n < 6:
		return m.closure()
	case n < 10:
		if p, ok := m.place(); ok {
			return m.guarded(m.assignment(p))
		}
	case n < 14:
		if x, ok := m.changing(); ok {
			return m.guarded(x)
		}
	case n < 15:
		return m.guarded(m.swap())
	case n < 17:
		return m.guarded(m.loop(depth))
	case n < 18:
		cond, then := m.condition(), inner(m, func() expr { return m.stmts(2, depth+1) })
		return m.guarded(expr{
			text: func() string { return "if " + cond.text() + " {\n" + then.text() + "\n}" },
			eval: func(s *scope) any {
				if cond.eval(s).(bool) {
					then.eval(s.push())
				}
				return nil
			},
		})
	case n < 19:
		body := inner(m, func() expr { return m.stmts(2, depth+1) })
		return expr{
			text: func() string { return "{\n" + body.text() + "\n}" },
			eval: func(s *scope) any { body.eval(s.push()); return nil },
		}
	}
	return m.declaration()
}

// declaration writes let or var; a failure becomes the value.
func (m *model) declaration() expr {
	word := []string{"let", "var", "var"}[m.IntN(3)]
	value := m.expr(0)
	name := m.name("v")
	m.declare(name, word == "var", false)
	failed := false
	return expr{
		text: func() string {
			if failed {
				return word + " " + name + " = " + value.text() + " catch e -> e.kind"
			}
			return word + " " + name + " = " + value.text()
		},
		eval: func(s *scope) any {
			m.step()
			var v any
			func() {
				defer func() {
					if r := recover(); r != nil {
						k, ok := r.(kind)
						if !ok {
							panic(r)
						}
						failed = true
						v = string(k)
					}
				}()
				v = value.eval(s)
			}()
			s.vars[name] = &variable{name: name, value: deep(v), changes: word == "var"}
			return nil
		},
	}
}

// closure writes a lambda that keeps what it sees.
func (m *model) closure() expr {
	body := m.lambdaBody()
	name := m.name("g")
	m.declare(name, false, true)
	return expr{
		text: func() string { return "let " + name + " = () -> " + body.text() },
		eval: func(s *scope) any {
			m.step()
			kept := s.snapshot()
			s.vars[name] = &variable{name: name, fn: func() any { return body.eval(kept.push()) }}
			return nil
		},
	}
}

// lambdaBody writes an expression that changes nothing outside itself.
func (m *model) lambdaBody() expr {
	outer := m.seen.outer
	m.seen.outer = len(m.seen.all)
	defer func() { m.seen.outer = outer }()
	return inner(m, func() expr { return m.expr(2) })
}

func (m *model) loop(depth int) expr {
	source := m.expr(1)
	pairs := m.IntN(2) == 0
	k, v := m.name("k"), m.name("x")
	body := inner(m, func() expr {
		if pairs {
			m.declare(k, false, false)
		}
		m.declare(v, false, false)
		return m.stmts(2, depth+1)
	})
	return expr{
		text: func() string {
			head := v
			if pairs {
				head = k + ", " + v
			}
			return "for " + head + " in " + source.text() + " {\n" + body.text() + "\n}"
		},
		eval: func(s *scope) any {
			turn := func(key, value any) {
				m.step()
				in := s.push()
				in.vars[k] = &variable{name: k, value: key}
				in.vars[v] = &variable{name: v, value: value}
				body.eval(in.push())
			}
			switch x := source.eval(s).(type) {
			case []any:
				for i, e := range x {
					turn(i, deep(e))
				}
			case *dict:
				for _, key := range slices.Clone(x.keys) {
					if pairs {
						turn(key, deep(x.values[key]))
					} else {
						turn(nil, key)
					}
				}
			case string:
				for i, c := range []rune(x) {
					turn(i, string(c))
				}
			default:
				panic(kind("type"))
			}
			return nil
		},
	}
}

// path is a place: a variable and the keys that lead on.
type path struct {
	root string
	keys []expr
	dots []bool
}

func (m *model) place() (path, bool) {
	var roots []string
	for i, s := range m.seen.all {
		if s.changes && i >= m.seen.outer {
			roots = append(roots, s.name)
		}
	}
	if len(roots) == 0 {
		return path{}, false
	}
	p := path{root: roots[m.IntN(len(roots))]}
	for range m.IntN(3) {
		key := m.key()
		p.keys = append(p.keys, key)
		p.dots = append(p.dots, strings.HasPrefix(key.text(), `"`) && m.IntN(2) == 0)
	}
	return p, true
}

func (m *model) key() expr {
	if m.IntN(2) == 0 {
		return literal(string(rune('a' + m.IntN(3))))
	}
	return literal(max(m.IntN(5)-1, 0) - m.IntN(2))
}

func literal(v any) expr {
	return expr{func() string { return show(v, false) }, func(*scope) any { return v }}
}

func (p path) text() string {
	text := p.root
	for i, k := range p.keys {
		if p.dots[i] {
			text += "." + strings.Trim(k.text(), `"`)
		} else {
			text += "[" + k.text() + "]"
		}
	}
	return text
}

func (p path) evalKeys(s *scope) []any {
	var keys []any
	for _, k := range p.keys {
		keys = append(keys, k.eval(s))
	}
	return keys
}

// get reads the place; absent tells that only the last key is not there.
func (p path) get(s *scope, keys []any) (v any, absent bool) {
	v = s.find(p.root).value
	for i, k := range keys {
		if d, ok := v.(*dict); ok && i == len(keys)-1 {
			if !slices.Contains(d.keys, fmt.Sprint(k)) {
				return nil, true
			}
		}
		v = inside(v, k)
	}
	return v, false
}

// size gives how many values there are in v, as far as it matters.
func size(v any) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for i := 0; i < len(v) && n < 1000; i++ {
			n += size(v[i])
		}
	case *dict:
		for _, e := range v.values {
			n += size(e)
		}
	}
	return n
}

// set stores at the place. What holds itself many times over ends the program.
func (p path) set(s *scope, keys []any, v any) {
	at := s.find(p.root)
	if size(at.value)+size(v) > 1000 {
		panic(tooLong{})
	}
	if len(keys) == 0 {
		at.value = v
		return
	}
	in := at.value
	for _, k := range keys[:len(keys)-1] {
		in = inside(in, k)
	}
	switch c := in.(type) {
	case []any:
		inside(in, keys[len(keys)-1])
		c[offset(c, keys[len(keys)-1].(int))] = v
	case *dict:
		c.set(fmt.Sprint(keys[len(keys)-1]), v)
	default:
		panic(kind("type"))
	}
}

// inside is indexed for what is about to change: texts have no places in them.
func inside(v, k any) any {
	switch v.(type) {
	case []any, *dict:
		return indexed(v, k)
	}
	panic(kind("type"))
}

func offset(l []any, i int) int {
	if i < 0 {
		i += len(l)
	}
	return i
}

func indexed(v, k any) any {
	switch v := v.(type) {
	case []any:
		i, ok := k.(int)
		if !ok {
			panic(kind("type"))
		}
		if i = offset(v, i); i < 0 || i >= len(v) {
			panic(kind("index"))
		}
		return v[i]
	case *dict:
		x, ok := v.values[fmt.Sprint(k)]
		if !ok {
			panic(kind("key"))
		}
		return x
	case string:
		i, ok := k.(int)
		if !ok {
			panic(kind("type"))
		}
		if i < 0 {
			i += len(v)
		}
		if i < 0 || i >= len(v) {
			panic(kind("index"))
		}
		return v[i : i+1]
	}
	panic(kind("type"))
}

func (m *model) assignment(p path) expr {
	value := m.expr(1)
	switch m.IntN(4) {
	case 0:
		if value = m.safe(); m.IntN(2) == 0 {
			value = literal(m.IntN(3))
		}
		return expr{
			text: func() string { return p.text() + " += " + value.text() },
			eval: func(s *scope) any {
				keys := p.evalKeys(s)
				old, absent := p.get(s, keys)
				if absent {
					panic(kind("key"))
				}
				old = deep(old)
				v := add(old, value.eval(s))
				p.set(s, keys, deep(v))
				return nil
			},
		}
	case 1:
		return expr{
			text: func() string { return p.text() + " ??= " + value.text() },
			eval: func(s *scope) any {
				keys := p.evalKeys(s)
				if old, _ := p.get(s, keys); old == nil {
					p.set(s, keys, deep(value.eval(s)))
				}
				return nil
			},
		}
	}
	return expr{
		text: func() string { return p.text() + " = " + value.text() },
		eval: func(s *scope) any {
			keys := p.evalKeys(s)
			v := deep(value.eval(s))
			p.set(s, keys, v)
			return nil
		},
	}
}

// safe writes what cannot fail.
func (m *model) safe() expr {
	switch m.IntN(4) {
	case 0:
		if p, ok := m.place(); ok {
			// Changes a variable and gives the whole of it.
			name, x := p.root, m.atom()
			return expr{
				text: func() string { return "{ " + name + " = [" + x.text() + "]; " + name + " }" },
				eval: func(s *scope) any {
					s.find(name).value = []any{deep(x.eval(s))}
					return deep(s.find(name).value)
				},
			}
		}
	case 1:
		a, b := m.atom(), m.atom()
		return expr{
			text: func() string { return "[" + a.text() + ", " + b.text() + "]" },
			eval: func(s *scope) any { return []any{deep(a.eval(s)), deep(b.eval(s))} },
		}
	}
	return m.atom()
}

// atom writes a literal or a name.
func (m *model) atom() expr {
	if m.IntN(4) > 0 && len(m.seen.all) > 0 {
		if s := m.seen.all[m.IntN(len(m.seen.all))]; !s.closure {
			return expr{func() string { return s.name }, func(sc *scope) any { return deep(sc.find(s.name).value) }}
		}
	}
	return m.key()
}

func add(a, b any) any {
	switch a := a.(type) {
	case int:
		if b, ok := b.(int); ok {
			return a + b
		}
	case string:
		if b, ok := b.(string); ok {
			if len(a)+len(b) > 200 {
				panic(tooLong{})
			}
			return a + b
		}
	case []any:
		if b, ok := b.([]any); ok {
			if len(a)+len(b) > 60 {
				panic(tooLong{})
			}
			return append(deep(a).([]any), deep(b).([]any)...)
		}
	}
	panic(kind("type"))
}

// swap writes an assignment to two places at once.
func (m *model) swap() expr {
	p, ok := m.place()
	q, _ := m.place()
	if !ok {
		return m.declaration()
	}
	a, b := m.expr(2), m.expr(2)
	whole := m.IntN(3) == 0
	return expr{
		text: func() string {
			value := "[" + a.text() + ", " + b.text() + "]"
			if whole {
				value = "(" + value + ")"
			}
			return "[" + p.text() + ", " + q.text() + "] = " + value
		},
		eval: func(s *scope) any {
			pk, qk := p.evalKeys(s), q.evalKeys(s)
			x := deep(a.eval(s))
			y := deep(b.eval(s))
			p.set(s, pk, x)
			q.set(s, qk, y)
			return nil
		},
	}
}

// changing writes the call of a changing method on a place.
func (m *model) changing() (expr, bool) {
	p, ok := m.place()
	if !ok {
		return expr{}, false
	}
	name := []string{"push", "push", "pop", "reverse", "clear", "delete", "insert", "remove", "sort"}[m.IntN(9)]
	var args []expr
	switch name {
	case "push":
		args = []expr{m.expr(2)}
	case "delete":
		args = []expr{literal(string(rune('a' + m.IntN(3))))}
	case "remove":
		args = []expr{literal(m.IntN(3))}
	case "insert":
		args = []expr{literal(m.IntN(3)), m.expr(2)}
	}
	has := func(v any) bool {
		switch v.(type) {
		case []any:
			return name != "delete"
		case *dict:
			return name == "delete" || name == "clear"
		}
		return false
	}
	return expr{
		text: func() string {
			var texts []string
			for _, a := range args {
				texts = append(texts, a.text())
			}
			if name == "sort" {
				texts = []string{"by: e -> str(e)"}
			}
			return p.text() + "." + name + "(" + strings.Join(texts, ", ") + ")"
		},
		eval: func(s *scope) any {
			keys := p.evalKeys(s)
			recv, absent := p.get(s, keys)
			if absent {
				panic(kind("key"))
			}
			if !has(recv) {
				panic(kind("type"))
			}
			var values []any
			for _, a := range args {
				values = append(values, deep(a.eval(s)))
			}
			recv = s.find(p.root).value
			for _, k := range keys {
				recv = inside(recv, k)
			}
			if !has(recv) {
				panic(kind("type"))
			}
			if d, ok := recv.(*dict); ok {
				if name == "clear" {
					p.set(s, keys, newDict())
					return nil
				}
				return d.remove(values[0].(string))
			}
			l := deep(recv).([]any)
			var result any
			switch name {
			case "push":
				l = append(l, values[0])
			case "pop":
				if len(l) > 0 {
					result = l[len(l)-1]
					l = l[:len(l)-1]
				}
			case "reverse":
				slices.Reverse(l)
			case "sort":
				l = byText(l)
			case "clear":
				l = []any{}
			case "insert":
				if values[0].(int) > len(l) {
					panic(kind("index"))
				}
				l = slices.Insert(l, values[0].(int), values[1])
			case "remove":
				if values[0].(int) >= len(l) {
					panic(kind("index"))
				}
				result = l[values[0].(int)]
				l = slices.Delete(l, values[0].(int), values[0].(int)+1)
			}
			p.set(s, keys, l)
			return result
		},
	}, true
}

// byText sorts by what str gives.
func byText(l []any) []any {
	return slices.SortedStableFunc(slices.Values(l), func(a, b any) int { return strings.Compare(show(a, true), show(b, true)) })
}

func (m *model) condition() expr {
	a, b := m.expr(2), m.expr(2)
	return expr{
		text: func() string { return "(" + a.text() + ") == (" + b.text() + ")" },
		eval: func(s *scope) any {
			x := deep(a.eval(s))
			return same(x, b.eval(s))
		},
	}
}

// expr writes an expression; deeper ones are simpler.
func (m *model) expr(depth int) expr {
	m.size--
	if depth > 3 || m.size < 0 {
		return m.atom()
	}
	d := depth + 1
	switch m.IntN(24) {
	case 0, 1, 2:
		return m.list(d)
	case 3, 4:
		return m.mapping(d)
	case 5, 6:
		x, k := m.expr(d), m.key()
		return expr{
			text: func() string { return "(" + x.text() + ")[" + k.text() + "]" },
			eval: func(s *scope) any { return indexed(x.eval(s), k.eval(s)) },
		}
	case 7:
		x, k := m.atom(), m.key()
		return expr{
			text: func() string { return x.text() + "?[" + k.text() + "]" },
			eval: func(s *scope) (v any) {
				defer func() {
					if r := recover(); r == kind("index") || r == kind("key") {
						v = nil
					} else if r != nil {
						panic(r)
					}
				}()
				of := x.eval(s)
				if of == nil {
					return nil
				}
				return indexed(of, k.eval(s))
			},
		}
	case 8:
		a, b := m.expr(d), m.expr(d)
		return expr{
			text: func() string { return "(" + a.text() + ") + (" + b.text() + ")" },
			eval: func(s *scope) any {
				x := deep(a.eval(s))
				return add(x, b.eval(s))
			},
		}
	case 9:
		a, b := m.expr(d), m.expr(d)
		return expr{
			text: func() string { return "((" + a.text() + ") ?? (" + b.text() + "))" },
			eval: func(s *scope) any {
				if v := a.eval(s); v != nil {
					return v
				}
				return b.eval(s)
			},
		}
	case 10, 11:
		if x, ok := m.changing(); ok {
			return x
		}
	case 12, 13:
		if len(m.fns) > 0 && !m.silent {
			return m.callFunction(d)
		}
	case 14:
		if c := m.callClosure(); c != nil && !m.silent {
			return *c
		}
	case 15:
		switch {
		case m.isLate():
		case m.IntN(2) == 0:
			return m.mapMethod(d)
		default:
			return m.group()
		}
	case 16, 17:
		return m.block(d)
	case 18:
		return m.branch(d)
	case 19, 20:
		return m.method(d)
	case 21:
		c, a, b := m.condition(), m.expr(d), m.expr(d)
		return expr{
			text: func() string { return "(if " + c.text() + " { " + a.text() + " } else { " + b.text() + " })" },
			eval: func(s *scope) any {
				if c.eval(s).(bool) {
					return a.eval(s)
				}
				return b.eval(s)
			},
		}
	case 22:
		a, b := m.expr(d), m.expr(d)
		return expr{
			text: func() string { return "(" + a.text() + " catch " + b.text() + ")" },
			eval: func(s *scope) (v any) {
				failed := false
				func() {
					defer func() {
						if r := recover(); r != nil {
							if _, ok := r.(kind); !ok {
								panic(r)
							}
							failed = true
						}
					}()
					v = a.eval(s)
				}()
				if failed {
					return b.eval(s)
				}
				return v
			},
		}
	}
	return m.atom()
}

// isLate tells that a program has grown enough.
func (m *model) isLate() bool { return m.size < 10 }

func (m *model) list(d int) expr {
	var elems []expr
	spread := -1
	for range m.IntN(4) {
		elems = append(elems, m.expr(d))
	}
	if len(elems) > 0 && m.IntN(4) == 0 {
		spread = m.IntN(len(elems))
	}
	return expr{
		text: func() string {
			var parts []string
			for i, e := range elems {
				if i == spread {
					parts = append(parts, "..."+e.text())
				} else {
					parts = append(parts, e.text())
				}
			}
			return "[" + strings.Join(parts, ", ") + "]"
		},
		eval: func(s *scope) any {
			out := []any{}
			for i, e := range elems {
				v := deep(e.eval(s))
				if i != spread {
					out = append(out, v)
				} else if l, ok := v.([]any); ok {
					out = append(out, l...)
				} else {
					panic(kind("type"))
				}
			}
			return out
		},
	}
}

func (m *model) mapping(d int) expr {
	var elems []expr
	var keys []string
	for i := range m.IntN(3) {
		elems = append(elems, m.expr(d))
		keys = append(keys, string(rune('a'+i)))
	}
	spread := len(elems) > 0 && m.IntN(4) == 0
	return expr{
		text: func() string {
			var parts []string
			for i, e := range elems {
				if i == 0 && spread {
					parts = append(parts, "..."+e.text())
				} else {
					parts = append(parts, keys[i]+": "+e.text())
				}
			}
			return "{" + strings.Join(parts, ", ") + "}"
		},
		eval: func(s *scope) any {
			out := newDict()
			for i, e := range elems {
				v := deep(e.eval(s))
				if i > 0 || !spread {
					out.set(keys[i], v)
				} else if d, ok := v.(*dict); ok {
					for _, k := range d.keys {
						out.set(k, d.values[k])
					}
				} else {
					panic(kind("type"))
				}
			}
			return out
		},
	}
}

func (m *model) callFunction(d int) expr {
	fn, a, b := m.fns[m.IntN(len(m.fns))], m.expr(d), m.expr(d)
	return expr{
		text: func() string { return fn.name + "(" + a.text() + ", " + b.text() + ")" },
		eval: func(s *scope) any {
			m.step()
			x := deep(a.eval(s))
			y := deep(b.eval(s))
			return deep(fn.call([]any{x, y}))
		},
	}
}

func (m *model) callClosure() *expr {
	var names []string
	for _, s := range m.seen.all {
		if s.closure {
			names = append(names, s.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	name := names[m.IntN(len(names))]
	return &expr{
		text: func() string { return name + "()" },
		eval: func(s *scope) any { m.step(); return deep(s.find(name).fn()) },
	}
}

// mapMethod writes xs.map(x -> …).
func (m *model) mapMethod(d int) expr {
	x := m.expr(d)
	name := m.name("e")
	outer := m.seen.outer
	m.seen.outer = len(m.seen.all)
	body := inner(m, func() expr {
		m.declare(name, false, false)
		return m.expr(d + 1)
	})
	m.seen.outer = outer
	return expr{
		text: func() string { return "(" + x.text() + ").map(" + name + " -> " + body.text() + ")" },
		eval: func(s *scope) any {
			l, ok := x.eval(s).([]any)
			if !ok {
				panic(kind("type"))
			}
			kept := s.snapshot()
			out := []any{}
			for _, e := range deep(l).([]any) {
				m.step()
				in := kept.push()
				in.vars[name] = &variable{name: name, value: deep(e)}
				out = append(out, deep(body.eval(in)))
			}
			return out
		},
	}
}

// group writes children, which see copies and run at once.
func (m *model) group() expr {
	outer := m.silent
	m.silent = true // functions print, and children print in no order, or not at all
	a, b := m.lambdaBody(), m.lambdaBody()
	m.silent = outer
	return expr{
		text: func() string { return "(group < { " + a.text() + " }; { " + b.text() + " } >)" },
		eval: func(s *scope) any {
			// The first failure in time decides; only one child may fail.
			kept := s.snapshot()
			x, failed := m.attempt(kept.push(), a)
			y, alsoFailed := m.attempt(kept.push(), b)
			if failed != "" && alsoFailed != "" && failed != alsoFailed {
				panic(tooLong{})
			}
			if failed = failed + alsoFailed; failed != "" {
				if alsoFailed != "" {
					failed = alsoFailed
				}
				panic(failed)
			}
			return []any{x, y}
		},
	}
}

// attempt evaluates in the model and gives the kind of the failure.
func (m *model) attempt(s *scope, x expr) (v any, failed kind) {
	defer func() {
		if r := recover(); r != nil {
			k, ok := r.(kind)
			if !ok {
				panic(r)
			}
			failed = k
		}
	}()
	return deep(x.eval(s)), ""
}

// block writes { …; x }, which may change what is around it.
func (m *model) block(d int) expr {
	return inner(m, func() expr {
		var first expr
		if x, ok := m.changing(); ok && m.IntN(3) > 0 {
			first = x
		} else {
			first = m.declaration()
		}
		last := m.expr(d)
		return expr{
			text: func() string { return "{ " + first.text() + "; " + last.text() + " }" },
			eval: func(s *scope) any {
				in := s.push()
				first.eval(in)
				return deep(last.eval(in))
			},
		}
	})
}

func (m *model) branch(d int) expr {
	x := m.expr(d)
	a, r, k := m.name("a"), m.name("r"), m.name("k")
	onList := inner(m, func() expr { m.declare(a, false, false); m.declare(r, false, false); return m.expr(d) })
	onMap := inner(m, func() expr { m.declare(k, false, false); return m.expr(d) })
	other := m.expr(d)
	return expr{
		text: func() string {
			return "(branch (" + x.text() + ") {\n[" + a + ", ..." + r + "] -> " + onList.text() + "\n{a: " + k + "} -> " + onMap.text() + "\nelse -> " + other.text() + "\n})"
		},
		eval: func(s *scope) any {
			in := s.push()
			switch v := deep(x.eval(s)).(type) {
			case []any:
				if len(v) > 0 {
					in.vars[a] = &variable{name: a, value: v[0]}
					in.vars[r] = &variable{name: r, value: deep(v[1:])}
					return deep(onList.eval(in))
				}
			case *dict:
				if e, ok := v.values["a"]; ok {
					in.vars[k] = &variable{name: k, value: e}
					return deep(onMap.eval(in))
				}
			}
			return other.eval(s)
		},
	}
}

func (m *model) method(d int) expr {
	x := m.expr(d)
	name := []string{"reversed()", "take(1)", "drop(1)", "first()", "last()", "flatten()", "values()", "merge({b: 1})", "[1..]", "sorted(by: _ -> 0)", "filter(_ -> true)", "reduce([], (acc, e) -> [...acc, e])", "get(0)",
		"sum()", "index_of(1)", "sorted()", "sorted(by: e -> str(e))", "unique()", "chunk(2)", "map(e -> e)"}[m.IntN(20)]
	return expr{
		text: func() string {
			if name == "[1..]" {
				return "(" + x.text() + ")" + name
			}
			return "(" + x.text() + ")." + name
		},
		eval: func(s *scope) any {
			v := deep(x.eval(s))
			l, isList := v.([]any)
			dct, isDict := v.(*dict)
			text, isText := v.(string)
			switch {
			case isList:
				switch name {
				case "reversed()":
					slices.Reverse(l)
					return l
				case "take(1)":
					return l[:min(1, len(l))]
				case "drop(1)":
					return l[min(1, len(l)):]
				case "first()", "get(0)":
					if len(l) == 0 {
						return nil
					}
					return l[0]
				case "sum()":
					sum := 0
					for _, e := range l {
						n, ok := e.(int)
						if !ok {
							panic(kind("type"))
						}
						sum += n
					}
					return sum
				case "index_of(1)":
					for i, e := range l {
						if same(e, 1) {
							return i
						}
					}
					return nil
				case "sorted()":
					for _, e := range l {
						if _, ok := e.(int); !ok {
							panic(tooLong{}) // what can be compared is tested elsewhere
						}
					}
					slices.SortFunc(l, func(a, b any) int { return a.(int) - b.(int) })
					return l
				case "sorted(by: e -> str(e))":
					return byText(l)
				case "unique()":
					out := []any{}
					for _, e := range l {
						if !slices.ContainsFunc(out, func(x any) bool { return same(x, e) }) {
							out = append(out, e)
						}
					}
					return out
				case "chunk(2)":
					out := []any{}
					for part := range slices.Chunk(l, 2) {
						out = append(out, part)
					}
					return out
				case "map(e -> e)":
					return l
				case "last()":
					if len(l) == 0 {
						return nil
					}
					return l[len(l)-1]
				case "flatten()":
					out := []any{}
					for _, e := range l {
						if in, ok := e.([]any); ok {
							out = append(out, in...)
						} else {
							out = append(out, e)
						}
					}
					return out
				case "[1..]":
					if len(l) == 0 {
						panic(kind("index"))
					}
					return l[1:]
				case "sorted(by: _ -> 0)", "filter(_ -> true)", "reduce([], (acc, e) -> [...acc, e])":
					return l
				}
			case isDict:
				switch name {
				case "values()":
					out := []any{}
					for _, k := range dct.keys {
						out = append(out, dct.values[k])
					}
					return out
				case "merge({b: 1})":
					dct.set("b", 1)
					return dct
				case "get(0)":
					return dct.values["0"]
				case "filter(_ -> true)":
					if len(dct.keys) == 0 {
						return dct // else the function lacks a parameter
					}
				}
			case isText:
				switch name {
				case "reversed()":
					b := []byte(text)
					slices.Reverse(b)
					return string(b)
				case "[1..]":
					if text == "" {
						panic(kind("index"))
					}
					return text[1:]
				}
			}
			panic(kind("type"))
		},
	}
}
