package genai

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec. Google's streams have no terminal event: one has
// ended when each of its candidates has a finish reason, or when its prompt was
// refused. What still comes then is usage.
func (codec) Tap(*dialect.Head) dialect.Tap { return &tap{} }

type tap struct {
	usage    api.Usage
	err      *api.Error
	bytes    int64
	begun    bool
	blocked  bool
	seen     uint64 // candidates, one bit each
	finished uint64
}

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	if ev.Comment || len(ev.Data) == 0 {
		return dialect.Pass
	}
	var found eventFields
	_, err := jsonx.ScanObject(ev.Data, func(m jsonx.Member) error { found.note(m.Key, m.At); return nil })
	if err != nil || !found.errorAt.Empty() {
		return t.fail(ev.Data)
	}
	if !found.usageAt.Empty() {
		if u := usageOf(found.usageAt.Of(ev.Data)); u.Known {
			t.usage = u
		}
	}
	if !found.feedbackAt.Empty() {
		t.blocked = t.blocked || isBlocked(found.feedbackAt.Of(ev.Data))
	}
	n := 0
	for c := range found.candidatesAt.Of(ev.Data).Elements() {
		t.candidate(c, n)
		n++
	}
	return dialect.Pass
}

// eventFields are the members of an event that a tap reads.
type eventFields struct{ usageAt, errorAt, candidatesAt, feedbackAt jsonx.Span }

func (f *eventFields) note(key []byte, at jsonx.Span) {
	switch string(key) {
	case "usageMetadata":
		f.usageAt = at
	case "candidates":
		f.candidatesAt = at
	case "promptFeedback":
		f.feedbackAt = at
	case "error":
		f.errorAt = at
	}
}

func isBlocked(feedback jsonx.Value) bool { return text(feedback, "blockReason", "block_reason") != "" }

// fail reads an event that is an error, or nothing that can be read.
func (t *tap) fail(data []byte) dialect.Verdict {
	t.err = notAnswer(data)
	return dialect.Fail
}

// candidate reads one candidate, the n-th of its event.
func (t *tap) candidate(v jsonx.Value, n int) {
	finished := false
	for key, m := range v.Members() {
		switch key {
		case "index":
			if i, ok := m.Int(); ok && i >= 0 && i < maxChoices {
				n = int(i)
			}
		case "finishReason":
			reason, _ := m.Str()
			finished = reason != "" && reason != unspecified
		case "content":
			for p := range parts(m) {
				t.part(p)
			}
		}
	}
	t.seen |= 1 << n
	if finished {
		t.finished |= 1 << n
	}
}

// part counts what a part generates: text, or a call's arguments. The bytes are
// those of the JSON, escapes and all, which is near enough for an estimate.
func (t *tap) part(v jsonx.Value) {
	t.begun = true
	for key, m := range v.Members() {
		switch key {
		case "text":
			t.bytes += int64(len(m)) - 2
		case "functionCall":
			t.bytes += int64(len(m))
		}
	}
}

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *tap) Ended() bool {
	return t.blocked || (t.seen != 0 && t.seen == t.finished)
}

// OutputBytes implements dialect.Tap.
func (t *tap) OutputBytes() int64 { return t.bytes }
