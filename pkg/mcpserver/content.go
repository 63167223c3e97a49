package mcpserver

import (
	"cmp"
	"encoding/base64"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// contentOf is a part of a result as MCP has it.
func contentOf(p *api.Part) sdk.Content {
	if p.Media == nil {
		return &sdk.TextContent{Text: p.Text}
	}
	m := p.Media
	if m.Data == "" && m.URL != "" {
		return &sdk.ResourceLink{URI: m.URL, Name: cmp.Or(m.Name, m.URL), MIMEType: m.MIME}
	}
	data, err := base64.StdEncoding.DecodeString(m.Data)
	if err != nil {
		return &sdk.TextContent{Text: p.Text}
	}
	switch p.Kind {
	case api.PartImage:
		return &sdk.ImageContent{MIMEType: m.MIME, Data: data}
	case api.PartAudio:
		return &sdk.AudioContent{MIMEType: m.MIME, Data: data}
	}
	return &sdk.EmbeddedResource{Resource: &sdk.ResourceContents{URI: cmp.Or(m.Name, "file:///result"), MIMEType: m.MIME, Blob: data}}
}
