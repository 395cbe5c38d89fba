package math

import (
	"math"
	"slices"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// statistics are about lists of numbers, or of durations, whose result is a
// duration.
var statistics = []*runtime.Func{
	{
		Sig: "mean(xs: list | range) -> float | duration", Doc: "The sum of numbers or durations by how many there are.",
		Example: "math.mean([1, 2, 6])  # 3.0", Fails: "empty type arithmetic", Do: of("mean", func(_ *runtime.Call, xs []float64) (float64, error) { return mean(xs), nil }),
	}, {
		Sig: "median(xs: list | range) -> float | duration", Doc: "The middle one of numbers or durations, or half-way between the two in the middle.",
		Example: "math.median([5, 1, 2, 4])  # 3.0", Fails: "empty type arithmetic", Do: of("median", func(_ *runtime.Call, xs []float64) (float64, error) { return percentile(xs, 50), nil }),
	}, {
		Sig: "percentile(xs: list | range, p: number) -> float | duration", Doc: "The value that p percent of numbers or durations are not above, in proportion where it is between two of them.",
		Example: "math.percentile([10, 20, 30, 40, 50], 90)  # 46.0", Fails: "empty type value arithmetic", Do: of("percentile", atPercent),
	},
}

func atPercent(c *runtime.Call, xs []float64) (float64, error) {
	p := float(c.Arg(1))
	if !(p >= 0 && p <= 100) {
		return 0, runtime.Fail("value", "percentile takes 0 to 100, not %s", c.Arg(1))
	}
	return percentile(xs, p), nil
}

func allFinite(xs []float64) bool {
	for _, x := range xs {
		if !isFinite(x) {
			return false
		}
	}
	return true
}

// of makes a function about the elements of its first argument.
func of(name string, fn func(c *runtime.Call, xs []float64) (float64, error)) func(*runtime.Call) (runtime.Value, error) {
	return func(c *runtime.Call) (runtime.Value, error) {
		xs, durations, err := numbers(name, c.Arg(0))
		if err != nil {
			return runtime.Nil, err
		}
		x, err := fn(c, xs)
		switch {
		case err != nil:
			return runtime.Nil, err
		case durations:
			return runtime.Duration(time.Duration(math.Round(x))), nil
		case !isFinite(x) && allFinite(xs):
			return runtime.Nil, runtime.Fail("arithmetic", "%s: the result is too large for a float", name)
		}
		return runtime.Float(x), nil
	}
}

// numbers gives a list's elements, which are all numbers or all durations.
func numbers(name string, list runtime.Value) (xs []float64, durations bool, err error) {
	if list.Len() == 0 {
		return nil, false, runtime.Fail("empty", "%s of nothing", name)
	}
	xs = make([]float64, 0, list.Len())
	for i, v := range list.All() {
		d, isDuration := v.AsDuration()
		x, isNumber := v.AsFloat()
		if len(xs) == 0 {
			durations = isDuration
		}
		switch {
		case isDuration && durations:
			xs = append(xs, float64(d))
		case isNumber && !durations:
			xs = append(xs, x)
		case isDuration || isNumber:
			return nil, false, runtime.Fail("type", "%s: numbers and durations do not mix, see element %s", name, i)
		default:
			return nil, false, runtime.Fail("type", "%s: element %s is no number: %s", name, i, v)
		}
	}
	return xs, durations, nil
}

// mean adds what each element is off by, so that no sum grows too large. Where
// that rounds, plain addition is exact more often: it is used where it can.
func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	if isFinite(sum) || !allFinite(xs) {
		return sum / float64(len(xs))
	}
	m := 0.0
	for i, x := range xs {
		k := float64(i + 1)
		m += x/k - m/k
	}
	return m
}

// percentile changes the order of xs. NaN has no place in an order.
func percentile(xs []float64, p float64) float64 {
	if slices.ContainsFunc(xs, math.IsNaN) {
		return math.NaN()
	}
	slices.Sort(xs)
	at := p / 100 * float64(len(xs)-1)
	below := int(at)
	if below+1 >= len(xs) || float64(below) == at {
		return xs[below]
	}
	share := at - float64(below)
	return xs[below]*(1-share) + xs[below+1]*share
}
