package control_test

import (
	"fmt"
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
