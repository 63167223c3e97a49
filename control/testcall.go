package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/testcall"
)

func (c *Control) testCallRoutes() {
	call := at(http.MethodPost, "/api/cluster/test-call", "test-call", "Have an edge make a call, run a tool, or list the models that it offers, and show its answer, as a whole or as it comes")
	call.Responses = map[string]*huma.Response{"200": {
		Description: "The edge's whole answer; or, where request has stream and the edge streams, its events as they come.",
		Content: map[string]*huma.MediaType{
			"application/json":   {Schema: c.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[TestCallAnswer](), true, "TestCallAnswer")},
			eventStreamMediaType: {Schema: &huma.Schema{Type: huma.TypeString}},
		},
	}}
	call.Errors = append(call.Errors, http.StatusBadGateway)
	huma.Register(c.api, call, c.testCall)
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/endpoint", "show-endpoint", "Show where callers reach the gateway"), c.endpoint)
}

// What may be asked of an edge.
const (
	pathOfChat   = "/v1/chat/completions"
	pathOfModels = "/v1/models"
	pathOfTool   = "/v1/mcp/tool/execute"
)

type testCallInput struct {
	Body struct {
		Path       string          `json:"path,omitempty" enum:"/v1/chat/completions,/v1/models,/v1/mcp/tool/execute" default:"/v1/chat/completions"`
		VirtualKey string          `json:"virtual_key,omitempty" maxLength:"500" doc:"The value of the virtual key to call with. The call counts for it, as any."`
		Key        string          `json:"provider_key,omitempty" maxLength:"200" doc:"The name of the provider's key to use, as in the header x-asbru-key."`
		Request    json.RawMessage `json:"request,omitempty" doc:"The call's body, in the form of OpenAI's API; up to 512 KiB. With stream, events come as they are made. /v1/models has none; /v1/mcp/tool/execute has the call of a tool as a model's answer has it."`
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

// testCall has an edge make a call. Whoever asks shows the key itself: to know its name gives
// no right to spend its budget.
func (c *Control) testCall(ctx context.Context, in *testCallInput) (*huma.StreamResponse, error) {
	b := &in.Body
	t := &testCall{control: c, id: strings.ToLower(rand.Text()), began: time.Now()}
	t.request = &job.Request{Path: b.Path, Credential: b.VirtualKey, Headers: map[string]string{"X-Request-Id": t.id}}
	if b.Key != "" {
		t.request.Headers["X-Asbru-Key"] = b.Key
	}
	var asked struct {
		Model    string `json:"model"`
		Stream   bool   `json:"stream"`
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	if b.Path == pathOfModels {
		t.request.Method = http.MethodGet
	} else {
		t.request.Body = b.Request
		_ = json.Unmarshal(b.Request, &asked) // its faults the edge tells
	}
	if b.Path == pathOfTool {
		t.tool, asked.Stream = asked.Function.Name, false
	} else {
		t.model = asked.Model
	}
	if c.o.TestCalls == nil {
		return nil, explainTestCall(testcall.ErrNoEdge)
	}
	if asked.Stream {
		return &huma.StreamResponse{Body: t.follow}, nil
	}
	ctx, cancel := WhileThere(ctx)
	defer cancel()
	a, node, err := c.o.TestCalls.Ask(ctx, t.request)
	if err != nil {
		return nil, c.explainTestCall(err)
	}
	t.told(ctx, a, node)
	return &huma.StreamResponse{Body: func(to huma.Context) { t.write(to, a, node) }}, nil
}

// testCall is a call that an edge is had to make.
type testCall struct {
	control *Control
	id      string // of the call in the log
	began   time.Time
	request *job.Request
	model   string
	tool    string
}

// told tells the audit of a call that was answered.
func (t *testCall) told(ctx context.Context, a *job.Answer, node string) {
	told := map[string]any{"path": t.request.Path, "model": t.model, "request_id": t.id, "node": node, "status": a.Status}
	if t.tool != "" {
		delete(told, "model")
		told["tool"] = t.tool
	}
	t.control.changed(ctx, "call", nil, told)
}

// write shows a whole answer.
func (t *testCall) write(to huma.Context, a *job.Answer, node string) {
	if a.Headers == nil {
		a.Headers = map[string]string{}
	}
	a.Headers["x-request-id"] = t.id
	to.SetHeader("Content-Type", "application/json")
	_, _ = to.BodyWriter().Write(mustJSON(TestCallAnswer{a.Status, a.Headers, asJSON(a.Body), node, time.Since(t.began).Milliseconds()})) // the caller may have gone
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

// explainTestCall is the refusal for why a call has no answer.
func (c *Control) explainTestCall(err error) error {
	if known := explainTestCall(err); known != nil {
		return known
	}
	return c.explain("have an edge make a call", err)
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
		return refuse(http.StatusRequestEntityTooLarge, "request_too_large", "A request or an answer of more than 512 KiB, or a stream of more than 8 MiB, goes to an edge directly alone.")
	case errors.Is(err, testcall.ErrBroken):
		return refuse(http.StatusBadGateway, "edge_broke_off", "A part of the edge's answer was lost on its way. The call was made.")
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
