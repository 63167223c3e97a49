package provider_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/require"
)

func TestACustomProviderGetsThoughtsBackWhereItsBaseDoes(t *testing.T) {
	for base, field := range map[string]string{"openai": "", "deepseek": "reasoning_content", "vllm": "reasoning", "openrouter": "reasoning_details"} {
		row, ok := provider.ByName(base)
		require.True(t, ok, base)
		quirks := provider.Custom("house", row).Quirks
		require.Equal(t, field, quirks.ReasoningField, base)
		require.Nil(t, quirks.Diet, base)
	}
}
