package gateway

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/transcript"
)

// Snapshot is a configuration compiled for the hot path. It never changes; a
// call takes one and keeps it. What lives longer than a configuration, such as
// connections, slots and the balance of keys, is shared by successive snapshots.
type Snapshot struct {
	Revision int64
	Applied  time.Time

	providers     map[string]*Provider
	ordered       []*Provider // by name
	providerNames string
	anyListed     bool

	levels        *levels
	headers       []string      // that each call must have
	loggedHeaders []string      // that are kept with each call
	headerFilter  *headerFilter // of those that callers have passed on; nil for none
	identities    identities
	enforceAuth   bool
	directKeys    bool
	directPrivate bool // addresses that callers bring with their keys may be private
	dropParams    bool
	toolsOnDemand bool // models are offered tools of MCP servers only if the caller names some

	agent agentLimits
	code  codeMode

	plugins     *plugin.Chain       // nil: there are none
	madePlugins map[string]madeFrom // by name
	rules       *routing.Table      // nil: there are none
	kin         kin                 // for the rules
	measures    bool                // a rule goes by how long providers take to begin an answer

	callersPrices []override // of single virtual keys
	prices        []override // of all

	cache       *cacheRules       // nil: no answers are kept
	tracing     *tracing          // nil: no calls are traced
	transcripts *transcript.Rules // of which calls is kept what was said; nil: of none
	refusable   bool              // a caller may say that nothing is

	maxAnswer int           // bytes of a whole answer from a provider
	heartbeat time.Duration // silence in a stream after which the caller gets a comment
}

// maxAnswerBytes bounds an answer that is held whole.
const maxAnswerBytes = 64 << 20

// compile makes a snapshot of cfg. It takes over from old what has not changed.
func (g *Gateway) compile(cfg *config.Config, old *Snapshot) (*Snapshot, error) {
	s := &Snapshot{
		Revision:      1,
		Applied:       time.Now(),
		providers:     make(map[string]*Provider, len(cfg.Providers)),
		levels:        levelsOf(&cfg.Governance),
		headers:       slices.Concat(cfg.Client.RequiredHeaders, cfg.Governance.RequiredHeaders),
		loggedHeaders: cfg.Client.Logged(),
		headerFilter:  newHeaderFilter(&cfg.Client.HeaderFilterConfig),
		identities:    make(identities, len(cfg.Governance.VirtualKeys)),
		enforceAuth:   cfg.Client.EnforceAuthOnInference,
		directKeys:    cfg.Client.AllowDirectKeys,
		directPrivate: cfg.Client.DirectKeysPrivate,
		dropParams:    cfg.Client.Drops(),
		toolsOnDemand: cfg.Client.MCPDisableAutoToolInject || cfg.MCP.ToolManager.DisableAutoToolInject,
		maxAnswer:     maxAnswerBytes,
		heartbeat:     cfg.Client.Heartbeat(),
		tracing:       g.tracingOf(&cfg.Telemetry),
		cache:         cacheRulesOf(&cfg.Cache),
	}
	if old != nil {
		s.Revision = old.Revision + 1
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Providers)) {
		var before *Provider
		if old != nil {
			before = old.providers[name]
		}
		p, err := g.compileProvider(name, cfg, before)
		if err != nil {
			return nil, fmt.Errorf("providers.%s: %w", name, err)
		}
		s.add(p)
	}
	if err := g.addRegistered(s, cfg, old); err != nil {
		return nil, err
	}
	if s.cache != nil && cfg.Cache.Semantic.Enabled {
		if err := s.findEmbedder(&cfg.Cache.Semantic); err != nil {
			return nil, err
		}
	}
	s.agent, s.code = agentLimitsOf(&cfg.MCP.ToolManager), codeModeOf(&cfg.MCP.ToolManager)
	s.keepTranscripts(cfg)
	s.priced(cfg.Governance.PricingOverrides)
	for i := range cfg.Governance.VirtualKeys {
		s.identify(cfg, &cfg.Governance.VirtualKeys[i])
	}
	if err := s.compileRules(&cfg.Governance); err != nil {
		return nil, fmt.Errorf("governance.routing_rules: %w", err)
	}
	if err := g.compilePlugins(s, cfg, old); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) add(p *Provider) {
	s.providers[p.Name] = p
	s.ordered = append(s.ordered, p)
	slices.SortFunc(s.ordered, func(a, b *Provider) int { return strings.Compare(a.Name, b.Name) })
	names := make([]string, len(s.ordered))
	for i, p := range s.ordered {
		names[i] = p.Name
	}
	s.providerNames = strings.Join(names, ", ")
	s.anyListed = s.anyListed || p.anyListed
}
