package gateway_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The HTTP server of the mock that the examples use: its pool of workers looks
		// once more after it has been stopped, and its clock runs as long as the process.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.initServerDate.func1"))
}

// chunks are a stream of OpenAI's, an event each.
var chunks = []string{
	`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`,
	`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"one "},"finish_reason":null}]}`,
	`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"two"},"finish_reason":null}]}`,
	`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
	`{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}`,
	`[DONE]`,
}

// library is a gateway used from Go, over one provider.
type library struct {
	*gateway.Gateway
	records chan telemetry.Record
}

func newLibrary(t *testing.T, url string, change func(*config.Provider)) *library {
	t.Helper()
	p := config.Provider{
		Network: config.Network{BaseURL: url},
		Keys:    []config.Key{{Name: "k", Value: "sk-k", Weight: 1}},
	}
	if change != nil {
		change(&p)
	}
	l := &library{records: make(chan telemetry.Record, 10)}
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"openai": p}
	var err error
	l.Gateway, err = gateway.New(t.Context(), cfg, gateway.Options{Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { l.records <- *r }}})
	require.NoError(t, err)
	t.Cleanup(l.Close)
	return l
}

// listen collects a stream's text, and the error that it ends with.
func (l *library) listen(ctx context.Context, each func(text string) bool) (text string, ended bool, err error) {
	for ev, err := range l.Stream(ctx, &api.Request{Model: "openai/m", Messages: hello}) {
		if err != nil {
			return text, ended, err
		}
		switch ev.Kind {
		case api.EventDelta:
			text += strings.Clone(ev.Text) // "" + s is s itself, which is borrowed
		case api.EventEnd:
			ended = true
		}
		if each != nil && !each(text) {
			break
		}
	}
	return text, ended, nil
}

func serve(n int, then func(x *upstreamtest.Exchange)) func(x *upstreamtest.Exchange) {
	return func(x *upstreamtest.Exchange) {
		x.StartStream()
		for _, c := range chunks[:n] {
			x.Event(c)
		}
		then(x)
	}
}

func apiError(t *testing.T, err error) *api.Error {
	t.Helper()
	var e *api.Error
	require.ErrorAs(t, err, &e)
	return e
}

func TestAStreamFromGoEndsAsItsProviderEndsIt(t *testing.T) {
	for name, tc := range map[string]struct {
		script func(x *upstreamtest.Exchange)
		code   string
	}{
		"whole":           {serve(6, func(x *upstreamtest.Exchange) { x.EndStream() }), ""},
		"a hang-up":       {serve(3, func(x *upstreamtest.Exchange) { x.Close() }), "stream_truncated"},
		"an end too soon": {serve(3, func(x *upstreamtest.Exchange) { x.EndStream() }), "stream_truncated"},
		"half an event":   {serve(3, func(x *upstreamtest.Exchange) { x.Chunk("data: {\"id\""); x.Close() }), "stream_truncated"},
		"an error event":  {serve(3, func(x *upstreamtest.Exchange) { x.Event(`{"error":{"message":"busy","code":"busy"}}`) }), "busy"},
		"not HTTP":        {serve(3, func(x *upstreamtest.Exchange) { x.Write("zz\r\n") }), "provider_bad_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLibrary(t, upstreamtest.New(t, tc.script).URL, nil)
			text, ended, err := l.listen(t.Context(), nil)
			require.Equal(t, "one two", text)
			require.Equal(t, tc.code == "", ended)
			r := <-l.records
			require.Equal(t, tc.code != "", r.Truncated)
			if tc.code != "" {
				require.Equal(t, tc.code, apiError(t, err).Code)
				require.Equal(t, tc.code, r.Code.String())
				return
			}
			require.NoError(t, err)
			require.EqualValues(t, 7, r.Usage.Input)
		})
	}
}

func TestAStreamFromGoThatIsRefusedIsAnErrorWithItsStatus(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(`{"error":{"message":"busy","code":503}}`)
	})
	_, _, err := newLibrary(t, up.URL, nil).listen(t.Context(), nil)
	require.Equal(t, 503, apiError(t, err).HTTPStatus())
}

func TestACallFromGoEndsWithItsContext(t *testing.T) {
	for name, stream := range map[string]bool{"whole": false, "stream": true} {
		t.Run(name, func(t *testing.T) {
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if stream {
					serve(2, func(*upstreamtest.Exchange) {})(x)
				}
				close(ready)
				gone <- x.WaitGone(10 * time.Second)
			})
			l := newLibrary(t, up.URL, nil)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-ready
				cancel()
			}()
			var err error
			if stream {
				_, _, err = l.listen(ctx, nil)
			} else {
				_, err = l.Chat(ctx, &api.Request{Model: "openai/m", Messages: hello})
			}
			require.Equal(t, "client_closed_request", apiError(t, err).Code)
			require.True(t, <-gone, "the provider was left working")
		})
	}
}

func TestTheDeadlineOfAContextBoundsTheCall(t *testing.T) {
	up := upstreamtest.New(t, serve(2, func(*upstreamtest.Exchange) {}))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	text, _, err := newLibrary(t, up.URL, nil).listen(ctx, nil)
	require.Equal(t, "one ", text)
	require.Contains(t, []string{"timeout", "client_closed_request"}, apiError(t, err).Code)
}

func TestALoopThatIsLeftEarlyCancelsTheStream(t *testing.T) {
	gone := make(chan bool, 1)
	up := upstreamtest.New(t, serve(3, func(x *upstreamtest.Exchange) { gone <- x.WaitGone(10 * time.Second) }))
	l := newLibrary(t, up.URL, nil)
	_, _, err := l.listen(t.Context(), func(text string) bool { return text == "" })
	require.NoError(t, err)
	require.True(t, <-gone)
	r := <-l.records
	require.Equal(t, 499, r.Status)
	require.True(t, r.Usage.Estimated)
}

func TestASilentStreamFromGoIsWaitedForAsLongAsTheGapMayBe(t *testing.T) {
	up := upstreamtest.New(t, serve(2, func(*upstreamtest.Exchange) {}))
	l := newLibrary(t, up.URL, func(p *config.Provider) { p.Network.StreamIdleTimeoutS = 1 })
	_, _, err := l.listen(t.Context(), nil)
	require.Equal(t, "provider_timeout", apiError(t, err).Code)
}

func TestClosingTheGatewayEndsItsCalls(t *testing.T) {
	ready := make(chan struct{}, 2)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			serve(2, func(*upstreamtest.Exchange) {})(x)
		}
		ready <- struct{}{}
	})
	l := newLibrary(t, up.URL, nil)
	failed := make(chan error, 2)
	began := make(chan struct{})
	go func() {
		_, _, err := l.listen(t.Context(), func(string) bool {
			select {
			case <-began:
			default:
				close(began)
			}
			return true
		})
		failed <- err
	}()
	<-began
	go func() {
		_, err := l.Chat(t.Context(), &api.Request{Model: "openai/m", Messages: hello})
		failed <- err
	}()
	<-ready
	<-ready
	require.Eventually(t, func() bool {
		l.CutCalls()
		return len(failed) == 2
	}, time.Minute, time.Millisecond)
	for range 2 {
		require.Equal(t, "shutting_down", apiError(t, <-failed).Code)
	}
}
