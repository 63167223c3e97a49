package mock

import (
	"bytes"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// createBatch is POST /v1/batches: https://platform.openai.com/docs/api-reference/batch
//
// The batch has been run when it is answered.
func (s *Server) createBatch(c *call) (*object, error) {
	var r struct {
		Input    string `json:"input_file_id"`
		Endpoint string `json:"endpoint"`
		Window   string `json:"completion_window"`
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return nil, err
	}
	input := s.objects.get("files", r.Input)
	switch {
	case input == nil:
		return nil, badRequestf("Invalid input_file_id: no such file '%s'.", r.Input)
	case r.Window != "24h":
		return nil, badRequestf("Invalid value: '%s'. Supported values are: '24h'.", r.Window)
	case paths[r.Endpoint].run == nil:
		return nil, badRequestf("Invalid value: '%s' is not an endpoint for batches.", r.Endpoint)
	}
	var results []byte
	done, failed := 0, 0
	for line := range bytes.Lines(input.content) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var ok bool
		if results, ok = s.appendResult(results, line, c.id("batch_req_")+"-"+strconv.Itoa(done+failed)); ok {
			done++
		} else {
			failed++
		}
	}
	out := s.file(c.id("file-out-"), "output.jsonl", "batch_output", results)
	s.objects.put(out)
	now := strconv.FormatInt(s.opts.Now().Unix(), 10)
	id := c.id("batch_")
	b := append([]byte(nil), `{"id":"`+id+`","object":"batch","endpoint":"`+r.Endpoint+`","errors":null,"input_file_id":"`+input.id+
		`","completion_window":"24h","status":"completed","output_file_id":"`+out.id+`","error_file_id":null,"created_at":`+now+
		`,"completed_at":`+now+`,"request_counts":{"total":`+strconv.Itoa(done+failed)+`,"completed":`+strconv.Itoa(done)+
		`,"failed":`+strconv.Itoa(failed)+`},"metadata":null}`...)
	return &object{id: id, json: b}, nil
}

// appendResult runs a line of a batch as the request that it is.
func (s *Server) appendResult(dst, line []byte, id string) ([]byte, bool) {
	var r struct {
		CustomID string          `json:"custom_id"`
		Method   string          `json:"method"`
		URL      string          `json:"url"`
		Body     json.RawMessage `json:"body"`
	}
	err := json.Unmarshal(line, &r)
	var req fasthttp.Request
	req.Header.SetMethod(r.Method)
	req.SetRequestURI(r.URL)
	req.SetBody(r.Body)
	var ctx fasthttp.RequestCtx
	ctx.Init(&req, nil, nil)
	if op := paths[r.URL]; err == nil && op.run != nil {
		op.run(s, &call{ctx: &ctx, op: op, hit: s.hits.Load(), plan: s.opts.plan()})
	} else {
		ctx.SetStatusCode(fasthttp.StatusBadRequest)
		ctx.SetBodyString(`{"error":{"message":"This line is no request.","type":"invalid_request_error"}}`)
	}
	status := ctx.Response.StatusCode()
	dst = append(dst, `{"id":"`+id+`","custom_id":`...)
	dst = jsonx.AppendString(dst, r.CustomID)
	dst = append(dst, `,"response":{"status_code":`+strconv.Itoa(status)+`,"request_id":"`+id+`","body":`...)
	dst = append(dst, ctx.Response.Body()...)
	return append(dst, "},\"error\":null}\n"...), status == fasthttp.StatusOK
}

// cancelBatch comes too late, as the batch is done.
func (s *Server) cancelBatch(_ *call, x *object) (*object, error) {
	return nil, badRequestf("Cannot cancel a batch with status 'completed': %s.", x.id)
}
