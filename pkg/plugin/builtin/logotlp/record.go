package logotlp

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// record is a log record, in OTLP's JSON form: 64-bit numbers are texts there.
type record struct {
	Time       string      `json:"timeUnixNano"`
	Observed   string      `json:"observedTimeUnixNano"`
	Severity   int         `json:"severityNumber"`
	SeverityAs string      `json:"severityText"`
	Body       value       `json:"body"`
	Attributes []attribute `json:"attributes"`
	TraceID    string      `json:"traceId,omitempty"`
	SpanID     string      `json:"spanId,omitempty"`
}

type attribute struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}

type value struct {
	String *string  `json:"stringValue,omitempty"`
	Int    *string  `json:"intValue,omitempty"`
	Double *float64 `json:"doubleValue,omitempty"`
}

func text(key, v string) attribute { return attribute{key, value{String: &v}} }

func whole(key string, n int64) attribute {
	v := strconv.FormatInt(n, 10)
	return attribute{key, value{Int: &v}}
}

func number(key string, v float64) attribute { return attribute{key, value{Double: &v}} }

// traceparent is the header that says which trace a call belongs to.
const traceparent = "traceparent"

// The severities, of the data model's numbers.
const (
	info    = 9
	warning = 13
	failure = 17
)

// recordOf makes a line a log record.
func recordOf(line []byte) (record, error) {
	r, err := sink.Read(line)
	if err != nil {
		return record{}, err
	}
	body := string(line)
	out := record{
		Time: strconv.FormatInt(r.Time.UnixNano(), 10), Observed: strconv.FormatInt(r.End().UnixNano(), 10), Severity: info, SeverityAs: "INFO",
		Body: value{String: &body}, Attributes: attributesOf(r),
	}
	switch {
	case r.Status >= 500:
		out.Severity, out.SeverityAs = failure, "ERROR"
	case r.Status >= 400 || r.Truncated:
		out.Severity, out.SeverityAs = warning, "WARN"
	}
	// version-trace-span-flags, https://www.w3.org/TR/trace-context/
	if parts := strings.Split(r.Headers[traceparent], "-"); len(parts) == 4 && isHex(parts[1], 32) && isHex(parts[2], 16) {
		out.TraceID, out.SpanID = parts[1], parts[2]
	}
	return out, nil
}

func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}

func attributesOf(r *sink.Record) []attribute {
	all := []attribute{
		text("asbru.call.id", r.ID), text("gen_ai.operation.name", operation(r.Op)), whole("http.response.status_code", int64(r.Status)),
		whole("asbru.attempts", int64(r.Attempts)), number("asbru.took_ms", r.TookMS),
	}
	for _, named := range [...]struct{ key, value string }{
		{"gen_ai.provider.name", r.Provider},
		{"gen_ai.request.model", r.Model},
		{"asbru.request.id", r.RequestID},
		{"asbru.dialect", r.Dialect},
		{"asbru.virtual_key", r.VirtualKey},
		{"asbru.team", r.Team},
		{"asbru.customer", r.Customer},
		{"user.id", r.EndUser},
		{"asbru.marks", r.Marks},
	} {
		if named.value != "" {
			all = append(all, text(named.key, named.value))
		}
	}
	if u := r.Usage; u != nil {
		all = append(all, whole("gen_ai.usage.input_tokens", u.Input), whole("gen_ai.usage.output_tokens", u.Output))
	}
	if cost, err := r.Cost.Float64(); err == nil {
		all = append(all, number("asbru.cost", cost))
	}
	if r.Error != nil {
		all = append(all, text("error.type", r.Error.Kind))
	}
	for name, v := range r.Metadata {
		all = append(all, text("asbru.metadata."+name, v))
	}
	return all
}

// operation is the semantic conventions' name of an operation.
func operation(op string) string {
	switch op {
	case "completion":
		return "text_completion"
	case "embedding":
		return "embeddings"
	}
	return op
}
