package ui

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
)

// inline finds the scripts that stand in the page itself.
var inline = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// policyOf is the Content-Security-Policy of the page: its own files alone, the scripts in it
// by their digests, and no text that becomes HTML or a script (Trusted Types, for which it
// makes no policy).
func policyOf(index []byte) string {
	scripts := "script-src 'self'"
	for _, script := range inline.FindAllSubmatch(index, -1) {
		sum := sha256.Sum256(script[1])
		scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", scripts, "style-src 'self'", "img-src 'self' data: blob:", "media-src blob:", "font-src 'self'",
		"connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")
}
