package runtime

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// numberMethods are those of ints and floats.
var numberMethods = []*Func{{
	Sig: "fixed(n: int) -> string", Doc: "with n digits after the point", Example: `2.5.fixed(2)  # 2.50`, Fails: "value",
	makes: 1, Quick: func(x, digits, _ Value) (Value, *Error) {
		n := digits.int()
		if n < 0 || n > 1000 {
			return Nil, Fail("value", "fixed gives 0 to 1000 digits, not %d", n)
		}
		var room [32]byte
		out := room[:0]
		switch {
		case x.isInt():
			out = strconv.AppendInt(out, x.int(), 10)
			for i := range n {
				if i == 0 {
					out = append(out, '.')
				}
				out = append(out, '0')
			}
		case math.IsNaN(x.float()) || math.IsInf(x.float(), 0):
			out = appendFloat(out, x.float())
		default:
			out = strconv.AppendFloat(out, x.float(), 'f', int(n), 64)
		}
		return textOf(nil, out), nil
	},
}}

// power computes x to the k-th, k >= 0; ok is false for what no int holds.
func power(x, k int64) (n int64, ok bool) {
	n = 1
	for {
		if k&1 == 1 {
			if n, ok = mulInt(n, x); !ok {
				return 0, false
			}
		}
		if k >>= 1; k == 0 {
			return n, true
		}
		if x, ok = mulInt(x, x); !ok {
			return 0, false
		}
	}
}

var intMethods = []*Func{
	{
		Sig: "bit_and(n: int) -> int", Doc: "the bits that both have", Example: `6.bit_and(3)  # 2`,
		Do: func(c *Call) (Value, error) { return Int(c.recv.int() & c.Int(0)), nil },
	}, {
		Sig: "bit_or(n: int) -> int", Doc: "the bits that either has", Example: `6.bit_or(3)  # 7`,
		Do: func(c *Call) (Value, error) { return Int(c.recv.int() | c.Int(0)), nil },
	}, {
		Sig: "bit_xor(n: int) -> int", Doc: "the bits that one of the two has", Example: `6.bit_xor(3)  # 5`,
		Do: func(c *Call) (Value, error) { return Int(c.recv.int() ^ c.Int(0)), nil },
	}, {
		Sig: "bit_not() -> int", Doc: "all bits turned over", Example: `6.bit_not()  # -7`,
		Do: func(c *Call) (Value, error) { return Int(^c.recv.int()), nil },
	}, {
		Sig: "shl(n: int) -> int", Doc: "the bits moved up by n places; none may be lost", Example: `1.shl(4)  # 16`, Fails: "value arithmetic",
		Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 0)
			if err != nil {
				return Nil, err
			}
			x := c.recv.int()
			if moved := x << min(n, 64); n < 64 && moved>>n == x || x == 0 {
				return Int(moved), nil
			}
			return Nil, Fail("arithmetic", "%d.shl(%d) is too large for an int", x, n)
		},
	}, {
		Sig: "shr(n: int) -> int", Doc: "the bits moved down by n places; the sign stays", Example: `16.shr(4)  # 1`, Fails: "value",
		Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 0)
			return Int(c.recv.int() >> min(n, 63)), err
		},
	}, {
		Sig: "pow(k: int) -> int", Doc: "multiplied with itself k times", Example: `2.pow(10)  # 1024`, Fails: "value arithmetic",
		Do: func(c *Call) (Value, error) {
			k := c.Int(0)
			if k < 0 {
				return Nil, Fail("value", "pow of an int needs an exponent of at least 0, not %d; math.pow gives a float", k)
			}
			n, ok := power(c.recv.int(), k)
			if !ok {
				return Nil, Fail("arithmetic", "%d.pow(%d) is too large for an int", c.recv.int(), k)
			}
			return Int(n), nil
		},
	}, {
		Sig: "to_base(n: int) -> string", Doc: "written in base n, 2 to 36", Example: `255.to_base(16)  # ff`, Fails: "value",
		makes: 1, Do: func(c *Call) (Value, error) {
			base := c.Int(0)
			if base < 2 || base > 36 {
				return Nil, Fail("value", "a base is 2 to 36, not %d", base)
			}
			return asciiString(strconv.FormatInt(c.recv.int(), int(base))), nil
		},
	},
}

var floatMethods = []*Func{
	{
		Sig: "is_nan() -> bool", Doc: "whether it is not a number", Example: `1.5.is_nan()  # false`,
		Do: func(c *Call) (Value, error) { return Bool(math.IsNaN(c.recv.float())), nil },
	}, {
		Sig: "is_inf() -> bool", Doc: "whether it is infinite, of either sign", Example: `1.5.is_inf()  # false`,
		Do: func(c *Call) (Value, error) { return Bool(math.IsInf(c.recv.float(), 0)), nil },
	},
}

// Conversions: what int, float, bool, duration, round, min … of the Universe
// do with a value.

// toInt gives v as an int: a float without its fraction, text in a base of 2
// to 36, in which 10 reads as the language does without its prefixes.
func toInt(v Value, base int64) (Value, *Error) {
	if base < 2 || base > 36 {
		return Nil, Fail("value", "a base is 2 to 36, not %d", base)
	}
	switch v.Kind() {
	case KindInt:
		return v, nil
	case KindFloat:
		return wholeFloat(v.float(), math.Trunc(v.float()))
	case KindString:
		s := strings.TrimSpace(v.str())
		n, err := strconv.ParseInt(s, int(base), 64)
		if err == nil {
			return Int(n), nil
		}
		in := ""
		if base != 10 {
			in = " in base " + strconv.FormatInt(base, 10)
		}
		if err.(*strconv.NumError).Err == strconv.ErrRange {
			return Nil, Fail("value", "%s is too large for an int", quoted(v))
		}
		return Nil, Fail("value", "%s is no int%s", quoted(v), in)
	}
	return Nil, Fail("type", "int takes a number or text, not %s", withArticle(typeName(v)))
}

// wholeFloat gives whole, which was made of x, as an int.
func wholeFloat(x, whole float64) (Value, *Error) {
	if !(whole >= -1<<63 && whole < 1<<63) {
		return Nil, Fail("arithmetic", "%s is too large for an int", Float(x))
	}
	return Int(int64(whole)), nil
}

// toFloat gives v as a float.
func toFloat(v Value) (Value, *Error) {
	switch v.Kind() {
	case KindInt:
		return Float(float64(v.int())), nil
	case KindFloat:
		return v, nil
	case KindString:
		s := strings.TrimSpace(v.str())
		if s == "" || strings.ContainsAny(s, "xX_pPiInN") { // hexadecimal, inf, nan
			return Nil, Fail("value", "%s is no float", quoted(v))
		}
		x, err := strconv.ParseFloat(s, 64)
		switch {
		case err == nil:
			return Float(x), nil
		case math.IsInf(x, 0):
			return Nil, Fail("value", "%s is too large for a float", quoted(v))
		}
		return Nil, Fail("value", "%s is no float", quoted(v))
	}
	return Nil, Fail("type", "float takes a number or text, not %s", withArticle(typeName(v)))
}

// toBool gives v as a bool.
func toBool(v Value) (Value, *Error) {
	switch v.Kind() {
	case KindBool:
		return v, nil
	case KindString:
		switch strings.TrimSpace(v.str()) {
		case "true":
			return Bool(true), nil
		case "false":
			return Bool(false), nil
		}
		return Nil, Fail("value", "%s is no bool: it is \"true\" or \"false\"", quoted(v))
	}
	return Nil, Fail("type", "bool takes a bool or text, not %s", withArticle(typeName(v)))
}

// rounding is how a number becomes whole.
type rounding func(float64) float64

// roundTo gives a number as an int; where digits is an int, rounded to so
// many digits after the point (before it if negative), a float a float and an
// int an int.
func roundTo(v, digits Value, round rounding) (Value, *Error) {
	if !isNumber(v) {
		return Nil, Fail("type", "only a number can be rounded, not %s", withArticle(typeName(v)))
	}
	switch {
	case digits.is(KindNil) && v.isInt():
		return v, nil
	case digits.is(KindNil):
		return wholeFloat(v.float(), round(v.float()))
	case v.isInt():
		return roundInt(v.int(), digits.int(), round)
	}
	x, n := v.float(), digits.int()
	if n > 330 || x != x || math.IsInf(x, 0) {
		return v, nil // no float has so many
	}
	if n < -330 {
		return Float(0), nil
	}
	// What a person sees is the shortest text that reads back, so 2.675
	// rounds up although the nearest float is a little below.
	exact, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, 64))
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(math.Abs(float64(n)))), nil))
	if n < 0 {
		scale.Inv(scale)
	}
	whole := roundRat(exact.Mul(exact, scale), round)
	result, _ := new(big.Rat).Quo(new(big.Rat).SetInt(whole), scale).Float64()
	return Float(math.Copysign(result, x)), nil
}

// roundRat makes a rational number whole: its fraction is rounded as a float.
func roundRat(x *big.Rat, round rounding) *big.Int {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half := new(big.Int).Abs(rest)
	fraction := 0.25
	switch half.Lsh(half, 1).Cmp(x.Denom()) {
	case 0:
		fraction = 0.5
	case 1:
		fraction = 0.75
	}
	if rest.Sign() == 0 {
		fraction = 0
	}
	if x.Sign() < 0 {
		fraction = -fraction
	}
	return whole.Add(whole, big.NewInt(int64(round(fraction))))
}

func roundInt(n, digits int64, round rounding) (Value, *Error) {
	switch {
	case digits >= 0:
		return Int(n), nil
	case digits < -19:
		return Int(0), nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-digits), nil)
	whole := roundRat(new(big.Rat).SetFrac(big.NewInt(n), unit), round)
	if whole.Mul(whole, unit); !whole.IsInt64() {
		return Nil, Fail("arithmetic", "%d rounded is too large for an int", n)
	}
	return Int(whole.Int64()), nil
}

// absolute gives a number or duration without its sign.
func absolute(v Value) (Value, *Error) {
	switch v.Kind() {
	case KindInt, KindDuration:
		if v.int() < 0 {
			return negate(v)
		}
		return v, nil
	case KindFloat:
		return Float(math.Abs(v.float())), nil
	}
	return Nil, Fail("type", "abs takes a number or duration, not %s", withArticle(typeName(v)))
}

// minMax gives the smallest (sign -1) or largest (1) of several values, or of
// the one list or range that is given.
func minMax(values []Value, sign int) (Value, *Error) {
	l := newList(values).list()
	if len(values) == 1 && (values[0].is(KindList) || values[0].is(KindRange)) {
		s := sequenceOf(values[0])
		if s.span != nil && s.n > 0 {
			if (s.span.step > 0) == (sign > 0) {
				return s.at(s.n - 1), nil
			}
			return s.at(0), nil
		}
		if l = s.list; s.span != nil {
			l = emptyList(0)
		}
	}
	if l.len() == 0 {
		name := "max"
		if sign < 0 {
			name = "min"
		}
		return Nil, Fail("empty", "%s of nothing", name)
	}
	at, err := extreme(l, sign)
	if err != nil {
		return Nil, err
	}
	return l.copyAt(at), nil
}
