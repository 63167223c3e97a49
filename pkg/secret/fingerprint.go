package secret

import (
	"crypto/sha256"
	"encoding/hex"
)

// fingerprintBytes is how much of a digest tells keys apart.
const fingerprintBytes = 6

// Fingerprints tell the key, and those that are accepted beside it, in their order, from
// others. They tell nothing else of a key, and may be shown.
func (k Key) Fingerprints() []string {
	var all []string
	for one := range k.Derive("fingerprint").All() {
		sum := sha256.Sum256(one.bytes[:])
		all = append(all, hex.EncodeToString(sum[:fingerprintBytes]))
	}
	return all
}
