package mocker

// Hot path where the plugin is configured.

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/template"
)

// patience is more than the longest latency that a rule may have.
const patience = 6 * time.Minute

// Kind is the kind of plugins that answer in providers' places.
func Kind() plugin.Kind {
	return plugin.Kind{
		Name: "mocker", Doc: "Answers calls in the place of their provider, or fails them as one would.", Timeout: patience,
		Settings: settings{},
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			var s settings
			if err := config.Decode(raw, &s); err != nil {
				return nil, err
			}
			return newMocker(env, &s)
		},
	}
}

// mocker is the plugin. Safe for concurrent use.
type mocker struct {
	env       plugin.Env
	rules     []compiled
	otherwise *compiled // of calls that no rule is for; nil: they go on
}

func newMocker(env plugin.Env, s *settings) (*mocker, error) {
	if s.Enabled != nil && !*s.Enabled {
		return &mocker{env: env}, nil
	}
	if len(s.Rules) == 0 {
		s.Rules = []rule{{Name: "default", Responses: []response{{Content: &content{Message: "This is a mock response."}}}}}
	}
	rules, err := compile(s)
	if err != nil {
		return nil, err
	}
	m := &mocker{env: env, rules: rules}
	switch s.DefaultBehavior {
	case "error":
		m.otherwise = &compiled{name: "default", probability: 1, answers: []answer{{fails: &failure{Message: "No rule is for this call.", StatusCode: 500}}}}
	case "success":
		m.otherwise = &compiled{name: "default", probability: 1, answers: []answer{{
			text: template.Text("This is a mock response."), finish: api.FinishStop, usage: api.Usage{Input: 5, Output: 10, Known: true},
		}}}
	}
	return m, nil
}

// Name implements plugin.Plugin.
func (m *mocker) Name() string { return m.env.Name }

// Wants implements plugin.Partial.
func (m *mocker) Wants(plugin.Point) bool { return len(m.rules) > 0 || m.otherwise != nil }

// BeforeAttempt implements plugin.AttemptHook.
func (m *mocker) BeforeAttempt(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	if c.Request == nil || c.Op != api.OpChat && c.Op != api.OpCompletion {
		return nil, nil
	}
	r := m.find(c)
	if r == nil {
		return nil, nil
	}
	if r.probability < 1 && rand.Float64() >= r.probability {
		return nil, nil
	}
	if err := r.pause(ctx, m.env.Name); err != nil {
		return nil, err
	}
	c.Note("mocked", r.name)
	m.env.Count(r.name)
	a := r.draw()
	if a.fails != nil {
		err := a.err()
		if a.final {
			return nil, c.Final(err)
		}
		return nil, err
	}
	return &plugin.Answer{Response: a.response(c)}, nil
}

// find returns the rule that a call goes to, nil for none.
func (m *mocker) find(c *plugin.Call) *compiled {
	for i := range m.rules {
		if m.rules[i].meets(c) {
			return &m.rules[i]
		}
	}
	return m.otherwise
}

// meets says whether a call meets the rule's conditions.
func (r *compiled) meets(c *plugin.Call) bool {
	if len(r.providers) > 0 && !slices.Contains(r.providers, c.Provider) || len(r.models) > 0 && !slices.Contains(r.models, c.Model) {
		return false
	}
	if r.text == nil && r.least == 0 && r.most == 0 {
		return true
	}
	size, found := 0, r.text == nil
	look := func(text string) {
		size += len(text)
		found = found || r.text.MatchString(text)
	}
	for i := range c.Request.Messages {
		parts := c.Request.Messages[i].Parts
		for j := range parts {
			look(parts[j].Text)
		}
	}
	for i := range c.Request.Inputs {
		look(c.Request.Inputs[i].Text)
	}
	return found && size >= r.least && (r.most == 0 || size <= r.most)
}

// pause waits as long as the rule's answers take.
func (r *compiled) pause(ctx context.Context, name string) *api.Error {
	d := r.wait
	if more := r.waitAtMost - r.wait; more > 0 {
		d += rand.N(more)
	}
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return plugin.Failed(name, "its latency is longer than its timeout")
	}
}

// draw draws one of the answers by their weights.
func (r *compiled) draw() *answer {
	if len(r.answers) == 1 {
		return &r.answers[0]
	}
	at := rand.Float64() * r.weight
	for i := range r.answers {
		if at -= r.answers[i].weight; at < 0 {
			return &r.answers[i]
		}
	}
	return &r.answers[len(r.answers)-1]
}

func (a *answer) err() *api.Error {
	f := a.fails
	return &api.Error{
		Kind: api.KindOfStatus(f.StatusCode), Status: f.StatusCode, Code: f.Code, Type: f.Type, Message: f.Message,
		RetryAfter: time.Duration(f.RetryAfter) * time.Second,
	}
}

func (a *answer) response(c *plugin.Call) *api.Response {
	choice := api.Choice{Finish: a.finish}
	if text := a.text.Fill(c); text != "" {
		choice.Parts = append(choice.Parts, api.Part{Kind: api.PartText, Text: text})
	}
	for i := range a.calls {
		args := api.JSON(a.calls[i].Arguments)
		if len(args) == 0 {
			args = api.JSON("{}")
		}
		choice.Parts = append(choice.Parts, api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{
			ID: "call_mock_" + c.ID + "_" + strconv.Itoa(i), Name: a.calls[i].Name, Args: args,
		}})
	}
	r := &api.Response{
		Op: c.Op, ID: "mock-" + c.ID, Model: c.Model, Created: time.Now().Unix(), Choices: []api.Choice{choice}, Usage: a.usage,
	}
	if a.model != "" {
		r.Model = a.model
	}
	return r
}
