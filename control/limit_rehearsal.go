package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) rehearsalRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/limits/simulate", "simulate-limits", "Say what limits would have refused over the last 24 hours"), c.rehearseLimits)
}

const (
	rehearsedFor  = 24 * time.Hour
	rehearsedBy   = time.Minute
	rehearsedShow = 15 * time.Minute
	// historyMost bounds how far back is looked for what a window would have had in it already.
	historyMost = 92 * 24 * time.Hour
)

// LimitDraft is a limit that is thought of, and whose calls it counts.
type LimitDraft struct {
	VirtualKey string      `json:"virtual_key_id,omitempty" maxLength:"200" doc:"Calls of this virtual key."`
	Team       string      `json:"team_id,omitempty" maxLength:"200" doc:"Calls of this team, and of those below it."`
	Customer   string      `json:"customer_id,omitempty" maxLength:"200" doc:"Calls of this customer."`
	User       string      `json:"user_id,omitempty" maxLength:"200" doc:"Calls of this person's keys."`
	Provider   string      `json:"provider,omitempty" maxLength:"200" doc:"Calls at this provider."`
	Model      string      `json:"model_name,omitempty" maxLength:"400" doc:"Calls of this model."`
	RateLimit  DraftRate   `json:"rate_limit,omitzero"`
	Budget     DraftBudget `json:"budget,omitzero"`
}

// DraftRate are limits of calls and of tokens; 0 is none.
type DraftRate struct {
	Requests       int    `json:"request_max_limit,omitempty" minimum:"0" doc:"Calls in each period."`
	RequestsPeriod string `json:"request_reset_duration,omitempty" maxLength:"32" doc:"The period of calls." example:"1m"`
	Tokens         int    `json:"token_max_limit,omitempty" minimum:"0" doc:"Tokens in each period."`
	TokensPeriod   string `json:"token_reset_duration,omitempty" maxLength:"32" doc:"The period of tokens."`
}

// DraftBudget is a limit of money; 0 is none.
type DraftBudget struct {
	Max      float64 `json:"max_limit,omitempty" minimum:"0" maximum:"9000000" doc:"Dollars in each period."`
	Period   string  `json:"reset_duration,omitempty" maxLength:"32" doc:"The period." example:"1d"`
	Calendar bool    `json:"calendar_aligned,omitempty" doc:"The period begins with the day, the week, the month or the year, in UTC."`
}

// limits are the drafted limits.
func (d *LimitDraft) limits() ([]limits.Limit, error) {
	for _, each := range []struct {
		path, period string
		set          bool
	}{
		{"rate_limit.request_reset_duration", d.RateLimit.RequestsPeriod, d.RateLimit.Requests > 0},
		{"rate_limit.token_reset_duration", d.RateLimit.TokensPeriod, d.RateLimit.Tokens > 0},
		{"budget.reset_duration", d.Budget.Period, d.Budget.Max > 0},
	} {
		if _, err := limits.ParsePeriod(each.period); each.set && err != nil {
			return nil, invalid("body."+each.path, "must be a period such as 30s, 5m, 1h, 1d, 1w, 1M or 1Y")
		}
	}
	rate := config.RateLimit{
		RequestMaxLimit: d.RateLimit.Requests, RequestResetDuration: d.RateLimit.RequestsPeriod,
		TokenMaxLimit: d.RateLimit.Tokens, TokenResetDuration: d.RateLimit.TokensPeriod,
	}
	var all []limits.Limit
	add := func(kind limits.Kind, most int64, period time.Duration, calendar limits.Calendar) {
		if most > 0 {
			all = append(all, limits.Limit{Kind: kind, Max: most, Period: period, Calendar: calendar})
		}
	}
	most, period := rate.Requests()
	add(limits.Requests, most, period, limits.NoCalendar)
	most, period = rate.Tokens()
	add(limits.Tokens, most, period, limits.NoCalendar)
	nano, length, calendar := config.Budget{MaxLimit: d.Budget.Max, ResetDuration: d.Budget.Period, CalendarAligned: d.Budget.Calendar}.Nano()
	add(limits.Money, nano, length, calendar)
	if all == nil {
		return nil, invalid("body.rate_limit", "or budget must set a limit")
	}
	return all, nil
}

// filter chooses the calls that the drafted limits would count.
func (d *LimitDraft) filter(g *config.Governance) store.LogFilter {
	var f store.LogFilter
	for of, value := range map[store.Dimension]string{
		store.VirtualKey: d.VirtualKey, store.Customer: d.Customer, store.User: d.User, store.Provider: d.Provider, store.Model: d.Model,
	} {
		if value != "" {
			f = f.With(of, value)
		}
	}
	if d.Team != "" {
		f = f.With(store.Team, gateway.TeamsBelow(g, d.Team)...)
	}
	return f
}

// LimitRehearsal is what a limit would have done.
type LimitRehearsal struct {
	Kind         string             `json:"kind" enum:"requests,tokens,money"`
	Max          int64              `json:"max" doc:"In calls, tokens or nano-dollars."`
	Calls        int64              `json:"calls" doc:"Calls that it would have counted."`
	Refused      int64              `json:"refused" doc:"Of them, those that it would have refused."`
	FirstRefused *time.Time         `json:"first_refused_at,omitempty" doc:"When it would have begun to."`
	MostUsed     int64              `json:"most_used" doc:"The most that would have been used of it at a time."`
	Buckets      []RehearsedBuckets `json:"buckets"`
}

// RehearsedBuckets are the calls of a length of time.
type RehearsedBuckets struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	Calls     int64     `json:"calls"`
	Refused   int64     `json:"refused"`
}

type rehearsalOutput struct {
	Body struct {
		Since      time.Time        `json:"start_time"`
		Until      time.Time        `json:"end_time"`
		Limits     []LimitRehearsal `json:"limits" doc:"Each by itself, as if there were no others."`
		BucketSize int64            `json:"bucket_size_seconds"`
		CountedBy  int64            `json:"counted_by_seconds" doc:"The answer is an approximation: calls are taken from sums of so many seconds, each as if it had used what those beside it used on average."`
		Notes      []string         `json:"notes" enum:"period_shorter,refused_used_nothing,history_bounded" doc:"What else it does not know. period_shorter: a period is shorter than the sums; calls are taken to come evenly. refused_used_nothing: what calls would have used that were refused or failed then. history_bounded: a period is longer than what was looked at before the 24 hours."`
	}
}

func (c *Control) rehearseLimits(ctx context.Context, in *struct{ Body LimitDraft }) (*rehearsalOutput, error) {
	drafted, err := in.Body.limits()
	if err != nil {
		return nil, err
	}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	f := in.Body.filter(&cfg.Governance)
	now := time.Now().UTC()
	f.Since, f.Until = floorTo(now.Add(-rehearsedFor), rehearsedBy), now
	day, err := log.Figures(ctx, f, store.FigureOptions{Every: rehearsedBy})
	if err != nil {
		return nil, c.explainLog(ctx, "add calls up by the minute", err)
	}
	out := &rehearsalOutput{}
	b := &out.Body
	b.Since, b.Until, b.BucketSize, b.CountedBy, b.Notes = f.Since, f.Until, int64(rehearsedShow/time.Second), int64(rehearsedBy/time.Second), []string{}
	var shorter, failed, bounded bool
	for i := range drafted {
		l := &drafted[i]
		before, whole, err := beforeDay(ctx, log, f, l)
		if err != nil {
			return nil, c.explainLog(ctx, "add earlier calls up", err)
		}
		shorter = shorter || l.Shape() == limits.Window && l.Period < rehearsedBy
		bounded = bounded || !whole
		for j := range day {
			failed = failed || l.Kind != limits.Requests && day[j].Failed > 0
		}
		b.Limits = append(b.Limits, rehearsed(l, before, day, f.Since, f.Until))
	}
	for _, note := range []struct {
		holds bool
		word  string
	}{{shorter, "period_shorter"}, {failed, "refused_used_nothing"}, {bounded, "history_bounded"}} {
		if note.holds {
			b.Notes = append(b.Notes, note.word)
		}
	}
	return out, nil
}

// beforeDay adds up what a limit's period has had before the day that is rehearsed, and says
// whether that is all of it. Its sums are longer, so that they are few.
func beforeDay(ctx context.Context, log store.Log, day store.LogFilter, l *limits.Limit) ([]store.Figure, bool, error) {
	f := day
	f.Until = day.Since
	every := time.Hour
	switch {
	case l.Shape() == limits.Window:
		f.Since = f.Until.Add(-l.Period)
		if l.Period <= rehearsedBy {
			return nil, true, nil
		}
		if l.Period <= rehearsedFor {
			every = rehearsedBy // sums by the minute are as old as that
		}
	default:
		f.Since, _ = l.Calendar.Bounds(f.Until)
	}
	whole := true
	if earliest := f.Until.Add(-historyMost); f.Since.Before(earliest) {
		f.Since, whole = earliest, false
	}
	figures, err := log.Figures(ctx, f, store.FigureOptions{Every: every})
	return figures, whole, err
}

// rehearsed has a limit rehearsed on a day and what was before it, of which nothing is shown.
func rehearsed(l *limits.Limit, before, day []store.Figure, since, until time.Time) LimitRehearsal {
	asked := make([]limits.Demand, 0, len(before)+len(day))
	for _, some := range [][]store.Figure{before, day} {
		for i := range some {
			asked = append(asked, limits.Demand{At: some[i].Time, Calls: some[i].Calls, Amount: amountOf(l.Kind, &some[i])})
		}
	}
	out := LimitRehearsal{Kind: l.Kind.Word(), Max: l.Max}
	first := floorTo(since, rehearsedShow)
	for at := first; at.Before(until); at = at.Add(rehearsedShow) {
		out.Buckets = append(out.Buckets, RehearsedBuckets{Timestamp: at})
	}
	for i, r := range l.Rehearse(asked, rehearsedBy) {
		if i < len(before) {
			continue
		}
		out.Calls, out.Refused, out.MostUsed = out.Calls+r.Calls, out.Refused+r.Refused, max(out.MostUsed, r.Used)
		if r.Refused > 0 && out.FirstRefused == nil {
			out.FirstRefused = &r.At
		}
		if at := int(r.At.Sub(first) / rehearsedShow); at >= 0 && at < len(out.Buckets) {
			out.Buckets[at].Calls += r.Calls
			out.Buckets[at].Refused += r.Refused
		}
	}
	return out
}

// amountOf is what calls have used of a limit's kind.
func amountOf(kind limits.Kind, f *store.Figure) int64 {
	switch kind {
	case limits.Tokens:
		return f.Tokens()
	case limits.Money:
		return f.CostNano
	default:
		return f.Calls
	}
}
