package external_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
)

// tooMuch is more than an answer may have.
const tooMuch = 17 << 20

// hostile are answers of programs that mean no good, or do not know better.
var hostile = map[string]string{
	"garbage":                  "\x00\xff{",
	"another form":             `[1,2,3]`,
	"an action that is none":   `{"action":"explode"}`,
	"a request that is none":   `{"request":{"messages":17}}`,
	"an answer without any":    `{"action":"answer"}`,
	"a state that is too much": `{"state":"` + string(bytes.Repeat([]byte("x"), 65<<10)) + `"}`,
}

// judge asks a program until a time, for a call that must come through it unchanged.
func judge(ctx context.Context, t *testing.T, p plugin.Plugin) *api.Error {
	t.Helper()
	hook, ok := p.(plugin.RouteHook)
	require.True(t, ok)
	call := func() *api.Request {
		return &api.Request{Op: api.OpChat, Model: "m", Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}}}
	}
	c := &plugin.Call{Op: api.OpChat, Model: "m", Header: func(string) string { return "" }, Request: call()}
	answer, err := hook.BeforeRoute(ctx, c)
	require.Nil(t, answer)
	require.Equal(t, call(), c.Request)
	return err
}

// hasFailed says that a program has no verdict.
func hasFailed(t *testing.T, err *api.Error) {
	t.Helper()
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed, "%v", err)
}

func TestAHostileProgramOverHTTPHasFailed(t *testing.T) {
	left := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch does := r.URL.Query().Get("does"); does {
		case "block":
			<-left
		case "huge":
			_, _ = w.Write(make([]byte, tooMuch))
		case "hang up":
			panic(http.ErrAbortHandler)
		case "redirect":
			http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
		default:
			_, _ = io.WriteString(w, hostile[does])
		}
	}))
	defer web.Close()
	defer close(left)
	for does := range hostile {
		t.Run(does, func(t *testing.T) { hasFailed(t, judge(t.Context(), t, overHTTP(t, web.URL, does))) })
	}
	for _, does := range []string{"huge", "hang up", "redirect"} {
		t.Run(does, func(t *testing.T) { hasFailed(t, judge(t.Context(), t, overHTTP(t, web.URL, does))) })
	}
	t.Run("block", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // its time is over
		hasFailed(t, judge(ctx, t, overHTTP(t, web.URL, "block")))
	})
}

func overHTTP(t *testing.T, address, does string) plugin.Plugin {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"url": address + "?" + url.Values{"does": {does}}.Encode(), "points": []string{"before_route"}})
	require.NoError(t, err)
	p, err := external.HTTP().Make(env(), settings)
	require.NoError(t, err)
	return p
}

func TestAHostileProgramOverNATSHasFailed(t *testing.T) {
	server := natsServer(t)
	conn, err := nats.Connect(server)
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	p, err := external.NATS().Make(env(), json.RawMessage(`{"url":"`+server+`","points":["before_route"],"subject":"hostile"}`))
	require.NoError(t, err)
	for does, says := range hostile {
		t.Run(does, func(t *testing.T) {
			sub, err := conn.Subscribe("hostile", func(m *nats.Msg) { _ = m.Respond([]byte(says)) })
			require.NoError(t, err)
			require.NoError(t, conn.Flush())
			hasFailed(t, judge(t.Context(), t, p))
			require.NoError(t, sub.Unsubscribe())
			require.NoError(t, conn.Flush())
		})
	}
	t.Run("block", func(t *testing.T) {
		_, err := conn.Subscribe("hostile", func(*nats.Msg) {})
		require.NoError(t, err)
		require.NoError(t, conn.Flush())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		hasFailed(t, judge(ctx, t, p))
	})
	require.NoError(t, p.(plugin.Closer).Close())
}
