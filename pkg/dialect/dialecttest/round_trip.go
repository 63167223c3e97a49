package dialecttest

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Requests checks that a request comes back from the wire as it went, that what
// is written is valid JSON, and that Peek finds in it what was said.
func Requests(t *testing.T, c dialect.Codec, can Can) {
	rapid.Check(t, func(t *rapid.T) {
		want := Request(c, can).Draw(t, "request")
		body, apiErr := c.AppendRequest(nil, &want, &can.Quirks)
		require.Nil(t, apiErr)
		require.NoError(t, jsonx.Valid(body), "%s", body)

		head := can.path(want.Op, want.Stream)
		require.Nil(t, c.Peek(&head, body), "%s", body)
		require.Equal(t, want.Model, head.Model)
		require.Equal(t, want.Stream, head.Stream)
		require.Equal(t, want.Sampling.MaxTokens.V, head.MaxTokens)
		require.Equal(t, want.Sampling.N.V, head.N)

		var got api.Request
		require.Nil(t, c.DecodeRequest(&head, body, &got), "%s", body)
		got.StreamUsage = want.StreamUsage // a codec always asks a provider for usage
		requireSame(t, &want, &got, body)
	})
}

// Responses checks that a whole answer comes back from the wire as it went, and
// that Inspect finds its usage.
func Responses(t *testing.T, c dialect.Codec, can Can) {
	rapid.Check(t, func(t *rapid.T) {
		want := Response(c, can).Draw(t, "response")
		head := dialect.Head{Op: want.Op, Model: can.Model}
		body := c.AppendResponse(nil, &head, &want)
		require.NoError(t, jsonx.Valid(body), "%s", body)

		usage, apiErr := c.Inspect(want.Op, body)
		require.Nil(t, apiErr, "%s", body)
		require.Equal(t, want.Usage, usage)

		got := decodeResponse(t, c, want.Op, body)
		requireSame(t, &want, &got, body)
	})
}

// decodeResponse leaves out what an answer only has in the dialect it came in.
func decodeResponse(t require.TestingT, c dialect.Codec, op api.Op, body []byte) (r api.Response) {
	require.Nil(t, c.DecodeResponse(op, body, &r), "%s", body)
	require.Empty(t, r.Extra)
	r.ExtraOf = ""
	for i := range r.Choices {
		plainChoice(&r.Choices[i])
	}
	return r
}

// plainChoice takes out the words of the dialect beside those of the vocabulary.
func plainChoice(c *api.Choice) {
	c.FinishRaw = ""
	for i := range c.Parts {
		for j := range c.Parts[i].Citations {
			cited := &c.Parts[i].Citations[j]
			cited.Raw, cited.RawOf = nil, ""
		}
	}
}

// requireSame compares two values. An empty list and none are the same.
func requireSame[T any](t require.TestingT, want, got *T, wire []byte) {
	withoutEmpty(reflect.ValueOf(want).Elem())
	withoutEmpty(reflect.ValueOf(got).Elem())
	require.Equal(t, want, got, "%s", wire)
}

// withoutEmpty makes each empty slice in v a nil one.
func withoutEmpty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			withoutEmpty(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			withoutEmpty(v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
		}
		for i := range v.Len() {
			withoutEmpty(v.Index(i))
		}
	}
}
