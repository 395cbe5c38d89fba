package runtime

import (
	"math"
	"sync/atomic"
	"time"
	"unsafe"
)

// Kind is the type of a Value, as the script's type() names it.
type Kind uint8

const (
	KindNil Kind = iota
	KindBool
	KindInt
	KindFloat
	KindString
	KindBytes
	KindDuration
	KindTime
	KindList
	KindMap
	KindRange
	KindFunction
	KindError
	KindHost

	// What a slot may hold besides values; never seen by a script or host.
	kindUnbound // a let that is not bound yet
	kindAbsent  // an argument that was not given
	kindBox     // *box: a variable that a function captured before it was bound
	kindFailed  // *failed: a sibling's failure in the place of its value
)

var kindNames = [...]string{
	"nil", "bool", "int", "float", "string", "bytes", "duration", "time",
	"list", "map", "range", "function", "error", "host", "unbound", "absent", "box", "failed",
}

func (k Kind) String() string { return kindNames[k] }

// header is the first field of every object a Value points to.
type header struct{ kind Kind }

// Value is a script's value: 16 bytes, a pointer to a static tag or to an
// object that begins with its header, and a number word. The zero Value is nil.
//
// The number word holds an int, float, bool or duration. In the handle of a
// list or map it is 0 while this handle is the only one to the object, and
// shared from the moment it was copied out of a place: what lies behind a
// shared handle is never written again, so values need no locks. Changing one
// in place needs unique handles along the whole path; a shared one is replaced
// by a shallow copy first (see place.go).
//
// A Value that a host holds never changes and may be used by any goroutine.
type Value struct {
	ref *header
	num uint64
}

const shared = 1 // number word of a list's or map's handle that was copied

var (
	tagBool     = &header{KindBool}
	tagInt      = &header{KindInt}
	tagFloat    = &header{KindFloat}
	tagDuration = &header{KindDuration}
	tagUnbound  = &header{kindUnbound}
	tagAbsent   = &header{kindAbsent}

	unbound = Value{ref: tagUnbound}
	absent  = Value{ref: tagAbsent}
)

// Nil is the nil of scripts; the zero Value.
var Nil Value

// Objects behind the kinds that do not fit the number word.
type (
	bytesObject struct {
		header
		b []byte // never changed
	}
	timeObject struct {
		header
		t time.Time
	}
	// rangeObject is lo, lo+step, … below (step > 0) or above (step < 0) hi,
	// hi itself too where inclusive.
	rangeObject struct {
		header
		lo, hi    int64
		step      int64 // never 0
		inclusive bool
	}
	hostObject struct {
		header
		typ  *Type
		data any
	}
	box struct {
		header
		value Value // unbound before the let has run
	}
	failed struct {
		header
		err *Error
	}
)

// Kind gives the type of v.
func (v Value) Kind() Kind {
	if v.ref == nil {
		return KindNil
	}
	return v.ref.kind
}

// Constructors.

func Bool(b bool) Value {
	if b {
		return Value{tagBool, 1}
	}
	return Value{tagBool, 0}
}
func Int(n int64) Value              { return Value{tagInt, uint64(n)} }
func Float(x float64) Value          { return Value{tagFloat, math.Float64bits(x)} }
func Duration(d time.Duration) Value { return Value{tagDuration, uint64(d)} }
func Time(t time.Time) Value         { return Value{ref: &(&timeObject{header{KindTime}, t}).header} }
func newHost(typ *Type, data any) Value {
	return Value{ref: &(&hostObject{header{KindHost}, typ, data}).header}
}

// Bytes gives binary data; b must not be changed afterwards.
func Bytes(b []byte) Value { return Value{ref: &(&bytesObject{header{KindBytes}, b}).header} }

// The payload of a value whose kind is known.

func (v Value) isInt() bool             { return v.ref == tagInt }
func (v Value) isFloat() bool           { return v.ref == tagFloat }
func (v Value) isBool() bool            { return v.ref == tagBool }
func (v Value) int() int64              { return int64(v.num) }
func (v Value) float() float64          { return math.Float64frombits(v.num) }
func (v Value) bool() bool              { return v.num != 0 }
func (v Value) duration() time.Duration { return time.Duration(v.num) }

// The casts of this file are the only ones: a header is the first field of its
// object, and its kind says which object that is; a list's says how it holds
// its elements.

// words are the elements of a packed list: a slice of them is what the field
// items then is. The two kinds of slices differ in what they point to alone.
func (l *list) words() []uint64         { return *(*[]uint64)(unsafe.Pointer(&l.items)) }
func (l *list) setWords(words []uint64) { *(*[]uint64)(unsafe.Pointer(&l.items)) = words }

// start gives where the elements of a list are; nil if it has room for none.
func (l *list) start() *byte { return backing(l.items) }

// object and objectAt give where an object is, backing where what a slice has
// room for is, textStart where a text that is not empty is: for the collector,
// which knows how long that lives.
func (v Value) object() *byte    { return (*byte)(unsafe.Pointer(v.ref)) }
func backing[T any](s []T) *byte { return (*byte)(unsafe.Pointer(unsafe.SliceData(s))) }
func objectAt[T any](p *T) *byte { return (*byte)(unsafe.Pointer(p)) }

// within tells whether a text, which is not empty, is a part of another one.
func within(part, whole string) bool {
	at, start := uintptr(unsafe.Pointer(unsafe.StringData(part))), uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	return part != "" && at >= start && at-start < uintptr(len(whole))
}

func textStart(s string) *byte { return unsafe.StringData(s) }

// onHeap tells whether something stands on Go's heap. Where it does not, as a
// constant of the program, it lives for ever, and weak.Make would end the process.
func onHeap(of *byte) bool {
	base, _, _ := findObject(uintptr(unsafe.Pointer(of)), 0, 0)
	return base != 0
}

// findObject is that of Go's runtime, which gives 0 for what is in no object of
// its heap. It is kept as it is for those who link to it (go.dev/issue/67401).
//
//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span unsafe.Pointer, index uintptr)

func (v Value) list() *list         { return (*list)(unsafe.Pointer(v.ref)) }
func (v Value) mapping() *mapping   { return (*mapping)(unsafe.Pointer(v.ref)) }
func (v Value) text() *text         { return (*text)(unsafe.Pointer(v.ref)) }
func (v Value) bytes() []byte       { return (*bytesObject)(unsafe.Pointer(v.ref)).b }
func (v Value) time() time.Time     { return (*timeObject)(unsafe.Pointer(v.ref)).t }
func (v Value) span() *rangeObject  { return (*rangeObject)(unsafe.Pointer(v.ref)) }
func (v Value) function() *Function { return (*Function)(unsafe.Pointer(v.ref)) }
func (v Value) err() *Error         { return (*Error)(unsafe.Pointer(v.ref)) }
func (v Value) host() *hostObject   { return (*hostObject)(unsafe.Pointer(v.ref)) }
func (v Value) box() *box           { return (*box)(unsafe.Pointer(v.ref)) }
func (v Value) failed() *failed     { return (*failed)(unsafe.Pointer(v.ref)) }
func (v Value) isContainer() bool {
	return v.ref != nil && (v.ref.kind == KindList || v.ref.kind == KindMap)
}
func (v Value) is(k Kind) bool { return v.Kind() == k }

// knownMore and learn read and set the field more of a text that others may
// have too; learn leaves it as it is if another goroutine was first.
func (t *text) knownMore() *more {
	return (*more)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&t.more))))
}
func (t *text) learn(m *more) {
	atomic.CompareAndSwapPointer((*unsafe.Pointer)(unsafe.Pointer(&t.more)), nil, unsafe.Pointer(m))
}

// bare is a Go type that holds the number word of an int or a float as it is.
type bare interface{ int64 | float64 }

// word is what a place can be read as: a bare number, or the whole Value.
type word interface{ int64 | float64 | Value }

// whole tells whether T is int64, which is known where T is.
func whole[T bare]() bool { return T(1)/2 == 0 }

// numberAt reads the number word of a place that holds an int or a float.
func numberAt[T bare](p *Value) T { return *(*T)(unsafe.Pointer(&p.num)) }

// numberIn reads a number in a slot of a frame, or gives k where it has none such.
func numberIn[T bare](f *frame, slot int, k T) T {
	if s := f.slots; uint(slot) < uint(len(s)) {
		return *(*T)(unsafe.Pointer(&s[slot].num))
	}
	return k
}

// numberOf gives an int or a float as a Value.
func numberOf[T bare](x T) Value {
	if whole[T]() {
		return Int(int64(x))
	}
	return Float(float64(x))
}

// put writes into a place: a number into one that holds such numbers already,
// whose tag stays.
func put[T word](p *Value, x T) {
	if unsafe.Sizeof(x) == unsafe.Sizeof(*p) {
		*p = *(*Value)(unsafe.Pointer(&x))
	} else {
		*(*T)(unsafe.Pointer(&p.num)) = x
	}
}

// get reads what is in a place.
func get[T word](p *Value) T {
	if unsafe.Sizeof(*new(T)) == unsafe.Sizeof(*p) {
		return *(*T)(unsafe.Pointer(p))
	}
	return *(*T)(unsafe.Pointer(&p.num))
}

// assign writes v into a place. What does not change of it is not written:
// while Go's collector runs, writing a pointer costs much more than comparing.
func assign(p *Value, v Value) {
	if p.ref != v.ref {
		p.ref = v.ref
	}
	p.num = v.num
}

// share gives v as it may be held in a second place.
func (v Value) share() Value {
	if v.isContainer() {
		v.num = shared
	}
	return v
}

// withRoom gives a new object, and room for n elements of it. Where they are few
// the two are one allocation: half the work of making a small list or map.
func withRoom[Object, Element any](n int) (*Object, []Element) {
	switch n {
	case 1:
		o := new(struct {
			object Object
			room   [1]Element
		})
		return &o.object, o.room[:]
	case 2:
		o := new(struct {
			object Object
			room   [2]Element
		})
		return &o.object, o.room[:]
	case 3:
		o := new(struct {
			object Object
			room   [3]Element
		})
		return &o.object, o.room[:]
	case 4:
		o := new(struct {
			object Object
			room   [4]Element
		})
		return &o.object, o.room[:]
	case 5:
		o := new(struct {
			object Object
			room   [5]Element
		})
		return &o.object, o.room[:]
	case 6:
		o := new(struct {
			object Object
			room   [6]Element
		})
		return &o.object, o.room[:]
	case 7:
		o := new(struct {
			object Object
			room   [7]Element
		})
		return &o.object, o.room[:]
	case 8:
		o := new(struct {
			object Object
			room   [8]Element
		})
		return &o.object, o.room[:]
	}
	return new(Object), make([]Element, n)
}
