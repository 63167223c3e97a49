package virtualkey

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"sync/atomic"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Prefix begins the keys that Asbru gives out.
const Prefix = "sk-asbru-"

// A key is the prefix, 256 random bits, and a tag of 40 bits that only holders of
// the cluster's key can make. The tag is no protection by itself: it lets an edge
// refuse a made-up key without asking anybody.
const (
	randomBytes = 32
	tagBytes    = 5
	randomChars = 52
	tagChars    = 8
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Minter makes keys and knows its own. Safe for concurrent use.
type Minter struct {
	key    secret.Key
	former atomic.Pointer[[]secret.Key] // that tags were made with earlier; nil: none
}

// NewMinter returns the minter of a cluster.
func NewMinter(cluster secret.Key) *Minter { return &Minter{key: cluster.Derive(tagPurpose)} }

// tagPurpose is what the keys are derived for that tags are made with.
const tagPurpose = "virtual-key-tag"

// Accept has keys be known that were made with tag keys of before: those of [Former].
func (m *Minter) Accept(former []secret.Key) { m.former.Store(&former) }

// Mint returns a new key. It is shown once; only its digest is kept.
func (m *Minter) Mint() string {
	var b [randomBytes]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	body := encoding.EncodeToString(b[:])
	return Prefix + body + tag(m.key, body)
}

// Made says whether a key can have been made by this cluster. It takes the same
// time for each key of the right length.
func (m *Minter) Made(value string) bool {
	rest, ok := strings.CutPrefix(value, Prefix)
	if !ok || len(rest) != randomChars+tagChars {
		return false
	}
	made := false
	tagged := func(key secret.Key) {
		made = hmac.Equal([]byte(tag(key, rest[:randomChars])), []byte(rest[randomChars:])) || made
	}
	for key := range m.key.All() {
		tagged(key)
	}
	if former := m.former.Load(); former != nil {
		for _, key := range *former {
			tagged(key)
		}
	}
	return made
}

func tag(key secret.Key, body string) string {
	h := hmac.New(sha256.New, key.Bytes())
	h.Write([]byte(body))
	return encoding.EncodeToString(h.Sum(nil)[:tagBytes])
}

// Digest is what a key is stored and looked up by. A key has 256 random bits, so
// that a plain hash of it can no more be turned back than a slow one.
type Digest [sha256.Size]byte

// DigestOf returns the digest of a key.
func DigestOf(value string) Digest { return sha256.Sum256([]byte(value)) }

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest undoes String.
func ParseDigest(s string) (d Digest, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, false
	}
	return Digest(b), true
}
