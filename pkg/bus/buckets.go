package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Bucket keeps the last values of keys.
type Bucket struct {
	Name string
	Doc  string
	// Key says what a key is; a node's name is a key of its own.
	Key string

	Read  Role
	Write Access

	ttl     time.Duration
	history int64
	memory  bool
	// exact has each read answered by the server that takes the writes. Another one's
	// copy may not have yet what was heard of already.
	exact bool
	// changed is where the server publishes each value that is written.
	changed *Subject
}

// buckets is every bucket.
var buckets []*Bucket

func bucket(b Bucket) *Bucket {
	buckets = append(buckets, &b)
	return &b
}

// The buckets.
var (
	// Config has the pointer to the configuration in force, under [ConfigKey].
	Config = bucket(Bucket{
		Name: "cfg", Key: "active", Doc: "The pointer to the configuration in force.",
		Read: every, Write: Access{Any: Control},
		history: jetstream.KeyValueMaxHistory, changed: ConfigChanged,
	})
	// VirtualKeys has an entry for each virtual key.
	VirtualKeys = bucket(Bucket{
		Name: "vk", Key: "<key>", Doc: "The virtual keys, an entry each.",
		Read: every, Write: Access{Any: Control},
		changed: VirtualKeyChanged, exact: true,
	})
	// Nodes has a heartbeat of each node that lives.
	Nodes = bucket(Bucket{
		Name: "nodes", Key: "<node>", Doc: "The nodes that live, each by its heartbeat of the last three seconds.",
		Read: every, Write: Access{Own: every},
		ttl: 3 * time.Second, memory: true, changed: NodeBeat,
	})
	// JobStates has the state of each job.
	JobStates = bucket(Bucket{
		Name: "jobs", Key: "<job>", Doc: "The state of each job, for a week after its last change.",
		Read: every, Write: Access{Any: every},
		ttl: 7 * day, changed: JobChanged,
	})
	// Idempotency has who runs the call of an idempotency key, and where its answer is.
	Idempotency = bucket(Bucket{
		Name: "idem", Key: "<key>", Doc: "Idempotency keys of the last day: who runs the call, and where its answer is.",
		Read: every, Write: Access{Any: Edge | Worker},
		ttl: day, changed: IdempotencyChanged,
	})
	// Files has what is known of each file that the gateway keeps for its callers.
	Files = bucket(Bucket{
		Name: "files", Key: "<owner>.<file>", Doc: "The files that the gateway keeps for its callers, sealed, for 30 days.",
		Read: Edge | Worker, Write: Access{Any: Edge | Worker},
		ttl: 30 * day,
	})
	// Batches has the state of each batch that the gateway runs itself.
	Batches = bucket(Bucket{
		Name: "batches", Key: "<owner>.<batch>", Doc: "The batches that the gateway runs itself, each with how far it has come, sealed, for 30 days after the last change.",
		Read: Edge | Worker, Write: Access{Any: Edge | Worker},
		ttl: 30 * day,
	})
	// Prompts has the prompts that calls name.
	Prompts = bucket(Bucket{
		Name: "prompts", Key: "<kind>.<owner>.<key>", Doc: "The prompt repository, sealed: folders, prompts, their versions and drafts.",
		Read: every, Write: Access{Any: Control},
		changed: PromptChanged,
	})
	// PluginArtefactInfo has who has signed what plugins are made of.
	PluginArtefactInfo = bucket(Bucket{
		Name: "plugins", Key: "<sha256>", Doc: "What is known of each artefact of a plugin: its name, its size, its signature.",
		Read: every, Write: Access{Any: Control},
	})
	// MCPPins has which tools of MCP servers are approved, and in which form.
	MCPPins = bucket(Bucket{
		Name: "mcp", Key: "<client>", Doc: "Which tools of each MCP server are approved, and in which form, sealed.",
		Read: every, Write: Access{Any: every},
		changed: MCPPinsChanged, exact: true,
	})
	// MCPTokens has the tokens of MCP servers that ask for a sign-in.
	MCPTokens = bucket(Bucket{
		Name: "mcptokens", Key: "<client>.<owner>", Doc: "The OAuth tokens of MCP servers, and who the gateway is at their authorization servers, sealed. An owner is a digest.",
		Read: Edge | Control, Write: Access{Any: Edge | Control},
		changed: MCPTokenChanged, exact: true,
	})
	// MCPSignIns has the sign-ins at MCP servers that have begun.
	MCPSignIns = bucket(Bucket{
		Name: "mcpsignins", Key: "<client>.<owner>", Doc: "Sign-ins at MCP servers that have begun in the last minutes, sealed.",
		Read: Edge | Control, Write: Access{Any: Edge | Control},
		ttl: 10 * time.Minute, memory: true, exact: true,
	})
	// Former has what was made with secret keys that have been given up.
	Former = bucket(Bucket{
		Name: "former", Key: "<what>", Doc: "Keys that were derived from secret keys of before, and are accepted still, sealed.",
		Read: every, Write: Access{Any: Control},
	})
	// SignIns has how many sign-ins to the admin API have failed of late.
	SignIns = bucket(Bucket{
		Name: "signin", Key: "<digest>", Doc: "How many sign-ins to the admin API have failed in the last minutes, by name and by address.",
		Read: Control, Write: Access{Any: Control},
		ttl: 5 * time.Minute, memory: true, exact: true,
	})
	// Leases has who does what only one may do.
	Leases = bucket(Bucket{
		Name: "leases", Key: "<lease>", Doc: "Who does, for the next seconds, what only one may do at a time.",
		Read: Control, Write: Access{Any: Control},
		ttl: 5 * time.Second, memory: true,
	})
)

// TTL is how long a value is kept after its last change, 0 for ever.
func (b *Bucket) TTL() time.Duration { return b.ttl }

// ConfigKey is the key of the pointer in [Config].
const ConfigKey = "active"

// markerTTL is how long the mark of a value that expired is kept, so that those who
// watch a bucket learn of it.
const markerTTL = time.Minute

// Newest returns the revision of the newest change to any key, deletions included.
func (b *Bucket) Newest(ctx context.Context, l *Link) (uint64, error) {
	s, err := l.JS.Stream(ctx, b.stream())
	if err != nil {
		return 0, fmt.Errorf("nats: look at %s: %w", b.Name, err)
	}
	return s.CachedInfo().State.LastSeq, nil
}

// stream is the name of the stream that the bucket is.
func (b *Bucket) stream() string { return "KV_" + b.Name }

// subject is the subject of the bucket's values.
func (b *Bucket) subject() *Subject {
	return &Subject{Pattern: "$KV." + b.Name + "." + b.Key, Publish: b.Write}
}

// config returns what the server is asked for. It is what nats.go asks for, but where
// others than control write, no message may roll up, and so delete, those of others.
func (b *Bucket) config(replicas int) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name: b.stream(), Subjects: []string{"$KV." + b.Name + ".>"}, Replicas: replicas,
		MaxMsgsPerSubject: max(1, b.history), MaxAge: b.ttl, Discard: jetstream.DiscardNew,
		AllowDirect: !b.exact, DenyDelete: true, AllowMsgTTL: true, SubjectDeleteMarkerTTL: markerTTL,
		AllowRollup: b.Write == Access{Any: Control},
	}
	if b.memory {
		c.Storage = jetstream.MemoryStorage
	}
	if b.changed != nil {
		c.RePublish = &jetstream.RePublish{Source: b.subject().All(), Destination: b.changed.republish()}
	}
	return c
}

// republish is the subject as the destination of a republished message: its values are
// those of the source, in their order.
func (s *Subject) republish() string {
	n := 0
	return s.fill(func(string) string {
		n++
		return fmt.Sprintf("{{wildcard(%d)}}", n)
	})
}
