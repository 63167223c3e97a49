package control_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// liveDesk is a desk with its WebSocket, and an edge whose calls are told.
type liveDesk struct {
	*desk
	live    *control.Live
	address string
	edge    *usage.Recorder
	stop    func()
}

func openLive(t *testing.T) *liveDesk {
	d := open(t)
	live := d.control.NewLive(d.cluster.Connect(t, bus.Control, "control-2"))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { live.Run(ctx) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &fasthttp.Server{Handler: live.Serve}
	running.Go(func() { _ = server.Serve(ln) })
	spool, err := usage.OpenSpool(t.TempDir(), 1<<20)
	require.NoError(t, err)
	edge := usage.NewRecorder(usage.Options{
		Node: "edge-1", Publisher: usage.NewJetStream(d.cluster.Connect(t, bus.Edge, "edge-1")), Spool: spool,
		Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
	})
	running.Go(func() { edge.Run(ctx) })
	t.Cleanup(func() {
		stop()
		_ = server.Shutdown()
		running.Wait()
	})
	return &liveDesk{d, live, "ws://" + ln.Addr().String() + "/ws", edge, stop}
}

func (d *liveDesk) dial(query string, header http.Header) (*websocket.Conn, int, error) {
	conn, res, err := websocket.DefaultDialer.Dial(d.address+query, header)
	if res == nil {
		return conn, 0, err
	}
	defer res.Body.Close()
	return conn, res.StatusCode, err
}

// look looks on, asking for something.
func (d *liveDesk) look(bearer, asked string) *websocket.Conn {
	conn, _, err := d.dial("", http.Header{"Authorization": {"Bearer " + bearer}})
	require.NoError(d.t, err)
	d.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(d.t, conn.WriteMessage(websocket.TextMessage, []byte(asked)))
	require.Equal(d.t, "subscribed", next(d.t, conn)["type"])
	return conn
}

func next(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, text, err := conn.ReadMessage()
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

func (d *liveDesk) call(id, model, team string) {
	r := telemetry.Record{Time: time.Now(), Status: 200, Team: team, Provider: "house"}
	r.CallID.Set(id)
	r.Model.Set(model)
	d.edge.Put(&r)
}

func TestCallsAreToldLiveToWhoWantsThem(t *testing.T) {
	d := openLive(t)
	all := d.look(token, `{}`)
	some := d.look(token, `{"subscribe":["log"],"filter":{"models":["m2"],"status":["success"]}}`)
	made := d.desk.call(http.StatusOK, http.MethodPost, "/api/tokens", `{"name":"of team 2","role":"viewer","teams":["team-2"]}`)
	theirs := d.look(made["token"].(map[string]any)["value"].(string), `{"subscribe":["log","cluster"]}`)
	for i := 1; i <= 3; i++ {
		d.call(fmt.Sprint("c", i), fmt.Sprint("m", i), fmt.Sprint("team-", i))
	}
	for i := 1; i <= 3; i++ {
		m := next(t, all)
		require.Equal(t, "log", m["type"])
		require.Equal(t, "create", m["operation"])
		require.Equal(t, fmt.Sprint("c", i), m["payload"].(map[string]any)["id"])
	}
	require.Equal(t, "c2", next(t, some)["payload"].(map[string]any)["id"])
	require.Equal(t, "c2", next(t, theirs)["payload"].(map[string]any)["id"])
	require.NoError(t, some.WriteMessage(websocket.TextMessage, []byte(`no JSON`)))
	require.Equal(t, "error", next(t, some)["type"])
}

func TestCallsOfToolsAreToldLiveAsSuch(t *testing.T) {
	d := openLive(t)
	all, tools := d.look(token, `{}`), d.look(token, `{"subscribe":["mcp_log"]}`)
	d.call("c1", "m", "")
	r := telemetry.Record{Time: time.Now(), Status: 200, Provider: "math", Op: api.OpTool}
	r.CallID.Set("t1")
	r.Model.Set("add")
	d.edge.Put(&r)
	require.Equal(t, "c1", next(t, all)["payload"].(map[string]any)["id"])
	require.Equal(t, "tool", next(t, all)["payload"].(map[string]any)["operation"], "it is a call as all are")
	for _, conn := range []*websocket.Conn{all, tools} {
		m := next(t, conn)
		require.Equal(t, "mcp_log", m["type"])
		require.Equal(t, "create", m["operation"])
		require.Equal(t, "add", m["payload"].(map[string]any)["tool_name"])
		require.Equal(t, "math", m["payload"].(map[string]any)["server_label"])
	}
}

func TestNodesThatComeAndGoAreToldLive(t *testing.T) {
	d := openLive(t)
	conn := d.look(token, `{"subscribe":["cluster"]}`)
	seen := func(event string, states ...member.State) {
		d.nodes.tell(states...)
		m := next(t, conn)
		require.NotZero(t, m["seq"])
		delete(m, "seq")
		require.Equal(t, map[string]any{"type": "cluster", "event": event, "node": "edge-1"}, m)
	}
	seen("joined", member.State{Node: "edge-1"})
	seen("draining", member.State{Node: "edge-1", Draining: true})
	seen("left")
}

func TestALiveLogNeedsATicketOrAToken(t *testing.T) {
	d := openLive(t)
	_, status, err := d.dial("", nil)
	require.Error(t, err)
	require.Equal(t, http.StatusUnauthorized, status)
	_, status, _ = d.dial("", http.Header{"Authorization": {"Bearer " + token}, "Origin": {"http://elsewhere.example"}})
	require.Equal(t, http.StatusForbidden, status)
	_, status, _ = d.dial("", http.Header{"Cookie": {"token=" + token}})
	require.Equal(t, http.StatusUnauthorized, status)

	ticket := d.desk.call(http.StatusOK, http.MethodPost, "/api/session/ws-ticket", "")["ticket"].(string)
	conn, _, err := d.dial("?ticket="+ticket, nil)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	_, status, _ = d.dial("?ticket="+ticket, nil)
	require.Equal(t, http.StatusUnauthorized, status, "a ticket is good once")

	res, err := http.Get("http" + d.address[len("ws"):])
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusUpgradeRequired, res.StatusCode)
}

func TestWhoLooksOnIsSentAwayAtTheEnd(t *testing.T) {
	d := openLive(t)
	conn := d.look(token, `{}`)
	d.stop()
	require.Equal(t, websocket.CloseGoingAway, sentAway(t, conn))
}

// sentAway waits until one who looks on is sent away, and returns the code.
func sentAway(t *testing.T, conn *websocket.Conn) int {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			require.ErrorAs(t, err, &closed)
			return closed.Code
		}
	}
}

func TestWhoseRightsAreTakenIsSentAwayFromTheLiveLog(t *testing.T) {
	d := openLive(t)
	person := "/api/users/" + d.hire("ann", "operator")
	made := d.desk.call(http.StatusOK, http.MethodPost, "/api/tokens", `{"name":"CI","role":"operator"}`)["token"].(map[string]any)
	program := "/api/tokens/" + made["id"].(string)
	byToken := func() *websocket.Conn { return d.look(made["value"].(string), `{}`) }
	bySession := func() *websocket.Conn {
		ticket := d.signIn("ann").ask(http.StatusOK, http.MethodPost, "/api/session/ws-ticket", "")["ticket"].(string)
		conn, _, err := d.dial("?ticket="+ticket, nil)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	for _, tc := range []struct {
		name               string
		look               func() *websocket.Conn
		method, path, body string
	}{
		{"a session is ended", bySession, http.MethodDelete, "/api/session/sessions?user_id=" + path.Base(person), ""},
		{"a person has less to do", bySession, http.MethodPut, person, `{"role":"viewer"}`},
		{"a person is shut out", bySession, http.MethodPut, person, `{"is_disabled":true}`},
		{"a token is confined to a team", byToken, http.MethodPut, program, `{"teams":["team-1"]}`},
		{"a token has run out", byToken, http.MethodPut, program, `{"expires_at":"2020-01-01T00:00:00Z"}`},
	} {
		conn, other := tc.look(), d.look(token, `{}`)
		d.live.Reconsider(t.Context())
		d.desk.call(http.StatusOK, tc.method, tc.path, tc.body)
		d.live.Reconsider(t.Context())
		require.Equal(t, websocket.CloseServiceRestart, sentAway(t, conn), tc.name)
		d.call(tc.name, "m1", "")
		for next(t, other)["type"] != "log" { // who may look on goes on doing so
		}
		require.NoError(t, other.Close())
	}
}

func TestWhoseConnectionBreaksGoesOnWhereItWas(t *testing.T) {
	d := openLive(t)
	conn, _, err := d.dial("", http.Header{"Authorization": {"Bearer " + token}})
	require.NoError(t, err)
	ask := func(conn *websocket.Conn, asked string) {
		require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(asked)))
	}
	ask(conn, `{"subscribe":["log"]}`)
	at := next(t, conn)
	d.call("c1", "m1", "")
	first := next(t, conn)
	require.Greater(t, first["seq"], at["seq"])
	require.NoError(t, conn.Close())

	others := d.look(token, `{"subscribe":["log"]}`) // sees when the calls have come
	for i := 2; i <= 4; i++ {
		d.call(fmt.Sprint("c", i), fmt.Sprint("m", i%2), "")
		next(t, others)
	}
	again, _, err := d.dial("", http.Header{"Authorization": {"Bearer " + token}})
	require.NoError(t, err)
	defer again.Close()
	resume := func(stream any, seq any) string {
		text, err := json.Marshal(map[string]any{
			"subscribe": []string{"log"}, "filter": map[string]any{"models": []string{"m0"}}, "resume": map[string]any{"stream": stream, "seq": seq},
		})
		require.NoError(t, err)
		return string(text)
	}
	ask(again, resume(at["stream"], first["seq"]))
	for _, id := range []string{"c2", "c4"} { // those that it wants, and no other
		require.Equal(t, id, next(t, again)["payload"].(map[string]any)["id"])
	}
	now := next(t, again)
	require.Equal(t, "subscribed", now["type"])
	require.EqualValues(t, first["seq"].(float64)+3, now["seq"])

	for _, from := range []string{resume("another", first["seq"]), resume(at["stream"], 1e6)} {
		ask(again, from)
		require.Equal(t, "gap", next(t, again)["type"])
		require.Equal(t, "subscribed", next(t, again)["type"])
	}
}
