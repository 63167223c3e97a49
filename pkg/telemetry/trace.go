package telemetry

// Hot path where calls are traced.

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"time"

	"github.com/cespare/xxhash/v2"
)

// Trace is where a call stands in a trace of [W3C Trace Context]. The zero value is that of
// a call that is not traced.
//
// The ids of a call's spans are made from the id of the call, so that nobody has to carry
// them: the spans themselves are written when the call is over, from its [Record].
//
// [W3C Trace Context]: https://www.w3.org/TR/trace-context/
type Trace struct {
	ID      [16]byte
	Parent  SpanID // the caller's; zero for none
	Sampled bool   // its spans are kept
}

// SpanID names a span within its trace.
type SpanID [8]byte

// traceparentLen is the length of a traceparent of version 00, with which those of later
// versions begin.
const traceparentLen = len("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")

// ParseTraceparent reads a traceparent. It says no to one that is not well formed, which
// counts as none.
func ParseTraceparent(s string) (t Trace, ok bool) {
	if len(s) < traceparentLen || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return t, false
	}
	if s[:2] == "ff" || len(s) > traceparentLen && (s[:2] == "00" || s[traceparentLen] != '-') {
		return t, false
	}
	var version, flags [1]byte
	ok = unhex(version[:], s[:2]) && unhex(t.ID[:], s[3:35]) && unhex(t.Parent[:], s[36:52]) && unhex(flags[:], s[53:55])
	if !ok || t.ID == [16]byte{} || t.Parent == (SpanID{}) {
		return Trace{}, false
	}
	t.Sampled = flags[0]&1 != 0
	return t, true
}

// unhex reads hexadecimal digits in lower case, the only ones that are allowed.
func unhex(dst []byte, s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'F' {
			return false
		}
	}
	_, err := hex.Decode(dst, []byte(s))
	return err == nil
}

// Begin makes the trace of a call that begins one.
func Begin(callID string) (t Trace) {
	binary.BigEndian.PutUint64(t.ID[:8], hash(callID, 't'))
	binary.BigEndian.PutUint64(t.ID[8:], hash(callID, 'r'))
	return t
}

// Within says whether the trace is among the share of all traces that are kept, 0 to 1. All
// nodes, and all programs that go by OpenTelemetry's [consistent probability sampling], say
// the same of one trace.
//
// [consistent probability sampling]: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
func (t *Trace) Within(share float64) bool {
	const all = 1 << 56
	random := binary.BigEndian.Uint64(t.ID[8:]) & (all - 1)
	return random >= uint64(math.Round((1-share)*all))
}

// Span returns the id of one of a call's spans: 0 is the call's own, and the others are
// counted as their maker likes.
func (t *Trace) Span(callID string, n int) (id SpanID) {
	binary.BigEndian.PutUint64(id[:], hash(callID, byte(n)))
	if id == (SpanID{}) {
		id[7] = 1
	}
	return id
}

// hash is of a call's id and of what is made from it. A call has at most 32 hexadecimal
// digits, or what another node has called it.
func hash(callID string, salt byte) uint64 {
	var b [len(Text{}.buf) + 1]byte
	n := copy(b[1:], callID)
	b[0] = salt
	return xxhash.Sum64(b[:n+1])
}

// AppendTraceparent appends the traceparent that has a request be made by a span.
func (t *Trace) AppendTraceparent(dst []byte, span SpanID) []byte {
	dst = append(dst, "00-"...)
	dst = hex.AppendEncode(dst, t.ID[:])
	dst = append(dst, '-')
	dst = hex.AppendEncode(dst, span[:])
	if t.Sampled {
		return append(dst, "-01"...)
	}
	return append(dst, "-00"...)
}

// Traced is what a traced call has to tell beside its record.
type Traced struct {
	Trace
	Tries []TracedTry // all of them, also one that was the first and succeeded
	Hooks []Hook
	// Answer is what the provider says of its answer.
	Answer TracedAnswer
	// Work is a worker's part in a call of an edge's, which the rest of the call's spans are of;
	// nil in the record of a whole call.
	Work *Work
}

// TracedAnswer is what a provider says of its answer.
type TracedAnswer struct {
	ID, Model string
	Finish    []string // why each choice ended
}

// Work is what a worker has done for a call. Times are since it began with it.
type Work struct {
	Span    SpanID
	Node    string
	Attempt int           // of the call's
	Asked   time.Duration // when the request left; 0 where none did
}

// TracedTry is one time that a provider was asked.
type TracedTry struct {
	Try
	Number int           // its span is the call's so many-th
	Asked  time.Duration // since the call began, when the request left; 0 where none did
	Queued time.Duration // until then, the wait for a slot or a worker
}

// Hook is one time that a plugin was called.
type Hook struct {
	Plugin, Point, Verdict string

	Started time.Duration // since the call began
	Took    time.Duration
}
