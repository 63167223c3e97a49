package control

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// LimitUsage is a limit and how much of it is used. Amounts of money are nano-dollars.
type LimitUsage struct {
	ID        string    `json:"id" example:"team:search:money"`
	Kind      string    `json:"kind" enum:"requests,tokens,money"`
	Scope     string    `json:"scope" doc:"What has the limit." example:"team"`
	Owner     string    `json:"owner" doc:"Its name."`
	Period    string    `json:"period,omitempty" doc:"The length of a sliding window." example:"1h"`
	Calendar  string    `json:"calendar,omitempty" enum:"day,week,month,year" doc:"Whose periods the count begins anew with, in UTC."`
	Max       int64     `json:"max"`
	Warn      int64     `json:"warn,omitempty" doc:"What is warned of when it is used."`
	Used      int64     `json:"used" doc:"With what is held and unsettled."`
	Held      int64     `json:"held" doc:"Of a budget: what calls under way have reserved."`
	Unsettled int64     `json:"unsettled" doc:"Of a budget: the estimates of calls whose node died before it could tell what they used."`
	Remaining int64     `json:"remaining"`
	Resets    time.Time `json:"resets_at,omitzero" doc:"When all that is counted now will be gone. Absent: nothing is counted, or never."`
}

type limitsInput struct {
	ID    []string `query:"id,explode" maxItems:"1000" doc:"Only these limits, also of virtual keys that were made by the API, and of end users."`
	After string   `query:"after" doc:"The next_cursor of the page before."`
	Limit int      `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"At most so many."`
}

type limitsOutput struct {
	Body struct {
		Limits []LimitUsage `json:"limits" doc:"By their ids."`
		Next   string       `json:"next_cursor,omitempty" doc:"Brings the next page as after. Absent: this is the last."`
	}
}

// listLimits shows limits, with ids those and else the configuration's, and how much of
// them is used.
func (c *Control) listLimits(ctx context.Context, in *limitsInput) (*limitsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	known := map[string]*limits.Limit{}
	note(known, gateway.LevelsOf(cfg))
	var all []*limits.Limit
	if len(in.ID) == 0 {
		for _, l := range known {
			all = append(all, l)
		}
	}
	for _, id := range in.ID {
		l, err := c.limit(ctx, cfg, known, id)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *limits.Limit) int { return cmp.Compare(a.ID, b.ID) })
	all = slices.Compact(all)
	all = slices.DeleteFunc(all, func(l *limits.Limit) bool { return l.ID <= in.After })
	out := &limitsOutput{}
	if len(all) > in.Limit {
		all = all[:in.Limit]
		out.Body.Next = all[in.Limit-1].ID
	}
	out.Body.Limits, err = c.limitUsages(ctx, all)
	return out, err
}

// limitUsages returns how much is used of limits.
func (c *Control) limitUsages(ctx context.Context, of []*limits.Limit) ([]LimitUsage, error) {
	counts, err := c.counts()
	if err != nil {
		return nil, err
	}
	usages, err := counts.Usages(ctx, of)
	if err != nil {
		return nil, c.explainCounts(err)
	}
	now := time.Now().UTC()
	all := make([]LimitUsage, len(of))
	for i, l := range of {
		u := usages[i]
		all[i] = LimitUsage{
			ID: l.ID, Kind: l.Kind.Word(), Scope: l.Scope, Owner: l.Owner,
			Period: limits.FormatPeriod(l.Period), Calendar: l.Calendar.String(), Max: l.Max, Warn: l.Warn,
			Used: u.Used, Held: u.Held, Unsettled: u.Unsettled, Remaining: u.Remaining,
		}
		if u.Reset > 0 {
			all[i].Resets = now.Add(u.Reset).Round(time.Second)
		}
	}
	return all, nil
}

// limit returns the limit with an id: one that is known, or of a stored virtual key or
// its end users.
func (c *Control) limit(ctx context.Context, cfg *config.Config, known map[string]*limits.Limit, id string) (*limits.Limit, error) {
	level, rest, _ := strings.Cut(id, ":")
	key, rest, _ := strings.Cut(rest, ":")
	if known[id] == nil && slices.Contains([]string{"vk", "vkp", "enduser"}, level) {
		var levels []gateway.Level
		r, err := c.o.Keys.Find(ctx, key)
		switch {
		case err == nil:
			levels = gateway.LevelsOfKey(&cfg.Governance, r)
			note(known, levels)
		case errors.Is(err, virtualkey.ErrNotFound):
			levels = gateway.LevelsOf(cfg)
		default:
			return nil, c.explain("read the virtual key", err)
		}
		if level == "enduser" {
			noteEndUser(known, levels, key, rest)
		}
	}
	if l := known[id]; l != nil {
		return l, nil
	}
	return nil, refuse(http.StatusNotFound, "not_found", "There is no such limit.", Detail{"query.id", id})
}

// note notes the limits of levels by their ids.
func note(known map[string]*limits.Limit, levels []gateway.Level) {
	for i := range levels {
		for j := range levels[i].Limits {
			l := &levels[i].Limits[j]
			known[l.ID] = l
		}
	}
}

// noteEndUser notes the limits of an end user of a virtual key, whose name stands before
// the last part of their ids.
func noteEndUser(known map[string]*limits.Limit, levels []gateway.Level, key, rest string) {
	for i := range levels {
		l := &levels[i]
		if l.VirtualKey != key || l.EndUser == nil {
			continue
		}
		for _, unnamed := range l.EndUser("") {
			if name, ok := strings.CutSuffix(rest, strings.TrimPrefix(unnamed.ID, "enduser:"+key+":")); ok {
				note(known, []gateway.Level{{Limits: l.EndUser(name)}})
			}
		}
	}
}
