package mcpserver

import (
	"context"
	"encoding/json"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// call runs a tool. It ends when the client has cancelled it, or is gone: there is no way
// to have the answer afterwards.
func (x *exchange) call(ctx context.Context, r *sdk.CallToolRequest) (sdk.Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.life, cancel)()
	defer x.of.running.add(x.session, x.callID, cancel)()
	c := Call{ID: x.callID, Name: r.Params.Name, Arguments: api.JSON(r.Params.Arguments)}
	if token := r.Params.GetProgressToken(); token != nil {
		tell, end := teller(func(p mcp.Progress) {
			_ = r.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{ // a client that is gone has ended ctx
				ProgressToken: token, Progress: p.Done, Total: p.Total, Message: p.Message,
			})
		})
		defer end()
		c.Progress = tell
	}
	result, refused := x.caller.Run(ctx, c)
	switch {
	case refused == nil:
		return resultOf(result), nil
	case forModel(refused):
		return &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: refused.Message}}}, nil
	}
	return nil, wireError(refused)
}

// progressBehind is how many reports of progress may wait for a slow client. Where there is no
// room for one, the oldest is left out: it says least.
const progressBehind = 16

// teller tells progress from a goroutine of its own, so that nobody waits for the client,
// until it is ended; then what is waiting has been told.
func teller(say func(mcp.Progress)) (tell func(mcp.Progress), end func()) {
	waiting := make(chan mcp.Progress, progressBehind)
	var told sync.WaitGroup
	told.Go(func() {
		for p := range waiting {
			say(p)
		}
	})
	tell = func(p mcp.Progress) {
		for {
			select {
			case waiting <- p:
				return
			default:
			}
			select {
			case <-waiting:
			default: // the client was quicker
			}
		}
	}
	return tell, func() {
		close(waiting)
		told.Wait()
	}
}

// resultOf is a tool's result as its server gave it, or as plugins have made it.
func resultOf(r *mcp.Result) *sdk.CallToolResult {
	out := &sdk.CallToolResult{Content: r.Content, IsError: r.IsError}
	if out.Content == nil {
		out.Content = make([]sdk.Content, 0, len(r.Parts))
		for i := range r.Parts {
			out.Content = append(out.Content, contentOf(&r.Parts[i]))
		}
	}
	if len(r.Structured) > 0 {
		out.StructuredContent = json.RawMessage(r.Structured)
	}
	return out
}
