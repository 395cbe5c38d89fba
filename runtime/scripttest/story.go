package scripttest

import (
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// story is what the events of a run told. It holds them to their order: what
// begins ends, once, and in between is only what belongs there.
type story struct {
	events []runtime.Event
}

func (s *story) hear(e runtime.Event) { s.events = append(s.events, e) }

// child is how far one is, by its events.
type child struct {
	planned, started, ended, cancelled bool
	blocked, cleanups                  int
}

func (s *story) check(t *testing.T) {
	if len(s.events) == 0 {
		t.Error("no events")
		return
	}
	children := map[int]*child{0: {planned: true, started: true}}
	groups := groups{}
	for i, e := range s.events {
		c := children[e.Child]
		if c == nil {
			c = new(child)
			children[e.Child] = c
		}
		for _, wrong := range []string{s.placed(i), groups.follow(e), c.belongs(e, groups), c.follow(e)} {
			if wrong != "" {
				t.Errorf("event %d, %v of group %d, child %d %q: %s", i, e.Kind, e.Group, e.Child, e.Path, wrong)
			}
		}
	}
	for id, c := range children {
		if id > 0 && !c.ended {
			t.Errorf("child %d never ended", id)
		}
	}
	for id, open := range groups {
		if open {
			t.Errorf("group %d never ended", id)
		}
	}
}

// placed tells what is wrong with the place of an event among all; "" if
// nothing is.
func (s *story) placed(i int) string {
	e := s.events[i]
	switch {
	case i > 0 && e.Time.Before(s.events[i-1].Time):
		return "the time runs backwards"
	case (e.Kind == runtime.RunBegan) != (i == 0), (e.Kind == runtime.RunEnded) != (i == len(s.events)-1):
		return "the run begins first and ends last"
	}
	return ""
}

// groups tell which groups are under way: true, or false once they have ended.
type groups map[int]bool

// follow notes what an event tells of a group, and gives what is wrong with it.
func (g groups) follow(e runtime.Event) string {
	open, known := g[e.Group]
	switch e.Kind {
	case runtime.GroupBegan:
		g[e.Group] = true
		if known {
			return "twice"
		}
	case runtime.GroupEnded:
		g[e.Group] = false
		if !open {
			return "it is not under way"
		}
	}
	return ""
}

// belongs tells what is wrong with an event of a child where it is.
func (c *child) belongs(e runtime.Event, groups groups) string {
	if e.Child == 0 || e.Kind == runtime.Warned {
		return ""
	}
	switch {
	case !groups[e.Group]:
		return "its group is not under way"
	case c.ended:
		return "the child has ended"
	case !c.planned && e.Kind != runtime.ChildPlanned:
		return "the child was not planned"
	case e.Kind > runtime.ChildStarted && e.Kind != runtime.ChildEnded && !c.started:
		return "the child has not started"
	}
	return ""
}

// follow notes what an event tells of a child, and gives what is wrong with it.
func (c *child) follow(e runtime.Event) string {
	switch e.Kind {
	case runtime.ChildPlanned:
		return once(&c.planned)
	case runtime.ChildStarted:
		return once(&c.started)
	case runtime.ChildCancelled:
		return once(&c.cancelled)
	case runtime.ChildBlocked:
		c.blocked++
	case runtime.CleanupBegan:
		c.cleanups++
	case runtime.ChildWoken:
		if c.blocked--; c.blocked < 0 {
			return "it was not blocked"
		}
	case runtime.CleanupEnded:
		if c.cleanups--; c.cleanups < 0 {
			return "it did not begin"
		}
	case runtime.ChildEnded, runtime.RunEnded:
		c.ended = true
		switch {
		case c.blocked != 0 || c.cleanups != 0:
			return "it waits or cleans up"
		case e.State == "cancelled" && c.started && !c.cancelled:
			return "it was not told that it is cancelled"
		case e.State == "done" && !c.started:
			return "it did not start"
		}
	}
	return ""
}

// once notes what happens once.
func once(happened *bool) string {
	if *happened {
		return "twice"
	}
	*happened = true
	return ""
}
