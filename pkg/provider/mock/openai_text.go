package mock

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
)

// openaiText is POST /v1/completions, with errors and headers as for chat:
// https://platform.openai.com/docs/api-reference/completions
type openaiText struct{ openaiChat }

type textRequest struct {
	Model         string          `json:"model"`
	Prompt        json.RawMessage `json:"prompt"`
	Suffix        string          `json:"suffix"`
	MaxTokens     int             `json:"max_tokens"`
	Stop          json.RawMessage `json:"stop"`
	N             int             `json:"n"`
	Stream        bool            `json:"stream"`
	StreamOptions streamOptions   `json:"stream_options"`
}

func (openaiText) read(c *call, p *prompt) error {
	var r textRequest
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return err
	}
	if r.Model == "" {
		return badRequest("you must provide a model parameter")
	}
	p.model, p.stream, p.usage = r.Model, r.Stream, r.StreamOptions.IncludeUsage
	p.maxTokens, p.count, p.stops = r.MaxTokens, r.N, readStops(r.Stop)
	p.addText(strings.Join(readStops(r.Prompt), "\n"))
	p.textBytes += len(r.Suffix)
	return nil
}

func (openaiText) appendWhole(dst []byte, a *answer) []byte {
	dst = appendOpenAIStart(dst, a, "cmpl-", "text_completion")
	dst = append(dst, fingerprint+`,"choices":[`...)
	for i := range a.prompt.answers() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendTextChoice(dst, i, a.text, finishOpenAI[a.finish])
	}
	dst = append(dst, `],"usage":`...)
	return append(a.appendOpenAIUsage(dst), '}')
}

// appendTextChoice appends a choice; finish "" is null.
func appendTextChoice(dst []byte, index int, text, finish string) []byte {
	dst = append(dst, `{"text":`...)
	dst = jsonx.AppendString(dst, text)
	dst = append(dst, `,"index":`...)
	dst = strconv.AppendInt(dst, int64(index), 10)
	dst = append(dst, `,"logprobs":null,"finish_reason":`...)
	if finish == "" {
		return append(dst, `null}`...)
	}
	return append(jsonx.AppendString(dst, finish), '}')
}

func (openaiText) appendStream(s *script, a *answer) {
	w := newOpenAIChunks(s, a, "cmpl-", "text_completion")
	chunk := func(text, finish string) {
		w.s.buf = append(w.s.buf, w.prefix...)
		w.s.buf = appendTextChoice(w.s.buf, w.index, text, finish)
		w.s.buf = append(append(w.s.buf, ']'), w.suffix...)
		w.s.end()
	}
	pieces(a.text, a.chunks, func(piece string) {
		w.each(func() { chunk(piece, "") })
	})
	w.each(func() { chunk("", finishOpenAI[a.finish]) })
	w.end()
}
