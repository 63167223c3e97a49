package control

import "github.com/asbru-gateway/asbru/pkg/transcript"

// LogContent is what was said in a call, where that is kept.
type LogContent struct {
	Request  LogBody `json:"request" doc:"As the caller has sent it, or as guardrails and plugins have left it."`
	Response LogBody `json:"response" doc:"As the caller got it."`
}

// LogBody is a body as it is kept. It is text, whatever it looks like.
type LogBody struct {
	Text      string `json:"text" doc:"Without what looks like a secret."`
	Bytes     int64  `json:"bytes" doc:"Of the whole body, as it was sent."`
	Truncated bool   `json:"truncated" doc:"The text has not all of it: see logs.max_body_bytes."`
	Assembled bool   `json:"assembled" doc:"It was a stream of events, and the text is the answer that they tell."`
}

// contentOf is nil where nothing was kept.
func contentOf(t *transcript.Transcript) *LogContent {
	if t == nil {
		return nil
	}
	return &LogContent{Request: bodyOf(&t.Request), Response: bodyOf(&t.Response)}
}

func bodyOf(b *transcript.Body) LogBody {
	return LogBody{Text: b.Text, Bytes: b.Bytes, Truncated: b.Cut, Assembled: b.Assembled}
}
