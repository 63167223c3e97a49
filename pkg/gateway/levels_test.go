package gateway

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

// drawnRate is a rate limit that calls reach now and then, or none.
func drawnRate(t *rapid.T, name string) config.RateLimit {
	l := config.RateLimit{RequestMaxLimit: rapid.IntRange(0, 12).Draw(t, name), RequestResetDuration: "1Y"}
	if rapid.Bool().Draw(t, name+" tokens") {
		l.TokenMaxLimit, l.TokenResetDuration = rapid.IntRange(1, 20_000).Draw(t, name+" tokens"), "1Y"
	}
	return l
}

// drawnOrganization has random limits on a random tree.
func drawnOrganization(t *rapid.T) *config.Config {
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	g := &cfg.Governance
	g.Reserve = "most" // what calls may use is all that counts here
	for _, name := range []string{"openai", "anthropic"} {
		cfg.Providers[name] = config.Provider{Keys: []config.Key{{Name: "k", Value: "sk-1", Weight: 1, RateLimit: drawnRate(t, "key")}}}
		g.Providers = append(g.Providers, config.ProviderLimits{Provider: name, RateLimit: drawnRate(t, name)})
	}
	g.ModelConfigs = []config.ModelConfig{{ModelName: "m", RateLimit: drawnRate(t, "model")}, {ModelName: "m", Provider: "openai", RateLimit: drawnRate(t, "model there")}}
	g.Customers = []config.Customer{{ID: "c", RateLimit: drawnRate(t, "customer")}}
	depth := map[string]int{}
	for i := range rapid.IntRange(1, 6).Draw(t, "teams") {
		team := config.Team{ID: fmt.Sprintf("t%d", i), RateLimit: drawnRate(t, "team")}
		if above := rapid.IntRange(-1, i-1).Draw(t, "above"); above >= 0 && depth[g.Teams[above].ID] < config.MaxTeamDepth-1 {
			team.ParentID = g.Teams[above].ID
			depth[team.ID] = depth[team.ParentID] + 1
		} else if rapid.Bool().Draw(t, "of the customer") {
			team.CustomerID = "c"
		}
		g.Teams = append(g.Teams, team)
	}
	g.Users = []config.User{{ID: "u", TeamID: "t0", RateLimit: drawnRate(t, "user")}}
	for i := range rapid.IntRange(1, 4).Draw(t, "keys") {
		k := config.VirtualKey{
			ID: fmt.Sprintf("k%d", i), Value: config.Secret(fmt.Sprintf("sk-asbru-%d", i)), RateLimit: drawnRate(t, "virtual key"),
			UserRateLimit: drawnRate(t, "end user"),
			Providers:     []config.VirtualKeyProvider{{Provider: "openai", RateLimit: drawnRate(t, "there")}, {Provider: "*"}},
		}
		if rapid.Bool().Draw(t, "of a team") {
			k.TeamID = rapid.SampledFrom(g.Teams).Draw(t, "team").ID
		}
		if rapid.Bool().Draw(t, "of the user") {
			k.UserID = "u"
		}
		g.VirtualKeys = append(g.VirtualKeys, k)
	}
	return cfg
}

// begun is a call of an organization up to where a provider would be asked; nil if it
// was refused.
func begun(t *rapid.T, g *Gateway, cfg *config.Config) *Call {
	c := g.Acquire()
	c.gateway, c.snapshot, c.began, c.In = g, g.snapshot.Load(), time.Now(), codecs.OpenAI
	c.Credential = rapid.SampledFrom(cfg.Governance.VirtualKeys).Draw(t, "caller").Value.Reveal()
	c.User = rapid.SampledFrom([]string{"", "eve", "bob"}).Draw(t, "end user")
	c.Head.Op, c.Head.Model, c.Head.MaxTokens = api.OpChat, "openai/m", rapid.Int64Range(1, 4000).Draw(t, "most")
	c.Fallbacks = "anthropic/m"
	err := c.admit()
	require.Nil(t, err)
	require.Nil(t, c.route())
	if err = c.reserve(); err == nil && c.at == 0 && rapid.Bool().Draw(t, "falls back") {
		c.at = 1
		err = c.reserveCandidate()
	}
	if err == nil {
		err = c.reserveKey(&c.candidates[c.at].provider.creds[0])
	}
	if err == nil {
		return c
	}
	require.Equal(t, api.KindRateLimit, err.Kind, err.Message)
	require.Contains(t, err.Message, "limit of the ")
	c.reserved.unused = true // as Do notes of a call for which nobody was asked
	g.Release(c)
	return nil
}

func TestNoLevelEverHasMoreThanItsLimitAndWhatIsSettledAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawnOrganization(t)
		_, err := cfg.Validate()
		require.NoError(t, err)
		counts := memory.New(memory.Options{})
		g, err := New(t.Context(), cfg, Options{Limits: counts})
		require.NoError(t, err)
		counted := map[*limits.Limit]int64{} // by the limits of the snapshot
		var underWay []*Call
		end := func(c *Call) {
			c.Usage = api.Usage{Output: rapid.Int64Range(0, c.Head.MaxTokens).Draw(t, "used"), Known: true}
			for _, step := range []*taking{&c.reserved.first, &c.reserved.further, &c.reserved.key} {
				for i, w := range step.wants {
					switch {
					case step == &c.reserved.first && i >= c.reserved.callers && c.at != c.reserved.of: // of who did not answer
					case w.Limit.Kind == limits.Tokens:
						counted[sameLimit(counted, w.Limit)] += c.Usage.Total()
					default:
						counted[sameLimit(counted, w.Limit)]++
					}
				}
			}
			g.Release(c)
		}
		for range rapid.IntRange(1, 40).Draw(t, "calls") {
			if c := begun(t, g, cfg); c != nil {
				underWay = append(underWay, c)
			}
			if len(underWay) > 0 && rapid.Bool().Draw(t, "one ends") {
				end(underWay[0])
				underWay = underWay[1:]
			}
			for l := range counted {
				used, err := counts.Usage(t.Context(), l)
				require.NoError(t, err)
				require.LessOrEqual(t, used.Used, l.Max, l.ID)
			}
		}
		for _, c := range underWay {
			end(c)
		}
		g.Close() // everything is settled then
		for l, want := range counted {
			used, err := counts.Usage(t.Context(), l)
			require.NoError(t, err)
			require.Equal(t, want, used.Used, l.ID)
		}
	})
}

// sameLimit returns the limit of the same id that is known already: those of end users
// are made for each call.
func sameLimit(known map[*limits.Limit]int64, l *limits.Limit) *limits.Limit {
	for k := range known {
		if k.ID == l.ID {
			return k
		}
	}
	return l
}
