package idempotency

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxAnswerBytes is how large the body of an answer may be that is kept.
const MaxAnswerBytes = 4 << 20

// Answer is what a caller got, as it is told again.
type Answer struct {
	Status      int      `json:"status"`
	ContentType string   `json:"content_type"`
	Headers     []Header `json:"headers,omitempty"`
	Body        []byte   `json:"-"`
}

// Header is a header field of an answer.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// encode writes what is not the body as a line of JSON, and the body behind it.
func (a *Answer) encode() ([]byte, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return append(append(b, '\n'), a.Body...), nil
}

func decodeAnswer(data []byte) (*Answer, error) {
	line, body, found := bytes.Cut(data, []byte("\n"))
	a := &Answer{Body: body}
	if !found {
		return nil, fmt.Errorf("decode an answer: it has no body")
	}
	if err := json.Unmarshal(line, a); err != nil {
		return nil, fmt.Errorf("decode an answer: %w", err)
	}
	return a, nil
}
