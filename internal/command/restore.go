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

// restoring gives a Redis its counts back when it has lost them; it is nil for none.
func (d *desk) restoring(counts *redis.Client) func(context.Context, store.Ledger) {
	if counts == nil {
		return nil
	}
	return func(ctx context.Context, ledger store.Ledger) { d.restoreCounts(ctx, ledger, counts) }
}

// restoreCounts gives Redis its counts back when it has lost them, until ctx ends.
func (d *desk) restoreCounts(ctx context.Context, ledger store.Ledger, counts *redis.Client) {
	restorer := sharedlimits.Restorer{Redis: counts, Log: d.log, Used: func(ctx context.Context) ([]sharedlimits.Used, error) {
		levels, err := d.levels(ctx)
		if err != nil {
			return nil, err
		}
		return usedOf(ctx, ledger, levels, time.Now(), time.Time{})
	}}
	restorer.Run(ctx)
}

// keysAtOnce are read in one go; meanwhile none can be changed.
const keysAtOnce = 1000

// levels returns all that have limits.
func (d *desk) levels(ctx context.Context) ([]gateway.Level, error) {
	var all []gateway.Level
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
		all = gateway.LevelsOf(cfg)
	}
	for q := (virtualkey.Query{Limit: keysAtOnce}); ; {
		page, err := d.keys.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			all = append(all, gateway.LevelsOfKey(governance, r)...)
		}
		if q.After = page.Next; q.After == (virtualkey.Place{}) {
			return all, nil
		}
	}
}
