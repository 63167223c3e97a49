package external_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
)

// env lets plugins reach this machine.
func env() plugin.Env {
	return plugin.Env{Name: "house", Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{}, Private: true}
}

func ask(t testing.TB, p plugin.Plugin) *api.Error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := p.(plugin.RouteHook).BeforeRoute(ctx, call())
	return err
}

func call() *plugin.Call {
	return &plugin.Call{
		Op: api.OpChat, Model: "m", Header: func(string) string { return "" },
		Request: &api.Request{Op: api.OpChat, Model: "m", Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}}},
	}
}

const refusal = `{"action":"refuse","error":{"status":403,"code":"house_rules","message":"Not here."}}`

func TestAProgramIsAskedOverHTTP(t *testing.T) {
	var status, asked, wrong atomic.Int32
	status.Store(200)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, err := io.ReadAll(r.Body)
		if err != nil || !json.Valid(body) || r.Header.Get("X-Asbru-Point") != "before_route" || r.Header.Get("Authorization") != "Bearer x" {
			wrong.Add(1)
		}
		w.WriteHeader(int(status.Load()))
		if status.Load() == 200 {
			_, _ = io.WriteString(w, refusal)
		}
	}))
	defer web.Close()
	p, err := external.HTTP().Make(env(), json.RawMessage(`{"url":"`+web.URL+`","points":["before_route"],"authorization":"Bearer x"}`))
	require.NoError(t, err)
	require.Equal(t, "house_rules", ask(t, p).Code)
	status.Store(204)
	require.Nil(t, ask(t, p))
	status.Store(500)
	for range 10 {
		_, failed := plugin.WhyFailed(ask(t, p))
		require.True(t, failed)
	}
	require.Zero(t, wrong.Load())
	require.EqualValues(t, 7, asked.Load(), "the circuit opens after five failures")
	require.NoError(t, p.(plugin.Closer).Close())
}

func natsServer(t testing.TB) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(20*time.Second))
	return s.ClientURL()
}

func program(t testing.TB, url, answer string) {
	t.Helper()
	conn, err := nats.Connect(url)
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	_, err = conn.QueueSubscribe("hook.*.house", "house", func(m *nats.Msg) { _ = m.Respond([]byte(answer)) })
	require.NoError(t, err)
	require.NoError(t, conn.Flush())
}

func TestAProgramIsAskedOverNATS(t *testing.T) {
	url := natsServer(t)
	p, err := external.NATS(nil).Make(env(), json.RawMessage(`{"url":"`+url+`","points":["before_route"]}`))
	require.NoError(t, err)
	why, failed := plugin.WhyFailed(ask(t, p))
	require.True(t, failed)
	require.Contains(t, why, "no responders")
	program(t, url, refusal)
	require.Equal(t, "house_rules", ask(t, p).Code)
	require.NoError(t, p.(plugin.Closer).Close())
	_, failed = plugin.WhyFailed(ask(t, p))
	require.True(t, failed)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, raw := range []string{`{}`, `{"url":"https://x.example","points":[]}`, `{"url":"https://x.example","points":["somewhere"]}`, `{"url":"ftp://x","points":["before_route"]}`} {
		_, err := external.HTTP().Make(env(), json.RawMessage(raw))
		require.Error(t, err, raw)
	}
	_, err := external.NATS(nil).Make(env(), json.RawMessage(`{"url":"nats://x","points":["before_route"],"subject":"a.>"}`))
	require.Error(t, err)
}

func BenchmarkNATS(b *testing.B) {
	url := natsServer(b)
	program(b, url, `{"action":"continue"}`)
	p, err := external.NATS(nil).Make(env(), json.RawMessage(`{"url":"`+url+`","points":["before_route"]}`))
	require.NoError(b, err)
	for b.Loop() {
		require.Nil(b, ask(b, p))
	}
	require.NoError(b, p.(plugin.Closer).Close())
}
