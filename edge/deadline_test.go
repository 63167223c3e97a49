package edge_test

import (
	"net"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAProviderThatSaysNothingTimesOut(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {})
	d := open(t, over(up.URL))
	res := d.chat(t, "openai", "openai", "", "x-asbru-timeout: 1s")
	require.Equal(t, 504, res.Status, res.Body)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "provider_timeout", code)
	require.Equal(t, 1, up.Hits(), "a call that may have been run was repeated")
}

func TestEachKindOfWaitHasItsLimit(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // its kernel takes connections, and nobody else does
	require.NoError(t, err)
	t.Cleanup(func() { silent.Close() })
	for name, tc := range map[string]struct {
		limit  func(p *config.Provider)
		answer func(x *upstreamtest.Exchange)
		code   string
	}{
		"a connection": {
			limit: func(p *config.Provider) {
				p.Network.BaseURL, p.Network.ConnectTimeoutMs = "https://provider.invalid", 50
				p.Proxy = config.Proxy{Type: "http", URL: config.Secret("http://" + silent.Addr().String())}
			},
			code: "provider_connect_timeout",
		},
		"the first byte": {
			limit:  func(p *config.Provider) { p.Network.FirstByteTimeoutS = 1 },
			answer: func(*upstreamtest.Exchange) {},
			code:   "provider_timeout",
		},
		"a head that trickles": {
			limit: func(p *config.Provider) { p.Network.RequestTimeoutS = 1 },
			answer: func(x *upstreamtest.Exchange) {
				x.Write("HTTP/1.1 200 OK\r\n")
				for x.TryWrite("X: y\r\n") {
					time.Sleep(100 * time.Millisecond)
				}
			},
			code: "provider_timeout",
		},
		"an answer that trickles": {
			limit: func(p *config.Provider) { p.Network.RequestTimeoutS = 1 },
			answer: func(x *upstreamtest.Exchange) {
				x.Write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
				for x.TryWrite("{") {
					time.Sleep(100 * time.Millisecond)
				}
			},
			code: "provider_timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := upstreamtest.New(t, tc.answer)
			d := open(t, with(over(up.URL), "openai", tc.limit))
			res := d.chat(t, "openai", "openai", "")
			require.Equal(t, 504, res.Status, res.Body)
			code, _ := errorOf(t, "openai", res)
			require.Equal(t, tc.code, code)
			require.LessOrEqual(t, up.Hits(), 1)
		})
	}
}

func TestAStreamThatFallsSilentEndsWithAnErrorEvent(t *testing.T) {
	for provider, events := range streams {
		for name, tc := range map[string]struct {
			limit   int
			headers []string
			code    string
		}{
			"the gap":   {2, nil, "provider_timeout"},
			"the whole": {60, []string{"x-asbru-timeout: 2s"}, "timeout"},
		} {
			t.Run(provider+" "+name, func(t *testing.T) {
				t.Parallel()
				up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
					x.StartStream()
					for _, ev := range events[:len(events)/2] {
						x.Chunk(ev)
					}
				})
				d := open(t, with(over(up.URL), provider, func(p *config.Provider) { p.Network.StreamIdleTimeoutS = tc.limit }))
				for dialect := range providerOf {
					t.Run(dialect, func(t *testing.T) {
						t.Parallel()
						path, body := streamRequest(dialect, provider, "")
						res := d.post(t, path, body, tc.headers...)
						require.Equal(t, 200, res.Status, res.Body)
						require.Contains(t, res.Body, `"error"`)
						require.Contains(t, res.Body, tc.code)
						require.NotContains(t, res.Body, terminal[dialect])
					})
				}
			})
		}
	}
}

func TestAStreamThatTicksLivesLongerThanEachLimit(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		serveOnly(streams["openai"][:1])(x)
		for range 5 {
			time.Sleep(800 * time.Millisecond) // the provider thinks
			x.Chunk(streams["openai"][1])
		}
		for _, ev := range streams["openai"][2:] {
			x.Chunk(ev)
		}
		x.EndStream()
	})
	cfg := with(over(up.URL), "openai", func(p *config.Provider) { p.Network.RequestTimeoutS, p.Network.StreamIdleTimeoutS = 3, 3 })
	cfg.Server = config.Server{ReadTimeoutS: 3, WriteTimeoutS: 3, IdleTimeoutS: 3}
	d := open(t, cfg)
	for _, dialect := range []string{"openai", "anthropic"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			res := d.stream(t, dialect, "openai", "")
			require.Contains(t, res.Body, terminal[dialect])
			require.NotContains(t, res.Body, `"error"`)
		})
	}
}

func TestAStreamHasBegunWhenItsContentHasThoughNoneOfItCanBeToldYet(t *testing.T) {
	t.Parallel()
	call := func(delta, finish string) string {
		return `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":` + delta + `,"finish_reason":` + finish + `}]}` + "\n\n"
	}
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(call(`{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"write","arguments":"{\"text\":\""}}]}`, "null"))
		for range 8 { // a long text
			time.Sleep(500 * time.Millisecond)
			x.Chunk(call(`{"tool_calls":[{"index":0,"function":{"arguments":"more "}}]}`, "null"))
		}
		x.Chunk(call(`{"tool_calls":[{"index":0,"function":{"arguments":"\"}"}}]}`, "null"))
		x.Chunk(call(`{}`, `"tool_calls"`))
		x.Chunk("data: [DONE]\n\n")
		x.EndStream()
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Network.RequestTimeoutS = 3 }))
	res := d.stream(t, "genai", "openai", "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, "more more more")
}
