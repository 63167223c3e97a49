package bus

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ObjectStore keeps what is too large for a message.
type ObjectStore struct {
	Name string
	Doc  string

	// Delete is the role that may take objects out before they are too old.
	Read, Write, Delete Role

	ttl      time.Duration
	maxBytes int64
	memory   bool
}

// objectStores is every store.
var objectStores []*ObjectStore

func store(s ObjectStore) *ObjectStore {
	objectStores = append(objectStores, &s)
	return &s
}

// The object stores.
var (
	// Snapshots has the configurations that commits name.
	Snapshots = store(ObjectStore{
		Name: "cfgsnap", Doc: "Sealed snapshots of the configuration, named by their digest.",
		Read: every, Write: Control,
	})
	// Blobs has the bodies of overflowing calls that are too large for a message.
	Blobs = store(ObjectStore{
		Name: "blobs", Doc: "Bodies of overflowing calls that are too large for a message, in memory.",
		Read: Worker, Write: Edge, Delete: Edge,
		ttl: 15 * time.Minute, maxBytes: 256 << 20, memory: true,
	})
	// Results has the answers that someone will come for, and what jobs start from.
	Results = store(ObjectStore{
		Name: "results", Doc: "Answers of jobs and of calls with an idempotency key, and jobs' bodies that are too large for a message, for a week.",
		Read: every, Write: Edge | Worker,
		ttl: 7 * day,
	})
	// PluginArtefacts has what plugins are made of.
	PluginArtefacts = store(ObjectStore{
		Name: "plugins", Doc: "What plugins are made of, such as WASM modules, named by the SHA-256 of what is in them.",
		Read: every, Write: Control, Delete: Control,
	})
	// FileParts has what is in the files that the gateway keeps. What a batch has written
	// is older than its file, by a week at most.
	FileParts = store(ObjectStore{
		Name: "fileparts", Doc: "What is in the files that the gateway keeps, sealed, in parts of up to a megabyte.",
		Read: Edge | Worker, Write: Edge | Worker, Delete: Edge | Worker,
		ttl: 38 * day,
	})
)

// stream is the name of the stream that the store is.
func (s *ObjectStore) stream() string { return "OBJ_" + s.Name }

func (s *ObjectStore) subjects() []string {
	return []string{"$O." + s.Name + ".C.>", "$O." + s.Name + ".M.>"}
}

func (s *ObjectStore) config(replicas int) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name: s.stream(), Subjects: s.subjects(), Replicas: replicas, MaxAge: s.ttl, MaxBytes: s.maxBytes,
		Discard: jetstream.DiscardNew, AllowRollup: true, AllowDirect: true,
	}
	if s.memory {
		c.Storage = jetstream.MemoryStorage
	}
	return c
}
