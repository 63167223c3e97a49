package control

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) histogramRoutes() {
	const path = "/api/logs/histogram"
	huma.Register(c.api, at(http.MethodGet, path, "get-log-histogram", "Count calls over time"), histogram(c, "", countBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/tokens", "get-log-histogram-tokens", "Add up tokens over time"), histogram(c, "", tokenBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/cost", "get-log-histogram-cost", "Add up costs over time, by model"), histogram(c, "model", costBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/models", "get-log-histogram-models", "Count calls over time, by model"), histogram(c, "model", countBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/latency", "get-log-histogram-latency", "Show over time how long calls took"), histogram(c, "", latencyBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/cost/by-provider", "get-log-histogram-cost-by-provider", "Add up costs over time, by provider"), histogram(c, "provider", costBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/tokens/by-provider", "get-log-histogram-tokens-by-provider", "Add up tokens over time, by provider"), histogram(c, "provider", tokenBucket))
	huma.Register(c.api, at(http.MethodGet, path+"/latency/by-provider", "get-log-histogram-latency-by-provider", "Show over time how long calls took, by provider"), histogram(c, "provider", latencyBucket))
}

type histogramInput struct {
	LogQuery
	LogGrouping
	Bucket int64 `query:"bucket_seconds" minimum:"60" maximum:"31536000" multipleOf:"60" doc:"How long a bucket is; unless given, it follows from the time that is shown."`
}

// histogramOutput is a histogram whose buckets are of type B.
type histogramOutput[B any] struct {
	Body struct {
		Buckets    []B      `json:"buckets"`
		BucketSize int64    `json:"bucket_size_seconds"`
		Models     []string `json:"models,omitempty"`
		Providers  []string `json:"providers,omitempty"`
		Dimension  string   `json:"dimension,omitempty" doc:"With by: what calls are told apart by."`
		Values     []string `json:"dimension_values,omitempty"`
	}
}

// Groups are what a bucket has of each value that calls are told apart by.
type Groups[V any] struct {
	ByModel     map[string]V `json:"by_model,omitempty"`
	ByProvider  map[string]V `json:"by_provider,omitempty"`
	ByDimension map[string]V `json:"by_dimension,omitempty"`
}

// CountBucket counts calls.
type CountBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	Count     int64     `json:"count"`
	Success   int64     `json:"success"`
	Error     int64     `json:"error"`
	Cancelled int64     `json:"cancelled"`
	Groups[CountGroup]
}

// CountGroup counts calls of one value.
type CountGroup struct {
	Total     int64 `json:"total"`
	Success   int64 `json:"success"`
	Error     int64 `json:"error"`
	Cancelled int64 `json:"cancelled"`
}

func countBucket(s *slot) CountBucket {
	f := &s.whole
	return CountBucket{s.at, f.Calls, f.Succeeded(), f.Failed, f.Canceled, groupsOf(s, func(f *store.Figure) CountGroup {
		return CountGroup{f.Calls, f.Succeeded(), f.Failed, f.Canceled}
	})}
}

// TokenBucket adds tokens up.
type TokenBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	TokenGroup
	Groups[TokenGroup]
}

// TokenGroup adds the tokens of one value up.
type TokenGroup struct {
	Prompt     int64 `json:"prompt_tokens"`
	Completion int64 `json:"completion_tokens"`
	Total      int64 `json:"total_tokens"`
	CacheRead  int64 `json:"cached_read_tokens"`
}

func tokenBucket(s *slot) TokenBucket {
	return TokenBucket{s.at, tokenGroup(&s.whole), groupsOf(s, tokenGroup)}
}

func tokenGroup(f *store.Figure) TokenGroup {
	return TokenGroup{f.Input, f.Output, f.Tokens(), f.CacheRead}
}

// CostBucket adds costs up, in dollars.
type CostBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	Cost      float64   `json:"total_cost"`
	Groups[float64]
}

func costBucket(s *slot) CostBucket {
	return CostBucket{s.at, dollars(s.whole.CostNano), groupsOf(s, func(f *store.Figure) float64 { return dollars(f.CostNano) })}
}

// LatencyBucket shows how long calls took.
type LatencyBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	LatencyStat
	Groups[LatencyStat]
}

func latencyBucket(s *slot) LatencyBucket {
	return LatencyBucket{s.at, latencyStat(&s.whole), groupsOf(s, latencyStat)}
}

// slot is what the calls of a length of time add up to.
type slot struct {
	at    time.Time
	whole store.Figure
	name  string // of what they are told apart by
	by    map[string]*store.Figure
}

// groupsOf puts the groups where the API has them.
func groupsOf[V any](s *slot, of func(*store.Figure) V) (g Groups[V]) {
	if s.name == "" {
		return g
	}
	values := make(map[string]V, len(s.by))
	for value, f := range s.by {
		values[value] = of(f)
	}
	switch s.name {
	case "model":
		g.ByModel = values
	case "provider":
		g.ByProvider = values
	default:
		g.ByDimension = values
	}
	return g
}

// histogram makes the handler of a histogram; by is what calls are told apart by unless
// the query says otherwise.
func histogram[B any](c *Control, by string, bucket func(*slot) B) func(context.Context, *histogramInput) (*histogramOutput[B], error) {
	return func(ctx context.Context, in *histogramInput) (*histogramOutput[B], error) {
		if in.By == "" {
			in.By = by
		}
		slots, width, err := c.slots(ctx, in)
		if err != nil {
			return nil, err
		}
		out := &histogramOutput[B]{}
		out.Body.BucketSize = int64(width / time.Second)
		out.Body.Buckets = make([]B, len(slots))
		seen := map[string]bool{}
		for i := range slots {
			out.Body.Buckets[i] = bucket(&slots[i])
			for value := range slots[i].by {
				seen[value] = true
			}
		}
		values := append([]string{}, slices.Sorted(maps.Keys(seen))...)
		switch in.By {
		case "":
		case "model":
			out.Body.Models = values
		case "provider":
			out.Body.Providers = values
		default:
			out.Body.Dimension, out.Body.Values = in.By, values
		}
		return out, nil
	}
}

// slotsMost bounds the buckets of a histogram.
const slotsMost = 2000

// slots adds calls up bucket by bucket, those without calls included.
func (c *Control) slots(ctx context.Context, in *histogramInput) ([]slot, time.Duration, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer cancel()
	f := in.filter
	f.Since, f.Until = lastDay(f.Since, f.Until)
	width := time.Duration(in.Bucket) * time.Second
	if width == 0 {
		width = widthOf(f.Until.Sub(f.Since))
	}
	if f.Until.Sub(f.Since)/width > slotsMost {
		return nil, 0, invalid("query.bucket_seconds", "makes too many buckets of this time; take longer ones")
	}
	figures, err := log.Figures(ctx, f, store.FigureOptions{By: in.dimensions(), Every: width, Latencies: true})
	if err != nil {
		return nil, 0, c.explainLog(ctx, "add calls up over time", err)
	}
	var slots []slot
	first := floorTo(f.Since, width)
	for at := first; at.Before(f.Until); at = at.Add(width) {
		s := slot{at: at, name: in.By}
		if in.By != "" {
			s.by = map[string]*store.Figure{}
		}
		slots = append(slots, s)
	}
	for i := range figures {
		figure := &figures[i]
		s := &slots[figure.Time.Sub(first)/width]
		s.whole.Add(figure)
		if in.By != "" {
			s.by[figure.By[0]] = figure
		}
	}
	return slots, width, nil
}

// floorTo is the beginning of a bucket; buckets are counted from 1970.
func floorTo(t time.Time, width time.Duration) time.Time {
	us, w := t.UnixMicro(), width.Microseconds()
	return time.UnixMicro(us - (us%w+w)%w).UTC()
}

// widthOf chooses buckets, so that there are about a hundred of them at most.
func widthOf(span time.Duration) time.Duration {
	for _, w := range [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour} {
		if span <= 100*w {
			return w
		}
	}
	return 7 * 24 * time.Hour
}
