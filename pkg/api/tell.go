package api

// AppendEvents appends the events of a stream that tells the whole answer: each part
// in one piece. They borrow from r.
func (r *Response) AppendEvents(dst []Event) []Event {
	dst = append(dst, Event{Kind: EventStart, ID: r.ID, Model: r.Model, Created: r.Created})
	for i := range r.Choices {
		dst = r.Choices[i].appendEvents(dst)
	}
	return append(dst, Event{Kind: EventUsage, Usage: r.Usage}, Event{Kind: EventEnd})
}

func (c *Choice) appendEvents(dst []Event) []Event {
	logProbs := c.LogProbs
	for i := range c.Parts {
		p := &c.Parts[i]
		begin := Event{Kind: EventPart, Choice: c.Index, Part: i, PartKind: p.Kind, Raw: p.Raw, RawOf: p.RawOf}
		more := Event{Kind: EventDelta, Choice: c.Index, Part: i, PartKind: p.Kind, Text: p.Text}
		switch {
		case p.Call != nil:
			begin.CallID, begin.Name, begin.Custom = p.Call.ID, p.Call.Name, p.Call.Custom
			more.Text = string(p.Call.Args)
		case p.Media != nil:
			begin.MIME, more.MIME, more.Text = p.Media.MIME, p.Media.MIME, p.Media.Data
		case p.Kind == PartText:
			more.LogProbs, logProbs = logProbs, nil
		case p.Kind == PartRedacted:
			begin.Signature, begin.SignatureOf = p.Signature, p.SignatureOf
		}
		dst = append(dst, begin)
		if more.Text != "" {
			dst = append(dst, more)
		}
		for j := range p.Citations {
			dst = append(dst, Event{Kind: EventCitation, Choice: c.Index, Part: i, PartKind: p.Kind, Citation: &p.Citations[j]})
		}
		if p.Signature != "" && p.Kind != PartRedacted {
			dst = append(dst, Event{Kind: EventSign, Choice: c.Index, Part: i, PartKind: p.Kind, Signature: p.Signature, SignatureOf: p.SignatureOf})
		}
	}
	return append(dst, Event{Kind: EventFinish, Choice: c.Index, Finish: c.Finish, FinishRaw: c.FinishRaw, StopSequence: c.StopSequence})
}
