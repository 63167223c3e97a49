package edge_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

func TestHeadersArePassedOnToProvidersAsBifrostDoes(t *testing.T) {
	for name, tc := range map[string]struct {
		filter config.HeaderFilter
		sent   []string
		want   http.Header // nil values: not there
	}{
		"all under the prefix": {
			sent: []string{"x-bf-eh-X-Trace-Tag: a", "X-Own: c"},
			want: http.Header{"X-Trace-Tag": {"a"}, "X-Own": nil, "X-Bf-Eh-X-Trace-Tag": nil},
		},
		"those that are denied are not": {
			filter: config.HeaderFilter{Denylist: []string{"X-Secret-*"}},
			sent:   []string{"x-bf-eh-x-secret-sauce: a", "x-bf-eh-x-other: b"},
			want:   http.Header{"X-Secret-Sauce": nil, "X-Other": {"b"}},
		},
		"only those that are allowed, by their own name, too": {
			filter: config.HeaderFilter{Allowlist: []string{"x-team-*", "X-Plain"}, Denylist: []string{"x-team-secret"}},
			sent:   []string{"x-bf-eh-x-team-a: a", "X-Team-B: b", "X-Plain: c", "x-bf-eh-x-other: d", "X-Other-Own: e", "X-Team-Secret: f", "x-bf-eh-x-team-secret: g"},
			want:   http.Header{"X-Team-A": {"a"}, "X-Team-B": {"b"}, "X-Plain": {"c"}, "X-Other": nil, "X-Other-Own": nil, "X-Team-Secret": nil},
		},
		"none about the connection, and none that says who somebody is": {
			filter: config.HeaderFilter{Allowlist: []string{"*"}},
			sent: []string{
				"x-bf-eh-Host: evil.example", "x-bf-eh-Te: trailers", "x-bf-eh-Transfer-Encoding: chunked", "x-bf-eh-Content-Encoding: gzip", "x-bf-eh-Upgrade: h2c",
				"x-bf-eh-Authorization: Bearer mine", "x-bf-eh-X-Api-Key: mine", "x-bf-eh-X-Goog-Api-Key: mine", "x-bf-eh-Api-Key: mine", "x-bf-eh-Proxy-Authorization: mine",
				"x-bf-eh-Cookie: a=b", "x-bf-eh-X-Bf-Vk: vk", "x-bf-eh-X-Asbru-Key: k", "x-bf-eh-X-Amz-Security-Token: t", "x-bf-eh-Sec-Websocket-Protocol: p",
				"x-bf-eh-User-Agent: mine", "x-bf-eh-: nameless", "x-bf-eh-X-Hop: 1", "Connection: X-Hop", "Cookie: a=b", "X-Forwarded-For: 10.0.0.1",
			},
			want: http.Header{
				"Te": nil, "Content-Encoding": nil, "Upgrade": nil, "Authorization": {"Bearer sk-canary-openai-0123456789"}, "X-Api-Key": nil, "X-Goog-Api-Key": nil,
				"Api-Key": nil, "Proxy-Authorization": nil, "Cookie": nil, "X-Bf-Vk": nil, "X-Asbru-Key": nil, "X-Amz-Security-Token": nil, "Sec-Websocket-Protocol": nil,
				"User-Agent": {"asbru"}, "X-Hop": nil, "X-Forwarded-For": nil, "Connection": nil,
			},
		},
		"none that the provider is configured to get": {
			sent: []string{"x-bf-eh-X-Team: red", "x-bf-eh-Openai-Beta: theirs", "OpenAI-Beta: own"},
			want: http.Header{"X-Team": {"blue"}, "Openai-Beta": {"own"}},
		},
		"what the dialect passes on, where it was not sent": {
			sent: []string{"x-bf-eh-OpenAI-Beta: theirs"},
			want: http.Header{"Openai-Beta": {"theirs"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan http.Header, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				asked <- x.Header.Clone()
				x.JSON(200, wholeAnswers["openai"])
			})
			cfg := with(over(up.URL), "openai", func(p *config.Provider) { p.Network.ExtraHeaders = map[string]config.Secret{"X-Team": "blue"} })
			cfg.Client.HeaderFilterConfig = tc.filter
			d := open(t, cfg)
			for _, dialect := range []string{"openai", "anthropic"} { // as it is, and translated
				res := d.chat(t, dialect, "openai", "", tc.sent...)
				require.Equal(t, 200, res.Status, res.Body)
				seen := <-asked
				for header, values := range tc.want {
					if dialect == "anthropic" && header == "Openai-Beta" && strings.Contains(strings.Join(values, ""), "own") {
						values = []string{"theirs"} // the caller's own is of no meaning there
					}
					require.Equal(t, values, seen.Values(header), "%s: %s", dialect, header)
				}
			}
		})
	}
}

func TestHeadersThatArePassedOnOutliveTheRequest(t *testing.T) {
	seen := make(chan http.Header, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen <- x.Header.Clone()
		x.JSON(200, wholeAnswers["openai"])
	})
	conn := bustest.Start(t).Connect(t, bus.Edge|bus.Worker, "n1")
	q := job.NewQueue(conn, slog.New(slog.DiscardHandler))
	d := startEdge(t, over(up.URL), gateway.Options{}, edge.Options{Node: "n1", Jobs: q})
	d.closeAfter(t)
	_, head := d.ask(t, 202, "POST", "/v1/async/chat/completions", "one", jobBody, "X-Bf-Eh-X-Tag", "a")
	j, err := q.Find(t.Context(), strings.TrimPrefix(head.Get("Location"), job.Path))
	require.NoError(t, err)
	asked, err := q.OpenRequest(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, 200, d.Run(t.Context(), asked).Status)
	require.Equal(t, []string{"a"}, (<-seen).Values("X-Tag"))
}

func TestAnAnswerIsKeptForTheHeadersThatWerePassedOn(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Cache.Enabled = true
	d := open(t, cfg)
	for i, header := range []string{"x-bf-eh-x-tag: a", "x-bf-eh-x-tag: b", "x-bf-eh-x-tag: a"} {
		res := d.chat(t, "openai", "openai", "", header)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, min(i+1, 2), up.Hits())
	}
}

func TestHeadersOfAHandshakeArePassedOnWithEachOfItsCalls(t *testing.T) {
	d, server := responsesDoor(t)
	conn := dialSocket(t, d, "/v1/responses", http.Header{"X-Bf-Eh-X-Tag": {"a"}, "X-Own": {"b"}})
	for _, model := range []string{"openai/gpt-5", "anthropic/claude-sonnet-4-6"} {
		server.Forget()
		say(t, conn, `{"type":"response.create","model":"`+model+`","input":"hi"}`)
		events := hear(t, conn, "response.completed", "error")
		require.Contains(t, events[len(events)-1], "response.completed")
		asked := server.Requests()[0]
		require.Equal(t, []string{"a"}, asked.Values("X-Tag"))
		for _, withheld := range []string{"X-Own", "X-Bf-Eh-X-Tag", "Upgrade", "Sec-Websocket-Key"} {
			require.Empty(t, asked.Values(withheld), withheld)
		}
	}
}

func TestHeadersOfAHandshakePassByNameOnlyWhereTheyAreAllowed(t *testing.T) {
	server, url := serveMockWith(t, mock.Options{Journal: 1})
	cfg := over(url)
	cfg.Client.HeaderFilterConfig = config.HeaderFilter{Allowlist: []string{"*"}, Denylist: []string{"x-secret"}}
	conn := dialSocket(t, open(t, cfg), "/v1/responses", http.Header{"X-Own": {"b"}, "X-Secret": {"c"}, "X-Bf-Eh-X-Secret": {"d"}})
	say(t, conn, `{"type":"response.create","model":"openai/gpt-5","input":"hi"}`)
	hear(t, conn, "response.completed")
	asked := server.Requests()[0]
	require.Equal(t, []string{"b"}, asked.Values("X-Own"))
	for _, withheld := range []string{"X-Secret", "Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version"} {
		require.Empty(t, asked.Values(withheld), withheld)
	}
}

func TestHeadersArePassedOnWithEachTurnOfAnAgent(t *testing.T) {
	seen := make(chan http.Header, 4)
	d, _ := turnsOf(t, func(x *upstreamtest.Exchange) {
		seen <- x.Header.Clone()
		if x.N == 1 {
			answerAs(x, wish("math-add", oneAndTwo))
			return
		}
		answerAs(x, api.Part{Text: "3"})
	}, func(cfg *config.Config) { cfg.Client.HeaderFilterConfig.Allowlist = []string{"x-tag", "x-plain"} }, adder())
	path, body := "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}`
	res := d.post(t, path, body, "x-bf-eh-x-tag: a", "X-Plain: b", "x-bf-eh-x-other: c")
	require.Equal(t, 200, res.Status, res.Body)
	for range 2 {
		turn := <-seen
		require.Equal(t, []string{"a"}, turn.Values("X-Tag"))
		require.Equal(t, []string{"b"}, turn.Values("X-Plain"))
		require.Empty(t, turn.Values("X-Other"))
	}
}
