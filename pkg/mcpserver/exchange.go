package mcpserver

import (
	"context"
	"log/slog"
	"net/http"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// exchange is one request of a client, for which there is an SDK's server of its own: its
// tools are those of this caller.
type exchange struct {
	of      *Server
	server  *sdk.Server
	caller  Caller
	session string
	callID  string
	pages   *pages          // of tools that are listed; nil where none are asked for
	life    context.Context // ends when the client is gone
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

func (s *Server) exchange(r *http.Request, session string, m messages, c Caller) *exchange {
	x := &exchange{of: s, caller: c, session: session, callID: m.callID(), life: r.Context()}
	x.server = sdk.NewServer(&sdk.Implementation{Name: "asbru", Title: "Asbru", Version: s.o.Version}, &sdk.ServerOptions{
		Capabilities: &sdk.ServerCapabilities{Tools: &sdk.ToolCapabilities{ListChanged: true}},
		Logger:       slog.New(slog.DiscardHandler),
	})
	x.server.AddReceivingMiddleware(x.answer)
	return x
}

// answer answers what concerns tools, and leaves the rest to the SDK.
func (x *exchange) answer(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
		switch method {
		case methodListTools:
			if r, ok := req.(*sdk.ListToolsRequest); ok {
				return x.list(r)
			}
		case methodCallTool:
			if r, ok := req.(*sdk.CallToolRequest); ok && r.Params != nil {
				return x.call(ctx, r)
			}
		case methodListen:
			return x.listen(ctx, method, req, next)
		}
		return next(ctx, method, req)
	}
}
