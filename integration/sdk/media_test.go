//go:build integration

package sdk_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// picture is one green pixel, as target.py and target.js have it.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// sound is what every text sounds like.
var sound = func() []byte {
	all := []byte("ID3")
	for range 8 {
		for b := range 256 {
			all = append(all, byte(b))
		}
	}
	return all
}()

const (
	file  = `{"id":"file-1","object":"file","bytes":2,"created_at":1,"filename":"a.jsonl","purpose":"batch","status":"processed"}`
	batch = `{"id":"batch-1","object":"batch","endpoint":"/v1/chat/completions","input_file_id":"file-1","completion_window":"24h","status":"completed","created_at":1}`
)

// answerMedia answers as OpenAI does where things other than text pass, and where it
// keeps them; false for all else.
func answerMedia(w http.ResponseWriter, r *http.Request, body []byte) bool {
	if r.Header.Get("X-Goog-Api-Key") != "" {
		return answerGoogleFiles(w, r)
	}
	_, path, _ := strings.Cut(r.URL.Path, "/v1/")
	var answer string
	switch {
	case path == "images/generations", path == "images/edits" && len(formFile(r, body, "image")) > 0:
		answer = `{"created":1,"data":[{"b64_json":"` + picture + `"}]}`
	case path == "audio/speech":
		w.Header().Set("Content-Type", "audio/mpeg")
		w.Write(sound)
		return true
	case path == "audio/transcriptions":
		answer = fmt.Sprintf(`{"text":"heard %d bytes by %s"}`, len(formFile(r, body, "file")), formFile(r, body, "model"))
	case path == "moderations":
		answer = `{"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":false,"categories":{},"category_scores":{}}]}`
	case path == "files" && r.Method == http.MethodPost, path == "files/file-1" && r.Method == http.MethodGet:
		answer = file
	case path == "files":
		answer = `{"object":"list","data":[` + file + `],"has_more":false}`
	case path == "files/file-1/content":
		answer = "{}"
	case path == "files/file-1":
		answer = `{"id":"file-1","object":"file","deleted":true}`
	case path == "batches", path == "batches/batch-1":
		answer = batch
	case path == "messages/batches", path == "messages/batches/msgbatch_1":
		answer = `{"id":"msgbatch_1","type":"message_batch","processing_status":"ended","request_counts":{"processing":0,"succeeded":1,"errored":0,"canceled":0,"expired":0},` +
			`"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-02T00:00:00Z","ended_at":"2026-01-01T01:00:00Z","archived_at":null,"cancel_initiated_at":null,` +
			`"results_url":"http://` + r.Host + `/v1/messages/batches/msgbatch_1/results"}`
	case path == "messages/batches/msgbatch_1/results":
		answer = `{"custom_id":"one","result":{"type":"canceled"}}` + "\n"
	default:
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, answer)
	return true
}

// answerGoogleFiles answers as Google does where it keeps files, its resumable uploads
// among them; false for all else.
func answerGoogleFiles(w http.ResponseWriter, r *http.Request) bool {
	const file = `{"name":"files/f1","uri":"https://generativelanguage.googleapis.com/v1beta/files/f1","mimeType":"text/plain","sizeBytes":"5","state":"ACTIVE"}`
	answer := file
	path := strings.Replace(r.URL.Path, "/v1/", "/v1beta/", 1)
	switch {
	case path == "/upload/v1beta/files" && r.Header.Get("X-Goog-Upload-Command") == "start":
		w.Header().Set("X-Goog-Upload-Url", "http://"+r.Host+"/upload/v1beta/files?upload_id=u1")
		w.Header().Set("X-Goog-Upload-Status", "active")
		answer = ""
	case path == "/upload/v1beta/files":
		w.Header().Set("X-Goog-Upload-Status", "final")
		answer = `{"file":` + file + `}`
	case path == "/v1beta/files":
		answer = `{"files":[` + file + `]}`
	case path == "/v1beta/files/f1" && r.Method == http.MethodDelete:
		answer = "{}"
	case path != "/v1beta/files/f1":
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, answer)
	return true
}

// formFile returns a field of a form, empty where there is none of that name.
func formFile(r *http.Request, body []byte, name string) []byte {
	_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil
		}
		if part.FormName() == name {
			value, _ := io.ReadAll(part)
			return value
		}
	}
}
