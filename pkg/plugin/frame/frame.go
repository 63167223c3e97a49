package frame

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// begin opens a frame.
func (r *remote) begin(p plugin.Point) put.Object {
	o := put.Begin(make([]byte, 0, 2<<10))
	o.Dst = put.Int(o.Dst, "asbru", Version)
	o.Text("point", p.String())
	o.Text("plugin", r.o.Name)
	return o
}

// beginCall opens a frame that tells of a call.
func (r *remote) beginCall(p plugin.Point, c *plugin.Call) put.Object {
	o := r.begin(p)
	o.Key("call")
	o.Dst = appendCall(o.Dst, c)
	if len(r.o.Headers) > 0 && c.Header != nil {
		o.Key("headers")
		h := put.Begin(o.Dst)
		for _, name := range r.o.Headers {
			if value := c.Header(name); value != "" && !secretHeaders[http.CanonicalHeaderKey(name)] {
				h.Text(name, value)
			}
		}
		o.Dst = h.End()
	}
	if state, _ := c.Value(stateOf{r}).(api.JSON); state != nil {
		o.Dst = put.Raw(o.Dst, "state", state)
	}
	return o
}

func appendCall(dst []byte, c *plugin.Call) []byte {
	o := put.Begin(dst)
	o.Text("id", c.ID)
	o.Some("request_id", c.RequestID)
	o.Some("dialect", c.Dialect)
	o.Text("op", c.Op.String())
	o.Dst = strconv.AppendBool(put.Key(o.Dst, "stream"), c.Stream)
	if c.Attempt > 0 {
		o.Dst = put.Int(o.Dst, "attempt", int64(c.Attempt))
	}
	o.Some("provider", c.Provider)
	o.Some("model", c.Model)
	appendCaller(&o, &c.Caller)
	return o.End()
}

func appendCaller(o *put.Object, c *plugin.Caller) {
	o.Some("virtual_key_id", c.VirtualKeyID)
	o.Some("virtual_key", c.VirtualKey)
	o.Some("team", c.Team)
	o.Some("customer", c.Customer)
	o.Some("user", c.User)
	o.Some("end_user", c.EndUser)
}

func appendError(o *put.Object, e *api.Error) {
	o.Key("error")
	in := put.Begin(o.Dst)
	in.Dst = put.Int(in.Dst, "status", int64(e.HTTPStatus()))
	in.Text("kind", e.Kind.String())
	in.Some("code", e.Code)
	in.Text("message", e.Message)
	in.Some("param", e.Param)
	in.Some("provider", e.Provider)
	o.Dst = in.End()
}

// appendBytes writes bytes as text, or in base64 where they are none.
func appendBytes(o *put.Object, name string, b []byte) {
	switch {
	case b == nil:
	case utf8.Valid(b):
		o.Text(name, string(b))
	default:
		o.Text(name+"_base64", base64.StdEncoding.EncodeToString(b))
	}
}
