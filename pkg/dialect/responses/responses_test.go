package responses_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// golden returns the files of a folder of testdata by name.
func golden(tb testing.TB, folder string) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*"))
	require.NoError(tb, err)
	require.NotEmpty(tb, paths)
	files := map[string][]byte{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(tb, err)
		files[filepath.Base(p)] = b
	}
	return files
}

// noError exists since a nil *api.Error in an error is not nil.
func noError(tb testing.TB, err *api.Error) {
	tb.Helper()
	if err != nil {
		require.Fail(tb, err.Message, "code %s, param %s", err.Code, err.Param)
	}
}

// decode peeks and decodes a request.
func decode(tb testing.TB, body string) (*api.Request, *dialect.Head) {
	tb.Helper()
	h := &dialect.Head{Op: api.OpChat}
	noError(tb, responses.Codec.Peek(h, []byte(body)))
	r := &api.Request{}
	noError(tb, responses.Codec.DecodeRequest(h, []byte(body), r))
	return r, h
}

// refused returns the error that a request is refused with once it is read.
func refused(tb testing.TB, body string) *api.Error {
	tb.Helper()
	h := &dialect.Head{Op: api.OpChat}
	noError(tb, responses.Codec.Peek(h, []byte(body)))
	err := responses.Codec.DecodeRequest(h, []byte(body), &api.Request{})
	require.NotNil(tb, err, "accepted")
	return err
}

// write appends a request for a provider without quirks.
func write(tb testing.TB, r *api.Request) string {
	tb.Helper()
	out, err := responses.Codec.AppendRequest(nil, r, &dialect.Quirks{})
	noError(tb, err)
	require.NoError(tb, jsonx.Valid(out), string(out))
	return string(out)
}

// split hands the events of a stream to each.
func split(tb testing.TB, wire []byte, each func(*sse.Event)) {
	tb.Helper()
	var s sse.Splitter
	var ev sse.Event
	s.Feed(wire)
	for {
		ok, err := s.Next(&ev)
		require.NoError(tb, err)
		if !ok {
			return
		}
		each(&ev)
	}
}

// read decodes a stream to its end.
func read(tb testing.TB, wire []byte) []api.Event {
	tb.Helper()
	r := responses.Codec.Reader(api.OpChat)
	var events []api.Event
	split(tb, append([]byte(nil), wire...), func(ev *sse.Event) {
		own := sse.Event{Name: append([]byte(nil), ev.Name...), Data: append([]byte(nil), ev.Data...)}
		events = r.Read(events, &own)
	})
	return r.Close(events)
}

// sum puts the events of a stream together.
func sum(events []api.Event) (r api.Response, err *api.Error) {
	c := api.Choice{}
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case api.EventStart:
			r.ID, r.Model, r.Created = e.ID, e.Model, e.Created
		case api.EventPart:
			p := api.Part{Kind: e.PartKind, Raw: e.Raw, RawOf: e.RawOf}
			if e.PartKind == api.PartToolCall {
				p.Call = &api.ToolCall{ID: e.CallID, Name: e.Name, Custom: e.Custom}
			}
			c.Parts = append(c.Parts, p)
		case api.EventDelta:
			if p := &c.Parts[e.Part]; p.Call != nil {
				p.Call.Args = append(p.Call.Args, e.Text...)
			} else {
				p.Text += e.Text
			}
		case api.EventSign:
			c.Parts[e.Part].Signature, c.Parts[e.Part].SignatureOf = e.Signature, e.SignatureOf
		case api.EventCitation:
			c.Parts[e.Part].Citations = append(c.Parts[e.Part].Citations, *e.Citation)
		case api.EventFinish:
			c.Finish = e.Finish
		case api.EventUsage:
			r.Usage = e.Usage
		case api.EventError:
			err = e.Err
		}
	}
	r.Choices = []api.Choice{c}
	return r, err
}
