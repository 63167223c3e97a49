package account_test

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

// controls are guards of controls of one cluster.
func controls(t *testing.T, names ...string) (*bustest.Cluster, []*account.Guard) {
	t.Helper()
	c := bustest.Start(t)
	var guards []*account.Guard
	for _, name := range names {
		tally := account.NewTally(c.Connect(t, bus.Control, name), slog.New(slog.DiscardHandler))
		guards = append(guards, account.NewGuard(tally))
	}
	return c, guards
}

func TestSignInsThatFailAreCountedOverAllControls(t *testing.T) {
	_, guards := controls(t, "control-1", "control-2", "control-3")
	r, ctx := records(t), t.Context()
	var failed, throttled atomic.Int64
	var trying sync.WaitGroup
	for i := range 30 { // ten at each of three controls, all at once
		trying.Go(func() {
			_, _, err := guards[i%3].SignIn(ctx, r, "Ann", "wrong", account.Browser{Address: "192.0.2.1"}, terms)
			var too *account.ThrottledError
			switch {
			case errors.As(err, &too):
				throttled.Add(1)
			case errors.Is(err, account.ErrSignIn):
				failed.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	trying.Wait()
	require.EqualValues(t, 10, failed.Load(), "as many as one control lets through")
	require.EqualValues(t, 20, throttled.Load())

	_, _, err := guards[0].SignIn(ctx, r, "Bob", "wrong", account.Browser{Address: "192.0.2.2"}, terms)
	require.ErrorIs(t, err, account.ErrSignIn, "another name, from elsewhere")
}

func TestARightSignInIsForgivenAtAllControls(t *testing.T) {
	_, guards := controls(t, "control-1", "control-2")
	r, ctx := records(t), t.Context()
	require.NoError(t, guards[0].Hire(ctx, r, &account.Person{Name: "ann", Role: account.Viewer}, "correct horse"))
	from := account.Browser{Address: "192.0.2.1"}
	for round := range 2 {
		for i := range 9 {
			_, _, err := guards[i%2].SignIn(ctx, r, "ann", "wrong", from, terms)
			require.ErrorIs(t, err, account.ErrSignIn, round)
		}
		_, _, err := guards[round%2].SignIn(ctx, r, "ann", "correct horse", from, terms)
		require.NoError(t, err, round)
	}
}

func TestSignInsAreCountedAloneWhileNATSIsAway(t *testing.T) {
	c, guards := controls(t, "control-1")
	r, ctx := records(t), t.Context()
	c.Server.Shutdown()
	from := account.Browser{Address: "192.0.2.1"}
	short := func() error {
		_, _, err := guards[0].SignIn(ctx, r, "ann", "wrong", from, terms)
		return err
	}
	began := time.Now()
	require.ErrorIs(t, short(), account.ErrSignIn)
	for time.Since(began) < time.Minute { // each waits for NATS, but not for long
		if err := short(); !errors.Is(err, account.ErrSignIn) {
			var too *account.ThrottledError
			require.ErrorAs(t, err, &too)
			return
		}
	}
	t.Fatal("nothing was throttled")
}
