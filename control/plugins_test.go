package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPluginsAreManaged(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", "/api/plugins", `{"name":"rules","kind":"words","config":{"api_key":"0123456789abcdef","words":["x"]},"order":2}`)
	settings := made["plugin"].(map[string]any)["config"].(map[string]any)
	require.Equal(t, []any{"x"}, settings["words"])
	require.NotContains(t, settings["api_key"], "0123456789")
	d.call(409, "POST", "/api/plugins", `{"name":"rules"}`)
	d.call(422, "POST", "/api/plugins", `{"name":"bad","ops":["telepathy"]}`)
	d.call(422, "POST", "/api/plugins", `{"name":"bad","on_error":"perhaps"}`)
	d.call(200, "POST", "/api/plugins", `{"name":"other","enabled":false}`)

	require.EqualValues(t, 2, d.call(200, "GET", "/api/plugins", "")["total_count"])
	changed := d.call(200, "PUT", "/api/plugins/rules", `{"enabled":false,"rollout_percent":10}`)["plugin"].(map[string]any)
	require.Equal(t, false, changed["enabled"])
	require.EqualValues(t, 10, changed["rollout_percent"])
	require.EqualValues(t, 2, changed["order"])
	d.call(200, "DELETE", "/api/plugins/rules", "")
	d.call(404, "GET", "/api/plugins/rules", "")
}
