package media

import (
	"encoding/base64"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// askEdit has a model that draws in a conversation draw pictures anew.
// https://ai.google.dev/gemini-api/docs/image-generation#image_generation_text-and-image-to-image
func (g Gemini) askEdit(r *Request) *api.Error {
	pictures, err := r.pictures()
	if err != nil {
		return err
	}
	prompt := r.text("prompt")
	switch {
	case prompt == "":
		return missing("prompt")
	case len(pictures) == 0:
		return missing("image")
	case strings.HasPrefix(r.Model, "imagen"):
		return api.Invalid("unsupported_field", "model", "Imagen draws and does not edit here: ask a model that draws in a conversation, such as gemini-2.5-flash-image.")
	}
	if err := r.withoutAll([]string{"auto", "png", "b64_json", "opaque", "high", "low", "false", "1"},
		"background", "output_format", "response_format", "input_fidelity", "stream", "n"); err != nil {
		return err
	}
	g.path(r, ":generateContent")
	b := append(jsonx.AppendString([]byte(`{"contents":[{"role":"user","parts":[{"text":`), prompt), '}')
	for i := range pictures {
		b = appendInline(append(b, ','), pictures[i].MIME, pictures[i].Data)
	}
	b = append(b, `]}],"generationConfig":{"responseModalities":["IMAGE"]`...)
	if shape := shapeOf(r.text("size")); shape != "" {
		b = append(jsonx.AppendString(append(b, `,"imageConfig":{"aspectRatio":`...), shape), '}')
	}
	r.JSON = append(b, "}}"...)
	return nil
}

// pictures are those that are to be edited: files of a form, or data: URLs of a JSON body.
func (r *Request) pictures() ([]Part, *api.Error) {
	if r.Body != nil {
		return r.picturesOfBody()
	}
	files, err := r.hold()
	if err != nil {
		return nil, err
	}
	var pictures []Part
	for _, f := range files {
		switch f.Name {
		case "image", "image[]":
			if !strings.HasPrefix(f.MIME, "image/") {
				return nil, api.Invalid("unsupported_field", "image", "What kind of picture the file is must be said by its type or the end of its name.")
			}
			pictures = append(pictures, f)
		case "mask":
			if !r.DropParams {
				return nil, noMask()
			}
			r.Dropped = append(r.Dropped, "mask")
		}
	}
	return pictures, nil
}

func (r *Request) picturesOfBody() ([]Part, *api.Error) {
	if mask := r.Body.Get("mask"); mask != nil && !mask.IsNull() {
		if !r.DropParams {
			return nil, noMask()
		}
		r.Dropped = append(r.Dropped, "mask")
	}
	var pictures []Part
	for one := range r.Body.Get("images").Elements() {
		url, _ := one.Get("image_url").Str()
		kind, data, ok := strings.Cut(strings.TrimPrefix(url, "data:"), ";base64,")
		plain, err := base64.StdEncoding.DecodeString(data)
		if !ok || err != nil || !strings.HasPrefix(url, "data:image/") {
			return nil, api.Invalid("unsupported_field", "images", "The provider takes pictures as data: URLs in base64, or as files of a form.")
		}
		pictures = append(pictures, Part{"image", kind, plain})
	}
	return pictures, nil
}

func noMask() *api.Error {
	return api.Invalid("unsupported_field", "mask", "The provider has no masks: say in the prompt what is to be changed, or send drop_params.")
}
