package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestTheNewestConfigurationIsSealedAnewWhenTheSecretKeyIsExchanged(t *testing.T) {
	old, next := secret.NewKey(), secret.NewKey()
	both, err := secret.ParseKey(next.Encode() + "," + old.Encode())
	require.NoError(t, err)
	kept, ctx := record{&memory{}}, t.Context()
	d := document(7)
	_, err = NewPublisher(kept, old).Commit(ctx, d, Change{})
	require.NoError(t, err)

	_, _, err = NewPublisher(kept, next).Newest(ctx)
	require.Error(t, err)
	during := NewPublisher(kept, both)
	anew, err := during.Reseal(ctx)
	require.NoError(t, err)
	require.True(t, anew)
	anew, err = during.Reseal(ctx)
	require.NoError(t, err)
	require.False(t, anew)
	c, read, err := NewPublisher(kept, next).Newest(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, c.Revision)
	require.JSONEq(t, string(d.JSON), string(read.JSON))
}
