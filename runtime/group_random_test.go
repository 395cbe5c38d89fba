package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
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
	calls                    // a function in Go, which calls back body
	loops                    // body for each of n values of a stream of the host's, which fails then if the step fails, leaving after often of them if that is above 0
	groups                   // group
	streams                  // group, sleeping long for each result, leaving after often of them if that is above 0
	adds                     // to the worklist name, if the turn's number is above long
	feeds                    // the channel of item with its turns, each after its number, and closes it
	exits                    // the program with status n
	enters                   // body in a place of the semaphore; a sleep of long follows it and those below
	sends                    // its name to a channel, waiting long
	receives                 // from a channel, waiting long
	selects                  // from either channel, waiting long
	asks                     // the once
	updates                  // the cell, which takes long
	paces                    // waits for the rate
	counts                   // the counter
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
	again  bool // it is caught, noted and raised again
	breaks bool // the stream fails
	item   *item
}

type groupTree struct {
	mode        string // "", settle, race, stream
	limit, need int
	timeout     time.Duration
	grace       time.Duration // 0: that of the code around it
	items       []*item
}

type itemKind int

const (
	child itemKind = iota
	let
	background
	loop   // a for
	choice // an if or a branch
)

type item struct {
	kind     itemKind
	label    string // "" for none; of a loop: `label: for`
	computed bool   // the label is: in a turn with its numbers
	same     bool   // it is computed, and is label in every turn
	number   bool   // it is computed, and is label, a number
	needs    []need
	body     *block
	turns    []time.Duration
	list     string    // of the worklist that the turns come out of; "" for none
	channel  string    // likewise of the channel, …
	room     int       // … which holds so many
	stream   string    // likewise of a stream of the host's, …
	breaks   bool      // … which fails at its end
	inner    []*item   // what each turn has
	arms     [][]*item // of a choice
	chosen   int       // which of them is taken: in turns another one each time; none where there is no such arm
	branch   bool      // the choice is written as one
}

// need is the mention of a sibling.
type need struct {
	of     *item
	caught bool
}

// failure is what the stream of a for fails with; "": it does not.
func (x *item) failure() string {
	if x.breaks {
		return x.stream
	}
	return ""
}

// counts tells whether it can stand in the result.
func (x *item) counts() bool { return x.kind == child || x.kind == loop && x.label != "" }

// maps tells whether each turn gives a map of its own: those of a `label: for`
// whose items have labels that are fixed.
func (x *item) maps() bool { return x.kind == loop && x.label != "" && fixed(x.inner) }

func fixed(items []*item) bool {
	return slices.ContainsFunc(items, func(x *item) bool {
		return x.counts() && x.label != "" && !x.computed || slices.ContainsFunc(x.arms, fixed)
	})
}

// inventor makes random ones.
type inventor struct {
	*rand.Rand
	names int
	room  int  // for so many more steps
	held  bool // in a place of the semaphore: none in it enters
	exits bool // some of the steps do
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
	if r.exits && r.one(15) {
		b.steps = append(b.steps, r.exit())
	}
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

func (r *inventor) exit() *step {
	r.names++
	return &step{kind: exits, n: 1 + r.names%250}
}

// small gives a block that only sleeps, and perhaps fails.
func (r *inventor) small() *block {
	b := &block{name: r.name(), steps: []*step{r.sleep()}}
	if r.one(4) {
		b.steps = append(b.steps, &step{kind: fails, name: r.name()})
	}
	if r.exits && r.one(8) {
		b.steps = append(b.steps, r.exit())
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
	s := &step{name: r.name(), long: r.some(500 * time.Millisecond), caught: r.one(2), again: r.one(6)}
	kinds := []stepKind{logs, times, retries, shields, calls, loops, enters, sends, receives, selects, asks, updates, paces, counts}
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
	case times, shields, calls:
		s.body = r.block(depth-1, inTurn)
	case loops:
		s.n, s.often, s.breaks = r.IntN(4), r.IntN(4), r.one(5)
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
	if r.one(3) {
		g.grace = r.some(600 * time.Millisecond)
	}
	if mode == "race" && r.one(2) {
		g.need = 1 + r.IntN(3)
	}
	in := place{mode: mode, depth: depth, labels: r.IntN(3), nest: 3}
	in.counted = mode == "stream" && in.labels != 1
	for range 1 + r.IntN(5) {
		g.items = append(g.items, r.item(in))
	}
	r.host(g, g.items)
	if mode != "race" {
		r.edges(g, g.items, nil)
	}
	for _, x := range g.items {
		if x.channel != "" {
			feed := &step{kind: feeds, item: x}
			g.items = append(g.items, &item{kind: background, body: &block{name: r.name(), steps: []*step{feed, r.sleep()}}})
		}
	}
	return g
}

// host has fors of a group run over streams of the host's. Whoever waits for one
// waits on a goroutine: under a limit nothing else may want the slot meanwhile
// that can wait for it.
func (r *inventor) host(g *groupTree, items []*item) {
	alone := len(items) == 1 || !slices.ContainsFunc(items[1:], func(x *item) bool { return x.kind == loop || x.kind == choice })
	streams := 0
	for _, x := range items {
		if slices.ContainsFunc(items, (*item).clashes) || x.kind != loop || x.list+x.channel != "" || g.mode == "stream" && x.label == "" && r.shifts(g) || !r.one(4) {
			continue
		}
		flat := !slices.ContainsFunc(x.inner, func(x *item) bool { return x.kind == loop || x.kind == choice })
		if g.limit == 0 || alone && flat && x == items[0] {
			x.stream, x.breaks = r.name(), r.one(6)
			streams++
		}
	}
	for _, x := range items {
		x.breaks = x.breaks && streams == 1 // the others' turns are drawn at the same instant
	}
}

// clashes tells whether a label in it may fail the group, which a stream's value
// that comes at the same instant may do before or after.
func (x *item) clashes() bool {
	return x.same || x.number || slices.ContainsFunc(x.inner, (*item).clashes) ||
		slices.ContainsFunc(x.arms, func(arm []*item) bool { return slices.ContainsFunc(arm, (*item).clashes) })
}

// shifts tells whether a child of a stream may have no label.
func (r *inventor) shifts(g *groupTree) bool {
	return slices.ContainsFunc(g.items, (*item).unlabelled)
}

func (x *item) unlabelled() bool {
	return x.kind == child && x.label == "" || x.kind == loop && x.label == "" && slices.ContainsFunc(x.inner, (*item).unlabelled) ||
		slices.ContainsFunc(x.arms, func(arm []*item) bool { return slices.ContainsFunc(arm, (*item).unlabelled) })
}

// place is where items stand.
type place struct {
	mode     string
	depth    int // of the groups in their bodies
	labels   int // how many of them have one: none, all, some
	computed bool
	inTurn   bool
	counted  bool // positions must be known when the group begins: no for in another item
	nest     int  // how deep items may stand in each other
}

func (r *inventor) label(in place) string {
	if in.labels == 1 || in.labels == 2 && r.one(2) {
		return r.name()
	}
	return ""
}

func (r *inventor) item(in place) *item {
	if r.room--; r.room > 0 && in.nest > 0 {
		switch r.IntN(6) {
		case 0, 1:
			if !in.counted || in.nest == 3 {
				return r.loop(in)
			}
		case 2:
			return r.choice(in)
		}
	}
	x := r.child(in)
	switch r.IntN(6) {
	case 0:
		x.kind = background
	case 1:
		if in.mode != "race" {
			x.kind, x.label, x.computed = let, r.name(), false
		}
	}
	return x
}

func (r *inventor) child(in place) *item {
	x := &item{kind: child, label: r.label(in), computed: in.computed, body: r.block(in.depth, in.inTurn)}
	switch {
	case x.label == "":
	case r.one(30):
		x.computed, x.number, x.label = true, true, strconv.Itoa(r.IntN(5))
	case in.computed:
		x.same = r.one(30)
	}
	return x
}

func (r *inventor) loop(in place) *item {
	x := &item{kind: loop, label: r.label(in)}
	if in.computed || in.labels == 1 && r.one(3) {
		x.label = "" // a computed one it cannot have
	}
	most := 1 + in.nest
	if in.inTurn { // a script must not compute so much that virtual time passes by that
		most = 2
	}
	for range r.IntN(most + 1) {
		x.turns = append(x.turns, r.some(300*time.Millisecond))
	}
	inner := in
	inner.inTurn = true
	inner.nest--
	switch {
	case x.label != "":
		inner.labels, inner.computed = r.IntN(3), r.one(2)
		inner.counted = in.mode == "stream" && inner.labels != 1
	case in.mode == "stream": // what follows a for of unknown length needs a label
		inner.labels, inner.computed = 1, true
	default:
		inner.computed = true
	}
	x.inner = []*item{r.child(inner)}
	for range r.IntN(3) {
		x.inner = append(x.inner, r.item(inner))
	}
	if in.inTurn || in.nest < 3 || in.mode == "stream" && in.labels != 1 {
		return x
	}
	switch r.IntN(6) {
	case 0:
		x.channel, x.room = r.name(), r.IntN(3)
	case 1, 2:
		x.list = r.name()
		steps := &x.inner[0].body.steps
		*steps = append([]*step{r.sleep(), {kind: adds, name: x.list, long: 60*time.Millisecond + r.some(200*time.Millisecond)}}, *steps...)
	}
	return x
}

func (r *inventor) choice(in place) *item {
	x := &item{kind: choice, chosen: r.IntN(4), branch: r.one(2)}
	in.nest--
	for range 1 + r.IntN(3) {
		var arm []*item
		for range r.IntN(3) {
			arm = append(arm, r.item(in))
		}
		x.arms = append(x.arms, arm)
	}
	return x
}

// edges lets items mention each other, and those around them that are known, in
// an order that has nothing to do with the source's.
func (r *inventor) edges(g *groupTree, items, known []*item) {
	items, known = slices.Clone(items), slices.Clone(known)
	for len(items) > 0 {
		at := r.IntN(len(items))
		x := items[at]
		items = slices.Delete(items, at, at+1)
		for _, of := range known {
			// In a stream a list that mentions makes positions unknown.
			if r.one(4) && len(x.needs) < 3 && !(g.mode == "stream" && x.kind == loop && x.label == "") {
				x.needs = append(x.needs, need{of, r.one(3)})
			}
		}
		switch {
		case x.kind == loop && g.mode == "stream" && g.limit > 0:
			// Turns that are upstream as they are drawn give results at once, and
			// then it depends on when the loop takes them what comes next.
			r.edges(g, x.inner, nil)
		case x.kind == loop:
			r.edges(g, x.inner, known)
		}
		for _, arm := range x.arms {
			items = append(items, arm...)
		}
		if x.label != "" && !x.computed && x.kind != background {
			known = append(known, x)
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
let total = counter(7)
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
fn part(turn, n) = turn // 1ns * n // 256 * 1ns
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

// long writes a duration, which in turns is longer by a part of each turn's
// number: not always by the same, or two children of two turns would take as
// long together in either order.
func (w *writer) long(d time.Duration) string {
	text := fmt.Sprintf("%dns", d)
	for _, turn := range w.turns {
		text += fmt.Sprintf(" + part(%s, %d)", turn, share(d))
	}
	return text
}

// share gives how many parts of a turn's number go to a sleep of d.
func share(d time.Duration) time.Duration { return parts/2 + d%(parts*3/2) }

const parts = 256

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
	switch {
	case s.again:
		end = fmt.Sprintf(" catch e -> { log(%q); fail e }", s.name)
	case s.caught:
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
	case feeds:
		for _, d := range s.item.turns {
			w.linef("sleep(%dns); %s.send(%dns)", d, s.item.channel, d)
		}
		w.linef("%s.close()", s.item.channel)
		return false
	case exits:
		w.linef("exit(%d)", s.n)
		return false
	case defers:
		bind = ""
		in("defer {", "}")
		return false
	case times:
		in(fmt.Sprintf("timeout(%dns, () -> {", s.long), "})")
	case shields:
		in("shield(() -> {", "})")
	case calls:
		in([]string{"back.call", "back.wait"}[s.long%2]+"(() -> {", "})")
	case loops:
		w.linef("%s{ var got = []; for i in back.stream([1ns] * %d, %q) {", bind, s.n, s.failure())
		w.linef("let v = {")
		w.block(s.body, nil)
		w.linef("}")
		w.linef("got.push(v); if got.len() == %d { break } }; show(got) }%s", s.often, end)
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
		w.sources(s.group)
		w.linef("%s%s(%s <", bind, show, s.group.header())
		w.items(s.group.items)
		w.linef(">)%s", end)
	case streams:
		w.sources(s.group)
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
	case counts:
		w.linef("%sstr(total.add(%d))", bind, s.n+2)
	}
	if s.kind >= enters {
		w.linef("sleep(%s)", w.long(s.long))
	}
	return true
}

// sources writes the handles that the fors of a group draw from.
func (w *writer) sources(g *groupTree) {
	for _, x := range g.items {
		switch {
		case x.list != "":
			w.linef("let %s = worklist(%s)", x.list, x.written())
		case x.channel != "":
			w.linef("let %s = channel(%d)", x.channel, x.room)
		}
	}
}

// failure is what the stream of a step fails with; "": it does not.
func (s *step) failure() string {
	if s.breaks {
		return s.name
	}
	return ""
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
	if g.grace > 0 {
		options = append(options, fmt.Sprintf("grace: %dns", g.grace))
	}
	options = append(options, `name: "g"`) // so that there is one
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
		switch {
		case x.number:
			label = fmt.Sprintf("[%s]: ", x.label)
		case x.same:
			label = fmt.Sprintf("[%q]: ", x.label)
		case x.computed:
			label = fmt.Sprintf("[\"%s ${%s}\"]: ", x.label, strings.Join(w.turns, "} ${"))
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
		if source := x.list + x.channel; source != "" {
			list = source
		}
		if x.stream != "" {
			list = fmt.Sprintf("back.stream(%s, %q)", list, x.failure())
		}
		w.linef("%sfor %s in %s <", label, v, decides(list))
		w.turns = append(w.turns, v)
		w.items(x.inner)
		w.turns = w.turns[:len(w.turns)-1]
		w.linef(">")
		return
	case choice:
		subject := strconv.Itoa(x.chosen)
		if len(w.turns) > 0 {
			subject = fmt.Sprintf("(%s // 1ns + %d) %% %d", w.turns[len(w.turns)-1], x.chosen, len(x.arms)+1)
		}
		w.choice(x, decides(subject))
		return
	}
	w.block(x.body, x.needs)
	w.linef("}")
}

func (w *writer) choice(x *item, subject string) {
	if x.branch {
		w.linef("branch %s {", subject)
	}
	for i, arm := range x.arms {
		switch {
		case x.branch:
			w.linef("%d -> <", i)
		case i == 0:
			w.linef("if %s == 0 <", subject)
		default:
			w.linef("> else if %s == %d <", subject, i)
		}
		w.items(arm)
		if x.branch {
			w.linef(">")
		}
	}
	if x.branch {
		w.linef("}")
	} else {
		w.linef(">")
	}
}
