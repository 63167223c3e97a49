package gateway

import (
	"bytes"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/transcript"
)

// uttered is what a caller has said in a conversation since its model's last response, where
// that is kept: events as they were, but for sound.
type uttered struct {
	keeper Transcripts
	rules  *transcript.Rules

	mu     sync.Mutex // both directions add to it
	events *transcript.Stream
}

// Types of events.
const (
	soundSent    = "input_audio_buffer.append"
	soundHeard   = "conversation.item.input_audio_transcription.completed"
	responseDone = "response.done"
)

// utter begins to collect; nil if nothing of the conversation is kept.
func (r *Realtime) utter() *uttered {
	c := r.call
	if rules := c.snapshot.transcripts; rules != nil && rules.Listen(c.ownBodies()) && c.speaks() {
		return &uttered{keeper: c.gateway.options.Transcripts, rules: rules}
	}
	return nil
}

// said adds an event of the caller's.
func (u *uttered) said(message []byte) *api.Error {
	if kind := eventType(message); kind != "" && kind != soundSent {
		u.add(message)
	}
	return nil
}

// heard adds an event of the provider's that tells what the caller has said.
func (u *uttered) heard(message []byte) {
	if isEvent(message, soundHeard) {
		u.add(message)
	}
}

func (u *uttered) add(event []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	before := ","
	if u.events == nil {
		u.events, before = u.keeper.Listen(u.rules), "["
	}
	u.events.Add([]byte(before))
	u.events.Add(event)
}

// take returns what there is, a JSON array of events, and begins anew.
func (u *uttered) take() *transcript.Piece {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.events == nil {
		return &transcript.Piece{}
	}
	p := u.events.Close("")
	u.events = nil
	if p.Size == int64(len(p.Data)) { // else its end is not there
		p.Data, p.Size = append(p.Data, ']'), p.Size+1
	}
	return &p
}

// isEvent says whether a message is an event of a type. It reads those alone that have the
// word in them.
func isEvent(message []byte, kind string) bool {
	return bytes.Contains(message, []byte(kind)) && eventType(message) == kind
}

// eventType is the type of an event; "" for what is none.
func eventType(message []byte) string {
	if jsonx.Valid(message) != nil {
		return ""
	}
	kind, _ := jsonx.Value(message).Get("type").Str()
	return kind
}
