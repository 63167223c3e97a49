package rollout

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/klauspost/compress/zstd"
)

// vault seals, signs and checks with keys derived from the cluster's.
type vault struct {
	seal secret.Key
	sign ed25519.PrivateKey
	// known are the public keys whose signatures are the cluster's.
	known []ed25519.PublicKey
}

func newVault(cluster secret.Key) vault {
	seeds := cluster.Derive("rollout-signing")
	v := vault{seal: cluster.Derive("rollout-snapshot"), sign: ed25519.NewKeyFromSeed(seeds.Bytes())}
	for seed := range seeds.All() {
		v.known = append(v.known, ed25519.NewKeyFromSeed(seed.Bytes()).Public().(ed25519.PublicKey))
	}
	return v
}

const (
	snapshotPlace = "snapshot"
	// maxSnapshot bounds what a snapshot may unpack to.
	maxSnapshot = 64 << 20
)

// pack seals a configuration. What it returns is stored as it is.
func (v *vault) pack(d *config.Document) (sealed []byte, digest string, err error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, "", fmt.Errorf("rollout: pack the configuration: %w", err)
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, "", err
	}
	sealed = v.seal.Seal(w.EncodeAll(plain, nil), snapshotPlace)
	return sealed, digestOf(sealed), w.Close()
}

// ErrDamaged is what a snapshot is refused with that is not what its pointer names.
var ErrDamaged = errors.New("rollout: the snapshot is not the one that the pointer names")

// unpack checks and opens what pack has sealed.
func (v *vault) unpack(sealed []byte, digest string) (*config.Document, error) {
	if digestOf(sealed) != digest {
		return nil, ErrDamaged
	}
	packed, err := v.seal.Open(sealed, snapshotPlace)
	if err != nil {
		return nil, fmt.Errorf("rollout: open the snapshot: %w", err)
	}
	r, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	plain, err := io.ReadAll(io.LimitReader(r, maxSnapshot+1))
	if err == nil && len(plain) > maxSnapshot {
		err = fmt.Errorf("it is larger than %d bytes", maxSnapshot)
	}
	if err != nil {
		return nil, fmt.Errorf("rollout: unpack the snapshot: %w", err)
	}
	var d config.Document
	if err := json.Unmarshal(plain, &d); err != nil {
		return nil, fmt.Errorf("rollout: read the snapshot: %w", err)
	}
	return &d, nil
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
