package media

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// askVideo asks Veo: https://ai.google.dev/gemini-api/docs/video
func (g Gemini) askVideo(r *Request) *api.Error {
	isNew, err := r.checkVideo()
	switch {
	case err != nil:
		return err
	case r.Found != "": // where the content is, at the address that the key is for
		at, fault := url.Parse(r.Found)
		if fault != nil || !strings.HasPrefix(at.Path, "/") {
			return bad()
		}
		r.FromAddress, r.Whole = true, false
		r.Path = []byte(at.EscapedPath() + "?" + at.RawQuery)
		return nil
	case !isNew:
		r.Path = append(r.Path, '/')
		for i, part := range strings.Split(r.Video.Name, "/") {
			if i > 0 {
				r.Path = append(r.Path, '/')
			}
			r.Path = segment(r.Path, part)
		}
		return nil
	}
	return g.askNewVideo(r)
}

// askNewVideo has a video begun.
func (g Gemini) askNewVideo(r *Request) *api.Error {
	g.path(r, ":predictLongRunning")
	b := jsonx.AppendString([]byte(`{"instances":[{"prompt":`), r.text("prompt"))
	b = append(b, `}],"parameters":{`...)
	if w, h, ok := sides(r.text("size"), "x"); ok {
		shape := "16:9"
		if h > w {
			shape = "9:16"
		}
		b = jsonx.AppendString(append(b, `"aspectRatio":`...), shape)
	}
	if n := r.Seconds(); n > 0 {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `"durationSeconds":`...), n, 10)
	}
	r.JSON = append(b, "}}"...)
	return nil
}

// operation reads one of Google's long-running operations: its response where it has one, else what there is to tell.
func (r *Request) operation(body []byte) (response jsonx.Value, told *Answer, err *api.Error) {
	if jsonx.Valid(body) != nil {
		return nil, nil, bad()
	}
	v := jsonx.Value(body)
	name, _ := v.Get("name").Str()
	why, _ := v.Get("error", "message").Str()
	done, _ := v.Get("done").Bool()
	switch {
	case r.Video.Name == "":
		told, err = r.made(name)
	case why != "":
		told, err = r.shown(failed(why), "")
	case !done:
		told, err = r.shown(running, "")
	}
	return v.Get("response"), told, err
}

// answerVideo tells of an operation.
func (Gemini) answerVideo(r *Request, body []byte) (*Answer, *api.Error) {
	response, told, err := r.operation(body)
	if told != nil || err != nil {
		return told, err
	}
	for sample := range response.Get("generateVideoResponse", "generatedSamples").Elements() {
		where, _ := sample.Get("video", "uri").Str()
		a, err := r.shown(completed, where)
		if err == nil && a.Location != "" {
			return &Answer{Found: where}, nil
		}
		return a, err
	}
	return r.shown(failed("The model has declined."), "")
}
