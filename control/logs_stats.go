package control

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) figureRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/logs/stats", "get-log-stats", "Add calls up, altogether or by a dimension"), c.logStats)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/filterdata", "get-log-filterdata", "List the values that calls can be filtered by"), c.logFilterData)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/rankings", "get-log-rankings", "Rank models, or what else calls are told apart by"), c.logRankings)
	c.histogramRoutes()
}

// LogStats is what calls add up to.
type LogStats struct {
	Calls       int64   `json:"total_requests"`
	SuccessRate float64 `json:"success_rate" doc:"Of a hundred."`
	UserCalls   int64   `json:"user_facing_total_requests"`
	UserRate    float64 `json:"user_facing_success_rate" doc:"The same: a call with all its tries is one row."`
	MeanLatency float64 `json:"average_latency" doc:"In milliseconds."`
	Tokens      int64   `json:"total_tokens"`
	Cost        float64 `json:"total_cost" doc:"In dollars."`

	Failed     int64        `json:"failed_requests"`
	Cancelled  int64        `json:"cancelled_requests"`
	Prompt     int64        `json:"prompt_tokens"`
	Completion int64        `json:"completion_tokens"`
	CacheRead  int64        `json:"cached_read_tokens"`
	CostNano   int64        `json:"total_cost_nano" doc:"In billionths of a dollar."`
	FirstToken float64      `json:"average_first_token" doc:"Of streams, in milliseconds."`
	Latency    *LatencyStat `json:"latency,omitempty"`
}

// LatencyStat is how long calls took, in milliseconds. The percentiles are off by some
// percent.
type LatencyStat struct {
	Mean  float64 `json:"avg_latency"`
	P90   float64 `json:"p90_latency"`
	P95   float64 `json:"p95_latency"`
	P99   float64 `json:"p99_latency"`
	Calls int64   `json:"total_requests"`
}

func statOf(f *store.Figure) LogStats {
	s := LogStats{
		Calls: f.Calls, SuccessRate: percent(f.Succeeded(), f.Calls), MeanLatency: ms(f.MeanTook()), Tokens: f.Tokens(), Cost: dollars(f.CostNano),
		Failed: f.Failed, Cancelled: f.Canceled, Prompt: f.Input, Completion: f.Output, CacheRead: f.CacheRead, CostNano: f.CostNano,
	}
	s.UserCalls, s.UserRate = s.Calls, s.SuccessRate
	if f.FirstTokens > 0 {
		s.FirstToken = ms(f.FirstToken / time.Duration(f.FirstTokens))
	}
	return s
}

func latencyStat(f *store.Figure) LatencyStat {
	return LatencyStat{
		Mean: ms(f.MeanTook()), P90: ms(f.Latencies.Percentile(.9)), P95: ms(f.Latencies.Percentile(.95)),
		P99: ms(f.Latencies.Percentile(.99)), Calls: f.Calls,
	}
}

func percent(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// statsOf are the statistics of a list, and how many calls it has. Beyond countMost calls that
// only their rows can tell from others, there are none.
func (c *Control) statsOf(ctx context.Context, log store.Log, f store.LogFilter) (s LogStats, calls int64, err error) {
	figures, err := log.Figures(ctx, f, store.FigureOptions{Most: countMost})
	switch {
	case err != nil:
		return s, 0, c.explainLog(ctx, "add calls up", err)
	case len(figures) == 0:
		return s, 0, nil
	}
	if calls = figures[0].Calls; calls == countMost && !f.Summed() {
		return LogStats{Calls: calls, UserCalls: calls}, calls, nil
	}
	return statOf(&figures[0]), calls, nil
}

// dimensions are the names of what calls can be told apart by.
var dimensionNames = map[string]store.Dimension{
	"provider": store.Provider, "model": store.Model, "key": store.Key, "virtual_key": store.VirtualKey, "team": store.Team,
	"customer": store.Customer, "user": store.User, "status": store.Status, "node": store.Node, "operation": store.Operation, "routing_rule": store.Rule,
}

// LogGrouping says what calls are told apart by.
type LogGrouping struct {
	By string `query:"by" enum:"provider,model,key,virtual_key,team,customer,user,status,node,operation,routing_rule" doc:"What to tell calls apart by."`
}

func (in *LogGrouping) dimensions() []store.Dimension {
	if in.By == "" {
		return nil
	}
	return []store.Dimension{dimensionNames[in.By]}
}

type logStatsInput struct {
	LogQuery
	LogGrouping
}

type logStatsOutput struct {
	Body struct {
		LogStats
		Dimension string     `json:"dimension,omitempty"`
		Groups    []LogGroup `json:"groups,omitempty" doc:"With by: what calls of each value add up to, those that cost most first."`
	}
}

// LogGroup is what the calls of one value of a dimension add up to.
type LogGroup struct {
	Value string `json:"value"`
	LogStats
}

func (c *Control) logStats(ctx context.Context, in *logStatsInput) (*logStatsOutput, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	figures, err := log.Figures(ctx, in.filter, store.FigureOptions{By: in.dimensions(), Latencies: true})
	if err != nil {
		return nil, c.explainLog(ctx, "add calls up", err)
	}
	out := &logStatsOutput{}
	var all store.Figure
	for i := range figures {
		f := &figures[i]
		all.Add(f)
		if in.By != "" {
			g := LogGroup{f.By[0], statOf(f)}
			latency := latencyStat(f)
			g.Latency = &latency
			out.Body.Groups = append(out.Body.Groups, g)
		}
	}
	slices.SortFunc(out.Body.Groups, func(a, b LogGroup) int {
		if a.CostNano != b.CostNano {
			return int(min(max(b.CostNano-a.CostNano, -1), 1))
		}
		return int(min(max(b.Calls-a.Calls, -1), 1))
	})
	out.Body.LogStats, out.Body.Dimension = statOf(&all), in.By
	latency := latencyStat(&all)
	out.Body.Latency = &latency
	return out, nil
}

type filterDataInput struct {
	StartTime time.Time `query:"start_time" doc:"30 days ago, unless it is given."`
}

// NamedID is an id and what it is called.
type NamedID struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type filterDataOutput struct {
	Body struct {
		Models      []string  `json:"models"`
		Providers   []string  `json:"providers"`
		Keys        []NamedID `json:"selected_keys"`
		VirtualKeys []NamedID `json:"virtual_keys"`
		Rules       []NamedID `json:"routing_rules"`
		Engines     []string  `json:"routing_engines"`
		Teams       []NamedID `json:"teams"`
		Customers   []NamedID `json:"customers"`
		Users       []NamedID `json:"users"`
		Nodes       []string  `json:"nodes"`
		Objects     []string  `json:"objects"`
		StatusCodes []string  `json:"status_codes"`
	}
}

// filterDataFor is how far back values are looked for.
const filterDataFor = 30 * 24 * time.Hour

func (c *Control) logFilterData(ctx context.Context, in *filterDataInput) (*filterDataOutput, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	since := in.StartTime
	if since.IsZero() {
		since = time.Now().Truncate(time.Second).Add(-filterDataFor)
	}
	out := &filterDataOutput{}
	b := &out.Body
	var objects []string
	for _, list := range [...]struct {
		of     store.Dimension
		values *[]string
		ids    *[]NamedID
	}{
		{store.Model, &b.Models, nil},
		{store.Provider, &b.Providers, nil},
		{store.Key, nil, &b.Keys},
		{store.VirtualKey, nil, &b.VirtualKeys},
		{store.Rule, nil, &b.Rules},
		{store.Team, nil, &b.Teams},
		{store.Customer, nil, &b.Customers},
		{store.User, nil, &b.Users},
		{store.Node, &b.Nodes, nil},
		{store.Operation, &objects, nil},
		{store.Status, &b.StatusCodes, nil},
	} {
		values, err := log.Values(ctx, list.of, since)
		if err != nil {
			return nil, c.explainLog(ctx, "list values", err)
		}
		if list.values != nil {
			*list.values = values
			continue
		}
		*list.ids = []NamedID{}
		for _, id := range values {
			*list.ids = append(*list.ids, NamedID{id, id})
		}
	}
	b.Objects, b.Engines = []string{}, []string{"routing-rule"}
	for _, op := range objects {
		b.Objects = append(b.Objects, objectOf(op, false))
	}
	names := c.keyNames(ctx)
	for i := range b.VirtualKeys {
		if name := names(b.VirtualKeys[i].ID); name != "" {
			b.VirtualKeys[i].Name = name
		}
	}
	return out, nil
}

type rankingsInput struct {
	LogQuery
	LogGrouping
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type rankingsOutput struct {
	Body struct {
		Dimension string       `json:"dimension"`
		Rankings  []LogRanking `json:"rankings" doc:"Those with the most calls first."`
	}
}

// LogRanking is one of a ranking, beside the same length of time before.
type LogRanking struct {
	ID           string   `json:"id,omitempty"`
	Model        string   `json:"model,omitempty"`
	Provider     string   `json:"provider,omitempty"`
	Calls        int64    `json:"total_requests"`
	SuccessCount int64    `json:"success_count"`
	SuccessRate  float64  `json:"success_rate"`
	Tokens       int64    `json:"total_tokens"`
	Cost         float64  `json:"total_cost"`
	MeanLatency  float64  `json:"avg_latency"`
	Trend        LogTrend `json:"trend"`
}

// LogTrend is by how much of a hundred figures have grown.
type LogTrend struct {
	HasBefore bool    `json:"has_previous_period"`
	Calls     float64 `json:"requests_trend"`
	Tokens    float64 `json:"tokens_trend"`
	Cost      float64 `json:"cost_trend"`
	Latency   float64 `json:"latency_trend"`
}

func (c *Control) logRankings(ctx context.Context, in *rankingsInput) (*rankingsOutput, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	f := in.filter
	f.Since, f.Until = lastDay(f.Since, f.Until)
	by := in.dimensions()
	if by == nil {
		by = []store.Dimension{store.Model, store.Provider}
	}
	now, err := log.Figures(ctx, f, store.FigureOptions{By: by})
	if err != nil {
		return nil, c.explainLog(ctx, "rank calls", err)
	}
	f.Since, f.Until = f.Since.Add(-f.Until.Sub(f.Since)), f.Since
	before, err := log.Figures(ctx, f, store.FigureOptions{By: by})
	if err != nil {
		return nil, c.explainLog(ctx, "rank calls", err)
	}
	was := map[string]*store.Figure{}
	for i := range before {
		was[strings.Join(before[i].By, "\x00")] = &before[i]
	}
	slices.SortStableFunc(now, func(a, b store.Figure) int { return int(min(max(b.Calls-a.Calls, -1), 1)) })
	out := &rankingsOutput{}
	out.Body.Dimension, out.Body.Rankings = in.By, []LogRanking{}
	for i := range now[:min(len(now), in.Limit)] {
		n := &now[i]
		r := LogRanking{
			Calls: n.Calls, SuccessCount: n.Succeeded(), SuccessRate: percent(n.Succeeded(), n.Calls), Tokens: n.Tokens(),
			Cost: dollars(n.CostNano), MeanLatency: ms(n.MeanTook()), Trend: trend(n, was[strings.Join(n.By, "\x00")]),
		}
		if in.By == "" {
			r.Model, r.Provider = n.By[0], n.By[1]
		} else {
			r.ID = n.By[0]
		}
		out.Body.Rankings = append(out.Body.Rankings, r)
	}
	return out, nil
}

func trend(now, before *store.Figure) LogTrend {
	if before == nil || before.Calls == 0 {
		return LogTrend{}
	}
	return LogTrend{
		true, growth(now.Calls, before.Calls), growth(now.Tokens(), before.Tokens()),
		growth(now.CostNano, before.CostNano), growth(int64(now.MeanTook()), int64(before.MeanTook())),
	}
}

func growth(now, before int64) float64 {
	if before == 0 {
		return 0
	}
	return 100 * float64(now-before) / float64(before)
}

// lastDay is the time that statistics are of: up to now and a day long where it is not given. Now
// is the end of this second, so that several who ask within it ask the same.
func lastDay(since, until time.Time) (time.Time, time.Time) {
	if until.IsZero() {
		until = time.Now().Truncate(time.Second).Add(time.Second)
	}
	if since.IsZero() {
		since = until.Add(-24 * time.Hour)
	}
	return since, until
}
