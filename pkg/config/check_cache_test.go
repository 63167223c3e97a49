package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASemanticCacheNeedsWhatItComparesBy(t *testing.T) {
	const head = `{"providers":{"openai":{"keys":[{"value":"sk-1234567890123","weight":1}]}},"cache":{"enabled":true,`
	for rest, want := range map[string]string{
		`"semantic":{"enabled":true}}}`:                                                                                           "cache.semantic.model",
		`"semantic":{"enabled":true,"model":"embed"}}}`:                                                                           "must be provider/model",
		`"semantic":{"enabled":true,"model":"nobody/embed"}}}`:                                                                    "no such provider",
		`"semantic":{"enabled":true,"model":"openai/embed","threshold":1.5}}}`:                                                    "cache.semantic.threshold",
		`"store":"redis","semantic":{"enabled":true,"model":"openai/embed","store":"postgres"}}}`:                                 "cache.semantic.url",
		`"semantic":{"enabled":true,"model":"openai/embed","store":"postgres","url":"postgres://x"}}}`:                            "cache.store must be redis",
		`"semantic":{"enabled":false}}}`:                                                                                          "",
		`"semantic":{"enabled":true,"embedding_model":"openai/embed","dimension":256,"conversation_history_threshold":5}}}`:       "",
		`"store":"redis","semantic":{"enabled":true,"model":"openai/embed","store":"postgres","url":"postgres://u:secret@h/d"}}}`: "",
	} {
		_, _, err := Parse([]byte(head+rest), JSON)
		if want == "" {
			require.NoError(t, err, rest)
		} else {
			require.ErrorContains(t, err, want, rest)
		}
	}
}
