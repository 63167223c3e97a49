package frame

import (
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func appendDone(o *put.Object, d *plugin.Done) {
	o.Key("done")
	in := put.Begin(o.Dst)
	in.Text("began", d.Began.UTC().Format(time.RFC3339Nano))
	in.Dst = put.Int(in.Dst, "took_ms", d.Took.Milliseconds())
	if d.FirstToken > 0 {
		in.Dst = put.Int(in.Dst, "first_token_ms", d.FirstToken.Milliseconds())
	}
	in.Dst = put.Int(in.Dst, "status", int64(d.Status))
	in.Dst = put.Int(in.Dst, "attempts", int64(d.Attempts))
	in.Dst = strconv.AppendBool(put.Key(in.Dst, "truncated"), d.Truncated)
	in.Some("key", d.Key)
	in.Dst = put.Int(in.Dst, "cost_nano", d.CostNano)
	in.Some("notes", d.Notes())
	appendUsage(&in, &d.Usage)
	o.Dst = in.End()
	if d.Err != nil {
		appendError(o, d.Err)
	}
	if d.Response != nil {
		appendResponse(o, d.Response)
	}
}

func appendUsage(o *put.Object, u *api.Usage) {
	if !u.Known {
		return
	}
	o.Key("usage")
	in := put.Begin(o.Dst)
	in.Dst = put.Int(in.Dst, "input", u.Input)
	in.Dst = put.Int(in.Dst, "cache_read", u.CacheRead)
	in.Dst = put.Int(in.Dst, "cache_write", u.CacheWrite)
	in.Dst = put.Int(in.Dst, "output", u.Output)
	in.Dst = put.Int(in.Dst, "reasoning", u.Reasoning)
	o.Dst = in.End()
}
