package command

import (
	"crypto/rand"
	"encoding/hex"
	"os"
)

// nodeName returns the node's name: the given one, or one that no other node has.
func nodeName(given string) string {
	if given != "" {
		return given
	}
	host, err := os.Hostname()
	if err != nil {
		host = "asbru"
	}
	var suffix [3]byte
	_, _ = rand.Read(suffix[:]) // never fails (crypto/rand)
	return host + "-" + hex.EncodeToString(suffix[:])
}
