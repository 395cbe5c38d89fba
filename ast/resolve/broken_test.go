package resolve

import (
	"testing"

	"github.com/tgscript/tgscript/ast"
	"github.com/tgscript/tgscript/lexer"
)

// TestMissingParts resolves nodes of which everything is missing.
func TestMissingParts(t *testing.T) {
	exprs := []ast.Expr{
		nil, &ast.BadExpr{}, &ast.Ident{}, &ast.TemplateLit{}, &ast.ListLit{Elems: []ast.Expr{nil}},
		&ast.MapLit{Entries: []ast.MapEntry{{}}}, &ast.SpreadExpr{}, &ast.UnaryExpr{}, &ast.BinaryExpr{},
		&ast.RangeExpr{}, &ast.CallExpr{Args: []ast.Arg{{}}}, &ast.MemberExpr{}, &ast.IndexExpr{}, &ast.ChainExpr{},
		&ast.ParenExpr{}, &ast.FnLit{Params: []ast.Param{{}}}, &ast.BlockExpr{Stmts: []ast.Stmt{nil}}, &ast.IfExpr{},
		&ast.BranchExpr{Arms: []*ast.Arm{nil, {}}}, &ast.BranchExpr{Subject: &ast.BadExpr{}, Arms: []*ast.Arm{{Patterns: []ast.Pattern{nil, nil}}}},
		&ast.CatchExpr{}, &ast.FailExpr{Named: []ast.Arg{{}}}, &ast.ReturnExpr{}, &ast.BreakExpr{}, &ast.ContinueExpr{},
		&ast.GroupExpr{Mode: ast.ModeStream, Options: []ast.Arg{{}}, Items: []ast.Item{
			nil, &ast.ChildItem{}, &ast.ChildItem{Label: &ast.Label{}}, &ast.ChildItem{Let: true, Label: &ast.Label{}}, &ast.ForItem{Items: []ast.Item{nil, &ast.ChildItem{Let: true}}},
			&ast.ForItem{Label: &ast.Label{}}, &ast.BranchItem{Arms: []*ast.Arm{nil, {}}}, &ast.IfItem{},
		}},
	}
	patterns := []ast.Pattern{
		nil, &ast.NamePattern{}, &ast.WildcardPattern{}, &ast.LiteralPattern{}, &ast.RangePattern{}, &ast.EqualPattern{},
		&ast.TypePattern{Types: []string{""}}, &ast.ListPattern{Elems: []ast.ElemPattern{{}}}, &ast.MapPattern{Entries: []ast.EntryPattern{{}}},
		&ast.AltPattern{}, &ast.AltPattern{Alts: []ast.Pattern{nil, nil}},
	}
	stmts := []ast.Stmt{
		nil, &ast.BadStmt{}, &ast.LetStmt{}, &ast.FnStmt{}, &ast.FnStmt{Fn: &ast.FnLit{}}, &ast.AssignStmt{},
		&ast.ForStmt{}, &ast.WhileStmt{}, &ast.DeferStmt{}, &ast.ImportStmt{},
	}
	for _, x := range exprs {
		stmts = append(stmts, &ast.ExprStmt{X: x}, &ast.AssignStmt{Target: x}, &ast.ForStmt{Source: x})
	}
	for _, p := range patterns {
		stmts = append(stmts, &ast.LetStmt{Pattern: p, Value: &ast.FnLit{Params: []ast.Param{{Pattern: p}}}})
	}
	Resolve(&ast.File{Source: lexer.NewSource("broken.tg", ""), Stmts: stmts}, nil)
}
