package limits_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestPeriodsAreReadInTheirUnits(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "5m": 5 * time.Minute, "1h": time.Hour, "1d": day, "1w": 7 * day,
		"1M": 30 * day, "1Y": 365 * day, "1h30m": 90 * time.Minute, "12d": 12 * day,
	} {
		got, err := limits.ParsePeriod(s)
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
		require.Equal(t, s, limits.FormatPeriod(got))
	}
}

func TestWhatIsNoPeriodIsRefused(t *testing.T) {
	for _, s := range []string{"", "1", "d", "-1d", "0h", "1.5d", "1y", "900ms", "11Y", "99999999999Y", "2147483647Y", "1d1h"} {
		_, err := limits.ParsePeriod(s)
		require.Error(t, err, s)
	}
}

func TestAWrittenPeriodIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(1, 3600*24*365*10).Draw(t, "seconds")) * time.Second
		got, err := limits.ParsePeriod(limits.FormatPeriod(d))
		require.NoError(t, err)
		require.Equal(t, d, got)
	})
}
