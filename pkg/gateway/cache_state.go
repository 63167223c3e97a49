package gateway

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
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
	// SimilarHits are those of the hits that were for a request that means nearly the same,
	// Similar the answers that are found so, and EmbeddingCost what finding out has cost.
	SimilarHits   int64
	Similar       int
	EmbeddingCost float64 // dollars
	Namespaces    []cache.Share
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
		SimilarHits: telemetry.Value(m.CacheSemantic.WithLabelValues("hit")), Similar: kept.Alike(), EmbeddingCost: telemetry.Amount(m.CacheEmbeddingDollars),
		Namespaces: kept.Tally().Shares(),
	}, true
}

// makeRoom makes room for answers as a configuration says that is about to be in force. It
// returns what is to be closed then, nil for none.
func (g *Gateway) makeRoom(c *config.Cache) (before *cache.Answers) {
	kept, sharing := g.kept.Load(), c.Shared() && g.options.Answers != nil
	switch {
	case !c.Enabled:
		return g.kept.Swap(nil)
	case kept != nil && sharing == g.sharing:
		kept.Resize(c.MaxBytes())
		kept.ResizeAlike(alikeRoom(c))
		return nil
	}
	g.sharing = sharing
	far := g.options.Answers
	if !sharing {
		far = nil
	}
	answers := cache.NewAnswers(c.MaxBytes(), far, g.options.Node, g.log)
	answers.ResizeAlike(alikeRoom(c))
	return g.kept.Swap(answers)
}

// alikeRoom is how many answers are found by what their requests mean.
func alikeRoom(c *config.Cache) int {
	if !c.Semantic.Enabled {
		return 0
	}
	return c.Semantic.Entries()
}

// PurgeSharedCache forgets the answers that are kept for all nodes and are meant, unless
// another node does: one of those that are told of the purge with an id.
func (g *Gateway) PurgeSharedCache(ctx context.Context, s cache.Selection, id string) error {
	if kept := g.kept.Load(); kept != nil {
		return kept.PurgeShared(ctx, s, id)
	}
	return nil
}

// PurgeCache forgets the answers in memory that are meant, and returns how many those were.
func (g *Gateway) PurgeCache(s cache.Selection) int {
	if kept := g.kept.Load(); kept != nil {
		return kept.Purge(s)
	}
	return 0
}
