package lexer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// template is a string that is being read: after ${ the scanner goes on with
// tokens, and at the } that closes it with the string.
type template struct {
	open   Span // the opening quotes
	triple bool
	cut    bool  // the text ends before it does
	depth  int   // of braces open within the ${
	pieces []int // of a triple-quoted one: its tokens, whose Text is set at the end
}

func (t *template) quote() string {
	if t.triple {
		return `"""`
	}
	return `"`
}

// openString reads "…" or """…""", or the part before the first ${.
func (s *Scanner) openString() {
	start := s.pos
	t := template{}
	if strings.HasPrefix(s.text[s.pos:], `"""`) {
		t.triple = true
		s.pos += 3
	} else {
		s.pos++
	}
	t.open = Span{Pos(start), Pos(s.pos)}
	s.piece(t, start, TemplateHead, String)
}

// resumeString reads on at the } that ends a ${.
func (s *Scanner) resumeString() {
	t := s.templates[len(s.templates)-1]
	s.templates = s.templates[:len(s.templates)-1]
	start := s.pos
	s.pos++
	s.piece(t, start, TemplateMiddle, TemplateTail)
}

// piece reads text up to the next ${, which makes it a token of kind open, or
// to the end of the string, which makes it one of kind closed.
func (s *Scanner) piece(t template, start int, open, closed Kind) {
	from := s.pos
	kind, to := s.findEnd(&t, open, closed)
	token := s.emit(kind, start)
	if t.triple {
		t.pieces = append(t.pieces, len(s.tokens)-1)
		token.Text = s.text[from:to]
		token.Number = uint64(from)
	} else {
		token.Text = s.unescape(from, to)
	}
	switch {
	case kind == open:
		s.templates = append(s.templates, t)
	case t.triple && !t.cut:
		s.dedent(&t)
	}
}

// findEnd moves behind the end of the piece and gives its kind and where its
// text ends.
func (s *Scanner) findEnd(t *template, open, closed Kind) (kind Kind, to int) {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case '\\':
			s.pos++
			if c := s.at(0); c != 0 && c != '\n' && c != '\r' {
				s.pos++
			}
			continue
		case '$':
			if s.at(1) == '{' {
				s.pos += 2
				return open, s.pos - 2
			}
		case '"':
			if !t.triple {
				s.pos++
				return closed, s.pos - 1
			}
			if strings.HasPrefix(s.text[s.pos:], `"""`) {
				s.pos += 3
				return closed, s.pos - 3
			}
		case '\n':
			if !t.triple {
				end := s.pos - 1
				if s.text[end] != '\r' || end < int(t.open.End) {
					end = s.pos
				}
				s.report(Span{t.open.Start, Pos(end)}, "the string is not closed at the end of its line", "write `\"`; text over several lines stands in `\"\"\"`").Incomplete = false
				return closed, end
			}
		}
		s.pos++
	}
	s.pos = len(s.text)
	t.cut = true
	s.report(t.open, "the string is never closed", "write `"+t.quote()+"` where it ends").Incomplete = true
	return closed, s.pos
}

// unescape gives what the text between two places stands for.
func (s *Scanner) unescape(from, to int) string {
	raw := s.text[from:to]
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	for i := from; i < to; {
		if s.text[i] != '\\' {
			next := strings.IndexByte(s.text[i:to], '\\')
			if next < 0 {
				next = to - i
			}
			b.WriteString(s.text[i : i+next])
			i += next
			continue
		}
		i += s.escape(&b, i, to)
	}
	return b.String()
}

// escape writes what the escape at i stands for and gives its length.
func (s *Scanner) escape(b *strings.Builder, i, to int) int {
	if i+1 >= to {
		s.report(Span{Pos(i), Pos(to)}, "a `\\` stands at the end", "write `\\\\` for a backslash")
		return 1
	}
	switch c := s.text[i+1]; c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case '0':
		b.WriteByte(0)
	case '\\', '"', '$':
		b.WriteByte(c)
	case 'x':
		end := min(i+4, to)
		n, err := strconv.ParseUint(s.text[i+2:end], 16, 8)
		if err != nil || end-i < 4 || n > 0x7f {
			s.report(Span{Pos(i), Pos(end)}, fmt.Sprintf("`%s` is not an escape", s.text[i:end]), "`\\x` takes two digits up to `\\x7f`; other characters are written `\\u{e9}`")
			return end - i
		}
		b.WriteByte(byte(n))
		return 4
	case 'u':
		return s.unicodeEscape(b, i, to)
	default:
		_, size := utf8.DecodeRuneInString(s.text[i+1 : to])
		s.report(Span{Pos(i), Pos(i + 1 + size)}, fmt.Sprintf("`%s` is not an escape", s.text[i:i+1+size]), "write `\\\\` for a backslash")
		b.WriteString(s.text[i+1 : i+1+size])
		return 1 + size
	}
	return 2
}

func (s *Scanner) unicodeEscape(b *strings.Builder, i, to int) int {
	text := s.text[i:to]
	end := strings.IndexByte(text, '}')
	if !strings.HasPrefix(text, `\u{`) || end < 0 {
		d := s.report(Span{Pos(i), Pos(i + 2)}, "`\\u` is not an escape", "write the code point in braces: `\\u{1F600}`")
		d.Incomplete = to == len(s.text)
		return 2
	}
	n, err := strconv.ParseUint(text[3:end], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || end > 9 {
		s.report(Span{Pos(i), Pos(i + end + 1)}, fmt.Sprintf("`%s` is not a Unicode character", text[:end+1]), "write one to six hexadecimal digits")
		return end + 1
	}
	b.WriteRune(rune(n))
	return end + 1
}

// rawString reads `…`, in which only CRLF is not what it looks like.
func (s *Scanner) rawString() {
	start := s.pos
	end := strings.IndexByte(s.text[s.pos+1:], '`')
	if end < 0 {
		s.pos = len(s.text)
		s.report(Span{Pos(start), Pos(start + 1)}, "the string is never closed", "write a backquote where it ends").Incomplete = true
		s.emit(String, start).Text = s.text[start+1:]
		return
	}
	s.pos += end + 2
	text := s.text[start+1 : s.pos-1]
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	s.emit(String, start).Text = text
}

// dedent sets the Text of a triple-quoted string's pieces, once the closing
// line, whose indentation goes from all of them, is known.
func (s *Scanner) dedent(t *template) {
	indent, onOwnLine := s.closingIndent(t)
	last := len(t.pieces) - 1
	for n, index := range t.pieces {
		token := &s.tokens[index]
		from := int(token.Number)
		to := from + len(token.Text)
		token.Number = 0
		if n == last && onOwnLine {
			to -= len(indent)
			to -= newlineLength(s.text[from:to])
		}
		if n == 0 {
			skip := 0
			switch {
			case from >= to && onOwnLine && last == 0:
				to = from // one newline is both the first and the last
			case strings.HasPrefix(s.text[from:to], "\r\n"):
				skip = 2
			case strings.HasPrefix(s.text[from:to], "\n"):
				skip = 1
			}
			if skip > 0 {
				from = s.stripIndent(from+skip, to, indent, n != last)
			}
		}
		token.Text = s.lines(from, to, indent, n != last)
	}
}

// newlineLength gives the length of the newline that text ends with.
func newlineLength(text string) int {
	switch {
	case strings.HasSuffix(text, "\r\n"):
		return 2
	case strings.HasSuffix(text, "\n"):
		return 1
	}
	return 0
}

// closingIndent gives the indentation of the line with the closing quotes, and
// whether they are all that stands on it.
func (s *Scanner) closingIndent(t *template) (indent string, onOwnLine bool) {
	for n := len(t.pieces) - 1; n >= 0; n-- {
		text := s.tokens[t.pieces[n]].Text
		i := strings.LastIndexByte(text, '\n')
		if i < 0 {
			continue
		}
		line := text[i+1:]
		indent = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		return indent, n == len(t.pieces)-1 && len(indent) == len(line)
	}
	return "", false
}

// lines joins the lines between two places, each but the first without the
// indentation. more tells that a ${ follows the last one.
func (s *Scanner) lines(from, to int, indent string, more bool) string {
	if strings.IndexByte(s.text[from:max(from, to)], '\n') < 0 {
		return s.unescape(from, max(from, to))
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s.text[from:to], '\n')
		if i < 0 {
			b.WriteString(s.unescape(from, to))
			return b.String()
		}
		end := from + i
		b.WriteString(s.unescape(from, from+len(strings.TrimSuffix(s.text[from:end], "\r"))))
		b.WriteByte('\n')
		from = s.stripIndent(end+1, to, indent, more)
	}
}

// stripIndent gives where the text of the line that begins at from begins.
func (s *Scanner) stripIndent(from, to int, indent string, more bool) int {
	line := s.text[from:to]
	if strings.HasPrefix(line, indent) {
		return from + len(indent)
	}
	end := strings.IndexByte(line, '\n')
	blank := end >= 0 || !more
	if end < 0 {
		end = len(line)
	}
	if text := strings.TrimLeft(line[:end], " \t\r"); blank && text == "" {
		if strings.HasSuffix(line[:end], "\r") {
			end--
		}
		return from + end
	}
	s.report(Span{Pos(from), Pos(from + max(1, end))}, "the line is indented less than the closing quotes", "indent it as far, or move the quotes to the left")
	return from
}
