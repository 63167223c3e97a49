package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// google is the dialect that signs not its thoughts but the call, or the text, that
// they led to. Here the reasoning before it carries that signature.
const google = "genai"

// decodeReasoning reads a reasoning item. Its summary is what is shown of it; models
// whose reasoning is no secret have content instead.
func decodeReasoning(v jsonx.Value) api.Part {
	p := api.Part{Kind: api.PartReasoning, Text: joined(v.Get("summary"))}
	if p.Text == "" {
		p.Text = joined(v.Get("content"))
	}
	if s := take.Text(v, "encrypted_content"); s != "" && !dialect.Unseal(s, &p) {
		p.Signature, p.SignatureOf = s, name
	}
	if p.Text == "" && p.SignatureOf == name {
		p.Kind = api.PartRedacted
	}
	return p
}

// joined puts the texts of an array of parts together, a blank line between them.
func joined(v jsonx.Value) string {
	all := ""
	for e := range v.Elements() {
		if s := take.Text(e, "text"); all == "" {
			all = s
		} else {
			all += "\n\n" + s
		}
	}
	return all
}

// carried returns the encrypted_content of the reasoning item for parts[0], to a caller:
// its own, or that of what follows it, each sealed if it is not this dialect's.
func carried(parts []api.Part) string {
	p := &parts[0]
	if p.Signature == "" {
		for i := 1; i < len(parts) && parts[i].Kind != api.PartReasoning; i++ {
			if parts[i].SignatureOf == google && parts[i].Signature != "" {
				return sealed(api.PartReasoning, parts[i].Signature, google)
			}
		}
	}
	return sealed(p.Kind, p.Signature, p.SignatureOf)
}

// sealed returns a signature as it stands in encrypted_content. Reasoning without one
// has none.
func sealed(kind api.PartKind, signature, of string) string {
	if of == name || signature == "" {
		return signature
	}
	return dialect.Seal(&api.Part{Kind: kind, Signature: signature, SignatureOf: of})
}

// handOver gives the signatures of Google's that reasoning has carried back to what
// they are of.
func handOver(parts []api.Part) {
	for i := range parts {
		p := &parts[i]
		if p.Kind != api.PartReasoning || p.SignatureOf != google {
			continue
		}
		of := signedByGoogle(parts[i+1:])
		if of == nil { // told in a stream behind the call that it is of
			of = signedByGoogle(parts[:i])
		}
		if of != nil {
			of.Signature, of.SignatureOf = p.Signature, google
			p.Signature, p.SignatureOf = "", ""
		}
	}
}

// signedByGoogle returns which of the parts beside a thought Google has signed: the
// first call or, where there is none, the text.
func signedByGoogle(parts []api.Part) *api.Part {
	var words *api.Part
	for i := range parts {
		switch p := &parts[i]; {
		case p.Signature != "":
		case p.Kind == api.PartToolCall:
			return p
		case p.Kind == api.PartText && words == nil:
			words = p
		}
	}
	return words
}
