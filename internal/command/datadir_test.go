package command

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/stretchr/testify/require"
)

func TestSecretsAreMadeOnceAndForTheirOwnerAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "data")
	token, err := adminToken("", folder, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	key, err := secretKey("", folder)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(token), 32)
	for _, name := range []string{"admin-token", "secret-key"} {
		info, err := os.Stat(filepath.Join(folder, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
	}

	again, err := adminToken("", folder, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, token, again)
	sameKey, err := secretKey("", folder)
	require.NoError(t, err)
	require.Equal(t, key.Encode(), sameKey.Encode())

	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing is left behind")
}

func TestAGivenSecretIsNotKept(t *testing.T) {
	folder := t.TempDir()
	token, err := adminToken("mine", folder, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, "mine", token)
	given := secret.NewKey()
	key, err := secretKey(given.Encode(), folder)
	require.NoError(t, err)
	require.Equal(t, given.Encode(), key.Encode())
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestOneProcessHasADataFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	unlock, err := lockFolder(folder)
	require.NoError(t, err)
	_, err = lockFolder(folder)
	require.ErrorContains(t, err, "in use by another process")
	unlock()
	unlock, err = lockFolder(folder)
	require.NoError(t, err)
	unlock()
}

func TestANodeOfAClusterDoesWithoutAFolderButNotWithAnothers(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	folder := filepath.Join(t.TempDir(), "data")
	unlock, err := claimFolder(folder, log)
	require.NoError(t, err)
	_, err = claimFolder(folder, log)
	require.ErrorIs(t, err, errFolderInUse)
	unlock()

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	unlock, err = claimFolder(filepath.Join(file, "data"), log) // cannot be made
	require.NoError(t, err)
	unlock()
}

func TestASecretThatWillNotDoIsRefused(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "admin-token"), []byte("\n"), 0o600))
	_, err := adminToken("", folder, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "admin-token is empty")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "secret-key"), []byte("c2hvcnQ=\n"), 0o600))
	_, err = secretKey("", folder)
	require.ErrorContains(t, err, "secret-key: ")
	_, err = secretKey("c2hvcnQ=", folder)
	require.ErrorContains(t, err, "--secret-key: ")
}
