package sink

import (
	"encoding/json"
	"time"
)

// Record is a line as targets read it that have a form of their own for calls.
type Record struct {
	Time         time.Time         `json:"time"`
	ID           string            `json:"id"`
	RequestID    string            `json:"request_id"`
	Dialect      string            `json:"dialect"`
	Op           string            `json:"op"`
	Stream       bool              `json:"stream"`
	Provider     string            `json:"provider"`
	Model        string            `json:"model"`
	Key          string            `json:"key"`
	Status       int               `json:"status"`
	Attempts     int               `json:"attempts"`
	TookMS       float64           `json:"took_ms"`
	FirstTokenMS float64           `json:"first_token_ms"`
	Truncated    bool              `json:"truncated"`
	Error        *RecordError      `json:"error"`
	Usage        *RecordUsage      `json:"usage"`
	Cost         json.Number       `json:"cost"` // dollars
	VirtualKeyID string            `json:"virtual_key_id"`
	VirtualKey   string            `json:"virtual_key"`
	Team         string            `json:"team"`
	Customer     string            `json:"customer"`
	User         string            `json:"user"`
	EndUser      string            `json:"end_user"`
	Metadata     map[string]string `json:"metadata"`
	Marks        string            `json:"marks"`
	Headers      map[string]string `json:"headers"`
	Request      json.RawMessage   `json:"request"`  // in the form of OpenAI's API
	Response     json.RawMessage   `json:"response"` // likewise
}

// RecordError is the error that a call has ended with.
type RecordError struct {
	Kind     string `json:"kind"`
	Code     string `json:"code"`
	Provider string `json:"provider"`
	Message  string `json:"message"`
}

// RecordUsage is what a call has used, in tokens.
type RecordUsage struct {
	Input      int64 `json:"input"`
	Output     int64 `json:"output"`
	CacheRead  int64 `json:"cache_read"`
	CacheWrite int64 `json:"cache_write"`
	Reasoning  int64 `json:"reasoning"`
}

// Read reads a line that [Shape.AppendLine] has written.
func Read(line []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	return &r, nil
}

// End is when the call was over.
func (r *Record) End() time.Time { return r.Time.Add(milliseconds(r.TookMS)) }

// FirstToken is when a stream began to say something; the zero time where it is not known.
func (r *Record) FirstToken() time.Time {
	if r.FirstTokenMS <= 0 {
		return time.Time{}
	}
	return r.Time.Add(milliseconds(r.FirstTokenMS))
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
