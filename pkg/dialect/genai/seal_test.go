package genai

import (
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
		"in the alphabet of the Python SDK": `{"role":"model","parts":[{"text":"one two","thought":true,"thought_signature":"` +
			strings.NewReplacer("+", "-", "/", "_").Replace(signed) + `"},{"text":"","thought":true,"thought_signature":"` + redacted + `"},{"text":"well"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			body := []byte(`{"contents":[{"role":"user","parts":[{"text":"a"}]},` + contents + `]}`)
			h := chatHead("gemini-3-flash")
			require.True(t, peeked(t, h, body).Sealed)
			r := decoded(t, h, body)
			require.Len(t, r.Messages, 2)
			require.Equal(t, []api.Part{thought, hidden, {Text: "well"}}, r.Messages[1].Parts)
			require.NotContains(t, encoded(t, r), sealMark, "Google would refuse it")
		})
	}
}
