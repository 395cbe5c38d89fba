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
type grammar struct {
	block    rule[ast.BlockExpr]
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
		r.built = participle.MustBuild[N](append(p.productions(),
			participle.ParseTypeWith(p.stmtProduction), participle.ParseTypeWith(p.itemProduction))...)
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
	p.leave()
	node, err := r.get(p).ParseFromLexer(p.stream, participle.AllowTrailing(true))
	p.enter(p.stream)
	if err != nil {
		p.failWith(err)
	}
	return node
}

// enter takes over from participle at its place in the tokens.
func (p *parser) enter(stream *participlelexer.PeekingLexer) { p.pos = int(stream.RawCursor()) }

// leave moves participle's place to the parser's. The stream only ever moves
// forward, so this costs one step a token in all.
func (p *parser) leave() {
	p.stream.FastForward(participlelexer.RawCursor(p.pos - 1))
}

// leaveTo does the same for the copy of the stream that participle works on.
func (p *parser) leaveTo(stream *participlelexer.PeekingLexer) {
	p.leave()
	stream.LoadCheckpoint(p.stream.MakeCheckpoint())
}

// stmtProduction reads one statement of a file or block with what ends it.
func (p *parser) stmtProduction(stream *participlelexer.PeekingLexer) (ast.Stmt, error) {
	p.enter(stream)
	stmt := p.statement()
	p.leaveTo(stream)
	if stmt == nil {
		return nil, participle.NextMatch
	}
	return stmt, nil
}

// itemProduction reads one item of a group with what separates it.
func (p *parser) itemProduction(stream *participlelexer.PeekingLexer) (ast.Item, error) {
	p.enter(stream)
	item := p.item()
	p.leaveTo(stream)
	if item == nil {
		return nil, participle.NextMatch
	}
	return item, nil
}

func (p *parser) exprProduction(stream *participlelexer.PeekingLexer) (ast.Expr, error) {
	p.enter(stream)
	p.sameLine(p.pos - 1) // the = or in before it
	x := p.expr()
	p.leaveTo(stream)
	return x, nil
}

func (p *parser) patternProduction(stream *participlelexer.PeekingLexer) (ast.Pattern, error) {
	p.enter(stream)
	pattern := p.binding()
	p.leaveTo(stream)
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
	case "BlockExpr":
		want = "{"
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

// Lex is part of participle's interface; the parser scans by itself, because
// it needs what participle's tokens cannot hold.
func (definition) Lex(name string, r io.Reader) (participlelexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	source := lexer.NewSource(name, string(text))
	return &adaptor{source: source, tokens: lexer.NewScanner(source).Scan()}, nil
}

// adaptor gives the scanner's tokens as participle's, one for one: the place in
// one list is the place in the other.
type adaptor struct {
	source *lexer.Source
	tokens []lexer.Token
	next   int
}

func (a *adaptor) Next() (participlelexer.Token, error) {
	t := &a.tokens[a.next]
	a.next++
	if t.Kind == lexer.EOF {
		return participlelexer.EOFToken(participlelexer.Position{Offset: int(t.Span.Start)}), nil
	}
	return participlelexer.Token{
		Type:  participlelexer.TokenType(t.Kind),
		Value: a.source.Text[t.Span.Start:t.Span.End],
		Pos:   participlelexer.Position{Offset: int(t.Span.Start)},
	}, nil
}
