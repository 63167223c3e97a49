package edge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// transport is a plugin on the HTTP side that does what a header says.
type transport struct {
	seen   atomic.Pointer[plugin.HTTPRequest] // of the last answer
	closed atomic.Int32
}

func (*transport) Name() string { return "transport" }

func (p *transport) Close() error {
	p.closed.Add(1)
	return nil
}

func (p *transport) OnHTTP(_ context.Context, q *plugin.HTTPRequest) (*plugin.HTTPAnswer, *api.Error) {
	switch plugin.HeaderOf(q.Headers, "x-do") {
	case "answer":
		return &plugin.HTTPAnswer{Status: 299, Headers: []plugin.Header{{Name: "X-Own", Value: "yes"}, {Name: "Content-Type", Value: "text/plain"}}, Body: []byte("mine")}, nil
	case "refuse":
		return nil, api.Errorf(api.KindPermission, "house_rules", "Not here.")
	case "panic":
		panic("on purpose")
	case "rewrite":
		q.Body = bytes.ReplaceAll(q.Body, []byte("Hello"), []byte("Good morning, dear model"))
		q.Headers = append(q.Headers, plugin.Header{Name: "X-Request-Id", Value: "renamed"})
	case "huge":
		q.Body = make([]byte, 200<<20)
	}
	return nil, nil
}

func (p *transport) AfterHTTP(_ context.Context, q *plugin.HTTPRequest, a *plugin.HTTPAnswer) *api.Error {
	p.seen.Store(q)
	switch plugin.HeaderOf(q.Headers, "x-do") {
	case "late":
		return api.Errorf(api.KindUnavailable, "too_late", "Not any more.")
	case "stamp":
		a.Headers = append(a.Headers, plugin.Header{Name: "X-Stamp", Value: "1"})
		if a.Body != nil {
			a.Status, a.Body = 203, bytes.ReplaceAll(a.Body, []byte("Hi"), []byte("Good day to you"))
		}
	}
	return nil
}

func (p *transport) OnChunk(_ context.Context, q *plugin.HTTPRequest, b []byte) ([]byte, *api.Error) {
	switch plugin.HeaderOf(q.Headers, "x-do") {
	case "stamp":
		return bytes.ReplaceAll(b, []byte("two"), []byte("three")), nil
	case "drop":
		return nil, nil
	case "cut":
		if bytes.Contains(b, []byte("two")) {
			return nil, api.Errorf(api.KindPermission, "house_rules", "Enough.")
		}
	}
	return b, nil
}

func TestPluginsOnTheHTTPSide(t *testing.T) {
	var asked atomic.Pointer[string]
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		body := string(x.BodyBytes)
		asked.Store(&body)
		x.JSON(200, `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}`)
	})
	p := &transport{}
	d := openOptions(t, over(up.URL), gateway.Options{Plugins: []plugin.Plugin{p}})
	post := func(does string) answer {
		return d.post(t, "/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"user","content":"Hello"}]}`, "X-Do: "+does, "X-Asbru-User: ann")
	}
	a := post("")
	require.Equal(t, 200, a.Status, a.Body)
	require.Contains(t, a.Body, "Hi")
	q := p.seen.Load()
	require.Equal(t, "ann", q.Caller.EndUser)
	require.Equal(t, "/v1/chat/completions", q.Path)

	a = post("answer")
	require.Equal(t, 299, a.Status)
	require.Equal(t, "mine", a.Body)
	require.Equal(t, "yes", a.Header.Get("X-Own"))
	require.Equal(t, "text/plain", a.Header.Get("Content-Type"))

	a = post("refuse")
	require.Equal(t, 403, a.Status)
	require.Contains(t, a.Body, "house_rules")

	require.Equal(t, 200, post("panic").Status, "calls go on without it")

	require.Equal(t, 200, post("rewrite").Status)
	require.Contains(t, *asked.Load(), "Good morning, dear model")
	require.Equal(t, 413, post("huge").Status)

	a = post("stamp")
	require.Equal(t, 203, a.Status)
	require.Equal(t, "1", a.Header.Get("X-Stamp"))
	require.Contains(t, a.Body, "Good day to you")

	a = post("late")
	require.Equal(t, 502, a.Status)
	require.Contains(t, a.Body, "too_late")

	a = do(t, http.MethodGet, d.URL("/v1/nothing"), "", "X-Do: stamp")
	require.Equal(t, "1", a.Header.Get("X-Stamp"), "errors pass it too")
}

func TestPluginsOnTheHTTPSideSeeThePiecesOfStreams(t *testing.T) {
	up := upstreamtest.New(t, serveStream(streams["openai"]))
	p := &transport{}
	d := openOptions(t, over(up.URL), gateway.Options{Plugins: []plugin.Plugin{p}})
	for does, want := range map[string]struct {
		has, lacks string
	}{
		"":      {"[DONE]", "house_rules"},
		"stamp": {"three", "two"},
		"drop":  {"", "data:"},
		"cut":   {"house_rules", "two"},
		"late":  {"too_late", "data:"},
	} {
		t.Run(does, func(t *testing.T) {
			path, body := streamRequest("openai", "openai", "")
			a := d.post(t, path, body, "X-Do: "+does)
			require.Contains(t, a.Body, want.has)
			require.NotContains(t, a.Body, want.lacks)
			require.Equal(t, does == "stamp", a.Header.Get("X-Stamp") != "")
		})
	}
}

func TestAPluginOfTheHTTPSideIsClosedWhenItsLastStreamIsOver(t *testing.T) {
	goOn := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		x.Chunk(streams["openai"][1])
		<-goOn
		for _, ev := range streams["openai"][2:] {
			x.Chunk(ev)
		}
		x.EndStream()
	})
	p := &transport{}
	d := openOptions(t, over(up.URL), gateway.Options{Plugins: []plugin.Plugin{p}})
	path, body := streamRequest("openai", "openai", "")
	res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = io.ReadAtLeast(res.Body, make([]byte, 10), 10)
	require.NoError(t, err)
	off := false
	cfg := over(up.URL)
	cfg.Plugins = []config.Plugin{{Name: "transport", Enabled: &off}}
	require.NoError(t, d.Gateway.Apply(cfg))
	require.Zero(t, p.closed.Load(), "a stream still uses it")
	close(goOn)
	_, err = io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return p.closed.Load() == 1 }, patience, 1e6)
}
