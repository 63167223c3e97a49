package api

import "slices"

// Clone returns a copy of r whose messages, parts and lists may be changed without r
// changing. Strings and JSON are shared: they are replaced, and not written into.
func (r *Request) Clone() *Request {
	c := *r
	c.System = cloneParts(r.System)
	c.Messages = slices.Clone(r.Messages)
	for i := range c.Messages {
		c.Messages[i].Parts = cloneParts(c.Messages[i].Parts)
	}
	c.Tools, c.Inputs = slices.Clone(r.Tools), slices.Clone(r.Inputs)
	c.ToolChoice.Names, c.Sampling.Stop = slices.Clone(r.ToolChoice.Names), slices.Clone(r.Sampling.Stop)
	c.Modalities, c.Extra, c.Dropped = slices.Clone(r.Modalities), slices.Clone(r.Extra), slices.Clone(r.Dropped)
	c.Rerank.Documents = slices.Clone(r.Rerank.Documents)
	return &c
}

func cloneParts(parts []Part) []Part {
	out := slices.Clone(parts)
	for i := range out {
		p := &out[i]
		if p.Media != nil {
			media := *p.Media
			p.Media = &media
		}
		if p.Call != nil {
			call := *p.Call
			p.Call = &call
		}
		if p.Result != nil {
			result := *p.Result
			result.Parts = cloneParts(result.Parts)
			p.Result = &result
		}
		p.Citations = slices.Clone(p.Citations)
	}
	return out
}
