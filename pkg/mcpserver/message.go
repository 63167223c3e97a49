package mcpserver

import (
	"bytes"
	"encoding/json"
)

// The methods of MCP that are not left to the SDK alone.
const (
	methodInitialize = "initialize"
	methodCancelled  = "notifications/cancelled"
	methodListTools  = "tools/list"
	methodCallTool   = "tools/call"
	methodListen     = "subscriptions/listen"
)

// message is what must be known of a message before the SDK reads it. It decides in which
// form the answer comes and what is cancelled, never what a caller may do.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		RequestID json.RawMessage `json:"requestId"`
		Meta      struct {
			ProgressToken json.RawMessage `json:"progressToken"`
		} `json:"_meta"`
	} `json:"params"`
}

type messages []message

// read reads a body as far as it can be read: what is wrong with it, the SDK tells.
func read(body []byte) messages {
	if body = bytes.TrimSpace(body); len(body) > 0 && body[0] == '[' {
		var many messages
		_ = json.Unmarshal(body, &many)
		return many
	}
	var one message
	_ = json.Unmarshal(body, &one)
	return messages{one}
}

func (m messages) has(method string) bool {
	for i := range m {
		if m[i].Method == method {
			return true
		}
	}
	return false
}

// wantEvents says whether more may come than one answer.
func (m messages) wantEvents() bool {
	for i := range m {
		if m[i].Method == methodListen || m[i].Method == methodCallTool && len(m[i].Params.Meta.ProgressToken) > 0 {
			return true
		}
	}
	return false
}

// cancelled are the ids of the requests that the client gives up.
func (m messages) cancelled() (ids []string) {
	for i := range m {
		if m[i].Method == methodCancelled && len(m[i].Params.RequestID) > 0 {
			ids = append(ids, string(m[i].Params.RequestID))
		}
	}
	return ids
}

// callID is the id of the one call that there is, "" where there are several.
func (m messages) callID() string {
	if len(m) == 1 {
		return string(m[0].ID)
	}
	return ""
}
