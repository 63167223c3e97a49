package idempotency_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAKeyIsKnownThroughoutAnExchangeOfTheSecretKey(t *testing.T) {
	old, next := secret.NewKey().Encode(), secret.NewKey().Encode()
	keys := func(text string) secret.Key {
		key, err := secret.ParseKey(text)
		require.NoError(t, err)
		return key
	}
	cluster := bustest.StartWith(t, keys(old+","+next))
	store := func(name, secrets string) *idempotency.Store {
		s := idempotency.New(cluster.ConnectWith(t, bus.Edge, name, keys(secrets)), slog.New(slog.DiscardHandler))
		s.Hasten(time.Minute)
		return s
	}
	before, accepting, using, after := store("before", old), store("accepting", old+","+next), store("using", next+","+old), store("after", next)

	begin(t, before, request).Done(&idempotency.Answer{Status: 200, Body: []byte("first")})
	for name, s := range map[string]*idempotency.Store{"accepting": accepting, "using": using} {
		claim, answer, err := s.Begin(t.Context(), request)
		require.NoError(t, err, name)
		require.Nil(t, claim, "it was made before")
		require.Equal(t, "first", string(answer.Body))
		other := request
		other.Body = []byte("another")
		_, _, err = s.Begin(t.Context(), other)
		requireCode(t, "idempotency_key_reused", err)
	}

	second := request
	second.Key = "second"
	claim := begin(t, using, second)
	done := make(chan string, 1)
	go func() {
		_, answer, err := accepting.Begin(t.Context(), second)
		if err != nil {
			done <- err.Error()
			return
		}
		done <- string(answer.Body)
	}()
	claim.Done(&idempotency.Answer{Status: 200, Body: []byte("by the new key")})
	require.Equal(t, "by the new key", <-done, "whether it waited or came later")
	_, answer, err := after.Begin(t.Context(), second)
	require.NoError(t, err)
	require.Equal(t, "by the new key", string(answer.Body), "the old key is not needed for it")
}
