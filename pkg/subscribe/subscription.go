package subscribe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// subscription has one plugin told of events in this process.
type subscription struct {
	o       *Options
	name    string
	log     *slog.Logger
	config  *config.Plugin
	plugin  plugin.Plugin
	tell    plugin.Subscriber
	timeout time.Duration
	tally   *tally
	commit  func(sealed []byte, revision uint64) (*rollout.Commit, error)
	stop    context.CancelFunc
	running sync.WaitGroup
}

const (
	nextWait = 10 * time.Second // that one request for a message waits
	openWait = time.Second      // before a consumer is looked for again

	usualTimeout = 10 * time.Second
	// mostTimeout lets a control find out, and say so, before another gets the message.
	mostTimeout = ackWait / 2
)

// run follows the streams until ctx ends.
func (s *subscription) run(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	for _, from := range sourcesOf(s.tell) {
		s.running.Go(func() { s.follow(ctx, from) })
	}
}

// close ends it, behind the event that is being told.
func (s *subscription) close() {
	s.stop()
	s.running.Wait()
	if c, ok := s.plugin.(plugin.Closer); ok {
		if err := c.Close(); err != nil {
			s.log.Warn("a plugin did not close well", "error", err)
		}
	}
}

func (s *subscription) follow(ctx context.Context, from source) {
	for ctx.Err() == nil {
		err := s.drain(ctx, from)
		if ctx.Err() != nil {
			return
		}
		s.log.Debug("events cannot be followed; trying on", "kind", from.kind, "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
		case <-time.After(openWait):
		}
	}
}

func (s *subscription) drain(ctx context.Context, from source) error {
	of := bus.Subscription(from.stream, s.name, s.o.AckWait)
	if err := bus.ProvisionSubscription(ctx, s.o.Conn, of); err != nil {
		return err
	}
	consumer, err := s.o.Conn.Control.Consumer(ctx, of)
	if err != nil {
		return err
	}
	for {
		waiting, cancel := context.WithTimeout(ctx, nextWait)
		m, err := consumer.Next(jetstream.FetchContext(waiting))
		cancel()
		s.measure(ctx, from, consumer)
		switch {
		case err == nil:
			s.deal(ctx, from, m)
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, nats.ErrTimeout):
			return err
		}
	}
}

// measure notes now and then how many messages wait.
func (s *subscription) measure(ctx context.Context, from source, consumer jetstream.Consumer) {
	if !s.tally.due(from.kind, time.Now()) {
		return
	}
	if info, err := consumer.Info(ctx); err == nil { // else the next time
		s.tally.waits(from.kind, info.NumPending, info.NumAckPending)
	}
}

// deal tells the plugin of what a message holds, and the server what has come of it.
func (s *subscription) deal(ctx context.Context, from source, m jetstream.Msg) {
	about, err := m.Metadata()
	if err != nil {
		return // not a stream's; there is nobody to answer
	}
	events, err := from.read(&message{subject: m.Subject(), data: m.Data(), number: about.Sequence.Stream, at: about.Timestamp, commit: s.commit})
	if err != nil {
		s.log.Warn("an event cannot be read", "subject", m.Subject(), "error", err)
		m.TermWithReason("not an event that this version can read") //nolint:errcheck // else it comes again, and is terminated then
		return
	}
	failed := s.told(ctx, events)
	if failed == nil {
		s.tally.count(taken, "")
		m.Ack() //nolint:errcheck // else it is told again, and known by its id
		return
	}
	if ctx.Err() != nil { // another control, or the next configuration, goes on with it
		m.Nak() //nolint:errcheck // else it comes again a little later
		return
	}
	why, again := plugin.WhyFailed(failed)
	if !again {
		why = failed.Message
	}
	if pause, left := s.o.Backoff(about.NumDelivered); again && left {
		s.tally.count(retried, why)
		m.NakWithDelay(pause) //nolint:errcheck // as above
		return
	}
	if err := s.bury(ctx, events, m.Subject(), about, why); err != nil {
		s.log.Warn("a dead letter could not be written; trying on", "error", err)
		m.NakWithDelay(openWait) //nolint:errcheck // as above
		return
	}
	s.tally.count(buried, why)
	s.log.Error("events were given up, and are dead letters", "subject", bus.DeadEvent.At(s.name), "kind", from.kind, "events", len(events), "tries", about.NumDelivered)
	m.Term() //nolint:errcheck // else it comes again, and the letter is known by its id
}

// told tells the plugin. A panic is its failure.
func (s *subscription) told(ctx context.Context, events []plugin.Event) (failed *api.Error) {
	if len(events) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a plugin has crashed", "point", plugin.OnClusterEvent.String(), "error", p)
			failed = plugin.Failed(s.name, fmt.Sprint(p))
		}
	}()
	return s.tell.OnClusterEvent(ctx, events)
}

// letter is the body of a dead letter.
type letter struct {
	Plugin string         `json:"plugin"`
	Events []plugin.Event `json:"events"`
}

func (s *subscription) bury(ctx context.Context, events []plugin.Event, subject string, about *jetstream.MsgMetadata, why string) error {
	body, err := json.Marshal(letter{s.name, events})
	if err != nil {
		return err
	}
	m := nats.NewMsg(bus.DeadEvent.At(s.name))
	m.Data = body
	m.Header.Set(bus.HeaderReason, headline(why))
	id := fmt.Sprintf("%s/%s/%d", m.Subject, subject, about.Sequence.Stream)
	_, err = s.o.Conn.Control.JS.PublishMsg(ctx, m, jetstream.WithMsgID(id))
	return err
}
