package mock

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/valyala/fasthttp"
)

var bedrockVerbs = map[string]operation{
	"converse":                    {dialect: bedrock{}, run: (*Server).chat},
	"converse-stream":             {dialect: bedrock{}, run: (*Server).chat, stream: true},
	"invoke":                      {dialect: bedrock{}, run: (*Server).bedrockInvoke},
	"invoke-with-response-stream": {dialect: bedrockClaude{}, run: (*Server).chat, stream: true},
	"count-tokens":                {dialect: bedrock{}, run: (*Server).bedrockCount},
}

// bedrockRoute takes apart /model/{model}/{verb}, in which a model's id, whatever is
// in it, is one segment.
func bedrockRoute(ctx *fasthttp.RequestCtx) (operation, bool) {
	rest, ok := strings.CutPrefix(string(ctx.URI().PathOriginal()), "/model/")
	id, verb, two := strings.Cut(rest, "/")
	model, err := url.PathUnescape(id)
	if !ok || !two || err != nil {
		return operation{}, false
	}
	op, known := bedrockVerbs[verb]
	if !known {
		op.dialect = bedrock{}
	}
	op.method, op.model = fasthttp.MethodPost, model
	return op, true
}

// signature4 is what a signature of AWS's looks like; the access key is in it.
var signature4 = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/[a-z0-9-]+/bedrock/aws4_request, SignedHeaders=\S*host;x-amz-date\S*, Signature=[0-9a-f]{64}$`)

// signedBy returns the access key of a request that is signed in AWS's way. The
// signature itself is not checked: the mock has no secrets.
func signedBy(h *fasthttp.RequestHeader) string {
	m := signature4.FindStringSubmatch(string(h.Peek(fasthttp.HeaderAuthorization)))
	if m == nil || len(h.Peek("X-Amz-Date")) == 0 {
		return ""
	}
	return m[1]
}

func isBedrock(d dialect) bool {
	switch d.(type) {
	case bedrock, bedrockClaude:
		return true
	}
	return false
}
