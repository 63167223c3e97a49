package gateway_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/stretchr/testify/require"
)

// example is a rule of the page, a request, and what is said of it.
var example = regexp.MustCompile("(?s)```yaml\n(governance:.*?)```(?:.*?)```json\n(.*?)```\n```json\n(.*?)```")

func TestTheExamplesOfTheDocumentationDoWhatItSays(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "routing.md"))
	require.NoError(t, err)
	examples := example.FindAllStringSubmatch(string(page), -1)
	require.Len(t, examples, strings.Count(string(page), "```yaml"))
	for _, e := range examples {
		explained, err := json.Marshal(explain(t, e[1], e[2]))
		require.NoError(t, err)
		var got, want any
		require.NoError(t, json.Unmarshal(explained, &got))
		require.NoError(t, json.Unmarshal([]byte(e[3]), &want))
		within(t, want, got, e[1])
	}
}

// explain asks a question of a gateway that has a page's rules.
func explain(t *testing.T, rules, question string) *gateway.Explanation {
	t.Helper()
	cfg, _, err := config.Parse([]byte(`
providers:
  openai: {keys: [{name: main, value: sk-1, weight: 1}, {name: research, value: sk-2, weight: 1}]}
  anthropic: {keys: [{value: sk-3, weight: 1}]}
  gemini: {keys: [{value: sk-4, weight: 1}]}
`+strings.Replace(rules, "governance:\n", "governance:\n  teams: [{id: search}]\n  customers: [{id: acme}]\n", 1)), config.YAML)
	require.NoError(t, err, rules)
	var q struct {
		Model    string            `json:"model"`
		Headers  map[string]string `json:"headers"`
		Metadata map[string]string `json:"metadata"`
		Body     json.RawMessage   `json:"body"`
		Team     string            `json:"team_id"`
		Customer string            `json:"customer_id"`
	}
	require.NoError(t, json.Unmarshal([]byte(question), &q))
	var metadata []string
	for name, value := range q.Metadata {
		metadata = append(metadata, name+"="+value)
	}
	explainer := gateway.NewExplainer()
	require.NoError(t, explainer.Apply(cfg, 1))
	return explainer.Explain(t.Context(), &gateway.Question{
		Model: q.Model, Headers: q.Headers, Metadata: strings.Join(metadata, ","), Body: q.Body, Team: q.Team, Customer: q.Customer,
	}, nil)
}

// within says whether got has all that want has.
func within(t *testing.T, want, got any, at string) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		require.True(t, ok, at)
		for name, value := range want {
			within(t, value, got[name], at+" "+name)
		}
	case []any:
		list, ok := got.([]any)
		require.True(t, ok, at)
		require.Len(t, list, len(want), at)
		for i := range want {
			within(t, want[i], list[i], at)
		}
	default:
		require.Equal(t, want, got, at)
	}
}
