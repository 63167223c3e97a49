package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

const revealed = "sk-proj-0123456789abcdef"

func TestSecretIsRedactedHoweverItIsPrinted(t *testing.T) {
	key := Key{Name: "main", Value: revealed}
	provider := &Provider{Keys: []Key{key}, Network: Network{ExtraHeaders: map[string]Secret{"x": revealed}}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%T %[1]v", "%U", "%o", "%t"} {
		for _, value := range []any{Secret(revealed), key, &key, provider, map[Secret]Secret{revealed: revealed}, []any{Secret(revealed)}} {
			out := fmt.Sprintf(verb, value)
			require.NotContains(t, out, "0123456789", "verb %s", verb)
			require.NotContains(t, out, fmt.Sprintf("%x", "0123456789"), "verb %s", verb)
		}
	}
	require.Equal(t, "****cdef", fmt.Sprint(Secret(revealed)))
	require.Equal(t, `"****cdef"`, fmt.Sprintf("%#v", Secret(revealed)))
	require.Equal(t, revealed, Secret(revealed).Reveal())
}

func TestSecretIsRedactedInEveryEncoding(t *testing.T) {
	key := Key{Name: "main", Value: revealed}
	asJSON, err := json.Marshal(key)
	require.NoError(t, err)
	require.Contains(t, string(asJSON), `"value":"****cdef"`)
	require.NotContains(t, string(asJSON), revealed)
	asYAML, err := yaml.Marshal(key)
	require.NoError(t, err)
	require.NotContains(t, string(asYAML), revealed)

	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("configured", "secret", Secret(revealed), "key", key, "group", slog.GroupValue(slog.Any("s", Secret(revealed))))
	}
	require.NotContains(t, log.String(), revealed)
	require.Contains(t, log.String(), "****cdef")
}

func TestShortSecretShowsNothing(t *testing.T) {
	require.Equal(t, "****", Secret("hunter2").String())
	require.Empty(t, Secret("").String())
}

func TestNoProblemOrNoteQuotesAValue(t *testing.T) {
	const password = "hunter2hunter2"
	for _, document := range []string{
		`{"providers": {"openai": {"keys": {"value": "` + password + `"}}}}`,
		`{"providers": {"openai": {"keys": [{"value": ["` + password + `"]}]}}}`,
		`{"providers": {"openai": {"keys": [{"value": "` + password + `\n"}], "network_config": {"base_url": "https://u:` + password + `@h"}}}}`,
		`{"providers": {"openai": {"proxy_config": {"type": "http", "url": "ftp://u:` + password + `@h"}, "cancel": "` + password + `"}}}`,
		`{"providers": {"openai": {"proxy_config": {"type": "http", "url": "http://u:` + password + `@[h"}}}}`,
		`{"governance": {"virtual_keys": [{"value": "` + password + `"}, {"value": "` + password + `"}]}}`,
		`{"encryption_key": {"x": "` + password + `"}}`,
		`{"providers": {"openai": {"network_config": {"ca_cert_pem": "` + password + `", "max_retries": "` + password + `", "connect_timeout_ms": "` + password + `"}}}}`,
		"providers: {openai: {keys: [{value: *" + password + "}]}}",
		"providers: {openai: {keys: [{value: !" + password + " x}]}}",
		"providers: {openai: {keys: [{value: &" + password + "}]}}\n- x",
		"providers: {openai: {keys: [{value: %" + password + "}]}}",
		"providers: {openai: {keys: [{value: @" + password + "}]}}",
		"providers: {openai: {keys: [{value: \"" + password + "\\q\"}]}}",
		`{"providers": {"openai": {"keys": [{"value": "` + password + "\x01\"}]}}}",
	} {
		_, notes, err := Parse([]byte(document), Auto, testOptions...)
		require.Error(t, err, document)
		require.NotContains(t, err.Error(), password)
		require.NotContains(t, fmt.Sprint(notes), password)
		require.ErrorAs(t, err, new(*Problems))
	}
}
