package control_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBadInputIsRefusedByItsFieldAndChangesNothing sends what no caller should, or what
// one who means harm would.
func TestBadInputIsRefusedByItsFieldAndChangesNothing(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"k","value":"sk-aaaaaaaaaaaa1111"}]}},"governance":{
		"customers":[{"id":"acme","name":"Acme"}],
		"teams":[{"id":"top","name":"Top","customer_id":"acme"},{"id":"mid","parent_id":"top"},{"id":"low","parent_id":"mid"}],
		"routing_rules":[{"id":"r","name":"R","targets":[{"model":"gpt-5"}]}]}}`)
	d.call(200, "POST", keysPath, `{"id":"own","name":"web","team_id":"low"}`)
	was := whole(d)
	long := strings.Repeat("n", 100_000)
	for name, tc := range map[string]struct {
		status             int
		method, path, body string
		field              string // in the answer
	}{
		"a cycle of teams":          {422, "PUT", "/api/governance/teams/top", `{"parent_id":"low"}`, "body.parent_id"},
		"a team that is its parent": {422, "PUT", "/api/governance/teams/top", `{"parent_id":"top"}`, "body.parent_id"},
		"a parent that is not":      {422, "POST", "/api/governance/teams", `{"id":"new","parent_id":"none"}`, "body.parent_id"},
		"a customer that is not":    {422, "POST", "/api/governance/teams", `{"id":"new","customer_id":"none"}`, "body.customer_id"},
		"a duplicate name":          {422, "POST", "/api/governance/customers", `{"id":"new","name":"Acme"}`, "body.name"},
		"a duplicate id":            {409, "POST", "/api/governance/customers", `{"id":"acme","name":"Other"}`, "body.id"},
		"a duplicate key name":      {409, "POST", keysPath, `{"name":"web"}`, "body.name"},
		"a duplicate member":        {422, "POST", "/api/governance/customers", `{"id":"a","id":"b"}`, "body.id"},
		"an oversize name":          {422, "POST", "/api/governance/customers", `{"name":"` + long + `"}`, "body.name"},
		"an oversize id":            {422, "POST", "/api/governance/teams", `{"id":"` + long + `"}`, "body.id"},
		"an oversize key name":      {422, "POST", keysPath, `{"name":"` + long + `"}`, "body.name"},
		"a name with a line break":  {422, "POST", "/api/governance/customers", `{"name":"a\r\nx-evil: 1"}`, "body.name"},
		"a bad period":              {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":1,"reset_duration":"fortnight"}}`, "body.budget.reset_duration"},
		"no period":                 {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":1}}`, "body.budget.reset_duration"},
		"an endless period":         {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":1,"reset_duration":"99999999999Y"}}`, "body.budget.reset_duration"},
		"a period of no time":       {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":1,"reset_duration":"0s"}}`, "body.budget.reset_duration"},
		"a negative amount":         {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":-5,"reset_duration":"1d"}}`, "body.budget.max_limit"},
		"a huge amount":             {422, "POST", "/api/governance/customers", `{"budget":{"max_limit":1e300,"reset_duration":"1d"}}`, "body.budget.max_limit"},
		"a limit of 0":              {422, "POST", "/api/governance/customers", `{"rate_limit":{"request_max_limit":0,"request_reset_duration":"1m"}}`, "body.rate_limit.request_max_limit"},
		"half a token":              {422, "POST", "/api/governance/customers", `{"rate_limit":{"token_max_limit":1.5,"token_reset_duration":"1m"}}`, "body.rate_limit.token_max_limit"},
		"an unknown member":         {422, "POST", "/api/governance/teams", `{"id":"x","colour":"y"}`, "body.colour"},
		"a member of another kind":  {422, "POST", "/api/governance/teams", `{"id":["x"],"name":7}`, "body.name"},
		"a list":                    {422, "POST", "/api/governance/teams", `[]`, "body"},
		"a text":                    {422, "PUT", "/api/governance/teams/top", `"x"`, "body"},
		"half an import":            {422, "POST", "/api/apply?prune=true", `{"format":"asbru/1","configuration":{"client":{}},"virtual_keys":[{"name":"a"},{"na`, "body"},
		"a wrong end of an import":  {422, "POST", "/api/apply?prune=true", `{"format":"asbru/1","configuration":{"client":{}},"virtual_keys":[{"name":"a"},{"name":"b","team_id":"none"}]}`, "body.virtual_keys[1].team_id"},
		"half of many keys":         {422, "POST", keysPath + "/bulk", `{"virtual_keys":[{"name":"a"},{"name":"b","team_id":"none"}]}`, "body.virtual_keys[1].team_id"},
		"an end that was":           {422, "POST", "/api/alerts/silences", `{"rule":"x","reason":"y","until":"2001-01-01T00:00:00Z"}`, "body.until"},
		"a time that is none":       {422, "POST", keysPath, `{"name":"x","expires_at":"2026-02-30T25:00:00Z"}`, "body.expires_at"},
		"half a body":               {422, "PUT", "/api/governance/teams/top", `{"name":`, "body"},
		"a body of no kind":         {422, "POST", "/api/governance/customers", "\x00\xff", "body"},
		"another id than the path":  {422, "PUT", "/api/governance/teams/top", `{"id":"mid"}`, "body.id"},
		"a weight below 0":          {422, "POST", "/api/providers/openai/keys", `{"name":"x","value":"v","weight":-1}`, "body.weight"},
		"a secret as it is shown":   {422, "POST", "/api/providers/openai/keys", `{"name":"x","value":"****1111"}`, "body.value"},
		"another's secret":          {422, "POST", "/api/providers", `{"provider":"cohere","keys":[{"name":"k","value":"****1111"}]}`, "body.keys[0].value"},
		"a file of the server":      {422, "POST", "/api/providers/openai/keys", `{"name":"x","value":"file:/etc/passwd"}`, "body.value"},
		"a variable of the program": {422, "POST", "/api/providers/openai/keys", `{"name":"x","value":"env.ASBRU_SECRET_KEY"}`, "body.value"},
		"an unknown provider base":  {422, "POST", "/api/providers", `{"provider":"mine","custom_provider_config":{"is_key_less":true}}`, "body.custom_provider_config.base_provider_type"},
		"CEL that is none":          {422, "PUT", "/api/governance/routing-rules/r", `{"cel_expression":"model == \"a\" ||| drop()"}`, "body.cel_expression"},
		"a scope that is none":      {422, "PUT", "/api/governance/routing-rules/r", `{"scope":"planet"}`, "body.scope"},
		"a scope without its id":    {422, "PUT", "/api/governance/routing-rules/r", `{"scope":"team"}`, "body.scope_id"},
		"what is in use":            {409, "DELETE", "/api/governance/customers/acme", "", "governance.teams[0].customer_id"},
		"what a key uses":           {409, "DELETE", "/api/governance/teams/low", "", "the virtual key web"},
		"what a team is in":         {409, "DELETE", "/api/governance/teams/mid", "", "governance.teams[1].parent_id"},
		"a stale revision":          {409, "PUT", "/api/governance/teams/top", `{"name":"x","revision":999}`, "conflict"},
		"a revision that is none":   {422, "PUT", "/api/governance/teams/top", `{"name":"x","revision":"new"}`, "body.revision"},
		"SQL for an id":             {404, "DELETE", "/api/governance/teams/" + url.PathEscape(`x' OR '1'='1`), "", "not_found"},
		"SQL for a key's id":        {404, "DELETE", keysPath + "/" + url.PathEscape(`'; DROP TABLE keys;--`), "", "not_found"},
		"a path for an id":          {404, "GET", "/api/governance/teams/" + url.PathEscape("../customers/acme"), "", "not_found"},
		"a NUL in a filter":         {422, "GET", "/api/governance/teams?search=a%00b", "", "query.search"},
		"a NUL in an id":            {422, "GET", "/api/governance/teams/a%00b", "", "path"},
		"a filter that is misspelt": {400, "GET", "/api/governance/teams?serach=a", "", "query.serach"},
		"a filter of another list":  {400, "GET", "/api/governance/customers?routing_rule_ids=r", "", "query.routing_rule_ids"},
		"a write's typing error":    {400, "PUT", "/api/governance/teams/top?dryrun=true", `{"name":"x"}`, "query.dryrun"},
		"a page that is none":       {422, "GET", "/api/governance/teams?after=" + url.QueryEscape("' OR 1=1"), "", "query.after"},
		"a page of nothing":         {422, "GET", "/api/governance/teams?limit=0", "", "query.limit"},
		"an endless page":           {422, "GET", "/api/governance/teams?limit=100000000", "", "query.limit"},
		"an offset beyond all":      {422, "GET", keysPath + "?offset=9223372036854775807", "", "query.offset"},
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			refused := d.call(tc.status, tc.method, tc.path, tc.body)
			require.Contains(t, fmt.Sprint(refused), tc.field)
			require.NotContains(t, fmt.Sprint(refused), "aaaa")
			require.Equal(t, was, whole(d))
		})
	}
}

// TestAnImportThatBreaksOffChangesNothing breaks one off on its way here, and on its way into
// the store, behind what was written first.
func TestAnImportThatBreaksOffChangesNothing(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"governance":{"teams":[{"id":"t","name":"T"}]}}`)
	d.call(200, "POST", keysPath, `{"id":"own","name":"web","team_id":"t"}`)
	was := whole(d)
	const document = `{"format":"asbru/1","configuration":{"governance":{"teams":[{"id":"other"}]}},"virtual_keys":[
		{"id":"own","name":"web","tags":["changed"]},{"name":"first"},{"name":"second"}]}`

	d.breaks = "second"
	require.GreaterOrEqual(t, d.status("POST", "/api/apply?prune=true", document), 500)
	d.breaks = ""
	require.Equal(t, was, whole(d))

	c, err := net.Dial("tcp", d.Listener.Addr().String())
	require.NoError(t, err)
	_, err = fmt.Fprintf(c, "POST /api/apply HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		token, len(document), document[:len(document)-1])
	require.NoError(t, err)
	require.NoError(t, c.(*net.TCPConn).CloseWrite())
	answer, err := io.ReadAll(c) // it ends when the request has been dealt with
	require.NoError(t, err)
	require.NotContains(t, string(answer), " 200 ")
	require.NoError(t, c.Close())
	require.Equal(t, was, whole(d))
}

// TestWhoMayNotChangesNothing asks for writes as somebody who looks on, as somebody of another
// team, and as nobody.
func TestWhoMayNotChangesNothing(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"governance":{"customers":[{"id":"acme"}],"teams":[{"id":"t1"},{"id":"t2"}],"routing_rules":[{"id":"r","name":"R","targets":[{"model":"m"}]}]}}`)
	d.call(200, "POST", keysPath, `{"id":"own","name":"web","team_id":"t1"}`)
	as := map[string]string{"nobody": ""}
	for name, fields := range map[string]string{"a viewer": `"role":"viewer"`, "another team's operator": `"role":"operator","teams":["t2"]`} {
		made := d.call(200, "POST", "/api/tokens", fmt.Sprintf(`{"name":%q,%s}`, name, fields))
		as[name] = "Bearer " + made["token"].(map[string]any)["value"].(string)
	}
	was := whole(d)
	for _, write := range []struct{ method, path, body string }{
		{"PUT", "/api/config", `{"client":{}}`},
		{"PATCH", "/api/config", `{"governance":null}`},
		{"POST", "/api/config/versions/1/rollback", `{}`},
		{"POST", "/api/apply?prune=true", `{"format":"asbru/1"}`},
		{"POST", "/api/providers", `{"provider":"openai"}`},
		{"POST", "/api/governance/customers", `{"name":"x"}`},
		{"DELETE", "/api/governance/customers/acme", ""},
		{"PUT", "/api/governance/teams/t1", `{"name":"x"}`},
		{"DELETE", "/api/governance/teams/t2", ""},
		{"PUT", "/api/governance/routing-rules/r", `{"enabled":false}`},
		{"POST", keysPath, `{"name":"mine","team_id":"t1"}`},
		{"PUT", keysPath + "/own", `{"budget":{}}`},
		{"PUT", keysPath + "/own", `{"team_id":"t2"}`},
		{"DELETE", keysPath + "/own", ""},
		{"POST", keysPath + "/own/rotate", `{}`},
		{"POST", keysPath + "/bulk-delete", `{"ids":["own"]}`},
		{"POST", keysPath + "/bulk", `{"virtual_keys":[{"name":"a","team_id":"t2"},{"name":"b","team_id":"t1"}]}`},
		{"POST", "/api/users", `{"username":"eve","password":"correct horse","role":"admin"}`},
		{"POST", "/api/tokens", `{"name":"x","role":"admin"}`},
	} {
		for name, authorization := range as {
			got := d.status(write.method, write.path, write.body, "Authorization", authorization)
			// What belongs to another team is not there for who is confined to one.
			require.Contains(t, []int{401, 403, 404}, got, "%s %s as %s", write.method, write.path, name)
			require.Equal(t, was, whole(d), "%s %s as %s", write.method, write.path, name)
		}
	}
}

// status sends a request as call does, and returns the status of the answer.
func (d *desk) status(method, path, body string, headers ...string) int {
	d.t.Helper()
	req, err := http.NewRequest(method, d.URL+path, strings.NewReader(body))
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	require.NoError(d.t, res.Body.Close())
	return res.StatusCode
}

func TestWhatLooksLikeACommandIsATextLikeAnyOther(t *testing.T) {
	d := open(t)
	for i, text := range []string{`x' OR '1'='1`, `"; DROP TABLE customers; --`, `{{7*7}}`, `<script>alert(1)</script>`, `model == "a"`, `%%%%`, `../../etc/passwd`, `𝕏é`} {
		made := d.call(200, "POST", "/api/governance/customers", fmt.Sprintf(`{"id":"c%d","name":%q}`, i, text))
		require.Equal(t, text, made["customer"].(map[string]any)["name"])
		found := d.call(200, "GET", "/api/governance/customers?search="+url.QueryEscape(text), "")
		require.EqualValues(t, 1, found["total_count"], text)
		d.call(200, "POST", keysPath, fmt.Sprintf(`{"name":%q}`, text))
		require.EqualValues(t, 1, d.call(200, "GET", keysPath+"?search="+url.QueryEscape(text), "")["total_count"], text)
	}
}
