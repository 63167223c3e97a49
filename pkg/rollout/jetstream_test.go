package rollout

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
)

func TestACommitOverNATSReachesNodesByAHint(t *testing.T) {
	c := bustest.Start(t)
	ctx := t.Context()
	p := NewPublisher(NewRecord(c.Connect(t, bus.Control, "control")), c.Secret)
	_, _, err := p.Newest(ctx)
	require.ErrorIs(t, err, ErrNone)

	var nodes []*Follower
	for i := range 3 {
		name := fmt.Sprint("edge-", i)
		f := NewFollower(Options{
			Source: NewSource(c.Connect(t, bus.Edge, name)), Cluster: c.Secret, Node: name, Dir: t.TempDir(),
			Poll:  time.Minute, // nothing but a hint can be in time
			Apply: func(*config.Document, uint64) error { return nil },
		})
		(&node{Follower: f}).run(t)
		nodes = append(nodes, f)
	}
	for i := range 5 {
		commit, err := p.Commit(ctx, document(i+1), Change{Parent: uint64(i), Author: "ada"})
		require.NoError(t, err)
		require.EqualValues(t, i+1, commit.Revision)
		for _, f := range nodes {
			(&node{Follower: f}).await(t, at(commit.Revision))
		}
	}
	_, err = p.Commit(ctx, document(9), Change{Parent: 3})
	require.ErrorIs(t, err, ErrConflict)
	commit, d, err := p.At(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, "ada", commit.Author)
	require.Equal(t, string(document(2).JSON), string(d.JSON))
	_, _, err = p.At(ctx, 99)
	require.ErrorIs(t, err, ErrNone)
	log, err := p.Log(ctx, 0, 10)
	require.NoError(t, err)
	require.Len(t, log, 5)
}

func TestTwoPublishersOverNATSDoNotOverwriteEachOther(t *testing.T) {
	c := bustest.Start(t)
	a := NewPublisher(NewRecord(c.Connect(t, bus.Control, "a")), c.Secret)
	b := NewPublisher(NewRecord(c.Connect(t, bus.Control, "b")), c.Secret)
	_, err := a.Commit(t.Context(), document(1), Change{})
	require.NoError(t, err)
	_, err = b.Commit(t.Context(), document(2), Change{})
	require.ErrorIs(t, err, ErrConflict)
	_, err = b.Commit(t.Context(), document(2), Change{Parent: 1, Stage: &Stage{Percent: 10}})
	require.NoError(t, err)
	require.NoError(t, a.Promote(t.Context(), 2))
	p, err := b.Pointer(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, p.Revision)
}

func TestWhatIsNoCommitOfTheClusterIsPassedOver(t *testing.T) {
	c := bustest.Start(t)
	ctx := t.Context()
	conn := c.Connect(t, bus.Control, "control")
	p := NewPublisher(NewRecord(conn), c.Secret)
	first, err := p.Commit(ctx, document(1), Change{Author: "ada"})
	require.NoError(t, err)
	_, err = p.Commit(ctx, document(2), Change{Parent: 1})
	require.NoError(t, err)

	s, err := conn.Control.JS.Stream(ctx, bus.Commits.Name)
	require.NoError(t, err)
	replayed, err := s.GetMsg(ctx, 1)
	require.NoError(t, err)
	forged := fmt.Appendf(nil, `{"revision":4,"parent":2,"digest":%q}`, first.Digest)
	for _, bad := range [][]byte{[]byte("junk"), forged, replayed.Data} {
		_, err := conn.Control.JS.Publish(ctx, bus.ConfigCommit.At(), bad)
		require.NoError(t, err)
	}

	for name, p := range map[string]*Publisher{
		"a publisher that was there": p,
		"one that starts":            NewPublisher(NewRecord(c.Connect(t, bus.Control, "second")), c.Secret),
	} {
		require.NoError(t, p.Repair(ctx), name)
		commit, d, err := p.Newest(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, 2, commit.Revision, name)
		require.Equal(t, string(document(2).JSON), string(d.JSON), name)
		at, err := p.Pointer(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, 2, at.Revision, name)
		log, err := p.Log(ctx, 0, 10)
		require.NoError(t, err, name)
		require.Len(t, log, 2, name)
	}
	next, err := p.Commit(ctx, document(3), Change{Parent: 2})
	require.NoError(t, err)
	require.EqualValues(t, 6, next.Revision)
}
