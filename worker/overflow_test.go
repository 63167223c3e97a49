package worker_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

var models = map[string]string{"openai": "gpt-4o", "anthropic": "claude-sonnet-4-6", "gemini": "gemini-2.5-flash"}

func TestACallThatAWorkerRunsIsAnsweredAsOneOfTheEdges(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	_, twin := serveMock(t, mock.Options{}) // whose answers have the same ids
	local := newNode(t, over(twin, 10), gateway.Options{})
	edge := c.edge(t, over(url, 1))
	c.worker(t, "worker-1", over(url, 10))
	for _, dialect := range []string{"openai", "anthropic", "genai"} {
		for provider, model := range models {
			for _, stream := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/stream %t", dialect, provider, stream), func(t *testing.T) {
					a := chat(dialect, provider, model, stream)
					want, got := local.ask(a), edge.ask(a)
					require.Nil(t, got.err)
					require.Equal(t, "worker-1", got.worker)
					require.Equal(t, undated(want.body), undated(got.body))
					require.Equal(t, want.usage, got.usage)
					require.Equal(t, want.status, got.status)
					require.Equal(t, want.contentType, got.contentType)
					require.Equal(t, want.returned, got.returned)
					require.Equal(t, 1, got.attempts)
				})
			}
		}
	}
	a := chat("genai", "openai", "gpt-4o", true)
	a.array = true
	require.Equal(t, local.ask(a).body, edge.ask(a).body, "a stream in one JSON array")
	e := asked{dialect: "openai", op: api.OpEmbedding, body: `{"model":"gemini/text-embedding-004","input":["a","b"]}`}
	require.Equal(t, local.ask(e).body, edge.ask(e).body, "vectors")
}

// undated is an answer without the second in which it was made.
func undated(body string) string { return created.ReplaceAllString(body, "") }

var created = regexp.MustCompile(`"created":\d+,`)

func TestTheEdgeSettlesWhatAWorkerHasRunAndOnlyTheEdge(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	w := c.worker(t, "worker-1", over(url, 10))
	for i, stream := range []bool{false, true} {
		got := edge.ask(chat("openai", "anthropic", "claude-sonnet-4-6", stream))
		r := edge.settled(t, i+1)
		require.Equal(t, "worker-1", r.Worker)
		require.Equal(t, got.usage, r.Usage)
		require.True(t, r.Usage.Known)
		require.False(t, r.Usage.Estimated)
		require.False(t, r.Truncated)
		require.Equal(t, got.key, r.Key)
	}
	require.Eventually(t, func() bool { return w.Claimed() == 2 }, patience, time.Millisecond)
	require.EqualValues(t, 2, edge.dispatcher.Taken())
	w.stop()
	require.Zero(t, w.countRecords())
}

func TestTheKeyIsThatOfTheEdgesChoice(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	c.worker(t, "worker-1", over(url, 10))
	used := map[string]int{}
	for range 10 {
		used[edge.ask(chat("openai", "openai", "gpt-4o", false)).key]++
	}
	require.Equal(t, map[string]int{"openai-a": 5, "openai-b": 5}, used)
}

func TestLargeBodiesGoByTheStore(t *testing.T) {
	c := startCluster(t)
	text := strings.Repeat("0123456789", 200<<10)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if !strings.Contains(string(x.BodyBytes), text) {
			x.JSON(400, `{"error":{"message":"half a body"}}`)
			return
		}
		x.JSON(200, `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"`+text+`"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`)
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	a.body = strings.Replace(a.body, "hello there", text, 1)
	got := edge.ask(a)
	require.Nil(t, got.err)
	require.Equal(t, "worker-1", got.worker)
	require.Contains(t, got.body, text)
	require.Eventually(t, func() bool {
		s, err := c.control.Control.JS.Stream(t.Context(), "OBJ_blobs")
		return err == nil && s.CachedInfo().State.Msgs == 0
	}, patience, 5*time.Millisecond, "the body is taken out of the store")
}

func TestAProvidersRefusalComesBackAsItIs(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(400, `{"error":{"message":"no such tool","type":"invalid_request_error","param":"tools","code":"bad_tool"}}`)
	})
	edge := c.edge(t, over(up.URL, 1))
	local := newNode(t, over(up.URL, 10), gateway.Options{})
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	want, got := local.ask(a), edge.ask(a)
	require.Equal(t, want.err, got.err)
	require.Equal(t, "worker-1", got.worker)
	require.Equal(t, 2, up.Hits())
}

func TestTheEdgeDecidesOnRetriesAndCoolsTheKeyThatWasRefused(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			x.JSON(429, `{"error":{"message":"slow down"}}`, "Retry-After: 60")
			return
		}
		x.JSON(200, `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}`)
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	first := edge.ask(a)
	require.Nil(t, first.err)
	require.Equal(t, 2, first.attempts)
	require.Equal(t, 2, up.Hits())
	for range 4 {
		require.Equal(t, first.key, edge.ask(a).key, "the other key cools down at the edge")
	}
}

func TestAFallbackIsTakenWhenTheStreamFailsBeforeItsFirstContent(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if strings.Contains(x.URL.Path, "messages") {
			x.JSON(400, `{"type":"error","error":{"type":"invalid_request_error","message":"not here"}}`)
			return
		}
		x.StartStream()
		x.Event(`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`)
		x.Event(`{"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}`)
		x.EndStream()
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", true)
	a.fallbacks = "anthropic/claude-sonnet-4-6"
	got := edge.ask(a)
	require.NotNil(t, got.err)
	require.Equal(t, "not here", got.err.Message)
	require.Equal(t, 2, got.attempts)
}

func TestHeadersOfTheCallerAndOfTheProviderPassThrough(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(200, fmt.Sprintf(`{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"%s %s"},"finish_reason":"stop"}]}`,
			x.Header.Get("Openai-Organization"), x.Header.Get("Traceparent")), "X-Ratelimit-Remaining-Tokens: 77")
	})
	local := newNode(t, over(up.URL, 10), gateway.Options{})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	a.client = &leaver{heads: map[string]string{"openai-organization": "org-1", "traceparent": "00-aa-bb-01", "cookie": "secret"}}
	want, got := local.ask(a), edge.ask(a)
	require.Contains(t, got.body, "00-aa-bb-01")
	require.Equal(t, want.body, got.body)
	require.Equal(t, want.returned, got.returned)
}

func TestHeadersThatPluginsSendReachTheProviderOfAWorker(t *testing.T) {
	c := startCluster(t)
	m, url := serveMock(t, mock.Options{Journal: 2})
	cfg := over(url, 1)
	cfg.Plugins = []config.Plugin{{Name: "headers", Config: config.Raw(`{"rules":[{"send":{"X-Team":"of {{provider}}"}}]}`)}}
	edge := c.edgeWith(t, cfg, gateway.Options{Kinds: builtin.Kinds(builtin.Options{})})
	c.worker(t, "worker-1", over(url, 10))
	for _, dialect := range []string{"openai", "anthropic"} { // the one passes as it is, the other is translated
		got := edge.ask(chat(dialect, "openai", "gpt-4o", false))
		require.Nil(t, got.err)
		require.NotEmpty(t, got.worker)
		all := m.Requests()
		require.Equal(t, "of openai", all[len(all)-1].Get("X-Team"))
	}
}

func TestHeadersThatCallersPassOnReachTheProviderOfAWorker(t *testing.T) {
	c := startCluster(t)
	m, url := serveMock(t, mock.Options{Journal: 10})
	cfg := over(url, 1)
	cfg.Client.HeaderFilterConfig = config.HeaderFilter{Allowlist: []string{"x-tag", "x-plain", "authorization"}}
	edge := c.edgeWith(t, cfg, gateway.Options{Tools: adder(t)})
	c.worker(t, "worker-1", over(url, 10)) // which knows nothing of the filter
	records := 0
	for _, tc := range []struct {
		name  string
		asks  asked
		turns int
	}{
		{"as it is", chat("openai", "openai", "gpt-4o", false), 1},
		{"translated", chat("anthropic", "openai", "gpt-4o", false), 1},
		{"the turns of an agent", asksForSum("openai", "openai", "gpt-4o", false), 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m.Forget()
			tc.asks.extra = true
			tc.asks.client = &leaver{heads: map[string]string{
				"x-bf-eh-x-tag": "a", "x-plain": "b", "x-bf-eh-x-other": "c", "x-bf-eh-authorization": "Bearer mine", "authorization": "Bearer mine",
			}}
			require.Nil(t, edge.ask(tc.asks).err)
			for range tc.turns {
				records += 2 // behind each turn a tool, or in the end the call
				require.Equal(t, "worker-1", edge.settled(t, records-1).Worker)
			}
			all := m.Requests()
			require.Len(t, all, tc.turns)
			for _, r := range all {
				require.Equal(t, []string{"a"}, r.Values("X-Tag"))
				require.Equal(t, []string{"b"}, r.Values("X-Plain"))
				require.Empty(t, r.Values("X-Other"))
				require.NotContains(t, r.Values("Authorization"), "Bearer mine")
			}
		})
	}
}

func TestASlotThatComesFreeFirstHasTheCall(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	busy := c.worker(t, "worker-1", over(url, 1))
	defer busy.fill(t)()
	done := make(chan answer, 1)
	go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", false)) }()
	queued := func(n uint64) {
		require.Eventually(t, func() bool {
			s, err := c.control.Control.JS.Stream(t.Context(), "OVF")
			return err == nil && s.CachedInfo().State.Msgs == n
		}, patience, 2*time.Millisecond)
	}
	queued(1)
	require.NoError(t, edge.Apply(over(url, 3))) // two more slots
	got := <-done
	require.Nil(t, got.err)
	require.Empty(t, got.worker)
	queued(0)
}

func TestAFreeSlotIsTakenAtHome(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	c.worker(t, "worker-1", over(url, 10))
	require.NoError(t, edge.Apply(over(url, 3)))
	for range 5 {
		require.Empty(t, edge.ask(chat("openai", "openai", "gpt-4o", true)).worker)
	}
	require.Zero(t, edge.dispatcher.Taken())
}

func TestCallersKeysOfTheirOwnStayAtTheEdge(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	cfg := over(url, 1)
	cfg.Client.AllowDirectKeys = true
	edge := c.edge(t, cfg)
	c.worker(t, "worker-1", over(url, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	a.timeout = 300 * time.Millisecond
	call := edge.begin(a)
	defer edge.Release(call)
	call.Credential = "sk-mine"
	err := edge.Do(call)
	require.NotNil(t, err)
	require.Equal(t, "queue_timeout", err.Code)
}

func TestKeysThatCoolDownAreNoReasonToOverflow(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"error":{"message":"slow down"}}`, "Retry-After: 60")
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	require.Equal(t, api.KindRateLimit, edge.ask(a).err.Kind)
	taken := edge.dispatcher.Taken()
	got := edge.ask(a)
	require.Equal(t, "keys_cooling_down", got.err.Code)
	require.Equal(t, taken, edge.dispatcher.Taken())
}

func TestWhatIsLeftOfTheTimeGoesAlong(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	gone := make(chan bool, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { gone <- x.WaitGone(patience) })
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	a := chat("openai", "openai", "gpt-4o", false)
	a.timeout = 3 * time.Second
	began := time.Now()
	got := edge.ask(a)
	require.Equal(t, "provider_timeout", got.err.Code)
	require.Equal(t, "worker-1", got.worker)
	require.Less(t, time.Since(began), patience)
	require.True(t, <-gone)
}

func TestAWorkerWithoutTheKeyLeavesTheCallToOthers(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	other := with(over(url, 10), func(p *config.Provider) { p.Keys = []config.Key{{Name: "another", Value: "sk-c", Weight: 1}} })
	c.worker(t, "worker-1", other)
	got := edge.ask(chat("openai", "openai", "gpt-4o", false))
	require.Equal(t, "no_provider_key", got.err.Code)
}

func TestAWorkerThatMayNotQueueTakesTheNextCallAsSoonAsItHasASlot(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	cfg := over(url, 1)
	cfg.Client.DropExcessRequests = true // for all nodes
	edge := c.edge(t, cfg)
	c.worker(t, "worker-1", cfg)
	const calls = 60
	served := 0
	for range calls {
		if edge.ask(chat("openai", "openai", "gpt-4o", false)).err == nil {
			served++
		}
	}
	require.GreaterOrEqual(t, served, calls/2, "each call waits a moment for a worker, however busy the machine")
}
