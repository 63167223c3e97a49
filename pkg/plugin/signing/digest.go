package signing

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// prefix begins a digest, and says how it was made.
const prefix = "sha256:"

// Digest returns the digest by which an artefact is named: sha256: and 64 hexadecimal digits.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return prefix + hex.EncodeToString(sum[:])
}

// Key is the digest without what says how it was made, which may stand in a subject or be
// the name of a file; false for a text that is no digest.
func Key(digest string) (string, bool) {
	digits, ok := strings.CutPrefix(digest, prefix)
	return digits, ok && len(digits) == 2*sha256.Size && strings.Trim(digits, "0123456789abcdef") == ""
}

// IsDigest says whether a text is a digest.
func IsDigest(s string) bool {
	_, ok := Key(s)
	return ok
}
