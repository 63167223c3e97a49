package control

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
)

type routingHitsInput struct {
	LogQuery
}

type routingHitsOutput struct {
	Body struct {
		Since time.Time  `json:"since"`
		Until time.Time  `json:"until"`
		Calls int64      `json:"total_requests"`
		Rules []RuleHits `json:"rules" doc:"The most frequent first."`
	}
}

// RuleHits are the calls that a routing rule has decided.
type RuleHits struct {
	ID     string    `json:"id" doc:"Of the rule; empty: calls that no rule has decided."`
	Calls  int64     `json:"total_requests"`
	Failed int64     `json:"failed_requests"`
	To     []HitsFor `json:"to" doc:"Where they went in the end, the most frequent first."`
}

// HitsFor are calls that went to a model.
type HitsFor struct {
	Provider string `json:"provider" doc:"Empty: the calls went nowhere, as those that are refused."`
	Model    string `json:"model"`
	Calls    int64  `json:"total_requests"`
}

// routingHitsFor is the time that hits are counted over unless it is given.
const routingHitsFor = time.Hour

func (c *Control) routingHits(ctx context.Context, in *routingHitsInput) (*routingHitsOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	f := in.filter
	if f.Until.IsZero() {
		f.Until = time.Now()
	}
	if f.Since.IsZero() {
		f.Since = f.Until.Add(-routingHitsFor)
	}
	by := store.FigureOptions{By: []store.Dimension{store.Rule, store.Provider, store.Model}}
	figures, err := log.Figures(ctx, f, by)
	if err != nil {
		return nil, c.explainLog(ctx, "count the calls of rules", err)
	}
	copies, err := c.copiesOf(ctx, log, f, by)
	if err != nil {
		return nil, c.explainLog(ctx, "count the copies of calls", err)
	}
	out := &routingHitsOutput{}
	out.Body.Since, out.Body.Until = f.Since, f.Until
	out.Body.Rules = hitsOf(figures, copies)
	for i := range out.Body.Rules {
		out.Body.Calls += out.Body.Rules[i].Calls
	}
	return out, nil
}

// copiesOf are the calls that rules have had copied, which the sums do not tell from others.
// Rows are read for them only where there is a rule that has calls copied.
func (c *Control) copiesOf(ctx context.Context, log store.Log, f store.LogFilter, by store.FigureOptions) ([]store.Figure, error) {
	if f.Shadow != nil {
		return nil, nil
	}
	cfg := c.configOrNone(ctx)
	var ids []string
	for _, r := range cfg.Governance.Rules() {
		if r.Shadow.Percent > 0 && (len(f.Is[store.Rule]) == 0 || slices.Contains(f.Is[store.Rule], r.ID)) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	copied := true
	f.Shadow, f.Is[store.Rule] = &copied, ids
	return log.Figures(ctx, f, by)
}

// hitsOf gathers the figures of rules, without those of copies.
func hitsOf(figures, copies []store.Figure) []RuleHits {
	at := map[string]*RuleHits{}
	add := func(f *store.Figure, sign int64) {
		id, provider, model := f.By[0], f.By[1], f.By[2]
		r := at[id]
		if r == nil {
			r = &RuleHits{ID: id}
			at[id] = r
		}
		r.Calls, r.Failed = r.Calls+sign*f.Calls, r.Failed+sign*f.Failed
		i := slices.IndexFunc(r.To, func(h HitsFor) bool { return h.Provider == provider && h.Model == model })
		if i < 0 {
			i = len(r.To)
			r.To = append(r.To, HitsFor{Provider: provider, Model: model})
		}
		r.To[i].Calls += sign * f.Calls
	}
	for i := range figures {
		add(&figures[i], 1)
	}
	for i := range copies {
		add(&copies[i], -1)
	}
	all := make([]RuleHits, 0, len(at))
	for _, r := range at {
		r.To = slices.DeleteFunc(r.To, func(h HitsFor) bool { return h.Calls <= 0 })
		slices.SortFunc(r.To, func(a, b HitsFor) int {
			return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model))
		})
		if r.Calls > 0 {
			all = append(all, *r)
		}
	}
	slices.SortFunc(all, func(a, b RuleHits) int { return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.ID, b.ID)) })
	return all
}
