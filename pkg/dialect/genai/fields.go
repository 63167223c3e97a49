package genai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// integer reads a whole number, also one in a string, which the JSON form of
// protocol buffers allows: https://protobuf.dev/programming-guides/json/
func integer(v jsonx.Value) (int64, bool) {
	if s, ok := v.Str(); ok {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	}
	return v.Int()
}

// readInt takes such a number.
func readInt(v jsonx.Value, param string, into *api.Opt[int64]) *api.Error {
	return take.Opt(v, param, take.AnInteger, integer, into)
}

// text returns the string at the member key of v, or at its snake_case twin;
// empty where there is none.
func text(v jsonx.Value, key, twin string) string {
	s, _ := either(v, key, twin).Str()
	return s
}

// either returns the member key of v, or its snake_case twin.
func either(v jsonx.Value, key, twin string) jsonx.Value {
	if m := v.Get(key); m != nil {
		return m
	}
	return v.Get(twin)
}
