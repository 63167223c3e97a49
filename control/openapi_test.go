package control_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// described is the part of the OpenAPI document that the tests read.
type described struct {
	Paths map[string]map[string]struct {
		OperationID string
		Summary     string
		Parameters  []struct{ Name, In string }
		RequestBody *struct {
			Content map[string]struct {
				Schema  map[string]any
				Example any
			}
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
	Components struct{ Schemas map[string]any }
}

func describe(t *testing.T, d *desk) (text string, is described) {
	t.Helper()
	raw, err := d.control.Description().MarshalJSON()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &is))
	return string(raw), is
}

func TestEveryOperationIsDescribedInFull(t *testing.T) {
	d := open(t)
	text, is := describe(t, d)
	for _, ref := range regexp.MustCompile(`"\$ref":"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		name, ok := strings.CutPrefix(ref[1], "#/components/schemas/")
		require.True(t, ok, ref[1])
		require.Contains(t, is.Components.Schemas, name)
	}
	ids := map[string]bool{}
	for path, item := range is.Paths {
		for method, o := range item {
			at := method + " " + path
			require.Regexp(t, `^[a-z0-9-]+$`, o.OperationID, at)
			require.False(t, ids[o.OperationID], at)
			ids[o.OperationID] = true
			require.NotEmpty(t, o.Summary, at)
			for _, status := range []string{"400", "401", "403", "422", "503"} {
				require.Contains(t, o.Responses, status, at)
			}
			answered := slices.ContainsFunc([]string{"200", "201", "202", "204", "302"}, func(s string) bool { _, ok := o.Responses[s]; return ok })
			require.True(t, answered, at)
			for _, name := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(path, -1) {
				declared := slices.ContainsFunc(o.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name[1] && p.In == "path" })
				require.True(t, declared, "%s does not declare %s", at, name[1])
			}
			if o.RequestBody != nil {
				for _, body := range o.RequestBody.Content {
					require.NotEmpty(t, body.Schema, at)
				}
			}
		}
	}
}

// TestThePathsThatClientsRelyOnAreThere holds those that the documentation promises, of
// which clients of Bifrost know most.
func TestThePathsThatClientsRelyOnAreThere(t *testing.T) {
	d := open(t)
	_, is := describe(t, d)
	for path, methods := range map[string]string{
		"/api/providers":                           "get post",
		"/api/providers/{id}":                      "get put delete",
		"/api/providers/{provider}/keys":           "get post",
		"/api/providers/{provider}/keys/{id}":      "get put delete",
		"/api/keys":                                "get",
		"/api/models":                              "get",
		"/api/config":                              "get put patch",
		"/api/config/versions":                     "get",
		"/api/config/versions/{revision}/diff":     "get",
		"/api/config/versions/{revision}/rollback": "post",
		"/api/version":                             "get",
		"/api/pricing/force-sync":                  "post",
		"/api/governance/virtual-keys":             "get post",
		"/api/governance/virtual-keys/{id}":        "get put delete",
		"/api/governance/virtual-keys/{id}/rotate": "post",
		"/api/governance/customers":                "get post",
		"/api/governance/customers/{id}":           "get put delete",
		"/api/governance/teams":                    "get post",
		"/api/governance/teams/{id}":               "get put delete",
		"/api/governance/users":                    "get post",
		"/api/governance/users/{id}":               "get put delete",
		"/api/governance/model-configs":            "get post",
		"/api/governance/model-configs/{id}":       "get put delete",
		"/api/governance/routing-rules":            "get post",
		"/api/governance/routing-rules/{id}":       "get put delete",
		"/api/governance/providers":                "get",
		"/api/governance/providers/{id}":           "get put delete",
		"/api/governance/budgets":                  "get",
		"/api/governance/rate-limits":              "get",
		"/api/cluster/nodes":                       "get",
		"/api/cluster/keys":                        "get",
		"/api/cluster/overflow":                    "get",
		"/api/jobs":                                "get",
		"/api/users":                               "get post",
		"/api/session/login":                       "post",
		"/api/session/logout":                      "post",
		"/api/session/ws-ticket":                   "post",
		"/api/export":                              "get",
		"/api/apply":                               "post",
		"/api/limits/reservations":                 "get",
	} {
		require.Contains(t, is.Paths, path)
		for _, method := range strings.Fields(methods) {
			require.Contains(t, is.Paths[path], method, path)
		}
	}
}

func TestTheExamplesOfTheDescriptionWork(t *testing.T) {
	d := open(t)
	_, is := describe(t, d)
	d.call(200, "POST", "/api/providers", `{"provider":"openai"}`)
	tried := 0
	for _, path := range []string{
		"/api/providers/{provider}/keys", "/api/governance/customers", "/api/governance/teams", "/api/governance/users",
		"/api/governance/model-configs", "/api/governance/routing-rules", "/api/governance/virtual-keys",
	} {
		example, err := json.Marshal(is.Paths[path]["post"].RequestBody.Content["application/json"].Example)
		require.NoError(t, err)
		body := strings.ReplaceAll(string(example), "env.SECOND_KEY", "env.PATH")
		d.call(200, "POST", strings.ReplaceAll(path, "{provider}", "openai"), body)
		tried++
	}
	require.Equal(t, 7, tried)
}
