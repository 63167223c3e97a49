package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
	"github.com/asbru-gateway/asbru/pkg/plugin/wasm"
)

// What plugins do that mean no good, or do not know better; docs/plugins.md has the same
// table. A plugin does what the model of the call says.
var misdeeds = []struct {
	does string
	// why is in what is noted of the failure, by the kind of plugin; a kind that is not here
	// cannot do so, or nothing can be done about it.
	why map[string]string
	// hurried: only the end of its time stops it.
	hurried []string
}{
	{"loops", map[string]string{"wasm": "longer than it may"}, []string{"wasm"}},
	{"allocates without end", map[string]string{"wasm": "unreachable"}, nil},
	{"crashes", map[string]string{"go": "panic: on purpose", "wasm": "unreachable", "http": "EOF", "nats": "no responders"}, nil},
	{"answers garbage", map[string]string{"wasm": "explode", "http": "invalid", "nats": "invalid"}, nil},
	{"blocks", map[string]string{"go": "deadline", "wasm": "longer than it may", "http": "deadline", "nats": "deadline"}, []string{"go", "wasm", "http", "nats"}},
	{"answers too much", map[string]string{"wasm": "are the most", "http": "larger than", "nats": "too large"}, nil},
	{"asks without end", map[string]string{"wasm": "longer than it may"}, []string{"wasm"}},
	{"is slow", map[string]string{"go": "deadline", "wasm": "longer than it may", "http": "deadline", "nats": "deadline"}, []string{"go", "wasm", "http", "nats"}},
}

// tooMuch is more than an answer may have.
const tooMuch = 17 << 20

func TestWhatHostilePluginsDoIsDecided(t *testing.T) {
	kinds := map[string]plugin.Plugin{
		"go": hostileGo{}, "wasm": hostileGuest(t), "http": hostileOverHTTP(t), "nats": hostileOverNATS(t),
	}
	for _, misdeed := range misdeeds {
		for kind, why := range misdeed.why {
			for _, deny := range []bool{false, true} {
				settings := plugin.Settings{Deny: deny, Timeout: time.Minute}
				if slices.Contains(misdeed.hurried, kind) {
					settings.Timeout = 50 * time.Millisecond
				}
				name := kind + " " + misdeed.does + map[bool]string{false: ", calls go on", true: ", calls are refused"}[deny]
				t.Run(name, func(t *testing.T) { suffers(t, kinds[kind], misdeed.does, why, settings) })
			}
		}
	}
}

// suffers has a plugin called before a call is routed and in its stream, and sees what becomes of
// the call, and that the next one is none the worse.
func suffers(t *testing.T, p plugin.Plugin, does, why string, s plugin.Settings) {
	t.Helper()
	state := plugin.NewState(p.Name(), slog.New(slog.DiscardHandler))
	made := plugin.NewMade(unclosed{p}, state)
	c := chain(t, plugin.NewEntry(p.Name(), made, s))
	judged := func(at string, err *api.Error) {
		if !s.Deny {
			require.Nil(t, err, at)
			return
		}
		require.NotNil(t, err, at)
		require.Equal(t, "plugin_failed", err.Code, at)
		require.Nil(t, err.Raw, "why is not for the caller")
	}
	asked := func(model string) plugin.Call {
		return plugin.Call{Model: model, Stream: true, Header: func(string) string { return "" }, Request: &api.Request{
			Op: api.OpChat, Model: model, Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}},
		}}
	}
	r := begun(t, c, asked(does))
	answer, err := r.Route()
	require.Nil(t, answer)
	judged("before_route", err)
	require.Equal(t, asked(does).Request, r.Call.Request, "the call is as it was")
	events := []api.Event{{Kind: api.EventDelta, Text: "Hi"}}
	out, err := r.Events(slices.Clone(events))
	judged("on_events", err)
	if !s.Deny {
		require.Equal(t, events, out)
	}
	status := state.Status()
	require.Equal(t, "failing", status.State)
	require.EqualValues(t, 2, status.Errors)
	require.Contains(t, status.LastError, why)
	require.NotContains(t, status.LastError, "wasm stack trace")

	next := begun(t, chain(t, plugin.NewEntry(p.Name(), made, plugin.Settings{Deny: true, Timeout: time.Minute})), asked("m"))
	_, err = next.Route()
	require.Nil(t, err)
	out, err = next.Events(slices.Clone(events))
	require.Nil(t, err)
	require.Equal(t, events, out)
}

// unclosed is a plugin that outlives its chains.
type unclosed struct{ plugin.Plugin }

func (u unclosed) Wants(at plugin.Point) bool {
	return (at == plugin.BeforeRoute || at == plugin.OnEvents) && plugin.Wants(u.Plugin, at)
}

func (u unclosed) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return u.Plugin.(plugin.RouteHook).BeforeRoute(ctx, c)
}

func (u unclosed) OnEvents(ctx context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	return u.Plugin.(plugin.StreamHook).OnEvents(ctx, c, events)
}

type hostileGo struct{}

func (hostileGo) Name() string { return "hostile" }

func (h hostileGo) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return nil, h.do(ctx, c)
}

func (h hostileGo) OnEvents(ctx context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	return events, h.do(ctx, c)
}

func (hostileGo) do(ctx context.Context, c *plugin.Call) *api.Error {
	switch c.Model {
	case "crashes":
		panic("on purpose")
	case "blocks", "is slow":
		<-ctx.Done()
		return plugin.Failed("hostile", ctx.Err().Error())
	}
	return nil
}

// hostileGuest is a module, compiled with the Go toolchain.
func hostileGuest(t *testing.T) plugin.Plugin {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, "./wasm/testdata/hostile")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
	return hostileOf(t, wasm.Kind(wasm.Options{}), out, `{"instances":1,"memory_mb":256}`)
}

func hostileOf(t *testing.T, k plugin.Kind, path, config string) plugin.Plugin {
	t.Helper()
	env := plugin.Env{Name: "hostile", Path: path, Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{}, Private: true}
	p, err := k.Make(env, json.RawMessage(config))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.(plugin.Closer).Close()) })
	return p
}

// modelOf is what the model of a frame's call says is to be done.
func modelOf(body []byte) string {
	var frame struct{ Call struct{ Model string } }
	if json.Unmarshal(body, &frame) != nil {
		return "no frame"
	}
	return frame.Call.Model
}

const garbage = "\x00\xff{"

func hostileOverHTTP(t *testing.T) plugin.Plugin {
	t.Helper()
	left := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		switch modelOf(body) {
		case "crashes":
			panic(http.ErrAbortHandler)
		case "answers garbage":
			_, _ = io.WriteString(w, garbage)
		case "answers too much":
			_, _ = w.Write(make([]byte, tooMuch))
		case "blocks":
			select {
			case <-r.Context().Done():
			case <-left:
			}
		case "is slow": // and gives a little now and then, so that nobody thinks it dead
			for {
				select {
				case <-r.Context().Done():
					return
				case <-time.After(time.Millisecond):
					_, _ = w.Write([]byte(" "))
					_ = http.NewResponseController(w).Flush() // it fails when nobody listens any more
				}
			}
		}
	}))
	t.Cleanup(web.Close)
	t.Cleanup(func() { close(left) })
	return hostileOf(t, external.HTTP(), "", `{"url":"`+web.URL+`","points":["before_route","on_events"]}`)
}

func hostileOverNATS(t *testing.T) plugin.Plugin {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true, MaxPayload: 2 * tooMuch})
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(20*time.Second))
	program, err := nats.Connect(s.ClientURL())
	require.NoError(t, err)
	t.Cleanup(program.Close)
	_, err = program.Subscribe("hook.*.hostile", func(m *nats.Msg) {
		switch modelOf(m.Data) {
		case "crashes": // what the server says of one that has gone
			answer := nats.NewMsg(m.Reply)
			answer.Header.Set("Status", "503")
			_ = program.PublishMsg(answer)
		case "answers garbage":
			_ = m.Respond([]byte(garbage))
		case "answers too much":
			_ = m.Respond(bytes.Repeat([]byte(" "), tooMuch))
		case "blocks", "is slow":
		default:
			_ = m.Respond(nil)
		}
	})
	require.NoError(t, err)
	require.NoError(t, program.Flush())
	return hostileOf(t, external.NATS(nil), "", `{"url":"`+s.ClientURL()+`","points":["before_route","on_events"]}`)
}

func TestTheTableOfHostilePluginsIsThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/plugins.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "\n| the plugin | Go | `wasm` | `http` | `nats` |\n| --- | --- | --- | --- | --- |\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	require.Len(t, rows, len(misdeeds))
	for i, misdeed := range misdeeds {
		cells := strings.Split(strings.Trim(rows[i], "| "), " | ")
		require.Len(t, cells, 5, rows[i])
		require.Equal(t, misdeed.does, cells[0])
		for j, kind := range []string{"go", "wasm", "http", "nats"} {
			_, stopped := misdeed.why[kind]
			require.Equal(t, stopped, !strings.HasPrefix(cells[j+1], "–"), "%s: %s", kind, misdeed.does)
		}
	}
}
