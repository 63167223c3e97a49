package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// restorePatience is how long control waits for Redis: nobody waits for control.
const restorePatience = 2 * time.Second

// openRestored opens the Redis whose counts are restored, nil without URLs, and
// returns how to close it.
func openRestored(urls string, log *slog.Logger) (*redis.Client, func(), error) {
	if urls == "" {
		return nil, func() {}, nil
	}
	client, err := redis.Open(urls, redis.Options{Timeout: restorePatience, Log: log})
	if err != nil {
		return nil, nil, fmt.Errorf("--redis: %w", err)
	}
	return client, func() { client.Close() }, nil
}

// readerOf tells what is counted in a Redis; nil for none.
func readerOf(counts *redis.Client) limits.Reader {
	if counts == nil {
		return nil
	}
	return sharedlimits.NewReader(counts)
}

// restoreCounts gives Redis its counts back when it has lost them, until ctx ends.
func (d *desk) restoreCounts(ctx context.Context, ledger store.Ledger, counts *redis.Client) {
	restorer := sharedlimits.Restorer{Redis: counts, Log: d.log, Used: func(ctx context.Context) ([]sharedlimits.Used, error) {
		all, err := d.limited(ctx)
		if err != nil {
			return nil, err
		}
		return usedOf(ctx, ledger, all, time.Now())
	}}
	restorer.Run(ctx)
}

// limited are the limits of one virtual key, which the ledger knows by a name.
type limited struct {
	virtualKey string
	limits     []limits.Limit
}

// limitedBy are those of levels that are whole virtual keys.
func limitedBy(levels []gateway.Level) []limited {
	var all []limited
	for i := range levels {
		if l := &levels[i]; l.VirtualKey != "" && l.Provider == "" {
			all = append(all, limited{l.VirtualKey, l.Limits})
		}
	}
	return all
}

// keysAtOnce are read in one go; meanwhile none can be changed.
const keysAtOnce = 1000

// limited returns the limits of all virtual keys.
func (d *desk) limited(ctx context.Context) ([]limited, error) {
	var all []limited
	governance := &config.Governance{}
	_, document, err := d.publisher.Newest(ctx)
	if err != nil && !errors.Is(err, rollout.ErrNone) {
		return nil, err
	}
	if err == nil {
		cfg, _, err := check(document)
		if err != nil {
			return nil, err
		}
		governance = &cfg.Governance
		all = limitedBy(gateway.LevelsOf(cfg))
	}
	for q := (virtualkey.Query{Limit: keysAtOnce}); ; {
		page, err := d.keys.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			all = append(all, limitedBy(gateway.LevelsOfKey(governance, r))...)
		}
		if q.After = page.Next; q.After == (virtualkey.Place{}) {
			return all, nil
		}
	}
}

// usedOf returns what the ledger knows to be used of limits, as far as that is
// anything. A call that was never tried at a provider was refused, or failed early:
// it is left out.
func usedOf(ctx context.Context, ledger store.Ledger, all []limited, now time.Time) ([]sharedlimits.Used, error) {
	type span struct {
		period   time.Duration
		calendar limits.Calendar
	}
	known := map[span]map[string]store.Total{} // by the virtual key
	var used []sharedlimits.Used
	for i := range all {
		for j := range all[i].limits {
			l := &all[i].limits[j]
			if l.Shape() == limits.InUse {
				continue
			}
			of := span{l.Period, l.Calendar}
			totals, asked := known[of]
			if !asked {
				var err error
				if totals, err = totalsSince(ctx, ledger, beginOf(l, now)); err != nil {
					return nil, err
				}
				known[of] = totals
			}
			if total := totals[all[i].virtualKey]; total.Calls > 0 {
				used = append(used, sharedlimits.Used{Limit: l, Amount: amountOf(l.Kind, &total)})
			}
		}
	}
	return used, nil
}

func beginOf(l *limits.Limit, now time.Time) time.Time {
	if l.Shape() == limits.Window {
		return now.Add(-l.Period)
	}
	begin, _ := l.Calendar.Bounds(now)
	return begin
}

func totalsSince(ctx context.Context, ledger store.Ledger, since time.Time) (map[string]store.Total, error) {
	sums, err := ledger.Sum(ctx, store.Filter{Since: since, Tried: true}, store.ByVirtualKey)
	if err != nil {
		return nil, err
	}
	totals := make(map[string]store.Total, len(sums))
	for _, t := range sums {
		totals[t.VirtualKey] = t
	}
	return totals, nil
}

// amountOf is what a limit of a kind counts of what was used.
func amountOf(k limits.Kind, t *store.Total) int64 {
	switch k {
	case limits.Tokens:
		return t.Usage.Total()
	case limits.Money:
		return t.CostNano
	}
	return t.Calls
}
