package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testEnv answers every variable but those that begin with MISSING.
func testEnv(name string) (string, bool) {
	switch {
	case name == "EMPTY":
		return "", true
	case len(name) >= 7 && name[:7] == "MISSING":
		return "", false
	case strings.HasSuffix(name, "_URL"):
		return "https://" + name + ".example", true
	}
	return "value-of-" + name, true
}

func testProviders(name string) bool {
	return name == "openai" || name == "anthropic" || name == "gemini" || name == "mock"
}

var testOptions = []Option{WithEnv(testEnv), WithProviders(testProviders)}

func parseTest(t *testing.T, document string) *Config {
	t.Helper()
	c, _, err := Parse([]byte(document), Auto, testOptions...)
	require.NoError(t, err)
	return c
}

func TestProblemsAreAllListedWithPathAndPlace(t *testing.T) {
	tests := []struct {
		name, document string
		want           []string
	}{
		{"unknown key", `{"client": {"alow_direct_keys": true}}`, []string{
			`client.alow_direct_keys: unknown key, did you mean "allow_direct_keys"? (line 1, column 13)`,
		}},
		{"unknown key at the top", `{"provders": {}}`, []string{
			`provders: unknown key, did you mean "providers"? (line 1, column 2)`,
		}},
		{"unknown key like none", `{"client": {"zzzzzzzzzzz": 1}}`, []string{
			`client.zzzzzzzzzzz: unknown key; the nearest is "drop_params" (line 1, column 13)`,
		}},
		{"key in another case", `{"client": {"Enable_Logging": true}}`, []string{
			`client.Enable_Logging: unknown key, did you mean "enable_logging"? (line 1, column 13)`,
		}},
		{"swapped letters", `{"providers": {"openai": {"concurrency_and_buffer_size": {"concurency": 3}}}}`, []string{
			`providers.openai.concurrency_and_buffer_size.concurency: unknown key, did you mean "concurrency"? (line 1, column 59)`,
		}},
		{"several at once", `{"providers": {"openai": {"keys": [{"weight": 1}, {"weight": -1, "models": "gpt-4o"}]}}, "server": {"tls_cert_file": "x"}}`, []string{
			`providers.openai.keys[1].weight: must be ≥ 0 (line 1, column 62)`,
			`providers.openai.keys[1].models: must be a list, not a string (line 1, column 76)`,
			`server: needs both tls_cert_file and tls_key_file, or neither (line 1, column 90)`,
		}},
		{"bounds", "client: {max_request_body_size_mb: 0}\nproviders: {openai: {network_config: {max_retries: 101}}}", []string{
			`client.max_request_body_size_mb: must be ≥ 1 (line 1, column 36)`,
			`providers.openai.network_config.max_retries: must be ≤ 100 (line 2, column 52)`,
		}},
		{"enums", `{"version": 3, "providers": {"openai": {"cancel": "wait", "proxy_config": {"type": "socks4"}}}}`, []string{
			`version: must be 1 or 2 (line 1, column 13)`,
			`providers.openai.cancel: must be stop or drain (line 1, column 51)`,
			`providers.openai.proxy_config.type: must be none, http, socks5 or environment (line 1, column 84)`,
		}},
		{"kinds", `{"client": [], "providers": {"openai": {"keys": {}, "retry_ambiguous": 1, "network_config": {"max_retries": "3", "extra_headers": {"a": 1}}}}}`, []string{
			`client: must be an object, not a list (line 1, column 12)`,
			`providers.openai.keys: must be a list, not an object (line 1, column 49)`,
			`providers.openai.retry_ambiguous: must be true or false, not a number (line 1, column 72)`,
			`providers.openai.network_config.max_retries: must be a number, not a string (line 1, column 109)`,
			`providers.openai.network_config.extra_headers.a: must be a string, not a number (line 1, column 137)`,
		}},
		{"kind of an unused section", `{"saml_config": []}`, []string{`saml_config: must be an object, not a list (line 1, column 17)`}},
		{"null in a list", `{"client": {"allowed_origins": [null]}}`, []string{
			`client.allowed_origins[0]: must be a string, not null (line 1, column 33)`,
		}},
		{"whole numbers", `{"client": {"max_request_body_size_mb": 1.5}, "server": {"max_connections": 1e30}}`, []string{
			`client.max_request_body_size_mb: must be a whole number (line 1, column 41)`,
			`server.max_connections: is out of range (line 1, column 77)`,
		}},
		{"number beyond all", `{"providers": {"openai": {"keys": [{"weight": 1e999}]}}}`, []string{
			`providers.openai.keys[0].weight: is out of range (line 1, column 47)`,
		}},
		{"durations", `{"providers": {"openai": {"network_config": {"retry_backoff_initial": "1500us", "connect_timeout_ms": "soon", "default_request_timeout_in_seconds": 1e15}}}}`, []string{
			`providers.openai.network_config.retry_backoff_initial: must be a whole number of milliseconds, or such a time with its unit, like "1m30s" (line 1, column 71)`,
			`providers.openai.network_config.connect_timeout_ms: must be a whole number of milliseconds, or such a time with its unit, like "1m30s" (line 1, column 103)`,
			`providers.openai.network_config.default_request_timeout_in_seconds: is out of range (line 1, column 149)`,
		}},
		{"backoff the wrong way round", `{"providers": {"openai": {"network_config": {"retry_backoff_initial": 6000}}}}`, []string{
			`providers.openai.network_config.retry_backoff_initial: must be ≤ retry_backoff_max (line 1, column 46)`,
		}},
		{"two names of one key", `{"providers": {"openai": {"network_config": {"retry_backoff_max": 6000, "retry_backoff_max_ms": 6000}}}}`, []string{
			`providers.openai.network_config.retry_backoff_max_ms: is another name of retry_backoff_max, which is given too (line 1, column 73)`,
		}},
		{"unknown provider", `{"providers": {"opnai": {}}}`, []string{
			`providers.opnai: unknown provider, did you mean "openai"? (one of your own needs custom_provider_config) (line 1, column 16)`,
		}},
		{"provider's name", `{"providers": {"a/b": {}}}`, []string{
			`providers["a/b"]: a provider's name may have letters, digits and . _ - only (line 1, column 16)`,
		}},
		{"custom provider", `{"providers": {"mine": {"custom_provider_config": {"base_provider_type": "opena", "allowed_requests": {"chat": true}}}, "other": {"custom_provider_config": {}}}}`, []string{
			`providers.mine.network_config.base_url: is required for a custom provider (line 1, column 16)`,
			`providers.mine.custom_provider_config.base_provider_type: unknown provider, did you mean "openai"? (line 1, column 52)`,
			`providers.mine.custom_provider_config.allowed_requests.chat: unknown key, did you mean "chat_completion"? (line 1, column 104)`,
			`providers.other.network_config.base_url: is required for a custom provider (line 1, column 121)`,
			`providers.other.custom_provider_config.base_provider_type: is required (line 1, column 157)`,
		}},
		{"required key that is null", `{"providers": {"mine": {"custom_provider_config": {"base_provider_type": null}, "network_config": {"base_url": "http://h"}}}}`, []string{
			`providers.mine.custom_provider_config.base_provider_type: is required (line 1, column 51)`,
		}},
		{"addresses", `{"providers": {"openai": {"network_config": {"base_url": "api.openai.com", "ca_cert_pem": "x", "extra_headers": {"a b": "c"}}, "proxy_config": {"type": "http", "url": "socks5://p:1"}}, "anthropic": {"proxy_config": {"type": "socks5"}}}}`, []string{
			`providers.openai.network_config.base_url: must begin with http:// or https:// (line 1, column 46)`,
			`providers.openai.network_config.ca_cert_pem: must be a PEM certificate (line 1, column 76)`,
			`providers.openai.network_config.extra_headers["a b"]: is not a header name (line 1, column 114)`,
			`providers.openai.proxy_config.url: must begin with http:// or https:// (line 1, column 161)`,
			`providers.anthropic.proxy_config.url: is required for a proxy of type socks5 (line 1, column 200)`,
		}},
		{"keys that cannot be told apart", `{"providers": {"openai": {"keys": [{"name": "a", "id": "x"}, {"name": "a", "id": "x"}]}}}`, []string{
			`providers.openai.keys[1].name: is the same as providers.openai.keys[0].name (line 1, column 63)`,
			`providers.openai.keys[1].id: is the same as providers.openai.keys[0].id (line 1, column 76)`,
		}},
		{"a key that would break a header", `{"providers": {"openai": {"keys": [{"value": "sk-a\r\nx: y"}]}}}`, []string{
			`providers.openai.keys[0].value: must not have line breaks or control characters (line 1, column 37)`,
		}},
		{"labels of metrics", `{"client": {"prometheus_labels": ["team", "team name", "7"]}}`, []string{
			`client.prometheus_labels[1]: must be letters, digits, _ and -, and not begin with a digit or __ (line 1, column 43)`,
			`client.prometheus_labels[2]: must be letters, digits, _ and -, and not begin with a digit or __ (line 1, column 56)`,
		}},
		{"virtual keys", `{"governance": {"virtual_keys": [{"id": "a", "value": "v"}, {"id": "a", "value": "v", "provider_configs": [{}]}]}}`, []string{
			`governance.virtual_keys[1].id: is the same as governance.virtual_keys[0].id (line 1, column 62)`,
			`governance.virtual_keys[1].value: is the same as governance.virtual_keys[0].value (line 1, column 73)`,
			`governance.virtual_keys[1].provider_configs[0].provider: is required (line 1, column 108)`,
		}},
		{"repeated key", `{"client": {}, "saml_config": {"a": 1, "a": 2}, "client": {}}`, []string{
			`saml_config.a: is given twice (line 1, column 40)`,
			`client: is given twice (line 1, column 49)`,
		}},
		{"repeated key spelt with an escape", `{"client": {}, "cl\u0069ent": {}}`, []string{
			`client: is given twice (line 1, column 16)`,
		}},
		{"repeated key in YAML", "client:\n  enable_logging: true\n  enable_logging: false\n", []string{
			`client.enable_logging: is given twice (line 3, column 3)`,
		}},
		{"missing references", `{"providers": {"openai": {"keys": [{"value": "env.MISSING"}, {"value": "env.EMPTY"}, {"value": "file:/nonexistent/key"}]}}}`, []string{
			`providers.openai.keys[0].value: environment variable MISSING is not set (line 1, column 46)`,
			`providers.openai.keys[1].value: environment variable EMPTY is empty (line 1, column 72)`,
			`providers.openai.keys[2].value: file /nonexistent/key: no such file or directory (line 1, column 96)`,
		}},
		{"not JSON", `{"client": {"enable_logging": tru}}`, []string{
			`not JSON: invalid character '}' in literal true (expecting 'e') (line 1, column 34)`,
		}},
		{"JSON cut short", "{\n  \"client\": {", []string{`not JSON: unexpected end of JSON input (line 2, column 13)`}},
		{"JSON with a comma too many", `{"version": 1,}`, []string{
			`not JSON: invalid character '}' looking for beginning of object key string (line 1, column 15)`,
		}},
		{"two JSON documents", `{} {}`, []string{`not JSON: invalid character '{' after top-level value (line 1, column 4)`}},
		{"not YAML", "client: [1, 2", []string{`not YAML: did not find expected ',' or ']' (line 2, column 1)`}},
		{"two YAML documents", "version: 1\n---\nversion: 2\n", []string{`more than one YAML document (line 2, column 1)`}},
		{"merge key", "client: &c {}\nserver:\n  <<: *c\n", []string{`merge keys (<<) are not part of YAML 1.2 (line 3, column 3)`}},
		{"alias within itself", "client: &c\n  allowed_origins: [*c]\n", []string{`nested too deeply (line 2, column 20)`}},
		{"foreign tag", "version: !mine 1\n", []string{`unknown YAML tag (line 1, column 10)`}},
		{"list as a key", "? [a]\n: 1\n", []string{`a key must be a string (line 1, column 3)`}},
		{"not an object", `[]`, []string{`must be an object, not a list (line 1, column 1)`}},
		{"empty", " \n", []string{`the file is empty`}},
		{"comments only", "# nothing\n", []string{`the file is empty`}},
		{"not UTF-8", "version: \xff", []string{`not UTF-8`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Parse([]byte(tt.document), Auto, testOptions...)
			var problems *Problems
			require.ErrorAs(t, err, &problems)
			var got []string
			for _, p := range problems.List {
				got = append(got, p.String())
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestOwnFileInYAMLMeansWhatItSays(t *testing.T) {
	c, notes, err := Load("testdata/asbru.yaml", testOptions...)
	require.NoError(t, err)
	openai := c.Providers["openai"]
	require.Equal(t, "value-of-OPENAI_API_KEY", openai.Keys[0].Value.Reveal())
	require.Equal(t, map[string]string{"fast": "gpt-4o-mini", "gpt-4.1": "gpt-4.1-2025-04-14"}, openai.Keys[0].Aliases)
	require.Equal(t, "main", openai.Keys[0].ID)
	require.Equal(t, 1.0, openai.Keys[0].Weight)
	require.True(t, openai.Keys[0].IsEnabled())
	initial, longest := openai.Network.Backoff()
	require.Equal(t, 250*time.Millisecond, initial)
	require.Equal(t, 2*time.Second, longest)
	require.Equal(t, 1500*time.Millisecond, openai.Network.ConnectTimeout())
	require.Equal(t, 2*time.Minute, openai.Network.StreamIdleTimeout())
	require.Equal(t, 30*time.Second, openai.Network.FirstByteTimeout())
	require.True(t, openai.Drains())
	require.Equal(t, 10*time.Second, openai.DrainTimeout())
	require.True(t, openai.RetryAmbiguous)
	local := c.Providers["local"]
	require.True(t, local.Custom.IsKeyLess)
	require.NotNil(t, local.Custom.AllowedRequests, "{} is none; absent would be all")
	require.Equal(t, 50, c.Client.MetricsModels())
	require.Equal(t, 32768, c.Server.HeaderBytes())
	require.Equal(t, []Note{
		{"providers.openai.network_config.retry_backoff_initial_ms", 9, 7, "is another name of retry_backoff_initial"},
		{"server.read_buffer_size", 24, 3, "is another name of max_header_bytes"},
	}, notes)
}

func TestPlainScalarsFollowYAML12Core(t *testing.T) {
	c := parseTest(t, `
providers:
  openai:
    keys:
      - {name: yes, value: "123", weight: 1e1}
      - {name: 2024-10-21, value: '0777', weight: 0x10}
      - {name: !!str 12, value: no, weight: .5}
      - {name: ~, value: x, weight: 0o17}
    network_config: {max_retries: 010}
    retry_ambiguous: True
`)
	keys := c.Providers["openai"].Keys
	require.Equal(t, []string{"yes", "2024-10-21", "12", "key-4"}, []string{keys[0].Name, keys[1].Name, keys[2].Name, keys[3].Name})
	require.Equal(t, []float64{10, 16, .5, 15}, []float64{keys[0].Weight, keys[1].Weight, keys[2].Weight, keys[3].Weight})
	require.Equal(t, "0777", keys[1].Value.Reveal())
	require.Equal(t, "no", keys[2].Value.Reveal())
	require.Equal(t, 10, c.Providers["openai"].Network.MaxRetries)
	require.True(t, c.Providers["openai"].RetryAmbiguous)
}

func TestDefaultsHoldForAFileAndForAConfigWrittenInGo(t *testing.T) {
	inFile := parseTest(t, `{"providers": {"openai": {"keys": [{}]}}}`)
	for name, c := range map[string]*Config{
		"file": inFile,
		"Go":   {Providers: map[string]Provider{"openai": {Keys: []Key{{}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.Providers["openai"]
			require.Equal(t, 30*time.Second, p.Network.RequestTimeout())
			require.Equal(t, 5*time.Second, p.Network.ConnectTimeout())
			require.Equal(t, 30*time.Second, p.Network.FirstByteTimeout())
			require.Equal(t, 60*time.Second, p.Network.StreamIdleTimeout())
			initial, longest := p.Network.Backoff()
			require.Equal(t, 500*time.Millisecond, initial)
			require.Equal(t, 5*time.Second, longest)
			require.Equal(t, 1000, p.Concurrency.Slots())
			require.Equal(t, 5000, p.Concurrency.Queue())
			require.False(t, p.Drains())
			require.Equal(t, 30*time.Second, p.DrainTimeout())
			require.Equal(t, 1<<20, p.DrainMaxBytes())
			require.True(t, p.Keys[0].IsEnabled())
			require.True(t, c.Client.Logs())
			require.Equal(t, 100<<20, c.Client.MaxBodyBytes())
			require.Equal(t, 15*time.Second, c.Client.Heartbeat())
			require.Equal(t, 500, c.Client.MetricsModels())
			require.Equal(t, 60*time.Second, c.Server.ReadTimeout())
			require.Equal(t, 30*time.Second, c.Server.WriteTimeout())
			require.Equal(t, 2*time.Minute, c.Server.IdleTimeout())
			require.Equal(t, 65536, c.Server.Connections())
			require.Equal(t, 32768, c.Server.HeaderBytes())
			require.Equal(t, 8192, c.Server.URLBytes())
		})
	}
	require.Equal(t, 1.0, inFile.Providers["openai"].Keys[0].Weight)
	require.Equal(t, *Default(), *parseTest(t, `{}`))
}

func TestWeightOfZeroIsNotTheDefault(t *testing.T) {
	c := parseTest(t, `{"providers": {"openai": {"keys": [{"weight": 0}]}}}`)
	require.Zero(t, c.Providers["openai"].Keys[0].Weight)
}

func TestNullIsAsGoodAsAbsent(t *testing.T) {
	c := parseTest(t, `{"client": null, "providers": {"openai": {"keys": [{"weight": null, "enabled": null}], "proxy_config": null}}}`)
	require.Equal(t, 1.0, c.Providers["openai"].Keys[0].Weight)
	require.True(t, c.Providers["openai"].Keys[0].IsEnabled())
	require.Equal(t, "none", c.Providers["openai"].Proxy.Type)
	require.True(t, c.Client.Logs())
}

func TestFormatIsToldByNameOrContent(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		content string
		ok      bool
	}{
		"a.json": {`{"version": 1}`, true},
		"b.yaml": {`version: 1`, true},
		"c.yml":  {`{version: 1}`, true},
		"d.conf": {`{"version": 1}`, true},
		"e.conf": {`version: 1`, true},
		"f.json": {`version: 1`, false},
		"g.JSON": {"\xef\xbb\xbf{\"version\": 1}", true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			problems, _ := Check(path)
			require.Equal(t, tt.ok, len(problems) == 0, "%v", problems)
		})
	}
}

func TestFileThatCannotBeReadIsAProblem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.json")
	_, _, err := Load(path)
	require.EqualError(t, err, "file "+path+": no such file or directory")
	problems, _ := Check(t.TempDir())
	require.Len(t, problems, 1)
	require.Contains(t, problems[0].Message, "not a regular file")
}

func TestErrorOfAFileNamesItAndListsAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"version": 0, "a": 1}`), 0o600))
	_, _, err := Load(path)
	require.EqualError(t, err, path+": 2 problems\n"+
		"version: must be 1 or 2 (line 1, column 13)\n"+
		`a: unknown key; the nearest is "mcp" (line 1, column 16)`)
}

func TestConfigWrittenInGoIsValidated(t *testing.T) {
	c := &Config{
		Version: 3,
		Providers: map[string]Provider{
			"opnai":  {},
			"openai": {Keys: []Key{{Weight: -1}}, Network: Network{BaseURL: "x", MaxRetries: -1}, Cancel: "wait"},
			"mine":   {Custom: &Custom{}, Network: Network{BaseURL: "http://h"}},
		},
	}
	_, err := c.Validate(WithProviders(testProviders))
	require.EqualError(t, err, "providers.mine.custom_provider_config.base_provider_type: is required\n"+
		"providers.openai.cancel: must be stop or drain\n"+
		"providers.openai.keys[0].weight: must be ≥ 0\n"+
		"providers.openai.network_config.base_url: must begin with http:// or https://\n"+
		"providers.openai.network_config.max_retries: must be ≥ 0\n"+
		"providers.opnai: unknown provider, did you mean \"openai\"? (one of your own needs custom_provider_config)\n"+
		"version: must be 1 or 2")

	_, err = (&Config{Providers: map[string]Provider{"openai": {Keys: []Key{{Value: "sk"}}}}}).Validate(WithProviders(testProviders))
	require.NoError(t, err)
}
