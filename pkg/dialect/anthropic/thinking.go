package anthropic

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// thinking is a request's thinking member:
// https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
type thinking struct {
	kind    string // enabled, adaptive, disabled; empty when there is none
	budget  int64  // of enabled
	display api.Opt[bool]
}

func (t *thinking) decode(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	t.kind = take.Text(v, "type")
	var budget api.Opt[int64]
	if err := take.Int(v.Get("budget_tokens"), "thinking.budget_tokens", &budget); err != nil {
		return err
	}
	switch t.kind {
	case "adaptive", "disabled":
	case "enabled":
		if budget.V <= 0 {
			return take.Invalid("invalid_value", "thinking.budget_tokens", "Give the number of tokens to think with.")
		}
		t.budget = budget.V
	default:
		return take.Invalid("invalid_value", "thinking.type", `The value must be "enabled", "adaptive" or "disabled".`)
	}
	switch take.Text(v, "display") {
	case "summarized":
		t.display = api.Some(true)
	case "omitted":
		t.display = api.Some(false)
	}
	return nil
}

// reasoning puts thinking and output_config.effort together.
func (t *thinking) reasoning(effort string) api.Reasoning {
	r := api.Reasoning{Effort: effort, Show: t.display}
	switch {
	case t.kind == "enabled":
		r.Budget = api.Some(t.budget)
	case t.kind == "disabled" && effort == "":
		r.Effort = "none"
	case t.kind == "disabled":
		r.Budget = api.Some[int64](0)
	case t.kind == "adaptive" && effort == "":
		r.Budget = api.Some[int64](-1)
	}
	return r
}

// MinThinkingBudget is the least that the provider accepts.
const MinThinkingBudget = 1024

// manualBudgets are the budgets for models that know no effort. With the
// default output limit on top the largest stays below those models' own.
var manualBudgets = map[string]int64{
	"minimal": MinThinkingBudget, "low": 2048, "medium": 8192, "high": 16384, "xhigh": 20480, "max": 20480,
}

// ThinksByBudget says whether a model knows no adaptive thinking: those before
// Claude Opus 4.6 and Sonnet 4.6, and other makers' behind this dialect.
func ThinksByBudget(model string) bool {
	if !strings.Contains(model, "claude") {
		return true
	}
	for _, old := range [...]string{"claude-3", "-4-0", "-4-1", "-4-5", "-4-2025"} {
		if strings.Contains(model, old) {
			return true
		}
	}
	return false
}

// thinkingFor decides what to send of r's wish, and the effort beside it; the
// output limit is needed for a budget, which is part of it.
func thinkingFor(r *api.Request, limit *outputLimit) (t thinking, effort string) {
	want := r.Reasoning
	t.display = want.Show
	if want.Effort != "none" {
		effort = want.Effort
	}
	switch own := r.ExtraOf == name; {
	case want.Level() == "none":
		t.kind = "disabled"
	case own && want.Budget.V > 0:
		t.manual(want.Budget.V, limit)
	case own && want.Effort != "" && ownExtra(r, "thinking") != nil:
		// The caller named an effort and no thinking.
	case !own && ThinksByBudget(r.Model):
		effort = ""
		if budget := ThinkingBudget(want); budget > 0 && !choiceForced(r) && !callWithoutThinking(r) {
			t.manual(budget, limit)
		}
	case want.Wanted():
		t.kind = "adaptive"
		if !own {
			effort = foreignEffort(want)
			t.display = api.Some(!want.Show.Set || want.Show.V) // what was asked for is shown
		}
	}
	return t, effort
}

// foreignEffort is the effort for what a caller of another dialect wants.
func foreignEffort(want api.Reasoning) string {
	if effort := want.Level(); effort != "minimal" {
		return effort
	}
	return "low"
}

// ThinkingBudget is the budget for a wish, for models that know no effort.
func ThinkingBudget(want api.Reasoning) int64 {
	if want.Budget.V > 0 {
		return want.Budget.V
	}
	return manualBudgets[want.Effort]
}

// manual asks for a budget. It has to be below the output limit: a limit that
// the caller gave stays, and a default grows.
func (t *thinking) manual(budget int64, limit *outputLimit) {
	budget = max(budget, MinThinkingBudget)
	if limit.ofCaller {
		budget = min(budget, limit.tokens-1)
	} else {
		limit.tokens += budget
	}
	if budget < MinThinkingBudget {
		return
	}
	t.kind, t.budget = "enabled", budget
}

// on says whether the model will think.
func (t *thinking) on() bool { return t.kind == "enabled" || t.kind == "adaptive" }

// choiceForced says whether the model has to call a tool. Manual thinking
// excludes that, and what the caller can rely on goes before how well the model thinks.
func choiceForced(r *api.Request) bool {
	c := &r.ToolChoice
	return c.Mode == api.ToolRequired || c.Mode == api.ToolNamed || c.Mode == api.ToolAllowed && c.Required
}

// callWithoutThinking says whether the turn to be continued is a tool call that
// another provider's model made, or whose thinking is lost. Manual thinking
// wants each such turn to begin with its thinking.
func callWithoutThinking(r *api.Request) bool {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		m := &r.Messages[i]
		if m.Role != api.RoleAssistant {
			continue
		}
		calls := false
		for j := range m.Parts {
			if isThinking(&m.Parts[j]) {
				return false
			}
			calls = calls || m.Parts[j].Kind == api.PartToolCall
		}
		return calls
	}
	return false
}

// isThinking says whether p is reasoning that this dialect's provider has signed.
func isThinking(p *api.Part) bool {
	return (p.Kind == api.PartReasoning || p.Kind == api.PartRedacted) && p.SignatureOf == name && p.Signature != ""
}

func appendThinking(dst []byte, t *thinking) []byte {
	if t.kind == "" {
		return dst
	}
	dst = appendKey(dst, "thinking")
	dst = append(dst, `{"type":`...)
	dst = jsonx.AppendString(dst, t.kind)
	if t.kind == "enabled" {
		dst = appendKey(dst, "budget_tokens")
		dst = appendInt(dst, t.budget)
	}
	if t.on() && t.display.Set {
		display := "omitted"
		if t.display.V {
			display = "summarized"
		}
		dst = appendKey(dst, "display")
		dst = jsonx.AppendString(dst, display)
	}
	return append(dst, '}')
}
