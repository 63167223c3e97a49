package dialect

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Codec reads and writes one wire format. It has no state and is safe for
// concurrent use. Bytes it is given are borrowed: what it decodes may point
// into them, and it never changes them.
type Codec interface {
	// Name is the dialect's name: openai, anthropic, genai.
	Name() string

	// Peek reads, in one pass, what routing and policy must know of a request
	// body and checks that the whole body is valid JSON: UTF-8, at most 200
	// levels deep. It refuses a body that is not an object, that has a wrong
	// type in a field it reads, or that repeats such a field, also in another
	// case or spelt with escapes: providers disagree on which one counts.
	// h.Op is set by the route; so are h.Model and h.Stream for a dialect that
	// has them in the path.
	Peek(h *Head, body []byte) *api.Error

	// AppendEdits appends the edits that turn the caller's body into the one
	// for a provider of this same dialect: the model's name, the gateway's own
	// fields taken out, usage asked for in a stream. In the order of the body.
	AppendEdits(dst []jsonx.Edit, h *Head, model string, q *Quirks) []jsonx.Edit

	// DecodeRequest reads a whole body that Peek has passed.
	DecodeRequest(h *Head, body []byte, into *api.Request) *api.Error
	// AppendRequest writes a request for a provider. It fails, with
	// api.KindUnsupported or KindInvalid, where the dialect cannot say what the
	// request says and leaving it out would change the answer's meaning.
	AppendRequest(dst []byte, r *api.Request, q *Quirks) ([]byte, *api.Error)

	// Inspect reads what the raw lane must know of a whole answer: its usage,
	// and whether it is an answer at all. An error object in a 200, text that is
	// not JSON or only half of it, an empty body: each is an error.
	Inspect(op api.Op, body []byte) (api.Usage, *api.Error)
	// DecodeResponse reads a provider's whole answer.
	DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error
	// AppendResponse writes a whole answer for a caller. The request's Head is
	// there for what the answer's form depends on.
	AppendResponse(dst []byte, h *Head, r *api.Response) []byte

	// Tap returns a watcher for a stream that passes through in this dialect.
	Tap(h *Head) Tap
	// Reader returns a decoder for one stream from a provider.
	Reader(op api.Op) StreamReader
	// Writer returns an encoder for one stream to a caller.
	Writer(h *Head) StreamWriter

	// DecodeError reads a provider's answer of a status of 400 and above. The
	// body may be anything: HTML, empty, half a JSON. The message it makes never
	// holds markup, nor a secret that the provider echoes.
	DecodeError(status int, body []byte) *api.Error
	// AppendError writes an error for a caller, in the shape that the dialect's
	// SDKs map to their own exceptions, and returns its HTTP status.
	AppendError(dst []byte, e *api.Error) (status int, out []byte)

	// AppendPath appends the path, with its query, behind the provider's version
	// prefix, where the operation is asked for.
	AppendPath(dst []byte, op api.Op, model string, stream bool) []byte
}

// Head is what Peek finds in a request: enough to route it and to send it on
// without decoding the rest. Its strings borrow from the body or the path.
type Head struct {
	Op          api.Op
	Model       string // as the caller wrote it, escapes resolved
	Stream      bool
	StreamUsage bool   // the caller asked for usage in the stream
	ArrayStream bool   // Google: the stream is one JSON array, not events
	Legacy      bool   // an older form of the operation that is answered in its own shape (Google's embedContent beside batchEmbedContents), or one in whose answers the dialect's providers differ (rerank)
	Form        uint8  // which of the forms that a dialect's bodies may have this one has; what they are is the dialect's
	Betas       string // what the caller's header anthropic-beta names, for a provider that has it in the body
	ModelInPath bool   // Model is the path's; what the body says of it, if anything, does not count
	Sealed      bool   // the history holds sealed reasoning (see Seal): no provider of this dialect takes the body as it is
	Stateful    bool   // goes on with what one provider keeps: no other can answer it
	MaxTokens   int64  // 0 when not said
	N           int64  // choices asked for; 0 when not said

	Echo Echo // what an older form of chat repeats in its answer

	// Prompt is the prompt of the repository that the body names, an object of id,
	// version and variables; nil for none. With one, as where Prompted says that the
	// caller has named one elsewhere, the body need not have a model and messages.
	Prompt   api.JSON
	Prompted bool

	// Fallbacks are the models to try after Model, as "provider/model".
	Fallbacks []string
	// DropParams: fields that a provider refuses may be left out. Dropped are those
	// that were, for the last provider that the request was written for.
	DropParams bool
	Dropped    []string

	Predict bool // Google: embeddings are asked for, and answered, as predictions

	// Where in the body the fields are that AppendEdits changes. A zero Span
	// means: not there.
	ModelAt         jsonx.Span   // the value of model
	ModelKeyAt      jsonx.Span   // its key, quotes included (Anthropic)
	ModelsAt        []jsonx.Span // further places that name the model (one in each entry of Google's batchEmbedContents)
	Own             []jsonx.Edit // cut out the fields that are the gateway's own
	StreamOptionsAt jsonx.Span   // the value of stream_options
	BodyEnd         int          // offset of the closing brace of the top-level object
	Base64          bool         // embeddings are asked for in base64
	// UsageEdit is what makes the body ask for usage in its stream; the zero
	// value where there is nothing to do.
	UsageEdit jsonx.Edit
	// StoreEdit is what keeps the answer from being stored; the zero value where it is not.
	StoreEdit jsonx.Edit
	Members   int // how many members the top-level object has

	// What DecodeRequest leaves for the writers of the answer: the members of the
	// request that it repeats, and the tools whose calls have a form of their own in it.
	Settings  []api.Field
	ToolForms []ToolForm
}

// ToolForm is how the caller knows a tool that providers know as a plain function.
type ToolForm struct {
	Name      string // the function's
	Own       string // the tool's
	Namespace string // that the tool is in; empty for none
	Custom    bool   // takes free text
}

// Echo is what the first version of Cohere's chat repeats of a request in its answer,
// and that of its embed. It borrows from the body.
type Echo struct {
	History, Message, Results jsonx.Value
	Texts                     jsonx.Value
}

// Reset makes h empty for another use.
func (h *Head) Reset() {
	*h = Head{
		Fallbacks: h.Fallbacks[:0], ModelsAt: h.ModelsAt[:0], Dropped: h.Dropped[:0], Own: h.Own[:0],
		Settings: h.Settings[:0], ToolForms: h.ToolForms[:0],
	}
}

// Quirks are a provider's deviations from its dialect. The zero value is the dialect itself.
type Quirks struct {
	// MaxTokensField is the name of the output limit; empty for the dialect's own.
	MaxTokensField string
	// NoStreamUsage: the provider refuses stream_options.
	NoStreamUsage bool
	// NoStore: the provider keeps no answers, and wants to be told not to.
	NoStore bool
	// NoStrict: the provider refuses "strict" on tools.
	NoStrict bool
	// NoNames: the provider refuses "name" on messages.
	NoNames bool
	// NoDeveloper: the provider does not know the developer role; it becomes system.
	NoDeveloper bool
	// ReasoningField is where the provider puts reasoning in a message we send
	// back; empty leaves it out. (Both names are always read.)
	ReasoningField string
	// DefaultMaxTokens is sent where the dialect needs a limit and the caller gave none.
	DefaultMaxTokens int64
	// BodyVersion is the version that stands in a body of Anthropic's in place of the
	// model, which is in the path; empty where the body has the model and a header the version.
	BodyVersion string
	// Vertex: Google's dialect as Vertex AI has it, which asks for counts and embeddings
	// in another form.
	Vertex bool
	// Diet is what the provider answers with an error; nil for one that takes all
	// that its dialect has.
	Diet *Diet
}

// Verdict is what a Tap says of one event.
type Verdict uint8

// The verdicts. Drop is for what the caller did not ask for (usage that we asked
// for). Fail is an error event: Tap.Err has it.
const (
	Pass Verdict = iota
	Drop
	Fail
)

// Tap watches a stream on the raw lane. One Tap serves one stream; Reset makes it new.
type Tap interface {
	// See looks at one event. It borrows ev and keeps nothing of it.
	See(ev *sse.Event) Verdict
	// Err is the error of the last Fail.
	Err() *api.Error
	// Usage is what the stream has said so far; not Known if it said nothing.
	Usage() api.Usage
	// Begun says whether an event with content has been seen: until then another
	// provider may still be tried.
	Begun() bool
	// Ended says whether the dialect's terminal event has been seen. A stream
	// that stops without it was cut off.
	Ended() bool
	// OutputBytes counts the bytes of generated text, for an estimate of the
	// usage of a stream that never said it.
	OutputBytes() int64
}

// Finisher is implemented by a Tap of a dialect whose providers may close a
// stream behind the last finish reason without the terminal event.
type Finisher interface {
	// Finished says whether every choice has had its finish reason: a stream that
	// is closed cleanly then has ended, though Tap.Ended is false. Usage may
	// still come, so it is no reason to stop reading.
	Finished() bool
}

// StreamReader turns the wire events of one stream into canonical events.
type StreamReader interface {
	// Read appends what ev says to dst. A wire event may stand for none, one or
	// several canonical events. It keeps nothing of ev, and what it appends
	// borrows from ev.
	Read(dst []api.Event, ev *sse.Event) []api.Event
	// Close appends what is still owed when the provider has closed the stream:
	// EventEnd for a dialect whose end is a finish reason and then the end of the
	// stream, an EventError for a stream that was cut.
	Close(dst []api.Event) []api.Event
}

// StreamWriter turns canonical events into the wire events of one stream.
type StreamWriter interface {
	// Append writes e in wire form, framing included; nothing where the dialect
	// has nothing to say for it. After EventEnd or EventError the stream is whole.
	Append(dst []byte, e *api.Event) []byte
	// ContentType is the stream's media type.
	ContentType() string
	// Heartbeat appends what keeps a silent connection alive and no client
	// takes for an event; nothing where the framing has no such thing.
	Heartbeat(dst []byte) []byte
}

// Reframer is implemented by a codec whose callers may ask for a stream in
// another framing than events (Google's JSON array). The raw lane then puts each
// event's data into that framing without decoding it.
type Reframer interface {
	// Framing returns the framing of one stream, nil where it is events.
	Framing(h *Head) Framing
}

// Framing writes one stream.
type Framing interface {
	AppendEvent(dst []byte, ev *sse.Event) []byte
	AppendEnd(dst []byte) []byte
}

// ErrorNamer is implemented by a codec whose errors bear their name in a header.
type ErrorNamer interface {
	// ErrorHeader is the header.
	ErrorHeader() string
	// ErrorName returns an error's name for a caller.
	ErrorName(e *api.Error) string
	// NameError gives an error, which DecodeError has made, the name that a
	// provider's header has.
	NameError(e *api.Error, name string)
}

// Unframer is implemented by a codec whose streams come in frames that hold events
// of its own, where the frame is not the event.
type Unframer interface {
	// Unframe appends, as server-sent events, what a frame holds, of whatever kind.
	Unframe(dst []byte, m *eventstream.Message) []byte
}
