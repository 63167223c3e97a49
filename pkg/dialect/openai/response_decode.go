package openai

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeResponse implements dialect.Codec.
func (codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	a, err := scanAnswer(op, body)
	if err != nil {
		return err
	}
	into.Op, into.Usage, into.ExtraOf = op, a.usage, name
	if op == api.OpModels {
		decodeModels(a.rows, into)
		return nil
	}
	if op == api.OpRerank {
		return decodeRanks(a.rows, body, into)
	}
	for key, v := range jsonx.Value(bytes.TrimSpace(body)).Members() {
		switch key {
		case "id":
			into.ID, _ = v.Str()
		case "model":
			into.Model, _ = v.Str()
		case "created":
			into.Created, _ = v.Int()
		case "service_tier":
			into.ServiceTier, _ = v.Str()
		case "system_fingerprint":
			into.Fingerprint, _ = v.Str()
		case "object", "choices", "data", "usage", "error":
		default:
			into.Extra = append(into.Extra, extra(key, v))
		}
	}
	if op == api.OpEmbedding {
		return decodeEmbeddings(a.rows, into)
	}
	i := 0
	for e := range a.rows.Elements() {
		c, err := decodeChoice(op, e, i)
		if err != nil {
			return err
		}
		into.Choices = append(into.Choices, c)
		if !into.Usage.Known {
			into.Usage = usageOf(e.Get("usage")) // Moonshot
		}
		i++
	}
	return nil
}

// decodeChoice reads the i-th choice.
func decodeChoice(op api.Op, v jsonx.Value, i int) (api.Choice, *api.Error) {
	c := api.Choice{Index: i, StopSequence: take.Text(v, "stop_reason")} // vLLM
	if n, ok := v.Get("index").Int(); ok && n >= 0 && n <= maxChoice {
		c.Index = int(n)
	}
	c.Finish, c.FinishRaw = finishOf(take.Text(v, "finish_reason"))
	if op == api.OpCompletion {
		if s := take.Text(v, "text"); s != "" {
			c.Parts = []api.Part{{Text: s}}
		}
		c.LogProbs = completionLogProbs(v.Get("logprobs"))
		return c, nil
	}
	w := readMessage(v.Get("message"))
	parts, err := assistantParts(&w, "content")
	if err != nil {
		return c, badAnswer("a message whose content is of an unknown form")
	}
	c.Parts = parts
	for j := range parts {
		if parts[j].Kind == api.PartToolCall {
			c.Finish = withCalls(c.Finish)
		}
	}
	c.LogProbs = logProbs(v.Get("logprobs", "content"))
	if c.LogProbs == nil {
		c.LogProbs = logProbs(v.Get("logprobs", "refusal"))
	}
	return c, nil
}

// maxChoice is the largest index that a choice is believed to have.
const maxChoice = 1023
