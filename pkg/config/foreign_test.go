package config

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

type settings struct {
	Name    string   `json:"name,omitempty" required:"true" doc:"Name."`
	APIKey  Secret   `json:"api_key,omitempty" doc:"Key."`
	Percent float64  `json:"percent,omitempty" minimum:"0" maximum:"100" default:"50" doc:"Share."`
	More    Raw      `json:"more,omitempty" kind:"object" doc:"More."`
	List    []string `json:"list,omitempty" enum:"a,b" doc:"List."`
}

func TestWhatAnOwnerDeclaresIsDecodedAndCheckedAsTheConfigurationIs(t *testing.T) {
	t.Setenv("KEY_OF_TEST", "hunter2")
	var s settings
	require.NoError(t, Decode(json.RawMessage(`{"name":"n","api_key":"env.KEY_OF_TEST","more":{"token":"env.KEY_OF_TEST","list":[1,null]}}`), &s))
	require.Equal(t, settings{Name: "n", APIKey: "hunter2", Percent: 50, More: Raw(`{"token":"hunter2","list":[1,null]}`)}, s)

	err := Decode(json.RawMessage(`{"nam":"n","percent":101,"list":["c"],"more":1}`), &s)
	require.ErrorContains(t, err, `nam: unknown key, did you mean "name"?`)
	require.ErrorContains(t, err, "percent: must be ≤ 100")
	require.ErrorContains(t, err, "list[0]: must be a or b")
	require.ErrorContains(t, err, "more: must be an object, not a number")
	require.ErrorContains(t, err, "name: is required")
	require.NotContains(t, err.Error(), "line")

	require.Error(t, Decode(json.RawMessage(`{`), &s))
	require.ErrorContains(t, Decode(nil, &s), "name: is required")
}

func TestKeysAreToldForDocumentation(t *testing.T) {
	require.Equal(t, []Declared{
		{"name", "string", "", "Required. Name."},
		{"api_key", "secret", "", "Key."},
		{"percent", "number", "50", "Share. From 0 to 100."},
		{"more", "any", "", "More."},
		{"list", "list of string", "", "List. One of `a`, `b`."},
	}, DeclaredIn(&settings{}))
}

func TestSecretsOfARawValueAreHiddenByTheirKeys(t *testing.T) {
	raw := Raw(`{"api_key":"sk-1","max_tokens":5,"token_url":"https://x","a":[{"client_secret":{"value":"x"}}],"headers":{"x":"y"},"name":"n"}`)
	shown, err := json.Marshal(raw)
	require.NoError(t, err)
	require.JSONEq(t, `{"api_key":"****","max_tokens":5,"token_url":"https://x","a":[{"client_secret":{"value":"****"}}],"headers":{"x":"****"},"name":"n"}`, string(shown))
}
