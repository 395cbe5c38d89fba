package lexer

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Pos is a place in a source text: the byte offset, counted from 0.
// Line and column are worked out by Source.Position when somebody asks.
type Pos int32

// Span is the half-open range of bytes [Start, End).
type Span struct{ Start, End Pos }

// To gives the span from the start of s to the end of t.
func (s Span) To(t Span) Span { return Span{s.Start, t.End} }

// Source is a text together with the name it is reported under. It is
// immutable and safe for concurrent use.
type Source struct {
	Name string
	Text string

	once  sync.Once
	lines []Pos // offset of each line's first byte
}

// NewSource gives the source for a text. The name is only reported.
func NewSource(name, text string) *Source { return &Source{Name: name, Text: text} }

// Position is a place as people count: line and column from 1, the column in
// code points (a tab is one).
type Position struct {
	Name         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.Name, p.Line, p.Column) }

// Position works out line and column of a place.
func (s *Source) Position(pos Pos) Position {
	line, start := s.line(pos)
	end := min(int(pos), len(s.Text))
	prefix := s.Text[min(int(start), end):end]
	if line == 0 {
		prefix = strings.TrimPrefix(prefix, "\ufeff")
	}
	return Position{s.Name, line + 1, utf8.RuneCountInString(prefix) + 1}
}

// Line gives the text of the line that holds pos, without its newline.
func (s *Source) Line(pos Pos) string {
	_, start := s.line(pos)
	text := s.Text[min(int(start), len(s.Text)):]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r")
}

func (s *Source) line(pos Pos) (index int, start Pos) {
	s.once.Do(func() {
		s.lines = []Pos{0}
		for i := 0; i < len(s.Text); i++ {
			if s.Text[i] == '\n' {
				s.lines = append(s.lines, Pos(i+1))
			}
		}
	})
	index = sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > pos }) - 1
	index = max(index, 0)
	return index, s.lines[index]
}
