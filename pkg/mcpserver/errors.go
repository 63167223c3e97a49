package mcpserver

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// codeRefused is in the range that JSON-RPC leaves to servers.
const codeRefused = -32000

// toolErrors are errors from which a model can learn: they are told as a tool's answer,
// not as the protocol's.
var toolErrors = []string{
	"invalid_tool_arguments", "mcp_unavailable", "mcp_tool_failed", "mcp_tool_timeout", "mcp_answer_too_large", "mcp_bad_tool",
	"mcp_sign_in_required",
}

func forModel(err *api.Error) bool { return slices.Contains(toolErrors, err.Code) }

// wireError is an error of the gateway as JSON-RPC has it. The data has what the body of an
// HTTP answer would have.
func wireError(err *api.Error) *jsonrpc.Error {
	out := &jsonrpc.Error{Code: codeRefused, Message: err.Message}
	switch err.Code {
	case "tool_not_found":
		out.Code = jsonrpc.CodeInvalidParams
	case "internal_error":
		out.Code = jsonrpc.CodeInternalError
	}
	data := map[string]any{"code": err.Code, "type": err.Kind.String(), "status": err.HTTPStatus()}
	if err.RetryAfter > 0 {
		data["retry_after"] = math.Ceil(err.RetryAfter.Seconds())
	}
	out.Data, _ = json.Marshal(data) // of these values it always can be
	return out
}

// refuse answers with an error before a message is looked at.
func refuse(w http.ResponseWriter, status int, err *api.Error) {
	body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": nil, "error": wireError(err)}) // of these values it always can be
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs none
}
