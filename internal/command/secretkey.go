package command

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// clusterKey returns the key that the nodes of a cluster share.
func clusterKey(given string) (secret.Key, error) {
	if given == "" {
		return secret.Key{}, errors.New("--secret-key: a cluster needs one, the same for all its nodes; `openssl rand -base64 32` makes one")
	}
	key, err := secret.ParseKey(given)
	if err != nil {
		return key, fmt.Errorf("--secret-key: %w", err)
	}
	return key, nil
}

// secretKey returns the key that seals secrets at rest: the given one, or else
// that of the data folder, which is made at the first start. Without the key
// what was sealed with it is lost.
func secretKey(given, dataDir string) (secret.Key, error) {
	if given != "" {
		return clusterKey(given)
	}
	path := filepath.Join(dataDir, "secret-key")
	text, err := keptSecret(path, func() string { return secret.NewKey().Encode() })
	if err != nil {
		return secret.Key{}, err
	}
	key, err := secret.ParseKey(text)
	if err != nil {
		return key, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}
