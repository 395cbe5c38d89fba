package runtime

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
)

var textInType = reflect.TypeFor[encoding.TextUnmarshaler]()

// Decode copies a value out into the Go variable that into points to: the
// counterpart of ValueOf. A struct takes from a map the keys that its fields
// name, and keeps what the map does not have; nil empties pointers,
// interfaces, slices and maps. Into an any go nil, bool, int64, float64,
// string, []byte, time.Duration, time.Time, []any, map[string]any (with other
// keys than text map[any]any), *Error, and Value for the rest. The error, of
// kind type, names the path to what does not fit: `items[3].name: want
// string, got int`.
func Decode(v Value, into any) error {
	dst := reflect.ValueOf(into)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		return Fail("type", "Decode needs a pointer to decode into")
	}
	if err := copyOutInto(v, dst.Elem(), &walk{}); err != nil {
		return err.fail("type")
	}
	return nil
}

func want(what string, v Value) *pathError {
	return misfits("want " + what + ", got " + typeName(v))
}

func copyOutInto(v Value, dst reflect.Value, w *walk) *pathError {
	// A value costs about four times in Go what it costs to look at.
	if err := w.down(4, "decode"); err != nil {
		return misfits(err.Message)
	}
	defer w.up()
	t := dst.Type()
	if done, err := copyOutSpecial(v, dst, t); done {
		return err
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			dst.SetZero()
			return nil
		}
		if dst.IsNil() {
			dst.Set(reflect.New(t.Elem()))
		}
		return copyOutInto(v, dst.Elem(), w)
	case reflect.Interface:
		return copyOutAny(v, dst, w)
	case reflect.Bool:
		if !v.isBool() {
			return want("bool", v)
		}
		dst.SetBool(v.bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if !v.isInt() {
			return want("int", v)
		}
		if dst.OverflowInt(v.int()) {
			return misfits(v.String() + " is too large for " + t.String())
		}
		dst.SetInt(v.int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if !v.isInt() {
			return want("int", v)
		}
		if v.int() < 0 || dst.OverflowUint(uint64(v.int())) {
			return misfits(v.String() + " is out of range for " + t.String())
		}
		dst.SetUint(uint64(v.int()))
	case reflect.Float32, reflect.Float64:
		x, ok := number(v)
		if !ok {
			return want("float", v)
		}
		dst.SetFloat(x)
	case reflect.String:
		if !v.is(KindString) {
			return want("string", v)
		}
		dst.SetString(v.str())
	case reflect.Slice, reflect.Array:
		return copyOutList(v, dst, w)
	case reflect.Map:
		return copyOutMap(v, dst, w)
	case reflect.Struct:
		return copyOutStruct(v, dst, w)
	case reflect.Func:
		return copyOutFunction(v, dst)
	default:
		return misfits("cannot decode into a Go " + t.String())
	}
	return nil
}

// copyOutSpecial decodes into the types that have a meaning of their own.
func copyOutSpecial(v Value, dst reflect.Value, t reflect.Type) (done bool, err *pathError) {
	switch t {
	case valueType:
		dst.Set(reflect.ValueOf(v.share()))
		return true, nil
	case durationType:
		if !v.is(KindDuration) {
			return true, want("duration", v)
		}
		dst.SetInt(v.int())
		return true, nil
	case timeType:
		if !v.is(KindTime) {
			return true, want("time", v)
		}
		dst.Set(reflect.ValueOf(v.time()))
		return true, nil
	case errorPtrType, errorType:
		switch {
		case v.IsNil():
			dst.SetZero()
		case v.is(KindError):
			dst.Set(reflect.ValueOf(v.err()))
		default:
			return true, want("error", v)
		}
		return true, nil
	case bytesType:
		if v.is(KindBytes) {
			dst.SetBytes(append([]byte{}, v.bytes()...))
			return true, nil
		}
	}
	if v.is(KindString) && dst.CanAddr() && reflect.PointerTo(t).Implements(textInType) {
		if bad := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(v.str())); bad != nil {
			return true, misfits(bad.Error())
		}
		return true, nil
	}
	return false, nil
}

func copyOutList(v Value, dst reflect.Value, w *walk) *pathError {
	t := dst.Type()
	if v.IsNil() && t.Kind() == reflect.Slice {
		dst.SetZero()
		return nil
	}
	if !v.is(KindList) && !v.is(KindRange) {
		if t == bytesType {
			return want("bytes", v)
		}
		return want("list", v)
	}
	s := sequenceOf(v)
	if bad := s.finite(); bad != nil { // an endless range
		return misfits(bad.Message)
	}
	if t.Kind() == reflect.Slice {
		dst.Set(reflect.MakeSlice(t, s.n, s.n))
	} else if s.n != t.Len() {
		return misfits("want " + counted(t.Len(), "element") + ", got " + strconv.Itoa(s.n))
	}
	for i := range s.n {
		if err := copyOutInto(s.at(i), dst.Index(i), w); err != nil {
			return err.under(indexStep(i))
		}
	}
	return nil
}

func copyOutMap(v Value, dst reflect.Value, w *walk) *pathError {
	t := dst.Type()
	if v.IsNil() {
		dst.SetZero()
		return nil
	}
	if !v.is(KindMap) {
		return want("map", v)
	}
	m := reflect.MakeMapWithSize(t, v.Len())
	for k, item := range v.All() {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := copyOutInto(k, key, w); err != nil {
			err.text = "the key: " + err.text
			return err.under(keyStep(k.String()))
		}
		if err := copyOutInto(item, value, w); err != nil {
			return err.under(keyStep(k.String()))
		}
		m.SetMapIndex(key, value)
	}
	dst.Set(m)
	return nil
}

func copyOutStruct(v Value, dst reflect.Value, w *walk) *pathError {
	if !v.is(KindMap) {
		return want("map", v)
	}
	fields := fieldsOf(dst.Type())
	for i := range fields {
		f := &fields[i]
		item, ok := v.Get(f.name)
		if !ok {
			if item, ok = foldedKey(v, f.name, fields); !ok {
				continue
			}
		}
		if err := copyOutInto(item, fieldAt(dst, f.index), w); err != nil {
			return err.under(keyStep(f.name))
		}
	}
	return nil
}

// foldedKey finds the key of a field written in another case, as in
// encoding/json, unless that is the very name of another field.
func foldedKey(v Value, name string, fields []structField) (Value, bool) {
	for k, item := range v.All() {
		if k.is(KindString) && strings.EqualFold(k.str(), name) {
			for i := range fields {
				if fields[i].name == k.str() {
					return Nil, false
				}
			}
			return item, true
		}
	}
	return Nil, false
}

// fieldAt gives a field, and makes the embedded structs on the way to it.
func fieldAt(x reflect.Value, index []int) reflect.Value {
	for i, at := range index {
		if i > 0 && x.Kind() == reflect.Pointer {
			if x.IsNil() {
				x.Set(reflect.New(x.Type().Elem()))
			}
			x = x.Elem()
		}
		x = x.Field(at)
	}
	return x
}

// copyOutAny decodes into an interface.
func copyOutAny(v Value, dst reflect.Value, w *walk) *pathError {
	x, err := natural(v, w)
	switch {
	case err != nil:
		return err
	case x == nil:
		dst.SetZero()
	case !reflect.TypeOf(x).AssignableTo(dst.Type()):
		return want(dst.Type().String(), v)
	default:
		dst.Set(reflect.ValueOf(x))
	}
	return nil
}

// natural gives v as the Go type that fits it best.
func natural(v Value, w *walk) (any, *pathError) {
	switch v.Kind() {
	case KindNil:
		return nil, nil
	case KindBool:
		return v.bool(), nil
	case KindInt:
		return v.int(), nil
	case KindFloat:
		return v.float(), nil
	case KindString:
		return v.str(), nil
	case KindBytes:
		return append([]byte{}, v.bytes()...), nil
	case KindDuration:
		return v.duration(), nil
	case KindTime:
		return v.time(), nil
	case KindError:
		return v.err(), nil
	case KindList, KindRange:
		return naturalAs[[]any](v, w)
	case KindMap:
		for k := range v.mapping().all() {
			if !k.is(KindString) {
				return naturalAs[map[any]any](v, w)
			}
		}
		return naturalAs[map[string]any](v, w)
	}
	return v.share(), nil
}

func naturalAs[T any](v Value, w *walk) (any, *pathError) {
	var x T
	err := copyOutInto(v, reflect.ValueOf(&x).Elem(), w)
	return x, err
}

func copyOutFunction(v Value, dst reflect.Value) *pathError {
	switch {
	case v.IsNil():
		dst.SetZero()
		return nil
	case !v.is(KindFunction):
		return want("function", v)
	}
	return misfits("a script's function runs in its program: Result.Get copies it")
}
