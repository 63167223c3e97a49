package control

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) refusalRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/limits/refusals", "list-limit-refusals", "Count over time which limits have refused calls"), c.limitRefusals)
}

const (
	// refusersMost bounds the limits that are told of.
	refusersMost = 50
	refusalSlots = 200
)

// refusedStatuses are what calls end with that a limit has refused; whether one has, and
// which, their marks say.
var refusedStatuses = func() (all []string) {
	for _, kind := range []api.Kind{api.KindRateLimit, api.KindBilling, api.KindOverloaded} {
		all = append(all, strconv.Itoa(api.Errorf(kind, "", "").HTTPStatus()))
	}
	return all
}()

// LimitRefusals are the calls that a limit has refused.
type LimitRefusals struct {
	ID     string  `json:"id" example:"team:search:money"`
	Kind   string  `json:"kind,omitempty" enum:"requests,tokens,concurrency,money"`
	Scope  string  `json:"scope,omitempty" doc:"What has the limit. Absent: it is gone." example:"team"`
	Owner  string  `json:"owner,omitempty" doc:"Its name."`
	Mark   string  `json:"mark" doc:"What the calls are marked with: the filter mark of the log finds them."`
	Calls  int64   `json:"calls"`
	Counts []int64 `json:"counts" doc:"Calls of each bucket."`
}

type refusalsInput struct {
	LogQuery
	Bucket int64 `query:"bucket_seconds" minimum:"60" maximum:"31536000" multipleOf:"60" doc:"How long a bucket is; unless given, it follows from the time that is shown."`
}

type refusalsOutput struct {
	Body struct {
		Buckets    []time.Time     `json:"buckets" doc:"When each begins."`
		BucketSize int64           `json:"bucket_size_seconds"`
		Limits     []LimitRefusals `json:"limits" doc:"Those that have refused most first, 50 of them at most. A call that several limits have refused, at several providers, counts at each."`
		Complete   bool            `json:"complete" doc:"No limit, and no bucket of one, is left out."`
	}
}

// limitRefusals counts the calls that have ended refused.
func (c *Control) limitRefusals(ctx context.Context, in *refusalsInput) (*refusalsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	log, asking, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	f := in.filter
	f.Since, f.Until = lastDay(f.Since, f.Until)
	if len(f.Is[store.Status]) == 0 {
		f = f.With(store.Status, refusedStatuses...) // the rows of others need not be read
	}
	width := time.Duration(in.Bucket) * time.Second
	if width == 0 {
		width = widthOf(f.Until.Sub(f.Since))
	}
	if f.Until.Sub(f.Since)/width > refusalSlots {
		return nil, invalid("query.bucket_seconds", "makes too many buckets of this time; take longer ones")
	}
	marked, whole, err := log.MarksOverTime(asking, f, gateway.RefusedMark, width)
	if err != nil {
		return nil, c.explainLog(asking, "count what limits have refused", err)
	}
	out := &refusalsOutput{}
	b := &out.Body
	b.BucketSize, b.Buckets, b.Complete = int64(width/time.Second), []time.Time{}, whole
	first := floorTo(f.Since, width)
	for at := first; at.Before(f.Until); at = at.Add(width) {
		b.Buckets = append(b.Buckets, at)
	}
	byID := map[string]*LimitRefusals{}
	for _, m := range marked {
		at := int(m.Time.Sub(first) / width)
		if at < 0 || at >= len(b.Buckets) {
			continue
		}
		for _, id := range refusers(m.Marks) {
			l := byID[id]
			if l == nil {
				l = &LimitRefusals{ID: id, Mark: gateway.MarkOfRefusal(id), Counts: make([]int64, len(b.Buckets))}
				byID[id] = l
			}
			l.Calls += m.Calls
			l.Counts[at] += m.Calls
		}
	}
	b.Limits = make([]LimitRefusals, 0, len(byID))
	for _, l := range byID {
		b.Limits = append(b.Limits, *l)
	}
	slices.SortFunc(b.Limits, func(a, b LimitRefusals) int { return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.ID, b.ID)) })
	if len(b.Limits) > refusersMost {
		b.Limits, b.Complete = b.Limits[:refusersMost], false
	}
	known := map[string]*limits.Limit{}
	note(known, gateway.LevelsOf(cfg))
	for i := range b.Limits {
		l := &b.Limits[i]
		l.Kind = l.ID[strings.LastIndexByte(l.ID, ':')+1:]
		if !slices.Contains([]string{"requests", "tokens", "concurrency", "money"}, l.Kind) {
			l.Kind = ""
		}
		if of, err := c.limit(ctx, cfg, known, l.ID); err == nil {
			l.Kind, l.Scope, l.Owner = of.Kind.Word(), of.Scope, of.Owner
		}
	}
	return out, nil
}

// refusers are the limits that a call's marks name, each once.
func refusers(marks string) (all []string) {
	for mark := range strings.SplitSeq(marks, ",") {
		if id, is := gateway.RefuserOf(mark); is && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
