package redact

import "regexp"

// Mark stands where a secret was.
const Mark = "[redacted]"

// secrets are the shapes of keys and tokens that have one, and what is called a key,
// token or password in a text.
var secrets = regexp.MustCompile(
	`\b(?:sk|pk|rk|gsk|xai|sess|vk|r8|hf|nvapi|pplx|tgp|fw|csk)[-_][A-Za-z0-9_*.-]{8,}` + // of providers, and of the gateway itself
		`|\bAIza[A-Za-z0-9_-]{20,}|\bya29\.[A-Za-z0-9_.-]{10,}` + // Google's
		`|\b(?:AKIA|ASIA)[A-Z0-9]{12,}` + // AWS's
		`|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}` +
		`|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?` + // JSON Web Tokens
		`|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`)

// named are values behind a name that says what they are. The name stays.
var named = regexp.MustCompile(
	`(?i)(\b(?:bearer|basic)\s+|\b(?:api[-_]?key|x-api-key|authorization|access[-_]?token|refresh[-_]?token|client[-_]?secret|secret[-_]?key|password|passwd|sig|signature)\\?["']?\s*[:=]\s*\\?["']?(?:(?:bearer|basic)\s+)?)([^\s"'\\,;&}]{4,})`)

// Secrets returns a text with [Mark] in place of each part that looks like a secret.
func Secrets(s string) string {
	if s == "" {
		return s
	}
	s = secrets.ReplaceAllLiteralString(s, Mark)
	return named.ReplaceAllString(s, "${1}"+Mark)
}
