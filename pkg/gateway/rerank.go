package gateway

import (
	"cmp"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// rank makes of a provider's ranks what was asked for: the best first, no more than
// wanted, with the documents where the caller wants to see them. Providers differ in that.
func (c *Call) rank(r *api.Response) {
	want := &c.request.Rerank
	r.Ranks = slices.DeleteFunc(r.Ranks, func(k api.Rank) bool { return k.Index < 0 || k.Index >= len(want.Documents) })
	slices.SortStableFunc(r.Ranks, func(a, b api.Rank) int { return cmp.Compare(b.Score, a.Score) })
	if want.Top.Set && want.Top.V >= 0 && want.Top.V < int64(len(r.Ranks)) {
		r.Ranks = r.Ranks[:want.Top.V]
	}
	for i := range r.Ranks {
		k := &r.Ranks[i]
		k.Document = nil
		if want.Return.V {
			k.Document = &want.Documents[k.Index]
		}
	}
}
