package runtime

import (
	"math"
	"slices"

	"github.com/tgscript/tgscript/ast"
)

// choice tells which arm of a branch fits.
type choice struct {
	subject eval // nil: the tests are conditions
	tests   []matcher
	jumps   *jumps // nil: each is tested in turn
}

// choice compiles what chooses an arm; a nil subject is none.
func (u *unit) choice(subject ast.Expr, arms []*ast.Arm) *choice {
	c := &choice{tests: make([]matcher, len(arms))}
	for i, a := range arms {
		c.tests[i] = u.test(a)
	}
	if subject != nil {
		c.subject = u.expr(subject)
		if given := c.subject; slices.ContainsFunc(arms, keepsParts) {
			c.subject = func(f *frame) Value { return given(f).share() }
		}
		if u.in != nil {
			c.jumps = jumpsOf(arms, c.tests)
		}
	}
	return c
}

// keepsParts tells that an arm that does not fit may leave parts of the subject
// somewhere: its pattern takes them, and what it or its guard evaluates sees them.
func keepsParts(a *ast.Arm) bool {
	takes, evaluates := false, a.Guard != nil
	for _, p := range a.Patterns {
		ast.Inspect(p, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.ListPattern, *ast.MapPattern:
				takes = true
			case *ast.NilLit, *ast.BoolLit, *ast.IntLit, *ast.FloatLit, *ast.DurationLit, *ast.StringLit:
			case ast.Expr:
				evaluates = true
			}
			return true
		})
	}
	return takes && evaluates
}

func (u *unit) test(a *ast.Arm) matcher {
	switch {
	case a.Else:
		return func(*frame, Value) bool { return true }
	case a.Cond != nil:
		cond := u.cond(a.Cond)
		return func(f *frame, _ Value) bool { return cond(f) }
	}
	var match matcher
	if len(a.Patterns) == 1 {
		match = u.match(a.Patterns[0])
	} else {
		match = u.match(&ast.AltPattern{Alts: a.Patterns})
	}
	if a.Guard == nil {
		return match
	}
	guard := u.cond(a.Guard)
	return func(f *frame, v Value) bool { return match(f, v) && guard(f) }
}

// choose gives the index of the first arm that fits, -1 for none.
func (c *choice) choose(f *frame) int {
	var v Value
	if c.subject != nil {
		v = c.subject(f)
	}
	from := 0
	if c.jumps != nil {
		to := c.jumps.of(v)
		if to.sure {
			return to.arm
		}
		from = to.arm
	}
	for i := from; i < len(c.tests); i++ {
		if c.tests[i](f, v) {
			return i
		}
	}
	return -1
}

// branchOf compiles a branch, each arm's body by body; none is what follows where
// no arm fits, nil for what gives the zero R. Without a subject it is ifs within
// each other.
func branchOf[R any](u *unit, x *ast.BranchExpr, body func(ast.Stmt) func(*frame) R, none func(*frame) R) func(*frame) R {
	if x.Subject == nil && u.in != nil && len(x.Arms) > 0 {
		return ifsOf(u, x.Arms, body, none)
	}
	c := u.choice(x.Subject, x.Arms)
	bodies := make([]func(*frame) R, len(x.Arms))
	for i, a := range x.Arms {
		bodies[i] = body(a.Body)
	}
	return func(f *frame) (zero R) {
		if i := c.choose(f); i >= 0 {
			return bodies[i](f)
		}
		if none == nil {
			return zero
		}
		return none(f)
	}
}

func ifsOf[R any](u *unit, arms []*ast.Arm, body func(ast.Stmt) func(*frame) R, none func(*frame) R) func(*frame) R {
	switch {
	case len(arms) == 0:
		return none
	case arms[0].Else:
		return body(arms[0].Body)
	}
	return either(u, arms[0].Cond, body(arms[0].Body), ifsOf(u, arms[1:], body, none))
}

// jumps tell of an int or a text at which arm of a branch to go on, so that
// those which cannot fit are not tested. (a branch over nine ints: 2 times as fast)
type jumps struct {
	// ints are those of the ints from lo on; the first is that of all smaller ones
	// too, and the last of all larger. There may be none.
	ints []firstArm
	lo   int64
	// texts are all that the arms name, each with the index of its arm in text; the
	// last there is that of all others.
	texts *mapping
	text  []firstArm
}

// firstArm is where to go on.
type firstArm struct {
	arm  int  // -1: none fits
	sure bool // it fits, or none does, without a test
}

// maxJumps is how far apart the ints can be that arms name.
const maxJumps = 1024

// jumpsOf makes the jumps of a branch; nil where its arms name no constants.
func jumpsOf(arms []*ast.Arm, tests []matcher) *jumps {
	lo, hi, other := int64(math.MaxInt64), int64(math.MinInt64), "other"
	j := &jumps{texts: newMap(0)}
	for _, a := range arms {
		for _, p := range a.Patterns {
			ast.Inspect(p, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.IntLit:
					lo, hi = min(lo, n.Value), max(hi, n.Value)
				case *ast.StringLit:
					j.texts.put(String(n.Value), Nil)
					other += n.Value // longer than any of them
				}
				return true
			})
		}
	}
	if lo <= hi && lo > math.MinInt64 && hi < math.MaxInt64 && uint64(hi-lo) < maxJumps {
		j.lo = lo - 1
		for n := lo - 1; n <= hi+1; n++ {
			j.ints = append(j.ints, firstArmOf(arms, tests, Int(n)))
		}
	}
	if j.texts.len() > 0 {
		for name := range j.texts.all() {
			j.text = append(j.text, firstArmOf(arms, tests, name))
		}
		j.text = append(j.text, firstArmOf(arms, tests, String(other)))
	}
	if j.ints == nil && j.text == nil {
		return nil
	}
	return j
}

// firstArmOf gives the first arm of a value.
func firstArmOf(arms []*ast.Arm, tests []matcher, v Value) firstArm {
	for i, a := range arms {
		if !a.Else && (a.Guard != nil || !decided(a.Patterns, v)) {
			return firstArm{arm: i}
		}
		if tests[i](nil, v) {
			return firstArm{i, true}
		}
	}
	return firstArm{-1, true}
}

// decided tells whether matching an int or a text with patterns neither runs
// nor binds anything, and what comes out is the same for all such values between
// the constants in them.
func decided(patterns []ast.Pattern, v Value) bool {
	for _, p := range patterns {
		switch p := p.(type) {
		case *ast.WildcardPattern, *ast.ListPattern, *ast.MapPattern:
		case *ast.LiteralPattern:
			if _, isFloat := p.Value.(*ast.FloatLit); isFloat {
				return false
			}
		case *ast.RangePattern:
			if !v.isInt() || !intOrNone(p.Lo) || !intOrNone(p.Hi) {
				return false
			}
		case *ast.TypePattern:
			if p.Name != nil {
				return false
			}
		case *ast.AltPattern:
			if !decided(p.Alts, v) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func intOrNone(x ast.Expr) bool {
	_, isInt := x.(*ast.IntLit)
	return isInt || x == nil
}

// of gives the first arm of a subject; of what is neither int nor text that is the
// first of all.
func (j *jumps) of(v Value) firstArm {
	switch {
	case v.isInt() && j.ints != nil:
		n, last := v.int(), len(j.ints)-1
		switch {
		case n < j.lo:
			return j.ints[0]
		case uint64(n-j.lo) >= uint64(last):
			return j.ints[last]
		}
		return j.ints[n-j.lo]
	case v.is(KindString) && j.text != nil:
		i := j.texts.find(v)
		if i < 0 {
			i = len(j.text) - 1
		}
		return j.text[i]
	}
	return firstArm{}
}

// armValue compiles an arm's body for its value.
func (u *unit) armValue(s ast.Stmt) eval {
	if x, ok := s.(*ast.ExprStmt); ok {
		return u.expr(x.X)
	}
	u.lands(s)
	run := u.stmt(s)
	return func(f *frame) Value {
		if c := run(f); c != next {
			panic(&jump{f, c, f.ret})
		}
		return Nil
	}
}
