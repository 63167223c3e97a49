package code

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// comparisons are the operators that [starlark.Binary] does not have.
var comparisons = []syntax.Token{syntax.EQL, syntax.NEQ, syntax.LT, syntax.GT, syntax.LE, syntax.GE}

// paid is a function of a rewritten program.
func paid(name string, n int, do func(args starlark.Tuple) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if len(args) != n {
			return nil, fmt.Errorf("%s takes %d operands", name, n)
		}
		return do(args)
	})
}

// operatorsOf are the functions that stand for operators, paid from a purse.
func (p *purse) operatorsOf(into starlark.StringDict) {
	for _, op := range operators {
		into[opName(op)] = paid(op.String(), 2, func(args starlark.Tuple) (starlark.Value, error) { return p.binary(op, args[0], args[1]) })
	}
	for _, op := range assigning {
		into[inPlaceName(op)] = paid(op.String()+"=", 2, func(args starlark.Tuple) (starlark.Value, error) { return p.inPlace(op, args[0], args[1]) })
	}
	into[chargeName] = paid("copy", 1, func(args starlark.Tuple) (starlark.Value, error) { return args[0], p.pay(shallow(args[0])) })
	into[wholeName] = paid("tuple", 1, func(args starlark.Tuple) (starlark.Value, error) { return args[0], p.payDeep(args[0]) })
}

func (p *purse) binary(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	if err := p.payFor(op, x, y); err != nil {
		return nil, err
	}
	if slices.Contains(comparisons, op) {
		is, err := starlark.Compare(op, x, y)
		return starlark.Bool(is), err
	}
	out, err := starlark.Binary(op, x, y)
	if err != nil {
		return nil, err
	}
	if n, ok := out.(starlark.Int); ok && n.BigInt().BitLen() > maxBits {
		return nil, fmt.Errorf("a number has more than %d bits", maxBits)
	}
	return out, nil
}

// payFor pays for an operation before it is done.
func (p *purse) payFor(op syntax.Token, x, y starlark.Value) error {
	_, xInt := x.(starlark.Int)
	_, yInt := y.(starlark.Int)
	if xInt && yInt {
		return nil // neither is large
	}
	switch op {
	case syntax.STAR:
		if xInt {
			x, y = y, x
		}
		return p.payRepeat(x, y)
	case syntax.PERCENT:
		if text, ok := x.(starlark.String); ok {
			return p.payFormat(string(text), "%", y)
		}
		return nil
	case syntax.PLUS, syntax.MINUS, syntax.AMP, syntax.PIPE, syntax.CIRCUMFLEX:
		if _, ok := x.(starlark.Tuple); ok {
			return p.payDeep(x, y)
		}
		return p.pay(shallow(x) + shallow(y))
	}
	return p.payDeep(x, y) // compared, searched, or written
}

// payFormat pays for putting values into a text, each wherever a mark is.
func (p *purse) payFormat(text, mark string, values ...starlark.Value) error {
	before := p.left
	if err := p.payDeep(values...); err != nil {
		return err
	}
	return p.pay(int64(len(text)) + times(int64(strings.Count(text, mark)), before-p.left))
}

// payRepeat pays for a sequence times a number.
func (p *purse) payRepeat(x, number starlark.Value) error {
	by, ok := number.(starlark.Int)
	if !ok {
		return nil // and fails
	}
	n, fits := by.Int64()
	if !fits {
		return errSpent
	}
	before := p.left
	var err error
	if _, tuple := x.(starlark.Tuple); tuple {
		err = p.payDeep(x)
	} else {
		err = p.pay(shallow(x))
	}
	if err != nil || n <= 1 {
		return err
	}
	return p.pay(times(n-1, before-p.left))
}

// inPlace is an operator with an assignment: a list grows, all else is made anew.
func (p *purse) inPlace(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	list, ok := x.(*starlark.List)
	more, iterable := y.(starlark.Iterable)
	if op != syntax.PLUS || !ok || !iterable {
		return p.binary(op, x, y)
	}
	if err := p.pay(shallow(y)); err != nil {
		return nil, err
	}
	var add []starlark.Value // first, since a list may be added to itself
	for e := range starlark.Elements(more) {
		add = append(add, e)
	}
	for _, e := range add {
		if err := list.Append(e); err != nil {
			return nil, err
		}
	}
	return list, nil
}
