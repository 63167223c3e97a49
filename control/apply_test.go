package control_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// whole is all that a desk is told to be.
func whole(d *desk) string {
	d.t.Helper()
	text, err := json.Marshal(d.call(200, "GET", "/api/export", ""))
	require.NoError(d.t, err)
	return string(text)
}

func TestWhatIsExportedIsAppliedWithoutAChange(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111"}]}},"governance":{"teams":[{"id":"t","name":"T"}]}}`)
	d.call(200, "POST", keysPath, `{"id":"own","name":"web","team_id":"t","budget":{"max_limit":5,"reset_duration":"1d"}}`)
	exported := whole(d)
	require.NotContains(t, exported, "aaaa")
	for _, path := range []string{"/api/apply?dry_run=true&prune=true", "/api/apply?prune=true", "/api/apply"} {
		answer := d.call(200, "POST", path, exported)
		require.Empty(t, answer["changes"], path)
		require.EqualValues(t, 1, answer["revision"])
	}
	require.Equal(t, exported, whole(d))
	require.Equal(t, "sk-aaaaaaaaaaaa1111", d.config().Providers["openai"].Keys[0].Value.Reveal())
}

func TestADocumentMakesAClusterWhatAnotherIs(t *testing.T) {
	one, other := open(t), open(t)
	one.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"a","value":"env.PATH"}]}},"governance":{"teams":[{"id":"t","name":"T"}]}}`)
	one.call(200, "POST", keysPath, `{"id":"own","name":"web","team_id":"t","tags":["x"]}`)
	other.call(200, "POST", keysPath, `{"id":"old","name":"old"}`)
	exported := whole(one)

	would := other.call(200, "POST", "/api/apply?prune=true&dry_run=true", exported)
	require.NotEmpty(t, would["changes"])
	require.Contains(t, fmt.Sprint(would["changes"]), "virtual_keys[old]")
	require.EqualValues(t, 1, other.call(200, "GET", keysPath, "")["total_count"])
	require.EqualValues(t, 0, other.call(200, "GET", "/api/config", "")["revision"])

	done := other.call(200, "POST", "/api/apply?prune=true", exported)
	require.Equal(t, would["changes"], done["changes"])
	require.Equal(t, exported, whole(other))
	require.Empty(t, other.call(200, "POST", "/api/apply?prune=true", exported)["changes"])
}

func TestADocumentByHandNeedsNoIDsAndNoDigests(t *testing.T) {
	d := open(t)
	document := `{"format":"asbru/1","configuration":{"governance":{"teams":[{"id":"t"}]}},"virtual_keys":[{"name":"web","team_id":"t"}]}`
	made := d.call(200, "POST", "/api/apply?message=first", document)["made"].([]any)[0].(map[string]any)
	require.Regexp(t, `^sk-asbru-`, made["value"])
	again := d.call(200, "POST", "/api/apply", document)
	require.Empty(t, again["changes"])
	require.NotContains(t, again, "made")
	d.call(200, "POST", "/api/apply", `{"format":"asbru/1","virtual_keys":[{"name":"web","tags":["x"]}]}`)
	k := d.call(200, "GET", keysPath+"/"+made["id"].(string), "")["virtual_key"].(map[string]any)
	require.NotContains(t, k, "team_id")
	require.Equal(t, []any{"x"}, k["tags"])
}

func TestADocumentThatMayNotBeChangesNothing(t *testing.T) {
	d := open(t)
	d.call(200, "POST", keysPath, `{"id":"own","name":"web"}`)
	was := whole(d)
	for document, path := range map[string]string{
		`{"format":"asbru/1","virtual_keys":[{"name":"a"},{"name":"b","budget":{"max`:                                              "body",
		`{"virtual_keys":[{"name":"a"}]}`:                                                                                          "body.format",
		`{"format":"asbru/1","virtual_keys":[{"name":"a"},{"name":"b","team_id":"none"}]}`:                                         "body.virtual_keys[1].team_id",
		`{"format":"asbru/1","virtual_keys":[{"name":"a"},{"name":"a"}]}`:                                                          "body.virtual_keys[1].name",
		`{"format":"asbru/1","virtual_keys":[{"name":"a","digest":"xyz"}]}`:                                                        "body.virtual_keys[0].digest",
		`{"format":"asbru/1","virtual_keys":[{"name":"a","budget":{"max_limit":0,"reset_duration":"1d"}}]}`:                        "body.virtual_keys[0].budget.max_limit",
		`{"format":"asbru/1","configuration":{"providers":{"openai":{"keys":[{"value":"****1111"}]}}}}`:                            "body.configuration.providers.openai.keys[0].value",
		`{"format":"asbru/1","configuration":{"governance":{"teams":[{"id":"t","parent_id":"t"}]}},"virtual_keys":[{"name":"a"}]}`: "body.configuration.governance.teams[0].parent_id",
		`{"format":"asbru/1","virtual_key":[]}`:                                                                                    "body.virtual_key",
		`{"format":"asbru/1","format":"asbru/1"}`:                                                                                  "body.format",
	} {
		refused := d.call(422, "POST", "/api/apply?prune=true", document)
		require.Contains(t, fmt.Sprint(refused), path, document)
		require.Equal(t, was, whole(d), document)
	}
	taken := d.call(409, "POST", "/api/apply", `{"format":"asbru/1","virtual_keys":[{"id":"another","name":"web"}]}`)
	require.Contains(t, fmt.Sprint(taken), "body.virtual_keys[0].name")
}
