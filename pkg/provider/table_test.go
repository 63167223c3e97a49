package provider_test

import (
	"cmp"
	"strings"
	"testing"

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
		for _, also := range p.Also {
			require.NotNil(t, codecs.ByName(also.Dialect), "%s speaks %q", p.Name, also.Dialect)
			require.NotEqual(t, p.Dialect, also.Dialect, p.Name)
		}
		address := cmp.Or(p.BaseURL, p.Example)
		base, err := config.NormalizeBaseURL(address, p.Version)
		require.NoError(t, err, p.Name)
		require.Equal(t, address, base, "%s: without its version path and without a slash at the end", p.Name)
		require.True(t, p.Version == "" || strings.HasPrefix(p.Version, "/"), p.Name)
		require.NotEmpty(t, p.Auth.Header, p.Name)
		require.NotZero(t, p.Ops, p.Name)
		for _, header := range append(p.Forward, p.Return...) {
			require.Equal(t, strings.ToLower(header), header, p.Name)
		}
	}
}
