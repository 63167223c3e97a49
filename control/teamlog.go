package control

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// teamLog is the log as the context's caller may see it: who is confined to teams, the
// calls of these alone.
type teamLog struct{ store.Log }

// seen narrows a filter down.
func (l teamLog) seen(ctx context.Context, f store.LogFilter) (store.LogFilter, error) {
	caller := account.Of(ctx)
	if !caller.Confined() {
		return f, nil
	}
	asked := f.Is[store.Team]
	if len(asked) == 0 {
		return f.With(store.Team, caller.Teams...), nil
	}
	for _, team := range asked {
		if err := mayTouch(caller, team); err != nil {
			return f, err
		}
	}
	return f, nil
}

// Find implements store.Log.
func (l teamLog) Find(ctx context.Context, id string) (*usage.Entry, error) {
	e, err := l.Log.Find(ctx, id)
	if caller := account.Of(ctx); err == nil && !caller.Sees(e.Team) {
		return nil, store.ErrNoCall
	}
	return e, err
}

// Transcript implements store.Log.
func (l teamLog) Transcript(ctx context.Context, id string) (*transcript.Transcript, error) {
	if _, err := l.Find(ctx, id); err != nil {
		return nil, err
	}
	return l.Log.Transcript(ctx, id)
}

// List implements store.Log.
func (l teamLog) List(ctx context.Context, f store.LogFilter, p store.Paging) ([]usage.Entry, error) {
	f, err := l.seen(ctx, f)
	if err != nil {
		return nil, err
	}
	return l.Log.List(ctx, f, p)
}

// Count implements store.Log.
func (l teamLog) Count(ctx context.Context, f store.LogFilter, most int) (int64, error) {
	f, err := l.seen(ctx, f)
	if err != nil {
		return 0, err
	}
	return l.Log.Count(ctx, f, most)
}

// Figures implements store.Log.
func (l teamLog) Figures(ctx context.Context, f store.LogFilter, o store.FigureOptions) ([]store.Figure, error) {
	f, err := l.seen(ctx, f)
	if err != nil {
		return nil, err
	}
	return l.Log.Figures(ctx, f, o)
}

// Marks implements store.Log.
func (l teamLog) Marks(ctx context.Context, f store.LogFilter, having string) (map[string]int64, error) {
	f, err := l.seen(ctx, f)
	if err != nil {
		return nil, err
	}
	return l.Log.Marks(ctx, f, having)
}

// MarksOverTime implements store.Log.
func (l teamLog) MarksOverTime(ctx context.Context, f store.LogFilter, having string, every time.Duration) ([]store.MarkCount, bool, error) {
	f, err := l.seen(ctx, f)
	if err != nil {
		return nil, false, err
	}
	return l.Log.MarksOverTime(ctx, f, having, every)
}

// Reprice implements store.Log.
func (l teamLog) Reprice(ctx context.Context, costNano map[string]int64) (int, error) {
	if caller := account.Of(ctx); caller.Confined() {
		ids, err := l.own(ctx, slices.Collect(maps.Keys(costNano)))
		if err != nil {
			return 0, err
		}
		own := make(map[string]int64, len(ids))
		for _, id := range ids {
			own[id] = costNano[id]
		}
		costNano = own
	}
	return l.Log.Reprice(ctx, costNano)
}

// Hide implements store.Log.
func (l teamLog) Hide(ctx context.Context, ids []string) (int, error) {
	ids, err := l.own(ctx, ids)
	if err != nil {
		return 0, err
	}
	return l.Log.Hide(ctx, ids)
}

// own leaves those of some calls that the context's caller sees: the others are not there.
func (l teamLog) own(ctx context.Context, ids []string) ([]string, error) {
	if caller := account.Of(ctx); !caller.Confined() {
		return ids, nil
	}
	var own []string
	for _, id := range ids {
		switch _, err := l.Find(ctx, id); {
		case err == nil:
			own = append(own, id)
		case !errors.Is(err, store.ErrNoCall):
			return nil, err
		}
	}
	return own, nil
}

// Values implements store.Log.
func (l teamLog) Values(ctx context.Context, d store.Dimension, since time.Time) ([]string, error) {
	if caller := account.Of(ctx); !caller.Confined() {
		return l.Log.Values(ctx, d, since)
	}
	figures, err := l.Figures(ctx, store.LogFilter{Since: since}, store.FigureOptions{By: []store.Dimension{d}})
	if err != nil {
		return nil, err
	}
	return valuesOf(figures), nil
}

// valuesOf are the values that figures by one dimension have, in order.
func valuesOf(figures []store.Figure) []string {
	values := []string{}
	for i := range figures {
		if v := figures[i].By[0]; v != "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}
