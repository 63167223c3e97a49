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
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/guard"
)

func (c *Control) guardrailRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/guardrails/test", "test-guardrails", "Have guardrails look at a sample of a call; no provider is asked"), c.testGuardrails)
	huma.Register(c.api, at(http.MethodGet, "/api/guardrails/stats", "guardrail-stats", "Count what guardrails have found in calls"), c.guardrailStats)
}

type testGuardrailsInput struct {
	Body struct {
		ID       string            `json:"id,omitempty" maxLength:"128" doc:"Of the rule that looks. Without it, and without checks, all rules that are on."`
		Checks   json.RawMessage   `json:"checks,omitempty" doc:"Checks of a rule that is not saved, as in a guardrail. It looks alone."`
		Op       string            `json:"op,omitempty" maxLength:"50" default:"chat" doc:"The call's operation: chat, completion, embedding or rerank."`
		Dialect  string            `json:"dialect,omitempty" maxLength:"50" default:"openai" doc:"Of the request."`
		Text     string            `json:"text,omitempty" doc:"What a user says, in the place of a request."`
		Request  json.RawMessage   `json:"request,omitempty" doc:"A request's body."`
		Answer   string            `json:"answer,omitempty" doc:"What a model answers, in the place of a response."`
		Response json.RawMessage   `json:"response,omitempty" doc:"A provider's answer, in the form of OpenAI's API. Without it the request alone is looked at."`
		Headers  map[string]string `json:"headers,omitempty" doc:"Of the request."`
		Caller   PluginCaller      `json:"caller,omitzero"`
	}
}

// GuardrailTrial is what guardrails have made of a sample.
type GuardrailTrial struct {
	Refused  bool              `json:"refused"`
	Verdicts []guard.Verdict   `json:"verdicts" doc:"What was found."`
	Error    *PluginTrialError `json:"error,omitempty" doc:"What the caller would be refused with."`
	Request  json.RawMessage   `json:"request,omitempty" doc:"What a provider would be asked, in the form of OpenAI's API."`
	Response json.RawMessage   `json:"response,omitempty" doc:"What the caller would be answered, in the same form."`
}

type testGuardrailsOutput struct{ Body GuardrailTrial }

func (c *Control) testGuardrails(ctx context.Context, in *testGuardrailsInput) (*testGuardrailsOutput, error) {
	rules, err := c.guardrailsOf(ctx, in)
	if err != nil {
		return nil, err
	}
	s, err := in.sample()
	if err != nil {
		return nil, err
	}
	t, err := gateway.TryGuardrails(ctx, rules, s)
	var wrong *api.Error
	switch {
	case errors.Is(err, gateway.ErrNoDialect):
		return nil, invalid("body.dialect", err.Error())
	case errors.As(err, &wrong):
		return nil, refuse(http.StatusUnprocessableEntity, "invalid_request", "The sample is not valid.", Detail{"body.request", wrong.Message})
	case err != nil:
		return nil, invalid("body.checks", err.Error())
	}
	return &testGuardrailsOutput{guardrailTrialOf(t)}, nil
}

func guardrailTrialOf(t *gateway.GuardrailTrial) GuardrailTrial {
	out := GuardrailTrial{Refused: t.Err != nil, Verdicts: append([]guard.Verdict{}, t.Verdicts...)}
	if t.Err != nil {
		out.Error = &PluginTrialError{t.Err.HTTPStatus(), t.Err.Code, t.Err.Message}
		return out
	}
	// What OpenAI's API has no words for is not shown.
	if body, err := openai.Codec.AppendRequest(nil, t.Request, &dialect.Quirks{}); err == nil {
		out.Request = body
	}
	if t.Response != nil {
		out.Response = openai.Codec.AppendResponse(nil, &dialect.Head{Op: t.Request.Op, Model: t.Request.Model}, t.Response)
	}
	return out
}

// guardrailsOf returns the rules that are to look at the sample.
func (c *Control) guardrailsOf(ctx context.Context, in *testGuardrailsInput) ([]config.GuardrailRule, error) {
	if len(in.Body.Checks) > 0 {
		text, err := json.Marshal(map[string]any{"guardrails": map[string]any{"rules": []any{map[string]any{"name": "sample", "checks": in.Body.Checks}}}})
		if err != nil {
			return nil, invalid("body.checks", "must be a list of checks")
		}
		parsed, _, err := (&config.Document{JSON: text}).Config() // which follows no references
		if err != nil {
			return nil, c.explain("read the checks", err)
		}
		return parsed.Guardrails.Rules, nil
	}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	if in.Body.ID == "" {
		return cfg.GuardrailRules(), nil
	}
	rules := cfg.GuardrailRules()
	i := slices.IndexFunc(rules, func(r config.GuardrailRule) bool { return r.Label() == in.Body.ID })
	if i < 0 {
		return nil, refuse(http.StatusNotFound, "not_found", "There is no such guardrail.")
	}
	rule := rules[i]
	rule.Enabled = nil // also one that is off can be tried
	return []config.GuardrailRule{rule}, nil
}

func (in *testGuardrailsInput) sample() (*gateway.Sample, error) {
	b := &in.Body
	op, known := api.OpByName(b.Op)
	if !known {
		return nil, invalid("body.op", "there is no such operation")
	}
	s := &gateway.Sample{Dialect: b.Dialect, Op: op, Request: api.JSON(b.Request), Answer: api.JSON(b.Response), Headers: map[string]string{}, Caller: plugin.Caller(b.Caller)}
	for name, value := range b.Headers {
		s.Headers[strings.ToLower(name)] = value
	}
	var err error
	if len(s.Request) == 0 {
		if s.Request, err = json.Marshal(map[string]any{"model": "sample", "messages": []any{map[string]any{"role": "user", "content": b.Text}}}); err != nil {
			return nil, err
		}
		s.Dialect = ""
	}
	if len(s.Answer) == 0 && b.Answer != "" {
		s.Answer, err = json.Marshal(map[string]any{"id": "sample", "object": "chat.completion", "model": "sample", "choices": []any{
			map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": b.Answer}},
		}})
	}
	return s, err
}
