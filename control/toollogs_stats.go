package control

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) toolFigureRoutes() {
	const path = "/api/mcp-logs"
	huma.Register(c.api, at(http.MethodGet, path+"/stats", "get-mcp-log-stats", "Add calls of tools up"), c.toolStats)
	huma.Register(c.api, at(http.MethodGet, path+"/filterdata", "get-mcp-log-filterdata", "List the values that calls of tools can be filtered by"), c.toolFilterData)
	huma.Register(c.api, at(http.MethodGet, path+"/histogram", "get-mcp-log-histogram", "Count calls of tools over time"), toolHistogram(c, func(s *slot) ToolBucket {
		return ToolBucket{s.at, s.whole.Calls, s.whole.Succeeded(), s.whole.Failed, s.whole.Canceled}
	}))
	huma.Register(c.api, at(http.MethodGet, path+"/histogram/cost", "get-mcp-log-histogram-cost", "Add costs of tools up over time"), toolHistogram(c, func(s *slot) ToolCostBucket {
		return ToolCostBucket{s.at, dollars(s.whole.CostNano)}
	}))
	huma.Register(c.api, at(http.MethodGet, path+"/histogram/top-tools", "get-mcp-log-top-tools", "Rank tools by their calls"), c.topTools)
}

type toolStatsOutput struct {
	Body struct {
		Calls       int64       `json:"total_executions"`
		SuccessRate float64     `json:"success_rate" doc:"Of a hundred."`
		MeanLatency float64     `json:"average_latency" doc:"In milliseconds."`
		Cost        float64     `json:"total_cost" doc:"In dollars."`
		CostNano    int64       `json:"total_cost_nano" doc:"In billionths of a dollar."`
		Failed      int64       `json:"failed_executions"`
		Cancelled   int64       `json:"cancelled_executions"`
		Latency     LatencyStat `json:"latency"`
	}
}

func (c *Control) toolStats(ctx context.Context, in *struct{ ToolLogQuery }) (*toolStatsOutput, error) {
	figures, err := c.toolFigures(ctx, in.filter, store.FigureOptions{Latencies: true})
	if err != nil {
		return nil, err
	}
	var all store.Figure
	for i := range figures {
		all.Add(&figures[i])
	}
	out := &toolStatsOutput{}
	b := &out.Body
	b.Calls, b.SuccessRate, b.MeanLatency = all.Calls, percent(all.Succeeded(), all.Calls), ms(all.MeanTook())
	b.Cost, b.CostNano, b.Failed, b.Cancelled, b.Latency = dollars(all.CostNano), all.CostNano, all.Failed, all.Canceled, latencyStat(&all)
	return out, nil
}

func (c *Control) toolFigures(ctx context.Context, f store.LogFilter, o store.FigureOptions) ([]store.Figure, error) {
	log, ctx, cancel, err := c.figures(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	figures, err := log.Figures(ctx, f, o)
	if err != nil {
		return nil, c.explainLog(ctx, "add calls of tools up", err)
	}
	return figures, nil
}

type toolFilterDataOutput struct {
	Body struct {
		Tools       []string  `json:"tool_names"`
		Servers     []string  `json:"server_labels"`
		VirtualKeys []NamedID `json:"virtual_keys"`
	}
}

func (c *Control) toolFilterData(ctx context.Context, in *filterDataInput) (*toolFilterDataOutput, error) {
	f := store.LogFilter{Since: in.StartTime}.With(store.Operation, api.OpTool.String())
	if f.Since.IsZero() {
		f.Since = time.Now().Truncate(time.Second).Add(-filterDataFor)
	}
	out := &toolFilterDataOutput{}
	b := &out.Body
	for d, to := range map[store.Dimension]*[]string{store.Model: &b.Tools, store.Provider: &b.Servers} {
		var err error
		if *to, err = c.toolValues(ctx, f, d); err != nil {
			return nil, err
		}
	}
	keys, err := c.toolValues(ctx, f, store.VirtualKey)
	if err != nil {
		return nil, err
	}
	names := c.keyNames(ctx)
	b.VirtualKeys = []NamedID{}
	for _, id := range keys {
		b.VirtualKeys = append(b.VirtualKeys, NamedID{id, cmp.Or(names(id), id)})
	}
	return out, nil
}

// toolValues are those that a dimension of tools' calls has.
func (c *Control) toolValues(ctx context.Context, f store.LogFilter, d store.Dimension) ([]string, error) {
	figures, err := c.toolFigures(ctx, f, store.FigureOptions{By: []store.Dimension{d}})
	if err != nil {
		return nil, err
	}
	return valuesOf(figures), nil
}

type toolHistogramInput struct {
	ToolLogQuery
	Bucket int64 `query:"bucket_seconds" minimum:"60" maximum:"31536000" multipleOf:"60" doc:"How long a bucket is; unless given, it follows from the time that is shown."`
}

// ToolBucket counts calls of tools.
type ToolBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	Count     int64     `json:"count"`
	Success   int64     `json:"success"`
	Error     int64     `json:"error"`
	Cancelled int64     `json:"cancelled"`
}

// ToolCostBucket adds costs of tools up, in dollars.
type ToolCostBucket struct {
	Timestamp time.Time `json:"timestamp" doc:"When it begins."`
	Cost      float64   `json:"total_cost"`
}

type toolHistogramOutput[B any] struct {
	Body struct {
		Buckets    []B   `json:"buckets"`
		BucketSize int64 `json:"bucket_size_seconds"`
	}
}

// toolHistogram makes the handler of a histogram.
func toolHistogram[B any](c *Control, bucket func(*slot) B) func(context.Context, *toolHistogramInput) (*toolHistogramOutput[B], error) {
	return func(ctx context.Context, in *toolHistogramInput) (*toolHistogramOutput[B], error) {
		slots, width, err := c.slots(ctx, &histogramInput{LogQuery: LogQuery{filter: in.filter}, Bucket: in.Bucket})
		if err != nil {
			return nil, err
		}
		out := &toolHistogramOutput[B]{}
		out.Body.BucketSize, out.Body.Buckets = int64(width/time.Second), make([]B, len(slots))
		for i := range slots {
			out.Body.Buckets[i] = bucket(&slots[i])
		}
		return out, nil
	}
}

type topToolsInput struct {
	ToolLogQuery
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"10"`
}

type topToolsOutput struct {
	Body struct {
		Tools []TopTool `json:"tools" doc:"Those with the most calls first."`
	}
}

// TopTool is what calls of a tool add up to.
type TopTool struct {
	Tool   string  `json:"tool_name"`
	Server string  `json:"server_label"`
	Count  int64   `json:"count"`
	Failed int64   `json:"failed"`
	Cost   float64 `json:"cost" doc:"In dollars."`
}

func (c *Control) topTools(ctx context.Context, in *topToolsInput) (*topToolsOutput, error) {
	f := in.filter
	f.Since, f.Until = lastDay(f.Since, f.Until)
	figures, err := c.toolFigures(ctx, f, store.FigureOptions{By: []store.Dimension{store.Model, store.Provider}})
	if err != nil {
		return nil, err
	}
	out := &topToolsOutput{}
	out.Body.Tools = []TopTool{}
	for i := range figures {
		g := &figures[i]
		out.Body.Tools = append(out.Body.Tools, TopTool{g.By[0], g.By[1], g.Calls, g.Failed, dollars(g.CostNano)})
	}
	slices.SortFunc(out.Body.Tools, func(a, b TopTool) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Server, b.Server), cmp.Compare(a.Tool, b.Tool))
	})
	out.Body.Tools = out.Body.Tools[:min(len(out.Body.Tools), in.Limit)]
	return out, nil
}
