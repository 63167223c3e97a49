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

// unseal gives p the signature that s, in the standard alphabet, is the sealed form of.
func unseal(s string, p *api.Part) bool {
	if !strings.HasPrefix(s, sealMark) {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	return err == nil && dialect.Unseal(string(raw), p)
}

// say appends a part to what one side says. In a stream a signature comes on empty
// text behind the pieces of its thought, and what was signed is all of them.
func say(said []api.Part, p api.Part) []api.Part {
	if p.Kind != api.PartReasoning || p.Text != "" || p.SignatureOf == "" || p.SignatureOf == name {
		return append(said, p)
	}
	first := len(said)
	for first > 0 && said[first-1].Kind == api.PartReasoning && said[first-1].Signature == "" {
		first--
	}
	for i := first; i < len(said); i++ {
		p.Text += said[i].Text
	}
	return append(said[:first], p)
}
