package media

import (
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Replicate runs anybody's models: https://replicate.com/docs/reference/http
type Replicate struct{}

// openAIs are the fields of OpenAI's that Replicate's models do not have. All others
// are the model's own and pass.
var openAIs = map[string]bool{
	"model": true, "prompt": true, "n": true, "size": true, "response_format": true, "user": true, "moderation": true,
	"quality": true, "style": true, "background": true, "stream": true, "partial_images": true, "fallbacks": true, "drop_params": true,
	"output_compression": true, "seconds": true, "input_reference": true,
}

// Ask implements Form. The answer is waited for, as long as Replicate lets one: a minute.
func (Replicate) Ask(r *Request) *api.Error {
	r.Whole = true
	prompt := r.text("prompt")
	if r.Op == api.OpVideo {
		if isNew, err := r.checkVideo(); err != nil || !isNew {
			r.Path = segment(append(r.Path, "/predictions/"...), r.Video.Name)
			return err
		}
	} else {
		r.More = map[string]string{"Prefer": "wait"}
	}
	if prompt == "" {
		return missing("prompt")
	}
	if r.Stream {
		if err := r.without("stream", "false"); err != nil {
			return err
		}
	}
	if err := r.withoutAll([]string{"auto", "url", "opaque"}, "response_format", "background", "style"); err != nil {
		return err
	}
	r.JSON = append(r.JSON, '{')
	if owner, name, ok := strings.Cut(r.Model, "/"); ok {
		r.Path = segment(append(r.Path, "/models/"...), owner)
		r.Path = append(segment(append(r.Path, '/'), name), "/predictions"...)
	} else {
		r.Path = append(r.Path, "/predictions"...)
		r.JSON = append(jsonx.AppendString(append(r.JSON, `"version":`...), r.Model), ',')
	}
	r.JSON = jsonx.AppendString(append(r.JSON, `"input":{"prompt":`...), prompt)
	if n := r.count(); n > 1 {
		r.JSON = strconv.AppendInt(append(r.JSON, `,"num_outputs":`...), n, 10)
	}
	if shape := shapeOf(r.text("size")); shape != "" {
		r.JSON = jsonx.AppendString(append(r.JSON, `,"aspect_ratio":`...), shape)
	}
	if n := r.Seconds(); n > 0 {
		r.JSON = strconv.AppendInt(append(r.JSON, `,"duration":`...), n, 10)
	}
	for name, v := range r.Body.Members() {
		if !openAIs[name] {
			r.JSON = append(append(jsonx.AppendString(append(r.JSON, ','), name), ':'), v...)
		}
	}
	r.JSON = append(r.JSON, "}}"...)
	return nil
}

// Answer implements Form.
func (Replicate) Answer(r *Request, _ string, body []byte) (*Answer, *api.Error) {
	v := jsonx.Value(body)
	if jsonx.Valid(body) != nil {
		return nil, bad()
	}
	if r.Op == api.OpVideo {
		return answerVideo(r, v)
	}
	switch status, _ := v.Get("status").Str(); status {
	case "succeeded":
	case "starting", "processing":
		return nil, api.Errorf(api.KindTimeout, "provider_timeout", "The provider did not finish its answer in time.")
	case "failed", "canceled", "aborted":
		why, _ := v.Get("error").Str()
		return nil, api.Errorf(api.KindUnavailable, "prediction_failed", "The provider's model has failed: %.500s", why)
	default:
		return nil, bad()
	}
	b := strconv.AppendInt([]byte(`{"created":`), time.Now().Unix(), 10)
	b = append(b, `,"data":[`...)
	some := false
	add := func(v jsonx.Value) {
		where, ok := v.Str()
		if !ok {
			return
		}
		if some {
			b = append(b, ',')
		}
		some = true
		if _, data, ok := strings.Cut(where, ";base64,"); ok && strings.HasPrefix(where, "data:") {
			b = append(jsonx.AppendString(append(b, `{"b64_json":`...), data), '}')
		} else {
			b = append(jsonx.AppendString(append(b, `{"url":`...), where), '}')
		}
	}
	output := v.Get("output")
	add(output)
	for one := range output.Elements() {
		add(one)
	}
	if !some {
		return nil, bad()
	}
	return &Answer{ContentType: "application/json", Body: append(b, "]}"...)}, nil
}

// answerVideo tells of a prediction that is a video.
func answerVideo(r *Request, v jsonx.Value) (*Answer, *api.Error) {
	if r.Video.Name == "" {
		id, _ := v.Get("id").Str()
		return r.made(id)
	}
	switch status, _ := v.Get("status").Str(); status {
	case "starting":
		return r.shown(queued, "")
	case "processing":
		return r.shown(running, "")
	case "succeeded":
		return r.shown(completed, firstText(v.Get("output")))
	default:
		why, _ := v.Get("error").Str()
		return r.shown(failed(why), "")
	}
}
