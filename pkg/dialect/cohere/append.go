package cohere

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The writers below append one member to an object that has been opened. They
// set the comma before it by what dst ends with: no value ends with an opening bracket.

func appendComma(dst []byte) []byte {
	if n := len(dst); n > 0 && (dst[n-1] == '{' || dst[n-1] == '[') {
		return dst
	}
	return append(dst, ',')
}

func appendKey(dst []byte, key string) []byte {
	return append(jsonx.AppendString(appendComma(dst), key), ':')
}

func appendText(dst []byte, key, s string) []byte {
	return jsonx.AppendString(appendKey(dst, key), s)
}

// appendSome appends a string unless it is empty.
func appendSome(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return appendText(dst, key, s)
}

func appendInt(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(appendKey(dst, key), n, 10)
}

func appendOptInt(dst []byte, key string, n api.Opt[int64]) []byte {
	if !n.Set {
		return dst
	}
	return appendInt(dst, key, n.V)
}

func appendOptFloat(dst []byte, key string, f api.Opt[float64]) []byte {
	if !f.Set {
		return dst
	}
	return jsonx.AppendFloat(appendKey(dst, key), f.V)
}

// appendRaw appends a value as it was read, unless there is none.
func appendRaw(dst []byte, key string, v api.JSON) []byte {
	if len(v) == 0 {
		return dst
	}
	return append(appendKey(dst, key), v...)
}

func appendStrings(dst []byte, key string, list []string) []byte {
	dst = append(appendKey(dst, key), '[')
	for _, s := range list {
		dst = jsonx.AppendString(appendComma(dst), s)
	}
	return append(dst, ']')
}

// appendExtra appends the fields of this dialect that the vocabulary has no word for.
func appendExtra(dst []byte, fields []api.Field, of string) []byte {
	if of != name {
		return dst
	}
	for _, f := range fields {
		dst = appendRaw(dst, f.Name, f.Value)
	}
	return dst
}
