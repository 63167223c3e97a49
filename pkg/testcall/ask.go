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

const (
	// patience bounds how long the next reply is waited for: a call may stand in a queue, and
	// a model think.
	patience = 2 * time.Minute
	// streamPatience bounds how long an answer may come in pieces.
	streamPatience = 10 * time.Minute
)

// Ask has an edge make a call, and returns its answer and the edge's name. That a provider or
// the gateway refuses the call is an answer. The errors are those of this package, and what
// NATS says while it is away.
func (a *Asker) Ask(ctx context.Context, r *job.Request) (*job.Answer, string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	asked, err := a.ask(ctx, r, false)
	if err != nil {
		return nil, "", err
	}
	defer asked.end()
	said, err := asked.next(ctx)
	if err != nil {
		return nil, asked.edge, err
	}
	return said.whole(), asked.edge, nil
}

// Follower is told of an answer that comes in pieces. An error ends the call.
type Follower interface {
	// Begin is called first, with what is known before the body, and the edge's name.
	Begin(head *job.Answer, edge string) error
	// Piece is called with each piece, in order.
	Piece(b []byte) error
}

// Follow is Ask for an answer that may come in pieces: then it returns none, when all has been
// told to the follower. One that does not is returned, and the follower knows nothing of it.
// The edge gives the call up when ctx ends, or the follower returns an error, which is
// returned.
func (a *Asker) Follow(ctx context.Context, r *job.Request, to Follower) (*job.Answer, string, error) {
	ctx, cancel := context.WithTimeout(ctx, streamPatience)
	defer cancel()
	asked, err := a.ask(ctx, r, true)
	if err != nil {
		return nil, "", err
	}
	defer asked.end()
	said, err := asked.next(ctx)
	if err != nil {
		return nil, asked.edge, err
	}
	if !said.More {
		return said.whole(), asked.edge, nil
	}
	if err := to.Begin(said.Answer, asked.edge); err != nil {
		return nil, asked.edge, err
	}
	for {
		said, err := asked.next(ctx)
		switch {
		case err != nil:
			return nil, asked.edge, err
		case !said.More:
			return nil, asked.edge, nil
		}
		if err := to.Piece(said.Body); err != nil {
			return nil, asked.edge, err
		}
	}
}

// asked is a question whose replies are waited for. end must be called.
type asked struct {
	asker   *Asker
	id      string
	replies *nats.Subscription
	heard   int
	edge    string // once it is known
	ended   bool   // the edge has nothing more to say
}

// ask sends a question. ctx has a deadline.
func (a *Asker) ask(ctx context.Context, r *job.Request, stream bool) (*asked, error) {
	if len(r.Body) > MaxBytes {
		return nil, ErrTooLarge
	}
	end, _ := ctx.Deadline()
	q := question{Node: a.conn.Node(), ID: rand.Text(), Left: time.Until(end), Stream: stream, Request: *r, Body: r.Body}
	message, err := seal(a.key, askingPlace, &q)
	if err != nil {
		return nil, err
	}
	link, to := a.conn.Overflow.NATS, bus.TestAnswer.At(q.Node, q.ID)
	replies, err := link.SubscribeSync(to)
	if err != nil {
		return nil, fmt.Errorf("testcall: listen for the answer: %w", err)
	}
	out := &asked{asker: a, id: q.ID, replies: replies}
	if err := link.PublishRequest(bus.TestCall.At(), to, message); err != nil {
		out.ended = true // it has not begun
		out.end()
		return nil, fmt.Errorf("testcall: ask an edge: %w", err)
	}
	return out, nil
}

// next waits for the next reply. Behind an error, and behind one without More, there is none.
func (q *asked) next(ctx context.Context) (*reply, error) {
	waits, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, err := q.replies.NextMsgWithContext(waits)
	switch {
	case errors.Is(err, nats.ErrNoResponders), err == nil && len(m.Data) == 0:
		q.ended = true
		return nil, ErrNoEdge
	case errors.Is(err, context.DeadlineExceeded):
		return nil, ErrLate
	case errors.Is(err, nats.ErrSlowConsumer):
		return nil, ErrBroken
	case err != nil:
		return nil, fmt.Errorf("testcall: await the answer: %w", err)
	}
	said := &reply{}
	if err := open(q.asker.key, answerPlace(q.id, q.heard), m.Data, said); err != nil {
		if q.heard > 0 {
			err = fmt.Errorf("%w: %w", ErrBroken, err)
		}
		return nil, err
	}
	q.heard++
	q.edge, q.ended = said.Node, !said.More
	switch known := faults[said.Fault]; {
	case known != nil:
		return nil, known
	case said.Fault != "" || q.heard == 1 && said.Answer == nil:
		return nil, fmt.Errorf("testcall: the edge says %q", said.Fault)
	}
	return said, nil
}

// end waits for nothing any more, and has the edge give up what it has not ended.
func (q *asked) end() {
	_ = q.replies.Unsubscribe() // it ends with the connection otherwise
	if !q.ended {
		conn := q.asker.conn
		_ = conn.Overflow.NATS.Publish(bus.TestGivenUp.At(conn.Node(), q.id), nil) // else it ends when its time is up
	}
}

// whole is the answer of a reply that has all of it.
func (r *reply) whole() *job.Answer {
	r.Answer.Body = r.Body
	return r.Answer
}
