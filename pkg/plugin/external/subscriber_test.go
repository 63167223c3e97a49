package external_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
)

func TestAProgramIsToldOfEventsOverHTTP(t *testing.T) {
	answers := []int{http.StatusServiceUnavailable, http.StatusNoContent}
	var frames []map[string]any
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var frame map[string]any
		if json.NewDecoder(r.Body).Decode(&frame) == nil {
			frames = append(frames, frame)
		}
		w.WriteHeader(answers[len(frames)-1])
	}))
	defer web.Close()
	p, err := external.HTTP().Make(env(), json.RawMessage(`{"url":"`+web.URL+`","points":["on_cluster_event"],"events":["config"]}`))
	require.NoError(t, err)
	s, ok := p.(plugin.Subscriber)
	require.True(t, ok)
	require.True(t, plugin.Wants(p, plugin.OnClusterEvent))
	require.False(t, plugin.Wants(p, plugin.BeforeRoute))
	require.Equal(t, []string{plugin.EventConfig}, s.Subscribes())
	event := plugin.Event{ID: "revision/1", Kind: plugin.EventConfig, At: time.Unix(0, 0).UTC(), Data: json.RawMessage(`{"revision":1}`)}
	_, again := plugin.WhyFailed(s.OnClusterEvent(t.Context(), []plugin.Event{event}))
	require.True(t, again)
	require.Nil(t, s.OnClusterEvent(t.Context(), []plugin.Event{event}))
	require.Equal(t, map[string]any{
		"asbru": 1.0, "point": "on_cluster_event", "plugin": "house",
		"cluster_events": []any{map[string]any{"id": "revision/1", "kind": "config", "at": "1970-01-01T00:00:00Z", "data": map[string]any{"revision": 1.0}}},
	}, frames[1])

	_, err = external.HTTP().Make(env(), json.RawMessage(`{"url":"`+web.URL+`","points":["on_cluster_event"],"events":["weather"]}`))
	require.ErrorContains(t, err, "weather")
}
