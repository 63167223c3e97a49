package mock

import "github.com/valyala/fasthttp"

// dialect is one API's wire format for text: it reads requests and writes
// answers, streams and errors. Implementations have no state.
type dialect interface {
	// read fills p from the request's body; p.model and p.stream are set where
	// the path has them. What the real API refuses it refuses, with a message.
	read(c *call, p *prompt) error
	appendWhole(dst []byte, a *answer) []byte
	appendStream(s *script, a *answer)
	// streamType is the content type of a stream.
	streamType(p *prompt) string
	appendError(dst []byte, status int, message, requestID string) []byte
	appendErrorEvent(dst []byte, requestID string) []byte
	// headers sets what the API sends with each answer.
	headers(c *call)
}

// answer is a reply and what a dialect needs beside it to write it.
type answer struct {
	*reply
	prompt  *prompt
	id      string // without the dialect's prefix
	created int64  // Unix time in seconds
	chunks  int    // pieces of a streamed text; 0: one a word
}

// chat answers a request for text in whichever dialect.
func (s *Server) chat(c *call) {
	d := c.op.dialect
	p := &prompt{model: c.op.model, stream: c.op.stream}
	if err := d.read(c, p); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	a := &answer{
		reply: compose(p, &c.plan), prompt: p,
		id: c.id(""), created: s.opts.Now().Unix(), chunks: c.plan.chunks,
	}
	if !p.stream {
		c.whole(s, typeJSON, d.appendWhole(nil, a))
		return
	}
	sc := &script{}
	d.appendStream(sc, a)
	c.stream(s, d.streamType(p), sc)
}
