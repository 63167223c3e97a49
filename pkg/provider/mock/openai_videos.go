package mock

import (
	"cmp"
	"strings"

	"github.com/goccy/go-json"
)

// createVideo is POST /v1/videos: https://platform.openai.com/docs/api-reference/videos
//
// The video is done when it is answered, and shows nothing.
func (s *Server) createVideo(c *call) (*object, error) {
	var r struct{ Model, Prompt, Seconds, Size string }
	if strings.HasPrefix(string(c.ctx.Request.Header.ContentType()), "multipart/") {
		f, err := c.ctx.MultipartForm()
		if err != nil {
			return nil, badRequestf("Could not parse multipart form: %v", err)
		}
		u := upload{form: f}
		r.Model, r.Prompt, r.Seconds, r.Size = u.value("model"), u.value("prompt"), u.value("seconds"), u.value("size")
	} else if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	if r.Prompt == "" {
		return nil, badRequest("Missing required parameter: 'prompt'.")
	}
	return s.video(c.id("video_"), r.Model, r.Prompt, r.Seconds, r.Size, "null"), nil
}

func (s *Server) video(id, model, prompt, seconds, size, remixed string) *object {
	x := s.described(id, "video", `,"status":"completed","progress":100,"error":null,"model":`+inJSON(cmp.Or(model, "sora-2"))+
		`,"prompt":`+inJSON(prompt)+`,"seconds":`+inJSON(cmp.Or(seconds, "4"))+`,"size":`+inJSON(cmp.Or(size, "720x1280"))+`,"remixed_from_video_id":`+remixed)
	x.kind, x.content = "videos", []byte(emptyVideo)
	return x
}

// remixVideo is POST /v1/videos/{id}/remix.
func (s *Server) remixVideo(c *call, x *object) (*object, error) {
	var r, was struct{ Model, Prompt, Seconds, Size string }
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(x.json, &was); err != nil {
		return nil, err
	}
	video := s.video(c.id("video_"), was.Model, r.Prompt, was.Seconds, was.Size, inJSON(x.id))
	s.objects.put(video)
	return video, nil
}
