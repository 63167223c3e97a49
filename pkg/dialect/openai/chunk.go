package openai

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// A stream is data events, each a chunk with the choices' deltas, and at its end
// the data [DONE]: https://platform.openai.com/docs/api-reference/chat-streaming

func isDone(data []byte) bool { return string(data) == "[DONE]" }

// chunk are the members of a stream's event. It borrows from the event.
type chunk struct {
	id, model string
	created   int64
	choices   jsonx.Value
	usage     jsonx.Value // an object, or nil
}

// scanChunk checks that an event is a chunk. An error event is the error.
func scanChunk(ev *sse.Event, data []byte) (chunk, *api.Error) {
	var c chunk
	failed := string(ev.Name) == "error"
	_, err := jsonx.ScanObject(data, func(m jsonx.Member) error {
		switch v := m.At.Of(data); string(m.Key) {
		case "id":
			c.id, _ = v.Str()
		case "model":
			c.model, _ = v.Str()
		case "created":
			c.created, _ = v.Int()
		case "choices":
			c.choices = v
		case "usage":
			if v.Kind() == jsonx.Object {
				c.usage = v
			}
		case "error":
			failed = failed || !v.IsNull()
		case "object":
			word, _ := v.Str()
			failed = failed || word == "error" // SGLang
		case "x_groq":
			if u := v.Get("usage"); c.usage == nil && u.Kind() == jsonx.Object {
				c.usage = u
			}
			failed = failed || take.Present(v.Get("error"))
		}
		return nil
	})
	if err != nil {
		return c, badAnswer("a stream event that is not one whole JSON object")
	}
	if failed {
		return c, errorIn(data)
	}
	return c, nil
}

// counts returns the usage that the chunk says; Moonshot says it in a choice.
func (c *chunk) counts() api.Usage {
	if c.usage == nil {
		for e := range c.choices.Elements() {
			return usageOf(e.Get("usage"))
		}
	}
	return usageOf(c.usage)
}

// choiceIndex returns which choice a chunk's element is of; false if none can be.
func choiceIndex(v jsonx.Value) (int, bool) {
	n, _ := v.Get("index").Int()
	return int(n), n >= 0 && n <= maxChoice
}

func trim(data []byte) []byte { return bytes.TrimSpace(data) }
