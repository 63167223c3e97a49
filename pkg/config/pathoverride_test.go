package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnOverrideIsAPathBehindTheBaseURLOrAWholeURL(t *testing.T) {
	for _, tc := range []struct{ base, override, wantBase, wantPath, fault string }{
		{"https://llm.internal/gateway/v1/", "/chat", "https://llm.internal/gateway/v1", "/chat", ""},
		{"https://llm.internal", "chat?api-version=2", "https://llm.internal", "/chat?api-version=2", ""},
		{"https://llm.internal", "https://Other.Internal:8443/x/chat?a=b", "https://other.internal:8443", "/x/chat?a=b", ""},
		{"https://llm.internal", "/models/{model}/chat", "https://llm.internal", "/models/{model}/chat", ""},
		{"https://llm.internal", "http://other.internal/m/{model}", "http://other.internal", "/m/{model}", ""},
		{"https://llm.internal", "", "", "", "must have a path"},
		{"https://llm.internal", "https://other.internal", "", "", "must have a path"},
		{"https://llm.internal", "https://other.internal?a=b", "", "", "must have a path"},
		{"https://llm.internal", "/a/../b", "", "", "must not have . or .."},
		{"https://llm.internal", "/a b", "", "", "must not have spaces"},
		{"https://llm.internal", "/a\r\nX: y", "", "", "must not have spaces"},
		{"https://llm.internal", "/a#b", "", "", "must not have a fragment"},
		{"https://llm.internal", "https://me:secret@other.internal/a", "", "", "must not have a user name"},
		{"https://llm.internal", "ftp://other.internal/a", "", "", "must begin with http"},
		{"https://llm.internal", "https:///a", "", "", "must have a host"},
	} {
		o, err := OverrideOf(tc.base, tc.override)
		if tc.fault != "" {
			require.ErrorContains(t, err, tc.fault, tc.override)
			require.NotContains(t, err.Error(), "secret")
			continue
		}
		require.NoError(t, err, tc.override)
		require.Equal(t, PathOverride{tc.wantBase, tc.wantPath}, o)
	}
}
