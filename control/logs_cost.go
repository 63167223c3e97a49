package control

import (
	"context"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) costRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/logs/recalculate-cost", "recalculate-log-costs",
		"Price calls that used something at no known price, by the prices that hold now"), c.recalculateCosts)
}

type recalculateInput struct {
	LogQuery
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"Calls to look at."`
	After string `query:"after" maxLength:"200" doc:"Go on behind a request before: its next_cursor."`
}

type recalculateOutput struct {
	Body struct {
		Matched    int64  `json:"total_matched" doc:"Calls without a price before, counted up to 10000."`
		Updated    int    `json:"updated"`
		Skipped    int    `json:"skipped" doc:"Calls whose price is still not known."`
		Remaining  int64  `json:"remaining" doc:"Calls that are still without a price, counted up to 10000."`
		NextCursor string `json:"next_cursor,omitempty" doc:"Where to go on, for after; absent at the end."`
	}
}

func (c *Control) recalculateCosts(ctx context.Context, in *recalculateInput) (*recalculateOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	f := in.filter
	f.MissingCost = true // a price that was charged stays what it was
	page := store.Paging{Limit: in.Limit}
	if in.After != "" {
		if page.After, err = placeOf(in.After); err != nil {
			return nil, invalid("query.after", "must be the next_cursor of a request before")
		}
	}
	out := &recalculateOutput{}
	if out.Body.Matched, err = log.Count(ctx, f, countMost); err != nil {
		return nil, c.explainLog(ctx, "count the calls", err)
	}
	entries, err := log.List(ctx, f, page)
	if err != nil {
		return nil, c.explainLog(ctx, "read the log", err)
	}
	prices, costs := gateway.NewPrices(cfg, new(catalog.Live)), map[string]int64{}
	for i := range entries {
		e := &entries[i]
		if cost, known := prices.Cost(e.Provider, e.Model, e.Key, e.VirtualKey, &e.Usage); known && cost > 0 {
			costs[e.CallID] = cost
		}
	}
	if out.Body.Updated, err = log.Reprice(ctx, costs); err != nil {
		return nil, c.explainLog(ctx, "set what calls cost", err)
	}
	out.Body.Skipped = len(entries) - out.Body.Updated
	out.Body.Remaining = max(out.Body.Matched-int64(out.Body.Updated), 0)
	if len(entries) == in.Limit {
		out.Body.NextCursor = cursorOf(&entries[len(entries)-1])
	}
	return out, nil
}
