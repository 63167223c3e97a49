package edge_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/stretchr/testify/require"
)

// readyWorker takes every call that it is offered and answers it with the same frames.
type readyWorker struct{ frames []overflow.Frame }

func (readyWorker) Takes(string) bool { return true }

func (w readyWorker) Offer(_ *overflow.Call, deadline time.Time) (*overflow.Receiver, error) {
	r := overflow.NewReceiver(1, deadline, w)
	r.Deliver(&overflow.Frame{Kind: overflow.Beat, Worker: "worker-7"})
	for i, f := range w.frames {
		f.Seq = uint64(i + 1)
		r.Deliver(&f)
	}
	return r, nil
}

func (readyWorker) Flow(string, overflow.ID, []byte) {}
func (readyWorker) Forget(overflow.ID, bool)         {}

func TestTheCallerLearnsWhichWorkerServed(t *testing.T) {
	usage := api.Usage{Input: 11, Output: 5, Known: true}
	for name, tc := range map[string]struct {
		frames      []overflow.Frame
		status      int
		contentType string
		body        string
	}{
		"whole": {[]overflow.Frame{
			{Kind: overflow.Start, Status: 200, ContentType: "application/json", Returned: []overflow.Header{{Name: "X-Ratelimit-Remaining-Tokens", Value: "7"}}},
			{Kind: overflow.Data, Data: []byte(`{"answer":`)},
			{Kind: overflow.Data, Data: []byte(`1}`)},
			{Kind: overflow.End, Usage: usage},
		}, 200, "application/json", `{"answer":1}`},
		"stream": {[]overflow.Frame{
			{Kind: overflow.Start, Status: 200, ContentType: "text/event-stream", Streaming: true, Returned: []overflow.Header{{Name: "X-Ratelimit-Remaining-Tokens", Value: "7"}}},
			{Kind: overflow.Data, Data: []byte("data: 1\n\n")},
			{Kind: overflow.Data, Data: []byte("data: [DONE]\n\n")},
			{Kind: overflow.End, Usage: usage, Ended: true},
		}, 200, "text/event-stream", "data: 1\n\ndata: [DONE]\n\n"},
		"refusal": {[]overflow.Frame{
			{
				Kind: overflow.Fail, Err: &api.Error{Kind: api.KindInvalid, Status: 422, Code: "bad_tool", Message: "no such tool", Sent: api.SentYes},
				Returned: []overflow.Header{{Name: "X-Ratelimit-Remaining-Tokens", Value: "7"}},
			},
		}, 422, "application/json", "no such tool"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := with(over("http://127.0.0.1:1"), "openai", func(p *config.Provider) { p.Concurrency.Concurrency = 1 })
			d := openOptions(t, cfg, gateway.Options{Overflow: readyWorker{tc.frames}})
			slot, ok := d.Gateway.TakeSlot("openai")
			require.True(t, ok)
			defer slot.Release()
			path, body := chatRequest("openai", "openai", "")
			res := d.post(t, path, body)
			require.Equal(t, tc.status, res.Status)
			require.Contains(t, res.Body, tc.body)
			require.Equal(t, tc.contentType, res.Header.Get("Content-Type"))
			require.Equal(t, "worker-7", res.Header.Get("x-asbru-worker"))
			require.Equal(t, "openai-key", res.Header.Get("x-asbru-key"))
			require.Equal(t, "1", res.Header.Get("x-asbru-attempts"))
			require.Equal(t, "7", res.Header.Get("x-ratelimit-remaining-tokens"))
			if tc.status == 200 {
				d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="m",operation="chat",provider="openai"} 11`)
			}
		})
	}
}
