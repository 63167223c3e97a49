package idempotency

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go/jetstream"
)

// Store is what the nodes of a cluster know of idempotency keys. Safe for concurrent use.
type Store struct {
	conn *bus.Conn
	seal secret.Key
	mac  secret.Key // what lies in the bucket tells nothing of keys and requests
	log  *slog.Logger

	deaths deaths

	beat     time.Duration // how often a claim shows that its node lives
	silence  time.Duration // after which it does not
	doubt    time.Duration // after which one does not that was told to be gone before
	patience time.Duration // with one answer of NATS
	look     time.Duration // how often those who wait look, should a hint be lost
}

// New returns the cluster's store. It hears of nodes that die as long as conn lasts.
func New(conn *bus.Conn, log *slog.Logger) *Store {
	s := &Store{
		conn: conn, seal: conn.Derive("idempotency"), mac: conn.Derive("idempotency-key"), log: log,
		deaths: deaths{at: map[string]time.Time{}, told: make(chan struct{})},
		beat:   time.Second, silence: 5 * time.Second, doubt: 2 * time.Second,
		patience: 2 * time.Second, look: 500 * time.Millisecond,
	}
	if err := s.deaths.listen(conn.Control); err != nil {
		log.Warn("the death of a node that has idempotency keys is noticed late", "error", err)
	}
	return s
}

// MaxKeyBytes bounds the key that a caller gives.
const MaxKeyBytes = 255

// Request is a try.
type Request struct {
	// Caller is the credential of who tries: each has keys of its own.
	Caller string
	Key    string
	// Target and Body are what is asked for: under one key they may not differ.
	Target string
	Body   []byte
}

// ErrAway is the error while NATS cannot be asked: the try is a call like any other.
var ErrAway = errors.New("idempotency: NATS is away")

// Begin returns the claim of a try that is the first of its key, or the answer to
// one that is not, for which it waits until ctx ends. Other errors than ErrAway and
// those of ctx are *api.Error.
func (s *Store) Begin(ctx context.Context, r Request) (*Claim, *Answer, error) {
	if !s.conn.Control.NATS.IsConnected() {
		return nil, nil, ErrAway
	}
	opening, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	kv, err := s.conn.Control.Bucket(opening, bus.Idempotency)
	if err != nil {
		return nil, nil, s.away(ctx, err)
	}
	if former, err := s.former(ctx, kv, &r); former != nil || err != nil {
		if err != nil {
			return nil, nil, s.away(ctx, err)
		}
		return former.join(ctx)
	}
	t := newTry(s, kv, s.mac, &r)
	claim, err := t.claim(ctx, 0)
	if err != nil {
		return nil, nil, s.away(ctx, err)
	}
	if claim != nil {
		return claim, nil, nil
	}
	return t.join(ctx)
}

// away is the error of a try that could not ask, unless it was its own end.
func (s *Store) away(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.log.Warn("an idempotency key has no effect", "error", err)
	return ErrAway
}

// former is a try of a key that is known by its name under another of the cluster's secret
// keys than the first, nil if it is not: while the secret key is exchanged, calls are known
// that were made before, or are made by nodes that still use the other one.
func (s *Store) former(ctx context.Context, kv jetstream.KeyValue, r *Request) (*try, error) {
	first := true
	for mac := range s.mac.All() {
		if first {
			first = false
			continue
		}
		t := newTry(s, kv, mac, r)
		if e, err := s.read(ctx, kv, t.id); e != nil || err != nil {
			return t, err
		}
	}
	return nil, nil //nolint:nilnil // there is none, and that is no error
}

func newTry(s *Store, kv jetstream.KeyValue, mac secret.Key, r *Request) *try {
	return &try{Store: s, kv: kv, id: hex.EncodeToString(digest(mac, r.Caller, []byte(r.Key))), print: digest(mac, r.Target, r.Body)}
}

// digest is what a key's name in the bucket is made of, and what tells requests apart.
func digest(mac secret.Key, first string, second []byte) []byte {
	h := hmac.New(sha256.New, mac.Bytes())
	one := sha256.Sum256([]byte(first)) // so that where the first ends is no question
	h.Write(one[:])
	h.Write(second)
	return h.Sum(nil)
}

// newClaim names a claim.
func newClaim() string { return rand.Text() }
