package secret

import (
	"regexp"
	"strings"
)

// Mask stands where a secret was. It needs no escape in JSON or in HTML.
const Mask = "[redacted]"

// keyed finds a word that introduces a credential and the credential behind it,
// which goes with whatever form it has: an Authorization header's scheme, a
// parameter of a URL, a header or a JSON member that carries a key.
var keyed = regexp.MustCompile(`(?i)(\b(?:authorization|x-api-key|api-key|x-goog-api-key)["']?\s*[:=]\s*["']?(?:(?:bearer|basic)\s+)?|` +
	`\b(?:bearer|basic)\s+|[?&](?:api[_-]?key|key|access_token|token)=)` +
	`([A-Za-z0-9_\-.~+/*]{6,}=*)`)

// shaped finds keys by their own form, also where the provider has masked part
// of one with asterisks. In the order of the list: OpenAI, Anthropic, OpenRouter,
// DeepSeek and many others; Groq; xAI; Hugging Face; Replicate; Perplexity;
// NVIDIA; Cerebras; Fireworks; GitHub; Slack; Google API keys and OAuth tokens;
// AWS access keys; JSON Web Tokens; the gateway's virtual keys.
var shaped = regexp.MustCompile(`\b(?:` + strings.Join([]string{
	`sk-[A-Za-z0-9_\-*]{4,}`,
	`gsk_[A-Za-z0-9*]{8,}`,
	`xai-[A-Za-z0-9*]{8,}`,
	`hf_[A-Za-z0-9*]{8,}`,
	`r8_[A-Za-z0-9*]{8,}`,
	`pplx-[A-Za-z0-9*]{8,}`,
	`nvapi-[A-Za-z0-9_\-*]{8,}`,
	`csk-[A-Za-z0-9*]{8,}`,
	`fw_[A-Za-z0-9*]{8,}`,
	`(?:ghp|gho|ghs|ghu|github_pat)_[A-Za-z0-9_*]{8,}`,
	`xox[abprs]-[A-Za-z0-9\-*]{8,}`,
	`AIza[A-Za-z0-9_\-*]{8,}`,
	`ya29\.[A-Za-z0-9_\-.*]{8,}`,
	`(?:AKIA|ASIA)[A-Z0-9*]{12,}`,
	`eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?`,
	`sk_[A-Za-z0-9*]{8,}`,
	`vk[-_][A-Za-z0-9_\-*]{8,}`,
}, "|") + `)`)

// Redact returns s with everything that looks like a credential replaced by
// Mask. It returns s itself if there is none. A JSON text stays valid.
func Redact(s string) string {
	if keyed.MatchString(s) {
		s = keyed.ReplaceAllString(s, "${1}"+Mask)
	}
	if shaped.MatchString(s) {
		s = shaped.ReplaceAllLiteralString(s, Mask)
	}
	return s
}
