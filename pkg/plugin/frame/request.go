package frame

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// quirks have the codec write what it would leave out for most providers.
var quirks = dialect.Quirks{ReasoningField: "reasoning_details"}

// shown is a request as a frame shows it.
type shown struct {
	body    api.JSON // nil where there is no request, or none that can be shown
	partial bool     // something is left out that OpenAI's API has no words for
}

func appendRequest(o *put.Object, r *api.Request) shown {
	if r == nil {
		return shown{}
	}
	var s shown
	o.Key("request")
	start := len(o.Dst)
	out, err := openai.Codec.AppendRequest(o.Dst, r, &quirks)
	if err != nil {
		s.partial = true
		if out, err = openai.Codec.AppendRequest(out[:start], plain(r), &quirks); err != nil {
			o.Dst = append(out[:start], "null"...)
			return s
		}
	}
	o.Dst = out
	s.body = append(api.JSON{}, out[start:]...)
	if s.partial {
		o.Dst = append(put.Key(o.Dst, "partial"), "true"...)
	}
	return s
}

// plain returns r without what only other dialects have: their own tools and blocks, and
// media.
func plain(r *api.Request) *api.Request {
	p := *r
	p.Tools = nil
	for i := range r.Tools {
		if r.Tools[i].Raw == nil {
			p.Tools = append(p.Tools, r.Tools[i])
		}
	}
	if len(p.Tools) == 0 {
		p.ToolChoice = api.ToolChoice{}
	}
	p.System = plainParts(r.System)
	p.Messages = make([]api.Message, len(r.Messages))
	for i, m := range r.Messages {
		m.Parts = plainParts(m.Parts)
		p.Messages[i] = m
	}
	return &p
}

func plainParts(parts []api.Part) []api.Part {
	var out []api.Part
	for _, p := range parts {
		switch p.Kind {
		case api.PartText, api.PartToolCall, api.PartReasoning, api.PartRedacted, api.PartRefusal:
			out = append(out, p)
		case api.PartToolResult:
			if p.Result != nil {
				result := *p.Result
				result.Parts = plainParts(result.Parts)
				p.Result = &result
			}
			out = append(out, p)
		default: // media, and blocks of other dialects
		}
	}
	return out
}

// changeRequest lays what the guest has made of a request over r.
func (s shown) changeRequest(r *api.Request, body api.JSON) error {
	if s.body == nil {
		return errNotShown
	}
	sent, err := readRequest(r.Op, s.body)
	if err != nil {
		return err
	}
	got, err := readRequest(r.Op, body)
	if err != nil {
		return err
	}
	var m merger
	merged := merge(&m, *r, *sent, *got)
	if s.partial && m.reshaped {
		return errReshaped
	}
	merged.Op, merged.Stream, merged.StreamUsage, merged.Dropped = r.Op, r.Stream, r.StreamUsage, r.Dropped
	if merged.ExtraOf != r.ExtraOf && len(merged.Extra) == 0 {
		merged.ExtraOf = r.ExtraOf
	}
	*r = merged
	return nil
}

func readRequest(op api.Op, body api.JSON) (*api.Request, error) {
	h := dialect.Head{Op: op}
	if err := openai.Codec.Peek(&h, body); err != nil {
		return nil, err
	}
	var r api.Request
	if err := openai.Codec.DecodeRequest(&h, body, &r); err != nil {
		return nil, err
	}
	return &r, nil
}
