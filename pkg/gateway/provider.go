package gateway

import (
	"context"
	"fmt"
	"net"
	"reflect"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/pool"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/upstream"
	"github.com/prometheus/client_golang/prometheus"
)

// Provider is a configured provider, ready for the hot path.
type Provider struct {
	provider.Provider
	codec   dialect.Codec
	spoken  []spoken // the dialects it is asked in, its own first
	byModel bool     // some models have a dialect of their own
	forms   []spoken // for operations in a form of the provider's own
	formed  api.Ops  // which those are
	streams api.Ops  // those of Ops, or others, that may be asked for as a stream

	chats     bool   // text completions are asked for as chats where there is no other way
	completes bool   // it has text completions of its own; known where chats is
	chatted   spoken // how they are asked for

	head []byte // fixed part of each request's head, without a key

	returns map[string]returnedHeader // headers of the answer that the caller gets

	origin  *upstream.Origin            // where requests go whose key says nothing else; nil if each must
	origins map[string]*upstream.Origin // all of them, by base URL
	visits  *visits                     // those that callers name themselves
	kept    map[string]*upstream.Origin // those of the configuration before that may be taken over
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	pool    *pool.Pool
	keys    *keys.Set
	creds   []credential
	direct  credential // stands in for a key that the caller brings along
	retries *retryBudget

	timeout        time.Duration // to the first byte of an answer
	whole          time.Duration // for an answer in one piece
	idle           time.Duration // between two events of a stream
	backoffInitial time.Duration
	backoffMax     time.Duration
	maxRetries     int
	retryAmbiguous bool
	drain          bool // cancel policy: read on when the caller leaves
	drainFor       time.Duration
	drainBytes     int64

	prices    []override
	anyListed bool
	attempts  attemptCounters
	config    config.Provider // as it was compiled from
	clientCfg config.Client
}

// Reach says how a provider is got at where its address would not do. The zero
// Reach is by the address.
type Reach struct {
	// Dial connects to the provider; addr is that of its base URL.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Registration is a provider that a program brings along. A provider that the
// configuration has by the same name stands in its place.
type Registration struct {
	Row    provider.Provider // what it is; [provider.Custom] makes one after a built-in provider
	Codec  dialect.Codec     // nil: the one that Row.Dialect names
	Config config.Provider   // its keys, network, slots; the zero value will do for one that wants no key
	Reach  Reach
}

type attemptCounters [outcomes]prometheus.Counter

func (a *attemptCounters) count(err *api.Error) { a[outcome(err)].Inc() }

// compileProvider makes a provider of its configuration, or takes over the one
// of before when that is the same.
func (g *Gateway) compileProvider(name string, cfg *config.Config, before *Provider) (*Provider, error) {
	pc := cfg.Providers[name]
	pc.Proxy = pc.Proxy.Of(cfg.Proxy)
	row, err := rowOf(name, &pc)
	if err != nil {
		return nil, err
	}
	row.Quirks.NoStore = row.Quirks.NoStore || pc.OpenAIConfig.DisableStore
	r := Registration{Row: row, Config: pc}
	if pc.Network.BaseURL == "" {
		r.Reach = g.options.Known[name]
	}
	return g.build(r, cfg, before)
}

// addRegistered adds the providers that the program brought along. One that is
// configured by the same name in the file is taken from the file.
func (g *Gateway) addRegistered(s *Snapshot, cfg *config.Config, old *Snapshot) error {
	for _, r := range g.options.Providers {
		if s.providers[r.Row.Name] != nil {
			continue
		}
		var before *Provider
		if old != nil {
			before = old.providers[r.Row.Name]
		}
		p, err := g.build(r, cfg, before)
		if err != nil {
			return fmt.Errorf("provider %s: %w", r.Row.Name, err)
		}
		s.add(p)
	}
	return nil
}

// rowOf finds the table's row for a configured provider.
func rowOf(name string, pc *config.Provider) (provider.Provider, error) {
	if pc.Custom == nil {
		row, ok := provider.ByName(name)
		if !ok {
			return row, fmt.Errorf("unknown provider; a provider of your own needs custom_provider_config.base_provider_type")
		}
		return row, nil
	}
	base, ok := provider.ByName(pc.Custom.BaseProviderType)
	if !ok {
		return base, fmt.Errorf("custom_provider_config.base_provider_type: %q is not a known provider", pc.Custom.BaseProviderType)
	}
	row := provider.Custom(name, base)
	if pc.Custom.AllowedRequests["responses"] || pc.Custom.AllowedRequests["responses_stream"] {
		row = provider.WithResponses(row, base)
	}
	row.KeyLess = pc.Custom.IsKeyLess
	if pc.Network.BaseURL == "" {
		return row, fmt.Errorf("network_config.base_url: a custom provider needs one")
	}
	return row, nil
}

func (g *Gateway) build(r Registration, cfg *config.Config, before *Provider) (*Provider, error) {
	chats := cfg.CompletesAsChat()
	if before != nil && before.chats == chats && reflect.DeepEqual(before.config, r.Config) && reflect.DeepEqual(before.clientCfg, cfg.Client) {
		return before, nil
	}
	pc := &r.Config
	p := &Provider{
		Provider: r.Row, codec: r.Codec, config: *pc, clientCfg: cfg.Client,
		timeout: pc.Network.FirstByteTimeout(), whole: pc.Network.RequestTimeout(), idle: pc.Network.StreamIdleTimeout(),
		maxRetries: pc.Network.MaxRetries, retryAmbiguous: pc.RetryAmbiguous,
		drain: pc.Drains(), drainFor: pc.DrainTimeout(), drainBytes: int64(pc.DrainMaxBytes()),
	}
	if p.chats = chats; chats && p.Ops.Has(api.OpChat) {
		p.completes = p.Ops.Has(api.OpCompletion)
		p.Ops |= api.OpsOf(api.OpCompletion)
	}
	p.Ops, p.streams = allowedOps(p.Ops|api.OpsOf(api.OpPassthrough), pc)
	p.backoffInitial, p.backoffMax = pc.Network.Backoff()
	if p.codec == nil {
		p.codec = codecs.ByName(p.Dialect)
	}
	if p.codec == nil {
		return nil, fmt.Errorf("unknown dialect %q", p.Dialect)
	}
	p.speaks()
	p.prices = overridesOf(pc.PricingOverrides)
	p.returns = returnedHeaders(p.Return)
	p.dial = r.Reach.Dial
	if err := p.connect(before); err != nil {
		return nil, err
	}
	p.share(cfg, before)
	if err := p.sign(cfg, before); err != nil {
		return nil, err
	}
	p.kept = nil
	for i := range p.attempts {
		p.attempts[i] = g.metrics.Attempts.WithLabelValues(p.Name, outcomeNames[i])
	}
	return p, nil
}

// share sets up what successive configurations have in common: slots, and the retry budget.
func (p *Provider) share(cfg *config.Config, before *Provider) {
	o := pool.Options{
		Slots: p.config.Concurrency.Slots(), Queue: p.config.Concurrency.Queue(),
		Drop: cfg.Client.DropExcessRequests,
	}
	if before != nil {
		p.pool, p.retries = before.pool, before.retries
		p.pool.Resize(o)
		return
	}
	p.pool, p.retries = pool.New(o), newRetryBudget()
}

// lists says whether one of the provider's keys names the model.
func (p *Provider) lists(model string) bool {
	return slices.ContainsFunc(p.creds, func(c credential) bool { return c.lists(model) })
}
