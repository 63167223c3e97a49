package secret

import "regexp"

// unshaped finds what [Redact] leaves, since a text of a provider to its caller may have
// it for another reason: all that begins as a key may, and private keys.
var unshaped = regexp.MustCompile(
	`\b(?:sk|pk|rk|gsk|xai|sess|vk|r8|hf|nvapi|pplx|tgp|fw|csk)[-_][A-Za-z0-9_*.-]{8,}` +
		`|\bgh[pousr]_[A-Za-z0-9]{20,}` +
		`|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`)

// named finds values behind a name that says what they are. The name stays.
var named = regexp.MustCompile(
	`(?i)(\b(?:bearer|basic)\s+|\b(?:api[-_]?key|x-api-key|authorization|access[-_]?token|refresh[-_]?token|client[-_]?secret|secret[-_]?key|password|passwd|sig|signature)\\?["']?\s*[:=]\s*\\?["']?(?:(?:bearer|basic)\s+)?)([^\s"'\\,;&}]{4,})`)

// RedactKept is [Redact] for a text that is kept, such as the message of an error in the
// log, which a person reads who may not see what its caller saw: it rather takes too much.
// A JSON text may not stay valid.
func RedactKept(s string) string {
	if !suspect(s) {
		return s
	}
	return redactKept(s)
}

func redactKept(s string) string {
	s = shaped.ReplaceAllLiteralString(unshaped.ReplaceAllLiteralString(s, Mask), Mask)
	return named.ReplaceAllString(s, "${1}"+Mask)
}
