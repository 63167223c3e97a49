package control

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// parametersOf finds the names that each operation takes in its query, by the operation's id.
func parametersOf(description *huma.OpenAPI) map[string][]string {
	parameters := map[string][]string{}
	for _, item := range description.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			names := []string{}
			for _, p := range o.Parameters {
				if p.In == "query" {
					names = append(names, p.Name)
				}
			}
			parameters[o.OperationID] = names
		}
	}
	return parameters
}

// tolerated are parameters that clients of Bifrost's management API send, and that change
// nothing here: there is but one place that is read from, and models are listed whatever
// keys allow.
var tolerated = map[string]bool{"from_memory": true, "unfiltered": true}

// knownQuery refuses a parameter that an operation does not take: a filter that is misspelt
// would else be no filter, and its answer everything.
func (c *Control) knownQuery(operation, query string) error {
	takes, described := c.parameters[operation]
	if query == "" || !described || operation == finishOIDC { // there the provider says what else it sends
		return nil
	}
	filters := slices.Contains(takes, "routing_rule_ids")
	values, _ := url.ParseQuery(query)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(takes, name), tolerated[name], filters && strings.HasPrefix(name, metadataPrefix):
		default:
			return refuse(http.StatusBadRequest, "unknown_parameter", "The query has a parameter that is not known here.",
				Detail{"query." + name, "is not known; known are: " + strings.Join(takes, ", ")})
		}
	}
	return nil
}
