package webhook

import (
	"net/http"
	"strconv"
	"time"
)

// delays are the pauses after each try: eleven tries in about a day.
var delays = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// triesBefore says how many tries a delivery has had that is so old and was handed out
// so often, this time included. A delivery is handed out without a try while its host
// is busy, so the number alone says too much; and the age is by two clocks, so that
// alone may too. The smaller of both is near enough.
func triesBefore(delays []time.Duration, age time.Duration, handedOut uint64) int {
	var due time.Duration
	tries := 0
	for _, d := range delays {
		if due += d; due > age {
			break
		}
		tries++
	}
	if handedOut > 0 && uint64(tries) > handedOut-1 {
		tries = int(handedOut - 1) //nolint:gosec // less than an int
	}
	return tries
}

// maxRetryAfter bounds what a receiver may ask for.
const maxRetryAfter = 8 * time.Hour

// retryAfter reads the header Retry-After, a number of seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if text == "" {
		return 0
	}
	if s, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(s)*time.Second, maxRetryAfter) //nolint:gosec // 32 bits
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
