package bedrock

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec.
func (codec) Tap(*dialect.Head) dialect.Tap { return &tap{} }

// tap watches a stream that passes through.
type tap struct {
	usage   api.Usage
	err     *api.Error
	begun   bool
	stopped bool
	told    bool // the metadata has come
	output  int64
}

var _ dialect.Finisher = (*tap)(nil)

// deltaFrame is what a text delta has besides the text.
const deltaFrame = len(`{"contentBlockIndex":0,"delta":{"text":""}}`)

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	switch named := jsonx.Borrow(ev.Name); named {
	case "contentBlockDelta":
		t.begun = true
		t.output += int64(max(0, len(ev.Data)-deltaFrame))
	case "contentBlockStart":
		t.begun = true
	case "messageStop":
		t.begun, t.stopped = true, true
	case "metadata":
		t.usage = usageOf(jsonx.Value(ev.Data).Get("usage"))
		t.told = true
	case "messageStart", "contentBlockStop", "":
	default:
		if isError(named) {
			t.err = errorInAnswer(named, ev.Data)
			return dialect.Fail
		}
	}
	return dialect.Pass
}

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap. The metadata is the last event.
func (t *tap) Ended() bool { return t.stopped && t.told }

// Finished implements dialect.Finisher.
func (t *tap) Finished() bool { return t.stopped }

// OutputBytes implements dialect.Tap.
func (t *tap) OutputBytes() int64 { return t.output }
