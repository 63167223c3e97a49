package responses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestPeekFindsWhatRoutingNeeds(t *testing.T) {
	body := []byte(`{"model":"openai/gpt-5","input":"hi","stream":true,"max_output_tokens":7,"fallbacks":["a/b",{"provider":"c","model":"d"}],"drop_params":true}`)
	h := &dialect.Head{Op: api.OpChat}
	noError(t, responses.Codec.Peek(h, body))
	require.Equal(t, "openai/gpt-5", h.Model)
	require.True(t, h.Stream)
	require.True(t, h.DropParams)
	require.False(t, h.Stateful)
	require.EqualValues(t, 7, h.MaxTokens)
	require.Equal(t, []string{"a/b", "c/d"}, h.Fallbacks)

	out := jsonx.Apply(nil, body, responses.Codec.AppendEdits(nil, h, "gpt-5", &dialect.Quirks{}))
	require.JSONEq(t, `{"model":"gpt-5","input":"hi","stream":true,"max_output_tokens":7}`, string(out))
}

func TestPeekTellsWhatOnlyOneProviderCanGoOnWith(t *testing.T) {
	for body, stateful := range map[string]bool{
		`{"model":"m","previous_response_id":"resp_1"}`:                                           true,
		`{"model":"m","conversation":"conv_1"}`:                                                   true,
		`{"model":"m","prompt":{"id":"pmpt_1"}}`:                                                  true,
		`{"model":"m","input":"hi","background":true}`:                                            true,
		`{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}`:                          true,
		`{"model":"m","input":"hi","previous_response_id":null,"background":false,"prompt":null}`: false,
	} {
		h := &dialect.Head{Op: api.OpChat}
		noError(t, responses.Codec.Peek(h, []byte(body)))
		require.Equal(t, stateful, h.Stateful, body)
	}
}

func TestWhoKeepsNothingIsToldNotTo(t *testing.T) {
	for body, want := range map[string]string{
		`{"model":"m","input":"hi"}`:                     `{"model":"m","input":"hi","store":false}`,
		`{"model":"m","store":true,"input":"hi"}`:        `{"model":"m","store":false,"input":"hi"}`,
		`{"model":"m","input":"hi","store":null}`:        `{"model":"m","input":"hi","store":false}`,
		`{"model":"m","store":false,"input":"hi"}`:       `{"model":"m","store":false,"input":"hi"}`,
		`{"model":"m","input":"hi","fallbacks":["a/b"]}`: `{"model":"m","input":"hi","store":false}`,
		`{"drop_params":true,"model":"m","input":"hi"}`:  `{"model":"m","input":"hi","store":false}`,
	} {
		h := &dialect.Head{Op: api.OpChat}
		noError(t, responses.Codec.Peek(h, []byte(body)))
		out := jsonx.Apply(nil, []byte(body), responses.Codec.AppendEdits(nil, h, "m", &dialect.Quirks{NoStore: true}))
		require.Equal(t, want, string(out))
	}
}

func TestPeekRefusesWhatIsNoRequest(t *testing.T) {
	for body, code := range map[string]string{
		`{"input":"hi"}`:                                   "missing_model",
		`{"model":"m"}`:                                    "missing_input",
		`{"model":"m","input":[]}`:                         "missing_input",
		`{"model":"m","input":[ "x" ]}`:                    "invalid_type",
		`{"model":"m","input":"x","Input":"y"}`:            "ambiguous_field",
		`{"model":"m","input":"x","fallbacks":"y"}`:        "invalid_type",
		`{"model":"m","input":"x","drop_params":"y"}`:      "invalid_type",
		`{"model":"m","input":"x","max_output_tokens":-1}`: "invalid_value",
	} {
		err := responses.Codec.Peek(&dialect.Head{Op: api.OpChat}, []byte(body))
		require.NotNil(t, err, body)
		require.Equal(t, code, err.Code, body)
	}
}

func TestSealedReasoningIsCutOutOfWhatPasses(t *testing.T) {
	const (
		foreign = `{"type":"reasoning","summary":[],"encrypted_content":"^asbru.v1.anthropic.sig"}`
		own     = `{"type":"reasoning","summary":[],"encrypted_content":"gAAAA"}`
		user    = `{"role":"user","content":"^asbru.v1. is a mark"}`
	)
	for input, want := range map[string]string{
		foreign:                                       ``,
		foreign + ", " + foreign:                      ``,
		user + ", " + foreign:                         user,
		foreign + ", " + user:                         user,
		user + "," + foreign + "," + foreign:          user,
		user + "," + foreign + "," + own:              user + "," + own,
		foreign + "," + user + " , " + foreign + "\n": user + "\n",
		user + "," + own:                              user + "," + own,
	} {
		body := []byte(`{"fallbacks":[],"input":[` + input + `],"model":"a/m"}`)
		h := &dialect.Head{Op: api.OpChat}
		noError(t, responses.Codec.Peek(h, body))
		require.False(t, h.Sealed, "the body passes all the same")
		out := jsonx.Apply(nil, body, responses.Codec.AppendEdits(nil, h, "m", &dialect.Quirks{NoStore: true}))
		require.Equal(t, `{"input":[`+want+`],"model":"m","store":false}`, string(out))
	}
}
