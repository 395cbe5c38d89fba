package lexer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// number reads an int, a float or a duration.
func (s *Scanner) number() {
	start := s.pos
	if s.text[s.pos] == '0' && s.pos+1 < len(s.text) {
		switch s.text[s.pos+1] {
		case 'x', 'X':
			s.based(16)
			return
		case 'o', 'O':
			s.based(8)
			return
		case 'b', 'B':
			s.based(2)
			return
		}
	}
	float := s.decimal()
	if s.exponent() {
		float = true
	} else if s.pos < len(s.text) && s.unitStart() {
		s.duration(start)
		return
	}
	s.finish(start, float)
}

// decimal reads digits and perhaps a fraction, and tells whether there was one.
func (s *Scanner) decimal() (fraction bool) {
	s.digits()
	if s.at(0) != '.' {
		return false
	}
	switch c := s.at(1); {
	case '0' <= c && c <= '9':
		s.pos++
		s.digits()
		return true
	case c == '.' || letters[c] || c >= 0x80:
		return false // a range or a call: 1..5, 6.pow(2)
	}
	start := s.pos
	s.pos++
	s.reportFrom(start, "a number cannot end with a dot", "write a digit after it: `1.0`")
	return true
}

func (s *Scanner) digits() {
	for c := s.at(0); '0' <= c && c <= '9' || c == '_'; c = s.at(0) {
		s.pos++
	}
}

// exponent reads e and its digits, if they are there.
func (s *Scanner) exponent() bool {
	if c := s.at(0); c != 'e' && c != 'E' {
		return false
	}
	n := 1
	if c := s.at(1); c == '+' || c == '-' {
		n = 2
	}
	if c := s.at(n); c < '0' || c > '9' {
		return false
	}
	s.pos += n
	s.digits()
	return true
}

// at gives the byte n further on, 0 beyond the end.
func (s *Scanner) at(n int) byte {
	if s.pos+n < len(s.text) {
		return s.text[s.pos+n]
	}
	return 0
}

func (s *Scanner) unitStart() bool {
	c := s.at(0)
	return letters[c] || strings.HasPrefix(s.text[s.pos:], "µ") || strings.HasPrefix(s.text[s.pos:], "μ")
}

// finish emits the int or float that stands between start and pos.
func (s *Scanner) finish(start int, float bool) {
	text := s.text[start:s.pos]
	plain, ok := plainDigits(text)
	switch {
	case !ok:
		s.reportFrom(start, fmt.Sprintf("`%s`: `_` may only stand between digits", text), "")
	case len(plain) > 1 && plain[0] == '0' && plain[1] >= '0' && plain[1] <= '9':
		s.reportFrom(start, fmt.Sprintf("`%s` begins with a zero", text), "drop it, or write `0o` for octal")
	}
	if float {
		f, err := strconv.ParseFloat(strings.TrimSuffix(plain, "."), 64)
		if err != nil && math.IsInf(f, 0) {
			s.reportFrom(start, fmt.Sprintf("`%s` is too large for a float", text), "")
		}
		s.emit(Float, start).Number = math.Float64bits(f)
		return
	}
	n, err := strconv.ParseUint(plain, 10, 64)
	s.int(start, n, err != nil)
}

// int emits an Int. 1<<63 is left to the parser, which knows whether a minus
// stands before it.
func (s *Scanner) int(start int, n uint64, overflow bool) {
	if overflow || n > 1<<63 {
		s.reportFrom(start, s.text[start:min(s.pos, start+24)]+ellipsis(s.pos-start)+" does not fit into an int", "the largest int is 9223372036854775807")
		n = 0
	}
	s.emit(Int, start).Number = n
}

func ellipsis(length int) string {
	if length > 24 {
		return "…"
	}
	return ""
}

// plainDigits drops the underscores; ok tells whether each stood between two
// digits.
func plainDigits(text string) (plain string, ok bool) {
	if strings.IndexByte(text, '_') < 0 {
		return text, true
	}
	ok = true
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] != '_' && nameBytes[text[i]] }
	for i := range len(text) {
		if text[i] == '_' && (!digit(i-1) || !digit(i+1)) {
			ok = false
		}
	}
	return strings.ReplaceAll(text, "_", ""), ok
}

// based reads 0x, 0o and 0b numbers.
func (s *Scanner) based(base int) {
	start := s.pos
	s.pos += 2
	for nameBytes[s.at(0)] {
		s.pos++
	}
	text := s.text[start+2 : s.pos]
	plain, ok := plainDigits(text)
	if strings.HasPrefix(text, "_") && len(text) > 1 {
		ok = plain != "" && !strings.Contains(text, "__") && !strings.HasSuffix(text, "_")
	}
	n, err := strconv.ParseUint(plain, base, 64)
	if e, bad := err.(*strconv.NumError); !ok || bad && e.Err == strconv.ErrSyntax {
		s.reportFrom(start, fmt.Sprintf("`%s` is not a number in base %d", s.text[start:s.pos], base), "")
		n, err = 0, nil
	}
	s.int(start, n, err != nil)
}

// duration reads on after the first number of a duration: 1m30s.
func (s *Scanner) duration(start int) {
	for s.unitStart() {
		for s.unitStart() {
			if s.at(0) >= 0x80 {
				s.pos++
			}
			s.pos++
		}
		if c := s.at(0); c < '0' || c > '9' {
			break
		}
		s.digits()
		if c := s.at(1); s.at(0) == '.' && '0' <= c && c <= '9' {
			s.pos++
			s.digits()
		}
	}
	text := s.text[start:s.pos]
	plain, ok := plainDigits(text)
	d, err := time.ParseDuration(plain)
	switch {
	case !ok || err != nil && !validDuration(plain):
		s.reportFrom(start, fmt.Sprintf("`%s` is neither a number nor a duration", text), "units are ns us ms s m h: `1m30s`; a name cannot begin with a digit")
	case err != nil:
		s.reportFrom(start, fmt.Sprintf("`%s` does not fit into a duration", text), "the longest is about 292 years")
	}
	s.emit(Duration, start).Number = uint64(d)
}

// validDuration tells a duration that is too long from text that is none.
func validDuration(text string) bool {
	for text != "" {
		rest := strings.TrimLeft(text, "0123456789.")
		if rest == text {
			return false
		}
		units := strings.TrimLeft(rest, "numshµμ")
		if _, err := time.ParseDuration("1" + rest[:len(rest)-len(units)]); err != nil {
			return false
		}
		text = units
	}
	return true
}

// leadingDot reads .5 as the number that was meant.
func (s *Scanner) leadingDot() {
	start := s.pos
	s.pos++
	s.digits()
	s.exponent()
	text := s.text[start:s.pos]
	s.reportFrom(start, fmt.Sprintf("`%s` is not a number", text), "write `0"+text+"`")
	f, _ := strconv.ParseFloat("0"+strings.ReplaceAll(text, "_", ""), 64)
	s.emit(Float, start).Number = math.Float64bits(f)
}
