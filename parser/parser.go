// Package parser turns source text into the tree of package ast. Parse is all
// there is to call.
//
// Two parts share the work. What begins with a keyword of its own (let, for,
// while, defer, import, a block, an item's for) is declared in the tags of the
// tree's structs and read by participle. Expressions, patterns and everything
// that begins like one (assignments, labels, functions beside lambdas, an
// item's if and branch) are read by hand, in productions that are methods of
// parser: going back after a wrong guess would be exponential.
//
// What names mean, and every rule that needs to know it, is not here: see
// ast/resolve.
package parser

import (
	"slices"
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
)

// Parse reads a source. The file is never nil: it holds the statements that
// could be read. The diagnostics are sorted by place. Where all of them are
// Incomplete, more text could make the source valid.
func Parse(source *lexer.Source) (*ast.File, lexer.Diagnostics) {
	p := parsers.Get().(*parser)
	defer parsers.Put(p)
	return p.parse(source)
}

// parsers keeps grammars for the next Parse; building one costs as much as
// parsing some thousand lines.
var parsers = sync.Pool{New: func() any {
	p := &parser{}
	p.grammar = newGrammar(p)
	return p
}}

// parser reads one source after another, one at a time.
type parser struct {
	grammar *grammar

	source      *lexer.Source
	tokens      []lexer.Token
	stream      *participlelexer.PeekingLexer // the same tokens for participle
	pos         int                           // of the next token
	match       []int32                       // for each opening bracket, its closing one's place; 0: none
	open        []int                         // the brackets that nothing closes, outermost first
	diagnostics lexer.Diagnostics
	ended       bool // that the text ends too early was reported
	hopeless    bool // nested too deep: nothing is parsed any more

	context
	depth    int   // of the productions under way
	height   int   // of the highest subtree of the node under way
	groups   []int // the < of the groups under way
	groupEnd int   // the > of the last group that was closed
	failEnd  int   // the token after the last fail whose named parts were not read
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
	*p = parser{grammar: grammar, source: source, tokens: scanner.Scan(), diagnostics: scanner.Diagnostics()}
	defer func() { *p = parser{grammar: grammar} }() // the pool keeps no text alive
	p.pairBrackets()
	p.stream, _ = participlelexer.Upgrade(&adaptor{source: source, tokens: p.tokens})
	p.context = statements
	p.context.block = false

	file := &ast.File{Source: source, Comments: scanner.Comments()}
	for p.kind() != lexer.EOF && !p.hopeless {
		p.statementsOf(file)
	}
	p.diagnostics.Sort()
	return file, p.diagnostics
}

// statementsOf reads statements to the end of the file, or up to where the
// parser gave up.
func (p *parser) statementsOf(file *ast.File) {
	defer func() {
		if r := recover(); r != nil && r != giveUp {
			panic(r)
		}
	}()
	file.Stmts = append(file.Stmts, produce(p, p.grammar.file).Stmts...)
}

// pairBrackets finds for each bracket the one that closes it, which tells a
// lambda's parameters from parentheses and a computed key from a list without
// reading them twice.
func (p *parser) pairBrackets() {
	p.match = make([]int32, len(p.tokens))
	for i := range p.tokens {
		switch k := p.tokens[i].Kind; k {
		case lexer.LeftParen, lexer.LeftBracket, lexer.LeftBrace, lexer.OptionalBracket, lexer.TemplateHead:
			p.open = append(p.open, i)
		case lexer.RightParen, lexer.RightBracket, lexer.RightBrace, lexer.TemplateTail:
			n := len(p.open) - 1
			if n >= 0 && closes(p.tokens[p.open[n]].Kind, k) {
				p.match[p.open[n]] = int32(i)
				p.open = p.open[:n]
			}
		}
	}
}

func closes(open, kind lexer.Kind) bool { return closer(open) == kind }

func closer(open lexer.Kind) lexer.Kind {
	switch open {
	case lexer.LeftParen:
		return lexer.RightParen
	case lexer.LeftBracket, lexer.OptionalBracket:
		return lexer.RightBracket
	case lexer.LeftBrace:
		return lexer.RightBrace
	case lexer.Less:
		return lexer.Greater
	}
	return lexer.TemplateTail
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

// isWord tells whether a name with that text stands here.
func (p *parser) isWord(word string) bool {
	t := p.token()
	return t.Kind == lexer.Ident && t.Text == word
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

// Mistakes.

// giveUp is panicked with where a statement, item or arm cannot be read; the
// mistake is reported then.
var giveUp = new(struct{ _ byte })

// attempt runs a production. Where that gives up the parser stands at the next
// place where another may begin, and attempt gives false.
func (p *parser) attempt(read func(), separated func(*lexer.Token) bool) (ok bool) {
	start, outer, depth, height, groups := p.pos, p.context, p.depth, p.height, len(p.groups)
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r != giveUp || p.hopeless {
			panic(r)
		}
		nested := len(p.groups) - groups
		p.context, p.depth, p.height, p.groups = outer, depth, height, p.groups[:groups]
		p.resynchronise(start, nested, separated)
	}()
	read()
	return true
}

// resynchronise skips to where the next statement, item or arm may begin. The
// brackets opened since start count; nested is the number of groups opened.
func (p *parser) resynchronise(start, nested int, separated func(*lexer.Token) bool) {
	var open []lexer.Kind
	stopped := p.pos
	for p.pos = start; p.kind() != lexer.EOF; p.pos++ {
		t := p.token()
		if p.pos >= stopped && p.pos > start && p.boundary(t, open, nested, separated) {
			return
		}
		switch t.Kind {
		case lexer.LeftParen, lexer.LeftBracket, lexer.LeftBrace, lexer.OptionalBracket, lexer.TemplateHead:
			open = append(open, t.Kind)
		case lexer.RightParen, lexer.RightBracket, lexer.RightBrace, lexer.TemplateTail:
			open = closeBracket(open, t.Kind)
		case lexer.Less:
			if p.angled && len(open) == 0 && p.pos >= stopped {
				nested++
			}
		case lexer.Greater:
			if nested > 0 && len(open) == 0 && p.pos >= stopped {
				nested--
			}
		}
	}
}

func (p *parser) boundary(t *lexer.Token, open []lexer.Kind, nested int, separated func(*lexer.Token) bool) bool {
	if t.Kind == lexer.RightBrace && p.block && !slices.Contains(open, lexer.LeftBrace) {
		return true
	}
	if len(open) == 0 {
		return nested == 0 && (p.angled && t.Kind == lexer.Greater || separated(t))
	}
	if open[len(open)-1] == lexer.LeftBrace || !t.NewlineBefore {
		return false
	}
	switch t.Kind { // what cannot stand in ( or [: that bracket was never closed
	case lexer.Let, lexer.Var, lexer.Fn, lexer.While, lexer.Defer, lexer.Import:
		return p.peek(1) != lexer.Colon
	}
	return false
}

// closeBracket takes off what a closing bracket closes. A wrong one in ( or [
// was meant for that; a } closes what stands open within its {.
func closeBracket(open []lexer.Kind, kind lexer.Kind) []lexer.Kind {
	n := len(open) - 1
	if n < 0 {
		return open
	}
	if closes(open[n], kind) || kind != lexer.RightBrace && open[n] != lexer.LeftBrace {
		return open[:n]
	}
	if kind == lexer.RightBrace {
		if i := lastIndex(open, lexer.LeftBrace); i >= 0 {
			return open[:i]
		}
	}
	return open
}

func lastIndex(kinds []lexer.Kind, kind lexer.Kind) int {
	for i := len(kinds) - 1; i >= 0; i-- {
		if kinds[i] == kind {
			return i
		}
	}
	return -1
}
