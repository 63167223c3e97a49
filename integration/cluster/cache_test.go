//go:build integration

package cluster_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

func TestEdgesShareTheirAnswersInRedis(t *testing.T) {
	c, m, _ := metered(t, 3)
	_, key := c.NewKey("")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"cache":{"enabled":true,"store":"redis","single_flight":true}}`)
	cached := func(edge *nodes.Process, name string, stream bool) string {
		res, err := ask(t.Context(), edge, key, name, "answers", stream)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body) // what broke off shows in the next one
		return res.Header.Get("x-asbru-cache")
	}

	// However many ask for the same at once, the provider is asked once.
	for _, stream := range []bool{false, true} {
		name := map[bool]string{false: "whole", true: "stream"}[stream]
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() { cached(c.Edges[i%3], name, stream) })
		}
		all.Wait()
		require.Equal(t, 1, m.triesOf(name), name)
		for _, edge := range c.Edges {
			require.Equal(t, "hit", cached(edge, name, stream), name)
		}
	}

	// What is purged is forgotten by all, also by Redis.
	require.Equal(t, http.StatusAccepted, c.TryAdmin(http.MethodDelete, "/api/cache?model=openai/gpt-5-mini", ""))
	require.Eventually(t, func() bool { return cached(c.Edges[0], "whole", false) == "miss" || m.triesOf("whole") > 1 }, time.Minute, 10*time.Millisecond)

	// Without Redis each is on its own.
	c.Redis.Kill(t)
	require.Eventually(t, func() bool {
		first := cached(c.Edges[1], "alone", false)
		return first == "miss" && cached(c.Edges[1], "alone", false) == "hit"
	}, time.Minute, 10*time.Millisecond)
}

func TestAnAnswerOfAnEdgeThatDiesIsMadeByAnother(t *testing.T) {
	c, m, _ := metered(t, 3)
	_, key := c.NewKey("")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"cache":{"enabled":true,"store":"redis","single_flight":true}}`)
	var calling sync.WaitGroup
	defer calling.Wait()
	calling.Go(func() {
		if res, err := ask(t.Context(), c.Edges[0], key, "long", "is long", true); err == nil {
			res.Body.Close()
		}
	})
	require.Eventually(t, func() bool { return m.triesOf("long") == 1 }, time.Minute, time.Millisecond)
	c.Edges[0].Kill()
	res, err := ask(t.Context(), c.Edges[1], key, "long", "is long", true)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, 2, m.triesOf("long"))
}
