package control

import (
	"cmp"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

// CacheNamespace is how the answers of a namespace have fared on all nodes.
type CacheNamespace struct {
	cache.Share

	HitRate float64 `json:"hit_rate" doc:"Hits among the calls whose answer may be kept, 0 to 1."`
}

func addShares(to map[string]cache.Share, shares []cache.Share) {
	for _, s := range shares {
		sum := to[s.Namespace]
		sum.Namespace = s.Namespace
		sum.Add(s)
		to[s.Namespace] = sum
	}
}

// cacheNamespaces are the shares, those first that were asked for most.
func cacheNamespaces(shares map[string]cache.Share) []CacheNamespace {
	all := make([]CacheNamespace, 0, len(shares))
	for _, s := range shares {
		all = append(all, CacheNamespace{Share: s, HitRate: hitRate(s.Hits, s.Misses)})
	}
	slices.SortFunc(all, func(a, b CacheNamespace) int {
		return cmp.Or(cmp.Compare(b.Hits+b.Misses, a.Hits+a.Misses), cmp.Compare(a.Namespace, b.Namespace))
	})
	return all
}

func hitRate(hits, misses int64) float64 {
	if hits+misses == 0 {
		return 0
	}
	return float64(hits) / float64(hits+misses)
}
