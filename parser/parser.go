// Package parser turns source text into the tree of package ast. Parse is all
// there is to call.
//
// Two parts share the work. What begins with a keyword of its own (let, the
// header of a for or while, defer, import, an item's for) is declared in the tags
// of the tree's structs and read by participle. Blocks, expressions, patterns and
// everything that begins like one (assignments, labels, functions beside lambdas,
// an item's if and branch) are read by hand, in productions that are methods of
// parser: going back after a wrong guess would be exponential.
//
// What names mean, and every rule that needs to know it, is not here: see
// ast/resolve.
package parser

import (
	"sync"

	participlelexer "github.com/alecthomas/participle/v2/lexer"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// The tree is walked by recursive functions; these bounds keep every one of
// them far from the end of its stack.
const (
	maxNesting = 1000  // of brackets, blocks, functions, prefix operators in the text
	maxHeight  = 10000 // of the tree: a chain a + b + c … makes one level an operator

	maxMistakes = 1000 // of a text that is no tgscript: the rest of it is not read
)

// Parse reads a source. The file is never nil: it holds the statements that
// could be read. The diagnostics are sorted by place. Where all of them are
// Incomplete, more text could make the source valid.
func Parse(source *lexer.Source) (*ast.File, lexer.Diagnostics) {
	p := parsers.Get().(*parser)
	defer parsers.Put(p)
	return p.parse(source)
}

// parsers keeps the rules that participle has built for the next Parse.
var parsers = sync.Pool{New: func() any { return &parser{grammar: &grammar{}} }}

// parser reads one source after another, one at a time.
type parser struct {
	grammar *grammar

	source      *lexer.Source
	tokens      []lexer.Token
	pos         int     // of the next token
	match       []int32 // for each opening bracket, its closing one's place; 0: none
	open        []int   // the brackets that nothing closes, outermost first
	diagnostics lexer.Diagnostics
	ended       bool // that the text ends too early was reported
	hopeless    bool // nested too deep: nothing is parsed any more

	stream *participlelexer.PeekingLexer // what participle sees of the tokens
	base   int                           // pos less participle's place in the stream

	context
	depth    int   // of the productions under way
	height   int   // of the highest subtree of the node under way
	groups   []int // the < of the groups under way
	groupEnd int   // the > of the last group that was closed
	failEnd  int   // the token after the last fail whose named parts were not read
	ifOpen   int   // where the items of the last if among items begin
	// noBracket is a < that was reported to be no bracket, 0 without one.
	noBracket int
}

// context is what the brackets around a token decide.
type context struct {
	newlines bool // a newline ends an expression
	angled   bool // < and > are a group's brackets
	arm      bool // a -> ends the expression
	named    bool // fail reads its named parts
	slice    bool // the innermost bracket is an index's
	block    bool // a } ends the statements
}

var (
	statements = context{newlines: true, named: true, block: true}
	items      = context{newlines: true, angled: true}
	brackets   = context{}
)

func (p *parser) parse(source *lexer.Source) (*ast.File, lexer.Diagnostics) {
	scanner := lexer.NewScanner(source)
	grammar := p.grammar
	*p = parser{grammar: grammar, source: source, tokens: scanner.Scan(), stream: newStream(), diagnostics: scanner.Diagnostics()}
	defer func() { *p = parser{grammar: grammar} }() // the pool keeps no text alive
	p.pairBrackets()
	p.context = statements
	p.context.block = false

	file := &ast.File{Source: source, Comments: scanner.Comments()}
	p.statementsOf(file)
	p.diagnostics.Sort()
	return file, p.diagnostics
}

// statementsOf reads statements to the end of the file, or up to where the
// parser gave up: those before it stay.
func (p *parser) statementsOf(file *ast.File) {
	defer func() {
		if r := recover(); r != nil && r != giveUp {
			panic(r)
		}
	}()
	for stmt := p.statement(); stmt != nil; stmt = p.statement() {
		file.Stmts = append(file.Stmts, stmt)
	}
}

// Reading tokens.

func (p *parser) token() *lexer.Token { return &p.tokens[p.pos] }
func (p *parser) kind() lexer.Kind    { return p.tokens[p.pos].Kind }

// peek gives the kind of the token n further on.
func (p *parser) peek(n int) lexer.Kind {
	if p.pos+n < len(p.tokens) {
		return p.tokens[p.pos+n].Kind
	}
	return lexer.EOF
}

// next gives the token and moves behind it; nothing moves behind the end.
func (p *parser) next() *lexer.Token {
	t := &p.tokens[p.pos]
	if t.Kind != lexer.EOF {
		p.pos++
	}
	return t
}

// accept moves behind a token of that kind, if it stands here.
func (p *parser) accept(kind lexer.Kind) bool {
	if p.kind() != kind {
		return false
	}
	p.next()
	return true
}

// expect moves behind a token of that kind, or fails.
func (p *parser) expect(kind lexer.Kind) *lexer.Token {
	if p.kind() != kind {
		p.unexpected("`" + kind.String() + "`")
	}
	return p.next()
}

// start gives where the next token begins.
func (p *parser) start() lexer.Pos { return p.token().Span.Start }

// from gives the span from there to the end of the last token read.
func (p *parser) from(start lexer.Pos) lexer.Span {
	end := start
	if p.pos > 0 {
		end = max(start, p.tokens[p.pos-1].Span.End)
	}
	return lexer.Span{Start: start, End: end}
}

// continues tells whether the token here may go on with the expression before
// it: no newline ends it, and it is no label and no else of an arm.
func (p *parser) continues() bool {
	t := p.token()
	switch t.Kind {
	case lexer.Catch, lexer.Else, lexer.And, lexer.Or:
		after := p.peek(1)
		return after != lexer.Colon && !(t.Kind == lexer.Else && after == lexer.Arrow)
	case lexer.Dot, lexer.OptionalDot, lexer.Coalesce:
		return true
	}
	return !t.NewlineBefore || !p.newlines
}

// sameLine reports a token that begins a line but cannot continue one.
func (p *parser) sameLine(at int) {
	if t := &p.tokens[at]; t.NewlineBefore && p.newlines {
		switch t.Kind {
		case lexer.Assign, lexer.In, lexer.LeftBrace:
			p.report(t.Span, p.describe(t)+" cannot begin a line", "write it at the end of the line before")
		}
	}
}

// Contexts and depth.

// within changes the context and gives the one to restore.
func (p *parser) within(c context) (outer context) {
	outer, p.context = p.context, c
	return outer
}

// descend counts one level of nesting and gives what ascend needs. What fails
// in between needs no ascend: resynchronise restores the counts.
func (p *parser) descend() (height int) {
	p.depth++
	if p.depth > maxNesting {
		p.tooDeep()
	}
	height, p.height = p.height, 0
	return height
}

func (p *parser) ascend(height int) {
	p.depth--
	p.grow()
	p.height = max(height, p.height)
}

// grow counts a node above what was read last.
func (p *parser) grow() {
	p.height++
	if p.height > maxHeight {
		p.tooDeep()
	}
}
