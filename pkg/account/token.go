package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// TokenPrefix begins every API token, so that it is known where it should not be.
const TokenPrefix = "asbru_"

// newToken returns a text that cannot be guessed, of 260 bits.
func newToken(prefix string) string {
	return prefix + strings.ToLower(rand.Text()+rand.Text())
}

// newID returns an id for a record.
func newID() string { return strings.ToLower(rand.Text()) }

// DigestOf returns what is kept of a token.
func DigestOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// CrossSiteToken returns what a page has to send in a header with a change that it asks
// for by its cookie. Another site's page cannot know it, and from it the session's
// token cannot be found.
func CrossSiteToken(session string) string {
	mac := hmac.New(sha256.New, []byte(session))
	mac.Write([]byte("asbru/cross-site"))
	return hex.EncodeToString(mac.Sum(nil))
}
