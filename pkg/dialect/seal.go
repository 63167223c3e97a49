package dialect

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Reasoning that a provider has signed has to come back to it byte for byte, and
// the only way back is the history that the caller sends. A dialect that has a
// place for signatures of its own carries those of others there, sealed: with a
// mark that no provider writes, and whose they are. A provider of the caller's own
// dialect would refuse such a one, so a history that holds any is translated,
// which leaves it out (Head.Sealed).

// SealMark begins each sealed signature. Its length is a multiple of three, so
// that it can also be told at the beginning of base64; and both begin with a byte
// that is rare in prompts, which are searched for it.
const SealMark = "^asbru.v1"

// ofRedacted is behind the dialect's name where the signature is all there is.
const ofRedacted = "/redacted"

// Seal returns the signature of a piece of reasoning in its sealed form; one
// without a signature is marked as another dialect's all the same.
func Seal(p *api.Part) string {
	of := p.SignatureOf
	if p.Kind == api.PartRedacted {
		of += ofRedacted
	}
	return SealMark + "." + of + "." + p.Signature
}

// Unseal gives p the signature that was sealed, and says whether s is one. Of what
// had none, only that it is reasoning is known.
func Unseal(s string, p *api.Part) bool {
	rest, marked := strings.CutPrefix(s, SealMark+".")
	of, signature, ok := strings.Cut(rest, ".")
	if !marked || !ok {
		return false
	}
	p.Kind = api.PartReasoning
	if owner, redacted := strings.CutSuffix(of, ofRedacted); redacted {
		of, p.Kind = owner, api.PartRedacted
	}
	p.Signature, p.SignatureOf = signature, of
	return true
}
