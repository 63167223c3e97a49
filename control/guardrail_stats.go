package control

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// GuardrailCount is how often a check has found something, and what was done.
type GuardrailCount struct {
	Guardrail string `json:"guardrail" doc:"Id of the rule."`
	Check     string `json:"check"`
	Action    string `json:"action" doc:"note, redact, refuse; again: the model was asked once more."`
	Calls     int64  `json:"calls"`
}

type guardrailStatsInput struct{ LogQuery }

type guardrailStatsOutput struct {
	Body struct {
		Calls   int64            `json:"total_requests" doc:"Calls in which something was found."`
		Refused int64            `json:"refused_requests" doc:"Of them, those that were refused for it."`
		Stats   []GuardrailCount `json:"stats" doc:"The most frequent first."`
	}
}

// guardrailMark is what a guardrail's mark in a call's row begins with; RULE/CHECK=ACTION follows.
const guardrailMark = "guardrail:"

func (c *Control) guardrailStats(ctx context.Context, in *guardrailStatsInput) (*guardrailStatsOutput, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	marks, err := log.Marks(ctx, in.filter, guardrailMark)
	if err != nil {
		return nil, c.explainLog(ctx, "count what guardrails have found", err)
	}
	out := &guardrailStatsOutput{}
	counts := map[GuardrailCount]int64{}
	for text, calls := range marks {
		found := guardrailMarks(text)
		for _, f := range found {
			counts[f] += calls
		}
		if len(found) > 0 {
			out.Body.Calls += calls
		}
		if slices.ContainsFunc(found, func(f GuardrailCount) bool { return f.Action == "refuse" }) {
			out.Body.Refused += calls
		}
	}
	out.Body.Stats = make([]GuardrailCount, 0, len(counts))
	for f, calls := range counts {
		f.Calls = calls
		out.Body.Stats = append(out.Body.Stats, f)
	}
	slices.SortFunc(out.Body.Stats, func(a, b GuardrailCount) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Guardrail, b.Guardrail), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Action, b.Action))
	})
	return out, nil
}

// guardrailMarks are those of a call's marks that are of guardrails, each once.
func guardrailMarks(marks string) (all []GuardrailCount) {
	for mark := range strings.SplitSeq(marks, ",") {
		rest, ok := strings.CutPrefix(mark, guardrailMark)
		if !ok {
			continue
		}
		at := strings.LastIndexByte(rest, '=')
		slash := strings.LastIndexByte(rest[:max(at, 0)], '/')
		if slash < 0 {
			continue
		}
		if f := (GuardrailCount{Guardrail: rest[:slash], Check: rest[slash+1 : at], Action: rest[at+1:]}); !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}
