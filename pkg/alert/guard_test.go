package alert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func TestAGuardrailThatRefusesIsToldOfOnceInAWhile(t *testing.T) {
	var g Guard
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	_, news := g.Of(&plugin.Incident{Rule: "a", Action: "note"}, now)
	require.False(t, news, "nothing was refused")
	s, news := g.Of(&plugin.Incident{Rule: "a", Check: "words", Side: "input", Model: "m", Blocked: true}, now)
	require.True(t, news)
	require.Equal(t, Signal{
		Kind: GuardBlocks, Subject: "a", Until: now.Add(15 * time.Minute), Summary: "The guardrail a refuses requests (words), last of the model m.",
	}, s)
	_, news = g.Of(&plugin.Incident{Rule: "a", Blocked: true}, now.Add(time.Second))
	require.False(t, news)
	_, news = g.Of(&plugin.Incident{Rule: "b", Blocked: true}, now)
	require.True(t, news)
	_, news = g.Of(&plugin.Incident{Rule: "a", Blocked: true}, now.Add(time.Minute))
	require.True(t, news)
}
