package headers_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/headers"
)

func made(t testing.TB, settings string) plugin.Plugin {
	t.Helper()
	p, err := headers.Kind().Make(plugin.Env{Name: "headers"}, json.RawMessage(settings))
	require.NoError(t, err)
	return p
}

func call(metadata string, sent map[string]string) *plugin.Call {
	return &plugin.Call{
		Provider: "openai", Model: "gpt-5", Metadata: metadata, Caller: plugin.Caller{VirtualKey: "web", Team: "t1"},
		Header: func(name string) string { return sent[name] },
	}
}

func TestMetadataAreWritten(t *testing.T) {
	for name, tc := range map[string]struct{ rule, has, want string }{
		"added":            {`{"set_metadata":{"team":"{{team}}","key":"k-{{virtual_key}}"}}`, "a=1", "key=k-web,team=t1,a=1"},
		"in place":         {`{"set_metadata":{"team":"{{team}}"}}`, "team=other, a = 1", "team=t1,a=1"},
		"of a header":      {`{"set_metadata":{"tenant":"{{header.x-tenant}}"}}`, "", "tenant=blue;and=green"},
		"empty":            {`{"set_metadata":{"x":"{{header.x-none}}"}}`, "a=1", "a=1"},
		"removed":          {`{"remove_metadata":["a"]}`, "a=1,b=2", "b=2"},
		"all removed":      {`{"remove_metadata":["*"],"set_metadata":{"c":"3"}}`, "a=1,b=2", "c=3"},
		"met":              {`{"conditions":{"header":{"x-tenant":"^blue"},"models":["gpt-5"]},"set_metadata":{"c":"3"}}`, "", "c=3"},
		"not met":          {`{"conditions":{"header":{"x-tenant":"^red"}},"set_metadata":{"c":"3"}}`, "a=1", "a=1"},
		"header not there": {`{"conditions":{"header":{"x-none":""}},"set_metadata":{"c":"3"}}`, "a=1", "a=1"},
		"other model":      {`{"conditions":{"models":["o5"]},"set_metadata":{"c":"3"}}`, "a=1", "a=1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := call(tc.has, map[string]string{"x-tenant": "blue,and=green"})
			_, err := made(t, `{"rules":[`+tc.rule+`]}`).(plugin.RouteHook).BeforeRoute(t.Context(), c)
			require.Nil(t, err)
			require.Equal(t, tc.want, c.Metadata)
		})
	}
}

func TestHeadersAreSent(t *testing.T) {
	p := made(t, `{"rules":[
		{"send":{"X-Team":"{{team}}","X-None":"{{header.x-none}}"}},
		{"conditions":{"providers":["openai"]},"send":{"x-team":"later"}},
		{"conditions":{"providers":["anthropic"]},"send":{"X-Other":"y"}}]}`)
	c := call("", nil)
	_, err := p.(plugin.AttemptHook).BeforeAttempt(t.Context(), c)
	require.Nil(t, err)
	require.Equal(t, []plugin.Header{{Name: "X-Team", Value: "later"}}, c.Sent())
	require.True(t, plugin.Wants(p, plugin.BeforeAttempt))
	require.False(t, plugin.Wants(p, plugin.BeforeRoute))
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{}`:             "rules: is required",
		`{"rules":[{}]}`: "rules[0]: does nothing",
		`{"rules":[{"send":{"Authorization":"x"}}]}`:                              "rules[0].send.Authorization: is a header that the gateway sends itself",
		`{"rules":[{"send":{"a b":"x"}}]}`:                                        "rules[0].send.a b: is not a header name",
		`{"rules":[{"send":{"x":"{{nobody}}"}}]}`:                                 "rules[0].send.x: there is no value",
		`{"rules":[{"set_metadata":{"a=b":"x"}}]}`:                                "rules[0].set_metadata.a=b: is no name of metadata",
		`{"rules":[{"conditions":{"header":{"x":"("}},"send":{"x":"y"}}]}`:        "rules[0].conditions.header.x: is no regular",
		`{"rules":[{"conditions":{"providers":["x"]},"set_metadata":{"x":"y"}}]}`: "rules[0].conditions.providers: cannot be with metadata",
	} {
		_, err := headers.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want, settings)
	}
}

func BenchmarkHeaders(b *testing.B) {
	p := made(b, `{"rules":[{"send":{"X-Team":"{{team}}"}},{"conditions":{"header":{"x-tenant":"^red"}},"send":{"X-Tenant":"red"}}]}`).(plugin.AttemptHook)
	c := call("", map[string]string{"x-tenant": "blue"})
	b.ReportAllocs()
	for b.Loop() {
		_, _ = p.BeforeAttempt(b.Context(), c)
	}
}
