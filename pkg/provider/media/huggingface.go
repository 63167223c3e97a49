package media

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// HuggingFace is its own inference: https://huggingface.co/docs/inference-providers
type HuggingFace struct{}

// Ask implements Form.
func (h HuggingFace) Ask(r *Request) *api.Error {
	if r.Stream {
		if err := r.without("stream", "false"); err != nil {
			return err
		}
	}
	if by := strings.LastIndexByte(r.Model, ':'); by >= 0 {
		if r.Model[by:] != ":hf-inference" {
			return api.Invalid("unsupported_field", "model", "Only models that Hugging Face itself runs can be asked for this.")
		}
		r.Model = r.Model[:by]
	}
	r.FromAddress = true
	r.Path = append(r.Path, "/hf-inference/models"...)
	for part := range strings.SplitSeq(r.Model, "/") {
		r.Path = segment(append(r.Path, '/'), part)
	}
	switch r.Op {
	case api.OpSpeech:
		return h.askSpeech(r)
	case api.OpTranscription:
		return h.askTranscript(r)
	}
	return h.askPicture(r)
}

func (HuggingFace) askSpeech(r *Request) *api.Error {
	text := r.text("input")
	if text == "" {
		return missing("input")
	}
	// A voice, which OpenAI wants, is a hint here: each model has its own.
	if err := r.withoutAll([]string{"1", "1.0", "audio", "flac"}, "speed", "stream_format", "response_format", "instructions"); err != nil {
		return err
	}
	r.JSON = append(jsonx.AppendString([]byte(`{"inputs":`), text), '}')
	return nil
}

func (HuggingFace) askPicture(r *Request) *api.Error {
	r.Whole = true
	prompt := r.text("prompt")
	if prompt == "" {
		return missing("prompt")
	}
	if err := r.withoutAll([]string{"1", "auto", "png", "b64_json", "opaque"}, "n", "background", "output_format", "response_format", "style"); err != nil {
		return err
	}
	r.JSON = jsonx.AppendString([]byte(`{"inputs":`), prompt)
	if w, h, ok := sides(r.text("size"), "x"); ok {
		r.JSON = strconv.AppendInt(append(r.JSON, `,"parameters":{"width":`...), int64(w), 10)
		r.JSON = append(strconv.AppendInt(append(r.JSON, `,"height":`...), int64(h), 10), '}')
	}
	r.JSON = append(r.JSON, '}')
	return nil
}

// askTranscript sends the sound as it is:
// https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition
func (HuggingFace) askTranscript(r *Request) *api.Error {
	r.Whole = true
	files, err := r.hold()
	if err != nil {
		return err
	}
	if err := r.withoutAll([]string{"json", "text", "0"}, "response_format", "language", "prompt", "temperature", "timestamp_granularities[]"); err != nil {
		return err
	}
	i := indexOf(files, "file")
	if i < 0 || len(files[i].Data) == 0 {
		return missing("file")
	}
	r.JSON, r.JSONType = files[i].Data, cmp.Or(files[i].MIME, "application/octet-stream")
	return nil
}

// heard is the answer to a sound.
func (HuggingFace) heard(r *Request, body []byte) (*Answer, *api.Error) {
	text, ok := jsonx.Value(body).Get("text").Str()
	if jsonx.Valid(body) != nil || !ok {
		return nil, bad()
	}
	if r.Fields["response_format"] == "text" {
		return &Answer{ContentType: "text/plain; charset=utf-8", Body: append([]byte(text), '\n')}, nil
	}
	return &Answer{ContentType: "application/json", Body: append(jsonx.AppendString([]byte(`{"text":`), text), '}')}, nil
}

// Answer implements Form. A picture comes as it is.
func (h HuggingFace) Answer(r *Request, contentType string, body []byte) (*Answer, *api.Error) {
	if r.Op == api.OpTranscription {
		return h.heard(r, body)
	}
	if !strings.HasPrefix(contentType, "image/") || len(body) == 0 {
		return nil, bad()
	}
	b := strconv.AppendInt([]byte(`{"created":`), time.Now().Unix(), 10)
	b = base64.StdEncoding.AppendEncode(append(b, `,"data":[{"b64_json":"`...), body)
	return &Answer{ContentType: "application/json", Body: append(b, `"}]}`...)}, nil
}
