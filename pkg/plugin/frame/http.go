package frame

import (
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// httpMessage is a request or an answer as a guest has made it. What it lacks stays.
type httpMessage struct {
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers"`
	Body    *string             `json:"body"`
	Body64  *string             `json:"body_base64"`
}

// secretHeaders are not shown: a guest has no use for its callers' keys.
var secretHeaders = map[string]bool{
	"Authorization": true, "X-Api-Key": true, "Api-Key": true, "X-Goog-Api-Key": true, "Cookie": true,
	"Set-Cookie": true, "Proxy-Authorization": true, "X-Asbru-Vk": true, "X-Bf-Vk": true, "X-Asbru-Api-Key": true, "X-Bf-Api-Key": true,
	"X-Bf-Bedrock-Api-Key": true, "X-Bf-Bedrock-Access-Key": true, "X-Bf-Bedrock-Secret-Key": true, "X-Bf-Bedrock-Session-Token": true,
}

func appendHTTP(o *put.Object, q *plugin.HTTPRequest) {
	o.Key("http")
	in := put.Begin(o.Dst)
	in.Some("id", q.ID)
	in.Text("method", q.Method)
	in.Text("path", q.Path)
	in.Some("query", q.Query)
	appendHeaders(&in, q.Headers)
	appendCaller(&in, &q.Caller)
	appendBytes(&in, "body", q.Body)
	o.Dst = in.End()
}

func appendHTTPAnswer(o *put.Object, a *plugin.HTTPAnswer) {
	o.Key("http_answer")
	in := put.Begin(o.Dst)
	in.Dst = put.Int(in.Dst, "status", int64(a.Status))
	appendHeaders(&in, a.Headers)
	appendBytes(&in, "body", a.Body)
	o.Dst = in.End()
}

func appendHeaders(o *put.Object, headers []plugin.Header) {
	o.Key("headers")
	in := put.Begin(o.Dst)
	written := map[string]bool{}
	for i := range headers {
		name := http.CanonicalHeaderKey(headers[i].Name)
		if secretHeaders[name] || written[name] {
			continue
		}
		written[name] = true
		var values []string
		for _, h := range headers[i:] {
			if http.CanonicalHeaderKey(h.Name) == name {
				values = append(values, h.Value)
			}
		}
		in.Strings(name, values)
	}
	o.Dst = in.End()
}

// change returns headers with those that the guest names put in place of what they were;
// an empty list takes one out.
func (m *httpMessage) change(headers []plugin.Header) ([]plugin.Header, error) {
	if len(m.Headers) == 0 {
		return headers, nil
	}
	named := map[string][]string{}
	for name, values := range m.Headers {
		key := http.CanonicalHeaderKey(name)
		if secretHeaders[key] || !isToken(name) {
			return nil, errHeader
		}
		for _, v := range values {
			if !isFieldValue(v) {
				return nil, errHeader
			}
		}
		named[key] = values
	}
	var out []plugin.Header
	for _, h := range headers {
		if _, changed := named[http.CanonicalHeaderKey(h.Name)]; !changed {
			out = append(out, h)
		}
	}
	for name, values := range named {
		for _, v := range values {
			out = append(out, plugin.Header{Name: name, Value: v})
		}
	}
	return out, nil
}

// isToken says whether a name may be a header's.
func isToken(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return s != ""
}

// isFieldValue says whether a value fits in one line of a header.
func isFieldValue(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
