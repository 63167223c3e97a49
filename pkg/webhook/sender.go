package webhook

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Settings are those of the configuration in force.
type Settings struct {
	// Key signs; when it is empty, the key of [DerivedSecret] does.
	Key          []byte
	AllowPrivate bool
}

// Options are what a sender is made with.
type Options struct {
	// Settings returns those in force, nil while they are not known: then nothing is
	// sent. It is called for each try.
	Settings func() *Settings
	Metrics  *telemetry.Metrics
	Log      *slog.Logger
	// Now, Delays and Jitter are for tests: the time, the pauses after each try, and
	// what is added to a pause.
	Now    func() time.Time
	Delays []time.Duration
	Jitter func(time.Duration) time.Duration
}

// Sender delivers what is in the queue. Any number of nodes may have one.
type Sender struct {
	o       Options
	conn    *bus.Conn
	key     secret.Key // of the stream's messages
	derived [][]byte
	client  *http.Client
	hosts   hosts
}

// attemptsMax is how many tries a sender has under way.
const attemptsMax = 256

// NewSender makes a sender; Run starts it.
func NewSender(conn *bus.Conn, o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Delays == nil {
		o.Delays = delays
	}
	if o.Jitter == nil {
		o.Jitter = func(d time.Duration) time.Duration { return rand.N(d/5 + 1) }
	}
	o.Log = cmp.Or(o.Log, slog.Default())
	s := &Sender{o: o, conn: conn, key: conn.Derive(purpose)}
	for key := range conn.Derive(signing).All() {
		s.derived = append(s.derived, key.Bytes())
	}
	dialer := net.Dialer{Control: egress.Control(func() bool {
		in := o.Settings()
		return in != nil && in.AllowPrivate
	})}
	s.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// No proxy: it would connect to addresses that the dialer has not seen.
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, IdleConnTimeout: 30 * time.Second,
			MaxIdleConnsPerHost: 2, MaxResponseHeaderBytes: answerMax,
		},
	}
	return s
}

// wait is how long the sender pauses where it cannot go on, and how long it asks for
// deliveries at once: what a lost connection takes with it delays it no longer.
const wait = 2 * time.Second

// handOver is how long a delivery waits for another sender that this one gives back. At
// once it could go to what this one has asked for last, and does not hear any more.
const handOver = time.Second

// Run delivers until ctx ends. Tries under way are then ended and left to others.
func (s *Sender) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer s.client.CloseIdleConnections()
	defer running.Wait()
	slots := make(chan struct{}, attemptsMax)
	failing := false
	for ctx.Err() == nil {
		err := s.fetch(ctx, &running, slots)
		if err == nil || ctx.Err() != nil {
			failing = false
			continue
		}
		if !failing && !errors.Is(err, errUnknown) {
			s.o.Log.Warn("webhooks cannot be fetched; trying on", "error", err)
		}
		failing = !errors.Is(err, errUnknown)
		pause(ctx, wait)
	}
}

// errUnknown: what to sign with is not known yet.
var errUnknown = errors.New("the configuration is not known yet")

// fetch takes as many deliveries as there are slots, and starts a try for each.
func (s *Sender) fetch(ctx context.Context, running *sync.WaitGroup, slots chan struct{}) error {
	select {
	case slots <- struct{}{}:
		<-slots
	case <-ctx.Done():
		return nil
	}
	if s.o.Settings() == nil {
		return errUnknown
	}
	consumer, err := s.conn.Bulk.Consumer(ctx, bus.WebhookSenders)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	batch, err := consumer.Fetch(cap(slots)-len(slots), jetstream.FetchContext(limited))
	if err != nil {
		return err
	}
	for m := range batch.Messages() {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			s.handle(ctx, m)
		})
	}
	if limited.Err() != nil {
		return nil
	}
	return batch.Error()
}

// handle takes one delivery a step further.
func (s *Sender) handle(ctx context.Context, m jetstream.Msg) {
	d, err := open(s.key, m.Subject(), m.Data())
	if err != nil {
		s.o.Log.Error("a webhook is refused: no node of this cluster has sealed it, or another version has", "error", err)
		s.count("refused")
		s.note(m.Term())
		return
	}
	in := s.o.Settings()
	if err := egress.CheckURL(d.URL, in.AllowPrivate); err != nil {
		s.giveUp(ctx, m, d, err.Error())
		return
	}
	u, err := url.Parse(d.URL)
	if err != nil { // not of one that was checked
		s.giveUp(ctx, m, d, "the URL cannot be read")
		return
	}
	tries := s.tries(m)
	switch a := s.hosts.enter(u.Host, s.o.Now()); {
	case a.ok:
	case a.open && tries >= len(s.o.Delays):
		s.giveUp(ctx, m, d, "the host has not answered well for long")
		return
	default:
		s.note(m.NakWithDelay(a.wait + s.o.Jitter(a.wait)))
		return
	}
	r := s.attempt(ctx, d, s.signingKeys(in))
	s.hosts.leave(u.Host, r.outcome, s.o.Now())
	s.settle(ctx, m, d, r, tries)
}

// settle does what the end of a try asks for.
func (s *Sender) settle(ctx context.Context, m jetstream.Msg, d delivery, r result, tries int) {
	switch r.outcome {
	case delivered:
		s.count("delivered")
		s.note(m.Ack())
	case gone:
		s.count("gone")
		s.o.Log.Info("a webhook's receiver is gone", "id", d.ID)
		s.note(m.Ack())
	case forbidden:
		s.giveUp(ctx, m, d, r.reason)
	case interrupted:
		s.note(m.NakWithDelay(handOver))
	default:
		if tries >= len(s.o.Delays) {
			s.giveUp(ctx, m, d, r.reason)
			return
		}
		s.count("retried")
		s.o.Log.Debug("a webhook will be tried again", "id", d.ID, "reason", r.reason)
		after := s.o.Delays[tries]
		s.note(m.NakWithDelay(max(after+s.o.Jitter(after), r.after)))
	}
}

// giveUp leaves a dead letter, sealed as the delivery was. While it cannot be left,
// the delivery stays.
func (s *Sender) giveUp(ctx context.Context, m jetstream.Msg, d delivery, reason string) {
	var round uint64
	if meta, err := m.Metadata(); err == nil { // else it is of no stream
		round = meta.Sequence.Stream
	}
	if err := leave(ctx, s.conn, d.ID, m.Data(), round, reason); err != nil {
		s.o.Log.Warn("a webhook's dead letter cannot be left; trying on", "id", d.ID, "error", err)
		s.note(m.NakWithDelay(time.Minute))
		return
	}
	s.count("given_up")
	s.o.Log.Warn("a webhook is given up", "id", d.ID, "reason", reason)
	s.note(m.TermWithReason("given up"))
}

// tries says how many tries a delivery has had.
func (s *Sender) tries(m jetstream.Msg) int {
	meta, err := m.Metadata()
	if err != nil { // not of a message of a stream
		return 0
	}
	return triesBefore(s.o.Delays, s.o.Now().Sub(meta.Timestamp), meta.NumDelivered)
}

func (s *Sender) count(result string) { s.o.Metrics.WebhookDeliveries.WithLabelValues(result).Inc() }

// note logs that the stream could not be answered: then it hands the delivery out
// again, and a receiver knows by its id what it has seen.
func (s *Sender) note(err error) {
	if err != nil {
		s.o.Log.Debug("a webhook will come again", "error", err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
