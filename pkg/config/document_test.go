package config

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADocumentKeepsItsReferencesAndWhatTheyStoodFor(t *testing.T) {
	env := WithEnv(func(name string) (string, bool) { return "value-of-" + name, name == "OPENAI_KEY" })
	d, _, err := ReadDocument([]byte("providers:\n  openai:\n    keys: [{value: env.OPENAI_KEY, weight: .5}, {value: plain, weight: 007.0}]\n"), YAML, env)
	require.NoError(t, err)
	require.Equal(t, `{"providers":{"openai":{"keys":[{"value":"env.OPENAI_KEY","weight":0.5},{"value":"plain","weight":7.0}]}}}`, string(d.JSON))
	require.Equal(t, map[string]string{"env.OPENAI_KEY": "value-of-OPENAI_KEY"}, d.References)

	passed, err := json.Marshal(d)
	require.NoError(t, err)
	var elsewhere Document
	require.NoError(t, json.Unmarshal(passed, &elsewhere))
	nowhere := WithEnv(func(string) (string, bool) { return "", false })
	c, _, err := elsewhere.Config(nowhere)
	require.NoError(t, err)
	require.Equal(t, "value-of-OPENAI_KEY", c.Providers["openai"].Keys[0].Value.Reveal())
	require.InDelta(t, 0.5, c.Providers["openai"].Keys[0].Weight, 0)
}

func TestADocumentDoesNotFollowReferencesWhereItArrives(t *testing.T) {
	d := Document{JSON: []byte(`{"providers":{"openai":{"keys":[{"value":"env.HOME"},{"value":"file:/etc/hostname"}]}}}`)}
	_, _, err := d.Config()
	require.ErrorContains(t, err, "providers.openai.keys[0].value: what env.HOME refers to was not known")
	require.ErrorContains(t, err, "providers.openai.keys[1].value: what file:/etc/hostname refers to was not known")
}

func TestOnlyTheEnvironmentIsReadForADocumentFromElsewhere(t *testing.T) {
	env := WithEnv(func(name string) (string, bool) { return "value-of-" + name, name != "MISSING" })
	d := Document{JSON: []byte(`{"a":"env.A","b":["env.ASBRU_SECRET_KEY","file:/etc/hostname"],"c":{"d":"env.MISSING","e":"file:known","f":"env.K"}}`)}
	require.NoError(t, d.Resolve(map[string]string{"file:known": "k", "env.K": "old"}, env))
	require.Equal(t, map[string]string{"env.A": "value-of-A", "file:known": "k", "env.K": "old"}, d.References)
}

func TestNumbersOfYAMLBecomeNumbersOfJSON(t *testing.T) {
	for yaml, want := range map[string]string{
		"0": "0", "-0": "-0", "+1": "1", ".5": "0.5", "-.5": "-0.5", "5.": "5", "007": "7", "1e3": "1e3", "+1.5E-3": "1.5e-3", "00": "0",
	} {
		require.Equal(t, want, jsonNumber(yaml))
		require.True(t, json.Valid([]byte(jsonNumber(yaml))))
	}
}
