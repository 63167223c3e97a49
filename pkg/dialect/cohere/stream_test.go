package cohere

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

func TestAFailureAtTheEndIsAnErrorInBothLanes(t *testing.T) {
	for reason, kind := range map[string]api.Kind{"ERROR": api.KindUnavailable, "TIMEOUT": api.KindTimeout} {
		data := `{"type":"message-end","delta":{"finish_reason":"` + reason + `","error":"out of luck"}}`
		events := readStream(t, sse.AppendEvent(nil, "message-end", []byte(data)))
		last := events[len(events)-1]
		require.Equal(t, api.EventError, last.Kind)
		require.Equal(t, kind, last.Err.Kind)
		require.Equal(t, "out of luck", last.Err.Message)

		tap := Codec.Tap(&dialect.Head{})
		require.Equal(t, dialect.Fail, tap.See(&sse.Event{Data: []byte(data)}))
		require.Equal(t, kind, tap.Err().Kind)
		require.False(t, tap.Begun(), "another provider may be tried")
		require.False(t, tap.Ended())
	}
}

func TestAnErrorInTheStreamIsWrittenAsTheAPIDoes(t *testing.T) {
	out := writeStream([]api.Event{{Kind: api.EventStart, ID: "1"}, {Kind: api.EventError, Err: &api.Error{Message: "broken"}}})
	require.Contains(t, string(out), "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"broken\"}}\n\n")
}

func TestAStreamThatIsCutIsAnError(t *testing.T) {
	events := readStream(t, []byte("data: {\"type\":\"message-start\",\"id\":\"1\"}\n\n"))
	require.Equal(t, "stream_truncated", events[len(events)-1].Err.Code)
}

func TestACallWithoutArgumentsHasAnEmptyObject(t *testing.T) {
	for what, wire := range map[string]string{
		"none": `{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"1","function":{"name":"f"}}}}}`,
		"null": `{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"1","function":{"name":"f","arguments":"null"}}}}}`,
	} {
		out := sse.AppendEvent(nil, "", []byte(wire))
		out = sse.AppendEvent(out, "", []byte(`{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}`))
		events := readStream(t, out)
		require.Equal(t, "{}", events[2].Text, what)
		require.Equal(t, api.FinishToolCalls, events[3].Finish, what)
	}
}

func TestAnothersSignatureComesBackFromThePlaceWhereItWasPut(t *testing.T) {
	signed := []api.Part{
		{Kind: api.PartReasoning, Text: "Hm.", Signature: "s1", SignatureOf: "anthropic"},
		{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "1", Name: "f", Args: api.JSON(`{}`)}, Signature: "s2", SignatureOf: "genai"},
	}
	h := dialect.Head{Op: api.OpChat}
	out := Codec.AppendResponse(nil, &h, &api.Response{ID: "1", Choices: []api.Choice{{Parts: signed}}})
	var r api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpChat, out, &r))
	require.Equal(t, signed, r.Choices[0].Parts)

	events := readStream(t, writeStream([]api.Event{
		{Kind: api.EventStart},
		{Kind: api.EventPart, PartKind: api.PartReasoning},
		{Kind: api.EventSign, PartKind: api.PartReasoning, Signature: "s1", SignatureOf: "anthropic"},
		{Kind: api.EventPart, Part: 1, PartKind: api.PartToolCall, CallID: "1", Name: "f", Signature: "s2", SignatureOf: "genai"},
		{Kind: api.EventFinish, Finish: api.FinishToolCalls},
		{Kind: api.EventEnd},
	}))
	var signatures []string
	for _, e := range events {
		if e.Kind == api.EventSign {
			signatures = append(signatures, e.SignatureOf+" "+e.Signature)
		}
	}
	require.Equal(t, []string{"anthropic s1", "genai s2"}, signatures)
}
