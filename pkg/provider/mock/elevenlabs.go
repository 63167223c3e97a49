package mock

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// eleven is ElevenLabs' API: https://elevenlabs.io/docs/api-reference
type eleven struct{ openaiChat }

func (eleven) appendError(dst []byte, status int, message, _ string) []byte {
	dst = append(dst, `{"detail":{"status":"error_`+strconv.Itoa(status)+`","message":`...)
	return append(jsonx.AppendString(dst, message), "}}"...)
}

func (eleven) headers(*call) {}

// elevenRoute finds the paths of speech and of what was said.
func elevenRoute(path string) (operation, bool) {
	op := operation{dialect: eleven{}, method: fasthttp.MethodPost}
	if rest, ok := strings.CutPrefix(path, "/v1/text-to-speech/"); ok {
		if voice := strings.TrimSuffix(rest, "/stream"); voice != "" && !strings.Contains(voice, "/") {
			op.run = (*Server).elevenSpeak
		}
		return op, true
	}
	op.run = (*Server).elevenListen
	return op, path == "/v1/speech-to-text"
}

func (s *Server) elevenSpeak(c *call) {
	var r struct {
		Text  string `json:"text"`
		Model string `json:"model_id"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	format, _, _ := strings.Cut(string(c.ctx.QueryArgs().Peek("output_format")), "_")
	kind := speechTypes[format]
	switch {
	case err != nil:
	case r.Text == "":
		err = badRequest("Field required: text")
	case kind == "":
		err = badRequestf("Invalid output_format: %s", format)
	}
	if err != nil {
		c.fail(fasthttp.StatusUnprocessableEntity, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	audio := silence(format, len(r.Text))
	sc := &script{buf: audio}
	sc.end()
	c.head(c.status(), kind)
	c.play(s, kind, sc)
}

func (s *Server) elevenListen(c *call) {
	u, err := c.readUpload("file")
	if err == nil && u.value("model_id") == "" {
		err = badRequest("Field required: model_id")
	}
	if err != nil {
		c.fail(fasthttp.StatusUnprocessableEntity, err.Error())
		return
	}
	if !s.begin(c, u.value("model_id")) {
		return
	}
	language := u.value("language_code")
	if language == "" {
		language = "eng"
	}
	text := "The file " + u.name + " has " + strconv.Itoa(len(u.bytes)) + " bytes."
	b := jsonx.AppendString([]byte(`{"language_code":`), language)
	b = jsonx.AppendString(append(b, `,"language_probability":0.98,"text":`...), text)
	b = append(b, `,"words":[`...)
	for i, word := range strings.Fields(text) {
		if i > 0 {
			b = append(b, `,{"text":" ","type":"spacing","start":`+strconv.Itoa(i)+`,"end":`+strconv.Itoa(i)+"},"...)
		}
		b = jsonx.AppendString(append(b, `{"type":"word","text":`...), word)
		b = append(b, `,"start":`+strconv.Itoa(i)+`,"end":`+strconv.Itoa(i+1)+"}"...)
	}
	c.whole(s, typeJSON, append(b, "]}"...))
}
