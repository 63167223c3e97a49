package dialecttest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// answer puts the events of a stream together and checks their order.
type answer struct {
	t        require.TestingT
	response api.Response
	started  bool
	ended    bool
}

func newAnswer(t require.TestingT, op api.Op) *answer {
	return &answer{t: t, response: api.Response{Op: op}}
}

// ReadStream returns the whole answer that a stream says.
func ReadStream(t require.TestingT, c dialect.Codec, op api.Op, wire []byte) api.Response {
	a := newAnswer(t, op)
	r := c.Reader(op)
	var s sse.Splitter
	var ev sse.Event
	s.Feed(Unframe(t, c)(wire))
	for {
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			break
		}
		a.add(r.Read(nil, &ev))
	}
	a.add(r.Close(nil))
	require.True(t, a.ended, "%s", wire)
	return a.response
}

// add copies what it keeps of the events, since they are borrowed.
func (a *answer) add(events []api.Event) {
	for i := range events {
		e := &events[i]
		require.False(a.t, a.ended, "%v after the end", e)
		require.Equal(a.t, e.Kind == api.EventStart, !a.started, "a stream has one start: %v", e)
		switch e.Kind {
		case api.EventStart:
			a.started = true
			a.response.ID, a.response.Model = strings.Clone(e.ID), strings.Clone(e.Model)
			a.response.Created = e.Created
			a.count(e.Usage)
		case api.EventUsage:
			a.count(e.Usage)
		case api.EventEnd:
			a.ended = true
		case api.EventError:
			require.Fail(a.t, "the stream has an error", "%v", e.Err)
		default:
			a.say(e)
		}
	}
}

func (a *answer) count(u api.Usage) {
	if u.Known {
		a.response.Usage = u
	}
}

func (a *answer) say(e *api.Event) {
	c := a.choice(e.Choice)
	require.Equal(a.t, api.FinishUnset, c.Finish, "%v after the choice's finish", e)
	switch e.Kind {
	case api.EventFinish:
		require.NotEqual(a.t, api.FinishUnset, e.Finish)
		c.Finish = e.Finish
		return
	case api.EventPart:
		require.Len(a.t, c.Parts, e.Part, "parts are numbered from 0")
		p := api.Part{Kind: e.PartKind, Signature: strings.Clone(e.Signature), SignatureOf: strings.Clone(e.SignatureOf)}
		if e.PartKind == api.PartToolCall {
			p.Call = &api.ToolCall{ID: strings.Clone(e.CallID), Name: strings.Clone(e.Name)}
		}
		c.Parts = append(c.Parts, p)
		return
	}
	require.Less(a.t, e.Part, len(c.Parts), "%v of a part that has not begun", e)
	p := &c.Parts[e.Part]
	switch e.Kind {
	case api.EventDelta:
		if p.Call != nil {
			p.Call.Args = append(p.Call.Args, e.Text...)
		} else {
			p.Text += strings.Clone(e.Text) // "" + s is s itself
		}
	case api.EventSign:
		p.Signature, p.SignatureOf = strings.Clone(e.Signature), strings.Clone(e.SignatureOf)
	}
}

// choice returns the choice of that index, a new one if need be.
func (a *answer) choice(index int) *api.Choice {
	for len(a.response.Choices) <= index {
		a.response.Choices = append(a.response.Choices, api.Choice{Index: len(a.response.Choices)})
	}
	return &a.response.Choices[index]
}
