package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// streams are what each provider says in a stream that goes well, an event each.
var streams = map[string][]string{
	"openai": {
		`data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}` + "\n\n",
		`data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"one "},"finish_reason":null}]}` + "\n\n",
		`data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"two"},"finish_reason":null}]}` + "\n\n",
		`data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n",
		`data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}` + "\n\n",
		"data: [DONE]\n\n",
	},
	"anthropic": {
		"event: message_start\ndata: " + `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}}` + "\n\n",
		"event: content_block_start\ndata: " + `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n",
		"event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one "}}` + "\n\n",
		"event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"two"}}` + "\n\n",
		"event: content_block_stop\ndata: " + `{"type":"content_block_stop","index":0}` + "\n\n",
		"event: message_delta\ndata: " + `{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}` + "\n\n",
		"event: message_stop\ndata: " + `{"type":"message_stop"}` + "\n\n",
	},
	"gemini": {
		`data: {"candidates":[{"content":{"parts":[{"text":"one "}],"role":"model"},"index":0}],"modelVersion":"m"}` + "\r\n\r\n",
		`data: {"candidates":[{"content":{"parts":[{"text":"two"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2,"totalTokenCount":9},"modelVersion":"m"}` + "\r\n\r\n",
	},
}

// terminal is what ends a good stream of each dialect.
var terminal = map[string]string{"openai": "[DONE]", "anthropic": "message_stop", "genai": `"finishReason":"STOP"`}

func serveStream(events []string) func(x *upstreamtest.Exchange) {
	return func(x *upstreamtest.Exchange) {
		x.StartStream()
		for _, ev := range events {
			x.Chunk(ev)
		}
		x.EndStream()
	}
}

// streamRequest asks provider for a stream in a dialect.
func streamRequest(dialect, provider, rest string) (path, body string) {
	if dialect == "genai" {
		return "/genai/v1beta/models/" + provider + "/m:streamGenerateContent?alt=sse", speakers("")[2].body("", rest)
	}
	return chatRequest(dialect, provider, `,"stream":true`+rest)
}

func (d *door) stream(t *testing.T, dialect, provider, rest string) answer {
	t.Helper()
	path, body := streamRequest(dialect, provider, rest)
	return d.post(t, path, body)
}

func TestEveryDialectStreamsFromEveryProvider(t *testing.T) {
	for provider, events := range streams {
		up := upstreamtest.New(t, serveStream(events))
		d := open(t, over(up.URL))
		for dialect := range providerOf {
			t.Run(dialect+" from "+provider, func(t *testing.T) {
				res := d.stream(t, dialect, provider, "")
				require.Equal(t, 200, res.Status, res.Body)
				require.Contains(t, res.Header.Get("Content-Type"), "text/event-stream")
				require.Equal(t, "no", res.Header.Get("X-Accel-Buffering"))
				require.Contains(t, res.Body, "one ")
				require.Contains(t, res.Body, "two")
				require.Contains(t, res.Body, terminal[dialect])
				require.NotContains(t, res.Body, "error")
				if providerOf[dialect] == provider && dialect != "openai" {
					require.Equal(t, strings.Join(events, ""), res.Body, "the raw lane changed a byte")
				}
			})
		}
	}
}

func TestUsageIsShownInAStreamOnlyToThoseWhoAsk(t *testing.T) {
	for _, provider := range []string{"openai", "anthropic"} {
		up := upstreamtest.New(t, serveStream(streams[provider]))
		d := open(t, over(up.URL))
		require.NotContains(t, d.stream(t, "openai", provider, "").Body, "prompt_tokens", provider)
		require.Contains(t, d.stream(t, "openai", provider, `,"stream_options":{"include_usage":true}`).Body, `"prompt_tokens":7`, provider)
		require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body,
			`asbru_tokens_total{dialect="openai",kind="input",model="m",operation="chat",provider="`+provider+`"} 14`)
	}
}

func TestAStreamThatIsCutEndsWithAnErrorEvent(t *testing.T) {
	for provider, events := range streams {
		for cut := 1; cut < len(events); cut++ {
			for _, how := range []string{"hang-up", "reset", "clean end", "half an event"} {
				if provider == "openai" && how == "clean end" && cut >= 4 || provider == "gemini" && cut > 1 {
					continue // all choices have finished: the stream is whole
				}
				up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
					x.StartStream()
					for _, ev := range events[:cut] {
						x.Chunk(ev)
					}
					switch how {
					case "hang-up":
						x.Close()
					case "reset":
						x.Reset()
					case "clean end":
						x.EndStream()
					case "half an event":
						x.Chunk(events[cut][:len(events[cut])/2])
						x.Close()
					}
				})
				d := open(t, over(up.URL))
				for dialect := range providerOf {
					t.Run(fmt.Sprintf("%s from %s after %d, %s", dialect, provider, cut, how), func(t *testing.T) {
						res := d.stream(t, dialect, provider, "")
						if res.Status != 200 { // nothing had been told yet: a plain error
							errorOf(t, dialect, res)
							return
						}
						require.Contains(t, res.Body, `"error"`)
						if finished := map[string]int{"openai": 4, "anthropic": 6, "gemini": 2}[provider]; dialect == "genai" && cut >= finished {
							return // Google's last word is the finish reason, and that has come
						}
						require.NotContains(t, res.Body, terminal[dialect], "a forged end")
					})
				}
			}
		}
	}
}

func TestEachEventIsOnTheWireWhenItArrives(t *testing.T) {
	for provider, events := range streams {
		next := make(chan struct{})
		up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			x.StartStream()
			for _, ev := range events {
				x.Chunk(ev)
				<-next
			}
			x.EndStream()
		})
		d := open(t, over(up.URL))
		for dialect, home := range providerOf {
			if home != provider {
				continue // a translated event may have to wait for the next to know its end
			}
			t.Run(dialect, func(t *testing.T) {
				path, body := streamRequest(dialect, provider, `,"stream_options":{"include_usage":true}`)
				if dialect != "openai" {
					path, body = streamRequest(dialect, provider, "")
				}
				res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
				require.NoError(t, err)
				defer res.Body.Close()
				for _, ev := range events {
					got := make([]byte, len(ev))
					_, err := io.ReadFull(res.Body, got)
					require.NoError(t, err)
					require.Equal(t, ev, string(got))
					next <- struct{}{}
				}
			})
		}
	}
}

func TestGoogleClientsMayHaveTheStreamAsOneArray(t *testing.T) {
	for provider, events := range streams {
		up := upstreamtest.New(t, serveStream(events))
		d := open(t, over(up.URL))
		path, body := streamRequest("genai", provider, "")
		res := d.post(t, strings.TrimSuffix(path, "?alt=sse"), body)
		require.Equal(t, 200, res.Status)
		require.Contains(t, res.Header.Get("Content-Type"), "application/json")
		var chunks []map[string]any
		require.NoError(t, jsonDecode(res.Body, &chunks), res.Body)
		require.NotEmpty(t, chunks)
	}
}

func TestASilentStreamGetsHeartbeats(t *testing.T) {
	for provider, events := range streams {
		for dialect := range providerOf {
			t.Run(dialect+" from "+provider, func(t *testing.T) {
				t.Parallel()
				released := make(chan struct{})
				release := sync.OnceFunc(func() { close(released) })
				up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
					x.StartStream()
					first := len(events) / 2
					x.Chunk(strings.Join(events[:first], ""))
					<-released
					x.Chunk(strings.Join(events[first:], ""))
					x.EndStream()
				})
				t.Cleanup(release)
				cfg := with(over(up.URL), provider, func(p *config.Provider) { p.Network.FirstByteTimeoutS = 10 })
				cfg.Client.StreamHeartbeatS = 1
				d := open(t, cfg)
				path, body := streamRequest(dialect, provider, "")
				res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
				require.NoError(t, err)
				defer res.Body.Close()
				r := bufio.NewReader(res.Body)
				for line := "x"; !strings.HasPrefix(line, ":"); {
					before := strings.TrimSpace(line)
					line, err = r.ReadString('\n')
					require.NoError(t, err)
					if dialect == "genai" && before+strings.TrimSpace(line) == "" {
						break // Google's SDK takes a comment for an error; an empty line does as well
					}
				}
				release()
				rest, err := io.ReadAll(r)
				require.NoError(t, err)
				require.Contains(t, string(rest), terminal[dialect])
			})
		}
	}
}
