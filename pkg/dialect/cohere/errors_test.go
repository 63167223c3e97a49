package cohere

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func TestErrorsOfProvidersAreRead(t *testing.T) {
	tests := map[string]struct {
		status  int
		body    string
		kind    api.Kind
		message string
	}{
		"its own":         {400, `{"id":"1","message":"invalid request: model is required"}`, api.KindInvalid, "invalid request: model is required"},
		"a key":           {401, `{"message":"invalid api token"}`, api.KindAuthentication, "invalid api token"},
		"a key too short": {498, `{"message":"invalid token"}`, api.KindAuthentication, "invalid token"},
		"too many":        {429, `{"message":"slow down"}`, api.KindRateLimit, "slow down"},
		"OpenAI's":        {500, `{"error":{"message":"oops"}}`, api.KindUnavailable, "oops"},
		"a page":          {502, `<html><body>Bad Gateway</body></html>`, api.KindUnavailable, "The provider answered with status 502 and no message."},
		"nothing":         {503, ``, api.KindOverloaded, "The provider answered with status 503 and no message."},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			e := Codec.DecodeError(tc.status, []byte(tc.body))
			require.Equal(t, tc.kind, e.Kind)
			require.Equal(t, tc.message, e.Message)
			require.Equal(t, tc.status, e.Status)
		})
	}
}

func TestACallerOfTheDialectGetsTheProvidersErrorAsItIs(t *testing.T) {
	const body = `{"id":"1","message":"no","extra":true}`
	status, out := Codec.AppendError(nil, Codec.DecodeError(422, []byte(body)))
	require.Equal(t, 422, status)
	require.Equal(t, body, string(out))

	_, out = Codec.AppendError(nil, api.Invalid("missing_model", "model", "Name it."))
	require.JSONEq(t, `{"message":"Name it.","code":"missing_model","param":"model"}`, string(out))
}

func TestASuccessThatIsNoneIsAnError(t *testing.T) {
	for what, body := range map[string]string{
		"nothing":       ``,
		"a page":        `<html>`,
		"half":          `{"id":"1","message":{"role"`,
		"no message":    `{"id":"1"}`,
		"an error":      `{"message":"oops"}`,
		"a failed call": `{"id":"1","message":{"role":"assistant"},"finish_reason":"ERROR"}`,
	} {
		_, err := Codec.Inspect(api.OpChat, []byte(body))
		require.NotNil(t, err, what)
		var r api.Response
		require.Equal(t, err, Codec.DecodeResponse(api.OpChat, []byte(body), &r), what)
	}
}
