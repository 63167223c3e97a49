package command

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/stretchr/testify/require"
)

func TestTheAuditIsVerifiedBesideTheStore(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	s, err := store.Open(t.Context(), url)
	require.NoError(t, err)
	entries := []audit.Entry{{Name: "ann"}, {Name: "bob"}}
	require.NoError(t, s.Audit().Append(t.Context(), entries))
	require.NoError(t, s.Close())
	var out bytes.Buffer
	cmd := Root(Build{})
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"audit", "verify", "--store", url})
	require.NoError(t, cmd.ExecuteContext(t.Context()))
	require.Equal(t, "2 entries are whole; the last is 2, with the hash "+entries[1].Hash+"\n", out.String())
}
