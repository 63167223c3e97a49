package job_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAKeyedJobIsKnownThroughoutAnExchangeOfTheSecretKey(t *testing.T) {
	old, next := secret.NewKey().Encode(), secret.NewKey().Encode()
	keys := func(text string) secret.Key {
		key, err := secret.ParseKey(text)
		require.NoError(t, err)
		return key
	}
	cluster := bustest.StartWith(t, keys(old+","+next))
	queue := func(name, secrets string) *job.Queue {
		return job.NewQueue(cluster.ConnectWith(t, bus.Edge, name, keys(secrets)), discard)
	}
	ctx := t.Context()
	asked := job.Submission{Request: job.Request{Path: "/v1/chat/completions", Body: []byte(`{}`)}, Owner: "ann", Key: "k"}
	first, isNew, err := queue("before", old).Submit(ctx, &asked)
	require.NoError(t, err)
	require.True(t, isNew)
	for name, secrets := range map[string]string{"accepting": old + "," + next, "using": next + "," + old} {
		q := queue(name, secrets)
		again, isNew, err := q.Submit(ctx, &asked)
		require.NoError(t, err, name)
		require.False(t, isNew, name)
		require.Equal(t, first.ID, again.ID)
		found, err := q.ByKey(ctx, "ann", "k")
		require.NoError(t, err)
		require.Equal(t, first.ID, found.ID)
		_, err = q.OpenRequest(ctx, found)
		require.NoError(t, err)
		other := asked
		other.Body = []byte(`{"another":1}`)
		_, _, err = q.Submit(ctx, &other)
		require.ErrorIs(t, err, job.ErrReused)
		_, err = q.ByKey(ctx, "bob", "k")
		require.ErrorIs(t, err, job.ErrNotFound)
	}
}
