package secret

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"
)

// KeySize is the size of a Key in bytes.
const KeySize = 32

// Key is the secret that the nodes of a cluster share (--secret-key), or one
// derived from it for a single purpose. While the secret is being exchanged it has
// others with it, which are not used for anything new but are accepted as well.
// However it is printed, it is not shown.
type Key struct {
	bytes [KeySize]byte
	other *Key // accepted beside it, or nil
}

// NewKey returns a random key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k.bytes[:]) // never fails (crypto/rand)
	return k
}

// ParseKey reads a key, and after commas those that are accepted beside it, from
// base64, standard or URL-safe, padded or not. Its errors do not repeat what was given.
func ParseKey(s string) (Key, error) {
	first, rest, several := strings.Cut(s, ",")
	k, err := parseOne(first)
	if err != nil || !several {
		return k, err
	}
	other, err := ParseKey(rest)
	if err != nil {
		return Key{}, err
	}
	k.other = &other
	return k, nil
}

func parseOne(s string) (Key, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return Key{}, errors.New("secret key: not base64")
	}
	if len(b) != KeySize {
		return Key{}, fmt.Errorf("secret key: %d bytes, want %d", len(b), KeySize)
	}
	return Key{bytes: [KeySize]byte(b)}, nil
}

// Bytes are the key's own, without those of the keys beside it.
func (k Key) Bytes() []byte { return bytes.Clone(k.bytes[:]) }

// All are the key, and then those that are accepted beside it.
func (k Key) All() iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for at := &k; at != nil; at = at.other {
			if !yield(Key{bytes: at.bytes}) {
				return
			}
		}
	}
}

// Several says whether there are keys beside k.
func (k Key) Several() bool { return k.other != nil }

// Encode returns the form that ParseKey reads, of the key alone. Call it where a key is stored,
// nowhere else.
func (k Key) Encode() string { return base64.StdEncoding.EncodeToString(k.bytes[:]) }

// Derive returns the key for one purpose (HKDF with SHA-256, RFC 5869), with those
// derived from the keys beside k. From it neither k nor the key of another purpose can
// be found.
func (k Key) Derive(purpose string) Key {
	out, err := hkdf.Key(sha256.New, k.bytes[:], nil, "asbru/"+purpose, KeySize)
	if err != nil { // only for a length that HKDF cannot give
		panic(err)
	}
	derived := Key{bytes: [KeySize]byte(out)}
	if k.other != nil {
		other := k.other.Derive(purpose)
		derived.other = &other
	}
	return derived
}

// String, Format and LogValue hide the key.
func (Key) String() string { return Mask }

// Format implements fmt.Formatter.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) } // a fmt.State keeps its own errors

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText hides the key in JSON, YAML and every other encoding.
func (Key) MarshalText() ([]byte, error) { return []byte(Mask), nil }
