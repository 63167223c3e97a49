package edge_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

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
