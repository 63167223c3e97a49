package mock

import "time"

// Options are what a mock does unless a request steers it otherwise. The zero
// value answers at once, without faults.
type Options struct {
	// Latency passes before the first byte of each answer, and up to
	// LatencyJitter more, evenly spread.
	Latency, LatencyJitter time.Duration
	// ErrorRate of the calls, from 0 to 1, fail with ErrorStatus (default 500):
	// evenly spaced, so that of 100 calls at 0.1 exactly ten do.
	ErrorRate   float64
	ErrorStatus int
	// Chunks is the number of pieces a streamed text comes in; 0 is one a word.
	// ChunkGap passes between the events of a stream.
	Chunks   int
	ChunkGap time.Duration
	// AnswerBytes above 0 makes each text answer filler of that length instead
	// of an echo.
	AnswerBytes int
	// Keys are the credentials that are let in; none lets everyone in. An answer
	// to a wrong one repeats it, as careless providers do, so that tests can look
	// for it where it must not appear.
	Keys []string
	// Journal is how many of the newest requests are kept for [Server.Requests].
	Journal int
	// Steer, if set, returns the faults of a call in the form that model names
	// have them: "status-429-after-3". It is called from many goroutines; hit
	// counts the calls from 1, key is the caller's credential.
	Steer func(hit int64, key, model string) string
	// Now is the clock of the answers' timestamps; the default is time.Now.
	Now func() time.Time
}
