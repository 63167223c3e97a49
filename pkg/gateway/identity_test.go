package gateway

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/stretchr/testify/require"
)

func TestAVirtualKeyMayUseWhatItsProvidersSay(t *testing.T) {
	for name, tc := range map[string]struct {
		providers      string
		openai, gemini bool // gpt-4o there
		openaiUnderTwo bool // the same under version 2
		geminiUnderTwo bool
	}{
		"absent":              {`null`, true, true, false, false},
		"empty":               {`[]`, true, true, false, false},
		"every":               {`["*"]`, true, true, true, true},
		"every, of one model": {`[{"provider": "*", "allowed_models": ["gpt-4o"]}]`, true, true, true, true},
		"another model":       {`[{"provider": "*", "allowed_models": ["o3"]}]`, false, false, false, false},
		"one":                 {`[{"provider": "openai", "allowed_models": ["*"]}]`, true, false, true, false},
		"one, models absent":  {`[{"provider": "openai"}]`, true, false, false, false},
		"one apart":           {`[{"provider": "openai", "allowed_models": ["o3"]}, "*"]`, false, true, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			for version, want := range map[string][2]bool{"1": {tc.openai, tc.gemini}, "2": {tc.openaiUnderTwo, tc.geminiUnderTwo}} {
				cfg, _, err := config.Parse([]byte(`{"version": `+version+`, "governance": {"virtual_keys": [{"name": "n", "value": "v", "provider_configs": `+tc.providers+`}]}}`), config.JSON)
				require.NoError(t, err)
				s := &Snapshot{identities: identities{}}
				s.identify(cfg, &cfg.Governance.VirtualKeys[0])
				c := &Call{identity: s.identities[virtualkey.DigestOf("v")]}
				require.Equal(t, want[0], c.permits("openai", "gpt-4o") == nil, "openai, version %s", version)
				require.Equal(t, want[1], c.permits("gemini", "gpt-4o") == nil, "gemini, version %s", version)
			}
		})
	}
}
