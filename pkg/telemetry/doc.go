// Package telemetry is how the gateway tells what it does: Prometheus metrics,
// all declared in metrics.go, and one log line for each call.
//
// The hot path touches neither: a finished call adds to counters it already
// holds (a [Series]) and puts a [Record] into a bounded ring. One goroutine
// turns records into log lines. When it cannot keep up, records are dropped and
// counted, and no call waits.
package telemetry
