package job

import (
	"encoding/json"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// description is a job as its owner sees it. The names of the fields and states are
// those of Bifrost's asynchronous calls.
type description struct {
	ID          string    `json:"id"`
	Object      string    `json:"object"`
	Status      State     `json:"status"`
	Endpoint    string    `json:"endpoint"`
	Model       string    `json:"model,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	StartedAt   time.Time `json:"started_at,omitzero"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
	NextAttempt time.Time `json:"next_attempt_at,omitzero"`
	Attempts    int       `json:"attempts"`
	// StatusCode is the HTTP status of the answer, or of the last try.
	StatusCode  int               `json:"status_code,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	// Result is the answer's body where that is JSON; else Base64 has it.
	Result json.RawMessage `json:"result,omitempty"`
	Base64 []byte          `json:"result_base64,omitempty"`
	// Location is where to fetch the answer, where it is too large to come along.
	Location string   `json:"location,omitempty"`
	Error    *failure `json:"error,omitempty"`
}

type failure struct {
	Message string `json:"message"`
}

// Path is what the paths that jobs are fetched from begin with.
const Path = "/v1/async/"

// Describe returns a job as its owner sees it, in JSON. a may be nil.
func Describe(j *Job, a *Answer) []byte {
	d := describe(j)
	if a != nil {
		d.ContentType, d.Headers = a.ContentType, a.Headers
		if json.Valid(a.Body) {
			d.Result = a.Body
		} else {
			d.Base64 = a.Body
		}
	}
	return d.encode()
}

// describeApart is Describe for who is to fetch the answer.
func describeApart(j *Job) []byte {
	d := describe(j)
	d.Location = Path + j.ID
	return d.encode()
}

func describe(j *Job) *description {
	last := j.Created
	for _, t := range []time.Time{j.Started, j.Ended} {
		if t.After(last) {
			last = t
		}
	}
	d := &description{
		ID: j.ID, Object: "job", Status: j.State, Endpoint: j.Path, Model: j.Model,
		CreatedAt: j.Created, ExpiresAt: last.Add(bus.JobStates.TTL()), StartedAt: j.Started, CompletedAt: j.Ended,
		NextAttempt: j.Next, Attempts: j.Attempts, StatusCode: j.Status,
	}
	if j.Error != "" {
		d.Error = &failure{j.Error}
	}
	return d
}

func (d *description) encode() []byte {
	b, err := json.Marshal(d)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	return b
}
