package gateway

// Hot path.

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
)

// able refuses a call that needs what the model lacks, before it is sent; or leaves
// out what may be left out, where the caller agrees to that. It returns the request to
// write where that is not the caller's own.
func (c *Call) able(model string) (*api.Request, *api.Error) {
	c.withheld = false
	if c.Head.Op != api.OpChat && (c.Head.Op != api.OpCountTokens || c.tools == nil) {
		return nil, nil
	}
	s := c.sold()
	s.own = model
	known := c.gateway.known(&s)
	if known == nil || known.Cannot == 0 {
		return nil, nil
	}
	lacks := known.Cannot
	c.withheld = lacks&catalog.Tools != 0
	if c.Head.Op == api.OpCountTokens {
		return nil, nil
	}
	if c.request == nil {
		// A body that cannot be decoded here is left to the provider.
		if lacks = hinted(c.dialectName(), c.Body, lacks); lacks == 0 || !c.readable() {
			return nil, nil
		}
	}
	lacks &= needs(c.request)
	if lacks == 0 {
		return nil, nil
	}
	if !c.mayDrop() || lacks&^droppable != 0 {
		return nil, api.Errorf(api.KindUnsupported, "model_cannot", "The model %s cannot do what the request needs: %s.", s.model, strings.Join(lacks.Names(), ", "))
	}
	c.Head.Dropped = append(c.Head.Dropped, lacks.Names()...)
	return without(*c.request, lacks), nil
}

func (c *Call) readable() bool { return c.decode() == nil }

// mayDrop says whether fields may be left out of the request.
func (c *Call) mayDrop() bool { return c.Head.DropParams || c.snapshot.dropParams }

// droppable is what a request makes sense without.
const droppable = catalog.Tools | catalog.Schema | catalog.Reasoning

// without returns the request without what asks for abilities.
func without(r api.Request, lacks catalog.Abilities) *api.Request {
	if lacks&catalog.Tools != 0 {
		r.Tools, r.ToolChoice = nil, api.ToolChoice{}
	}
	if lacks&catalog.Schema != 0 {
		r.Format = api.Format{}
	}
	if lacks&catalog.Reasoning != 0 {
		r.Reasoning = api.Reasoning{}
	}
	return &r
}

// needs is what a model must be able to do for a request.
func needs(r *api.Request) catalog.Abilities {
	var n catalog.Abilities
	if len(r.Tools) > 0 {
		n |= catalog.Tools
	}
	if r.Format.Kind == api.FormatSchema {
		n |= catalog.Schema
	}
	if r.Reasoning.Wanted() {
		n |= catalog.Reasoning
	}
	for i := range r.Messages {
		n |= needsOf(r.Messages[i].Parts)
	}
	return n
}

func needsOf(parts []api.Part) catalog.Abilities {
	var n catalog.Abilities
	for i := range parts {
		switch p := &parts[i]; p.Kind {
		case api.PartImage:
			n |= catalog.Image
		case api.PartAudio:
			n |= catalog.Audio
		case api.PartVideo:
			n |= catalog.Video
		case api.PartFile:
			if p.Media == nil || p.Media.Text == "" { // a text is no document for the model
				n |= catalog.File
			}
		case api.PartToolResult:
			if p.Result != nil {
				n |= needsOf(p.Result.Parts)
			}
		}
	}
	return n
}

// hints are texts without which no body of a dialect asks for an ability. They
// begin with what is rare in prose, so that looking for them costs little.
var hints = map[string][]hint{
	"openai": {
		{catalog.Tools, []byte(`"tools"`)},
		{catalog.Image, []byte(`_url"`)},
		{catalog.Audio, []byte(`_audio"`)},
		{catalog.Video, []byte(`_url"`)},
		{catalog.File, []byte(`"file"`)},
		{catalog.Schema, []byte(`_schema"`)},
		{catalog.Reasoning, []byte(`_effort"`)},
	},
	// Neither takes sound or videos.
	"anthropic": {
		{catalog.Tools, []byte(`"tools"`)},
		{catalog.Image, []byte(`"image"`)},
		{catalog.File, []byte(`"document"`)},
		{catalog.Schema, []byte(`"output_`)},
		{catalog.Reasoning, []byte(`"thinking"`)},
		{catalog.Reasoning, []byte(`"effort"`)},
	},
}

type hint struct {
	of   catalog.Abilities
	text []byte
}

// hinted returns those of the abilities that a body may ask for: all of them for a
// dialect that has no hints.
func hinted(dialect string, body []byte, abilities catalog.Abilities) catalog.Abilities {
	all, ok := hints[dialect]
	if !ok {
		return abilities
	}
	var may catalog.Abilities
	for i := range all {
		if h := &all[i]; h.of&abilities&^may != 0 && bytes.Contains(body, h.text) {
			may |= h.of
		}
	}
	return may & abilities
}
