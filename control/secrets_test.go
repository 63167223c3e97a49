package control_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/stretchr/testify/require"
)

func TestASecretThatChangesInTheVaultIsPutInForceWithoutARestart(t *testing.T) {
	c := bustest.Start(t)
	p := rollout.NewPublisher(rollout.NewRecord(c.Connect(t, bus.Control, "control")), c.Secret)
	ctx, log := t.Context(), slog.New(slog.DiscardHandler)
	values := map[string]string{"vault:openai#key": "sk-first"}
	read := func(reference string) (string, error) {
		if value := values[reference]; value != "" {
			return value, nil
		}
		return "", errors.New("sealed")
	}
	require.NoError(t, control.RefreshSecretsOnce(ctx, p, read, log), "before there is a configuration")
	const text = `{"providers":{"openai":{"keys":[{"name":"k","value":"vault:openai#key","models":["*"]}]}}}`
	d, _, err := config.ReadDocument([]byte(text), config.JSON, config.WithVault(read))
	require.NoError(t, err)
	_, err = p.Commit(ctx, d, rollout.Change{Author: "test"})
	require.NoError(t, err)
	key := func() (uint64, string) {
		commit, d, err := p.Newest(ctx)
		require.NoError(t, err)
		cfg, _, err := d.Config()
		require.NoError(t, err)
		redacted, err := d.Redacted()
		require.NoError(t, err)
		require.JSONEq(t, text, string(redacted), "the reference stays, and is no secret")
		return commit.Revision, cfg.Providers["openai"].Keys[0].Value.Reveal()
	}
	first, value := key()
	require.Equal(t, "sk-first", value)

	values["vault:openai#key"] = "sk-second"
	require.NoError(t, control.RefreshSecretsOnce(ctx, p, read, log))
	second, value := key()
	require.Greater(t, second, first)
	require.Equal(t, "sk-second", value)

	require.NoError(t, control.RefreshSecretsOnce(ctx, p, read, log))
	clear(values)
	require.NoError(t, control.RefreshSecretsOnce(ctx, p, read, log))
	third, value := key()
	require.Equal(t, second, third, "nothing has changed, or nothing can be read")
	require.Equal(t, "sk-second", value)
}

func TestAReferenceThatLeadsNowhereIsAProblemOfTheConfiguration(t *testing.T) {
	for _, opts := range [][]config.Option{nil, {config.WithVault(func(string) (string, error) { return "", errors.New("sealed") })}} {
		_, _, err := config.ReadDocument([]byte(`{"webhooks":{"secret":"vault:x#y"}}`), config.JSON, opts...)
		require.ErrorContains(t, err, "webhooks.secret: vault:x#y")
	}
}
