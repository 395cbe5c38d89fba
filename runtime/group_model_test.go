package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// TestGroupModel runs small groups made at random on virtual time, and compares all
// that they tell with what an independent model says: an event loop that knows
// no goroutines. Times are random to the nanosecond, so that no two things
// happen at once.
func TestGroupModel(t *testing.T) {
	groups := 3000
	if testing.Short() {
		groups = 300
	}
	for seed := range uint64(groups) {
		m := newGroupModel(rand.New(rand.NewPCG(seed, 7)))
		src := m.script()
		want := m.run()
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got, _, _, err := script(t, src, runtime.Limits{})
			got = fmt.Sprintf("%s after %s", strings.Trim(got, `"`), time.Since(start))
			if got != want || err != nil {
				t.Errorf("seed %d:\n%s\ngot  %s\nwant %s\n%v", seed, src, got, want, err)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// item is a child of the model: it sleeps, then fails or not, then sleeps and
// fails or not in deferred code.
type item struct {
	name              string
	work, tidy        time.Duration
	fails, tidyFails  bool
	let, back, absent bool // absent: in an arm that is not chosen
	needs             []need

	state, reason string // "" while it waits or runs
	running       bool
	tidying       bool
	cut           bool // cancelled while it worked
	next          time.Duration
	order         int
	root          *item
	errors        int // failures of its cleanup
}

type need struct {
	of     *item
	caught bool
}

type groupModel struct {
	mode    string
	limit   int
	need    int
	timeout time.Duration
	items   []*item

	now       time.Duration
	verdict   string // "" while undecided
	why       string
	culprit   *item
	order     int
	wins      []string
	delivered []string
}

func newGroupModel(r *rand.Rand) *groupModel {
	m := &groupModel{mode: []string{"", "settle", "race", "stream"}[r.IntN(4)]}
	if r.IntN(2) == 0 {
		m.limit = 1 + r.IntN(3)
	}
	if r.IntN(3) == 0 {
		m.timeout = time.Duration(1 + r.IntN(int(2*time.Second)))
	}
	if m.mode == "race" && r.IntN(2) == 0 {
		m.need = 1 + r.IntN(3)
	}
	for i := range 1 + r.IntN(7) {
		x := &item{name: string(rune('a' + i)), work: time.Duration(r.IntN(int(time.Second))), fails: r.IntN(4) == 0, tidyFails: r.IntN(6) == 0}
		if r.IntN(2) == 0 {
			x.tidy = time.Duration(r.IntN(int(time.Second)))
		}
		switch r.IntN(12) {
		case 0:
			x.back = true
		case 1:
			x.let = m.mode != "race"
		case 2:
			x.absent = true
		}
		m.items = append(m.items, x)
	}
	if m.mode == "race" {
		return m
	}
	// Who may mention whom: an order that has nothing to do with the source's.
	order := r.Perm(len(m.items))
	for i, at := range order {
		for _, other := range order[:i] {
			of := m.items[other]
			if !of.back && r.IntN(4) == 0 {
				m.items[at].needs = append(m.items[at].needs, need{of, r.IntN(3) == 0})
			}
		}
	}
	return m
}

// script gives the group as a program whose value is all that it tells.
func (m *groupModel) script() string {
	var b strings.Builder
	var options []string
	if m.limit > 0 {
		options = append(options, fmt.Sprintf("limit: %d", m.limit))
	}
	if m.timeout > 0 {
		options = append(options, fmt.Sprintf("timeout: %dns", m.timeout))
	}
	if m.need > 0 {
		options = append(options, fmt.Sprintf("need: %d", m.need))
	}
	header := "group " + m.mode
	if len(options) > 0 {
		header += " (" + strings.Join(options, ", ") + ")"
	}
	b.WriteString("fn told(o) { var out = []; for k, x in o { out.push(\"${k} ${x.state} ${x.reason}\") }; out.join(\", \") }\n")
	b.WriteString("fn tell(e) = \"${e.message} of ${e.child}: errors ${e.errors.keys().join(\" \")} values ${e.values.keys().join(\" \")} outcomes ${told(e.outcomes)}\"\n")
	if m.mode == "stream" {
		fmt.Fprintf(&b, "var seen = []\nvar end = \"ok\"\n{ for r in %s <\n", header)
	} else {
		fmt.Fprintf(&b, "let r = %s <\n", header)
	}
	for _, x := range m.items {
		body := "{ "
		for _, n := range x.needs {
			if n.caught {
				body += "let _ = (" + n.of.name + " catch 0); "
			} else {
				body += "let _ = " + n.of.name + "; "
			}
		}
		body += fmt.Sprintf("defer { sleep(%dns)", x.tidy)
		if x.tidyFails {
			body += fmt.Sprintf("; fail \"%s's\"", x.name)
		}
		body += fmt.Sprintf(" }; sleep(%dns); ", x.work)
		if x.fails {
			body += fmt.Sprintf("fail \"%s\" }", x.name)
		} else {
			body += fmt.Sprintf("\"%s\" }", x.name)
		}
		switch {
		case x.back:
			fmt.Fprintf(&b, "  background %s: %s\n", x.name, body)
		case x.let:
			fmt.Fprintf(&b, "  let %s = %s\n", x.name, body)
		case x.absent:
			fmt.Fprintf(&b, "  if false < %s: %s >\n", x.name, body)
		default:
			fmt.Fprintf(&b, "  %s: %s\n", x.name, body)
		}
	}
	switch m.mode {
	case "stream":
		b.WriteString("> { seen.push(\"${r.label} ${r.ok} ${r.error?.message}\") } } catch e -> { end = \"${e.message} of ${e.child}\" }\nseen.join(\", \") + \" end \" + end")
	case "settle":
		b.WriteString("> catch e -> tell(e)\nif type(r) == \"string\" { r } else { \"errors ${r.errors.keys().join(\" \")} values ${r.values.keys().join(\" \")} outcomes ${told(r.outcomes)}\" }")
	default:
		b.WriteString("> catch e -> tell(e)\nif type(r) == \"string\" { r } else { str(r) }")
	}
	return b.String()
}

// run gives what the program must give.
func (m *groupModel) run() string {
	for _, x := range m.items {
		if x.absent {
			x.state, x.reason = "skipped", "nil"
		}
	}
	m.checkRace()
	for {
		if m.verdict == "" && !slices.ContainsFunc(m.items, func(x *item) bool { return !x.back && x.state == "" }) {
			m.decide("ending", "group done", nil)
		}
		m.startReady()
		var first *item
		for _, x := range m.items {
			if x.running && (first == nil || x.next < first.next) {
				first = x
			}
		}
		if m.verdict == "" && m.timeout > 0 && (first == nil || m.timeout < first.next) {
			m.now = m.timeout
			m.decide("timing", "timeout "+durationText(m.timeout), nil)
			continue
		}
		if first == nil {
			break
		}
		m.now = first.next
		if !first.tidying {
			first.tidying, first.next = true, m.now+first.tidy
			continue
		}
		m.end(first)
	}
	for _, x := range m.items {
		if x.state == "" {
			x.state, x.reason = "cancelled", m.why
		}
	}
	return m.result() + " after " + m.now.String()
}

func (m *groupModel) startReady() {
	if m.verdict != "" {
		return
	}
	slots := 0
	for _, x := range m.items {
		if x.running && !x.back {
			slots++
		}
	}
	for _, x := range m.items {
		ready := x.state == "" && !x.running
		for _, n := range x.needs {
			ready = ready && n.of.state != ""
		}
		if !ready || !x.back && m.limit > 0 && slots >= m.limit {
			continue
		}
		if !x.back {
			slots++
		}
		x.running, x.next = true, m.now+x.work
	}
}

func (m *groupModel) end(x *item) {
	x.running = false
	x.reason = "nil"
	switch {
	case x.cut:
		x.state, x.reason = "cancelled", m.why
	case x.fails || x.tidyFails:
		x.state = "failed"
	default:
		x.state = "done"
	}
	if x.state == "failed" || x.tidyFails {
		m.order++
		x.order = m.order
	}
	m.deliver(x, x)
	if x.state == "failed" {
		m.spread(x, x)
	}
	switch {
	case x.state == "failed" && (m.mode == "" || x.back):
		m.decide("failing", x.name+" failed", x)
	case m.mode == "race" && x.state == "done" && !x.back && m.verdict == "":
		m.wins = append(m.wins, x.name)
		if len(m.wins) >= max(m.need, 1) {
			m.decide("winning", "lost to "+x.name, x)
		}
	case m.mode == "race" && x.state == "failed":
		m.checkRace()
	}
}

// spread makes upstream what mentions a failed item.
func (m *groupModel) spread(x, root *item) {
	for _, y := range m.items {
		if y.state == "" && !y.running && slices.ContainsFunc(y.needs, func(n need) bool { return n.of == x && !n.caught }) {
			y.state, y.reason, y.root = "upstream", root.name+" failed", root
			m.deliver(y, root)
			m.spread(y, root)
		}
	}
}

func (m *groupModel) deliver(x, root *item) {
	if m.mode != "stream" || x.back || x.let && x.state != "failed" || m.verdict != "" && m.verdict != "timing" {
		return
	}
	switch x.state {
	case "done":
		m.delivered = append(m.delivered, x.name+" true nil")
	case "failed", "upstream":
		m.delivered = append(m.delivered, x.name+" false "+root.message())
	}
}

func (m *groupModel) checkRace() {
	if m.mode != "race" || m.verdict != "" {
		return
	}
	left := len(m.wins)
	var first *item
	for _, x := range m.items {
		if x.state == "" && !x.back {
			left++
		}
		if x.state == "failed" && (first == nil || x.order < first.order) {
			first = x
		}
	}
	switch {
	case left >= max(m.need, 1):
	case first == nil:
		m.decide("failing", "group failed", nil)
	default:
		m.decide("failing", first.name+" failed", first)
	}
}

func (m *groupModel) decide(verdict, why string, culprit *item) {
	if m.verdict != "" {
		if verdict == "failing" && (m.verdict == "ending" || m.verdict == "winning") {
			m.verdict, m.culprit = verdict, culprit // why the others were cancelled stays
		}
		return
	}
	m.verdict, m.why, m.culprit = verdict, why, culprit
	for _, x := range m.items {
		if x.running && !x.tidying {
			x.cut, x.tidying, x.next = true, true, m.now+x.tidy
		}
	}
}

// message is what an item that failed says.
func (x *item) message() string {
	if x.fails && !x.cut {
		return x.name
	}
	return x.name + "'s"
}

func (m *groupModel) result() string {
	timedOut := m.verdict == "timing" && (m.mode == "settle" || m.mode == "stream")
	var errs, values, outcomes, whole []string
	for _, x := range m.items {
		if x.state == "failed" || x.state == "cancelled" && x.cut && x.tidyFails || timedOut && x.state == "cancelled" && !x.back {
			errs = append(errs, x.name)
		}
		if x.state == "done" && !x.back && !x.let {
			values = append(values, x.name)
			whole = append(whole, fmt.Sprintf("%s: %q", x.name, x.name))
		}
		if x.state == "skipped" && !x.back && !x.let {
			whole = append(whole, x.name+": nil")
		}
		outcomes = append(outcomes, x.name+" "+x.state+" "+x.reason)
	}
	lists := fmt.Sprintf("errors %s values %s outcomes %s", strings.Join(errs, " "), strings.Join(values, " "), strings.Join(outcomes, ", "))
	message, child := "", "nil"
	switch {
	case m.culprit != nil && m.verdict == "failing":
		message, child = m.culprit.message(), m.culprit.name
	case m.verdict == "failing":
		message = "the race has no children that could win"
		n := 0
		for _, x := range m.items {
			if !x.back && !x.absent {
				n++
			}
		}
		if n > 0 {
			message = fmt.Sprintf("the race needs %d winners and can have %d at the most", m.need, n)
		}
	case m.verdict == "timing":
		message = "the group took longer than " + durationText(m.timeout)
	}
	if m.mode == "stream" {
		end := "ok"
		if m.verdict == "failing" {
			end = message + " of " + child
		} else if timedOut {
			for _, x := range m.items {
				if x.state == "cancelled" && !x.back {
					m.delivered = append(m.delivered, x.name+" false "+message)
				}
			}
		}
		return strings.Join(m.delivered, ", ") + " end " + end
	}
	if m.verdict == "failing" || m.verdict == "timing" && m.mode != "settle" {
		return message + " of " + child + ": " + lists
	}
	switch m.mode {
	case "settle":
		return lists
	case "race":
		if m.need == 0 {
			return m.wins[0]
		}
		return "[" + strings.ReplaceAll(fmt.Sprintf("%q", m.wins[:m.need]), " ", ", ")[1:]
	}
	if slices.ContainsFunc(m.items, func(x *item) bool { return !x.back && !x.let }) {
		return "{" + strings.Join(whole, ", ") + "}"
	}
	return "[]"
}

// durationText gives a duration as scripts print it.
func durationText(d time.Duration) string { return fmt.Sprint(runtime.Duration(d)) }
