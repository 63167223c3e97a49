package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestFallbacksAreTriedInOrderWithTheirOwnDialect(t *testing.T) {
	down := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"down"}}`) })
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["anthropic"]) })
	cfg := with(over(down.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = up.URL })
	d := open(t, cfg)
	res := d.chat(t, "openai", "openai", `,"fallbacks":["gemini/m",{"provider":"anthropic","model":"claude"}]`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
	require.Equal(t, "claude", res.Header.Get("x-asbru-model"))
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
	require.Contains(t, res.Body, `"hello"`)
	require.Equal(t, 2, down.Hits())
}

func TestCallsGoToTheFallbackAtOnceWhileTheirProviderFails(t *testing.T) {
	down := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"down"}}`) })
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["anthropic"]) })
	d := open(t, with(over(down.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = up.URL }))
	for range 200 {
		res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
		require.Equal(t, 200, res.Status, res.Body)
	}
	require.Less(t, down.Hits(), 30, "but for a probe now and then")

	// Who has nowhere else to go hears what the provider says.
	before := down.Hits()
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 503, res.Status)
	require.Contains(t, res.Body, "down")
	require.Greater(t, down.Hits(), before)
}

func TestARequestThatIsWrongDoesNotFallBack(t *testing.T) {
	wrong := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(400, `{"error":{"message":"temperature is too high","type":"invalid_request_error","param":"temperature","code":null}}`)
	})
	d := open(t, over(wrong.URL))
	res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, "temperature is too high")
	require.Contains(t, res.Body, `"param":"temperature"`)
	require.Equal(t, 1, wrong.Hits())
}

func TestAnErrorAsFirstEventFallsBack(t *testing.T) {
	bad := upstreamtest.New(t, serveStream([]string{`data: {"error":{"message":"overloaded","type":"server_error","code":503}}` + "\n\n"}))
	good := upstreamtest.New(t, serveStream(streams["anthropic"]))
	d := open(t, with(over(bad.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = good.URL }))
	res := d.stream(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
	require.Contains(t, res.Body, "two")
	require.NotContains(t, res.Body, "overloaded")
}

func TestNothingIsTriedAgainOnceTheCallerHasBytes(t *testing.T) {
	bad := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		for _, ev := range streams["openai"][:3] {
			x.Chunk(ev)
		}
		x.Reset()
	})
	good := upstreamtest.New(t, serveStream(streams["anthropic"]))
	d := open(t, with(over(bad.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = good.URL }))
	res := d.stream(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Contains(t, res.Body, `"error"`)
	require.Zero(t, good.Hits())
}

func TestAnAmbiguousFailureGoesToAFallbackThatTheCallerNamed(t *testing.T) {
	for name, fail := range map[string]func(x *upstreamtest.Exchange){
		"a reset":                func(x *upstreamtest.Exchange) { x.Reset() },
		"a hang-up":              func(x *upstreamtest.Exchange) { x.Close() },
		"half an answer":         func(x *upstreamtest.Exchange) { x.Write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"); x.Close() },
		"an answer that is none": func(x *upstreamtest.Exchange) { x.JSON(200, "") },
	} {
		t.Run(name, func(t *testing.T) {
			first := upstreamtest.New(t, fail)
			second := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["anthropic"]) })
			records := make(chan telemetry.Record, 2)
			cfg := with(retrying(over(first.URL), "openai", 5), "anthropic", func(p *config.Provider) { p.Network.BaseURL = second.URL })
			d := openWith(t, cfg, gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }})
			res := d.chat(t, "openai", "openai", "", "x-asbru-fallbacks: anthropic/m")
			require.Equal(t, 200, res.Status, res.Body)
			require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
			require.Equal(t, "2", res.Header.Get("x-asbru-attempts"))
			require.Equal(t, 1, first.Hits(), "it may be paid for twice")
			require.True(t, (<-records).Billed)

			require.Equal(t, 502, d.chat(t, "openai", "openai", "").Status, "no fallback was named")
			require.True(t, (<-records).Billed)
			require.Equal(t, 2, first.Hits())
		})
	}
}

func TestTheErrorOfTheLastIsTold(t *testing.T) {
	first := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(503, `{"error":{"message":"down"}}`, "x-ratelimit-remaining-requests: 7")
	})
	second := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}`, "Retry-After: 9")
	})
	d := open(t, with(over(first.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = second.URL }))
	res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Equal(t, 429, res.Status)
	require.Equal(t, "9", res.Header.Get("Retry-After"))
	require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
	require.Empty(t, res.Header.Get("x-ratelimit-remaining-requests"), "it is of another provider")
	require.Contains(t, res.Body, "slow down")
}

func TestAllTriesShareTheCallsTime(t *testing.T) {
	hang := upstreamtest.New(t, func(*upstreamtest.Exchange) {})
	d := open(t, over(hang.URL))
	res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m","gemini/m"]`, "x-asbru-timeout: 1s")
	require.Equal(t, 504, res.Status)
	require.Equal(t, 1, hang.Hits(), "there was no time left for another")
}
