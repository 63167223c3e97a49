package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// google is the dialect that signs not its thoughts but the call, or the text, that
// they led to. Here a thinking block carries that signature.
const google = "genai"

// carried returns the signature of the thinking block for parts[0], to a caller:
// its own, or that of what follows it, each sealed if it is not this dialect's.
func carried(parts []api.Part) string {
	p := &parts[0]
	if p.SignatureOf == name {
		return p.Signature
	}
	for i := 1; i < len(parts) && p.Signature == "" && parts[i].Kind != api.PartReasoning; i++ {
		if parts[i].SignatureOf == google {
			p = &parts[i]
		}
	}
	return sealedOf(p.Signature, p.SignatureOf)
}

func sealedOf(signature, of string) string {
	return dialect.Seal(&api.Part{Kind: api.PartReasoning, Signature: signature, SignatureOf: of})
}

// handOver gives the signatures of Google's that thinking blocks have carried back
// to what they are of.
func handOver(parts []api.Part) {
	for i := range parts {
		p := &parts[i]
		if p.Kind != api.PartReasoning || p.SignatureOf != google {
			continue
		}
		if of := signedByGoogle(parts[i+1:]); of != nil {
			of.Signature, of.SignatureOf = p.Signature, google
			p.Signature, p.SignatureOf = "", ""
		}
	}
}

// signedByGoogle returns which of the parts behind a thought Google has signed: the
// first call or, where there is none, the text.
func signedByGoogle(parts []api.Part) *api.Part {
	var words *api.Part
	for i := range parts {
		switch p := &parts[i]; {
		case p.Kind == api.PartToolCall:
			return p
		case p.Kind == api.PartReasoning:
			return words
		case p.Kind == api.PartText && words == nil:
			words = p
		}
	}
	return words
}
