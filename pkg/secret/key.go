package secret

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// KeySize is the size of a Key in bytes.
const KeySize = 32

// Key is the secret that the nodes of a cluster share (--secret-key), or one
// derived from it for a single purpose. However it is printed, it is not shown.
type Key [KeySize]byte

// NewKey returns a random key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // never fails (crypto/rand)
	return k
}

// ParseKey reads a key from base64, standard or URL-safe, padded or not. Its
// errors do not repeat what was given.
func ParseKey(s string) (Key, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return Key{}, errors.New("secret key: not base64")
	}
	if len(b) != KeySize {
		return Key{}, fmt.Errorf("secret key: %d bytes, want %d", len(b), KeySize)
	}
	return Key(b), nil
}

// Encode returns the form that ParseKey reads. Call it where a key is stored,
// nowhere else.
func (k Key) Encode() string { return base64.StdEncoding.EncodeToString(k[:]) }

// Derive returns the key for one purpose (HKDF with SHA-256, RFC 5869). From it
// neither k nor the key of another purpose can be found.
func (k Key) Derive(purpose string) Key {
	out, err := hkdf.Key(sha256.New, k[:], nil, "asbru/"+purpose, KeySize)
	if err != nil { // only for a length that HKDF cannot give
		panic(err)
	}
	return Key(out)
}

// String, Format and LogValue hide the key.
func (Key) String() string { return Mask }

// Format implements fmt.Formatter.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) } // a fmt.State keeps its own errors

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText hides the key in JSON, YAML and every other encoding.
func (Key) MarshalText() ([]byte, error) { return []byte(Mask), nil }
