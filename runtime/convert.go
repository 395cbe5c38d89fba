package runtime

import (
	"cmp"
	"encoding"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// NewList gives a list of copies of values.
func NewList(values []Value) Value { return listOf(values...).share() }

// NewMap gives a map of names, in order; of two values for a name the last
// stays.
func NewMap(entries ...Named) Value {
	m := newMap(len(entries))
	for _, e := range entries {
		m.putString(e.Name, e.Value.share())
	}
	return m.value().share()
}

// MapBuilder makes a map in the order in which keys are first set. The zero
// MapBuilder is ready to use.
type MapBuilder struct{ m *mapping }

// Grow makes room for n more entries.
func (b *MapBuilder) Grow(n int) {
	if b.m == nil {
		b.m = newMap(n)
	}
}

// Set gives a name a value.
func (b *MapBuilder) Set(name string, v Value) {
	b.ready()
	b.m.putString(name, v.share())
}

// SetKey gives any key a value; the error, of kind type or value, is that of
// what cannot be a key.
func (b *MapBuilder) SetKey(key, v Value) error {
	b.ready()
	if err := b.m.set(key, v.share()); err != nil {
		return err
	}
	return nil
}

func (b *MapBuilder) ready() {
	if b.m == nil {
		b.m = newMap(0)
	}
}

// Map gives the map; the builder begins another.
func (b *MapBuilder) Map() Value {
	b.ready()
	m := b.m
	b.m = nil
	return m.value().share()
}

// IsNil tells whether v is nil.
func (v Value) IsNil() bool { return v.ref == nil }

// The Go value of v where it is of that type.

func (v Value) AsBool() (b, ok bool)           { return v.isBool() && v.bool(), v.isBool() }
func (v Value) AsInt() (n int64, ok bool)      { return payload(v, KindInt, Value.int) }
func (v Value) AsString() (s string, ok bool)  { return payload(v, KindString, Value.str) }
func (v Value) AsTime() (t time.Time, ok bool) { return payload(v, KindTime, Value.time) }
func (v Value) AsError() (err *Error, ok bool) { return payload(v, KindError, Value.err) }
func (v Value) AsFloat() (x float64, ok bool)  { return number(v) } // an int's too
func (v Value) AsDuration() (d time.Duration, ok bool) {
	return payload(v, KindDuration, Value.duration)
}

// AsBytes gives binary data, which must not be changed.
func (v Value) AsBytes() (b []byte, ok bool) { return payload(v, KindBytes, Value.bytes) }

func payload[T any](v Value, k Kind, get func(Value) T) (x T, ok bool) {
	if v.Kind() == k {
		return get(v), true
	}
	return x, false
}

// Len gives the number of elements, characters, bytes, numbers or entries; 0
// for what has none.
func (v Value) Len() int { return length(v) }

// List gives the elements of a list, which must not be changed; nil for what
// is no list. It may copy all of them: for one of many use At, to go through
// them All.
func (v Value) List() []Value {
	if !v.is(KindList) {
		return nil
	}
	return elements(v).snapshot(v.num == shared)
}

// At gives element i of a list or number i of a range; ok is false where there
// is none, and for what is neither.
func (v Value) At(i int) (element Value, ok bool) {
	if !v.is(KindList) && !v.is(KindRange) || i < 0 || i >= length(v) {
		return Nil, false
	}
	if v.is(KindRange) {
		return Int(v.span().at(uint64(i))), true
	}
	return elem(v, i), true
}

// All gives position and element of a list or range, key and value of a map;
// nothing for what is neither.
func (v Value) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		switch v.Kind() {
		case KindList:
			l := elements(v)
			for i := range l.len() {
				if !yield(Int(int64(i)), l.copyAt(i)) {
					return
				}
			}
		case KindRange:
			i := int64(0)
			for n := range v.span().all() {
				if !yield(Int(i), Int(n)) {
					return
				}
				i++
			}
		case KindMap:
			for k, item := range entriesOf(v).all() {
				if !yield(k, item) {
					return
				}
			}
		}
	}
}

// Get gives the value of a name in a map, or of a field of an error.
func (v Value) Get(name string) (Value, bool) {
	switch v.Kind() {
	case KindMap:
		if pos := v.mapping().findString(name, hashString(name)); pos >= 0 {
			return entryOf(v, pos), true
		}
	case KindError:
		return v.err().field(name)
	}
	return Nil, false
}

var (
	valueType    = reflect.TypeFor[Value]()
	errorPtrType = reflect.TypeFor[*Error]()
	errorType    = reflect.TypeFor[error]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bytesType    = reflect.TypeFor[[]byte]()
	textOutType  = reflect.TypeFor[encoding.TextMarshaler]()
)

// ValueOf copies a Go value in: nil, bools, numbers, strings, []byte (bytes),
// time.Time, time.Duration, errors, slices and arrays (lists), maps (in the
// order of their keys), structs (maps, by their json tags), what pointers and
// interfaces hold, what marshals itself as text (strings), functions, and
// Values as they are. What does not fit, such as a channel, an uint64 above
// the ints or a cycle, is an error of kind value that names the path to it.
func ValueOf(x any) (Value, error) {
	switch x := x.(type) { // the common ones without reflection
	case nil:
		return Nil, nil
	case Value:
		return x.share(), nil
	case bool:
		return Bool(x), nil
	case int:
		return Int(int64(x)), nil
	case int64:
		return Int(x), nil
	case float64:
		return Float(x), nil
	case string:
		return String(validText(x)), nil
	}
	v, err := copyIn(reflect.ValueOf(x), 0)
	if err != nil {
		return Nil, err.fail("value")
	}
	return v.share(), nil
}

// pathError is what does not fit, and the way to it, innermost step last.
type pathError struct {
	path string
	text string
}

func misfits(text string) *pathError { return &pathError{text: text} }

// under adds the step before.
func (e *pathError) under(step string) *pathError {
	e.path = step + e.path
	return e
}

func (e *pathError) fail(kind string) *Error {
	if path := strings.TrimPrefix(e.path, "."); path != "" {
		return Fail(kind, "%s: %s", path, e.text)
	}
	return Fail(kind, "%s", e.text)
}

func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

func keyStep(key string) string {
	if isName(key) {
		return "." + key
	}
	return "[" + quoteText(key) + "]"
}

func copyIn(x reflect.Value, depth int) (Value, *pathError) {
	if !x.IsValid() {
		return Nil, nil
	}
	if depth > maxNesting {
		return Nil, misfits("nested more than " + strconv.Itoa(maxNesting) + " deep, or in a cycle")
	}
	if v, ok := copySpecial(x); ok {
		return v, nil
	}
	switch x.Kind() {
	case reflect.Bool:
		return Bool(x.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int(x.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if x.Uint() > math.MaxInt64 {
			return Nil, misfits(strconv.FormatUint(x.Uint(), 10) + " is too large for an int")
		}
		return Int(int64(x.Uint())), nil
	case reflect.Float32:
		// The float32 as people see it: 0.1 stays 0.1.
		f, _ := strconv.ParseFloat(strconv.FormatFloat(x.Float(), 'g', -1, 32), 64)
		return Float(f), nil
	case reflect.Float64:
		return Float(x.Float()), nil
	case reflect.String:
		return String(validText(x.String())), nil
	case reflect.Pointer, reflect.Interface:
		if x.IsNil() {
			return Nil, nil
		}
		return copyIn(x.Elem(), depth+1)
	case reflect.Slice:
		if x.IsNil() {
			return newList(nil), nil
		}
		if x.Type().Elem().Kind() == reflect.Uint8 {
			return Bytes(slices.Clone(x.Bytes())), nil
		}
		return copyElements(x, depth)
	case reflect.Array:
		return copyElements(x, depth)
	case reflect.Map:
		return copyMap(x, depth)
	case reflect.Struct:
		return copyStruct(x, depth)
	case reflect.Func:
		if x.IsNil() {
			return Nil, nil
		}
		v, err := functionOf(x)
		if err != nil {
			return Nil, misfits(err.Error())
		}
		return v, nil
	}
	return Nil, misfits("no value holds a Go " + x.Type().String())
}

// copySpecial copies what has a meaning of its own, whatever its Go kind.
func copySpecial(x reflect.Value) (Value, bool) {
	t := x.Type()
	switch t {
	case valueType:
		if x.CanInterface() {
			return x.Interface().(Value).share(), true
		}
	case durationType:
		return Duration(time.Duration(x.Int())), true
	case timeType:
		if x.CanInterface() {
			return Time(x.Interface().(time.Time)), true
		}
	}
	if !x.CanInterface() || (x.Kind() == reflect.Pointer || x.Kind() == reflect.Interface) && x.IsNil() {
		return Nil, false
	}
	if t.Implements(errorType) {
		return errorOf("internal", x.Interface().(error)).value(), true
	}
	if x.Kind() != reflect.Interface && t.Implements(textOutType) {
		if text, err := x.Interface().(encoding.TextMarshaler).MarshalText(); err == nil {
			return String(validText(string(text))), true
		}
	}
	return Nil, false
}

func copyElements(x reflect.Value, depth int) (Value, *pathError) {
	out := emptyList(x.Len())
	for i := range x.Len() {
		v, err := copyIn(x.Index(i), depth+1)
		if err != nil {
			return Nil, err.under(indexStep(i))
		}
		out.push(v)
	}
	return out.value(), nil
}

func copyMap(x reflect.Value, depth int) (Value, *pathError) {
	type pair struct {
		key   Value
		value reflect.Value
	}
	pairs := make([]pair, 0, x.Len())
	for it := x.MapRange(); it.Next(); {
		k, err := copyIn(it.Key(), depth+1)
		if err != nil {
			return Nil, err
		}
		if bad := checkKey(k); bad != nil {
			return Nil, misfits(bad.Message)
		}
		pairs = append(pairs, pair{k, it.Value()})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if order, err := compare(a.key, b.key); err == nil {
			return order
		}
		return cmp.Or(cmp.Compare(a.key.Kind(), b.key.Kind()), cmp.Compare(a.key.num, b.key.num))
	})
	m := newMap(len(pairs))
	for _, p := range pairs {
		v, err := copyIn(p.value, depth+1)
		if err != nil {
			return Nil, err.under(keyStep(p.key.String()))
		}
		m.put(p.key, v)
	}
	return m.value(), nil
}

func copyStruct(x reflect.Value, depth int) (Value, *pathError) {
	fields := fieldsOf(x.Type())
	m := newMap(len(fields))
	for i := range fields {
		f := &fields[i]
		field, err := x.FieldByIndexErr(f.index)
		if err != nil || f.omitEmpty && isEmpty(field) || f.omitZero && field.IsZero() {
			continue // behind an embedded nil pointer, or left out
		}
		v, bad := copyIn(field, depth+1)
		if bad != nil {
			return Nil, bad.under(keyStep(f.name))
		}
		m.putString(f.name, v)
	}
	return m.value(), nil
}

// isEmpty is what omitempty asks.
func isEmpty(x reflect.Value) bool {
	switch x.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array, reflect.String:
		return x.Len() == 0
	case reflect.Struct:
		return false
	}
	return x.IsZero()
}

// structField is a field of a struct as encoding/json sees it.
type structField struct {
	name                string
	index               []int
	tagged              bool
	omitEmpty, omitZero bool
}

var structFields sync.Map // reflect.Type to []structField

// fieldsOf gives the fields of a struct, those of embedded structs among
// them: of two with one name the outer one counts, else the one with a tag,
// else neither.
func fieldsOf(t reflect.Type) []structField {
	if known, ok := structFields.Load(t); ok {
		return known.([]structField)
	}
	best := map[string][]structField{}
	var order []string
	var collect func(t reflect.Type, index []int, within []reflect.Type)
	collect = func(t reflect.Type, index []int, within []reflect.Type) {
		if slices.Contains(within, t) {
			return
		}
		within = append(slices.Clip(within), t)
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			at := append(slices.Clip(index), i)
			switch {
			case f.Tag.Get("json") == "-":
			case f.Anonymous && name == "" && inner.Kind() == reflect.Struct && inner != timeType && inner != valueType:
				if f.IsExported() || f.Type.Kind() != reflect.Pointer {
					collect(inner, at, within)
				}
			case f.IsExported():
				field := structField{name: cmp.Or(name, f.Name), index: at, tagged: name != ""}
				for option := range strings.SplitSeq(options, ",") {
					field.omitEmpty = field.omitEmpty || option == "omitempty"
					field.omitZero = field.omitZero || option == "omitzero"
				}
				if best[field.name] == nil {
					order = append(order, field.name)
				}
				best[field.name] = append(best[field.name], field)
			}
		}
	}
	collect(t, nil, nil)
	var fields []structField
	for _, name := range order {
		if f, ok := dominant(best[name]); ok {
			fields = append(fields, f)
		}
	}
	slices.SortStableFunc(fields, func(a, b structField) int { return slices.Compare(a.index, b.index) })
	structFields.Store(t, fields)
	return fields
}

func dominant(fields []structField) (structField, bool) {
	slices.SortStableFunc(fields, func(a, b structField) int {
		if order := cmp.Compare(len(a.index), len(b.index)); order != 0 || a.tagged == b.tagged {
			return order
		}
		if a.tagged {
			return -1
		}
		return 1
	})
	if len(fields) > 1 && len(fields[0].index) == len(fields[1].index) && fields[0].tagged == fields[1].tagged {
		return structField{}, false
	}
	return fields[0], true
}
