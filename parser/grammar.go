package parser

import (
	"errors"
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	participlelexer "github.com/alecthomas/participle/v2/lexer"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// grammar is participle's side of the parser: a rule for each struct of the
// tree that has tags. Its custom productions are methods of one parser, since
// participle hands them nothing but the tokens.
//
// The first token chooses the rule, so nothing is ever tried and taken back.
// Of a loop the rule is that of its header: a block's statements are read by the
// parser alone, several times as fast as one by one from within participle.
type grammar struct {
	let      rule[ast.LetStmt]
	forLoop  rule[ast.ForStmt]
	while    rule[ast.WhileStmt]
	deferred rule[ast.DeferStmt]
	imports  rule[ast.ImportStmt]
	forItem  rule[ast.ForItem]
}

// rule is built when it is first needed: all of them take a millisecond, which
// a short script would notice.
type rule[N any] struct{ built *participle.Parser[N] }

func (r *rule[N]) get(p *parser) *participle.Parser[N] {
	if r.built == nil {
		r.built = participle.MustBuild[N](append(p.productions(), participle.ParseTypeWith(p.itemProduction))...)
	}
	return r.built
}

// productions are what the rules of statements and items are made of.
func (p *parser) productions() []participle.Option {
	return []participle.Option{
		participle.Lexer(definition{}),
		participle.ParseTypeWith(p.exprProduction),
		participle.ParseTypeWith(p.patternProduction),
	}
}

// Grammar gives the rules of the statements and items that have one in the
// tree's tags, as participle writes them. The other productions stand above
// the functions that read them.
func Grammar() string {
	p := &parser{}
	statements := participle.MustBuild[ast.File](append(p.productions(),
		participle.Union[ast.Stmt](&ast.LetStmt{}, &ast.ForStmt{}, &ast.WhileStmt{}, &ast.DeferStmt{}, &ast.ImportStmt{}))...)
	var item rule[ast.ForItem]
	return statements.String() + "\n" + item.get(p).String()
}

// produce reads one node by its rule, from the parser's place on.
func produce[N any](p *parser, r *rule[N]) *N {
	p.stream.LoadCheckpoint(participlelexer.Checkpoint{})
	p.leave(p.stream)
	node, err := r.get(p).ParseFromLexer(p.stream, participle.AllowTrailing(true))
	p.enter(p.stream)
	if err != nil {
		p.failWith(err)
	}
	return node
}

// Participle would have a copy of every token before it parses, which took
// longer than to parse. But it looks at few: at those of a rule that no
// production reads, and never back. So it is given a short stream without what
// the productions read: it stands still meanwhile, and then holds what follows.
const (
	ahead = 4             // as many as a rule reads in a row: import "path" as name
	reach = 5 + ahead + 1 // behind those that the longest rule reads in all: for , in < >
)

// newStream gives a stream that leave fills.
func newStream() *participlelexer.PeekingLexer {
	stream, _ := participlelexer.Upgrade(new(blank)) // blank never fails
	return stream
}

// blank gives as many tokens as a stream has room for.
type blank int

func (b *blank) Next() (participlelexer.Token, error) {
	if *b++; *b < reach {
		return participlelexer.Token{Type: participlelexer.TokenType(lexer.Illegal)}, nil
	}
	return participlelexer.EOFToken(participlelexer.Position{}), nil
}

// enter takes over from participle at its place.
func (p *parser) enter(stream *participlelexer.PeekingLexer) {
	p.pos = p.base + int(stream.RawCursor())
}

// leave hands over to participle: at its place stand the next tokens.
func (p *parser) leave(stream *participlelexer.PeekingLexer) {
	at := stream.RawCursor()
	p.base = p.pos - int(at)
	next := stream.Range(at, at+ahead)
	for i := range next {
		next[i] = p.forParticiple(min(p.pos+i, len(p.tokens)-1))
	}
}

// forParticiple gives a token as participle's.
func (p *parser) forParticiple(at int) participlelexer.Token {
	t := &p.tokens[at]
	if t.Kind == lexer.EOF {
		return participlelexer.EOFToken(participlelexer.Position{})
	}
	return participlelexer.Token{Type: participlelexer.TokenType(t.Kind), Value: p.source.Text[t.Span.Start:t.Span.End]}
}

// itemProduction reads one item of a group with what separates it.
func (p *parser) itemProduction(stream *participlelexer.PeekingLexer) (ast.Item, error) {
	p.enter(stream)
	item := p.item()
	p.leave(stream)
	if item == nil {
		return nil, participle.NextMatch
	}
	return item, nil
}

func (p *parser) exprProduction(stream *participlelexer.PeekingLexer) (ast.Expr, error) {
	p.enter(stream)
	p.sameLine(p.pos - 1) // the = or in before it
	x := p.expr()
	p.leave(stream)
	return x, nil
}

func (p *parser) patternProduction(stream *participlelexer.PeekingLexer) (ast.Pattern, error) {
	p.enter(stream)
	pattern := p.binding()
	p.leave(stream)
	return pattern, nil
}

// failWith reports what participle did not find. Its own text is taken only
// for the token that it expected.
func (p *parser) failWith(err error) {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		panic(err) // the custom productions report by themselves: a mistake in the grammar
	}
	_, want, _ := strings.Cut(unexpected.Message(), "(expected ")
	want, _, _ = strings.Cut(want, " ")
	want = strings.Trim(want, `")(`)
	switch want {
	case "<string>":
		p.unexpected("the path, a string")
	case "<ident>":
		p.name("a name")
	}
	if want == "=" && p.kind() == lexer.Colon {
		p.fail(p.token().Span, "`:` cannot stand here: want `=`", "variables have no types")
	}
	p.unexpected("`" + want + "`")
}

// definition tells participle the kinds of tokens.
type definition struct{}

func (definition) Symbols() map[string]participlelexer.TokenType {
	symbols := map[string]participlelexer.TokenType{"EOF": participlelexer.EOF}
	for _, k := range lexer.Kinds() {
		switch k {
		case lexer.EOF:
		case lexer.Ident:
			symbols["Ident"] = participlelexer.TokenType(k)
		case lexer.String:
			symbols["String"] = participlelexer.TokenType(k)
		}
	}
	return symbols
}

// Lex is part of participle's interface; nothing calls it, because the parser
// scans by itself: it needs what participle's tokens cannot hold.
func (definition) Lex(string, io.Reader) (participlelexer.Lexer, error) { return new(blank), nil }
