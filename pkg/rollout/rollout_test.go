package rollout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// memory is a record and a source in memory.
type memory struct {
	mu        sync.Mutex
	snapshots map[string][]byte
	commits   []*Commit
	pointer   []byte
	pointers  [][]byte // all that there were
	version   uint64
	hints     []chan []byte
	down      bool
	lose      bool // hints do not arrive
}

func (m *memory) lock() func() {
	m.mu.Lock()
	return m.mu.Unlock
}

var errAway = errors.New("away")

func (m *memory) Put(_ context.Context, digest string, sealed []byte) error {
	defer m.lock()()
	if m.snapshots == nil {
		m.snapshots = map[string][]byte{}
	}
	m.snapshots[digest] = sealed
	return nil
}

func (m *memory) Snapshot(_ context.Context, digest string) ([]byte, error) {
	defer m.lock()()
	if m.down {
		return nil, errAway
	}
	if s := m.snapshots[digest]; s != nil {
		return s, nil
	}
	return nil, ErrNone
}

func (m *memory) Append(_ context.Context, c *Commit) (uint64, error) {
	defer m.lock()()
	if c.Parent != uint64(len(m.commits)) {
		return 0, ErrConflict
	}
	stored := *c
	stored.Revision = c.Parent + 1
	m.commits = append(m.commits, &stored)
	return stored.Revision, nil
}

func (m *memory) Commit(_ context.Context, revision uint64) (*Commit, error) {
	defer m.lock()()
	if revision == 0 || revision > uint64(len(m.commits)) {
		return nil, ErrNone
	}
	c := *m.commits[revision-1]
	return &c, nil
}

func (m *memory) Newest(context.Context) (uint64, error) {
	defer m.lock()()
	return uint64(len(m.commits)), nil
}

func (m *memory) SetPointer(_ context.Context, data []byte, version uint64) error {
	defer m.lock()()
	if version != m.version {
		return ErrConflict
	}
	m.pointer, m.version, m.pointers = data, version+1, append(m.pointers, data)
	for _, h := range m.hints {
		if !m.lose {
			h <- data
		}
	}
	return nil
}

// record gives memory the two faces of a record, whose Pointer has a version.
type record struct{ *memory }

func (r record) Pointer(context.Context) ([]byte, uint64, error) {
	defer r.lock()()
	if r.pointer == nil {
		return nil, 0, ErrNone
	}
	return r.pointer, r.version, nil
}

func (r record) Pointers(context.Context) ([][]byte, error) {
	defer r.lock()()
	return r.pointers, nil
}

func (m *memory) Pointer(context.Context) ([]byte, error) {
	defer m.lock()()
	switch {
	case m.down:
		return nil, errAway
	case m.pointer == nil:
		return nil, ErrNone
	}
	return m.pointer, nil
}

func (m *memory) Hints(context.Context) (<-chan []byte, error) {
	defer m.lock()()
	h := make(chan []byte, 100)
	m.hints = append(m.hints, h)
	return h, nil
}

var cluster = secret.NewKey()

func document(heartbeat int) *config.Document {
	return &config.Document{JSON: fmt.Appendf(nil, `{"client":{"stream_heartbeat_in_seconds":%d}}`, heartbeat)}
}

func (m *memory) publisher() *Publisher { return NewPublisher(record{m}, cluster) }

// node is a follower that runs, and what it has applied.
type node struct {
	*Follower
	mu      sync.Mutex
	applied []string
	refuse  func(*config.Document) error
}

func follow(t *testing.T, m Source, name, dir string) *node {
	t.Helper()
	n := &node{}
	n.Follower = NewFollower(Options{
		Log: slog.New(slog.DiscardHandler), Source: m, Cluster: cluster, Node: name, Dir: dir, Poll: 20 * time.Millisecond,
		Apply: func(d *config.Document, _ uint64) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.refuse != nil {
				if err := n.refuse(d); err != nil {
					return err
				}
			}
			n.applied = append(n.applied, string(d.JSON))
			return nil
		},
	})
	return n
}

func (n *node) run(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
}

func (n *node) await(t *testing.T, holds func(Status) bool) Status {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s, changed := n.Status()
		if holds(s) {
			return s
		}
		select {
		case <-changed:
		case <-deadline:
			require.Fail(t, "the node's status did not become so", "%+v", s)
		}
	}
}

func at(revision uint64) func(Status) bool {
	return func(s Status) bool { return s.Revision == revision && s.Error == "" }
}

func TestACommitReachesEveryNode(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	a, b := follow(t, m, "a", ""), follow(t, m, "b", "")
	a.run(t)
	c, err := p.Commit(ctx, document(1), Change{Author: "ada", Message: "first"})
	require.NoError(t, err)
	require.EqualValues(t, 1, c.Revision)
	b.run(t) // one that comes later asks
	a.await(t, at(1))
	b.await(t, at(1))
	_, err = p.Commit(ctx, document(2), Change{Parent: 1})
	require.NoError(t, err)
	a.await(t, at(2))
	b.await(t, at(2))
	require.Equal(t, []string{string(document(1).JSON), string(document(2).JSON)}, a.applied)
}

func TestALostHintIsMadeUpForByAsking(t *testing.T) {
	m := &memory{lose: true}
	n := follow(t, m, "a", "")
	n.run(t)
	_, err := m.publisher().Commit(t.Context(), document(1), Change{})
	require.NoError(t, err)
	n.await(t, at(1))
}

func TestTheSecondOfTwoChangesToOneRevisionIsRefused(t *testing.T) {
	m := &memory{}
	p := m.publisher()
	_, err := p.Commit(t.Context(), document(1), Change{})
	require.NoError(t, err)
	_, err = p.Commit(t.Context(), document(2), Change{})
	require.ErrorIs(t, err, ErrConflict)
	_, d, err := p.Newest(t.Context())
	require.NoError(t, err)
	require.Equal(t, string(document(1).JSON), string(d.JSON))
}

func TestARollbackIsANewRevision(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	n := follow(t, m, "a", "")
	n.run(t)
	for i := range 3 {
		_, err := p.Commit(ctx, document(i+1), Change{Parent: uint64(i)})
		require.NoError(t, err)
	}
	c, err := p.Rollback(ctx, 1, Change{Parent: 3, Author: "ada"})
	require.NoError(t, err)
	require.EqualValues(t, 4, c.Revision)
	require.EqualValues(t, 1, c.RollbackTo)
	n.await(t, at(4))
	require.Equal(t, string(document(1).JSON), n.applied[len(n.applied)-1])
	log, err := p.Log(ctx, 0, 2)
	require.NoError(t, err)
	require.Equal(t, []uint64{4, 3}, []uint64{log[0].Revision, log[1].Revision})
	_, err = p.Rollback(ctx, 9, Change{Parent: 4})
	require.ErrorIs(t, err, ErrNone)
}

func TestAStageCoversItsPartOfTheNodes(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	_, err := p.Commit(ctx, document(1), Change{})
	require.NoError(t, err)
	_, err = p.Commit(ctx, document(2), Change{Parent: 1, Stage: &Stage{Percent: 30}})
	require.NoError(t, err)
	covered := func() int {
		pointer, err := p.Pointer(ctx)
		require.NoError(t, err)
		n := 0
		for i := range 1000 {
			if pointer.For(fmt.Sprint("edge-", i), nil).Revision == 2 {
				n++
			}
		}
		return n
	}
	require.InDelta(t, 300, covered(), 60)
	require.NoError(t, p.Widen(ctx, 2, 100, nil))
	require.Equal(t, 1000, covered())
	require.NoError(t, p.Widen(ctx, 2, 0, map[string]string{"zone": "a"}))
	require.Equal(t, 0, covered())
	pointer, err := p.Pointer(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, pointer.For("x", map[string]string{"zone": "a", "other": "b"}).Revision)
	require.NoError(t, p.Abandon(ctx, 2))
	require.Equal(t, 0, covered())
	require.ErrorIs(t, p.Promote(ctx, 2), ErrNoStage)
}

func TestAPromotedStageIsInForceEverywhere(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	n := follow(t, m, "a", "")
	n.run(t)
	_, err := p.Commit(ctx, document(1), Change{})
	require.NoError(t, err)
	_, err = p.Commit(ctx, document(2), Change{Parent: 1, Stage: &Stage{Labels: map[string]string{"no": "node"}}})
	require.NoError(t, err)
	n.await(t, at(1))
	require.NoError(t, p.Promote(ctx, 2))
	n.await(t, at(2))
}

func TestAForgedOrReplayedPointerChangesNothing(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	n := follow(t, m, "a", "")
	n.run(t)
	_, err := p.Commit(ctx, document(1), Change{})
	require.NoError(t, err)
	n.await(t, at(1))
	old := m.pointer
	_, err = p.Commit(ctx, document(2), Change{Parent: 1})
	require.NoError(t, err)
	n.await(t, at(2))

	stranger := newVault(secret.NewKey())
	forged, err := sign(&Pointer{Serial: 1 << 62, Target: Target{Revision: 1, Digest: m.commits[0].Digest}}, stranger.sign)
	require.NoError(t, err)
	for _, bad := range [][]byte{forged, old, []byte("{}"), []byte("no JSON"), {}} {
		before, _ := n.Status()
		n.consider(ctx, bad)
		s, _ := n.Status()
		require.EqualValues(t, 2, s.Revision)
		require.NotEmpty(t, s.Refused.Reason)
		if before.Refused != nil {
			require.Equal(t, before.Refused.Count+1, s.Refused.Count)
		}
	}
}

func TestADamagedSnapshotIsRefusedAndTheOldOneStays(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	n := follow(t, m, "a", "")
	n.run(t)
	_, err := p.Commit(ctx, document(1), Change{})
	require.NoError(t, err)
	n.await(t, at(1))
	m.mu.Lock()
	m.down = true // nothing is applied until it is damaged
	m.mu.Unlock()
	c, err := p.Commit(ctx, document(2), Change{Parent: 1})
	require.NoError(t, err)
	m.mu.Lock()
	m.snapshots[c.Digest] = append([]byte(nil), m.snapshots[c.Digest]...)
	m.snapshots[c.Digest][40] ^= 1
	m.down = false
	m.mu.Unlock()
	s := n.await(t, func(s Status) bool { return s.Error != "" && s.Error != "rollout: get the snapshot: away" })
	require.EqualValues(t, 1, s.Revision)
	require.EqualValues(t, 2, s.Wanted)
	require.Equal(t, ErrDamaged.Error(), s.Error)
	m.mu.Lock()
	m.snapshots[c.Digest][40] ^= 1
	m.mu.Unlock()
	n.await(t, at(2)) // mended, it is taken without a new commit
}

func TestAConfigurationThatCannotBeAppliedIsReported(t *testing.T) {
	for name, refuse := range map[string]func(*config.Document) error{
		"refused": func(*config.Document) error { return errors.New("no such provider") },
		"panic":   func(*config.Document) error { panic("a bug") },
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			n := follow(t, m, "a", "")
			n.refuse = refuse
			n.run(t)
			_, err := m.publisher().Commit(t.Context(), document(1), Change{})
			require.NoError(t, err)
			s := n.await(t, func(s Status) bool { return s.Error != "" })
			require.EqualValues(t, 1, s.Wanted)
			require.EqualValues(t, 0, s.Revision)
			require.NotContains(t, s.Error, "a bug")
		})
	}
}

func TestANodeStartsFromItsDiskWithoutTheCluster(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	p, ctx := m.publisher(), t.Context()
	first := follow(t, m, "a", dir)
	for i := range 5 {
		_, err := p.Commit(ctx, document(i+1), Change{Parent: uint64(i)})
		require.NoError(t, err)
		first.fetch(ctx)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "*"+snapshotEnd))
	require.NoError(t, err)
	require.Len(t, kept, keptSnapshots)

	m.down = true
	second := follow(t, m, "a", dir)
	ok, err := second.Restore()
	require.NoError(t, err)
	require.True(t, ok)
	s, _ := second.Status()
	require.EqualValues(t, 5, s.Revision)
	second.run(t)
	m.mu.Lock()
	m.down = false
	m.mu.Unlock()
	_, err = p.Commit(ctx, document(9), Change{Parent: 5})
	require.NoError(t, err)
	second.await(t, at(6))
}

func TestANodeDoesNotStartFromWhatIsNotItsCluster(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	_, err := m.publisher().Commit(t.Context(), document(1), Change{})
	require.NoError(t, err)
	n := follow(t, m, "a", dir)
	n.fetch(t.Context())

	require.NoError(t, os.WriteFile(filepath.Join(dir, pointerFile), []byte("{}"), 0o600))
	ok, err := follow(t, m, "a", dir).Restore()
	require.Error(t, err)
	require.False(t, ok)
	ok, err = follow(t, m, "a", t.TempDir()).Restore()
	require.NoError(t, err)
	require.False(t, ok)
}

func TestARevisionWhoseSnapshotIsGoneCanBeGoneBackFrom(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	for i := range 2 {
		_, err := p.Commit(ctx, document(i+1), Change{Parent: uint64(i)})
		require.NoError(t, err)
	}
	delete(m.snapshots, m.commits[1].Digest)
	newest, _, err := p.Newest(ctx)
	require.ErrorIs(t, err, ErrDamaged)
	require.EqualValues(t, 2, newest.Revision)
	_, err = p.Rollback(ctx, 1, Change{Parent: newest.Revision})
	require.NoError(t, err)
	_, d, err := p.Newest(ctx)
	require.NoError(t, err)
	require.JSONEq(t, string(document(1).JSON), string(d.JSON))
}

func TestACommitWhosePublisherDiedIsPutInForceByTheNext(t *testing.T) {
	m := &memory{}
	p, ctx := m.publisher(), t.Context()
	_, err := p.Commit(ctx, document(1), Change{})
	require.NoError(t, err)
	sealed, digest, err := p.vault.pack(document(2))
	require.NoError(t, err)
	require.NoError(t, m.Put(ctx, digest, sealed))
	_, err = m.Append(ctx, &Commit{Parent: 1, Digest: digest})
	require.NoError(t, err)

	require.NoError(t, m.publisher().Repair(ctx))
	pointer, err := p.Pointer(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, pointer.Revision)

	_, err = p.Commit(ctx, document(3), Change{Parent: 2, Stage: &Stage{Percent: 10}})
	require.NoError(t, err)
	require.NoError(t, p.Abandon(ctx, 3))
	require.NoError(t, m.publisher().Repair(ctx)) // what was given up stays so
	pointer, err = p.Pointer(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, pointer.Revision)
}

func TestWhateverPublishersDoRevisionsAndSerialsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &memory{}
		ctx := context.Background()
		publishers := []*Publisher{m.publisher(), m.publisher()}
		last := &Pointer{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p := publishers[rapid.IntRange(0, 1).Draw(t, "publisher")]
			newest := uint64(len(m.commits))
			parent := uint64(rapid.IntRange(0, int(newest)).Draw(t, "parent"))
			var stage *Stage
			if rapid.Bool().Draw(t, "staged") {
				stage = &Stage{Percent: 50}
			}
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				_, err = p.Commit(ctx, document(1), Change{Parent: parent, Stage: stage})
				if parent == newest {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, ErrConflict)
				}
			case 1:
				_, _ = p.Rollback(ctx, parent, Change{Parent: newest, Stage: stage}) // to a revision there is not, it fails
			case 2:
				_ = p.Promote(ctx, newest) // fails when nothing is on trial
			case 3:
				_ = p.Abandon(ctx, newest)
			}
			now, err := p.Pointer(ctx)
			require.NoError(t, err)
			require.GreaterOrEqual(t, now.Serial, last.Serial)
			require.GreaterOrEqual(t, now.Revision, last.Revision)
			require.GreaterOrEqual(t, now.Seen, now.Revision)
			last = now
		}
	})
}

func FuzzVerify(f *testing.F) {
	v := newVault(cluster)
	good, err := sign(&Pointer{Serial: 1}, v.sign)
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{"pointer":"e30=","signature":""}`))
	other := newVault(secret.NewKey())
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := verify(data, other.known); err == nil {
			t.Fatal("a pointer of another cluster was taken")
		}
	})
}

func TestAClockThatIsChangedChangesNoOrder(t *testing.T) {
	m := &memory{}
	p := m.publisher()
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	p.now = func() time.Time { return now }
	n := follow(t, m, "n1", t.TempDir())
	n.run(t)
	for i, jump := range []time.Duration{0, -time.Hour, -365 * 24 * time.Hour, 2 * time.Hour, 10 * 365 * 24 * time.Hour, -11 * 365 * 24 * time.Hour} {
		now = now.Add(jump)
		c, err := p.Commit(t.Context(), document(10+i), Change{Author: "test", Parent: uint64(i)})
		require.NoError(t, err, jump)
		require.EqualValues(t, i+1, c.Revision)
		n.await(t, at(c.Revision))
		newest, _, err := p.Newest(t.Context())
		require.NoError(t, err)
		require.Equal(t, c.Revision, newest.Revision, "the newest is what was committed last, whatever the clock said")
	}
}
