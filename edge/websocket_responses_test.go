package edge_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"
)

// dialSocket opens a WebSocket at a path of the edge.
func dialSocket(t *testing.T, d *door, path string, header http.Header, protocols ...string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute, Subprotocols: protocols}
	conn, res, err := dialer.Dial(strings.Replace(d.URL(path), "http", "ws", 1), header)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	return conn
}

// refusedSocket returns the answer to a handshake that is refused.
func refusedSocket(t *testing.T, d *door, path string, header http.Header) int {
	t.Helper()
	_, res, err := websocket.DefaultDialer.Dial(strings.Replace(d.URL(path), "http", "ws", 1), header)
	require.Error(t, err)
	require.NotNil(t, res, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}

// hear returns the messages up to the first that is of one of the kinds.
func hear(t *testing.T, conn *websocket.Conn, kinds ...string) (all []string) {
	t.Helper()
	for {
		_, message, err := conn.ReadMessage()
		require.NoError(t, err)
		all = append(all, string(message))
		for _, kind := range kinds {
			if member(string(message), "type") == kind {
				return all
			}
		}
	}
}

func say(t *testing.T, conn *websocket.Conn, message string) {
	t.Helper()
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(message)))
}

func TestResponsesComeOverAWebSocketFromAnyProvider(t *testing.T) {
	d, server := responsesDoor(t)
	conn := dialSocket(t, d, "/v1/responses", nil)
	for _, model := range []string{"openai/gpt-5", "anthropic/claude-sonnet-4-6"} {
		say(t, conn, `{"type":"response.create","model":"`+model+`","store":false,"input":[{"role":"user","content":"call get_time"}],"tools":[{"type":"function","name":"get_time","parameters":{"type":"object"}}]}`)
		events := hear(t, conn, "response.completed", "error")
		require.Equal(t, "response.created", member(events[0], "type"), events)
		last := events[len(events)-1]
		require.Equal(t, "response.completed", member(last, "type"), last)
		response := jsonx.Value(last).Get("response")
		call := member(firstOf(string(response), "output"), "call_id")
		require.NotEmpty(t, call, last)

		server.Forget()
		say(t, conn, `{"type":"response.create","model":"`+model+`","store":false,"previous_response_id":"`+member(last, "response", "id")+`","input":[{"type":"function_call_output","call_id":"`+call+`","output":"noon"}]}`)
		events = hear(t, conn, "response.completed", "error")
		require.Contains(t, events[len(events)-1], "Tool results: noon", "what nobody keeps, the connection does")
		require.NotContains(t, string(server.Requests()[0].Body), "previous_response_id")
	}
}

func TestWhatACallerWantsRememberedCostsNothing(t *testing.T) {
	d, server := responsesDoor(t)
	conn := dialSocket(t, d, "/v1/responses", nil)
	say(t, conn, `{"type":"response.create","model":"anthropic/claude-sonnet-4-6","generate":false,"input":[{"role":"developer","content":"Be brief."}]}`)
	events := hear(t, conn, "response.completed", "error")
	last := events[len(events)-1]
	require.Equal(t, "response.completed", member(last, "type"), last)
	require.Empty(t, server.Requests())

	say(t, conn, `{"type":"response.create","model":"anthropic/claude-sonnet-4-6","generate":true,"previous_response_id":"`+member(last, "response", "id")+`","input":"hi"}`)
	require.Contains(t, strings.Join(hear(t, conn, "response.completed", "error"), ""), `You said: hi\nSystem: Be brief.`)
}

func TestAnErrorDoesNotEndAWebSocketForResponses(t *testing.T) {
	d, _ := responsesDoor(t)
	conn := dialSocket(t, d, "/openai/v1/responses", nil)
	for message, code := range map[string]string{
		`not JSON`:                  "invalid_json",
		`{"type":"session.update"}`: "invalid_value",
		`{"type":"response.create","model":"openai/gpt-5"}`:                                       "missing_input",
		`{"type":"response.create","model":"openai/gpt-5","input":"a","input":"b"}`:               "duplicate_field",
		`{"type":"response.create","model":"nowhere/m","input":"a"}`:                              "unknown_provider",
		`{"type":"response.create","model":"anthropic/c","input":"a","previous_response_id":"r"}`: "unsupported_field",
	} {
		say(t, conn, message)
		event := hear(t, conn, "error")[0]
		require.Equal(t, code, member(event, "error", "code"), event)
	}
	say(t, conn, `{"type":"response.create","model":"gpt-5","input":"hi"}`)
	require.Contains(t, strings.Join(hear(t, conn, "response.completed", "error"), ""), "You said: hi")
}

func TestAWebSocketIsOpenedOnlyToWhoMayCall(t *testing.T) {
	d := open(t, &config.Config{
		Client:     config.Client{EnforceAuthOnInference: true, AllowedOrigins: []string{"https://app.example"}},
		Governance: config.Governance{VirtualKeys: []config.VirtualKey{{ID: "vk1", Name: "app", Value: "sk-bf-good"}}},
		Providers:  map[string]config.Provider{"mock": {}},
	})
	key := func(k string, more ...string) http.Header {
		h := http.Header{"Authorization": {"Bearer " + k}}
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	require.Equal(t, 401, refusedSocket(t, d, "/v1/responses", nil))
	require.Equal(t, 403, refusedSocket(t, d, "/v1/responses", key("sk-bf-bad")))
	require.Equal(t, 403, refusedSocket(t, d, "/v1/responses", key("sk-bf-good", "Origin", "https://evil.example")))
	dialSocket(t, d, "/v1/responses", key("sk-bf-good", "Origin", "https://app.example"))
	dialSocket(t, d, "/v1/responses", nil, "realtime", "openai-insecure-api-key.sk-bf-good")
}

func TestADrainEndsIdleWebSockets(t *testing.T) {
	d, _ := responsesDoor(t)
	conn := dialSocket(t, d, "/v1/responses", nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d.Drain(ctx, 0)
	_, _, err := conn.ReadMessage()
	require.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "%v", err)
}
