package alert

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func TestAPatternsStarStandsForAnything(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		is            bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "", true},
		{"*", "a/b", true},
		{"team:*", "team:red:money", true},
		{"team:*", "vk:1", false},
		{"*:money", "team:red:money", true},
		{"a*a", "a", false},
		{"a*b*c", "a-b-c", true},
		{"a*b*c", "a-c", false},
		{"[a", "[a", true},
		{"", "", true},
		{"", "a", false},
	} {
		require.Equal(t, c.is, match(c.pattern, c.text), "%q %q", c.pattern, c.text)
	}
}

func TestBuiltInRulesHoldUntilTheyAreReplaced(t *testing.T) {
	require.Len(t, Rules(&config.Alerts{}), len(builtIn))
	off, minute := false, 60
	a := &config.Alerts{Rules: []config.AlertRule{
		{Name: "node_lost", Type: "node_lost", Enabled: &off},
		{Name: "error_rate", Type: "error_rate", For: &minute, Percent: 1},
		{Name: "mine", Type: "provider_down", Severity: "info", Subjects: []string{"openai"}},
	}}
	rules := Rules(a)
	require.Len(t, rules, len(builtIn))
	last := rules[len(rules)-2:]
	require.Equal(t, Rule{Name: "error_rate", Kind: ErrorRate, Severity: Warning, For: time.Minute, Repeat: repeatEvery, Percent: 1, Calls: 50, Window: 5 * time.Minute}, last[0])
	require.Equal(t, Info, last[1].Severity)
	require.False(t, last[1].takes(&Signal{Subject: "anthropic"}))
	a.BuiltInRules = &off
	require.Len(t, Rules(a), 2)
}

func TestEachKindHasABuiltInRule(t *testing.T) {
	for _, k := range []Kind{
		BudgetSoft, BudgetExhausted, KeyDisabled, KeyResting, ProviderDown, ErrorRate, NodeLost, ConfigFailed, UsageLost, RedisAway, NATSAway, StoreAway,
	} {
		require.Equal(t, k, ruleOf(&config.AlertRule{Name: "x", Type: string(k)}).Kind)
		require.NotZero(t, ruleOf(&config.AlertRule{Name: "x", Type: string(k)}).Repeat, k)
	}
}

func TestTextOfOthersIsOneBoundedLine(t *testing.T) {
	require.Equal(t, "a b", Plain("a\nb\x00\u202e\x1b", 10))
	require.Equal(t, "äää…", Plain("äääääääää", 10))
	require.LessOrEqual(t, len(Plain("\xff\xfe€€€€€€", 7)), 7)
}
