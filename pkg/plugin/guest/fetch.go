package guest

import (
	"encoding/json"
	"time"
)

// HTTPRequest is what [Fetch] sends.
type HTTPRequest struct {
	Method  string // empty: GET
	URL     string
	Headers map[string][]string
	Body    []byte
	Timeout time.Duration // 0: as long as the hook has time
}

// HTTPResponse is what was answered. A redirect is an answer: it is not followed.
type HTTPResponse struct {
	Status  int
	Headers map[string][]string
	Body    []byte
}

// FetchError says why there is no answer: docs/plugins.md, section "The network", has the codes.
type FetchError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (e *FetchError) Error() string { return e.Code + ": " + e.Message }

// Fetch asks a host that the plugin's configuration grants, as often as that says, from within a
// hook. It waits for the answer, and ends before the time of the hook does. Its errors are of
// type [*FetchError].
func Fetch(r *HTTPRequest) (*HTTPResponse, error) {
	question, err := json.Marshal(struct {
		Method  string              `json:"method,omitempty"`
		URL     string              `json:"url"`
		Headers map[string][]string `json:"headers,omitempty"`
		Body    []byte              `json:"body_base64,omitempty"`
		Timeout int64               `json:"timeout_ms,omitempty"`
	}{r.Method, r.URL, r.Headers, r.Body, r.Timeout.Milliseconds()})
	if err != nil {
		return nil, &FetchError{"bad_request", err.Error()}
	}
	answer := fetch(question)
	if len(answer) == 0 {
		return nil, &FetchError{"outside_of_hook", "There is a network only while a hook runs."}
	}
	var a struct {
		Status  int                 `json:"status"`
		Headers map[string][]string `json:"headers"`
		Body    string              `json:"body"`
		Body64  []byte              `json:"body_base64"`
		Error   *FetchError         `json:"error"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, &FetchError{"bad_answer", err.Error()}
	}
	if a.Error != nil {
		return nil, a.Error
	}
	if a.Body64 == nil {
		a.Body64 = []byte(a.Body)
	}
	return &HTTPResponse{a.Status, a.Headers, a.Body64}, nil
}
