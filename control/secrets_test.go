package control_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

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
	open := func(*config.Vault) func(string) (string, error) { return read }
	refresh := func() time.Duration {
		again, err := control.RefreshSecretsOnce(ctx, p, open, log)
		require.NoError(t, err)
		return again
	}
	require.Equal(t, time.Minute, refresh(), "before there is a configuration")
	const text = `{"providers":{"openai":{"keys":[{"name":"k","value":"vault:openai#key","models":["*"]}]}},
		"secrets":{"vault":{"address":"https://vault:8200","auth":{"kubernetes":{"role":"asbru"}},"refresh_interval":5}}}`
	d, _, err := config.ReadDocument([]byte(text), config.JSON, config.WithVault(open))
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
	require.Equal(t, 5*time.Second, refresh())
	second, value := key()
	require.Greater(t, second, first)
	require.Equal(t, "sk-second", value)

	require.Equal(t, 5*time.Second, refresh())
	clear(values)
	require.Equal(t, 5*time.Second, refresh())
	third, value := key()
	require.Equal(t, second, third, "nothing has changed, or nothing can be read")
	require.Equal(t, "sk-second", value)
}

func TestAReferenceThatLeadsNowhereIsAProblemOfTheConfiguration(t *testing.T) {
	sealed := func(*config.Vault) func(string) (string, error) {
		return func(string) (string, error) { return "", errors.New("sealed") }
	}
	for _, opts := range [][]config.Option{nil, {config.WithVault(sealed)}} {
		_, _, err := config.ReadDocument([]byte(`{"webhooks":{"secret":"vault:x#y"}}`), config.JSON, opts...)
		require.ErrorContains(t, err, "webhooks.secret: vault:x#y")
	}
}
