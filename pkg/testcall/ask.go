package testcall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Asker has edges make calls. Safe for concurrent use.
type Asker struct {
	conn *bus.Conn
	key  secret.Key
}

// NewAsker returns what asks edges for a node that has the role of a control.
func NewAsker(conn *bus.Conn) *Asker { return &Asker{conn, conn.Derive(purpose)} }

// patience bounds how long Ask waits: a call may stand in a queue, and a model think.
const patience = 2 * time.Minute

// Ask has an edge make a call, and returns its answer and the edge's name. That a provider or
// the gateway refuses the call is an answer. The errors are those of this package, and what
// NATS says while it is away.
func (a *Asker) Ask(ctx context.Context, r *job.Request) (*job.Answer, string, error) {
	if len(r.Body) > MaxBytes {
		return nil, "", ErrTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	end, _ := ctx.Deadline()
	q := question{Node: a.conn.Node(), ID: rand.Text(), Left: time.Until(end), Request: *r, Body: r.Body}
	message, err := seal(a.key, askingPlace, &q)
	if err != nil {
		return nil, "", err
	}
	link, to := a.conn.Overflow.NATS, bus.TestAnswer.At(q.Node, q.ID)
	answers, err := link.SubscribeSync(to)
	if err != nil {
		return nil, "", fmt.Errorf("testcall: listen for the answer: %w", err)
	}
	defer answers.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	if err := link.PublishRequest(bus.TestCall.At(), to, message); err != nil {
		return nil, "", fmt.Errorf("testcall: ask an edge: %w", err)
	}
	m, err := answers.NextMsgWithContext(ctx)
	switch {
	case errors.Is(err, nats.ErrNoResponders), err == nil && len(m.Data) == 0:
		return nil, "", ErrNoEdge
	case errors.Is(err, context.DeadlineExceeded):
		return nil, "", ErrLate
	case err != nil:
		return nil, "", fmt.Errorf("testcall: await the answer: %w", err)
	}
	return a.read(m.Data, q.ID)
}

func (a *Asker) read(message []byte, id string) (*job.Answer, string, error) {
	var said reply
	if err := open(a.key, answerPlace(id), message, &said); err != nil {
		return nil, "", err
	}
	if said.Answer == nil {
		err := faults[said.Fault]
		if err == nil {
			err = fmt.Errorf("testcall: the edge says %q", said.Fault)
		}
		return nil, said.Node, err
	}
	said.Answer.Body = said.Body
	return said.Answer, said.Node, nil
}
