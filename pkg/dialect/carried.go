package dialect

import "github.com/asbru-gateway/asbru/pkg/api"

// Google is the dialect that signs not its thoughts but the call, or the text, that
// they led to. Where another has a block for thoughts, that carries the signature.
const Google = "genai"

// Carried returns the signature of the block for the thought parts[0], to a caller of
// the dialect called name: its own, or that of what follows it, each sealed if it is
// not that dialect's.
func Carried(parts []api.Part, name string) string {
	p := &parts[0]
	if p.SignatureOf == name {
		return p.Signature
	}
	for i := 1; i < len(parts) && p.Signature == "" && parts[i].Kind != api.PartReasoning; i++ {
		if parts[i].SignatureOf == Google {
			p = &parts[i]
		}
	}
	return SealOf(p.Signature, p.SignatureOf)
}

// SealOf returns the signature of a thought in its sealed form.
func SealOf(signature, of string) string {
	return Seal(&api.Part{Kind: api.PartReasoning, Signature: signature, SignatureOf: of})
}

// HandOver gives the signatures of Google's that thoughts have carried back to what
// they are of.
func HandOver(parts []api.Part) {
	for i := range parts {
		p := &parts[i]
		if p.Kind != api.PartReasoning || p.SignatureOf != Google {
			continue
		}
		if of := signedByGoogle(parts[i+1:]); of != nil {
			of.Signature, of.SignatureOf = p.Signature, Google
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
