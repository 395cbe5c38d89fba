package runtime

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/lexer"
)

// groupCode is a compiled group.
type groupCode struct {
	source   *lexer.Source
	at       lexer.Pos
	function string // that it stands in; "" at a file's top level
	mode     ast.Mode
	options  []option
	captures []resolve.Capture
	env      *resolve.Env
	items    []itemCode
	labelled bool // the result is a map
	claims   bool // what is a label already must be known while it runs
	mixed    bool // computed labels stand beside children without
	fixed    bool // all items are children with nothing to evaluate about them
	decides  bool // something that decides what runs mentions a sibling
}

// option is one of a group's options, evaluated by its parent.
type option struct {
	name  string
	value eval
	at    lexer.Pos
}

// unitCode is a compiled unit of a group with where its captures come from.
type unitCode struct {
	proto    *proto
	captures []resolve.Capture
	mentions []resolve.Mention
}

// itemCode is a compiled item: *childCode, *forCode or *choiceCode.
type itemCode interface {
	// most is how many children that count it can give at the most; -1 if
	// nobody knows.
	most() int
}

// childCode is an item that is one child.
type childCode struct {
	label      string
	key        Value     // label as a value
	labelled   bool      // label is its fixed label, or computed gives it
	computed   *unitCode // nil without a computed label
	name       int       // what siblings mention it by; -1
	let        bool
	background bool
	body       *unitCode
	at         lexer.Pos
}

// counts tells whether the child stands in the result.
func (c *childCode) counts() bool { return !c.let && !c.background }

// repeats tells whether a child of the same label stands in each turn of a for
// around it, beside results that may have none.
func (c *childCode) repeats() bool {
	return !c.counts() && c.labelled && c.computed == nil
}

// forCode is an item that gives its items for each turn.
type forCode struct {
	label     string
	key       Value // label as a value
	named     bool  // name: for …
	name      int   // what siblings mention it by; -1
	mentioned bool  // they do
	source    *unitCode
	paired    bool // two names: key and value
	bind      *unitCode
	slots     []int // of bind's frame, by variable of the turn's env
	direct    bool  // one plain name or _: the value is the env's first variable, or nothing
	simple    bool  // direct, and its one item is a child that mentions no sibling and has no label
	env       *resolve.Env
	items     []itemCode
	labelled  bool // the turns of a name: for make a map
	maps      bool // no, each of them makes one
	each      int  // positions of a turn; -1 where they differ
	shifts    bool // positions after its turns stand for children without a label
	at        lexer.Pos
}

// choiceCode is a branch or if item: decide gives the index of the arm.
type choiceCode struct {
	decide *unitCode
	arms   []armCode
}

type armCode struct {
	items []itemCode
	slots []int // of decide's frame …
	vars  []int // … become these variables of the env
	names []int // the names its items provide
	least int   // positions of its items while no for has a turn
}

func (c *childCode) most() int {
	if c.counts() {
		return 1
	}
	return 0
}

func (c *forCode) most() int { return -1 }

func (c *choiceCode) most() int {
	most := 0
	for _, a := range c.arms {
		n := mostOf(a.items)
		if n < 0 {
			return -1
		}
		most = max(most, n)
	}
	return most
}

func mostOf(items []itemCode) int {
	sum := 0
	for _, it := range items {
		n := it.most()
		if n < 0 {
			return -1
		}
		sum += n
	}
	return sum
}

// groupCode compiles a group.
func (u *unit) groupCode(x *ast.GroupExpr) *groupCode {
	info := x.Info.(*resolve.Group)
	g := &groupCode{
		source: u.source, at: x.Span().Start, function: u.name, mode: x.Mode,
		captures: info.Captures, env: info.Env, labelled: info.Labelled,
	}
	for _, o := range x.Options {
		g.options = append(g.options, option{o.Name, u.expr(o.Value), o.Value.Span().Start})
	}
	g.items = u.items(x.Items, info.Env)
	unlabelled, computed, paths := survey(g.items)
	g.claims, g.mixed = computed || paths, unlabelled && computed
	markShifts(g.items, false)
	g.decides = decides(g.items)
	g.fixed = !g.claims && !slices.ContainsFunc(g.items, func(it itemCode) bool {
		c, child := it.(*childCode)
		return !child || c.computed != nil
	})
	return g
}

// survey tells what items have: children without a label, computed labels,
// keys of the runtime's own that a label could take.
func survey(items []itemCode) (unlabelled, computed, paths bool) {
	for _, it := range items {
		switch it := it.(type) {
		case *childCode:
			unlabelled = unlabelled || it.counts() && !it.labelled
			computed = computed || it.computed != nil
			paths = paths || it.background && !it.labelled
		case *forCode:
			u, c, _ := survey(it.items)
			unlabelled, computed, paths = unlabelled || u, computed || c, true
		case *choiceCode:
			for _, arm := range it.arms {
				u, c, p := survey(arm.items)
				unlabelled, computed, paths = unlabelled || u, computed || c, paths || p
			}
		}
	}
	return unlabelled, computed, paths
}

// decides tells whether a label, a list or a subject mentions a sibling.
func decides(items []itemCode) bool {
	return slices.ContainsFunc(items, func(it itemCode) bool {
		switch it := it.(type) {
		case *childCode:
			return it.computed != nil && len(it.computed.mentions) > 0
		case *forCode:
			return len(it.source.mentions) > 0 || decides(it.items)
		case *choiceCode:
			return len(it.decide.mentions) > 0 || slices.ContainsFunc(it.arms, func(arm armCode) bool { return decides(arm.items) })
		}
		return false
	})
}

// markShifts marks the fors whose number of turns moves the positions of
// children without a label: those behind, or in the next turn around. after
// tells that there are some behind items; markShifts gives whether there are
// some from items on.
func markShifts(items []itemCode, after bool) bool {
	for i := len(items) - 1; i >= 0; i-- {
		switch it := items[i].(type) {
		case *childCode:
			after = after || it.counts() && !it.labelled
		case *forCode:
			unlabelled, _, _ := survey(it.items)
			if it.named {
				markShifts(it.items, unlabelled)
				continue
			}
			it.shifts = after
			markShifts(it.items, after || unlabelled)
			after = after || unlabelled
		case *choiceCode:
			before := after
			for a := len(it.arms) - 1; a >= 0; a-- {
				before = markShifts(it.arms[a].items, before)
			}
			after = before
		}
	}
	return after
}

// positions gives how many positions items take while no for has a turn, and
// whether they take as many in the end.
func positions(items []itemCode) (sum int, always bool) {
	always = true
	for _, it := range items {
		switch c := it.(type) {
		case *childCode:
			if c.counts() {
				sum++
			}
		case *forCode:
			if c.named {
				sum++
			} else {
				always = false
			}
		case *choiceCode:
			for _, arm := range c.arms {
				n, same := positions(arm.items)
				sum += n
				always = always && same
			}
		}
	}
	return sum, always
}

// fixedLabels tells whether one of the items has a label that would repeat in
// each turn.
func fixedLabels(items []itemCode) bool {
	for _, it := range items {
		switch c := it.(type) {
		case *childCode:
			if c.counts() && c.labelled && c.computed == nil {
				return true
			}
		case *forCode:
			if c.named || fixedLabels(c.items) {
				return true
			}
		case *choiceCode:
			for _, arm := range c.arms {
				if fixedLabels(arm.items) {
					return true
				}
			}
		}
	}
	return false
}

// group compiles a group that is a value.
func (u *unit) group(x *ast.GroupExpr) eval {
	code := u.groupCode(x)
	return func(f *frame) Value { return f.runGroup(code) }
}

// items compiles the items of an env.
func (u *unit) items(items []ast.Item, e *resolve.Env) []itemCode {
	codes := make([]itemCode, len(items))
	for i, it := range items {
		codes[i] = u.item(it, e)
	}
	return codes
}

func (u *unit) item(it ast.Item, e *resolve.Env) itemCode {
	switch it := it.(type) {
	case *ast.ChildItem:
		return u.childItem(it)
	case *ast.ForItem:
		return u.forItem(it, e)
	case *ast.BranchItem:
		info := it.Info.(*resolve.Choice)
		c := &choiceCode{decide: u.decide(info, it, it.Subject, it.Arms)}
		for _, a := range it.Arms {
			arm := armCode{items: u.items(a.Items, e)}
			if bound, ok := a.Info.(*resolve.Arm); ok && bound != nil {
				arm.slots, arm.vars = bound.Slots, bound.Vars
			}
			arm.names = provided(arm.items)
			arm.least, _ = positions(arm.items)
			c.arms = append(c.arms, arm)
		}
		return c
	case *ast.IfItem:
		info := it.Info.(*resolve.Choice)
		arms := []*ast.Arm{{Cond: it.Cond}, {Else: true}}
		c := &choiceCode{decide: u.decide(info, it, nil, arms)}
		for _, items := range [][]ast.Item{it.Then, it.Else} {
			arm := armCode{items: u.items(items, e)}
			arm.names = provided(arm.items)
			arm.least, _ = positions(arm.items)
			c.arms = append(c.arms, arm)
		}
		return c
	}
	panic(fmt.Sprintf("compile: %T", it))
}

// provided gives the names that items provide, those of their arms included.
func provided(items []itemCode) []int {
	var names []int
	for _, it := range items {
		switch it := it.(type) {
		case *childCode:
			if it.name >= 0 {
				names = append(names, it.name)
			}
		case *forCode:
			if it.name >= 0 {
				names = append(names, it.name)
			}
		case *choiceCode:
			for _, a := range it.arms {
				names = append(names, a.names...)
			}
		}
	}
	return names
}

// part compiles a unit of the group whose value is an expression's.
func (u *unit) part(name string, info *resolve.Unit, x ast.Expr, mentions []resolve.Mention) *unitCode {
	return &unitCode{proto: u.code(name, info, x), captures: info.Captures, mentions: mentions}
}

func (u *unit) childItem(it *ast.ChildItem) *childCode {
	info := it.Info.(*resolve.Child)
	c := &childCode{name: info.Name, let: it.Let, background: it.Background, at: it.Span().Start}
	name := ""
	if it.Label != nil {
		c.labelled, c.label, c.key, name = true, it.Label.Name, String(it.Label.Name), it.Label.Name
		if it.Label.Computed != nil {
			c.computed = u.part(u.name, info.Label, it.Label.Computed, info.LabelMentions)
		}
	}
	body := u.codeUnit(name, info.Unit, it.Body)
	p := body.proto(it.Body)
	p.body, p.last = bodyInLegs(body, p, nil, body.form(), it.Body)
	c.body = &unitCode{proto: p, captures: info.Unit.Captures, mentions: info.Mentions}
	return c
}

func (u *unit) forItem(it *ast.ForItem, e *resolve.Env) *forCode {
	info := it.Info.(*resolve.For)
	c := &forCode{
		name: info.Name, paired: it.Key != nil, slots: info.Slots, env: info.Env,
		labelled: info.Labelled, at: it.Source.Span().Start,
	}
	if it.Label != nil {
		c.named, c.label, c.key = true, it.Label.Name, String(it.Label.Name)
		c.mentioned = info.Name >= 0 && e.Names[info.Name].Mentioned
	}
	c.source = u.part(u.name, info.Source, it.Source, info.Mentions)
	c.direct = bindsDirectly(it)
	b := &unit{compiler: u.compiler, info: info.Bind, name: u.name}
	bind, _ := b.turnBinding(it.Key, it.Value)
	c.bind = &unitCode{captures: info.Bind.Captures, proto: &proto{
		name: u.name, source: u.source, pos: it.Value.Span().Start, slots: max(info.Bind.Slots, 2), cost: weigh(info.Bind),
		body: func(f *frame) Value {
			bind(f, f.slots[0], f.slots[1])
			return Nil
		},
	}}
	c.items = u.items(it.Items, info.Env)
	if len(c.items) == 1 && c.direct {
		child, ok := c.items[0].(*childCode)
		c.simple = ok && child.counts() && !child.labelled && len(child.body.mentions) == 0
	}
	each, always := positions(c.items)
	if !always {
		each = -1
	}
	c.each, c.maps = each, c.named && fixedLabels(c.items)
	return c
}

// bindsDirectly tells whether a turn's value needs no pattern to be bound.
func bindsDirectly(it *ast.ForItem) bool {
	if it.Key != nil {
		return false
	}
	switch it.Value.(type) {
	case *ast.NamePattern, *ast.WildcardPattern:
		return true
	}
	return false
}

// decide compiles what chooses the arm of a branch or if item.
func (u *unit) decide(info *resolve.Choice, it ast.Item, subject ast.Expr, arms []*ast.Arm) *unitCode {
	d := &unit{compiler: u.compiler, info: info.Unit, name: u.name}
	c := d.choice(subject, arms)
	return &unitCode{captures: info.Unit.Captures, mentions: info.Mentions, proto: &proto{
		name: u.name, source: u.source, pos: it.Span().Start, slots: info.Unit.Slots, cost: weigh(info.Unit),
		body: func(f *frame) Value { return Int(int64(c.choose(f))) },
	}}
}

// settings are a group's options as values.
type settings struct {
	limit   int // children at once; 0: no limit
	need    int // of a race; 0 where not written
	timeout time.Duration
	timed   bool
	grace   time.Duration
	name    string
}

// settings evaluates a group's options. A bad value fails the group before
// anything starts.
func (f *frame) settings(g *groupCode) settings {
	s := settings{grace: f.t.grace}
	for _, o := range g.options {
		v := o.value(f)
		f.pos = o.at
		switch o.name {
		case "limit", "need":
			n := f.optionInt(o.name, v)
			if o.name == "limit" {
				s.limit = n
			} else {
				s.need = n
			}
		case "timeout":
			s.timeout, s.timed = f.optionDuration(o.name, v), true
		case "grace":
			s.grace = f.optionDuration(o.name, v)
		case "name":
			if v.Kind() != KindString {
				f.throw(Fail("type", "`name` must be a string, got %s", typeName(v)))
			}
			s.name = v.str()
		}
	}
	return s
}

func (f *frame) optionInt(name string, v Value) int {
	if !v.isInt() {
		f.throw(Fail("type", "`%s` must be an int, got %s", name, typeName(v)))
	}
	if v.int() < 1 {
		f.throw(Fail("value", "`%s` must be at least 1, got %d", name, v.int()))
	}
	return int(min(v.int(), math.MaxInt))
}

func (f *frame) optionDuration(name string, v Value) time.Duration {
	if v.Kind() != KindDuration {
		err := Fail("type", "`%s` must be a duration, got %s", name, typeName(v))
		if v.isInt() {
			err = err.hint(fmt.Sprintf("durations have a unit: `%ds`", v.int()))
		}
		f.throw(err)
	}
	if v.duration() < 0 {
		f.throw(Fail("value", "`%s` must not be negative, got %s", name, durationText(v.duration())))
	}
	return v.duration()
}
