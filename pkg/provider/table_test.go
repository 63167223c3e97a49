package provider_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/require"
)

func TestEachRowIsWhole(t *testing.T) {
	names := map[string]bool{}
	for _, p := range provider.Table {
		require.Regexp(t, `^[a-z][a-z0-9_.-]*$`, p.Name)
		require.False(t, names[p.Name], "two rows for %s", p.Name)
		names[p.Name] = true
		require.NotEmpty(t, p.Title, p.Name)
		require.NotNil(t, codecs.ByName(p.Dialect), "%s speaks %q", p.Name, p.Dialect)
		base, err := config.NormalizeBaseURL(p.BaseURL, p.Version)
		require.NoError(t, err, p.Name)
		require.Equal(t, p.BaseURL, base, "%s: without its version path and without a slash at the end", p.Name)
		require.True(t, p.Version == "" || strings.HasPrefix(p.Version, "/"), p.Name)
		require.NotEmpty(t, p.Auth.Header, p.Name)
		require.NotZero(t, p.Ops, p.Name)
		for _, header := range append(p.Forward, p.Return...) {
			require.Equal(t, strings.ToLower(header), header, p.Name)
		}
	}
}

// words are what docs/providers.md calls the operations.
var words = map[api.Op]string{
	api.OpChat: "chat", api.OpCompletion: "completion", api.OpEmbedding: "embedding",
	api.OpCountTokens: "token count", api.OpModels: "models",
}

func TestEachRowIsDocumentedWithItsOperations(t *testing.T) {
	page, err := os.ReadFile("../../docs/providers.md")
	require.NoError(t, err)
	for _, p := range provider.Table {
		row := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(p.Name) + "` \\|.*$").FindString(string(page))
		require.NotEmpty(t, row, "docs/providers.md does not have %s", p.Name)
		for op, word := range words {
			require.Equal(t, p.Ops.Has(op), regexp.MustCompile(`\b`+word+`\b`).MatchString(row), "%s: %s", p.Name, word)
		}
	}
}
