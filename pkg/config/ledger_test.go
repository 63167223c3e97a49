package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheLedgerIsKept90DaysUnlessToldOtherwise(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`{}`:                                   90 * 24 * time.Hour,
		`{"ledger":{}}`:                        90 * 24 * time.Hour,
		`{"ledger":{"retention_in_days":400}}`: 400 * 24 * time.Hour,
		`{"ledger":{"retention_in_days":0}}`:   0, // for ever
	} {
		cfg, _, err := Parse([]byte(text), JSON)
		require.NoError(t, err, text)
		require.Equal(t, want, cfg.Ledger.Retention(), text)
	}
	_, _, err := Parse([]byte(`{"ledger":{"retention_in_days":-1}}`), JSON)
	require.ErrorContains(t, err, "ledger.retention_in_days")
}
