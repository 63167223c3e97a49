package gateway

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// relayTap watches the events of a relay's answer: pictures that come in parts, speech,
// transcripts, or whatever comes from behind a provider's own path.
type relayTap struct {
	codec    dialect.Codec
	open     bool // nobody knows how its streams end
	begun    bool
	ended    bool
	finished bool
	err      *api.Error
	usage    api.Usage
}

var _ dialect.Finisher = (*relayTap)(nil)

// Err implements dialect.Tap.
func (t *relayTap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *relayTap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *relayTap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *relayTap) Ended() bool { return t.ended }

// Finished implements dialect.Finisher. There may be more than one event of an end,
// one for each picture.
func (t *relayTap) Finished() bool { return t.open || t.finished }

// OutputBytes implements dialect.Tap. Of these answers nothing is estimated.
func (t *relayTap) OutputBytes() int64 { return 0 }

var (
	usageWord = []byte(`"usage`)
	errorWord = []byte(`"error"`)
	doneWord  = []byte("[DONE]")
)

// maxErrorEvent is up to what size an event may be an error.
const maxErrorEvent = 64 << 10

// See implements dialect.Tap.
func (t *relayTap) See(ev *sse.Event) dialect.Verdict {
	data := bytes.TrimSpace(ev.Data)
	if len(data) == 0 {
		return dialect.Pass
	}
	if bytes.Equal(data, doneWord) {
		t.ended = true
		return dialect.Pass
	}
	if len(data) < maxErrorEvent && bytes.Contains(data, errorWord) && jsonx.Valid(data) == nil {
		v := jsonx.Value(data)
		if kind, _ := v.Get("type").Str(); kind == "error" || v.Get("error") != nil && !v.Get("error").IsNull() && v.Get("type") == nil {
			t.err = t.codec.DecodeError(errorInStream, data)
			return dialect.Fail
		}
	}
	t.begun = true
	t.finished = t.finished || ends(string(ev.Name)) || ends(typeOf(data))
	if bytes.Contains(data, usageWord) && jsonx.Valid(data) == nil {
		v := jsonx.Value(data)
		readUsage(&t.usage, v.Get("usage"))
		readUsage(&t.usage, v.Get("usageMetadata"))
		readUsage(&t.usage, v.Get("message", "usage"))
		readUsage(&t.usage, v.Get("response", "usage"))
	}
	return dialect.Pass
}

// errorInStream is the status of an error that comes as an event.
const errorInStream = 502

// typeOf reads the type of an event from its data, of which the beginning will do.
func typeOf(data []byte) string {
	_, rest, ok := bytes.Cut(data[:min(len(data), 256)], []byte(`"type"`))
	if !ok {
		return ""
	}
	_, rest, _ = bytes.Cut(rest, []byte(`"`))
	word, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(word)
}

// ends says whether an event of this type is the last of its kind.
func ends(kind string) bool {
	return strings.HasSuffix(kind, ".completed") || strings.HasSuffix(kind, ".done") || kind == "message_stop"
}
