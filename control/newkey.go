package control

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// newKey makes the key of a new object at random, or of the name that its request has
// given itself, so that the request sent again makes the same.
func newKey(lead, idempotency string) string {
	if idempotency == "" {
		return lead + strings.ToLower(rand.Text())
	}
	sum := sha256.Sum256([]byte(lead + "\x00" + idempotency))
	return lead + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:26]
}
