package testcall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// atOnce is how many calls an edge makes for controls at once. Each may hold MaxBytes twice.
const atOnce = 8

// Maker makes a call. It returns nil if it was given up: the edge stops, or ctx has ended. An
// answer that comes in pieces is told to pieces, unless those are nil, and returned without its
// body.
type Maker func(ctx context.Context, r *job.Request, pieces job.Pieces) *job.Answer

// Serve makes the calls that controls ask for, until ctx ends and the last is answered.
func Serve(ctx context.Context, conn *bus.Conn, maker Maker, log *slog.Logger) error {
	s := server{conn: conn, key: conn.Derive(purpose), make: maker, log: log, cease: map[[2]string]context.CancelFunc{}}
	link := conn.Overflow.NATS
	givenUp, err := link.Subscribe(bus.TestGivenUp.All(), func(m *nats.Msg) {
		if values, ok := bus.TestGivenUp.Values(m.Subject); ok {
			s.giveUp(values[0], values[1])
		}
	})
	if err != nil {
		return fmt.Errorf("testcall: listen for calls that are given up: %w", err)
	}
	defer givenUp.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	asked, err := link.QueueSubscribeSync(bus.TestCall.At(), bus.EdgesQueue)
	if err != nil {
		return fmt.Errorf("testcall: listen for calls: %w", err)
	}
	var making sync.WaitGroup
	defer making.Wait()
	stopped := context.AfterFunc(ctx, func() { _ = asked.Drain() }) // else it has ended with its connection
	defer stopped()
	room := make(chan struct{}, atOnce)
	for {
		m, err := asked.NextMsgWithContext(context.WithoutCancel(ctx)) // what has come is made, too
		switch {
		case errors.Is(err, nats.ErrSlowConsumer):
			continue // those that were dropped are not made; their askers wait in vain
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("testcall: hear of calls: %w", err)
		}
		var q question
		if err := open(s.key, askingPlace, m.Data, &q); err != nil {
			log.Warn("a call that a control asks for cannot be read", "error", err)
			continue
		}
		select {
		case room <- struct{}{}:
		default:
			s.tell(&q, 0, &reply{Fault: "busy"})
			continue
		}
		life, forget := s.add(ctx, &q)
		making.Go(func() {
			defer func() { <-room }()
			defer forget()
			s.answer(life, &q)
		})
	}
}

type server struct {
	conn *bus.Conn
	key  secret.Key
	make Maker
	log  *slog.Logger

	mu    sync.Mutex
	cease map[[2]string]context.CancelFunc // of what is made now, by who asks and the question's id
}

// add returns a context that lasts until the question's time is up, somebody gives it up, or it
// is forgotten. It outlives ctx: an edge that drains finishes what it has.
func (s *server) add(ctx context.Context, q *question) (_ context.Context, forget func()) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.Left)
	key := [2]string{q.Node, q.ID}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cease[key] = cancel
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.cease, key)
	}
}

func (s *server) giveUp(node, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cease[[2]string{node, id}]; cancel != nil {
		cancel()
	}
}

// answer makes a call and sends its answer back.
func (s *server) answer(ctx context.Context, q *question) {
	q.Request.Body = q.Body
	if !q.Stream {
		s.tell(q, 0, inOne(s.make(ctx, &q.Request, nil)))
		return
	}
	p := &pieces{server: s, question: q}
	a := s.make(ctx, &q.Request, p)
	switch {
	case p.fault != nil: // it is of no use to anybody any more
	case p.sent == 0:
		s.tell(q, 0, inOne(a))
	case a == nil:
		s.tell(q, p.sent, &reply{Fault: "late"})
	default:
		s.tell(q, p.sent, &reply{})
	}
}

// inOne is the reply that has an answer as a whole.
func inOne(a *job.Answer) *reply {
	switch {
	case a == nil:
		return &reply{Fault: "late"}
	case len(a.Body) > MaxBytes:
		return &reply{Fault: "large"}
	}
	return &reply{Answer: a, Body: a.Body}
}

// tell sends a reply, and notes what hinders it. Who misses it gives up when its time is over.
func (s *server) tell(q *question, number int, r *reply) {
	if err := s.say(q, number, r); err != nil {
		s.log.Warn("the answer of a call that a control has asked for cannot be sent", "error", err)
	}
}

func (s *server) say(q *question, number int, r *reply) error {
	r.Node = s.conn.Node()
	message, err := seal(s.key, answerPlace(q.ID, number), r)
	if err != nil {
		return err
	}
	return s.conn.Overflow.NATS.Publish(bus.TestAnswer.At(q.Node, q.ID), message)
}
