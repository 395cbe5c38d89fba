package lexer

import (
	"math"
	"time"
)

// Kind says what a token is. Every keyword and every operator is a kind of
// its own, so the parser compares no text.
type Kind uint8

const (
	EOF     Kind = iota
	Illegal      // what can begin no token; the scanner has reported it

	Ident
	Int
	Float
	Duration
	String         // a text without ${
	TemplateHead   // "text${
	TemplateMiddle // }text${
	TemplateTail   // }text"

	And
	Branch
	Break
	Catch
	Continue
	Defer
	Else
	Fail
	False
	Fn
	For
	Group
	If
	Import
	In
	Let
	Nil
	Not
	Or
	Return
	True
	Var
	While

	LeftParen
	RightParen
	LeftBracket
	RightBracket
	LeftBrace
	RightBrace
	Comma
	Semicolon
	Colon
	Dot
	OptionalDot     // ?.
	OptionalBracket // ?[
	Ellipsis        // ...
	DotDot          // ..
	DotDotEqual     // ..=
	Arrow           // ->
	Pipe            // |

	Assign
	PlusAssign
	MinusAssign
	StarAssign
	SlashAssign
	SlashSlashAssign
	PercentAssign
	CoalesceAssign

	Equal
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	Plus
	Minus
	Star
	Slash
	SlashSlash
	Percent
	Coalesce

	kindCount
)

var kindNames = [kindCount]string{
	EOF: "end of file", Illegal: "illegal character",
	Ident: "name", Int: "int", Float: "float", Duration: "duration", String: "string",
	TemplateHead: "string", TemplateMiddle: "string", TemplateTail: "string",
	And: "and", Branch: "branch", Break: "break", Catch: "catch", Continue: "continue",
	Defer: "defer", Else: "else", Fail: "fail", False: "false", Fn: "fn", For: "for",
	Group: "group", If: "if", Import: "import", In: "in", Let: "let", Nil: "nil", Not: "not",
	Or: "or", Return: "return", True: "true", Var: "var", While: "while",
	LeftParen: "(", RightParen: ")", LeftBracket: "[", RightBracket: "]",
	LeftBrace: "{", RightBrace: "}", Comma: ",", Semicolon: ";", Colon: ":", Dot: ".",
	OptionalDot: "?.", OptionalBracket: "?[", Ellipsis: "...", DotDot: "..", DotDotEqual: "..=",
	Arrow: "->", Pipe: "|", Assign: "=", PlusAssign: "+=", MinusAssign: "-=", StarAssign: "*=",
	SlashAssign: "/=", SlashSlashAssign: "//=", PercentAssign: "%=", CoalesceAssign: "??=",
	Equal: "==", NotEqual: "!=", Less: "<", LessEqual: "<=", Greater: ">", GreaterEqual: ">=",
	Plus: "+", Minus: "-", Star: "*", Slash: "/", SlashSlash: "//", Percent: "%", Coalesce: "??",
}

// String gives the token's text where that is always the same, else a word
// for the kind.
func (k Kind) String() string { return kindNames[k] }

// IsKeyword tells whether k is one of the language's reserved words.
func (k Kind) IsKeyword() bool { return And <= k && k <= While }

// Kinds gives every kind there is.
func Kinds() []Kind {
	kinds := make([]Kind, kindCount)
	for i := range kinds {
		kinds[i] = Kind(i)
	}
	return kinds
}

// Keywords gives the reserved words in alphabetical order.
func Keywords() []string {
	var words []string
	for k := And; k <= While; k++ {
		words = append(words, k.String())
	}
	return words
}

// KeywordKind gives the kind of a reserved word, Ident for any other name.
func KeywordKind(name string) Kind {
	switch name {
	case "and":
		return And
	case "branch":
		return Branch
	case "break":
		return Break
	case "catch":
		return Catch
	case "continue":
		return Continue
	case "defer":
		return Defer
	case "else":
		return Else
	case "fail":
		return Fail
	case "false":
		return False
	case "fn":
		return Fn
	case "for":
		return For
	case "group":
		return Group
	case "if":
		return If
	case "import":
		return Import
	case "in":
		return In
	case "let":
		return Let
	case "nil":
		return Nil
	case "not":
		return Not
	case "or":
		return Or
	case "return":
		return Return
	case "true":
		return True
	case "var":
		return Var
	case "while":
		return While
	}
	return Ident
}

// Token is the smallest piece of a source text that means something.
type Token struct {
	Kind          Kind
	NewlineBefore bool // a newline stands between the token before and this one
	Span          Span
	Text          string // of a name, itself; of a string and its pieces, the text it stands for
	Number        uint64 // of an Int, its value; of a Float and a Duration, see the methods
}

// Float gives the value of a Float.
func (t *Token) Float() float64 { return math.Float64frombits(t.Number) }

// Duration gives the value of a Duration.
func (t *Token) Duration() time.Duration { return time.Duration(t.Number) }
