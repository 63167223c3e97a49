package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/testcall"
)

func (c *Control) testCallRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/cluster/test-call", "test-call", "Have an edge make a call, or list the models that it offers, and show its whole answer"), c.testCall)
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/endpoint", "show-endpoint", "Show where callers reach the gateway"), c.endpoint)
}

// What may be asked of an edge.
const (
	pathOfChat   = "/v1/chat/completions"
	pathOfModels = "/v1/models"
)

type testCallInput struct {
	Body struct {
		Path       string          `json:"path,omitempty" enum:"/v1/chat/completions,/v1/models" default:"/v1/chat/completions"`
		VirtualKey string          `json:"virtual_key,omitempty" maxLength:"500" doc:"The value of the virtual key to call with. The call counts for it, as any."`
		Key        string          `json:"provider_key,omitempty" maxLength:"200" doc:"The name of the provider's key to use, as in the header x-asbru-key."`
		Request    json.RawMessage `json:"request,omitempty" doc:"The call's body, in the form of OpenAI's API and without stream; up to 512 KiB. /v1/models has none."`
	}
}

// TestCallAnswer is what an edge has answered, whatever it was.
type TestCallAnswer struct {
	Status  int               `json:"status" doc:"Of the edge's answer."`
	Headers map[string]string `json:"headers" doc:"Of the edge's answer, with the id of the call in the log."`
	Body    json.RawMessage   `json:"body" doc:"The edge's answer."`
	Node    string            `json:"node" doc:"The edge."`
	Took    int64             `json:"took_ms" doc:"With the way to the edge and back."`
}

type testCallOutput struct{ Body TestCallAnswer }

// testCall has an edge make a call. Whoever asks shows the key itself: to know its name gives
// no right to spend its budget.
func (c *Control) testCall(ctx context.Context, in *testCallInput) (*testCallOutput, error) {
	b := &in.Body
	id := strings.ToLower(rand.Text())
	r := &job.Request{Path: b.Path, Credential: b.VirtualKey, Headers: map[string]string{"X-Request-Id": id}}
	if b.Key != "" {
		r.Headers["X-Asbru-Key"] = b.Key
	}
	var asked struct {
		Model  string `json:"model"`
		Stream bool   `json:"stream"`
	}
	if b.Path == pathOfModels {
		r.Method = http.MethodGet
	} else {
		r.Body = b.Request
		if json.Unmarshal(b.Request, &asked) == nil && asked.Stream { // other faults the edge tells
			return nil, invalid("body.request.stream", "must not be true: the answer is shown as a whole")
		}
	}
	if c.o.TestCall == nil {
		return nil, explainTestCall(testcall.ErrNoEdge)
	}
	began := time.Now()
	a, node, err := c.o.TestCall(ctx, r)
	if known := explainTestCall(err); known != nil {
		return nil, known
	}
	if err != nil {
		return nil, c.explain("have an edge make a call", err)
	}
	c.changed(ctx, "call", nil, map[string]any{"path": r.Path, "model": asked.Model, "request_id": id, "node": node, "status": a.Status})
	if a.Headers == nil {
		a.Headers = map[string]string{}
	}
	a.Headers["x-request-id"] = id
	return &testCallOutput{TestCallAnswer{a.Status, a.Headers, asJSON(a.Body), node, time.Since(began).Milliseconds()}}, nil
}

// asJSON is a body as a value of JSON: what is none becomes a text.
func asJSON(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	text, err := json.Marshal(string(bytes.ToValidUTF8(body, []byte("\uFFFD"))))
	if err != nil { // a text can be told
		panic(err)
	}
	return text
}

// explainTestCall is the refusal for why an edge has made no call; nil for other errors.
func explainTestCall(err error) error {
	switch {
	case errors.Is(err, testcall.ErrNoEdge):
		return refuse(http.StatusServiceUnavailable, "no_edge", "No edge is there that could make a call, or none has a configuration yet.")
	case errors.Is(err, testcall.ErrBusy):
		return refuse(http.StatusServiceUnavailable, "edge_busy", "The edge makes as many calls for controls as it may. Try again.")
	case errors.Is(err, testcall.ErrLate):
		return refuse(http.StatusGatewayTimeout, "edge_late", "The edge has not answered in time. The call may have been made.")
	case errors.Is(err, testcall.ErrTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "request_too_large", "A request or an answer of more than 512 KiB goes to an edge directly alone.")
	}
	return nil
}

// Endpoint is where callers reach the gateway.
type Endpoint struct {
	URL    string `json:"url" doc:"Without a slash at the end; empty where nobody says."`
	Source string `json:"source" enum:"configuration,node,none" doc:"Who says so: client.public_url, or a live edge of itself."`
	Here   bool   `json:"here" doc:"Whether calls are taken at the address of this answer, too: it comes from asbru up."`
}

type endpointOutput struct{ Body Endpoint }

func (c *Control) endpoint(ctx context.Context, _ *struct{}) (*endpointOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &endpointOutput{Endpoint{Source: "none", Here: c.o.Gateway != nil}}
	e := &out.Body
	nodes := c.o.Nodes.List()
	takes := slices.IndexFunc(nodes, func(n member.State) bool {
		return n.Address != "" && !n.Draining && slices.Contains(n.Roles, "edge")
	})
	switch public := strings.TrimRight(cfg.Client.PublicURL, "/"); {
	case public != "":
		e.URL, e.Source = public, "configuration"
	case takes >= 0:
		e.URL, e.Source = nodes[takes].Address, "node"
	}
	return out, nil
}
