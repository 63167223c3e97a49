package edge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAFullQueueRefusesAtOnce(t *testing.T) {
	release := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		<-release
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := with(over(up.URL), "openai", func(p *config.Provider) {
		p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1}
	})
	cfg.Client.DropExcessRequests = true
	d := open(t, cfg)
	first := make(chan int, 1)
	go func() {
		path, body := chatRequest("openai", "openai", "")
		res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
		if err != nil {
			first <- 0
			return
		}
		res.Body.Close()
		first <- res.StatusCode
	}()
	require.Eventually(t, func() bool { return up.Hits() == 1 }, patience, time.Millisecond)
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 503, res.Status, res.Body)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
	close(release)
	require.Equal(t, 200, <-first)
}

func TestCallsWaitForASlotAndAreToldWhenTheyWaitForNothing(t *testing.T) {
	release := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		<-release
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1} }))
	path, body := chatRequest("openai", "openai", "")
	first := d.send(t, path, body)
	defer first.Close()
	d.settled(t, `asbru_pool_busy{provider="openai"} 1`)
	for dialect := range providerOf {
		res := d.chat(t, dialect, "openai", "", "x-asbru-timeout: 50ms")
		require.Contains(t, []int{503, 529}, res.Status, res.Body)
		require.NotEmpty(t, res.Header.Get("Retry-After"))
		code, _ := errorOf(t, dialect, res)
		require.Equal(t, "queue_timeout", code)
	}
	second := d.send(t, path, body)
	defer second.Close()
	d.settled(t, `asbru_pool_waiting{provider="openai"} 1`)
	for dialect := range providerOf {
		res := d.chat(t, dialect, "openai", "")
		require.Contains(t, []int{503, 529}, res.Status, res.Body)
		require.NotEmpty(t, res.Header.Get("Retry-After"))
		code, _ := errorOf(t, dialect, res)
		require.Equal(t, "queue_full", code)
	}
	require.Equal(t, 1, up.Hits())
	release <- struct{}{}
	release <- struct{}{}
	readUntil(t, first, "hello")
	readUntil(t, second, "hello")
	d.settled(t, `asbru_pool_busy{provider="openai"} 0`)
}

func TestAFullQueueFallsBack(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	busy := upstreamtest.New(t, func(*upstreamtest.Exchange) { <-release })
	free := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["anthropic"]) })
	cfg := with(over(busy.URL), "openai", func(p *config.Provider) { p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1} })
	cfg = with(cfg, "anthropic", func(p *config.Provider) { p.Network.BaseURL = free.URL })
	cfg.Client.DropExcessRequests = true
	d := open(t, cfg)
	path, body := chatRequest("openai", "openai", "")
	defer d.send(t, path, body).Close()
	d.settled(t, `asbru_pool_busy{provider="openai"} 1`)
	res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
}

func TestSlotsComeBackFromCallersWhoLeave(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if strings.Contains(string(x.BodyBytes), `"stream":true`) {
			serveOnly(streams["openai"][:2])(x)
			x.WaitGone(patience)
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Concurrency = config.Concurrency{Concurrency: 5, BufferSize: 1} }))
	path, body := streamRequest("openai", "openai", "")
	for range 2 {
		for range 5 {
			c := d.send(t, path, body)
			readUntil(t, c, "one ")
			require.NoError(t, c.Close())
		}
		d.settled(t, `asbru_pool_busy{provider="openai"} 0`)
	}
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
}
