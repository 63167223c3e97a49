package external_test

import (
	"bytes"
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

// garbage are answers that are none. What else programs do that they should not is in the table of
// hostile plugins (package plugin).
var garbage = map[string]string{
	"no JSON":                  "\x00\xff{",
	"another form":             `[1,2,3]`,
	"an action that is none":   `{"action":"explode"}`,
	"a request that is none":   `{"request":{"messages":17}}`,
	"an answer without any":    `{"action":"answer"}`,
	"a state that is too much": `{"state":"` + string(bytes.Repeat([]byte("x"), 65<<10)) + `"}`,
}

// hasFailed says that a program has no verdict on a call, which comes through it unchanged.
func hasFailed(t *testing.T, p plugin.Plugin) {
	t.Helper()
	hook, ok := p.(plugin.RouteHook)
	require.True(t, ok)
	call := func() *api.Request {
		return &api.Request{Op: api.OpChat, Model: "m", Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}}}
	}
	c := &plugin.Call{Op: api.OpChat, Model: "m", Header: func(string) string { return "" }, Request: call()}
	answer, err := hook.BeforeRoute(t.Context(), c)
	require.Nil(t, answer)
	require.Equal(t, call(), c.Request)
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed, "%v", err)
}

func TestGarbageOverHTTPIsAFailure(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		does := r.URL.Query().Get("does")
		if does == "redirect" {
			http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
		}
		_, _ = io.WriteString(w, garbage[does])
	}))
	defer web.Close()
	for does := range garbage {
		t.Run(does, func(t *testing.T) { hasFailed(t, overHTTP(t, web.URL, does)) })
	}
	t.Run("redirect", func(t *testing.T) { hasFailed(t, overHTTP(t, web.URL, "redirect")) })
}

func overHTTP(t *testing.T, address, does string) plugin.Plugin {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"url": address + "?" + url.Values{"does": {does}}.Encode(), "points": []string{"before_route"}})
	require.NoError(t, err)
	p, err := external.HTTP().Make(env(), settings)
	require.NoError(t, err)
	return p
}

func TestGarbageOverNATSIsAFailure(t *testing.T) {
	server := natsServer(t)
	conn, err := nats.Connect(server)
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	p, err := external.NATS(nil).Make(env(), json.RawMessage(`{"url":"`+server+`","points":["before_route"],"subject":"hostile"}`))
	require.NoError(t, err)
	for does, says := range garbage {
		t.Run(does, func(t *testing.T) {
			sub, err := conn.Subscribe("hostile", func(m *nats.Msg) { _ = m.Respond([]byte(says)) })
			require.NoError(t, err)
			require.NoError(t, conn.Flush())
			hasFailed(t, p)
			require.NoError(t, sub.Unsubscribe())
			require.NoError(t, conn.Flush())
		})
	}
	require.NoError(t, p.(plugin.Closer).Close())
}
