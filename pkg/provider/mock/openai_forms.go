package mock

import (
	"errors"
	"io"
	"mime/multipart"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// upload is a form with a file in it.
type upload struct {
	name  string
	bytes []byte
	form  *multipart.Form
}

// value returns a field's first value.
func (u *upload) value(name string) string {
	if vs := u.form.Value[name]; len(vs) > 0 {
		return vs[0]
	}
	return ""
}

// number returns a field that is a whole number; 0 for any other.
func (u *upload) number(name string) int {
	n, _ := strconv.Atoi(u.value(name))
	return n
}

// readUpload reads a form whose file goes by one of these names.
func (c *call) readUpload(names ...string) (*upload, error) {
	f, err := c.ctx.MultipartForm()
	if err != nil {
		return nil, badRequestf("Could not parse multipart form: %v", err)
	}
	u := &upload{form: f}
	for _, name := range names {
		if files := f.File[name]; len(files) > 0 {
			return u, u.open(files[0])
		}
	}
	return nil, badRequestf("Missing required parameter: '%s'.", names[0])
}

func (u *upload) open(h *multipart.FileHeader) error {
	file, err := h.Open()
	if err != nil {
		return badRequestf("Could not read file: %v", err)
	}
	u.name = h.Filename
	u.bytes, err = io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return badRequestf("Could not read file: %v", err)
	}
	return nil
}

// openaiRedraw is POST /v1/images/edits and /v1/images/variations:
// https://platform.openai.com/docs/api-reference/images/createEdit
func (s *Server) openaiRedraw(c *call) {
	u, err := c.readUpload("image", "image[]")
	edit := strings.HasSuffix(string(c.ctx.Path()), "/edits")
	if err == nil && edit && u.value("prompt") == "" {
		err = badRequest("Missing required parameter: 'prompt'.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	s.draw(c, &imageRequest{
		Model: u.value("model"), Prompt: u.value("prompt"), N: u.number("n"), Format: u.value("response_format"),
		Stream: edit && u.value("stream") == "true", PartialImages: u.number("partial_images"),
	}, "image_edit")
}

// openaiTranscribe is POST /v1/audio/transcriptions and /v1/audio/translations:
// https://platform.openai.com/docs/api-reference/audio/createTranscription
//
// The text says which file came, and how long it was.
func (s *Server) openaiTranscribe(c *call) {
	u, err := c.readUpload("file")
	if err == nil && u.value("model") == "" {
		err = badRequest("you must provide a model parameter")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, u.value("model")) {
		return
	}
	text := "The file " + u.name + " has " + strconv.Itoa(len(u.bytes)) + " bytes."
	in, out := len(u.bytes)/1000+1, tokens(len(text))
	usage := `{"type":"tokens","input_tokens":` + strconv.Itoa(in) + `,"input_token_details":{"text_tokens":0,"audio_tokens":` + strconv.Itoa(in) +
		`},"output_tokens":` + strconv.Itoa(out) + `,"total_tokens":` + strconv.Itoa(in+out) + `}`
	if u.value("stream") == "true" {
		s.transcript(c, text, usage)
		return
	}
	quoted := string(jsonx.AppendString(nil, text))
	const times = "00:00:00"
	switch format := u.value("response_format"); format {
	case "", "json":
		c.whole(s, typeJSON, []byte(`{"text":`+quoted+`,"usage":`+usage+"}"))
	case "verbose_json", "diarized_json":
		c.whole(s, typeJSON, []byte(`{"task":"transcribe","language":"english","duration":1.0,"text":`+quoted+
			`,"segments":[{"id":0,"seek":0,"start":0.0,"end":1.0,"text":`+quoted+`,"tokens":[],"temperature":0.0,"avg_logprob":-0.1,"compression_ratio":1.0,"no_speech_prob":0.0}],"usage":{"type":"duration","seconds":1}}`))
	case "text":
		c.whole(s, "text/plain; charset=utf-8", []byte(text+"\n"))
	case "srt":
		c.whole(s, "text/plain; charset=utf-8", []byte("1\n"+times+",000 --> 00:00:01,000\n"+text+"\n\n"))
	case "vtt":
		c.whole(s, "text/plain; charset=utf-8", []byte("WEBVTT\n\n"+times+".000 --> 00:00:01.000\n"+text+"\n\n"))
	default:
		c.fail(fasthttp.StatusBadRequest, "Invalid value: '"+format+"'. Supported values are: 'json', 'text', 'srt', 'verbose_json', 'vtt', and 'diarized_json'.")
	}
}

// transcript streams a text, a word at a time.
func (s *Server) transcript(c *call, text, usage string) {
	var sc script
	event := func(kind, field, value, more string) {
		sc.buf = append(sc.buf, `data: {"type":"`+kind+`","`+field+`":`...)
		sc.buf = jsonx.AppendString(sc.buf, value)
		sc.buf = append(sc.buf, more+"}\n\n"...)
		sc.end()
	}
	for word := range strings.SplitAfterSeq(text, " ") {
		event("transcript.text.delta", "delta", word, "")
	}
	event("transcript.text.done", "text", text, `,"usage":`+usage)
	c.stream(s, typeSSE, &sc)
}
