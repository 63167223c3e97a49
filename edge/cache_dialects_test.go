package edge_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestEveryDialectIsAnsweredOutOfTheCacheAsTheFirstTime(t *testing.T) {
	toolTalks(t, func(c *talk) {
		model := c.provider.Name + "/" + conformanceModels[c.provider.Dialect]
		body, err := c.codec.AppendRequest(nil, &api.Request{
			Op: api.OpChat, Model: model, Stream: c.stream, Messages: []api.Message{user(api.Part{Text: "hi there"})},
		}, &dialect.Quirks{})
		require.Nil(c.t, err)
		path := string(c.codec.AppendPath([]byte(prefixes[c.codec.Name()]), api.OpChat, model, c.stream))
		key := "x-asbru-cache-key: " + c.codec.Name() + c.provider.Name + strconv.FormatBool(c.stream)
		first := c.door.post(c.t, path, string(body), key)
		require.Equal(c.t, 200, first.Status, first.Body)
		require.Equal(c.t, "miss", first.Header.Get("x-asbru-cache"))
		var again answer
		require.Eventually(c.t, func() bool { // a stream is kept behind its last byte
			again = c.door.post(c.t, path, string(body), key, "x-asbru-cache: read")
			return again.Header.Get("x-asbru-cache") == "hit"
		}, patience, time.Millisecond)
		require.Equal(c.t, first.Header.Get("content-type"), again.Header.Get("content-type"))
		require.Equal(c.t, first.Body, again.Body)
	})
}

func TestAnAnswerByOneKeyIsNoneForACallThatWantsAnother(t *testing.T) {
	d, asked := caches(t, func(cfg *config.Config) {
		with(cfg, "openai", func(p *config.Provider) {
			p.Keys = []config.Key{{Name: "a", Value: "sk-a", Weight: 1}, {Name: "b", Value: "sk-b", Weight: 1}}
		})
	})
	for i, pinned := range []string{"a", "b", "a"} {
		require.Equal(t, 200, d.post(t, "/v1/chat/completions", askedOnce, "x-asbru-key: "+pinned).Status)
		require.EqualValues(t, min(i+1, 2), asked.Load())
	}
}
