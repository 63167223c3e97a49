package files_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAFileComesBackToItsOwnerAndNobodyElse(t *testing.T) {
	c := bustest.Start(t)
	edge, worker := files.NewStore(c.Connect(t, bus.Edge, "e1")), files.NewStore(c.Connect(t, bus.Worker, "w1"))
	mine, other := edge.Owner("vk:1"), edge.Owner("vk:2")
	content := bytes.Repeat([]byte("0123456789abcdef"), 200<<10)
	f, err := edge.Take(t.Context(), iotest.HalfReader(bytes.NewReader(content)), files.MaxBytes)
	require.NoError(t, err)
	_, err = worker.Get(t.Context(), mine, f.ID)
	require.ErrorIs(t, err, files.ErrNotFound, "it is not kept yet")
	f.Name, f.Purpose = "a.jsonl", "batch"
	require.NoError(t, edge.Keep(t.Context(), mine, f))

	got, err := worker.Get(t.Context(), mine, f.ID)
	require.NoError(t, err)
	require.Equal(t, f, got)
	read, err := io.ReadAll(worker.Open(t.Context(), got))
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, read))
	require.Contains(t, string(got.Describe()), `"filename":"a.jsonl","purpose":"batch"`)

	_, err = edge.Get(t.Context(), other, f.ID)
	require.ErrorIs(t, err, files.ErrNotFound)
	require.ErrorIs(t, edge.Delete(t.Context(), other, f.ID), files.ErrNotFound)
	for owner, n := range map[string]int{mine: 1, other: 0} {
		all, err := edge.List(t.Context(), owner)
		require.NoError(t, err)
		require.Len(t, all, n)
	}
	require.NoError(t, worker.Delete(t.Context(), mine, f.ID))
	_, err = edge.Get(t.Context(), mine, f.ID)
	require.ErrorIs(t, err, files.ErrNotFound)
	all, err := edge.List(t.Context(), mine)
	require.NoError(t, err)
	require.Empty(t, all)
	_, err = io.ReadAll(worker.Open(t.Context(), got))
	require.ErrorIs(t, err, bus.ErrNoObject)
}

func TestWhatLiesInTheStoreIsSealed(t *testing.T) {
	c := bustest.Start(t)
	conn := c.Connect(t, bus.Edge, "e1")
	s := files.NewStore(conn)
	f, err := s.Take(t.Context(), strings.NewReader("a secret prompt"), files.MaxBytes)
	require.NoError(t, err)
	f.Name = "secret.jsonl"
	owner := s.Owner("key:sk-secret")
	require.NoError(t, s.Keep(t.Context(), owner, f))
	object, err := conn.Bulk.GetObject(t.Context(), bus.FileParts, f.ID+"/0.0")
	require.NoError(t, err)
	kv, err := conn.Control.Bucket(t.Context(), bus.Files)
	require.NoError(t, err)
	e, err := kv.Get(t.Context(), owner+"."+f.ID)
	require.NoError(t, err)
	require.NotContains(t, string(object)+e.Key()+string(e.Value()), "secret")
}

func TestAFileIsMadeOfTheStretchesThatCount(t *testing.T) {
	s := files.NewStore(bustest.Start(t).Connect(t, bus.Worker, "w1"))
	f := &files.File{ID: files.NewID(), Stretches: []files.Stretch{{Writer: 3, Parts: 2}, {Writer: 5}, {Writer: 9, Parts: 1}}}
	for writer, n := range map[uint64]int{3: 3, 5: 2, 9: 1} {
		for i := range n {
			require.NoError(t, s.PutPart(t.Context(), f.ID, writer, i, []byte{'a' + byte(writer), '0' + byte(i)}))
		}
	}
	text, err := io.ReadAll(s.Open(t.Context(), f))
	require.NoError(t, err)
	require.Equal(t, "d0d1j0", string(text))
}

func TestAFileThatIsTooLargeOrBreaksOffIsNotTaken(t *testing.T) {
	s := files.NewStore(bustest.Start(t).Connect(t, bus.Edge, "e1"))
	away := errors.New("away")
	_, err := s.Take(t.Context(), io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(away)), files.MaxBytes)
	require.ErrorIs(t, err, away)
	_, err = s.Take(t.Context(), io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(io.ErrUnexpectedEOF)), files.MaxBytes)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = s.Take(t.Context(), strings.NewReader("more"), 3)
	require.ErrorIs(t, err, files.ErrTooLarge)
	for _, id := range []string{"", "file-1", files.Prefix, files.Prefix + strings.Repeat("A", 32), files.Prefix + strings.Repeat("a", 31) + "."} {
		require.False(t, files.Ours(id), id)
	}
	require.True(t, files.Ours(files.NewID()))
}
