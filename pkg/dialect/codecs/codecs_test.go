package codecs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

func TestEachDialectIsFoundByItsOwnName(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range append(codecs.All(), codecs.Mistral, codecs.BedrockInvoke, codecs.AnthropicText) {
		require.NotEmpty(t, c.Name())
		require.False(t, seen[c.Name()], "two dialects are called %s", c.Name())
		seen[c.Name()] = true
		require.Equal(t, c, codecs.ByName(c.Name()))
	}
	require.Nil(t, codecs.ByName("cobol"))
}
