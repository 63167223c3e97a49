package gateway

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Sample is a call that a plugin is tried on.
type Sample struct {
	Dialect string // of Request; "": OpenAI's
	Op      api.Op
	Request api.JSON
	// Answer is what a provider is to have said, in the form of OpenAI's API; nil: a sentence.
	Answer  api.JSON
	Caller  plugin.Caller
	Headers map[string]string
}

// PluginTrial is what a plugin has made of a sample.
type PluginTrial struct {
	Request  *api.Request  // as a provider would be asked; it is not when there is an error or it was answered before
	Response *api.Response // as the caller would be answered
	Err      *api.Error    // with which the caller would be refused
	Answered bool          // by the plugin, in the provider's place
	Notes    string
	Status   plugin.Status
}

// ErrNoDialect is the error of a sample in a dialect that there is not.
var ErrNoDialect = errors.New("there is no such dialect")

// Try makes a plugin of a configuration and takes a sample along all points of a call's way that it wants to be
// called at. No provider is asked. Errors are those of Check, and for a sample that
// is none ErrNoDialect and *api.Error.
func (c *PluginCheck) Try(cfg *config.Config, p *config.Plugin, s *Sample) (*PluginTrial, error) {
	request, err := s.request()
	if err != nil {
		return nil, err
	}
	answer, err := s.answer(request.Model)
	if err != nil {
		return nil, err
	}
	made, err := c.made(cfg, p)
	if err != nil {
		return nil, c.problems(p, err)
	}
	state := plugin.NewState(p.Name, slog.New(slog.DiscardHandler))
	settings := plugin.Settings{Timeout: p.Settings().Timeout, Deny: true, Ops: []api.Op{s.Op}}
	if settings.Timeout == 0 {
		settings.Timeout = kindNamed(c.Kinds, p.KindName()).Timeout
	}
	chain, err := plugin.NewChain([]*plugin.Entry{plugin.NewEntry(p.Name, plugin.NewMade(made, state), settings)})
	if err != nil {
		return nil, err
	}
	defer chain.Retire()
	var run plugin.Run
	run.Call = plugin.Call{
		ID: "sample", RequestID: "sample", Dialect: s.dialect(), Op: s.Op, Stream: request.Stream, Caller: s.Caller, Model: request.Model,
		Request: request, Header: func(name string) string { return s.Headers[name] },
	}
	chain.Begin(&run)
	defer run.End()
	t := &PluginTrial{}
	t.take(&run, answer)
	t.Notes, t.Status = run.Call.Notes(), state.Status()
	return t, nil
}

// take takes the sample the way of a call.
func (t *PluginTrial) take(run *plugin.Run, answer *api.Response) {
	defer func() {
		d := plugin.Done{Status: 200, Err: t.Err, Attempts: run.Call.Attempt, Response: t.Response}
		if t.Err != nil {
			d.Status = t.Err.HTTPStatus()
		}
		run.Done(&d)
	}()
	ask := func(hook func() (*plugin.Answer, *api.Error)) (goesOn bool) {
		a, err := hook()
		if err == nil && a != nil {
			t.Response, t.Answered = a.Response, true
			err = run.After(a.Response, nil)
		}
		t.Err = err
		return a == nil && err == nil
	}
	if !ask(run.Route) {
		return
	}
	run.Call.Provider, run.Call.Attempt = "sample", 1
	if !ask(run.Attempt) {
		return
	}
	request := *run.Call.Request
	t.Request, t.Response = &request, answer
	if !run.Call.Stream {
		t.Err = run.After(answer, nil)
		return
	}
	events, err := run.Events(answer.AppendEvents(nil))
	var gathered api.Gatherer
	for i := range events {
		gathered.Add(&events[i])
	}
	t.Response, t.Err = gathered.Response(), err
}

func (s *Sample) dialect() string {
	if s.Dialect == "" {
		return openai.Codec.Name()
	}
	return s.Dialect
}

// request reads the request.
func (s *Sample) request() (*api.Request, error) {
	codec := codecs.ByName(s.dialect())
	if codec == nil {
		return nil, ErrNoDialect
	}
	head := dialect.Head{Op: s.Op}
	if err := codec.Peek(&head, s.Request); err != nil {
		return nil, err
	}
	var r api.Request
	if err := codec.DecodeRequest(&head, s.Request, &r); err != nil {
		return nil, err
	}
	r.Model = head.Model
	return &r, nil
}

// answer reads what the provider is to have said.
func (s *Sample) answer(model string) (*api.Response, error) {
	r := &api.Response{Op: s.Op, Model: model}
	if len(s.Answer) > 0 {
		if err := openai.Codec.DecodeResponse(s.Op, s.Answer, r); err != nil {
			return nil, err
		}
		return r, nil
	}
	if s.Op == api.OpChat || s.Op == api.OpCompletion {
		r.Choices = []api.Choice{{Finish: api.FinishStop, Parts: []api.Part{{Kind: api.PartText, Text: "This is a sample of an answer."}}}}
	}
	return r, nil
}

// problems are the faults of one plugin by their places in it.
func (c *PluginCheck) problems(p *config.Plugin, err error) error {
	var found config.Problems
	c.tell(&found, nil, p, err)
	if found.List == nil { // a file that is elsewhere
		found.List = []config.Problem{{Path: "path", Message: fmt.Sprintf("%s is not on this machine, so that the plugin cannot be tried here", p.Path)}}
	}
	return &found
}
