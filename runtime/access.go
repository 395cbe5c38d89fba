package runtime

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/tgscript/tgscript/ast/resolve"
)

// typeName gives the type of v as type() names it: a host object's own name.
func typeName(v Value) string {
	if v.is(KindHost) {
		return v.host().typ.Name
	}
	return v.Kind().String()
}

// kindTexts are the names of types as texts.
var kindTexts = func() (texts [len(kindNames)]Value) {
	for i, name := range kindNames {
		texts[i] = String(name)
	}
	return texts
}()

// typeText is typeName as a text.
func typeText(v Value) Value {
	if v.is(KindHost) {
		return String(v.host().typ.Name)
	}
	return kindTexts[v.Kind()]
}

// withArticle gives a type's name as it stands in a sentence: "an int".
func withArticle(name string) string {
	switch {
	case name == "nil" || name == "bytes":
		return name
	case name != "" && strings.ContainsRune("aeiouAEIOU", rune(name[0])):
		return "an " + name
	}
	return "a " + name
}

// counted gives "1 element", "3 elements".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// sizeOf gives the length of what can be indexed by position; what names one
// of its elements.
func sizeOf(x Value) (n int, what string, ok bool) {
	switch x.Kind() {
	case KindList:
		return x.list().len(), "element", true
	case KindString:
		return x.text().len(), "character", true
	case KindBytes:
		return len(x.bytes()), "byte", true
	case KindRange:
		return int(min(x.span().count(), math.MaxInt64)), "number", true
	}
	return 0, "", false
}

// length gives the number of elements, characters, bytes, numbers or entries;
// 0 for what has none.
func length(x Value) int {
	if x.is(KindMap) {
		return x.mapping().len()
	}
	n, _, _ := sizeOf(x)
	return n
}

// index computes x[i], i being a position, a key or, for a slice, a range.
func index(x, i Value) (Value, *Error) {
	if x.is(KindMap) {
		pos, err := keyPosition(x, i)
		if err != nil {
			return Nil, err
		}
		return entryOf(x, pos), nil
	}
	n, what, ok := sizeOf(x)
	if !ok {
		return Nil, notIndexed(x, i)
	}
	if i.is(KindRange) {
		return sliceRange(x, i)
	}
	at, err := position(x, i, n, what)
	if err != nil {
		return Nil, err
	}
	switch x.Kind() {
	case KindList:
		return elem(x, at), nil
	case KindString:
		return x.text().at(at), nil
	case KindBytes:
		return Int(int64(x.bytes()[at])), nil
	default:
		return Int(x.span().at(uint64(at))), nil
	}
}

func notIndexed(x, i Value) *Error {
	hint := ""
	switch {
	case x.is(KindNil):
		hint = "; x?[i] is nil for nil"
	case i.is(KindString):
		hint = "; write ." + i.str()
	}
	return Fail("type", "%s cannot be indexed%s", withArticle(typeName(x)), hint)
}

// position checks the index i of something with n elements; it may count from
// the end.
func position(x, i Value, n int, what string) (int, *Error) {
	if !i.isInt() {
		hint := ""
		if i.isFloat() {
			hint = "; write x // y, or int(x)"
		}
		return 0, Fail("type", "the index of a %s is an int, not %s%s", typeName(x), withArticle(typeName(i)), hint)
	}
	at := i.int()
	if at < 0 {
		at += int64(n)
	}
	if at < 0 || at >= int64(n) {
		hint := ""
		if x.is(KindList) {
			hint = "; get(i) gives nil there"
		}
		return 0, Fail("index", "index %d is out of range: the %s has %s%s", i.int(), typeName(x), counted(n, what), hint)
	}
	return int(at), nil
}

// keyPosition gives where the key i of the map x is.
func keyPosition(x, i Value) (int, *Error) {
	m := x.mapping()
	if i.is(KindString) {
		if pos := m.position(i, i.text().sum()); pos >= 0 {
			return pos, nil
		}
		return 0, missingKey(x, i)
	}
	if err := checkKey(i); err != nil {
		return 0, err
	}
	if pos := m.find(i); pos >= 0 {
		return pos, nil
	}
	return 0, missingKey(x, i)
}

// missingKey is the error for a key that a map, or a field that an error or
// host object does not have.
func missingKey(x, key Value) *Error {
	if !x.is(KindMap) {
		return noMember(x, key.String())
	}
	m, hint := x.mapping(), ""
	switch {
	case m.len() == 0:
		hint = ": the map is empty"
	case key.is(KindString):
		var names []string
		for k := range m.all() {
			if k.is(KindString) && len(names) < 1000 {
				names = append(names, k.str())
			}
		}
		if near := resolve.Nearest(key.str(), names); near != "" {
			hint = "; did you mean " + quoteText(near) + "?"
		} else if len(names) > 0 && len(names) == m.len() && m.len() <= 8 {
			for i := range names {
				names[i] = quoteText(names[i])
			}
			hint = ": there is " + strings.Join(names, ", ")
		}
	case key.isInt() && m.position(String(strconv.FormatInt(key.int(), 10)), hashString(strconv.FormatInt(key.int(), 10))) >= 0:
		hint = fmt.Sprintf("; the key %q is text", strconv.FormatInt(key.int(), 10))
	}
	return Fail("key", "the map has no key %s%s", quoted(key), hint)
}

// slice computes x[lo..hi] or x[lo..=hi]; an absent bound is open.
func slice(x, lo, hi Value, inclusive bool) (Value, *Error) {
	from, to, err := sliceBounds(x, lo, hi, inclusive)
	if err != nil {
		return Nil, err
	}
	switch x.Kind() {
	case KindList:
		return elements(x).part(from, to).value(), nil
	case KindString:
		return x.text().slice(from, to), nil
	case KindBytes:
		return Bytes(x.bytes()[from:to:to]), nil
	default:
		return x.span().part(uint64(from), uint64(to)), nil
	}
}

// sliceBounds gives the positions of a slice, from before to.
func sliceBounds(x, lo, hi Value, inclusive bool) (from, to int, err *Error) {
	n, what, ok := sizeOf(x)
	if !ok {
		return 0, 0, Fail("type", "%s cannot be sliced", withArticle(typeName(x)))
	}
	to = n
	if lo != absent {
		if from, err = bound(x, lo, n, what, false); err != nil {
			return 0, 0, err
		}
	}
	if hi != absent {
		if to, err = bound(x, hi, n, what, inclusive); err != nil {
			return 0, 0, err
		}
	}
	return from, max(from, to), nil
}

// bound checks a bound of a slice. An inclusive one names the last element,
// and must be there; it gives the place behind it.
func bound(x, b Value, n int, what string, inclusive bool) (int, *Error) {
	if !b.isInt() {
		return 0, Fail("type", "the bound of a slice is an int, not %s", withArticle(typeName(b)))
	}
	at := b.int()
	if at < 0 {
		at += int64(n)
	}
	last := int64(n)
	if inclusive {
		last--
	}
	if at < 0 || at > last {
		if inclusive && at == -1 && n == 0 {
			return 0, nil
		}
		hint := ""
		switch {
		case !x.is(KindList):
		case b.int() < 0:
			hint = "; take(n) and drop(n) take what there is"
		default:
			hint = fmt.Sprintf("; take(%d) takes what there is", b.int())
		}
		return 0, Fail("index", "the bound %d is out of range: the %s has %s%s", b.int(), typeName(x), counted(n, what), hint)
	}
	if inclusive {
		at++
	}
	return int(at), nil
}

// sliceRange computes x[r] for a range r: the elements at its numbers. A
// range from a negative bound to one behind it counts as x[a..b] does.
func sliceRange(x, r Value) (Value, *Error) {
	span := r.span()
	if span.step == 1 {
		return slice(x, Int(span.lo), Int(span.hi), span.inclusive)
	}
	n, what, ok := sizeOf(x)
	if !ok {
		return Nil, Fail("type", "%s cannot be sliced", withArticle(typeName(x)))
	}
	places := make([]int, 0, min(span.count(), uint64(n)))
	for i := range span.count() {
		at, err := position(x, Int(span.at(i)), n, what)
		if err != nil {
			return Nil, err
		}
		places = append(places, at)
	}
	return pick(x, places)
}

// pick gives the elements at places in the type of x.
func pick(x Value, places []int) (Value, *Error) {
	switch x.Kind() {
	case KindString:
		var b strings.Builder
		for _, at := range places {
			b.WriteString(x.text().at(at).str())
		}
		return String(b.String()), nil
	case KindBytes:
		out := make([]byte, len(places))
		for i, at := range places {
			out[i] = x.bytes()[at]
		}
		return Bytes(out), nil
	case KindList:
		out := emptyList(len(places))
		for _, at := range places {
			out.push(elem(x, at))
		}
		return out.value(), nil
	}
	out := emptyList(len(places))
	for _, at := range places {
		out.push(Int(x.span().at(uint64(at))))
	}
	return out.value(), nil
}

// member computes x.name where that is no call.
func member(x Value, name string) (Value, *Error) {
	switch x.Kind() {
	case KindMap:
		m := x.mapping()
		if pos := m.findString(name, hashString(name)); pos >= 0 {
			return entryOf(x, pos), nil
		}
		err := missingKey(x, String(name))
		if hasMethod(x, name) {
			err = Fail("key", "the map has no key %q; to call the method write %s()", name, name)
		}
		return Nil, err
	case KindError:
		if v, ok := x.err().field(name); ok {
			return v, nil
		}
	case KindHost:
		h := x.host()
		for i := range h.typ.Fields {
			if h.typ.Fields[i].Name == name {
				return h.typ.Fields[i].Get(h.data).share(), nil
			}
		}
	}
	return Nil, noMember(x, name)
}

// hasIndex tells whether x[i] is there: what ?[ asks. What could never be an
// index of x is left for index to complain about.
func hasIndex(x, i Value) bool {
	switch {
	case x.is(KindNil):
		return false
	case x.is(KindMap):
		return checkKey(i) != nil || x.mapping().has(i)
	case !i.isInt():
		return true
	}
	n, _, ok := sizeOf(x)
	at := i.int()
	return !ok || at < int64(n) && at >= -int64(n)
}

// noMember is the error for a member that x does not have.
func noMember(x Value, name string) *Error {
	if x.is(KindNil) {
		return Fail("type", "nil has no member `%s`; x?.%s is nil for nil", name, name)
	}
	if hasMethod(x, name) {
		return Fail("type", "`%s` is a method of %s: write %s()", name, typeName(x), name)
	}
	candidates := methodNames(x)
	switch x.Kind() {
	case KindError:
		candidates = errorFields
	case KindHost:
		for _, f := range x.host().typ.Fields {
			candidates = append(candidates, f.Name)
		}
	}
	err := Fail("type", "%s has no member `%s`", withArticle(typeName(x)), name)
	if here := elsewhere(x, name); here != "" {
		return err.hint("write " + here)
	}
	return err.hintNear(name, candidates)
}

// noMethod is the error for a call of a method that x does not have.
func noMethod(x Value, name string) *Error {
	if x.is(KindNil) {
		return Fail("type", "nil has no method `%s`; x?.%s() is nil for nil", name, name)
	}
	if v, err := member(x, name); err == nil {
		return Fail("type", "`%s` is no function but %s", name, withArticle(typeName(v)))
	}
	err := Fail("type", "%s has no method `%s`", withArticle(typeName(x)), name)
	if here := elsewhere(x, name); here != "" {
		return err.hint("write " + here)
	}
	return err.hintNear(name, methodNames(x))
}

// foreignMethods says what methods of other languages are called here.
var foreignMethods = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"length": "len()", "size": "len()", "count": "len()",
		"append": "push(v)", "add": "push(v)", "extend": "push(...xs)", "concat": "a + b", "slice": "xs[a..b]",
		"forEach": "each(fn)", "foreach": "each(fn)", "for_each": "each(fn)", "sort_by": "sort(by: fn)", "sorted_by": "sorted(by: fn)", "select": "filter(fn)", "fold": "reduce(init, fn)", "collect": "map(fn)",
		"indexOf": "index_of(v)", "includes": "contains(v)", "has_key": "has(k)", "has_value": "v in m.values()", "items": "entries()",
		"toUpperCase": "upper()", "to_upper": "upper()", "toLowerCase": "lower()", "to_lower": "lower()", "strip": "trim()", "lstrip": "trim_start()", "rstrip": "trim_end()",
		"substring": "s[a..b]", "substr": "s[a..b]", "startsWith": "starts_with(s)", "endsWith": "ends_with(s)", "replaceAll": "replace(old, new)",
		"toString": "str(x)", "to_string": "str(x)", "to_s": "str(x)", "to_str": "str(x)", "to_int": "int(x)", "to_i": "int(x)", "to_float": "float(x)",
	}
})

// elsewhere says how a member that x does not have is written here: what
// another language calls it, or the function of that name; "" if it is neither.
func elsewhere(x Value, name string) string {
	if fn := universe()[name]; fn != nil {
		return name + "(x)"
	}
	here := foreignMethods()[name]
	if called, _, isCall := strings.Cut(here, "("); isCall && !hasMethod(x, called) && universe()[called] == nil {
		return "" // not of this type
	}
	return here
}

// errorFields are the members of errors.
var errorFields = []string{"message", "kind", "data", "child", "cause", "trace", "errors", "values", "outcomes", "attempts"}

// field gives a member of an error.
func (e *Error) field(name string) (Value, bool) {
	switch name {
	case "message":
		return String(e.Message), true
	case "kind":
		return String(e.Kind), true
	case "data":
		return e.Data.share(), true
	case "child":
		if e.InChild {
			return String(e.Child), true
		}
		return Nil, true
	case "cause":
		return e.cause(), true
	case "trace":
		return e.trace(), true
	case "errors":
		return mapOrEmpty(e.Errors), true
	case "values":
		return mapOrEmpty(e.Values), true
	case "outcomes":
		return mapOrEmpty(e.Outcomes), true
	case "attempts":
		tries := make([]Value, len(e.Tries))
		for i, try := range e.Tries {
			tries[i] = try.value()
		}
		return newList(tries), true
	}
	return Nil, false
}

// cause gives what cause: gave, or the Go error behind it as an error.
func (e *Error) cause() Value {
	switch {
	case e.Cause != nil:
		return e.Cause.value()
	case e.wrapped != nil:
		return errorOf("internal", e.wrapped).value()
	}
	return Nil
}

// trace gives the calls that led to the failure, innermost first, each as
// {file, line, column, function}.
func (e *Error) trace() Value {
	calls := make([]Value, len(e.Trace))
	for i, site := range e.Trace {
		at := site.Position()
		m := newMap(4)
		m.putString("file", String(at.Name))
		m.putString("line", Int(int64(at.Line)))
		m.putString("column", Int(int64(at.Column)))
		function := Nil
		if site.Function != "" {
			function = String(site.Function)
		}
		m.putString("function", function)
		calls[i] = m.value()
	}
	return newList(calls)
}

func mapOrEmpty(v Value) Value {
	if v.is(KindNil) {
		return newMap(0).value()
	}
	return v.share()
}
