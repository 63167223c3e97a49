package rollout

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// Pointer says which revision of the configuration is in force. It is the one
// thing that changes; all else is written once.
type Pointer struct {
	// Serial grows with each pointer, so that an old one is not taken for a new one.
	Serial uint64 `json:"serial"`
	Target
	Stage *Stage `json:"stage,omitempty"`
	// Seen is the newest revision that was ever in force or on trial.
	Seen uint64 `json:"seen"`
}

// Target is a revision and the digest of its snapshot.
type Target struct {
	Revision uint64 `json:"revision"`
	Digest   string `json:"digest"` // SHA-256 of the sealed snapshot, in hexadecimal
}

// Stage is a revision that is being tried on a part of the nodes: those whose
// names fall into the first Percent of a hundred, and those that bear all Labels.
type Stage struct {
	Target
	Percent int               `json:"percent,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	Since   time.Time         `json:"since"`
}

// For returns what is in force on a node.
func (p *Pointer) For(node string, labels map[string]string) Target {
	if p.Stage != nil && p.Stage.covers(node, labels) {
		return p.Stage.Target
	}
	return p.Target
}

func (s *Stage) covers(node string, labels map[string]string) bool {
	if len(s.Labels) > 0 {
		for name, value := range s.Labels {
			if labels[name] != value {
				return false
			}
		}
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(node))
	return int(h.Sum32()%100) < s.Percent
}

// errForged is what a pointer is refused with whose signature is not the cluster's.
var errForged = errors.New("rollout: the pointer is not signed by this cluster")

// errOld is what a pointer is refused with that is older than the one in force.
var errOld = errors.New("rollout: the pointer is older than the one in force: it was put back, or comes from a server that lags behind")

// signed is the form in which a pointer travels. The signature is over the very
// bytes, so that no two readers can differ on what was signed.
type signed struct {
	Pointer   []byte `json:"pointer"`
	Signature []byte `json:"signature"`
}

func sign(p *Pointer, key ed25519.PrivateKey) ([]byte, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(signed{body, ed25519.Sign(key, body)})
}

// verify reads a pointer that bears the cluster's signature.
func verify(data []byte, known []ed25519.PublicKey) (*Pointer, error) {
	var s signed
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("rollout: read the pointer: %w", err)
	}
	if !slices.ContainsFunc(known, func(key ed25519.PublicKey) bool { return ed25519.Verify(key, s.Pointer, s.Signature) }) {
		return nil, errForged
	}
	var p Pointer
	if err := json.Unmarshal(s.Pointer, &p); err != nil {
		return nil, fmt.Errorf("rollout: read the pointer: %w", err)
	}
	return &p, nil
}
