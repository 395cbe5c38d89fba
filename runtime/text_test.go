package runtime

import (
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
