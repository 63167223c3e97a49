package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// pixel is a picture: a PNG of one red dot, in base64.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

// imageRequest is what the operations that draw are asked.
type imageRequest struct {
	Model         string `json:"model"`
	Prompt        string `json:"prompt"`
	N             int    `json:"n"`
	Size          string `json:"size"`
	Format        string `json:"response_format"`
	Stream        bool   `json:"stream"`
	PartialImages int    `json:"partial_images"`
}

// openaiDraw is POST /v1/images/generations:
// https://platform.openai.com/docs/api-reference/images
func (s *Server) openaiDraw(c *call) {
	var r imageRequest
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && r.Prompt == "" {
		err = badRequest("Missing required parameter: 'prompt'.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	s.draw(c, &r, "image_generation")
}

// draw answers a request for pictures; event is what those that are streamed are called after.
func (s *Server) draw(c *call, r *imageRequest, event string) {
	if r.N < 0 || r.N > 10 || r.PartialImages < 0 || r.PartialImages > 3 {
		c.fail(fasthttp.StatusBadRequest, "Invalid value for 'n' or 'partial_images'.")
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	r.N = max(r.N, 1)
	created := strconv.FormatInt(s.opts.Now().Unix(), 10)
	if !r.Stream {
		b := append([]byte(`{"created":`), created...)
		b = append(b, `,"background":"opaque","output_format":"png","quality":"low","size":"1024x1024","data":[`...)
		for i := range r.N {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, appendPicture(nil, r)...)
		}
		b = append(append(b, `],"usage":`...), r.usage()...)
		c.whole(s, typeJSON, append(b, '}'))
		return
	}
	var sc script
	for i := range r.PartialImages {
		sc.imageEvent(event+".partial_image", created, `,"partial_image_index":`+strconv.Itoa(i))
	}
	for range r.N {
		sc.imageEvent(event+".completed", created, `,"usage":`+r.usage())
	}
	c.stream(s, typeSSE, &sc)
}

func appendPicture(b []byte, r *imageRequest) []byte {
	if r.Format == "url" {
		return append(jsonx.AppendString(append(b, `{"url":"https://mock.example/pixel.png","revised_prompt":`...), r.Prompt), '}')
	}
	return append(b, `{"b64_json":"`+pixel+`"}`...)
}

// usage is what the pictures cost, in tokens.
func (r *imageRequest) usage() string {
	in, out := tokens(len(r.Prompt)), 272*r.N
	return `{"input_tokens":` + strconv.Itoa(in) + `,"input_tokens_details":{"image_tokens":0,"text_tokens":` + strconv.Itoa(in) +
		`},"output_tokens":` + strconv.Itoa(out) + `,"total_tokens":` + strconv.Itoa(in+out) + `}`
}

func (s *script) imageEvent(kind, created, more string) {
	s.buf = append(s.buf, "event: "+kind+"\ndata: "+`{"type":"`+kind+`","b64_json":"`+pixel+`","created_at":`+created+
		`,"size":"1024x1024","quality":"low","background":"opaque","output_format":"png"`+more+"}\n\n"...)
	s.end()
}
