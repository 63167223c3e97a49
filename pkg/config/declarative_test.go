package config

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const before = `{"client":{"enable_logging":true},"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111"}]},"cohere":{}},` +
	`"governance":{"teams":[{"id":"t","name":"T"},{"id":"u"}],"required_headers":["x-a"]}}`

func TestWhatAFileDoesNotNameStaysUnlessItIsPruned(t *testing.T) {
	d := &Document{JSON: []byte(before)}
	file := []byte(`{"providers":{"openai":{"keys":[{"name":"a","value":"****1111","weight":2}]}},"governance":{"teams":[{"id":"v"},{"id":"t","tags":["x"]}]}}`)
	got, err := d.Applied(file, false)
	require.NoError(t, err)
	require.Equal(t, `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111","weight":2}]},"cohere":{}},`+
		`"client":{"enable_logging":true},"governance":{"teams":[{"id":"t","tags":["x"]},{"id":"u"},{"id":"v"}],"required_headers":["x-a"]}}`, string(got))
	got, err = d.Applied(file, true)
	require.NoError(t, err)
	require.Equal(t, `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111","weight":2}]}},`+
		`"governance":{"teams":[{"id":"v"},{"id":"t","tags":["x"]}]}}`, string(got))
	_, err = d.Applied([]byte(`[]`), false)
	require.ErrorContains(t, err, "must be an object")
}

func TestDifferencesAreNamedAndTellNoSecret(t *testing.T) {
	from := &Document{JSON: []byte(before)}
	to := &Document{JSON: []byte(`{"client":{"enable_logging":true},"providers":{"openai":{"keys":[{"name":"a","value":"sk-bbbbbbbbbbbb1111"}]}},` +
		`"governance":{"teams":[{"id":"u","budget":{"max_limit":1}},{"id":"t","name":"New"}],"required_headers":["x-a","x-b"]}}`)}
	got, err := from.Differences(to)
	require.NoError(t, err)
	var lines []string
	for _, d := range got {
		lines = append(lines, d.Path+" "+string(d.From)+" "+string(d.To))
	}
	require.Equal(t, []string{
		`providers.openai.keys[a].value "****1111" "****1111"`,
		`providers.cohere {} `,
		`governance.teams[u].budget  {"max_limit":1}`,
		`governance.teams[t].name "T" "New"`,
		`governance.required_headers ["x-a"] ["x-a","x-b"]`,
	}, lines)
	same, err := from.Differences(from)
	require.NoError(t, err)
	require.Empty(t, same)
}

func TestADocumentIsTheSameInYAML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := `{"a":` + string(appendJSONString(nil, rapid.String().Draw(t, "text"))) + `,"b":[1,2.5,1e3,-0.1,true,false,null,"yes","1","null","~","0x1f","1e3",""],"c":{},"d":[]}`
		y, err := ToYAML([]byte(document))
		require.NoError(t, err)
		back, err := ToJSON(y)
		require.NoError(t, err, string(y))
		require.JSONEq(t, document, string(back), string(y))
	})
	_, err := ToJSON([]byte("a: 1\na: 2\n"))
	require.Error(t, err)
}
