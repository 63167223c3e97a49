package subscribe

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// source is where events of a kind come from.
type source struct {
	kind   string
	stream *bus.Stream
	read   func(*message) ([]plugin.Event, error)
}

// message is what a stream has.
type message struct {
	subject string
	data    []byte
	number  uint64 // in the stream, from 1 on
	at      time.Time
	commit  func(sealed []byte, revision uint64) (*rollout.Commit, error)
}

var sources = []source{
	{plugin.EventCall, bus.Usage, readCalls},
	{plugin.EventGuardrail, bus.Guard, readIncident},
	{plugin.EventBudget, bus.Events, readThreshold},
	{plugin.EventConfig, bus.Commits, readCommit},
	{plugin.EventKey, bus.ProviderKeys, readKey},
}

// sourcesOf are those of the kinds of events that a plugin is told of.
func sourcesOf(s plugin.Subscriber) []source {
	kinds := s.Subscribes()
	if len(kinds) == 0 {
		return sources
	}
	return slices.DeleteFunc(slices.Clone(sources), func(src source) bool { return !slices.Contains(kinds, src.kind) })
}

func readIncident(m *message) ([]plugin.Event, error) {
	var i plugin.Incident
	if err := json.Unmarshal(m.data, &i); err != nil {
		return nil, err
	}
	return one(plugin.EventGuardrail, i.ID, i.At, i)
}

func readThreshold(m *message) ([]plugin.Event, error) {
	var t threshold.Event
	if err := json.Unmarshal(m.data, &t); err != nil {
		return nil, err
	}
	return one(plugin.EventBudget, t.ID, t.At, t)
}

func readCommit(m *message) ([]plugin.Event, error) {
	c, err := m.commit(m.data, m.number)
	if err != nil {
		return nil, err
	}
	return one(plugin.EventConfig, fmt.Sprintf("revision/%d", m.number), c.Time, configEvent{
		Revision: m.number, Author: c.Author, Message: c.Message, RollbackTo: c.RollbackTo, Trial: c.Stage != nil,
	})
}

// configEvent is a commit of the configuration, as plugins are told of it.
type configEvent struct {
	Revision   uint64 `json:"revision"`
	Author     string `json:"author,omitempty"`
	Message    string `json:"message,omitempty"`
	RollbackTo uint64 `json:"rollback_to,omitempty"`
	Trial      bool   `json:"trial,omitempty"` // a part of the nodes tries it first
}

var errSubject = errors.New("not the subject of a provider's key")

// keyEvent is what has become of a provider's key, as plugins are told of it.
type keyEvent struct {
	Provider string `json:"provider"`
	Key      string `json:"key"`   // its name
	State    string `json:"state"` // resting, or its breaker is open or closed
	RestMS   int64  `json:"rest_ms,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func readKey(m *message) ([]plugin.Event, error) {
	var notice struct {
		Open   bool   `json:"open"`
		RestMS int64  `json:"rest_ms"`
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(m.data, &notice); err != nil {
		return nil, err
	}
	e := keyEvent{State: "resting", RestMS: notice.RestMS, Reason: notice.Reason}
	named, is := bus.KeyCooldown.Values(m.subject)
	if !is {
		if named, is = bus.KeyBreaker.Values(m.subject); !is {
			return nil, errSubject
		}
		if e.State = "closed"; notice.Open {
			e.State = "open"
		}
	}
	e.Provider, e.Key = named[0], named[1]
	return one(plugin.EventKey, fmt.Sprintf("key/%d", m.number), m.at, e)
}

func one(kind, id string, at time.Time, data any) ([]plugin.Event, error) {
	b, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	return []plugin.Event{{ID: id, Kind: kind, At: at.UTC(), Data: b}}, nil
}
