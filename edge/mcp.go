package edge

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
)

// mcpRoutes are for MCP clients, to which the gateway is a server.
var mcpRoutes = []Route{
	{Method: "POST", Path: mcpserver.Path, Op: api.OpTool, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "GET", Path: mcpserver.Path, Op: api.OpTool, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "DELETE", Path: mcpserver.Path, Op: api.OpTool, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "GET", Path: mcpserver.SignInPath, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "POST", Path: mcpserver.SignInPath, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "GET", Path: mcpserver.SignInCallbackPath, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "GET", Path: mcpserver.MetadataPath, codec: codecs.OpenAI, serve: (*request).serveMCP},
	{Method: "GET", Path: mcpserver.MetadataPath + mcpserver.Path, codec: codecs.OpenAI, serve: (*request).serveMCP},
}

// serveMCP answers a request of an MCP client.
func (r *request) serveMCP(route *Route, query string) {
	server := r.edge.options.MCP
	if server == nil {
		r.refuse(route.codec, notFound())
		return
	}
	if route.Method == fasthttp.MethodPost {
		if err := r.readBody(); err != nil {
			r.refuse(route.codec, err)
			return
		}
	}
	header := r.standardHeader()
	caller := r.mcpCaller(header, query)
	r.serveStandard(header, func(w http.ResponseWriter, req *http.Request) {
		switch route.Path {
		case mcpserver.Path:
			server.Serve(w, req, r.body, caller)
		case mcpserver.SignInPath, mcpserver.SignInCallbackPath:
			server.ServeSignIn(w, req, r.body, caller.ownerOf)
		default:
			server.ServeMetadata(w, req)
		}
	})
}

// mcpCaller is who has sent the request.
func (r *request) mcpCaller(header http.Header, query string) *mcpCaller {
	h := &r.head
	c := &mcpCaller{
		edge: r.edge, client: mcpClient{header}, credential: strings.Clone(h.credential(r.ctx, query)), requestID: strings.Clone(r.id),
		session: strings.Clone(h.session), metadata: strings.Clone(h.metadata), parent: strings.Clone(h.parent), user: strings.Clone(h.user),
	}
	if c.credential != "" {
		sum := sha256.Sum256([]byte(c.credential))
		c.identity = string(sum[:])
	}
	return c
}
