package artefact_test

import (
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

func publisher(t *testing.T, name string) (ed25519.PrivateKey, signing.Publisher) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	return private, signing.Publisher{Name: name, Key: public}
}

func TestAnArtefactGoesFromTheShelfToANodesFolder(t *testing.T) {
	ctx, cluster := t.Context(), bustest.Start(t)
	shelf := artefact.NewShelf(cluster.Connect(t, bus.Control, "control"))
	data := make([]byte, 300<<10)
	data[17] = 1
	ours, we := publisher(t, "we")
	digest := signing.Digest(data)
	trust := &signing.Trust{Publishers: []signing.Publisher{we}}

	folder := t.TempDir()
	node := artefact.NewCache(folder, artefact.NewShelf(cluster.Connect(t, bus.Edge, "edge")))
	require.ErrorIs(t, node.Fetch(ctx, digest), artefact.ErrNone)
	require.ErrorIs(t, node.Fetch(ctx, "sha256:../../etc"), artefact.ErrNone)

	info, err := shelf.Put(ctx, artefact.Info{Name: "house.wasm"}, data)
	require.NoError(t, err)
	require.Equal(t, digest, info.Digest)
	require.NoError(t, node.Fetch(ctx, digest))
	_, err = node.Path(digest, trust)
	require.ErrorIs(t, err, signing.ErrNotTrusted)
	_, err = node.Path(digest, &signing.Trust{Unsigned: true})
	require.NoError(t, err)

	_, err = shelf.Put(ctx, artefact.Info{Name: "house.wasm", Signature: signing.Sign(ours, digest)}, data)
	require.NoError(t, err)
	info, err = shelf.Put(ctx, artefact.Info{}, data)
	require.NoError(t, err)
	require.NotEmpty(t, info.Signature, "a signature is not lost")
	require.NoError(t, node.Fetch(ctx, digest))
	path, err := node.Path(digest, trust)
	require.NoError(t, err)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, data, kept)

	require.NoError(t, os.WriteFile(path, []byte("another"), 0o600))
	_, err = node.Path(digest, trust)
	require.ErrorIs(t, err, artefact.ErrNone, "what is not as its digest says is not used")
	require.NoError(t, node.Fetch(ctx, digest))
	all, err := shelf.List(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.NoError(t, shelf.Delete(ctx, digest))
	require.ErrorIs(t, shelf.Delete(ctx, digest), artefact.ErrNone)
	require.NoError(t, node.Fetch(ctx, digest), "it has what it needs")
	gone, stop := context.WithCancel(ctx)
	stop()
	require.NoError(t, node.Fetch(gone, digest), "also while the cluster is away")
	left, err := filepath.Glob(filepath.Join(folder, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
