package runtime_test

import (
	"context"
	"fmt"
	"math"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// inUse gives the bytes that live values and stacks hold. What ended before
// comes back in more than one collection.
func inUse() int64 {
	least := int64(math.MaxInt64)
	for range 6 {
		goruntime.GC()
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		now := int64(m.HeapInuse + m.StackInuse)
		if now >= least {
			break
		}
		least = now
	}
	return least
}

// scaled runs a program of a size with a function look that takes a measure,
// and gives its value and how much work it was.
func scaled(t *testing.T, src string, n int, clock runtime.Clock, look func()) (string, time.Duration) {
	t.Helper()
	p, err := runtime.Compile("scale.tg", src, runtime.Options{Globals: []string{"n", "look"}})
	if err != nil {
		t.Fatal(err)
	}
	began := worked()
	res, err := p.Run(context.Background(), runtime.Run{Globals: runtime.Vars{"n": n, "look": look}, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(res.Value()), worked() - began
}

// TestScale runs programs in two sizes: four times as much is about four times
// the work, not sixteen.
func TestScale(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it takes long, and the race detector's own memory would count")
	}
	for _, c := range []struct {
		name, src string
		n         int
	}{
		{"children of a group", `(group for i in 0..n < i >).len()`, 5_000},
		{"sleeping children", `(group for i in 0..n < { sleep(1ms * (i % 100)); i } >).len()`, 5_000},
		{"failing children of a race", `group race for i in 0..n < fail "no" > catch e -> e.errors.len()`, 5_000},
		{"the same under a limit", `group race (limit: 10) for i in 0..n < fail "no" > catch e -> e.errors.len()`, 5_000},
		{"turns of a race that choose", `group race (limit: 10) for i in 0..n < if i % 2 == 0 < { fail "no" } > > catch e -> n`, 5_000},
		{"cancelled receivers of a channel", `
let ch = channel()
(group settle (timeout: 1ms) for i in 0..n < ch.recv() >).errors.len()`, 5_000},
		{"selects that time out", `
let quiet = channel()
for i in 0..n { select(a: quiet, timeout: 0s) }
n`, 10_000},
		{"users of a semaphore", `
let s = semaphore(3)
(group for i in 0..n < s.run(() -> i) >).len()`, 5_000},
		{"messages", `
let ch = channel(16)
let open = counter(10)
let sum = counter()
group <
  for p in 0..10 < { for i in 0..n // 10 { ch.send(1) }; if open.add(-1) == 0 { ch.close() } } >
  for c in 0..10 < { for v in ch { sum.add(v) } } >
>
sum.get()`, 40_000},
		{"a worklist without repeats", `
let todo = worklist([1], unique: true)
(group (limit: 10) for i in todo < { if i * 2 <= n { todo.add(i * 2); todo.add(i * 2 + 1) } } >).len()`, 8_191},
	} {
		for clock, kind := range map[runtime.Clock]string{{}: "real", runtime.Virtual(start): "virtual"} {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				var took [2]time.Duration
				for i, n := range []int{c.n, 4 * c.n} {
					took[i] = time.Hour
					for range 2 {
						_, once := scaled(t, c.src, n, clock, func() {})
						took[i] = min(took[i], once)
					}
				}
				t.Logf("%d: %s, %d: %s", c.n, took[0], 4*c.n, took[1])
				if took[1] > 12*took[0]+200*time.Millisecond {
					t.Errorf("%d take %s, %d take %s", c.n, took[0], 4*c.n, took[1])
				}
			})
		}
	}
}

// TestParkedChildren reports what a child costs that sleeps.
func TestParkedChildren(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it takes long, and the race detector's own memory would count")
	}
	const n = 100_000
	before := inUse()
	var during int64
	value, took := scaled(t, `
(group for i in 0..=n < if i == n { sleep(3s); look(); 0 } else { sleep(5s); 1 } >).sum()`, n, runtime.Virtual(start), func() { during = inUse() })
	if value != fmt.Sprint(n) {
		t.Errorf("the sum is %s", value)
	}
	each := (during - before) / n
	t.Logf("%d bytes for each of %d sleeping children, %s", each, n, took)
	if each > 8_000 {
		t.Errorf("a sleeping child takes %d bytes", each)
	}
}

// TestNumbers reports what an element of a long list of numbers costs, however
// it was made.
func TestNumbers(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it takes long, and the race detector's own memory would count")
	}
	const n = 1_000_000
	for name, make := range map[string]string{
		"pushed":   "for i in 0..n { xs.push(i) }",
		"repeated": "xs = [1.5] * n",
		"mapped":   "xs = (0..n).map(i -> i % 2 == 0)",
		"sorted":   "xs = (0..n).step(-1).sorted()",
		"changed":  "xs = (0..n).to_list(); xs[0] += 7; xs = xs.filter(x -> x >= 0) + []",
	} {
		before := inUse()
		var during int64
		value, took := scaled(t, "var xs = []\n"+make+"\nlook()\nxs.len()", n, runtime.Clock{}, func() { during = inUse() })
		each := float64(during-before) / n
		t.Logf("%s: %.1f bytes for each of %s numbers, %s", name, each, value, took)
		if value != fmt.Sprint(n) || each > 11 {
			t.Errorf("%s: %s numbers, %.1f bytes for each", name, value, each)
		}
	}
}

// TestMillionChildren has a million children in one group.
func TestMillionChildren(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it takes long, and the race detector's own memory would count")
	}
	value, took := scaled(t, `(group for i in 0..n < i >).len()`, 1_000_000, runtime.Clock{}, func() {})
	t.Logf("a million children: %s", took)
	if value != "1000000" {
		t.Errorf("%s children", value)
	}
}

// TestFlatMemory draws a million turns of a stream under a limit: what it
// holds does not grow.
func TestFlatMemory(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("it takes long, and the race detector's own memory would count")
	}
	var held []int64
	_, took := scaled(t, `
var seen = 0
for r in group stream (limit: 100) for i in 0..10_000_000 < i > {
  seen += 1
  if seen % (n / 4) == 0 { look() }
  if seen == n { break }
}`, 1_000_000, runtime.Clock{}, func() { held = append(held, inUse()) })
	t.Logf("%d bytes at each quarter of a million turns, %s", held, took)
	if len(held) != 4 || held[3] > held[0]+(4<<20) {
		t.Errorf("it holds %d bytes", held)
	}
}

// TestDeepNesting nests groups a thousand deep.
func TestDeepNesting(t *testing.T) {
	for _, clock := range []runtime.Clock{{}, runtime.Virtual(start)} {
		value, took := scaled(t, `
fn deep(d) = if d == 0 { 0 } else { 1 + (group < deep(d - 1) >)[0] }
deep(n)`, 1000, clock, func() {})
		t.Logf("1,000 groups deep: %s", took)
		if value != "1000" {
			t.Errorf("it gives %s", value)
		}
	}
}
