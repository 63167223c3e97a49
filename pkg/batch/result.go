package batch

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// resultOf is the result line of an answer.
func (x *run) resultOf(l *line, a *job.Answer) result {
	text := x.open(make([]byte, 0, len(a.Body)+256), l)
	text = append(text, `{"status_code":`...)
	text = strconv.AppendInt(text, int64(a.Status), 10)
	text = append(text, `,"request_id":"`+x.lineID(l.n)+`","body":`...)
	text = appendBody(text, a.Body)
	text = append(text, "},\"error\":null}\n"...)
	return result{n: l.n, made: true, good: a.Status >= 200 && a.Status < 300, text: text}
}

// open begins a result line, up to what the response is.
func (x *run) open(dst []byte, l *line) []byte {
	var a asked
	_ = json.Unmarshal(l.text, &a) // it was looked at before
	dst = append(dst, `{"id":"`+x.lineID(l.n)+`","custom_id":`...)
	if a.CustomID != nil {
		dst = jsonx.AppendString(dst, *a.CustomID)
	} else {
		dst = append(dst, "null"...)
	}
	return append(dst, `,"response":`...)
}

// appendBody appends an answer's body, which must not have line ends; as text where it
// is no JSON.
func appendBody(dst, body []byte) []byte {
	var tight bytes.Buffer
	if json.Compact(&tight, body) != nil {
		return jsonx.AppendString(dst, string(body))
	}
	return append(dst, tight.Bytes()...)
}
