package cohere

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestUsageIsWhatTheModelHasReadAndWritten(t *testing.T) {
	for name, row := range map[string]struct {
		usage string
		want  api.Usage
	}{
		"a chat that says that it has not searched": {
			`{"billed_units":{"input_tokens":11,"output_tokens":7,"search_units":0,"classifications":0},"tokens":{"input_tokens":11,"output_tokens":7}}`,
			api.Usage{Input: 11, Output: 7, Known: true},
		},
		"less is billed": {
			`{"billed_units":{"input_tokens":3,"output_tokens":7},"tokens":{"input_tokens":11,"output_tokens":7}}`,
			api.Usage{Input: 11, Output: 7, BilledInput: 3, BilledOutput: 7, Known: true},
		},
		"searches alone":    {`{"billed_units":{"search_units":2}}`, api.Usage{Units: 2, Known: true}},
		"what is billed":    {`{"billed_units":{"input_tokens":3}}`, api.Usage{Input: 3, Known: true}},
		"nothing is said":   {`{}`, api.Usage{}},
		"nothing is a word": {`{"billed_units":{"search_units":"2"},"tokens":{"input_tokens":-1}}`, api.Usage{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, row.want, usageOf(jsonx.Value(row.usage)))
		})
	}
}
