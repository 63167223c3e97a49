package mcpserver

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// sessions makes and knows the ids of sessions. An id is chance and, by HMAC-SHA256 with a
// key of the cluster, the proof that it was made for one caller; so any node knows it, and
// nobody keeps it. An id gives no rights: each request shows its virtual key besides.
type sessions struct {
	key secret.Key

	mu    sync.Mutex
	ended map[string]struct{}
}

const (
	chanceBytes, proofBytes = 16, 16
	// endedMost bounds how many ended sessions a node remembers.
	endedMost = 10_000
)

// begin makes a session for a caller.
func (s *sessions) begin(identity string) string {
	id := make([]byte, chanceBytes, chanceBytes+proofBytes)
	_, _ = rand.Read(id) // it never fails
	return base64.RawURLEncoding.EncodeToString(append(id, proof(s.key, id, identity)...))
}

// valid says whether a session is one of this caller, and has not ended as far as is
// known here.
func (s *sessions) valid(session, identity string) bool {
	id, err := base64.RawURLEncoding.DecodeString(session)
	if err != nil || len(id) != chanceBytes+proofBytes {
		return false
	}
	for key := range s.key.All() {
		if subtle.ConstantTimeCompare(id[chanceBytes:], proof(key, id[:chanceBytes], identity)) == 1 {
			s.mu.Lock()
			defer s.mu.Unlock()
			_, ended := s.ended[session]
			return !ended
		}
	}
	return false
}

// end remembers that a session has ended. A node that starts later does not know it, nor
// does one that has forgotten: the session then goes on, for the one whose it was.
func (s *sessions) end(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil || len(s.ended) >= endedMost {
		s.ended = map[string]struct{}{}
	}
	s.ended[session] = struct{}{}
}

func proof(key secret.Key, id []byte, identity string) []byte {
	mac := hmac.New(sha256.New, key.Bytes())
	mac.Write(id)
	mac.Write([]byte(identity))
	return mac.Sum(nil)[:proofBytes]
}
