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
	groups := map[int]bool{} // true while it is under way
	for i, e := range s.events {
		wrong := func(what string) {
			t.Errorf("event %d, %v of group %d, child %d %q: %s", i, e.Kind, e.Group, e.Child, e.Path, what)
		}
		if i > 0 && e.Time.Before(s.events[i-1].Time) {
			wrong("the time runs backwards")
		}
		if (e.Kind == runtime.RunBegan) != (i == 0) || (e.Kind == runtime.RunEnded) != (i == len(s.events)-1) {
			wrong("the run begins first and ends last")
		}
		c := children[e.Child]
		if c == nil {
			c = new(child)
			children[e.Child] = c
		}
		if e.Child > 0 && e.Kind != runtime.Warned {
			switch {
			case !groups[e.Group]:
				wrong("its group is not under way")
			case c.ended:
				wrong("the child has ended")
			case !c.planned && e.Kind != runtime.ChildPlanned:
				wrong("the child was not planned")
			case e.Kind > runtime.ChildStarted && e.Kind != runtime.ChildEnded && !c.started:
				wrong("the child has not started")
			}
		}
		switch e.Kind {
		case runtime.GroupBegan:
			if _, twice := groups[e.Group]; twice {
				wrong("twice")
			}
			groups[e.Group] = true
		case runtime.GroupEnded:
			if !groups[e.Group] {
				wrong("it is not under way")
			}
			groups[e.Group] = false
		case runtime.ChildPlanned:
			if c.planned {
				wrong("twice")
			}
			c.planned = true
		case runtime.ChildStarted:
			if c.started {
				wrong("twice")
			}
			c.started = true
		case runtime.ChildBlocked:
			c.blocked++
		case runtime.ChildWoken:
			if c.blocked--; c.blocked < 0 {
				wrong("it was not blocked")
			}
		case runtime.ChildCancelled:
			if c.cancelled {
				wrong("twice")
			}
			c.cancelled = true
		case runtime.CleanupBegan:
			c.cleanups++
		case runtime.CleanupEnded:
			if c.cleanups--; c.cleanups < 0 {
				wrong("it did not begin")
			}
		case runtime.ChildEnded:
			if e.State == "cancelled" && c.started && !c.cancelled {
				wrong("it was not told that it is cancelled")
			}
			if e.State == "done" && !c.started {
				wrong("it did not start")
			}
			c.ended = true
		}
		if e.Kind == runtime.ChildEnded || e.Kind == runtime.RunEnded {
			if c.blocked != 0 || c.cleanups != 0 {
				wrong("it waits or cleans up")
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
