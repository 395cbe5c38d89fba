// Package ast holds the tree of a tgscript file: a File of statements (Stmt),
// which hold expressions (Expr), patterns (Pattern) and the items of groups
// (Item). The parser builds the tree; ast/resolve writes into the fields of
// type any what each name and each group means; nobody else changes it.
//
// The struct tags are the grammar of statements and items, in participle's
// notation; expressions are built by the parser's precedence climber. What
// runs the tree is not here: see package runtime.
package ast

import (
	"time"

	"github.com/tgscript/tgscript/lexer"
)

// Node is anything in the tree that has a place in the source.
type Node interface {
	Span() lexer.Span
}

// Extent is the place of a node; every node embeds it.
type Extent struct{ Range lexer.Span }

func (e *Extent) Span() lexer.Span        { return e.Range }
func (e *Extent) SetSpan(span lexer.Span) { e.Range = span }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Pattern is what let, for, parameters and the arms of a branch match.
type Pattern interface {
	Node
	pattern()
}

// Item is one entry between a group's < and >.
type Item interface {
	Node
	item()
}

// File is one source text. A file with mistakes still has the statements that
// could be read.
type File struct {
	Source   *lexer.Source
	Stmts    []Stmt       `parser:"@@*"`
	Comments []lexer.Span // in source order, without their newlines
	Info     any          // *resolve.File, set by ast/resolve
}

// Expressions.
type (
	// Ident is a name that is read (or, as an assignment's target, changed).
	Ident struct {
		Extent
		Name    string
		Binding any // *resolve.Binding, set by ast/resolve
	}

	NilLit  struct{ Extent }
	BoolLit struct {
		Extent
		Value bool
	}
	IntLit struct {
		Extent
		Value int64
	}
	FloatLit struct {
		Extent
		Value float64
	}
	DurationLit struct {
		Extent
		Value time.Duration
	}
	// StringLit is text without interpolation, escapes already replaced.
	StringLit struct {
		Extent
		Value string
	}
	// TemplateLit is text with ${}: StringLits for the text between (never
	// empty ones), other expressions for what is put in.
	TemplateLit struct {
		Extent
		Parts []Expr
	}
	// ListLit is [a, ...b]; a spread element is a SpreadExpr.
	ListLit struct {
		Extent
		Elems []Expr
	}
	// MapLit is {a: 1, "b c": 2, 3: x, [k]: v, ...m}.
	MapLit struct {
		Extent
		Entries []MapEntry
	}
	// MapEntry is one entry of a MapLit. A bare name is a StringLit key;
	// a spread has no key.
	MapEntry struct {
		Key      Expr // nil: Value is spread into the map
		Computed bool // written [key]
		Value    Expr
	}
	// SpreadExpr is ...x in a list literal.
	SpreadExpr struct {
		Extent
		X Expr
	}
	// UnaryExpr is -x or not x.
	UnaryExpr struct {
		Extent
		Op UnaryOp
		X  Expr
	}
	// BinaryExpr is x op y, and, or and ?? included.
	BinaryExpr struct {
		Extent
		X      Expr
		Op     BinaryOp
		OpSpan lexer.Span
		Y      Expr
	}
	// RangeExpr is lo..hi or lo..=hi. A nil bound is open, which only an
	// IndexExpr's index may have.
	RangeExpr struct {
		Extent
		Lo, Hi    Expr
		Inclusive bool
	}
	// CallExpr is fn(args). A method call has a MemberExpr as Fn.
	CallExpr struct {
		Extent
		Fn   Expr
		Args []Arg
	}
	// Arg is one argument of a call, of a fail, or one option of a group.
	Arg struct {
		Name     string // "": by position
		NameSpan lexer.Span
		Spread   bool
		Value    Expr
	}
	// MemberExpr is x.name or x?.name.
	MemberExpr struct {
		Extent
		X        Expr
		Name     string
		NameSpan lexer.Span
		Optional bool
	}
	// IndexExpr is x[index] or x?[index]; a slice has a RangeExpr written
	// between the brackets as its index.
	IndexExpr struct {
		Extent
		X        Expr
		Index    Expr
		Optional bool
	}
	// ChainExpr surrounds a whole chain of members, indices and calls in
	// which a ?. or ?[ stands: where that finds nothing, X's value is nil.
	ChainExpr struct {
		Extent
		X Expr
	}
	// ParenExpr is (x).
	ParenExpr struct {
		Extent
		X Expr
	}
	// FnLit is a function: of a fn statement (with a name) or a lambda.
	FnLit struct {
		Extent
		Name     string // "": a lambda
		NameSpan lexer.Span
		Params   []Param
		Body     Expr // a *BlockExpr where braces were written
		Unit     any  // *resolve.Unit, set by ast/resolve
	}
	// Param is one parameter.
	Param struct {
		Pattern Pattern // a NamePattern or WildcardPattern, or something to take apart
		Default Expr    // nil: must be given
		Rest    bool    // ...rest; Pattern is a NamePattern or WildcardPattern
	}
	// BlockExpr is { statements }; its value is that of the last one.
	BlockExpr struct {
		Extent
		Stmts []Stmt
		Scope any // *resolve.Scope, set by ast/resolve
	}
	// IfExpr is if c { } else { }.
	IfExpr struct {
		Extent
		Cond Expr
		Then *BlockExpr
		Else Expr // nil, *BlockExpr or *IfExpr
	}
	// BranchExpr is branch subject { arms }.
	BranchExpr struct {
		Extent
		Subject Expr // nil: the arms are conditions
		Arms    []*Arm
	}
	// Arm is one arm of a branch. It has Patterns when there is a subject,
	// else Cond; neither for else.
	Arm struct {
		Extent
		Else     bool
		Patterns []Pattern // separated by commas
		Guard    Expr      // after if; nil without one
		Cond     Expr
		Body     Stmt   // an ExprStmt or AssignStmt; of a BranchExpr
		Items    []Item // of a BranchItem
		Info     any    // *resolve.Arm of a BranchItem's arm, set by ast/resolve
	}
	// CatchExpr is x catch handler or x catch name -> handler.
	CatchExpr struct {
		Extent
		X       Expr
		Name    Pattern // NamePattern or WildcardPattern; nil for a plain fallback
		Handler Expr
	}
	// FailExpr is fail value, kind: …, data: …, cause: ….
	FailExpr struct {
		Extent
		Value Expr
		Named []Arg
	}
	ReturnExpr struct {
		Extent
		Value Expr // nil: nil
	}
	BreakExpr    struct{ Extent }
	ContinueExpr struct{ Extent }
	// GroupExpr is group mode (options) < items >. A header's for is the only
	// Item then, a ForItem with Header set.
	GroupExpr struct {
		Extent
		Mode     Mode
		ModeSpan lexer.Span
		Options  []Arg
		Items    []Item
		Info     any // *resolve.Group, set by ast/resolve
	}
	// BadExpr stands where no expression could be read.
	BadExpr struct{ Extent }
)

// Statements.
type (
	// LetStmt is let pattern = value or var pattern = value.
	LetStmt struct {
		Extent
		Var     bool    `parser:"( 'let' | @'var' )"`
		Pattern Pattern `parser:"@@"`
		Value   Expr    `parser:"'=' @@"`
	}
	// FnStmt is fn name(params) { } or fn name(params) = expr.
	FnStmt struct {
		Extent
		Fn      *FnLit
		Binding any // *resolve.Binding, set by ast/resolve
	}
	// AssignStmt is target op value. The target is an Ident, MemberExpr or
	// IndexExpr, or (for =) a ListLit of such places.
	AssignStmt struct {
		Extent
		Target Expr
		Op     AssignOp
		OpSpan lexer.Span
		Value  Expr
	}
	ExprStmt struct {
		Extent
		X Expr
	}
	// ForStmt is for value in source { } or for key, value in source { }.
	ForStmt struct {
		Extent
		// The grammar puts the first name into Key; where it is the only one
		// the parser moves it on, so that Key is nil then.
		Key    Pattern `parser:"'for' @@"`
		Value  Pattern `parser:"( ',' @@ )?"`
		Source Expr    `parser:"'in' @@"`
		Body   *BlockExpr
	}
	WhileStmt struct {
		Extent
		Cond Expr `parser:"'while' @@"`
		Body *BlockExpr
	}
	// DeferStmt is defer expr; the body may be a BlockExpr.
	DeferStmt struct {
		Extent
		Body Expr `parser:"'defer' @@"`
	}
	// ImportStmt is import "path" as alias.
	ImportStmt struct {
		Extent
		Path      string `parser:"'import' @String"`
		PathSpan  lexer.Span
		Alias     string `parser:"'as' @Ident"`
		AliasSpan lexer.Span
		Binding   any // *resolve.Binding, set by ast/resolve
	}
	// BadStmt stands where no statement could be read.
	BadStmt struct{ Extent }
)

// Patterns.
type (
	// NamePattern binds anything to a name.
	NamePattern struct {
		Extent
		Name    string
		Binding any // *resolve.Binding, set by ast/resolve
	}
	// WildcardPattern is _.
	WildcardPattern struct{ Extent }
	// LiteralPattern matches one value: a NilLit, BoolLit, IntLit, FloatLit,
	// DurationLit or StringLit (negative numbers are folded into it).
	LiteralPattern struct {
		Extent
		Value Expr
	}
	// RangePattern is lo..hi with literal bounds; nil: open.
	RangePattern struct {
		Extent
		Lo, Hi    Expr
		Inclusive bool
	}
	// EqualPattern is ==x.
	EqualPattern struct {
		Extent
		X Expr
	}
	// TypePattern is name: type | type, or types alone where Name is nil.
	TypePattern struct {
		Extent
		Name  Pattern // *NamePattern, *WildcardPattern or nil
		Types []string
	}
	// ListPattern is [a, b = 1, ...rest].
	ListPattern struct {
		Extent
		Elems []ElemPattern
		Rest  Pattern // *NamePattern or *WildcardPattern; nil without one
	}
	// ElemPattern is one element of a ListPattern.
	ElemPattern struct {
		Pattern Pattern
		Default Expr // for an absent element; nil without one
	}
	// MapPattern is {name, port: p, tls = false, ...rest}.
	MapPattern struct {
		Extent
		Entries []EntryPattern
		Rest    Pattern // *NamePattern or *WildcardPattern; nil without one
	}
	// EntryPattern is one key of a MapPattern. {name} is a key with the
	// NamePattern of the same name.
	EntryPattern struct {
		Key     Expr // StringLit for a name, else a literal
		Short   bool // {name}: Pattern is a NamePattern of the key's name
		Pattern Pattern
		Default Expr // for an absent key; nil without one
	}
	// AltPattern is a | b.
	AltPattern struct {
		Extent
		Alts []Pattern
	}
)

// Items of a group.
type (
	// ChildItem is a child: label: body, body, let name = body, or one of
	// the first two after background.
	ChildItem struct {
		Extent
		Label      *Label // nil without one; let name has a fixed one
		Let        bool
		Background bool
		Body       Expr
		Info       any // *resolve.Child, set by ast/resolve
	}
	// Label is name:, "text": or [expr]: (an interpolated text is computed).
	Label struct {
		Extent
		Name     string
		Computed Expr // nil: Name is the label
	}
	// ForItem is for value in source < items >, name: for …, or a group
	// header's for.
	ForItem struct {
		Extent
		Label *Label // never computed; nil without one
		// As in a ForStmt.
		Key    Pattern `parser:"'for' @@"`
		Value  Pattern `parser:"( ',' @@ )?"`
		Source Expr    `parser:"'in' @@"`
		Items  []Item  `parser:"'<' @@* '>'"`
		Header bool
		Info   any // *resolve.For, set by ast/resolve
	}
	// BranchItem is branch subject { pattern -> items }.
	BranchItem struct {
		Extent
		Subject Expr // nil: the arms are conditions
		Arms    []*Arm
		Info    any // *resolve.Choice, set by ast/resolve
	}
	// IfItem is if c < items > else < items >; an else if is an Else that
	// holds one IfItem.
	IfItem struct {
		Extent
		Cond Expr
		Then []Item
		Else []Item
		Info any // *resolve.Choice, set by ast/resolve
	}
)

// Mode is how a group treats its children's results.
type Mode uint8

const (
	ModeAll Mode = iota // no word: every child must succeed
	ModeSettle
	ModeRace
	ModeStream
)

var modeNames = [...]string{"", "settle", "race", "stream"}

func (m Mode) String() string { return modeNames[m] }

// UnaryOp is a prefix operator.
type UnaryOp uint8

const (
	Neg UnaryOp = iota
	Not
)

// BinaryOp is an infix operator.
type BinaryOp uint8

const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	FloorDiv
	Mod
	Equal
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	In
	NotIn
	And
	Or
	Coalesce // ??
)

var binaryNames = [...]string{"+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or", "??"}

func (op BinaryOp) String() string { return binaryNames[op] }

// AssignOp is = or a compound assignment.
type AssignOp uint8

const (
	Set AssignOp = iota
	AddSet
	SubSet
	MulSet
	DivSet
	FloorDivSet
	ModSet
	CoalesceSet
)

var assignNames = [...]string{"=", "+=", "-=", "*=", "/=", "//=", "%=", "??="}

func (op AssignOp) String() string { return assignNames[op] }

// Binary gives the operator of a compound assignment.
func (op AssignOp) Binary() BinaryOp {
	return [...]BinaryOp{0, Add, Sub, Mul, Div, FloorDiv, Mod, Coalesce}[op]
}

func (*Ident) expr()        {}
func (*NilLit) expr()       {}
func (*BoolLit) expr()      {}
func (*IntLit) expr()       {}
func (*FloatLit) expr()     {}
func (*DurationLit) expr()  {}
func (*StringLit) expr()    {}
func (*TemplateLit) expr()  {}
func (*ListLit) expr()      {}
func (*MapLit) expr()       {}
func (*SpreadExpr) expr()   {}
func (*UnaryExpr) expr()    {}
func (*BinaryExpr) expr()   {}
func (*RangeExpr) expr()    {}
func (*CallExpr) expr()     {}
func (*MemberExpr) expr()   {}
func (*IndexExpr) expr()    {}
func (*ChainExpr) expr()    {}
func (*ParenExpr) expr()    {}
func (*FnLit) expr()        {}
func (*BlockExpr) expr()    {}
func (*IfExpr) expr()       {}
func (*BranchExpr) expr()   {}
func (*CatchExpr) expr()    {}
func (*FailExpr) expr()     {}
func (*ReturnExpr) expr()   {}
func (*BreakExpr) expr()    {}
func (*ContinueExpr) expr() {}
func (*GroupExpr) expr()    {}
func (*BadExpr) expr()      {}

func (*LetStmt) stmt()    {}
func (*FnStmt) stmt()     {}
func (*AssignStmt) stmt() {}
func (*ExprStmt) stmt()   {}
func (*ForStmt) stmt()    {}
func (*WhileStmt) stmt()  {}
func (*DeferStmt) stmt()  {}
func (*ImportStmt) stmt() {}
func (*BadStmt) stmt()    {}

func (*NamePattern) pattern()     {}
func (*WildcardPattern) pattern() {}
func (*LiteralPattern) pattern()  {}
func (*RangePattern) pattern()    {}
func (*EqualPattern) pattern()    {}
func (*TypePattern) pattern()     {}
func (*ListPattern) pattern()     {}
func (*MapPattern) pattern()      {}
func (*AltPattern) pattern()      {}

func (*ChildItem) item()  {}
func (*ForItem) item()    {}
func (*BranchItem) item() {}
func (*IfItem) item()     {}

// Unparen gives the expression inside any parentheses.
func Unparen(x Expr) Expr {
	for {
		p, ok := x.(*ParenExpr)
		if !ok {
			return x
		}
		x = p.X
	}
}
