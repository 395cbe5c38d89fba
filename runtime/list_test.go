package runtime

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// elementsOfTests are what the lists of the tests are made of.
var elementsOfTests = []Value{
	Int(0), Int(1), Int(-3), Int(math.MaxInt64), Int(1 << 53), Int(1<<53 + 1),
	Float(0), Float(math.Copysign(0, -1)), Float(1), Float(-2.5), Float(math.Inf(-1)), Float(1 << 53), Float(math.NaN()),
	Bool(true), Bool(false), Duration(time.Second), Duration(-1), Duration(math.MaxInt64),
	Nil, String("a"), newList([]Value{Int(1)}).share(),
}

// kindsOfTests are the parts of elementsOfTests that can be packed.
var kindsOfTests = [][2]int{{0, 6}, {6, 12}, {6, 13}, {13, 15}, {15, 18}}

// same tells whether two lists hold the same values to the last bit.
func same(a, b *list) bool {
	if a.len() != b.len() {
		return false
	}
	for i := range a.len() {
		if a.at(i) != b.at(i) {
			return false
		}
	}
	return true
}

// unpacked gives the items as a list that is not packed.
func unpacked(items []Value) *list { return newList(slices.Clone(items)).list() }

// FuzzLists changes a list as the bytes say, most often by values of one kind,
// and a slice of values likewise: they must be the same after each step, and
// what is computed of the list the same as of one that is not packed.
func FuzzLists(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		data := make([]byte, 10+r.IntN(150))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func(n int) int {
			if len(data) == 0 || n == 0 {
				return 0
			}
			b := int(data[0])
			data = data[1:]
			return b % n
		}
		kind := kindsOfTests[next(len(kindsOfTests))]
		element := func() Value {
			if next(40) == 0 {
				return elementsOfTests[next(len(elementsOfTests))]
			}
			return elementsOfTests[kind[0]+next(kind[1]-kind[0])]
		}
		l, items := emptyList(next(4)), []Value(nil)
		for len(data) > 0 && len(items) < 1000 {
			switch op := next(14); op {
			case 0, 1, 2, 3:
				v := element()
				l.push(v)
				items = append(items, v)
			case 4, 5:
				if len(items) > 0 {
					i, v := next(len(items)), element()
					l.set(i, v)
					items[i] = v
				}
			case 6:
				i, v := next(len(items)+1), element()
				l.insert(i, v)
				items = slices.Insert(items, i, v)
			case 7:
				if len(items) > 0 {
					i := next(len(items))
					if got := l.remove(i); got != items[i] {
						t.Fatalf("remove gives %v, want %v", got, items[i])
					}
					items = slices.Delete(items, i, i+1)
				}
			case 8:
				l.reverse()
				slices.Reverse(items)
			case 9: // a copy takes its place; what was it stays as it is
				before := l
				l = l.part(0, l.len())
				v := element()
				l.push(v)
				if !same(before, unpacked(items)) {
					t.Fatalf("the copy changed %v to %v", items, before.value())
				}
				items = append(items, v)
			case 10:
				lo := next(len(items) + 1)
				hi := lo + next(len(items)+1-lo)
				l, items = l.part(lo, hi), slices.Clone(items[lo:hi])
			case 11:
				more := emptyList(0)
				for range next(12) {
					more.push(element())
				}
				l.pushCopies(more, 0, more.len())
				items = more.appendTo(items)
			case 12:
				n := next(3) + 1
				if len(items) > 0 {
					l, items = l.repeated(n), slices.Repeat(items, n)
				}
			case 13:
				if len(items) > 1 && next(10) == 0 {
					l.become(emptyList(0))
					items = nil
				}
			}
			if !same(l, unpacked(items)) {
				t.Fatalf("%v, want %v", l.value(), unpacked(items).value())
			}
		}
		checkComputed(t, l, unpacked(items))
		for _, v := range elementsOfTests {
			got, _ := l.position(v)
			if want, _ := unpacked(items).position(v); got != want {
				t.Errorf("%v is at %d of %v, not at %d", v, got, l.value(), want)
			}
		}
	})
}

// checkComputed computes of a list and of one with the same elements that is
// not packed.
func checkComputed(t *testing.T, l, plain *list) {
	agree := func(what string, got, want Value, gotErr, wantErr error) {
		if got != want && !(got.is(KindList) && want.is(KindList) && same(got.list(), want.list())) {
			t.Errorf("%s of %v is %v, not %v", what, plain.value(), got, want)
		}
		if (gotErr == nil) != (wantErr == nil) || gotErr != nil && gotErr.Error() != wantErr.Error() {
			t.Errorf("%s of %v fails with %v, not %v", what, plain.value(), gotErr, wantErr)
		}
	}
	got, gotErr := total(viewOf(l.value()), nil)
	want, wantErr := total(viewOf(plain.value()), nil)
	agree("sum", got, want, gotErr, wantErr)
	for _, sign := range []int{-1, 1} {
		if l.len() == 0 {
			break
		}
		got, gotErr := extreme(l, sign)
		want, wantErr := extreme(plain, sign)
		agree("extreme", Int(int64(got)), Int(int64(want)), asError(gotErr), asError(wantErr))
	}
	for _, desc := range []bool{false, true} {
		got, gotErr := sorted(l, nil, desc)
		order, wantErr := sortedMixed(plain, desc)
		want := []Value{}
		for _, at := range order {
			want = append(want, plain.at(at))
		}
		if gotErr == nil && wantErr == nil {
			agree("sorted", got.value(), newList(want), nil, nil)
		}
		// Which two elements are compared first is not said.
		if (gotErr == nil) != (wantErr == nil) {
			t.Errorf("sorted of %v fails with %v, not %v", plain.value(), gotErr, wantErr)
		}
	}
	if l.commonKind() != plain.commonKind() && l.len() > 0 {
		t.Errorf("all of %v are %v", l.value(), l.commonKind())
	}
	equals, _ := equal(l.value(), l.value())
	if want, _ := equal(plain.value(), unpacked(plain.items).value()); equals != want {
		t.Errorf("%v equals itself: %v", plain.value(), equals)
	}
	if mixed, _ := equal(l.value(), plain.value()); mixed != equals {
		t.Errorf("%v equals itself unpacked: %v", plain.value(), mixed)
	}
	h, _ := hash(l.value())
	if want, _ := hash(plain.value()); h != want {
		t.Errorf("the hash of %v depends on how it is held", plain.value())
	}
	if !slices.Equal(l.snapshot(true), plain.snapshot(true)) {
		t.Errorf("a host gets %v of %v", l.snapshot(true), plain.value())
	}
}

// asError makes an error of one that may be nil.
func asError(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

// Lists get packed where it pays, and do not go to and fro.
func TestPacking(t *testing.T) {
	filled := func(n int, v Value) *list {
		l := emptyList(0)
		for range n {
			l.push(v)
		}
		return l
	}
	for _, v := range elementsOfTests {
		kind := KindNil
		if v.isInt() || v.isFloat() || v.isBool() || v.is(KindDuration) {
			kind = v.Kind()
		}
		grown := newList([]Value{v, v}).list()
		grown.push(v)
		once := newList([]Value{v}).list()
		for what, l := range map[string]*list{
			"pushed": filled(20, v), "repeated": once.repeated(20), "grown": grown, "a part": filled(20, v).part(2, 9),
		} {
			if l.packed != kind {
				t.Errorf("%s: %v is packed as %v, not %v", what, l.value(), l.packed, kind)
			}
		}
		if once.packed != KindNil {
			t.Errorf("%v is packed as it is", once.value())
		}
	}
	for _, c := range []struct {
		what   string
		change func(*list)
	}{
		{"set", func(l *list) { l.set(3, Nil); l.set(3, Int(1)) }},
		{"push", func(l *list) { l.push(String("a")); l.remove(l.len() - 1) }},
		{"insert", func(l *list) { l.insert(0, Float(1)); l.remove(0) }},
		{"concatenation", func(l *list) { l.pushCopies(filled(1, Bool(true)), 0, 1); l.remove(l.len() - 1) }},
	} {
		l := filled(20, Int(1))
		for range 3 {
			c.change(l)
			l.push(Int(1))
			if l.packed != KindNil {
				t.Errorf("%s: %v is packed again", c.what, l.value())
			}
		}
	}
	if l := filled(1000, Int(1)); cap(l.words()) > 2000 {
		t.Errorf("1000 ints have room for %d", cap(l.words()))
	}
}

// A view keeps alive no more than twice what it shows, even one of another view.
func TestViews(t *testing.T) {
	for _, item := range []Value{Int(7), newPair(Nil, Nil)} {
		l := emptyList(0)
		for range 100 {
			l.push(item)
		}
		views := 0
		for from := 1; l.len() > 1; from = 1 {
			v, ok := l.view(from, l.len())
			if !ok {
				break
			}
			views++
			if l = v.list(); v.num != shared || l.len() != 100-views || cap(l.items) != l.len() || l.at(0) != item {
				t.Fatalf("view %d: %v", views, v)
			}
		}
		if views != 50 {
			t.Errorf("%d views, one of the other", views)
		}
		if _, ok := l.view(0, tiny); ok {
			t.Error("a view of a few elements")
		}
	}
}
