package job

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// maxInline is how large something sealed may be that lies in the job itself, which
// is written anew at each change.
const maxInline = 16 << 10

// keep seals something for its place: its head as a line of JSON, its body behind it.
func (q *Queue) keep(ctx context.Context, place string, head any, body []byte) (kept, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return kept{}, fmt.Errorf("job: encode: %w", err)
	}
	text = append(append(text, '\n'), body...)
	sealed := q.seal.Seal(text, place)
	if len(sealed) <= maxInline {
		return kept{Sealed: sealed}, nil
	}
	if err := q.conn.Bulk.PutObject(ctx, bus.Results, place, sealed); err != nil {
		return kept{}, err
	}
	return kept{Object: place}, nil
}

// open reads what was kept at a place into head, and returns the body.
func (q *Queue) open(ctx context.Context, place string, k kept, head any) ([]byte, error) {
	sealed := k.Sealed
	if k.Object != "" {
		var err error
		if sealed, err = q.conn.Bulk.GetObject(ctx, bus.Results, k.Object); err != nil {
			return nil, err
		}
	}
	text, err := q.seal.Open(sealed, place)
	if err != nil {
		return nil, fmt.Errorf("job: open: %w", err)
	}
	line, body, found := bytes.Cut(text, []byte{'\n'})
	if !found {
		return nil, errors.New("job: open: cut short")
	}
	if err := json.Unmarshal(line, head); err != nil {
		return nil, fmt.Errorf("job: open: %w", err)
	}
	return body, nil
}

func requestPlace(id string) string { return "job/" + id + "/request" }

// answerPlace is of one try: a try that comes too late does not write over another's.
func (j *Job) answerPlace() string {
	return fmt.Sprintf("job/%s/answer/%d.%d", j.ID, j.Round, j.Attempts)
}

// OpenRequest returns what a job asks for.
func (q *Queue) OpenRequest(ctx context.Context, j *Job) (*Request, error) {
	r := &Request{}
	var err error
	r.Body, err = q.open(ctx, requestPlace(j.ID), j.Request, r)
	return r, err
}

// OpenAnswer returns what a job was answered with, nil if there is no answer.
func (q *Queue) OpenAnswer(ctx context.Context, j *Job) (*Answer, error) {
	if j.Answer.empty() {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	a := &Answer{}
	var err error
	a.Body, err = q.open(ctx, j.answerPlace(), j.Answer, a)
	return a, err
}
