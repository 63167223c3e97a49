package responses

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
	dst = jsonx.AppendString(appendComma(dst), key)
	return append(dst, ':')
}

func appendText(dst []byte, key, s string) []byte { return jsonx.AppendString(appendKey(dst, key), s) }

// appendSome appends a string unless it is empty.
func appendSome(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return appendText(dst, key, s)
}

// appendTextOrNull appends a string, null for an empty one.
func appendTextOrNull(dst []byte, key, s string) []byte {
	if s == "" {
		return append(appendKey(dst, key), "null"...)
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

func appendOptBool(dst []byte, key string, b api.Opt[bool]) []byte {
	if !b.Set {
		return dst
	}
	return strconv.AppendBool(appendKey(dst, key), b.V)
}

// appendRaw appends a value as it was read, unless there is none.
func appendRaw(dst []byte, key string, v api.JSON) []byte {
	if len(v) == 0 {
		return dst
	}
	return append(appendKey(dst, key), v...)
}
