package gateway

// Hot path where transcripts are kept.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/transcript"
)

// Transcripts is where what was said in calls goes. Its methods do not wait.
type Transcripts interface {
	// Put takes what a call has said, and may keep it.
	Put(transcript.Heard)
	// Listen begins to collect what a call's stream says.
	Listen(*transcript.Rules) *transcript.Stream
}

var keptBodies = map[string]transcript.Which{
	"keys": transcript.Asked, "errors": transcript.Failed, "all": transcript.All,
}

// keepTranscripts compiles of which calls is kept what was said.
func (s *Snapshot) keepTranscripts(cfg *config.Config) {
	if which := keptBodies[cfg.KeptBodies()]; which != transcript.None {
		s.transcripts = &transcript.Rules{Which: which, MaxBytes: cfg.Logs.MaxBody(), Redact: cfg.Logs.Patterns()}
		s.refusable = !cfg.Logs.IgnoreCallers
	}
}

// speaks says whether a transcript of the call may be kept at all: it is a caller's own
// call, and neither a copy of one, nor another node's, nor a program's, nor one of a
// stranger.
func (c *Call) speaks() bool {
	return c.gateway.options.Transcripts != nil && c.In != nil && c.task == nil && !c.shadow && !c.unplugged &&
		(c.identity != nil || c.attempts > 0 || c.here) && !(c.snapshot.refusable && c.refusesTranscript())
}

// refusesTranscript says whether the caller wants nothing of what is said to be kept.
func (c *Call) refusesTranscript() bool {
	return c.Client != nil &&
		(c.Client.Header("X-Asbru-Log-Bodies") == "false" || c.Client.Header("X-Bf-Disable-Content-Logging") == "true")
}

// ownBodies is what the caller's key says of transcripts.
func (c *Call) ownBodies() *bool {
	if c.identity == nil {
		return nil
	}
	return c.identity.bodies
}

// listen begins to collect the call's stream, if what it says may be kept.
func (c *Call) listen() {
	if rules := c.snapshot.transcripts; rules.Listen(c.ownBodies()) && c.speaks() {
		c.heard = c.gateway.options.Transcripts.Listen(rules)
	}
}

// keepTranscript hands over what was said in a call that is over.
func (c *Call) keepTranscript() {
	rules := c.snapshot.transcripts
	var answer transcript.Piece
	if c.heard != nil {
		answer = c.heard.Close(c.ContentType)
	}
	if !rules.Keep(c.ownBodies(), c.failed != nil) || c.Streaming && c.heard == nil || !c.speaks() {
		return
	}
	if c.Head.Op == api.OpRealtime && c.uttered == nil && c.failed == nil {
		return // its responses have told
	}
	c.id() // it may have none yet
	h := transcript.Heard{
		CallID: c.CallID.String(), Time: c.began, Rules: rules, Request: c.said(rules), Response: answer, Stream: c.heard != nil,
		Codec: c.In, Head: dialect.Head{Op: c.Head.Op, Form: c.Head.Form, Legacy: c.Head.Legacy, Predict: c.Head.Predict},
	}
	if c.plugged != nil {
		h.Concealed = c.plugged.run.Call.Concealed()
	}
	switch {
	case h.Stream:
	case c.failed != nil:
		_, body := c.In.AppendError(nil, c.failed)
		h.Response = transcript.PieceOf(rules, body, jsonType)
	default:
		h.Response = transcript.PieceOf(rules, c.Answer, c.ContentType)
	}
	c.gateway.options.Transcripts.Put(h)
}

// said is the request: as plugins have left it, where they may have changed it, so that
// what a guardrail has taken out is not kept.
func (c *Call) said(rules *transcript.Rules) transcript.Piece {
	if c.uttered != nil {
		return *c.uttered
	}
	contentType := jsonType
	if c.relays() {
		contentType = c.Relay.ContentType
	}
	if c.translatedForPlugins() && c.request != nil {
		if body, err := c.In.AppendRequest(nil, c.request, &dialect.Quirks{}); err == nil {
			return transcript.PieceOf(rules, body, jsonType) // whole, though it may be shorter than what was sent
		}
		return transcript.Piece{Size: int64(len(c.Body)), Type: "application/x-redacted"}
	}
	return transcript.PieceOf(rules, c.Body, contentType)
}
