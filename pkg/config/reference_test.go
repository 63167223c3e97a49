package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReferencesAreFollowedWhereverASecretOrAddressMayStand(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key"), []byte("sk-from-file\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "crlf"), []byte("two\r\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "vk"), []byte("sk-bf-1\n"), 0o600))
	path := filepath.Join(dir, "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`
providers:
  openai:
    keys:
      - {name: a, value: "file:key"}
      - {name: b, value: "file:`+dir+`/crlf"}
      - {name: c, value: {value: "****", env_var: env.EXPORTED, from_env: true}}
      - {name: d, value: {value: sk-plain, env_var: "", from_env: false}}
      - {name: e, value: environment}
    network_config:
      base_url: env.BASE
      extra_headers: {x-org: env.ORG}
    proxy_config: {type: http, url: env.PROXY, username: env.USER, password: "file:key"}
governance: {virtual_keys: [{name: v, value: "file:vk"}]}
`), 0o600))
	env := func(name string) (string, bool) {
		v, ok := map[string]string{
			"EXPORTED": "sk-exported", "BASE": "https://example.com/v1", "ORG": "org-1",
			"PROXY": "http://proxy:3128", "USER": "me",
		}[name]
		return v, ok
	}
	c, _, err := Load(path, WithEnv(env))
	require.NoError(t, err)
	p := c.Providers["openai"]
	var values []string
	for _, k := range p.Keys {
		values = append(values, k.Value.Reveal())
	}
	require.Equal(t, []string{"sk-from-file", "two", "sk-exported", "sk-plain", "environment"}, values)
	require.Equal(t, "https://example.com/v1", p.Network.BaseURL)
	require.Equal(t, "org-1", p.Network.ExtraHeaders["x-org"].Reveal())
	require.Equal(t, "http://proxy:3128", p.Proxy.URL.Reveal())
	require.Equal(t, "me", p.Proxy.Username.Reveal())
	require.Equal(t, "sk-from-file", p.Proxy.Password.Reveal())
	require.Equal(t, "sk-bf-1", c.Governance.VirtualKeys[0].Value.Reveal())
}

func TestMissingReferenceOfWhatIsSwitchedOffIsANote(t *testing.T) {
	_, notes, err := Parse([]byte(`{
		"providers": {"openai": {"keys": [{"value": "env.MISSING", "enabled": false}, {"value": "env.SET", "enabled": true}]}},
		"governance": {"virtual_keys": [{"value": "file:/nonexistent/vk", "is_active": false, "id": "x"}]}
	}`), JSON, testOptions...)
	require.NoError(t, err)
	require.Equal(t, []Note{
		{"providers.openai.keys[0].value", 2, 47, "environment variable MISSING is not set"},
		{"governance.virtual_keys[0]", 3, 35, "has no value, so no caller can use it"},
		{"governance.virtual_keys[0].value", 3, 45, "file /nonexistent/vk: no such file or directory"},
	}, notes)
}

func TestReferenceToWhatIsNoSmallFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "large"), []byte(strings.Repeat("x", maxReferencedBytes+1)), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty"), []byte("\n"), 0o600))
	for name, want := range map[string]string{
		"large":     "too large",
		"empty":     "is empty",
		".":         "not a regular file",
		"/dev/zero": "not a regular file",
	} {
		_, _, err := Parse([]byte(`{"providers": {"openai": {"keys": [{"value": "file:`+name+`"}]}}}`), JSON, WithDir(dir))
		require.ErrorContains(t, err, want, name)
	}
}
