package runtime_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib"
)

// TestGroupModel runs random programs on both clocks, and compares all that
// they tell with what a model says that knows no goroutines: coroutines, a
// list of who waits for what, and one loop over it.
func TestGroupModel(t *testing.T) {
	programs := 3000
	if testing.Short() || underRace {
		programs = 300
	}
	for seed := range seeds(programs) {
		comparePrograms(t, seed)
		if t.Failed() {
			return
		}
	}
}

// seeds gives those of a test's programs: from TGSCRIPT_SEED on, if that is
// set, and TGSCRIPT_PROGRAMS many, if that is.
func seeds(many int) iter.Seq[uint64] {
	first, _ := strconv.ParseUint(os.Getenv("TGSCRIPT_SEED"), 10, 64)
	if n, err := strconv.Atoi(os.Getenv("TGSCRIPT_PROGRAMS")); err == nil {
		many = n
	}
	return func(yield func(uint64) bool) {
		for i := range uint64(many) {
			if !yield(first + i) {
				return
			}
		}
	}
}

// invented gives the program of a seed, for the model and as a script.
func invented(seed uint64) (main *block, src string) {
	r := &inventor{Rand: rand.New(rand.NewPCG(seed, 7)), room: 25, exits: seed%5 == 0}
	main = r.block(0, false)
	main.steps = append([]*step{{kind: groups, group: r.group(2, []string{"", "settle", "race"}[r.IntN(3)]), caught: true}}, main.steps...)
	var w writer
	w.WriteString(prelude)
	w.linef("let all = {")
	w.block(main, nil)
	w.linef("} catch e -> tell(e)\nlog(all)")
	return main, w.String()
}

func compileInvented(t *testing.T, seed uint64, src string) *runtime.Program {
	t.Helper()
	p, err := runtime.Compile("test.tg", src, runtime.Options{Modules: append(stdlib.Pure(), back)})
	if err != nil {
		t.Fatalf("seed %d:\n%s\n%v", seed, src, err)
	}
	return p
}

// back has functions in Go that call a script's function, one of them after it
// has been outside of the run, and one that gives the elements of a list as a
// stream, which may fail at its end.
var back = &runtime.Module{Name: "back", Funcs: []*runtime.Func{
	{Sig: "call(fn: function) -> any", Do: func(c *runtime.Call) (runtime.Value, error) { return c.Invoke(c.Arg(0)) }},
	{Sig: "wait(fn: function) -> any", Do: func(c *runtime.Call) (runtime.Value, error) {
		c.Context()
		return c.Invoke(c.Arg(0))
	}},
	{Sig: "stream(xs: list, failure: string) -> stream", Do: func(c *runtime.Call) (runtime.Value, error) {
		s := &hostStream{failure: c.Text(1)}
		for _, v := range c.Arg(0).All() {
			s.rest = append(s.rest, v)
		}
		hosted.Add(1)
		return runtime.NewStream(s), nil
	}},
}}

// hostStream is a stream of the host's.
type hostStream struct {
	rest    []runtime.Value
	failure string
}

func (s *hostStream) Next(context.Context) (v runtime.Value, ok bool, err error) {
	switch {
	case len(s.rest) > 0:
		v, ok, s.rest = s.rest[0], true, s.rest[1:]
	case s.failure != "":
		err = errors.New(s.failure)
	}
	return v, ok, err
}

func (s *hostStream) Close() error {
	hosted.Add(-1)
	return nil
}

// hosted is how many streams of the host's are open.
var hosted atomic.Int64

// comparePrograms holds the program of a seed to the model. One in four may not
// have as many children at once as it needs.
func comparePrograms(t *testing.T, seed uint64) {
	t.Helper()
	main, src := invented(seed)
	want, code, most, tied := play(main, 0)
	limit := 0
	// A turn that a host's stream gives starts before or after what starts at the same instant.
	pulled := strings.Count(src, "back.stream(") > strings.Count(src, "for i in back.stream(")
	if seed%4 == 1 && most > 1 && !pulled {
		limit = 1 + int(seed/4)%(most-1)
		want, code, _, tied = play(main, limit)
	}
	if tied {
		return
	}
	p := compileInvented(t, seed, src)
	compare := func(on string, clock runtime.Clock) {
		var out, warnings bytes.Buffer
		_, err := p.Run(context.Background(), runtime.Run{
			Stdout: &out, Stderr: &warnings, Clock: clock, Seed: seed, Limits: runtime.Limits{Grace: time.Hour, Children: limit},
		})
		var exit *runtime.ExitError
		if limited := errors.Is(err, runtime.LimitChildren); limited != (code == overLimit) {
			t.Fatalf("seed %d on %s:\n%s\n%v; it may have %d children", seed, on, src, err, limit)
		} else if limited {
			err = nil
		}
		if errors.As(err, &exit) != (code > 0) || code > 0 && exit.Code != code || code <= 0 && err != nil {
			t.Fatalf("seed %d on %s:\n%s\n%v; want status %d", seed, on, src, err, code)
		}
		if n := hosted.Load(); n != 0 {
			t.Fatalf("seed %d on %s:\n%s\n%d streams are open", seed, on, src, n)
		}
		got := strings.Split(strings.TrimSpace(out.String()), "\n")
		slices.SortFunc(got, byTime)
		if text := strings.Join(got, "\n"); text != strings.Join(want, "\n") {
			t.Fatalf("seed %d on %s:\n%s\n%s", seed, on, src, difference(text, strings.Join(want, "\n")))
		}
	}
	if !slices.ContainsFunc(want, func(line string) bool { return len(line) > 20_000 }) { // to compute it takes virtual time
		compare("virtual time", runtime.Virtual(start))
	}
	synctest.Test(t, func(t *testing.T) { compare("the real clock", runtime.Clock{}) })
}

// byTime puts lines in the order in which they were written; those of one
// instant may have come in any.
func byTime(a, b string) int {
	at := func(line string) int {
		text, _, _ := strings.Cut(line, " ")
		n, _ := strconv.Atoi(text)
		return n
	}
	return cmp.Or(at(a)-at(b), strings.Compare(a, b))
}

// world is the loop over all coroutines.
type world struct {
	now     time.Duration
	waiting []*routine
	timers  []*alarm
	lines   []string

	places, running, asking, pacing gate // of the semaphore, the cell, the once, the rate
	asked                           bool
	tied                            bool // two children that were cut off ended at once, in an order that nobody knows
	sum                             int
	total                           int
	room, children, most            int // how many may run at once, do, and did
	paced                           [2]time.Duration
	rendezvous, buffer              pipe

	root region
	exit *cut // the first one
	code int  // its status
}

// routine is a coroutine that waits until ready says that it can go on.
type routine struct {
	*world
	ready  func() bool
	until  time.Duration // it goes on then, too; 0: never
	grace  time.Duration
	struck *cut          // the last that deferred code was set off by, …
	end    time.Duration // … and when its grace is over
	resume func() (struct{}, bool)
	yield  func(struct{}) bool
}

type alarm struct {
	at   time.Duration
	ring func()
}

// overLimit is the status of a program that has too many children at once.
const overLimit = -1

// play gives the lines that a program writes that may have so many children at
// once (0: any number), the status that it exits with, and how many it had.
func play(main *block, limit int) (lines []string, code, most int, tied bool) {
	w := &world{room: limit, total: 7, places: gate{free: 1}, running: gate{free: 1}, asking: gate{free: 1}, pacing: gate{free: 1}, buffer: pipe{size: 1}}
	w.root.world = w
	w.paced = [2]time.Duration{-time.Hour, -time.Hour}
	w.spawn(time.Hour, func(p *routine) {
		var v string
		end := attempt(func() { v = p.block(main, env{}, &w.root) })
		if f, ok := end.(*failure); ok {
			v, end = f.tell(), nil
		}
		if end == nil && w.exit == nil { // else the call is a cancellation point
			p.log(v)
		}
	})
	for {
		if i := slices.IndexFunc(w.waiting, func(p *routine) bool { return p.ready() || p.until > 0 && p.until <= w.now }); i >= 0 {
			p := w.waiting[i]
			w.waiting = slices.Delete(w.waiting, i, i+1)
			p.resume()
			continue
		}
		next := time.Duration(-1)
		for _, p := range w.waiting {
			if p.until > 0 && (next < 0 || p.until < next) {
				next = p.until
			}
		}
		var first *alarm
		for _, a := range w.timers {
			if next < 0 || a.at < next {
				next, first = a.at, a
			}
		}
		if next < 0 {
			if len(w.waiting) > 0 {
				panic("the model is stuck")
			}
			slices.SortFunc(w.lines, byTime)
			return w.lines, w.code, w.most, w.tied
		}
		w.now = next
		if first != nil {
			w.stop(first)
			first.ring()
		}
	}
}

func (w *world) spawn(grace time.Duration, run func(p *routine)) {
	p := &routine{world: w, grace: grace, ready: func() bool { return true }}
	p.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
		p.yield = yield
		run(p)
	})
	w.waiting = append(w.waiting, p)
}

// leave ends the program; the first one does.
func (w *world) leave(reason string, code int) {
	if w.exit == nil {
		w.exit, w.code = &cut{of: &w.root, reason: reason, program: true}, code
		w.root.cancel(w.exit)
	}
}

func (w *world) after(d time.Duration, ring func()) *alarm {
	a := &alarm{w.now + d, ring}
	w.timers = append(w.timers, a)
	return a
}

func (w *world) stop(a *alarm) {
	w.timers = slices.DeleteFunc(w.timers, func(b *alarm) bool { return a == b })
}

func (w *world) log(what string) {
	w.lines = append(w.lines, fmt.Sprintf("%d %s", w.now, what))
}

// durationText gives a duration as scripts print it.
func durationText(d time.Duration) string { return fmt.Sprint(runtime.Duration(d)) }

// Cancellation.

// region is code that is cancelled as one.
type region struct {
	*world
	up       *region
	guard    guard
	grace    time.Duration // of one that is guarded
	until    *alarm        // the end of the grace, once it has begun
	deferred bool          // it is or stands in deferred code
	cut      *cut
	through  *cut // the last that went on below
	inner    []*region
}

// guard tells what a region keeps away.
type guard int

const (
	open guard = iota
	shield
	cleanup
)

type cut struct {
	of      *region
	reason  string
	program bool // it ends the program
	over    bool // the grace of what it cuts off is over
}

func (r *region) enter(g guard, grace time.Duration) *region {
	in := &region{world: r.world, up: r, guard: g, grace: grace, deferred: r.deferred || g == cleanup}
	r.inner = append(r.inner, in)
	for _, c := range []*cut{r.cut, r.through} {
		if c != nil {
			in.inherit(c)
		}
	}
	return in
}

func (r *region) leave() {
	r.up.inner = slices.DeleteFunc(r.up.inner, func(x *region) bool { return x == r })
	r.stop(r.until)
}

func (r *region) cancel(c *cut) {
	if c.program || c.over {
		r.through = c
	} else if r.cut != nil {
		return
	}
	if r.cut == nil {
		r.cut = c
	}
	for _, in := range r.inner {
		in.inherit(c)
	}
}

// inherit is what a cut does to a region in the one that it cancels.
func (r *region) inherit(c *cut) {
	switch {
	case r.guard == open, c.over && (r.guard == shield || c.of.guard == cleanup):
		r.cancel(c)
	case (r.guard == cleanup || c.program) && r.until == nil && r.cut == nil:
		r.until = r.after(r.grace, func() { r.cancel(&cut{of: r, over: true}) })
	}
}

// point is a cancellation point.
func (r *region) point() {
	if r.cut != nil {
		panic(&unwinding{cut: r.cut})
	}
}

// unwinding takes a cancelled routine to where the cut was made; failures are
// those of its cleanups.
type unwinding struct {
	cut      *cut
	failures []*failure
}

// failure is an error of a script.
type failure struct {
	message, child  string
	tries           int
	errors          []keyed
	values, endings string
}

type keyed struct {
	key     string
	failure *failure
}

func (f *failure) tell() string {
	child := f.child
	if child == "" {
		child = "nil"
	}
	return tell(f.message, child, fmt.Sprint(f.tries), f.errors, f.values, f.endings)
}

func tell(message, child, tries string, errors []keyed, values, endings string) string {
	var errs []string
	for _, e := range errors {
		errs = append(errs, e.key+"="+e.failure.tell())
	}
	if values == "" {
		values = "{}"
	}
	return fmt.Sprintf("<%s of %s after %s: %s; %s; %s>", message, child, tries, strings.Join(errs, " "), values, endings)
}

// with gives the failure with those of its cleanup.
func (f *failure) with(cleanups []*failure) *failure {
	e := *f
	e.errors = slices.Clone(e.errors)
	for _, c := range cleanups {
		key := "cleanup"
		for n := 2; slices.ContainsFunc(e.errors, func(e keyed) bool { return e.key == key }); n++ {
			key = fmt.Sprintf("cleanup %d", n)
		}
		e.errors = append(e.errors, keyed{key, c})
	}
	return &e
}

// joined gives the first with the others as its cleanup's.
func joined(failures []*failure) *failure {
	if len(failures) == 0 {
		return nil
	}
	return failures[0].with(failures[1:])
}

// attempt gives what fn ends with: nil, a *failure or an *unwinding.
func attempt(fn func()) (end any) {
	defer func() {
		end = recover()
		switch end.(type) {
		case nil, *failure, *unwinding:
		default:
			panic(end)
		}
	}()
	fn()
	return nil
}

func raise(end any) {
	if end != nil {
		panic(end)
	}
}

// wait waits until ready, the end of time or a cancellation, in this order.
func (p *routine) wait(r *region, d time.Duration, ready func() bool) (ok bool) {
	p.until = 0
	if d > 0 {
		p.until = p.now + d
	}
	p.ready = func() bool { return ready() || r.cut != nil }
	if !p.ready() {
		p.world.waiting = append(p.world.waiting, p)
		p.yield(struct{}{})
	}
	return ready()
}

func (p *routine) sleep(r *region, d time.Duration) {
	p.wait(r, d, func() bool { return false })
	r.point()
}

// env is what code stands in.
type env struct {
	turns    []time.Duration // the numbers of those around
	todo     map[string]*todo
	channels map[string]*pipe
}

// turn gives the number of the innermost.
func (e env) turn() time.Duration { return e.turns[len(e.turns)-1] }

// long gives how long a sleep of d is in the turns.
func (e env) long(d time.Duration) time.Duration {
	sum := d
	for _, turn := range e.turns {
		sum += turn * share(d) / parts
	}
	return sum
}

// Blocks.

func (p *routine) block(b *block, e env, r *region) string {
	var values []string
	var deferred []*block
	end := attempt(func() {
		for _, s := range b.steps {
			if s.kind == defers {
				deferred = append(deferred, s.body)
			} else if v, ok := p.caught(s, e, r); ok {
				values = append(values, v)
			}
		}
	})
	for _, code := range slices.Backward(deferred) {
		end = p.cleanup(code, e, r, end)
	}
	raise(end)
	return fmt.Sprintf("%s(%s)", b.name, strings.Join(values, " "))
}

// cleanup runs deferred code of a block that ends so, and gives how it ends
// then.
func (p *routine) cleanup(code *block, e env, r *region, end any) any {
	unwinds, _ := end.(*unwinding)
	cause := r.cut
	if unwinds != nil {
		cause = unwinds.cut
	}
	grace := p.grace
	switch {
	case cause == nil:
	case cause.of.guard == cleanup:
		grace = 0
	default:
		if p.struck != cause {
			p.struck, p.end = cause, p.now+p.grace
		}
		grace = max(p.end-p.now, 0)
	}
	in := r.enter(cleanup, grace)
	struck, until := p.struck, p.end
	got := attempt(func() { p.block(code, e, in) })
	p.struck, p.end = struck, until
	in.leave()
	if cause == nil && r.cut != nil && p.struck != r.cut && in.until != nil {
		p.struck, p.end = r.cut, in.until.at // it has begun in there
	}
	var failures []*failure
	switch got := got.(type) {
	case *failure:
		failures = []*failure{got}
	case *unwinding:
		if failures = got.failures; got.cut.of != in {
			if unwinds != nil {
				got.failures = append(unwinds.failures, failures...)
			}
			return got
		}
	}
	for _, f := range failures {
		switch first := end.(type) {
		case nil:
			end = f
		case *failure:
			end = first.with([]*failure{f})
		case *unwinding:
			first.failures = append(first.failures, f)
		}
	}
	return end
}

// caught is step where its failure may be caught.
func (p *routine) caught(s *step, e env, r *region) (v string, ok bool) {
	end := attempt(func() { v, ok = p.step(s, e, r) })
	if f, failed := end.(*failure); failed && (s.again || s.caught) {
		r.point() // the handler's first call
		if s.again {
			p.log(s.name)
		} else {
			v, ok, end = f.tell(), true, nil
		}
	}
	raise(end)
	if s.kind >= enters {
		p.sleep(r, e.long(s.long))
	}
	return v, ok
}

// step tells whether it has a value.
func (p *routine) step(s *step, e env, r *region) (v string, ok bool) {
	r.point()
	switch s.kind {
	case sleeps:
		p.sleep(r, e.long(s.long))
		return "", false
	case logs:
		p.log(s.name)
		return "", false
	case fails:
		if s.long == 0 || e.turn() > s.long {
			panic(&failure{message: s.name})
		}
		return "", false
	case adds:
		if e.turn() > s.long {
			e.todo[s.name].add(e.turn() - s.long)
		}
		return "", false
	case feeds:
		at := e.channels[s.item.channel]
		for _, d := range s.item.turns {
			p.sleep(r, d)
			p.send(at, r, 0, fmt.Sprint(int(d)))
		}
		r.point()
		at.close()
		return "", false
	case exits:
		if !r.deferred {
			p.leave("exit", s.n)
			panic(&unwinding{cut: p.exit})
		}
		return "", false
	case times:
		v = p.timeout(r, s.long, func(r *region) string { return p.block(s.body, e, r) })
	case shields:
		in := r.enter(shield, p.grace)
		end := attempt(func() { v = p.block(s.body, e, in) })
		in.leave()
		if u, ok := end.(*unwinding); ok && u.cut.of == in { // deferred code outside has no grace anew
			if p.struck == u.cut {
				p.struck = r.cut
			}
			u.cut = r.cut
		}
		raise(end)
	case calls:
		v = p.block(s.body, e, r)
	case loops:
		var got []string
		for left := s.n; ; left-- {
			r.point() // before it waits for a value, or the end
			if left == 0 && s.breaks {
				panic(&failure{message: s.name})
			}
			if left == 0 {
				break
			}
			if got = append(got, p.block(s.body, e, r)); len(got) == s.often {
				break
			}
		}
		v = "[" + strings.Join(got, " ") + "]"
	case retries:
		v = p.retry(s, e, r)
	case groups, streams:
		v = p.group(s, e, r)
	case enters:
		p.through(&p.places, r, func() {
			p.sleep(r, 3)
			v = p.block(s.body, e, r)
		})
	case asks:
		if !p.asked {
			p.through(&p.asking, r, func() {
				if !p.asked {
					p.sleep(r, 70000001)
					p.asked = true
				}
			})
		}
		v = "asked"
	case updates:
		p.through(&p.running, r, func() {
			old := p.sum
			p.sleep(r, e.long(s.long/4))
			p.sum = old + 1
			v = fmt.Sprint(p.sum)
		})
	case paces:
		p.through(&p.pacing, r, func() {
			if d := p.paced[0] + 50000003 - p.now; d > 0 {
				p.sleep(r, d)
			}
			p.paced = [2]time.Duration{p.paced[1], p.now}
		})
		v = "nil"
	case counts:
		p.total += s.n + 2
		v = fmt.Sprint(p.total)
	case sends:
		v = "unsent"
		if p.send(s.pipe(p.world), r, s.long, s.name) {
			v = "sent"
		}
	case receives:
		v = "nothing"
		if from, got := p.receive(r, s.long, s.pipe(p.world)); from != nil {
			v = got
		}
	case selects:
		v = "{label=nil value=nil ok=false}"
		if from, got := p.receive(r, s.long, &p.buffer, &p.rendezvous); from == &p.buffer {
			v = fmt.Sprintf("{label=a value=%s ok=true}", got)
		} else if from != nil {
			v = fmt.Sprintf("{label=b value=%s ok=true}", got)
		}
	}
	return v, true
}

func (p *routine) timeout(r *region, d time.Duration, fn func(r *region) string) (v string) {
	in := r.enter(open, 0)
	here := &cut{of: in, reason: "timeout " + durationText(d)}
	a := p.after(d, func() { in.cancel(here) })
	end := attempt(func() { v = fn(in) })
	p.stop(a)
	in.leave()
	if u, ok := end.(*unwinding); ok && u.cut == here {
		end = (&failure{message: "the function took longer than " + durationText(d)}).with(u.failures)
	}
	raise(end)
	return v
}

func (p *routine) retry(s *step, e env, r *region) (v string) {
	pause := s.long
	for try := 1; ; try++ {
		end := attempt(func() {
			if try <= s.often {
				p.sleep(r, e.long(s.long))
				panic(&failure{message: s.name})
			}
			v = p.block(s.body, e, r)
		})
		f, failed := end.(*failure)
		if !failed {
			raise(end)
			return v
		}
		if try == s.n {
			last := *f
			last.tries = try - 1
			panic(&last)
		}
		p.sleep(r, pause)
		pause = min(2*pause, 5*time.Second)
	}
}

// Handles.

// gate lets some through, in the order in which they came.
type gate struct {
	free  int
	queue []*routine
}

func (p *routine) through(g *gate, r *region, fn func()) {
	if g.free > 0 {
		g.free--
	} else {
		g.queue = append(g.queue, p)
		if !p.wait(r, 0, func() bool { return !slices.Contains(g.queue, p) }) {
			g.queue = slices.DeleteFunc(g.queue, func(q *routine) bool { return q == p })
			r.point()
		}
	}
	end := attempt(fn)
	if len(g.queue) > 0 {
		g.queue = g.queue[1:]
	} else {
		g.free++
	}
	raise(end)
}

// pipe is a channel.
type pipe struct {
	size               int
	values             []string
	senders, receivers []*party
	closed             bool
}

// party is who waits at a pipe, or at several.
type party struct {
	value string
	at    *pipe // where it was served, or has given up
	none  bool  // because the pipe was closed
}

func (s *step) pipe(w *world) *pipe {
	if s.channel() == "buffer" {
		return &w.buffer
	}
	return &w.rendezvous
}

// send tells whether it was done in time.
func (p *routine) send(at *pipe, r *region, d time.Duration, v string) bool {
	me := &party{value: v}
	if to := at.receiver(); to != nil {
		to.value, to.at = v, at
		return true
	}
	if len(at.values) < at.size {
		at.values = append(at.values, v)
		return true
	}
	at.senders = append(at.senders, me)
	sent := p.wait(r, d, func() bool { return me.at != nil })
	at.senders = slices.DeleteFunc(at.senders, func(s *party) bool { return s == me })
	if !sent {
		r.point()
	}
	return sent
}

// receiver gives who has waited longest.
func (at *pipe) receiver() *party {
	at.receivers = slices.DeleteFunc(at.receivers, func(q *party) bool { return q.at != nil })
	if len(at.receivers) == 0 {
		return nil
	}
	return at.receivers[0]
}

// ready tells whether a receiver need not wait.
func (at *pipe) ready() bool { return len(at.values) > 0 || len(at.senders) > 0 || at.closed }

func (at *pipe) close() {
	at.closed = true
	for to := at.receiver(); to != nil; to = at.receiver() {
		to.at, to.none = at, true
	}
}

// receive gives which of the pipes it received from; nil: none in time, or it
// is closed.
func (p *routine) receive(r *region, d time.Duration, from ...*pipe) (*pipe, string) {
	me := &party{}
	for _, at := range from {
		if len(at.values) > 0 {
			me.value, me.at = at.values[0], at
			at.values = at.values[1:]
		}
		if len(at.senders) > 0 && (me.at == nil || me.at == at) {
			s := at.senders[0]
			if s.at, at.senders = at, at.senders[1:]; me.at != nil {
				at.values = append(at.values, s.value)
			} else {
				me.value, me.at = s.value, at
			}
		}
		if me.at != nil {
			return me.at, me.value
		}
		if at.closed {
			return nil, ""
		}
	}
	for _, at := range from {
		at.receivers = append(at.receivers, me)
	}
	if !p.wait(r, d, func() bool { return me.at != nil }) {
		me.at = from[0]
		r.point()
		return nil, ""
	}
	if me.none {
		return nil, ""
	}
	return me.at, me.value
}

// todo is a worklist.
type todo struct {
	values []time.Duration
	over   bool
	woken  func()
}

func (t *todo) add(d time.Duration) {
	if t.over {
		panic(&failure{message: "the worklist has ended: nothing can be added any more"})
	}
	t.values = append(t.values, d)
	t.woken()
}

// TestStepsInGroups runs random programs with fewer steps than they need, on
// virtual time: until the limit they tell the same as without it, then only
// their cleanups do, and what has a seed is the same in each run.
func TestStepsInGroups(t *testing.T) {
	for seed := range seeds(60) {
		_, src := invented(seed)
		p := compileInvented(t, seed, src)
		tell := func(steps int64) (lines []string, whole int, err error) {
			var out bytes.Buffer
			whole = -1
			_, err = p.Run(t.Context(), runtime.Run{
				Stdout: &out, Clock: runtime.Virtual(start), Seed: seed, Limits: runtime.Limits{Grace: time.Hour, Steps: steps},
				Events: func(e runtime.Event) {
					if e.Kind == runtime.ChildCancelled && e.Child == 0 && whole < 0 {
						whole = strings.Count(out.String(), "\n") // the program is cancelled
					}
				},
			})
			return strings.Split(out.String(), "\n"), whole, err
		}
		all, _, _ := tell(0)
		for _, steps := range []int64{10, 100, 400, 1000, 3000} {
			got, whole, err := tell(steps)
			again, _, _ := tell(steps)
			switch { // what exits may have no steps left for its cleanups
			case hosted.Load() != 0:
				t.Fatalf("seed %d, %d steps:\n%s\n%d streams are open", seed, steps, src, hosted.Load())
			case !slices.Equal(got, again):
				t.Fatalf("seed %d, %d steps:\n%s\n%q, and then %q", seed, steps, src, got, again)
			case whole < 0 && !slices.Equal(got, all), whole >= 0 && !slices.Equal(got[:whole], all[:min(whole, len(all))]), whole < 0 && err != nil:
				t.Fatalf("seed %d, %d steps:\n%s\n%v\n%q, the program cancelled after %d; without a limit %q", seed, steps, src, err, got, whole, all)
			}
		}
	}
}
