package gateway

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// maxUsageBytes bounds the usage of an answer that is kept, and mostCount a count in
// it that is believed.
const (
	maxUsageBytes = 4 << 10
	mostCount     = 1_000_000_000
)

// memberTap finds the usage in a JSON object that goes by in pieces, of whatever
// size. It checks nothing: what is no JSON has no usage.
type memberTap struct {
	off       bool // this is no object
	depth     int
	inString  bool
	escaped   bool
	isValue   bool // at the object's own level: behind the colon
	capturing bool
	key       []byte
	kept      []byte
}

// see looks at the next piece.
func (t *memberTap) see(b []byte) {
	for i := 0; i < len(b) && !t.off; {
		if t.inString {
			n := t.text(b[i:])
			t.keep(b[i : i+n])
			i += n
			continue
		}
		t.structure(b[i])
		i++
	}
}

// text returns how many bytes of b belong to the string that is being read, its end
// included.
func (t *memberTap) text(b []byte) int {
	inKey := t.depth == 1 && !t.isValue
	for i := 0; i < len(b); i++ {
		if !inKey && !t.escaped { // a long value has neither for long
			n := bytes.IndexByte(b[i:], '"')
			if n < 0 {
				n = len(b) - i
			}
			if m := bytes.IndexByte(b[i:i+n], '\\'); m >= 0 {
				n = m
			}
			if i += n; i == len(b) {
				return i
			}
		}
		switch {
		case t.escaped:
			t.escaped = false
		case b[i] == '\\':
			t.escaped = true
		case b[i] == '"':
			t.inString = false
			return i + 1
		}
		if inKey && len(t.key) < maxUsageName {
			t.key = append(t.key, b[i])
		}
	}
	return len(b)
}

// maxUsageName is the length of the longest name that usage has, and one more.
const maxUsageName = len("usageMetadata") + 1

// structure takes a byte that is in no string.
func (t *memberTap) structure(c byte) {
	switch c {
	case ' ', '\t', '\r', '\n':
		return
	case '{', '[':
		if t.depth == 0 && c == '[' {
			t.off = true
		}
		t.depth++
	case '}', ']':
		if t.depth--; t.depth == 0 {
			t.capturing, t.off = false, true
		}
	case '"':
		if t.inString = true; t.depth == 1 && !t.isValue {
			t.key = t.key[:0]
		}
	case ':':
		if t.depth == 1 {
			t.isValue = true
			if t.capturing = isUsage(string(t.key)); t.capturing {
				t.kept = t.kept[:0]
			}
			return
		}
	case ',':
		if t.depth == 1 {
			t.isValue, t.capturing = false, false
		}
	default:
		t.off = t.off || t.depth == 0
	}
	t.keep([]byte{c})
}

func (t *memberTap) keep(b []byte) {
	if t.capturing && len(t.kept)+len(b) <= maxUsageBytes {
		t.kept = append(t.kept, b...)
	}
}

func isUsage(name string) bool { return name == "usage" || name == "usageMetadata" }

// value returns the usage; nil where there was none.
func (t *memberTap) value() jsonx.Value {
	if len(t.kept) == 0 || jsonx.Valid(t.kept) != nil {
		return nil
	}
	return jsonx.Value(t.kept)
}

// relayUsage reads a usage in whichever dialect it is.
func relayUsage(v jsonx.Value) api.Usage {
	var u api.Usage
	readUsage(&u, v)
	return u
}

// readUsage reads what v says of a usage of which u is known. A count that cannot be
// believed would spoil every budget, so then nothing is.
func readUsage(u *api.Usage, v jsonx.Value) {
	var now api.Usage
	var total, cached, written, thought int64
	for name, v := range v.Members() {
		n, _ := v.Int()
		if n < 0 || n > mostCount {
			return
		}
		switch name {
		case "input_tokens", "prompt_tokens", "promptTokenCount":
			now.Input = n
		case "output_tokens", "completion_tokens", "candidatesTokenCount":
			now.Output = n
		case "total_tokens", "totalTokenCount":
			total = n
		case "thoughtsTokenCount":
			thought = n
		case "cache_read_input_tokens":
			cached = n
		case "cache_creation_input_tokens":
			written = n
		case "cachedContentTokenCount":
			now.CacheRead = n
		case "input_tokens_details", "input_token_details", "prompt_tokens_details":
			now.CacheRead, now.AudioIn, now.ImageIn = count(v, "cached_tokens"), count(v, "audio_tokens"), count(v, "image_tokens")
		case "output_tokens_details", "output_token_details", "completion_tokens_details":
			now.Reasoning, now.AudioOut, now.ImageOut = count(v, "reasoning_tokens"), count(v, "audio_tokens"), count(v, "image_tokens")
		}
	}
	now.Input += cached + written // Anthropic counts these beside the input
	now.Output += thought         // Google, beside the candidates
	now.CacheRead, now.CacheWrite, now.Reasoning = max(now.CacheRead, cached), written, max(now.Reasoning, thought)
	if now.Input == 0 && now.Output == 0 {
		now.Input = total
	}
	if v.Kind() != jsonx.Object || now == (api.Usage{}) && total == 0 && v.Get("total_tokens") == nil && v.Get("input_tokens") == nil {
		return
	}
	// A stream may say one part of it first and another at its end.
	u.Input, u.Output = max(u.Input, now.Input), max(u.Output, now.Output)
	u.CacheRead, u.CacheWrite = max(u.CacheRead, now.CacheRead), max(u.CacheWrite, now.CacheWrite)
	u.Reasoning, u.AudioIn, u.AudioOut = max(u.Reasoning, now.Reasoning), max(u.AudioIn, now.AudioIn), max(u.AudioOut, now.AudioOut)
	u.ImageIn, u.ImageOut = max(u.ImageIn, now.ImageIn), max(u.ImageOut, now.ImageOut)
	u.Known = true
}

func count(v jsonx.Value, name string) int64 {
	n, _ := v.Get(name).Int()
	return min(max(n, 0), mostCount)
}
