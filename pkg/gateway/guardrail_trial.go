package gateway

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/guard"
)

// GuardrailTrial is what guardrails have made of a sample.
type GuardrailTrial struct {
	Verdicts []guard.Verdict
	Request  *api.Request  // as a provider would be asked
	Response *api.Response // as the caller would be answered; nil where the sample has no answer, or is refused before
	Err      *api.Error    // with which the caller would be refused
}

// errNotAsked is why a check by a model cannot be made.
var errNotAsked = errors.New("no model is asked in a trial")

// TryGuardrails has rules look at a sample. No provider is asked: a check by a model cannot be
// made. Errors are those of the rules, and for a sample that is none ErrNoDialect and *api.Error.
func TryGuardrails(ctx context.Context, rules []config.GuardrailRule, s *Sample) (*GuardrailTrial, error) {
	request, err := s.request()
	if err != nil {
		return nil, err
	}
	var answer *api.Response
	if len(s.Answer) > 0 {
		if answer, err = s.answer(request.Model); err != nil {
			return nil, err
		}
	}
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].SamplingRate = nil // the sample is one of those that are looked at
	}
	g, err := guard.New(plugin.Env{
		Name: guardrailsName, Log: slog.New(slog.DiscardHandler),
		Chat: func(context.Context, *api.Request) (*api.Response, error) { return nil, errNotAsked },
	}, rules)
	if err != nil {
		return nil, err
	}
	c := &plugin.Call{
		ID: "sample", RequestID: "sample", Dialect: s.dialect(), Op: s.Op, Stream: request.Stream, Caller: s.Caller, Model: request.Model,
		Request: request, Header: func(name string) string { return s.Headers[name] },
	}
	t := &GuardrailTrial{Request: request}
	t.Verdicts, t.Err = g.Try(ctx, c, answer)
	if t.Err == nil {
		t.Response = answer
	}
	return t, nil
}
