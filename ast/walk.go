package ast

import "github.com/tgscript/tgscript/lexer"

// Span gives the extent of the whole text.
func (f *File) Span() lexer.Span { return lexer.Span{End: lexer.Pos(len(f.Source.Text))} }

// Visitor looks at the nodes of a tree. Walk calls Visit for each; what that
// gives visits the node's children, then once nil. A nil Visitor skips them.
type Visitor interface {
	Visit(Node) Visitor
}

// Walk visits a node and everything in it in source order: expressions,
// statements, patterns, items, labels and arms.
func Walk(v Visitor, n Node) {
	if v = v.Visit(n); v == nil {
		return
	}
	Children(n, func(child Node) { Walk(v, child) })
	v.Visit(nil)
}

type inspector func(Node) bool

func (f inspector) Visit(n Node) Visitor {
	if f(n) {
		return f
	}
	return nil
}

// Inspect calls visit for a node and everything in it in source order, then,
// where visit gave true, with nil once the node's children are done.
func Inspect(n Node, visit func(Node) bool) { Walk(inspector(visit), n) }

// Children calls visit for each node directly in n, in source order.
func Children(n Node, visit func(Node)) {
	c := children{visit}
	switch n := n.(type) {
	case *File:
		each(c, n.Stmts)
	case *Arm:
		c.arm(n)
	case *Label:
		c.expr(n.Computed)
	case Expr:
		c.inExpr(n)
	case Stmt:
		c.inStmt(n)
	case Pattern:
		c.inPattern(n)
	case Item:
		c.inItem(n)
	}
}

// children hands on what is there: optional parts of nodes are nil.
type children struct{ visit func(Node) }

func (c children) expr(x Expr) {
	if x != nil {
		c.visit(x)
	}
}

func (c children) pattern(p Pattern) {
	if p != nil {
		c.visit(p)
	}
}

func (c children) block(b *BlockExpr) {
	if b != nil {
		c.visit(b)
	}
}

func (c children) label(l *Label) {
	if l != nil {
		c.visit(l)
	}
}

func each[N Node](c children, nodes []N) {
	for _, n := range nodes {
		c.visit(n)
	}
}

func (c children) args(args []Arg) {
	for _, a := range args {
		c.expr(a.Value)
	}
}

func (c children) arm(a *Arm) {
	each(c, a.Patterns)
	c.expr(a.Guard)
	c.expr(a.Cond)
	if a.Body != nil {
		c.visit(a.Body)
	}
	each(c, a.Items)
}

func (c children) inExpr(x Expr) {
	switch n := x.(type) {
	case *TemplateLit:
		each(c, n.Parts)
	case *ListLit:
		each(c, n.Elems)
	case *MapLit:
		for _, e := range n.Entries {
			c.expr(e.Key)
			c.expr(e.Value)
		}
	case *SpreadExpr:
		c.expr(n.X)
	case *UnaryExpr:
		c.expr(n.X)
	case *BinaryExpr:
		c.expr(n.X)
		c.expr(n.Y)
	case *RangeExpr:
		c.expr(n.Lo)
		c.expr(n.Hi)
	case *CallExpr:
		c.expr(n.Fn)
		c.args(n.Args)
	case *MemberExpr:
		c.expr(n.X)
	case *IndexExpr:
		c.expr(n.X)
		c.expr(n.Index)
	case *ChainExpr:
		c.expr(n.X)
	case *ParenExpr:
		c.expr(n.X)
	case *FnLit:
		for _, p := range n.Params {
			c.pattern(p.Pattern)
			c.expr(p.Default)
		}
		c.expr(n.Body)
	case *BlockExpr:
		each(c, n.Stmts)
	case *IfExpr:
		c.expr(n.Cond)
		c.block(n.Then)
		c.expr(n.Else)
	case *BranchExpr:
		c.expr(n.Subject)
		each(c, n.Arms)
	case *CatchExpr:
		c.expr(n.X)
		c.pattern(n.Name)
		c.expr(n.Handler)
	case *FailExpr:
		c.expr(n.Value)
		c.args(n.Named)
	case *ReturnExpr:
		c.expr(n.Value)
	case *GroupExpr:
		c.args(n.Options)
		each(c, n.Items)
	}
}

func (c children) inStmt(s Stmt) {
	switch n := s.(type) {
	case *LetStmt:
		c.pattern(n.Pattern)
		c.expr(n.Value)
	case *FnStmt:
		c.visit(n.Fn)
	case *AssignStmt:
		c.expr(n.Target)
		c.expr(n.Value)
	case *ExprStmt:
		c.expr(n.X)
	case *ForStmt:
		c.pattern(n.Key)
		c.pattern(n.Value)
		c.expr(n.Source)
		c.block(n.Body)
	case *WhileStmt:
		c.expr(n.Cond)
		c.block(n.Body)
	case *DeferStmt:
		c.expr(n.Body)
	}
}

func (c children) inPattern(p Pattern) {
	switch n := p.(type) {
	case *LiteralPattern:
		c.expr(n.Value)
	case *RangePattern:
		c.expr(n.Lo)
		c.expr(n.Hi)
	case *EqualPattern:
		c.expr(n.X)
	case *TypePattern:
		c.pattern(n.Name)
	case *ListPattern:
		for _, e := range n.Elems {
			c.pattern(e.Pattern)
			c.expr(e.Default)
		}
		c.pattern(n.Rest)
	case *MapPattern:
		for _, e := range n.Entries {
			c.expr(e.Key)
			c.pattern(e.Pattern)
			c.expr(e.Default)
		}
		c.pattern(n.Rest)
	case *AltPattern:
		each(c, n.Alts)
	}
}

func (c children) inItem(i Item) {
	switch n := i.(type) {
	case *ChildItem:
		c.label(n.Label)
		c.expr(n.Body)
	case *ForItem:
		c.label(n.Label)
		c.pattern(n.Key)
		c.pattern(n.Value)
		c.expr(n.Source)
		each(c, n.Items)
	case *BranchItem:
		c.expr(n.Subject)
		each(c, n.Arms)
	case *IfItem:
		c.expr(n.Cond)
		each(c, n.Then)
		each(c, n.Else)
	}
}
