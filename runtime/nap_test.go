package runtime_test

import (
	"context"
	goruntime "runtime"
	"testing"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// TestNapsHoldNoGoroutine holds that children which sleep among their own
// statements are nobody's burden meanwhile, and go on where they were: their
// variables, their place in the program, their results.
func TestNapsHoldNoGoroutine(t *testing.T) {
	prog, err := tg.Compile("nap.tg", `
		let begun = counter()
		group race <
			for _ in 0..1000 < { begun.add(); sleep(1h) } >
			{ while begun.get() < 1000 { sleep(1ms) }; look() }
		>
		let values = group <
			values: for i in 0..1000 < {
				var sum = i
				sleep(1ms)
				let twice = () -> sum * 2
				sum += 1
				sleep(1ms * (i % 3))
				if i % 2 == 0 { return twice() + sum }
				sleep(1ms)
				-twice()
			} >
			last: { sleep(1ms) }
		>
		var wrong = if values.last == nil { 0 } else { 1 }
		for i, v in values.values { wrong += if v == (if i % 2 == 0 { 3 * i + 1 } else { -2 * i }) { 0 } else { 1 } }
		wrong`, tg.Options{Globals: []string{"look"}})
	if err != nil {
		t.Fatal(err)
	}
	before, during := goruntime.NumGoroutine(), 0
	look := func() { during = goruntime.NumGoroutine() }
	res, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"look": look}})
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Value().String(); got != "0" {
		t.Errorf("%s results are wrong", got)
	}
	if during-before > 100 {
		t.Errorf("%d goroutines more while 1000 children napped", during-before)
	}
}

// TestWaitsHoldNoGoroutine holds the same of what a child's own statements wait
// for otherwise, or those of the functions that they call.
func TestWaitsHoldNoGoroutine(t *testing.T) {
	prog, err := tg.Compile("nap.tg", `
		fn napping(i = 0) { let k = i + 1; sleep(1h); k }
		fn through(i) { let k = napping(i: i); k * 2 }
		fn receive(ch) = ch.recv()
		fn sum(ch, i) {
			var all = i
			if i < 0 { return all }
			let [a, b] = receive(ch)
			all += a + b
			let c = receive(ch)
			return all + c
		}
		fn in_own(n) {
			let [begun, gate, full, one] = [counter(), channel(), channel(), semaphore(1)]
			fn get() { begun.add(); gate.recv() }
			group race <
				for i in 0..n < { begun.add(); through(i) } >
				for i in 0..n < get() >
				for i in 0..n < { begun.add(); full.send(i) } >
				for i in 0..n < { begun.add(); let {label} = select(gate: gate, timeout: 1h); label } >
				for i in 0..n < { begun.add(); one.run(() -> gate.recv()) } >
				{ while begun.get() < 5 * n { sleep(1ms) }; look() }
			>
		}
		in_own(n)
		let ch = channel()
		let sums = group <
			for i in 0..n < sum(ch, i) >
			for i in 0..2 * n < { sum(ch, -1 - i); ch.send(if i < n { [i, 1] } else { 2 }); 0 } >
		>
		sums.sum() - n * (n - 1) - 3 * n`, tg.Options{Globals: []string{"n", "look"}})
	if err != nil {
		t.Fatal(err)
	}
	before, during := goruntime.NumGoroutine(), 0
	look := func() { during = goruntime.NumGoroutine() }
	res, err := prog.Run(context.Background(), tg.Run{Globals: tg.Vars{"n": 200, "look": look}})
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Value().String(); got != "0" {
		t.Errorf("the results are wrong by %s", got)
	}
	if during-before > 100 {
		t.Errorf("%d goroutines more while 1000 children waited", during-before)
	}
}

// TestNapsAreEnded holds that what ends a child ends its nap, whatever it is.
func TestNapsAreEnded(t *testing.T) {
	givesZero(t, 20, 20, `
		let late = counter()
		# A sibling's failure, a timeout, a race, a loop that is left, a group
		# that is done.
		group < for _ in 0..n < { sleep(1h); late.add() } >; { sleep(100us); fail "x" } > catch e -> {
			for _, o in e.outcomes { if o.state not in ["cancelled", "failed"] { late.add() } }
		}
		group (timeout: 1ms) < for _ in 0..n < { sleep(1h); late.add() } > > catch e -> { assert(e.kind == "timeout") }
		group race < for i in 0..n < { sleep(1ms + 1h * (i % 2)); if i % 2 == 1 { late.add() } } > >
		for _ in group stream < for i in 0..n < { sleep(50us + 1h * (i % 2)); if i % 2 == 1 { late.add() } } > > { break }
		group < background { sleep(1h); late.add() }; { sleep(10us) } >
		# Naps that are over at once, and blocks with a cleanup between naps.
		let of = group < for _ in 0..n < { sleep(0s); { defer { late.add(0) }; sleep(10us) }; sleep(10us); 1 } > >
		late.get() + of.count(v -> v != 1)`)
}

// TestNapsAreNoDeadlock holds that a program whose children nap waits for them,
// and that one that waits for nothing else is told so when they are over.
func TestNapsAreNoDeadlock(t *testing.T) {
	prog, err := tg.Compile("nap.tg", `
		let c = channel()
		group < c.recv(); { sleep(2ms); 1 }; { sleep(1ms) } >`, tg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, clock := range []tg.Clock{{}, tg.Virtual(time.Unix(0, 0))} {
		_, err := prog.Run(context.Background(), tg.Run{Clock: clock})
		if failure, ok := err.(*tg.Error); !ok || failure.Kind != "deadlock" {
			t.Errorf("got %v, want a deadlock", err)
		}
	}
}

// TestLentGoroutines holds that a group whose children run on the goroutine of
// their parent is no deadlock while they run, nor when the last of them has
// ended, and is one when they wait for nobody.
func TestLentGoroutines(t *testing.T) {
	givesZero(t, 5, 1000, `
		let c = channel()
		let sums = group <
			c.recv()
			{
				var sum = 0
				for i in 0..n { sum += (group < i; { sleep(1us); 1 } >)[0] + (group < 0 >)[0] + (group for k in 0..6 < k >)[5] }
				c.send(sum)
				sum
			}
		>
		sums[0] - sums[1]`)
	for _, src := range []string{"group < channel().recv() >", "group < 1; { group < channel().recv() > } >", "group for _ in 0..9 < channel().recv() >"} {
		prog, err := tg.Compile("lent.tg", src, tg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = prog.Run(context.Background(), tg.Run{})
		if failure, ok := err.(*tg.Error); !ok || failure.Kind != "deadlock" {
			t.Errorf("got %v, want a deadlock, from %s", err, src)
		}
	}
}
