package edge

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// cursorRoutes are those of Cursor, which asks for chat completions with the bodies of
// the Responses API. Its other paths are found below its prefix like any framework's.
var cursorRoutes = []Route{
	{Method: "POST", Path: "/cursor/chat/completions", Op: api.OpChat, codec: codecs.OpenAI, read: asChat},
	{Method: "POST", Path: "/cursor/v1/chat/completions", Op: api.OpChat, codec: codecs.OpenAI, read: asChat},
}

// asChat turns a body of the Responses API into one of chat completions, and leaves
// every other body as it is.
func asChat(body []byte) ([]byte, *api.Error) {
	input, messages := false, false
	// Of a body that is no JSON, the codec says what is wrong.
	_, _ = jsonx.ScanObject(body, func(m jsonx.Member) error {
		input = input || string(m.Key) == "input"
		messages = messages || string(m.Key) == "messages"
		return nil
	})
	if !input || messages {
		return body, nil
	}
	h := dialect.Head{Op: api.OpChat}
	if err := codecs.Responses.Peek(&h, body); err != nil {
		return nil, err
	}
	var asked api.Request
	if err := codecs.Responses.DecodeRequest(&h, body, &asked); err != nil {
		return nil, err
	}
	return codecs.OpenAI.AppendRequest(nil, &asked, &dialect.Quirks{})
}
