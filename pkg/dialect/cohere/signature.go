package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Cohere signs nothing. What other providers have signed is carried in a member of
// the gateway's own, which SDKs keep and send back with the model's message.
const signatureMember = "signature"

// readSignature gives p the signature that its block or call carries.
func readSignature(p *api.Part, v jsonx.Value) {
	s := take.Text(v, signatureMember)
	if s == "" {
		return
	}
	kind := p.Kind
	if !dialect.Unseal(s, p) {
		p.Signature, p.SignatureOf = s, name
	}
	if kind != api.PartReasoning {
		p.Kind = kind
	}
}

// appendSignature writes the signature of p: in its sealed form to a caller, and as
// the caller has it within this dialect.
func appendSignature(dst []byte, p *api.Part, sealed bool) []byte {
	switch {
	case p.Signature == "":
		return dst
	case sealed && p.SignatureOf != name:
		return put.Text(dst, signatureMember, dialect.Seal(p))
	case p.SignatureOf == name:
		return put.Text(dst, signatureMember, p.Signature)
	}
	return dst
}
