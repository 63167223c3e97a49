package gateway

// Hot path where MCP servers are configured.

import (
	"bytes"
	"slices"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/overflow"
)

// offerTexts are an offer's tools as the bodies of dialects have them.
type offerTexts struct {
	mu  sync.Mutex
	all map[string]offerText
}

// offerText is what is put into a body: a member of its object, or more elements of the
// array that it has. Both are nil for a dialect whose bodies have no such array.
type offerText struct{ member, more []byte }

// in returns the tools' text in a dialect.
func (o *offer) in(codec dialect.Codec) offerText {
	o.texts.mu.Lock()
	defer o.texts.mu.Unlock()
	text, ok := o.texts.all[codec.Name()]
	if !ok {
		text = o.write(codec)
		if o.texts.all == nil {
			o.texts.all = map[string]offerText{}
		}
		o.texts.all[codec.Name()] = text
	}
	return text
}

// write takes the tools' text out of a request that the codec writes.
func (o *offer) write(codec dialect.Codec) offerText {
	r := o.addTo(&api.Request{
		Op: api.OpChat, Model: "m",
		Messages: []api.Message{{Parts: []api.Part{{Kind: api.PartText, Text: "t"}}}},
		Sampling: api.Sampling{MaxTokens: api.Some[int64](1)},
	})
	body, err := codec.AppendRequest(nil, r, &dialect.Quirks{})
	if err != nil {
		return offerText{}
	}
	array := jsonx.Value(body).Get("tools")
	if array.Kind() != jsonx.Array || array.Len() == 0 {
		return offerText{}
	}
	array = bytes.TrimSpace(array)
	elements := array[1 : len(array)-1]
	return offerText{
		member: slices.Concat([]byte(`,"tools":`), array),
		more:   slices.Concat([]byte(`,`), elements),
	}
}

// toolsEdit is the edit that puts the offered tools into the caller's body. It reports
// false where that has to be read as a whole for it.
func (c *Call) toolsEdit(o *offer) (jsonx.Edit, bool) {
	text := o.in(c.In)
	wrapped := c.Head.Op == api.OpCountTokens && (c.In == codecs.GenAI || c.In == codecs.Bedrock) // their bodies have the conversation within
	if text.member == nil || wrapped || c.Head.Legacy || c.Head.Members == 0 {
		return jsonx.Edit{}, false
	}
	at := jsonx.Span{Start: c.Head.BodyEnd, End: c.Head.BodyEnd}
	for m := range jsonx.MembersAt(c.Body, jsonx.Span{End: len(c.Body)}) {
		if string(m.Key) != "tools" {
			continue
		}
		own := m.At.Of(c.Body)
		switch {
		case own.IsNull():
			return jsonx.Edit{At: m.At, New: text.member[len(`,"tools":`):]}, true
		case own.Kind() != jsonx.Array || o.clashes(own):
			return jsonx.Edit{}, false
		case own.Len() == 0:
			return jsonx.Edit{At: m.At, New: text.member[len(`,"tools":`):]}, true
		}
		return jsonx.Edit{At: jsonx.Span{Start: m.At.End - 1, End: m.At.End - 1}, New: text.more}, true
	}
	return jsonx.Edit{At: at, New: text.member}, true
}

// retooled puts the offered tools into what a worker gets. It reports whether that can be
// done.
func (c *Call) retooled(o *overflow.Call, tools *offer) bool {
	edit, ok := c.toolsEdit(tools)
	if ok {
		o.Body = jsonx.Apply(nil, c.Body, []jsonx.Edit{edit})
	}
	return ok
}

// clashes says whether one of the caller's tools, as any dialect has them, has the name of
// one that is offered.
func (o *offer) clashes(own jsonx.Value) bool {
	has := func(name jsonx.Value) bool {
		text, _ := name.Str()
		return text != "" && o.find(text) != nil
	}
	for t := range own.Elements() {
		if has(t.Get("name")) || has(t.Get("function", "name")) {
			return true
		}
		for _, key := range [...]string{"functionDeclarations", "function_declarations"} {
			for f := range t.Get(key).Elements() {
				if has(f.Get("name")) {
					return true
				}
			}
		}
	}
	return false
}

// insert puts an edit among others, in the order of the body.
func insert(edits []jsonx.Edit, e jsonx.Edit) []jsonx.Edit {
	at := len(edits)
	for at > 0 && edits[at-1].At.Start > e.At.Start {
		at--
	}
	return slices.Insert(edits, at, e)
}

// saysJSON says whether a body may ask for an answer in JSON: it has a text without which
// no dialect does. In prose the quotation mark would be escaped.
func saysJSON(body []byte) bool {
	return slices.ContainsFunc(jsonHints, func(hint []byte) bool { return bytes.Contains(body, hint) })
}

var jsonHints = [][]byte{
	[]byte(`json_object"`), []byte(`_schema"`), []byte(`"output_`), []byte(`outputConfig"`), []byte(`onseMimeType"`), []byte(`onse_mime_type"`), []byte(`onseSchema"`), []byte(`onseJsonSchema"`),
}
