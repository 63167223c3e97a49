package rollout

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAControlWhoseClockIsWrongHoldsUpNoOther(t *testing.T) {
	c := bustest.Start(t)
	f := NewFollower(Options{
		Source: NewSource(c.Connect(t, bus.Edge, "edge")), Cluster: c.Secret, Node: "edge", Dir: t.TempDir(),
		Poll:  time.Minute,
		Apply: func(*config.Document, uint64) error { return nil },
	})
	n := &node{Follower: f}
	n.run(t)
	for i, off := range []time.Duration{time.Hour, 0, -time.Hour} {
		p := NewPublisher(NewRecord(c.Connect(t, bus.Control, fmt.Sprint("control-", i))), c.Secret)
		p.now = func() time.Time { return time.Now().Add(off) }
		commit, err := p.Commit(t.Context(), document(i+1), Change{Parent: uint64(i)})
		require.NoError(t, err)
		n.await(t, at(commit.Revision))
	}
}

func TestAPointerOfANewerVersionIsRead(t *testing.T) {
	v := newVault(secret.NewKey())
	body := []byte(`{"revision":7,"digest":"d","serial":9,"of_a_newer_version":{"x":1}}`)
	data, err := json.Marshal(signed{body, ed25519.Sign(v.sign, body)})
	require.NoError(t, err)
	p, err := verify(data, v.public())
	require.NoError(t, err)
	require.EqualValues(t, 7, p.Revision)
}
