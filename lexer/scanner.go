// Package lexer turns source text into tokens. A Source is the text, a Scanner
// reads it into Tokens of a Kind, and what it finds wrong are Diagnostics,
// which the later stages add to.
//
// What a newline means is not decided here: a token only knows that one stands
// before it, and the parser, which knows the bracket around it, decides.
package lexer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBadBytes bounds how many places of bad encoding are reported: the first
// few say what is wrong with a binary file.
const maxBadBytes = 10

// Scanner reads the tokens of one source. It goes on after a mistake, so that
// all of them are reported.
type Scanner struct {
	source      *Source
	text        string
	pos         int // of the next byte to read
	newline     bool
	tokens      []Token
	comments    []Span
	templates   []template // the strings around pos, innermost last
	diagnostics Diagnostics
}

// NewScanner gives a scanner for a source.
func NewScanner(source *Source) *Scanner {
	return &Scanner{source: source, text: source.Text}
}

// Scan reads the whole text. The last token is always EOF.
func (s *Scanner) Scan() []Token {
	s.tokens = make([]Token, 0, len(s.text)/4+16)
	s.checkEncoding()
	s.pos = len(s.text) - len(strings.TrimPrefix(s.text, "\ufeff"))
	for s.next() {
	}
	for _, t := range s.templates {
		s.report(t.open, "the string is never closed", "write `"+t.quote()+"` where it ends").Incomplete = true
	}
	s.pos = len(s.text)
	s.emit(EOF, s.pos)
	return s.tokens
}

// Diagnostics gives what was found wrong, in the order in which it was found.
func (s *Scanner) Diagnostics() Diagnostics { return s.diagnostics }

// Comments gives the places of the comments, without their newlines.
func (s *Scanner) Comments() []Span { return s.comments }

// checkEncoding reports what no text may hold anywhere. Both tests are far
// faster than scanning, so comments and strings need no care of their own.
func (s *Scanner) checkEncoding() {
	if utf8.ValidString(s.text) && strings.IndexByte(s.text, 0) < 0 {
		return
	}
	reported := 0
	for i := 0; i < len(s.text) && reported < maxBadBytes; {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			d := s.report(Span{Pos(i), Pos(i + 1)}, fmt.Sprintf("byte 0x%02x is not UTF-8", s.text[i]), "save the file as UTF-8")
			d.Incomplete = !utf8.FullRuneInString(s.text[i:])
			reported++
			for i+size < len(s.text) && !utf8.RuneStart(s.text[i+size]) {
				size++ // the rest of what may have been one character
			}
		case r == 0:
			s.report(Span{Pos(i), Pos(i + 1)}, "a NUL byte cannot stand in source text", "in a string write `\\0`")
			reported++
		}
		i += size
	}
}

// next reads one token or the space before it; false at the end.
func (s *Scanner) next() bool {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == ' ' || c == '\t' || c == '\r':
			s.pos++
		case c == '\n':
			s.newline = true
			s.pos++
		case c == '#':
			s.comment()
		case letters[c]:
			s.name()
			return true
		case '0' <= c && c <= '9':
			s.number()
			return true
		case c >= utf8.RuneSelf:
			s.unicode()
			return true
		default:
			s.symbol(c)
			return true
		}
	}
	return false
}

func (s *Scanner) emit(kind Kind, start int) *Token {
	if len(s.tokens) == cap(s.tokens) {
		s.grow()
	}
	s.tokens = append(s.tokens, Token{Kind: kind, NewlineBefore: s.newline, Span: Span{Pos(start), Pos(s.pos)}})
	s.newline = false
	return &s.tokens[len(s.tokens)-1]
}

// grow makes room for as many tokens as the rest of the text has, if it goes on
// as it began: to grow a long list step by step takes as long as to scan.
func (s *Scanner) grow() {
	rest := float64(len(s.text)-s.pos) / float64(s.pos)
	s.tokens = slices.Grow(s.tokens, int(rest*float64(len(s.tokens)))+16)
}

// report notes a mistake. One that touches the end of the text may be mended
// by what comes after it.
func (s *Scanner) report(span Span, message, hint string) *Diagnostic {
	d := &Diagnostic{Source: s.source, Span: span, Message: message, Hint: hint, Incomplete: int(span.End) >= len(s.text)}
	s.diagnostics = append(s.diagnostics, d)
	return d
}

func (s *Scanner) reportFrom(start int, message, hint string) *Diagnostic {
	return s.report(Span{Pos(start), Pos(s.pos)}, message, hint)
}

func (s *Scanner) comment() {
	start := s.pos
	end := strings.IndexByte(s.text[s.pos:], '\n')
	if end < 0 {
		s.pos = len(s.text)
	} else {
		s.pos += end
	}
	stop := start + len(strings.TrimSuffix(s.text[start:s.pos], "\r"))
	s.comments = append(s.comments, Span{Pos(start), Pos(stop)})
}

var letters, nameBytes = func() (letters, name [256]bool) {
	for c := range 256 {
		letters[c] = c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		name[c] = letters[c] || '0' <= c && c <= '9'
	}
	return letters, name
}()

func (s *Scanner) name() {
	start, ascii := s.pos, true
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		if nameBytes[c] {
			s.pos++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		ascii = false
		s.pos += size
	}
	text, kind := s.text[start:s.pos], Ident
	if ascii {
		kind = KeywordKind(text)
	}
	s.emit(kind, start).Text = text
}

// unicode reads what begins beyond ASCII: a name, or nothing the language
// knows.
func (s *Scanner) unicode() {
	start := s.pos
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	if unicode.IsLetter(r) {
		s.name()
		return
	}
	s.pos += size
	if r == utf8.RuneError && size == 1 {
		s.emit(Illegal, start) // checkEncoding has reported it
		return
	}
	hint := ""
	switch {
	case strings.ContainsRune("“”„‘’«»", r):
		hint = "write plain double quotes: `\"`"
	case unicode.IsSpace(r) || unicode.In(r, unicode.Cf):
		hint = "it looks like a space or like nothing; delete it"
	}
	s.reportFrom(start, fmt.Sprintf("`%c` (U+%04X) cannot stand here", r, r), hint)
	s.emit(Illegal, start)
}

// symbols lists the operators by their first byte, the longer ones first.
var symbols = [utf8.RuneSelf][]Kind{
	'(': {LeftParen},
	')': {RightParen},
	'[': {LeftBracket},
	']': {RightBracket},
	'{': {LeftBrace},
	'}': {RightBrace},
	',': {Comma},
	';': {Semicolon},
	':': {Colon},
	'|': {Pipe},
	'.': {DotDotEqual, Ellipsis, DotDot, Dot},
	'?': {CoalesceAssign, Coalesce, OptionalDot, OptionalBracket},
	'=': {Equal, Assign},
	'!': {NotEqual},
	'<': {LessEqual, Less},
	'>': {GreaterEqual, Greater},
	'+': {PlusAssign, Plus},
	'-': {Arrow, MinusAssign, Minus},
	'*': {StarAssign, Star},
	'/': {SlashSlashAssign, SlashSlash, SlashAssign, Slash},
	'%': {PercentAssign, Percent},
}

// foreign are spellings of other languages: what each of them is read as, so
// that one mistake is reported once.
var foreign = []struct {
	text    string
	kind    Kind
	message string
	hint    string
}{
	{"&&", And, "`&&` is not an operator", "write `and`"},
	{"||", Or, "`||` is not an operator", "write `or`"},
	{"===", Equal, "`===` is not an operator", "write `==`"},
	{"!==", NotEqual, "`!==` is not an operator", "write `!=`"},
	{"=>", Arrow, "`=>` is not an operator", "write `->`"},
	{":=", Assign, "`:=` is not an operator", "write `let name = value`"},
	{"**", Star, "`**` is not an operator", "write `x.pow(n)`"},
}

func (s *Scanner) symbol(c byte) {
	start, rest := s.pos, s.text[s.pos:]
	switch c {
	case '"':
		s.openString()
		return
	case '`':
		s.rawString()
		return
	case '{':
		if n := len(s.templates); n > 0 {
			s.templates[n-1].depth++
		}
	case '}':
		if n := len(s.templates); n > 0 {
			if s.templates[n-1].depth == 0 {
				s.resumeString()
				return
			}
			s.templates[n-1].depth--
		}
	case '.':
		if len(rest) > 1 && '0' <= rest[1] && rest[1] <= '9' {
			s.leadingDot()
			return
		}
	case '/':
		if strings.HasPrefix(rest, "/*") {
			s.blockComment()
			return
		}
	case '\'':
		s.singleQuotes()
		return
	case '&', '|', '=', '!', ':', '*':
		if s.foreignSymbol(rest) {
			return
		}
	}
	for _, kind := range symbols[c] {
		if name := kind.String(); strings.HasPrefix(rest, name) {
			s.pos += len(name)
			s.emit(kind, start)
			return
		}
	}
	s.illegal(c)
}

func (s *Scanner) foreignSymbol(rest string) bool {
	start := s.pos
	for _, f := range foreign {
		if strings.HasPrefix(rest, f.text) {
			s.pos += len(f.text)
			s.reportFrom(start, f.message, f.hint)
			s.emit(f.kind, start)
			return true
		}
	}
	return false
}

func (s *Scanner) illegal(c byte) {
	start := s.pos
	s.pos++
	kind, hint := Illegal, ""
	switch c {
	case '!':
		kind, hint = Not, "write `not`"
	case '?':
		hint = "write `if a { b } else { c }`, or `a ?? b` for a default"
	case '&':
		hint = "write `and`"
	case 0:
		s.emit(Illegal, start) // checkEncoding has reported it
		return
	}
	what := fmt.Sprintf("`%c`", c)
	if c < ' ' || c == 0x7f {
		what = fmt.Sprintf("the control character U+%04X", c)
	}
	s.reportFrom(start, what+" cannot stand here", hint)
	s.emit(kind, start)
}

func (s *Scanner) blockComment() {
	start := s.pos
	end := strings.Index(s.text[s.pos+2:], "*/")
	if end < 0 {
		s.pos += 2
	} else {
		s.pos += 2 + end + 2
	}
	s.reportFrom(start, "there are no block comments", "begin each line with `#`")
}

// singleQuotes reads 'text' as the string that was meant.
func (s *Scanner) singleQuotes() {
	start := s.pos
	s.pos++
	for s.pos < len(s.text) && s.text[s.pos] != '\'' && s.text[s.pos] != '\n' {
		s.pos++
	}
	text := s.text[start+1 : s.pos]
	if s.pos < len(s.text) && s.text[s.pos] == '\'' {
		s.pos++
	}
	s.reportFrom(start, "single quotes are no string", "write double quotes: `\"`")
	s.emit(String, start).Text = text
}
