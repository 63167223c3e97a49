package control_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/control"
	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// TestEveryOperationAsksForItsRole asks for each operation of the description as
// everybody, and sees that who may not is refused before anything else is looked at.
func TestEveryOperationAsksForItsRole(t *testing.T) {
	d := open(t)
	roles := []string{"viewer", "operator", "admin"}
	bearer := map[string]string{"": ""}
	const ofTeam = `,"teams":["t1"]`
	for _, teams := range []string{"", ofTeam} {
		for _, role := range roles {
			made := d.call(200, "POST", "/api/tokens", `{"name":"`+role+strconv.Itoa(len(teams))+`","role":"`+role+`"`+teams+`}`)
			bearer[role+teams] = "Bearer " + made["token"].(map[string]any)["value"].(string)
		}
	}
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	seen := 0
	for path, item := range d.control.Description().Paths {
		for method, o := range map[string]*huma.Operation{
			"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
		} {
			if o == nil {
				continue
			}
			seen++
			least, teams, listed := control.Permission(o.OperationID)
			require.True(t, listed, "%s %s: list the operation %q in control/permissions.go, with the least role that may ask for it", method, path, o.OperationID)
			target := d.URL + parameter.ReplaceAllString(path, "none")
			for i, role := range roles {
				allowed := least == "" || slices.Index(roles, least) <= i
				require.Equal(t, allowed, mayAsk(t, method, target, bearer[role]), "%s as %s", o.OperationID, role)
				require.Equal(t, least == "" || allowed && teams, mayAsk(t, method, target, bearer[role+ofTeam]), "%s as %s of a team", o.OperationID, role)
			}
			require.Equal(t, least == "", mayAsk(t, method, target, ""), "%s as nobody", o.OperationID)
		}
	}
	require.Greater(t, seen, 40)
}

// mayAsk sends a request whose body is none, which is found out only behind the check
// of who asks.
func mayAsk(t *testing.T, method, target, authorization string) bool {
	body := ""
	if method != http.MethodGet && method != http.MethodDelete {
		body = "["
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	return res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusForbidden
}

func TestWhatIsConfinedToTeamsSeesAndChangesTheirKeysAlone(t *testing.T) {
	d := open(t)
	const path = "/api/governance/virtual-keys"
	d.call(200, "PATCH", "/api/config", `{"governance":{"teams":[{"id":"t1","name":"one"},{"id":"t2","name":"two"},{"id":"t3","name":"three"}]}}`)
	id := func(answer map[string]any) string { return answer["virtual_key"].(map[string]any)["id"].(string) }
	mine := id(d.call(200, "POST", path, `{"name":"mine","team_id":"t1"}`))
	theirs := id(d.call(200, "POST", path, `{"name":"theirs","team_id":"t2"}`))
	nobodys := id(d.call(200, "POST", path, `{"name":"nobody's"}`))
	d.hire("ann", "operator", "t1", "t3")
	p := d.signIn("ann")

	list := p.ask(200, "GET", path, "")
	require.EqualValues(t, 1, list["total_count"])
	require.Equal(t, "mine", list["virtual_keys"].([]any)[0].(map[string]any)["name"])
	require.Empty(t, p.ask(200, "GET", path+"?team_id=t3", "")["virtual_keys"])
	require.Equal(t, "not_permitted", code(p.ask(403, "GET", path+"?team_id=t2", "")))
	p.ask(200, "GET", path+"/"+mine, "")
	p.ask(200, "PUT", path+"/"+mine, `{"name":"still mine"}`)
	p.ask(200, "PUT", path+"/"+mine, `{"team_id":"t3"}`)
	p.ask(403, "PUT", path+"/"+mine, `{"team_id":"t2"}`)
	p.ask(403, "PUT", path+"/"+mine, `{"team_id":""}`)
	p.ask(403, "POST", path, `{"name":"new"}`)
	p.ask(403, "POST", path, `{"name":"new","team_id":"t2"}`)
	p.ask(200, "POST", path, `{"name":"new","team_id":"t3"}`)
	for _, other := range []string{theirs, nobodys} {
		p.ask(403, "GET", path+"/"+other, "")
		p.ask(403, "PUT", path+"/"+other, `{"name":"x"}`)
		p.ask(403, "PUT", path+"/"+other, `{"team_id":"t1"}`)
		p.ask(403, "DELETE", path+"/"+other, "")
	}
	const teams = "/api/governance/teams"
	require.EqualValues(t, 2, p.ask(200, "GET", teams, "")["total_count"])
	p.ask(200, "GET", teams+"/t1", "")
	p.ask(404, "GET", teams+"/t2", "")
	p.ask(403, "PUT", teams+"/t1", `{"name":"more"}`)
	p.ask(200, "DELETE", path+"/"+mine, "")
	require.EqualValues(t, 3, d.call(200, "GET", path, "")["total_count"])
}
