package edge

import (
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// genAIOwn is where Google's API has what it keeps, and operations that nobody
// translates.
var genAIOwn = Route{Path: genaiPrefix + "/{path}", codec: codecs.GenAI, Home: "gemini", relay: relayWhole}

// genAICollections are what Google's API keeps, and what a key that may use some
// models only may do with it.
var genAICollections = map[string]api.Op{
	"files": api.OpFile, "batches": api.OpBatch, "operations": api.OpVideo,
	"cachedContents": api.OpPassthrough, "fileSearchStores": api.OpPassthrough,
	"interactions": api.OpPassthrough, "tunedModels": api.OpPassthrough,
}

// genAIVerbs are the operations on models that pass as they are.
var genAIVerbs = map[string]api.Op{
	"predict": api.OpPassthrough, "predictLongRunning": api.OpPassthrough, "batchGenerateContent": api.OpPassthrough, "asyncBatchEmbedContent": api.OpPassthrough,
}

// matchGenAIOwn finds such a path, from its version on. Uploads have a prefix of their own.
func matchGenAIOwn(path string, h *dialect.Head) *Route {
	path = strings.TrimPrefix(path, "/upload")
	if strings.Contains(path, "/projects/") || !ownPath(strings.Trim(path, "/"), true) {
		return nil
	}
	version, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if version != "v1beta" && version != "v1" && version != "v1alpha" {
		return nil
	}
	collection, rest, _ := strings.Cut(rest, "/")
	collection, _, _ = strings.Cut(collection, ":")
	op, ok := genAICollections[collection]
	if collection == "models" {
		_, verb, _ := strings.Cut(rest, ":")
		if op, ok = genAIVerbs[verb]; !ok && strings.Contains(rest, "/operations/") {
			op, ok = api.OpVideo, true
		}
	}
	if !ok {
		return nil
	}
	h.Op = op
	return &genAIOwn
}

// uploadURL is the header in which Google says where the bytes of an upload go.
const uploadURL = "X-Goog-Upload-Url"

// ownUploadURL is such an address as the caller reaches it: through the gateway, which
// has the provider's key. The caller's own stands in it, since Google's SDK takes the
// address for all that it needs and sends the bytes without a key.
func (r *request) ownUploadURL(value []byte) []byte {
	u, err := url.Parse(string(value))
	if err != nil {
		return nil
	}
	path, _ := pathOf(r.ctx)
	before, _, ok := strings.Cut(path, "/upload/")
	if !ok {
		return nil
	}
	u.Scheme, u.Host, u.Path = r.scheme(), string(r.ctx.Host()), before+u.Path
	asked := u.Query()
	asked.Del("key")
	if r.call.Credential != "" {
		asked.Set("key", r.call.Credential)
	}
	u.RawQuery = asked.Encode()
	return []byte(u.String())
}

// scheme is the one that the caller uses, as the balancer says it or the connection has it.
func (r *request) scheme() string {
	if said := r.Header("X-Forwarded-Proto"); said == "https" || said == "http" {
		return strings.Clone(said)
	}
	if r.ctx.IsTLS() {
		return "https"
	}
	return "http"
}
