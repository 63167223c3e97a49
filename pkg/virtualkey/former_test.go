package virtualkey_test

import (
	"log/slog"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/stretchr/testify/require"
)

func TestKeysOfAFormerSecretKeyAreKnownWhenItHasBeenGivenUp(t *testing.T) {
	ctx := t.Context()
	keys := [3]secret.Key{secret.NewKey(), secret.NewKey(), secret.NewKey()}
	all := parsed(t, keys[2], keys[1], keys[0])
	server, err := bus.StartServer(bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Secret: all})
	require.NoError(t, err)
	t.Cleanup(server.Shutdown)
	with := func(key secret.Key, role bus.Role, node string) *bus.Conn {
		c, err := bus.Connect(ctx, bus.Options{InProcess: server, Role: role, Node: node, Secret: key, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		t.Cleanup(c.Close)
		return c
	}
	first := with(parsed(t, keys[1], keys[0]), bus.Control, "first")
	require.NoError(t, bus.Provision(ctx, first, bus.ProvisionOptions{}))
	made := virtualkey.NewMinter(keys[0]).Mint()
	later := virtualkey.NewMinter(keys[1]).Mint()
	stranger := virtualkey.NewMinter(secret.NewKey()).Mint()

	for _, c := range []*bus.Conn{first, first, with(parsed(t, keys[2], keys[1]), bus.Control, "second")} {
		require.NoError(t, virtualkey.KeepFormer(ctx, c))
		_, err := c.Reseal(ctx, bus.Former, virtualkey.FormerPurpose)
		require.NoError(t, err)
	}
	minter := virtualkey.NewMinter(keys[2])
	require.False(t, minter.Made(made))
	former, err := virtualkey.Former(ctx, with(keys[2], bus.Edge, "edge"))
	require.NoError(t, err)
	require.Len(t, former, 2)
	minter.Accept(former)
	require.True(t, minter.Made(made))
	require.True(t, minter.Made(later))
	require.True(t, minter.Made(minter.Mint()))
	require.False(t, minter.Made(stranger))
}

// parsed is the first key, with the others accepted beside it.
func parsed(t *testing.T, keys ...secret.Key) secret.Key {
	text := ""
	for i, k := range keys {
		if i > 0 {
			text += ","
		}
		text += k.Encode()
	}
	key, err := secret.ParseKey(text)
	require.NoError(t, err)
	return key
}
