package rollout

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
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
	p, err := verify(data, v.known)
	require.NoError(t, err)
	require.EqualValues(t, 7, p.Revision)
}

func TestAPointerThatWasForgedPutBackOrTakenAwayIsMended(t *testing.T) {
	for name, harm := range map[string]func(kv jetstream.KeyValue, old []byte) error{
		"forged": func(kv jetstream.KeyValue, _ []byte) error {
			forged, err := sign(&Pointer{Serial: 1 << 62, Target: Target{Revision: 1}}, newVault(secret.NewKey()).sign)
			require.NoError(t, err)
			_, err = kv.Put(t.Context(), pointerKey, forged)
			return err
		},
		"put back": func(kv jetstream.KeyValue, old []byte) error {
			_, err := kv.Put(t.Context(), pointerKey, old)
			return err
		},
		"deleted": func(kv jetstream.KeyValue, _ []byte) error { return kv.Delete(t.Context(), pointerKey) },
		"purged":  func(kv jetstream.KeyValue, _ []byte) error { return kv.Purge(t.Context(), pointerKey) },
		"flooded": func(kv jetstream.KeyValue, _ []byte) error {
			for range 65 {
				if _, err := kv.Put(t.Context(), pointerKey, []byte("junk")); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := bustest.Start(t)
			ctx, conn := t.Context(), c.Connect(t, bus.Control, "control")
			p := NewPublisher(NewRecord(conn), c.Secret)
			kv, err := conn.Control.Bucket(ctx, bus.Config)
			require.NoError(t, err)
			mended, err := p.Mend(ctx)
			require.NoError(t, err)
			require.False(t, mended, "there is nothing yet")
			_, err = p.Commit(ctx, document(1), Change{})
			require.NoError(t, err)
			old, err := kv.Get(ctx, pointerKey)
			require.NoError(t, err)
			_, err = p.Commit(ctx, document(2), Change{Parent: 1})
			require.NoError(t, err)
			sound, err := p.Pointer(ctx)
			require.NoError(t, err)

			for round, by := range map[string]*Publisher{"its publisher": p, "one that starts": NewPublisher(NewRecord(c.Connect(t, bus.Control, "second")), c.Secret)} {
				require.NoError(t, harm(kv, old.Value()), round)
				at, err := p.Pointer(ctx)
				require.NoError(t, err, round)
				require.Equal(t, sound.Target, at.Target, round)
				if by == p {
					mended, err := by.Mend(ctx)
					require.NoError(t, err, round)
					require.True(t, mended, round)
				} else {
					require.NoError(t, by.Repair(ctx), round)
				}
				lies, err := kv.Get(ctx, pointerKey)
				require.NoError(t, err, round)
				own, err := verify(lies.Value(), p.vault.known)
				require.NoError(t, err, round)
				require.Equal(t, sound.Target, own.Target, round)
				require.Greater(t, own.Serial, sound.Serial, round)
				mended, err := by.Mend(ctx)
				require.NoError(t, err, round)
				require.False(t, mended, round)
			}
			next, err := p.Commit(ctx, document(3), Change{Parent: 2})
			require.NoError(t, err)
			require.EqualValues(t, 3, next.Revision)
		})
	}
}
