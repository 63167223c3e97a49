package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOwnerIsKnownByTheBeginningOfTheName(t *testing.T) {
	for model, want := range map[string]string{
		"gpt-4o-mini":            "openai",
		"o3":                     "openai",
		"text-embedding-3-small": "openai",
		"text-embedding-004":     "gemini",
		"claude-sonnet-4-5":      "anthropic",
		"gemini-2.5-pro":         "gemini",
		"mock-cut-3":             "mock",
		"llama-3":                "",
		"":                       "",
	} {
		require.Equal(t, want, Owner(model), model)
	}
}
