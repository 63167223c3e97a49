package jsonx_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestAppendStringEscapesWhatItMust(t *testing.T) {
	for text, want := range map[string]string{
		"":                          `""`,
		"plain <b>&</b> é 😀":        `"plain <b>&</b> é 😀"`,
		"\"\\\b\f\n\r\t":            `"\"\\\b\f\n\r\t"`,
		"\x00\x1f\x7f":              "\"\\u0000\\u001f\x7f\"",
		"a\u2028b\u2029c":           `"a\u2028b\u2029c"`,
		"a\xffb\xc3":                `"a\ufffdb\ufffd"`,
		"\xed\xa0\x80":              `"\ufffd\ufffd\ufffd"`,
		"0123456789\n0123456789é\n": `"0123456789\n0123456789é\n"`,
	} {
		require.Equal(t, "x"+want, string(jsonx.AppendString([]byte("x"), text)))
		require.Equal(t, want[1:len(want)-1], string(jsonx.AppendStringBody(nil, text)))
	}
}

func TestAppendStringKeepsARuneWhole(t *testing.T) {
	for _, r := range []string{"é", "᪾", "😀"} {
		for at := range 100 {
			text := strings.Repeat("x", at) + strings.Repeat(r, 60)
			require.Equal(t, `"`+text+`"`, string(jsonx.AppendString(nil, text)))
		}
	}
}

func TestAppendFloatWritesWhatEncodingJSONDoes(t *testing.T) {
	for _, f := range []float64{
		0, 1, -1, 0.1, 0.7, 1e-6, 9.99e-7, 1e-9, 1e-10, 1e20, 1e21, -1e21, 123456789.125,
		math.MaxFloat64, math.SmallestNonzeroFloat64, math.Pi, float64(float32(0.1)), math.Copysign(0, -1),
	} {
		want, err := json.Marshal(f)
		require.NoError(t, err)
		require.Equal(t, string(want), string(jsonx.AppendFloat(nil, f)))
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.Equal(t, "null", string(jsonx.AppendFloat(nil, f)))
	}
}

func TestAppendCompactKeepsSpaceInStrings(t *testing.T) {
	require.Equal(t, `{"a b":[1,"c \" d",{}]}`,
		string(jsonx.AppendCompact(nil, jsonx.Value(" { \"a b\" : [ 1 ,\t\"c \\\" d\" ,\r\n{ } ] } "))))
}

func TestEqualFoldIsAsWideAsEncodingJSON(t *testing.T) {
	type fields struct {
		Model  *int `json:"model"`
		Stream *int `json:"stream"`
		Tools  *int `json:"tools"`
		TopK   *int `json:"top_k"`
	}
	for _, tt := range []struct {
		key, name string
		want      bool
	}{
		{"model", "model", true},
		{"Model", "model", true},
		{"MODEL", "model", true},
		{"ſtream", "stream", true},
		{"toolſ", "tools", true},
		{"top_\u212A", "top_k", true},
		{"top-k", "top_k", false},
		{"topk", "top_k", false},
		{"TOP_K", "top_k", true},
		{"mödel", "model", false},
		{"model ", "model", false},
		{"models", "model", false},
		{"mode", "model", false},
		{"", "model", false},
	} {
		require.Equal(t, tt.want, jsonx.EqualFold([]byte(tt.key), tt.name), tt.key)

		var f fields
		require.NoError(t, json.Unmarshal([]byte(`{"`+tt.key+`":1}`), &f))
		taken := map[string]*int{"model": f.Model, "stream": f.Stream, "tools": f.Tools, "top_k": f.TopK}
		require.Equal(t, tt.want, taken[tt.name] != nil, "encoding/json, %s", tt.key)
	}
}
