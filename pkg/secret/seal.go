package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrSealed is returned for what cannot be opened: sealed with another key or
// for another place, damaged, or no sealed text at all.
var ErrSealed = errors.New("secret: cannot be opened with this key")

// A sealed text is a version byte, the first bytes of the key's digest, a random
// nonce, and the text encrypted with XChaCha20-Poly1305
// (draft-irtf-cfrg-xchacha). Its nonce is long enough to be drawn at random for
// as many texts as there will ever be.
const (
	sealVersion = 1
	keyIDSize   = 4
	sealHead    = 1 + keyIDSize + chacha20poly1305.NonceSizeX
	sealExtra   = sealHead + chacha20poly1305.Overhead
)

// Seal encrypts a text for one place, such as the path of a record and of a
// field in it: opened for any other place it is ErrSealed, so that sealed texts
// cannot be exchanged for one another.
func (k Key) Seal(text []byte, place string) []byte {
	out := make([]byte, sealHead, sealExtra+len(text))
	out[0] = sealVersion
	id := k.id()
	copy(out[1:], id[:])
	nonce := out[1+keyIDSize : sealHead]
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	aead, err := chacha20poly1305.NewX(k.bytes[:])
	if err != nil { // only for a key of another size
		panic(err)
	}
	return aead.Seal(out, nonce, text, associated(out[:1+keyIDSize], place))
}

// Open undoes Seal, also of the keys beside k.
func (k Key) Open(sealed []byte, place string) ([]byte, error) {
	for one := range k.All() {
		if text, err := one.open(sealed, place); err == nil {
			return text, nil
		}
	}
	return nil, ErrSealed
}

// Sealed says whether a text may have been sealed with k itself, not one beside it.
func (k Key) Sealed(sealed []byte) bool {
	id := k.id()
	return len(sealed) >= sealExtra && [keyIDSize]byte(sealed[1:]) == id
}

func (k Key) open(sealed []byte, place string) ([]byte, error) {
	id := k.id()
	if len(sealed) < sealExtra || sealed[0] != sealVersion || [keyIDSize]byte(sealed[1:]) != id {
		return nil, ErrSealed
	}
	aead, err := chacha20poly1305.NewX(k.bytes[:])
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, sealed[1+keyIDSize:sealHead], sealed[sealHead:], associated(sealed[:1+keyIDSize], place))
	if err != nil {
		return nil, ErrSealed
	}
	return text, nil
}

// id tells keys apart without saying anything of them.
func (k Key) id() [keyIDSize]byte {
	sum := sha256.Sum256(append([]byte("asbru/key-id/"), k.bytes[:]...))
	return [keyIDSize]byte(sum[:])
}

// associated is what is authenticated beside the text.
func associated(head []byte, place string) []byte {
	return append(append(make([]byte, 0, len(head)+len(place)), head...), place...)
}
