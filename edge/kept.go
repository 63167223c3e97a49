package edge

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/files"
)

// ownName is what callers name who want files and batches of the gateway's own, in
// the place of a provider.
const ownName = "asbru"

// keptRequest is a request about files and batches that the gateway keeps itself.
type keptRequest struct {
	*request
	op       api.Op
	messages bool // it is about batches as Anthropic's API has them
	method   string
	id, verb string // of its path; "" where there is none
	provider string // whose models bare names mean; "" for nobody's
	owner    string
}

// kept answers a request about files and batches that is the gateway's own affair. If
// it reports false the request passes to a provider.
func (r *request) kept(route *Route, query string) bool {
	messages := route.codec == codecs.Anthropic && route.Op == api.OpBatch
	if r.edge.options.Batches == nil || !messages && (route.codec != codecs.OpenAI || route.Op != api.OpFile && route.Op != api.OpBatch) {
		return false
	}
	path, _ := pathOf(r.ctx)
	own := strings.TrimPrefix(route.own(path), "/messages")
	_, rest, _ := strings.Cut(strings.TrimPrefix(own, "/"), "/")
	k := &keptRequest{request: r, op: route.Op, messages: messages, method: borrow(r.ctx.Method())}
	k.id, k.verb, _ = strings.Cut(rest, "/")
	k.provider = cmp.Or(string(r.ctx.QueryArgs().Peek("provider")), r.namedProvider())
	c := r.call
	c.Client = r
	c.In, c.Home, c.Credential, c.Relay.Provider = route.codec, route.Home, r.head.credential(r.ctx, query), k.provider
	ours, err := k.ours()
	c.Relay.Provider = ""
	if err == nil && !ours {
		return false
	}
	if err == nil {
		err = r.edge.gateway.Admit(c)
	}
	if err == nil {
		k.owner = c.Owner()
		err = k.answer()
	}
	if err != nil {
		r.refuse(route.codec, err)
	}
	return true
}

// ours says whether the request is the gateway's own: because it is about something
// that the gateway keeps, because the caller says so, or because the provider that it
// would pass to does not have the operation.
func (k *keptRequest) ours() (bool, *api.Error) {
	switch {
	case k.provider == ownName:
		k.provider = ""
		return true, nil
	case k.id != "":
		return strings.HasPrefix(k.id, files.Prefix) || strings.HasPrefix(k.id, batch.Prefix), nil
	case !k.edge.gateway.Relays(k.call):
		return true, nil
	case k.messages || k.op != api.OpBatch || k.method != http.MethodPost || len(k.ctx.Request.Header.ContentEncoding()) > 0:
		return false, nil
	}
	if err := k.readBody(); err != nil {
		return false, err
	}
	var asked struct {
		Input string `json:"input_file_id"`
	}
	return json.Unmarshal(k.body, &asked) == nil && strings.HasPrefix(asked.Input, files.Prefix), nil
}

// answer answers the request, but for an error.
func (k *keptRequest) answer() *api.Error {
	what := k.method
	if k.id != "" {
		what += " id"
	}
	if k.verb != "" {
		what += " " + k.verb
	}
	do := map[api.Op]map[string]func(context.Context) *api.Error{
		api.OpFile: {
			http.MethodPost: k.upload, http.MethodGet: k.listFiles, "GET id": k.tellFile,
			"DELETE id": k.deleteFile, "GET id content": k.sendFile,
		},
		api.OpBatch: {http.MethodPost: k.order, http.MethodGet: k.listBatches, "GET id": k.tellBatch, "POST id cancel": k.cancelBatch},
	}[k.op][what]
	if k.messages {
		do = map[string]func(context.Context) *api.Error{
			http.MethodPost: k.orderMessages, http.MethodGet: k.listMessages, "GET id": k.tellMessages,
			"POST id cancel": k.cancelMessages, "GET id results": k.sendResults,
		}[what]
	}
	if do == nil {
		return notFound()
	}
	if k.verb == "content" || k.verb == "results" || k.op == api.OpFile && k.method == http.MethodPost {
		return do(k.edge.open) // a caller that leaves is noticed in what it sends or takes
	}
	ctx, cancel := k.whileThere()
	defer cancel()
	return do(ctx)
}

// list is a part of a list as OpenAI's API has it.
type list struct {
	Object  string            `json:"object"`
	Data    []json.RawMessage `json:"data"`
	FirstID *string           `json:"first_id"`
	LastID  *string           `json:"last_id"`
	HasMore bool              `json:"has_more"`
}

// listed is something in a list.
type listed struct {
	id   string
	text []byte
}

// tellList answers with the part of a list, of which the newest come first, that the
// query asks for.
func (k *keptRequest) tellList(all []listed, usual, most int) *api.Error {
	args := k.ctx.QueryArgs()
	limit := args.GetUintOrZero("limit")
	if limit <= 0 {
		limit = usual
	}
	if string(args.Peek("order")) == "asc" {
		slices.Reverse(all)
	}
	if after := string(args.Peek("after")); after != "" {
		at := slices.IndexFunc(all, func(x listed) bool { return x.id == after })
		if at < 0 {
			return api.Invalid("invalid_after", "after", "The list has no %q.", after)
		}
		all = all[at+1:]
	}
	l := list{Object: "list", Data: []json.RawMessage{}}
	if limit = min(limit, most); len(all) > limit {
		all, l.HasMore = all[:limit], true
	}
	for _, x := range all {
		l.Data = append(l.Data, x.text)
	}
	if n := len(all); n > 0 {
		l.FirstID, l.LastID = &all[0].id, &all[n-1].id
	}
	text, err := json.Marshal(l)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	k.tellJSON(http.StatusOK, text)
	return nil
}

// fault is what a caller is told of an error of what the gateway keeps.
func (k *keptRequest) fault(err error) *api.Error {
	fault, ok := errors.AsType[*api.Error](err)
	switch {
	case ok:
		return fault
	case errors.Is(err, files.ErrNotFound):
		return api.Errorf(api.KindNotFound, "file_not_found", "There is no such file, or it has expired, or it is another caller's.")
	case errors.Is(err, batch.ErrNotFound):
		return api.Errorf(api.KindNotFound, "batch_not_found", "There is no such batch, or it has expired, or it is another caller's.")
	case errors.Is(err, files.ErrTooLarge):
		return api.Errorf(api.KindTooLarge, "file_too_large", "A file that this gateway keeps itself has at most %d MB.", files.MaxBytes>>20)
	case errors.Is(err, files.ErrFull):
		return api.Errorf(api.KindTooLarge, "files_full", "You have %d GB of files here already. Delete some.", files.MaxOwned>>30)
	case errors.Is(err, batch.ErrEnded):
		return api.Invalid("batch_ended", "", "The batch has ended already.")
	case errors.Is(err, batch.ErrReused):
		fault = api.Errorf(api.KindInvalid, "idempotency_key_reused", "This idempotency key was used for another request. Use a new one for each request.")
		fault.Status = http.StatusConflict
		return fault
	case k.edge.open.Err() == nil && errors.Is(err, context.Canceled):
		return api.Errorf(api.KindCanceled, "client_closed_request", "The caller left before the answer was complete.")
	}
	k.edge.log.Warn("files and batches cannot be had", "error", err)
	return api.Errorf(api.KindUnavailable, "files_unavailable", "Files and batches cannot be kept or looked up at the moment. Try again.")
}
