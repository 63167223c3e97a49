package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// How much a model thinks it is told in fields of its own: Claude in thinking, as its
// own API has it, and newer ones in outputConfig.effort beside; Nova in
// reasoningConfig; gpt-oss in reasoning_effort.

// thinking is what is sent of a wish to think.
type thinking struct {
	kind   string // of Claude's thinking: enabled, adaptive, disabled; empty for none
	budget int64  // of enabled
	effort string // of outputConfig
	nova   string // maxReasoningEffort
	oss    string // reasoning_effort
	limit  int64  // the output limit that a budget needs; 0 for the caller's
}

// on says whether a Claude will think.
func (t *thinking) on() bool { return t.kind == "enabled" || t.kind == "adaptive" }

// decodeModelFields reads additionalModelRequestFields.
func decodeModelFields(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantObject(v, strings.TrimSuffix(ofModel, "."), "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		switch key {
		case "top_k":
			if err := take.Int(m, ofModel+key, &r.Sampling.TopK); err != nil {
				return err
			}
		case "thinking":
			if !decodeThinking(m, r) {
				r.Extra = extra(r.Extra, ofModel, key, m)
			}
		default:
			r.Extra = extra(r.Extra, ofModel, key, m)
		}
	}
	return nil
}

// decodeThinking reads Claude's thinking; false where it says more than the
// vocabulary does.
func decodeThinking(v jsonx.Value, r *api.Request) bool {
	if v.Len() > 1 && (v.Len() > 2 || v.Get("budget_tokens") == nil) {
		return false
	}
	budget, _ := v.Get("budget_tokens").Int()
	switch kind := take.Text(v, "type"); {
	case kind == "enabled" && budget > 0:
		r.Reasoning.Budget = api.Some(budget)
	case kind == "disabled":
		r.Reasoning.Budget = api.Some[int64](0)
	case kind == "adaptive":
		r.Reasoning.Budget = api.Some[int64](-1)
	default:
		return false
	}
	return true
}

// thinkingFor decides what to send of r's wish.
func thinkingFor(r *api.Request) (t thinking) {
	want := r.Reasoning
	switch {
	case r.ExtraOf == name:
		t.effort = want.Effort
		switch {
		case want.Budget.V > 0:
			t.kind, t.budget = "enabled", want.Budget.V
		case want.Budget.Set && want.Budget.V == 0:
			t.kind = "disabled"
		case want.Budget.Set:
			t.kind = "adaptive"
		}
	case isClaude(r.Model):
		t.claude(r)
	case strings.Contains(r.Model, "nova-2") && want.Wanted():
		t.nova = threeLevels(want.Level())
		if t.nova == "high" && (r.Sampling.MaxTokens.Set || r.Sampling.Temperature.Set || r.Sampling.TopP.Set) {
			t.nova = "medium" // high takes none of these, and what is asked for with them can be relied on
		}
	case strings.Contains(r.Model, "gpt-oss") && want.Wanted():
		t.oss = threeLevels(want.Level())
	}
	return t
}

// threeLevels is the effort for models that know but three.
func threeLevels(effort string) string {
	switch effort {
	case "minimal", "low":
		return "low"
	case "high", "xhigh", "max":
		return "high"
	}
	return "medium"
}

// claude does what package anthropic does for callers of other dialects.
func (t *thinking) claude(r *api.Request) {
	want := r.Reasoning
	switch {
	case want.Level() == "none":
		t.kind = "disabled"
	case !want.Wanted():
	case !anthropic.ThinksByBudget(r.Model):
		t.kind, t.effort = "adaptive", want.Level()
		if t.effort == "minimal" {
			t.effort = "low"
		}
	case !choiceForced(&r.ToolChoice) && !callWithoutThinking(r):
		t.manual(anthropic.ThinkingBudget(want), r.Sampling.MaxTokens)
	}
}

// manual asks for a budget. It has to be below the output limit: one that the caller
// gave stays, and without one it grows.
func (t *thinking) manual(budget int64, limit api.Opt[int64]) {
	if budget <= 0 {
		return
	}
	budget = max(budget, anthropic.MinThinkingBudget)
	if limit.Set {
		budget = min(budget, limit.V-1)
	} else {
		t.limit = anthropic.DefaultMaxTokens + budget
	}
	if budget < anthropic.MinThinkingBudget {
		return
	}
	t.kind, t.budget = "enabled", budget
}

// choiceForced says whether the model has to call a tool, which excludes a budget.
func choiceForced(c *api.ToolChoice) bool {
	return c.Mode == api.ToolRequired || c.Mode == api.ToolNamed || c.Mode == api.ToolAllowed && c.Required
}

// callWithoutThinking says whether the turn to be continued is a call whose thinking
// is lost: a budget wants each such turn to begin with it.
func callWithoutThinking(r *api.Request) bool {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		m := &r.Messages[i]
		if m.Role != api.RoleAssistant {
			continue
		}
		calls := false
		for j := range m.Parts {
			if m.Parts[j].SignatureOf == name {
				return false
			}
			calls = calls || m.Parts[j].Kind == api.PartToolCall
		}
		return calls
	}
	return false
}

// appendModelFields writes the fields of the model's own that stand for the
// vocabulary's words.
func appendModelFields(o *put.Object, r *api.Request, t *thinking) {
	appendTopK(o, r, t)
	if t.kind != "" {
		o.Inside("thinking", func(in *put.Object) {
			in.Text("type", t.kind)
			if t.budget > 0 {
				in.Int("budget_tokens", t.budget)
			}
		})
	}
	if t.nova != "" {
		o.Inside("reasoningConfig", func(in *put.Object) {
			in.Text("type", "enabled")
			in.Text("maxReasoningEffort", t.nova)
		})
	}
	o.Some("reasoning_effort", t.oss)
	if oneCall(r) {
		appendOneCall(o, &r.ToolChoice)
	}
}

// appendTopK writes top_k where the maker of the model has it.
func appendTopK(o *put.Object, r *api.Request, t *thinking) {
	k := r.Sampling.TopK
	switch model := r.Model; {
	case !k.Set:
	case r.ExtraOf == name, strings.Contains(model, "mistral"), isClaude(model) && !t.on() && anthropic.TakesSampling(model):
		o.Int("top_k", k.V)
	case strings.Contains(model, "nova"):
		o.Inside("inferenceConfig", func(in *put.Object) { in.Int("topK", k.V) })
	case strings.Contains(model, "cohere"):
		o.Int("k", k.V)
	}
}

// oneCall says whether to tell a Claude to make one call at a time.
func oneCall(r *api.Request) bool {
	c := &r.ToolChoice
	return c.Parallel.Set && !c.Parallel.V && isClaude(r.Model) && mayCall(r)
}

// appendOneCall does so in Claude's own words, which stand in place of toolChoice.
func appendOneCall(o *put.Object, c *api.ToolChoice) {
	o.Inside("tool_choice", func(in *put.Object) {
		switch {
		case c.Mode == api.ToolNamed && len(c.Names) > 0:
			in.Text("type", "tool")
			in.Text("name", c.Names[0])
		case choiceForced(c):
			in.Text("type", "any")
		default:
			in.Text("type", "auto")
		}
		in.Bool("disable_parallel_tool_use", true)
	})
}
