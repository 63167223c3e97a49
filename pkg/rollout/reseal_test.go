package rollout

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func TestTheSecretKeyIsExchangedOnARunningCluster(t *testing.T) {
	older, newer := secret.NewKey(), secret.NewKey()
	server, err := bus.StartServer(bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Secret: list(t, older, newer)})
	require.NoError(t, err)
	t.Cleanup(server.Shutdown)
	c := &bustest.Cluster{Server: server, Secret: older}
	before := c.Connect(t, bus.Control, "before")
	require.NoError(t, bus.Provision(context.Background(), before, bus.ProvisionOptions{}))
	key := made(t, before, older)
	p := NewPublisher(NewRecord(before), older)
	_, err = p.Commit(t.Context(), &config.Document{JSON: []byte(`{"version":1}`)}, Change{})
	require.NoError(t, err)

	c.Secret = list(t, newer, older) // while nodes with the older are there still
	during := c.Connect(t, bus.Control, "during")
	q := NewPublisher(NewRecord(during), c.Secret)
	_, _, err = q.Newest(t.Context())
	require.NoError(t, err)
	n, err := during.Reseal(t.Context(), bus.VirtualKeys, "virtual-keys")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	anew, err := q.Reseal(t.Context())
	require.NoError(t, err)
	require.True(t, anew)
	n, err = during.Reseal(t.Context(), bus.VirtualKeys, "virtual-keys")
	require.NoError(t, err)
	require.Zero(t, n)
	anew, err = q.Reseal(t.Context())
	require.NoError(t, err)
	require.False(t, anew)
	require.True(t, virtualkey.NewMinter(c.Secret).Made(key))

	c.Secret = newer // the older is gone
	after := c.Connect(t, bus.Control, "after")
	_, err = virtualkey.NewKV(after).Get(t.Context(), virtualkey.DigestOf(key))
	require.NoError(t, err)
	_, d, err := NewPublisher(NewRecord(after), newer).Newest(t.Context())
	require.NoError(t, err)
	require.JSONEq(t, `{"version":1}`, string(d.JSON))
}

func list(t *testing.T, first, second secret.Key) secret.Key {
	t.Helper()
	both, err := secret.ParseKey(first.Encode() + "," + second.Encode())
	require.NoError(t, err)
	return both
}

// made stores a virtual key and returns its value.
func made(t *testing.T, conn *bus.Conn, cluster secret.Key) string {
	t.Helper()
	value := virtualkey.NewMinter(cluster).Mint()
	book := virtualkey.NewBook(conn)
	require.NoError(t, book.Open(t.Context()))
	require.NoError(t, book.Create(t.Context(), &virtualkey.Record{ID: "vk-1", Name: "one", Digest: virtualkey.DigestOf(value).String()}))
	return value
}
