package rollout

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// commits commits so many configurations that a node has applied and survived.
func commits(t *testing.T, m *memory, dir string, n int) {
	t.Helper()
	for i := range n {
		_, err := m.publisher().Commit(t.Context(), document(i+1), Change{Parent: uint64(i)})
		require.NoError(t, err)
		f := follow(t, m, "a", dir)
		f.fetch(t.Context())
		require.EqualValues(t, i+1, f.status.Revision)
		f.Close()
	}
}

func TestAConfigurationThatANodeDiesOfIsGivenUpForTheOneBefore(t *testing.T) {
	for name, life := range map[string]func(*testing.T, *node){
		"right after it was applied": func(t *testing.T, n *node) {
			t.Helper()
			_, err := n.Restore()
			require.NoError(t, err)
			n.fetch(t.Context())
			require.EqualValues(t, 3, n.status.Revision)
		},
		"while it is applied": func(t *testing.T, n *node) {
			t.Helper()
			n.refuse = func(d *config.Document) error {
				if string(d.JSON) == string(document(3).JSON) {
					runtime.Goexit() // and the follower with it
				}
				return nil
			}
			dead := make(chan struct{})
			go func() {
				defer close(dead)
				_, _ = n.Restore()
				n.fetch(t.Context())
			}()
			<-dead
			require.EqualValues(t, 2, n.status.Revision)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, dir := &memory{}, t.TempDir()
			commits(t, m, dir, 2)
			_, err := m.publisher().Commit(t.Context(), document(3), Change{Parent: 2})
			require.NoError(t, err)
			for range maxDeaths {
				life(t, follow(t, m, "a", dir))
			}
			for range 2 { // also when it is started once more
				n := follow(t, m, "a", dir)
				found, _ := n.Restore()
				require.True(t, found)
				n.fetch(t.Context())
				s, _ := n.Status()
				require.EqualValues(t, 2, s.Revision)
				require.EqualValues(t, 3, s.Wanted)
				require.Contains(t, s.Error, "revision 3 is given up")
				n.Close()
			}
			_, err = m.publisher().Commit(t.Context(), document(3), Change{Parent: 3}) // whoever wants it again
			require.NoError(t, err)
			n := follow(t, m, "a", dir)
			n.fetch(t.Context())
			require.True(t, at(4)(n.status))
		})
	}
}

func TestANodeThatEndsInOrderKeepsItsConfiguration(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	commits(t, m, dir, 2)
	for range 2 * maxDeaths {
		n := follow(t, m, "a", dir)
		found, err := n.Restore()
		require.NoError(t, err)
		require.True(t, found)
		require.EqualValues(t, 2, n.status.Revision)
		n.Close()
	}
}

func TestADeathLongAfterAConfigurationWasAppliedIsNotLaidToIt(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	commits(t, m, dir, 1)
	n := follow(t, m, "a", dir)
	n.survival = time.Millisecond
	_, err := n.Restore()
	require.NoError(t, err)
	require.Len(t, n.disk.deaths(), 1)
	n.run(t)
	require.Eventually(t, func() bool { return len(n.disk.deaths()) == 0 }, 10*time.Second, time.Millisecond)
}

func TestANodeStartsFromTheConfigurationBeforeOneThatIsDamagedOnItsDisk(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	commits(t, m, dir, keptSnapshots+1)
	m.down = true
	for wants := uint64(keptSnapshots); wants > 1; wants-- {
		n := follow(t, m, "a", dir)
		found, _ := n.Restore()
		require.True(t, found)
		n.Close()
		require.NoError(t, os.WriteFile(n.disk.path(n.digest), []byte("damaged"), 0o600))

		n = follow(t, m, "a", dir)
		found, err := n.Restore()
		require.True(t, found)
		require.ErrorContains(t, err, "away")
		require.Equal(t, wants, n.status.Revision)
		n.Close()
	}
	m.down = false
	n := follow(t, m, "a", dir)
	found, err := n.Restore() // the cluster still has what the disk has not
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, at(keptSnapshots+1)(n.status))
	n.Close()
	kept, err := filepath.Glob(filepath.Join(dir, "pointer*"))
	require.NoError(t, err)
	require.Len(t, kept, keptSnapshots)
}
