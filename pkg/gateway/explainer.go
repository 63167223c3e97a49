package gateway

import (
	"context"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Explainer explains requests where no gateway runs: of how busy and how quick
// providers are it knows nothing. Safe for concurrent use.
type Explainer struct{ gateway *Gateway }

// NewExplainer makes an explainer that has no configuration yet. It runs nothing, and
// needs no end.
func NewExplainer() *Explainer {
	return &Explainer{prepared(config.Default(), Options{Log: slog.New(slog.DiscardHandler)})}
}

// Apply has requests explained by a configuration, which must not be changed any more.
// Plugins and guardrails do not say where a request goes, so none are made.
func (e *Explainer) Apply(cfg *config.Config, revision uint64) error {
	bare := *cfg
	bare.Plugins, bare.Guardrails = nil, config.Guardrails{}
	return e.gateway.ApplyRevision(&bare, revision)
}

// Explain is [Gateway.Explain]. A configuration must have been applied.
func (e *Explainer) Explain(ctx context.Context, q *Question, counts limits.Reader) *Explanation {
	out := e.gateway.Explain(ctx, q, counts)
	out.Live = false
	return out
}
