package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// here is a gateway whose calls are answered without a provider.
type here struct {
	*Gateway
	records chan telemetry.Record
}

func newHere(t *testing.T) *here {
	t.Helper()
	h := &here{records: make(chan telemetry.Record, 10)}
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"openai": {Keys: []config.Key{{Name: "k", Value: "sk-k", Weight: 1}}}}
	var err error
	h.Gateway, err = New(t.Context(), cfg, Options{Hooks: Hooks{Done: func(r *telemetry.Record) { h.records <- *r }}})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

// call makes a call in a dialect, whose answer is given by answer.
func (h *here) call(t *testing.T, in dialect.Codec, stream bool, answer func(*Call)) *Call {
	t.Helper()
	c := h.Acquire()
	c.In, c.Head.Op, c.RequestID = in, api.OpChat, "req-1"
	c.Head.Model, c.Head.Stream, c.Head.StreamUsage = "openai/m", stream, true
	c.gateway, c.snapshot, c.began = h.Gateway, h.snapshot.Load(), time.Now()
	require.Nil(t, c.admit())
	answer(c)
	if !c.Streaming {
		c.settle(c.Status)
	}
	return c
}

func readAll(t *testing.T, c *Call) string {
	t.Helper()
	var all strings.Builder
	for {
		b, err := c.Next()
		if err == io.EOF {
			return all.String()
		}
		require.NoError(t, err)
		all.Write(b)
	}
}

func said(text string) *api.Response {
	return &api.Response{
		ID: "r1", Model: "m1", Created: 9,
		Usage:   api.Usage{Input: 3, Output: 4, Known: true},
		Choices: []api.Choice{{Finish: api.FinishStop, Parts: []api.Part{{Kind: api.PartText, Text: text}}}},
	}
}

// spoken are the dialects in which a conversation is answered.
var spokenHere = map[string]dialect.Codec{
	"openai": codecs.OpenAI, "anthropic": codecs.ByName("anthropic"), "genai": codecs.ByName("genai"),
	"responses": codecs.ByName("responses"), "cohere": codecs.ByName("cohere"), "bedrock": codecs.ByName("bedrock"),
}

func TestACallIsAnsweredWithoutAProviderInEveryDialect(t *testing.T) {
	h := newHere(t)
	for name, in := range spokenHere {
		t.Run(name, func(t *testing.T) {
			c := h.call(t, in, false, func(c *Call) { c.answerWith(said("Hello")) })
			require.Equal(t, 200, c.Status)
			var got api.Response
			require.Nil(t, in.DecodeResponse(api.OpChat, c.Answer, &got))
			require.Equal(t, "Hello", got.Choices[0].Parts[0].Text)
			require.Equal(t, int64(7), got.Usage.Total())
			h.Release(c)

			c = h.call(t, in, true, func(c *Call) { c.answerWith(said("Hello")) })
			require.Equal(t, in.Writer(&c.Head).ContentType(), c.ContentType)
			wire := readAll(t, c)
			require.False(t, c.Broken())
			h.Release(c)
			told := dialecttest.ReadStream(t, in, api.OpChat, []byte(wire))
			require.Equal(t, "Hello", told.Choices[0].Parts[0].Text)

			for range 2 {
				r := <-h.records
				require.Equal(t, "openai/m", r.Model.String())
				require.Equal(t, 200, r.Status)
				require.Equal(t, int64(7), r.Usage.Total())
				require.Zero(t, r.CostNano)
				require.Zero(t, r.Attempts)
				require.False(t, r.Truncated)
			}
		})
	}
}

func TestTheGoSDKGetsAnAnswerThatComesFromNoProvider(t *testing.T) {
	h := newHere(t)
	c := h.call(t, nil, false, func(c *Call) { c.answerWith(said("Hi")) })
	require.Equal(t, "Hi", c.answer.Choices[0].Parts[0].Text)
	h.Release(c)
	c = h.call(t, nil, true, func(c *Call) { c.answerWith(said("Hello")) })
	var text string
	c.yieldEvents(func(e *api.Event, err error) bool {
		require.NoError(t, err)
		text += e.Text
		return true
	})
	require.Equal(t, "Hello", text)
	h.Release(c)
	require.Equal(t, int64(7), (<-h.records).Usage.Total())
	require.Equal(t, int64(7), (<-h.records).Usage.Total())
}

// What a plugin answers with may serve it again: the next call must not write into it.
func TestAnAnswerThatComesFromNoProviderIsNotWrittenTo(t *testing.T) {
	h := newHere(t)
	r := said("Hello")
	h.Release(h.call(t, codecs.OpenAI, false, func(c *Call) { c.answerWith(r) }))
	c := h.Acquire()
	c.answer.Choices = append(c.answer.Choices, api.Choice{Index: 7})
	h.Release(c)
	require.Equal(t, said("Hello"), r)
}

// scripted is a feed that says one thing after the other.
type scripted struct {
	call   *Call
	pieces []piece
	last   error // behind them; nil waits until the call is over
	closed bool
}

func (s *scripted) next(until time.Time) (piece, error) {
	if len(s.pieces) > 0 {
		p := s.pieces[0]
		s.pieces = s.pieces[1:]
		return p, nil
	}
	if s.last == nil {
		_, err := waitFor[struct{}](s.call, nil, until)
		return piece{}, err
	}
	return piece{}, s.last
}

func (s *scripted) close() { s.closed = true }

func TestAFeedEndsAsItSays(t *testing.T) {
	h := newHere(t)
	start := piece{events: []api.Event{{Kind: api.EventStart}, {Kind: api.EventPart}, {Kind: api.EventDelta, Text: "one"}}}
	end := piece{events: []api.Event{{Kind: api.EventFinish, Finish: api.FinishStop}, {Kind: api.EventEnd}}}
	for name, tc := range map[string]struct {
		pieces []piece
		last   error
		code   string
		broken bool
	}{
		"whole":       {[]piece{start, end}, io.EOF, "", false},
		"no end":      {[]piece{start}, io.EOF, "stream_truncated", true},
		"a failure":   {[]piece{start}, errors.New("lost"), "stream_truncated", true},
		"an error":    {[]piece{start}, api.Errorf(api.KindInternal, "tool_failed", "No."), "tool_failed", true},
		"error event": {[]piece{start, {events: []api.Event{{Kind: api.EventError, Err: api.Errorf(api.KindInternal, "tool_failed", "No.")}}}}, io.EOF, "tool_failed", true},
	} {
		t.Run(name, func(t *testing.T) {
			f := &scripted{pieces: tc.pieces, last: tc.last}
			c := h.call(t, codecs.OpenAI, true, func(c *Call) { c.streamFrom(f) })
			wire := readAll(t, c)
			require.Contains(t, wire, `"content":"one"`)
			require.Contains(t, wire, tc.code)
			require.Equal(t, tc.broken, c.Broken())
			require.False(t, f.closed)
			h.Release(c)
			require.True(t, f.closed)
			r := <-h.records
			require.Equal(t, tc.code, r.Code.String())
			require.Equal(t, tc.broken, r.Truncated)
		})
	}
}

func TestACallerWhoLeavesEndsAFeedThatWaits(t *testing.T) {
	h := newHere(t)
	f := &scripted{}
	c := h.call(t, codecs.OpenAI, true, func(c *Call) {
		f.call = c
		c.streamFrom(f)
	})
	go c.leave()
	_, err := c.Next()
	for err == nil { // the error event that nobody reads
		_, err = c.Next()
	}
	h.Release(c)
	require.True(t, f.closed)
	r := <-h.records
	require.Equal(t, 499, r.Status)
	require.True(t, r.Truncated)
}

func TestASilentFeedShowsThatItLives(t *testing.T) {
	h := newHere(t)
	f := &scripted{last: os.ErrDeadlineExceeded}
	c := h.call(t, codecs.OpenAI, true, func(c *Call) { c.streamFrom(f) })
	c.snapshot.heartbeat = time.Millisecond
	b, err := c.Next()
	require.NoError(t, err)
	require.Equal(t, ": ping\n\n", string(b))
	h.Release(c)
	<-h.records
}

func TestBytesInTheCallersDialectAreReplayed(t *testing.T) {
	h := newHere(t)
	body := []byte(`{"kept":true}`)
	c := h.call(t, codecs.OpenAI, false, func(c *Call) { c.answerBytes(jsonType, body, api.Usage{Input: 1, Known: true}) })
	require.True(t, json.Valid(c.Answer))
	require.Equal(t, body, c.Answer)
	h.Release(c)
	require.Equal(t, int64(1), (<-h.records).Usage.Input)

	began := time.Now()
	beats := []cache.Beat{{Bytes: []byte("data: 1\n\n")}, {After: 20 * time.Millisecond, Bytes: []byte("data: 2\n\n")}, {Bytes: []byte("data: [DONE]\n\n")}}
	c = h.call(t, codecs.OpenAI, true, func(c *Call) { c.streamFrom(newReplay(c, beats)) })
	require.Equal(t, "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n", readAll(t, c))
	require.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond)
	require.False(t, c.Broken())
	h.Release(c)
	require.Zero(t, (<-h.records).Usage.Total())
}
