package runtime

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// Event is one thing that happened in a run: see Run.Events. Which fields are
// set depends on Kind; the others are zero.
//
// The numbers count from 1 and belong to one hook: runs, groups and children
// each have their own. Child 0 is the program itself.
type Event struct {
	Kind EventKind
	Time time.Time // by the run's clock

	Run    int // one Program.Run, Session.Eval, or call of a script's function from Go
	Group  int // the group that it is about, or that the child belongs to; 0: none
	Child  int // the child that it happened to; 0 for the program and for groups
	Parent int // the child that runs Group
	By     int // of ChildCancelled and GroupEnded: the child whose end was the reason; 0 if none was

	// Path is the child's path, as "deploy/canary"; of a group's event that of
	// Parent; "" for the program. Until a child starts its path may change: a
	// label may be computed, a position may move.
	Path     string
	Position lexer.Position // of the group, the child, the place that waits
	Mode     string         // of a group: "", "settle", "race", "stream"
	Name     string         // of a group: its option name:
	What     string         // what is waited for: "a, b" or "a slot"; "sleep", a function; a warning's text
	Reason   string         // why it was cancelled, or never ran: "b failed", "timeout 5s"
	State    string         // at an end: done, failed, cancelled; of a child also skipped, upstream
	Value    Value          // what a child that is done has returned
	Err      error          // what it failed with; an *Error, except at the end of a run
	// Duration is how long what ends here took; of a wait that is over how
	// long it was; of ChildBlocked how long it can be, 0 where nobody knows.
	Duration time.Duration
}

// EventKind is what happened.
type EventKind uint8

// A run, group or child that begins also ends. Each child of a group is
// planned and ended, whether it starts or not.
const (
	RunBegan EventKind = iota
	RunEnded
	GroupBegan
	GroupEnded
	ChildPlanned   // it will run, unless something comes between
	ChildWaiting   // for siblings that it mentions, or for a free slot
	ChildStarted   // its code runs
	ChildBlocked   // its code waits: for a channel, the clock, a function in Go
	ChildWoken     // the wait is over
	ChildCancelled // its code runs on only to clean up
	CleanupBegan   // deferred code runs after a cancellation; once for each defer
	CleanupEnded
	ChildEnded
	Warned // something that no value can carry
)

var eventNames = [...]string{
	"run began", "run ended", "group began", "group ended", "planned", "waiting", "started", "blocked", "woken",
	"cancelled", "cleanup began", "cleanup ended", "ended", "warned",
}

func (k EventKind) String() string { return eventNames[k] }

// events hands what happens to the embedding program's hook, one event at a
// time. Its lock is the innermost of all, the clock's apart, so whoever tells
// may hold others. The numbers are kept here and not in groups and nodes: who
// wants no events does not pay for them.
type events struct {
	mu       sync.Mutex
	hook     func(Event)
	broken   bool // the hook panicked; it is called no more
	runs     int
	children int
	made     int // groups so far
	groups   map[*group]*groupRecord
}

// groupRecord is what events know of a group under way.
type groupRecord struct {
	number   int
	parent   int
	path     string // of the parent
	began    time.Time
	children map[*node]*childRecord
}

// childRecord is what events know of a child.
type childRecord struct {
	number    int
	path      string
	started   bool // that was told, …
	cancelled bool // … that …
	ended     bool // … and that
}

// story is what one run's events need.
type story struct {
	number int
	began  time.Time
	ending bool   // the program was cancelled, and that was told
	over   bool   // nothing is told any more
	broken *Error // the hook's panic
}

func newEvents(hook func(Event)) *events {
	if hook == nil {
		return nil
	}
	return &events{hook: hook, groups: map[*group]*groupRecord{}}
}

// tell hands over the event that fill makes, if it does. A hook that panics
// ends the run.
func (x *execution) tell(kind EventKind, fill func(*Event) bool) {
	if err := x.events.hand(x, kind, fill); err != nil {
		x.stop(&cancellation{scope: &x.root, reason: err.Message, err: err, program: true})
	}
}

func (e *events) hand(x *execution, kind EventKind, fill func(*Event) bool) (broken *Error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken || x.story.over {
		return nil
	}
	ev := Event{Kind: kind, Time: x.clock.now()}
	if !fill(&ev) {
		return nil
	}
	ev.Run = x.story.number
	defer func() {
		if p := recover(); p != nil {
			broken = Fail("internal", "internal error: the hook for events: %v", p)
			broken.wrapped = fmt.Errorf("%v\n%s", p, debug.Stack())
			e.broken, x.story.broken = true, broken
		}
	}()
	e.hook(ev)
	return nil
}

// Runs.

func (x *execution) tellBegan() {
	if x.events == nil {
		return
	}
	x.tell(RunBegan, func(ev *Event) bool {
		x.events.runs++
		x.story.number, x.story.began = x.events.runs, ev.Time
		return true
	})
}

// tellEnded ends the run's events and gives its error, which is the hook's own
// where that has panicked.
func (x *execution) tellEnded(err error) error {
	if x.events == nil {
		return err
	}
	x.tell(RunEnded, func(ev *Event) bool {
		ev.Err, ev.Duration, ev.State = err, ev.Time.Sub(x.story.began), stateNames[done]
		if err != nil {
			ev.State = stateNames[failedState]
		}
		return true
	})
	x.events.mu.Lock()
	defer x.events.mu.Unlock()
	x.story.over = true
	if x.story.broken != nil {
		return x.story.broken
	}
	return err
}

// tellEnding tells once that the whole program is cancelled.
func (x *execution) tellEnding(c *cancellation) {
	if x.events == nil {
		return
	}
	x.tell(ChildCancelled, func(ev *Event) bool {
		first := !x.story.ending
		x.story.ending = true
		ev.Reason = c.reason
		return first
	})
}

// tellWarning tells of a warning; t is who it is about, if that is known.
func (x *execution) tellWarning(t *Thread, path, text string) {
	if x.events == nil {
		return
	}
	x.tell(Warned, func(ev *Event) bool {
		if t != nil {
			x.events.who(t, ev)
		}
		ev.Path, ev.What = path, text
		return true
	})
}

// Groups.

func (g *group) tellBegan() {
	if g.parent.run.events != nil {
		g.parent.run.events.groupBegan(g)
	}
}

func (e *events) groupBegan(g *group) {
	g.parent.run.tell(GroupBegan, func(ev *Event) bool {
		var parent Event
		e.who(g.parent, &parent)
		e.made++
		e.groups[g] = &groupRecord{
			number: e.made, parent: parent.Child, path: parent.Path, began: ev.Time, children: map[*node]*childRecord{},
		}
		e.group(g, ev)
		return true
	})
}

// group sets what every event of a group has.
func (e *events) group(g *group, ev *Event) *groupRecord {
	r := e.groups[g]
	if r == nil {
		return nil
	}
	ev.Group, ev.Parent, ev.Path = r.number, r.parent, r.path
	ev.Mode, ev.Name = g.code.mode.String(), g.settings.name
	ev.Position = g.code.source.Position(g.code.at)
	return r
}

func (g *group) tellEnded() {
	if g.parent.run.events != nil {
		g.parent.run.events.groupEnded(g)
	}
}

// tellUnstarted tells of the children that never ran, once it is known how they
// ended.
func (g *group) tellUnstarted() {
	e := g.parent.run.events
	if e == nil {
		return
	}
	eachNode(g.nodes, func(n *node) {
		if _, ok := n.code.(*childCode); ok {
			e.planned(n)
			e.childEnded(n)
		}
	})
}

func (e *events) groupEnded(g *group) {
	g.tellUnstarted()
	g.parent.run.tell(GroupEnded, func(ev *Event) bool {
		r := e.group(g, ev)
		if r == nil {
			return false
		}
		delete(e.groups, g)
		ev.Duration = ev.Time.Sub(r.began)
		ev.State = stateNames[done]
		d := g.decision
		if d == nil {
			return true
		}
		late := d.kind == timing && (g.code.mode == ast.ModeAll || g.code.mode == ast.ModeRace)
		switch {
		case d.kind == failing || late:
			ev.State, ev.Err = stateNames[failedState], d.err
		case d.kind == outside:
			ev.State = stateNames[cancelled]
		}
		if d.kind != ending && d.kind != winning {
			ev.Reason = d.reason
		}
		if by := r.children[d.culprit]; by != nil {
			ev.By = by.number
		}
		return true
	})
}

// forget lets go of the children of a turn that the group forgets.
func (e *events) forget(g *group, nodes []*node) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.groups[g]; r != nil {
		eachNode(nodes, func(n *node) { delete(r.children, n) })
	}
}

// Children. The lock of the group is held.

// child sets what every event of a child has; nil where that is not known.
func (e *events) child(n *node, ev *Event) *childRecord {
	r := e.groups[n.group]
	if r == nil || r.children[n] == nil {
		return nil
	}
	c := r.children[n]
	code := n.code.(*childCode)
	ev.Group, ev.Child, ev.Parent, ev.Path = r.number, c.number, r.parent, c.path
	ev.Position = n.group.code.source.Position(code.at)
	return c
}

// who sets whom an event is about by the thread that it happens in. It tells
// false for a thread that is no child's: one that draws from a stream or
// conducts one.
func (e *events) who(t *Thread, ev *Event) bool {
	switch {
	case t.child == nil:
		return true
	case t.child.node == nil:
		return false
	}
	return e.child(t.child.node, ev) != nil
}

// tellPlanned tells of a child, and which siblings it waits for.
func (g *group) tellPlanned(n *node) {
	e := g.parent.run.events
	if e == nil {
		return
	}
	e.planned(n)
	if what := n.awaited(); what != "" {
		e.waiting(n, what)
	}
}

func (e *events) planned(n *node) {
	n.group.parent.run.tell(ChildPlanned, func(ev *Event) bool {
		r := e.groups[n.group]
		if r == nil || r.children[n] != nil {
			return false
		}
		e.children++
		r.children[n] = &childRecord{number: e.children, path: joinText(r.path, keyText(n.key()))}
		e.child(n, ev)
		return true
	})
}

func (e *events) waiting(n *node, what string) {
	n.group.parent.run.tell(ChildWaiting, func(ev *Event) bool {
		ev.What = what
		return e.child(n, ev) != nil
	})
}

// awaited names the siblings that a child mentions and that are not known yet.
func (n *node) awaited() string {
	c := n.code.(*childCode)
	mentions := c.body.mentions
	if c.computed != nil {
		mentions = append(mentions[:len(mentions):len(mentions)], c.computed.mentions...)
	}
	var names []string
	for _, m := range mentions {
		if s := &n.env.at(m.Level).names[m.Name]; !s.known {
			// The env that is level steps outward is that of the turn so many
			// fors further out.
			in := n.turn
			for level := m.Level; level > 0; level-- {
				in = in.of.turn
			}
			code := n.group.code.env
			if in != nil {
				code = in.of.code.(*forCode).env
			}
			names = append(names, code.Names[m.Name].Name)
		}
	}
	return strings.Join(names, ", ")
}

// tellSlot tells that a child which could start waits for a free slot, if it
// has to.
func (g *group) tellSlot(n *node) {
	e := g.parent.run.events
	if e == nil {
		return
	}
	ahead := g.running
	for _, o := range g.ready {
		if ahead >= g.settings.limit || n.before(o) {
			break
		}
		ahead++
	}
	if ahead >= g.settings.limit {
		e.waiting(n, "a slot")
	}
}

// tellStarted tells that a child's code begins to run: it may have been
// started some time ago, and be cancelled by now. The lock is not held.
func (g *group) tellStarted(n *node) {
	if e := g.parent.run.events; e != nil {
		g.mu.Lock()
		defer g.unlock()
		e.started(n)
		if d := g.decision; d != nil {
			e.cancelled(n, d.reason, d.culprit)
		}
	}
}

func (e *events) started(n *node) {
	n.group.parent.run.tell(ChildStarted, func(ev *Event) bool {
		c := e.child(n, ev)
		if c == nil {
			return false
		}
		c.started = true
		c.path = joinText(e.groups[n.group].path, keyText(n.key()))
		ev.Path = c.path
		return true
	})
}

// tellDecided tells of the children that a decision cancels.
func (g *group) tellDecided(d *decision) {
	if e := g.parent.run.events; e != nil && !g.planning {
		eachNode(g.nodes, func(n *node) {
			if n.state == running && n.inside == nil {
				e.cancelled(n, d.reason, d.culprit)
			}
		})
	}
}

func (g *group) tellCancelled(n *node, reason string) {
	if e := g.parent.run.events; e != nil {
		e.cancelled(n, reason, nil)
	}
}

func (e *events) cancelled(n *node, reason string, culprit *node) {
	n.group.parent.run.tell(ChildCancelled, func(ev *Event) bool {
		c := e.child(n, ev)
		if c == nil || !c.started || c.cancelled || c.ended {
			return false
		}
		c.cancelled = true
		ev.Reason = reason
		if by := e.groups[n.group].children[culprit]; by != nil {
			ev.By = by.number
		}
		return true
	})
}

func (g *group) tellChildEnded(n *node) {
	if e := g.parent.run.events; e != nil {
		e.childEnded(n)
	}
}

func (e *events) childEnded(n *node) {
	if n.state == cancelled {
		e.cancelled(n, n.reason, nil)
	}
	n.group.parent.run.tell(ChildEnded, func(ev *Event) bool {
		c := e.child(n, ev)
		if c == nil || c.ended {
			return false
		}
		c.ended = true
		ev.State, ev.Reason, ev.Duration, ev.Value = stateNames[n.state], n.reason, n.took, n.value
		if err := n.err; err != nil {
			ev.Err = err
		} else if err := joined(n.cleanups); err != nil {
			ev.Err = err
		}
		return true
	})
}

// What a thread does. No lock is held.

// tellWaits tells, once, that a thread waits for what it says it does.
func (t *Thread) tellWaits() {
	if w := t.waits.Load(); w != nil && w.since == nil {
		w.since = t.tellBlocked(w.what, w.site, w.limit)
	}
}

// tellBlocked tells that a thread waits, for d at the most, and gives the time.
func (t *Thread) tellBlocked(what string, site Site, d time.Duration) *time.Time {
	x := t.run
	if what == "" {
		what = "sleep"
	}
	at := x.clock.now()
	x.tell(ChildBlocked, func(ev *Event) bool {
		if !x.events.who(t, ev) {
			return false
		}
		if site.Source != nil {
			ev.Position = site.Position()
		}
		ev.What, ev.Duration = what, max(d, 0)
		return true
	})
	return &at
}

// tellWoken tells that the wait which began at a time is over; nothing if that
// is nil.
func (t *Thread) tellWoken(since *time.Time) {
	if since == nil {
		return
	}
	x := t.run
	reason := ""
	if c := t.scope.reason(); c != nil {
		t.tellCancelled()
		reason = c.reason
	}
	x.tell(ChildWoken, func(ev *Event) bool {
		ev.Duration, ev.Reason = ev.Time.Sub(*since), reason
		return x.events.who(t, ev)
	})
}

// tellCancelled tells that the thread's child is cancelled, where its group
// has not noticed yet.
func (t *Thread) tellCancelled() {
	if t.child == nil || t.child.node == nil {
		return
	}
	if c := t.body.reason(); c != nil {
		t.run.events.cancelled(t.child.node, c.reason, nil)
	}
}

// tellCleanup tells that deferred code runs after a cancellation, and gives
// what is to be called at its end.
func (t *Thread) tellCleanup(c *cancellation) (over func()) {
	x := t.run
	if x.events == nil || c == nil {
		return func() {}
	}
	t.tellCancelled()
	began := x.clock.now()
	tell := func(kind EventKind) {
		x.tell(kind, func(ev *Event) bool {
			ev.Reason = c.reason
			if kind == CleanupEnded {
				ev.Duration = ev.Time.Sub(began)
			}
			return x.events.who(t, ev)
		})
	}
	tell(CleanupBegan)
	return func() { tell(CleanupEnded) }
}
