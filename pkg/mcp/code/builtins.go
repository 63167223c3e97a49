package code

import (
	"errors"
	"strings"

	"go.starlark.net/starlark"
)

// price pays for a call of a function before it is made. of is what it is a method of; nil
// for none.
type price func(p *purse, of starlark.Value, args starlark.Tuple) error

func free(*purse, starlark.Value, starlark.Tuple) error { return nil }

// copies is for what makes lists or texts as large as what it is given.
func copies(p *purse, of starlark.Value, args starlark.Tuple) error {
	n := int64(0)
	if of != nil {
		n = shallow(of)
	}
	for _, a := range args {
		n += shallow(a)
	}
	return p.pay(n)
}

// writes is for what goes through all that it is given.
func writes(p *purse, _ starlark.Value, args starlark.Tuple) error { return p.payDeep(args...) }

// searches is for what compares elements.
func searches(p *purse, of starlark.Value, args starlark.Tuple) error {
	return errors.Join(p.payDeep(of), p.payDeep(args...))
}

// sorts is for what compares elements more than once.
func sorts(p *purse, _ starlark.Value, args starlark.Tuple) error {
	before := p.left
	if err := p.payDeep(args...); err != nil {
		return err
	}
	return p.pay(times(20, before-p.left))
}

// reads is for what makes a number of a text.
func reads(_ *purse, _ starlark.Value, args starlark.Tuple) error {
	for _, a := range args {
		if s, ok := a.(starlark.String); ok && len(s) > maxBits/4 {
			return errors.New("the text is too long for a number")
		}
	}
	return nil
}

// splits is for what makes a list of the pieces of a text.
func splits(p *purse, of starlark.Value, _ starlark.Tuple) error {
	return p.pay(times(2*cell, shallow(of)))
}

func joins(p *purse, of starlark.Value, args starlark.Tuple) error {
	if len(args) == 0 {
		return nil // and fails
	}
	return errors.Join(p.payDeep(args...), p.pay(times(shallow(args[0])/cell, shallow(of))))
}

func replaces(p *purse, of starlark.Value, args starlark.Tuple) error {
	text, _ := of.(starlark.String)
	if len(args) < 2 {
		return nil // and fails
	}
	old, _ := args[0].(starlark.String)
	found := int64(strings.Count(string(text), string(old)))
	return p.pay(int64(len(text)) + times(found, shallow(args[1])))
}

func formats(p *purse, of starlark.Value, args starlark.Tuple) error {
	text, _ := of.(starlark.String)
	return p.payFormat(string(text), "{", args...)
}

// functions are those that a script has.
var functions = map[string]price{
	"len": free, "type": free, "bool": free, "abs": free, "chr": free, "ord": free, "range": free,
	"int": reads, "float": reads, "str": writes, "repr": writes, "print": writes, "fail": writes,
	"list": copies, "tuple": tuples, "set": writes, "dict": writes, "enumerate": copies, "zip": copies, "reversed": copies,
	"any": copies, "all": copies, "sorted": sorts, "min": sorts, "max": sorts,
}

func tuples(p *purse, of starlark.Value, args starlark.Tuple) error {
	return errors.Join(copies(p, of, args), p.payDeep(args...))
}

// methods are those that values have, by type.
var methods = map[string]map[string]price{
	"string": {
		"capitalize": copies, "count": copies, "elems": free, "endswith": copies, "find": copies, "format": formats, "index": copies,
		"isalnum": copies, "isalpha": copies, "isdigit": copies, "islower": copies, "isspace": copies, "istitle": copies, "isupper": copies,
		"join": joins, "lower": copies, "lstrip": copies, "partition": copies, "removeprefix": copies, "removesuffix": copies,
		"replace": replaces, "rfind": copies, "rindex": copies, "rpartition": copies, "rsplit": splits, "rstrip": copies,
		"split": splits, "splitlines": splits, "startswith": copies, "strip": copies, "title": copies, "upper": copies,
	},
	"list": {
		"append": free, "clear": free, "extend": extends, "index": searches, "insert": copies, "pop": free, "remove": searches,
	},
	"dict": {
		"clear": free, "get": free, "items": pairs, "keys": copies, "pop": free, "popitem": free, "setdefault": free,
		"update": writes, "values": copies,
	},
	"set": {
		"add": free, "clear": free, "difference": copies, "discard": free, "intersection": copies, "issubset": copies,
		"issuperset": copies, "pop": free, "remove": free, "symmetric_difference": copies, "union": copies, "update": copies,
	},
}

func extends(p *purse, _ starlark.Value, args starlark.Tuple) error { return copies(p, nil, args) }

func pairs(p *purse, of starlark.Value, _ starlark.Tuple) error { return p.pay(times(3, shallow(of))) }

// functionsOf are the functions of a script, paid from a purse.
func (p *purse) functionsOf(into starlark.StringDict) {
	for name, cost := range functions {
		into[name] = p.priced(nil, starlark.Universe[name].(*starlark.Builtin), cost)
	}
}

// priced is a function that pays before it does something. What is given by name is paid
// for too.
func (p *purse) priced(of starlark.Value, f *starlark.Builtin, cost price) *starlark.Builtin {
	return starlark.NewBuiltin(f.Name(), func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, named []starlark.Tuple) (starlark.Value, error) {
		all := args
		for _, pair := range named {
			all = append(all[:len(all):len(all)], pair[1])
		}
		if err := cost(p, of, all); err != nil {
			return nil, err
		}
		return starlark.Call(thread, f, args, named)
	})
}
