package put

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The writers below append one member to an object that has been opened. They
// set the comma before it by what dst ends with: no value ends with an opening bracket.

// Comma appends the comma that the next member or element needs.
func Comma(dst []byte) []byte {
	if n := len(dst); n > 0 && (dst[n-1] == '{' || dst[n-1] == '[') {
		return dst
	}
	return append(dst, ',')
}

// Key appends a name; its value is to follow.
func Key(dst []byte, key string) []byte {
	dst = jsonx.AppendString(Comma(dst), key)
	return append(dst, ':')
}

// Text appends a string.
func Text(dst []byte, key, s string) []byte {
	return jsonx.AppendString(Key(dst, key), s)
}

// Some appends a string unless it is empty.
func Some(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return Text(dst, key, s)
}

// TextOrNull appends a string, null for an empty one.
func TextOrNull(dst []byte, key, s string) []byte {
	if s == "" {
		return append(Key(dst, key), "null"...)
	}
	return Text(dst, key, s)
}

// Int appends an integer.
func Int(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(Key(dst, key), n, 10)
}

// OptInt appends an integer, if there is one.
func OptInt(dst []byte, key string, n api.Opt[int64]) []byte {
	if !n.Set {
		return dst
	}
	return Int(dst, key, n.V)
}

// OptFloat appends a number, if there is one.
func OptFloat(dst []byte, key string, f api.Opt[float64]) []byte {
	if !f.Set {
		return dst
	}
	return jsonx.AppendFloat(Key(dst, key), f.V)
}

// OptBool appends a boolean, if there is one.
func OptBool(dst []byte, key string, b api.Opt[bool]) []byte {
	if !b.Set {
		return dst
	}
	return strconv.AppendBool(Key(dst, key), b.V)
}

// Raw appends a value as it was read, unless there is none.
func Raw(dst []byte, key string, v api.JSON) []byte {
	if len(v) == 0 {
		return dst
	}
	return append(Key(dst, key), v...)
}

// Strings appends an array of strings.
func Strings(dst []byte, key string, list []string) []byte {
	dst = append(Key(dst, key), '[')
	for _, s := range list {
		dst = jsonx.AppendString(Comma(dst), s)
	}
	return append(dst, ']')
}
