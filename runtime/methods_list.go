package runtime

import (
	"math"
	"math/big"

	"github.com/tgscript/tgscript/ast"
)

// sequence is a list or range that a method reads.
type sequence struct {
	list *list
	span *rangeObject // of a range
	n    int
}

func (c *Call) sequence() sequence { return sequenceOf(c.recv) }

// sequenceOf gives a view of a list or range whose elements may be kept.
func sequenceOf(v Value) sequence {
	if v.is(KindList) {
		elements(v)
	}
	return viewOf(v)
}

// viewOf is sequenceOf for elements that are only looked at.
func viewOf(v Value) sequence {
	if v.is(KindRange) {
		r := v.span()
		return sequence{span: r, n: int(min(r.count(), math.MaxInt64))}
	}
	return sequence{list: v.list(), n: v.list().len()}
}

// at gives element i as it may be held elsewhere.
func (s sequence) at(i int) Value {
	if s.span != nil {
		return Int(s.span.at(uint64(i)))
	}
	return s.list.copyAt(i)
}

// room gives an empty list for about as many results as there are elements.
func (s sequence) room() *list {
	if s.span != nil {
		return emptyList(min(s.n, 1<<12))
	}
	return emptyList(s.n)
}

// part gives elements lo to before hi as a list.
func (s sequence) part(lo, hi int) (Value, error) {
	if hi-lo > maxElements {
		return Nil, Fail("limit", "a list of more than %d elements", maxElements)
	}
	if s.span == nil {
		return s.list.part(lo, hi).value(), nil
	}
	out := emptyList(hi - lo)
	for i := lo; i < hi; i++ {
		out.push(s.at(i))
	}
	return out.value(), nil
}

// all gives every element as a list, which must not be changed.
func (s sequence) all() (*list, *Error) {
	if s.span != nil {
		return s.span.numbers()
	}
	return s.list, nil
}

// finite is the error of what is too long to be a list.
func (s sequence) finite() *Error {
	if s.span != nil {
		return s.span.finite()
	}
	return nil
}

// pushTo adds all elements to a list.
func (s sequence) pushTo(l *list) {
	if s.span == nil {
		l.pushCopies(s.list, 0, s.n)
		return
	}
	l.expect(s.n)
	for n := range s.span.all() {
		l.push(Int(n))
	}
}

// appendTo appends all elements.
func (s sequence) appendTo(out []Value) []Value {
	for i := range s.n {
		out = append(out, s.at(i))
	}
	return out
}

// test asks a callback for a bool.
func (c *Call) test(fn Value, args ...Value) (bool, error) {
	v, err := c.Invoke(fn, args...)
	if err != nil {
		return false, err
	}
	if !v.isBool() {
		return false, Fail("type", "%s needs a bool from its function, not %s", c.method(), typeName(v))
	}
	return v.bool(), nil
}

// method gives the name of the method that is called, for messages.
func (c *Call) method() string { return c.fn.Name() }

// count gives argument i, a number of things, which must be at least low.
func (c *Call) count(i int, low int64) (int, error) {
	n, err := countOf(c.Arg(i), low, c.method())
	if err != nil {
		return 0, err
	}
	return n, nil
}

// countOf is count for the argument of a method.
func countOf(v Value, low int64, method string) (int, *Error) {
	if v.int() < low {
		return 0, Fail("value", "%s needs a number of at least %d, not %d", method, low, v.int())
	}
	return int(v.int()), nil
}

// key calls a callback for a key of a map.
func (c *Call) key(fn Value, args ...Value) (Value, error) {
	k, err := c.Invoke(fn, args...)
	if err != nil {
		return Nil, err
	}
	if bad := checkKey(k); bad != nil {
		return Nil, Fail(bad.Kind, "%s: %s", c.method(), bad.Message)
	}
	return k, nil
}

// keys gives what a callback, if there is one, makes of each element.
func (c *Call) keys(s sequence, fn Value) (*list, error) {
	if fn.is(KindNil) {
		return nil, nil
	}
	keys := s.room()
	for i := range s.n {
		k, err := c.Invoke(fn, s.at(i))
		if err != nil {
			return nil, err
		}
		c.frame.push(keys, k)
	}
	return keys, nil
}

// pair reads a pair of key and value.
func pair(v Value) (key, value Value, err *Error) {
	if !v.is(KindList) || v.list().len() != 2 {
		return Nil, Nil, Fail("type", "to_map needs pairs [key, value], not %s", withArticle(typeName(v)))
	}
	key = elem(v, 0)
	if err := checkKey(key); err != nil {
		return Nil, Nil, Fail(err.Kind, "to_map: %s", err.Message)
	}
	return key, elem(v, 1), nil
}

// seenValues holds the values there were before: keys in a map, others by
// their hash.
type seenValues struct {
	keys   *mapping
	others map[uint64][]Value
}

// add tells whether v is new.
func (s *seenValues) add(v Value) (bool, *Error) {
	if canBeKey(v) {
		_, fresh := s.keys.enter(v, Nil)
		return fresh, nil
	}
	h, err := hash(v)
	if err != nil {
		return false, err
	}
	for _, old := range s.others[h] {
		if same, err := equal(old, v); same || err != nil {
			return false, err
		}
	}
	s.others[h] = append(s.others[h], v)
	return true, nil
}

// total adds numbers or durations up.
func total(s sequence, keys *list) (Value, error) {
	if keys == nil {
		if s.span != nil {
			return rangeTotal(s.span)
		}
		keys = s.list
	}
	sum, from := keys.subtotal()
	for i := from; i < keys.len(); i++ {
		v := keys.at(i)
		if sum.isInt() && v.isInt() {
			if n, ok := addInt(sum.int(), v.int()); ok {
				sum = Int(n)
				continue
			}
		}
		if !isNumber(v) && !v.is(KindDuration) {
			return Nil, Fail("type", "sum needs numbers or durations, but element %d is %s", i, withArticle(typeName(v)))
		}
		if i == 0 {
			sum = v
			continue
		}
		next, err := binary(ast.Add, sum, v)
		if err != nil {
			return Nil, err
		}
		sum = next
	}
	return sum, nil
}

// rangeTotal adds the numbers of a range up without going through them.
func rangeTotal(r *rangeObject) (Value, error) {
	n := r.count()
	if n == 0 {
		return Int(0), nil
	}
	sum := big.NewInt(r.lo)
	sum.Add(sum, big.NewInt(r.at(n-1)))
	sum.Mul(sum, new(big.Int).SetUint64(n))
	sum.Rsh(sum, 1)
	if !sum.IsInt64() {
		return Nil, Fail("arithmetic", "the sum of %s is too large for an int", r.value())
	}
	return Int(sum.Int64()), nil
}

// extreme gives the position of the smallest (sign -1) or largest (1) value:
// NaN wins, else the first of equal ones. There is at least one.
func extreme(values *list, sign int) (int, *Error) {
	if at, ok := values.extreme(sign); ok {
		return at, nil
	}
	best := 0
	for i := range values.len() {
		order, err := compareAt(values.at(i), values.at(best), sign, &walk{})
		if err != nil {
			return 0, err
		}
		if order == sign && i > 0 {
			best = i
		}
	}
	return best, nil
}

// extremeOf is min and max of a list or range.
func (c *Call) extremeOf(sign int) (Value, error) {
	s := c.sequence()
	if s.n == 0 {
		return Nil, Fail("empty", "%s of nothing", c.method())
	}
	if s.span != nil && c.Arg(0).is(KindNil) {
		if (s.span.step > 0) == (sign > 0) {
			return s.at(s.n - 1), nil
		}
		return s.at(0), nil
	}
	keys, err := c.keys(s, c.Arg(0))
	if err != nil {
		return Nil, err
	}
	if keys == nil {
		keys = s.list
	}
	at, bad := extreme(keys, sign)
	if bad != nil {
		return Nil, bad
	}
	return s.at(at), nil
}

// sort gives the elements of the receiver in the order that the arguments by
// and desc ask for.
func (c *Call) sort(s sequence) (*list, error) {
	all, bad := s.all()
	if bad != nil {
		return nil, bad
	}
	keys, err := c.keys(s, c.Arg(0))
	if err != nil {
		return nil, err
	}
	out, bad := sorted(all, keys, c.Bool(1))
	if bad != nil {
		return nil, bad
	}
	return out, nil
}

// flat adds what a list or range holds, and other values as they are.
func (f *frame) flat(to *list, v Value) *Error {
	if !v.is(KindList) && !v.is(KindRange) {
		f.push(to, v)
		return nil
	}
	s := sequenceOf(v)
	if err := s.finite(); err != nil {
		return err
	}
	f.admit(8 * s.n)
	before := to.start()
	s.pushTo(to)
	f.grew(to.value(), before)
	return nil
}

// ok gives a result that may have failed as Do returns it: a nil *Error must
// not become an error.
func ok(v Value, err *Error) (Value, error) {
	if err != nil {
		return Nil, err
	}
	return v, nil
}

// intOrNil gives a position that may be -1 for none.
func intOrNil(n int) Value {
	if n < 0 {
		return Nil
	}
	return Int(int64(n))
}

// find gives the position of the first element that passes the test in
// argument 0, -1 if none does.
func (c *Call) find(s sequence) (int, error) {
	for i := range s.n {
		yes, err := c.test(c.Arg(0), s.at(i))
		if err != nil {
			return 0, err
		}
		if yes {
			return i, nil
		}
	}
	return -1, nil
}

// quantifier is any (stop at true) and all (stop at false); without a
// function the elements themselves are the bools.
func (c *Call) quantifier(stop bool) (Value, error) {
	s := c.sequence()
	for i := range s.n {
		v := s.at(i)
		if fn := c.Arg(0); !fn.is(KindNil) {
			yes, err := c.test(fn, v)
			if err != nil {
				return Nil, err
			}
			v = Bool(yes)
		}
		if !v.isBool() {
			return Nil, Fail("type", "%s without a function needs bools, but element %d is %s", c.method(), i, withArticle(typeName(v)))
		}
		if v.bool() == stop {
			return v, nil
		}
	}
	return Bool(!stop), nil
}

// positionOf gives where v is, -1 if it is not.
func positionOf(s sequence, v Value) (int, *Error) {
	if s.span == nil {
		return s.list.position(v)
	}
	n := wholeNumber(v)
	if !n.isInt() || !s.span.has(n.int()) {
		return -1, nil
	}
	step := s.span.step
	if step < 0 {
		return int((uint64(s.span.lo) - uint64(n.int())) / -uint64(step)), nil
	}
	return int((uint64(n.int()) - uint64(s.span.lo)) / uint64(step)), nil
}

// chunks gives lists of size elements, each step after the one before; a last
// one that is shorter only where rest is true.
func chunks(s sequence, size, step int, rest bool) (Value, error) {
	var out []Value
	for i := 0; i < s.n; i += step {
		if s.n-i < size && !rest {
			break
		}
		part, err := s.part(i, i+min(size, s.n-i))
		if err != nil {
			return Nil, err
		}
		if out = append(out, part); len(out) > maxElements || len(out)*min(size, s.n) > maxElements {
			return Nil, Fail("limit", "lists of more than %d elements", maxElements)
		}
	}
	return newList(out), nil
}

// The bytes that methods make, for Func.weighs. What is wrong with an argument
// they leave to the method to say.

func copyBytes(recv, _, _ Value, _ int) int { return rangeBytes(viewOf(recv).n, recv) }

func takeBytes(recv, n, _ Value, _ int) int {
	return rangeBytes(int(min(n.int(), int64(viewOf(recv).n))), recv)
}

// rangeBytes gives how many bytes n elements of a list or range take.
func rangeBytes(n int, recv Value) int {
	switch {
	case n > maxElements:
		return 0
	case recv.is(KindRange) || recv.list().packed != KindNil:
		return 8 * n
	}
	return valueBytes * n
}

func pairBytes(recv, other, _ Value, _ int) int {
	n := viewOf(recv).n
	if other.is(KindList) || other.is(KindRange) {
		n = min(n, viewOf(other).n)
	}
	if n > maxElements {
		return 0
	}
	return valueBytes*n + rangeBytes(n, recv)
}

func windowBytes(recv, size, _ Value, _ int) int {
	n, k := int64(viewOf(recv).n), size.int()
	if k < 1 || k > n || n > maxElements {
		return 0
	}
	return rangeBytes(int(min(k*(n-k+1), maxElements+1)), recv)
}

func joinBytes(recv, sep, _ Value, most int) int {
	s := viewOf(recv)
	if s.finite() != nil {
		return 0
	}
	n := len(sep.str()) * s.n
	for i := 0; i < s.n && n <= most; i++ {
		if v := s.at(i); v.isContainer() {
			n += shownBytes(v, most-n)
		} else {
			n += len(v.shown())
		}
	}
	return n
}

// elementMethods look at elements one by one.
var elementMethods = []*Func{
	{
		Sig: "len() -> int", Doc: "how many elements there are", Example: `[1, 2].len()  # 2`, Fails: "arithmetic",
		Quick: func(recv, _, _ Value) (Value, *Error) {
			if recv.is(KindRange) && recv.span().count() > math.MaxInt64 {
				return Nil, Fail("arithmetic", "the length of %s is too large for an int", recv)
			}
			n, _, _ := sizeOf(recv)
			return Int(int64(n)), nil
		},
	}, {
		Sig: "get(i: int, default: any = nil) -> any", Doc: "element i, counted from the end if negative; the default if there is none",
		Example: `[1, 2].get(5, 0)  # 0`,
		Quick: func(recv, i, otherwise Value) (Value, *Error) {
			if !hasIndex(recv, i) {
				return otherwise, nil
			}
			return index(recv, i)
		},
	}, {
		Sig: "first() -> any", Doc: "the first element, nil of nothing", Example: `[1, 2].first()  # 1`,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			if !hasIndex(recv, Int(0)) {
				return Nil, nil
			}
			return index(recv, Int(0))
		},
	}, {
		Sig: "last() -> any", Doc: "the last element, nil of nothing", Example: `[1, 2].last()  # 2`,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			if !hasIndex(recv, Int(-1)) {
				return Nil, nil
			}
			return index(recv, Int(-1))
		},
	}, {
		Sig: "map(fn: function) -> list", Doc: "what fn gives for each element", Example: `[1, 2].map(x -> x * 10)  # [10, 20]`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := s.room()
			for i := range s.n {
				v, err := c.Invoke(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				c.frame.push(out, v)
			}
			return out.value(), nil
		},
	}, {
		Sig: "filter(fn: function) -> list", Doc: "the elements for which fn is true", Example: `[1, 2, 3].filter(x -> x > 1)  # [2, 3]`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := emptyList(0)
			for i := range s.n {
				yes, err := c.test(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				if yes {
					c.frame.push(out, s.at(i))
				}
			}
			return out.value(), nil
		},
	}, {
		Sig: "reduce(init: any, fn: function) -> any", Doc: "goes through the elements with a value that fn(value, element) gives anew",
		Example: `[1, 2, 3].reduce(10, (acc, x) -> acc + x)  # 16`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			acc := c.Arg(0)
			for i := range s.n {
				v, err := c.frame.invoke(c.Arg(1), []Value{acc, s.at(i).share()}) // acc is the function's own
				if err != nil {
					return Nil, err
				}
				acc = v
			}
			return acc, nil
		},
	}, {
		Sig: "each(fn: function) -> nil", Doc: "calls fn with each element", Example: `[1, 2].each(x -> x)  # nil`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			for i := range s.n {
				if _, err := c.Invoke(c.Arg(0), s.at(i)); err != nil {
					return Nil, err
				}
			}
			return Nil, nil
		},
	}, {
		Sig: "find(fn: function) -> any", Doc: "the first element for which fn is true, nil if there is none", Example: `[1, 2, 3].find(x -> x > 1)  # 2`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			i, err := c.find(s)
			if err != nil || i < 0 {
				return Nil, err
			}
			return s.at(i), nil
		},
	}, {
		Sig: "find_index(fn: function) -> int?", Doc: "where the first element is for which fn is true, nil if there is none", Example: `["a", "b"].find_index(x -> x == "b")  # 1`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			i, err := c.find(c.sequence())
			return intOrNil(i), err
		},
	}, {
		Sig: "index_of(value: any) -> int?", Doc: "where the first element equal to value is, nil if there is none", Example: `["a", "b"].index_of("b")  # 1`,
		Quick: func(recv, v, _ Value) (Value, *Error) {
			i, err := positionOf(viewOf(recv), v)
			return intOrNil(i), err
		},
	}, {
		Sig: "contains(value: any) -> bool", Doc: "whether an element equals value, as `in` does", Example: `[1, 2].contains(2)  # true`,
		Quick: func(recv, v, _ Value) (Value, *Error) {
			found, err := contains(recv, v)
			return Bool(found), err
		},
	}, {
		Sig: "any(fn: function = nil) -> bool", Doc: "whether fn is true for an element; without fn, whether one is true", Example: `[1, 2].any(x -> x > 1)  # true`, Fails: "type",
		Do: func(c *Call) (Value, error) { return c.quantifier(true) },
	}, {
		Sig: "all(fn: function = nil) -> bool", Doc: "whether fn is true for every element; without fn, whether all are true", Example: `[1, 2].all(x -> x > 1)  # false`, Fails: "type",
		Do: func(c *Call) (Value, error) { return c.quantifier(false) },
	}, {
		Sig: "count(fn: function) -> int", Doc: "for how many elements fn is true", Example: `[1, 2, 3].count(x -> x > 1)  # 2`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			n := int64(0)
			for i := range s.n {
				yes, err := c.test(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				if yes {
					n++
				}
			}
			return Int(n), nil
		},
	}, {
		Sig: "join(sep: string = \"\") -> string", Doc: "the elements as str shows them, with sep between", Example: `[1, "a"].join(", ")  # 1, a`,
		weighs: joinBytes, makes: 1, Quick: func(recv, sep, _ Value) (Value, *Error) {
			all := viewOf(recv)
			if bad := all.finite(); bad != nil {
				return Nil, bad
			}
			out := make([]byte, 0, all.joinedSize(len(sep.str())))
			for i := range all.n {
				if i > 0 {
					out = append(out, sep.str()...)
				}
				v := all.at(i)
				if size := len(out); v.is(KindString) && size+len(v.str()) > maxTextBytes || size > maxTextBytes {
					return Nil, Fail("limit", "a text of more than %d bytes", maxTextBytes)
				}
				var bad *Error
				if out, bad = appendDisplay(out, v); bad != nil {
					return Nil, bad
				}
			}
			return textIn(out), nil
		},
	},
}

// joinedSize gives about how many bytes join makes of the elements: of texts,
// as many.
func (s sequence) joinedSize(sep int) int {
	size := min(s.n*sep, maxTextBytes)
	for i := range s.n {
		if v := s.at(i); v.is(KindString) {
			size += len(v.str())
		} else {
			size += 8
		}
		if size > maxTextBytes {
			return 64 // it fails long before it is full
		}
	}
	return size
}

// orderMethods are about order, parts and totals.
var orderMethods = []*Func{
	{
		Sig: "sorted(*, by: function = nil, desc: bool = false) -> list", Doc: "the elements in order, or in that of what by gives for each; equal ones keep theirs, NaN comes last",
		Example: `["bb", "a"].sorted(by: s -> s.len())  # ["a", "bb"]`, Fails: "type",
		weighs: copyBytes, makes: 1, Do: func(c *Call) (Value, error) {
			out, err := c.sort(c.sequence())
			if err != nil {
				return Nil, err
			}
			out.markAll()
			return out.value(), nil
		},
	}, {
		Sig: "reversed() -> list", Doc: "the elements from the last to the first", Example: `[1, 2].reversed()  # [2, 1]`,
		weighs: copyBytes, makes: 1, Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out, err := s.part(0, s.n)
			if err != nil {
				return Nil, err
			}
			out.list().reverse()
			return out, nil
		},
	}, {
		Sig: "sum(*, by: function = nil) -> number | duration", Doc: "all numbers or durations together, or what by gives for each; of nothing 0",
		Example: `[1, 2.5].sum()  # 3.5`, Fails: "type arithmetic",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			keys, err := c.keys(s, c.Arg(0))
			if err != nil {
				return Nil, err
			}
			return total(s, keys)
		},
	}, {
		Sig: "min(*, by: function = nil) -> any", Doc: "the smallest element, or the one for which by gives the smallest; the first of equal ones; NaN wins",
		Example: `[3, 1, 2].min()  # 1`, Fails: "empty type",
		Do: func(c *Call) (Value, error) { return c.extremeOf(-1) },
	}, {
		Sig: "max(*, by: function = nil) -> any", Doc: "the largest element, or the one for which by gives the largest; the first of equal ones; NaN wins",
		Example: `["a", "ccc", "bb"].max(by: s -> s.len())  # ccc`, Fails: "empty type",
		Do: func(c *Call) (Value, error) { return c.extremeOf(1) },
	}, {
		Sig: "take(n: int) -> list", Doc: "the first n elements, fewer if there are fewer", Example: `[1, 2, 3].take(2)  # [1, 2]`, Fails: "value",
		weighs: takeBytes, makes: 1, Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 0)
			if err != nil {
				return Nil, err
			}
			s := c.sequence()
			return s.part(0, min(n, s.n))
		},
	}, {
		Sig: "drop(n: int) -> list", Doc: "all but the first n elements", Example: `[1, 2, 3].drop(2)  # [3]`, Fails: "value",
		weighs: copyBytes, makes: 1, Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 0)
			if err != nil {
				return Nil, err
			}
			s := c.sequence()
			return s.part(min(n, s.n), s.n)
		},
	}, {
		Sig: "chunk(n: int) -> list", Doc: "lists of n elements each, the last one of what is left", Example: `[1, 2, 3].chunk(2)  # [[1, 2], [3]]`, Fails: "value",
		weighs: pairBytes, makes: 2, Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 1)
			if err != nil {
				return Nil, err
			}
			s := c.sequence()
			n = min(n, max(s.n, 1))
			return chunks(s, n, n, true)
		},
	}, {
		Sig: "windows(n: int) -> list", Doc: "all runs of n neighbours; none if there are fewer", Example: `[1, 2, 3].windows(2)  # [[1, 2], [2, 3]]`, Fails: "value",
		weighs: windowBytes, makes: 2, Do: func(c *Call) (Value, error) {
			n, err := c.count(0, 1)
			if err != nil {
				return Nil, err
			}
			return chunks(c.sequence(), n, 1, false)
		},
	}, {
		Sig: "enumerate() -> list", Doc: "each element with its position, as [position, element]", Example: `["a"].enumerate()  # [[0, "a"]]`,
		weighs: pairBytes, makes: 2, Do: func(c *Call) (Value, error) {
			s := c.sequence()
			if bad := s.finite(); bad != nil {
				return Nil, bad
			}
			out := make([]Value, s.n)
			for i := range out {
				out[i] = newPair(Int(int64(i)), s.at(i))
			}
			return newList(out), nil
		},
	}, {
		Sig: "zip(other: list | range) -> list", Doc: "pairs of the elements of both, as many as the shorter has", Example: `[1, 2].zip(["a", "b"])  # [[1, "a"], [2, "b"]]`,
		weighs: pairBytes, makes: 2, Do: func(c *Call) (Value, error) {
			a, b := c.sequence(), sequenceOf(c.Arg(0))
			n := min(a.n, b.n)
			if n > maxElements {
				return Nil, Fail("limit", "a list of more than %d elements", maxElements)
			}
			out := make([]Value, n)
			for i := range out {
				out[i] = newPair(a.at(i), b.at(i))
			}
			return newList(out), nil
		},
	},
}

// groupingMethods put elements together in other ways.
var groupingMethods = []*Func{
	{
		Sig: "flatten() -> list", Doc: "the elements of the lists in it, one level deep; other elements as they are", Example: `[[1], [2, 3], 4].flatten()  # [1, 2, 3, 4]`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := s.room()
			for i := range s.n {
				if bad := c.frame.flat(out, s.at(i)); bad != nil {
					return Nil, bad
				}
			}
			return out.value(), nil
		},
	}, {
		Sig: "flat_map(fn: function) -> list", Doc: "the elements of the lists that fn gives for each element", Example: `[1, 2].flat_map(x -> [x, x])  # [1, 1, 2, 2]`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := s.room()
			for i := range s.n {
				v, err := c.Invoke(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				if bad := c.frame.flat(out, v); bad != nil {
					return Nil, bad
				}
			}
			return out.value(), nil
		},
	}, {
		Sig: "unique(*, by: function = nil) -> list", Doc: "each element once, where it is first; with by, the first for each value that by gives", Example: `[1, 2, 1].unique()  # [1, 2]`,
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			keys, err := c.keys(s, c.Arg(0))
			if err != nil {
				return Nil, err
			}
			seen := seenValues{newMap(0), map[uint64][]Value{}}
			out := emptyList(0)
			for i := range s.n {
				key := s.at(i)
				if keys != nil {
					key = keys.at(i)
				}
				fresh, bad := seen.add(key)
				if bad != nil {
					return Nil, bad
				}
				if fresh {
					c.frame.push(out, s.at(i))
				}
			}
			return out.value(), nil
		},
	}, {
		Sig: "group_by(fn: function) -> map", Doc: "lists of the elements for which fn gives the same key, in the order of first appearance",
		Example: `[1, 2, 3].group_by(x -> x % 2)  # {1: [1, 3], 0: [2]}`, Fails: "type value",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := newMap(0)
			for i := range s.n {
				k, err := c.key(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				at, fresh := c.frame.enterIn(out, k, Nil)
				if fresh {
					out.setAt(at, emptyList(0).value())
				}
				c.frame.push(out.valueAt(at).list(), s.at(i))
			}
			return out.value(), nil
		},
	}, {
		Sig: "count_by(fn: function) -> map", Doc: "for how many elements fn gives each key, in the order of first appearance",
		Example: `["a", "bb", "c"].count_by(s -> s.len())  # {1: 2, 2: 1}`, Fails: "type value",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := newMap(0)
			for i := range s.n {
				k, err := c.key(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				at, _ := c.frame.enterIn(out, k, Int(0))
				out.setAt(at, Int(out.valueAt(at).int()+1))
			}
			return out.value(), nil
		},
	}, {
		Sig: "partition(fn: function) -> list", Doc: "two lists: the elements for which fn is true, and the others", Example: `[1, 2, 3].partition(x -> x > 1)  # [[2, 3], [1]]`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			in, out := emptyList(0), emptyList(0)
			for i := range s.n {
				yes, err := c.test(c.Arg(0), s.at(i))
				if err != nil {
					return Nil, err
				}
				if yes {
					c.frame.push(in, s.at(i))
				} else {
					c.frame.push(out, s.at(i))
				}
			}
			return newPair(in.value(), out.value()), nil
		},
	}, {
		Sig: "to_map(fn: function = nil) -> map", Doc: "a map of the pairs [key, value], or of those that fn gives for each element; the last one of a key stays",
		Example: `["a", "b"].to_map(s -> [s, 1])  # {a: 1, b: 1}`, Fails: "type value",
		Do: func(c *Call) (Value, error) {
			s := c.sequence()
			out := newMap(0)
			for i := range s.n {
				v := s.at(i)
				if fn := c.Arg(0); !fn.is(KindNil) {
					var err error
					if v, err = c.Invoke(fn, v); err != nil {
						return Nil, err
					}
				}
				key, value, bad := pair(v)
				if bad != nil {
					return Nil, bad
				}
				c.frame.putIn(out, key, value)
			}
			return out.value(), nil
		},
	},
}

// listMethods change the list.
var listMethods = []*Func{
	{
		Sig: "push(...values: any) -> nil", Doc: "adds values at the end", Example: `{ var xs = [1]; xs.push(2, 3); xs }  # [1, 2, 3]`, changes: true,
		Do: func(c *Call) (Value, error) {
			l := c.recv.list()
			for _, v := range c.rest {
				l.push(v)
			}
			return Nil, nil
		},
		usual: 1,
		Quick: func(recv, v, _ Value) (Value, *Error) {
			recv.list().push(v)
			return Nil, nil
		},
	}, {
		Sig: "insert(i: int, value: any) -> nil", Doc: "puts a value before element i; at the end where i is the length", Example: `{ var xs = [1, 3]; xs.insert(1, 2); xs }  # [1, 2, 3]`,
		Fails: "index", changes: true,
		Quick: func(recv, at, v Value) (Value, *Error) {
			l := recv.list()
			i := at.int()
			if i < 0 {
				i += int64(l.len())
			}
			if i < 0 || i > int64(l.len()) {
				return Nil, Fail("index", "index %d is out of range: the list has %s", at.int(), counted(l.len(), "element"))
			}
			l.insert(int(i), v)
			return Nil, nil
		},
	}, {
		Sig: "remove(i: int) -> any", Doc: "takes element i out and gives it", Example: `{ var xs = [1, 2]; xs.remove(0) }  # 1`, Fails: "index", changes: true,
		Quick: func(recv, at, _ Value) (Value, *Error) {
			l := recv.list()
			i, err := position(recv, at, l.len(), "element")
			if err != nil {
				return Nil, err
			}
			return l.remove(i), nil
		},
	}, {
		Sig: "pop() -> any", Doc: "takes the last element out and gives it, nil of nothing", Example: `{ var xs = [1, 2]; xs.pop() }  # 2`, changes: true,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			l := recv.list()
			if l.len() == 0 {
				return Nil, nil
			}
			return l.remove(l.len() - 1), nil
		},
	}, {
		Sig: "sort(*, by: function = nil, desc: bool = false) -> nil", Doc: "puts the elements in order, as sorted has it", Example: `{ var xs = [2, 1]; xs.sort(); xs }  # [1, 2]`,
		Fails: "type", changes: true,
		Do: func(c *Call) (Value, error) {
			s := viewOf(c.recv)
			if !c.Arg(0).is(KindNil) {
				s = c.sequence() // the callback sees the elements
			}
			out, err := c.sort(s)
			if err == nil {
				c.recv.list().become(out)
			}
			return Nil, err
		},
	}, {
		Sig: "reverse() -> nil", Doc: "turns the order round", Example: `{ var xs = [1, 2]; xs.reverse(); xs }  # [2, 1]`, changes: true,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			recv.list().reverse()
			return Nil, nil
		},
	}, {
		Sig: "clear() -> nil", Doc: "takes all elements out", Example: `{ var xs = [1]; xs.clear(); xs }  # []`, changes: true,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			recv.list().become(emptyList(0))
			return Nil, nil
		},
	},
}
