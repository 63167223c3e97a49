package sink

// Hot path where a sink is configured.

import (
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Shape says what lines have beside what they always have.
type Shape struct {
	Content  bool     // requests and answers, in the form of OpenAI's API
	MaxBytes int      // of the request and of the answer each; what is larger is left out
	Headers  []string // of the caller
}

// AppendLine appends what is told of a finished call: one JSON object without a newline. Its
// members are in docs/plugins-shipped.md.
func (s *Shape) AppendLine(dst []byte, d *plugin.Done) []byte {
	o := put.Begin(dst)
	o.Dst = append(put.Key(o.Dst, "time"), '"')
	o.Dst = append(d.Began.UTC().AppendFormat(o.Dst, time.RFC3339Nano), '"')
	o.Text("id", d.ID)
	o.Some("request_id", d.RequestID)
	o.Some("dialect", d.Dialect)
	o.Text("op", d.Op.String())
	o.Dst = strconv.AppendBool(put.Key(o.Dst, "stream"), d.Stream)
	o.Some("provider", d.Provider)
	o.Some("model", d.Model)
	o.Some("key", d.Key)
	o.Dst = put.Int(o.Dst, "status", int64(d.Status))
	o.Dst = put.Int(o.Dst, "attempts", int64(d.Attempts))
	o.Dst = appendMillis(o.Dst, "took_ms", d.Took)
	if d.FirstToken > 0 {
		o.Dst = appendMillis(o.Dst, "first_token_ms", d.FirstToken)
	}
	if d.Truncated {
		o.Dst = append(put.Key(o.Dst, "truncated"), "true"...)
	}
	if d.Err != nil {
		appendError(&o, d.Err)
	}
	if d.Usage.Known {
		appendUsage(&o, &d.Usage)
	}
	o.Dst = appendDollars(put.Key(o.Dst, "cost"), d.CostNano)
	o.Some("virtual_key_id", d.Caller.VirtualKeyID)
	o.Some("virtual_key", d.Caller.VirtualKey)
	o.Some("team", d.Caller.Team)
	o.Some("customer", d.Caller.Customer)
	o.Some("user", d.Caller.User)
	o.Some("end_user", d.Caller.EndUser)
	appendMetadata(&o, d.Metadata)
	o.Some("marks", d.Notes())
	s.appendHeaders(&o, d.Call)
	if s.Content {
		s.appendContent(&o, d)
	}
	return o.End()
}

// appendMillis writes a duration in milliseconds, to the microsecond.
func appendMillis(dst []byte, key string, d time.Duration) []byte {
	return strconv.AppendFloat(put.Key(dst, key), float64(d.Microseconds())/1e3, 'f', -1, 64)
}

// appendDollars writes nano-dollars as dollars, exactly.
func appendDollars(dst []byte, nano int64) []byte {
	const whole = 1_000_000_000
	if nano < 0 {
		dst, nano = append(dst, '-'), -nano
	}
	dst = strconv.AppendInt(dst, nano/whole, 10)
	rest := nano % whole
	if rest == 0 {
		return dst
	}
	dst = append(dst, '.')
	for digit := int64(whole / 10); rest > 0; digit /= 10 {
		dst = append(dst, byte('0'+rest/digit))
		rest %= digit
	}
	return dst
}

func appendError(o *put.Object, err *api.Error) {
	o.Key("error")
	in := put.Begin(o.Dst)
	in.Text("kind", err.Kind.String())
	in.Some("code", err.Code)
	in.Some("provider", err.Provider)
	in.Text("message", secret.RedactKept(err.Message))
	o.Dst = in.End()
}

func appendUsage(o *put.Object, u *api.Usage) {
	o.Key("usage")
	in := put.Begin(o.Dst)
	in.Dst = put.Int(in.Dst, "input", u.Input)
	in.Dst = put.Int(in.Dst, "output", u.Output)
	for _, more := range [...]struct {
		name   string
		tokens int64
	}{{"cache_read", u.CacheRead}, {"cache_write", u.CacheWrite}, {"reasoning", u.Reasoning}, {"units", u.Units}} {
		if more.tokens > 0 {
			in.Dst = put.Int(in.Dst, more.name, more.tokens)
		}
	}
	if u.Estimated {
		in.Dst = append(put.Key(in.Dst, "estimated"), "true"...)
	}
	o.Dst = in.End()
}

// appendMetadata writes k=v,… as an object.
func appendMetadata(o *put.Object, pairs string) {
	if pairs == "" {
		return
	}
	o.Key("metadata")
	in := put.Begin(o.Dst)
	for pair := range strings.SplitSeq(pairs, ",") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			in.Text(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	o.Dst = in.End()
}

func (s *Shape) appendHeaders(o *put.Object, c *plugin.Call) {
	if len(s.Headers) == 0 {
		return
	}
	o.Key("headers")
	in := put.Begin(o.Dst)
	for _, name := range s.Headers {
		in.Some(name, c.Header(name))
	}
	o.Dst = in.End()
}

// quirks have the codec write what it would leave out for most providers.
var quirks = dialect.Quirks{ReasoningField: "reasoning_details"}

// appendContent writes the request and the answer. What OpenAI's API has no words for, and
// what is too large, is named in their places.
func (s *Shape) appendContent(o *put.Object, d *plugin.Done) {
	if d.Request != nil {
		o.Key("request")
		start := len(o.Dst)
		out, err := openai.Codec.AppendRequest(o.Dst, d.Request, &quirks)
		o.Dst = s.within(out, start, err != nil)
	}
	if d.Response != nil {
		o.Key("response")
		start := len(o.Dst)
		o.Dst = s.within(openai.Codec.AppendResponse(o.Dst, &dialect.Head{Op: d.Op, Model: d.Model}, d.Response), start, false)
	}
}

// within leaves out what has been put behind start if there is no room, or no word, for it.
func (s *Shape) within(dst []byte, start int, unsaid bool) []byte {
	switch {
	case unsaid:
		return append(dst[:start], `{"left_out":"it cannot be said in this form"}`...)
	case len(dst)-start > s.MaxBytes:
		return append(dst[:start], `{"left_out":"it is too large"}`...)
	}
	return dst
}
