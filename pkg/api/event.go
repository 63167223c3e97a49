package api

// EventKind tells what an event of a stream is.
type EventKind uint8

// The kinds of event, in the order in which they come. A stream is one
// EventStart, then for each choice any number of parts (each EventPart, then
// EventDelta*) and an EventFinish, then at most one EventUsage that counts, then
// EventEnd; or an EventError at any place, after which nothing comes.
const (
	EventStart    EventKind = iota // ID, Model, Created; Usage when the provider says input tokens here
	EventPart                      // a part begins: PartKind, and CallID, Name of a tool call; its Signature, if that is known
	EventDelta                     // more of the part that began: Text, by the part's kind
	EventSign                      // the Signature of the part that began
	EventCitation                  // a citation of the text part that began
	EventFinish                    // the choice's Finish
	EventUsage                     // Usage, cumulative: the last one counts
	EventError                     // Err
	EventEnd                       // the dialect's own terminal event has been seen
)

// Event is one step of a stream. Text and the other strings borrow from the wire
// event and live until the next one is read.
type Event struct {
	Kind   EventKind
	Choice int

	// Part numbers the parts of a choice from 0. Deltas name theirs, since some
	// providers interleave the fragments of parallel tool calls.
	Part     int
	PartKind PartKind
	// Text is the delta: text, reasoning, refusal, a fragment of a call's JSON
	// arguments, base64 audio. For a PartOpaque begun with Raw it is empty.
	Text string

	MIME string // of an image or audio part, where the provider says

	CallID string
	Name   string
	Custom bool

	Signature   string
	SignatureOf string
	Citation    *Citation
	LogProbs    []LogProb
	Raw         JSON // of an opaque part
	RawOf       string

	ID      string
	Model   string
	Created int64

	Finish       Finish
	FinishRaw    string
	StopSequence string

	Usage Usage
	Err   *Error
}
