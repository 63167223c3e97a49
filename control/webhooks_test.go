package control_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/stretchr/testify/require"
)

// giveUp has webhooks with these ids given up.
func (d *desk) giveUp(ids ...string) {
	d.t.Helper()
	conn := d.cluster.Connect(d.t, bus.Control, "sender")
	queue := webhook.NewQueue(conn)
	for _, id := range ids {
		require.NoError(d.t, queue.Notify(d.t.Context(), "https://127.0.0.1/token", id, []byte(`{"secret":1}`)))
	}
	s := webhook.NewSender(conn, webhook.Options{
		Settings: func() *webhook.Settings { return &webhook.Settings{} },
		Metrics:  telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	require.Eventually(d.t, func() bool {
		dead, err := queue.Dead(d.t.Context(), 0, 10)
		return err == nil && len(dead) == len(ids)
	}, 20*time.Second, 5*time.Millisecond)
	stop()
	running.Wait()
}

func TestWebhooksThatWereGivenUpAreListedQueuedAgainAndForgotten(t *testing.T) {
	d := open(t)
	require.Empty(t, d.call(200, "GET", "/api/webhooks/dead", "")["webhooks"])
	d.giveUp("one", "two", "three")
	require.Len(t, d.call(200, "GET", "/api/webhooks/dead?limit=2", "")["webhooks"], 2)
	all := d.call(200, "GET", "/api/webhooks/dead", "")["webhooks"].([]any)
	require.Len(t, all, 3)
	for _, w := range all {
		shown := w.(map[string]any)
		require.Equal(t, "127.0.0.1", shown["host"])
		require.Equal(t, "the address is private or reserved", shown["reason"])
		require.EqualValues(t, 12, shown["bytes"])
		require.NotContains(t, shown, "body")
	}
	require.Equal(t, "queued", d.call(200, "POST", "/api/webhooks/dead/one/retry", "")["status"])
	require.Equal(t, "forgotten", d.call(200, "DELETE", "/api/webhooks/dead/two", "")["status"])
	left := d.call(200, "GET", "/api/webhooks/dead", "")["webhooks"].([]any)
	require.Len(t, left, 1)
	require.Equal(t, "three", left[0].(map[string]any)["id"])
	require.Equal(t, "not_found", code(d.call(404, "POST", "/api/webhooks/dead/one/retry", "")))
	require.Equal(t, "not_found", code(d.call(404, "DELETE", "/api/webhooks/dead/x.y", "")))
}
