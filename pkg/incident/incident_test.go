package incident_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/incident"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func TestAnIncidentComesToControlUntilItIsDealtWith(t *testing.T) {
	c := bustest.Start(t)
	control := c.Connect(t, bus.Control, "control")
	log := slog.New(slog.DiscardHandler)
	teller := incident.NewTeller(c.Connect(t, bus.Edge, "edge-1"), log)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	told := make(chan plugin.Incident, 8)
	failed := false
	running.Go(func() {
		bus.Follow(ctx, control, bus.GuardAlerts, log, func(_ context.Context, i *plugin.Incident) error {
			told <- *i
			if !failed {
				failed = true
				return errors.New("the store is away")
			}
			return nil
		})
	})
	require.Eventually(t, func() bool { // those who follow hear of what is new
		consumer, err := control.Control.Consumer(ctx, bus.GuardAlerts)
		if err != nil {
			return false
		}
		info, err := consumer.Info(ctx)
		return err == nil && info.NumWaiting > 0
	}, time.Minute, time.Millisecond)
	running.Go(func() { teller.Run(ctx) })
	found := plugin.Incident{
		ID: "c1/secrets/words/input", At: time.Now().UTC(), Plugin: "guardrails", Rule: "secrets", Check: "words", Side: "input", Action: "refuse",
		Count: 1, Hash: "abc", Blocked: true, CallID: "c1", Model: "gpt-5", Caller: plugin.Caller{VirtualKeyID: "vk 1"},
	}
	twice := found
	teller.Tell(&found)
	teller.Tell(&twice)
	first, again := <-told, <-told
	require.Equal(t, first, again, "it comes again where it could not be dealt with")
	require.Equal(t, "edge-1", first.Node)
	found.Node = "edge-1"
	require.Equal(t, found, first)

	other := plugin.Incident{ID: "c2/mail/pii/input", Plugin: "guardrails", Rule: "mail", Action: "redact"}
	teller.Tell(&other)
	require.Equal(t, "mail", (<-told).Rule, "what is told twice comes once")
	stream, err := control.Control.JS.Stream(ctx, "GUARD")
	require.NoError(t, err)
	m, err := stream.GetLastMsgForSubject(ctx, bus.GuardEvent.At("block", "vk 1", "guardrails"))
	require.NoError(t, err)
	require.NotEmpty(t, m.Data)
	_, err = stream.GetLastMsgForSubject(ctx, bus.GuardEvent.At("hit", "none", "guardrails"))
	require.NoError(t, err)
}

func TestNobodyWaitsForNATS(t *testing.T) {
	c := bustest.Start(t)
	teller := incident.NewTeller(c.Connect(t, bus.Edge, "edge-1"), slog.New(slog.DiscardHandler))
	for range 10_000 { // nothing runs that would take them
		teller.Tell(&plugin.Incident{})
	}
}
