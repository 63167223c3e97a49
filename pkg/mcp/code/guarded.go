package code

import (
	"go.starlark.net/syntax"
)

// Names of what the rewritten program calls. No script can write them.
const (
	attrName   = "attr!"   // a method of a value
	chargeName = "charge!" // a value that is about to be copied
	wholeName  = "whole!"  // a value that may be hashed
)

// opName is the name of the function that stands for an operator, and inPlaceName of that
// for an operator with an assignment.
func opName(op syntax.Token) string      { return op.String() + "!" }
func inPlaceName(op syntax.Token) string { return op.String() + "=!" }

// operators are those whose cost depends on their operands.
var operators = []syntax.Token{
	syntax.PLUS, syntax.MINUS, syntax.STAR, syntax.SLASH, syntax.SLASHSLASH, syntax.PERCENT,
	syntax.AMP, syntax.PIPE, syntax.CIRCUMFLEX, syntax.LTLT, syntax.GTGT,
	syntax.EQL, syntax.NEQ, syntax.LT, syntax.GT, syntax.LE, syntax.GE, syntax.IN, syntax.NOT_IN,
}

// assigning are the operators behind those with an assignment.
var assigning = map[syntax.Token]syntax.Token{
	syntax.PLUS_EQ: syntax.PLUS, syntax.MINUS_EQ: syntax.MINUS, syntax.STAR_EQ: syntax.STAR, syntax.SLASH_EQ: syntax.SLASH,
	syntax.SLASHSLASH_EQ: syntax.SLASHSLASH, syntax.PERCENT_EQ: syntax.PERCENT, syntax.AMP_EQ: syntax.AMP,
	syntax.PIPE_EQ: syntax.PIPE, syntax.CIRCUMFLEX_EQ: syntax.CIRCUMFLEX, syntax.LTLT_EQ: syntax.LTLT, syntax.GTGT_EQ: syntax.GTGT,
}

// rewriter turns what may be costly into calls of functions that pay first.
type rewriter struct{ err error }

// guarded rewrites a program in place. It fails for what cannot be allowed.
func guarded(f *syntax.File) error {
	var w rewriter
	w.statements(f.Stmts)
	return w.err
}

func (w *rewriter) fail(n syntax.Node, message string) {
	if w.err == nil {
		at, _ := n.Span()
		w.err = syntax.Error{Pos: at, Msg: message}
	}
}

func (w *rewriter) statements(all []syntax.Stmt) {
	for _, s := range all {
		switch s := s.(type) {
		case *syntax.AssignStmt:
			w.assign(s)
		case *syntax.DefStmt:
			w.params(s.Params)
			w.statements(s.Body)
		case *syntax.ForStmt:
			w.target(s.Vars)
			w.expr(&s.X)
			w.statements(s.Body)
		case *syntax.WhileStmt:
			w.expr(&s.Cond)
			w.statements(s.Body)
		case *syntax.IfStmt:
			w.expr(&s.Cond)
			w.statements(s.True)
			w.statements(s.False)
		case *syntax.ExprStmt:
			w.expr(&s.X)
		case *syntax.ReturnStmt:
			if s.Result != nil {
				w.expr(&s.Result)
			}
		case *syntax.LoadStmt:
			w.fail(s, "there is nothing to load here: tools are methods of the servers' objects")
		case *syntax.BranchStmt:
		default:
			w.fail(s, "this statement is not allowed")
		}
	}
}

func (w *rewriter) assign(s *syntax.AssignStmt) {
	w.expr(&s.RHS)
	w.target(s.LHS)
	if s.Op == syntax.EQ {
		return
	}
	op, ok := assigning[s.Op]
	if !ok || calls(s.LHS) { // the target is evaluated twice
		w.fail(s, "write this as x = x + y, with a name for what is called")
		return
	}
	s.Op, s.RHS = syntax.EQ, call(s.OpPos, inPlaceName(op), s.LHS, s.RHS)
}

// calls says whether an expression calls something.
func calls(e syntax.Expr) (found bool) {
	syntax.Walk(e, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			name, own := c.Fn.(*syntax.Ident)
			found = found || !own || name.Name != attrName && name.Name != chargeName && name.Name != wholeName
		}
		return true
	})
	return found
}

// target rewrites within what is assigned to.
func (w *rewriter) target(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Ident:
	case *syntax.ParenExpr:
		w.target(e.X)
	case *syntax.TupleExpr:
		for _, x := range e.List {
			w.target(x)
		}
	case *syntax.ListExpr:
		for _, x := range e.List {
			w.target(x)
		}
	case *syntax.IndexExpr:
		w.expr(&e.X)
		w.expr(&e.Y)
	default:
		w.fail(e, "nothing can be assigned to this")
	}
}

func (w *rewriter) params(all []syntax.Expr) {
	for _, p := range all {
		if b, ok := p.(*syntax.BinaryExpr); ok {
			w.expr(&b.Y)
		}
	}
}

func (w *rewriter) exprs(all []syntax.Expr) {
	for i := range all {
		w.expr(&all[i])
	}
}

func (w *rewriter) expr(at *syntax.Expr) {
	switch e := (*at).(type) {
	case *syntax.Ident, *syntax.Literal:
	case *syntax.ParenExpr:
		w.expr(&e.X)
	case *syntax.BinaryExpr:
		w.expr(&e.X)
		w.expr(&e.Y)
		if e.Op != syntax.AND && e.Op != syntax.OR {
			*at = call(e.OpPos, opName(e.Op), e.X, e.Y)
		}
	case *syntax.UnaryExpr:
		w.expr(&e.X)
	case *syntax.CondExpr:
		w.expr(&e.Cond)
		w.expr(&e.True)
		w.expr(&e.False)
	case *syntax.CallExpr:
		w.expr(&e.Fn)
		w.args(e.Args)
	case *syntax.DotExpr:
		w.expr(&e.X)
		name := &syntax.Literal{Token: syntax.STRING, TokenPos: e.NamePos, Raw: e.Name.Name, Value: e.Name.Name}
		*at = call(e.Dot, attrName, e.X, name)
	case *syntax.IndexExpr:
		w.expr(&e.X)
		w.expr(&e.Y)
	case *syntax.SliceExpr:
		w.expr(&e.X)
		e.X = call(e.Lbrack, chargeName, e.X)
		for _, part := range []*syntax.Expr{&e.Lo, &e.Hi, &e.Step} {
			if *part != nil {
				w.expr(part)
			}
		}
	case *syntax.ListExpr:
		w.exprs(e.List)
	case *syntax.TupleExpr:
		w.exprs(e.List)
		start, _ := e.Span()
		*at = call(start, wholeName, e)
	case *syntax.DictExpr:
		for _, entry := range e.List {
			if d, ok := entry.(*syntax.DictEntry); ok {
				w.expr(&d.Key)
				w.expr(&d.Value)
			}
		}
	case *syntax.LambdaExpr:
		w.params(e.Params)
		w.expr(&e.Body)
	case *syntax.Comprehension:
		w.comprehension(e)
	default:
		w.fail(e, "this expression is not allowed")
	}
}

func (w *rewriter) comprehension(e *syntax.Comprehension) {
	if d, ok := e.Body.(*syntax.DictEntry); ok {
		w.expr(&d.Key)
		w.expr(&d.Value)
	} else {
		w.expr(&e.Body)
	}
	for _, clause := range e.Clauses {
		switch c := clause.(type) {
		case *syntax.ForClause:
			w.target(c.Vars)
			w.expr(&c.X)
		case *syntax.IfClause:
			w.expr(&c.Cond)
		}
	}
}

// args rewrites arguments: what is spread out is copied, and name=value is no operator.
func (w *rewriter) args(all []syntax.Expr) {
	for i := range all {
		switch e := all[i].(type) {
		case *syntax.BinaryExpr:
			if e.Op == syntax.EQ {
				w.expr(&e.Y)
				continue
			}
		case *syntax.UnaryExpr:
			if e.Op == syntax.STAR || e.Op == syntax.STARSTAR {
				w.expr(&e.X)
				e.X = call(e.OpPos, chargeName, e.X)
				continue
			}
		}
		w.expr(&all[i])
	}
}

func call(at syntax.Position, name string, args ...syntax.Expr) *syntax.CallExpr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: at, Name: name}, Lparen: at, Args: args, Rparen: at}
}
