package media

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Video is one that is being made, or has been, at a provider that does not speak as
// OpenAI. Its id says where, so that nothing has to be remembered of it.
type Video struct {
	Provider string // as it is configured
	Model    string
	Name     string // the provider's own
	Content  bool   // asked for is what it shows, not how it is
}

// videoPrefix begins the ids, and tells them from OpenAI's.
const videoPrefix = "video_asbru_"

// ID is what callers know a video by.
func (v *Video) ID() string {
	return videoPrefix + base64.RawURLEncoding.EncodeToString([]byte(v.Provider+"|"+v.Model+"|"+v.Name))
}

// ParseVideo finds in a path of OpenAI's, /videos/{id} or /videos/{id}/content, a video
// of ours.
func ParseVideo(path string) (v Video, ok bool) {
	id, found := strings.CutPrefix(path, "/videos/"+videoPrefix)
	if !found {
		return v, false
	}
	id, v.Content = strings.CutSuffix(id, "/content")
	plain, err := base64.RawURLEncoding.DecodeString(id)
	parts := strings.SplitN(string(plain), "|", 3)
	if err != nil || len(parts) != 3 || parts[2] == "" || strings.Contains(parts[2], "..") {
		return v, false
	}
	v.Provider, v.Model, v.Name = parts[0], parts[1], parts[2]
	return v, true
}

// Seconds is how many seconds of video are asked for; 0 for no number.
func (r *Request) Seconds() int64 {
	if n, ok := r.Body.Get("seconds").Int(); ok {
		return n
	}
	n, _ := strconv.ParseInt(r.text("seconds"), 10, 64)
	return n
}

// checkVideo refuses what only OpenAI can be asked of a video, and says whether one is
// to be made.
func (r *Request) checkVideo() (make bool, err *api.Error) {
	switch {
	case r.Video.Name != "" && r.Method == http.MethodGet:
		return false, nil
	case r.Video.Name != "":
		return false, api.Errorf(api.KindUnsupported, "operation_not_supported", "The provider's videos can be looked at and fetched, and nothing else.")
	case strings.Contains(string(r.Head), `name="input_reference"`):
		return false, api.Invalid("unsupported_field", "input_reference", "The provider takes no picture to begin with here.")
	case r.text("prompt") == "":
		return false, missing("prompt")
	}
	return true, r.without("input_reference")
}

// progress is OpenAI's word for how far a video is, and how far in percent.
type progress struct {
	status  string
	percent int64
	failure string
}

var (
	queued    = progress{status: "queued"}
	running   = progress{status: "in_progress", percent: 50}
	completed = progress{status: "completed", percent: 100}
)

func failed(why string) progress { return progress{status: "failed", failure: why} }

// video is OpenAI's answer about a video.
func (r *Request) video(v Video, p progress) *Answer {
	b := jsonx.AppendString([]byte(`{"id":`), v.ID())
	b = jsonx.AppendString(append(b, `,"object":"video","model":`...), v.Model)
	b = append(append(b, `,"status":"`...), p.status...)
	b = strconv.AppendInt(append(b, `","progress":`...), p.percent, 10)
	if r.Video.Name == "" {
		b = strconv.AppendInt(append(b, `,"created_at":`...), time.Now().Unix(), 10)
		b = jsonx.AppendString(append(b, `,"prompt":`...), r.text("prompt"))
	}
	b = append(b, `,"error":`...)
	if p.failure == "" {
		b = append(b, "null"...)
	} else {
		b = append(jsonx.AppendString(append(b, `{"code":"failed","message":`...), p.failure), '}')
	}
	return &Answer{ContentType: "application/json", Body: append(b, '}')}
}

// made is the answer to a request for a video that the provider has begun to make.
func (r *Request) made(name string) (*Answer, *api.Error) {
	if name == "" {
		return nil, bad()
	}
	return r.video(Video{Provider: r.Provider, Model: r.Model, Name: name}, queued), nil
}

// shown is the answer about a video that there is already: where its content is, if
// that is asked for and it is done.
func (r *Request) shown(p progress, where string) (*Answer, *api.Error) {
	if !r.Video.Content {
		return r.video(r.Video, p), nil
	}
	if p.status != completed.status || where == "" {
		err := api.Errorf(api.KindNotFound, "video_not_ready", "The video is not there: it is %s.", p.status)
		return nil, err
	}
	return &Answer{Location: where}, nil
}
