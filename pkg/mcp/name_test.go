package mcp

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAPlainNameStaysAsItIs(t *testing.T) {
	n := namer{[]string{"files", "my-search"}}
	require.Equal(t, "files-read_file", n.name("files", "read_file"))
	require.Equal(t, "my-search-query", n.name("my-search", "query"))
}

func TestAServerCannotTakeTheNameOfAnothersTool(t *testing.T) {
	n := namer{[]string{"a", "a-b"}}
	require.Equal(t, "a-b-c", n.name("a-b", "c"))
	require.NotEqual(t, "a-b-c", n.name("a", "b-c"))
	require.True(t, strings.HasPrefix(n.name("a", "b-c"), "a-b-c_"))
}

func TestNamesAreOnesThatAllProvidersTakeAndAlwaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clients := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9][a-z-]{0,3}`), 1, 5, rapid.ID[string]).Draw(t, "clients")
		tools := rapid.SliceOfNDistinct(rapid.OneOf(rapid.StringN(1, 90, 120), rapid.StringMatching(`[a-z-]{1,4}`)), 1, 5, rapid.ID[string]).Draw(t, "tools")
		n, seen := namer{clients}, map[string]bool{}
		for _, c := range clients {
			for _, tool := range tools {
				name := n.name(c, tool)
				require.Regexp(t, `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`, name)
				require.Equal(t, name, n.name(c, tool))
				require.False(t, seen[name], name)
				seen[name] = true
			}
		}
	})
}
