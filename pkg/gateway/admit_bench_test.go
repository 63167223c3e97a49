package gateway

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// manyKeys is how many stored virtual keys there are: what a large cluster has.
const manyKeys = 100_000

// nowhere is a store that is asked for nothing: all keys are known.
type nowhere struct{}

func (nowhere) Get(context.Context, virtualkey.Digest) (*virtualkey.Record, error) {
	return nil, virtualkey.ErrNotFound
}

// crowd is a gateway that knows many virtual keys of teams, some of the keys, and how
// much memory one takes.
func crowd(b *testing.B) (g *Gateway, values []string, bytes float64) {
	b.Helper()
	cfg := &config.Config{Providers: map[string]config.Provider{"openai": {Keys: []config.Key{{Name: "k", Value: "sk-1", Weight: 1}}}}}
	rate := config.RateLimit{RequestMaxLimit: 1 << 40, RequestResetDuration: "1d"}
	gov := &cfg.Governance
	gov.Customers = []config.Customer{{ID: "c", RateLimit: rate}}
	gov.Teams = []config.Team{{ID: "top", CustomerID: "c", RateLimit: rate}}
	gov.Providers = []config.ProviderLimits{{Provider: "openai", RateLimit: rate}}
	for i := range 100 {
		gov.Teams = append(gov.Teams, config.Team{ID: fmt.Sprintf("team-%d", i), ParentID: "top", RateLimit: rate})
		gov.Users = append(gov.Users, config.User{ID: fmt.Sprintf("user-%d", i), RateLimit: rate})
	}
	minter := virtualkey.NewMinter(secret.NewKey())
	g, err := New(b.Context(), cfg, Options{Limits: memory.New(memory.Options{}), VirtualKeys: &VirtualKeys{Source: nowhere{}, Minter: minter}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(g.Close)
	before := heap()
	for i := range manyKeys {
		value := minter.Mint()
		if i%1000 == 0 {
			values = append(values, value)
		}
		g.VirtualKeyChanged(virtualkey.Change{Digest: virtualkey.DigestOf(value), Revision: uint64(i + 1), Record: &virtualkey.Record{
			ID: fmt.Sprintf("vk-%026d", i), Name: fmt.Sprintf("application %d", i), Active: true,
			TeamID: fmt.Sprintf("team-%d", i%100), UserID: fmt.Sprintf("user-%d", i%100),
			Grants: []virtualkey.Grant{{Provider: "openai", Models: []string{"*"}, Keys: []string{"*"}}},
			Bounds: virtualkey.Bounds{
				RateLimit: virtualkey.RateLimit{Requests: virtualkey.Window{Max: 1 << 40, Period: time.Minute}},
				Budget:    virtualkey.Budget{MaxNano: 1e15, Calendar: "month"},
			},
		}})
	}
	g.VirtualKeysHeard(time.Now())
	return g, values, float64(heap()-before) / manyKeys
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkAdmit is what it costs to find one of many virtual keys and to reserve from
// seven limits on six levels, counted in this process: user, virtual key (two), team,
// the team above it, customer, provider. What has been reserved is settled.
func BenchmarkAdmit(b *testing.B) {
	g, values, bytes := crowd(b)
	c := g.Acquire()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c.gateway, c.snapshot, c.began, c.In = g, g.snapshot.Load(), time.Now(), codecs.OpenAI
		c.Credential, c.Head.Op, c.Head.Model = values[i%len(values)], api.OpChat, "openai/gpt-4o"
		if err := c.admit(); err != nil {
			b.Fatal(err)
		}
		if err := c.route(); err != nil {
			b.Fatal(err)
		}
		if err := c.reserve(); err != nil {
			b.Fatal(err)
		}
		if n := len(c.reserved.first.wants); n != 7 {
			b.Fatal("limits:", n)
		}
		c.giveBack()
		c.reset()
		i++
	}
	b.ReportMetric(bytes, "B/key")
}
