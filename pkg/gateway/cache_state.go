package gateway

import (
	"context"
	"fmt"

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
// returns what ends what is not needed then.
func (g *Gateway) makeRoom(c *config.Cache, far cache.SharedNeighbours) (end func()) {
	kept, sharing := g.kept.Load(), c.Shared() && g.options.Answers != nil
	var closing []func()
	if kept != nil && (!c.Enabled || sharing != g.sharing) {
		closing = append(closing, kept.Close)
		kept = nil
	}
	if c.Enabled {
		kept = g.roomFor(c, kept, sharing)
		kept.ResizeAlike(alikeRoom(c))
		kept.ShareAlike(far)
	}
	g.kept.Store(kept)
	if before := g.neighbours; before != nil && before != far {
		closing = append(closing, func() { g.closeNeighbours(before) })
	}
	g.neighbours, g.neighboursAt = far, neighboursAt(c)
	return func() {
		for _, end := range closing {
			end()
		}
	}
}

// roomFor returns kept with the room that a configuration wants; nil: a new place.
func (g *Gateway) roomFor(c *config.Cache, kept *cache.Answers, sharing bool) *cache.Answers {
	if kept != nil {
		kept.Resize(c.MaxBytes())
		return kept
	}
	g.sharing = sharing
	var far cache.Shared
	if sharing {
		far = g.options.Answers
	}
	return cache.NewAnswers(c.MaxBytes(), far, g.options.Node, g.log)
}

func (g *Gateway) closeNeighbours(n cache.SharedNeighbours) {
	if err := n.Close(); err != nil {
		g.log.Warn("the semantic cache's store could not be closed", "error", err)
	}
}

// neighboursAt is where all nodes know what requests mean; "" for nowhere.
func neighboursAt(c *config.Cache) string {
	if !c.Enabled || !c.Semantic.Shared() {
		return ""
	}
	return c.Semantic.URL.Reveal()
}

// openNeighbours opens what a configuration wants shared of what requests mean, unless it is
// open already; nil for nothing.
func (g *Gateway) openNeighbours(c *config.Cache) (cache.SharedNeighbours, error) {
	switch at := neighboursAt(c); {
	case at == "" || g.options.Neighbours == nil:
		return nil, nil
	case at == g.neighboursAt:
		return g.neighbours, nil
	default:
		n, err := g.options.Neighbours(at)
		if err != nil {
			return nil, fmt.Errorf("cache.semantic.url: %w", err)
		}
		return n, nil
	}
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
