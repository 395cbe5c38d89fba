// Package resolve decides, before anything runs, what every name of a file
// means: the slot of a frame, a captured variable, a global of the file, a
// function or module of the library, a sibling child of a group. It finds the
// edges between the children of a group and their cycles, and reports every
// mistake about names, assignments and calls that the text alone shows.
//
// The result is written into the tree: each Ident and NamePattern gets a
// *Binding, each function a *Unit, each block a *Scope, each group a *Group.
// The runtime reads them and never looks a name up. Nothing is run here.
package resolve

import (
	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// File is what resolving a file gives.
type File struct {
	AST     *ast.File
	Unit    *Unit   // the top-level code
	Globals []*Decl // the names of the file's top level; Globals[i].Index is Base+i
	// Base is the index of the first of Globals: 0, or Session.Count, since an
	// input to a session numbers its names after those of earlier inputs (one
	// that is declared again gets a new index). Base+len(Globals) globals are
	// needed to run the file; Session.Add makes them known to later inputs.
	Base    int
	Fns     []*ast.FnStmt
	Imports []*ast.ImportStmt
	// Exports are the members other files see: top-level lets and fns whose
	// names do not begin with _.
	Exports map[string]*Decl
}

// DeclKind tells how a name came to be.
type DeclKind uint8

const (
	LetDecl DeclKind = iota // let, or a name in a pattern
	VarDecl
	FnDecl
	ParamDecl
	LoopDecl
	ImportDecl  // import "…" as name
	SiblingDecl // a child's label
	GivenDecl   // a global of the embedding program
)

// Decl is one declaration of a name.
type Decl struct {
	Kind  DeclKind
	Name  string
	Span  lexer.Span
	Index int        // of a global: its index in the file's (or the host's) globals
	Fn    *ast.FnLit // of a FnDecl, or a let whose initialiser is a lambda
	Value ast.Expr   // a let's or var's initialiser where the pattern is a plain name
	Used  bool
	File  *File // of an ImportDecl: what it loads
}

// Kind is where a name's value is found.
type Kind uint8

const (
	Undefined Kind = iota // reported already
	Local                 // Index: a slot of the unit's frame
	Captured              // Index: into the unit's Captures
	Global                // Index: into the globals of the file
	Given                 // Index: into the globals that the embedding program gives
	Universe              // a function every script has, found by Name
	Module                // a module of the library, found by Name
	Import                // another file: Decl.File
)

// Binding is what one occurrence of a name means.
type Binding struct {
	Kind  Kind
	Index int
	Name  string
	Decl  *Decl // nil for Universe and Module
	// Boxed: the slot or capture holds a box, since a function that is visible
	// before the let has captured it.
	Boxed bool
	// Check: the variable may not be bound yet when this is read.
	Check bool
	// Sibling: the value is a sibling's result, which may be its failure.
	Sibling bool
}

// CaptureKind is where a captured variable is found when a unit is made.
type CaptureKind uint8

const (
	FromLocal    CaptureKind = iota // Index: slot of the enclosing unit's frame
	FromCaptured                    // Index: capture of the enclosing unit
	FromGlobal                      // Index: a file's var, copied for a child or a lambda
	FromVar                         // Level, Index: a variable of a group's Env
	FromName                        // Level, Index: a Name of a group's Env
)

// Capture tells how a unit comes by one variable from around it.
type Capture struct {
	From  CaptureKind
	Level int // FromVar, FromName: how many Envs outward (0: the unit's own)
	Index int
	Boxed bool
}

// UnitKind tells what a Unit is the code of.
type UnitKind uint8

const (
	FileUnit  UnitKind = iota
	FuncUnit           // a function; argument i arrives in slot i
	ChildUnit          // a child's body
	GroupUnit          // what a group evaluates itself: a list, subject, condition, label
)

// Unit is code that runs in a frame of its own.
type Unit struct {
	Kind     UnitKind
	Slots    int
	Captures []Capture
	Defers   bool // a defer stands in it, outside nested units
	Nesting  int  // how deep its tree is, nested units apart
}

// Scope is what a block needs on entry.
type Scope struct {
	// Fns are the block's functions: all are made on entry, before the first
	// statement, so that they see each other.
	Fns []*ast.FnStmt
	// Boxes are the slots that get a fresh, unbound box on entry.
	Boxes  []int
	Defers bool // a defer stands directly in the block
}

// Group describes a group. Its units see the variables around the group
// through Captures, copied once when the group begins: these are the first
// Vars of the root Env.
type Group struct {
	Captures []Capture // From the enclosing unit: FromLocal, FromCaptured, FromGlobal (or FromVar, FromName never)
	Env      *Env
	Labelled bool // the result is a map
}

// Env describes the variables and the mentionable siblings of a group (the
// root) or of one turn of a for item. At run time a turn's Env points to the
// one it was drawn in.
type Env struct {
	Vars  int // how many variables, those bound by arms' patterns included
	Names []*Name
}

// Name is a label or let of an Env that siblings may mention. Several
// children in different arms may provide it.
type Name struct {
	Name      string
	Span      lexer.Span // the first provider's
	Mentioned bool
}

// Mention says that a unit needs a sibling's value.
type Mention struct {
	Level  int  // how many Envs outward the Name is
	Name   int  // index into that Env's Names
	Caught bool // every mention of it stands in the left side of a catch
	Span   lexer.Span
}

// Child is the Info of an ast.ChildItem.
type Child struct {
	Name     int // index into its Env's Names; -1: nobody can mention it
	Unit     *Unit
	Mentions []Mention // of the body, first mention first
	// Label is the unit of a computed label; nil without one.
	Label         *Unit
	LabelMentions []Mention
}

// For is the Info of an ast.ForItem.
type For struct {
	Name     int   // of name: for; -1 without a label
	Source   *Unit // the list
	Mentions []Mention
	// Bind takes the key in slot 0 and the value in slot 1 and matches the
	// patterns; slot Slots[i] of its frame becomes variable i of the turn.
	Bind  *Unit
	Slots []int
	// Labelled: the items have labels, so the turns make a map.
	Labelled bool
	Env      *Env // of a turn
}

// Choice is the Info of an ast.BranchItem or ast.IfItem: one unit evaluates
// the subject and all conditions, patterns and guards.
type Choice struct {
	Unit     *Unit
	Mentions []Mention
}

// Arm is the Info of a BranchItem's arm: what its patterns bind. Slot Slots[i]
// of the Choice's frame is copied to variable Vars[i] of the Env.
type Arm struct {
	Slots []int
	Vars  []int
}

// Signature is what is known of a function that Go code provides.
type Signature struct {
	Params []SigParam
	Result string
}

// SigParam is one parameter of a Signature.
type SigParam struct {
	Name     string
	Type     string
	Optional bool
	Rest     bool // takes any number of positional arguments
	// NamedOnly: can only be given by name (it stands after a Rest).
	NamedOnly bool
	// NamedRest: takes any named arguments (…named).
	NamedRest bool
}

// Members are functions and constants of the library by their names. A
// signature is made when it is asked for: a file uses a few of hundreds.
type Members interface {
	// Find gives the signature of a member, nil for a constant.
	Find(name string) (sig *Signature, ok bool)
	// Names gives all names.
	Names() []string
}

// nothing are the members of a library that has none.
type nothing struct{}

func (nothing) Find(string) (*Signature, bool) { return nil, false }
func (nothing) Names() []string                { return nil }

// World is what a file finds around itself.
type World struct {
	// Universe is what every file has, Module what a module offers; nil if
	// there is none of that name. Modules are the names of all.
	Universe Members
	Module   func(name string) Members
	Modules  []string
	// Given are the names of the embedding program's globals.
	Given []string
	// Imports gives the resolved file for an import statement; nil where it
	// could not be loaded (reported by the loader).
	Imports map[*ast.ImportStmt]*File
	// Session holds the top-level names of earlier inputs; nil outside one.
	Session *Session
}

// Session is the growing top level of an interactive session. Later inputs
// may declare a name again.
type Session struct {
	Decls map[string]*Decl
	Count int // globals so far
}
