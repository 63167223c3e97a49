package mcp

import (
	"encoding/json"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Wire is the tool as a list of the protocol's has it, in JSON without a line break: what its
// server has said of it, under the name that it has here. It is made once, however often the
// tool is listed, and must not be changed.
func (t *Tool) Wire() ([]byte, error) {
	if t.compiled == nil {
		return t.wire()
	}
	t.compiled.wired.Do(func() { t.compiled.wire, t.compiled.wireErr = t.wire() })
	return t.compiled.wire, t.compiled.wireErr
}

func (t *Tool) wire() ([]byte, error) {
	out := sdk.Tool{
		Name: t.Name, Description: t.Description, InputSchema: json.RawMessage(t.Schema),
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: t.ReadOnly},
	}
	if t.Destructive || t.ReadOnly {
		out.Annotations.DestructiveHint = &t.Destructive
	}
	if len(t.Output) > 0 {
		out.OutputSchema = json.RawMessage(t.Output)
	}
	return json.Marshal(&out)
}
