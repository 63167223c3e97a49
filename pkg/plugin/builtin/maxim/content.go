package maxim

import (
	"encoding/json"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// content is what was said in a call, in the shapes that Maxim has for it.
type content struct {
	messages    []json.RawMessage // with role and content
	lastMessage string
	parameters  map[string]json.RawMessage
	result      json.RawMessage // as OpenAI's API has it
	answer      string
}

// notParameters are members of a request that say what is asked, not how.
var notParameters = []string{"model", "messages", "prompt", "input", "stream", "stream_options", "left_out"}

func contentOf(r *sink.Record) (c content) {
	c.parameters = map[string]json.RawMessage{}
	if json.Unmarshal(r.Request, &c.parameters) == nil {
		_ = json.Unmarshal(c.parameters["messages"], &c.messages) // there are none in a text completion
		if prompt := c.parameters["prompt"]; prompt != nil {
			if said, err := json.Marshal(map[string]any{"role": "user", "content": prompt}); err == nil {
				c.messages = append(c.messages, said)
			}
		}
		for _, name := range notParameters {
			delete(c.parameters, name)
		}
	}
	if n := len(c.messages); n > 0 {
		var last struct {
			Content json.RawMessage `json:"content"`
		}
		_ = json.Unmarshal(c.messages[n-1], &last)
		c.lastMessage = textOf(last.Content)
	}
	var answer struct {
		Choices []struct {
			Text    string `json:"text"`
			Message struct {
				Content json.RawMessage `json:"content"`
			} `json:"message"`
		} `json:"choices"`
	}
	if json.Unmarshal(r.Response, &answer) == nil && len(answer.Choices) > 0 {
		c.result = r.Response
		if c.answer = answer.Choices[0].Text; c.answer == "" {
			c.answer = textOf(answer.Choices[0].Message.Content)
		}
	}
	return c
}

// textOf returns the text of a message's content, which is a string or a list of parts.
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var parts []struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(raw, &parts) // what is neither has no text
	for i := range parts {
		text += parts[i].Text
	}
	return text
}
