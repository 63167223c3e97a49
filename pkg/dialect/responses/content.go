package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeContent reads the content of a message or the output of a tool: null, a
// string, or an array of parts. An empty string is no part.
func decodeContent(v jsonx.Value, param string) ([]api.Part, *api.Error) {
	switch v.Kind() {
	case jsonx.Absent, jsonx.Null:
		return nil, nil
	case jsonx.String:
		if s, _ := v.Str(); s != "" {
			return []api.Part{{Text: s}}, nil
		}
		return nil, nil
	case jsonx.Array:
		parts := make([]api.Part, 0, v.Len())
		for e := range v.Elements() {
			if e.Kind() != jsonx.Object {
				return nil, take.WrongType(param, "a string or an array of content parts")
			}
			parts = append(parts, decodePart(e))
		}
		return parts, nil
	}
	return nil, take.WrongType(param, "a string or an array of content parts")
}

// decodePart reads a content part; one that the vocabulary has no word for is opaque.
func decodePart(v jsonx.Value) api.Part {
	var p api.Part
	switch take.Text(v, "type") {
	case "input_text", "output_text", "text", "summary_text", "reasoning_text":
		p.Text = take.Text(v, "text")
		for e := range v.Get("annotations").Elements() {
			p.Citations = append(p.Citations, decodeCitation(e))
		}
	case "refusal":
		p.Kind, p.Text = api.PartRefusal, take.Text(v, "refusal")
	case "input_image":
		p.Kind, p.Media = api.PartImage, imageOf(v)
	case "input_file":
		p.Kind, p.Media = api.PartFile, fileOf(v)
	case "input_audio":
		format := take.Text(v, "input_audio", "format")
		p.Kind = api.PartAudio
		p.Media = &api.Media{Data: take.Text(v, "input_audio", "data"), Format: format, MIME: audioMIME(format)}
	default:
		p.Kind, p.Raw, p.RawOf = api.PartOpaque, api.JSON(v), name
	}
	return p
}

// appendContent writes what a user or a tool says: a string for one plain text, an
// array of parts for anything else.
func appendContent(dst []byte, parts []api.Part) ([]byte, *api.Error) {
	if len(parts) == 0 {
		return append(dst, `""`...), nil
	}
	if len(parts) == 1 && parts[0].Kind == api.PartText {
		return jsonx.AppendString(dst, parts[0].Text), nil
	}
	dst = append(dst, '[')
	for i := range parts {
		out, err := appendPart(put.Comma(dst), &parts[i])
		if err != nil {
			return dst, err
		}
		dst = out
	}
	return append(dst, ']'), nil
}

func appendPart(dst []byte, p *api.Part) ([]byte, *api.Error) {
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		return append(put.Text(append(dst, `{"type":"input_text"`...), "text", p.Text), '}'), nil
	case api.PartImage, api.PartAudio, api.PartFile:
		return appendMedia(dst, p)
	case api.PartOpaque:
		if p.RawOf == name {
			return append(dst, p.Raw...), nil
		}
	}
	return dst, api.Errorf(api.KindUnsupported, "unsupported_content",
		"The request has a content block that the Responses API has no place for.")
}

// decodeCitation reads an annotation. Of other kinds than url_citation the
// vocabulary knows nothing but the raw form.
func decodeCitation(v jsonx.Value) api.Citation {
	return api.Citation{
		URL: take.Text(v, "url"), Title: take.Text(v, "title"),
		Start: take.Integer(v, "start_index"), End: take.Integer(v, "end_index"),
		Raw: api.JSON(v), RawOf: name,
	}
}

// appendCitations appends the annotations of a text to an open array. Citations of
// documents, which have no URL, have no form here.
func appendCitations(dst []byte, all []api.Citation) []byte {
	for i := range all {
		if citable(&all[i]) {
			dst = appendCitation(put.Comma(dst), &all[i])
		}
	}
	return dst
}

func citable(c *api.Citation) bool { return c.URL != "" || c.RawOf == name && len(c.Raw) > 0 }

func appendCitation(dst []byte, c *api.Citation) []byte {
	if c.RawOf == name && len(c.Raw) > 0 {
		return jsonx.AppendCompact(dst, jsonx.Value(c.Raw))
	}
	dst = append(dst, `{"type":"url_citation"`...)
	dst = put.Int(dst, "start_index", c.Start)
	dst = put.Int(dst, "end_index", c.End)
	dst = put.Text(dst, "url", c.URL)
	return append(put.Text(dst, "title", c.Title), '}')
}
