package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// createFile is POST /v1/files: https://platform.openai.com/docs/api-reference/files
func (s *Server) createFile(c *call) (*object, error) {
	u, err := c.readUpload("file")
	if err != nil {
		return nil, err
	}
	if u.value("purpose") == "" {
		return nil, badRequest("Missing required parameter: 'purpose'.")
	}
	return s.file(c.id("file-"), u.name, u.value("purpose"), u.bytes), nil
}

func (s *Server) file(id, name, purpose string, content []byte) *object {
	b := append(append([]byte(`{"id":"`), id...), `","object":"file","bytes":`...)
	b = strconv.AppendInt(b, int64(len(content)), 10)
	b = append(strconv.AppendInt(append(b, `,"created_at":`...), s.opts.Now().Unix(), 10), `,"filename":`...)
	b = append(jsonx.AppendString(b, name), `,"purpose":`...)
	b = append(jsonx.AppendString(b, purpose), `,"status":"processed"}`...)
	return &object{kind: "files", id: id, json: b, content: content}
}
