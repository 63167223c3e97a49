package signing

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
)

// Publisher is somebody whose signature counts.
type Publisher struct {
	Name string
	Key  ed25519.PublicKey
}

// Trust is whose artefacts are used.
type Trust struct {
	Publishers []Publisher
	Unsigned   bool // also those that nobody has signed whom we know
}

// ErrNotTrusted is the error of an artefact that no publisher has signed whom we know.
var ErrNotTrusted = errors.New("no publisher has signed it whom the configuration trusts")

// signed is what a signature is made of, so that it is good for nothing else.
func signed(digest string) []byte { return []byte("asbru plugin artefact\n" + digest + "\n") }

// Sign returns a publisher's signature of a digest, in base64: Ed25519, RFC 8032.
func Sign(by ed25519.PrivateKey, digest string) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(by, signed(digest)))
}

// Check finds out who has signed a digest, "" for nobody whom we know. Its error is
// ErrNotTrusted where that does not do.
func (t *Trust) Check(digest, signature string) (publisher string, err error) {
	if b, err := base64.StdEncoding.DecodeString(signature); err == nil && len(b) == ed25519.SignatureSize {
		for _, p := range t.Publishers {
			if ed25519.Verify(p.Key, signed(digest), b) {
				return p.Name, nil
			}
		}
	}
	if t.Unsigned {
		return "", nil
	}
	return "", ErrNotTrusted
}

// ParseKey reads a publisher's public key: its 32 bytes in base64.
func ParseKey(text string) (ed25519.PublicKey, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("want the %d bytes of an Ed25519 public key in base64", ed25519.PublicKeySize)
	}
	return b, nil
}
