package guard

import (
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// limits bound how large calls and answers are. 0 is no bound.
type limits struct{ bytes, tokens, messages, output int }

// bytesPerToken is what a token is estimated at.
const bytesPerToken = 4

// input says what of a request is too much, "" for nothing, and keeps what it may ask for.
func (l *limits) input(r *api.Request) string {
	if l.output > 0 && (r.Op == api.OpChat || r.Op == api.OpCompletion) && (!r.Sampling.MaxTokens.Set || r.Sampling.MaxTokens.V > int64(l.output)) {
		r.Sampling.MaxTokens = api.Some(int64(l.output))
	}
	if l.messages > 0 && len(r.Messages) > l.messages {
		return fmt.Sprintf("it has %d messages, at most %d are allowed", len(r.Messages), l.messages)
	}
	size := 0
	eachText(r, func(_ speaker, text string) string {
		size += len(text)
		return text
	})
	return l.size(size)
}

// size says what is too much of a text's bytes.
func (l *limits) size(n int) string {
	switch tokens := (n + bytesPerToken - 1) / bytesPerToken; {
	case l.bytes > 0 && n > l.bytes:
		return fmt.Sprintf("its texts have %d bytes, at most %d are allowed", n, l.bytes)
	case l.tokens > 0 && tokens > l.tokens:
		return fmt.Sprintf("its texts have about %d tokens, at most %d are allowed", tokens, l.tokens)
	}
	return ""
}
