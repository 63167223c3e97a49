package usage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func openSpool(t require.TestingT, dir string) *Spool {
	s, err := OpenSpool(dir, DefaultSpoolBytes)
	require.NoError(t, err)
	return s
}

// drain returns the ids of all batches of a spool, and checks what is in them.
func drain(t require.TestingT, s *Spool) (ids []string) {
	for {
		id, batch, ok, err := s.Next()
		require.NoError(t, err)
		if !ok {
			return ids
		}
		require.Equal(t, contents(id), string(batch))
		ids = append(ids, id)
		require.NoError(t, s.Done())
	}
}

// contents is what the batch of an id holds; it has the mark of a frame in it, to
// confuse who looks for one.
func contents(id string) string { return strings.Repeat(id+string(frameMark), 50) }

func fill(t require.TestingT, s *Spool, from, to int) (ids []string) {
	for i := from; i < to; i++ {
		id := fmt.Sprintf("edge.%d", i)
		require.NoError(t, s.Append(id, []byte(contents(id))))
		ids = append(ids, id)
	}
	return ids
}

func TestSpoolGivesBackInOrderWhatItWasGiven(t *testing.T) {
	s := openSpool(t, t.TempDir())
	ids := fill(t, s, 0, 10)
	id, _, ok, err := s.Next()
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, ids[0], id)
	ids = append(ids, fill(t, s, 10, 20)...)
	require.Equal(t, ids, drain(t, s))
	require.Zero(t, s.Size())
	require.Equal(t, fill(t, s, 20, 21), drain(t, s))
}

func TestSpoolOutlivesItsProcess(t *testing.T) {
	dir := t.TempDir()
	first := openSpool(t, dir)
	ids := fill(t, first, 0, 30_000) // several files
	// The process dies here: nothing is closed.
	second := openSpool(t, dir)
	require.Equal(t, first.Size(), second.Size())
	ids = append(ids, fill(t, second, 30_000, 30_010)...)
	require.Equal(t, ids, drain(t, second))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestSpoolRefusesWhatItHasNoRoomFor(t *testing.T) {
	s, err := OpenSpool(t.TempDir(), 2000)
	require.NoError(t, err)
	ids := fill(t, s, 0, 2)
	require.ErrorIs(t, s.Append("more", make([]byte, 1500)), ErrSpoolFull)
	require.Equal(t, ids, drain(t, s))
	require.NoError(t, s.Append("more", make([]byte, 1500)))
}

func TestSpoolLeavesOthersFilesAlone(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600))
	s := openSpool(t, dir)
	fill(t, s, 0, 1)
	drain(t, s)
	require.FileExists(t, filepath.Join(dir, "notes.txt"))
}

// onlyFile returns the one file of a spool.
func onlyFile(t require.TestingT, dir string) string {
	files, err := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	require.NoError(t, err)
	require.Len(t, files, 1)
	return files[0]
}

func TestSpoolReadsAFileThatWasCutAnywhere(t *testing.T) {
	dir := t.TempDir()
	ids := fill(t, openSpool(t, dir), 0, 4)
	path := onlyFile(t, dir)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	frame := len(whole) / 4
	for size := range whole {
		require.NoError(t, os.WriteFile(path, whole[:size], 0o600))
		s := openSpool(t, dir)
		got := drain(t, s)
		require.Len(t, got, size/frame)
		require.Equal(t, ids[:size/frame], append([]string{}, got...))
		require.EqualValues(t, size%frame, s.Damaged())
	}
}

func TestSpoolPassesOverWhatIsDamaged(t *testing.T) {
	folder := t.TempDir
	rapid.Check(t, func(t *rapid.T) {
		dir := folder()
		const frames = 6
		ids := fill(t, openSpool(t, dir), 0, frames)
		path := onlyFile(t, dir)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		frame := len(data) / frames
		hit := map[int]bool{}
		for range rapid.IntRange(1, 3).Draw(t, "flips") {
			at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
			data[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			hit[at/frame] = true
		}
		require.NoError(t, os.WriteFile(path, data, 0o600))
		got := map[string]bool{}
		for _, id := range drain(t, openSpool(t, dir)) { // which checks what it reads
			got[id] = true
		}
		for i, id := range ids {
			if !hit[i] {
				require.True(t, got[id], "frame %d was not damaged", i)
			}
		}
	})
}
