package dialecttest

import (
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// minBudget is the least number of tokens to think with that every dialect takes.
const minBudget = 1024

// Request draws a conversation that came in c's dialect.
func Request(c dialect.Codec, can Can) *rapid.Generator[api.Request] {
	return rapid.Custom(func(t *rapid.T) api.Request {
		d := drawer{t: t, can: &can, dialect: c.Name()}
		r := api.Request{Op: api.OpChat, Model: can.Model, ExtraOf: c.Name()}
		r.Stream = rapid.Bool().Draw(t, "stream")
		for range rapid.IntRange(0, 2).Draw(t, "system parts") {
			r.System = append(r.System, d.text())
		}
		r.Tools = d.tools()
		r.Messages = d.conversation(r.Tools)
		r.ToolChoice = d.choice(r.Tools)
		r.Format = d.format()
		d.generation(&r)
		if maybe(t, "user", can.User) {
			r.User = genText().Draw(t, "user")
		}
		return r
	})
}

// drawer draws the parts of one value.
type drawer struct {
	t       *rapid.T
	can     *Can
	dialect string
}

func (d *drawer) text() api.Part { return api.Part{Text: genText().Draw(d.t, "text")} }

func (d *drawer) tools() []api.Tool {
	names := rapid.SliceOfNDistinct(genName(), 0, 3, rapid.ID[string]).Draw(d.t, "tools")
	tools := make([]api.Tool, 0, len(names))
	for _, name := range names {
		tool := api.Tool{Name: name, Parameters: genSchema().Draw(d.t, "schema")}
		if rapid.Bool().Draw(d.t, "described") {
			tool.Description = genText().Draw(d.t, "description")
		}
		tool.Strict = opt(d.t, "strict", d.can.Strict, rapid.Bool())
		tools = append(tools, tool)
	}
	return tools
}

// conversation draws turns that begin with the user. Calls are answered at once.
func (d *drawer) conversation(tools []api.Tool) []api.Message {
	messages := []api.Message{d.user()}
	for range rapid.IntRange(0, 3).Draw(d.t, "turns") {
		said := api.Message{Role: api.RoleAssistant, Parts: d.said(tools)}
		messages = append(messages, said)
		results := d.results(said.Parts)
		if len(results.Parts) > 0 {
			messages = append(messages, results)
		}
		if len(results.Parts) == 0 || rapid.Bool().Draw(d.t, "user goes on") {
			messages = append(messages, d.user())
		}
	}
	return messages
}

func (d *drawer) user() api.Message {
	m := api.Message{Role: api.RoleUser}
	for range rapid.IntRange(1, 3).Draw(d.t, "parts") {
		if maybe(d.t, "image", d.can.Images || d.can.ImageURLs) {
			m.Parts = append(m.Parts, d.image())
		} else {
			m.Parts = append(m.Parts, d.text())
		}
	}
	return m
}

func (d *drawer) image() api.Part {
	m := &api.Media{}
	if !d.can.Images || maybe(d.t, "image by URL", d.can.ImageURLs) {
		m.URL = "https://example.com/" + genName().Draw(d.t, "image") + ".png?a=b&c=%20"
	} else {
		m.MIME = rapid.SampledFrom([]string{"image/png", "image/jpeg", "image/webp"}).Draw(d.t, "MIME")
		m.Data = genBytes().Draw(d.t, "image")
	}
	if maybe(d.t, "detail", d.can.ImageDetail) {
		m.Detail = rapid.SampledFrom([]string{"low", "high", "auto"}).Draw(d.t, "detail")
	}
	return api.Part{Kind: api.PartImage, Media: m}
}

// said draws what a model said: thoughts, then text, then calls; never nothing.
func (d *drawer) said(tools []api.Tool) []api.Part {
	var parts []api.Part
	if maybe(d.t, "thinks", d.can.Signatures) {
		parts = append(parts, d.signed())
	}
	if maybe(d.t, "redacted", d.can.Redacted) {
		parts = append(parts, api.Part{Kind: api.PartRedacted, Signature: genBytes().Draw(d.t, "redacted"), SignatureOf: d.dialect})
	}
	calls := 0
	if len(tools) > 0 {
		calls = rapid.IntRange(0, 3).Draw(d.t, "calls")
	}
	if calls == 0 || rapid.Bool().Draw(d.t, "says") {
		parts = append(parts, d.text())
	}
	for range calls {
		tool := rapid.SampledFrom(tools).Draw(d.t, "tool")
		parts = append(parts, d.call(tool.Name))
	}
	return parts
}

func (d *drawer) signed() api.Part {
	return api.Part{
		Kind: api.PartReasoning, Text: genText().Draw(d.t, "thought"),
		Signature: genBytes().Draw(d.t, "signature"), SignatureOf: d.dialect,
	}
}

func (d *drawer) call(tool string) api.Part {
	return api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{
		ID: genID().Draw(d.t, "id"), Name: tool, Args: genObject().Draw(d.t, "args"),
	}}
}

// results draws one message that answers all calls of a turn.
func (d *drawer) results(said []api.Part) api.Message {
	m := api.Message{Role: api.RoleTool}
	for _, p := range said {
		if p.Kind != api.PartToolCall {
			continue
		}
		r := &api.ToolResult{ID: p.Call.ID, Parts: []api.Part{d.text()}}
		if d.can.ResultNames {
			r.Name = p.Call.Name
		}
		r.IsError = maybe(d.t, "tool failed", d.can.ToolErrors)
		if maybe(d.t, "tool draws", d.can.ResultImages) {
			r.Parts = append(r.Parts, d.image())
		}
		m.Parts = append(m.Parts, api.Part{Kind: api.PartToolResult, Result: r})
	}
	return m
}

func (d *drawer) choice(tools []api.Tool) (c api.ToolChoice) {
	if len(tools) == 0 {
		return c
	}
	modes := []api.ToolMode{api.ToolUnset, api.ToolRequired}
	if !d.can.OnlyMust {
		modes = append(modes, api.ToolAuto, api.ToolNamed)
	}
	if !d.can.AlwaysCalls {
		modes = append(modes, api.ToolNone)
	}
	c.Mode = rapid.SampledFrom(modes).Draw(d.t, "choice")
	if c.Mode == api.ToolNamed {
		c.Names = []string{rapid.SampledFrom(tools).Draw(d.t, "chosen").Name}
	}
	if c.Mode != api.ToolUnset && c.Mode != api.ToolNone {
		c.Parallel = opt(d.t, "parallel", d.can.Parallel, rapid.Bool())
	}
	return c
}

func (d *drawer) format() (f api.Format) {
	kinds := []api.FormatKind{api.FormatUnset, api.FormatSchema}
	if d.can.JSONObject {
		kinds = append(kinds, api.FormatJSON)
	}
	if d.can.TextFormat {
		kinds = append(kinds, api.FormatText)
	}
	f.Kind = rapid.SampledFrom(kinds).Draw(d.t, "format")
	if f.Kind != api.FormatSchema {
		return f
	}
	f.Schema = genSchema().Draw(d.t, "schema")
	if d.can.NamedSchemas {
		f.Name = genName().Draw(d.t, "schema's name")
		f.Strict = opt(d.t, "strict", true, rapid.Bool())
		if rapid.Bool().Draw(d.t, "described") {
			f.Description = genText().Draw(d.t, "description")
		}
	}
	return f
}

// generation draws sampling and reasoning. A model that is told how to think is
// left alone otherwise: dialects that take both at once do not mean the same by it.
func (d *drawer) generation(r *api.Request) {
	t, can, s := d.t, d.can, &r.Sampling
	count := rapid.Int64Range(1, 100)
	s.MaxTokens = opt(t, "limit", !can.NeedsLimit, count)
	if can.NeedsLimit {
		s.MaxTokens = api.Some(count.Draw(t, "limit"))
	}
	if maybe(t, "stops", !can.NoStop) {
		s.Stop = rapid.SliceOfN(genText(), 1, 3).Draw(t, "stop")
	}
	switch {
	case maybe(t, "effort", len(can.Efforts) > 0):
		r.Reasoning.Effort = rapid.SampledFrom(can.Efforts).Draw(t, "effort")
	case maybe(t, "budget", can.Budgets):
		r.Reasoning.Budget = api.Some(rapid.Int64Range(minBudget, 4*minBudget).Draw(t, "budget"))
		r.Reasoning.Show = opt(t, "show", can.Show, rapid.Bool())
		s.MaxTokens = api.Some(8 * int64(minBudget))
	default:
		s.Temperature = opt(t, "temperature", true, hundredths(0, 100))
		s.TopP = opt(t, "top_p", true, hundredths(1, 100))
		s.TopK = opt(t, "top_k", can.TopK, count)
	}
	s.N = opt(t, "n", can.N, rapid.Int64Range(1, 8))
	s.Seed = opt(t, "seed", can.Seed, rapid.Int64Range(-1000, 1000))
	s.PresencePenalty = opt(t, "presence", can.Penalties, hundredths(-200, 200))
	s.FrequencyPenalty = opt(t, "frequency", can.Penalties, hundredths(-200, 200))
	if maybe(t, "bias", can.LogitBias) {
		s.LogitBias = api.JSON(`{"1734":-100}`)
	}
	if maybe(t, "logprobs", can.LogProbs) {
		s.LogProbs = api.Some(true)
		s.TopLogProbs = opt(t, "top_logprobs", true, rapid.Int64Range(0, 5))
	}
}
