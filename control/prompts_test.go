package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func object(v any) map[string]any { return v.(map[string]any) }

func TestAPromptIsDraftedCommittedLabelledAndDeleted(t *testing.T) {
	d := open(t)
	folder := object(d.call(200, "POST", "/api/prompt-repo/folders", `{"name":"Support","description":"d"}`)["folder"])["id"].(string)
	made := object(d.call(200, "POST", "/api/prompt-repo/prompts", `{"name":"greeting","folder_id":"`+folder+`"}`)["prompt"])
	id := made["id"].(string)
	one := "/api/prompt-repo/prompts/" + id

	draft := object(d.call(200, "POST", one+"/sessions", `{"name":"try","messages":[{"role":"system","content":"You help {{who}}."},{"role":"user","content":"Hi"}],"model":"m","provider":"mock"}`)["session"])
	session := "/api/prompt-repo/sessions/" + draft["id"].(string)
	d.call(200, "PUT", session, `{"model_params":{"temperature":0.2}}`)
	renamed := object(d.call(200, "PUT", session+"/rename", `{"name":"better"}`)["session"])
	require.Equal(t, "better", renamed["name"])
	require.Equal(t, "m", renamed["model"], "what is not sent stays")
	first := object(d.call(200, "POST", session+"/commit", `{"commit_message":"first","message_indices":[0]}`)["version"])
	require.Equal(t, []any{"who"}, first["variables"])
	require.Len(t, first["messages"], 1)
	require.Equal(t, true, first["is_latest"])
	require.Equal(t, "admin token", first["created_by"])
	second := object(d.call(200, "POST", one+"/versions", `{"messages":[{"role":"user","content":"x"}]}`)["version"])
	require.EqualValues(t, 2, second["version_number"])

	d.call(200, "PUT", one, `{"labels":{"live":1}}`)
	versions := d.call(200, "GET", one+"/versions", "")["versions"].([]any)
	require.Len(t, versions, 2)
	require.Equal(t, []any{"live"}, object(versions[1])["labels"])
	shown := object(d.call(200, "GET", one, "")["prompt"])
	require.Equal(t, "Support", object(shown["folder"])["name"])
	require.Equal(t, second["id"], object(shown["latest_version"])["id"])
	require.EqualValues(t, 1, object(d.call(200, "GET", "/api/prompt-repo/folders", "")["folders"].([]any)[0])["prompts_count"])
	begun := object(d.call(200, "POST", one+"/sessions", `{"version_id":"`+first["id"].(string)+`"}`)["session"])
	require.Equal(t, first["id"], begun["version_id"])
	require.Len(t, d.call(200, "GET", one+"/sessions", "")["sessions"], 2)

	require.Equal(t, "in_use", code(d.call(409, "DELETE", "/api/prompt-repo/versions/"+first["id"].(string), "")))
	require.Equal(t, "in_use", code(d.call(409, "DELETE", "/api/prompt-repo/folders/"+folder, "")))
	d.call(200, "DELETE", "/api/prompt-repo/versions/"+second["id"].(string), "")
	require.Equal(t, first["id"], object(object(d.call(200, "GET", one, "")["prompt"])["latest_version"])["id"])
	d.call(200, "DELETE", session, "")
	d.call(200, "DELETE", one, "")
	d.call(404, "GET", one, "")
	d.call(404, "GET", "/api/prompt-repo/versions/"+first["id"].(string), "")
	d.call(200, "DELETE", "/api/prompt-repo/folders/"+folder, "")
}

func TestPromptsAreListedInPages(t *testing.T) {
	d := open(t)
	for _, name := range []string{"b", "A one", "c one"} {
		d.call(200, "POST", "/api/prompt-repo/prompts", `{"name":"`+name+`"}`)
	}
	page := d.call(200, "GET", "/api/prompt-repo/prompts?limit=2", "")
	require.Len(t, page["prompts"], 2)
	require.EqualValues(t, 3, page["total"])
	page = d.call(200, "GET", "/api/prompt-repo/prompts?limit=2&after="+page["next_cursor"].(string), "")
	require.Len(t, page["prompts"], 1)
	require.NotContains(t, page, "next_cursor")
	require.Len(t, d.call(200, "GET", "/api/prompt-repo/prompts?search=ONE", "")["prompts"], 2)
}

func TestWhatIsNoPromptIsRefused(t *testing.T) {
	d := open(t)
	id := object(d.call(200, "POST", "/api/prompt-repo/prompts", `{"name":"p"}`)["prompt"])["id"].(string)
	one := "/api/prompt-repo/prompts/" + id
	require.Equal(t, "name_used", code(d.call(409, "POST", "/api/prompt-repo/prompts", `{"name":"p"}`)))
	for _, bad := range []struct{ method, path, body string }{
		{"POST", "/api/prompt-repo/prompts", `{}`},
		{"POST", "/api/prompt-repo/prompts", `{"name":" p"}`},
		{"POST", "/api/prompt-repo/prompts", `{"name":"q","folder_id":"gone"}`},
		{"PUT", one, `{"labels":{"live":1}}`},
		{"PUT", one, `{"labels":{"1":1}}`},
		{"PUT", one, `{"labels":{"latest":1}}`},
		{"POST", one + "/versions", `{"messages":[]}`},
		{"POST", one + "/versions", `{"messages":[1]}`},
		{"POST", one + "/versions", `{"messages":[{"role":"user","content":"x"}],"model_params":{"temperature":"hot"}}`},
		{"POST", one + "/versions", `{"messages":[{"role":"user","content":"x"}],"model_params":{"stream":true}}`},
		{"POST", one + "/sessions", `{"version_id":"` + id + `-7"}`},
	} {
		require.Equal(t, "invalid_request", code(d.call(422, bad.method, bad.path, bad.body)), bad)
	}
	d.call(404, "POST", "/api/prompt-repo/prompts/gone/versions", `{"messages":[{"role":"user","content":"x"}]}`)
	d.call(404, "GET", "/api/prompt-repo/versions/..-1", "")
	d.call(404, "GET", "/api/prompt-repo/sessions/x", "")
}
