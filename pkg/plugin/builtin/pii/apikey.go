package pii

import "strings"

// keyForms are what credentials begin with, and how many characters of a key follow at least.
// In the order of the list: OpenAI, Anthropic and many others; the gateway's own and Stripe's;
// Groq; xAI; Hugging Face; Replicate; Perplexity; NVIDIA; Cerebras; Fireworks; GitHub; GitLab;
// Slack; Google API keys and OAuth tokens; AWS; SendGrid; npm; PyPI.
var keyForms = []struct {
	lead string
	min  int
}{
	{"sk-", 16},
	{"sk_live_", 16},
	{"sk_test_", 16},
	{"rk_live_", 16},
	{"sk_", 24},
	{"gsk_", 16},
	{"xai-", 16},
	{"hf_", 16},
	{"r8_", 16},
	{"pplx-", 16},
	{"nvapi-", 16},
	{"csk-", 16},
	{"fw_", 16},
	{"ghp_", 20},
	{"gho_", 20},
	{"ghs_", 20},
	{"ghu_", 20},
	{"ghr_", 20},
	{"github_pat_", 20},
	{"glpat-", 16},
	{"xoxa-", 16},
	{"xoxb-", 16},
	{"xoxp-", 16},
	{"xoxr-", 16},
	{"xoxs-", 16},
	{"AIza", 30},
	{"ya29.", 16},
	{"AKIA", 12},
	{"ASIA", 12},
	{"SG.", 20},
	{"npm_", 20},
	{"pypi-", 20},
}

// keySeconds are the second characters of keyForms and of a JSON Web Token, by the first:
// few words begin so.
var keySeconds = func() (seconds [256]string) {
	for _, f := range keyForms {
		seconds[f.lead[0]] += f.lead[1:2]
	}
	seconds['e'] += "y"
	return seconds
}()

// apiKey finds a credential by its form at i.
func apiKey(text string, i int) (end int, ok bool) {
	seconds := keySeconds[text[i]]
	if seconds == "" || i+1 == len(text) || strings.IndexByte(seconds, text[i+1]) < 0 {
		return 0, false
	}
	rest := text[i:]
	for _, f := range keyForms {
		if !strings.HasPrefix(rest, f.lead) {
			continue
		}
		end := i + len(f.lead)
		for end < len(text) && (isAlphanumeric(text[end]) || text[end] == '_' || text[end] == '-') {
			end++
		}
		if found := end - i - len(f.lead); found >= f.min && mixed(text[i:end], f.min) {
			return end, true
		}
	}
	if strings.HasPrefix(rest, "eyJ") {
		return webToken(text, i)
	}
	return 0, false
}

// mixed says whether a word has a digit or is long: sk-something-in-words is no key.
func mixed(s string, long int) bool {
	return len(s) > 3*long || strings.ContainsAny(s, "0123456789")
}

// webToken finds a JSON Web Token: two or three parts in base64, the first an object.
func webToken(text string, i int) (end int, ok bool) {
	dots, part := 0, 0
	for end = i; end < len(text); end++ {
		switch b := text[end]; {
		case isAlphanumeric(b) || b == '_' || b == '-':
			part++
			continue
		case b == '.' && part >= 8 && dots < 2:
			dots, part = dots+1, 0
			continue
		}
		break
	}
	return end, dots > 0 && end-i > 24
}

const (
	keyBegins = "-----BEGIN "
	keyEnds   = "-----END "
	keyLine   = "PRIVATE KEY-----"
	// longestKey bounds how far the end of a key is looked for, in bytes.
	longestKey = 16 << 10
)

// privateKey finds a private key in PEM at i. One without an end goes to the end of the text.
func (f *Finder) privateKey(text string, i int) (end int, ok bool) {
	if !f.wanted[APIKey] || !strings.HasPrefix(text[i:], keyBegins) {
		return 0, false
	}
	rest := text[i:min(len(text), i+longestKey)]
	line, _, _ := strings.Cut(rest, "\n")
	if at := strings.Index(line, keyLine); at < 0 || at > 40 {
		return 0, false
	}
	if at := strings.Index(rest, keyEnds); at >= 0 {
		if past := strings.Index(rest[at:], keyLine); past >= 0 {
			return i + at + past + len(keyLine), true
		}
	}
	return i + len(rest), true
}
