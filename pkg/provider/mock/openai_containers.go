package mock

import (
	"bytes"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
)

// described makes an object: its own fields behind those that all have.
func (s *Server) described(id, kind, more string) *object {
	return &object{id: id, json: []byte(`{"id":"` + id + `","object":"` + kind + `","created_at":` + strconv.FormatInt(s.opts.Now().Unix(), 10) + more + "}")}
}

func inJSON(s string) string { return string(jsonx.AppendString(nil, s)) }

// createContainer is POST /v1/containers:
// https://platform.openai.com/docs/api-reference/containers
func (s *Server) createContainer(c *call) (*object, error) {
	var r struct {
		Name string `json:"name"`
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	if r.Name == "" {
		return nil, badRequest("Missing required parameter: 'name'.")
	}
	return s.described(c.id("cntr_"), "container", `,"status":"running","name":`+inJSON(r.Name)), nil
}

// createContainerFile is POST /v1/containers/{id}/files.
func (s *Server) createContainerFile(c *call) (*object, error) {
	u, err := c.readUpload("file")
	if err != nil {
		return nil, err
	}
	x := s.described(c.id("cfile_"), "container.file", `,"source":"user","bytes":`+strconv.Itoa(len(u.bytes))+`,"path":`+inJSON("/mnt/data/"+u.name))
	x.content = u.bytes
	return x, nil
}

// createUpload is POST /v1/uploads: https://platform.openai.com/docs/api-reference/uploads
func (s *Server) createUpload(c *call) (*object, error) {
	var r struct {
		Filename string `json:"filename"`
		Purpose  string `json:"purpose"`
		Bytes    int    `json:"bytes"`
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	if r.Filename == "" || r.Purpose == "" {
		return nil, badRequest("Missing required parameter: 'filename' or 'purpose'.")
	}
	return s.uploadObject(c.id("upload_"), "pending", r.Filename, r.Purpose, r.Bytes, "null"), nil
}

func (s *Server) uploadObject(id, status, name, purpose string, size int, file string) *object {
	return s.described(id, "upload", `,"status":"`+status+`","filename":`+inJSON(name)+`,"purpose":`+inJSON(purpose)+`,"bytes":`+strconv.Itoa(size)+`,"file":`+file)
}

// createPart is POST /v1/uploads/{id}/parts.
func (s *Server) createPart(c *call) (*object, error) {
	u, err := c.readUpload("data")
	if err != nil {
		return nil, err
	}
	x := s.described(c.id("part_"), "upload.part", "")
	x.content = u.bytes
	return x, nil
}

// completeUpload puts the parts together, in the order that is asked for.
func (s *Server) completeUpload(c *call, x *object) (*object, error) {
	var r struct {
		Parts []string `json:"part_ids"`
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	var was struct{ Filename, Purpose string }
	if err := json.Unmarshal(x.json, &was); err != nil {
		return nil, err
	}
	var content bytes.Buffer
	for _, id := range r.Parts {
		part := s.objects.get("uploads/parts", id)
		if part == nil || part.owner != x.id {
			return nil, badRequestf("No such part: %s.", id)
		}
		content.Write(part.content)
	}
	file := s.file(c.id("file-"), was.Filename, was.Purpose, content.Bytes())
	s.objects.put(file)
	return s.uploadObject(x.id, "completed", was.Filename, was.Purpose, content.Len(), string(file.json)), nil
}

// cancelUpload is POST /v1/uploads/{id}/cancel.
func (s *Server) cancelUpload(_ *call, x *object) (*object, error) {
	s.objects.drop(x)
	return s.uploadObject(x.id, "cancelled", "", "", 0, "null"), nil
}
