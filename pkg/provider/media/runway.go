package media

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Runway makes videos: https://docs.dev.runwayml.com/api
type Runway struct{}

// Ask implements Form.
func (Runway) Ask(r *Request) *api.Error {
	r.Whole = true
	isNew, err := r.checkVideo()
	switch {
	case err != nil:
		return err
	case !isNew:
		r.Path = segment(append(r.Path, "/tasks/"...), r.Video.Name)
		return nil
	}
	r.Path = append(r.Path, "/text_to_video"...)
	b := jsonx.AppendString([]byte(`{"model":`), r.Model)
	b = jsonx.AppendString(append(b, `,"promptText":`...), r.text("prompt"))
	ratio := "1280:720"
	if w, h, ok := sides(r.text("size"), "x"); ok && h > w {
		ratio = "720:1280"
	}
	b = jsonx.AppendString(append(b, `,"ratio":`...), ratio)
	if n := r.Seconds(); n > 0 {
		b = strconv.AppendInt(append(b, `,"duration":`...), n, 10)
	}
	r.JSON = append(b, '}')
	return nil
}

// Answer implements Form.
func (Runway) Answer(r *Request, _ string, body []byte) (*Answer, *api.Error) {
	if jsonx.Valid(body) != nil {
		return nil, bad()
	}
	v := jsonx.Value(body)
	if r.Video.Name == "" {
		id, _ := v.Get("id").Str()
		return r.made(id)
	}
	switch status, _ := v.Get("status").Str(); status {
	case "PENDING", "THROTTLED":
		return r.shown(queued, "")
	case "RUNNING":
		return r.shown(running, "")
	case "SUCCEEDED":
		return r.shown(completed, firstText(v.Get("output")))
	default:
		why, _ := v.Get("failure").Str()
		return r.shown(failed(why), "")
	}
}

// firstText is a text, or the first of several.
func firstText(v jsonx.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	for one := range v.Elements() {
		s, _ := one.Str()
		return s
	}
	return ""
}
