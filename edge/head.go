package edge

// Hot path.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/valyala/fasthttp"
)

// head is what the edge reads of a request's header fields, in one pass over
// them. The strings borrow from the request.
type head struct {
	requestID      string
	authorization  string
	authorizations int
	virtualKey     string // x-bf-vk
	apiKey         string // x-api-key, api-key, x-goog-api-key: where the SDKs put it
	pinnedKey      string
	fallbacks      string
	timeout        string
	session        string
	expect         string
	traceparent    string
	origin         string
	idempotencyKey string
	metadata       string
	parent         string
	user           string
	prompt         string
	promptValues   string
	logged         string // the x-bf-lh- ones, as metadata
	extra          bool   // there are headers that are passed on to providers
	async          bool   // x-asbru-async: the call is to be a job
}

func (h *head) read(header *fasthttp.RequestHeader) {
	for k, v := range header.All() {
		switch string(k) { // the server has put the names into canonical form
		case "Authorization":
			h.authorization = borrow(v)
			h.authorizations++
		case "X-Request-Id":
			h.requestID = borrow(v)
		case "X-Bf-Vk":
			h.virtualKey = borrow(v)
		case "X-Api-Key", "Api-Key", "X-Goog-Api-Key":
			h.apiKey = borrow(v)
		case "X-Asbru-Key":
			h.pinnedKey = borrow(v)
		case "X-Bf-Api-Key", "X-Bf-Api-Key-Id": // of the two, the id counts there
			if h.pinnedKey == "" || len(k) == len("X-Bf-Api-Key-Id") {
				h.pinnedKey = borrow(v)
			}
		case "X-Asbru-Fallbacks":
			h.fallbacks = borrow(v)
		case "X-Asbru-Timeout":
			h.timeout = borrow(v)
		case "X-Asbru-Session", "X-Bf-Session-Id":
			h.session = borrow(v)
		case "X-Asbru-Metadata":
			h.metadata = borrow(v)
		case "X-Asbru-Parent-Request-Id", "X-Bf-Parent-Request-Id":
			h.parent = borrow(v)
		case "X-Asbru-User":
			h.user = borrow(v)
		case "X-Asbru-Prompt":
			h.prompt = borrow(v)
		case "X-Asbru-Prompt-Variables":
			h.promptValues = borrow(v)
		case "Expect":
			h.expect = borrow(v)
		case "Traceparent":
			h.traceparent = borrow(v)
		case "Origin":
			h.origin = borrow(v)
		case "Idempotency-Key":
			h.idempotencyKey = borrow(v)
		case "X-Asbru-Async", "X-Bf-Async":
			h.async = string(v) == "true"
		default:
			if len(k) > len(loggedPrefix) && string(k[:len(loggedPrefix)]) == loggedPrefix {
				h.log(k, v)
			}
			h.extra = h.extra || len(k) > len(gateway.ExtraPrefix) && string(k[:len(gateway.ExtraPrefix)]) == gateway.ExtraPrefix
		}
	}
	h.metadata = h.withLogged()
}

// credential finds what the caller shows, wherever its SDK puts it.
func (h *head) credential(ctx *fasthttp.RequestCtx, query string) string {
	const bearer, signature = "bearer ", "AWS4-HMAC-SHA256 "
	switch {
	case h.virtualKey != "":
		return h.virtualKey
	case len(h.authorization) > len(bearer) && strings.EqualFold(h.authorization[:len(bearer)], bearer):
		return strings.TrimSpace(h.authorization[len(bearer):])
	case strings.HasPrefix(h.authorization, signature):
		return signer(h.authorization[len(signature):], borrow(ctx.Request.Header.Peek("X-Amz-Security-Token")))
	case h.apiKey != "":
		return h.apiKey
	case query != "": // Google's REST form
		return borrow(ctx.QueryArgs().Peek("key"))
	}
	return ""
}

// signer finds who has signed a request in AWS's way: the access key, which is the
// virtual key to an SDK; or the session's token where that is one. The signature
// itself says nothing here: whoever shows a virtual key is let in.
func signer(authorization, token string) string {
	if strings.HasPrefix(token, virtualkey.Prefix) {
		return token
	}
	_, scope, _ := strings.Cut(authorization, "Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	scope = strings.TrimSpace(scope)
	for range 4 { // behind the key stand date, region, service and "aws4_request"
		scope = scope[:max(strings.LastIndexByte(scope, '/'), 0)]
	}
	return scope
}

// Names of the header fields that each answer has, in canonical form.
var (
	headerRequestID = []byte("X-Request-Id")
	headerNode      = []byte("X-Asbru-Node")
	headerProvider  = []byte("X-Asbru-Provider")
	headerModel     = []byte("X-Asbru-Model")
	headerKey       = []byte("X-Asbru-Key")
	headerWorker    = []byte("X-Asbru-Worker")
	headerAttempts  = []byte("X-Asbru-Attempts")
	headerRule      = []byte("X-Asbru-Rule")
	headerCache     = []byte("X-Asbru-Cache")

	headerLimitRequests     = []byte("X-Ratelimit-Limit-Requests")
	headerRemainingRequests = []byte("X-Ratelimit-Remaining-Requests")
	headerResetRequests     = []byte("X-Ratelimit-Reset-Requests")
	headerLimitTokens       = []byte("X-Ratelimit-Limit-Tokens")
	headerRemainingTokens   = []byte("X-Ratelimit-Remaining-Tokens")
	headerResetTokens       = []byte("X-Ratelimit-Reset-Tokens")
)
