package openai

// Hot path.

import (
	"bytes"
	"math/bits"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec.
func (codec) Tap(h *dialect.Head) dialect.Tap {
	return &tap{showUsage: h.StreamUsage, wanted: max(1, int(h.N))}
}

// tap watches one stream. An ordinary chunk of text is searched for a few words,
// not parsed. Text that the model writes cannot fool it: the words are looked for
// with their quotes, which are escaped inside of a string, and a hit is parsed.
type tap struct {
	showUsage bool
	wanted    int    // choices
	finished  uint64 // bit n: choice n has its finish reason
	begun     bool
	ended     bool
	err       *api.Error
	usage     api.Usage
	output    int64
}

var (
	usageKey  = []byte(`"usage"`)
	finishKey = []byte(`"finish_reason"`)
	errorWord = []byte(`"error"`)
	deltaKey  = []byte(`"delta"`)

	textKeys = [...][]byte{
		[]byte(`"content"`), []byte(`"arguments"`), []byte(`"reasoning_content"`),
		[]byte(`"reasoning"`), []byte(`"refusal"`), []byte(`"text"`),
	}
)

var _ dialect.Finisher = (*tap)(nil)

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *tap) Ended() bool { return t.ended }

// Finished implements dialect.Finisher.
func (t *tap) Finished() bool { return bits.OnesCount64(t.finished) >= t.wanted }

// OutputBytes implements dialect.Tap. It counts the bytes of the first text in
// each chunk as they are on the wire, escapes included.
func (t *tap) OutputBytes() int64 { return t.output }

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	data := trim(ev.Data)
	if len(data) == 0 {
		return dialect.Pass
	}
	if isDone(data) {
		t.ended = true
		return dialect.Pass
	}
	if t.begun && data[0] == '{' && string(ev.Name) != "error" && !notable(data) {
		t.output += textBytes(data)
		return dialect.Pass
	}
	return t.look(ev, data)
}

// notable says whether a chunk may hold more than text.
func notable(data []byte) bool {
	return says(data, usageKey) || says(data, finishKey) || bytes.Contains(data, errorWord)
}

// says says whether some member with the quoted key has a value other than null.
func says(data, key []byte) bool {
	for {
		i := bytes.Index(data, key)
		if i < 0 {
			return false
		}
		data = data[i+len(key):]
		if v := behindColon(data); len(v) > 0 && v[0] != 'n' {
			return true
		}
	}
}

// behindColon returns data from the value behind a colon on; nil if no colon comes first.
func behindColon(data []byte) []byte {
	data = bytes.TrimLeft(data, " ")
	if len(data) == 0 || data[0] != ':' {
		return nil
	}
	return bytes.TrimLeft(data[1:], " ")
}

// textBytes returns the length of the first text in a chunk's delta.
func textBytes(data []byte) int64 {
	if i := bytes.Index(data, deltaKey); i >= 0 {
		data = data[i+len(deltaKey):]
	}
	for _, key := range textKeys {
		i := bytes.Index(data, key)
		if i < 0 {
			continue
		}
		if v := behindColon(data[i+len(key):]); len(v) > 0 && v[0] == '"' {
			if n := stringLen(v[1:]); n > 0 {
				return n
			}
		}
	}
	return 0
}

// stringLen returns the number of bytes before the quote that ends a string.
func stringLen(b []byte) int64 {
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return int64(len(b))
		}
		i += n
		escapes := 0
		for escapes < i && b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return int64(i)
		}
	}
}

// look parses a chunk.
func (t *tap) look(ev *sse.Event, data []byte) dialect.Verdict {
	c, err := scanChunk(ev, data)
	if err != nil {
		t.err = err
		return dialect.Fail
	}
	t.output += textBytes(data)
	if u := c.counts(); u.Known {
		t.usage = u
	}
	empty := true
	for e := range c.choices.Elements() {
		empty = false
		t.see(e)
	}
	if empty && c.usage != nil && !t.showUsage {
		return dialect.Drop
	}
	return dialect.Pass
}

// see notes what a chunk's choice says.
func (t *tap) see(v jsonx.Value) {
	if take.Text(v, "finish_reason") != "" {
		t.begun = true
		if i, ok := choiceIndex(v); ok {
			t.finished |= 1 << (i & 63)
		}
	}
	if t.begun {
		return
	}
	t.begun = !empty(v.Get("text")) && v.Get("text") != nil
	for key, v := range v.Get("delta").Members() {
		if key != "role" && !empty(v) {
			t.begun = true
		}
	}
}
