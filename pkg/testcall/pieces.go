package testcall

import (
	"github.com/asbru-gateway/asbru/pkg/job"
)

// pieces send an answer back as it comes. They implement job.Pieces for one call.
type pieces struct {
	server   *server
	question *question
	sent     int // replies
	bytes    int // of the body
	fault    error
}

// Begin implements job.Pieces.
func (p *pieces) Begin(head *job.Answer) error {
	return p.send(&reply{Answer: head, More: true})
}

// Piece implements job.Pieces.
func (p *pieces) Piece(b []byte) error {
	if p.bytes += len(b); p.bytes > MaxStreamBytes && p.fault == nil {
		_ = p.send(&reply{Fault: "large"}) // what hinders it is of less interest
		p.fault = ErrTooLarge
	}
	for len(b) > 0 && p.fault == nil {
		n := min(len(b), MaxBytes)
		_ = p.send(&reply{Body: b[:n], More: true}) // it notes the fault
		b = b[n:]
	}
	return p.fault
}

// send sends the next reply. After the first fault there is none.
func (p *pieces) send(r *reply) error {
	if p.fault == nil {
		p.fault = p.server.say(p.question, p.sent, r)
		p.sent++
	}
	return p.fault
}
