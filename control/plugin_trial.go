package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func (c *Control) pluginRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/plugins/{id}/test", "test-plugin", "Try a plugin, switched on or not, on a sample of a call; no provider is asked"), c.testPlugin)
}

type testPluginInput struct {
	ID   string `path:"id"`
	Body struct {
		Op       string            `json:"op,omitempty" maxLength:"50" default:"chat" doc:"The call's operation, as in a plugin's ops."`
		Dialect  string            `json:"dialect,omitempty" maxLength:"50" default:"openai" doc:"Of the request."`
		Request  json.RawMessage   `json:"request,omitempty" doc:"A request's body. Default: a short chat. With stream the answer is shown to the plugin as a stream."`
		Response json.RawMessage   `json:"response,omitempty" doc:"What the provider is to have said, in the form of OpenAI's API. Default: a sentence."`
		Headers  map[string]string `json:"headers,omitempty" doc:"Of the request."`
		Caller   PluginCaller      `json:"caller,omitzero"`
	}
}

// PluginCaller is who makes a call that a plugin is tried on.
type PluginCaller struct {
	VirtualKeyID string `json:"virtual_key_id,omitempty"`
	VirtualKey   string `json:"virtual_key,omitempty"`
	Team         string `json:"team,omitempty"`
	Customer     string `json:"customer,omitempty"`
	User         string `json:"user,omitempty"`
	EndUser      string `json:"end_user,omitempty"`
}

// PluginTrial is what a plugin has made of a sample.
type PluginTrial struct {
	Verdict   string               `json:"verdict" enum:"passed,answered,refused,failed"`
	Points    []member.PluginPoint `json:"points" doc:"Where it was called, and how long it took."`
	Request   json.RawMessage      `json:"request,omitempty" doc:"What a provider would be asked, in the form of OpenAI's API."`
	Response  json.RawMessage      `json:"response,omitempty" doc:"What the caller would be answered, in the same form."`
	Error     *PluginTrialError    `json:"error,omitempty" doc:"What the caller would be refused with."`
	Notes     []string             `json:"notes,omitempty" doc:"What the plugin would have noted with the call in the log."`
	LastError string               `json:"last_error,omitempty" doc:"Why it has failed."`
}

// PluginTrialError is an error that the caller of a call would get.
type PluginTrialError struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type testPluginOutput struct{ Body PluginTrial }

// sampleRequest is what a plugin is tried on if nothing else is sent.
const sampleRequest = `{"model": "sample", "messages": [{"role": "user", "content": "Hello!"}]}`

func (c *Control) testPlugin(ctx context.Context, in *testPluginInput) (*testPluginOutput, error) {
	cfg, p, err := c.pluginNamed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if c.o.Plugins == nil {
		return nil, refuse(http.StatusServiceUnavailable, "unavailable", "No plugins can be made here.")
	}
	b := &in.Body
	op, known := api.OpByName(b.Op)
	if !known {
		return nil, invalid("body.op", "there is no such operation")
	}
	s := &gateway.Sample{Dialect: b.Dialect, Op: op, Request: api.JSON(b.Request), Answer: api.JSON(b.Response), Headers: map[string]string{}, Caller: plugin.Caller(b.Caller)}
	if len(s.Request) == 0 {
		s.Request = api.JSON(sampleRequest)
	}
	for name, value := range b.Headers {
		s.Headers[strings.ToLower(name)] = value
	}
	t, err := c.o.Plugins.Try(cfg, p, s)
	var wrong *api.Error
	switch {
	case errors.Is(err, gateway.ErrNoDialect):
		return nil, invalid("body.dialect", err.Error())
	case errors.As(err, &wrong):
		return nil, refuse(http.StatusUnprocessableEntity, "invalid_request", "The sample is not valid.", Detail{"body.request", wrong.Message})
	case err != nil:
		return nil, c.explain("make the plugin", err)
	}
	return &testPluginOutput{trialOf(t)}, nil
}

// pluginNamed returns a plugin of the newest configuration, and that.
func (c *Control) pluginNamed(ctx context.Context, name string) (*config.Config, *config.Plugin, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, nil, c.explain("read the configuration", err)
	}
	i := slices.IndexFunc(cfg.Plugins, func(p config.Plugin) bool { return p.Name == name })
	if i < 0 {
		return nil, nil, refuse(http.StatusNotFound, "not_found", "There is no such plugin.")
	}
	return cfg, &cfg.Plugins[i], nil
}

func trialOf(t *gateway.PluginTrial) PluginTrial {
	out := PluginTrial{Verdict: "passed", Points: []member.PluginPoint{}, LastError: t.Status.LastError}
	if t.Answered {
		out.Verdict = "answered"
	}
	if t.Request != nil {
		// What OpenAI's API has no words for is not shown.
		if body, err := openai.Codec.AppendRequest(nil, t.Request, &dialect.Quirks{}); err == nil {
			out.Request = body
		}
	}
	switch {
	case t.Err != nil:
		out.Verdict = "refused"
		out.Error = &PluginTrialError{t.Err.HTTPStatus(), t.Err.Code, t.Err.Message}
	case t.Response != nil:
		out.Response = json.RawMessage(openai.Codec.AppendResponse(nil, &dialect.Head{Op: t.Response.Op, Model: t.Response.Model}, t.Response))
	}
	if t.Status.Errors > 0 {
		out.Verdict = "failed"
	}
	for i := range t.Status.Points {
		at := &t.Status.Points[i]
		out.Points = append(out.Points, member.PluginPoint{Point: at.Point.String(), Calls: at.Calls, P99: at.Quantile(1).Seconds() * 1e3, Verdicts: at.Said()})
	}
	if t.Notes != "" {
		out.Notes = strings.Split(t.Notes, ",")
	}
	return out
}
