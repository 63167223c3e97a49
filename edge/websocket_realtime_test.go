package edge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"
)

// ended are the records of the calls that have ended.
type ended struct {
	mu  sync.Mutex
	all []telemetry.Record
}

func (e *ended) note(r *telemetry.Record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, *r)
}

func (e *ended) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = nil
}

func (e *ended) wait(t *testing.T, n int) []telemetry.Record {
	t.Helper()
	require.Eventually(t, func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.all) >= n
	}, patience, time.Millisecond)
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]telemetry.Record(nil), e.all...)
}

// realtimeDoor is an edge before the mock, as OpenAI and as Azure.
func realtimeDoor(t *testing.T, change func(*config.Config, *gateway.Options)) (*door, *mock.Server) {
	t.Helper()
	server, url := serveMockWith(t, mock.Options{Journal: 10, Keys: []string{"sk-provider"}})
	cfg := &config.Config{Providers: map[string]config.Provider{
		"openai": {Network: config.Network{BaseURL: url}, Keys: []config.Key{{Name: "k", Value: "sk-provider", Weight: 1}}},
		"azure":  {Keys: []config.Key{{Name: "k", Value: "sk-provider", Weight: 1, Azure: &config.Azure{Endpoint: url, APIVersion: "2024-10-21"}}}},
	}}
	o := gateway.Options{}
	if change != nil {
		change(cfg, &o)
	}
	return openOptions(t, cfg, o), server
}

const sayHello = `{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}`

func TestARealtimeConversationPassesAndIsCounted(t *testing.T) {
	var records ended
	d, server := realtimeDoor(t, func(_ *config.Config, o *gateway.Options) { o.Hooks.Done = records.note })
	for path, sent := range map[string]string{
		"/v1/realtime?model=openai/gpt-realtime":                                   "/v1/realtime?model=gpt-realtime",
		"/openai/v1/realtime?model=gpt-realtime":                                   "/v1/realtime?model=gpt-realtime",
		"/openai/realtime?api-version=2024-10-01-preview&deployment=my-deployment": "/openai/realtime?api-version=2024-10-21&deployment=my-deployment",
	} {
		server.Forget()
		records.forget()
		conn := dialSocket(t, d, path, http.Header{"Openai-Beta": {"realtime=v1"}, "Authorization": {"Bearer whatever"}}, "realtime", "openai-insecure-api-key.whatever")
		require.Equal(t, "realtime", conn.Subprotocol())
		hear(t, conn, "session.created")
		asked := server.Requests()[0]
		require.Equal(t, sent, asked.Path)
		require.Equal(t, "sk-provider", strings.TrimPrefix(asked.Get("Authorization")+asked.Get("Api-Key"), "Bearer "))
		require.NotContains(t, asked.Get("Sec-WebSocket-Protocol"), "whatever")
		for range 2 {
			say(t, conn, sayHello)
			say(t, conn, `{"type":"response.create"}`)
			events := hear(t, conn, "response.done")
			require.Contains(t, strings.Join(events, "\n"), `"text":"You said: hello"`)
		}
		require.NoError(t, conn.WriteMessage(websocket.BinaryMessage, []byte{1, 2, 3}))
		bidFarewell(t, conn)
		all := records.wait(t, 3)
		for _, r := range all[:2] {
			require.Equal(t, api.OpRealtime, r.Op)
			require.Positive(t, r.Usage.Input)
			require.Positive(t, r.Usage.Output)
		}
		require.Zero(t, all[2].Usage.Total(), "the responses have counted what was used")
	}
}

// bidFarewell ends a conversation from the caller's side.
func bidFarewell(t *testing.T, conn *websocket.Conn) {
	t.Helper()
	require.NoError(t, conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience)))
}

func TestAProviderThatRefusesARealtimeConversationIsHeard(t *testing.T) {
	d, _ := realtimeDoor(t, nil)
	for path, status := range map[string]int{
		"/v1/realtime?model=openai/gpt-mock-status-404": 404,
		"/v1/realtime?model=openai/gpt-mock-status-503": 503,
		"/v1/realtime?model=nowhere/m":                  400,
		"/v1/realtime":                                  400,
	} {
		require.Equal(t, status, refusedSocket(t, d, path, nil), path)
	}
	require.Equal(t, 426, do(t, "GET", d.URL("/v1/realtime?model=openai/gpt-realtime"), "").Status)
}

func TestWhoseLimitsAreUsedUpCannotGoOnTalking(t *testing.T) {
	var records ended
	d, _ := realtimeDoor(t, func(cfg *config.Config, o *gateway.Options) {
		cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "vk1", Value: "sk-bf-1", RateLimit: config.RateLimit{RequestMaxLimit: 2, RequestResetDuration: "1h"}}}
		o.Hooks.Done, o.Limits = records.note, memory.New(memory.Options{})
	})
	conn := dialSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", nil, "realtime", "openai-insecure-api-key.sk-bf-1")
	hear(t, conn, "session.created")
	say(t, conn, sayHello)
	say(t, conn, `{"type":"response.create"}`)
	hear(t, conn, "response.done")
	say(t, conn, `{"type":"response.create"}`)
	event := hear(t, conn, "error")
	require.Equal(t, "request_limited", member(event[len(event)-1], "error", "code"))
	_, _, err := conn.ReadMessage()
	require.True(t, websocket.IsCloseError(err, websocket.ClosePolicyViolation), "%v", err)
	require.Positive(t, records.wait(t, 3)[1].Usage.Total(), "what was used is counted all the same")
}

func TestADrainEndsRealtimeConversationsAtItsEnd(t *testing.T) {
	d, _ := realtimeDoor(t, nil)
	conn := dialSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", nil)
	hear(t, conn, "session.created")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the time for draining is over
	d.Drain(ctx, 0)
	events := hear(t, conn, "error")
	require.Equal(t, "shutting_down", member(events[0], "error", "code"))
	_, _, err := conn.ReadMessage()
	require.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "%v", err)
}

func TestAProviderThatLeavesEndsTheConversation(t *testing.T) {
	d, server := realtimeDoor(t, nil)
	conn := dialSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", nil)
	hear(t, conn, "session.created")
	require.NoError(t, server.Close())
	_, _, err := conn.ReadMessage()
	require.True(t, websocket.IsCloseError(err, websocket.CloseInternalServerErr), "%v", err)
}

func TestAConversationHoldsASlotAndGoesToNoWorker(t *testing.T) {
	d, _ := realtimeDoor(t, func(cfg *config.Config, o *gateway.Options) {
		p := cfg.Providers["openai"]
		p.Concurrency.Concurrency = 1
		cfg.Providers["openai"] = p
		cfg.Client.DropExcessRequests = true
		o.Overflow = readyWorker{}
	})
	conn := dialSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", nil)
	hear(t, conn, "session.created")
	require.Equal(t, 503, refusedSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", nil))
	bidFarewell(t, conn)
	_, _, err := conn.ReadMessage()
	require.Error(t, err)
	require.Eventually(t, func() bool {
		again, res, err := websocket.DefaultDialer.Dial(strings.Replace(d.URL("/v1/realtime?model=openai/gpt-realtime"), "http", "ws", 1), nil)
		if err != nil {
			if res != nil {
				_ = res.Body.Close() // it is the status that tells
			}
			return false
		}
		return again.Close() == nil
	}, patience, 10*time.Millisecond, "the slot is free again")
}

func TestWhatIsSaidInAConversationIsKeptResponseByResponse(t *testing.T) {
	for name, tc := range map[string]struct {
		bodies string
		header http.Header
		keeps  bool
	}{
		"all":                {"all", nil, true},
		"not of this caller": {"all", http.Header{"X-Asbru-Log-Bodies": {"false"}}, false},
		"of failed ones":     {"errors", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			d, taken := openHeard(t, func(cfg *config.Config) { cfg.Logs.Bodies = tc.bodies })
			conn := dialSocket(t, d, "/v1/realtime?model=openai/gpt-realtime", tc.header, "realtime")
			hear(t, conn, "session.created")
			say(t, conn, `{"type":"input_audio_buffer.append","audio":"c291bmQ="}`)
			say(t, conn, strings.Replace(sayHello, "hello", "my key is sk-abcdefgh12345678", 1))
			say(t, conn, `{"type":"response.create"}`)
			hear(t, conn, "response.done")
			say(t, conn, strings.Replace(sayHello, "hello", "and input_audio_buffer.append is a word", 1))
			say(t, conn, `{"type":"response.create"}`)
			hear(t, conn, "response.done")
			bidFarewell(t, conn)
			if !tc.keeps {
				require.Equal(t, 200, d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"sentinel"}]}`).Status)
				if tc.bodies == "all" {
					require.Contains(t, taken(1)[0].Request.Text, "sentinel")
				} else {
					taken(0)
				}
				return
			}
			all := taken(2)
			var said []map[string]any
			require.NoError(t, json.Unmarshal([]byte(all[0].Request.Text), &said))
			require.Len(t, said, 2, "no sound")
			require.Equal(t, "response.create", said[1]["type"])
			require.Contains(t, all[0].Request.Text, "my key is [redacted]")
			require.Contains(t, all[0].Response.Text, `"response.done"`)
			require.Contains(t, all[0].Response.Text, "You said: my key is [redacted]")
			require.NotContains(t, all[1].Request.Text, "my key")
			require.Contains(t, all[1].Request.Text, "and input_audio_buffer.append is a word")
			require.False(t, all[1].Request.Cut)
		})
	}
}
