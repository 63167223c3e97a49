package edge_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// limited is a gateway with a virtual key of the given limits.
func limited(t *testing.T, l config.RateLimit) (d *door, up *upstreamtest.Server) {
	t.Helper()
	return limitedBy(t, l, memory.New(memory.Options{}))
}

func limitedBy(t *testing.T, l config.RateLimit, counts limits.Limiter) (d *door, up *upstreamtest.Server) {
	t.Helper()
	up = upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Name: "team", Value: "sk-bf-limited", RateLimit: l}}
	d = startWith(t, cfg, gateway.Options{Limits: counts})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	return d, up
}

const limitedKey = "Authorization: Bearer sk-bf-limited"

func TestNoMoreCallsPassThanAKeyMayMake(t *testing.T) {
	d, up := limited(t, config.RateLimit{RequestMaxLimit: 20, RequestResetDuration: "1h"})
	path, body := chatRequest("openai", "openai", "")
	var passed, refused atomic.Int64
	var calling sync.WaitGroup
	for range 100 {
		calling.Go(func() {
			req, err := http.NewRequest(http.MethodPost, d.URL(path), strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "Bearer sk-bf-limited")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			res.Body.Close()
			switch res.StatusCode {
			case http.StatusOK:
				passed.Add(1)
			case http.StatusTooManyRequests:
				refused.Add(1)
			}
		})
	}
	calling.Wait()
	require.EqualValues(t, 20, passed.Load())
	require.EqualValues(t, 80, refused.Load())
	require.Equal(t, 20, up.Hits())
}

func TestALimitedCallerIsToldWhatIsLeft(t *testing.T) {
	d, _ := limited(t, config.RateLimit{RequestMaxLimit: 2, RequestResetDuration: "1h", TokenMaxLimit: 100_000, TokenResetDuration: "1d"})
	res := d.chat(t, "openai", "openai", "", limitedKey)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "2", res.Header.Get("x-ratelimit-limit-requests"))
	require.Equal(t, "1", res.Header.Get("x-ratelimit-remaining-requests"))
	require.Equal(t, "100000", res.Header.Get("x-ratelimit-limit-tokens"))
	require.NotEmpty(t, res.Header.Get("x-ratelimit-reset-tokens"))
	d.chat(t, "openai", "openai", "", limitedKey)
	for dialect := range providerOf {
		res = d.chat(t, dialect, "openai", "", limitedKey)
		require.Equal(t, 429, res.Status)
		require.Contains(t, res.Body, "team")
		require.NotEmpty(t, res.Header.Get("Retry-After"))
		require.Equal(t, "0", res.Header.Get("x-ratelimit-remaining-requests"))
		require.Empty(t, res.Header.Get("x-ratelimit-remaining-tokens"), "nothing was taken of them")
	}
	res = d.chat(t, "openai", "openai", "", limitedKey)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "request_limited", code)
}

func TestTokensAreSettledByWhatWasUsed(t *testing.T) {
	// The first call is expected to use some hundred tokens, and uses few, as then do all.
	counts := memory.New(memory.Options{})
	d, _ := limitedBy(t, config.RateLimit{TokenMaxLimit: 2000, TokenResetDuration: "1h"}, counts)
	const used = 5
	for calls := range int64(50) {
		res := d.chat(t, "openai", "openai", "", limitedKey)
		require.Equal(t, 200, res.Status, res.Body)
		require.Eventually(t, func() bool { // it is settled behind the caller's back
			u, err := counts.Usage(t.Context(), &limits.Limit{ID: "vk:1:tokens", Kind: limits.Tokens, Max: 2000, Period: time.Hour})
			return err == nil && u.Used == used*(calls+1)
		}, 10*time.Second, time.Millisecond)
	}
	res := d.chat(t, "openai", "openai", `,"max_tokens":1990`, limitedKey)
	require.Equal(t, 200, res.Status, "no answer was that long so far")
	res = d.chat(t, "openai", "openai", `,"user":"`+strings.Repeat("x", 8000)+`"`, limitedKey)
	require.Equal(t, 429, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "token_limited", code)
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_limit_refusals_total{code="token_limited"} 1`)
}

func TestACallThatALimitRefusesIsMarkedWithIt(t *testing.T) {
	records := make(chan string, 2)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1,a", Name: "team", Value: "sk-bf-limited", RateLimit: config.RateLimit{RequestMaxLimit: 1, RequestResetDuration: "1h"}}}
	d := startWith(t, cfg, gateway.Options{Limits: memory.New(memory.Options{}), Hooks: gateway.Hooks{Done: func(r *telemetry.Record) {
		marks := ""
		if r.Detail != nil {
			marks = r.Detail.Marks
		}
		records <- marks
	}}})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	require.Equal(t, 200, d.chat(t, "openai", "openai", "", limitedKey).Status)
	require.Empty(t, <-records)
	require.Equal(t, 429, d.chat(t, "openai", "openai", "", limitedKey).Status)
	refuser, is := gateway.RefuserOf(<-records)
	require.True(t, is)
	require.Equal(t, "vk:1,a:requests", refuser)
}
