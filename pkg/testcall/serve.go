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

// Maker makes a call. It returns nil if it was given up: the edge stops, or ctx has ended.
type Maker func(context.Context, *job.Request) *job.Answer

// Serve makes the calls that controls ask for, until ctx ends and the last is answered.
func Serve(ctx context.Context, conn *bus.Conn, maker Maker, log *slog.Logger) error {
	s := server{conn: conn, key: conn.Derive(purpose), make: maker, log: log}
	asked, err := conn.Overflow.NATS.QueueSubscribeSync(bus.TestCall.At(), bus.EdgesQueue)
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
			s.say(&q, &reply{Fault: "busy"})
			continue
		}
		making.Go(func() {
			defer func() { <-room }()
			s.answer(ctx, &q)
		})
	}
}

type server struct {
	conn *bus.Conn
	key  secret.Key
	make Maker
	log  *slog.Logger
}

// answer makes a call and sends its answer back. One that is under way when ctx ends is
// finished: an edge that drains finishes what it has.
func (s *server) answer(ctx context.Context, q *question) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.Left)
	defer cancel()
	q.Request.Body = q.Body
	a := s.make(ctx, &q.Request)
	switch {
	case a == nil:
		s.say(q, &reply{Fault: "late"})
	case len(a.Body) > MaxBytes:
		s.say(q, &reply{Fault: "large"})
	default:
		s.say(q, &reply{Answer: a, Body: a.Body})
	}
}

// say sends a reply. Who misses it gives up when its time is over.
func (s *server) say(q *question, r *reply) {
	r.Node = s.conn.Node()
	message, err := seal(s.key, answerPlace(q.ID), r)
	if err == nil {
		err = s.conn.Overflow.NATS.Publish(bus.TestAnswer.At(q.Node, q.ID), message)
	}
	if err != nil {
		s.log.Warn("the answer of a call that a control has asked for cannot be sent", "error", err)
	}
}
