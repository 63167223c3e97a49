package mock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/valyala/fasthttp"
)

// Fault is one way to steer the mock's answer to a request, faulty or just
// unusual. Where headers do not reach the mock, the model's name does: what
// follows "mock-" in it is read as words, each with its value if it takes one,
// as in "mock-status-429-after-3" or "mock-slow-200ms"; a word that is none of
// these steers nothing. Headers are x-mock- and the Header name; they win.
type Fault struct {
	Header, Word string
	Bare         bool // a word alone: it takes no value in a model's name
	Doc          string
	set          func(p *plan, value string) error
}

// Faults is the table of all there are.
var Faults = []Fault{
	{"status", "status", false, "answers with this HTTP status and an error of the dialect", setStatus},
	{"retry-after", "after", false, "sends this Retry-After with a status", func(p *plan, v string) error { p.retryAfter = v; return nil }},
	{"left", "left", false, "says that so many of the 10,000 requests of a key's limit are left (OpenAI's dialect)", countOf(func(p *plan) *int { return &p.left })},
	{"latency", "slow", false, "waits this long before the first byte", durationOf(func(p *plan) *time.Duration { return &p.latency })},
	{"chunks", "chunks", false, "streams text in this many pieces", countOf(func(p *plan) *int { return &p.chunks })},
	{"gap", "gap", false, "waits this long between the events of a stream", durationOf(func(p *plan) *time.Duration { return &p.gap })},
	{"bytes", "bytes", false, "answers with filler text of this length", countOf(func(p *plan) *int { return &p.answerBytes })},
	{"cut-after", "cut", false, "hangs up after this many events of a stream, or in the middle of a whole answer; 0: before the first byte", countOf(func(p *plan) *int { return &p.cutAfter })},
	{"cut-mid", "mid", true, "a cut leaves half of the next event behind", func(p *plan, _ string) error { p.cutMid = true; return nil }},
	{"cut-reset", "rst", true, "a cut is a TCP reset", func(p *plan, _ string) error { p.cutReset = true; return nil }},
	{"hang", "hang", true, "never answers", func(p *plan, _ string) error { p.hangAfter = 0; return nil }},
	{"hang-after", "stall", false, "falls silent after this many events of a stream", countOf(func(p *plan) *int { return &p.hangAfter })},
	{"trickle", "trickle", false, "sends the answer byte by byte, waiting this long between them", durationOf(func(p *plan) *time.Duration { return &p.trickle })},
	{"error-event-at", "error", false, "a stream's event of this number, from 0, is an error, and the last", countOf(func(p *plan) *int { return &p.errorAt })},
	{"body", "body", false, "a broken answer: html, empty, half (of the JSON), short (of its Content-Length), error200, gzip, headers (endless), garbage (not HTTP)", setBody},
	{"refuse", "refuse", true, "the model declines", func(p *plan, _ string) error { p.refuse = true; return nil }},
	{"cached", "cached", false, "so many prompt tokens, if there are as many, count as read from a cache", countOf(func(p *plan) *int { return &p.cached })},
	{"cache-write", "cachewrite", false, "so many prompt tokens, if there are as many, count as written to a cache", countOf(func(p *plan) *int { return &p.written })},
}

// plan is how one request is answered.
type plan struct {
	status                int
	retryAfter            string
	latency, gap, trickle time.Duration
	chunks, answerBytes   int
	cutAfter, hangAfter   int // in events; none: never
	errorAt               int // index of an event; none: never
	cutMid, cutReset      bool
	body                  string
	refuse                bool
	cached, written       int
	left                  int
}

const (
	none     = -1
	maxCount = 1 << 20
	maxDelay = time.Hour
)

var bodies = []string{"html", "empty", "half", "short", "error200", "gzip", "headers", "garbage"}

func setStatus(p *plan, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 200 || n > 599 {
		return fmt.Errorf("%q is not a status from 200 to 599", v)
	}
	p.status = n
	return nil
}

func setBody(p *plan, v string) error {
	for _, b := range bodies {
		if v == b {
			p.body = v
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", v, strings.Join(bodies, ", "))
}

func countOf(field func(*plan) *int) func(*plan, string) error {
	return func(p *plan, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > maxCount {
			return fmt.Errorf("%q is not a number from 0 to %d", v, maxCount)
		}
		*field(p) = n
		return nil
	}
}

func durationOf(field func(*plan) *time.Duration) func(*plan, string) error {
	return func(p *plan, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < 0 || d > maxDelay {
			return fmt.Errorf("%q is not a duration up to %s", v, maxDelay)
		}
		*field(p) = d
		return nil
	}
}

// plan starts from the server's options.
func (o *Options) plan() plan {
	return plan{
		latency: o.Latency, gap: o.ChunkGap, chunks: o.Chunks, answerBytes: o.AnswerBytes,
		cutAfter: none, hangAfter: none, errorAt: none, left: 9999,
	}
}

// steerByHeaders applies the x-mock- headers of a request.
func (p *plan) steerByHeaders(h *fasthttp.RequestHeader) error {
	const prefix = "X-Mock-" // as fasthttp normalizes it
	for k, v := range h.All() {
		if len(k) <= len(prefix) || string(k[:len(prefix)]) != prefix {
			continue
		}
		name := strings.ToLower(string(k[len(prefix):]))
		f := faultNamed(func(f *Fault) bool { return f.Header == name })
		if f == nil {
			return fmt.Errorf("mock: there is no x-mock-%s", name)
		}
		if err := f.set(p, string(v)); err != nil {
			return fmt.Errorf("mock: x-mock-%s: %w", name, err)
		}
	}
	return nil
}

// steerByModel applies the words of a model's name.
func (p *plan) steerByModel(model string) error {
	const mark = "mock-"
	at := strings.Index(model, mark)
	if at < 0 || at > 0 && (unicode.IsLetter(rune(model[at-1])) || unicode.IsDigit(rune(model[at-1]))) {
		return nil
	}
	return p.steerByWords(model[at+len(mark):])
}

// steerByWords applies words such as "status-429-after-3".
func (p *plan) steerByWords(spec string) error {
	for spec != "" {
		var word, value string
		word, spec, _ = strings.Cut(spec, "-")
		f := faultNamed(func(f *Fault) bool { return f.Word == word })
		if f == nil {
			continue
		}
		if !f.Bare {
			value, spec, _ = strings.Cut(spec, "-")
		}
		if err := f.set(p, value); err != nil {
			return fmt.Errorf("mock: %s: %w", word, err)
		}
	}
	return nil
}

func faultNamed(is func(*Fault) bool) *Fault {
	for i := range Faults {
		if is(&Faults[i]) {
			return &Faults[i]
		}
	}
	return nil
}
