package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const full = `{"providers":{"openai":{"keys":[` +
	`{"name":"a","value":"sk-aaaaaaaaaaaa1111","weight":1},{"name":"b","value":"env.B_KEY"},{"value":"short"}],` +
	`"network_config":{"extra_headers":{"X-Auth":"header-secret-2222"}},"proxy_config":{"type":"http","url":"http://p","password":"proxy-secret-3333"}}},` +
	`"encryption_key":"another-programs-secret","governance":{"virtual_keys":[{"id":"v","value":{"value":"sk-bf-virtual-key-4444"}}]}}`

func TestADocumentIsShownWithoutItsSecrets(t *testing.T) {
	d := Document{JSON: []byte(full)}
	shown, err := d.Redacted()
	require.NoError(t, err)
	for _, secret := range []string{"aaaa", "short", "header-secret", "proxy-secret", "another", "virtual-key"} {
		require.NotContains(t, string(shown), secret)
	}
	for _, kept := range []string{`"value":"****1111"`, `"value":"env.B_KEY"`, `"X-Auth":"****2222"`, `"weight":1`, `"type":"http"`} {
		require.Contains(t, string(shown), kept)
	}
}

func TestSecretsThatWereNotChangedArePutBack(t *testing.T) {
	d := Document{JSON: []byte(full)}
	shown, err := d.Redacted()
	require.NoError(t, err)
	same, err := d.Restored(shown)
	require.NoError(t, err)
	require.JSONEq(t, full, string(same))

	swapped := strings.NewReplacer(`{"name":"a","value":"****1111","weight":1},{"name":"b","value":"env.B_KEY"}`,
		`{"name":"b","value":"sk-new"},{"name":"a","value":"****1111","weight":5}`).Replace(string(shown))
	require.NotEqual(t, string(shown), swapped)
	changed, err := d.Restored([]byte(swapped))
	require.NoError(t, err)
	require.Contains(t, string(changed), `{"name":"b","value":"sk-new"},{"name":"a","value":"sk-aaaaaaaaaaaa1111","weight":5}`)
}

func TestASecretIsNotPutBackElsewhere(t *testing.T) {
	d := Document{JSON: []byte(full)}
	moved, err := d.Restored([]byte(`{"providers":{"evil":{"keys":[{"name":"a","value":"****1111"}],"network_config":{"base_url":"http://evil"}}}}`))
	require.NoError(t, err)
	require.NotContains(t, string(moved), "aaaa")
}
