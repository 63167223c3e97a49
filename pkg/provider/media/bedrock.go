package media

import (
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Bedrock has models that draw asked by InvokeModel, each maker's in its own words: Amazon's
// Titan and Nova Canvas, and Stability's.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html,
// https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html,
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-ultra-text-image-request-response.html
type Bedrock struct{}

// stabilityShapes are the forms of pictures that Stability's models have.
var stabilityShapes = []string{"1:1", "2:3", "3:2", "4:5", "5:4", "9:16", "16:9", "9:21", "21:9"}

// Ask implements Form.
func (b Bedrock) Ask(r *Request) *api.Error {
	r.Whole = true
	prompt := r.text("prompt")
	if prompt == "" {
		return missing("prompt")
	}
	if r.Stream {
		if err := r.without("stream", "false"); err != nil {
			return err
		}
	}
	if err := r.withoutAll([]string{"auto", "png", "b64_json", "opaque"}, "background", "output_format", "response_format", "style"); err != nil {
		return err
	}
	r.Path = append(segment([]byte("/model/"), r.Model), "/invoke"...)
	switch {
	case strings.Contains(r.Model, "titan-image"), strings.Contains(r.Model, "nova-canvas"):
		b.askAmazon(r, prompt)
		return nil
	case strings.Contains(r.Model, "stability."):
		return b.askStability(r, prompt)
	}
	return api.Invalid("unsupported_field", "model", "Of Bedrock's models, Titan Image, Nova Canvas and Stability's can be asked for pictures.")
}

func (Bedrock) askAmazon(r *Request, prompt string) {
	b := jsonx.AppendString([]byte(`{"taskType":"TEXT_IMAGE","textToImageParams":{"text":`), prompt)
	b = strconv.AppendInt(append(b, `},"imageGenerationConfig":{"numberOfImages":`...), r.count(), 10)
	if w, h, ok := sides(r.text("size"), "x"); ok {
		b = strconv.AppendInt(append(b, `,"width":`...), int64(w), 10)
		b = strconv.AppendInt(append(b, `,"height":`...), int64(h), 10)
	}
	if quality := r.text("quality"); quality == "high" || quality == "hd" {
		b = append(b, `,"quality":"premium"`...)
	}
	r.JSON = append(b, "}}"...)
}

func (Bedrock) askStability(r *Request, prompt string) *api.Error {
	if r.count() > 1 {
		if err := r.without("n"); err != nil {
			return err
		}
	}
	b := jsonx.AppendString([]byte(`{"prompt":`), prompt)
	if shape := nearest(stabilityShapes, r.text("size")); shape != "" {
		b = jsonx.AppendString(append(b, `,"aspect_ratio":`...), shape)
	}
	r.JSON = append(b, `,"output_format":"png"}`...)
	return nil
}

// Answer implements Form. Both makers answer with pictures in base64.
func (Bedrock) Answer(_ *Request, _ string, body []byte) (*Answer, *api.Error) {
	if jsonx.Valid(body) != nil {
		return nil, bad()
	}
	v := jsonx.Value(body)
	if why, _ := v.Get("error").Str(); why != "" {
		return nil, declined(why)
	}
	for reason := range v.Get("finish_reasons").Elements() {
		if why, _ := reason.Str(); why != "" && why != "SUCCESS" {
			return nil, declined(why)
		}
	}
	b := strconv.AppendInt([]byte(`{"created":`), time.Now().Unix(), 10)
	b = append(b, `,"data":[`...)
	some := false
	for data := range v.Get("images").Elements() {
		if s, ok := data.Str(); !ok || s == "" {
			continue
		}
		if some {
			b = append(b, ',')
		}
		some = true
		b = append(append(append(b, `{"b64_json":`...), data...), '}')
	}
	if !some {
		return nil, bad()
	}
	return &Answer{ContentType: "application/json", Body: append(b, "]}"...)}, nil
}
