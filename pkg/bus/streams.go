package bus

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Stream is a log or a queue of messages that the server keeps.
type Stream struct {
	Name string
	Doc  string

	// Read and Delete are the roles that may read the messages one by one, and
	// delete one.
	Read, Delete Role
	Consumers    []*Consumer

	subjects []*Subject
	limits   jetstream.StreamConfig
	// single keeps one copy however many servers there are.
	single bool
}

// Consumer is a place in a stream that several nodes share: a message goes to one
// of them, until it is acknowledged.
type Consumer struct {
	Name  string
	Doc   string
	Roles Role

	stream *Stream
	limits jetstream.ConsumerConfig
}

// streams is every stream.
var streams []*Stream

func keep(s Stream) *Stream {
	streams = append(streams, &s)
	for _, c := range s.Consumers {
		c.stream = &s
	}
	return &s
}

const day = 24 * time.Hour

// The streams. Their limits bound what a server's memory and disk must hold; where a
// number of messages bounds one, a full stream refuses more rather than forget.
var (
	// Commits is the record of the configuration.
	Commits = keep(Stream{
		Name:     "CFG",
		Doc:      "Every change of the configuration, in order. Nothing is deleted.",
		Read:     Control,
		subjects: []*Subject{ConfigCommit},
		limits:   jetstream.StreamConfig{DenyDelete: true, DenyPurge: true, AllowDirect: true},
	})
	// Overflow is the queue from edges to workers. Its consumers, [OverflowPool],
	// are made for each provider by [ProvisionPools].
	Overflow = keep(Stream{
		Name:     "OVF",
		Doc:      "Calls that wait for a worker's slot, in memory. A worker acknowledges a call when it claims it, before it runs it. An edge takes a call out that has been served otherwise. Each message's life is what is left of the call's time.",
		Delete:   Edge,
		subjects: []*Subject{OverflowCall},
		single:   true,
		limits: jetstream.StreamConfig{
			Retention: jetstream.WorkQueuePolicy, Storage: jetstream.MemoryStorage, Discard: jetstream.DiscardNew,
			MaxMsgs: 1024, MaxBytes: 256 << 20, MaxAge: 10 * time.Minute, AllowMsgTTL: true, Duplicates: 2 * time.Minute,
		},
	})
	// Usage carries what calls have used to the ledger.
	Usage = keep(Stream{
		Name:      "USAGE",
		Doc:       "Usage records on their way to the ledger, kept for a week so that a ledger can be made again.",
		Read:      Control,
		subjects:  []*Subject{UsageBatch},
		limits:    jetstream.StreamConfig{MaxAge: 7 * day, Duplicates: 10 * time.Minute, Compression: jetstream.S2Compression},
		Consumers: []*Consumer{UsageLedger},
	})
	// Transcripts carries what was said in calls to the log.
	Transcripts = keep(Stream{
		Name:     "SAID",
		Doc:      "What was said in calls, on its way to the log, for a day at most. When the log does not keep up it refuses more, which is dropped.",
		Read:     Control,
		subjects: []*Subject{TranscriptBatch},
		limits: jetstream.StreamConfig{
			Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxMsgs: 1024, MaxAge: day, Duplicates: 10 * time.Minute,
		},
		Consumers: []*Consumer{TranscriptLog},
	})
	// Audit is the record of what people changed.
	Audit = keep(Stream{
		Name:      "AUDIT",
		Doc:       "Who changed what. Nothing is deleted.",
		Read:      Control,
		subjects:  []*Subject{AuditEntry},
		limits:    jetstream.StreamConfig{DenyDelete: true, DenyPurge: true, AllowDirect: true, Duplicates: 10 * time.Minute},
		Consumers: []*Consumer{AuditStore},
	})
	// Jobs is the queue of asynchronous calls.
	Jobs = keep(Stream{
		Name:     "JOBS",
		Doc:      "Jobs that wait for a worker or are run by one. A worker acknowledges a job when its state is written.",
		Read:     Control,
		Delete:   Worker | Control,
		subjects: []*Subject{JobRun},
		limits: jetstream.StreamConfig{
			Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxMsgs: 1_000_000, AllowDirect: true, Duplicates: 10 * time.Minute,
		},
		Consumers: []*Consumer{JobWorkers},
	})
	// Webhooks is the queue of deliveries.
	Webhooks = keep(Stream{
		Name:     "HOOKS",
		Doc:      "Webhooks that wait to be delivered, until they are or are given up.",
		Read:     Control,
		Delete:   Worker | Control,
		subjects: []*Subject{WebhookSend},
		limits: jetstream.StreamConfig{
			Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxMsgs: 1_000_000, AllowDirect: true, Duplicates: 10 * time.Minute,
		},
		Consumers: []*Consumer{WebhookSenders},
	})
	// Events is what nodes tell once, and control is not to miss.
	Events = keep(Stream{
		Name:      "EVENTS",
		Doc:       "What nodes tell once and those who alert are not to miss.",
		Read:      Control,
		subjects:  []*Subject{BudgetThreshold},
		limits:    jetstream.StreamConfig{MaxAge: 7 * day, Duplicates: 10 * time.Minute},
		Consumers: []*Consumer{EventAlerts},
	})
	// ProviderKeys has what becomes of the providers' keys.
	ProviderKeys = keep(Stream{
		Name:     "KEYS",
		Doc:      "Which keys of providers rest and whose breakers have opened or closed, for a week; of more than 100,000 the oldest are forgotten. Nodes do not read it: they hear the hints themselves.",
		Read:     Control,
		subjects: []*Subject{KeyCooldown, KeyBreaker},
		limits:   jetstream.StreamConfig{MaxAge: 7 * day, MaxMsgs: 100_000},
	})
	// Guard has what guardrails have found.
	Guard = keep(Stream{
		Name:      "GUARD",
		Doc:       "What guardrails have found in calls, for a week; of more than a million the oldest are forgotten.",
		Read:      Control,
		subjects:  []*Subject{GuardEvent},
		limits:    jetstream.StreamConfig{MaxAge: 7 * day, MaxMsgs: 1_000_000, Duplicates: 10 * time.Minute},
		Consumers: []*Consumer{GuardAlerts},
	})
	// DeadLetters has what was given up.
	DeadLetters = keep(Stream{
		Name:     "DEAD",
		Doc:      "Jobs, webhooks and events for plugins that were given up, until someone looks at them.",
		Read:     Control,
		Delete:   Control,
		subjects: []*Subject{DeadJob, DeadWebhook, DeadEvent},
		limits:   jetstream.StreamConfig{MaxAge: 30 * day, AllowDirect: true, Duplicates: 10 * time.Minute},
	})
)

// The consumers.
var (
	// UsageLedger is of who writes the ledger.
	UsageLedger = &Consumer{
		Name: "ledger", Doc: "Writes the ledger. Redelivers until it is written.", Roles: Worker | Control,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: -1, MaxAckPending: 256},
	}
	// TranscriptLog is of who keeps the log of calls.
	TranscriptLog = &Consumer{
		Name: "log", Doc: "Writes what was said in calls into the log. Redelivers until it is written.", Roles: Worker | Control,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: -1, MaxAckPending: 16},
	}
	// AuditStore is of who keeps the audit log.
	AuditStore = &Consumer{
		Name: "store", Doc: "Writes the store's audit log.", Roles: Worker | Control,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: -1, MaxAckPending: 256},
	}
	// EventAlerts is of who alerts.
	EventAlerts = &Consumer{
		Name: "alerts", Doc: "Alerts people. Redelivers until that is recorded.", Roles: Control,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: -1, MaxAckPending: 256},
	}
	// GuardAlerts is of who alerts of what guardrails refuse.
	GuardAlerts = &Consumer{
		Name: "guard_alerts", Doc: "Alerts people of calls that guardrails refuse.", Roles: Control,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: 5, MaxAckPending: 1024, DeliverPolicy: jetstream.DeliverNewPolicy},
	}
	// JobWorkers is of who runs jobs.
	JobWorkers = &Consumer{
		Name: "workers", Doc: "Runs the jobs. Redelivers until a job has ended: how often it is tried stands in its state.", Roles: Worker,
		limits: jetstream.ConsumerConfig{AckWait: 30 * time.Second, MaxDeliver: -1, MaxAckPending: 10_000, MaxWaiting: 2048},
	}
	// WebhookSenders is of who delivers webhooks.
	WebhookSenders = &Consumer{
		Name: "senders", Doc: "Delivers the webhooks; the sender sets the time of the next try, and decides which was the last.", Roles: Worker | Control,
		// As many may wait for their next try as there are, so that those of one receiver
		// never keep another's from being handed out.
		limits: jetstream.ConsumerConfig{AckWait: time.Minute, MaxDeliver: -1, MaxAckPending: 1_000_000},
	}
)

// config returns what the server is asked for.
func (s *Stream) config(replicas int) jetstream.StreamConfig {
	c := s.limits
	c.Name, c.Replicas = s.Name, replicas
	if s.single {
		c.Replicas = 1
	}
	for _, subject := range s.subjects {
		c.Subjects = append(c.Subjects, subject.All())
	}
	return c
}

func (c *Consumer) config() jetstream.ConsumerConfig {
	out := c.limits
	out.Durable, out.Name, out.AckPolicy = c.Name, c.Name, jetstream.AckExplicitPolicy
	return out
}

// OverflowPool is the consumer of the calls for one provider. A claim is acknowledged
// at once, so a call that is not within a second may go to another worker.
func OverflowPool(pool string) *Consumer {
	return &Consumer{
		Name: Token(pool), Doc: "Claims the calls for a provider.", Roles: Worker, stream: Overflow,
		limits: jetstream.ConsumerConfig{
			FilterSubject: OverflowCall.At(pool), AckWait: time.Second, MaxDeliver: 3,
			MaxAckPending: 4096, MaxWaiting: 4096, MemoryStorage: true,
		},
	}
}
