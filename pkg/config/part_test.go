package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPartOfADocumentIsReplacedInItsPlace(t *testing.T) {
	team := Path{"governance", "teams"}
	for name, tc := range map[string]struct {
		from  string
		path  Path
		patch string
		want  string
	}{
		"made with all above it":  {`{}`, team.With(0), `{"name":"a","id":"x"}`, `{"governance":{"teams":[{"id":"x","name":"a"}]}}`},
		"merged":                  {`{"governance":{"teams":[{"id":"x","name":"a"}]}}`, team.With(0), `{"name":null,"tags":["t"]}`, `{"governance":{"teams":[{"id":"x","tags":["t"]}]}}`},
		"added":                   {`{"governance":{"teams":[{"id":"x"}]}}`, team.With(1), `{"id":"y"}`, `{"governance":{"teams":[{"id":"x"},{"id":"y"}]}}`},
		"removed":                 {`{"governance":{"teams":[{"id":"x"},{"id":"y"}]}}`, team.With(0), `null`, `{"governance":{"teams":[{"id":"y"}]}}`},
		"removed by its key":      {`{"providers":{"openai":{},"cohere":{}}}`, Path{"providers", "openai"}, `null`, `{"providers":{"cohere":{}}}`},
		"made under a key":        {`{"providers":{}}`, Path{"providers", "openai"}, `{"keys":[{"weight":1,"name":"a"}]}`, `{"providers":{"openai":{"keys":[{"name":"a","weight":1}]}}}`},
		"nothing where there was": {`{"providers":{}}`, Path{"providers", "openai"}, `null`, `{"providers":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := (&Document{JSON: []byte(tc.from)}).WithPart(tc.path, []byte(tc.patch))
			require.NoError(t, err)
			require.Equal(t, tc.want, string(got))
		})
	}
	_, err := (&Document{JSON: []byte(`{}`)}).WithPart(team.With(3), []byte(`{}`))
	require.ErrorContains(t, err, "governance.teams[3]: the list has no place 3")
	require.Equal(t, `providers["my one"].keys[2]`, Path{"providers", "my one", "keys", 2}.String())
}

func TestASecretFollowsItsKeyIntoAnID(t *testing.T) {
	d := Document{JSON: []byte(`{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111"},{"id":"b","value":"sk-bbbbbbbbbbbb2222"}]}}}`)}
	changed, err := d.Restored([]byte(`{"providers":{"openai":{"keys":[{"id":"b","name":"a","value":"****2222"},{"id":"a","value":"****1111"}]}}}`))
	require.NoError(t, err)
	require.Equal(t, `{"providers":{"openai":{"keys":[{"id":"b","name":"a","value":"sk-bbbbbbbbbbbb2222"},{"id":"a","value":"sk-aaaaaaaaaaaa1111"}]}}}`, string(changed))
	_, _, err = Parse([]byte(`{"providers":{"openai":{"keys":[{"value":"****1111"}]}}}`), JSON)
	require.ErrorContains(t, err, "providers.openai.keys[0].value: is how a secret is shown")
}
