// Package math gives scripts the functions of Go's math, and a few for lists of
// numbers. What has no result among the finite numbers, such as sqrt(-1),
// fails with kind arithmetic, unless an argument was not finite either.
package math

import (
	"math"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// Module is math.
var Module = &runtime.Module{
	Name:   "math",
	Doc:    "Functions of numbers.",
	Consts: constants,
	Funcs:  append(functions(), statistics...),
}

var constants = []runtime.Const{
	{Name: "pi", Doc: "The circumference of a circle by its diameter.", Value: runtime.Float(math.Pi)},
	{Name: "tau", Doc: "The circumference of a circle by its radius.", Value: runtime.Float(2 * math.Pi)},
	{Name: "e", Doc: "The base of natural logarithms.", Value: runtime.Float(math.E)},
	{Name: "phi", Doc: "The golden ratio.", Value: runtime.Float(math.Phi)},
	{Name: "sqrt2", Doc: "The square root of 2.", Value: runtime.Float(math.Sqrt2)},
	{Name: "sqrte", Doc: "The square root of e.", Value: runtime.Float(math.SqrtE)},
	{Name: "sqrtpi", Doc: "The square root of pi.", Value: runtime.Float(math.SqrtPi)},
	{Name: "sqrtphi", Doc: "The square root of phi.", Value: runtime.Float(math.SqrtPhi)},
	{Name: "ln2", Doc: "The natural logarithm of 2.", Value: runtime.Float(math.Ln2)},
	{Name: "ln10", Doc: "The natural logarithm of 10.", Value: runtime.Float(math.Ln10)},
	{Name: "log2e", Doc: "The logarithm of e to the base 2.", Value: runtime.Float(math.Log2E)},
	{Name: "log10e", Doc: "The logarithm of e to the base 10.", Value: runtime.Float(math.Log10E)},
	{Name: "inf", Doc: "Infinity.", Value: runtime.Float(math.Inf(1))},
	{Name: "nan", Doc: "What is no number, and unequal to itself.", Value: runtime.Float(math.NaN())},
	{Name: "max_int", Doc: "The largest int.", Value: runtime.Int(math.MaxInt64)},
	{Name: "min_int", Doc: "The smallest int.", Value: runtime.Int(math.MinInt64)},
	{Name: "max_float", Doc: "The largest finite float.", Value: runtime.Float(math.MaxFloat64)},
	{Name: "smallest_float", Doc: "The smallest float above 0.", Value: runtime.Float(math.SmallestNonzeroFloat64)},
}

func functions() []*runtime.Func {
	return []*runtime.Func{
		one("sqrt", "The square root.", "math.sqrt(9)  # 3.0", math.Sqrt),
		one("cbrt", "The cube root.", "math.cbrt(27)  # 3.0", math.Cbrt),
		two("pow", "x", "y", "x to the power of y.", "math.pow(2, 10)  # 1024.0", math.Pow),
		two("hypot", "x", "y", "The square root of x*x + y*y.", "math.hypot(3, 4)  # 5.0", math.Hypot),
		one("exp", "e to the power of x.", "math.exp(0)  # 1.0", math.Exp),
		one("exp2", "2 to the power of x.", "math.exp2(3)  # 8.0", math.Exp2),
		one("expm1", "exp(x) - 1, exact for small x.", "math.expm1(0)  # 0.0", math.Expm1),
		whole("pow10", "n", "10 to the power of n.", "math.pow10(3)  # 1000.0", math.Pow10),
		one("log", "The natural logarithm.", "math.log(1)  # 0.0", math.Log),
		one("log2", "The logarithm to the base 2.", "math.log2(8)  # 3.0", math.Log2),
		one("log10", "The logarithm to the base 10.", "math.log10(1000)  # 3.0", exactLog10),
		one("log1p", "log(1 + x), exact for small x.", "math.log1p(0)  # 0.0", math.Log1p),
		one("logb", "The exponent of x to the base 2, as a float.", "math.logb(8)  # 3.0", math.Logb),
		toInt("ilogb", "The exponent of x to the base 2, as an int.", "math.ilogb(8)  # 3", func(x float64) float64 { return math.Logb(x) }),
		one("sin", "The sine.", "math.sin(0)  # 0.0", math.Sin),
		one("cos", "The cosine.", "math.cos(0)  # 1.0", math.Cos),
		one("tan", "The tangent.", "math.tan(0)  # 0.0", math.Tan),
		pair("sincos(x: number) -> list", "Sine and cosine.", "math.sincos(0)  # [0.0, 1.0]", func(x float64) (float64, float64) { return math.Sincos(x) }),
		one("asin", "The inverse of the sine.", "math.asin(0)  # 0.0", math.Asin),
		one("acos", "The inverse of the cosine.", "math.acos(1)  # 0.0", math.Acos),
		one("atan", "The inverse of the tangent.", "math.atan(0)  # 0.0", math.Atan),
		two("atan2", "y", "x", "The angle from the x axis to the point (x, y).", "math.atan2(0, 1)  # 0.0", math.Atan2),
		one("sinh", "The hyperbolic sine.", "math.sinh(0)  # 0.0", math.Sinh),
		one("cosh", "The hyperbolic cosine.", "math.cosh(0)  # 1.0", math.Cosh),
		one("tanh", "The hyperbolic tangent.", "math.tanh(0)  # 0.0", math.Tanh),
		one("asinh", "The inverse of the hyperbolic sine.", "math.asinh(0)  # 0.0", math.Asinh),
		one("acosh", "The inverse of the hyperbolic cosine.", "math.acosh(1)  # 0.0", math.Acosh),
		one("atanh", "The inverse of the hyperbolic tangent.", "math.atanh(0)  # 0.0", math.Atanh),
		one("erf", "The error function.", "math.erf(0)  # 0.0", math.Erf),
		one("erfc", "1 - erf(x).", "math.erfc(0)  # 1.0", math.Erfc),
		one("erfinv", "The inverse of erf.", "math.erfinv(0)  # 0.0", math.Erfinv),
		one("erfcinv", "The inverse of erfc.", "math.erfcinv(1)  # 0.0", math.Erfcinv),
		one("gamma", "The gamma function.", "math.gamma(5)  # 24.0", math.Gamma),
		pair("lgamma(x: number) -> list", "The logarithm of the size of gamma(x), and its sign, 1.0 or -1.0.", "math.lgamma(1)  # [0.0, 1.0]", func(x float64) (float64, float64) {
			size, sign := math.Lgamma(x)
			return size, float64(sign)
		}),
		one("j0", "The Bessel function of the first kind, order 0.", "math.j0(0)  # 1.0", math.J0),
		one("j1", "The Bessel function of the first kind, order 1.", "math.j1(0)  # 0.0", math.J1),
		ordered("jn", "The Bessel function of the first kind, order n.", "math.jn(2, 0)  # 0.0", math.Jn),
		one("y0", "The Bessel function of the second kind, order 0.", "math.y0(1) < 0.1  # true", math.Y0),
		one("y1", "The Bessel function of the second kind, order 1.", "math.y1(1) < 0  # true", math.Y1),
		ordered("yn", "The Bessel function of the second kind, order n.", "math.yn(2, 1) < 0  # true", math.Yn),
		toInt("floor", "The largest int that is not above x.", "math.floor(-1.5)  # -2", math.Floor),
		toInt("ceil", "The smallest int that is not below x.", "math.ceil(1.2)  # 2", math.Ceil),
		toInt("trunc", "x without what follows the point.", "math.trunc(-1.5)  # -1", math.Trunc),
		toInt("round", "The nearest int, halves away from zero.", "math.round(2.5)  # 3", math.Round),
		toInt("roundtoeven", "The nearest int, halves to the even one.", "math.roundtoeven(2.5)  # 2", math.RoundToEven),
		{
			Sig: "abs(x: number) -> number", Doc: "The size without the sign; an int's is an int.", Example: "math.abs(-3)  # 3", Fails: "arithmetic", Quick: abs,
		},
		two("dim", "x", "y", "x - y, or 0.0 if that is below.", "math.dim(5, 3)  # 2.0", math.Dim),
		two("mod", "x", "y", "The remainder of x / y with the sign of x; % has the sign of y.", "math.mod(-7, 3)  # -1.0", math.Mod),
		two("remainder", "x", "y", "The remainder of x by the multiple of y that is nearest.", "math.remainder(5, 3)  # -1.0", math.Remainder),
		pair("modf(x: number) -> list", "The part before the point and the one behind it.", "math.modf(2.5)  # [2.0, 0.5]", math.Modf),
		{
			Sig: "frexp(x: number) -> list", Doc: "A fraction from 0.5 to 1.0 and the power of 2, an int, whose product is x.", Example: "math.frexp(8)  # [0.5, 4]",
			Quick: func(_, x, _ runtime.Value) (runtime.Value, *runtime.Error) {
				fraction, exponent := math.Frexp(float(x))
				return runtime.NewList([]runtime.Value{runtime.Float(fraction), runtime.Int(int64(exponent))}), nil
			},
		}, {
			Sig: "ldexp(fraction: number, exponent: int) -> float", Doc: "The fraction times 2 to the power of the exponent.", Example: "math.ldexp(0.5, 4)  # 8.0", Fails: "arithmetic",
			Quick: func(_, fraction, exponent runtime.Value) (runtime.Value, *runtime.Error) {
				return finite("ldexp", math.Ldexp(float(fraction), integer(exponent)), fraction)
			},
		}, {
			Sig: "fma(x: number, y: number, z: number) -> float", Doc: "x * y + z, rounded once.", Example: "math.fma(2, 3, 4)  # 10.0", Fails: "arithmetic",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				x, y, z := c.Arg(0), c.Arg(1), c.Arg(2)
				v, err := finite("fma", math.FMA(float(x), float(y), float(z)), x, y, z)
				if err != nil {
					return runtime.Nil, err
				}
				return v, nil
			},
		},
		two("copysign", "x", "sign", "The size of x with the sign of another.", "math.copysign(3, -1)  # -3.0", math.Copysign),
		two("nextafter", "x", "y", "The float next to x on the way to y.", "math.nextafter(1, 2) > 1  # true", math.Nextafter),
		test("signbit", "Whether x has a minus sign, -0.0 too.", "math.signbit(-0.0)  # true", math.Signbit),
		test("isnan", "Whether x is no number.", "math.isnan(math.nan)  # true", math.IsNaN),
		test("isinf", "Whether x is infinite, on either side.", "math.isinf(-math.inf)  # true", func(x float64) bool { return math.IsInf(x, 0) }),
		{
			Sig: "clamp(x: number, low: number, high: number) -> number", Doc: "x, or the bound that it is beyond.", Example: "math.clamp(12, 0, 10)  # 10", Fails: "value", Do: clamp,
		}, {
			Sig: "gcd(...ns: int) -> int", Doc: "The largest int that divides all of them; 0 of nothing.", Example: "math.gcd(12, 18)  # 6", Fails: "arithmetic", Do: gcd,
		},
	}
}

// float gives an argument, an int or float.
func float(v runtime.Value) float64 {
	x, _ := v.AsFloat()
	return x
}

// integer gives an argument, an int.
func integer(v runtime.Value) int {
	n, _ := v.AsInt()
	return int(n)
}

// finite gives the result of a function, unless it has none.
func finite(name string, result float64, args ...runtime.Value) (runtime.Value, *runtime.Error) {
	if isFinite(result) {
		return runtime.Float(result), nil
	}
	return infinite(name, result, args)
}

// infinite is finite for what is not: the result of arguments that were not
// finite either, or none.
func infinite(name string, result float64, args []runtime.Value) (runtime.Value, *runtime.Error) {
	shown := make([]string, 0, len(args))
	for _, v := range args {
		if !isFinite(float(v)) {
			return runtime.Float(result), nil
		}
		shown = append(shown, v.String())
	}
	why := "is no number"
	if !math.IsNaN(result) {
		why = "is infinite or too large for a float"
	}
	return runtime.Nil, runtime.Fail("arithmetic", "%s(%s) %s", name, strings.Join(shown, ", "), why)
}

func isFinite(x float64) bool { return x-x == 0 }

// one makes a function of one number.
func one(name, doc, example string, fn func(float64) float64) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(x: number) -> float", Doc: doc, Example: example, Fails: "arithmetic",
		Quick: func(_, x, _ runtime.Value) (runtime.Value, *runtime.Error) {
			return finite(name, fn(float(x)), x)
		},
	}
}

// two makes a function of two numbers.
func two(name, first, second, doc, example string, fn func(x, y float64) float64) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(" + first + ": number, " + second + ": number) -> float", Doc: doc, Example: example, Fails: "arithmetic",
		Quick: func(_, x, y runtime.Value) (runtime.Value, *runtime.Error) {
			return finite(name, fn(float(x), float(y)), x, y)
		},
	}
}

// whole makes a function of an int.
func whole(name, param, doc, example string, fn func(int) float64) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(" + param + ": int) -> float", Doc: doc, Example: example, Fails: "arithmetic",
		Quick: func(_, n, _ runtime.Value) (runtime.Value, *runtime.Error) {
			return finite(name, fn(integer(n)), n)
		},
	}
}

// ordered makes a function of an order and a number.
func ordered(name, doc, example string, fn func(int, float64) float64) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(n: int, x: number) -> float", Doc: doc, Example: example, Fails: "arithmetic value",
		Quick: func(_, n, x runtime.Value) (runtime.Value, *runtime.Error) {
			// The time it takes grows with n.
			if n := integer(n); n > 1_000_000 || n < -1_000_000 {
				return runtime.Nil, runtime.Fail("value", "%s: the order must be within a million, not %d", name, n)
			}
			return finite(name, fn(integer(n), float(x)), n, x)
		},
	}
}

// toInt makes a function whose result is whole.
func toInt(name, doc, example string, fn func(float64) float64) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(x: number) -> int", Doc: doc, Example: example, Fails: "arithmetic",
		Quick: func(_, v, _ runtime.Value) (runtime.Value, *runtime.Error) {
			if _, ok := v.AsInt(); ok && name != "ilogb" {
				return v, nil
			}
			x := fn(float(v))
			if !(x >= -1<<63 && x < 1<<63) {
				return runtime.Nil, runtime.Fail("arithmetic", "%s(%s) is no int", name, v)
			}
			return runtime.Int(int64(x)), nil
		},
	}
}

// pair makes a function that gives two numbers.
func pair(sig, doc, example string, fn func(float64) (float64, float64)) *runtime.Func {
	name, _, _ := strings.Cut(sig, "(")
	return &runtime.Func{
		Sig: sig, Doc: doc, Example: example, Fails: "arithmetic",
		Quick: func(_, x, _ runtime.Value) (runtime.Value, *runtime.Error) {
			a, b := fn(float(x))
			first, err := finite(name, a, x)
			if err != nil {
				return runtime.Nil, err
			}
			return runtime.NewList([]runtime.Value{first, runtime.Float(b)}), nil
		},
	}
}

// test makes a question about a number.
func test(name, doc, example string, fn func(float64) bool) *runtime.Func {
	return &runtime.Func{
		Sig: name + "(x: number) -> bool", Doc: doc, Example: example,
		Quick: func(_, x, _ runtime.Value) (runtime.Value, *runtime.Error) { return runtime.Bool(fn(float(x))), nil },
	}
}

// exactLog10 is log10, which Go computes from log2, made exact for powers of
// ten: log10(1000) is 3.0.
func exactLog10(x float64) float64 {
	y := math.Log10(x)
	if n := math.Round(y); math.Abs(n) <= 308 && math.Pow10(int(n)) == x {
		return n
	}
	return y
}

func abs(_, x, _ runtime.Value) (runtime.Value, *runtime.Error) {
	n, ok := x.AsInt()
	switch {
	case !ok:
		return runtime.Float(math.Abs(float(x))), nil
	case n == math.MinInt64:
		return runtime.Nil, runtime.Fail("arithmetic", "abs(%d) is too large for an int", n)
	case n < 0:
		return runtime.Int(-n), nil
	}
	return x, nil
}

func clamp(c *runtime.Call) (runtime.Value, error) {
	x, low, high := c.Arg(0), c.Arg(1), c.Arg(2)
	switch {
	case !(order(low, high) <= 0):
		return runtime.Nil, runtime.Fail("value", "clamp: the lower bound %s is above the upper one, %s", low, high)
	case order(x, low) < 0:
		return low, nil
	case order(x, high) > 0:
		return high, nil
	}
	return x, nil
}

// order compares two numbers: below, equal, above by its sign; NaN with NaN.
func order(a, b runtime.Value) float64 {
	m, firstInt := a.AsInt()
	n, secondInt := b.AsInt()
	if firstInt && secondInt { // exactly, which floats could not
		switch {
		case m < n:
			return -1
		case m > n:
			return 1
		}
		return 0
	}
	x, _ := a.AsFloat()
	y, _ := b.AsFloat()
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return math.NaN()
}

func gcd(c *runtime.Call) (runtime.Value, error) {
	var g uint64
	for _, v := range c.Rest() {
		n, _ := v.AsInt()
		m := uint64(n)
		if n < 0 {
			m = -m
		}
		for m != 0 {
			g, m = m, g%m
		}
	}
	if g > math.MaxInt64 {
		return runtime.Nil, runtime.Fail("arithmetic", "the greatest common divisor %d is too large for an int", g)
	}
	return runtime.Int(int64(g)), nil
}
