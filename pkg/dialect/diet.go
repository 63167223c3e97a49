package dialect

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Diet is what a provider answers with an error although its dialect has it. A
// body is made to fit before it is sent: what changes nothing of the answer's
// meaning is rewritten or left out; for what does, the call is refused, or the
// field is dropped where the caller agrees to that.
type Diet struct {
	// Refused are fields at the top of a request without which the answer would be
	// another.
	Refused []string
	// Spared are fields that the answer is the same without: hints, labels.
	Spared []string
	// Renamed are fields that the provider calls otherwise, and its names for them.
	Renamed map[string]string
	// Required is what the provider calls the tool choice "required"; Refused where
	// it holds "tool_choice.required".
	Required string

	OneChoice    bool // n is 1
	NoNames      bool // on messages
	NoStrict     bool // on tools
	NoDeveloper  bool // such messages become the system's
	NoNulls      bool // no member of a message is null
	NoReasoning  bool // an assistant's message has none
	OnlyText     bool // content is a string, not a list of parts
	ShortCallIDs bool // ids of tool calls are nine letters and digits
	Thoughts     bool // an assistant's message that calls tools has its reasoning_content
}

// Fitter is implemented by a codec whose providers are on diets.
type Fitter interface {
	// AppendFit appends the edits that make a body, which Peek has passed or
	// AppendRequest has written, fit a provider's diet. h says whether fields may be
	// dropped, and learns which were.
	AppendFit(dst []jsonx.Edit, h *Head, body []byte, d *Diet) ([]jsonx.Edit, *api.Error)
}
