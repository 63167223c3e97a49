package anthropic

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func TestSignatureOfGoogleComesBackToItsCall(t *testing.T) {
	calls := []api.Part{callPart("a", "{}"), callPart("b", "{}")}
	calls[0].Signature, calls[0].SignatureOf = "s/+=", "genai"
	said := append([]api.Part{{Kind: api.PartReasoning, Text: "hm"}, textPart("well")}, calls...)
	answer := Codec.AppendResponse(nil, chatHead, &api.Response{Choices: []api.Choice{{Parts: said}}})
	content := gjson.GetBytes(answer, "content")
	require.Equal(t, "^asbru.v1.genai.s/+=", content.Get("0.signature").Str)

	body := []byte(`{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"f?"},{"role":"assistant","content":` + content.Raw + `}]}`)
	require.True(t, peekBody(t, api.OpChat, body).Sealed)
	parts := decodeRequest(t, api.OpChat, body).Messages[1].Parts
	require.Equal(t, api.Part{Kind: api.PartReasoning, Text: "hm"}, parts[0])
	require.Empty(t, parts[1].Signature)
	require.Equal(t, "s/+=", parts[2].Signature)
	require.Equal(t, "genai", parts[2].SignatureOf)
}

func TestSealedThinkingIsNotSentToTheAPI(t *testing.T) {
	body := []byte(`{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"f?"},
		{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"^asbru.v1.."},{"type":"text","text":"well"}]}]}`)
	require.True(t, peekBody(t, api.OpChat, body).Sealed)
	sent := appendRequest(t, decodeRequest(t, api.OpChat, body))
	require.Equal(t, `[{"type":"text","text":"well"}]`, gjson.Get(sent, "messages.1.content").Raw)
}
