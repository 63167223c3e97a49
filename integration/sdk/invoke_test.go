//go:build integration

package sdk_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
)

// invoked lets a mock answer a stream of Bedrock's InvokeModel, and puts each event in
// base64 as AWS does, which aimock leaves out, as it does what was written; false for all
// else.
func invoked(w http.ResponseWriter, r *http.Request, mock http.Handler) bool {
	if !strings.HasSuffix(r.URL.Path, "/invoke-with-response-stream") {
		return false
	}
	answer := httptest.NewRecorder()
	mock.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
		return true
	}
	w.Header().Set("Content-Type", eventstream.ContentType)
	var frames eventstream.Reader
	var m eventstream.Message
	frames.Feed(answer.Body.Bytes())
	for {
		if more, err := frames.Next(&m); err != nil || !more {
			return true
		}
		m.Payload = bytes.Replace(m.Payload, []byte(`"usage":{"output_tokens":0}`), []byte(`"usage":{"output_tokens":7}`), 1)
		m.Payload = []byte(`{"bytes":"` + base64.StdEncoding.EncodeToString(m.Payload) + `"}`)
		w.Write(eventstream.AppendMessage(nil, &m))
	}
}
