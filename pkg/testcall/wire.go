package testcall

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// MaxBytes bounds the body of a request and that of an answer. Sealed and with its headers
// each goes into one message.
const MaxBytes = 512 << 10

// MaxStreamBytes bounds an answer that comes in pieces, each of at most MaxBytes.
const MaxStreamBytes = 8 << 20

// Errors of [Asker.Ask] and [Asker.Follow].
var (
	ErrNoEdge   = errors.New("testcall: no edge is there")
	ErrBusy     = errors.New("testcall: the edge makes as many calls for controls as it may")
	ErrLate     = errors.New("testcall: the answer has not come in time")
	ErrTooLarge = errors.New("testcall: more than MaxBytes, or MaxStreamBytes in all")
	ErrBroken   = errors.New("testcall: a piece of the answer is missing")
)

// faults are the errors that an edge answers with, by their names in a reply.
var faults = map[string]error{"busy": ErrBusy, "late": ErrLate, "large": ErrTooLarge}

// purpose is what the cluster's key is derived for.
const purpose = "test-calls"

// question is a call on its way to an edge.
type question struct {
	Node string        `json:"node"` // of the control that asks
	ID   string        `json:"id"`
	Left time.Duration `json:"left"` // until nobody waits any more
	// Stream says that the answer may come in pieces. An edge that does not know it, or whose
	// answer is none, sends one reply.
	Stream  bool        `json:"stream,omitempty"`
	Request job.Request `json:"request"`
	Body    []byte      `json:"body"`
}

// reply is an answer on its way back, or why there is none. One that comes in pieces is told by
// several: the first has the answer without its body, those behind it a piece each, and the
// last has none, and no More.
type reply struct {
	Node   string      `json:"node"` // the edge
	Fault  string      `json:"fault,omitempty"`
	Answer *job.Answer `json:"answer,omitempty"`
	Body   []byte      `json:"body,omitempty"`
	More   bool        `json:"more,omitempty"` // another reply follows
}

// seal makes a message of a question or a reply. A reply belongs to one question, whose id
// is its place, and has its number there: it opens as no other.
func seal(key secret.Key, place string, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("testcall: encode a message: %w", err)
	}
	return key.Seal(text, place), nil
}

// open undoes seal.
func open(key secret.Key, place string, message []byte, v any) error {
	text, err := key.Open(message, place)
	if err != nil {
		return fmt.Errorf("testcall: open a message: %w", err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("testcall: decode a message: %w", err)
	}
	return nil
}

// Where the messages are sealed for.
const askingPlace = "question"

// answerPlace is that of a question's reply, counted from 0.
func answerPlace(id string, number int) string {
	if number == 0 {
		return "answer " + id
	}
	return "answer " + id + " " + strconv.Itoa(number)
}
