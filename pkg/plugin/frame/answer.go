package frame

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// MaxAnswer is the most bytes that an answer may have.
const MaxAnswer = 16 << 20

// maxState is the most bytes of state that a guest may keep of a call.
const maxState = 64 << 10

// What a guest may have done.
const (
	actionContinue = "continue"
	actionAnswer   = "answer"
	actionRefuse   = "refuse"
	actionAgain    = "again"
)

var (
	errNotShown   = errors.New("the answer changes a request that the frame did not show")
	errReshaped   = errors.New("the answer adds messages to, or takes some from, a request of which the frame showed only a part")
	errNoResponse = errors.New("the answer answers the call, and has no response")
)

// answer is what a guest says to a frame.
type answer struct {
	Action    string            `json:"action"`
	Request   raw               `json:"request"`
	Response  raw               `json:"response"`
	Error     *refusal          `json:"error"`
	Events    *[]event          `json:"events"`
	Arguments raw               `json:"arguments"`
	Result    *toolResult       `json:"result"`
	HTTP      *httpMessage      `json:"http"`
	Chunk     *string           `json:"chunk"`
	Chunk64   *string           `json:"chunk_base64"`
	Notes     map[string]string `json:"notes"`
	State     raw               `json:"state"`
}

// raw is a value that is read later; null is nothing.
type raw api.JSON

// UnmarshalJSON implements json.Unmarshaler.
func (r *raw) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*r = nil
		return nil
	}
	*r = append((*r)[:0], b...)
	return nil
}

type refusal struct {
	Status     int     `json:"status"`
	Code       string  `json:"code"`
	Message    string  `json:"message"`
	Param      string  `json:"param"`
	RetryAfter float64 `json:"retry_after"` // seconds
}

// readAnswer reads an answer; an empty one goes on.
func readAnswer(b []byte) (*answer, error) {
	a := &answer{Action: actionContinue}
	if len(b) == 0 {
		return a, nil
	}
	if len(b) > MaxAnswer {
		return nil, fmt.Errorf("an answer of %d bytes, and %d are the most", len(b), MaxAnswer)
	}
	if err := json.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	switch a.Action {
	case "":
		a.Action = actionContinue
	case actionContinue, actionAnswer, actionRefuse, actionAgain:
	default:
		return nil, fmt.Errorf("the answer's action is %.40q", a.Action)
	}
	if len(a.State) > maxState {
		return nil, fmt.Errorf("a state of %d bytes, and %d are the most", len(a.State), maxState)
	}
	return a, nil
}

// The longest code and message of a refusal.
const (
	maxCode    = 64
	maxMessage = 2000
)

// refuse returns the error with which the guest refuses.
func (a *answer) refuse(name string) *api.Error {
	r := a.Error
	if r == nil {
		r = &refusal{}
	}
	e := api.Errorf(api.KindPermission, "plugin_refused", "The plugin %s has refused the call.", name)
	if r.Status >= 400 && r.Status <= 599 {
		e.Kind, e.Status = api.KindOfStatus(r.Status), r.Status
	}
	if isWord(r.Code) {
		e.Code = r.Code
	}
	if message := printable(r.Message); message != "" {
		e.Message = message
	}
	e.Param = printable(r.Param)
	if r.RetryAfter > 0 && r.RetryAfter < (24*time.Hour).Seconds() {
		e.RetryAfter = time.Duration(r.RetryAfter * float64(time.Second))
	}
	return e
}

// isWord says whether a code is one: lower-case letters, digits, underscores and dots.
func isWord(s string) bool {
	return s != "" && len(s) <= maxCode && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '.'
	}) < 0
}

// printable returns s without control characters, and not too long.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s[:min(len(s), maxMessage)])
	return strings.ToValidUTF8(strings.TrimSpace(s), "")
}

// bytesOf returns what stands as text or in base64; false for neither.
func bytesOf(text, in64 *string) (b []byte, there bool, err error) {
	switch {
	case text != nil:
		return []byte(*text), true, nil
	case in64 != nil:
		b, err = base64.StdEncoding.DecodeString(*in64)
		if err != nil {
			return nil, false, fmt.Errorf("read base64: %w", err)
		}
		return b, true, nil
	}
	return nil, false, nil
}
