package prompt

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// reserved are the members of a chat completion that parameters may not be.
var reserved = []string{"messages", "model", "stream", "stream_options", "fallbacks", "prompt"}

// compile decodes a content as the request that it would be by itself.
func (c *Content) compile() (*api.Request, error) {
	body := map[string]any{"model": "none"}
	for name, value := range c.Params {
		body[name] = value
	}
	for _, name := range reserved {
		if _, set := c.Params[name]; set {
			return nil, &ContentError{fmt.Sprintf("%s is no parameter of the model", name)}
		}
	}
	if len(c.Messages) == 0 {
		return nil, &ContentError{"it has no messages"}
	}
	body["messages"] = c.Messages
	text, err := json.Marshal(body)
	if err != nil {
		return nil, &ContentError{"a message or parameter is no JSON"}
	}
	codec, head, request := codecs.ByName("openai"), dialect.Head{Op: api.OpChat}, &api.Request{}
	refused := codec.Peek(&head, text)
	if refused == nil {
		refused = codec.DecodeRequest(&head, text, request)
	}
	if refused != nil {
		return nil, &ContentError{refused.Message}
	}
	return request, nil
}

// Variables lists what a content wants to be filled in, each name once, in order.
func (c *Content) Variables() ([]string, error) {
	request, err := c.compile()
	if err != nil {
		return nil, err
	}
	return variablesOf(request), nil
}

func variablesOf(r *api.Request) []string {
	var names []string
	_ = eachText(r, func(text string) (string, error) { // nothing in it fails
		_, err := expand(text, func(name string) (string, error) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			return "", nil
		})
		return text, err
	})
	return names
}

// eachText has change work on each text of the prompt: the words of messages, not of
// tools or schemas.
func eachText(r *api.Request, change func(string) (string, error)) error {
	var err error
	of := func(parts []api.Part) {
		for i := range parts {
			if parts[i].Kind != api.PartText || err != nil {
				continue
			}
			parts[i].Text, err = change(parts[i].Text)
		}
	}
	of(r.System)
	for i := range r.Messages {
		of(r.Messages[i].Parts)
	}
	return err
}
