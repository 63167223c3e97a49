package telemetry

import (
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The lines of finished calls look as slog's handlers would write them, so that
// one log has one form. They are written here since slog's own way costs several
// times as much, for every call.

// AppendJSON appends a record as slog's JSON handler would.
func AppendJSON(b []byte, r *Record) []byte {
	b = append(b, `{"time":"`...)
	b = r.Time.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","level":"INFO","msg":"call"`...)
	b = r.appendFields(b, jsonFields)
	return append(b, '}', '\n')
}

// AppendText appends a record as slog's text handler would.
func AppendText(b []byte, r *Record) []byte {
	b = append(b, "time="...)
	b = r.Time.AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = append(b, " level=INFO msg=call"...)
	b = r.appendFields(b, textFields)
	return append(b, '\n')
}

// fieldForm is how a format writes a field's name and a string.
type fieldForm struct {
	name  func(b []byte, name string) []byte
	value func(b []byte, s string) []byte
}

var (
	jsonFields = fieldForm{
		name:  func(b []byte, name string) []byte { return append(append(append(b, `,"`...), name...), `":`...) },
		value: jsonx.AppendString,
	}
	textFields = fieldForm{
		name: func(b []byte, name string) []byte { return append(append(append(b, ' '), name...), '=') },
		value: func(b []byte, s string) []byte {
			if bare(s) {
				return append(b, s...)
			}
			return strconv.AppendQuote(b, s)
		},
	}
)

// bare says whether a text needs no quotes.
func bare(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\' {
			return false
		}
	}
	return s != ""
}

func (r *Record) appendFields(b []byte, f fieldForm) []byte {
	for _, s := range [...]struct {
		name, value string
		always      bool
	}{
		{"request_id", r.RequestID.Borrow(), true},
		{"dialect", r.Dialect, true},
		{"operation", r.Op.String(), true},
		{"provider", r.Provider, true},
		{"model", r.Model.Borrow(), true},
		{"key", r.Key, true},
		{"virtual_key", r.VirtualKey, false},
		{"code", r.Code.Borrow(), false},
	} {
		if s.always || s.value != "" {
			b = f.value(f.name(b, s.name), s.value)
		}
	}
	for _, n := range [...]struct {
		name  string
		value int64
	}{
		{"status", int64(r.Status)},
		{"us", r.Took.Microseconds()},
		{"input_tokens", r.Usage.Input},
		{"output_tokens", r.Usage.Output},
		{"attempts", int64(r.Attempts)},
	} {
		b = strconv.AppendInt(f.name(b, n.name), n.value, 10)
	}
	for _, flag := range [...]struct {
		name string
		on   bool
	}{{"stream", r.Stream}, {"truncated", r.Truncated}, {"estimated", r.Usage.Estimated}, {"possibly_billed", r.Billed}} {
		if flag.on {
			b = append(f.name(b, flag.name), "true"...)
		}
	}
	return b
}
