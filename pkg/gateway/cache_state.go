package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// CacheState is what a gateway keeps of answers, and has given again since it began.
type CacheState struct {
	Entries      int
	Bytes        int64
	MaxBytes     int64
	Hits, Misses int64
	SavedCost    float64 // dollars
	SavedTime    float64 // seconds that it took to make the answers
}

// CacheState returns what the gateway keeps of answers. It says no where none are kept.
func (g *Gateway) CacheState() (s CacheState, on bool) {
	kept := g.kept.Load()
	if kept == nil || g.snapshot.Load().cache == nil {
		return s, false
	}
	m, has := g.metrics, kept.Stats()
	return CacheState{
		Entries: has.Entries, Bytes: has.Bytes, MaxBytes: has.MaxBytes,
		Hits: telemetry.Value(m.CacheRequests.WithLabelValues("hit")), Misses: telemetry.Value(m.CacheRequests.WithLabelValues("miss")),
		SavedCost: telemetry.Amount(m.CacheSavedDollars), SavedTime: telemetry.Amount(m.CacheSavedSeconds),
	}, true
}

// PurgeCache forgets the kept answers that are meant, and returns how many those were.
func (g *Gateway) PurgeCache(s cache.Selection) int {
	if kept := g.kept.Load(); kept != nil {
		return kept.Purge(s)
	}
	return 0
}
