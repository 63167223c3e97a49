package edge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

func TestAnAnswerUnderWayAtAPurgeIsNotKept(t *testing.T) {
	opened := make(chan *door, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			(<-opened).Gateway.PurgeCache(cache.Selection{Model: "openai/m"})
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := over(up.URL)
	cfg.Cache.Enabled = true
	d := open(t, cfg)
	opened <- d
	require.Equal(t, 200, d.post(t, "/v1/chat/completions", askedOnce).Status)
	require.Equal(t, "miss", d.post(t, "/v1/chat/completions", askedOnce).Header.Get("x-asbru-cache"))
	require.Equal(t, "hit", d.post(t, "/v1/chat/completions", askedOnce).Header.Get("x-asbru-cache"), "that one began behind the purge")
}

func TestNothingIsLeftOfACacheThatIsSwitchedOff(t *testing.T) {
	cfg := over(upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) }).URL)
	cfg.Cache.Enabled = true
	d := open(t, cfg)
	d.post(t, "/v1/chat/completions", askedOnce)
	state, on := d.Gateway.CacheState()
	require.True(t, on)
	require.Equal(t, 1, state.Entries)

	broken := *cfg
	broken.Cache = config.Cache{Enabled: true, MaxSizeMB: 1}
	broken.Governance.RoutingRules = []config.RoutingRule{{ID: "r", Name: "r", CELExpression: "no such thing ("}}
	require.Error(t, d.Gateway.Apply(&broken))
	state, _ = d.Gateway.CacheState()
	require.EqualValues(t, 256<<20, state.MaxBytes, "a refused configuration changes nothing")

	off := *cfg
	off.Cache = config.Cache{}
	require.NoError(t, d.Gateway.Apply(&off))
	require.NoError(t, d.Gateway.Apply(cfg))
	require.Equal(t, "miss", d.post(t, "/v1/chat/completions", askedOnce).Header.Get("x-asbru-cache"))
}

func TestHeartbeatsAreNotToldOnceMore(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(": PROCESSING\n\n")
		x.Event(`{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}`)
		x.Chunk(": PROCESSING\n\n")
		x.Event("[DONE]")
		x.EndStream()
	})
	cfg := over(up.URL)
	cfg.Cache.Enabled = true
	d := open(t, cfg)
	body := strings.Replace(askedOnce, "{", `{"stream":true,`, 1)
	d.post(t, "/v1/chat/completions", body)
	var again answer
	require.Eventually(t, func() bool {
		again = d.post(t, "/v1/chat/completions", body, "x-asbru-cache: read")
		return again.Header.Get("x-asbru-cache") == "hit"
	}, patience, time.Millisecond)
	require.Contains(t, again.Body, "hello")
	require.Contains(t, again.Body, "[DONE]")
	require.NotContains(t, again.Body, "PROCESSING")
}

func TestACallThatPassesByTheCacheIsToldWhy(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Cache.Enabled = true
	d := open(t, cfg)
	plugged := *cfg
	plugged.Plugins = []config.Plugin{{Name: "json_repair", Config: config.Raw(`{"when":"always"}`)}}
	behind := openOptions(t, &plugged, gateway.Options{Kinds: builtin.Kinds(builtin.Options{})})
	for range 2 {
		require.Equal(t, "bypass; reason=plugins", behind.post(t, "/v1/chat/completions", askedOnce).Header.Get("x-asbru-cache"))
		for path, body := range map[string]string{
			"/v1/responses stateful":           `{"model":"openai/m","input":"x","previous_response_id":"resp_1"}`,
			"/v1/images/generations operation": `{"model":"openai/m","prompt":"x"}`,
		} {
			path, reason, _ := strings.Cut(path, " ")
			res := d.post(t, path, body)
			require.Equal(t, "bypass; reason="+reason, res.Header.Get("x-asbru-cache"), res.Body)
		}
	}
	require.Empty(t, d.post(t, "/v1/chat/completions", askedOnce, "x-asbru-cache: off").Header.Get("x-asbru-cache"))
}
