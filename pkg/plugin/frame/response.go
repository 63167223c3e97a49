package frame

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

func appendResponse(o *put.Object, r *api.Response) (body api.JSON) {
	o.Key("response")
	start := len(o.Dst)
	o.Dst = openai.Codec.AppendResponse(o.Dst, &dialect.Head{Op: r.Op, Model: r.Model}, r)
	return append(body, o.Dst[start:]...)
}

// changeResponse lays what the guest has made of an answer, which was shown as sent, over r.
func changeResponse(r *api.Response, sent, body api.JSON) error {
	var before, after api.Response
	if err := openai.Codec.DecodeResponse(r.Op, sent, &before); err != nil {
		// What was shown is no whole answer of this dialect's, so nothing of it is kept.
		before = api.Response{}
	}
	if err := openai.Codec.DecodeResponse(r.Op, body, &after); err != nil {
		return err
	}
	var m merger
	usage := r.Usage
	*r = merge(&m, *r, before, after)
	if !after.Usage.Known {
		r.Usage = usage // a guest that leaves it out does not make the call cheaper
	}
	return nil
}

// newResponse reads the answer that a guest gives in a provider's place.
func newResponse(op api.Op, model string, body api.JSON) (*api.Response, error) {
	if len(body) == 0 {
		return nil, errNoResponse
	}
	var r api.Response
	if err := openai.Codec.DecodeResponse(op, body, &r); err != nil {
		return nil, err
	}
	if r.Model == "" {
		r.Model = model
	}
	for i := range r.Choices {
		if r.Choices[i].Finish == api.FinishUnset {
			r.Choices[i].Finish = api.FinishStop
		}
	}
	return &r, nil
}
