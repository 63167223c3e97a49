package store_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// calls makes calls for benchmarks: of 1000 keys, some of which call far more often than
// others, 5 providers, 20 models and one that is rarely asked for; with metadata of three
// names, one of which has a value of its own in each tenth call, and one a value that is rare.
type calls struct {
	random  *rand.Rand
	popular *rand.Zipf
}

func newCalls() calls {
	random := rand.New(rand.NewPCG(1, 2))
	return calls{random, rand.NewZipf(random, 1.1, 5, 999)}
}

func (c calls) call(i int, at time.Time) usage.Entry {
	random, key := c.random, c.popular.Uint64()
	model := fmt.Sprintf("model-%d", (key+random.Uint64N(3))%20)
	if random.IntN(100_000) == 0 {
		model = "model-rare"
	}
	e := usage.Entry{
		CallID: fmt.Sprintf("%012x%08x%012x", at.UnixMilli(), 1, i), RequestID: fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64()), Time: at,
		Node: fmt.Sprintf("edge-%d", random.IntN(3)), Dialect: "openai", Op: "chat", Provider: fmt.Sprintf("provider-%d", key%5), Model: model, Key: "main",
		VirtualKey: fmt.Sprintf("vk-%d", key), Team: fmt.Sprintf("team-%d", key%30), Status: 200, Attempts: 1, Stream: i%2 == 0,
		Usage: api.Usage{Input: random.Int64N(5000), Output: random.Int64N(1000), Known: true}, CostNano: random.Int64N(1e8),
		Metadata: map[string]string{"app": fmt.Sprintf("app-%d", key%40), "env": []string{"production", "staging"}[key%2]},
		EndUser:  fmt.Sprintf("user-%d", random.IntN(100_000)), Session: fmt.Sprintf("session-%d", i/8),
		Took: time.Duration(random.ExpFloat64() * float64(4*time.Second)), FirstToken: 300 * time.Millisecond, Own: 80 * time.Microsecond,
	}
	switch {
	case i%10 == 0:
		e.Metadata["ticket"] = fmt.Sprintf("ticket-%d", i)
	case random.IntN(100_000) == 0:
		e.Metadata["env"] = "rare"
	}
	if random.IntN(200) == 0 {
		e.Status, e.Code, e.Class, e.Message = 502, "provider_closed", "unavailable", "The provider closed the connection before it answered."
	}
	return e
}
