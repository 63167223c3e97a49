package limits

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// periodUnits are the units of a period beside those of time.ParseDuration, the
// longest first. A month is 30 days, a year 365.
var periodUnits = []struct {
	suffix string
	length time.Duration
}{{"Y", 365 * day}, {"M", 30 * day}, {"w", 7 * day}, {"d", day}}

// maxPeriod bounds a period so that sums of times stay far from overflowing.
const maxPeriod = 10 * 365 * day

// ParsePeriod reads the length of a limit's period: 30s, 5m, 1h, 1d, 1w, 1M, 1Y.
func ParsePeriod(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	for _, u := range periodUnits {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			var n int64
			if n, err = strconv.ParseInt(number, 10, 32); err == nil {
				d = time.Duration(min(n, int64(maxPeriod/u.length)+1)) * u.length
			}
			break
		}
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no period: want a number with s, m, h, d, w, M or Y, such as 1h", s)
	case d < time.Second:
		return 0, fmt.Errorf("a period must be at least one second")
	case d > maxPeriod:
		return 0, fmt.Errorf("a period can be at most ten years")
	}
	return d, nil
}

// FormatPeriod writes a period as ParsePeriod reads it, in the longest unit of
// which it is a multiple.
func FormatPeriod(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	for _, u := range periodUnits {
		if d%u.length == 0 {
			return strconv.FormatInt(int64(d/u.length), 10) + u.suffix
		}
	}
	s := d.String() // 1h0m0s
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
