package mcp

import (
	"encoding/base64"
	"encoding/json"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// partsOf turns a server's answer into parts of a message. What has no part of its own is
// told as text.
func partsOf(content []sdk.Content) []api.Part {
	parts := make([]api.Part, 0, len(content))
	for _, c := range content {
		switch c := c.(type) {
		case *sdk.TextContent:
			parts = append(parts, text(c.Text))
		case *sdk.ImageContent:
			parts = append(parts, media(api.PartImage, c.MIMEType, c.Data))
		case *sdk.AudioContent:
			parts = append(parts, media(api.PartAudio, c.MIMEType, c.Data))
		case *sdk.EmbeddedResource:
			parts = append(parts, resource(c.Resource))
		case *sdk.ResourceLink:
			parts = append(parts, text(link(c)))
		}
	}
	return parts
}

func text(s string) api.Part { return api.Part{Kind: api.PartText, Text: s} }

func media(kind api.PartKind, mime string, data []byte) api.Part {
	return api.Part{Kind: kind, Media: &api.Media{MIME: mime, Data: base64.StdEncoding.EncodeToString(data)}}
}

func resource(r *sdk.ResourceContents) api.Part {
	switch {
	case r == nil:
		return text("")
	case r.Text != "" || len(r.Blob) == 0:
		return text(r.Text)
	}
	p := media(api.PartFile, r.MIMEType, r.Blob)
	p.Media.Name = bounded(r.URI, 1<<10)
	return p
}

func link(l *sdk.ResourceLink) string {
	out := l.Name + ": " + l.URI
	if l.Description != "" {
		out += " (" + l.Description + ")"
	}
	return out
}

// structured is the result as JSON, where the server gives one.
func structured(v any) api.JSON {
	if v == nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil { // it was read from JSON
		return nil
	}
	return b
}
