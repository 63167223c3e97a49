package control_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func TestPluginsAreManaged(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", "/api/plugins", `{"name":"rules","kind":"house","config":{"api_key":"0123456789abcdef","words":["x"]},"order":2}`)
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

// house is a kind of plugins that wants words in its configuration.
func house() plugin.Kind {
	return plugin.Kind{Name: "house", Make: func(_ plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
		var s struct{ Words []string }
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		if len(s.Words) == 0 {
			return nil, errors.New("there are no words")
		}
		return named("house"), nil
	}}
}

type named string

func (n named) Name() string { return string(n) }

func TestAPluginThatNodesWouldRefuseIsNotCommitted(t *testing.T) {
	d := open(t)
	refusal := d.call(422, "POST", "/api/plugins", `{"name":"a","kind":"nonesuch"}`)["error"].(map[string]any)
	require.Equal(t, "invalid_request", refusal["code"])
	require.Equal(t, []any{map[string]any{"path": "body.kind", "message": "there is no such kind of plugin"}}, refusal["details"])
	refusal = d.call(422, "POST", "/api/plugins", `{"name":"a","kind":"house","config":{"words":[]}}`)["error"].(map[string]any)
	require.Equal(t, []any{map[string]any{"path": "body", "message": "there are no words"}}, refusal["details"])
	d.call(422, "PATCH", "/api/config", `{"plugins":[{"name":"a","kind":"house"}]}`)
	require.EqualValues(t, 0, d.call(200, "GET", "/api/plugins", "")["total_count"])
}
