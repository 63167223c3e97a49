package openai_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
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

// opOf tells the operation of a golden file by its name.
func opOf(file string) api.Op {
	switch {
	case strings.HasPrefix(file, "completion"):
		return api.OpCompletion
	case strings.HasPrefix(file, "embedding"):
		return api.OpEmbedding
	case strings.HasPrefix(file, "models"):
		return api.OpModels
	}
	return api.OpChat
}

// decode peeks and decodes a request.
func decode(tb testing.TB, op api.Op, body string) *api.Request {
	tb.Helper()
	h := &dialect.Head{Op: op}
	noError(tb, openai.Codec.Peek(h, []byte(body)))
	r := &api.Request{}
	noError(tb, openai.Codec.DecodeRequest(h, []byte(body), r))
	return r
}

// write appends a request for a provider without quirks, or with q.
func write(tb testing.TB, r *api.Request, q dialect.Quirks) string {
	tb.Helper()
	out, err := openai.Codec.AppendRequest(nil, r, &q)
	noError(tb, err)
	require.NoError(tb, jsonx.Valid(out), string(out))
	return string(out)
}

// noError exists since a nil *api.Error in an error is not nil.
func noError(tb testing.TB, err *api.Error) {
	tb.Helper()
	if err != nil {
		require.Fail(tb, err.Message, "code %s, param %s", err.Code, err.Param)
	}
}

// split cuts a stream into events, copied.
func split(tb testing.TB, stream []byte) []sse.Event {
	tb.Helper()
	var s sse.Splitter
	s.Reset(0)
	s.Feed(append([]byte(nil), stream...))
	var events []sse.Event
	for {
		var ev sse.Event
		ok, err := s.Next(&ev)
		require.NoError(tb, err)
		if !ok {
			return events
		}
		ev.Raw = append([]byte(nil), ev.Raw...)
		ev.Name, ev.Data = clone(ev.Name), clone(ev.Data)
		events = append(events, ev)
	}
}

func clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

// read decodes a stream to its end.
func read(tb testing.TB, op api.Op, stream []byte) []api.Event {
	tb.Helper()
	r := openai.Codec.Reader(op)
	var out []api.Event
	for _, ev := range split(tb, stream) {
		out = r.Read(out, &ev)
	}
	return r.Close(out)
}

// said is what a stream amounts to: its parts put together.
type said struct {
	Text, Reasoning, Refusal string
	Signatures               []string
	Calls                    []api.ToolCall
	Finish                   api.Finish
	FinishRaw                string
	Usage                    api.Usage
	ID, Model                string
	Citations                int
	Ended                    bool
	Err                      *api.Error
}

// sum puts the events of choice 0 together.
func sum(events []api.Event) said {
	var s said
	calls := map[int]int{}
	for _, e := range events {
		switch e.Kind {
		case api.EventStart:
			s.ID, s.Model = e.ID, e.Model
		case api.EventPart:
			if e.PartKind == api.PartToolCall {
				calls[e.Part] = len(s.Calls)
				s.Calls = append(s.Calls, api.ToolCall{ID: e.CallID, Name: e.Name, Custom: e.Custom})
			}
		case api.EventDelta:
			switch e.PartKind {
			case api.PartText:
				s.Text += e.Text
			case api.PartReasoning:
				s.Reasoning += e.Text
			case api.PartRefusal:
				s.Refusal += e.Text
			case api.PartToolCall:
				i := calls[e.Part]
				s.Calls[i].Args = append(s.Calls[i].Args, e.Text...)
			}
		case api.EventSign:
			s.Signatures = append(s.Signatures, e.SignatureOf+":"+e.Signature)
		case api.EventCitation:
			s.Citations++
		case api.EventFinish:
			s.Finish, s.FinishRaw = e.Finish, e.FinishRaw
		case api.EventUsage:
			s.Usage = e.Usage
		case api.EventEnd:
			s.Ended = true
		case api.EventError:
			s.Err = e.Err
		}
	}
	return s
}
