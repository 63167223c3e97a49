package edge_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// caches opens a gateway that keeps answers, before a provider that counts what it is asked.
func caches(t *testing.T, change func(*config.Config)) (*door, *atomic.Int64) {
	asked := new(atomic.Int64)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		asked.Add(1)
		body := string(x.BodyBytes)
		switch {
		case strings.Contains(body, "broken"):
			x.JSON(500, `{"error":{"message":"broken"}}`)
		case strings.Contains(body, `"stream":true`):
			x.StartStream()
			x.Event(`{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hel"}}]}`)
			if !strings.Contains(body, "cut") {
				x.Event(`{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}`)
				x.Event("[DONE]")
			}
			x.EndStream()
		default:
			x.JSON(200, wholeAnswers["openai"])
		}
	})
	cfg := over(up.URL)
	cfg.Cache = config.Cache{Enabled: true}
	if change != nil {
		change(cfg)
	}
	return open(t, cfg), asked
}

const askedOnce = `{"model":"openai/m","messages":[{"role":"user","content":"hello"}],"temperature":0.7}`

func TestTheSameRequestIsAnsweredOutOfTheCache(t *testing.T) {
	d, asked := caches(t, nil)
	first := do(t, "POST", d.URL("/v1/chat/completions"), askedOnce)
	require.Equal(t, 200, first.Status, first.Body)
	require.Equal(t, "miss", first.Header.Get("x-asbru-cache"))
	for _, body := range []string{
		askedOnce,
		`{"temperature":7e-1, "messages":[{"content":"hel\u006co","role":"user"}],"model":"openai/m","user":"ann"}`,
	} {
		again := do(t, "POST", d.URL("/v1/chat/completions"), body)
		require.Equal(t, "hit", again.Header.Get("x-asbru-cache"))
		require.Equal(t, first.Body, again.Body)
		require.Equal(t, "openai", again.Header.Get("x-asbru-provider"))
	}
	require.EqualValues(t, 1, asked.Load())
	for _, other := range []string{
		strings.Replace(askedOnce, "hello", "hallo", 1), strings.Replace(askedOnce, "0.7", "0.70001", 1),
		strings.Replace(askedOnce, "openai/m", "openai/n", 1), strings.Replace(askedOnce, `"messages"`, `"seed":1,"messages"`, 1),
	} {
		require.Equal(t, "miss", do(t, "POST", d.URL("/v1/chat/completions"), other).Header.Get("x-asbru-cache"), other)
	}
	d.settled(t, `asbru_cache_requests_total{outcome="hit"} 2`)
}

func TestAStreamIsToldOnceMore(t *testing.T) {
	d, _ := caches(t, nil)
	body := strings.Replace(askedOnce, "{", `{"stream":true,`, 1)
	first := do(t, "POST", d.URL("/v1/chat/completions"), body)
	require.Contains(t, first.Body, "[DONE]")
	var again answer
	require.Eventually(t, func() bool { // a stream is kept behind its last byte
		again = do(t, "POST", d.URL("/v1/chat/completions"), body, "x-asbru-cache: read")
		return again.Header.Get("x-asbru-cache") == "hit"
	}, patience, time.Millisecond)
	require.Equal(t, first.Body, again.Body)
	require.Equal(t, "miss", do(t, "POST", d.URL("/v1/chat/completions"), askedOnce).Header.Get("x-asbru-cache"), "a whole answer is another")

	cut := strings.Replace(body, "hello", "cut", 1)
	do(t, "POST", d.URL("/v1/chat/completions"), cut)
	require.Equal(t, "miss", do(t, "POST", d.URL("/v1/chat/completions"), cut).Header.Get("x-asbru-cache"), "it broke off")
}

func TestAnErrorIsNotKept(t *testing.T) {
	d, asked := caches(t, nil)
	for range 2 {
		require.GreaterOrEqual(t, do(t, "POST", d.URL("/v1/chat/completions"), strings.Replace(askedOnce, "hello", "broken", 1)).Status, 500)
	}
	require.EqualValues(t, 2, asked.Load())
}

func TestACallSaysWhatItWantsOfTheCache(t *testing.T) {
	d, asked := caches(t, nil)
	ask := func(headers ...string) string {
		res := do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, headers...)
		require.Equal(t, 200, res.Status, res.Body)
		return res.Header.Get("x-asbru-cache")
	}
	require.Empty(t, ask("x-asbru-cache: off"))
	require.Equal(t, "miss", ask("x-asbru-cache: read"))
	require.Equal(t, "miss", ask(), "read alone keeps nothing")
	require.Equal(t, "miss", ask("x-asbru-cache: refresh"))
	require.Equal(t, "hit", ask("x-asbru-cache: read"))
	require.Equal(t, "miss", ask("x-asbru-cache-key: another"))
	require.Equal(t, "hit", ask("x-bf-cache-key: another"))
	require.EqualValues(t, 5, asked.Load())
	for _, bad := range []string{"x-asbru-cache: always", "x-asbru-cache-ttl: soon", "x-asbru-cache-ttl: -1", "x-bf-cache-ttl: 99999999999"} {
		require.Equal(t, 400, do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, bad).Status, bad)
	}
}

func TestOnlyThoseWhoAskAreAnsweredOutOfTheCacheWhereThatIsSaid(t *testing.T) {
	d, asked := caches(t, func(c *config.Config) { c.Cache.OnlyWhenAsked = true })
	for range 2 {
		require.Empty(t, do(t, "POST", d.URL("/v1/chat/completions"), askedOnce).Header.Get("x-asbru-cache"))
	}
	require.EqualValues(t, 2, asked.Load())
	do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, "x-bf-cache-key: mine")
	require.Equal(t, "hit", do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, "x-bf-cache-key: mine").Header.Get("x-asbru-cache"))
}

func TestNobodyGetsTheAnswersOfAnother(t *testing.T) {
	for scope, shared := range map[string]map[[2]string]bool{
		"":         {},
		"team":     {{"sk-bf-a", "sk-bf-b"}: true},
		"customer": {},
		"all":      {{"sk-bf-a", "sk-bf-b"}: true, {"sk-bf-a", "sk-bf-c"}: true, {"sk-bf-a", ""}: true, {"sk-bf-c", ""}: true},
	} {
		t.Run("scope "+scope, func(t *testing.T) {
			d, _ := caches(t, func(c *config.Config) {
				c.Cache.Scope = scope
				c.Governance.Teams = []config.Team{{ID: "t1"}, {ID: "t2"}}
				c.Governance.VirtualKeys = []config.VirtualKey{
					{ID: "a", Value: "sk-bf-a", TeamID: "t1"}, {ID: "b", Value: "sk-bf-b", TeamID: "t1"}, {ID: "c", Value: "sk-bf-c", TeamID: "t2"},
				}
			})
			ask := func(key, text string) string {
				return do(t, "POST", d.URL("/v1/chat/completions"), strings.Replace(askedOnce, "hello", text, 1), "Authorization: Bearer "+key).Header.Get("x-asbru-cache")
			}
			for _, pair := range [][2]string{{"sk-bf-a", "sk-bf-b"}, {"sk-bf-a", "sk-bf-c"}, {"sk-bf-a", ""}, {"sk-bf-c", ""}} {
				text := pair[0] + pair[1]
				require.Equal(t, "miss", ask(pair[0], text))
				require.Equal(t, "hit", ask(pair[0], text))
				require.Equal(t, shared[pair], ask(pair[1], text) == "hit", pair)
			}
		})
	}
}

func TestCallsThatAreAlikeWaitForOne(t *testing.T) {
	d, asked := caches(t, func(c *config.Config) { c.Cache.SingleFlight = true })
	var all sync.WaitGroup
	var hits atomic.Int64
	for range 20 {
		all.Go(func() {
			res := do(t, "POST", d.URL("/v1/chat/completions"), askedOnce)
			if res.Header.Get("x-asbru-cache") == "hit" {
				hits.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, asked.Load())
	require.EqualValues(t, 19, hits.Load())
}
