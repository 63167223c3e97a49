package gateway

import "github.com/asbru-gateway/asbru/pkg/api"

// untold counts a part of an answer that the caller's dialect has no word for, so that
// the caller does not hear of it.
func (c *Call) untold(kind api.PartKind, of string) {
	if kind == api.PartOpaque && c.In != nil && of != c.In.Name() {
		c.gateway.metrics.Untold.WithLabelValues(of, c.In.Name()).Inc()
	}
}

// countUntold counts them in a whole answer.
func (c *Call) countUntold(r *api.Response) {
	for i := range r.Choices {
		for j := range r.Choices[i].Parts {
			p := &r.Choices[i].Parts[j]
			c.untold(p.Kind, p.RawOf)
		}
	}
}
