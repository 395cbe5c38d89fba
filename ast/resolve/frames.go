package resolve

import "github.com/tgscript/tgscript/lexer"

// frame is a Unit under construction.
type frame struct {
	unit     *Unit
	outer    *frame // in which it is made
	group    *group // of a child or a group's own expression
	env      *env   // the Env it belongs to
	hoisted  bool   // of a fn statement: made when its block is entered
	next     int    // the next free slot
	depth    int
	captured map[*variable]int
	mentions *mentions
	catches  int // how many left sides of a catch the resolver is in
	loops    int
	deferred bool // in a defer
}

func newFrame(kind UnitKind, outer *frame) *frame {
	return &frame{unit: &Unit{Kind: kind}, outer: outer, captured: map[*variable]int{}}
}

// slot hands out a slot that no visible name has.
func (f *frame) slot() int {
	i := f.next
	f.next++
	f.unit.Slots = max(f.unit.Slots, f.next)
	return i
}

// capture gives the index of v, which lives outside, in the unit's Captures.
func (f *frame) capture(v *variable) int {
	if i, ok := f.captured[v]; ok {
		return i
	}
	var c Capture
	switch {
	case f.group == nil:
		c = f.outer.source(v)
	case v.env != nil && v.env.group == f.group:
		c = Capture{From: FromVar, Level: f.env.level - v.env.level, Index: v.index}
		if v.sibling {
			c.From = FromName
		}
	default:
		c = Capture{From: FromVar, Level: f.env.level, Index: f.group.capture(v)}
	}
	i := len(f.unit.Captures)
	f.captured[v] = i
	f.unit.Captures = append(f.unit.Captures, c)
	v.whenBoxed(func() { f.unit.Captures[i].Boxed = true })
	if v.env != nil && v.env.group == f.group && !v.sibling && v.env.level == 0 {
		// The root's captures come first, and how many there are is known last.
		f.group.later(func(captures int) { f.unit.Captures[i].Index += captures })
	}
	return i
}

// source tells where something made in f finds v.
func (f *frame) source(v *variable) Capture {
	switch {
	case v.global && f.unit.Kind == FileUnit:
		return Capture{From: FromGlobal, Index: v.index}
	case v.frame == f:
		return Capture{From: FromLocal, Index: v.index}
	}
	return Capture{From: FromCaptured, Index: f.capture(v)}
}

// enter begins a unit that is made in the current one.
func (r *resolver) enter(f *frame) *scope {
	r.frame = f
	s := r.push()
	s.boundary = true
	return s
}

// leave ends the current unit.
func (r *resolver) leave() {
	r.pop()
	r.frame = r.frame.outer
}

// mentions are the siblings that a unit needs, first mention first.
type mentions struct {
	list  []Mention
	of    []*variable
	index map[*variable]int
}

func newMentions() *mentions { return &mentions{index: map[*variable]int{}} }

func (m *mentions) add(v *variable, level int, caught bool, span lexer.Span) {
	if i, ok := m.index[v]; ok {
		m.list[i].Caught = m.list[i].Caught && caught
		return
	}
	m.index[v] = len(m.list)
	m.of = append(m.of, v)
	m.list = append(m.list, Mention{Level: level, Name: v.index, Caught: caught, Span: span})
}

// mention notes that the unit of v's group in which the resolver is needs v.
func (r *resolver) mention(v *variable, span lexer.Span) {
	f, catches := r.frame, 0
	for ; f.group != v.env.group; f = f.outer {
		catches += f.catches
	}
	catches += f.catches
	v.name.Mentioned = true
	f.mentions.add(v, f.env.level-v.env.level, catches > 0, span)
}
