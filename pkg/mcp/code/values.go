package code

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// appendJSON writes a value that has been paid for.
func appendJSON(dst []byte, v starlark.Value) ([]byte, error) {
	switch v := v.(type) {
	case starlark.NoneType:
		return append(dst, "null"...), nil
	case starlark.Bool:
		if v {
			return append(dst, "true"...), nil
		}
		return append(dst, "false"...), nil
	case starlark.Int:
		return append(dst, v.String()...), nil
	case starlark.Float:
		text, err := json.Marshal(float64(v))
		return append(dst, text...), err
	case starlark.String:
		text, err := json.Marshal(string(v))
		return append(dst, text...), err
	case *starlark.Dict:
		return appendObject(dst, v.Items())
	case starlark.Sequence:
		dst = append(dst, '[')
		first := true
		for e := range starlark.Elements(v) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			var err error
			if dst, err = appendJSON(dst, e); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	}
	return dst, fmt.Errorf("a %s cannot be told", v.Type())
}

func appendObject(dst []byte, items []starlark.Tuple) ([]byte, error) {
	dst = append(dst, '{')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, ok := starlark.AsString(item[0])
		if !ok {
			key = item[0].String()
		}
		text, err := json.Marshal(key)
		if err != nil {
			return dst, err
		}
		if dst, err = appendJSON(append(append(dst, text...), ':'), item[1]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// valueOf is a tool's result in a script: what it says in a structured form or as JSON, or
// else its text.
func valueOf(r *mcp.Result) starlark.Value {
	text := r.Text()
	for _, form := range []string{string(r.Structured), text} {
		d := json.NewDecoder(strings.NewReader(form))
		d.UseNumber()
		var v any
		if form == "" || d.Decode(&v) != nil || d.More() {
			continue
		}
		if out, err := fromJSON(v, 0); err == nil {
			return out
		}
	}
	return starlark.String(text)
}

func fromJSON(v any, depth int) (starlark.Value, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deep")
	}
	switch v := v.(type) {
	case bool:
		return starlark.Bool(v), nil
	case string:
		return starlark.String(v), nil
	case json.Number:
		return number(v), nil
	case []any:
		list := make([]starlark.Value, len(v))
		for i := range v {
			var err error
			if list[i], err = fromJSON(v[i], depth+1); err != nil {
				return nil, err
			}
		}
		return starlark.NewList(list), nil
	case map[string]any:
		dict := starlark.NewDict(len(v))
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			member, err := fromJSON(v[name], depth+1)
			if err != nil {
				return nil, err
			}
			if err := dict.SetKey(starlark.String(name), member); err != nil {
				return nil, err
			}
		}
		return dict, nil
	}
	return starlark.None, nil
}

func number(n json.Number) starlark.Value {
	if len(n) <= maxBits/4 {
		if i, ok := new(big.Int).SetString(string(n), 10); ok {
			return starlark.MakeBigInt(i)
		}
	}
	f, err := n.Float64()
	if err != nil {
		return starlark.String(n)
	}
	return starlark.Float(f)
}
