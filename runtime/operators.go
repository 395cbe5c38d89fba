package runtime

import (
	"math"
	"math/bits"
	"strings"
	"time"

	"github.com/tgscript/tgscript/ast"
)

// What one value may hold that an operator makes: repetition and joining fail
// beyond, before they allocate.
const (
	maxTextBytes = 1 << 30
	maxElements  = 1 << 26
)

// binary computes x op y for the operators that look at both sides always
// (not and, or, ??). It knows no position; nor do the others of this file.
func binary(op ast.BinaryOp, x, y Value) (Value, *Error) {
	switch op {
	case ast.Equal, ast.NotEqual:
		same, err := equal(x, y)
		return Bool(same == (op == ast.Equal)), err
	case ast.Less, ast.LessEqual, ast.Greater, ast.GreaterEqual:
		return comparison(op, x, y)
	case ast.In, ast.NotIn:
		found, err := contains(y, x)
		return Bool(found == (op == ast.In)), err
	}
	if x.isInt() && y.isInt() {
		return intArithmetic(op, x.int(), y.int())
	}
	if a, ok := number(x); ok {
		if b, ok := number(y); ok {
			return floatArithmetic(op, a, b)
		}
	}
	switch op {
	case ast.Add:
		return add(x, y)
	case ast.Sub:
		return subtract(x, y)
	case ast.Mul:
		return multiply(x, y)
	case ast.Div, ast.FloorDiv, ast.Mod:
		return divide(op, x, y)
	}
	return Nil, misfit(op, x, y)
}

// number gives an int or float as a float.
func number(v Value) (float64, bool) {
	switch {
	case v.isInt():
		return float64(v.int()), true
	case v.isFloat():
		return v.float(), true
	}
	return 0, false
}

// verbOf says what an operator does, for `cannot add int and string`.
func verbOf(op ast.BinaryOp) (verb, between string) {
	switch op {
	case ast.Add:
		return "add", "and"
	case ast.Sub:
		return "subtract", "from"
	case ast.Mul:
		return "multiply", "by"
	}
	return "divide", "by"
}

// misfit is the error for operands that an arithmetic operator does not take.
func misfit(op ast.BinaryOp, x, y Value) *Error {
	verb, between := verbOf(op)
	a, b := typeName(x), typeName(y)
	if op == ast.Sub {
		a, b = b, a
	}
	hint := ""
	switch {
	case op == ast.Add && (x.is(KindString) || y.is(KindString)):
		hint = "; text comes together as \"${a}${b}\" or with str()"
	case op == ast.Add && (x.is(KindList) || y.is(KindList)):
		hint = "; a list takes an element with push, or as [...xs, x]"
	case op == ast.Add && x.is(KindMap) && y.is(KindMap):
		hint = "; two maps are joined by merge, or as {...a, ...b}"
	case isTemporal(x) && isNumber(y) || isNumber(x) && isTemporal(y):
		hint = "; a duration has a unit: 5s, 250ms"
	}
	return Fail("type", "cannot %s %s %s %s%s", verb, a, between, b, hint)
}

func isNumber(v Value) bool   { return v.isInt() || v.isFloat() }
func isTemporal(v Value) bool { return v.is(KindDuration) || v.is(KindTime) }

// Checked arithmetic; ok is false where the result is no int64.

func addInt(x, y int64) (sum int64, ok bool) {
	sum = x + y
	return sum, (x^sum)&(y^sum) >= 0
}

func subInt(x, y int64) (difference int64, ok bool) {
	difference = x - y
	return difference, (x^y)&(x^difference) >= 0
}

func mulInt(x, y int64) (product int64, ok bool) {
	if int64(int32(x)) == x && int64(int32(y)) == y {
		return x * y, true
	}
	return mulWide(x, y)
}

func mulWide(x, y int64) (product int64, ok bool) {
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	if negative := (x < 0) != (y < 0); negative {
		return -int64(lo), hi == 0 && lo <= 1<<63
	}
	return int64(lo), hi == 0 && lo < 1<<63
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// floorDivInt and floorModInt need y != 0.

func floorDivInt(x, y int64) (quotient int64, ok bool) {
	if y == -1 {
		return subInt(0, x)
	}
	quotient = x / y
	if x%y != 0 && (x < 0) != (y < 0) {
		quotient--
	}
	return quotient, true
}

func floorModInt(x, y int64) int64 {
	if y == -1 {
		return 0
	}
	rest := x % y
	if rest != 0 && (rest < 0) != (y < 0) {
		rest += y
	}
	return rest
}

// floorMod and floorDiv for floats, so that x // y * y + x % y is x as nearly
// as floats allow. y is not 0.

func floorMod(x, y float64) float64 {
	rest := math.Mod(x, y)
	if rest != 0 && (rest < 0) != (y < 0) {
		rest += y
	}
	return rest
}

func floorDiv(x, y float64) float64 {
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return math.Floor(x / y)
	}
	quotient := (x - floorMod(x, y)) / y
	if floor := math.Floor(quotient); quotient-floor <= 0.5 {
		return floor
	}
	return math.Ceil(quotient)
}

func divisionByZero() *Error { return Fail("arithmetic", "division by zero") }

func overflow(op ast.BinaryOp, x, y Value) *Error {
	return Fail("arithmetic", "%s %s %s is too large for %s", x, op, y, withArticle(typeName(x)))
}

func intArithmetic(op ast.BinaryOp, x, y int64) (Value, *Error) {
	var n int64
	ok := true
	switch op {
	case ast.Add:
		n, ok = addInt(x, y)
	case ast.Sub:
		n, ok = subInt(x, y)
	case ast.Mul:
		n, ok = mulInt(x, y)
	default:
		if y == 0 {
			return Nil, divisionByZero()
		}
		switch op {
		case ast.Div:
			return Float(float64(x) / float64(y)), nil
		case ast.FloorDiv:
			n, ok = floorDivInt(x, y)
		default:
			n = floorModInt(x, y)
		}
	}
	if !ok {
		return Nil, overflow(op, Int(x), Int(y))
	}
	return Int(n), nil
}

func floatArithmetic(op ast.BinaryOp, x, y float64) (Value, *Error) {
	switch op {
	case ast.Add:
		return Float(x + y), nil
	case ast.Sub:
		return Float(x - y), nil
	case ast.Mul:
		return Float(x * y), nil
	}
	if y == 0 {
		return Nil, divisionByZero()
	}
	switch op {
	case ast.Div:
		return Float(x / y), nil
	case ast.FloorDiv:
		return Float(floorDiv(x, y)), nil
	default:
		return Float(floorMod(x, y)), nil
	}
}

func add(x, y Value) (Value, *Error) {
	switch {
	case x.is(KindDuration) && y.is(KindTime):
		x, y = y, x
		fallthrough
	case x.is(KindTime) && y.is(KindDuration):
		return Time(x.time().Add(y.duration())), nil
	case x.Kind() != y.Kind():
		return Nil, misfit(ast.Add, x, y)
	}
	switch x.Kind() {
	case KindString:
		if len(x.str())+len(y.str()) > maxTextBytes {
			return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
		}
		return concat(nil, x, y), nil
	case KindList:
		a, b := elements(x), elements(y)
		if a.len()+b.len() > maxElements {
			return Nil, Fail("limit", "a list of more than %d elements", maxElements)
		}
		out := emptyList(a.len() + b.len())
		out.pushCopies(a, 0, a.len())
		out.pushCopies(b, 0, b.len())
		return out.value(), nil
	case KindBytes:
		a, b := x.bytes(), y.bytes()
		if len(a)+len(b) > maxTextBytes {
			return Nil, Fail("limit", "more than %d bytes", maxTextBytes)
		}
		return Bytes(append(append(make([]byte, 0, len(a)+len(b)), a...), b...)), nil
	case KindDuration:
		n, ok := addInt(x.int(), y.int())
		if !ok {
			return Nil, overflow(ast.Add, x, y)
		}
		return Duration(time.Duration(n)), nil
	}
	return Nil, misfit(ast.Add, x, y)
}

func subtract(x, y Value) (Value, *Error) {
	switch {
	case x.is(KindDuration) && y.is(KindDuration):
		n, ok := subInt(x.int(), y.int())
		if !ok {
			return Nil, overflow(ast.Sub, x, y)
		}
		return Duration(time.Duration(n)), nil
	case x.is(KindTime) && y.is(KindDuration):
		t, d := x.time(), y.duration()
		if d == math.MinInt64 { // -d would be d
			return Time(t.Add(math.MaxInt64).Add(1)), nil
		}
		return Time(t.Add(-d)), nil
	case x.is(KindTime) && y.is(KindTime):
		t, u := x.time(), y.time()
		d := t.Sub(u)
		if d == math.MaxInt64 || d == math.MinInt64 { // what Sub gives beyond its range
			return Nil, overflow(ast.Sub, x, y)
		}
		return Duration(d), nil
	}
	return Nil, misfit(ast.Sub, x, y)
}

func multiply(x, y Value) (Value, *Error) {
	if isNumber(x) { // 3 * "ab" and 2 * 5s are the other way round
		x, y = y, x
	}
	switch {
	case x.is(KindDuration) && y.isInt():
		n, ok := mulInt(x.int(), y.int())
		if !ok {
			return Nil, overflow(ast.Mul, x, y)
		}
		return Duration(time.Duration(n)), nil
	case x.is(KindDuration) && y.isFloat():
		d, ok := durationOf(float64(x.duration()) * y.float())
		if !ok {
			return Nil, overflow(ast.Mul, x, y)
		}
		return d, nil
	case (x.is(KindString) || x.is(KindList)) && y.isInt():
		return repeat(x, y.int())
	}
	return Nil, misfit(ast.Mul, x, y)
}

// durationOf gives a number of nanoseconds, rounded; ok is false where no
// duration holds it.
func durationOf(ns float64) (Value, bool) {
	ns = math.RoundToEven(ns)
	if !(ns >= math.MinInt64 && ns < -math.MinInt64) {
		return Nil, false
	}
	return Duration(time.Duration(ns)), true
}

// repeat gives a string or list n times.
func repeat(x Value, n int64) (Value, *Error) {
	if n < 0 {
		return Nil, Fail("value", "cannot repeat a %s %d times", typeName(x), n)
	}
	if x.is(KindString) {
		t := x.text()
		if size, ok := mulInt(int64(len(t.s)), n); !ok || size > maxTextBytes {
			return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
		}
		if t.s == "" {
			return x, nil
		}
		return repeatText(t, int(n)), nil
	}
	l := elements(x)
	if size, ok := mulInt(int64(l.len()), n); !ok || size > maxElements {
		return Nil, Fail("limit", "a list of more than %d elements", maxElements)
	}
	if l.len() == 0 {
		n = 0
	}
	return l.repeated(int(n)).value(), nil
}

func divide(op ast.BinaryOp, x, y Value) (Value, *Error) {
	if !x.is(KindDuration) {
		return Nil, misfit(op, x, y)
	}
	switch {
	case y.is(KindDuration):
		if y.duration() == 0 {
			return Nil, divisionByZero()
		}
		switch op {
		case ast.Div:
			return Float(float64(x.duration()) / float64(y.duration())), nil
		case ast.Mod:
			return Duration(time.Duration(floorModInt(x.int(), y.int()))), nil
		}
		n, ok := floorDivInt(x.int(), y.int())
		if !ok {
			return Nil, overflow(op, x, y)
		}
		return Int(n), nil
	case op == ast.Div && y.isInt():
		switch y.int() {
		case 0:
			return Nil, divisionByZero()
		case -1:
			return negate(x)
		}
		return Duration(time.Duration(x.int() / y.int())), nil
	case op == ast.Div && y.isFloat():
		if y.float() == 0 {
			return Nil, divisionByZero()
		}
		d, ok := durationOf(float64(x.duration()) / y.float())
		if !ok {
			return Nil, overflow(op, x, y)
		}
		return d, nil
	}
	return Nil, misfit(op, x, y)
}

// negate computes -x.
func negate(x Value) (Value, *Error) {
	switch x.Kind() {
	case KindInt, KindDuration:
		n, ok := subInt(0, x.int())
		if !ok {
			return Nil, Fail("arithmetic", "-(%s) is too large for %s", x, withArticle(typeName(x)))
		}
		return Value{x.ref, uint64(n)}, nil
	case KindFloat:
		return Float(-x.float()), nil
	}
	return Nil, Fail("type", "cannot negate %s", typeName(x))
}

func comparison(op ast.BinaryOp, x, y Value) (Value, *Error) {
	order, err := compare(x, y)
	if err != nil || order == unordered {
		return Bool(false), err
	}
	switch op {
	case ast.Less:
		return Bool(order < 0), nil
	case ast.LessEqual:
		return Bool(order <= 0), nil
	case ast.Greater:
		return Bool(order > 0), nil
	default:
		return Bool(order >= 0), nil
	}
}

// seek gives where the entry of a key is in a map, -1 if it is not there.
func seek(m, key Value) (int, *Error) {
	if err := checkSought(key); err != nil {
		return -1, err
	}
	return m.mapping().find(key), nil
}

// checkSought tells why v cannot be looked for in a map: it is no key. NaN is
// none either, but just not there.
func checkSought(v Value) *Error {
	if canBeKey(v) || v.isFloat() {
		return nil
	}
	return checkKey(v)
}

// contains computes item in x.
func contains(x, item Value) (bool, *Error) {
	switch x.Kind() {
	case KindList:
		at, err := positionOf(viewOf(x), item)
		return at >= 0, err
	case KindMap:
		at, err := seek(x, item)
		return at >= 0, err
	case KindString:
		if item.is(KindString) {
			return strings.Contains(x.str(), item.str()), nil
		}
		return false, Fail("type", "cannot look for %s in string", typeName(item))
	case KindRange:
		item = wholeNumber(item)
		return item.isInt() && x.span().has(item.int()), nil
	case KindBytes:
		switch {
		case item.is(KindBytes):
			return strings.Contains(string(x.bytes()), string(item.bytes())), nil
		case item.isInt():
			n := item.int()
			return n >= 0 && n < 256 && strings.IndexByte(string(x.bytes()), byte(n)) >= 0, nil
		}
		return false, Fail("type", "cannot look for %s in bytes", typeName(item))
	}
	return false, Fail("type", "cannot look into %s: in takes a list, map, string, bytes or range", typeName(x))
}

// wholeNumber gives a float with an int's value as that int, all else as it is.
func wholeNumber(v Value) Value { return normalKey(v) }

// between computes v in lo..hi or v in lo..=hi, for bounds that are numbers,
// durations, times or single characters; a v of another type is not in it.
func between(v, lo, hi Value, inclusive bool) (bool, *Error) {
	switch {
	case lo.is(KindString) && hi.is(KindString):
		// Most are of one byte. (rot13: 1.2 times as fast)
		if v.is(KindString) && len(v.str()) == 1 && len(lo.str()) == 1 && len(hi.str()) == 1 {
			c, last := v.str()[0], hi.str()[0]
			return lo.str()[0] <= c && (c < last || inclusive && c == last), nil
		}
		if lo.text().len() != 1 || hi.text().len() != 1 {
			return false, Fail("value", "a range of text goes from one character to another, not %s..%s", quoted(lo), quoted(hi))
		}
		if !v.is(KindString) || v.text().len() != 1 {
			return false, nil
		}
	case isNumber(lo) && isNumber(hi):
		if !isNumber(v) || lo.isInt() && hi.isInt() && !wholeNumber(v).isInt() {
			return false, nil
		}
	case lo.Kind() == hi.Kind() && isTemporal(lo):
		if v.Kind() != lo.Kind() {
			return false, nil
		}
	default:
		return false, Fail("type", "no range goes from %s to %s", typeName(lo), typeName(hi))
	}
	low, err := compare(lo, v)
	if err != nil {
		return false, err
	}
	high, err := compare(v, hi)
	return low <= 0 && (high < 0 || inclusive && high == 0), err
}
