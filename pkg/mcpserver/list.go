package mcpserver

import (
	"encoding/base64"
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
	page := tools[:min(len(tools), pageTools)]
	text, err := textOf(page)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListToolsResult{Tools: []*sdk.Tool{}, Cacheable: sdk.Cacheable{CacheScope: "private"}}
	if len(page) > 0 {
		out.Tools = append(out.Tools, x.pages.add(text))
	}
	if len(tools) > pageTools {
		out.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(page[pageTools-1].Name))
	}
	return out, nil
}

// textOf is a page of tools, without the brackets around it.
func textOf(page []*mcp.Tool) ([]byte, error) {
	var out []byte
	for i, t := range page {
		text, err := t.Wire()
		if err != nil {
			return nil, err
		}
		if i == 0 {
			out = make([]byte, 0, len(page)*(len(text)+len(text)/4))
		} else {
			out = append(out, ',')
		}
		out = append(out, text...)
	}
	return out, nil
}
