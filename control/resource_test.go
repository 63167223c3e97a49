package control_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATeamIsMadeShownChangedAndDeleted(t *testing.T) {
	d := open(t)
	const path = "/api/governance/teams"
	d.call(200, "POST", "/api/governance/customers", `{"id":"acme","name":"Acme"}`)
	made := d.call(200, "POST", path, `{"name":"web","customer_id":"acme","budget":{"max_limit":50,"reset_duration":"1M"},
		"rate_limit":{"request_max_limit":100,"request_reset_duration":"1m"}}`)
	require.Equal(t, "Team created", made["message"])
	id := made["team"].(map[string]any)["id"].(string)
	require.Regexp(t, "^team-", id)

	shown := d.call(200, "GET", path+"/"+id, "")
	require.Equal(t, made["team"], shown["team"])
	changed := d.call(200, "PUT", path+"/"+id, `{"budget":{"max_limit":80},"rate_limit":{}}`)["team"].(map[string]any)
	require.Equal(t, map[string]any{"max_limit": 80.0, "reset_duration": "1M"}, changed["budget"])
	require.NotContains(t, changed, "rate_limit")
	require.Equal(t, "web", changed["name"])

	list := d.call(200, "GET", path+"?customer_id=acme&fields=id,name", "")
	require.Equal(t, []any{map[string]any{"id": id, "name": "web"}}, list["teams"])
	require.Empty(t, d.call(200, "GET", path+"?customer_id=other", "")["teams"])
	d.call(200, "DELETE", path+"/"+id, "")
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		body := ""
		if method == "PUT" {
			body = `{}`
		}
		require.Equal(t, "not_found", code(d.call(404, method, path+"/"+id, body)))
	}
}

func TestACreateThatIsSentAgainMakesNothingAnew(t *testing.T) {
	d := open(t)
	const path = "/api/governance/customers"
	first := d.call(200, "POST", path, `{"name":"Acme"}`, "Idempotency-Key", "one")["customer"]
	require.Equal(t, first, d.call(200, "POST", path, `{"name":"Acme"}`, "Idempotency-Key", "one")["customer"])
	require.Equal(t, "already_exists", code(d.call(409, "POST", path, `{"name":"Other"}`, "Idempotency-Key", "one")))
	d.call(200, "POST", path, `{"id":"own","name":"Own"}`)
	d.call(200, "POST", path, `{"id":"own","name":"Own"}`)
	require.Equal(t, "already_exists", code(d.call(409, "POST", path, `{"id":"own","name":"Else"}`)))
	require.EqualValues(t, 2, d.call(200, "GET", path, "")["total_count"])
}

func TestAChangeOfWhatHasChangedIsRefused(t *testing.T) {
	d := open(t)
	const path = "/api/governance/customers"
	known := d.call(200, "POST", path, `{"id":"a","name":"A"}`)["revision"]
	d.call(200, "POST", path, `{"id":"b","name":"B"}`) // of another object: no reason to refuse
	d.call(200, "PUT", path+"/a", fmt.Sprintf(`{"tags":["x"],"revision":%v}`, known))
	require.Equal(t, "conflict", code(d.call(409, "PUT", path+"/a", fmt.Sprintf(`{"tags":["y"],"revision":%v}`, known))))
	require.Equal(t, "conflict", code(d.call(409, "DELETE", path+"/a", "", "If-Match", fmt.Sprintf(`"%v"`, known))))
	require.Equal(t, "conflict", code(d.call(409, "PUT", path+"/a", `{"tags":["y"],"revision":99999}`)))
	require.Equal(t, []any{"x"}, d.call(200, "GET", path+"/a", "")["customer"].(map[string]any)["tags"])
}

func TestChangesAtTheSameTimeAreAllMade(t *testing.T) {
	d := open(t)
	var writing sync.WaitGroup
	for i := range 8 {
		writing.Go(func() { d.call(200, "POST", "/api/governance/customers", fmt.Sprintf(`{"id":"c%d"}`, i)) })
	}
	writing.Wait()
	require.EqualValues(t, 8, d.call(200, "GET", "/api/governance/customers", "")["total_count"])
}

func TestPagesOfAListFollowEachOther(t *testing.T) {
	d := open(t)
	const path = "/api/governance/customers"
	for _, id := range []string{"c", "a", "e", "b", "d"} {
		d.call(200, "POST", path, fmt.Sprintf(`{"id":%q,"name":"N%s"}`, id, id))
	}
	pages := func(query string) (ids []string) {
		for after := ""; ; {
			page := d.call(200, "GET", path+"?limit=2"+query+"&after="+after, "")
			for _, o := range page["customers"].([]any) {
				ids = append(ids, o.(map[string]any)["id"].(string))
			}
			if after, _ = page["next_cursor"].(string); after == "" {
				return ids
			}
		}
	}
	require.Equal(t, []string{"c", "a", "e", "b", "d"}, pages(""))
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, pages("&sort_by=name"))
	require.Equal(t, []string{"e", "d", "c", "b", "a"}, pages("&sort_by=name&order=desc"))
	require.Equal(t, []string{"b"}, pages("&search=nB"))

	cursor := d.call(200, "GET", path+"?limit=2&sort_by=name", "")["next_cursor"].(string)
	d.call(200, "DELETE", path+"/b", "")
	page := d.call(200, "GET", path+"?limit=2&sort_by=name&after="+cursor, "")
	require.Equal(t, "c", page["customers"].([]any)[0].(map[string]any)["id"])
	require.Equal(t, "invalid_request", code(d.call(422, "GET", path+"?after=nonsense", "")))
}

func TestWhatIsInUseIsNotDeleted(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/governance/customers", `{"id":"acme"}`)
	d.call(200, "POST", "/api/governance/teams", `{"id":"t","customer_id":"acme"}`)
	refused := d.call(409, "DELETE", "/api/governance/customers/acme", "")
	require.Equal(t, "in_use", code(refused))
	require.Contains(t, fmt.Sprint(refused), "governance.teams[0].customer_id")
	d.call(200, "POST", "/api/governance/virtual-keys", `{"name":"web","team_id":"t"}`)
	require.Contains(t, fmt.Sprint(d.call(409, "DELETE", "/api/governance/teams/t", "")), "the virtual key web belongs to it")
}

func TestAProviderAndItsKeysAreManagedOneByOne(t *testing.T) {
	d := open(t)
	const path = "/api/providers"
	made := d.call(200, "POST", path, `{"provider":"openai","keys":[{"name":"main","value":"sk-aaaaaaaaaaaa1111","weight":1}],"network_config":{"max_retries":2}}`)
	require.Equal(t, "openai", made["name"])
	require.Equal(t, "active", made["provider_status"])
	require.NotContains(t, fmt.Sprint(made), "aaaa")

	made["network_config"] = map[string]any{}
	sent := `{"name":"openai","provider_status":"active","keys":[{"id":"main","name":"main","value":"****1111","weight":3}],"network_config":{}}`
	changed := d.call(200, "PUT", path+"/openai", sent)
	require.NotContains(t, changed, "network_config")
	d.call(200, "POST", path+"/openai/keys", `{"id":"second","value":"sk-bbbbbbbbbbbb2222"}`)
	d.call(200, "PUT", path+"/openai/keys/main", `{"enabled":false,"value":"****1111"}`)
	d.call(200, "PUT", path+"/openai/keys/second", `{"enabled":false}`)
	require.Equal(t, "error", d.call(200, "GET", path+"/openai", "")["provider_status"])
	d.call(200, "PUT", path+"/openai/keys/second", `{"enabled":true}`)
	list := d.call(200, "GET", path+"/openai/keys?enabled=true", "")
	require.Equal(t, []any{map[string]any{"id": "second", "value": "****2222", "enabled": true}}, list["keys"])
	require.Equal(t, "sk-aaaaaaaaaaaa1111", d.config().Providers["openai"].Keys[0].Value.Reveal())
	require.Equal(t, 3.0, d.config().Providers["openai"].Keys[0].Weight)

	d.call(422, "POST", path+"/openai/keys", `{"id":"third","value":"****9999"}`)
	require.Equal(t, "not_found", code(d.call(404, "POST", path+"/nobody/keys", `{"value":"sk-x"}`)))
	require.Equal(t, "not_found", code(d.call(404, "GET", path+"/nobody/keys", "")))
	d.call(200, "DELETE", path+"/openai/keys/second", "")
	d.call(200, "DELETE", path+"/openai", "")
	require.Empty(t, d.call(200, "GET", path, "")["providers"])
}

func TestTheLimitsOfAProviderAreMadeByPut(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/providers", `{"provider":"openai"}`)
	const path = "/api/governance/providers"
	made := d.call(200, "PUT", path+"/openai", `{"budget":{"max_limit":5,"reset_duration":"1d"}}`)
	require.Equal(t, map[string]any{"provider": "openai", "budget": map[string]any{"max_limit": 5.0, "reset_duration": "1d"}}, made["provider"])
	d.call(200, "PUT", path+"/openai", `{"rate_limit":{"token_max_limit":5,"token_reset_duration":"1m"}}`)
	require.Len(t, d.call(200, "GET", path, "")["providers"], 1)
	d.call(200, "DELETE", path+"/openai", "")
}
