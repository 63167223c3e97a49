package edge_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/stretchr/testify/require"
)

func TestEveryRouteIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/dialects.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "## Paths")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	paths := slices.Clone(edge.Sockets)
	for _, r := range edge.Routes {
		paths = append(paths, r.Path)
	}
	for _, whole := range paths {
		path := whole
		for _, prefix := range []string{"/openai", "/anthropic", "/mistral", "/cohere", "/bedrock"} {
			path = strings.TrimPrefix(path, prefix)
		}
		short := strings.TrimPrefix(path, "/v1") // behind the base URL
		require.True(t, strings.Contains(table, path+"`") || strings.Contains(table, short+"`"), "docs/dialects.md does not have %s", whole)
	}
}
