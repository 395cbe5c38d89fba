package json

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
)

// records gives a text such as services send: many maps with the same keys.
func records(n int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id": %d, "name": "user %d", "email": "user%d@example.com", "active": %t, "score": %.3f, "tags": ["a", "bb", "ccc"], "address": {"city": "Zürich", "zip": "%05d"}}`,
			i, i, i, i%3 == 0, float64(i)*0.731, i)
	}
	b.WriteByte(']')
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	text := records(1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStandardParse(b *testing.B) {
	text := []byte(records(1000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := stdjson.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	v, err := Parse(records(1000))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		out, err := Encode(v)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(out)))
	}
}

// FuzzParse holds what is the same in encoding/json, and that encoding and
// parsing again gives the same value.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		records(2), "null", "[1,2,]", `{"a":1,"a":[]}`, `"\ud83d\ude00\ud83d"`, "-0.0e-7", "1e400", "[[[", "\"\xff\"",
		`{"a":{"a":{"a":"a"}},"b":[{"a":1},{"a":2}]}`, "123456789012345678901234567890", "0.1", "1.7976931348623157e308",
		"\ufeff{}", "[1e5,1E+5,1.25e-3]", "99999999999999.123", "9007199254740993.5", "0.00000000000000000000001", "  [ ] ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		var want any
		d := stdjson.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
		theirs := d.Decode(&want)
		if theirs == nil && d.More() {
			theirs = fmt.Errorf("more")
		}
		if err == nil && theirs != nil && !strings.Contains(theirs.Error(), "exceeded max depth") {
			t.Fatalf("%q: no error, want %v", s, theirs)
		}
		if err != nil {
			if theirs == nil && stdjson.Valid([]byte(strings.TrimPrefix(s, "\ufeff"))) && !strings.Contains(err.Error(), "no UTF-8") {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if !same(v, want) {
			t.Fatalf("%q: %s, want %v", s, v, want)
		}
		out, err := Encode(v)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		again, err := ParseBytes(out)
		if err != nil || !runtime.Equal(v, again) {
			t.Fatalf("%q: %s, read back %s, %v", s, v, again, err)
		}
	})
}

// same tells whether v is what encoding/json makes of a text.
func same(v runtime.Value, want any) bool {
	switch want := want.(type) {
	case nil:
		return v.IsNil()
	case bool:
		b, ok := v.AsBool()
		return ok && b == want
	case string:
		s, ok := v.AsString()
		return ok && s == want
	case float64:
		x, ok := v.AsFloat()
		return ok && (x == want || math.IsInf(want, 0))
	case []any:
		items := v.List()
		if len(items) != len(want) {
			return false
		}
		for i := range items {
			if !same(items[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		if v.Len() != len(want) {
			return false
		}
		for k, item := range want {
			if got, ok := v.Get(k); !ok || !same(got, item) {
				return false
			}
		}
		return true
	}
	return false
}

func TestEncodeBadText(t *testing.T) {
	out, err := Encode(runtime.String("a\xff\xfeb"))
	if err != nil || !bytes.Equal(out, []byte(`"a`+"\ufffd\ufffd"+`b"`)) {
		t.Errorf("%s, %v", out, err)
	}
}
