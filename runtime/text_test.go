package runtime

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func TestTextPositions(t *testing.T) {
	for _, s := range []string{"", "a", "abc", "é", "xéy", "héllö", strings.Repeat("aé✓😀", 100), strings.Repeat("x", 300), "a\xffb"} {
		v := String(s)
		var chars []string
		for i := 0; i < len(s); {
			_, n := utf8.DecodeRuneInString(s[i:])
			chars = append(chars, s[i:i+n])
			i += n
		}
		if got := v.text().len(); got != len(chars) {
			t.Errorf("len(%q) = %d, want %d", s, got, len(chars))
		}
		for i, c := range chars {
			if got := v.text().at(i).str(); got != c {
				t.Errorf("%q[%d] = %q, want %q", s, i, got, c)
			}
		}
		for lo := 0; lo <= len(chars); lo += 1 + len(chars)/7 {
			for hi := lo; hi <= len(chars); hi += 1 + len(chars)/5 {
				part := v.text().slice(lo, hi)
				if want := strings.Join(chars[lo:hi], ""); part.str() != want || part.text().len() != hi-lo {
					t.Errorf("%q[%d..%d] = %q, want %q", s, lo, hi, part.str(), want)
				}
			}
		}
		if got := newList(v.text().chars()); got.list().len() != len(chars) {
			t.Errorf("chars of %q: %v", s, got)
		}
	}
}

// The texts that one grows through have their marks together.
func TestWideTextGrows(t *testing.T) {
	letters := []rune("aé✓😀")
	var grown []Value
	var runes []rune
	s := String("")
	for i := range 1000 {
		c := letters[i*i%7%4]
		s, runes = concat(nil, s, String(string(c))), append(runes, c)
		grown = append(grown, s)
		if got := s.text().at(i).str(); got != string(c) {
			t.Fatalf("character %d is %s, want %c", i, got, c)
		}
		for _, j := range []int{0, i / 2, i} {
			v := grown[j].text()
			if got := v.len(); got != j+1 {
				t.Fatalf("text %d is %d long", j, got)
			}
			if got := v.slice(j/2, j+1).str(); got != string(runes[j/2:j+1]) {
				t.Fatalf("the second half of text %d is %s", j, got)
			}
		}
	}
}

// Texts that grew out of one beginning must not see each other.
func TestConcatForks(t *testing.T) {
	base := String("a")
	for range 100 {
		base = concat(nil, base, String("é"))
	}
	want := base.str()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			own, letter := base, string(rune('a'+i))
			for range 1000 {
				own = concat(nil, own, String(letter))
				if n := own.text().len(); own.text().at(n-1).str() != letter {
					t.Errorf("%s: it does not end the text", letter)
				}
			}
			if own.str() != want+strings.Repeat(letter, 1000) || own.text().len() != 1101 {
				t.Errorf("%s: the text was changed by another", letter)
			}
			_ = base.text().at(70)
			_ = base.text().sum()
		})
	}
	wait.Wait()
	if base.str() != want {
		t.Error("the common beginning changed")
	}
	if concat(nil, base, String("")) != base || concat(nil, String(""), base) != base {
		t.Error("joining with nothing makes a new text")
	}
}

func TestConcatReusesItsBuffer(t *testing.T) {
	s := String("ab")
	piece := String("cd")
	if allocs := testing.AllocsPerRun(10_000, func() { s = concat(nil, s, piece) }); allocs > 1.1 {
		t.Errorf("%v allocations for each +=", allocs)
	}
}

func BenchmarkConcat(b *testing.B) {
	s, x := String(""), String("ab")
	for range b.N {
		s = concat(nil, s, x)
	}
}

func BenchmarkIndexWideText(b *testing.B) {
	s := String(strings.Repeat("é", 100_000))
	for i := range b.N {
		s.text().at(i % 100_000)
	}
}

// What short texts and those of ASCII have ways of their own for is what Go's
// library gives for any.
func TestTextMethodsAsInGo(t *testing.T) {
	pieces := []string{"a", "Z", "m", " ", "\t", "\n", "\r\n", "é", "ß", "İ", "\u00a0", "\u2028", "世", "\xff", "@", "[", "`", "{", "zz"}
	rnd := rand.New(rand.NewPCG(1, 2))
	lines := func(s string) []string {
		if s == "" {
			return nil
		}
		lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], "\r")
		}
		return lines
	}
	for range 20_000 {
		s := ""
		for range rnd.IntN(12) {
			s += pieces[rnd.IntN(len(pieces))]
		}
		runes := []rune(s)
		slices.Reverse(runes)
		for _, c := range []struct {
			method string
			want   any
		}{
			{"upper", strings.ToUpper(s)}, {"lower", strings.ToLower(s)}, {"trim", strings.TrimSpace(s)},
			{"reversed", string(runes)}, {"words", strings.Fields(s)}, {"lines", lines(s)},
		} {
			v, err := methodTable(c.method)[KindString].Quick(String(s), Nil, Nil)
			if err != nil {
				t.Fatal(err)
			}
			want, ok := c.want.(string)
			if !ok {
				want = fmt.Sprintf("%q", c.want)
				got := []string{}
				for _, part := range v.List() {
					checkNarrow(t, part)
					got = append(got, part.str())
				}
				if got := fmt.Sprintf("%q", got); got != want {
					t.Fatalf("%q.%s() is %s, want %s", s, c.method, got, want)
				}
				continue
			}
			if checkNarrow(t, v); v.str() != want {
				t.Fatalf("%q.%s() is %q, want %q", s, c.method, v.str(), want)
			}
		}
		parts := []Value{Nil, Nil, Nil, Nil}
		joined := ""
		for i := range parts {
			piece := pieces[rnd.IntN(len(pieces))]
			parts[i] = concat(nil, String(piece), String(s[:rnd.IntN(len(s)+1)]))
			parts[i].text().isNarrow()
			joined += parts[i].str()
		}
		v := concat(new(Thread), parts...)
		if checkNarrow(t, v); v.str() != joined {
			t.Fatalf("joined to %q, want %q", v.str(), joined)
		}
	}
}

// checkNarrow checks what is known of a text.
func checkNarrow(t *testing.T, v Value) {
	t.Helper()
	if s := v.str(); v.text().isNarrow() != (utf8.RuneCountInString(s) == len(s)) {
		t.Fatalf("it is wrong whether %q is narrow", s)
	}
}
