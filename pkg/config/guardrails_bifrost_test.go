package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// sampleOfBifrost is the example of Bifrost's documentation, and what it has beside.
const sampleOfBifrost = `{"guardrails_config": {
	"guardrail_providers": [
		{"id": 1, "provider_name": "regex", "policy_name": "block-secrets", "enabled": true, "timeout": 5, "config": {"mode": "block", "patterns": [
			{"pattern": "sk-[A-Za-z0-9]{20,}", "description": "OpenAI API key"},
			{"pattern": "gh[ps]_[A-Za-z0-9]{36}", "description": "GitHub token", "flags": "i", "action": "redact"},
			{"pattern": "internal", "action": "detect_only"}]}},
		{"id": 2, "provider_name": "bedrock", "policy_name": "content-filter", "enabled": true, "config": {"guardrail_arn": "arn:x", "region": "us-east-1"}},
		{"id": 3, "provider_name": "regex", "enabled": false, "config": {"patterns": [{"pattern": "x"}]}}],
	"guardrail_rules": [
		{"id": 101, "name": "secrets", "description": "d", "enabled": true, "cel_expression": "true", "apply_to": "both", "sampling_rate": 50, "timeout": 1000, "provider_config_ids": [1, 2, 3]},
		{"id": 102, "enabled": true, "apply_to": "input", "provider_config_ids": [2]},
		{"id": 103, "name": "tools", "target": "mcp", "provider_config_ids": [1]},
		{"id": 104, "name": "off", "enabled": false, "provider_config_ids": [1]}]}}`

func TestBifrostsGuardrailsAreRulesOfOurs(t *testing.T) {
	cfg, notes, err := Parse([]byte(sampleOfBifrost), JSON)
	require.NoError(t, err)
	half := 50.0
	require.Equal(t, []GuardrailRule{{
		Name: "secrets", CEL: "true", ApplyTo: "both", SamplingRate: &half,
		Checks: []GuardrailCheck{
			{Type: "regex", Name: "block-secrets", Action: "refuse", Patterns: []GuardrailPattern{{Name: "OpenAI_API_key", Regex: "sk-[A-Za-z0-9]{20,}"}}},
			{Type: "regex", Name: "block-secrets", Action: "redact", Patterns: []GuardrailPattern{{Name: "GitHub_token", Regex: "(?i)gh[ps]_[A-Za-z0-9]{36}"}}},
			{Type: "regex", Name: "block-secrets", Action: "note", Patterns: []GuardrailPattern{{Name: "pattern_3", Regex: "internal"}}},
		},
	}}, cfg.GuardrailRules())
	var told []string
	for _, n := range notes {
		told = append(told, n.Path)
	}
	require.Contains(t, told, "guardrails_config.guardrail_providers[1].provider_name")
	require.Contains(t, told, "guardrails_config.guardrail_rules[2].target")
	cfg.Guardrails.Rules = []GuardrailRule{{Name: "own"}}
	require.Equal(t, []string{"own", "secrets"}, []string{cfg.GuardrailRules()[0].Name, cfg.GuardrailRules()[1].Name})
	require.Len(t, cfg.Guardrails.Rules, 1)
}

func TestMistakesInBifrostsGuardrails(t *testing.T) {
	for section, want := range map[string]string{
		`{"guardrail_rules":[{"name":"r","provider_config_ids":[7]}]}`:                                                           "guardrail_rules[0].provider_config_ids[0]: there is no guardrail provider",
		`{"guardrail_rules":[{"name":"r","cel_expression":"model =="}]}`:                                                         "guardrail_rules[0].cel_expression: ",
		`{"guardrail_providers":[{"id":1,"provider_name":"regex","config":{"patterns":[{"pattern":"("}]}}]}`:                     "config.patterns[0].pattern: is no regular expression",
		`{"guardrail_providers":[{"id":1,"provider_name":"regex","config":{"patterns":[{"pattern":"a","flags":"x"}]}}]}`:         "config.patterns[0].flags: may have i, m and s",
		`{"guardrail_providers":[{"id":1,"provider_name":"regex","config":{}}]}`:                                                 "config: patterns: is required",
		`{"guardrail_providers":[{"id":1,"provider_name":"azure","config":{}},{"id":1,"provider_name":"patronus","config":{}}]}`: "guardrail_providers[1].id: is the same as",
	} {
		_, _, err := Parse([]byte(`{"guardrails_config":`+section+`}`), JSON)
		require.ErrorContains(t, err, want, section)
	}
}
