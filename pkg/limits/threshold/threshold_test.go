package threshold_test

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
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
)

func TestAThresholdComesToControlUntilItIsDealtWith(t *testing.T) {
	c := bustest.Start(t)
	control := c.Connect(t, bus.Control, "control")
	log := slog.New(slog.DiscardHandler)
	teller := threshold.NewTeller(c.Connect(t, bus.Edge, "edge-1"), log)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { teller.Run(ctx) })
	began := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	l := &limits.Limit{
		ID: "team:search:money", Kind: limits.Money, Max: 100, Warn: 80, Calendar: limits.Month,
		Scope: "team", Owner: "Search & Co.",
	}
	teller.Tell(limits.Threshold{Limit: l, Used: 81, Began: began, Reset: time.Hour})

	events := make(chan threshold.Event, 2)
	failed := false
	running.Go(func() {
		bus.Follow(ctx, control, bus.EventAlerts, log, func(_ context.Context, e *threshold.Event) error {
			events <- *e
			if !failed {
				failed = true
				return errors.New("the store is away")
			}
			return nil
		})
	})
	first, again := <-events, <-events
	require.Equal(t, first, again)
	require.Equal(t, "team:search:money@80@2026-11-01T00:00:00Z", first.ID)
	require.WithinDuration(t, time.Now().Add(time.Hour), first.Resets, time.Minute)
	require.WithinDuration(t, time.Now(), first.At, time.Minute)
	first.At, first.Resets = time.Time{}, time.Time{}
	require.Equal(t, threshold.Event{
		Type: "budget_threshold", ID: first.ID, LimitID: "team:search:money", Kind: "money",
		Scope: "team", Owner: "Search & Co.", Used: 81, Warn: 80, Max: 100, Node: "edge-1",
	}, first)
}

func TestThatABudgetIsUsedUpIsToldOnceInAWhile(t *testing.T) {
	c := bustest.Start(t)
	control := c.Connect(t, bus.Control, "control")
	log := slog.New(slog.DiscardHandler)
	teller := threshold.NewTeller(c.Connect(t, bus.Edge, "edge-1"), log)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { teller.Run(ctx) })
	l := &limits.Limit{ID: "team:search:money", Kind: limits.Money, Max: 100, Calendar: limits.Month, Scope: "team", Owner: "Search"}
	other := *l
	other.ID, other.Calendar = "vk:1:money", limits.NoCalendar
	requests := *l
	requests.ID, requests.Kind = "vk:1:requests", limits.Requests
	teller.Refused(&limits.Refusal{Limit: &requests, RetryAfter: time.Second})
	teller.Refused(&limits.Refusal{Limit: l, RetryAfter: time.Hour, ByPolicy: true})
	for range 3 {
		teller.Refused(&limits.Refusal{Limit: l, RetryAfter: time.Hour, Remaining: 2})
	}
	teller.Refused(&limits.Refusal{Limit: &other, RetryAfter: time.Hour})
	events := make(chan threshold.Event, 4)
	running.Go(func() {
		bus.Follow(ctx, control, bus.EventAlerts, log, func(_ context.Context, e *threshold.Event) error { events <- *e; return nil })
	})
	e := <-events
	require.Equal(t, "team:search:money", e.LimitID)
	require.True(t, e.Refused)
	require.EqualValues(t, 98, e.Used)
	require.WithinDuration(t, time.Now().Add(time.Hour), e.Resets, time.Minute)
	e = <-events
	require.Equal(t, "vk:1:money", e.LimitID, "the first is told once")
	require.Zero(t, e.Resets)
}
