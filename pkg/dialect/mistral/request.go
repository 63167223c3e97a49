package mistral

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// own are fields that only Mistral has. What they ask for is not lost in silence by
// Mistral itself, which gets the body as it is; to others they mean nothing.
var own = map[string]bool{"safe_prompt": true, "prompt_mode": true, "guardrails": true, "reasoning_format": true}

// inOpenAIsWords is a body, which Peek has passed, in the words of OpenAI's dialect.
func inOpenAIsWords(body []byte) []byte {
	var edits []jsonx.Edit
	var gone []jsonx.Member
	_, _ = jsonx.ScanObject(body, func(m jsonx.Member) error { // Peek has scanned it already
		switch key := string(m.Key); {
		case key == "random_seed":
			edits = append(edits, jsonx.Edit{At: m.KeyAt, New: []byte(`"seed"`)})
		case key == "tool_choice":
			if word, _ := m.At.Of(body).Str(); word == "any" {
				edits = append(edits, jsonx.Edit{At: m.At, New: []byte(`"required"`)})
			}
		case own[key]:
			gone = append(gone, m)
		}
		return nil
	})
	edits = append(edits, jsonx.AppendDeletes(nil, body, gone...)...)
	if len(edits) == 0 {
		return body
	}
	slices.SortFunc(edits, func(a, b jsonx.Edit) int { return a.At.Start - b.At.Start })
	return jsonx.Apply(nil, body, edits)
}
