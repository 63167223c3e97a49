package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
)

// Bounds of an expression. They keep what is written by somebody who may configure
// rules from making requests slow.
const (
	// MaxExpression is the length of an expression, in characters.
	MaxExpression = 4 << 10
	// maxDepth bounds how deep an expression is nested.
	maxDepth = 50
	// maxCost bounds what an evaluation may cost, in CEL's units: about a comparison
	// each, and a tenth of a character where texts are searched.
	maxCost = 20_000
)

// expression is one that has been compiled.
type expression struct {
	program cel.Program
	used    bool // it asks what is used of limits
}

// usedNames are what an expression can ask of limits.
var usedNames = []string{"budget_used", "tokens_used", "request"}

// environment is what all expressions have in common.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	texts := cel.MapType(cel.StringType, cel.StringType)
	options := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(MaxExpression),
		cel.ParserRecursionLimit(maxDepth),
		cel.CrossTypeNumericComparisons(true),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals(), cel.ValidateComprehensionNestingLimit(1)),
		cel.Variable("headers", texts),
		cel.Variable("metadata", texts),
		cel.Variable("params", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("stream", cel.BoolType),
		cel.Variable("now", cel.TimestampType),
	}
	for _, name := range []string{
		"model", "provider", "request_type", "virtual_key_id", "virtual_key_name", "team_id", "team_name",
		"customer_id", "customer_name", "user_id",
	} {
		options = append(options, cel.Variable(name, cel.StringType))
	}
	for _, name := range usedNames {
		options = append(options, cel.Variable(name, cel.DoubleType))
	}
	for _, name := range []string{"estimated_tokens", "hour", "weekday"} {
		options = append(options, cel.Variable(name, cel.IntType))
	}
	return cel.NewEnv(options...)
})

// CheckExpression says what is wrong with an expression, and where in it.
func CheckExpression(text string) error {
	if text == "" {
		return nil
	}
	_, err := compile(text)
	return err
}

// compile compiles an expression. The error says where in it the fault is.
func compile(text string) (*expression, error) {
	if n := len([]rune(text)); n > MaxExpression {
		return nil, fmt.Errorf("is %d characters long, at most %d are taken", n, MaxExpression)
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("prepare CEL: %w", err)
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, faultOf(issues)
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, fmt.Errorf("must be true or false, and is of type %s", t)
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	// To count what it costs takes as long as most expressions themselves, so it is
	// only done of those that could cost too much.
	if most, err := env.EstimateCost(ast, unknownSizes{}); err != nil || most.Max > maxCost {
		options = append(options, cel.CostLimit(maxCost))
	}
	program, err := env.Program(ast, options...)
	if err != nil {
		return nil, fmt.Errorf("cannot be prepared: %w", err)
	}
	e := &expression{program: program}
	for _, asked := range ast.NativeRep().ReferenceMap() {
		e.used = e.used || slices.Contains(usedNames, asked.Name)
	}
	return e, nil
}

// unknownSizes estimates the cost of an expression for requests of any size.
type unknownSizes struct{}

// EstimateSize implements cost.Estimator.
func (unknownSizes) EstimateSize(cost.AstNode) *cost.SizeEstimate { return nil }

// EstimateCallCost implements cost.Estimator.
func (unknownSizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// faultOf is the first fault that CEL has found, with its place.
func faultOf(issues *cel.Issues) error {
	all := issues.Errors()
	if len(all) == 0 {
		return issues.Err()
	}
	at, message := all[0].Location, strings.Join(strings.Fields(all[0].Message), " ")
	if at.Line() <= 0 {
		return errors.New(message)
	}
	return fmt.Errorf("%s (line %d, column %d of the expression)", message, at.Line(), at.Column()+1)
}

// errNotBool is the error of an expression whose value is neither true nor false.
var errNotBool = errors.New("the expression is neither true nor false")

// holds evaluates the expression. What it asks for that the request does not have
// makes it not hold.
func (e *expression) holds(f *Facts) (bool, error) {
	out, _, err := e.program.Eval(f)
	switch {
	case err != nil && missing(err):
		return false, nil
	case err != nil:
		return false, err
	}
	is, ok := out.(types.Bool)
	if !ok {
		return false, errNotBool
	}
	return bool(is), nil
}

// missing says whether an error is that of a key that a map does not have, for which
// CEL has no type.
func missing(err error) bool { return strings.HasPrefix(err.Error(), noSuchKey) }

const noSuchKey = "no such key"
