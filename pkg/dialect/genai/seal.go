package genai

import (
	"encoding/base64"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// A thoughtSignature is base64 to Google's SDKs, so a sealed one is too.

// sealMark is how each sealed signature begins.
var sealMark = base64.StdEncoding.EncodeToString([]byte(dialect.SealMark))

// sealed returns the signature of another dialect's reasoning as a thoughtSignature.
func sealed(p *api.Part) string { return base64.StdEncoding.EncodeToString([]byte(dialect.Seal(p))) }

// unseal gives p the signature that s, in the standard alphabet, is the sealed form
// of. What is no thought stays what it is.
func unseal(s string, p *api.Part) bool {
	if !strings.HasPrefix(s, sealMark) {
		return false
	}
	kind := p.Kind
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !dialect.Unseal(string(raw), p) {
		return false
	}
	if kind != api.PartReasoning {
		p.Kind = kind
	}
	return true
}

// say appends a part to what one side says. In a stream a sealed signature stands
// where Google's own would, on the call or text behind the thought that it is of; or
// on empty text, if nothing came behind it.
func say(said []api.Part, p api.Part) []api.Part {
	if p.SignatureOf == "" || p.SignatureOf == name || p.Kind == api.PartRedacted {
		return append(said, p)
	}
	thought := api.Part{Kind: api.PartReasoning, Signature: p.Signature, SignatureOf: p.SignatureOf}
	if p.Kind == api.PartReasoning && p.Text != "" {
		return append(said, p)
	}
	said, thought.Text = takeThoughts(said)
	said = append(said, thought)
	if p.Kind == api.PartReasoning {
		return said
	}
	p.Signature, p.SignatureOf = "", ""
	return append(said, p)
}

// takeThoughts takes the unsigned pieces of a thought off the end of what was said.
func takeThoughts(said []api.Part) (rest []api.Part, thought string) {
	first := len(said)
	for first > 0 && said[first-1].Kind == api.PartReasoning && said[first-1].Signature == "" {
		first--
	}
	for i := first; i < len(said); i++ {
		thought += said[i].Text
	}
	return said[:first], thought
}
