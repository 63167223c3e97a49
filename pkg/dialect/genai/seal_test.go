package genai

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func TestSignatureOfAnotherDialectComesBackWithItsThought(t *testing.T) {
	thought := api.Part{Kind: api.PartReasoning, Text: "one two", Signature: "s/+=", SignatureOf: "anthropic"}
	hidden := api.Part{Kind: api.PartRedacted, Signature: "r==", SignatureOf: "anthropic"}
	signed, redacted := sealed(&thought), sealed(&hidden)
	for name, contents := range map[string]string{
		"from a whole answer": `{"role":"model","parts":[{"text":"one two","thought":true,"thoughtSignature":"` + signed + `"},
			{"text":"","thought":true,"thoughtSignature":"` + redacted + `"},{"text":"well"}]}`,
		"from a stream": `{"role":"model","parts":[{"text":"one ","thought":true},{"text":"two","thought":true},
			{"text":"","thought":true,"thoughtSignature":"` + signed + `"},{"text":"","thought":true,"thoughtSignature":"` + redacted + `"},{"text":"well"}]}`,
		"from a stream whose pieces were kept apart": `{"role":"model","parts":[{"text":"one ","thought":true}]},{"role":"model","parts":[{"text":"two","thought":true}]},
			{"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"` + signed + `"}]},
			{"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"` + redacted + `"},{"text":"well"}]}`,
		"from a stream, on the text behind": `{"role":"model","parts":[{"text":"one ","thought":true},{"text":"two","thought":true}]},
			{"role":"model","parts":[{"text":"well","thoughtSignature":"` + signed + `"}]}`,
		"in the alphabet of the Python SDK": `{"role":"model","parts":[{"text":"one two","thought":true,"thought_signature":"` +
			strings.NewReplacer("+", "-", "/", "_").Replace(signed) + `"},{"text":"","thought":true,"thought_signature":"` + redacted + `"},{"text":"well"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			body := []byte(`{"contents":[{"role":"user","parts":[{"text":"a"}]},` + contents + `]}`)
			h := chatHead("gemini-3-flash")
			require.True(t, peeked(t, h, body).Sealed)
			r := decoded(t, h, body)
			require.Len(t, r.Messages, 2)
			want := []api.Part{thought, hidden, {Text: "well"}}
			if !strings.Contains(contents, redacted) {
				want = []api.Part{thought, {Text: "well"}}
			}
			require.Equal(t, want, r.Messages[1].Parts)
			require.NotContains(t, encoded(t, r), sealMark, "Google would refuse it")
		})
	}
}

func TestStreamPutsASealedSignatureWhereGoogleHasIts(t *testing.T) {
	thought := api.Part{Kind: api.PartReasoning, Signature: "s", SignatureOf: "anthropic"}
	thinks := []api.Event{
		{Kind: api.EventStart},
		{Kind: api.EventPart, PartKind: api.PartReasoning},
		{Kind: api.EventDelta, PartKind: api.PartReasoning, Text: "hm"},
		{Kind: api.EventSign, PartKind: api.PartReasoning, Signature: "s", SignatureOf: "anthropic"},
	}
	end := []api.Event{{Kind: api.EventFinish, Finish: api.FinishStop}, {Kind: api.EventEnd}}
	for want, behind := range map[string][]api.Event{
		`{"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"` + sealed(&thought) + `"}`: {
			{Kind: api.EventPart, Part: 1, PartKind: api.PartToolCall, CallID: "c", Name: "f"},
		},
		`{"text":"","thought":true,"thoughtSignature":"` + sealed(&thought) + `"}`: nil,
		`{"text":"","thought":true,"thoughtSignature":"` + sealed(&thought) + `"}]},"index":0}]}` + "\n\n" +
			`data: {"candidates":[{"content":{"role":"model","parts":[{"text":"more","thought":true}`: {
			{Kind: api.EventPart, Part: 1, PartKind: api.PartReasoning},
			{Kind: api.EventDelta, Part: 1, PartKind: api.PartReasoning, Text: "more"},
		},
	} {
		out := written(chatHead("m"), slices.Concat(thinks, behind, end))
		require.Contains(t, out, want)
		require.Equal(t, 1, strings.Count(out, "thoughtSignature"))
	}
}
