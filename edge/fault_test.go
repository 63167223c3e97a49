package edge_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// What each provider says to a chat that goes well.
var wholeAnswers = map[string]string{
	"openai":    `{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`,
	"anthropic": `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}`,
	"gemini":    `{"candidates":[{"content":{"parts":[{"text":"hello"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m"}`,
}

var providerOf = map[string]string{"openai": "openai", "anthropic": "anthropic", "genai": "gemini"}

// chat asks provider for a chat in a dialect.
func (d *door) chat(t *testing.T, dialect, provider, rest string, headers ...string) answer {
	t.Helper()
	path, body := chatRequest(dialect, provider, rest)
	return d.post(t, path, body, headers...)
}

// chatRequest asks provider in a dialect.
func chatRequest(dialect, provider, rest string) (path, body string) {
	for _, s := range speakers(provider + "/m") {
		if s.dialect == dialect {
			return s.path, s.body(fmt.Sprintf("%q", provider+"/m"), rest)
		}
	}
	panic("no dialect " + dialect)
}

func TestAProvidersNonsenseBecomesAnErrorInTheCallersDialect(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte("not what it says"))
	require.NoError(t, w.Close())
	answers := map[string]func(x *upstreamtest.Exchange){
		"HTML": func(x *upstreamtest.Exchange) {
			x.Write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<html>oh</html")
		},
		"an empty body": func(x *upstreamtest.Exchange) { x.JSON(200, "") },
		"half a JSON":   func(x *upstreamtest.Exchange) { x.JSON(200, `{"id":"x","choices":[{"ind`) },
		"an error inside a 200": func(x *upstreamtest.Exchange) {
			x.JSON(200, `{"type":"error","error":{"type":"api_error","code":500,"message":"boom","status":"INTERNAL"}}`)
		},
		"gzip that is damaged": func(x *upstreamtest.Exchange) { x.JSON(200, zipped.String()[:12], "Content-Encoding: gzip") },
		"endless headers": func(x *upstreamtest.Exchange) {
			x.Write("HTTP/1.1 200 OK\r\n")
			for range 3000 {
				x.Write("X-Filler: " + strings.Repeat("y", 100) + "\r\n")
			}
		},
		"not HTTP":               func(x *upstreamtest.Exchange) { x.Write("hello\r\n\r\n"); x.Close() },
		"a length that is short": func(x *upstreamtest.Exchange) { x.Write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}"); x.Close() },
		"a bad chunk size": func(x *upstreamtest.Exchange) {
			x.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n")
		},
		"a redirect": func(x *upstreamtest.Exchange) {
			x.Write("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
		},
		"a reset":   func(x *upstreamtest.Exchange) { x.Reset() },
		"a hang-up": func(x *upstreamtest.Exchange) { x.Close() },
		"a 500 of HTML": func(x *upstreamtest.Exchange) {
			x.Write("HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<h1>oops</h1>\r\n")
		},
	}
	for name, script := range answers {
		for _, stream := range []bool{false, true} {
			up := upstreamtest.New(t, script)
			d := open(t, over(up.URL))
			for dialect := range providerOf {
				for _, provider := range providerOf {
					t.Run(fmt.Sprintf("%s/%s to %s/stream %t", name, dialect, provider, stream), func(t *testing.T) {
						var res answer
						switch {
						case stream && dialect == "genai":
							res = d.post(t, "/genai/v1beta/models/"+provider+"/m:streamGenerateContent?alt=sse", speakers("")[2].body("", ""))
						case stream:
							res = d.chat(t, dialect, provider, `,"stream":true`)
						default:
							res = d.chat(t, dialect, provider, "")
						}
						require.GreaterOrEqual(t, res.Status, 500, res.Body)
						errorOf(t, dialect, res)
						require.NotContains(t, res.Body, "<h", "a provider's markup reached the caller")
						require.NotContains(t, res.Body, "127.0.0.1", "an internal address reached the caller")
					})
				}
			}
		}
	}
}

func TestAProviderThatSaysNothingTimesOut(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {})
	d := open(t, over(up.URL))
	res := d.chat(t, "openai", "openai", "", "x-asbru-timeout: 50ms")
	require.Equal(t, 504, res.Status, res.Body)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "provider_timeout", code)
	require.Equal(t, 1, up.Hits(), "a call that may have been run was repeated")
}

func TestAnAmbiguousFailureIsNotRepeatedUnlessAllowed(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		t.Run(fmt.Sprintf("allowed %t", allowed), func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N == 1 {
					x.Reset()
					return
				}
				x.JSON(200, wholeAnswers["openai"])
			})
			d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
				p.Network.MaxRetries = 2
				p.Network.RetryBackoffInitial = 1
				p.RetryAmbiguous = allowed
			}))
			res := d.chat(t, "openai", "openai", "")
			if allowed {
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "2", res.Header.Get("x-asbru-attempts"))
				require.Equal(t, 2, up.Hits())
			} else {
				require.Equal(t, 502, res.Status, res.Body)
				require.Equal(t, 1, up.Hits())
			}
		})
	}
}

func TestARefusalIsTriedAgainWithinTheRetryBudget(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N <= 2 {
			x.JSON(503, `{"error":{"message":"busy"}}`)
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Network.MaxRetries = 2
		p.Network.RetryBackoffInitial = 1
	}))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
}

func TestRetriesNeverMultiplyAnOutage(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"down"}}`) })
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Network.MaxRetries = 5
		p.Network.RetryBackoffInitial = 1
		p.Network.RetryBackoffMax = 1
	}))
	const calls = 300
	for range calls {
		require.Equal(t, 503, d.chat(t, "openai", "openai", "").Status)
	}
	require.LessOrEqual(t, up.Hits(), calls+calls/10+10)
	require.Greater(t, up.Hits(), calls)
}

func TestFallbacksAreTriedInOrderWithTheirOwnDialect(t *testing.T) {
	down := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"down"}}`) })
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["anthropic"]) })
	cfg := with(over(down.URL), "anthropic", func(p *config.Provider) { p.Network.BaseURL = up.URL })
	d := open(t, cfg)
	res := d.chat(t, "openai", "openai", `,"fallbacks":["gemini/m",{"provider":"anthropic","model":"claude"}]`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "anthropic", res.Header.Get("x-asbru-provider"))
	require.Equal(t, "claude", res.Header.Get("x-asbru-model"))
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
	require.Contains(t, res.Body, `"hello"`)
	require.Equal(t, 2, down.Hits())
}

func TestARequestThatIsWrongDoesNotFallBack(t *testing.T) {
	wrong := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(400, `{"error":{"message":"temperature is too high","type":"invalid_request_error","param":"temperature","code":null}}`)
	})
	d := open(t, over(wrong.URL))
	res := d.chat(t, "openai", "openai", `,"fallbacks":["anthropic/m"]`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, "temperature is too high")
	require.Contains(t, res.Body, `"param":"temperature"`)
	require.Equal(t, 1, wrong.Hits())
}

func TestRetryAfterIsShownToTheCallerAndKept(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"error":{"message":"slow down","type":"tokens","code":"rate_limit_exceeded"}}`, "Retry-After: 30")
	})
	d := open(t, over(up.URL))
	for range 2 {
		res := d.chat(t, "anthropic", "openai", "")
		require.Equal(t, 429, res.Status, res.Body)
		require.Equal(t, "30", res.Header.Get("Retry-After"))
		errorOf(t, "anthropic", res)
	}
	require.Equal(t, 1, up.Hits(), "the provider was asked again before the time it named")
}

func TestAFullQueueRefusesAtOnce(t *testing.T) {
	release := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		<-release
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := with(over(up.URL), "openai", func(p *config.Provider) {
		p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 1}
	})
	cfg.Client.DropExcessRequests = true
	d := open(t, cfg)
	first := make(chan int, 1)
	go func() {
		path, body := chatRequest("openai", "openai", "")
		res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
		if err != nil {
			first <- 0
			return
		}
		res.Body.Close()
		first <- res.StatusCode
	}()
	require.Eventually(t, func() bool { return up.Hits() == 1 }, 5*time.Second, time.Millisecond)
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 503, res.Status, res.Body)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
	close(release)
	require.Equal(t, 200, <-first)
}

func TestNoAnswerLogOrMetricHoldsAKey(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		auth := x.Header.Get("Authorization") + x.Header.Get("x-api-key") + x.Header.Get("x-goog-api-key")
		x.JSON(401, `{"error":{"message":"Incorrect API key provided: `+strings.TrimPrefix(auth, "Bearer ")+`","type":"invalid_request_error","code":"invalid_api_key"}}`)
	})
	d := open(t, over(up.URL))
	for dialect := range providerOf {
		for _, provider := range providerOf {
			res := d.chat(t, dialect, provider, "")
			require.Equal(t, 401, res.Status)
			require.NotContains(t, res.Body, "canary", "%s to %s", dialect, provider)
			require.NotContains(t, fmt.Sprint(res.Header), "sk-canary")
		}
	}
	require.NotContains(t, do(t, "GET", d.URL("/metrics"), "").Body, "sk-canary")
}
