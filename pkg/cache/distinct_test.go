package cache_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

func TestTextsThatOnlySeemAlikeAreToldApart(t *testing.T) {
	of := func(text string, names bool) string { return string(cache.AppendDistinct(nil, text, names)) }
	for _, pair := range [][2]string{
		{"How do I turn on dark mode?", "How do I turn off dark mode?"},
		{"Is port 6379 open by default?", "Is port 6379 closed by default?"},
		{"Is port 6379 open?", "Is port 6380 open?"},
		{"Convert 5 to 3", "Convert 3 to 5"},
		{"Can I eat this?", "Can't I eat this?"},
		{"What does --max-cost do?", "What does --max-heads do?"},
		{"Read internal/awsconf", "Read internal/executor"},
		{"Write to ann@example.com", "Write to bob@example.com"},
		{"What is the capital of France?", "What is the capital of Spain?"},
		{"Please convert USD to EUR", "Please convert EUR to USD"},
		{"Is it safe with milk?", "Is it safe without milk?"},
	} {
		require.NotEqual(t, of(pair[0], true), of(pair[1], true), pair)
	}
	for _, pair := range [][2]string{
		{"What is your return policy?", "Tell me, what's the policy for returns?"},
		{"How do I reset my password?", "I forgot my password. How can I change it?"},
		{"How tall is the tower in Paris?", "What height has the tower of Paris?"},
		{"Is port 6379 open?", "Tell me whether port 6379 is open"},
		{"", "…"},
	} {
		require.Equal(t, of(pair[0], true), of(pair[1], true), pair)
	}
	require.NotEqual(t, of("Wie hoch ist der Turm?", true), of("Welche Höhe hat das Gebäude?", true))
	require.Equal(t, of("Wie hoch ist der Turm?", false), of("Welche Höhe hat das Gebäude?", false))
}
