package guest

import "encoding/json"

// Frame is what the gateway asks. It is valid until it is answered.
type Frame struct {
	Version  int               `json:"asbru"`
	Point    string            `json:"point"`
	Plugin   string            `json:"plugin"`
	Call     Call              `json:"call"`
	Headers  map[string]string `json:"headers"`
	State    json.RawMessage   `json:"state"`
	Request  json.RawMessage   `json:"request"`
	Partial  bool              `json:"partial"`
	Response json.RawMessage   `json:"response"`
	Error    *Error            `json:"error"`
	Events   []Event           `json:"events"`
	Done     json.RawMessage   `json:"done"`
	Tool     json.RawMessage   `json:"tool"`
	Result   json.RawMessage   `json:"result"`
	HTTP     json.RawMessage   `json:"http"`
	Answered json.RawMessage   `json:"http_answer"`
	Chunk    string            `json:"chunk"`
	Happened []ClusterEvent    `json:"cluster_events"`
}

// ClusterEvent is something that has happened in the cluster.
type ClusterEvent struct {
	ID   string          `json:"id"`
	Kind string          `json:"kind"`
	At   string          `json:"at"`
	Data json.RawMessage `json:"data"`
}

// Call is what is known of the call.
type Call struct {
	ID           string `json:"id"`
	RequestID    string `json:"request_id"`
	Dialect      string `json:"dialect"`
	Op           string `json:"op"`
	Stream       bool   `json:"stream"`
	Attempt      int    `json:"attempt"`
	Provider     string `json:"provider"`
	Model        string `json:"model"`
	VirtualKeyID string `json:"virtual_key_id"`
	VirtualKey   string `json:"virtual_key"`
	Team         string `json:"team"`
	Customer     string `json:"customer"`
	User         string `json:"user"`
	EndUser      string `json:"end_user"`
}

// Event is one of a stream's.
type Event struct {
	At       *int    `json:"at,omitempty"`
	Kind     string  `json:"kind,omitempty"`
	Choice   int     `json:"choice,omitempty"`
	Part     int     `json:"part,omitempty"`
	PartKind string  `json:"part_kind,omitempty"`
	Text     *string `json:"text,omitempty"`
	Finish   string  `json:"finish,omitempty"`
}

// Error is a refusal, or how an attempt has failed.
type Error struct {
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// Answer is what is to be done; nil goes on.
type Answer struct {
	Action    string            `json:"action,omitempty"`
	Request   any               `json:"request,omitempty"`
	Response  any               `json:"response,omitempty"`
	Error     *Error            `json:"error,omitempty"`
	Events    []Event           `json:"events,omitempty"`
	Arguments any               `json:"arguments,omitempty"`
	Result    any               `json:"result,omitempty"`
	HTTP      any               `json:"http,omitempty"`
	Chunk     *string           `json:"chunk,omitempty"`
	Notes     map[string]string `json:"notes,omitempty"`
	State     any               `json:"state,omitempty"`
}

// Refuse returns the answer that refuses the call.
func Refuse(status int, code, message string) *Answer {
	return &Answer{Action: "refuse", Error: &Error{Status: status, Code: code, Message: message}}
}

// points are the names of points, each at the place of its bit.
var points = [...]string{
	"before_route", "before_attempt", "after_attempt", "on_events", "after_call",
	"before_tool", "after_tool", "on_http", "after_http", "on_chunk", "on_cluster_event",
}

var handlers = map[string]func(*Frame) *Answer{}

// Handle has f asked at a point. It is called from an init function.
func Handle(point string, f func(*Frame) *Answer) { handlers[point] = f }

// wanted returns the set of points that there is a handler for.
func wanted() (set uint32) {
	for i, name := range points {
		if handlers[name] != nil {
			set |= 1 << i
		}
	}
	return set
}

// answer answers a frame; nothing goes on.
func answer(b []byte) []byte {
	var f Frame
	if err := f.read(b); err != nil {
		panic(err)
	}
	handle := handlers[f.Point]
	if handle == nil {
		return nil
	}
	a := handle(&f)
	if a == nil {
		return nil
	}
	out, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	return out
}
