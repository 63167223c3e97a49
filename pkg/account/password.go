package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// What a hash costs: OWASP's first choice of argon2id for 19 MiB.
const (
	hashMemoryKiB = 19 * 1024
	hashPasses    = 2
	hashSize      = 32
	saltSize      = 16
)

// hashesAtOnce bounds the memory that hashing takes, and hashesWaiting those who wait
// for their turn.
const (
	hashesAtOnce  = 2
	hashesWaiting = 32
)

// Bounds of a password that somebody chooses. There is no rule on its characters.
const (
	MinPassword = 8
	MaxPassword = 256
)

// ErrBusy is returned when too many passwords are being looked at.
var ErrBusy = errors.New("account: too many sign-ins at once")

// CheckPassword says what is wrong with a password that somebody chooses.
func CheckPassword(password string) error {
	switch {
	case !utf8.ValidString(password):
		return errors.New("a password is UTF-8 text")
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("a password has at least %d characters", MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("a password has at most %d bytes", MaxPassword)
	}
	return nil
}

// hasher hashes passwords, a few at a time. Safe for concurrent use.
type hasher struct {
	turns   chan struct{}
	waiting chan struct{}
	unknown string // a hash that no password has
}

func newHasher() *hasher {
	h := &hasher{turns: make(chan struct{}, hashesAtOnce), waiting: make(chan struct{}, hashesWaiting)}
	h.unknown = encodeHash(random(saltSize), random(hashSize))
	return h
}

// hash returns the hash of a password, with its parameters and salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := random(saltSize)
	sum, err := h.sum(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(salt, sum), nil
}

// fits says whether a hash is that of a password. A hash that is none takes as long as
// one that does not fit.
func (h *hasher) fits(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		hash = h.unknown
	}
	salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	got, err := h.sum(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(want, got) == 1, err
}

func (h *hasher) sum(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return nil, ErrBusy
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemoryKiB, 1, hashSize), nil
}

var hashHead = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$", argon2.Version, hashMemoryKiB, hashPasses)

// encodeHash writes the form that password files have for argon2.
func encodeHash(salt, sum []byte) string {
	e := base64.RawStdEncoding
	return hashHead + e.EncodeToString(salt) + "$" + e.EncodeToString(sum)
}

func decodeHash(hash string) (salt, sum []byte, err error) {
	rest, ok := strings.CutPrefix(hash, hashHead)
	left, right, two := strings.Cut(rest, "$")
	if !ok || !two {
		return nil, nil, errors.New("account: a password's hash has a form that is not known")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(left); err == nil {
		sum, err = base64.RawStdEncoding.DecodeString(right)
	}
	return salt, sum, err
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}
