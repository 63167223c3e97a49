package mcpserver

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// pageTools is how many tools a page has.
const pageTools = 250

// list answers with a page of the tools. A cursor is the name of the last tool before the
// page, so that a set that changes meanwhile is neither told twice nor skipped.
func (x *exchange) list(r *sdk.ListToolsRequest) (sdk.Result, error) {
	tools, refused := x.caller.Tools()
	if refused != nil {
		return nil, wireError(refused)
	}
	if r.Params != nil && r.Params.Cursor != "" {
		after, err := base64.RawURLEncoding.DecodeString(r.Params.Cursor)
		if err != nil {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "the cursor is none that this server gives"}
		}
		at, found := slices.BinarySearchFunc(tools, string(after), func(t *mcp.Tool, name string) int { return strings.Compare(t.Name, name) })
		if found {
			at++
		}
		tools = tools[at:]
	}
	out := &sdk.ListToolsResult{Tools: make([]*sdk.Tool, 0, min(len(tools), pageTools)), Cacheable: sdk.Cacheable{CacheScope: "private"}}
	for _, t := range tools[:min(len(tools), pageTools)] {
		out.Tools = append(out.Tools, toolOf(t))
	}
	if len(tools) > pageTools {
		out.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(tools[pageTools-1].Name))
	}
	return out, nil
}

// toolOf is a tool as clients see it: what its server has said of it, and no more.
func toolOf(t *mcp.Tool) *sdk.Tool {
	out := &sdk.Tool{
		Name: t.Name, Description: t.Description, InputSchema: json.RawMessage(t.Schema),
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: t.ReadOnly},
	}
	if t.Destructive || t.ReadOnly {
		out.Annotations.DestructiveHint = &t.Destructive
	}
	if len(t.Output) > 0 {
		out.OutputSchema = json.RawMessage(t.Output)
	}
	return out
}
