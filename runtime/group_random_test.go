package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A random program is a tree of blocks, steps, groups and items. It can be
// written as a script (here) and be played by a model (group_model_test.go).
//
// Every duration is random to the nanosecond, and whatever may happen at the
// same instant as something else is followed by a sleep of its own: so no two
// things that others can tell apart happen at once, and there is one right
// answer, whoever is picked to run.

// block is steps in order. Its value tells those of its steps.
type block struct {
	name  string
	steps []*step
}

type stepKind int

const (
	sleeps   stepKind = iota // for long
	logs                     // a line with the time
	fails                    // in a turn of a for: where the turn's number is above long
	defers                   // body
	times                    // body out after long
	retries                  // fails often times, then body, with n tries in all
	shields                  // body
	groups                   // group
	streams                  // group, sleeping long for each result, leaving after often of them if that is above 0
	adds                     // to the worklist name, if the turn's number is above long
	enters                   // body in a place of the semaphore; a sleep of long follows it and those below
	sends                    // its name to a channel, waiting long
	receives                 // from a channel, waiting long
	selects                  // from either channel, waiting long
	asks                     // the once
	updates                  // the cell, which takes long
	paces                    // waits for the rate
)

type step struct {
	kind   stepKind
	name   string
	long   time.Duration
	often  int
	n      int
	body   *block
	group  *groupTree
	caught bool // a failure of it becomes text
}

type groupTree struct {
	mode        string // "", settle, race, stream
	limit, need int
	timeout     time.Duration
	items       []*item
}

type itemKind int

const (
	child itemKind = iota
	let
	background
	loop   // of a for: inner is what each turn has
	choice // of an if: inner is the first arm, other the second
)

type item struct {
	kind         itemKind
	label        string // "" for none; of a loop: `label: for`
	computed     bool   // the label is: in a turn with its number
	needs        []need
	body         *block
	turns        []time.Duration
	list         string // of the worklist that the turns come out of; "" for none
	inner, other []*item
	first        bool // the arm that is taken
	maps         bool // the turns of a `label: for` give a map each
}

// need is the mention of a sibling.
type need struct {
	of     *item
	caught bool
}

// counts tells whether it can stand in the result.
func (x *item) counts() bool { return x.kind == child || x.kind == loop && x.label != "" }

// inventor makes random ones.
type inventor struct {
	*rand.Rand
	names int
	room  int  // for so many more steps
	held  bool // in a place of the semaphore: none in it enters
}

func (r *inventor) name() string { r.names++; return fmt.Sprintf("n%d", r.names) }

func (r *inventor) some(most time.Duration) time.Duration {
	return 1 + time.Duration(r.Int64N(int64(most)))
}

func (r *inventor) one(in int) bool { return r.IntN(in) == 0 }

// sleep gives the step that keeps what is around it apart from all else.
func (r *inventor) sleep() *step { return &step{kind: sleeps, long: r.some(300 * time.Millisecond)} }

// block gives a block in which groups are nested depth deep.
func (r *inventor) block(depth int, inTurn bool) *block {
	b := &block{name: r.name(), steps: []*step{r.sleep()}}
	if r.one(3) {
		b.steps = append([]*step{{kind: defers, body: r.cleanup()}}, b.steps...)
	}
	for range r.IntN(3) {
		if r.room--; r.room < 0 {
			break
		}
		b.steps = append(b.steps, r.step(depth, inTurn))
	}
	b.steps = append(b.steps, r.sleep())
	if r.one(5) {
		f := &step{kind: fails, name: r.name()}
		if inTurn && !r.one(3) {
			f.long = r.some(300 * time.Millisecond)
		}
		b.steps = append(b.steps, f)
	}
	if r.one(8) { // what a shield gives is kept, even where it is cancelled
		b.steps = append(b.steps, &step{kind: shields, body: r.small()})
	}
	return b
}

// small gives a block that only sleeps, and perhaps fails.
func (r *inventor) small() *block {
	b := &block{name: r.name(), steps: []*step{r.sleep()}}
	if r.one(4) {
		b.steps = append(b.steps, &step{kind: fails, name: r.name()})
	}
	return b
}

func (r *inventor) cleanup() *block {
	b := &block{name: r.name(), steps: []*step{r.sleep(), {kind: logs, name: r.name()}}}
	if r.one(3) {
		b.steps = append([]*step{{kind: defers, body: r.small()}}, b.steps...)
	}
	if r.one(4) {
		b.steps = append(b.steps, &step{kind: times, long: r.some(300 * time.Millisecond), body: r.small(), caught: r.one(2)})
	}
	if r.one(4) {
		b.steps = append(b.steps, &step{kind: fails, name: r.name()})
	}
	return b
}

func (r *inventor) step(depth int, inTurn bool) *step {
	s := &step{name: r.name(), long: r.some(500 * time.Millisecond), caught: r.one(2)}
	kinds := []stepKind{logs, times, retries, shields, enters, sends, receives, selects, asks, updates, paces}
	if depth > 0 {
		kinds = append(kinds, groups, groups, groups, groups, streams, streams)
	}
	if s.kind = kinds[r.IntN(len(kinds))]; s.kind == enters && r.held {
		s.kind = times
	}
	switch s.kind {
	case enters:
		r.held = true
		s.body = r.block(depth-1, inTurn)
		r.held = false
	case times, shields:
		s.body = r.block(depth-1, inTurn)
	case retries:
		s.n = 1 + r.IntN(3)
		s.often = r.IntN(4)
		s.body = r.block(depth-1, inTurn)
	case groups:
		s.group = r.group(depth-1, []string{"", "", "settle", "race"}[r.IntN(4)])
	case streams:
		s.group = r.group(depth-1, "stream")
		s.often = r.IntN(4)
	}
	return s
}

func (r *inventor) group(depth int, mode string) *groupTree {
	g := &groupTree{mode: mode}
	if r.one(2) {
		g.limit = 1 + r.IntN(3)
	}
	if r.one(3) {
		g.timeout = r.some(2 * time.Second)
	}
	if mode == "race" && r.one(2) {
		g.need = 1 + r.IntN(3)
	}
	labels := r.IntN(3) // none, all, some
	for range 1 + r.IntN(5) {
		g.items = append(g.items, r.item(g, depth, labels))
	}
	if mode != "race" {
		r.edges(g)
	}
	return g
}

func (r *inventor) label(labels int) string {
	if labels == 1 || labels == 2 && r.one(2) {
		return r.name()
	}
	return ""
}

// item gives an item of a group's top level.
func (r *inventor) item(g *groupTree, depth, labels int) *item {
	switch r.IntN(9) {
	case 0, 1:
		x := &item{kind: loop, label: r.label(labels)}
		for range r.IntN(5) {
			x.turns = append(x.turns, r.some(300*time.Millisecond))
		}
		x.maps = x.label != "" && r.one(2)
		inner := labels
		if x.label != "" {
			inner = r.IntN(3)
		}
		if x.maps || g.mode == "stream" && x.label == "" {
			inner = 1 // what follows a for of unknown length needs a label
		}
		for range 1 + r.IntN(2) {
			x.inner = append(x.inner, &item{kind: child, label: r.label(inner), computed: !x.maps, body: r.block(depth, true)})
		}
		if (g.mode == "" || g.mode == "settle") && r.one(3) {
			x.list = r.name()
			steps := &x.inner[0].body.steps
			*steps = append([]*step{r.sleep(), {kind: adds, name: x.list, long: 60*time.Millisecond + r.some(200*time.Millisecond)}}, *steps...)
		}
		if g.mode != "race" && r.one(3) {
			first := &item{kind: let, label: r.name(), body: r.block(depth, true)}
			x.inner[0].needs = append(x.inner[0].needs, need{first, r.one(3)})
			x.inner = append(x.inner, first)
		}
		if x.label == "" && r.one(4) {
			x.inner = append(x.inner, &item{kind: background, body: r.block(depth, true)})
		}
		return x
	case 2:
		x := &item{kind: choice, first: r.one(2)}
		for range 1 + r.IntN(2) {
			x.inner = append(x.inner, r.child(depth, labels))
		}
		for range r.IntN(2) {
			x.other = append(x.other, r.child(depth, labels))
		}
		return x
	case 3:
		return &item{kind: background, label: r.label(labels), body: r.block(depth, false)}
	case 4:
		if g.mode != "race" {
			return &item{kind: let, label: r.name(), body: r.block(depth, false)}
		}
	}
	return r.child(depth, labels)
}

func (r *inventor) child(depth, labels int) *item {
	return &item{kind: child, label: r.label(labels), body: r.block(depth, false)}
}

// edges lets items mention each other, in an order that has nothing to do with
// the source's.
func (r *inventor) edges(g *groupTree) {
	var known []*item
	for _, at := range r.Perm(len(g.items)) {
		x := g.items[at]
		users := []*item{x}
		if x.kind == loop || x.kind == choice && r.one(2) {
			users = append(append(users, x.inner...), x.other...)
		}
		for _, user := range users {
			for _, of := range known {
				// In a stream a list that mentions makes positions unknown.
				if r.one(4) && !(g.mode == "stream" && user.kind == loop && user.label == "") {
					user.needs = append(user.needs, need{of, r.one(3)})
				}
			}
		}
		provides := []*item{x}
		if x.kind == choice {
			provides = append(append([]*item{}, x.inner...), x.other...)
		}
		for _, y := range provides {
			if y.label != "" && y.kind != background {
				known = append(known, y)
			}
		}
	}
}

// What a script is made of.

const prelude = `
let t0 = time.now()
let places = semaphore(1)
let rendezvous = channel()
let buffer = channel(1)
let asked = once(() -> { sleep(70000001ns); "asked" })
let sum = cell(0)
let pace = rate(2, per: 50000003ns)
fn log(what) { print("${time.since(t0) // 1ns} ${what}") }
fn told(m) { var out = []; for k, v in m { out.push("${k}=${show(v)}") }; "{" + out.join(" ") + "}" }
fn show(v) = branch v {
  s: string -> s
  xs: list  -> "[" + xs.map(show).join(" ") + "]"
  m: map    -> told(m)
  else      -> str(v)
}
fn tell(e) {
  var errors = []
  for k, x in e.errors { errors.push("${k}=${tell(x)}") }
  var outcomes = []
  for k, o in e.outcomes { outcomes.push("${k} ${o.state} ${o.reason} ${spent(o)}") }
  "<${e?.message} of ${e?.child} after ${e?.attempts?.len()}: ${errors.join(" ")}; ${told(e.values)}; ${outcomes.join(", ")}>"
}
fn spent(o) = if o.started == nil { "never" } else { "${(o.started - t0) // 1ns} ${o.duration // 1ns}" }
fn among(_, value) = value
`

// writer writes a program as a script.
type writer struct {
	strings.Builder
	turns []string // the variables of the fors around
	depth int
}

func (w *writer) linef(format string, args ...any) {
	w.WriteString(strings.Repeat("  ", w.depth))
	fmt.Fprintf(w, format+"\n", args...)
}

// long writes a duration, which in turns is longer by the turns' numbers.
func (w *writer) long(d time.Duration) string {
	return strings.Join(append([]string{fmt.Sprintf("%dns", d)}, w.turns...), " + ")
}

// block writes what stands between braces.
func (w *writer) block(b *block, needs []need) {
	w.depth++
	var values []string
	for i, n := range needs {
		mention := n.of.label
		if n.caught {
			mention = fmt.Sprintf("%s catch \"none\"", mention)
		}
		w.linef("let m%d = show(%s)", i, mention)
		values = append(values, fmt.Sprintf("${m%d}", i))
	}
	for i, s := range b.steps {
		if w.step(s, fmt.Sprintf("let v%d = ", i)) {
			values = append(values, fmt.Sprintf("${v%d}", i))
		}
	}
	w.linef("\"%s(%s)\"", b.name, strings.Join(values, " "))
	w.depth--
}

// step tells whether it has a value, which is then bound.
func (w *writer) step(s *step, bind string) bool {
	end := ""
	if s.caught {
		end = " catch e -> tell(e)"
	}
	in := func(open, shut string) {
		w.linef("%s%s", bind, open)
		w.block(s.body, nil)
		w.linef("%s%s", shut, end)
	}
	switch s.kind {
	case sleeps:
		w.linef("sleep(%s)", w.long(s.long))
		return false
	case logs:
		w.linef("log(%q)", s.name)
		return false
	case fails:
		if s.long > 0 {
			w.linef("if %s > %dns { fail %q }", w.turns[len(w.turns)-1], s.long, s.name)
		} else {
			w.linef("fail %q", s.name)
		}
		return false
	case adds:
		v := w.turns[len(w.turns)-1]
		w.linef("if %s > %dns { %s.add(%s - %dns) }", v, s.long, s.name, v, s.long)
		return false
	case defers:
		bind = ""
		in("defer {", "}")
		return false
	case times:
		in(fmt.Sprintf("timeout(%dns, () -> {", s.long), "})")
	case shields:
		in("shield(() -> {", "})")
	case enters:
		in("places.run(() -> { sleep(3ns)", "})")
	case retries:
		w.linef("let c_%s = counter()", s.name)
		in(fmt.Sprintf("retry(%d, () -> { if c_%s.add() <= %d { sleep(%s); fail %q }", s.n, s.name, s.often, w.long(s.long), s.name),
			fmt.Sprintf("}, backoff: %dns, jitter: false)", s.long))
	case groups:
		show := "show"
		if s.group.mode == "settle" {
			show = "tell"
		}
		for _, x := range s.group.items {
			if x.list != "" {
				w.linef("let %s = worklist(%s)", x.list, x.written())
			}
		}
		w.linef("%s%s(%s <", bind, show, s.group.header())
		w.items(s.group.items)
		w.linef(">)%s", end)
	case streams:
		w.linef("%s{ var got = []; for r in %s <", bind, s.group.header())
		w.items(s.group.items)
		w.linef("> {")
		w.linef("  got.push(\"${r.label} ${r.ok} ${show(r.value)} ${if r.ok { \"\" } else { tell(r.error) }}\")")
		w.linef("  sleep(%dns); if got.len() == %d { break }", s.long, s.often)
		w.linef("}; show(got) }%s", end)
	case sends:
		w.linef("%stimeout(%dns, () -> { %s.send(%q); \"sent\" }) catch e -> \"unsent\"", bind, s.long, s.channel(), s.name)
	case receives:
		w.linef("%stimeout(%dns, () -> %s.recv()) catch e -> \"nothing\"", bind, s.long, s.channel())
	case selects:
		w.linef("%sshow(select(a: buffer, b: rendezvous, timeout: %dns))", bind, s.long)
	case asks:
		w.linef("%sasked()", bind)
	case updates:
		w.linef("%sstr(sum.update(n -> { sleep(%s); n + 1 }))", bind, w.long(s.long/4))
	case paces:
		w.linef("%sstr(pace.wait())", bind)
	}
	if s.kind >= enters {
		w.linef("sleep(%s)", w.long(s.long))
	}
	return true
}

// channel gives which of the two a step uses.
func (s *step) channel() string {
	if s.long%2 == 0 {
		return "buffer"
	}
	return "rendezvous"
}

func (g *groupTree) header() string {
	var options []string
	if g.limit > 0 {
		options = append(options, fmt.Sprintf("limit: %d", g.limit))
	}
	if g.timeout > 0 {
		options = append(options, fmt.Sprintf("timeout: %dns", g.timeout))
	}
	if g.need > 0 {
		options = append(options, fmt.Sprintf("need: %d", g.need))
	}
	options = append(options, "grace: 1h") // no cleanup is cut off
	return fmt.Sprintf("group %s (%s)", g.mode, strings.Join(options, ", "))
}

func (w *writer) items(items []*item) {
	w.depth++
	for _, x := range items {
		w.item(x)
	}
	w.depth--
}

// written gives the list of a for's turns.
func (x *item) written() string {
	var turns []string
	for _, d := range x.turns {
		turns = append(turns, fmt.Sprintf("%dns", d))
	}
	return "[" + strings.Join(turns, ", ") + "]"
}

func (w *writer) item(x *item) {
	decides := func(value string) string {
		for _, n := range x.needs {
			mention := n.of.label
			if n.caught {
				mention = fmt.Sprintf("(%s catch 0)", mention)
			}
			value = fmt.Sprintf("among(%s, %s)", mention, value)
		}
		return value
	}
	label := ""
	if x.label != "" && x.kind != let {
		label = x.label + ": "
		if x.computed {
			label = fmt.Sprintf("[\"%s ${%s}\"]: ", x.label, w.turns[len(w.turns)-1])
		}
	}
	switch x.kind {
	case child:
		w.linef("%s{", label)
	case let:
		w.linef("let %s = {", x.label)
	case background:
		w.linef("background %s{", label)
	case loop:
		v := fmt.Sprintf("d%d", len(w.turns))
		list := x.written()
		if x.list != "" {
			list = x.list
		}
		w.linef("%sfor %s in %s <", label, v, decides(list))
		w.turns = append(w.turns, v)
		w.items(x.inner)
		w.turns = w.turns[:len(w.turns)-1]
		w.linef(">")
		return
	case choice:
		w.linef("if %s <", decides(fmt.Sprint(x.first)))
		w.items(x.inner)
		w.linef("> else <")
		w.items(x.other)
		w.linef(">")
		return
	}
	w.block(x.body, x.needs)
	w.linef("}")
}
