package control_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// streamed asks for a call whose answer comes as it is made.
func (d *desk) streamed(ctx context.Context) *http.Response {
	d.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+testCallPath, strings.NewReader(`{"virtual_key":"sk-bf-value","request":{"model":"mock/mock","stream":true}}`))
	require.NoError(d.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if ctx.Err() != nil {
		return nil
	}
	require.NoError(d.t, err)
	d.t.Cleanup(func() { answer.Body.Close() })
	return answer
}

var streamHead = &job.Answer{Status: 200, ContentType: "text/event-stream", Headers: map[string]string{"x-asbru-provider": "mock", "set-cookie": "no"}}

// streams has an edge answer streamed calls.
func (d *desk) streams(say func(p job.Pieces) *job.Answer) {
	d.edge(func(_ *job.Request, p job.Pieces) *job.Answer {
		if p == nil {
			return &job.Answer{}
		}
		return say(p)
	})
}

func TestAStreamedTestCallShowsEventsAsTheyComeAndIsInTheAuditBefore(t *testing.T) {
	d := open(t)
	more := make(chan struct{})
	d.streams(func(p job.Pieces) *job.Answer {
		_ = p.Begin(streamHead)
		_ = p.Piece([]byte("data: {\"a\":1}\n\n"))
		<-more
		_ = p.Piece([]byte("data: [DONE]\n\n"))
		return streamHead
	})
	answer := d.streamed(t.Context())
	require.Equal(t, 200, answer.StatusCode)
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	require.Equal(t, "mock", answer.Header.Get("x-asbru-provider"))
	require.Equal(t, "edge-1", answer.Header.Get("x-asbru-node"))
	require.Empty(t, answer.Header.Get("set-cookie"), "headers of a provider are none of the admin API's")
	id := answer.Header.Get("x-asbru-request-id")
	require.NotEmpty(t, id)
	body := bufio.NewReader(answer.Body)
	first, err := body.ReadString('}')
	require.NoError(t, err)
	require.Equal(t, `data: {"a":1}`, first)
	entries, err := d.store.Load().Audit().Page(t.Context(), audit.Filter{Operation: "test-call", Outcome: audit.Done}, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Contains(t, entries[0].Changes, "mock/mock")
	require.Contains(t, entries[0].Changes, id)
	require.Contains(t, entries[0].Changes, "edge-1")
	require.NotContains(t, entries[0].Changes, "sk-bf")
	close(more)
	rest, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Equal(t, "\n\ndata: [DONE]\n\n", string(rest))
	entries, err = d.store.Load().Audit().Page(t.Context(), audit.Filter{Operation: "test-call"}, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1, "one entry for a call")
}

func TestAStreamThatEndsTooSoonSaysWhyInItsLastEvent(t *testing.T) {
	d := open(t)
	d.streams(func(p job.Pieces) *job.Answer {
		_ = p.Begin(streamHead)
		return nil
	})
	whole, err := io.ReadAll(d.streamed(t.Context()).Body)
	require.NoError(t, err)
	require.Contains(t, string(whole), `"code":"edge_late"`)
	require.True(t, strings.HasPrefix(string(whole), "\n\ndata: {") && strings.HasSuffix(string(whole), "}\n\n"), string(whole))
}

func TestAStreamThatDoesNotBeginIsAnsweredAsAnyOther(t *testing.T) {
	d := open(t)
	no := d.streamed(t.Context())
	require.Equal(t, 503, no.StatusCode)
	text, err := io.ReadAll(no.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "no_edge")
	d.streams(func(job.Pieces) *job.Answer {
		return &job.Answer{Status: 401, Body: []byte(`{"error":{"code":"virtual_key_not_found"}}`)}
	})
	whole := d.streamed(t.Context())
	require.Equal(t, 200, whole.StatusCode)
	require.Equal(t, "application/json", whole.Header.Get("Content-Type"))
	text, err = io.ReadAll(whole.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), `"status":401`)
	require.Contains(t, string(text), "virtual_key_not_found")
	entries, err := d.store.Load().Audit().Page(t.Context(), audit.Filter{Operation: "test-call"}, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 2)
}

func TestAStreamWhoseReaderLeavesIsGivenUp(t *testing.T) {
	for name, begins := range map[string]bool{"before it begins": false, "while it comes": true} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			asked, left := make(chan struct{}), make(chan error, 1)
			d.edgeMakes(func(ctx context.Context, _ *job.Request, p job.Pieces) *job.Answer {
				if p == nil {
					return &job.Answer{}
				}
				if begins {
					_ = p.Begin(streamHead)
				}
				close(asked)
				<-ctx.Done()
				left <- ctx.Err()
				return nil
			})
			ctx, leave := context.WithCancel(t.Context())
			go func() { <-asked; leave() }()
			d.streamed(ctx)
			require.ErrorIs(t, <-left, context.Canceled, "and not because its time is up")
		})
	}
}
