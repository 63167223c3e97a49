package bus_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestTheSecretKeyIsExchangedWhileTheClusterRuns(t *testing.T) {
	old, next := cluster, secret.NewKey()
	both, err := secret.ParseKey(next.Encode() + "," + old.Encode())
	require.NoError(t, err)
	server := startServer(t, func(o *bus.ServerOptions) { o.Secret = both })
	with := func(key secret.Key, node string) (*bus.Conn, error) {
		return bus.Connect(t.Context(), bus.Options{URLs: urls(server), Role: bus.Control, Node: node, Secret: key, Log: testLog(t)})
	}
	conns := map[string]*bus.Conn{}
	for name, key := range map[string]secret.Key{"old": old, "both": both, "next": next} {
		conns[name], err = with(key, name)
		require.NoError(t, err, name)
		t.Cleanup(conns[name].Close)
	}
	_, err = with(secret.NewKey(), "stranger")
	require.Error(t, err)

	ctx := t.Context()
	require.NoError(t, bus.Provision(ctx, conns["both"], bus.ProvisionOptions{}))
	kv, err := conns["old"].Control.Bucket(ctx, bus.VirtualKeys)
	require.NoError(t, err)
	for _, name := range []string{"a", "b"} {
		_, err = kv.Put(ctx, name, conns["old"].Derive("p").Seal([]byte("text of "+name), name))
		require.NoError(t, err)
	}
	_, err = kv.Put(ctx, "foreign", []byte("of nobody's"))
	require.NoError(t, err)
	read := func(as, name string) string {
		e, err := kv.Get(ctx, name)
		require.NoError(t, err)
		text, err := conns[as].Derive("p").Open(e.Value(), name)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
	require.Equal(t, "text of a", read("both", "a"))
	require.Equal(t, secret.ErrSealed.Error(), read("next", "a"))

	n, err := conns["both"].Reseal(ctx, bus.VirtualKeys, "p")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, "text of a", read("next", "a"), "the old key is not needed any more")
	require.Equal(t, "text of b", read("next", "b"))
	n, err = conns["both"].Reseal(ctx, bus.VirtualKeys, "p")
	require.NoError(t, err)
	require.Zero(t, n)
}
