package edge_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/sse"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAPanicCostsOneRequestAndGivesItsSlotBack(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := with(over(up.URL), "openai", func(p *config.Provider) { p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1} })
	var calls atomic.Int64
	d := openWith(t, cfg, gateway.Hooks{Request: func(*gateway.Call) *api.Error {
		if calls.Add(1)%2 == 1 {
			panic("a bug")
		}
		return nil
	}})
	for range 3 {
		res := d.chat(t, "openai", "openai", "")
		require.Equal(t, 500, res.Status)
		code, message := errorOf(t, "openai", res)
		require.Equal(t, "internal_error", code)
		require.NotContains(t, message, "a bug")
		require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	}
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, "asbru_panics_total 3")
}

// brittle is a codec whose stream reader panics at the third event.
type brittle struct{ dialect.Codec }

func (b brittle) Reader(op api.Op) dialect.StreamReader {
	return &brittleReader{StreamReader: b.Codec.Reader(op)}
}

type brittleReader struct {
	dialect.StreamReader
	events int
}

func (r *brittleReader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	if r.events++; r.events == 3 {
		panic("a bug")
	}
	return r.StreamReader.Read(dst, ev)
}

func TestAPanicInAStreamEndsItWithAnErrorEvent(t *testing.T) {
	next := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		serveOnly(streams["openai"][:2])(x)
		<-next
		x.Chunk(streams["openai"][2])
	})
	row, _ := provider.ByName("openai")
	row.Name, row.BaseURL, row.KeyLess = "brittle", up.URL, true
	for _, policy := range []string{config.CancelStop, config.CancelDrain} {
		d := openOptions(t, over(up.URL), gateway.Options{Providers: []gateway.Registration{{
			Row: row, Codec: brittle{codecs.OpenAI},
			Config: config.Provider{Concurrency: config.Concurrency{Concurrency: 1, BufferSize: 1}, Cancel: policy},
		}}})
		for dialect := range providerOf {
			path, body := streamRequest(dialect, "brittle", "")
			res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
			require.NoError(t, err)
			require.Equal(t, 200, res.StatusCode)
			readUntil(t, res.Body, "one ")
			next <- struct{}{}
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err, "the answer has no end")
			res.Body.Close()
			require.Contains(t, string(text), "internal_error")
			require.NotContains(t, string(text), "a bug")
			require.NotContains(t, string(text), terminal[dialect])
		}
		d.settled(t, "asbru_panics_total 3")
		d.settled(t, "asbru_streams 0")
		d.settled(t, `asbru_pool_busy{provider="brittle"} 0`)
	}
}

func TestAPanicInTheHookForFinishedCallsCostsItsRecord(t *testing.T) {
	up := upstreamtest.New(t, serveStream(streams["openai"]))
	d := openWith(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1} }),
		gateway.Hooks{Done: func(*telemetry.Record) { panic("a bug") }})
	for range 3 {
		require.Contains(t, d.stream(t, "openai", "openai", "").Body, "[DONE]")
	}
	d.settled(t, "asbru_panics_total 3")
}

func TestACallThatPanickedIsCounted(t *testing.T) {
	d := openWith(t, over("http://127.0.0.1:1"), gateway.Hooks{Request: func(*gateway.Call) *api.Error { panic("a bug") }})
	require.Equal(t, 500, d.chat(t, "openai", "openai", "").Status)
	d.settled(t, `status="500"} 1`)
}
