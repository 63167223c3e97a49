package batch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Messages is the endpoint of batches as Anthropic's API has them. They are batches
// like any other, in other words: what is asked for is the input file, and the results
// are what is in the two others.
const Messages = "/v1/messages"

// MessagesInput makes an input file of the body of a request for a batch.
func MessagesInput(body []byte) ([]byte, *api.Error) {
	var given struct {
		Requests []struct {
			CustomID string          `json:"custom_id"`
			Params   json.RawMessage `json:"params"`
		} `json:"requests"`
	}
	if json.Unmarshal(body, &given) != nil {
		return nil, api.Invalid("invalid_json", "", "The request body is not a JSON object with requests, each with custom_id and params.")
	}
	var file bytes.Buffer
	lines := json.NewEncoder(&file)
	lines.SetEscapeHTML(false)
	for _, r := range given.Requests {
		if err := lines.Encode(asked{CustomID: &r.CustomID, Method: http.MethodPost, URL: Messages, Body: r.Params}); err != nil {
			return nil, api.Invalid("invalid_requests", "requests", "The params of a request are not JSON.")
		}
	}
	_, faults, err := newInput(bytes.NewReader(file.Bytes())).check(Messages)
	if err != nil || len(faults) > 0 {
		message := "The requests cannot be read."
		if len(faults) > 0 {
			message = faults[0].Message
		}
		return nil, api.Invalid("invalid_requests", "requests", "%s", message)
	}
	return file.Bytes(), nil
}

// messagesDescription is a batch as Anthropic's API shows it.
type messagesDescription struct {
	ID         string         `json:"id"`
	Type       string         `json:"type"`
	Status     string         `json:"processing_status"`
	Counts     messagesCounts `json:"request_counts"`
	Created    time.Time      `json:"created_at"`
	Expires    time.Time      `json:"expires_at"`
	Ended      *time.Time     `json:"ended_at"`
	Cancelling *time.Time     `json:"cancel_initiated_at"`
	Archived   *time.Time     `json:"archived_at"`
	Results    *string        `json:"results_url"`
}

type messagesCounts struct {
	Processing int `json:"processing"`
	Succeeded  int `json:"succeeded"`
	Errored    int `json:"errored"`
	Canceled   int `json:"canceled"`
	Expired    int `json:"expired"`
}

// DescribeMessages returns a batch as Anthropic's API shows it. Its results are at the
// address given, once there are any.
func (b *Batch) DescribeMessages(results string) []byte {
	d := messagesDescription{
		ID: b.ID, Type: "message_batch", Status: "in_progress", Created: b.Created, Expires: b.Expires,
		Ended: momentOf(b.Ended), Cancelling: momentOf(b.Cancelling),
		Counts: messagesCounts{
			Processing: b.Counts.Total - b.Counts.Completed - b.Counts.Failed,
			Succeeded:  b.Counts.Completed, Errored: b.Counts.Failed - b.GivenUp,
		},
	}
	switch {
	case b.Status.Ended():
		d.Status, d.Results = "ended", &results
	case b.Status == Cancelling:
		d.Status = "canceling"
	}
	if b.Ending == Cancelled {
		d.Counts.Canceled = b.GivenUp
	} else {
		d.Counts.Expired = b.GivenUp
	}
	text, err := json.Marshal(d)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	return text
}

func momentOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// MessagesResults reads a file of results as Anthropic's API has it.
func MessagesResults(from io.Reader) io.Reader {
	return &messagesResults{from: bufio.NewReaderSize(from, 64<<10)}
}

type messagesResults struct {
	from *bufio.Reader
	rest []byte
}

// Read implements io.Reader.
func (m *messagesResults) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		line, err := m.from.ReadBytes('\n')
		if err != nil {
			return 0, err // each line has its end
		}
		if m.rest, err = messagesResult(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// messagesResult is a result line in Anthropic's words.
func messagesResult(line []byte) ([]byte, error) {
	var r struct {
		CustomID string `json:"custom_id"`
		Response *struct {
			Status int             `json:"status_code"`
			Body   json.RawMessage `json:"body"`
		} `json:"response"`
		Error *struct {
			Kind string `json:"code"`
		} `json:"error"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	type result struct {
		Type    string          `json:"type"`
		Message json.RawMessage `json:"message,omitempty"`
		Error   json.RawMessage `json:"error,omitempty"`
	}
	var how result
	switch {
	case r.Response != nil && r.Response.Status >= 200 && r.Response.Status < 300:
		how = result{Type: "succeeded", Message: r.Response.Body}
	case r.Response != nil:
		how = result{Type: "errored", Error: r.Response.Body}
	case r.Error != nil && r.Error.Kind == expiredLine:
		how.Type = "expired"
	case r.Error != nil:
		how.Type = "canceled"
	default:
		return nil, errors.New("batch: a result line without a result")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		CustomID string `json:"custom_id"`
		Result   result `json:"result"`
	}{r.CustomID, how})
	return out.Bytes(), err
}
